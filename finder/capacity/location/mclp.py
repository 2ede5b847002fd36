"""MCLP: the most people within the limit with p new sites or within a budget, and backup coverage."""

import math
import time
from typing import Final

import numpy as np
import scipy.sparse

from finder.capacity.location.dominance import merge_equal_points, useful_sites
from finder.capacity.location.exchange import Costs, threads_for, value_of
from finder.capacity.location.highs import Program, solve
from finder.capacity.location.lagrangian import STEPS, Bounded, bound_and_improve
from finder.capacity.location.problem import Bool, Float64, Int64, LocationProblem, check_count
from finder.capacity.location.solution import Cancelled, LocationSolution, Progress, answer
from finder.errors import LocationError

CORE_PAIRS: Final = 1_500_000
"""Covered pairs that HiGHS is given at most, to close what the relaxation leaves open."""


def solve_mclp(
    problem: LocationProblem,
    *,
    limit_min: float,
    p: int,
    gap: float = 0.0,
    time_limit_s: float = 120.0,
    steps: int = STEPS,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return p new sites that bring the most people within the limit.

    Maximise ``sum_i P_i z_i`` with ``z_i <= sum over j within the limit of i: y_j`` and ``sum_j y_j = p`` (Church and
    ReVelle 1974); whoever has an existing site within the limit counts as covered. Solved as a p-median of 0 (within)
    and 1 (beyond): greedy, interchange, Lagrangian bound; HiGHS closes it on the sites left if these are few.

    Parameters
    ----------
    problem
        Points that no site covers only count as not covered.
    limit_min
        Inclusive.
    p
        How many sites to add.
    gap
        Relative gap that is enough; 0 asks for the proof.
    time_limit_s, steps, progress, cancelled
        As for :func:`finder.capacity.location.p_median.solve_p_median`; progress tells people covered.

    Returns
    -------
    LocationSolution
        Objective and bound in people covered, those of existing sites included. Never infeasible.
    """
    start = time.perf_counter()
    check_count(problem, p)
    total = float(problem.people.sum())
    is_covered = problem.existing_min <= limit_min
    asked = (problem.people > 0) & ~is_covered
    beyond, people = _beyond(problem, asked, limit_min)
    never = total - float(problem.people[is_covered].sum()) - float(people.sum())

    def tell(step: int, of: int, value: float, bound: float) -> None:
        if progress is not None:
            progress(step, of, total - never - value, total - never - bound)

    with threads_for(beyond):
        found = bound_and_improve(
            beyond, people, np.ones(len(people)), p, candidates=problem.candidates, gap=gap, scale=total - never,
            steps=steps, time_limit_s=time_limit_s, progress=tell, cancelled=cancelled,
            is_whole=bool((people == np.rint(people)).all()),
        )  # fmt: skip
    solver = "greedy, interchange, Lagrangian relaxation"
    left_s = time_limit_s - (time.perf_counter() - start)
    is_open = found.value - found.bound > gap * (total - never - found.value) + 1e-9 * total
    if is_open and not found.stopped and left_s > 0:
        covers = (beyond[found.active] == 0).T
        if covers.sum() <= CORE_PAIRS:
            found = _close(covers, beyond, people, p, found, left_s, cancelled)
            solver += ", HiGHS on the sites left"
    return answer(
        problem, found.chosen, model="mclp", objective=total - never - found.value,
        bound=total - never - found.bound, seconds=time.perf_counter() - start, solver=solver, stopped=found.stopped,
    )  # fmt: skip


def _beyond(problem: LocationProblem, asked: Bool, limit_min: float) -> tuple[Costs, Float64]:
    """Return 0 (within) and 1 (beyond) by site and point, equal points merged, and their people; lossless."""
    covers = np.empty((int(asked.sum()), problem.n_sites), dtype=bool)
    for column in range(problem.n_sites):
        covers[:, column] = problem.by_site[column][asked] <= limit_min
    merged, people, _ = merge_equal_points(covers, problem.people[asked])
    can_be = merged[:, problem.candidates].any(axis=1)
    return np.ascontiguousarray(~merged[can_be].T).astype(np.uint8), people[can_be]


def _close(
    covers: Bool, beyond: Costs, people: Float64, p: int, found: Bounded, left_s: float, cancelled: Cancelled | None
) -> Bounded:
    """Solve the problem of the sites left exactly; sites left out are in no better answer."""
    rows, weight, _ = merge_equal_points(covers, people)
    n, m = rows.shape
    can_be = rows.any(axis=1)
    matrix = scipy.sparse.hstack([scipy.sparse.csr_array(rows.astype(np.float64)), scipy.sparse.eye_array(n)])
    count = scipy.sparse.csr_array(np.r_[np.ones(m), np.zeros(n)][None, :])
    # z[i] = 1: not covered.
    is_open = np.isin(found.active, found.chosen)
    program = Program(
        cost=np.r_[np.zeros(m), weight],
        low=np.r_[np.zeros(m), (~can_be).astype(float)],
        high=np.ones(m + n),
        matrix=scipy.sparse.vstack([matrix, count]).tocsr(),
        row_low=np.r_[np.ones(n), float(p)],
        row_high=np.r_[np.full(n, np.inf), float(p)],
        is_integer=np.r_[np.ones(m, dtype=bool), np.zeros(n, dtype=bool)],
    )
    guess = np.r_[is_open, ~rows[:, is_open].any(axis=1)].astype(float)
    outcome = solve(program, time_limit_s=left_s, start=guess, cancelled=cancelled)
    chosen, best = found.chosen, found.value
    if outcome.values is not None:
        better = found.active[np.argsort(-outcome.values[:m], kind="stable")[:p]]
        reached = value_of(beyond, people, np.ones(len(people)), better)
        if reached < best:
            chosen, best = better, reached
    bound = max(found.bound, outcome.bound)
    if not outcome.stopped and best - bound <= 1e-6 * max(float(people.sum()), 1.0):
        bound = best
    return Bounded(chosen, best, min(bound, best), found.active, found.steps, outcome.stopped)


def solve_budget_coverage(
    problem: LocationProblem,
    *,
    limit_min: float,
    site_cost: Float64,
    budget: float,
    backup_weight: float = 0.0,
    time_limit_s: float = 120.0,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return new sites within a budget that cover the most people, a second time too where that is asked for.

    Maximise ``sum_i P_i ((1 - w) z_i + w u_i)`` with ``z_i + u_i <= sites within the limit of i``, ``u_i <= z_i``
    and ``sum_j c_j y_j <= budget``; u is backup coverage (Hogan and ReVelle 1986), w its weight. With costs 1 and
    budget p it is the MCLP with backup. Existing sites cover and cost nothing.

    Parameters
    ----------
    problem
        As for :func:`solve_mclp`.
    limit_min
        Inclusive.
    site_cost
        Shape (n_sites,), >= 0.
    budget
        >= 0, in the unit of the costs.
    backup_weight
        From 0 (coverage alone) to 0.5 (being covered twice is worth twice once).
    time_limit_s, cancelled
        When to stop; the gap of what was found until then is stated.

    Raises
    ------
    LocationError
        If costs, budget or weight are out of range.
    """
    start = time.perf_counter()
    if not (len(site_cost) == problem.n_sites and np.isfinite(site_cost).all() and (site_cost >= 0).all()):
        raise LocationError(f"Costs must be {problem.n_sites} amounts of 0 or more, one per site.")
    if not (math.isfinite(budget) and budget >= 0 and 0 <= backup_weight <= 0.5):
        raise LocationError(f"A budget of {budget} (0 or more) or a backup weight of {backup_weight} (0 to 0.5).")
    total = float(problem.people.sum())
    kept = np.zeros(problem.n_points)
    for site in np.flatnonzero(problem.existing):
        kept += problem.by_site[site] <= limit_min
    affordable = problem.candidates[site_cost[problem.candidates] <= budget]
    covers = np.hstack([problem.minutes[:, affordable] <= limit_min, (kept >= 1)[:, None], (kept >= 2)[:, None]])
    merged, people, _ = merge_equal_points(covers, problem.people)
    before = merged[:, -2:].sum(axis=1).astype(float)
    rows = merged[:, :-2]
    columns = useful_sites(rows, cost=site_cost[affordable]) if backup_weight == 0 else np.arange(len(affordable))
    sites, rows = affordable[columns], rows[:, columns]
    n, m = rows.shape
    eye = scipy.sparse.eye_array(n)
    near = scipy.sparse.csr_array(rows.astype(np.float64))
    price = scipy.sparse.csr_array(np.r_[site_cost[sites], np.zeros(2 * n)][None, :])
    program = Program(
        cost=-np.r_[np.zeros(m), (1 - backup_weight) * people, backup_weight * people],
        low=np.zeros(m + 2 * n),
        high=np.ones(m + 2 * n),
        matrix=scipy.sparse.vstack(
            [
                scipy.sparse.hstack([near, -eye, -eye]),
                scipy.sparse.hstack([scipy.sparse.csr_array((n, m)), eye, -eye]),
                price,
            ]
        ).tocsr(),
        row_low=np.r_[-before, np.zeros(n), -np.inf],
        row_high=np.r_[np.full(2 * n, np.inf), budget],
        is_integer=np.r_[np.ones(m, dtype=bool), np.zeros(2 * n, dtype=bool)],
    )
    outcome = solve(program, time_limit_s=time_limit_s, cancelled=cancelled)
    chosen = _within_budget(rows, people * (before == 0), site_cost[sites], budget)
    if outcome.values is not None:
        found = np.flatnonzero(outcome.values[:m] > 0.5)
        times = {k: _worth(rows[:, pick], before, people, backup_weight) for k, pick in enumerate((chosen, found))}
        chosen = found if times[1] >= times[0] else chosen
    objective = _worth(rows[:, chosen], before, people, backup_weight)
    bound = max(-outcome.bound, objective)
    if not outcome.stopped and bound - objective <= 1e-6 * max(total, 1.0):
        bound = objective
    return answer(
        problem, sites[chosen], model="budget_coverage", objective=objective, bound=min(bound, total),
        seconds=time.perf_counter() - start, solver="HiGHS", stopped=outcome.stopped,
    )  # fmt: skip


def _worth(rows: Bool, before: Float64, people: Float64, backup_weight: float) -> float:
    times = before + rows.sum(axis=1)
    return float((1 - backup_weight) * people[times >= 1].sum() + backup_weight * people[times >= 2].sum())


def _within_budget(rows: Bool, people: Float64, cost: Float64, budget: float) -> Int64:
    """Return sites by most newly covered people as long as the budget lasts: something to fall back on."""
    chosen: list[int] = []
    open_people = people.copy()
    left = budget
    while True:
        gain = open_people @ rows
        gain[(cost > left) | np.isin(np.arange(len(cost)), chosen)] = 0.0
        if not len(gain) or gain.max() <= 0:
            return np.array(chosen, dtype=np.int64)
        site = int(np.argmax(gain))
        chosen.append(site)
        left -= float(cost[site])
        open_people[rows[:, site]] = 0.0
