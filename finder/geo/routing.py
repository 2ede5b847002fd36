"""The path of single trips: for drawing, for kilometres, and to see which roads a figure rests on."""

from dataclasses import dataclass

import numpy as np

from finder.geo.dijkstra import UNREACHED, SearchSpace, search, search_space
from finder.geo.endpoints import open_ends, pairs_on_one_edge
from finder.geo.network import Bool, Float64, Int32, ModeGraph, RoadNetwork
from finder.geo.snapping import Snaps
from finder.units import MS_PER_MIN

_FIRST_RADIUS_MS = 20 * MS_PER_MIN


@dataclass(frozen=True)
class Route:
    """One trip from door to door.

    Attributes
    ----------
    minutes
        Travel time, access legs included; inf where there is no way.
    km
        Length along the roads plus both access legs; inf where there is no way.
    edge_id, is_forward
        Edges of the network in the order of travel, first and last ones in part, and whether each is travelled from
        its ``edge_from`` to its ``edge_to``.
    xy_m
        Shape (n, 2), EPSG:3812: the line along the roads, from the point where the trip enters the network to the
        one where it leaves it. Empty where there is no way.
    is_on_synthetic
        Whether any of the edges is not a mapped road.
    """

    minutes: float
    km: float
    edge_id: Int32
    is_forward: Bool
    xy_m: Float64
    is_on_synthetic: bool


NO_ROUTE = Route(np.inf, np.inf, np.empty(0, np.int32), np.empty(0, bool), np.empty((0, 2)), False)


def route(network: RoadNetwork, graph: ModeGraph, origin: Snaps, destination: Snaps) -> Route:
    """Return the fastest trip between two points, each the only row of its `Snaps`."""
    return routes_to(network, graph, origin, destination)[0]


def routes_to(network: RoadNetwork, graph: ModeGraph, origin: Snaps, destinations: Snaps) -> list[Route]:
    """Return the fastest trip from one point to each of a handful of destinations.

    One search whose radius doubles until every destination is reached or nothing is left to search. Times equal
    those of :func:`finder.geo.nearest.nearest_services` to the millisecond.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of one mode, made from ``network``.
    origin
        One point on that graph.
    destinations
        Points on that graph.
    """
    space = search_space(graph.n_nodes, longest_ms=_longest_ms(graph, origin), keep_paths=True)
    seeds, seed_ms = open_ends(origin.out_node[0], origin.out_ms[0], n_nodes=graph.n_nodes)
    in_node, in_ms = open_ends(destinations.in_node, destinations.in_ms, n_nodes=graph.n_nodes)
    total_ms = np.full(in_node.shape, UNREACHED, dtype=np.int64)
    radius_ms = _FIRST_RADIUS_MS
    while True:
        n_touched = search(
            graph.indptr, graph.heads, graph.cost_ms, seeds, seed_ms, radius_ms,
            space.dist, space.via, space.touched, space.following, space.preceding, space.buckets,
        )  # fmt: skip
        total_ms = space.dist[in_node].astype(np.int64) + in_ms
        if (total_ms.min(axis=1, initial=UNREACHED) <= radius_ms).all() or radius_ms >= UNREACHED - 1:
            break
        space.dist[space.touched[:n_touched]] = UNREACHED
        radius_ms = min(radius_ms * 2, UNREACHED - 1)
    _, direct_row, direct_ms = pairs_on_one_edge(origin, destinations)
    direct = dict(zip(direct_row.tolist(), direct_ms.tolist(), strict=True))
    return [
        _direct_route(network, origin, destinations, row, direct[row])
        if row in direct and direct[row] <= total_ms[row].min()
        else _route_through(network, graph, space, origin, destinations, row, total_ms[row])
        for row in range(len(total_ms))
    ]


def _longest_ms(graph: ModeGraph, origin: Snaps) -> int:
    return int(max(graph.cost_ms.max(initial=1), origin.out_ms.max(initial=1)))


