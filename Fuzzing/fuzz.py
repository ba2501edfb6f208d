"""Runs wtool on changed files, over all commands, and keeps whatever is answered wrongly.

    scripts/fuzz [--minutes N | --executions N] [--jobs N] [--seed N] [--findings DIR] [--binary WTOOL] [--kinds KIND,…]

Seeds are the files of fixtures; each execution changes one of them by Fuzzing/mutate.py and runs one command of wtool on it,
with limits of time and memory, in a folder of its own. Findings are

    crash    exit code 70, or a signal
    exit     another code than 0 to 3
    time     above --seconds
    memory   above --megabytes, all processes of the command together
    litter   a file that is left behind, in the folder, beside the output or in TMPDIR
    errors   exit code 3 without a message, or with more than one line
    lost     a report on three files does not mention one of them
    output   JSON that cannot be parsed
    absent   wtool lists a file and says nothing of an object that h5py cannot read
    shorter  wtool lists fewer tensors than h5py reads
    values   the digest of a tensor is not the one of the values that h5py reads
    laxer    wtool reads an object that h5py refuses (only with --strict)

The last five need h5py in the Python of --python, and are looked for in a sample (--sample). A finding is a folder with the
changed file, its seed, the command, and what it printed; of each kind, command and message the first is kept, and made
smaller by undoing changes where the length is the same. The same --seed gives the same executions, whatever the number of
jobs. The exit code is 1 if something was found. The standard library alone.
"""
from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import multiprocessing
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import limited
import mutate

ROOT = pathlib.Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"
# How much of a changed file is kept, in bytes: no process here writes more than twice as much.
LONGEST = 1 << 25
SETTINGS = b"""fail-on = "warning"
ignore = ["PRP001", "SYM007:d/*"]
input-std = 1.5
strict = false

[severity]
NRM003 = "error"

[[override]]
layers = "b*"
ignore = ["SYM001"]
reason = "starts at zero on purpose"
expires = 2099-01-31
"""

WEIGHT_COMMANDS = [
    "ls {file}", "ls --json {file}", "ls --json {file}", "ls --json {file}", "ls --json {file} --model {arch}", "ls --json -",
    "inspect -f json {file}", "inspect {a} {file} {c} -f json", "inspect {file} --model {arch} -f short -f sarif:{out}.sarif", "inspect {file} --table always --strict",
    "inspect {file} -f html:{out}.html -f junit:{out}.xml", "inspect {file} --write-baseline {out}.json", "inspect - -f markdown",
    "convert {file} {out}.weights.h5", "convert {file} {out}.h5", "convert {file} {out}.keras", "convert {file} {out}.weights.json --max-shard-size 0.0000005",
    "convert {file} {out}.h5 --model {arch} --format h5-weights", "convert {file} {out}.keras --model {arch}", "convert - {out}.weights.h5",
    "diff {sound} {file}", "diff {file} {sound} --json", "diff {file} {file}", "diff {a} {file} --model {arch}",
    "verify {file} --seed 1", "verify {file} --model {arch} --seed 1 --json", "plan {file}", "plan {file} --json --seed 3",
    "init {arch} -o {out}.weights.h5 --seed 1 --from {file}", "init {file} -o {out}.h5 --seed 1", "init {file} -o {out}.keras --only dense* --seed 2",
    "init {arch} -o {out}.h5 --seed 1 --like {file}", "plan {arch} --like {file}", "convert {file} {out}.h5 --upgrade --json", "upgrade {file}",
]
ARCHITECTURE_COMMANDS = [
    "plan {file}", "plan {file} --json --seed 1", "plan {file} --backend jax --seed 1", "plan - --seed 1", "inspect {file} -f json", "inspect {a} --model {file} -f json",
    "init {file} -o {out}.h5 --seed 1", "init {file} -o {out}.weights.h5 --seed 1 --backend torch", "init {file} -o {out}.keras --seed 1 --backend jax --json",
    "init {file} -o {out}.weights.json --seed 1 --max-shard-size 0.00001", "init {file} -o {out}.h5 --dry-run --strict --json", "init {file} -o {out}.h5 --from {a} --seed 1",
    "init {file} -o {out}.h5 --set *.kernel_initializer=he_normal --seed 1", "plan {file} --like {a}", "ls {a} --model {file}", "ls --json {c} --model {file}",
    "convert {a} {out}.keras --model {file}", "convert {c} {out}.h5 --model {file}", "diff {a} {c} --model {file}", "verify {c} --model {file} --seed 1",
    "upgrade {file}", "upgrade {file} -o {out}.json --like {a}", "upgrade {file} --strict",
]
SETTINGS_COMMANDS = ["inspect {a} -f json --config {file}", "inspect {a} --config {file} --print-config", "inspect {a} {c} -f short --config {file}"]
BASELINE_COMMANDS = ["inspect {a} -f json --baseline {file}", "inspect {a} {c} -f short --baseline {file}"]
COMMANDS = {
    "hdf5": WEIGHT_COMMANDS, "zip": WEIGHT_COMMANDS, "shards": WEIGHT_COMMANDS, "json": ARCHITECTURE_COMMANDS, "toml": SETTINGS_COMMANDS,
    "baseline": BASELINE_COMMANDS,
}
SHARES = {"hdf5": 58, "zip": 14, "json": 18, "shards": 5, "toml": 3, "baseline": 2}


