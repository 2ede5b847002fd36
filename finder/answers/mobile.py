"""A plan of mobile consultations from the gaps up: stops, how often, rounds, hours, and what it changes."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand, mobile_demand
from finder.answers.mobile_depots import default_depots
from finder.answers.mobile_effects import DEPOT_FAR, FAR_OF_ALL
from finder.answers.mobile_problem import stop_problem, stop_rules
from finder.answers.mobile_question import DepotChoice, MobileQuestion
from finder.answers.mobile_rounds import (
    DepotRounds,
    Followed,
    followed_at,
    make_the_plan,
    placed_stops,
    round_problems,
    solve_rounds,
)
from finder.answers.mobile_told import MobilePlan, not_followed, tell_plan
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.capacity.location.solution import relative_gap
from finder.capacity.mobile.check import plan_figures
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.plan import NO_ROOM
from finder.capacity.mobile.round_baseline import nearest_neighbour
from finder.capacity.mobile.stop_curve import reach_curve
from finder.capacity.mobile.stop_milp import choose_stops
from finder.capacity.mobile.stop_problem import Float64, StopChoice, StopProblem

_log = logging.getLogger(__name__)

TIME_LIMIT_S: Final = 210.0
AGAIN_SHARE: Final = 0.01
"""Stops are chosen again when rounds leave more than this share of the children without a round, or when the drives
between stops were foreseen too long by more than :data:`HOURS_WRONG_SHARE` where days have room."""
HOURS_WRONG_SHARE: Final = 0.05
FULL_SHARE: Final = 0.97

HOP_FACTOR: Final = 3.0
"""Rounds drive about so many times as long between two stops as to the nearest candidates: the next stop must be due in
the same weeks. Measured on the Federation."""

LEAST_CORRECTION: Final = 1.05
MOST_CORRECTION: Final = 1.4

MobileProgress = Callable[[str, int, int, float, float], None]
"""Called with (stage, step, of, best so far, bound so far). Stages: ``demand``, ``stops`` (children),
``rounds <depot>`` (minutes driven in a cycle), ``measure``; best and bound are nan where there is none."""

Cancelled = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class _Attempt:
    """One choice of stops and its rounds."""

    problem: StopProblem
    choice: StopChoice
    solved: tuple[DepotRounds, ...]
    followed: Followed


def make_plan(
    atlas: Atlas,
    question: MobileQuestion,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    rng: np.random.Generator | None = None,
    progress: MobileProgress | None = None,
    cancelled: Cancelled | None = None,
) -> MobilePlan:
    """Plan mobile consultations.

    Stops and their frequency are chosen first, with an estimate of the drives between them; then the rounds. Where
    rounds had no room for stops, or hours decide and the drives were estimated wrongly, stops are chosen once more with
    the estimate corrected, and the better of the two is kept.

    Parameters
    ----------
    atlas
        The data.
    question
        What is asked.
    time_limit_s
        For the two solvers together; measuring takes some ten seconds more.
    rng
        Of the rounds; default seed 0.
    progress, cancelled
        See :data:`MobileProgress`; cancelling ends with the best so far.

    Raises
    ------
    MobileError
        If the question cannot be met (the message says which part), or the plan breaks a rule of the checker.
    LocationError
        If the area is unknown.
    """
    started, rng = time.monotonic(), rng or np.random.default_rng(0)
    tell = progress or _silent
    tell("demand", 0, 1, math.nan, math.nan)
    demand = mobile_demand(atlas, question)
    depots = question.depots or default_depots(atlas, question, demand)
    stop_rules(atlas, question, depots)
    tell("demand", 1, 1, math.nan, math.nan)
    solving = time.monotonic()

    def left_s() -> float:
        return max(1.0, time_limit_s - (time.monotonic() - solving))

    def attempt(factors: Float64, stops_s: float, rounds_s: float) -> _Attempt:
        return _attempt(atlas, question, demand, depots, factors, stops_s, rounds_s, rng, tell, cancelled)

    factors = np.full(len(depots), HOP_FACTOR, dtype=np.float64)
    best = attempt(factors, time_limit_s * 0.2, time_limit_s * 0.2)
    correction = _corrected(best, question)
    if correction is not None and not (cancelled is not None and cancelled()):
        remaining = left_s()
        again = attempt(factors * correction, remaining * 0.3, remaining * 0.65)
        if again.followed.total > best.followed.total:
            best = again
    tell("measure", 0, 1, math.nan, math.nan)
    made = _finished(atlas, question, demand, depots, best, started)
    tell("measure", 1, 1, math.nan, math.nan)
    return made


def units_curve(
    atlas: Atlas,
    question: MobileQuestion,
    units: Sequence[int],
    *,
    time_limit_s: float = 40.0,
    progress: MobileProgress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return what other numbers of units would follow, rounds not planned.

    Where depots are the default ones, each province has at most today's units below six, and at least today's above:
    see :func:`finder.answers.mobile_depots.default_depots`. Given depots keep their ranges.

    Parameters
    ----------
    atlas
        The data.
    question
        ``units`` and ``target_children`` are not read.
    units
        Numbers of units in all.
    time_limit_s
        For each number.
    progress, cancelled
        See :data:`MobileProgress`; the stage is ``curve``.

    Returns
    -------
    DataFrame
        As :func:`finder.capacity.mobile.stop_curve.reach_curve`.

    Raises
    ------
    MobileError
        If the depots cannot have so many units.
    """
    tell = progress or _silent
    demand = mobile_demand(atlas, replace(question, units=max(units)))
    parts: list[pd.DataFrame] = []
    today = sum(MOBILE_UNITS.get(name, 0) for name in set(demand.stops["province"]))
    counts = sorted(set(units))
    split = [[n for n in counts if n < today], [n for n in counts if n >= today]]
    for some in [counts] if question.depots else [part for part in split if part]:
        asked = replace(question, units=max(some), target_children=None)
        depots = question.depots or default_depots(atlas, asked, demand)
        problem = stop_problem(atlas, asked, demand, depots, hop_factors=np.full(len(depots), HOP_FACTOR))
        told = _stage(tell, sum(len(part) for part in parts), len(counts))
        parts.append(
            reach_curve(
                problem, stop_rules(atlas, asked, depots), some, time_limit_s=time_limit_s,
                progress=told, cancelled=cancelled,
            )
        )  # fmt: skip
    table = pd.concat(parts)
    at_depots = [name for name in table.columns if name.startswith("units_")]
    return table.fillna(dict.fromkeys(at_depots, 0)).astype(dict.fromkeys(at_depots, "int64"))


