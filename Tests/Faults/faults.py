"""Fault injection: every call of wtool to the system fails in turn, and the process is killed at any of them.

What must hold, whatever fails:

- the exit code is that of a good run or 3, never that of a crash or an internal error;
- exit 0: the output is, byte for byte, that of a good run;
- exit 3: one line says why, and what was there before is there unchanged; only what fails after the output has its
  name, which is the synchronization of its folder, may leave the new one, whole;
- nothing else is left in the folder or in $TMPDIR; after a kill, or where a removal failed, not after the next run.
"""

import argparse
import contextlib
import ctypes
import hashlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

# Copies, which no build replaces meanwhile.
ROOT = tempfile.mkdtemp(prefix="wtool-faults-")
WTOOL = shutil.copy(os.environ["WTOOL_BINARY"], os.path.join(ROOT, "wtool"))
LIBRARY = shutil.copy(".build/faults/faults.so", ROOT)

# What each function can fail with. SHORT does half of what was asked for.
WRITING = ["ENOSPC", "EIO", "EDQUOT", "EFBIG", "EINTR", "SHORT"]
READING = ["EIO", "EINTR", "SHORT"]
ERRORS = {
    "open": ["EIO", "EMFILE", "EACCES", "ENOSPC", "EINTR", "EOPNOTSUPP"],
    "opendir": ["EIO", "EACCES"],
    "readdir": ["EIO"],
    "read": READING,
    "pread": READING,
    "write": WRITING,
    "pwrite": WRITING,
    "ftruncate": ["EIO", "ENOSPC", "EFBIG", "EINTR"],
    "posix_fallocate": ["ENOSPC", "EIO", "EDQUOT", "EINTR", "EOPNOTSUPP"],
    "fsync": ["EIO", "ENOSPC", "EDQUOT", "EINTR", "EINVAL"],
    "rename": ["EIO", "ENOSPC", "EACCES", "EXDEV", "EROFS"],
    "link": ["EIO", "ENOSPC", "EPERM"],
    "linkat": ["EIO", "ENOSPC", "EPERM", "EEXIST"],
    "unlink": ["EIO", "EACCES"],
    "close": ["EIO", "EINTR", "ENOSPC"],
    "stat": ["EIO", "EACCES"],
    "lstat": ["EIO", "EACCES"],
    "fstat": ["EIO"],
    "mmap": ["ENOMEM"],
    "fork": ["EAGAIN", "ENOMEM"],
    "sync_file_range": ["EIO", "ENOSPC"],
    "fchmod": ["EPERM", "EIO"],
    "fchown": ["EPERM", "EIO"],
    "flock": ["EAGAIN", "ENOLCK", "EINTR"],
    "fopen": ["EIO", "EMFILE"],
    "fread": ["EIO"],
    "fwrite": ["EIO", "ENOSPC"],
    "fclose": ["EIO", "ENOSPC"],
    "fseeko": ["EIO", "ENOSPC"],
}
KILLED_AT = ["open", "pwrite", "ftruncate", "posix_fallocate", "fsync", "rename", "link", "linkat", "unlink", "close"]
# After these nothing can be undone, or nothing needs to be: what is left goes with the next run.
LATE = {"fsync", "open", "unlink", "close", "lstat", "stat"}


def architecture(units, layers):
    config = [{"class_name": "InputLayer", "config": {"batch_shape": [None, units], "dtype": "float32", "name": "in"}}]
    config += [{"class_name": "Dense", "config": {"name": f"d{number}", "units": units}} for number in range(layers)]
    return {"class_name": "Sequential", "config": {"name": "s", "layers": config}, "keras_version": "3.15.1"}


class Case:
    """A command, and what is there before it. Its outputs are all that is in the folder afterwards."""

    def __init__(self, name, arguments, before=(), environment=None, stdin=None):
        self.name = name
        self.arguments = arguments
        self.before = before
        self.environment = environment or {}
        self.stdin = stdin


SHARDS = ["--max-shard-size", "0.0012"]


