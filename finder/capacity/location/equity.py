"""Short trips that are also alike: mean minutes plus a share of their mean absolute deviation."""

import time
from typing import Final

import numpy as np
import scipy.sparse

from finder.capacity.location.highs import Program, solve
from finder.capacity.location.p_median import solve_p_median
from finder.capacity.location.problem import LocationProblem, check_count
from finder.capacity.location.solution import Cancelled, LocationSolution, answer, no_answer
from finder.errors import LocationError

PAIRS_MAX: Final = 400_000
"""Pairs of points and sites that a program may have."""

WEIGHT_MAX: Final = 0.5
"""Up to this weight a shorter trip for somebody is never a worse answer."""


def solve_mean_deviation(
    problem: LocationProblem,
    *,
    p: int,
    inequity_weight: float,
    time_limit_s: float = 60.0,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return p new sites with the least ``mean + w x mean absolute deviation`` of the minutes to the nearest site.

    Both are weighted by people. Deviation alone is least where all are equally badly off; with ``w <= 0.5`` (a semi-
    deviation weight <= 1) the objective never prefers longer trips for all (Ogryczak and Ruszczynski 1999), so
    everybody can be left to go to the nearest site.

    Parameters
    ----------
    problem
        Every point with people must reach a site.
    p
        How many sites to add.
    inequity_weight
        ``w``, from 0 (the p-median) to :data:`WEIGHT_MAX`.
    time_limit_s, cancelled
        When to stop.

    Raises
    ------
    LocationError
        If the weight is out of range, or there are more pairs than :data:`PAIRS_MAX` (ask for fewer points or sites).
    """
    start = time.perf_counter()
    check_count(problem, p)
    if not 0 <= inequity_weight <= WEIGHT_MAX:
        raise LocationError(f"A weight of {inequity_weight} for inequity: it must be from 0 to {WEIGHT_MAX}.")
    if problem.n_points * problem.n_sites > PAIRS_MAX:
        raise LocationError(
            f"{problem.n_points} points x {problem.n_sites} sites are over {PAIRS_MAX:,} pairs: ask for fewer of them."
        )
    first = solve_p_median(problem, p=p, time_limit_s=time_limit_s, cancelled=cancelled)
    if first.status == "infeasible" or problem.people.sum() == 0:
        return no_answer(
            problem, model="mean_deviation", unmet=first.unmet or "There are no people.", unmet_ids=first.unmet_ids,
            seconds=time.perf_counter() - start,
        )  # fmt: skip
    share = problem.people / problem.people.sum()
    reach = np.isfinite(problem.minutes) & (share > 0)[:, None]
    i, j = np.nonzero(reach)
    n_pairs, n, m = len(i), problem.n_points, problem.n_sites
    minutes = problem.minutes[i, j].astype(np.float64)
    # Columns: share of each pair, open or not, how far each point is above the mean, the mean.
    y, above, mean = n_pairs + np.arange(m), n_pairs + m + np.arange(n), n_pairs + m + n
    width = mean + 1
    pair = np.arange(n_pairs)

    def rows(row: np.ndarray, column: np.ndarray, value: np.ndarray, count: int) -> scipy.sparse.csr_array:
        return scipy.sparse.csr_array((value, (row, column)), shape=(count, width))

    once = rows(i, pair, np.ones(n_pairs), n)
    is_open = rows(np.r_[pair, pair], np.r_[pair, y[j]], np.r_[np.ones(n_pairs), -np.ones(n_pairs)], n_pairs)
    deviation = rows(
        np.r_[i, np.arange(n), np.arange(n)], np.r_[pair, above, np.full(n, mean)],
        np.r_[minutes, -np.ones(n), -np.ones(n)], n,
    )  # fmt: skip
    average = rows(np.zeros(n_pairs + 1, dtype=int), np.r_[pair, mean], np.r_[minutes * share[i], -1.0], 1)
    count = rows(np.zeros(m, dtype=int), y, np.ones(m), 1)
    is_asked = (share > 0).astype(float)
    total = float(p + problem.existing.sum())
    cost = np.zeros(width)
    cost[above], cost[mean] = 2 * inequity_weight * share, 1.0
    low, high = np.zeros(width), np.full(width, np.inf)
    low[y], high[y] = problem.existing.astype(float), 1.0
    program = Program(
        cost=cost, low=low, high=high,
        matrix=scipy.sparse.vstack([once, is_open, deviation, average, count]).tocsr(),
        row_low=np.r_[is_asked, np.full(n_pairs + n, -np.inf), 0.0, total],
        row_high=np.r_[is_asked, np.zeros(n_pairs), np.where(share > 0, 0.0, np.inf), 0.0, total],
        is_integer=np.isin(np.arange(width), y),
    )  # fmt: skip
    left_s = max(time_limit_s - (time.perf_counter() - start), 0.1)
    outcome = solve(program, time_limit_s=left_s, cancelled=cancelled)
    choices = [np.flatnonzero(np.isin(problem.site_ids, first.site_ids))]
    if outcome.values is not None:
        ranked = problem.candidates[np.argsort(-outcome.values[y[problem.candidates]], kind="stable")[:p]]
        choices.append(ranked)
    scored = [
        answer(
            problem, chosen, model="mean_deviation", objective=mean_and_deviation(problem, chosen, inequity_weight),
            bound=outcome.bound, seconds=time.perf_counter() - start, solver="HiGHS", stopped=outcome.stopped,
        )
        for chosen in choices
    ]  # fmt: skip
    best = min(scored, key=lambda found: found.objective)
    if not outcome.stopped and best.objective - outcome.bound <= 1e-6 * max(best.objective, 1.0):
        chosen = np.flatnonzero(np.isin(problem.site_ids, best.site_ids))
        return answer(
            problem, chosen, model="mean_deviation", objective=best.objective, bound=best.objective,
            seconds=best.seconds, solver="HiGHS",
        )  # fmt: skip
    return best


def mean_and_deviation(problem: LocationProblem, chosen: np.ndarray, inequity_weight: float) -> float:
    """Return ``mean + w x mean absolute deviation`` of the minutes to the nearest of existing and chosen sites."""
    sites = np.concatenate([np.flatnonzero(problem.existing), np.asarray(chosen, dtype=np.int64)])
    asked = problem.people > 0
    minutes = problem.minutes[asked][:, sites].min(axis=1).astype(np.float64)
    share = problem.people[asked] / problem.people[asked].sum()
    mean = float(share @ minutes)
    return mean + inequity_weight * float(share @ np.abs(minutes - mean))
