"""How good can p sites be at most: Lagrangian relaxation of "every point is served once", over the full table.

For any radii ``r_i <= b_i`` (the form of :mod:`finder.capacity.location.exchange`)

    L(r) = sum_i P_i r_i + the p lowest of rho_j,   rho_j = sum_i P_i min(0, c_ij - r_i)

is a lower bound of ``F(S)`` (Cornuejols, Fisher and Nemhauser 1977), and the best L is the bound of the linear
relaxation. No point is merged and no pair left out, so the bound is that of the whole problem. The radii climb by
the volume algorithm (Barahona and Anbil 2000); the sites that L picks are tried and improved as answers on the way. A
site whose forced opening would push L above the best answer can never be in a better one and is left out from then on
(reduced cost fixing).
"""

import math
import time
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from finder.capacity.location.exchange import Costs, greedy, interchange, value_of
from finder.capacity.location.problem import Float64, Int64
from finder.capacity.location.solution import Cancelled, Progress

STEPS: Final = 1500
_PATIENCE = 20
"""Steps without a better bound before the step length is cut."""
_MEMORY = 0.04
"""Weight of the newest step in the running average; little, since neighbouring sites serve nearly the same points."""
_NEAR = 0.05
"""Picks whose value is within this of the best answer are improved by interchange."""
_TRY_EVERY = 5
"""Steps between two tries to improve the picks; every step while the table has at most `_SMALL_PAIRS`."""
_SMALL_PAIRS = 200_000
_WHOLE = 1e-6
"""Where all costs are whole, a bound may be rounded up if it is above the whole number by more than this."""


@dataclass(frozen=True, eq=False)
class Bounded:
    """Sites, their cost and what no other sites can be below.

    Attributes
    ----------
    chosen
        Columns.
    value
        ``F`` of them.
    bound
        Lower bound of ``F`` over all choices.
    active
        Columns that a better answer could still hold, ``chosen`` included.
    steps
        How many bounds were computed.
    stopped
        Whether clock or caller ended the climb.
    """

    chosen: Int64
    value: float
    bound: float
    active: Int64
    steps: int
    stopped: bool


