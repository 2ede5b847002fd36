"""Minutes to the nearest open destination of a ready table, for many sets of open destinations at once."""

import numba
import numpy as np
import numpy.typing as npt

from finder.geo.network import Bool, Float32, Int32, Int64
from finder.geo.travel_time import TravelTimes


def nearest_of_sets(times: TravelTimes, is_open: npt.ArrayLike) -> Float32:
    """Return the minutes from every origin to its nearest open destination, for each set of open ones.

    Parameters
    ----------
    times
        Minutes from origins to all destinations that may be open.
    is_open
        Shape (n_destinations, n_sets): which destinations are open in each set.

    Returns
    -------
    ndarray
        Shape (n_origins, n_sets), minutes; inf where no open destination lies within the table's cutoff.

    Raises
    ------
    ValueError
        If ``is_open`` has not one row per destination.
    """
    sets = np.ascontiguousarray(is_open, dtype=np.bool_)
    if sets.ndim != 2 or sets.shape[0] != times.shape[1]:
        raise ValueError(f"{times.shape[1]} destinations, but sets of open ones of shape {sets.shape}.")
    return _nearest(times.indptr, times.indices, times.minutes, sets)


@numba.njit(cache=True, nogil=True)
def _nearest(indptr: Int64, indices: Int32, minutes: Float32, is_open: Bool) -> Float32:
    n_origins, n_sets = len(indptr) - 1, is_open.shape[1]
    out = np.full((n_origins, n_sets), np.float32(np.inf))
    for origin in range(n_origins):
        low, high = indptr[origin], indptr[origin + 1]
        # Nearest first: most sets are answered by the first few destinations.
        order = low + np.argsort(minutes[low:high])
        missing = n_sets
        for pair in order:
            if missing == 0:
                break
            for k in range(n_sets):
                if is_open[indices[pair], k] and out[origin, k] == np.inf:
                    out[origin, k] = minutes[pair]
                    missing -= 1
    return out
