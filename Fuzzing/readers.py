"""Runs libFuzzer on wtool's readers, in one process with them and with AddressSanitizer.

    scripts/fuzz --readers [--minutes N | --runs N | --quick] [--only NAME]
                           [--seed N] [--coverage] [--findings DIR]

Builds the package Fuzzing, fills the corpora from fixtures and runs each reader for N minutes, one third of a minute by
default, or N times. With --quick, runs each a fixed number of times without what earlier runs have learned, so that a
fast machine tries no more than a slow one; libhdf5's reader alone runs for a fixed time. Prints how often each was
executed, the edges that its corpus covers and what stopped it. With --coverage, it also builds the package with LLVM's
counters and prints the lines of each folder of Sources that the inputs of all readers reach. The exit code is 1 if a
reader crashed, took more than ten seconds or too much memory, or broke a promise that Fuzzing/Sources/fuzz-readers
checks.

A crash inside libhdf5, which is not instrumented, is counted and is no failure: wtool runs libhdf5 in a process of its own.
Read the findings all the same: where libhdf5 reads past its buffer, wtool may show what it found there as values.
What a run learns stays in Fuzzing/.corpus/NAME, and the next run starts from there. To see a finding again:

    Fuzzing/.build-readers/release/fuzz-readers NAME FILE

The standard library alone.
"""
from __future__ import annotations

import argparse
import collections
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import zipfile

import fuzz

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent
FIXTURES = ROOT / "fixtures"
CORPUS = FOLDER / ".corpus"
SCRATCH = FOLDER / ".build-readers"
BINARY = SCRATCH / "release" / "fuzz-readers"

# The longest input of each reader, in bytes.
READERS = {
    "json": 2048, "yaml": 2048, "architecture": 16384, "toml": 4096, "baseline": 4096, "zip": 16384, "hdf5": 32768,
    "wire": 8192, "shards": 4096,
}
# How often each is executed with --quick.
QUICK = {
    "json": 100_000, "yaml": 40_000, "architecture": 10_000, "toml": 80_000, "baseline": 200_000, "zip": 60_000,
    "wire": 200_000, "shards": 100_000,
}
QUICK_SECONDS = 15
ENVIRONMENT = os.environ | {
    # Swift's own backtrace would wait for a terminal, and libFuzzer prints one.
    "SWIFT_BACKTRACE": "enable=no",
    # Sets and dictionaries are the same in every process: a seed tells, as far as it can, what is tried.
    "SWIFT_DETERMINISTIC_HASHING": "1",
    "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:handle_abort=1",
}
SETTINGS = [
    b'fail-on = "error"\nrule = ["SYM", "-PRP001"]\nbaseline = "known.json"\ntarget-dtype = "float16"\nlayers = "dense*"\n',
    b'[[override]]\nlayers = ["a", "b*"]\nignore = "SYM001"\nreason = "on purpose"\nexpires = 2027-01-31\n',
    b'# c\nignore = [ \'X\', """y""" ] # d\n[severity]\nNRM003 = "note"\n[a.b."c"]\nd = { e = 1, f = [1.5e3, inf, nan] }\n',
]
YAML = [
    b"a: &x [1, 2.5, .inf, ~, 'b', \"c\"]\nd: *x\n? e\n: !!python/tuple [yes, no]\n",
    b"- |\n  a\n  b\n- >-\n  c\n- {d: e, f: !!str 1}\n- !!python/object/apply:tensorflow.x.ListWrapper\n  - - 2\n",
]
BASELINES = [
    b'{"schema": "wtool-baseline-1", "findings": ["0123456789abcdef", "x"]}',
    b'{"files": [{"path": "a", "findings": [{"id": "0123"}, {"id": 1}]}, {"findings": null}]}',
]
WORDS = {
    "hdf5": ["\\x89HDF\\x0d\\x0a\\x1a\\x0a", "TREE", "HEAP", "SNOD", "OHDR", "OCHK", "GCOL", "BTHD", "FRHP", "FSHD", "FAHD",
             "layer_names", "weight_names", "model_config", "keras_version", "backend", "model_weights", "layers", "vars",
             "optimizer", "wtool_seed", "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"],
    "zip": ["PK\\x01\\x02", "PK\\x03\\x04", "PK\\x05\\x06", "PK\\x06\\x06", "PK\\x06\\x07", "\\x01\\x00\\x10\\x00",
            "config.json", "metadata.json", "model.weights.h5"],
    "toml": ["fail-on", "rule", "ignore", "severity", "baseline", "strict", "input-std", "target-dtype", "layers",
             "[[override]]", "reason", "expires", "2027-01-31", "\\x22\\x22\\x22", "'''", "inf", "nan", "0x1F", "\\\\u0041"],
    "wire": ["object_tree", "float32", "bfloat16", "int8", "\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00",
             "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f"],
}
JSON_WORDS = ["NaN", "Infinity", "-Infinity", "1e999", "9223372036854775807", "9223372036854775808", "-1", "null", "true",
              "\\\\ud800", "[[", "]]", "{\\x22"]


