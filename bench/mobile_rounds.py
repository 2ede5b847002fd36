"""Rounds of mobile units beside OR-Tools, on the same stops and drives: ``python -m bench.mobile_rounds``."""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.measure import ROOT, figure, heading
from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import all_stops
from finder.answers.mobile_drives import stop_drives, whole_minutes
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.round_problem import RoundProblem
from finder.capacity.mobile.rounds import plan_rounds

CASES = (("Namur", 60, 1), ("Luxembourg", 180, 3))
SECONDS = 40
SEED = 20


def rounds_of(atlas: Atlas, province: str, count: int, units: int) -> RoundProblem:
    """Return localities of a province drawn by seed, mostly monthly or every second month, from its middle one."""
    rng = np.random.default_rng(SEED)
    stops = all_stops(atlas)
    drives = stop_drives(atlas)
    inside = np.flatnonzero((stops["province"] == province) & stops["is_on_road"])
    depot = inside[int(np.argmin(drives[np.ix_(inside, inside)].sum(axis=0)))]
    chosen = rng.choice(np.setdiff1d(inside, [depot]), count, replace=False)
    rows = np.r_[depot, chosen]
    return RoundProblem(
        stop_ids=stops.index.to_numpy()[chosen],
        sessions=rng.choice([1, 2, 4], count, p=[0.45, 0.45, 0.1]).astype(np.int64),
        worth=np.full(count, 1_000.0),
        drive_min=whole_minutes(drives[np.ix_(rows, rows)]),
        units=units,
        duty=Duty(),
    )


def by_or_tools(problem: RoundProblem, folder: Path) -> float | None:
    """Return the minutes driven by OR-Tools' rounds, None where it finds none.

    In a process of its own: its library and highspy each bring a HiGHS, and the second one to be loaded fails.
    """
    path = folder / "problem.npz"
    np.savez(path, drive_min=problem.drive_min, sessions=problem.sessions, units=problem.units)
    command = [sys.executable, "-m", "bench.ortools_peer", str(path), str(SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    minutes: float | None = json.loads(done.stdout.splitlines()[-1])
    return minutes


def main() -> None:
    atlas = Atlas()
    warm = rounds_of(atlas, "Namur", 8, 1)
    plan_rounds(warm, time_limit_s=60.0, rng=np.random.default_rng(0))
    for province, count, units in CASES:
        problem = rounds_of(atlas, province, count, units)
        heading(f"{count} stops of {province}, {problem.sessions.sum()} sessions in {WEEKS} weeks, {units} units")
        ours = plan_rounds(problem, time_limit_s=float(SECONDS), rng=np.random.default_rng(0))
        gap = 1 - ours.bound_min / ours.drive_min
        figure("ours", ours.seconds, note=f"{ours.drive_min} min, {len(ours.unplaced)} left out, gap {gap:.1%}")
        print(f"{'nearest neighbour':<58}{ours.baseline_min:>8.0f} min (nan: does not serve all)")
        if importlib.util.find_spec("ortools") is None:
            print('OR-Tools is not installed (pip install -e ".[bench]"): no comparison')
            continue
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            theirs = by_or_tools(problem, Path(folder))
        told = "nothing found" if theirs is None else f"{theirs:.0f} min, {theirs / ours.drive_min:.3f} times ours"
        figure("OR-Tools", time.perf_counter() - start, note=told)


if __name__ == "__main__":
    main()
