"""Where a point meets the network: the nearest edge, with an access leg, never a node at 0 minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from finder.geo.access_rules import CLASS_RULES, FAST_CLASSES, MODE_BIT
from finder.geo.mode_graph import whole_ms
from finder.geo.network import Bool, Float64, Int32, Int64, ModeGraph, RoadNetwork
from finder.geo.speeds import is_usable
from finder.units import SPEED_PRAM_KPH, SPEED_WALK_KPH, Mode

CELL_M: Final = 200.0

ACCESS_KPH: Final[Mapping[Mode, float]] = {
    "car": 10.0,
    "bike": SPEED_WALK_KPH,
    "walk": SPEED_WALK_KPH,
    "pram": SPEED_PRAM_KPH,
}
"""Speed of the straight leg between a point and its edge: a car rolls along a drive, a bike is walked."""

LIMIT_M: Final[Mapping[Mode, float]] = {"car": 2000.0, "bike": 1000.0, "walk": 1000.0, "pram": 1000.0}
"""A point farther than this from every usable edge is not reachable. At the limit the leg costs 12 to 17 minutes."""


@dataclass(frozen=True)
class Snaps:
    """Points attached to the edges of one mode's graph.

    All arrays have one row per point. Columns 0 and 1 of the two-column arrays are the two ends of the edge
    (``edge_from``, ``edge_to``); a node of -1 means that way is closed to the mode. Costs include the access leg.

    Attributes
    ----------
    edge_id
        Index of the edge in the `RoadNetwork`, -1 where the point is not snapped.
    fraction
        Position along the edge from ``edge_from`` (0) to ``edge_to`` (1).
    distance_m
        Straight distance from the point to the edge, inf where nothing is within the limit.
    access_ms
        Time of the access leg, in milliseconds.
    out_node, out_ms
        Shape (n, 2): graph nodes that can be reached when leaving the point, and the time to get there.
    in_node, in_ms
        Shape (n, 2): graph nodes from which the point can be reached, and the time from there.
    along_ms, against_ms
        Travel time of the whole edge from ``edge_from`` to ``edge_to`` and back; -1 where closed. Two points on
        one edge may go directly from one to the other.
    """

    edge_id: Int32
    fraction: Float64
    distance_m: Float64
    access_ms: Int32
    out_node: Int32
    out_ms: Int32
    in_node: Int32
    in_ms: Int32
    along_ms: Int32
    against_ms: Int32

    @property
    def is_snapped(self) -> Bool:
        """Whether each point has an edge within the limit."""
        return self.edge_id >= 0

    def take(self, rows: npt.ArrayLike) -> "Snaps":
        """Return the points of ``rows``, in that order."""
        chosen = np.asarray(rows)
        return Snaps(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True)
class SnapIndex:
    """Straight pieces of the edges a mode can be snapped to, sorted into square cells.

    Build it once per graph with :func:`build_snap_index` and hand it to every :func:`snap_points`.

    Attributes
    ----------
    west_m, south_m
        Corner of the grid, EPSG:3812.
    column_count
        Cells from west to east.
    cell_ptr, cell_piece
        Pieces touching each cell (row-major), in CSR form.
    piece_edge
        Edge of each piece.
    piece_xy
        Shape (n_pieces, 4): x and y of both ends.
    piece_span
        Shape (n_pieces, 2): position of both ends along the edge, 0 to 1.
    graph_node
        Shape (network nodes,): node of the graph, -1 outside.
    along_ms, against_ms
        Shape (network edges,): time of the whole edge, -1 where closed.
    """

    west_m: float
    south_m: float
    column_count: int
    cell_ptr: Int64
    cell_piece: Int32
    piece_edge: Int32
    piece_xy: Float64
    piece_span: Float64
    graph_node: Int32
    along_ms: Int32
    against_ms: Int32


def build_snap_index(network: RoadNetwork, graph: ModeGraph) -> SnapIndex:
    """Index the edges of a graph that a point may be snapped to.

    Motorways, trunk roads, their links and tunnels are left out: nobody's door opens onto them.
    """
    graph_node = np.full(network.n_nodes, -1, dtype=np.int32)
    graph_node[graph.node_id] = np.arange(graph.n_nodes, dtype=np.int32)
    inside = (graph_node[network.edge_from] >= 0) & (graph_node[network.edge_to] >= 0)
    forward, backward = is_usable(network, MODE_BIT[graph.mode])
    along_ms = np.full(network.n_edges, -1, dtype=np.int32)
    against_ms = np.full(network.n_edges, -1, dtype=np.int32)
    along_ms[graph.edge_id[graph.is_forward]] = graph.cost_ms[graph.is_forward]
    against_ms[graph.edge_id[~graph.is_forward]] = graph.cost_ms[~graph.is_forward]
    is_fast = np.array([rule.name in FAST_CLASSES for rule in CLASS_RULES])[network.road_class]
    use = inside & (forward | backward) & ~is_fast & ~network.is_tunnel & ((along_ms >= 0) | (against_ms >= 0))

    ptr, x, y = network.lines()
    is_start = np.ones(len(x), dtype=bool)
    is_start[ptr[1:] - 1] = False
    start = np.flatnonzero(is_start)
    edge = np.repeat(np.arange(network.n_edges, dtype=np.int32), np.diff(ptr) - 1)
    size = np.hypot(x[start + 1] - x[start], y[start + 1] - y[start])
    # A line of no length after rounding still has one piece; dividing by at least 1 mm keeps its span finite.
    total = np.maximum(np.bincount(edge, size, network.n_edges), 1e-3)
    before = np.cumsum(size) - size
    before -= before[ptr[:-1] - np.arange(network.n_edges)][edge]
    span = np.column_stack([before, before + size]) / total[edge][:, None]
    xy = np.column_stack([x[start], y[start], x[start + 1], y[start + 1]]).astype(np.float64)
    keep = use[edge]
    xy, span, edge = xy[keep], np.clip(span[keep], 0.0, 1.0), edge[keep]
    # Without any piece the grid is one empty cell.
    corners = xy if len(xy) else np.zeros((1, 4))
    west, south = float(corners[:, [0, 2]].min()), float(corners[:, [1, 3]].min())
    columns = int((corners[:, [0, 2]].max() - west) // CELL_M) + 1
    rows = int((corners[:, [1, 3]].max() - south) // CELL_M) + 1
    cell_ptr, cell_piece = _fill_cells(xy, west, south, columns, rows)
    return SnapIndex(
        west, south, columns, cell_ptr, cell_piece, edge, xy, span, graph_node, along_ms, against_ms
    )  # fmt: skip


def snap_points(
    network: RoadNetwork,
    graph: ModeGraph,
    x_m: Float64,
    y_m: Float64,
    *,
    limit_m: float | None = None,
    index: SnapIndex | None = None,
) -> Snaps:
    """Attach points to the nearest edge that their mode can use inside its graph.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of the mode, made from ``network``.
    x_m, y_m
        EPSG:3812 coordinates of the points; one that is not finite is not snapped.
    limit_m
        Inclusive; default :data:`LIMIT_M` of the mode.
    index
        From :func:`build_snap_index`; built for this call where not given (a few tenths of a second).

    Returns
    -------
    Snaps
        One row per point, in their order; of two edges equally near, the one with the lower index.
    """
    index = index or build_snap_index(network, graph)
    limit = LIMIT_M[graph.mode] if limit_m is None else limit_m
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    edge, fraction, distance = _nearest(
        x, y, limit, index.west_m, index.south_m, index.column_count, index.cell_ptr, index.cell_piece,
        index.piece_edge, index.piece_xy, index.piece_span,
    )  # fmt: skip
    found = edge >= 0
    safe = np.where(found, edge, 0)
    along = np.where(found, index.along_ms[safe], -1).astype(np.int32)
    against = np.where(found, index.against_ms[safe], -1).astype(np.int32)
    access = whole_ms(np.where(found, distance, 0.0) * 3600.0 / ACCESS_KPH[graph.mode])
    ends = np.column_stack([index.graph_node[network.edge_from[safe]], index.graph_node[network.edge_to[safe]]])
    share = np.column_stack([fraction, 1.0 - fraction])
    out_cost = np.column_stack([against, along])
    in_cost = np.column_stack([along, against])
    return Snaps(
        edge_id=edge,
        fraction=fraction,
        distance_m=distance,
        access_ms=access,
        out_node=np.where(out_cost >= 0, ends, -1).astype(np.int32),
        out_ms=np.where(out_cost >= 0, access[:, None] + np.rint(share * out_cost), -1).astype(np.int32),
        in_node=np.where(in_cost >= 0, ends, -1).astype(np.int32),
        in_ms=np.where(in_cost >= 0, access[:, None] + np.rint(share * in_cost), -1).astype(np.int32),
        along_ms=along,
        against_ms=against,
    )


@numba.njit(cache=True)
def _cell_range(low: float, high: float, origin: float, count: int) -> tuple[int, int]:  # pragma: no cover - compiled
    first = int((min(low, high) - origin) // CELL_M)
    last = int((max(low, high) - origin) // CELL_M)
    return max(first, 0), min(last, count - 1)


@numba.njit(cache=True)
def _fill_cells(
    xy: Float64, west: float, south: float, columns: int, rows: int
) -> tuple[Int64, Int32]:  # pragma: no cover - compiled
    """Sort pieces into every cell their bounding box touches: first count, then place."""
    ptr = np.zeros(columns * rows + 1, dtype=np.int64)
    for piece in range(len(xy)):
        c0, c1 = _cell_range(xy[piece, 0], xy[piece, 2], west, columns)
        r0, r1 = _cell_range(xy[piece, 1], xy[piece, 3], south, rows)
        for r in range(r0, r1 + 1):
            for c in range(c0, c1 + 1):
                ptr[r * columns + c + 1] += 1
    for cell in range(columns * rows):
        ptr[cell + 1] += ptr[cell]
    place = ptr[:-1].copy()
    pieces = np.empty(ptr[-1], dtype=np.int32)
    for piece in range(len(xy)):
        c0, c1 = _cell_range(xy[piece, 0], xy[piece, 2], west, columns)
        r0, r1 = _cell_range(xy[piece, 1], xy[piece, 3], south, rows)
        for r in range(r0, r1 + 1):
            for c in range(c0, c1 + 1):
                pieces[place[r * columns + c]] = piece
                place[r * columns + c] += 1
    return ptr, pieces


@numba.njit(cache=True)
def _nearest(
    x: Float64, y: Float64, limit: float, west: float, south: float, columns: int, cell_ptr: Int64,
    cell_piece: Int32, piece_edge: Int32, piece_xy: Float64, piece_span: Float64,
) -> tuple[Int32, Float64, Float64]:  # fmt: skip  # pragma: no cover - compiled
    """Search cells in rings around each point until no nearer piece can exist."""
    n = len(x)
    rows = (len(cell_ptr) - 1) // columns
    edge = np.full(n, -1, dtype=np.int32)
    fraction = np.zeros(n, dtype=np.float64)
    distance = np.full(n, np.inf, dtype=np.float64)
    for i in range(n):
        if not (np.isfinite(x[i]) and np.isfinite(y[i])):
            continue
        column = int((x[i] - west) // CELL_M)
        row = int((y[i] - south) // CELL_M)
        # The slack takes in what rounding could push over the limit; the last line decides.
        best = limit * limit * (1 + 1e-12) + 1e-9
        best_edge = -1
        last_ring = int(limit // CELL_M) + 1
        for ring in range(last_ring + 1):
            # Everything in this ring or beyond is at least (ring - 1) cells away.
            if ring > 0 and ((ring - 1) * CELL_M) ** 2 > best:
                break
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                on_rim = r == row - ring or r == row + ring
                step = 1 if on_rim or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    cell = r * columns + c
                    for k in range(cell_ptr[cell], cell_ptr[cell + 1]):
                        piece = cell_piece[k]
                        ax, ay = piece_xy[piece, 0], piece_xy[piece, 1]
                        dx, dy = piece_xy[piece, 2] - ax, piece_xy[piece, 3] - ay
                        square = dx * dx + dy * dy
                        t = 0.0
                        if square > 0:
                            t = min(1.0, max(0.0, ((x[i] - ax) * dx + (y[i] - ay) * dy) / square))
                        d2 = (ax + t * dx - x[i]) ** 2 + (ay + t * dy - y[i]) ** 2
                        if d2 < best or (d2 == best and piece_edge[piece] < best_edge):
                            best = d2
                            best_edge = piece_edge[piece]
                            a, b = piece_span[piece, 0], piece_span[piece, 1]
                            fraction[i] = a + t * (b - a)
        if best_edge >= 0:
            edge[i] = best_edge
            distance[i] = np.sqrt(best)
    return edge, fraction, distance
