"""Compiled shortest-path searches on a CSR graph with whole-millisecond costs.

The queue is Dial's bucket queue (R. Dial, "Algorithm 360", Communications of the ACM, 1969) with buckets wider
than one cost unit: inside a bucket a node may be corrected again (label correcting), so the distances are
exactly those of Dijkstra (1959) whatever the width, while each queue operation is O(1). Work arrays are reused
between searches; only the touched nodes are reset.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from finder.geo.network import Int32

UNREACHED: Final = 2**30
"""Distance of a node that was not reached: leaves room to add two such costs in 32 bits."""

BUCKET_SHIFT: Final = 12
"""Buckets are 2**12 ms wide: a few road segments (median 10 s by car), the fastest of the widths tried."""


@dataclass(frozen=True)
class SearchSpace:
    """Work arrays of one search, to be reused by one thread for any number of searches on one graph.

    Attributes
    ----------
    dist
        Shape (n_nodes + 1,): distance in ms of each node after a search, `UNREACHED` elsewhere. The last entry
        belongs to no node, so that "no node" can be written as ``n_nodes`` (or -1) and read without a test.
    via
        Shape (n_nodes,) or (0,): the arc that reached each touched node, -1 for a seed; empty if not wanted.
    touched
        Shape (n_nodes,): nodes reached by the last search, in no particular order.
    following, preceding
        Shape (n_nodes,): neighbours of a queued node in its bucket.
    buckets
        Shape (a power of two,): first node of each bucket, -1 if empty.
    """

    dist: Int32
    via: Int32
    touched: Int32
    following: Int32
    preceding: Int32
    buckets: Int32


def search_space(n_nodes: int, *, longest_ms: int, keep_paths: bool = False) -> SearchSpace:
    """Return fresh work arrays for searches on a graph of ``n_nodes``.

    Parameters
    ----------
    n_nodes
        Number of nodes of the graph.
    longest_ms
        The largest arc or seed cost that will occur: the buckets form a ring that must span it.
    keep_paths
        Whether to record the arc that reached each node.
    """
    n_buckets = 1 << int((longest_ms >> BUCKET_SHIFT) + 2).bit_length()
    return SearchSpace(
        dist=np.full(n_nodes + 1, UNREACHED, dtype=np.int32),
        via=np.full(n_nodes if keep_paths else 0, -1, dtype=np.int32),
        touched=np.empty(n_nodes, dtype=np.int32),
        following=np.empty(n_nodes, dtype=np.int32),
        preceding=np.empty(n_nodes, dtype=np.int32),
        buckets=np.full(n_buckets, -1, dtype=np.int32),
    )


@numba.njit(cache=True, nogil=True)
def search(
    indptr: Int32,
    heads: Int32,
    cost_ms: Int32,
    seeds: Int32,
    seed_ms: Int32,
    limit_ms: int,
    dist: Int32,
    via: Int32,
    touched: Int32,
    following: Int32,
    preceding: Int32,
    buckets: Int32,
) -> int:
    """Fill ``dist`` with the distances up to ``limit_ms`` (inclusive) from the seeds; return the touched count.

    Seeds outside ``0 <= node < n_nodes`` are skipped. The caller resets with :func:`reset` afterwards.
    """
    n_nodes = len(indptr) - 1
    mask = len(buckets) - 1
    keeps_paths = len(via) > 0
    n_touched = 0
    n_queued = 0
    current = limit_ms
    for i in range(len(seeds)):
        if 0 <= seeds[i] < n_nodes and seed_ms[i] < current:
            current = seed_ms[i]
    current >>= BUCKET_SHIFT
    # Seeds are relaxed like arcs of cost `seed_ms` out of a node before all others (number -1).
    node = np.int32(-1)
    first, last = 0, len(seeds)
    while True:
        for arc in range(first, last):
            if node < 0:
                head = seeds[arc]
                reached = seed_ms[arc]
                if head < 0 or head >= n_nodes:
                    continue
            else:
                head = heads[arc]
                reached = dist[node] + cost_ms[arc]
            known = dist[head]
            if reached >= known or reached > limit_ms:
                continue
            target = (reached >> BUCKET_SHIFT) & mask
            if known == UNREACHED:
                touched[n_touched] = head
                n_touched += 1
                n_queued += 1
            else:
                old = (known >> BUCKET_SHIFT) & mask
                before = preceding[head]
                is_queued = before >= 0 or buckets[old] == head
                if is_queued:
                    after = following[head]
                    if before >= 0:
                        following[before] = after
                    else:
                        buckets[old] = after
                    if after >= 0:
                        preceding[after] = before
                else:
                    n_queued += 1
            dist[head] = reached
            if keeps_paths:
                via[head] = arc if node >= 0 else -1
            top = buckets[target]
            following[head] = top
            preceding[head] = -1
            if top >= 0:
                preceding[top] = head
            buckets[target] = head
        if n_queued == 0:
            return n_touched
        while buckets[current & mask] < 0:
            current += 1
        node = buckets[current & mask]
        after = following[node]
        buckets[current & mask] = after
        if after >= 0:
            preceding[after] = -1
        preceding[node] = -1
        n_queued -= 1
        first, last = indptr[node], indptr[node + 1]


@numba.njit(cache=True, nogil=True)
def reset(dist: Int32, touched: Int32, n_touched: int) -> None:
    """Make the work arrays ready for the next search."""
    for i in range(n_touched):
        dist[touched[i]] = UNREACHED


@numba.njit(cache=True, nogil=True)
def reverse_arcs(indptr: Int32, heads: Int32, cost_ms: Int32) -> tuple[Int32, Int32, Int32]:
    """Return ``(indptr, heads, cost_ms)`` of the graph with every arc turned round."""
    n_nodes = len(indptr) - 1
    start = np.zeros(n_nodes + 1, dtype=np.int32)
    for arc in range(len(heads)):
        start[heads[arc] + 1] += 1
    for node in range(n_nodes):
        start[node + 1] += start[node]
    place = start[:-1].copy()
    tails = np.empty_like(heads)
    costs = np.empty_like(cost_ms)
    for node in range(n_nodes):
        for arc in range(indptr[node], indptr[node + 1]):
            position = place[heads[arc]]
            place[heads[arc]] += 1
            tails[position] = node
            costs[position] = cost_ms[arc]
    return start, tails, costs
