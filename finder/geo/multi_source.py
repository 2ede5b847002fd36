"""Compiled search from many sources at once: the k nearest sources of every node.

Each node takes up to ``k`` labels (source, distance) in the order (distance, source). A node passes on only the
labels it kept: a source that is not among a node's k nearest cannot be among those of a node behind it.
The queue is a four-ary heap of (distance, source) packed in one 64-bit key, so that ties go to the lower source.
"""

import numba
import numpy as np

from finder.geo.dijkstra import UNREACHED
from finder.geo.heap import drop_first, push
from finder.geo.network import Int32


@numba.njit(cache=True, nogil=True)
def nearest_sources(
    indptr: Int32,
    heads: Int32,
    cost_ms: Int32,
    seed_node: Int32,
    seed_ms: Int32,
    seed_source: Int32,
    k: int,
    limit_ms: int,
) -> tuple[Int32, Int32]:
    """Return the ``k`` nearest sources of every node, and how far they are.

    Parameters
    ----------
    indptr, heads, cost_ms
        The graph in the direction of the search.
    seed_node, seed_ms, seed_source
        Shape (n_seeds,): where each source meets the graph and at what cost; seeds off the graph are skipped.
    k
        How many sources a node may keep.
    limit_ms
        Inclusive.

    Returns
    -------
    tuple
        ``(source, ms)`` of shape (n_nodes, k), sorted by distance then source; -1 and `UNREACHED` where missing.
    """
    n_nodes = len(indptr) - 1
    source = np.full((n_nodes, k), np.int32(-1))
    ms = np.full((n_nodes, k), np.int32(UNREACHED))
    kept = np.zeros(n_nodes, dtype=np.int32)
    keys = np.empty(max(1024, 2 * len(seed_node)), dtype=np.int64)
    nodes = np.empty(len(keys), dtype=np.int32)
    size = 0
    for i in range(len(seed_node)):
        if 0 <= seed_node[i] < n_nodes and seed_ms[i] <= limit_ms:
            push(keys, nodes, size, (np.int64(seed_ms[i]) << 32) | seed_source[i], seed_node[i])
            size += 1
    while size > 0:
        key, node = keys[0], nodes[0]
        size -= 1
        drop_first(keys, nodes, size)
        reached = key >> 32
        label = np.int32(key & 0xFFFFFFFF)
        count = kept[node]
        if count == k:
            continue
        is_known = False
        for i in range(count):
            is_known |= source[node, i] == label
        if is_known:
            continue
        source[node, count] = label
        ms[node, count] = reached
        kept[node] = count + 1
        first, last = indptr[node], indptr[node + 1]
        if size + last - first > len(keys):
            keys = np.concatenate((keys, np.empty_like(keys)))
            nodes = np.concatenate((nodes, np.empty_like(nodes)))
        for arc in range(first, last):
            head = heads[arc]
            further = reached + cost_ms[arc]
            if kept[head] < k and further <= limit_ms:
                push(keys, nodes, size, (further << 32) | label, head)
                size += 1
    return source, ms
