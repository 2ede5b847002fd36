"""The way of one trip, edge by edge, for drawing and for saying what it rests on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finder.geo.dijkstra import UNREACHED, reset, search, search_space
from finder.geo.endpoints import as_minutes, open_ends, pairs_on_one_edge
from finder.geo.network import Bool, Float64, Int32, ModeGraph, RoadNetwork
from finder.geo.snapping import Snaps

_FIRST_RADIUS_MS = 15 * 60_000


@dataclass(frozen=True)
class Route:
    """The fastest way of one trip, from where the origin meets the network to where the destination does.

    Attributes
    ----------
    minutes
        Travel time, access legs included; the same number as in a table of travel times.
    km
        Length along the roads plus both straight access legs.
    edge_id, is_forward
        Shape (n_pieces,): edges in the order of travel, and whether each is followed from its ``edge_from``.
    from_fraction, to_fraction
        Shape (n_pieces,): where each edge is entered and left, as a position from its ``edge_from`` (0) to its
        ``edge_to`` (1); only the first and last edge are travelled in part.
    coordinates
        Shape (n_points, 2): the line, EPSG:3812, without the access legs.
    is_on_synthetic
        Whether any edge of the way was made up to bridge a hole in the source.
    """

    minutes: float
    km: float
    edge_id: Int32
    is_forward: Bool
    from_fraction: Float64
    to_fraction: Float64
    coordinates: Float64
    is_on_synthetic: bool


def route(network: RoadNetwork, graph: ModeGraph, origin: Snaps, destination: Snaps) -> Route | None:
    """Return the fastest way between two points, None where there is none.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of one mode, made from ``network``.
    origin, destination
        One point each.
    """
    return routes_to(network, graph, origin, destination)[0]


def routes_to(network: RoadNetwork, graph: ModeGraph, origin: Snaps, destinations: Snaps) -> list[Route | None]:
    """Return the fastest ways from one point to a handful of others, None where there is none.

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
        raise ValueError(f"A route has one origin, not {len(origin.edge_id)}.")
    dist, via = _search_until(graph, origin, destinations)
    ends, end_ms = open_ends(destinations.in_node, destinations.in_ms, n_nodes=graph.n_nodes)
    total = dist[ends].astype(np.int64) + end_ms
    _, direct_row, direct_ms = pairs_on_one_edge(origin, destinations)
    direct = dict(zip(direct_row.tolist(), direct_ms.tolist(), strict=True))
    routes: list[Route | None] = []
    for row in range(len(ends)):
        end = int(total[row].argmin())
        by_junctions = int(total[row, end])
        ms = min(by_junctions, direct.get(row, UNREACHED))
        if ms >= UNREACHED:
            routes.append(None)
        elif row in direct and direct[row] <= by_junctions:
            piece = (int(origin.edge_id[0]), float(origin.fraction[0]), float(destinations.fraction[row]))
            routes.append(_route(network, ms, [piece], origin, destinations, row))
        else:
            pieces = _pieces(graph, origin, destinations, row, end, dist, via)
            routes.append(_route(network, ms, pieces, origin, destinations, row))
    return routes


def _search_until(graph: ModeGraph, origin: Snaps, destinations: Snaps) -> tuple[Int32, Int32]:
    """Return distances and arriving arcs of a search that is wide enough to settle every reachable destination."""
    seeds, seed_ms = open_ends(origin.out_node[0], origin.out_ms[0], n_nodes=graph.n_nodes)
    longest_ms = max(int(graph.cost_ms.max(initial=1)), int(seed_ms.max()))
    space = search_space(graph.n_nodes, longest_ms=longest_ms, keep_paths=True)
    ends, end_ms = open_ends(destinations.in_node, destinations.in_ms, n_nodes=graph.n_nodes)
    n_seeds = int((seeds < graph.n_nodes).sum())
    radius_ms = _FIRST_RADIUS_MS if n_seeds else UNREACHED - 1
    while True:
        n_touched = search(
            graph.indptr,
            graph.heads,
            graph.cost_ms,
            seeds,
            seed_ms,
            radius_ms,
            space.dist,
            space.via,
            space.touched,
            space.following,
            space.preceding,
            space.buckets,
        )
        total = (space.dist[ends].astype(np.int64) + end_ms).min(axis=1, initial=UNREACHED)
        if (total <= radius_ms).all() or n_touched == graph.n_nodes or radius_ms == UNREACHED - 1:
            return space.dist, space.via
        reset(space.dist, space.touched, n_touched)
        radius_ms = min(2 * radius_ms, UNREACHED - 1)


def _pieces(
    graph: ModeGraph, origin: Snaps, destinations: Snaps, row: int, end: int, dist: Int32, via: Int32
) -> list[tuple[int, float, float]]:
    """Return (edge, from fraction, to fraction) of a way that passes at least one junction."""
    node = int(destinations.in_node[row, end])
    pieces = [(int(destinations.edge_id[row]), float(end), float(destinations.fraction[row]))]
    while via[node] >= 0:
        arc = int(via[node])
        start = 0.0 if graph.is_forward[arc] else 1.0
        pieces.append((int(graph.edge_id[arc]), start, 1.0 - start))
        node = int(np.searchsorted(graph.indptr, arc, side="right")) - 1
    first_end = int(np.flatnonzero((origin.out_node[0] == node) & (origin.out_ms[0] == dist[node]))[0])
    pieces.append((int(origin.edge_id[0]), float(origin.fraction[0]), float(first_end)))
    return pieces[::-1]


def _route(
    network: RoadNetwork,
    ms: int,
    pieces: list[tuple[int, float, float]],
    origin: Snaps,
    destinations: Snaps,
    row: int,
) -> Route:
    edge_id = np.array([edge for edge, _, _ in pieces], dtype=np.int32)
    start = np.array([a for _, a, _ in pieces])
    stop = np.array([b for _, _, b in pieces])
    road_m = float((np.abs(stop - start) * network.length_m[edge_id]).sum())
    access_m = float(origin.distance_m[0] + destinations.distance_m[row])
    lines = [_part(network.line(edge), a, b) for edge, a, b in pieces]
    line = np.concatenate(lines)
    is_new = np.ones(len(line), dtype=bool)
    is_new[1:] = (line[1:] != line[:-1]).any(axis=1)
    return Route(
        minutes=float(as_minutes(np.array([ms]))[0]),
        km=(road_m + access_m) / 1000,
        edge_id=edge_id,
        is_forward=stop >= start,
        from_fraction=start,
        to_fraction=stop,
        coordinates=line[is_new],
        is_on_synthetic=bool(network.is_synthetic[edge_id].any()),
    )


def _part(line: npt.NDArray[np.int32], start: float, stop: float) -> Float64:
    """Return the part of a line between two positions (0 to 1), in the direction of travel."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    low, high = sorted((start * along[-1], stop * along[-1]))
    inner = (along > low) & (along < high)
    at = np.concatenate([[low], along[inner], [high]])
    points = np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])
    return points if stop >= start else points[::-1]
