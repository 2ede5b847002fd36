"""The same table by a loop of scipy.sparse.csgraph.dijkstra, one call per origin, as one would write it."""

import time

import numpy as np
import scipy.sparse
from scipy.sparse.csgraph import dijkstra

from finder.geo.network import ModeGraph
from finder.geo.snapping import Snaps
from finder.units import MS_PER_MIN


def with_points(graph: ModeGraph, origins: Snaps, destinations: Snaps) -> scipy.sparse.csr_array:
    """The graph with a node more for every point, joined by what it costs to leave or to reach it."""
    n, n_origins = graph.n_nodes, len(origins.edge_id)
    tails = [np.repeat(np.arange(n), np.diff(graph.indptr))]
    heads, costs = [graph.heads], [graph.cost_ms]
    for end in (0, 1):
        is_open = origins.out_node[:, end] >= 0
        tails.append(n + np.flatnonzero(is_open))
        heads.append(origins.out_node[is_open, end])
        costs.append(origins.out_ms[is_open, end])
        is_open = destinations.in_node[:, end] >= 0
        tails.append(destinations.in_node[is_open, end])
        heads.append(n + n_origins + np.flatnonzero(is_open))
        costs.append(destinations.in_ms[is_open, end])
    size = n + n_origins + len(destinations.edge_id)
    # Of two roads between the same junctions the faster counts; a sparse matrix would add them up.
    tail, head, cost = np.concatenate(tails), np.concatenate(heads), np.concatenate(costs)
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    arcs = (cost[first].astype(np.float64), (tail[first], head[first]))
    return scipy.sparse.csr_array(arcs, shape=(size, size))


def loop(
    matrix: scipy.sparse.csr_array, n_nodes: int, n_origins: int, rows: np.ndarray, cutoff_min: float
) -> tuple[float, list[tuple[np.ndarray, np.ndarray]]]:
    """Seconds per origin, and for each of ``rows`` the columns within the cutoff and their ms."""
    found = []
    start = time.perf_counter()
    for row in rows:
        dist = dijkstra(matrix, indices=n_nodes + row, limit=cutoff_min * MS_PER_MIN)[n_nodes + n_origins :]
        columns = np.flatnonzero(np.isfinite(dist))
        found.append((columns, dist[columns]))
    return (time.perf_counter() - start) / len(rows), found
