"""Best of several runs (a shared machine only ever makes things slower), peak memory, and lines of a report."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


def best_of(runs: int, work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the fastest run, and its result."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def memory_mb(field: str) -> float:
    """``VmHWM`` (peak) or ``VmRSS`` (now) of this process, MB; only Linux says so."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise OSError(f"no {field} in /proc/self/status")


def in_child(*arguments: str) -> dict[str, float]:
    """Run ``python -m bench.child`` so that the peak memory is of that work alone; return what it prints."""
    command = [sys.executable, "-m", "bench.child", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def figure(what: str, seconds: float, *, limit_s: float | None = None, note: str = "") -> None:
    shown = f"{seconds:8.2f} s " if seconds >= 1 else f"{seconds * 1000:8.1f} ms"
    verdict = "" if limit_s is None else f"  asked <= {limit_s:g} s: {'yes' if seconds <= limit_s else 'NO'}"
    print(f"{what:<58}{shown}{verdict}{'  ' + note if note else ''}", flush=True)
