"""The k nearest services of every point."""

from typing import Literal

import numpy as np

from finder.geo.dijkstra import UNREACHED, SearchSpace, reset, reverse_arcs, search, search_space
from finder.geo.endpoints import as_minutes, limit_in_ms, open_ends, pairs_on_one_edge
from finder.geo.multi_source import nearest_sources
from finder.geo.network import Float32, Int32, Int64, ModeGraph
from finder.geo.snapping import Snaps

Toward = Literal["service", "point"]
"""Which way people travel: families to a service, a mobile unit to the point."""

_Found = tuple[Int64, Int64, Int64]
"""Row of the point, row of the service, ms."""

_FEW_POINTS = 8
_LABEL_BYTES_MAX = 256 * 2**20
_FIRST_RADIUS_MS = 10 * 60_000


def nearest_services(
    graph: ModeGraph,
    demand: Snaps,
    services: Snaps,
    *,
    k: int,
    cutoff_min: float | None = None,
    toward: Toward = "service",
) -> tuple[Float32, Int32]:
    """Return the minutes to the ``k`` nearest services of every demand point, and which services they are.

    One multi-source search from all services labels every node with its k nearest ones; for a few points (or a
    large k) a search from each point that doubles its radius until it has found k is faster. Both are exact.

    Parameters
    ----------
    graph
        Graph of one mode.
    demand, services
        Points on that graph.
    k
        How many services per point, at least 1.
    cutoff_min
        Inclusive limit in minutes, if any.
    toward
        ``"service"``: people travel from the point to the service. ``"point"``: from the service to the point.

    Returns
    -------
    minutes
        Shape (n_points, k), ascending; inf where there is no such service within the limit.
    service_index
        Shape (n_points, k): rows of ``services``, -1 where missing. Equal minutes: the lower row first.

    Raises
    ------
    ValueError
        If ``k`` is below 1 or the limit negative.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}.")
    limit_ms = limit_in_ms(cutoff_min)
    n_points = len(demand.edge_id)
    n_labels = min(k, len(services.edge_id))
    if n_points <= _FEW_POINTS or graph.n_nodes * n_labels * 8 > _LABEL_BYTES_MAX:
        found = _search_each_point(graph, demand, services, k=k, limit_ms=limit_ms, toward=toward)
    else:
        found = _search_from_services(graph, demand, services, k=n_labels, limit_ms=limit_ms, toward=toward)
    point, service, ms = (
        np.concatenate(parts) for parts in zip(*found, _direct(demand, services, toward), strict=True)
    )
    return _first_k(point, service, ms, n_points=n_points, k=k, limit_ms=limit_ms)


def _search_from_services(
    graph: ModeGraph, demand: Snaps, services: Snaps, *, k: int, limit_ms: int, toward: Toward
) -> list[_Found]:
    """Return (point, service, ms) of each point's k nearest services by way of either end of its edge."""
    if toward == "service":
        arcs = reverse_arcs(graph.indptr, graph.heads, graph.cost_ms)
        seed_node, seed_ms, point_node, point_ms = services.in_node, services.in_ms, demand.out_node, demand.out_ms
    else:
        arcs = (graph.indptr, graph.heads, graph.cost_ms)
        seed_node, seed_ms, point_node, point_ms = services.out_node, services.out_ms, demand.in_node, demand.in_ms
    seed_source = np.repeat(np.arange(len(seed_node), dtype=np.int32), 2)
    source, ms = nearest_sources(*arcs, seed_node.ravel(), seed_ms.ravel(), seed_source, k, limit_ms)
    found = []
    for end in (0, 1):
        point = np.flatnonzero(point_node[:, end] >= 0)
        node = point_node[point, end]
        total = ms[node].astype(np.int64) + point_ms[point, end][:, None]
        found.append((np.repeat(point, k), source[node].ravel().astype(np.int64), total.ravel()))
    return found


