"""Weights of the trips of a travel-time table under an impedance, as a sparse matrix."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse

from finder.capacity.impedance import Impedance
from finder.errors import ThresholdError, first_ids
from finder.geo.travel_time import TravelTimes

SMALLEST_WEIGHT: Final = 1e-100
"""Smaller weights count as 0: places divided by such a demand would overflow, and nobody makes that trip."""
BLOCK_PAIRS: Final = 1 << 16
"""Pairs worked on at once: their weights stay in the cache."""


def require_within_cutoff(times: TravelTimes, limit_min: float) -> None:
    """Refuse a limit beyond the cutoff of the table: trips between the two would be lost without a word.

    Raises
    ------
    ThresholdError
        If the limit is beyond the cutoff.
    """
    if not limit_min <= times.cutoff_min:
        raise ThresholdError(
            f"Trips up to {limit_min:g} min are asked for but the table ends at {times.cutoff_min:g} min: "
            "choose a smaller limit or make a longer table."
        )


def require_possible_minutes(times: TravelTimes) -> None:
    """Refuse a table that stores negative minutes or NaN.

    Raises
    ------
    ThresholdError
        Naming the first rows concerned.
    """
    is_bad = ~(times.minutes >= 0)
    if is_bad.any():
        rows = np.unique(np.searchsorted(times.indptr, np.flatnonzero(is_bad), side="right") - 1)
        ids = times.origin_ids[rows].tolist()
        raise ThresholdError(f"Travel times are negative or not numbers for origins {first_ids(ids)}.")


def trip_weights(times: TravelTimes, impedance: Impedance) -> Any:  # noqa: ANN401
    """Return the weight of every trip that counts.

    Works through blocks of rows, so that little more than the result is in memory.

    Parameters
    ----------
    times
        Rows are origins; a stored 0 is a trip of no time and weighs most.
    impedance
        Its limit must lie within the cutoff of the table.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (n_origins, n_destinations), float64, every stored weight in [1e-100, 1].

    Raises
    ------
    ThresholdError
        If the limit is beyond the cutoff, or minutes are negative or NaN.
    """
    require_within_cutoff(times, impedance.limit_min)
    require_possible_minutes(times)
    # np.empty takes memory only as it is written: what the last slice leaves out costs nothing.
    weights = np.empty(len(times.minutes))
    indices = np.empty(len(times.minutes), dtype=np.int32)
    indptr = np.zeros(len(times.indptr), dtype=np.int64)
    n_rows = len(times.origin_ids)
    row, kept = 0, 0
    while row < n_rows:
        start = times.indptr[row]
        end_row = max(row + 1, int(np.searchsorted(times.indptr, start + BLOCK_PAIRS, side="right")) - 1)
        block = slice(start, times.indptr[end_row])
        block_weights = impedance(times.minutes[block])
        block_indices = times.indices[block]
        ends = times.indptr[row + 1 : end_row + 1] - start
        counts = block_weights >= SMALLEST_WEIGHT
        if not counts.all():
            ends = np.concatenate([[0], np.cumsum(counts)])[ends]
            block_weights, block_indices = block_weights[counts], block_indices[counts]
        end = kept + len(block_weights)
        weights[kept:end] = block_weights
        indices[kept:end] = block_indices
        indptr[row + 1 : end_row + 1] = kept + ends
        row, kept = end_row, end
    return scipy.sparse.csr_array((weights[:kept], indices[:kept], indptr), shape=times.shape)


def keep_destinations(times: TravelTimes, is_kept: npt.NDArray[np.bool_]) -> TravelTimes:
    """Return the table with some of its columns, in the same order; every stored trip to them stays, zeros too.

    Parameters
    ----------
    times
        Table.
    is_kept
        Shape (n_destinations,).
    """
    new_column = np.cumsum(is_kept, dtype=np.int32) - 1
    stays = is_kept[times.indices]
    before = np.concatenate([[0], np.cumsum(stays, dtype=np.int64)])
    return TravelTimes(
        minutes=times.minutes[stays],
        indices=new_column[times.indices[stays]].astype(np.int32),
        indptr=before[times.indptr],
        origin_ids=times.origin_ids,
        destination_ids=times.destination_ids[is_kept],
        mode=times.mode,
        cutoff_min=times.cutoff_min,
    )
