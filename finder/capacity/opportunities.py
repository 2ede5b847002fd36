"""What an origin reaches, whoever else wants it: minutes to the closest sites, places within reach, gravity."""

from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.amounts import as_amounts, rows_of_ids
from finder.capacity.impedance import Binary, Impedance
from finder.capacity.trip_weights import require_possible_minutes, trip_weights
from finder.errors import ThresholdError
from finder.geo.travel_time import TravelTimes

METHOD_VERSION: Final = "opportunities 1"
BLOCK_CELLS: Final = 1 << 22


def minutes_to_closest(times: TravelTimes, *, rank: int = 1) -> pd.Series:
    """Return the minutes from each origin to its ``rank``-th closest site.

    Parameters
    ----------
    times
        Rows are origins, columns sites.
    rank
        1 for the closest site, 2 for the second, and so on.

    Returns
    -------
    pandas.Series
        Minutes, indexed by the table's origins; ``inf`` where fewer than ``rank`` sites lie within the cutoff.

    Raises
    ------
    ThresholdError
        If ``rank`` is below 1, or minutes are negative or NaN.
    """
    if rank < 1:
        raise ThresholdError(f"The {rank}-th closest site does not exist: give a rank of 1 or more.")
    require_possible_minutes(times)
    stored = np.diff(times.indptr)
    found = np.full(len(stored), np.inf)
    enough = np.flatnonzero(stored >= rank)
    # Rows of like length together: the padding of a block then wastes little.
    by_length = enough[np.argsort(stored[enough], kind="stable")]
    start = 0
    while start < len(by_length):
        end = start + 1
        while end < len(by_length) and (end + 1 - start) * stored[by_length[end]] <= BLOCK_CELLS:
            end += 1
        rows = by_length[start:end]
        width = int(stored[rows[-1]])
        place = times.indptr[rows][:, None] + np.arange(width)
        is_stored = np.arange(width) < stored[rows][:, None]
        minutes = np.where(is_stored, times.minutes[np.where(is_stored, place, 0)], np.inf)
        found[rows] = np.partition(minutes, rank - 1, axis=1)[:, rank - 1]
        start = end
    return pd.Series(found, index=pd.Index(times.origin_ids), name="minutes")


def gravity(times: TravelTimes, capacity: pd.Series, *, impedance: Impedance) -> pd.DataFrame:
    """Return the weighted capacity that each origin reaches, competition left aside.

    ``A_i = sum_j f(t_ij) S_j`` (Hansen 1959, "How accessibility shapes land use").

    Parameters
    ----------
    times
        Rows are origins, columns sites.
    capacity
        ``S_j`` >= 0, indexed by the ids of the table's columns in any order.
    impedance
        ``f``; its limit must lie within the cutoff of the table.

    Returns
    -------
    pandas.DataFrame
        Indexed by the table's origins: ``score`` (in the unit of ``capacity``) and ``is_reachable``, False where no
        site has a weight; the score is 0 there.

    Raises
    ------
    AmountError
        If ids do not match or capacities are no amounts.
    ThresholdError
        If the limit is beyond the cutoff, or minutes are negative or NaN.
    """
    by_column = np.empty(len(times.destination_ids))
    by_column[rows_of_ids(capacity.index, times.destination_ids, "Capacity")] = as_amounts(capacity, "Capacity")
    weights = trip_weights(times, impedance)
    return pd.DataFrame(
        {"score": weights @ by_column, "is_reachable": np.diff(weights.indptr) > 0}, index=pd.Index(times.origin_ids)
    )


def cumulative_opportunities(times: TravelTimes, capacity: pd.Series, *, limit_min: float) -> pd.DataFrame:
    """Return the capacity within a limit, inclusive: :func:`gravity` with a weight of 1 up to it.

    With a capacity of 1 everywhere the score is the number of sites.

    Parameters
    ----------
    times, capacity
        As for :func:`gravity`.
    limit_min
        Inclusive, > 0.

    Returns
    -------
    pandas.DataFrame
        As :func:`gravity`.

    Raises
    ------
    AmountError, ThresholdError
        As :func:`gravity`.
    """
    return gravity(times, capacity, impedance=Binary(limit_min))
