"""p-center: the longest trip as short as p new sites can make it (the max-min answer to equity)."""

import math
import time

import numpy as np

from finder.capacity.location.lscp import cover
from finder.capacity.location.problem import Int64, LocationProblem, check_count, nearest
from finder.capacity.location.solution import Cancelled, LocationSolution, Progress, answer, no_answer
from finder.errors import first_ids


def solve_p_center(
    problem: LocationProblem,
    *,
    p: int,
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return p new sites that make the longest trip of any point with people shortest.

    Exact: the answer is one of the table's minutes; a bisection over them asks each time whether p sites can cover
    everybody (Minieka 1970). People do not weigh: one child counts like a thousand.

    Parameters
    ----------
    problem
        Points without people are not asked for.
    p
        How many sites to add.
    time_limit_s
        For all steps together. Stopped, the bound is the longest limit proven too short.
    progress
        Called with (limits left, limits at first, longest trip so far, bound), limits in powers of two.
    cancelled
        Asked while solving.

    Returns
    -------
    LocationSolution
        Infeasible: the points that no site reaches or, if each can be reached, that p sites are too few.
    """
    start = time.perf_counter()
    check_count(problem, p)
    part = problem.rows(problem.people > 0) if not (problem.people > 0).all() else problem
    if not part.is_reachable.all():
        ids = part.point_ids[~part.is_reachable].tolist()
        return no_answer(
            problem, model="p_center", seconds=time.perf_counter() - start, unmet_ids=tuple(ids),
            unmet=f"{len(ids)} points reach no site at all: {first_ids(ids)}. Leave them out or add sites they reach.",
        )  # fmt: skip
    if part.n_points == 0:
        return answer(
            problem, problem.candidates[:p], model="p_center", objective=0.0, bound=0.0,
            seconds=time.perf_counter() - start, solver="nobody to serve",
        )  # fmt: skip
    kept = np.flatnonzero(problem.existing)
    chosen = _farthest_first(part, p)
    longest = _longest(part, np.concatenate([kept, chosen]))
    best_possible = nearest(part.by_site, np.arange(part.n_sites))[0].max(initial=0.0)
    table = part.by_site
    limits = np.unique(table[(table >= best_possible) & (table <= longest)]).astype(np.float64)
    if not math.isfinite(longest):
        limits = np.append(limits[np.isfinite(limits)], np.inf)
    low, high, stopped = 0, len(limits) - 1, False
    at_first = max(math.ceil(math.log2(len(limits) + 1)), 1)
    while low < high and not stopped:
        middle = (low + high) // 2
        left_s = time_limit_s - (time.perf_counter() - start)
        if left_s <= 0 or (cancelled is not None and cancelled()):
            stopped = True
            break
        asked = ~(part.existing_min <= limits[middle])
        covers = part.within(limits[middle], asked)
        found, bound, stopped = cover(
            covers, np.ones(len(part.candidates)), time_limit_s=left_s, cancelled=cancelled, at_most=p
        )
        if found is not None:
            chosen, stopped = part.candidates[found], False
            high = int(np.searchsorted(limits, _longest(part, np.concatenate([kept, chosen]))))
            high = min(high, middle)
        elif not stopped and math.isinf(bound):
            low = middle + 1
        if progress is not None:
            left = math.ceil(math.log2(high - low + 1))
            progress(at_first - left, at_first, float(limits[high]), float(limits[low]))
    seconds = time.perf_counter() - start
    if not len(limits) or not math.isfinite(limits[high]):
        return no_answer(
            problem, model="p_center", seconds=seconds, solver="bisection over HiGHS", stopped=stopped,
            unmet="" if stopped else f"{p} sites cannot reach every point at all: ask for more sites.",
        )  # fmt: skip
    chosen = _filled(problem, chosen, p)
    return answer(
        problem, chosen, model="p_center", objective=float(limits[high]), bound=float(limits[low]), seconds=seconds,
        solver="bisection over HiGHS", stopped=stopped,
    )  # fmt: skip


def _longest(problem: LocationProblem, sites: Int64) -> float:
    return float(nearest(problem.by_site, sites)[0].max(initial=0.0))


def _farthest_first(problem: LocationProblem, p: int) -> Int64:
    """Return p sites, each the nearest to the point that is worst served so far (Gonzalez 1985)."""
    best = problem.existing_min.copy()
    chosen: list[int] = []
    for _ in range(p):
        point = int(np.argmax(best))
        free = problem.candidates[~np.isin(problem.candidates, chosen)]
        site = int(free[np.argmin(problem.minutes[point, free])])
        chosen.append(site)
        best = np.minimum(best, problem.by_site[site])
    return np.array(chosen, dtype=np.int64)


def _filled(problem: LocationProblem, chosen: Int64, p: int) -> Int64:
    """Return p sites: fewer may be enough for the longest trip, more never hurt."""
    spare = problem.candidates[~np.isin(problem.candidates, chosen)]
    return np.concatenate([chosen, spare[: p - len(chosen)]])
