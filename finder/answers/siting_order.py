"""In which order chosen sites should open: each next one adds most to those before it."""

from typing import Final

import numpy as np

from finder.capacity.location.problem import Float64, Floats, Int64

NOT_OPENED: Final = 0
"""Order of a site before it has one."""


def opening_order(
    minutes: Floats, people: Float64, before_min: Float64, *, limit_min: float | None
) -> tuple[Int64, Float64]:
    """Return the place of each site in the order (1 opens first) and what it adds when its turn comes.

    Parameters
    ----------
    minutes
        Shape (n_sites, n_points), inf where there is no way.
    people
        Shape (n_points,).
    before_min
        Shape (n_points,): minutes to what is there already, inf where nothing is.
    limit_min
        What a site adds is the people it brings within this limit; None: the person-minutes it saves, where having
        nothing to go to counts as the longest of all these trips.
    """
    count = len(minutes)
    order, gain = np.full(count, NOT_OPENED, dtype=np.int64), np.zeros(count)
    finite = np.concatenate([minutes[np.isfinite(minutes)], before_min[np.isfinite(before_min)]])
    longest = float(finite.max(initial=0.0))
    trips = np.minimum(minutes, longest).astype(np.float64)
    now = np.minimum(before_min, longest).astype(np.float64)
    if limit_min is not None:
        trips, now = (minutes > limit_min).astype(np.float64), (before_min > limit_min).astype(np.float64)
    for turn in range(1, count + 1):
        adds = np.maximum(now - trips, 0.0) @ people
        best = int(np.argmax(np.where(order == NOT_OPENED, adds, -1.0)))
        order[best], gain[best] = turn, adds[best]
        now = np.minimum(now, trips[best])
    return order, gain