def files(*patterns: str, folders=("architectures", "weights", "attacks", "plans", "yaml")):
    for folder in folders:
        for pattern in patterns:
            for path in sorted((FIXTURES / folder).rglob(pattern)):
                if path.is_file() and path.stat().st_size <= 65536:
                    yield path.read_bytes()


def members():
    """The HDF5 files inside archives."""
    for data in files("*.keras"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.infolist():
                    if entry.filename.endswith(".h5") and entry.file_size <= 65536:
                        yield archive.read(entry)
        except Exception:  # An attack is no archive for Python.
            continue


def write_seeds(reader: str, longest: int) -> pathlib.Path:
    documents = [data for data in files("*.json")]
    seeds = {
        "json": documents, "yaml": [*YAML, *files("*.yaml")], "architecture": documents,
        "toml": [fuzz.SETTINGS, *SETTINGS], "baseline": BASELINES,
        "zip": list(files("*.keras")), "hdf5": [*files("*.h5", "*.hdf5"), *members()], "wire": [],
        "shards": list(files("*.weights.json")),
    }[reader]
    folder = CORPUS / "seeds" / reader
    folder.mkdir(parents=True, exist_ok=True)
    for index, data in enumerate(sorted(set(seeds), key=len)):
        if len(data) <= longest * 2:
            (folder / f"{index:04}").write_bytes(data)
    if reader == "wire":
        sources = sorted(str(path) for path in write_seeds("hdf5", READERS["hdf5"]).iterdir())
        subprocess.run([BINARY, "--replies", folder, *sources], env=ENVIRONMENT, check=False, timeout=120,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder


def write_dictionary(reader: str) -> pathlib.Path:
    words = list(WORDS.get(reader, []))
    if reader in ("json", "architecture", "baseline", "shards"):
        words += JSON_WORDS
        counts: collections.Counter[str] = collections.Counter()
        for data in files("*.json", folders=("architectures",)):
            counts.update(re.findall(r'"[A-Za-z0-9_ ]{2,40}"', data.decode("utf-8", "replace")))
        words += [word.replace('"', "\\x22") for word, _ in counts.most_common(400)]
    path = CORPUS / f"{reader}.dict"
    path.write_text("".join(f'"{word}"\n' for word in words))
    return path


def build(scratch: pathlib.Path = SCRATCH, *flags: str) -> float:
    start = time.monotonic()
    resources = json.loads(subprocess.run(["swiftc", "-print-target-info"], capture_output=True, check=True).stdout)
    runtime = pathlib.Path(resources["paths"]["runtimeResourcePath"])
    machine = os.uname().machine
    archives = [path for folder in (runtime / "clang", *sorted((runtime.parent / "clang").glob("*")))
                for path in [folder / "lib" / "linux" / f"libclang_rt.fuzzer_no_main-{machine}.a"] if path.exists()]
    if not archives:
        sys.exit("the toolchain has no libFuzzer: libclang_rt.fuzzer_no_main was not found")
    linker = ["--whole-archive", str(archives[0]), "--no-whole-archive"]
    subprocess.run(
        ["swift", "build", "-c", "release", "--quiet", "--package-path", FOLDER, "--scratch-path", scratch,
         "--sanitize", "address", *flags, *(word for flag in linker for word in ("-Xlinker", flag))],
        check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - start


def is_in_libhdf5(report: str) -> bool:
    """Whether the innermost frame that is not of a runtime lies in libhdf5."""
    for line in report.splitlines():
        match = re.match(r"\s*#\d+ 0x[0-9a-f]+ (.*)", line)
        if not match or re.search(r"fuzzer::|asan|sanitizer|__interceptor|libc\.so|/sysdeps/|ld-linux", match[1]):
            continue
        return "libhdf5" in match[1]
    return False


# Of many executions, so many are one process's: the library of settings files never frees what it has read.
ROUND = 1_000_000


def replay(reader: str, path: pathlib.Path) -> tuple[int, str]:
    done = subprocess.run([BINARY, reader, "-timeout=10", "-rss_limit_mb=2048", path], env=ENVIRONMENT, text=True,
                          errors="replace", capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    return done.returncode, done.stderr


def run(reader: str, seconds: int | None, runs: int | None, seed: int, findings: pathlib.Path) -> int:
    """Runs a reader for some seconds, some times, or as --quick does, and returns how many faults it found."""
    longest = READERS[reader]
    seeds, dictionary = write_seeds(reader, longest), write_dictionary(reader)
    is_quick = seconds is None and runs is None
    corpus, artifacts = CORPUS / ("quick" if is_quick else ".") / reader, findings / reader
    if is_quick:
        shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts.mkdir(parents=True, exist_ok=True)
    before = set(artifacts.iterdir())
    rounds = [min(ROUND, runs - done) for done in range(0, runs, ROUND)] if runs else [0]
    if is_quick and reader in QUICK:
        limit = f"-runs={QUICK[reader]}"
    else:
        limit = f"-max_total_time={seconds or QUICK_SECONDS}"
    command = [BINARY, reader, f"-max_len={longest}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-artifact_prefix={artifacts}/"]
    if dictionary.stat().st_size:
        command.append(f"-dict={dictionary}")
    if reader == "hdf5":
        # What takes long in libhdf5 is stopped by the limits of cells; here it would take the time of thousands of others.
        command += ["-fork=1", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1", "-timeout=1"]
    log = artifacts.with_suffix(".log")
    executions, edges = 0, []
    for number, count in enumerate(rounds):
        with log.open("w") as output:
            subprocess.run([*command, f"-runs={count}" if count else limit, f"-seed={seed + number}", corpus, seeds], env=ENVIRONMENT,
                           stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=None if runs else (seconds or 0) + 900)
        text = log.read_text(errors="replace")
        counts = re.findall(r"^#(\d+)", text, re.M) + re.findall(r"number_of_executed_units: (\d+)", text)
        executions += max(map(int, counts), default=0)
        edges += re.findall(r"cov: (\d+)", text)
        if set(artifacts.iterdir()) != before:
            break
    ours = foreign = 0
    for path in sorted(set(artifacts.iterdir()) - before):
        code, report = replay(reader, path)
        if code != 0 and reader == "hdf5" and is_in_libhdf5(report):
            foreign += 1
        # What a new process reads without a fault was the fault of memory that libhdf5 had spoiled before.
        elif code != 0 or reader != "hdf5":
            ours += 1
            reason = re.search(r"Fatal error: .*|ERROR: .*|SUMMARY: .*", report)
            print(f"{reader}: {path}: {reason[0][:200] if reason else 'crashed'}", flush=True)
    if not executions or not edges:
        ours += 1
        print(f"{reader}: did not run; see {log}")
    print(f"{reader:14}{executions:>12} executions{max(map(int, edges), default=0):>8} edges"
          f"{ours:>4} findings" + (f", {foreign} crashes in libhdf5" if foreign else ""), flush=True)
    return ours


def print_coverage(readers: list[str]) -> None:
    """The lines that the corpora and seeds of readers reach, by folders of Sources: builds the package anew for that."""
    tools = pathlib.Path(shutil.which("swiftc") or "swiftc").resolve().parent
    scratch, profiles = FOLDER / ".build-lines", CORPUS / "profiles"
    build(scratch, "-Xswiftc", "-profile-generate", "-Xswiftc", "-profile-coverage-mapping")
    binary = scratch / "release" / "fuzz-readers"
    shutil.rmtree(profiles, ignore_errors=True)
    profiles.mkdir(parents=True)
    lost = 0
    for reader in readers:
        inputs = [str(path) for folder in (CORPUS / reader, CORPUS / "seeds" / reader) for path in sorted(folder.iterdir())]
        # A process that crashes inside libhdf5 leaves no profile.
        size = 1 if reader == "hdf5" else 2000
        for start in range(0, len(inputs), size):
            profile = profiles / f"{reader}-{start}.profraw"
            try:
                subprocess.run([binary, reader, "-timeout=10", *inputs[start:start + size]], timeout=120,
                               env=ENVIRONMENT | {"LLVM_PROFILE_FILE": str(profile)}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            except subprocess.TimeoutExpired:
                pass
            if not profile.exists() or profile.stat().st_size == 0:
                profile.unlink(missing_ok=True)
                lost += 1
    merged = profiles / "all.profdata"
    subprocess.run([tools / "llvm-profdata", "merge", "-o", merged, *profiles.glob("*.profraw")], check=True)
    report = json.loads(subprocess.run(
        [tools / "llvm-cov", "export", "-summary-only", binary, f"-instr-profile={merged}"], check=True, capture_output=True).stdout)
    totals: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for file in report["data"][0]["files"]:
        match = re.search(r"/Libraries/(.*)/[^/]+\.swift$", file["filename"])
        if match:
            totals[match[1]][0] += file["summary"]["lines"]["covered"]
            totals[match[1]][1] += file["summary"]["lines"]["count"]
    print(f"lines covered, by folder; {lost} processes crashed in libhdf5 and are not counted")
    for folder, (covered, lines) in sorted(totals.items()):
        if covered:
            print(f"  {folder:40}{covered:>6} of {lines:>6}{100 * covered / lines:>6.0f} %")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=1 / 3, help="for each reader")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, help="how often each reader is executed, however long that takes")
    parser.add_argument("--only", choices=READERS, action="append", help="a reader; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="other changes for another number")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--findings", type=pathlib.Path, default=ROOT / ".build" / "findings")
    options = parser.parse_args()
    print(f"built in {build():.0f} seconds", flush=True)
    count = 0
    for reader in options.only or READERS:
        seconds = None if options.quick or options.runs else max(1, int(options.minutes * 60))
        count += run(reader, seconds, options.runs, options.seed, options.findings.resolve())
    if options.coverage:
        print_coverage(options.only or list(READERS))
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