def init(output, seed, *more):
    return ["init", "arch.json", "-o", output, "--seed", str(seed), "-q", *more]


def cases():
    result = []
    for output, more in [("m.h5", []), ("m.weights.h5", []), ("m.keras", []), ("m.weights.json", SHARDS)]:
        result.append(Case(f"init {output}", init(output, 2, *more)))
        result.append(Case(f"init --force {output}", init(output, 2, "--force", *more), [init(output, 1, *more)]))
    # The same where files without names cannot be had.
    for output, more in [("m.h5", []), ("m.weights.json", SHARDS)]:
        result.append(
            Case(
                f"init --force {output}, named",
                init(output, 2, "--force", *more),
                [init(output, 1, *more)],
                {"WTOOL_FAULT_NAMED": "1"},
            )
        )
    result.append(
        Case(
            "init --force m.weights.json, from the second set",
            init("m.weights.json", 3, "--force", *SHARDS),
            [init("m.weights.json", 1, *SHARDS), init("m.weights.json", 2, "--force", *SHARDS)],
        )
    )
    result.append(Case("init -o -", ["init", "arch.json", "-o", "-", "--seed", "2", "-q"]))
    old = [init("a.h5", 1), init("a.keras", 1), init("a.weights.json", 1, *SHARDS)]
    result.append(Case("convert to .keras", ["convert", "a.h5", "b.keras", "-q"], old[:1]))
    result.append(Case("convert from .keras", ["convert", "a.keras", "b.h5", "-q"], old[1:2]))
    result.append(
        Case("convert from shards", ["convert", "a.weights.json", "b.weights.h5", "-q", "--model", "arch.json"], old[2:])
    )
    result.append(Case("init --from", init("b.h5", 2, "--from", "a.h5"), old[:1]))
    result.append(Case("init --from in place", init("a.h5", 2, "--from", "a.h5", "--force", "--only", "d0"), old[:1]))
    result.append(Case("convert from a pipe", ["convert", "-", "b.weights.h5", "-q"], old[:1], stdin="a.h5"))
    result.append(Case("inspect", ["inspect", "a.h5", "-f", "json:r.json", "-f", "sarif:r.sarif"], old[:1]))
    result.append(Case("inspect .keras", ["inspect", "a.keras", "-f", "json:r.json"], old[1:2]))
    return result


class Place:
    """A folder with what is there before a case, and what a good run makes of it."""

    def __init__(self, case, root):
        self.case = case
        self.base = os.path.join(root, "base")
        os.makedirs(self.base)
        with open(os.path.join(self.base, "arch.json"), "w") as file:
            json.dump(architecture(520, 3), file)
        for arguments in case.before:
            subprocess.run([WTOOL, *arguments], cwd=self.base, check=True, capture_output=True)
        self.root = root
        self.old = snapshot(self.base)
        self.clean = [self.old]
        counts = os.path.join(root, "counts")
        self.good = self.run("good", {"WTOOL_FAULT_COUNTS": counts})
        self.clean.append(self.good.left)
        with open(counts) as file:
            self.counts = {line.split()[0]: int(line.split()[1]) for line in file}
        if self.good.code not in (0, 1) or self.good.temporary:
            raise SystemExit(f"{case.name}: a good run ends with {self.good.code}: {self.good.errors} {self.good.temporary}")

    def run(self, name, environment):
        folder = os.path.join(self.root, name)
        work, temporary = os.path.join(folder, "work"), os.path.join(folder, "tmp")
        shutil.copytree(self.base, work)
        os.mkdir(temporary)
        try:
            return Run(self.case, work, temporary, environment, self.clean)
        finally:
            shutil.rmtree(folder)


