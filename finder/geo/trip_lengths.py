"""How many metres of each kind of road the fastest trips between points use: what a speed fit needs."""

import numba
import numpy as np

from finder.geo.dijkstra import UNREACHED, SearchSpace, reset, search, search_space
from finder.geo.network import Float64, Int32, Int64, ModeGraph, RoadNetwork
from finder.geo.snapping import Snaps


def trip_lengths(
    network: RoadNetwork, graph: ModeGraph, origins: Snaps, destinations: Snaps, kind: Int32, *, kind_count: int
) -> tuple[Int32, Float64]:
    """Route every pair through junctions and add up the metres of each kind of road.

    Trips along one edge without a junction are not looked for: pairs of a fit lie farther apart.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of one mode.
    origins, destinations
        Points on that graph.
    kind
        Shape (n_edges,): number of the kind of each edge, 0 to ``kind_count`` - 1.
    kind_count
        Number of kinds.

    Returns
    -------
    tuple
        Trip times in milliseconds, shape (n_origins, n_destinations), access legs included, `UNREACHED` where
        there is no way; and metres by kind, shape (n_origins, n_destinations, kind_count).
    """
    longest = int(max(graph.cost_ms.max(), origins.out_ms.max()))
    space = search_space(graph.n_nodes, longest_ms=longest, keep_paths=True)
    tails = np.repeat(np.arange(graph.n_nodes, dtype=np.int32), np.diff(graph.indptr))
    arc_kind = kind[graph.edge_id].astype(np.int64)
    arc_m = network.length_m[graph.edge_id].astype(np.float64)
    ms = np.empty((len(origins.edge_id), len(destinations.edge_id)), dtype=np.int32)
    metres = np.zeros((*ms.shape, kind_count))
    for i in range(len(ms)):
        _search_from(graph, origins, i, space)
        ms[i], end, start = _walk_back(
            space.dist, space.via, tails, arc_kind, arc_m, destinations.in_node, destinations.in_ms, metres[i],
            origins.out_node[i], origins.out_ms[i],
        )  # fmt: skip
        _add_part_edges(network, origins, i, destinations, start, end, kind, metres[i])
        reset(space.dist, space.touched, graph.n_nodes)
    return ms, metres


def _search_from(graph: ModeGraph, origins: Snaps, i: int, space: SearchSpace) -> None:
    search(
        graph.indptr, graph.heads, graph.cost_ms, origins.out_node[i], origins.out_ms[i], UNREACHED - 1,
        space.dist, space.via, space.touched, space.following, space.preceding, space.buckets,
    )  # fmt: skip


def _add_part_edges(
    network: RoadNetwork, origins: Snaps, i: int, destinations: Snaps, start: Int32, end: Int32, kind: Int32,
    metres: Float64,
) -> None:  # fmt: skip
    """Add the first and the last edge, of which only a part is driven; column 0 is the ``edge_from`` end."""
    for edge, fraction, column in (
        (np.full(len(end), origins.edge_id[i]), np.full(len(end), origins.fraction[i]), start),
        (destinations.edge_id, destinations.fraction, end),
    ):
        found = np.flatnonzero((column >= 0) & (edge >= 0))
        share = np.where(column[found] == 0, fraction[found], 1.0 - fraction[found])
        metres[found, kind[edge[found]]] += share * network.length_m[edge[found]]


@numba.njit(cache=True)
def _walk_back(
    dist: Int32, via: Int32, tails: Int32, arc_kind: Int64, arc_m: Float64, in_node: Int32, in_ms: Int32,
    metres: Float64, seed_node: Int32, seed_ms: Int32,
) -> tuple[Int32, Int32, Int32]:  # fmt: skip  # pragma: no cover - compiled
    """Follow each destination's path to the origin; return its time and the ends of the two outer edges used."""
    n = len(in_node)
    ms = np.full(n, UNREACHED, dtype=np.int32)
    end = np.full(n, -1, dtype=np.int32)
    start = np.full(n, -1, dtype=np.int32)
    for j in range(n):
        for column in range(2):
            node = in_node[j, column]
            if node >= 0 and dist[node] < UNREACHED and dist[node] + in_ms[j, column] < ms[j]:
                ms[j] = dist[node] + in_ms[j, column]
                end[j] = column
        if end[j] < 0:
            continue
        node = in_node[j, end[j]]
        while via[node] >= 0:
            arc = via[node]
            metres[j, arc_kind[arc]] += arc_m[arc]
            node = tails[arc]
        start[j] = 0 if seed_node[0] == node and seed_ms[0] == dist[node] else 1
    return ms, end, start
