"""Runs a process with limits of time and memory, and measures it. The standard library alone; Linux for the memory."""
from __future__ import annotations

import dataclasses
import os
import pathlib
import resource
import signal
import subprocess
import time

PAGE = resource.getpagesize()


@dataclasses.dataclass
class Outcome:
    """How a process ended. `code` is negative where a signal ended it."""

    code: int
    seconds: float
    memory: int
    limit: str | None
    output: bytes
    errors: bytes


def children(process: int) -> list[int]:
    """A process and all that descend from it."""
    result = [process]
    for parent in result:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                result += map(int, pathlib.Path(f"/proc/{parent}/task/{task}/children").read_text().split())
        except OSError:
            pass
    return result


def resident(process: int) -> int:
    """The memory that a process and its descendants hold, in bytes: what they share counts once for each."""
    total = 0
    for child in children(process):
        try:
            total += int(pathlib.Path(f"/proc/{child}/statm").read_text().split()[1]) * PAGE
        except (OSError, IndexError):
            pass
    return total


def restrict(file_size: int = 1 << 30) -> None:
    """Limits this process and all that it starts: no core dumps, no large files. What passes the limit of a file is an error
    of writing, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def run(command: list[str], folder: pathlib.Path, seconds: float, memory: int, environment: dict[str, str] | None = None) -> Outcome:
    """Runs a command in a folder; ends it and its descendants where they pass a limit."""
    out, err = folder / ".stdout", folder / ".stderr"
    with out.open("wb") as output, err.open("wb") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment, start_new_session=True,
            restore_signals=False)
    limit, peak, pause = None, 0, 0.002
    while True:
        # WNOWAIT leaves the process for wait4, which knows its peak.
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        spent = time.monotonic() - started
        if spent > 0.05:
            peak = max(peak, resident(process.pid))
        if spent > seconds:
            limit = "time"
        elif peak > memory:
            limit = "memory"
        if limit:
            descendants = children(process.pid)
            for child in descendants:
                try:
                    os.kill(child, signal.SIGKILL)
                except OSError:
                    pass
            break
        time.sleep(pause)
        pause = min(pause * 1.3, 0.05)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = time.monotonic() - started
    peak = max(peak, usage.ru_maxrss * 1024)
    if limit is None and peak > memory:
        limit = "memory"

    def read(path: pathlib.Path) -> bytes:
        with path.open("rb") as file:
            content = file.read(1 << 22)
        path.unlink()
        return content

    return Outcome(process.returncode, spent, peak, limit, read(out), read(err))