class Run:
    """One run, and what it left."""

    def __init__(self, case, work, temporary, faults, clean):
        environment = {**os.environ, **case.environment, "TMPDIR": temporary, "HDF5_USE_FILE_LOCKING": "FALSE"}
        arguments = [WTOOL, *case.arguments] + ([] if case.arguments[0] == "inspect" else ["--threads", "1"])
        stdin = open(os.path.join(work, case.stdin), "rb") if case.stdin else subprocess.DEVNULL
        if case.stdin:
            # A pipe, which is copied to a temporary file.
            stdin = subprocess.Popen(["cat", os.path.join(work, case.stdin)], stdout=subprocess.PIPE).stdout
        try:
            process = subprocess.run(
                arguments, cwd=work, env={**environment, **faults, "LD_PRELOAD": LIBRARY}, stdin=stdin,
                capture_output=True, timeout=120,
            )
            self.code, self.output = process.returncode, hashlib.sha1(process.stdout).hexdigest()
            self.errors = process.stderr.decode(errors="replace")
        except subprocess.TimeoutExpired:
            self.code, self.output, self.errors = "timeout", "", ""
        if case.stdin:
            stdin.close()
        self.left = self.next = snapshot(work)
        self.malformed = malformed(work)
        self.temporary = self.temporary_next = os.listdir(temporary)
        if not self.temporary and self.left in clean:
            return
        # The next run: another file in the same folder.
        subprocess.run(
            [WTOOL, "init", "arch.json", "-o", "next.h5", "--seed", "9", "-q"], cwd=work, env=environment,
            capture_output=True,
        )
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(work, "next.h5"))
        self.next = snapshot(work)
        self.temporary_next = os.listdir(temporary)


def malformed(folder):
    """The reports that are not whole."""
    for name in os.listdir(folder):
        if name.startswith("r."):
            try:
                with open(os.path.join(folder, name)) as file:
                    json.load(file)
            except ValueError:
                return f"{name} is not whole"
    return None


def snapshot(folder):
    result = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            result[name] = hashlib.file_digest(file, "sha1").hexdigest()
    return result


def judge(place, function, action, run):
    """What is wrong with a run; None if nothing is."""
    old, new = place.old, place.good.left
    if place.case.arguments[0] == "inspect":
        return judge_reports(place, action, run)
    if action in ("KILL", "KILLED"):
        if run.code not in (-signal.SIGKILL, place.good.code):
            return f"exit {run.code}"
        if run.next not in (old, new):
            return f"neither old nor new after the next run: {sorted(run.next)}"
        return "a temporary file is left" if run.temporary_next else None
    if run.code not in (place.good.code, 3):
        return f"exit {run.code}: {run.errors.strip()[:200]}"
    if run.temporary and (function != "unlink" or run.temporary_next):
        return f"a temporary file is left: {run.temporary}"
    if run.code == 3:
        lines = [line for line in run.errors.splitlines() if ": note: " not in line]
        if len(lines) != 1:
            return f"{len(lines)} lines on standard error: {run.errors!r}"
        if run.left == old or (function in LATE and (run.left == new or run.next in (old, new))):
            return None
        return f"exit 3, and left are {difference(old, run.left)}: {lines[0]}"
    if run.left == new and run.output == place.good.output:
        return None
    # What could not be removed or replaced in the end goes with the next run.
    if run.next == new and run.output == place.good.output:
        return None
    return f"exit {run.code}, and the output differs: {difference(new, run.left)} {run.errors.strip()[:200]}"


def judge_reports(place, action, run):
    """The same for reports, each a file of its own, which also tell what cannot be read."""
    new = place.good.left
    codes = (-signal.SIGKILL, place.good.code) if action.startswith("KILL") else (3, place.good.code)
    if run.code not in codes:
        return f"exit {run.code}: {run.errors.strip()[:200]}"
    if run.temporary_next or set(run.next) - set(new):
        return f"left are {sorted(run.next)} {run.temporary_next}"
    if run.code == 3 and not action.startswith("KILL"):
        lines = run.errors.splitlines()
        return f"{len(lines)} lines on standard error: {run.errors!r}" if len(lines) > 1 else run.malformed
    changed = [name for name, content in run.next.items() if content != new[name]]
    if run.code == place.good.code and set(run.next) != set(new):
        changed.append("what is missing")
    return f"exit {run.code}, and these differ: {', '.join(changed)}" if changed else None