@dataclasses.dataclass
class Seed:
    """A file that is changed."""

    kind: str
    name: str
    path: pathlib.Path
    content: bytes
    layout: mutate.Map | None = None
    sound: str = ""


@dataclasses.dataclass
class Finding:
    """A wrong answer."""

    kind: str
    key: str
    detail: str
    index: int
    seed: str
    label: str
    command: str
    file: str
    content: bytes
    output: bytes
    errors: bytes


@dataclasses.dataclass
class Settings:
    """What all executions share."""

    binary: str
    python: str | None
    seed: int
    seconds: float
    memory: int
    sample: float
    strict: bool
    kinds: list[str]
    scratch: pathlib.Path


class Harness:
    """Runs executions by their index."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.seeds = collections.defaultdict(list)
        for seed in find_seeds(settings.scratch):
            if seed.kind in settings.kinds:
                self.seeds[seed.kind].append(seed)
        self.work = settings.scratch / f"work-{os.getpid()}"
        self.references: dict[str, dict | None] = {}
        self.listings: dict[str, dict | None] = {}
        weights = FIXTURES / "attacks" / "sound"
        self.a = FIXTURES / "weights" / "storage" / "plain.h5"
        self.c = weights / "model.weights.h5"
        self.arch = weights / "arch.json"

    def plan(self, index: int) -> tuple[Seed, str, str, bytes, random.Random]:
        """The seed, the changes, the command and the changed file of an execution."""
        numbers = random.Random(f"{self.settings.seed}:{index}")
        kinds = [kind for kind in SHARES if self.seeds[kind]]
        kind = numbers.choices(kinds, [SHARES[kind] for kind in kinds])[0]
        seed = numbers.choice(self.seeds[kind])
        other = numbers.choice(self.seeds[kind]).content
        if kind == "hdf5":
            seed.layout = seed.layout or mutate.Map(seed.content)
            content, label = mutate.mutate_hdf5(seed.content, numbers, other, seed.layout)
        elif kind == "zip":
            content, label = mutate.mutate_zip(seed.content, numbers, other)
        elif kind == "toml":
            content, label = mutate.mutate_text(seed.content, numbers)
        else:
            content, label = mutate.mutate_json(seed.content, numbers)
        return seed, label, numbers.choice(COMMANDS[kind]), content[:LONGEST], numbers

    def execute(self, index: int) -> list[Finding]:
        """Runs one execution."""
        seed, label, command, content, numbers = self.plan(index)
        return self.judge(index, seed, label, command, content, numbers.random() < self.settings.sample)

    def judge(self, index: int, seed: Seed, label: str, command: str, content: bytes, compared: bool) -> list[Finding]:
        """Runs a command on a file, and says what is wrong with the answer."""
        folder, temporary, output = self.work / "in", self.work / "tmp", self.work / "out"
        for each in [folder, temporary, output]:
            shutil.rmtree(each, ignore_errors=True)
            each.mkdir(parents=True)
        path = folder / seed.name
        path.write_bytes(content)
        if seed.kind == "shards":
            for shard in seed.path.parent.glob("*.weights.h5"):
                os.symlink(shard, folder / shard.name)
        before = {each.name for each in folder.iterdir()}
        values = {"file": seed.name, "a": self.a, "c": self.c, "arch": self.arch, "out": output / "out", "sound": seed.path}
        words = [self.settings.binary, *(word.format(**values) for word in shlex.split(command))]
        if "-" in words:
            words = ["/bin/sh", "-c", f"exec {shlex.join(words)} < {shlex.quote(seed.name)}"]
        # Settings beside or above the file would count.
        environment = {"PATH": os.environ.get("PATH", ""), "TMPDIR": str(temporary), "HOME": str(temporary), "HDF5_USE_FILE_LOCKING": "FALSE"}
        outcome = limited.run(words, folder, self.settings.seconds, self.settings.memory, environment)

        found: list[Finding] = []
        first = outcome.errors.decode(errors="replace").strip().split("\n")[0]
        message = re.sub(r"/\S*/|\d+|`[^`]*`|\"[^\"]*\"", "_", first)[:80]
        verb = " ".join(word for word in command.split() if word in ["ls", "inspect", "convert", "upgrade", "diff", "verify", "plan", "init", "--json", "--from", "--like"])

        def report(kind: str, detail: str, *key: str) -> None:
            found.append(Finding(
                kind, "|".join([kind, seed.kind, *key]), detail, index, str(seed.path), label, command, seed.name, content, outcome.output, outcome.errors))

        if outcome.limit:
            report(outcome.limit, f"{outcome.seconds:.1f} s, {outcome.memory >> 20} MB", verb, label.split("+")[0])
            return found
        if outcome.code == 70 or outcome.code < 0:
            report("crash", f"exit {outcome.code}: {first[:200]}", str(outcome.code), label.split("+")[0], message)
        elif outcome.code not in (0, 1, 2, 3):
            report("exit", f"exit {outcome.code}: {first[:200]}", verb, str(outcome.code), message)
        if outcome.code == 3 and not command.startswith("inspect"):
            # Warnings about the model may come first. What Keras 3 has no equal of has a line for each cause, and a last one.
            lines = [line for line in outcome.errors.decode(errors="replace").strip().splitlines() if ": warning: " not in line]
            if len(lines) > 1 and "there is no equal model in Keras 3" in lines[-1]:
                lines = lines[-1:]
            if len(lines) != 1:
                report("errors", f"exit 3 with {len(lines)} lines", verb, message)
        left = [each.name for each in [*temporary.iterdir(), *folder.iterdir()] if each.name not in before]
        made = [each.name for each in output.iterdir()]
        # A report is written whatever the exit code is: of other files, it is right.
        left += [name for name in made if not name.startswith("out") or (outcome.code != 0 and not command.startswith("inspect"))]
        if left:
            report("litter", f"exit {outcome.code}, left {', '.join(sorted(left))[:200]}", verb, str(outcome.code), re.sub(r"\d\w*", "_", sorted(left)[0]))
        if command == "inspect {a} {file} {c} -f json" and outcome.code in (0, 1, 3):
            try:
                reported = len(json.loads(outcome.output)["files"])
            except (ValueError, KeyError, TypeError):
                reported = 0
            if reported != 3:
                report("lost", f"the report has {reported} files of 3", str(outcome.code), message)
        if compared and outcome.code == 0 and self.settings.python and seed.kind in ("hdf5", "zip") and command == "ls --json {file}":
            self.compare(seed, path, outcome, report)
        return found

    def reference(self, path: pathlib.Path) -> dict | None:
        """What h5py reads; nothing where it crashed or took too long."""
        try:
            run = subprocess.run(
                [str(self.settings.python), str(ROOT / "Fuzzing" / "reference.py"), str(path)], capture_output=True, timeout=20, cwd=path.parent,
                env={**os.environ, "HDF5_USE_FILE_LOCKING": "FALSE"})
            return json.loads(run.stdout) if run.returncode == 0 else None
        except (subprocess.TimeoutExpired, ValueError):
            return None

    def compare(self, seed: Seed, path: pathlib.Path, outcome: limited.Outcome, report) -> None:
        """Compares a listing with what h5py reads of the same file, and with that of the file before the changes."""
        try:
            listing = json.loads(outcome.output)
        except ValueError:
            report("output", "the JSON cannot be parsed", "ls")
            return
        key = str(seed.path)
        if key not in self.listings:
            # Some attacks are slow already: nothing is compared with them.
            self.listings[key] = None
            try:
                sound = subprocess.run([self.settings.binary, "ls", "--json", key], capture_output=True, timeout=self.settings.seconds)
                self.listings[key] = json.loads(sound.stdout) if sound.returncode == 0 else None
            except (subprocess.TimeoutExpired, ValueError):
                pass
            self.references[key] = self.reference(seed.path)
        sound_listing, sound = self.listings[key], self.references[key]
        read = self.reference(path)
        if read is None or sound is None or sound_listing is None:
            return
        digests = {tensor["path"]: tensor.get("sha256") for tensor in listing["tensors"]}
        sound_paths = [tensor["path"] for tensor in sound_listing["tensors"]]
        for at, reason in read["failed"].items():
            if at in sound["failed"] or at.startswith("/optimizer"):
                continue
            plain = re.sub(r"\d+|'[^']*'", "_", reason)[:70]
            # A tensor is absent if it was there before the changes, at this path or below; a path that is new is absent itself.
            below = [path for path in sound_paths if path == at or path.startswith(at.rstrip("/") + "/")]
            if any(path not in digests for path in below or [at]):
                report("absent", f"h5py: {at}: {reason[:150]}", plain)
            elif self.settings.strict:
                report("laxer", f"h5py: {at}: {reason[:150]}", plain)

        def count(listing: dict) -> int:
            return len(listing["tensors"]) + int(listing.get("optimizer_tensors") or 0) + len(listing.get("other_datasets") or [])

        usual = max(0, len(sound["read"]) - count(sound_listing))
        if count(listing) < len(read["read"]) - usual:
            missing = sorted(set(read["read"]) - set(digests))
            report("shorter", f"{count(listing)} listed, h5py reads {len(read['read'])}: {', '.join(missing)[:150]}", listing["format"])
        for at, digest in digests.items():
            # Digests of sound files agree, or the types are ones that are stored in another form.
            theirs, before = read["read"].get(at), sound["read"].get(at)
            usual_digest = next((tensor.get("sha256") for tensor in sound_listing["tensors"] if tensor["path"] == at), None)
            if theirs and digest and before == usual_digest and theirs != digest:
                report("values", f"{at}: {digest[:16]}, h5py {theirs[:16]}", "digest")
                return

    def smaller(self, finding: Finding) -> bytes:
        """The input of a finding with as few changes as give the same finding."""
        seed = next(seed for seed in self.seeds[finding.key.split("|")[1]] if str(seed.path) == finding.seed)
        best = finding.content
        if len(best) != len(seed.content) or finding.kind in ("time", "memory"):
            return best
        places = [index for index in range(len(best)) if best[index] != seed.content[index]]
        if len(places) > 4096:
            return best
        size, tries = max(1, len(places) // 2), 0
        while tries < 40:
            position, progress = 0, False
            while position < len(places) and tries < 40:
                undone = bytearray(best)
                for place in places[position : position + size]:
                    undone[place] = seed.content[place]
                tries += 1
                if any(other.key == finding.key for other in self.judge(finding.index, seed, finding.label, finding.command, bytes(undone), True)):
                    best, progress = bytes(undone), True
                    del places[position : position + size]
                else:
                    position += size
            if size == 1 and not progress:
                break
            size = max(1, size // 2)
        return best


def find_seeds(scratch: pathlib.Path) -> list[Seed]:
    """The files of fixtures that are small enough to be changed fast."""
    seeds = []
    for path in sorted(FIXTURES.rglob("*")):
        relative = path.relative_to(FIXTURES)
        if not path.is_file() or path.stat().st_size > 100_000 or relative.parts[0] not in ("weights", "attacks", "architectures"):
            continue
        # Bombs are slow whatever is changed; seeds must be fast.
        if relative.parts[:2] == ("attacks", "bombs") and path.stat().st_size > 20_000:
            continue
        if path.name.endswith(".weights.json"):
            kind = "shards"
        elif path.suffix == ".h5":
            kind = "hdf5"
        elif path.suffix == ".keras":
            kind = "zip"
        elif path.suffix == ".json" and path.stat().st_size < 30_000:
            kind = "json"
        else:
            continue
        # Of what is sound already, more: changes of faults find less.
        seeds += [Seed(kind, path.name, path, path.read_bytes())] * (1 if relative.parts[0] == "attacks" and relative.parts[1] != "sound" else 6)
    for kind, name in [("toml", "settings.toml"), ("baseline", "baseline.json")]:
        seeds.append(Seed(kind, name, scratch / name, (scratch / name).read_bytes()))
    return seeds


def write_own_seeds(scratch: pathlib.Path, binary: str) -> None:
    """Writes the seeds that are no fixtures: settings, and a baseline of wtool's own."""
    (scratch / "settings.toml").write_bytes(SETTINGS)
    subprocess.run(
        [binary, "inspect", str(FIXTURES / "weights" / "storage" / "plain.h5"), "--no-config", "-q", "--write-baseline", str(scratch / "baseline.json")],
        capture_output=True, timeout=60)
    if not (scratch / "baseline.json").exists():
        (scratch / "baseline.json").write_text("{}")


