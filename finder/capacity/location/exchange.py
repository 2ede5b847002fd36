"""Good sites quickly: greedy adding, then the best swap of one site for another until none helps.

Every model here has one form: point i falls back on a cost ``b_i`` (its nearest existing site, or being uncovered) and
``F(S) = sum_i P_i min(b_i, min over j in S of c_ij)`` is to be small with ``|S| = p``. Minutes give the p-median,
0 (within the limit) and 1 (beyond) give maximal covering.

Adding: Kuehn and Hamburger (1963). Swapping: Teitz and Bart (1968) with the gains and losses of all swaps collected in
one pass (Whitaker 1983; Resende and Werneck 2003).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numba
import numpy as np
import numpy.typing as npt

from finder.capacity.location.problem import Float64, Int64
from finder.capacity.location.solution import Cancelled

Costs = npt.NDArray[np.generic]
"""Shape (n_sites, n_points): uint8, float32 or float64, each site's costs side by side."""

_SMALL_PAIRS = 200_000
_LEAST_GAIN = 1e-12
"""Relative to ``F``: smaller gains are rounding."""


@contextmanager
def threads_for(costs: Costs) -> Iterator[None]:
    """Use one thread for a small table within a ``with`` block: waking the others would cost more than they do."""
    before = numba.get_num_threads()
    try:
        if costs.size <= _SMALL_PAIRS:
            numba.set_num_threads(1)
        yield
    finally:
        numba.set_num_threads(before)


@numba.njit(cache=True, parallel=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _gains(costs: Costs, active: Int64, people: Float64, best: Float64) -> Float64:  # pragma: no cover
    """Return what adding each active site would save."""
    gains = np.zeros(len(active))
    for k in numba.prange(len(active)):
        row = costs[active[k]]
        total = 0.0
        for i in range(len(people)):
            total += people[i] * max(best[i] - row[i], 0.0)
        gains[k] = total
    return gains


@numba.njit(cache=True, parallel=True, nogil=True)
def _swaps(
    costs: Costs, active: Int64, people: Float64, first: Float64, second: Float64, place: Int64, losses: Float64
) -> tuple[Float64, Int64]:  # pragma: no cover
    """Return what the best swap that brings each active site in would save, and the place it would take."""
    n = len(active)
    saved, out = np.empty(n), np.empty(n, dtype=np.int64)
    for k in numba.prange(n):
        row = costs[active[k]]
        loss = losses.copy()
        gain = 0.0
        for i in range(len(people)):
            cost = row[i]
            if cost < second[i]:
                if cost < first[i]:
                    gain += people[i] * (first[i] - cost)
                    loss[place[i]] -= people[i] * (second[i] - first[i])
                else:
                    loss[place[i]] -= people[i] * (second[i] - cost)
        # The last place stands for the fallback, which cannot be taken out.
        r = np.argmin(loss[:-1])
        saved[k], out[k] = gain - loss[r], r
    return saved, out


def value_of(costs: Costs, people: Float64, fallback: Float64, chosen: Int64) -> float:
    """Return ``F(S)``."""
    best = fallback.copy()
    for site in chosen:
        np.minimum(best, costs[site], out=best)
    return float(people @ best)


def greedy(costs: Costs, people: Float64, fallback: Float64, p: int, *, active: Int64) -> Int64:
    """Return ``p`` sites, each the one that saves most after those before it (the lower column on ties).

    For savings from a fallback this is within 1 - 1/e of the most that can be saved (Nemhauser, Wolsey and Fisher
    1978).
    """
    best = fallback.copy()
    chosen: list[int] = []
    for _ in range(p):
        gains = _gains(costs, active, people, best)
        gains[np.isin(active, chosen)] = -1.0
        site = int(active[np.argmax(gains)])
        chosen.append(site)
        np.minimum(best, costs[site], out=best)
    return np.array(chosen, dtype=np.int64)


def interchange(
    costs: Costs,
    people: Float64,
    fallback: Float64,
    chosen: Int64,
    *,
    active: Int64,
    cancelled: Cancelled | None = None,
) -> tuple[Int64, float]:
    """Return the sites after the best swap has been made again and again until none helps, and their ``F``.

    Parameters
    ----------
    costs, people, fallback
        See the module; finite.
    chosen
        Where to start.
    active
        Columns that may come in.
    cancelled
        Asked before each swap.
    """
    chosen = chosen.copy()
    value = value_of(costs, people, fallback, chosen)
    while len(chosen) and not (cancelled is not None and cancelled()):
        first, second, place = _two_best(costs, fallback, chosen)
        losses = np.bincount(place, people * (second - first), minlength=len(chosen) + 1).astype(np.float64)
        saved, out = _swaps(costs, active, people, first, second, place, losses)
        saved[np.isin(active, chosen)] = -np.inf
        k = int(np.argmax(saved))
        if not saved[k] > _LEAST_GAIN * max(abs(value), 1.0):
            break
        chosen[out[k]] = active[k]
        value = value_of(costs, people, fallback, chosen)
    return chosen, value


def _two_best(costs: Costs, fallback: Float64, chosen: Int64) -> tuple[Float64, Float64, Int64]:
    """Cost of the best and second best of the set (fallback included), and the place of the best in the set."""
    first, second = fallback.copy(), fallback.copy()
    place = np.full(len(fallback), len(chosen), dtype=np.int64)
    for k, site in enumerate(chosen):
        row = costs[site]
        is_best = row < first
        second = np.where(is_best, first, np.minimum(second, row))
        first = np.where(is_best, row, first)
        place[is_best] = k
    return first, second, place
