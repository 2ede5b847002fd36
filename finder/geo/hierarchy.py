"""A contraction hierarchy of one mode's graph: preprocessed once, it makes large travel-time tables much faster.

Distances are those of the graph to the bit: shortcuts are sums of whole milliseconds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from finder.errors import NetworkError
from finder.geo.dijkstra import UNREACHED
from finder.geo.endpoints import open_ends
from finder.geo.hierarchy_build import HEAP_ROOM, contract
from finder.geo.hierarchy_query import LANES, restrict, sweep_rows
from finder.geo.network import Int32, Int64, ModeGraph
from finder.geo.snapping import Snaps
from finder.geo.table_blocks import Pool, Progress

METHOD_VERSION = 1
"""Rises when the arrays of a hierarchy change their meaning."""

_CHUNK_NODES = 20_000


@dataclass(frozen=True)
class Hierarchy:
    """Contraction hierarchy in CSR form; its places are the nodes of the graph, least important first.

    Attributes
    ----------
    order
        Shape (n_nodes,): graph node at each place.
    ptr
        Shape (n_nodes + 1,): row pointers.
    higher
        Shape (n_entries,): later places that a place is connected to.
    up_ms, down_ms
        Shape (n_entries,): cost to and from the later place, `UNREACHED` where there is no arc.
    graph_key
        What `graph_key` says of the graph it was made of.
    """

    order: Int32
    ptr: Int64
    higher: Int32
    up_ms: Int32
    down_ms: Int32
    graph_key: str

    def as_arrays(self) -> dict[str, np.ndarray]:
        """Return everything as arrays by name, to be stored by whoever may write files."""
        return {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}

    @staticmethod
    def from_arrays(arrays: Mapping[str, np.ndarray]) -> "Hierarchy":
        """Return the hierarchy whose arrays were stored.

        Raises
        ------
        NetworkError
            If an array is missing or the arrays do not fit each other.
        """
        missing = [f.name for f in fields(Hierarchy) if f.name not in arrays]
        if missing:
            raise NetworkError(f"A stored hierarchy lacks {', '.join(missing)}; build it again.")
        h = Hierarchy(
            order=np.ascontiguousarray(arrays["order"], dtype=np.int32),
            ptr=np.ascontiguousarray(arrays["ptr"], dtype=np.int64),
            higher=np.ascontiguousarray(arrays["higher"], dtype=np.int32),
            up_ms=np.ascontiguousarray(arrays["up_ms"], dtype=np.int32),
            down_ms=np.ascontiguousarray(arrays["down_ms"], dtype=np.int32),
            graph_key=str(arrays["graph_key"]),
        )
        n_entries = len(h.higher)
        fits = len(h.ptr) == len(h.order) + 1 and h.ptr[-1] == n_entries == len(h.up_ms) == len(h.down_ms)
        fits = fits and bool((h.higher > np.repeat(np.arange(len(h.order)), np.diff(h.ptr))).all())
        if (
            not fits
            or h.higher.max(initial=0) > len(h.order) - 1
            or not np.array_equal(np.sort(h.order), np.arange(len(h.order)))
        ):
            raise NetworkError("The arrays of a stored hierarchy do not fit each other; build it again.")
        return h


def graph_key(graph: ModeGraph) -> str:
    """Return a text that tells a graph from one with other roads or costs, and this method from its successors."""
    digest = hashlib.sha256(f"{METHOD_VERSION} {graph.mode} {graph.n_nodes}".encode())
    for array in (graph.indptr, graph.heads, graph.cost_ms):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]


def build_hierarchy(graph: ModeGraph, *, progress: Progress | None = None) -> Hierarchy:
    """Return the contraction hierarchy of a graph (about 20 s for the car graph of Wallonia and Brussels).

    Parameters
    ----------
    graph
        Graph of one mode.
    progress
        Called with (nodes taken out, nodes in all).
    """
    n_nodes = graph.n_nodes
    nodes, pool = _adjacency(graph)
    end = len(pool)
    order = np.empty(n_nodes, dtype=np.int32)
    work = np.zeros((max(n_nodes, 1), 3), dtype=np.int32)
    work[:, 0] = UNREACHED
    heap = np.empty(HEAP_ROOM, dtype=np.int64), np.empty(HEAP_ROOM, dtype=np.int32)
    found = np.empty((1024, 3), dtype=np.int32)
    # All nodes wait with importance 0: each is estimated when it first comes up.
    waiting_keys, waiting = np.zeros(n_nodes, dtype=np.int64), np.arange(n_nodes, dtype=np.int32)
    n_waiting = n_nodes
    while n_waiting > 0:
        pool, found = _make_room(nodes, pool, end, int(waiting[0]), found)
        is_full = False
        while n_waiting > 0 and not is_full:
            n_left = max(n_waiting - _CHUNK_NODES, 0)
            n_waiting, end = contract(
                nodes, pool, end, waiting_keys, waiting, n_waiting, n_left, order, work, *heap, found
            )
            is_full = n_waiting > n_left
            if progress is not None:
                progress(n_nodes - n_waiting, n_nodes)
    return _collect(order, nodes, pool, graph_key(graph))


def _adjacency(graph: ModeGraph) -> tuple[Int64, Int32]:
    """Return ``(nodes, pool)`` of the whole graph as `finder.geo.hierarchy_build` describes them, without loops."""
    tails = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    is_road = tails != graph.heads
    tails, heads, ms = tails[is_road], graph.heads[is_road].astype(np.int64), graph.cost_ms[is_road]
    closed = np.full_like(ms, UNREACHED)
    pair = np.concatenate([tails * graph.n_nodes + heads, heads * graph.n_nodes + tails])
    by_pair = np.argsort(pair, kind="stable")
    pair, first = np.unique(pair[by_pair], return_index=True)
    pool = np.empty((len(pair), 3), dtype=np.int32)
    pool[:, 0] = pair % max(graph.n_nodes, 1)
    for field, costs in ((1, (ms, closed)), (2, (closed, ms))):
        pool[:, field] = np.minimum.reduceat(np.concatenate(costs)[by_pair], first) if len(pair) else 0
    count = np.bincount(pair // max(graph.n_nodes, 1), minlength=graph.n_nodes)
    nodes = np.column_stack([np.cumsum(count) - count, count, count, np.zeros_like(count)])
    return nodes.astype(np.int64), pool


def _make_room(nodes: Int64, pool: Int32, end: int, node: int, found: Int32) -> tuple[Int32, Int32]:
    """Return a pool and a list of shortcuts that are long enough for ``node`` to be taken out."""
    start, degree = int(nodes[node, 0]), int(nodes[node, 1])
    neighbours = pool[start : start + degree, 0]
    needed = 4 * int((nodes[neighbours, 2] + degree + 2).sum())
    pool = np.concatenate([pool[:end], np.empty((max(end // 2, needed), 3), dtype=np.int32)])
    if degree**2 > len(found):
        found = np.empty((2 * degree**2, 3), dtype=np.int32)
    return pool, found


def _collect(order: Int32, nodes: Int64, pool: Int32, key: str) -> Hierarchy:
    """Return what the nodes were connected to when they were taken out, in that order."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.int32)
    start, count = nodes[order, 0], nodes[order, 1]
    ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    entry = np.repeat(start - ptr[:-1], count) + np.arange(ptr[-1])
    return Hierarchy(
        order=order,
        ptr=ptr,
        higher=place[pool[entry, 0]],
        up_ms=np.ascontiguousarray(pool[entry, 1]),
        down_ms=np.ascontiguousarray(pool[entry, 2]),
        graph_key=key,
    )


