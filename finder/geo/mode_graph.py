"""Build the directed graph of one mode from the road network, and say what it leaves out."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph

from finder.errors import NetworkError
from finder.geo.access_rules import MODE_BIT
from finder.geo.network import Bool, Int32, ModeGraph, RoadNetwork
from finder.geo.speeds import DEFAULT_VINTAGE, edge_cost_ms, is_usable
from finder.units import Mode


@dataclass(frozen=True)
class ComponentReport:
    """What the largest component of a mode keeps and leaves out.

    Attributes
    ----------
    mode
        Travel mode.
    node_count, edge_count, km
        Inside the largest component (every ordered pair of nodes connected).
    outside_node_count, outside_edge_count, outside_km
        Usable by the mode but outside.
    component_count
        Number of components left out.
    largest_outside
        Up to ten left-out components, the longest first: (km, EPSG:3812 x, y of one of their nodes).
    """

    mode: Mode
    node_count: int
    edge_count: int
    km: float
    outside_node_count: int
    outside_edge_count: int
    outside_km: float
    component_count: int
    largest_outside: tuple[tuple[float, int, int], ...]


def build_mode_graph(network: RoadNetwork, mode: Mode, *, vintage: str = DEFAULT_VINTAGE) -> ModeGraph:
    """Return the graph of a mode, restricted to its largest strongly connected component.

    For walkers and prams no edge has a direction, so strongly and weakly connected are the same.

    Parameters
    ----------
    network
        Road network.
    mode
        Travel mode.
    vintage
        Year of the car speeds: ``"2014"`` or ``"current"``.

    Raises
    ------
    NetworkError
        If no edge is open to the mode.
    """
    forward, backward = is_usable(network, MODE_BIT[mode])
    label = _component_of_node(network, mode)
    inside = label == 0
    edge_inside = inside[network.edge_from] & inside[network.edge_to] & (network.edge_from != network.edge_to)
    forward_edges = np.flatnonzero(forward & edge_inside)
    backward_edges = np.flatnonzero(backward & edge_inside)

    node_id = np.flatnonzero(inside).astype(np.int32)
    number = np.full(network.n_nodes, -1, dtype=np.int32)
    number[node_id] = np.arange(len(node_id), dtype=np.int32)
    tails = number[np.concatenate([network.edge_from[forward_edges], network.edge_to[backward_edges]])]
    heads = number[np.concatenate([network.edge_to[forward_edges], network.edge_from[backward_edges]])]
    edges = np.concatenate([forward_edges, backward_edges]).astype(np.int32)
    cost = whole_ms(edge_cost_ms(network, mode, vintage=vintage))[edges]
    is_forward = np.arange(len(edges)) < len(forward_edges)
    order = np.argsort(tails, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=len(node_id)))])
    return ModeGraph(
        mode=mode,
        indptr=indptr.astype(np.int32),
        heads=heads[order],
        cost_ms=cost[order],
        edge_id=edges[order],
        is_forward=is_forward[order],
        node_id=node_id,
    )


def main_component_edges(network: RoadNetwork, mode: Mode) -> Bool:
    """Return which edges a mode can use inside its largest strongly connected component, shape (n_edges,)."""
    if not np.any(network.access & (3 * MODE_BIT[mode])):
        return np.zeros(network.n_edges, dtype=bool)
    forward, backward = is_usable(network, MODE_BIT[mode])
    inside = _component_of_node(network, mode) == 0
    usable: Bool = (forward | backward) & inside[network.edge_from] & inside[network.edge_to]
    return usable


def whole_ms(cost_ms: np.ndarray) -> Int32:
    """Return costs as whole milliseconds, at least 1."""
    whole: Int32 = np.maximum(np.rint(cost_ms), 1).astype(np.int32)
    return whole


def component_report(network: RoadNetwork, mode: Mode) -> ComponentReport:
    """Count what the largest component of a mode keeps and leaves out."""
    forward, backward = is_usable(network, MODE_BIT[mode])
    usable = forward | backward
    label = _component_of_node(network, mode)
    touched = np.zeros(network.n_nodes, dtype=bool)
    touched[network.edge_from[usable]] = True
    touched[network.edge_to[usable]] = True
    is_in = usable & (label[network.edge_from] == 0) & (label[network.edge_to] == 0)
    is_out = usable & ~is_in
    km = network.length_m / 1000.0

    # A left-out edge belongs to the left-out end it starts or ends at.
    owner = np.where(label[network.edge_from] > 0, label[network.edge_from], label[network.edge_to])[is_out]
    km_of = np.bincount(owner, weights=km[is_out], minlength=1)
    longest = np.argsort(-km_of, kind="stable")[:10]
    first_node = np.full(int(label.max()) + 1, -1)
    first_node[label[::-1]] = np.arange(network.n_nodes)[::-1]
    return ComponentReport(
        mode=mode,
        node_count=int((label == 0).sum()),
        edge_count=int(is_in.sum()),
        km=float(km[is_in].sum()),
        outside_node_count=int((touched & (label > 0)).sum()),
        outside_edge_count=int(is_out.sum()),
        outside_km=float(km[is_out].sum()),
        component_count=len(np.unique(label[touched & (label > 0)])),
        largest_outside=tuple(
            (float(km_of[i]), int(network.node_x_m[first_node[i]]), int(network.node_y_m[first_node[i]]))
            for i in longest
            if km_of[i] > 0
        ),
    )


def _component_of_node(network: RoadNetwork, mode: Mode) -> Int32:
    """Return the strongly connected component of each node; the largest by number of nodes is 0."""
    forward, backward = is_usable(network, MODE_BIT[mode])
    tails = np.concatenate([network.edge_from[forward], network.edge_to[backward]])
    heads = np.concatenate([network.edge_to[forward], network.edge_from[backward]])
    if len(tails) == 0:
        raise NetworkError(f"No road is open to mode {mode}: the network has nothing for it.")
    n = network.n_nodes
    matrix = scipy.sparse.csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(n, n))
    directed = not np.array_equal(forward, backward)
    _, label = scipy.sparse.csgraph.connected_components(matrix, directed=directed, connection="strong")
    rank = np.empty(int(label.max()) + 1, dtype=np.int32)
    rank[np.argsort(-np.bincount(label), kind="stable")] = np.arange(len(rank), dtype=np.int32)
    component: Int32 = rank[label]
    return component
