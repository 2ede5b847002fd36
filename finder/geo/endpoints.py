"""What every measure does at the two ends of a trip: limits, minutes, and pairs of points on one edge."""

import math

import numpy as np
import numpy.typing as npt

from finder.geo.dijkstra import UNREACHED
from finder.geo.network import Float32, Int32, Int64
from finder.geo.snapping import Snaps
from finder.units import MS_PER_MIN

_ROUNDING_MS = 1e-3
"""A limit such as 0.1 min must not lose its last millisecond to binary fractions."""


def limit_in_ms(cutoff_min: float | None) -> int:
    """Return an inclusive limit in whole milliseconds; no limit is just under `UNREACHED` (about 12 days).

    Raises
    ------
    ValueError
        If the limit is negative or not a number.
    """
    if cutoff_min is None:
        return UNREACHED - 1
    if not cutoff_min >= 0:
        raise ValueError(f"A cutoff must be 0 minutes or more, not {cutoff_min}.")
    return int(min(math.floor(min(cutoff_min, UNREACHED) * MS_PER_MIN + _ROUNDING_MS), UNREACHED - 1))


def as_minutes(ms: npt.NDArray[np.integer]) -> Float32:
    """Return milliseconds as minutes; `UNREACHED` and more become inf."""
    minutes = (ms / MS_PER_MIN).astype(np.float32)
    minutes[ms >= UNREACHED] = np.inf
    return minutes


def open_ends(node: Int32, ms: Int32, *, n_nodes: int) -> tuple[Int32, Int32]:
    """Return the ends of each point's edge as a search reads them: a closed end is node ``n_nodes`` at 0 ms.

    ``SearchSpace.dist`` is `UNREACHED` there, whatever a snap may hold as the cost of a way that is closed.
    """
    is_open = node >= 0
    return np.where(is_open, node, np.int32(n_nodes)), np.where(is_open, ms, np.int32(0))


def pairs_on_one_edge(origins: Snaps, destinations: Snaps) -> tuple[Int64, Int64, Int32]:
    """Return the pairs whose points lie on one edge and may go along it without passing a junction.

    The trip is both access legs plus the share of the edge between the two points, in a direction that is open.
    A longer way round may be the only one on a one-way edge; that one is found through the junctions.

    Returns
    -------
    tuple
        ``(origin, destination, ms)``, one row per pair, sorted by origin then destination.
    """
    by_edge = np.argsort(destinations.edge_id, kind="stable")
    edges = destinations.edge_id[by_edge]
    first = np.searchsorted(edges, origins.edge_id, side="left")
    count = np.searchsorted(edges, origins.edge_id, side="right") - first
    count[~origins.is_snapped] = 0
    origin = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(origin)) - np.repeat(np.cumsum(count) - count, count)
    destination = by_edge[first[origin] + within]
    step = destinations.fraction[destination] - origins.fraction[origin]
    along = np.where((step >= 0) & (origins.along_ms[origin] >= 0), step * origins.along_ms[origin], np.inf)
    against = np.where((step <= 0) & (origins.against_ms[origin] >= 0), -step * origins.against_ms[origin], np.inf)
    between = np.minimum(along, against)
    is_open = np.isfinite(between)
    origin, destination = origin[is_open], destination[is_open]
    ms = np.rint(between[is_open]) + origins.access_ms[origin] + destinations.access_ms[destination]
    return origin, destination, ms.astype(np.int32)
