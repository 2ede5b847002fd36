"""Where roads end for cars: carriageways that stop or begin, and dead ends, with the way they point."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
from scipy.spatial import cKDTree

from finder.geo.access_rules import CAR, CLASS_CODE, CLASS_NAME
from finder.geo.contraction import flip_mask
from finder.geo.network import Bool, Float64, Int64, RoadNetwork, UInt8
from finder.geo.projection import to_wgs84

STRETCH_M: Final = 300.0
"""The heading of a road at its end is that of this last stretch, or of its last edge where that is shorter."""

INSIDE_M: Final = 500.0
_ONWARD, _BACK = CAR, 2 * CAR
_WHAT: Final = {_ONWARD: "stops", _BACK: "begins", _ONWARD | _BACK: "dead end"}


@dataclass(frozen=True)
class RoadEnds:
    """Nodes where cars can only come in, only leave, or only turn back, ascending by node.

    Attributes
    ----------
    node
        Shape (n,).
    edge
        Shape (n,): the road that ends there; of several (a carriageway and a link that meet and stop), that of the
        highest class, then the longest.
    access
        Shape (n,): access of that edge seen in the direction out of its end: for cars, forward only where a
        carriageway stops, backward only where one begins, both on a dead end.
    """

    node: Int64
    edge: Int64
    access: UInt8

    def take(self, keep: Bool) -> "RoadEnds":
        """Return some of the ends."""
        return RoadEnds(self.node[keep], self.edge[keep], self.access[keep])


@dataclass(frozen=True)
class DeadEnd:
    """An end of a major road well inside the area: a hole of the source, or a road that really ends.

    Attributes
    ----------
    road_class
        Class name.
    what
        ``"stops"``, ``"begins"`` or ``"dead end"``.
    lon, lat
        WGS84 degrees.
    """

    road_class: str
    what: str
    lon: float
    lat: float


def road_ends(network: RoadNetwork) -> RoadEnds:
    """Return every end for cars.

    A road with both directions ends only where no other edge, footpaths included, goes on.
    """
    is_car = (network.access & (_ONWARD | _BACK)) > 0
    rows = np.flatnonzero(is_car)
    tail, head, mask = network.edge_from[rows], network.edge_to[rows], network.access[rows]

    def count(*nodes: np.ndarray) -> Int64:
        return np.bincount(np.concatenate(nodes), minlength=network.n_nodes)

    onward, back = (mask & _ONWARD) > 0, (mask & _BACK) > 0
    leaving, entering = count(tail[onward], head[back]), count(head[onward], tail[back])
    every = count(network.edge_from, network.edge_to)
    is_end = ((leaving == 0) ^ (entering == 0)) | ((every == 1) & (leaving == 1) & (entering == 1))

    node = np.concatenate([tail, head]).astype(np.int64)
    edge = np.concatenate([rows, rows])
    access = np.concatenate([flip_mask(mask), mask])
    keep = is_end[node]
    node, edge, access = node[keep], edge[keep], access[keep]
    order = np.lexsort((edge, -network.length_m[edge], network.road_class[edge], node))
    first = order[np.unique(node[order], return_index=True)[1]]
    return RoadEnds(node[first], edge[first], access[first])


def headings(network: RoadNetwork, ends: RoadEnds) -> Float64:
    """Return the unit vector that points out of each end, shape (n, 2)."""
    found = np.zeros((len(ends.node), 2))
    for i, (node, edge) in enumerate(zip(ends.node.tolist(), ends.edge.tolist(), strict=True)):
        line = network.line(edge, is_forward=network.edge_from[edge] == node).astype(np.float64)
        along = np.cumsum(np.hypot(*np.diff(line, axis=0).T))
        reach = min(int(np.searchsorted(along, STRETCH_M)) + 1, len(line) - 1)
        way = line[0] - line[reach]
        found[i] = way / max(float(np.hypot(*way)), 1e-9)
    return found


def in_main_piece(network: RoadNetwork) -> Bool:
    """Return which nodes hang together with the largest piece of the roads for cars, one-ways taken both ways."""
    is_car = (network.access & (_ONWARD | _BACK)) > 0
    ends = (network.edge_from[is_car], network.edge_to[is_car])
    matrix = scipy.sparse.coo_matrix((np.ones(len(ends[0]), dtype=bool), ends), shape=(network.n_nodes,) * 2)
    _, label = scipy.sparse.csgraph.connected_components(matrix, directed=False)
    main: Bool = label == np.bincount(label).argmax()
    return main


def major_dead_ends(network: RoadNetwork, *, lowest_class: str = "primary_link") -> list[DeadEnd]:
    """Return the ends of major roads in Wallonia and Brussels, with no road outside them within 500 m.

    Sorted by class, then in the order of the nodes.
    """
    ends = road_ends(network)
    is_major = network.road_class[ends.edge] <= CLASS_CODE[lowest_class]
    ends = ends.take(is_major & (network.node_area[ends.node] > 0))
    outside = network.node_area == 0
    if outside.any() and len(ends.node):
        abroad = cKDTree(np.column_stack([network.node_x_m[outside], network.node_y_m[outside]]))
        away_m, _ = abroad.query(np.column_stack([network.node_x_m[ends.node], network.node_y_m[ends.node]]))
        ends = ends.take(away_m > INSIDE_M)
    lon, lat = to_wgs84(network.node_x_m[ends.node], network.node_y_m[ends.node])
    codes = network.road_class[ends.edge]
    return [
        DeadEnd(
            CLASS_NAME[codes[i]],
            _WHAT[int(ends.access[i] & (_ONWARD | _BACK))],
            round(float(lon[i]), 4),
            round(float(lat[i]), 4),
        )
        for i in np.argsort(codes, kind="stable").tolist()
    ]