@numba.njit(cache=True, parallel=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _reduced_costs(costs: Costs, active: Int64, people: Float64, radii: Float64) -> Float64:  # pragma: no cover
    rho = np.zeros(len(active))
    for k in numba.prange(len(active)):
        row = costs[active[k]]
        total = 0.0
        for i in range(len(people)):
            total += people[i] * min(row[i] - radii[i], 0.0)
        rho[k] = total
    return rho


def bound_and_improve(
    costs: Costs,
    people: Float64,
    fallback: Float64,
    p: int,
    *,
    candidates: Int64,
    is_whole: bool = False,
    gap: float = 0.0,
    scale: float = 0.0,
    steps: int = STEPS,
    time_limit_s: float = math.inf,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Bounded:
    """Return p sites and a lower bound: greedy, interchange, then the climb of the radii.

    Parameters
    ----------
    costs
        Shape (n_sites, n_points), >= 0, finite.
    people, fallback
        Shape (n_points,), >= 0, finite.
    p
        How many of ``candidates`` to open, at most as many as there are.
    candidates
        Columns that may be opened.
    is_whole
        Whether every cost times people is a whole number, so that bounds may be rounded up.
    gap
        Stop when ``value - bound <= gap x |scale - value|``: relative to ``F`` with ``scale`` 0, or to what is
        saved from ``scale``.
    scale
        See ``gap``.
    steps, time_limit_s
        Most bounds to compute, most seconds.
    progress
        Called with (step, steps, value, bound).
    cancelled
        Asked at every step.
    """
    start = time.perf_counter()
    active = candidates.astype(np.int64)
    total = float(people.sum())
    chosen = greedy(costs, people, fallback, p, active=active)
    chosen, value = interchange(costs, people, fallback, chosen, active=active, cancelled=cancelled)
    if p == 0 or p == len(active) or total == 0:
        return Bounded(chosen, value, value, chosen, 0, stopped=False)
    best_radii = _first_radii(costs, fallback, chosen)
    radii = best_radii.copy()
    average: Float64 = np.ones(len(people))
    bound, length, since, tried = -math.inf, 0.3, 0, {tuple(np.sort(chosen))}
    is_small = costs.size <= _SMALL_PAIRS
    step, stopped = 0, False
    for step in range(1, steps + 1):
        rho = _reduced_costs(costs, active, people, radii)
        picks = np.argsort(rho, kind="stable")
        low = active[picks[:p]]
        now = float(people @ radii + np.minimum(rho[picks[:p]], 0.0).sum())
        count = np.zeros(len(people))
        for site in low:
            count += costs[site] < radii
        average = count if step == 1 else (1 - _MEMORY) * average + _MEMORY * count
        if now > bound:
            # A step that climbs much while pointing the same way may be longer; a poor one is cut below.
            if since == 0 and step > 1 and people @ ((1 - average) * (1 - count)) > 0:
                length = min(length * 1.1, 2.0)
            bound, best_radii, since = now, radii, 0
        else:
            since += 1
        key = tuple(np.sort(low))
        if key not in tried and (step % _TRY_EVERY == 0 or step < 20 or is_small):
            tried.add(key)
            near = value + _NEAR * max(value, abs(scale - value))
            chosen, value = _better(costs, people, fallback, low, active, chosen, value, near)
        rounded = math.ceil(bound - _WHOLE) if is_whole else bound
        active = _still_possible(active, rho, picks, p, now, value, chosen, is_whole=is_whole)
        if progress is not None:
            progress(step, steps, value, min(rounded, value))
        if value - rounded <= gap * abs(scale - value) + 1e-12 * abs(value) or len(active) <= p:
            break
        stopped = time.perf_counter() - start > time_limit_s or (cancelled is not None and cancelled())
        if stopped:
            break
        if since >= _PATIENCE:
            length, since = length / 1.5, 0
            average = 0.5 * average + 0.5 * count
        if length < 1e-5:
            break
        way = 1.0 - average
        norm = float(people @ way**2)
        if norm <= 1e-9 * total:
            average, norm = count, float(people @ (1.0 - count) ** 2)
            way = 1.0 - average
        if norm <= 0:
            break
        radii = np.minimum(best_radii + length * max(value - bound, 1e-9 * abs(value)) / norm * way, fallback)
    rounded = math.ceil(bound - _WHOLE) if is_whole else bound
    if len(active) <= p:
        rounded = value
    return Bounded(chosen, value, min(rounded, value), active, step, stopped)


def _first_radii(costs: Costs, fallback: Float64, chosen: Int64) -> Float64:
    """Radii to start from: half way between the best and the second best site of a good answer."""
    first, second = fallback.copy(), fallback.copy()
    for site in chosen:
        row = costs[site]
        second = np.where(row < first, first, np.minimum(second, row))
        first = np.minimum(first, row)
    radii: Float64 = (first + second) / 2
    return radii


def _better(
    costs: Costs,
    people: Float64,
    fallback: Float64,
    low: Int64,
    active: Int64,
    chosen: Int64,
    value: float,
    near: float,
) -> tuple[Int64, float]:
    """Return the better of the answer so far and of the sites a bound picked, improved where they are near it."""
    found = value_of(costs, people, fallback, low)
    if found < near:
        low, found = interchange(costs, people, fallback, low, active=active)
    return (low, found) if found < value else (chosen, value)


def _still_possible(
    active: Int64, rho: Float64, picks: Int64, p: int, now: float, value: float, chosen: Int64, *, is_whole: bool
) -> Int64:
    """Return the columns that a better answer could hold (and those of the answer so far)."""
    if len(active) <= p:
        return active
    worst = min(float(rho[picks[p - 1]]), 0.0)
    # Opening j instead of the last pick costs at least this; whole answers that are better are better by 1.
    target = value - 1 + _WHOLE if is_whole else value * (1 + 1e-12)
    keep = now + np.minimum(rho, 0.0) - worst <= target
    return active[keep | np.isin(active, chosen)]
