"""Compiled search from many sources at once: the k nearest sources of every node.

Each node keeps up to ``k`` labels (source, distance), the best known so far in the order (distance, source), and
passes a label on while it is among them: a source that is not among a node's k nearest cannot be among those of a
node behind it. The queue is a heap of (distance, source) packed in one 64-bit key, so that ties go to the lower source.
"""

import numba
import numpy as np

from finder.geo.dijkstra import UNREACHED
from finder.geo.heap import drop_first, push
from finder.geo.network import Int32


@numba.njit(cache=True, nogil=True)
def _offer(source: Int32, ms: Int32, node: int, label: int, reached: int) -> bool:
    """Take (label, reached) among the labels of a node if it belongs there; return whether it does."""
    k = source.shape[1]
    place = 0
    while place < k and source[node, place] != label and source[node, place] >= 0:
        place += 1
    if place == k:
        place = k - 1
    # Here is the same source farther off, a free place, or the last label of a full list: overwritten or left alone.
    if ms[node, place] < reached or (ms[node, place] == reached and source[node, place] <= label):
        return False
    while place > 0 and (
        ms[node, place - 1] > reached or (ms[node, place - 1] == reached and source[node, place - 1] > label)
    ):
        source[node, place] = source[node, place - 1]
        ms[node, place] = ms[node, place - 1]
        place -= 1
    source[node, place] = label
    ms[node, place] = reached
    return True


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
    keys = np.empty(max(1024, 2 * len(seed_node)), dtype=np.int64)
    nodes = np.empty(len(keys), dtype=np.int32)
    size = 0
    for i in range(len(seed_node)):
        is_on_graph = 0 <= seed_node[i] < n_nodes and seed_ms[i] <= limit_ms
        if is_on_graph and _offer(source, ms, seed_node[i], seed_source[i], seed_ms[i]):
            push(keys, nodes, size, (np.int64(seed_ms[i]) << 32) | seed_source[i], seed_node[i])
            size += 1
    while size > 0:
        key, node = keys[0], nodes[0]
        size -= 1
        drop_first(keys, nodes, size)
        reached = key >> 32
        label = key & 0xFFFFFFFF
        is_current = False
        for i in range(k):
            is_current |= source[node, i] == label and ms[node, i] == reached
        if not is_current:
            continue
        first, last = indptr[node], indptr[node + 1]
        if size + last - first > len(keys):
            keys = np.concatenate((keys, np.empty_like(keys)))
            nodes = np.concatenate((nodes, np.empty_like(nodes)))
        for arc in range(first, last):
            further = reached + cost_ms[arc]
            if further <= limit_ms and _offer(source, ms, heads[arc], label, further):
                push(keys, nodes, size, (further << 32) | label, heads[arc])
                size += 1
    return source, ms
