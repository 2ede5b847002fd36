"""What more or fewer units would reach."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from finder.capacity.location.solution import Cancelled, Progress
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR
from finder.capacity.mobile.stop_milp import as_choice, search
from finder.capacity.mobile.stop_options import Pick, make_options
from finder.capacity.mobile.stop_problem import StopProblem, StopRules
from finder.capacity.mobile.stop_unmet import check_can_be_met
from finder.errors import MobileError


def reach_curve(
    problem: StopProblem,
    rules: StopRules,
    units: Sequence[int],
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.005,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return how many children different numbers of units serve.

    Each number begins with the choice of the number before it, so that more units never serve fewer children; a
    bound for more units holds for fewer as well.

    Parameters
    ----------
    problem
        As for :func:`finder.capacity.mobile.stop_milp.choose_stops`.
    rules
        ``units`` and ``target_children`` are not read; the ranges of the depots must allow every number asked for.
    units
        Numbers of units in all, at least one number; doubles count once.
    time_limit_s, gap
        For each number.
    progress
        Called with (numbers done, of, objective so far, bound so far) of the number at work.
    cancelled
        Asked now and then; the numbers left are then answered as far as their greedy choice goes.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``units``, ascending: ``children``, ``bound`` (children), ``sessions_per_month``, ``stops_count``,
        ``status``, ``seconds``, and ``units_<depot_id>`` for each depot.

    Raises
    ------
    MobileError
        If the depots cannot have so many or so few units, or the rules cannot be kept with so few.
    """
    counts = sorted(set(units))
    if not counts:
        raise MobileError("No numbers of units to compare: give at least one.")
    easiest = replace(rules, target_children=None)
    options = make_options(problem, easiest)
    check_can_be_met(problem, easiest, options)
    rows = []
    before: Pick | None = None
    for done, count in enumerate(counts):
        asked = replace(easiest, units=count)
        begun = time.perf_counter()

        def tell(_step: int, _of: int, objective: float, bound: float, done: int = done) -> None:
            if progress is not None:
                progress(done, len(counts), objective, bound)

        found = search(
            options, asked, time_limit_s=time_limit_s, gap=gap, progress=tell, cancelled=cancelled,
            start=None if before is None else _with_units(before, asked),
        )  # fmt: skip
        before = found.pick
        choice = as_choice(problem, options, found, seconds=time.perf_counter() - begun)
        rows.append(
            {
                "units": count, "children": choice.objective, "bound": choice.bound,
                "sessions_per_month": float(choice.sessions.sum()) * CYCLES_PER_YEAR[rules.calendar] / 12,
                "stops_count": len(choice.stops), "status": choice.status, "seconds": choice.seconds,
                **{f"units_{name}": int(n) for name, n in zip(problem.depot_ids, choice.units, strict=True)},
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).set_index("units")
    table["bound"] = np.minimum.accumulate(table["bound"].to_numpy()[::-1])[::-1]
    return table


def _with_units(pick: Pick, rules: StopRules) -> Pick:
    """Return the choice with units added at the first depots that may have more."""
    units = pick.units.copy()
    for depot, high in enumerate(rules.units_high):
        units[depot] += min(rules.units - int(units.sum()), high - int(units[depot]))
    return replace(pick, units=units)