def _stage(tell: MobileProgress, done: int, of: int) -> Callable[[int, int, float, float], None]:
    def told(step: int, _of: int, best: float, bound: float) -> None:
        tell("curve", done + step, of, best, bound)

    return told


def _silent(_stage: str, _step: int, _of: int, _best: float, _bound: float) -> None:
    return


def _attempt(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    factors: Float64,
    stops_s: float,
    rounds_s: float,
    rng: np.random.Generator,
    tell: MobileProgress,
    cancelled: Cancelled | None,
) -> _Attempt:
    problem = stop_problem(atlas, question, demand, depots, hop_factors=factors)
    choice = choose_stops(
        problem,
        stop_rules(atlas, question, depots),
        time_limit_s=stops_s,
        progress=lambda step, of, best, bound: tell("stops", step, of, best, bound),
        cancelled=cancelled,
    )
    problems = round_problems(atlas, question, demand, depots, choice)
    solved = solve_rounds(problems, time_limit_s=rounds_s, rng=rng, progress=tell, cancelled=cancelled)
    stops, sessions = placed_stops(solved)
    _log.info(
        "hop factors %s: %d stops chosen for %.0f children (bound %.0f, %.0f s), %d placed (%.0f s)",
        factors.round(2).tolist(), len(choice.stops), choice.objective, choice.bound, choice.seconds, len(stops),
        sum(one.solution.seconds for one in solved),
    )  # fmt: skip
    rules = stop_rules(atlas, question, depots)
    room = np.array([rules.children_served(int(count)) for count in sessions], dtype=np.float64)
    return _Attempt(problem, choice, tuple(solved), followed_at(demand, stops, room))


