"""Minutes and kilometres from one point to many, by one search and without drawing the ways."""

from dataclasses import dataclass

import numba
import numpy as np

from finder.geo.dijkstra import UNREACHED, search, search_space
from finder.geo.endpoints import as_minutes, open_ends, pairs_on_one_edge
from finder.geo.network import Bool, Float32, Float64, Int32, ModeGraph, RoadNetwork
from finder.geo.snapping import Snaps


@dataclass(frozen=True)
class Trips:
    """Trips from one point; one row per destination.

    Attributes
    ----------
    minutes
        Travel time, access legs included; inf where there is no way.
    km
        Length of the fastest way, both straight access legs included; inf where there is no way.
    is_on_synthetic
        Whether the way uses an edge that was made up to bridge a hole in the source.
    """

    minutes: Float32
    km: Float64
    is_on_synthetic: Bool


def trips_from(network: RoadNetwork, graph: ModeGraph, origin: Snaps, destinations: Snaps) -> Trips:
    """Return what :func:`finder.geo.routing.routes_to` says of minutes and kilometres, for any number of points.

    One search of the whole graph (some 40 ms), then each way is walked back without making its line.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of one mode, made from ``network``.
    origin
        One point.
    destinations
        Any number of points.

    Raises
    ------
    ValueError
        If ``origin`` is not one point.
    """
    if len(origin.edge_id) != 1:
        raise ValueError(f"Trips have one origin, not {len(origin.edge_id)}.")
    seeds, seed_ms = open_ends(origin.out_node[0], origin.out_ms[0], n_nodes=graph.n_nodes)
    longest_ms = max(int(graph.cost_ms.max(initial=1)), int(seed_ms.max()))
    space = search_space(graph.n_nodes, longest_ms=longest_ms, keep_paths=True)
    search(
        graph.indptr, graph.heads, graph.cost_ms, seeds, seed_ms, UNREACHED - 1, space.dist, space.via, space.touched,
        space.following, space.preceding, space.buckets,
    )  # fmt: skip
    ends, end_ms = open_ends(destinations.in_node, destinations.in_ms, n_nodes=graph.n_nodes)
    total = space.dist[ends].astype(np.int64) + end_ms
    rows = np.arange(len(ends))
    end = total.argmin(axis=1)
    ms = np.minimum(total[rows, end], UNREACHED)
    is_synthetic = network.is_synthetic
    part_m = np.where(end == 0, destinations.fraction, 1.0 - destinations.fraction) * _edge_m(network, destinations)
    start_m = np.array([origin.fraction[0], 1.0 - origin.fraction[0]]) * _edge_m(network, origin)[0]
    node = np.where(ms < UNREACHED, ends[rows, end], -1)
    way_m, on_synthetic = _walk_back(
        node,
        space.via,
        space.dist,
        graph.indptr,
        graph.edge_id,
        network.length_m,
        is_synthetic,
        seeds,
        seed_ms,
        start_m,
    )
    km = way_m + part_m
    on_synthetic |= is_synthetic[destinations.edge_id] | bool(is_synthetic[origin.edge_id[0]])
    _, direct, direct_ms = pairs_on_one_edge(origin, destinations)
    is_shorter = direct_ms <= ms[direct]
    direct, direct_ms = direct[is_shorter], direct_ms[is_shorter]
    ms[direct] = direct_ms
    between = np.abs(destinations.fraction[direct] - origin.fraction[0])
    km[direct] = between * _edge_m(network, origin)[0]
    on_synthetic[direct] = is_synthetic[origin.edge_id[0]]
    is_reached = ms < UNREACHED
    km = np.where(is_reached, (km + origin.distance_m[0] + destinations.distance_m) / 1000, np.inf)
    return Trips(as_minutes(ms), km, on_synthetic & is_reached)


def _edge_m(network: RoadNetwork, points: Snaps) -> Float64:
    """Return the length of each point's edge in metres; of some edge where the point has none."""
    length: Float64 = network.length_m[points.edge_id].astype(np.float64)
    return length


@numba.njit(cache=True, nogil=True)
def _walk_back(
    nodes: Int32, via: Int32, dist: Int32, indptr: Int32, edge_id: Int32, length_m: Float32, is_synthetic: Bool,
    seeds: Int32, seed_ms: Int32, start_m: Float64,
) -> tuple[Float64, Bool]:  # fmt: skip
    """Return the metres from the origin to each node, the origin's part of its edge included, and what they rest on."""
    way_m = np.zeros(len(nodes), dtype=np.float64)
    on_synthetic = np.zeros(len(nodes), dtype=np.bool_)
    for row in range(len(nodes)):
        node = nodes[row]
        if node < 0:
            continue
        while via[node] >= 0:
            arc = via[node]
            edge = edge_id[arc]
            way_m[row] += length_m[edge]
            on_synthetic[row] |= is_synthetic[edge]
            node = np.searchsorted(indptr, arc, side="right") - 1
        for end in range(2):
            if seeds[end] == node and seed_ms[end] == dist[node]:
                way_m[row] += start_m[end]
                break
    return way_m, on_synthetic