def difference(one, other):
    names = sorted(name for name in set(one) | set(other) if one.get(name) != other.get(name))
    return ", ".join(names) or "only standard output"


def faults(place, sample, generator):
    jobs = []
    for function, count in place.counts.items():
        # Of many equal calls the first and the last ones, and some between.
        calls = list(range(1, count + 1))
        if count > 40:
            calls = calls[:15] + sorted(generator.sample(calls[15:-10], 15)) + calls[-10:]
        for call in calls:
            jobs += [(function, call, action) for action in ERRORS[function]]
            if function in KILLED_AT:
                jobs += [(function, call, action) for action in ("KILL", "KILLED")]
    return generator.sample(jobs, min(sample, len(jobs))) if sample else jobs


def inject(options, generator, root):
    done, failures = Counter(), []
    chosen = [case for case in cases() if options.only in case.name]
    for number, case in enumerate(chosen):
        place = Place(case, os.path.join(root, str(number)))
        jobs = faults(place, options.per_case, generator)

        def one(item):
            index, (function, call, action) = item
            run = place.run(str(index), {"WTOOL_FAULT": f"{function}:{call}:{action}"})
            return (function, call, action), judge(place, function, action, run)

        before = len(failures)
        with ThreadPoolExecutor(options.workers) as pool:
            for (function, call, action), failure in pool.map(one, enumerate(jobs)):
                done["kills at calls" if action.startswith("KILL") else "faults"] += 1
                if failure:
                    failures.append(f"{case.name}: {function}:{call}:{action}: {failure}")
                    print("FAILED", failures[-1], flush=True)
        shutil.rmtree(place.root)
        print(f"{case.name}: {len(jobs)} runs, {len(failures) - before} failed", flush=True)
    return done, failures


def shard_set(folder, index):
    """The contents that an index leads to, and the names it uses."""
    with open(os.path.join(folder, index)) as file:
        weights = json.load(file)["weight_map"]
    names = []
    for value in weights.values():
        names += value if isinstance(value, list) else [value]
    names = list(dict.fromkeys(names))
    contents = []
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            contents.append(hashlib.file_digest(file, "sha1").hexdigest())
    return contents, names