def _corrected(attempt: _Attempt, question: MobileQuestion) -> Float64 | None:
    """Return by depot what its estimate of drives between stops is to be multiplied by; None: all were good enough."""
    factors = np.ones(len(attempt.solved), dtype=np.float64)
    total = attempt.followed.total
    for number, one in enumerate(attempt.solved):
        worth, drive = one.problem.worth, one.problem.drive_min
        left_out = sum(float(worth[row]) for row, reason in one.solution.unplaced if reason == NO_ROOM)
        driven, foreseen = 0.0, 0.0
        for day in one.solution.rounds:
            driven += sum(int(drive[a + 1, b + 1]) for a, b in pairwise(day.stops))
            rows = one.stops[np.array(day.stops[:-1], dtype=np.int64)]
            foreseen += float((attempt.problem.hop_min[rows] - question.duty.step_min / 2).sum())
        if foreseen <= 0:
            continue
        # Rounds that leave stops out drive farther between those they keep: not all of it is corrected at once.
        factor = min(max(driven / foreseen, 1 / MOST_CORRECTION), MOST_CORRECTION)
        if left_out > AGAIN_SHARE / len(factors) * total:
            factors[number] = max(factor, LEAST_CORRECTION)
        elif factor < 1 - HOURS_WRONG_SHARE and _has_room(one, question):
            factors[number] = factor
    return None if (factors == 1).all() else factors


def _has_room(one: DepotRounds, question: MobileQuestion) -> bool:
    """Whether fewer stops were chosen for a depot than its days have room for: then hours decided, or children."""
    most = one.problem.units * question.duty.most_stops_per_day * len(question.duty.weekdays) * WEEKS
    return int(one.problem.sessions.sum()) < FULL_SHARE * most


def _finished(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    best: _Attempt,
    started: float,
) -> MobilePlan:
    plan = make_the_plan(atlas, question, demand, list(best.solved), best.followed)
    missed = not_followed(atlas, question, demand, depots, plan, best.followed)
    figures = plan_figures(plan) | _figures(demand, best, missed)
    figures["seconds"] = time.monotonic() - started
    plan = replace(plan, figures={name: value for name, value in figures.items() if math.isfinite(value)})
    return tell_plan(atlas, question, demand, depots, plan, best.followed)


def _figures(demand: MobileDemand, best: _Attempt, missed: pd.DataFrame) -> dict[str, float]:
    """Return the numbers that stops and rounds tell of themselves."""
    coming = demand.points["coming"].to_numpy(dtype=np.float64)
    by_reason = missed.groupby("reason")["children"].sum()
    reachable = float(coming.sum() - by_reason.reindex([FAR_OF_ALL, DEPOT_FAR], fill_value=0.0).sum())
    driven = float(sum(one.solution.drive_min for one in best.solved))
    # A depot whose bound had no time has none, and so has the whole.
    bounds = [one.solution.bound_min for one in best.solved if one.solution.drive_min > 0]
    bound = float(sum(bounds)) if all(each > 0 for each in bounds) else math.nan
    choice = best.choice
    out = {
        "children_in_gaps": float(demand.points["gap_children"].sum()),
        "children_coming": float(coming.sum()),
        "children_reachable": reachable,
        "stops_objective": float(choice.objective),
        "stops_bound": float(choice.bound),
        "stops_gap": relative_gap(float(choice.objective), float(choice.bound)),
        "rounds_drive_min_per_cycle": driven,
        "rounds_bound_min_per_cycle": bound,
        "rounds_gap": relative_gap(driven, bound) if math.isfinite(bound) else math.nan,
        "rounds_baseline_min_per_cycle": float(sum(one.solution.baseline_min for one in best.solved)),
        "baseline_left_out_count": float(sum(nearest_neighbour(one.problem)[1] for one in best.solved)),
        "unplaced_count": float(sum(len(one.solution.unplaced) for one in best.solved)),
        "stops_seconds": float(choice.seconds),
        "rounds_seconds": float(sum(one.solution.seconds for one in best.solved)),
    }
    return out | {f"unserved_{name}": float(value) for name, value in by_reason.items()}
