"""Compiled one-to-many sweeps on a contraction hierarchy: RPHAST for several sources at once.

Every shortest way climbs to more important nodes and then descends. So an origin's climb (a search among ever
more important nodes, a few hundred) and one sweep down over the nodes from which the destinations can be descended
to (Delling, Goldberg, Nowatzyk, Werneck 2011: PHAST; restricted to targets in Delling, Goldberg, Werneck 2011) give
exact distances. A sweep carries `LANES` origins side by side.
"""

from typing import Final

import numba
import numpy as np

from finder.geo.dijkstra import UNREACHED
from finder.geo.heap import drop_first, push
from finder.geo.network import Int32, Int64

LANES: Final = 32
"""Origins per sweep: two cache lines per node, the best of 8 to 64 by time and memory."""


@numba.njit(cache=True, nogil=True)
def restrict(ptr: Int64, higher: Int32, down_ms: Int32, targets: Int32) -> tuple[Int32, Int64, Int32, Int32]:
    """Return the part of the hierarchy from which the targets can be descended to.

    Parameters
    ----------
    ptr, higher, down_ms
        The hierarchy.
    targets
        Places in the hierarchy; those outside are skipped.

    Returns
    -------
    tuple
        ``(local, sweep_ptr, above, ms)``: the row of each node of the hierarchy in the sweep (-1: not in it), and
        in CSR form what lies above each row, always earlier rows, with the cost of the way down.
    """
    n_nodes = len(ptr) - 1
    local = np.full(n_nodes, np.int32(-1))
    for i in range(len(targets)):
        if 0 <= targets[i] < n_nodes:
            local[targets[i]] = 0
    n_rows, n_arcs = 0, 0
    for node in range(n_nodes):
        if local[node] == 0:
            n_rows += 1
            for i in range(ptr[node], ptr[node + 1]):
                if down_ms[i] != UNREACHED:
                    local[higher[i]] = 0
                    n_arcs += 1
    sweep_ptr = np.zeros(n_rows + 1, dtype=np.int64)
    above = np.empty(n_arcs, dtype=np.int32)
    ms = np.empty(n_arcs, dtype=np.int32)
    row, k = 0, 0
    for node in range(n_nodes - 1, -1, -1):
        if local[node] == 0:
            local[node] = row
            for i in range(ptr[node], ptr[node + 1]):
                if down_ms[i] != UNREACHED:
                    above[k] = local[higher[i]]
                    ms[k] = down_ms[i]
                    k += 1
            row += 1
            sweep_ptr[row] = k
    return local, sweep_ptr, above, ms


@numba.njit(cache=True, nogil=True)
def _climb(
    ptr: Int64,
    higher: Int32,
    up_ms: Int32,
    local: Int32,
    seeds: Int32,
    seed_ms: Int32,
    limit_ms: int,
    dist: Int32,
    keys: Int64,
    items: Int32,
    lane: int,
    table: Int32,
) -> None:
    """Write the cost of climbing from the seeds into one lane of the table; nodes come up in their order."""
    n_nodes = len(ptr) - 1
    size = 0
    for i in range(len(seeds)):
        node = seeds[i]
        if 0 <= node < n_nodes and seed_ms[i] <= limit_ms and seed_ms[i] < dist[node]:
            if dist[node] == UNREACHED:
                push(keys, items, size, node, node)
                size += 1
            dist[node] = seed_ms[i]
    while size > 0:
        node = items[0]
        size -= 1
        drop_first(keys, items, size)
        reached = dist[node]
        # All ways to this node come from less important ones: it is final, and never comes up again.
        dist[node] = UNREACHED
        if local[node] >= 0:
            table[local[node], lane] = reached
        for i in range(ptr[node], ptr[node + 1]):
            head = higher[i]
            further = reached + up_ms[i]
            if further <= limit_ms and further < dist[head]:
                if dist[head] == UNREACHED:
                    push(keys, items, size, head, head)
                    size += 1
                dist[head] = further


@numba.njit(cache=True, nogil=True)
def sweep_rows(
    ptr: Int64,
    higher: Int32,
    up_ms: Int32,
    local: Int32,
    sweep_ptr: Int64,
    above: Int32,
    ms: Int32,
    seeds: Int32,
    seed_ms: Int32,
    end_row: Int32,
    end_ms: Int32,
    limit_ms: int,
    dist: Int32,
    keys: Int64,
    items: Int32,
    table: Int32,
    out: Int32,
) -> None:
    """Write the ms from the origins (rows of ``seeds``) to all destinations into ``out``.

    ``table`` is work space of shape (rows of the sweep + 1, `LANES`); its last row stays `UNREACHED`.
    """
    n_rows = len(sweep_ptr) - 1
    # Read from the array, not the constant: the compiler unrolls short loops of known length instead of using SIMD.
    width = table.shape[1]
    for first in range(0, len(seeds), width):
        n_lanes = min(width, len(seeds) - first)
        table[:] = UNREACHED
        for lane in range(n_lanes):
            origin = first + lane
            _climb(
                ptr,
                higher,
                up_ms,
                local,
                seeds[origin],
                seed_ms[origin],
                limit_ms,
                dist,
                keys,
                items,
                lane,
                table,
            )
        for row in range(n_rows):
            here = table[row]
            for i in range(sweep_ptr[row], sweep_ptr[row + 1]):
                there, cost = table[above[i]], ms[i]
                for lane in range(width):
                    here[lane] = min(here[lane], np.int32(there[lane] + cost))
        for column in range(len(end_row)):
            one, other = end_row[column, 0], end_row[column, 1]
            one_ms, other_ms = end_ms[column, 0], end_ms[column, 1]
            for lane in range(n_lanes):
                by_one = np.int32(table[one, lane] + one_ms)
                by_other = np.int32(table[other, lane] + other_ms)
                out[first + lane, column] = min(by_one, by_other)
