"""Travel times between points on one mode's graph: sparse, exact, bounded by a cutoff."""

from dataclasses import dataclass

import numpy as np

from finder.geo.network import Float32, Int32, Int64
from finder.units import Mode


@dataclass(frozen=True)
class TravelTimes:
    """Minutes from origins (rows) to destinations (columns) within a cutoff, in CSR form.

    Attributes
    ----------
    minutes
        Shape (nnz,): travel time of each stored pair. A pair that is not stored is farther than the cutoff.
    indices
        Shape (nnz,): column of each stored pair, ascending within a row.
    indptr
        Shape (n_origins + 1,): row pointers.
    origin_ids, destination_ids
        Ids of rows and columns.
    mode
        Travel mode.
    cutoff_min
        Inclusive limit.
    """

    minutes: Float32
    indices: Int32
    indptr: Int64
    origin_ids: np.ndarray
    destination_ids: np.ndarray
    mode: Mode
    cutoff_min: float
