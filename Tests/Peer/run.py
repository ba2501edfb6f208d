"""Lets the tests that are installed with Keras judge what `wtool convert` writes.

    python Tests/Peer/run.py               every test of layers, models, quantizers and saving
    python Tests/Peer/run.py --sample      some of them, in about three minutes
    python Tests/Peer/run.py layers/core   the tests of that folder or file of keras/src
    python Tests/Peer/run.py -k lora       those whose name says so, as pytest has it

The Python must have Keras, one of its backends (KERAS_BACKEND) and pytest: .build/conformance/bin/python has them. The
wtool is .build/release/wtool, or the one that WTOOL_BINARY names. Tests/Peer/peer.py says how files get to it.

Every test runs with wtool in between. Those that fail run again without it, and count no more if they fail then too.
The others run once more with wtool, and with what it says it leaves out (the state of an optimizer) put back: if they
pass then, nothing else was wrong. Whatever still fails is a fault of wtool, and the exit code is 1. Files that wtool
refuses are counted by reason.
"""
import argparse
import collections
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = ["layers", "models", "quantizers", "saving", "legacy", "dtype_policies"]
SAMPLE = [
    "saving/saving_lib_test.py", "saving/saving_api_test.py", "saving/file_editor_test.py",
    "legacy/saving/legacy_h5_format_test.py", "layers/core/dense_test.py", "layers/core/embedding_test.py",
    "layers/rnn/simple_rnn_test.py", "layers/rnn/bidirectional_test.py", "layers/rnn/stacked_rnn_cells_test.py",
    "layers/normalization/batch_normalization_test.py", "layers/preprocessing/normalization_test.py",
    "models/sequential_test.py", "models/cloning_test.py", "quantizers/quantizers_test.py",
]
# Tests that ask for more than that the weights come back.
KNOWN = {
    "keras/src/saving/saving_lib_test.py::SavingTest::test_weights_sharding_efficientnet_b0_10":
        "counts the shards: wtool fills two where Keras fills three, as it takes the weights in another order",
}
PYTEST = ["-p", "peer", "-c", str(HERE / "pytest.ini"), "-q", "--no-header", "--tb=short", "--disable-warnings",
          "-r", "N", "--continue-on-collection-errors"]
SAVES = re.compile(r"\.save\(|save_weights|save_model|ModelCheckpoint|BackupAndRestore")


def keras_source() -> pathlib.Path:
    """The folder keras/src, found without importing Keras."""
    specification = importlib.util.find_spec("keras")
    if specification is None:
        sys.exit("this Python has no Keras; try .build/conformance/bin/python")
    return pathlib.Path(specification.origin).parent / "src"


def selected(source: pathlib.Path, options) -> list[pathlib.Path]:
    """The files of tests: those of the folders that matter, and all others that save something."""
    if options.paths:
        return [source / path for path in options.paths]
    if options.sample:
        return [source / path for path in SAMPLE if (source / path).exists()]
    files = sorted(source.rglob("*_test.py"))
    return [file for file in files if file.relative_to(source).parts[0] in FOLDERS or SAVES.search(file.read_text())]


def run(mode: str, files: list[pathlib.Path], options, only: set[str] | None = None) -> list[dict]:
    """Runs pytest once; what the plugin recorded."""
    with tempfile.TemporaryDirectory(prefix="wtool-peer-") as folder:
        record, names = pathlib.Path(folder) / "record", pathlib.Path(folder) / "only"
        if options.record and mode == "wtool":
            record = options.record.resolve()
        record.write_text("")
        environment = {
            **os.environ, "WTOOL_PEER_MODE": mode, "WTOOL_PEER_RECORD": str(record), "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1", "HDF5_USE_FILE_LOCKING": "FALSE", "PYTHONHASHSEED": "0",
        }
        if options.sample:
            environment["WTOOL_PEER_MODELS"] = "0"
        command = [sys.executable, "-m", "pytest", *PYTEST, "--rootdir", str(files_root(files)), *options.pytest]
        if only is not None:
            names.write_text("\n".join(sorted(only)))
            environment["WTOOL_PEER_ONLY"] = str(names)
        elif options.k:
            command += ["-k", options.k]
        if options.workers > 1:
            command += ["-n", str(options.workers)]
        started = time.monotonic()
        result = subprocess.run([*command, *map(str, files)], env=environment, capture_output=True, text=True)
        events = [json.loads(line) for line in record.read_text().splitlines()]
    summary = (result.stdout.strip().splitlines() or ["no output"])[-1]
    print(f"{time.monotonic() - started:5.0f} s  {mode}: {summary}", flush=True)
    if result.returncode not in [0, 1, 5]:
        last = next((event["test"] for event in reversed(events) if event["event"] == "start"), None)
        print(result.stdout[-2000:] + result.stderr[-2000:])
        if last is None or mode == "alone":
            sys.exit(f"pytest ended with {result.returncode}")
        text = f"E  pytest ended with {result.returncode}"
        events.append({"event": "outcome", "test": last, "outcome": "failed", "text": text})
    return events


def files_root(files: list[pathlib.Path]) -> pathlib.Path:
    """The folder that contains the package, so that the names of tests begin with keras/src."""
    return next(parent.parent for parent in files[0].parents if parent.name == "keras")


