"""p-median: the fewest people-minutes with p new sites."""

import time
from typing import Final

import numpy as np
import scipy.sparse

from finder.capacity.location.exchange import Costs, interchange, threads_for, value_of
from finder.capacity.location.highs import Program, solve
from finder.capacity.location.lagrangian import STEPS, Bounded, bound_and_improve
from finder.capacity.location.lscp import cover
from finder.capacity.location.problem import Float64, Int64, LocationProblem, check_count
from finder.capacity.location.solution import (
    Cancelled,
    LocationSolution,
    Progress,
    answer,
    no_answer,
)
from finder.errors import first_ids

CORE_PAIRS: Final = 400_000
"""Pairs of points and remaining sites that HiGHS is given at most, to close what the relaxation leaves open."""

_FAR = 10.0
"""A point that the chosen sites do not reach costs this many times the longest minutes of the table."""


def solve_p_median(
    problem: LocationProblem,
    *,
    p: int,
    gap: float = 0.0,
    time_limit_s: float = 120.0,
    steps: int = STEPS,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return p new sites with the fewest people-minutes, everybody going to the nearest open site.

    Minimise ``sum_ij P_i t_ij x_ij`` with ``sum_j x_ij = 1``, ``x_ij <= y_j``, ``sum_j y_j = p`` (ReVelle and Swain
    1970), existing sites open beside them. Greedy and interchange give an answer, a Lagrangian relaxation of the whole
    table the bound; what stays open is closed by HiGHS on the sites that can still be in a better answer, if these are
    few: in the form with one level per point and site (Elloumi 2010).

    Parameters
    ----------
    problem
        Points without people are not asked for.
    p
        How many sites to add.
    gap
        Relative gap that is enough; 0 asks for the proof.
    time_limit_s
        For everything.
    steps
        Most bounds to compute.
    progress
        Called with (step, steps, people-minutes, bound).
    cancelled
        Asked at every step.

    Returns
    -------
    LocationSolution
        Objective and bound in people-minutes. Infeasible: the points that no site reaches or, if each can be reached,
        that p sites are too few.
    """
    start = time.perf_counter()
    check_count(problem, p)
    part = problem if (problem.people > 0).all() else problem.rows(problem.people > 0)
    if not part.is_reachable.all():
        ids = part.point_ids[~part.is_reachable].tolist()
        return no_answer(
            problem, model="p_median", seconds=time.perf_counter() - start, unmet_ids=tuple(ids),
            unmet=f"{len(ids)} points reach no site at all: {first_ids(ids)}. Leave them out or add sites they reach.",
        )  # fmt: skip
    if part.n_points == 0:
        return answer(
            problem, problem.candidates[:p], model="p_median", objective=0.0, bound=0.0,
            seconds=time.perf_counter() - start, solver="nobody to serve",
        )  # fmt: skip
    costs, fallback = _finite_costs(part)
    is_whole = bool((costs == np.rint(costs)).all() and (part.people == np.rint(part.people)).all())
    with threads_for(costs):
        found = bound_and_improve(
            costs, part.people, fallback, p, candidates=part.candidates, is_whole=is_whole, gap=gap, steps=steps,
            time_limit_s=time_limit_s, progress=progress, cancelled=cancelled,
        )  # fmt: skip
    solver = "greedy, interchange, Lagrangian relaxation"
    left_s = time_limit_s - (time.perf_counter() - start)
    is_open = found.value - found.bound > gap * found.value
    levels = len(found.active) - p + 1
    if is_open and not found.stopped and left_s > 0 and levels * part.n_points <= CORE_PAIRS:
        found = _close(costs, part.people, fallback, p, found, left_s, cancelled, is_whole=is_whole)
        solver += ", HiGHS on the sites left"
    return _answer_or_why_not(problem, part, p, costs, fallback, found, start, solver)


def _finite_costs(problem: LocationProblem) -> tuple[Costs, Float64]:
    """Return costs without inf (a penalty instead) and what each point falls back on."""
    costs = problem.by_site
    is_finite = np.array([np.isfinite(row).all() for row in costs], dtype=bool)
    if not is_finite.all():
        longest = max((row[np.isfinite(row)].max(initial=0.0) for row in costs), default=0.0)
        costs = np.where(np.isfinite(costs), costs, costs.dtype.type(_FAR * max(float(longest), 1.0)))
    worst = np.zeros(problem.n_points)
    for row in costs:
        np.maximum(worst, row, out=worst)
    return costs, np.minimum(problem.existing_min, worst)


def _close(
    costs: Costs, people: Float64, fallback: Float64, p: int, found: Bounded, left_s: float,
    cancelled: Cancelled | None, *, is_whole: bool,
) -> Bounded:  # fmt: skip
    """Solve the problem of the sites left exactly; no better answer holds another, so its bound is the whole's."""
    active = found.active
    n, levels = len(people), min(len(active) - p + 1, len(active))
    table = np.minimum(costs[active].T.astype(np.float64), fallback[:, None])
    # One of the nearest len(active) - p + 1 sites is open, whatever is chosen.
    order = np.argsort(table, axis=1, kind="stable")[:, :levels]
    near = np.take_along_axis(table, order, axis=1)
    # z[i, k] = 1: none of the k + 1 nearest sites of i is open; then the trip is longer by near[k + 1] - near[k].
    rise = people[:, None] * np.diff(near, axis=1)
    n_z = n * (levels - 1)
    z = len(active) + np.arange(n_z).reshape(n, levels - 1)
    rows = np.arange(n * levels).reshape(n, levels)
    row_index = np.concatenate([rows.ravel(), rows[:, :-1].ravel(), rows[:, 1:].ravel()])
    column = np.concatenate([order.ravel(), z.ravel(), z.ravel()])
    value = np.concatenate([np.ones(n * levels), np.ones(n_z), -np.ones(n_z)])
    chain = scipy.sparse.csr_array((value, (row_index, column)), shape=(n * levels, len(active) + n_z))
    count = scipy.sparse.csr_array(np.r_[np.ones(len(active)), np.zeros(n_z)][None, :])
    low = np.zeros((n, levels))
    low[:, 0] = 1.0
    constant = float(people @ near[:, 0])
    program = Program(
        cost=np.r_[np.zeros(len(active)), rise.ravel()],
        low=np.zeros(len(active) + n_z),
        high=np.ones(len(active) + n_z),
        matrix=scipy.sparse.vstack([chain, count]).tocsr(),
        row_low=np.r_[low.ravel(), float(p)],
        row_high=np.r_[np.full(n * levels, np.inf), float(p)],
        is_integer=np.r_[np.ones(len(active), dtype=bool), np.zeros(n_z, dtype=bool)],
    )
    is_open = np.isin(active, found.chosen)
    blocked = np.cumsum(is_open[order], axis=1)[:, :-1] == 0
    outcome = solve(
        program, time_limit_s=left_s, start=np.r_[is_open, blocked.ravel()].astype(float), cancelled=cancelled
    )
    chosen, best = found.chosen, found.value
    if outcome.values is not None:
        better = active[np.argsort(-outcome.values[: len(active)], kind="stable")[:p]]
        reached = value_of(costs, people, fallback, better)
        if reached < best:
            chosen, best = better, reached
    bound = max(found.bound, constant + outcome.bound)
    if is_whole:
        bound = float(np.ceil(bound - 1e-6))
    if not outcome.stopped and best - bound <= 1e-6 * max(abs(best), 1.0):
        # HiGHS proves to its feasibility tolerance; the value itself is computed here from the table.
        bound = best
    return Bounded(chosen, best, min(bound, best), active, found.steps, outcome.stopped)


def _answer_or_why_not(
    problem: LocationProblem, part: LocationProblem, p: int, costs: Costs, fallback: Float64, found: Bounded,
    start: float, solver: str,
) -> LocationSolution:  # fmt: skip
    chosen, value = found.chosen, found.value
    if _misses_somebody(part, chosen):
        left_out = ~np.isfinite(part.existing_min)
        reach = np.isfinite(part.minutes[left_out][:, part.candidates])
        columns, _, stopped = cover(reach, np.ones(len(part.candidates)), time_limit_s=60.0, at_most=p)
        if columns is None:
            return no_answer(
                problem, model="p_median", seconds=time.perf_counter() - start, solver="HiGHS", stopped=stopped,
                unmet="" if stopped else f"{p} sites cannot reach every point at all: ask for more sites.",
                unmet_ids=tuple(part.point_ids[left_out].tolist()),
            )  # fmt: skip
        spare = part.candidates[~np.isin(part.candidates, part.candidates[columns])]
        chosen = np.concatenate([part.candidates[columns], spare[: p - len(columns)]])
        improved, value = interchange(costs, part.people, fallback, chosen, active=part.candidates)
        chosen = chosen if _misses_somebody(part, improved) else improved
        value = value_of(costs, part.people, fallback, chosen)
    return answer(
        problem, chosen, model="p_median", objective=value, bound=min(found.bound, value),
        seconds=time.perf_counter() - start, solver=solver, stopped=found.stopped,
    )  # fmt: skip


def _misses_somebody(problem: LocationProblem, chosen: Int64) -> bool:
    reached = np.isfinite(problem.existing_min)
    for site in chosen:
        reached |= np.isfinite(problem.by_site[site])
    return not bool(reached.all())
