"""Who gains and who loses when minutes change: people at demand points, in every draw."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Float32 = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

MORE_THAN_MIN: Final = (2, 5, 10, 25)
"""Limits of the published statements on maternities; a change must be larger, strictly."""

CROSSED_MIN: Final = (20, 30)
"""Limits to be within, inclusive."""


def extra_minutes(before_min: Float32, after_min: Float32, *, cutoff_min: float) -> Float32:
    """Return by how much the way of each point grew; negative where it shrank.

    Beyond the cutoff of a table a way is only known to be longer: it counts as long as the cutoff, so that the growth
    is at least what is said. Without a cutoff (inf) a point that loses its last service grows by inf, one that never
    had any by 0.

    Parameters
    ----------
    before_min, after_min
        Same shape, inf where not reached.
    cutoff_min
        Of the table they come from.
    """
    before, after = (np.minimum(minutes, np.float32(cutoff_min)) for minutes in (before_min, after_min))
    with np.errstate(invalid="ignore"):
        grown: Float32 = np.where(before == after, np.float32(0), after - before)
    return grown


def people_changed(
    before_min: Float32,
    after_min: Float32,
    people: Floats,
    *,
    cutoff_min: float,
    more_than_min: Sequence[int] = MORE_THAN_MIN,
    crossed_min: Sequence[int] = CROSSED_MIN,
) -> pd.DataFrame:
    """Count the people whose way grew or shrank, and who crossed a limit.

    Parameters
    ----------
    before_min, after_min
        Shape (n_points, n_columns): minutes to the nearest site, one column per draw.
    people
        Shape (n_points,).
    cutoff_min
        As :func:`extra_minutes`.
    more_than_min, crossed_min
        Limits in minutes.

    Returns
    -------
    DataFrame
        One row per column of the minutes: ``longer``, ``shorter`` (any change), ``longer_than_<limit>``,
        ``shorter_than_<limit>`` (strictly), ``lost_<limit>`` (within before, not after), ``gained_<limit>``, all in
        people; ``person_minutes`` (sum of the finite changes).
    """
    grown = extra_minutes(before_min, after_min, cutoff_min=cutoff_min)
    touched = np.flatnonzero((grown != 0).any(axis=1))
    grown, before, after, weight = grown[touched], before_min[touched], after_min[touched], people[touched]
    columns = {"longer": weight @ (grown > 0), "shorter": weight @ (grown < 0)}
    for limit in more_than_min:
        columns[f"longer_than_{limit}"] = weight @ (grown > limit)
        columns[f"shorter_than_{limit}"] = weight @ (grown < -limit)
    for limit in crossed_min:
        near_before, near_after = before <= limit, after <= limit
        columns[f"lost_{limit}"] = weight @ (near_before & ~near_after)
        columns[f"gained_{limit}"] = weight @ (near_after & ~near_before)
    columns["person_minutes"] = weight @ np.where(np.isfinite(grown), grown, 0).astype(np.float64)
    return pd.DataFrame(columns)