def _search_each_point(
    graph: ModeGraph, demand: Snaps, services: Snaps, *, k: int, limit_ms: int, toward: Toward
) -> list[_Found]:
    """Return (point, service, ms) of at least the k nearest services of each point, within the limit."""
    if toward == "service":
        arcs = (graph.indptr, graph.heads, graph.cost_ms)
        seed_node, seed_ms, end_node, end_ms = demand.out_node, demand.out_ms, services.in_node, services.in_ms
    else:
        arcs = reverse_arcs(graph.indptr, graph.heads, graph.cost_ms)
        seed_node, seed_ms, end_node, end_ms = demand.in_node, demand.in_ms, services.out_node, services.out_ms
    end_node, end_ms = open_ends(end_node, end_ms, n_nodes=graph.n_nodes)
    longest_ms = max(int(graph.cost_ms.max(initial=1)), int(seed_ms.max(initial=0)))
    space = search_space(graph.n_nodes, longest_ms=longest_ms)
    found = []
    for point in np.flatnonzero((seed_node >= 0).any(axis=1)):
        radius_ms = min(_FIRST_RADIUS_MS, limit_ms)
        while True:
            total, is_whole = _distances(arcs, seed_node[point], seed_ms[point], radius_ms, end_node, end_ms, space)
            if is_whole:
                radius_ms = limit_ms
            service = np.flatnonzero(total <= radius_ms)
            if len(service) >= k or radius_ms == limit_ms:
                break
            radius_ms = min(2 * radius_ms, limit_ms)
        found.append((np.full(len(service), point), service, total[service]))
    return found


def _distances(
    arcs: tuple[Int32, Int32, Int32],
    seeds: Int32,
    seed_ms: Int32,
    limit_ms: int,
    end_node: Int32,
    end_ms: Int32,
    space: SearchSpace,
) -> tuple[Int64, bool]:
    """Return the ms from one point to every end by way of a junction, and whether all nodes were reached."""
    n_touched = search(
        *arcs,
        seeds,
        seed_ms,
        limit_ms,
        space.dist,
        space.via,
        space.touched,
        space.following,
        space.preceding,
        space.buckets,
    )
    total: Int64 = (space.dist[end_node].astype(np.int64) + end_ms).min(axis=1)
    reset(space.dist, space.touched, n_touched)
    return total, n_touched == len(arcs[0]) - 1


def _direct(demand: Snaps, services: Snaps, toward: Toward) -> _Found:
    """Return (point, service, ms) of the trips that stay on one edge."""
    if toward == "service":
        point, service, ms = pairs_on_one_edge(demand, services)
    else:
        service, point, ms = pairs_on_one_edge(services, demand)
    return point, service, ms.astype(np.int64)


def _first_k(point: Int64, service: Int64, ms: Int64, *, n_points: int, k: int, limit_ms: int) -> tuple[Float32, Int32]:
    """Return each point's k best services as two tables, each service once."""
    within = (service >= 0) & (ms <= limit_ms)
    point, service, ms = point[within], service[within], ms[within]
    order = np.lexsort((ms, service, point))
    point, service, ms = point[order], service[order], ms[order]
    is_first = np.ones(len(point), dtype=bool)
    is_first[1:] = (point[1:] != point[:-1]) | (service[1:] != service[:-1])
    point, service, ms = point[is_first], service[is_first], ms[is_first]
    order = np.lexsort((service, ms, point))
    point, service, ms = point[order], service[order], ms[order]
    rank = np.arange(len(point)) - np.searchsorted(point, point, side="left")
    is_kept = rank < k
    table_ms = np.full((n_points, k), UNREACHED, dtype=np.int64)
    index = np.full((n_points, k), -1, dtype=np.int32)
    table_ms[point[is_kept], rank[is_kept]] = ms[is_kept]
    index[point[is_kept], rank[is_kept]] = service[is_kept]
    return as_minutes(table_ms), index
