"""What every location model answers: the sites, whom they serve, and how far from the best this can be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from finder.capacity.location.problem import Float64, Int64, LocationProblem, nearest

METHOD_VERSION: Final = "location 1"

Status = Literal["optimal", "feasible", "infeasible", "time_limit"]
"""``feasible``: an answer whose gap is stated. ``time_limit``: stopped by the clock or by cancelling; an answer, if
there is one, is stated with its gap. ``optimal``: the bound proves it."""

Progress = Callable[[int, int, float, float], None]
"""Called with (step, of, objective so far, bound so far)."""

Cancelled = Callable[[], bool]
"""Asked now and then whether to stop with the best answer so far."""

OPTIMAL_GAP: Final = 1e-9
"""Relative gap that rounding leaves of a proven optimum."""


@dataclass(frozen=True, eq=False)
class LocationSolution:
    """An answer with its proof.

    Attributes
    ----------
    model
        ``lscp``, ``mclp``, ``p_median``, ``p_center`` ...
    status
        See :data:`Status`.
    objective
        Value of the answer; nan without one.
    bound
        No answer can be better than this (lower when minimising, higher when maximising).
    gap
        ``|objective - bound| / |objective|``; 0 when both are 0, inf without an answer.
    seconds
        Wall time.
    solver
        What found it and what proved it.
    site_ids
        Chosen new sites, in the order of the problem.
    assigned
        Shape (n_points,): column of the nearest open site (existing ones included), -1 where none can be reached.
        In capacitated models the site that takes most of the point's people.
    minutes
        Shape (n_points,): minutes to that site, inf where none.
    sizes
        Places of each chosen site; empty unless capacitated.
    unmet
        Infeasible: what cannot be met, in words with numbers; else empty.
    unmet_ids
        Ids of the points or sites this is about.
    method_version
        :data:`METHOD_VERSION`.
    """

    model: str
    status: Status
    objective: float
    bound: float
    gap: float
    seconds: float
    solver: str
    site_ids: np.ndarray
    assigned: Int64
    minutes: Float64
    sizes: Float64
    unmet: str = ""
    unmet_ids: tuple[object, ...] = ()
    method_version: str = METHOD_VERSION


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / |objective|``; 0 for two zeros, inf where the answer is 0 or missing."""
    if objective == bound:
        return 0.0
    if not np.isfinite(objective) or objective == 0:
        return float("inf")
    return abs(objective - bound) / abs(objective)


def answer(
    problem: LocationProblem,
    chosen: Int64,
    *,
    model: str,
    objective: float,
    bound: float,
    seconds: float,
    solver: str,
    stopped: bool = False,
    sizes: Float64 | None = None,
    assigned: Int64 | None = None,
) -> LocationSolution:
    """Return the solution that opens the columns ``chosen`` beside the existing sites.

    Parameters
    ----------
    problem
        The whole problem.
    chosen
        Columns of the new sites.
    model, objective, bound, seconds, solver, sizes
        As in the solution.
    stopped
        Whether the clock or the caller ended the search.
    assigned
        Columns of the sites that serve the points; default the nearest open one.
    """
    chosen = np.sort(np.asarray(chosen, dtype=np.int64))
    if assigned is None:
        minutes, assigned = nearest(problem.by_site, np.concatenate([np.flatnonzero(problem.existing), chosen]))
    else:
        served = problem.by_site[np.maximum(assigned, 0), np.arange(problem.n_points)]
        minutes = np.where(assigned >= 0, served, np.inf).astype(np.float64)
    gap = relative_gap(objective, bound)
    status: Status = "optimal" if gap <= OPTIMAL_GAP else "time_limit" if stopped else "feasible"
    return LocationSolution(
        model=model, status=status, objective=objective, bound=objective if status == "optimal" else bound,
        gap=0.0 if status == "optimal" else gap, seconds=seconds, solver=solver, site_ids=problem.site_ids[chosen],
        assigned=assigned, minutes=minutes, sizes=np.zeros(0) if sizes is None else sizes,
    )  # fmt: skip


def no_answer(
    problem: LocationProblem,
    *,
    model: str,
    unmet: str,
    seconds: float,
    unmet_ids: tuple[object, ...] = (),
    solver: str = "checked before solving",
    stopped: bool = False,
    bound: float = float("nan"),
) -> LocationSolution:
    """Return that there is no answer: which requirement cannot be met or, stopped, that none was found in time."""
    return LocationSolution(
        model=model, status="time_limit" if stopped else "infeasible", objective=float("nan"), bound=bound,
        gap=float("inf"), seconds=seconds, solver=solver, site_ids=problem.site_ids[:0],
        assigned=np.full(problem.n_points, -1, dtype=np.int64), minutes=np.full(problem.n_points, np.inf),
        sizes=np.zeros(0), unmet=unmet, unmet_ids=unmet_ids,
    )  # fmt: skip
