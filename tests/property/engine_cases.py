"""Small random road graphs with points on their edges, and what NetworkX says about them.

The oracle knows nothing of access legs or ends of edges: it cuts every edge at the points that lie on it.
Costs are multiples of four and positions quarters of an edge, so both sides are whole numbers.
"""

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from finder.geo.network import SYNTHETIC_SOURCE, ModeGraph, RoadNetwork
from finder.geo.snapping import Snaps

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Edge:
    tail: int
    head: int
    along_ms: int  # -1: closed
    against_ms: int


@dataclass(frozen=True)
class Point:
    edge: int  # -1: not snapped
    quarter: int
    access_ms: int


@dataclass(frozen=True)
class Case:
    n_nodes: int
    edges: list[Edge]
    origins: list[Point]
    destinations: list[Point]

    @property
    def graph(self) -> ModeGraph:
        arcs = [(e.tail, e.head, e.along_ms, i, True) for i, e in enumerate(self.edges) if e.along_ms >= 0]
        arcs += [(e.head, e.tail, e.against_ms, i, False) for i, e in enumerate(self.edges) if e.against_ms >= 0]
        arcs.sort()
        tails, heads, cost_ms, edge_id, is_forward = np.array(arcs, dtype=np.int64).reshape(-1, 5).T
        counts = np.bincount(tails, minlength=self.n_nodes)
        return ModeGraph(
            mode="car",
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            heads=heads.astype(np.int32),
            cost_ms=cost_ms.astype(np.int32),
            edge_id=edge_id.astype(np.int32),
            is_forward=is_forward.astype(bool),
            node_id=np.arange(self.n_nodes, dtype=np.int32),
        )

    def network(self, *, seed: int = 0, synthetic: tuple[int, ...] = ()) -> RoadNetwork:
        """The same roads with a shape: nodes at random places, lines with up to three points between."""
        rng = np.random.default_rng(seed)
        n_edges = len(self.edges)
        inner = rng.integers(0, 4, n_edges)
        zeros = np.zeros(n_edges, dtype=np.uint8)
        node_x, node_y, shape_x, shape_y = (
            (600_000 + rng.integers(0, 5_000, n)).astype(np.int32) for n in [self.n_nodes] * 2 + [int(inner.sum())] * 2
        )
        return make_network(
            self.edges, node_x, node_y, np.concatenate([[0], np.cumsum(inner)]), shape_x, shape_y, zeros, synthetic
        )

    def snaps(self, points: list[Point]) -> Snaps:
        rows = [self._snap(p) for p in points]
        names = ("edge_id", "fraction", "distance_m", "access_ms", "out_node", "out_ms", "in_node", "in_ms")
        columns = [np.array(c) for c in zip(*rows, strict=True)]
        arrays = dict(zip((*names, "along_ms", "against_ms"), columns, strict=True))
        floats = {"fraction", "distance_m"}
        return Snaps(**{k: v.astype(np.float64 if k in floats else np.int32) for k, v in arrays.items()})

    def _snap(self, p: Point) -> tuple:
        if p.edge < 0:
            return -1, 0.0, np.inf, 0, (-1, -1), (0, 0), (-1, -1), (0, 0), -1, -1
        e = self.edges[p.edge]
        back, on = p.quarter, 4 - p.quarter
        return (
            p.edge,
            p.quarter / 4,
            1.0,
            p.access_ms,
            (e.tail if e.against_ms >= 0 else -1, e.head if e.along_ms >= 0 else -1),
            (p.access_ms + e.against_ms * back // 4, p.access_ms + e.along_ms * on // 4),
            (e.tail if e.along_ms >= 0 else -1, e.head if e.against_ms >= 0 else -1),
            (p.access_ms + e.along_ms * back // 4, p.access_ms + e.against_ms * on // 4),
            e.along_ms,
            e.against_ms,
        )

    def oracle_ms(self) -> np.ndarray:
        """Milliseconds from every origin to every destination by NetworkX, inf where there is no way."""
        table = np.full((len(self.origins), len(self.destinations)), np.inf)
        g = nx.DiGraph()
        g.add_nodes_from(range(self.n_nodes))
        for i, e in enumerate(self.edges):
            stops = [e.tail, *((i, q) for q in range(5)), e.head]
            pieces = [0, 1, 1, 1, 1, 0]
            for a, b, quarters in zip(stops[:-1], stops[1:], pieces, strict=True):
                if e.along_ms >= 0:
                    g.add_edge(a, b, ms=e.along_ms * quarters // 4)
                if e.against_ms >= 0:
                    g.add_edge(b, a, ms=e.against_ms * quarters // 4)
        for r, o in enumerate(self.origins):
            if o.edge < 0:
                continue
            dist = nx.single_source_dijkstra_path_length(g, (o.edge, o.quarter), weight="ms")
            for c, d in enumerate(self.destinations):
                if d.edge >= 0 and (d.edge, d.quarter) in dist:
                    table[r, c] = o.access_ms + dist[(d.edge, d.quarter)] + d.access_ms
        return table


def make_network(
    edges: list[Edge],
    node_x: np.ndarray,
    node_y: np.ndarray,
    shape_ptr: np.ndarray,
    shape_x: np.ndarray,
    shape_y: np.ndarray,
    codes: np.ndarray,
    synthetic: tuple[int, ...] = (),
) -> RoadNetwork:
    network = RoadNetwork(
        node_x_m=node_x,
        node_y_m=node_y,
        node_area=np.zeros(len(node_x), dtype=np.uint8),
        edge_from=np.array([e.tail for e in edges], dtype=np.int32),
        edge_to=np.array([e.head for e in edges], dtype=np.int32),
        length_m=np.zeros(len(edges), dtype=np.float32),
        road_class=codes,
        access=codes,
        zone=codes,
        maxspeed_kph=codes,
        source_code=np.isin(np.arange(len(edges)), synthetic).astype(np.uint8),
        is_tunnel=codes.astype(bool),
        name_id=codes.astype(np.int32),
        shape_ptr=shape_ptr.astype(np.int32),
        shape_x_m=shape_x,
        shape_y_m=shape_y,
        names=np.array([""], dtype=object),
        source_names=("survey", SYNTHETIC_SOURCE),
        car_kph={},
    )
    lengths = [np.hypot(*np.diff(network.line(i), axis=0).T).sum() for i in range(len(edges))]
    return replace(network, length_m=np.array(lengths, dtype=np.float32))


_cost = st.one_of(st.just(-1), st.integers(1, 8), st.integers(1, 5_000), st.integers(1, 200_000)).map(
    lambda c: c if c < 0 else 4 * c
)


@st.composite
def cases(draw: st.DrawFn, *, symmetric: bool = False, max_nodes: int = 12) -> Case:
    n_nodes = draw(st.integers(1, max_nodes))
    node = st.integers(0, n_nodes - 1)
    pairs = draw(st.lists(st.tuples(node, node, _cost, _cost), min_size=1, max_size=3 * n_nodes))
    # An edge closed both ways carries nobody: no point snaps to it. Open it one way.
    edges = [Edge(a, b, max(x, 4) if symmetric or y < 0 else x, max(x, 4) if symmetric else y) for a, b, x, y in pairs]
    access = st.integers(0, 60_000)
    point = st.builds(Point, st.integers(-1, len(edges) - 1), st.integers(0, 4), access)
    points = st.lists(point, min_size=1, max_size=8)
    return Case(n_nodes, edges, draw(points), draw(points))