def _direct_route(network: RoadNetwork, origin: Snaps, destinations: Snaps, row: int, ms: int) -> Route:
    edge = int(origin.edge_id[0])
    start, end = float(origin.fraction[0]), float(destinations.fraction[row])
    # Of two points at the same place either way will do.
    is_forward = start <= end if origin.along_ms[0] >= 0 else False
    pieces = [_piece(network, edge, start, end)]
    metres = abs(end - start) * float(network.length_m[edge])
    return _finish(network, origin, destinations, row, ms, [edge], [is_forward], pieces, metres)


def _route_through(
    network: RoadNetwork,
    graph: ModeGraph,
    space: SearchSpace,
    origin: Snaps,
    destinations: Snaps,
    row: int,
    total_ms: np.ndarray,
) -> Route:
    last_end = int(total_ms.argmin())
    if total_ms[last_end] >= UNREACHED:
        return NO_ROUTE
    node = int(destinations.in_node[row, last_end])
    arcs = []
    while space.via[node] >= 0:
        arc = int(space.via[node])
        arcs.append(arc)
        node = int(np.searchsorted(graph.indptr, arc, side="right")) - 1
    arcs.reverse()
    first_end = int(np.argmax((origin.out_node[0] == node) & (origin.out_ms[0] == space.dist[node])))

    # End 0 of an edge is its beginning: a trip that leaves by end 1 runs forward, one that arrives by end 0 too.
    first_edge, last_edge = int(origin.edge_id[0]), int(destinations.edge_id[row])
    start, end = float(origin.fraction[0]), float(destinations.fraction[row])
    edges = [first_edge, *(int(graph.edge_id[arc]) for arc in arcs), last_edge]
    forward = [first_end == 1, *(bool(graph.is_forward[arc]) for arc in arcs), last_end == 0]
    pieces = [
        _piece(network, first_edge, start, float(first_end)),
        *(network.line(edge, is_forward=fwd) for edge, fwd in zip(edges[1:-1], forward[1:-1], strict=True)),
        _piece(network, last_edge, float(last_end), end),
    ]
    metres = (
        abs(first_end - start) * float(network.length_m[first_edge])
        + float(network.length_m[edges[1:-1]].sum())
        + abs(last_end - end) * float(network.length_m[last_edge])
    )
    return _finish(network, origin, destinations, row, int(total_ms[last_end]), edges, forward, pieces, metres)


def _finish(
    network: RoadNetwork,
    origin: Snaps,
    destinations: Snaps,
    row: int,
    ms: int,
    edges: list[int],
    forward: list[bool],
    pieces: list[np.ndarray],
    metres: float,
) -> Route:
    edge_id = np.array(edges, dtype=np.int32)
    legs_m = float(origin.distance_m[0] + destinations.distance_m[row])
    xy = np.concatenate([np.asarray(piece, dtype=np.float64) for piece in pieces])
    is_new = np.append(True, (np.diff(xy, axis=0) != 0).any(axis=1))
    return Route(
        minutes=ms / MS_PER_MIN,
        km=(metres + legs_m) / 1000.0,
        edge_id=edge_id,
        is_forward=np.array(forward, dtype=bool),
        xy_m=xy[is_new],
        is_on_synthetic=bool(network.is_synthetic[edge_id].any()),
    )


def _piece(network: RoadNetwork, edge: int, start: float, end: float) -> Float64:
    """Return the line of an edge between two positions along it (0 to 1), in the direction of travel."""
    line = network.line(edge).astype(np.float64)
    low, high = min(start, end), max(start, end)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    along /= max(along[-1], 1e-9)
    inside = (along > low) & (along < high)
    ends = np.column_stack([np.interp([low, high], along, line[:, i]) for i in (0, 1)])
    piece = np.concatenate([ends[:1], line[inside], ends[1:]])
    return piece if start <= end else piece[::-1]