def kill(options, generator, root, count, what):
    """Kills `init --force` at random instants: the file is the old or the new one, never a mixture."""
    folder = os.path.join(root, what)
    temporary = os.path.join(root, what + "-tmp")
    os.makedirs(folder)
    os.makedirs(temporary)
    units, layers = (5000, 1) if what == "file" else (520, 8)
    with open(os.path.join(folder, "arch.json"), "w") as file:
        json.dump(architecture(units, layers), file)
    with open(os.path.join(folder, "small.json"), "w") as file:
        json.dump(architecture(2, 1), file)
    output = "m.h5" if what == "file" else "m.weights.json"
    environment = {**os.environ, "TMPDIR": temporary}

    def command(seed, name=output):
        return [WTOOL, *init(name, seed, "--force", *([] if what == "file" else SHARDS))]

    def content():
        if what == "shards":
            return shard_set(folder, output)[0]
        with open(os.path.join(folder, output), "rb") as file:
            return hashlib.file_digest(file, "sha1").hexdigest()

    wanted, times = {}, []
    for seed in (1, 2, 1, 2, 1):
        start = time.monotonic()
        subprocess.run(command(seed), cwd=folder, env=environment, check=True)
        times.append(time.monotonic() - start)
        wanted[seed] = content()
    duration = statistics.median(times)
    seed, ends, failures = 1, Counter(), []
    end = time.monotonic() + options.minutes * 60 if options.minutes else None
    for number in range(count):
        if end and time.monotonic() > end:
            break
        other = 3 - seed
        process = subprocess.Popen(command(other), cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        # Half of the kills come when the file is about to get its name.
        low = 0 if number % 2 else 0.7
        time.sleep(duration * generator.uniform(low, 1.1))
        process.kill()
        code = process.wait()
        found = content()
        seen = next((key for key, value in wanted.items() if value == found), None)
        if seen is None or code not in (0, -signal.SIGKILL):
            failures.append(f"{what}: kill {number}: exit {code}, neither old nor new")
            print("FAILED", failures[-1], flush=True)
            break
        left = [name for name in os.listdir(folder) if name.startswith(".wtool")]
        ends["runs"] += 1
        ends["finished" if code == 0 else "killed"] += 1
        ends["new" if seen == other else "old"] += 1
        ends["with something hidden left"] += bool(left)
        seed = seen
        subprocess.run(
            [WTOOL, "init", "small.json", "-o", "small.h5", "--seed", "1", "-q", "--force"], cwd=folder,
            env=environment, check=True,
        )
        names = {"arch.json", "small.json", "small.h5", output}
        if what == "shards":
            names |= {"m_00000.weights.h5", *shard_set(folder, output)[1]}
        litter = sorted(set(os.listdir(folder)) - names) + os.listdir(temporary)
        if litter:
            failures.append(f"{what}: kill {number}: left after the next run: {litter}")
            print("FAILED", failures[-1], flush=True)
    shutil.rmtree(folder)
    print(f"kills of {what} ({duration:.2f} s a run): " + ", ".join(f"{n} {k}" for k, n in ends.items()), flush=True)
    return failures, ends["runs"]


def orphans(root):
    """A command waits for the processes that it started: where process 1 waits for none, each would stay for ever."""
    folder = tempfile.mkdtemp(dir=root)
    run = lambda *words: subprocess.run([WTOOL, *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True).returncode
    with open(os.path.join(folder, "arch.json"), "w") as file:
        json.dump(architecture(4, 2), file)
    with open(os.path.join(folder, "bad.h5"), "wb") as file:
        file.write(b"\x89HDF\r\n\x1a\n" + bytes(4096))
    # From now on this process inherits what others leave behind.
    if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) != 0:
        return []
    failures = []
    for words in [
        ["init", "arch.json", "-o", "a.h5", "--seed", "1", "-q"],
        ["ls", "a.h5"],
        ["inspect", "a.h5", "bad.h5", "a.h5", "a.h5"],
        ["convert", "a.h5", "a.keras"],
        ["ls", "missing.h5"],
        ["ls", "--unknown"],
    ]:
        code = run(*words)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
            failures.append(f"{' '.join(words)} (exit {code}) left a process behind")
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)
    for failure in failures:
        print(failure)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="some faults and kills, in about a minute")
    parser.add_argument("--kills", type=int, help="so many kills at random instants of each kind, and nothing else")
    parser.add_argument("--only", default="", help="cases whose name holds this text; with --kills, file or shards")
    parser.add_argument("--minutes", type=float, help="no more kills of each kind after so long")
    parser.add_argument("--per-case", type=int, default=0, help="so many faults of each case, chosen at random")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=None, help="of what is chosen at random")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    generator = random.Random(seed)
    # What is made here goes in the end, also if that comes early.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start = time.monotonic()
    done, failures = Counter(), []
    file_kills, shard_kills = (options.kills, options.kills) if options.kills else (2000, 1000)
    if options.sample:
        options.per_case = options.per_case or 20
        file_kills, shard_kills = 20, 20
    root = ROOT
    try:
        if not options.kills:
            done, failures = inject(options, generator, root)
            failures += orphans(root)
        for what, number in [("file", file_kills), ("shards", shard_kills)]:
            if options.only and not (options.kills and options.only == what):
                continue
            more, runs = kill(options, generator, root, number, what)
            failures += more
            done["kills at random instants"] += runs
    finally:
        shutil.rmtree(root)
    counts = ", ".join(f"{name}: {number}" for name, number in done.items())
    print(f"seed {seed}: {counts}; {len(failures)} failed; {time.monotonic() - start:.0f} s")
    return 1 if failures else 0


sys.exit(main())
