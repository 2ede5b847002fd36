"""LSCP: the fewest new sites so that everybody is within the limit."""

import math
import time

import numpy as np
import scipy.sparse

from finder.capacity.location.dominance import reduced_cover
from finder.capacity.location.highs import Program, solve
from finder.capacity.location.problem import Bool, Float64, Int64, LocationProblem
from finder.capacity.location.solution import Cancelled, LocationSolution, answer, no_answer
from finder.errors import first_ids


def solve_lscp(
    problem: LocationProblem,
    *,
    limit_min: float,
    site_cost: Float64 | None = None,
    time_limit_s: float = 60.0,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return the fewest (or cheapest) new sites that bring every point with people within the limit.

    Minimise ``sum_j c_j y_j`` with ``sum over j within the limit of i: y_j >= 1`` for every i that no existing site
    covers (Toregas, Swain, ReVelle and Bergman 1971).

    Parameters
    ----------
    problem
        Points without people are not asked for.
    limit_min
        Inclusive.
    site_cost
        Shape (n_sites,), > 0; default 1 each: the objective is the number of new sites.
    time_limit_s, cancelled
        When to stop.

    Returns
    -------
    LocationSolution
        Infeasible: the points that no site covers.
    """
    start = time.perf_counter()
    asked = (problem.people > 0) & ~(problem.existing_min <= limit_min)
    covers = problem.within(limit_min, asked)
    lone = ~covers.any(axis=1)
    if lone.any():
        ids = problem.point_ids[asked][lone].tolist()
        people = problem.people[asked][lone].sum()
        return no_answer(
            problem, model="lscp", seconds=time.perf_counter() - start, unmet_ids=tuple(ids),
            unmet=f"{len(ids)} points with {people:,.0f} people are farther than {limit_min:g} min from every site: "
            f"{first_ids(ids)}. Raise the limit, add candidates near them, or leave these points out.",
        )  # fmt: skip
    cost = np.ones(len(problem.candidates)) if site_cost is None else site_cost[problem.candidates]
    chosen, bound, stopped = cover(covers, cost, time_limit_s=time_limit_s, cancelled=cancelled)
    seconds = time.perf_counter() - start
    assert chosen is not None, "without a limit to their number, some columns cover all"
    return answer(
        problem, problem.candidates[chosen], model="lscp", objective=float(cost[chosen].sum()), bound=bound,
        seconds=seconds, solver="HiGHS", stopped=stopped,
    )  # fmt: skip


def cover(
    covers: Bool, cost: Float64, *, time_limit_s: float, cancelled: Cancelled | None = None, at_most: int | None = None
) -> tuple[Int64 | None, float, bool]:
    """Return the cheapest columns that cover every row, a lower bound of their cost, and whether it was stopped.

    Parameters
    ----------
    covers
        Shape (n_points, n_sites); every row has a column.
    cost
        Shape (n_sites,).
    time_limit_s, cancelled
        When to stop.
    at_most
        Most columns; None as the answer and inf as the bound if so few cannot cover all.
    """
    if not len(covers):
        return np.zeros(0, dtype=np.int64), 0.0, False
    begun = time.perf_counter()

    def over() -> bool:
        return time.perf_counter() - begun > time_limit_s or (cancelled is not None and cancelled())

    rows, columns = reduced_cover(covers, cost, enough=over)
    quick = _greedy_cover(rows, cost[columns])
    if at_most is not None and len(quick) <= at_most:
        return columns[quick], 0.0, False
    if over():
        return (columns[quick] if at_most is None else None), 0.0, True
    price, (n_rows, n) = cost[columns], rows.shape
    matrix = scipy.sparse.csr_array(rows.astype(np.float64))
    low, high = np.ones(n_rows), np.full(n_rows, np.inf)
    if at_most is not None:
        matrix = scipy.sparse.vstack([matrix, np.ones((1, n))]).tocsr()
        low, high = np.append(low, -np.inf), np.append(high, float(at_most))
    found = solve(
        Program(price, np.zeros(n), np.ones(n), matrix, low, high, np.ones(n, dtype=bool)),
        time_limit_s=time_limit_s - (time.perf_counter() - begun),
        start=None if at_most is not None else np.isin(np.arange(n), quick).astype(float),
        cancelled=cancelled,
    )
    if found.is_infeasible:
        return None, math.inf, False
    is_whole = np.array_equal(cost, np.rint(cost))
    bound = max(math.ceil(found.bound - 1e-6) if is_whole else found.bound, 0.0) if math.isfinite(found.bound) else 0.0
    if found.values is None:
        return (columns[quick] if at_most is None else None), bound, found.stopped
    return columns[np.flatnonzero(found.values > 0.5)], bound, found.stopped


def _greedy_cover(covers: Bool, cost: Float64) -> Int64:
    """Return columns that cover all: the one with most newly covered rows per cost, again and again (Chvatal 1979).

    Columns that those after them made needless are taken out, the dearest first.
    """
    left = covers.astype(np.float32)
    chosen: list[int] = []
    while len(left):
        column = int(np.argmax(left.sum(axis=0) / np.maximum(cost, 1e-9)))
        chosen.append(column)
        left = left[left[:, column] == 0]
    times = covers[:, chosen].sum(axis=1)
    for column in sorted(chosen, key=lambda k: -cost[k]):
        if (times[covers[:, column]] > 1).all():
            chosen.remove(column)
            times -= covers[:, column]
    return np.array(chosen, dtype=np.int64)