def failures(events: list[dict]) -> dict[str, str]:
    """The tests that failed, and what pytest says."""
    outcomes = [event for event in events if event["event"] == "outcome"]
    return {event["test"]: event["text"] for event in outcomes if event["outcome"] == "failed"}


def files_of(source: pathlib.Path, tests) -> list[pathlib.Path]:
    return sorted({source.parent.parent / test.split("::")[0] for test in tests})


def kind(reason: str) -> str:
    """A reason without its names and numbers."""
    reason = reason.splitlines()[0] if reason else "no reason given"
    reason = re.sub(r"^[\d:, ]+", "", reason)
    reason = re.sub(r'"[^"]*"', '"…"', reason)
    reason = re.sub(r"(?<![\w.])(?:[\w.-]*/)+[\w./-]+", "PATH", reason)
    return re.sub(r"\d+(?:[.,]\d+)*", "N", reason)


def table(title: str, rows: list[tuple]) -> None:
    if rows:
        print(f"\n{title}")
        widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [f"{cell:{'>' if isinstance(cell, int) else '<'}{width}}" for cell, width in zip(row, widths)]
            print("  " + "  ".join([*cells, str(row[-1])]).rstrip())


def report_files(events: list[dict]) -> None:
    files = [event for event in events if event["event"] == "file"]
    results = ["converted", "refused", "broken", "left alone"]
    counts = collections.Counter((event["form"], event["result"]) for event in files)
    rows = [("files", *results, "")]
    forms = sorted({event["form"] for event in files}, key=lambda form: (" to " in form, form))
    rows += [(form, *(counts[form, result] for result in results), "") for form in forms]
    rows.append(("all", *(sum(counts[form, result] for form in forms) for result in results), ""))
    table("what Keras saved, by format; `a to b` are models of single layers and those that tests made", rows)
    for result in results[1:]:
        chosen = [event for event in files if event["result"] == result]
        reasons = collections.Counter(kind(event["reason"]) for event in chosen)
        examples = {kind(event["reason"]): event["test"] for event in reversed(chosen)}
        rows = [(count, f"{reason}\n        first in {examples[reason]}") for reason, count in reasons.most_common()]
        table(result, rows)
    left_out = collections.Counter(name for event in files for name in event.get("left_out", {}))
    table("said to be left out, of converted files", [(count, name) for name, count in left_out.most_common()])


def report_models(events: list[dict]) -> None:
    models = [event for event in events if event["event"] == "model"]
    results = collections.Counter(event["result"] for event in models)
    rows = [(count, result) for result, count in results.most_common()]
    table("models of single layers, and those that tests made", rows)
    reasons = [(form, kind(why)) for event in models for form, why in event.get("unable", {}).items()]
    rows = [(count, form, why) for (form, why), count in collections.Counter(reasons).most_common()]
    table("of which Keras itself does not load what it saved", rows)


def report_tests(title: str, tests: dict[str, str]) -> None:
    if tests:
        print(f"\n{title}: {len(tests)}")
    for test, text in sorted(tests.items()):
        lines = [line for line in text.splitlines() if line.startswith("E ")]
        print(f"  {test}" + "".join(f"\n      {line[:300]}" for line in lines[:3]))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="files or folders of keras/src")
    parser.add_argument("--sample", action="store_true", help="a short choice of files")
    parser.add_argument("-k", help="tests by name, as pytest has it")
    parser.add_argument("--workers", type=int, default=1, help="processes side by side; needs pytest-xdist")
    parser.add_argument("--record", type=pathlib.Path, help="where to keep what happened, as lines of JSON")
    parser.add_argument("--pytest", action="append", default=[], help="one more argument for pytest")
    return parser.parse_args()


def main() -> int:
    options = parsed()
    source = keras_source()
    events = run("wtool", selected(source, options), options)
    failed = failures(events)
    own, said = {}, {}
    if failed:
        alone = failures(run("alone", files_of(source, failed), options, set(failed)))
        own = {test: text for test, text in failed.items() if test in alone}
        failed = {test: text for test, text in failed.items() if test not in own}
    if failed:
        completed = failures(run("complete", files_of(source, failed), options, set(failed)))
        said = {test: text for test, text in failed.items() if test not in completed}
        failed = {test: text for test, text in failed.items() if test in completed}
    known = {test: f"E  {KNOWN[test]}" for test in failed if test in KNOWN}
    failed = {test: text for test, text in failed.items() if test not in KNOWN}
    report_files(events)
    report_models(events)
    outcomes = collections.Counter(event["outcome"] for event in events if event["event"] == "outcome")
    table("tests", [(count, outcome) for outcome, count in outcomes.most_common()])
    unreadable = {event["file"]: event["text"] for event in events if event["event"] == "unreadable"}
    report_tests("files of tests that this Python cannot import", unreadable)
    report_tests("tests that fail without wtool too", own)
    report_tests("tests that need what wtool says it leaves out", said)
    report_tests("tests that ask for more than the weights", known)
    report_tests("tests that fail with wtool only", failed)
    broken = sum(event["event"] == "file" and event["result"] == "broken" for event in events)
    print(f"\n{len(failed)} tests fail with wtool only; wtool broke off {broken} times")
    return 1 if failed or broken or not outcomes["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