class SweepBlocks:
    """Rows of a table from restricted sweeps over a hierarchy, `LANES` origins at once."""

    rows_multiple = LANES

    def __init__(self, hierarchy: Hierarchy, origins: Snaps, destinations: Snaps, limit_ms: int) -> None:
        n_nodes = len(hierarchy.order)
        place = np.empty(n_nodes + 1, dtype=np.int32)
        place[hierarchy.order] = np.arange(n_nodes, dtype=np.int32)
        place[n_nodes] = n_nodes
        seeds, seed_ms = open_ends(origins.out_node, origins.out_ms, n_nodes=n_nodes)
        ends, end_ms = open_ends(destinations.in_node, destinations.in_ms, n_nodes=n_nodes)
        h = hierarchy
        local, sweep_ptr, above, ms = restrict(h.ptr, h.higher, h.down_ms, place[ends].ravel())
        n_rows = len(sweep_ptr) - 1
        self._arrays = (h.ptr, h.higher, h.up_ms, local, sweep_ptr, above, ms)
        self._seeds = (place[seeds], seed_ms)
        self._ends = (np.append(local, np.int32(n_rows))[place[ends]], end_ms)
        self._limit_ms = limit_ms
        self._work: Pool[tuple[Int32, Int64, Int32, Int32]] = Pool(
            lambda: (
                np.full(n_nodes, UNREACHED, dtype=np.int32),
                np.empty(n_nodes, dtype=np.int64),
                np.empty(n_nodes, dtype=np.int32),
                np.empty((n_rows + 1, LANES), dtype=np.int32),
            )
        )

    def fill(self, first: int, last: int, out: Int32) -> None:
        """Write the ms of rows ``first`` to ``last`` into ``out``."""
        seeds, seed_ms = self._seeds
        with self._work.lend() as (dist, keys, items, table):
            sweep_rows(
                *self._arrays,
                seeds[first:last],
                seed_ms[first:last],
                *self._ends,
                self._limit_ms,
                dist,
                keys,
                items,
                table,
                out,
            )
