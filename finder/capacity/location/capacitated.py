"""Sites with places: how many, where and how large, when nobody can be served beyond the places there are."""

import time
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import scipy.sparse

from finder.capacity.location.highs import Outcome, Program, solve
from finder.capacity.location.problem import Bool, Float64, Int64, LocationProblem, check_count
from finder.capacity.location.solution import Cancelled, LocationSolution, answer, no_answer
from finder.errors import LocationError, first_ids

PLACES_STEP: Final = 7
"""ONE authorises places in multiples of 7."""

PAIRS_MAX: Final = 1_000_000
"""Pairs within reach that a program may have; more needs a shorter limit, fewer points or fewer candidates."""

TIGHT_PAIRS: Final = 50_000
"""Pairs with new sites up to which each is kept from closed sites by a row of its own; beyond, these rows cost more
time than their tighter relaxation saves."""

Goal = Literal["minutes", "served"]


@dataclass(frozen=True)
class Sizes:
    """How large a new site may be.

    Attributes
    ----------
    smallest, largest
        Places of a new site, multiples of :data:`PLACES_STEP`.
    places_max
        Places of all new sites together; None: no limit.

    Raises
    ------
    LocationError
        If they are no multiples or out of order.
    """

    smallest: int
    largest: int
    places_max: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.smallest <= self.largest or self.smallest % PLACES_STEP or self.largest % PLACES_STEP:
            raise LocationError(
                f"Sizes from {self.smallest} to {self.largest} places: both must be multiples of {PLACES_STEP}."
            )
        if self.places_max is not None and self.places_max < 0:
            raise LocationError(f"At most {self.places_max} places: must be 0 or more.")

    def most(self, p: int) -> float:
        """Return the most places that p new sites can have."""
        together = p * self.largest
        if self.places_max is None:
            return float(together)
        return float(min(together, self.places_max // PLACES_STEP * PLACES_STEP))


def solve_capacitated(
    problem: LocationProblem,
    *,
    p: int,
    goal: Goal,
    sizes: Sizes,
    existing_places: Float64,
    limit_min: float = float("inf"),
    time_limit_s: float = 60.0,
    cancelled: Cancelled | None = None,
) -> LocationSolution:
    """Return at most p new sites with their sizes.

    ``minutes``: everybody gets a place, with the fewest people-minutes (capacitated p-median). ``served``: as many as
    possible get a place within the limit (capacitated MCLP; Current and Storbeck 1988). ``sum_i P_i x_ij <= S_j``,
    ``S_j = 7 n_j`` between the smallest and the largest size where ``y_j = 1``. People of a point may be shared among
    sites; they are told where to go, so this is the best a planner could arrange, not what families would choose.

    Parameters
    ----------
    problem
        ``people`` in places needed.
    p
        Most new sites.
    goal
        What to strive for.
    sizes
        Of new sites.
    existing_places
        Shape (n_sites,): places of existing sites; not read for the others.
    limit_min
        Inclusive; nobody is sent farther.
    time_limit_s, cancelled
        When to stop.

    Returns
    -------
    LocationSolution
        Objective in people-minutes or people served. ``minutes``, infeasible: the points out of reach, or how many
        places are missing.

    Raises
    ------
    LocationError
        If places are no amounts, or there are more pairs than :data:`PAIRS_MAX`.
    """
    start = time.perf_counter()
    check_count(problem, p)
    kept = existing_places[problem.existing] if len(existing_places) == problem.n_sites else None
    if kept is None or not (np.isfinite(kept).all() and (kept >= 0).all()):
        raise LocationError(
            f"Existing places must be {problem.n_sites} amounts, one per site (0 or more where existing)."
        )
    reach = np.isfinite(problem.minutes) & (problem.minutes <= limit_min) & (problem.people > 0)[:, None]
    pairs = int(reach.sum())
    if pairs > PAIRS_MAX:
        raise LocationError(
            f"{pairs:,} pairs within {limit_min:g} min are more than the {PAIRS_MAX:,} that can be solved: take a "
            "shorter limit, one province, or fewer candidates."
        )
    model = "capacitated_p_median" if goal == "minutes" else "capacitated_mclp"
    if goal == "minutes":
        unmet, ids = _plainly_unmet(problem, reach, p, sizes, float(kept.sum()), limit_min)
        if unmet:
            seconds = time.perf_counter() - start
            return no_answer(problem, model=model, unmet=unmet, unmet_ids=ids, seconds=seconds)
    outcome, pair = _solve(problem, reach, p, goal, sizes, existing_places, time_limit_s, cancelled)
    seconds = time.perf_counter() - start
    if outcome.is_infeasible:
        left_s = max(time_limit_s - seconds, 1.0)
        served, pair = _solve(problem, reach, p, "served", sizes, existing_places, left_s, cancelled)
        return _short(problem, served, pair, model, time.perf_counter() - start)
    if outcome.values is None:
        return no_answer(problem, model=model, unmet="", seconds=seconds, solver="HiGHS", stopped=True)
    return _read(problem, outcome, outcome.values, pair, model, goal, seconds)


def _plainly_unmet(
    problem: LocationProblem, reach: Bool, p: int, sizes: Sizes, kept: float, limit_min: float
) -> tuple[str, tuple[object, ...]]:
    """Return what no program is needed for: points out of reach, too few places in all."""
    lone = ~reach.any(axis=1) & (problem.people > 0)
    if lone.any():
        ids = problem.point_ids[lone].tolist()
        return (
            f"{len(ids)} points with {problem.people[lone].sum():,.0f} people are farther than {limit_min:g} min "
            f"from every site: {first_ids(ids)}. Raise the limit or add candidates near them."
        ), tuple(ids)
    short = float(problem.people.sum()) - kept - sizes.most(p)
    if short > 1e-9:
        return (
            f"{problem.people.sum():,.1f} places are needed, {kept:,.1f} exist and {p} new sites have at most "
            f"{sizes.most(p):,.0f}: short by {short:,.1f}. Allow more or larger sites."
        ), ()
    return "", ()


def _solve(
    problem: LocationProblem, reach: Bool, p: int, goal: Goal, sizes: Sizes, existing_places: Float64,
    time_limit_s: float, cancelled: Cancelled | None,
) -> tuple[Outcome, tuple[Int64, Int64]]:  # fmt: skip
    """Columns: people of each pair, then open or not and sevens of each candidate."""
    i, j = np.nonzero(reach)
    n_pairs, m = len(i), problem.n_sites
    new = problem.candidates
    n_new = len(new)
    y, seven = n_pairs + np.arange(n_new), n_pairs + n_new + np.arange(n_new)
    width = n_pairs + 2 * n_new
    rank = np.full(m, -1, dtype=np.int64)
    rank[new] = np.arange(n_new)
    pair = np.arange(n_pairs)
    people = problem.people

    def rows(row: Int64, column: Int64, value: Float64, count: int) -> scipy.sparse.csr_array:
        return scipy.sparse.csr_array((value, (row, column)), shape=(count, width))

    once = rows(i, pair, np.ones(n_pairs), problem.n_points)
    room = rows(np.r_[j, new], np.r_[pair, seven], np.r_[np.ones(n_pairs), np.full(n_new, -float(PLACES_STEP))], m)
    is_new = (rank[j] >= 0) & (n_pairs <= TIGHT_PAIRS)
    # A point's people at a closed site: implied by the room, but it makes the relaxation much tighter.
    tight = rows(
        np.r_[np.arange(is_new.sum()), np.arange(is_new.sum())],
        np.r_[pair[is_new], y[rank[j[is_new]]]],
        np.r_[np.ones(is_new.sum()), -np.minimum(people[i[is_new]], sizes.largest)],
        int(is_new.sum()),
    )
    each = np.arange(n_new)
    both = np.r_[each, each], np.r_[seven, y]
    large = rows(*both, np.r_[np.full(n_new, float(PLACES_STEP)), np.full(n_new, -float(sizes.largest))], n_new)
    small = rows(*both, np.r_[np.full(n_new, float(PLACES_STEP)), np.full(n_new, -float(sizes.smallest))], n_new)
    zero = np.zeros(n_new, dtype=np.int64)
    count = rows(zero, y, np.ones(n_new), 1)
    places = rows(zero, seven, np.full(n_new, float(PLACES_STEP)), 1)
    most_places = np.inf if sizes.places_max is None else float(sizes.places_max)
    n_tight = int(is_new.sum())
    must = people if goal == "minutes" else np.zeros(problem.n_points)
    minutes = problem.minutes[i, j].astype(np.float64)
    program = Program(
        cost=np.r_[minutes if goal == "minutes" else -np.ones(n_pairs), np.zeros(2 * n_new)],
        low=np.zeros(width),
        high=np.r_[people[i], np.ones(n_new), np.full(n_new, float(sizes.largest // PLACES_STEP))],
        matrix=scipy.sparse.vstack([once, room, tight, large, small, count, places]).tocsr(),
        row_low=np.r_[must, np.full(m + n_tight + n_new, -np.inf), np.zeros(n_new), -np.inf, -np.inf],
        row_high=np.r_[
            people, np.where(problem.existing, existing_places, 0.0), np.zeros(n_tight + n_new),
            np.full(n_new, np.inf), float(p), most_places,
        ],
        is_integer=np.r_[np.zeros(n_pairs, dtype=bool), np.ones(2 * n_new, dtype=bool)],
    )  # fmt: skip
    if goal == "minutes":
        return solve(program, time_limit_s=time_limit_s, cancelled=cancelled), (i, j)
    begun = time.perf_counter()
    closed = replace(program, high=np.r_[people[i], np.zeros(2 * n_new)], is_integer=np.zeros(width, dtype=bool))
    today = solve(closed, time_limit_s=time_limit_s, cancelled=cancelled)
    if today.values is None or today.stopped:
        return replace(today, bound=-float(people.sum()), stopped=True), (i, j)
    begin = _first_sites(problem, today.values, (i, j), p, sizes)
    left_s = max(time_limit_s - (time.perf_counter() - begun), 0.1)
    outcome = solve(program, time_limit_s=left_s, start=begin, cancelled=cancelled)
    # New sites add no more than the places they have.
    most = min(float(people.sum()), sizes.most(p) - today.objective)
    if outcome.values is None or float(program.cost @ begin) < outcome.objective:
        outcome = replace(outcome, values=begin, objective=float(program.cost @ begin))
    return replace(outcome, bound=max(outcome.bound, -most)), (i, j)


def _first_sites(problem: LocationProblem, today: Float64, pair: tuple[Int64, Int64], p: int, sizes: Sizes) -> Float64:
    """Return new sites beside what existing ones give: each where most people without a place are in reach."""
    i, j = pair
    n_pairs, new = len(i), problem.candidates
    start = today.copy()
    lacking = np.maximum(problem.people - np.bincount(i, today[:n_pairs], minlength=problem.n_points), 0.0)
    left = sizes.most(p)
    for _ in range(p):
        gain = np.bincount(j, lacking[i], minlength=problem.n_sites)[new]
        gain[start[n_pairs : n_pairs + len(new)] > 0] = 0.0
        k = int(np.argmax(gain)) if len(gain) else -1
        if k < 0 or gain[k] <= 0 or left < sizes.smallest:
            break
        wanted = int(np.ceil(gain[k] / PLACES_STEP)) * PLACES_STEP
        size = min(max(wanted, sizes.smallest), sizes.largest, int(left))
        mine = np.flatnonzero(j == new[k])
        given = np.diff(np.minimum(np.cumsum(lacking[i[mine]]), size), prepend=0.0)
        start[mine] += given
        lacking[i[mine]] -= given
        start[n_pairs + k], start[n_pairs + len(new) + k] = 1.0, size / PLACES_STEP
        left -= size
    return start


def _read(
    problem: LocationProblem,
    outcome: Outcome,
    values: Float64,
    pair: tuple[Int64, Int64],
    model: str,
    goal: Goal,
    seconds: float,
) -> LocationSolution:
    i, j = pair
    n_pairs, n_new = len(i), len(problem.candidates)
    sent = values[:n_pairs]
    is_open = values[n_pairs : n_pairs + n_new] > 0.5
    sizes = np.rint(values[n_pairs + n_new :][is_open]) * PLACES_STEP
    assigned = np.full(problem.n_points, -1, dtype=np.int64)
    order = np.lexsort((j, -sent, i))
    order = order[sent[order] > 1e-9]
    points, first = np.unique(i[order], return_index=True)
    assigned[points] = j[order[first]]
    sign = 1.0 if goal == "minutes" else -1.0
    objective, bound = sign * outcome.objective, sign * outcome.bound
    if not outcome.stopped and abs(objective - bound) <= 1e-6 * max(abs(objective), 1.0):
        bound = objective
    return answer(
        problem, problem.candidates[is_open], model=model, objective=objective, bound=bound, seconds=seconds,
        solver="HiGHS", stopped=outcome.stopped, sizes=sizes, assigned=assigned,
    )  # fmt: skip


def _short(
    problem: LocationProblem, served: Outcome, pair: tuple[Int64, Int64], model: str, seconds: float
) -> LocationSolution:
    """Return how many places are missing where they are needed, and at which points."""
    if served.values is None:
        return no_answer(
            problem, model=model, seconds=seconds, solver="HiGHS", unmet="The places in reach are too few."
        )
    given = np.bincount(pair[0], served.values[: len(pair[0])], minlength=problem.n_points)
    lacks = problem.people - given > 1e-6
    ids = problem.point_ids[lacks].tolist()
    short = float(problem.people.sum()) + served.bound
    return no_answer(
        problem, model=model, seconds=seconds, solver="HiGHS", unmet_ids=tuple(ids),
        unmet=f"There are enough places in all, but not within reach: short by at least {short:,.1f}, for instance at "
        f"{first_ids(ids)}. Raise the limit, or allow more or larger sites.",
    )  # fmt: skip
