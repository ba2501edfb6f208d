"""Runs wtool on every attack file and compares its answers with the list of right ones.

    python Fuzzing/attack_table.py WTOOL [--attacks DIR] [--seconds N] [--megabytes N] [--only GLOB] [--quiet] [--fill PAGE]

Prints a line for each command: passed or FAILED, the file, the command, and what was wrong. The exit code is 1 if an answer
is not the right one. An answer is right if the exit code is one of those listed, the pattern is found in the message (in the
report, for `inspect`), an error is one line, no limit is passed, no marked byte of another file appears in the output or in
what is written, and nothing is left behind. `--fill` puts the results into the table of docs/attacks.md.

The standard library alone. The attacks are copied to a temporary folder, where a FIFO is made that cannot be committed.
"""
from __future__ import annotations

import argparse
import csv
import dataclasses
import fnmatch
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

import limited

ROOT = pathlib.Path(__file__).resolve().parents[1]
MARKS = [b"OUTSIDE!", b"root:x:0:0"]
PLACEHOLDER = "TODO-wtool"


@dataclasses.dataclass
class Case:
    """A command on an attack file, and the right answer."""

    file: str
    command: str
    codes: set[int]
    pattern: str


def cases(attacks: pathlib.Path) -> list[Case]:
    """The list of right answers."""
    with (attacks / "expected.tsv").open() as file:
        return [
            Case(row["file"], row["command"], set(map(int, row["exit"].split("|"))), row["pattern"] or "")
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def printed(case: Case, outcome: limited.Outcome) -> str:
    """The text in which the pattern is looked for."""
    output = outcome.output.decode(errors="replace")
    errors = outcome.errors.decode(errors="replace")
    return output + errors if case.command.startswith("inspect") or outcome.code != 3 else errors


def problems(case: Case, outcome: limited.Outcome, written: list[pathlib.Path], expected_output: str) -> list[str]:
    """What is wrong with an answer."""
    found = []
    if outcome.limit:
        found.append(f"above the limit of {outcome.limit} ({outcome.seconds:.1f} s, {outcome.memory >> 20} MB)")
    elif outcome.code not in case.codes:
        found.append(f"exit {outcome.code}, expected {'|'.join(map(str, sorted(case.codes)))}")
    text = printed(case, outcome)
    if not outcome.limit and case.pattern and not re.search(case.pattern, text, re.MULTILINE if "\\x1b" not in case.pattern else 0):
        found.append(f"the message lacks /{case.pattern}/")
    lines = outcome.errors.decode(errors="replace").strip().splitlines()
    if outcome.code == 3 and not case.command.startswith("inspect"):
        if len(lines) != 1:
            found.append(f"{len(lines)} lines of errors, expected one")
        elif pathlib.PurePath(case.file).name not in lines[0] and not case.file.startswith(("documents/", "shards/")):
            found.append("the message does not name the file")
    for mark in MARKS:
        if mark in outcome.output or mark in outcome.errors:
            found.append(f"shows another file's bytes ({mark.decode()})")
    for path in written:
        if outcome.code != 0 or not path.name.startswith(expected_output):
            found.append(f"leaves {path.name}")
        elif path.is_file() and path.stat().st_size < 1 << 28:
            content = path.read_bytes()
            found += [f"copies another file's bytes ({mark.decode()})" for mark in MARKS if mark in content]
    return found


def execute(case: Case, wtool: str, attacks: pathlib.Path, scratch: pathlib.Path, seconds: float, memory: int) -> tuple[limited.Outcome, list[str]]:
    """Runs a command beside its file, with a temporary folder of its own."""
    path = attacks / case.file
    temporary, output = scratch / "tmp", scratch / "out"
    for folder in [temporary, output]:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    before = set(path.parent.iterdir())
    sound = attacks / "sound"
    suffix = ".keras" if path.suffix == ".keras" else ".weights.h5" if path.name.endswith(".weights.h5") else ".h5"
    values = {"file": path.name, "sound": sound / f"model{suffix}", "arch": sound / "arch.json", "out": output / "out"}
    command = [wtool, *(word.format(**values) for word in shlex.split(case.command))]
    # SECRET, the first variable, lets a leak of the environment be seen.
    environment = {"SECRET": MARKS[0].decode() * 4, **os.environ, "TMPDIR": str(temporary)}
    outcome = limited.run(command, path.parent, seconds, memory, environment)
    written = [*output.iterdir(), *temporary.iterdir(), *(set(path.parent.iterdir()) - before)]
    found = problems(case, outcome, written, "out")
    for extra in set(path.parent.iterdir()) - before:
        extra.unlink() if not extra.is_dir() else shutil.rmtree(extra)
    return outcome, found


def fill(page: pathlib.Path, results: dict[str, list[tuple[Case, limited.Outcome, list[str]]]]) -> None:
    """Writes what wtool does into the last column of the table of a page."""
    lines = page.read_text().splitlines()
    for index, line in enumerate(lines):
        cells = line.split("|")
        name = cells[1].strip().strip("`") if len(cells) > 3 else ""
        if name not in results:
            continue
        wrong = [problem for _, _, found in results[name] for problem in found]
        codes = sorted({outcome.code for _, outcome, _ in results[name]})
        if wrong:
            cells[-2] = f" {wrong[0]} "
        elif codes == [3]:
            cells[-2] = " refused by name "
        else:
            by_code = [" ".join(sorted({case.command.split()[0] for case, outcome, _ in results[name] if outcome.code == code})) for code in codes]
            cells[-2] = " " + "; ".join(f"exit {code}: {words}" for code, words in zip(codes, by_code)) + " "
        lines[index] = "|".join(cells)
    page.write_text("\n".join(lines) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wtool")
    parser.add_argument("--attacks", type=pathlib.Path, default=ROOT / "fixtures" / "attacks")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    parser.add_argument("--fill", type=pathlib.Path, metavar="PAGE")
    arguments = parser.parse_args()
    wtool = str(pathlib.Path(shutil.which(arguments.wtool) or arguments.wtool).resolve())
    results: dict[str, list[tuple[Case, limited.Outcome, list[str]]]] = {}
    failed = total = 0
    limited.restrict()
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        scratch = pathlib.Path(name)
        attacks = scratch / "attacks"
        shutil.copytree(arguments.attacks, attacks, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for folder in ["references", "shards"]:
            if (attacks / folder).is_dir():
                os.mkfifo(attacks / folder / "fifo")
        for case in cases(attacks):
            if not fnmatch.fnmatch(case.file, arguments.only):
                continue
            outcome, found = execute(case, wtool, attacks, scratch, arguments.seconds, arguments.megabytes << 20)
            results.setdefault(case.file, []).append((case, outcome, found))
            total += 1
            failed += bool(found)
            if found or not arguments.quiet:
                print("FAILED" if found else "passed", case.file, f"[{case.command}]", "; ".join(found), flush=True)
    print(f"{total - failed} of {total} answers are right")
    if arguments.fill:
        fill(arguments.fill, results)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