harness: Harness | None = None


def begin(settings: Settings) -> None:
    global harness
    limited.restrict(1 << 26)
    harness = Harness(settings)


def execute(index: int) -> tuple[int, float, list[Finding]]:
    assert harness
    started = time.monotonic()
    try:
        found = harness.execute(index)
    except Exception as error:  # A fault of the harness must not end the run, nor be silent.
        seed, label, command, content, _ = harness.plan(index)
        found = [Finding("harness", f"harness|{seed.kind}|{type(error).__name__}", repr(error), index, str(seed.path), label, command, seed.name, content, b"", b"")]
    return index, time.monotonic() - started, found


def keep(findings: pathlib.Path, finding: Finding, content: bytes) -> pathlib.Path:
    """Writes a finding into a folder of its own."""
    folder = findings / finding.kind / f"{finding.index:08}-{finding.command.split()[0]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / finding.file).write_bytes(content)
    (folder / "command").write_text(f"wtool {finding.command}\n")
    (folder / "stdout").write_bytes(finding.output[:100_000])
    (folder / "stderr").write_bytes(finding.errors[:100_000])
    (folder / "story").write_text(
        f"{finding.kind}: {finding.detail}\nseed file: {finding.seed}\nchange: {finding.label}\nexecution: {finding.index}\nkey: {finding.key}\n")
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.environ.get("WTOOL_BINARY", str(ROOT / ".build" / "release" / "wtool")))
    parser.add_argument("--python", help="a Python with h5py; the one of scripts/test by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--executions", type=int)
    parser.add_argument("--first", type=int, default=0, help="the index of the first execution")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--sample", type=float, default=0.2, help="the share of listings that is compared with h5py")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--kinds", default=",".join(SHARES))
    parser.add_argument("--findings", type=pathlib.Path, default=ROOT / ".build" / "findings")
    arguments = parser.parse_args()
    if arguments.minutes is None and arguments.executions is None:
        arguments.minutes = 2
    binary = shutil.which(arguments.binary)
    if not binary:
        print(f"{arguments.binary} does not exist; build it, or name another with --binary", file=sys.stderr)
        return 3
    # Not resolved: a virtual environment is known by the path of its link.
    python = str(pathlib.Path(arguments.python or ROOT / ".build" / "conformance" / "bin" / "python").absolute())
    try:
        subprocess.run([python, "-c", "import h5py"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        print(f"{python} has no h5py: nothing is compared with it", file=sys.stderr)
        python = None

    memory = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="wtool-fuzz-", dir=memory if memory.is_dir() else None) as name:
        scratch = pathlib.Path(name)
        settings = Settings(
            str(pathlib.Path(binary).resolve()), python, arguments.seed, arguments.seconds, arguments.megabytes << 20, arguments.sample, arguments.strict,
            arguments.kinds.split(","), scratch)
        write_own_seeds(scratch, settings.binary)
        return fuzz(arguments, settings)


def fuzz(arguments: argparse.Namespace, settings: Settings) -> int:
    """Runs executions until the time or their number is used up, and prints what was found."""
    started = time.monotonic()
    end = started + arguments.minutes * 60 if arguments.minutes else float("inf")
    count, slowest = 0, (0.0, 0)
    firsts: dict[str, tuple[Finding, int]] = {}
    last = arguments.first + arguments.executions if arguments.executions else 1 << 60

    def indexes():
        index = arguments.first
        while index < last and time.monotonic() < end:
            yield index
            index += 1

    with multiprocessing.Pool(arguments.jobs, begin, (settings,)) as pool:
        pending: collections.deque = collections.deque()
        source = indexes()
        while True:
            while len(pending) < arguments.jobs * 4 and (index := next(source, None)) is not None:
                pending.append(pool.apply_async(execute, (index,)))
            if not pending:
                break
            index, seconds, found = pending.popleft().get()
            count += 1
            slowest = max(slowest, (seconds, index))
            for finding in found:
                if finding.key in firsts:
                    firsts[finding.key] = (firsts[finding.key][0], firsts[finding.key][1] + 1)
                else:
                    firsts[finding.key] = (finding, 1)
                    print(f"{finding.kind}: {finding.command} [{finding.label}] {finding.detail}", flush=True)
                    keep(arguments.findings, finding, finding.content)
            if count % 1000 == 0:
                print(f"{count} executions, {count / (time.monotonic() - started):.0f} a second, {len(firsts)} findings", flush=True)

    spent = time.monotonic() - started
    begin(settings)
    assert harness
    lines = []
    for finding, times in sorted(firsts.values(), key=lambda pair: pair[0].key):
        content = harness.smaller(finding) if len(firsts) < 200 and finding.kind != "harness" else finding.content
        folder = keep(arguments.findings, finding, content)
        lines.append(f"| {finding.kind} | {times} | {finding.command} | {finding.label} | {finding.detail.replace('|', '/')[:120]} | {folder} |")
    totals = collections.Counter()
    for finding, times in firsts.values():
        totals[finding.kind] += times
    table = ["| kind | times | command | change | what | folder |", "|---|---|---|---|---|---|", *lines]
    if lines:
        arguments.findings.mkdir(parents=True, exist_ok=True)
        (arguments.findings / "summary.md").write_text("\n".join(table) + "\n")
        print("\n".join(table))
    print(f"{count} executions in {spent:.0f} s, {count / spent:.1f} a second; the slowest took {slowest[0]:.1f} s (execution {slowest[1]})")
    print(", ".join(f"{kind}: {number}" for kind, number in totals.most_common()) or "nothing found")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
