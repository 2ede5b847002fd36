"""The area that can be reached within some minutes, from the edges that are reached.

The search gives the time at every junction; along each reached edge the time grows evenly, so an edge is followed
exactly as far as the limit allows. These times are laid on a grid, spread a short walk off the road, and the grid is
outlined by marching squares (Lorensen and Cline 1987, in the plane). One grid serves all limits, so that areas nest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import geopandas as gpd
import numpy as np
import scipy.ndimage
import shapely
from shapely.geometry.base import BaseGeometry

from finder.geo.dijkstra import UNREACHED, reverse_arcs, search, search_space
from finder.geo.endpoints import limit_in_ms, open_ends
from finder.geo.network import Bool, Float32, Float64, Int32, ModeGraph, RoadNetwork
from finder.geo.snapping import ACCESS_KPH, Snaps
from finder.units import LAMBERT_2008

Direction = Literal["from", "to"]

_CELL_MIN_M: Final = 25.0
_CELLS_MAX: Final = 400
"""Cells along the longer side of the grid: coarser cells for larger areas."""

_SPREAD_M: Final = 100.0
"""How far beside a reached road still counts as reached, at the speed of an access leg."""

_HOLE_CELLS: Final = 30
"""Holes smaller than so many cells (fields between reached roads) are closed."""


def isochrone(
    network: RoadNetwork,
    graph: ModeGraph,
    point: Snaps,
    *,
    limits_min: Sequence[float],
    direction: Direction = "from",
) -> gpd.GeoDataFrame:
    """Return the areas within some travel times of one point.

    Parameters
    ----------
    network
        Road network.
    graph
        Graph of one mode, made from ``network``.
    point
        One point on that graph.
    limits_min
        Inclusive limits in minutes, in any order.
    direction
        ``"from"``: where one can get from the point. ``"to"``: from where one can get to the point.

    Returns
    -------
    GeoDataFrame
        One row per limit, ascending: ``limit_min``, ``is_on_synthetic`` (whether a reached edge was made up to bridge a
        hole in the source) and ``geometry`` (EPSG:3812); each area lies inside the next. An area is empty where the
        point is not snapped or its access leg alone takes longer.

    Raises
    ------
    ValueError
        If ``point`` is not one point, or there is no limit.
    """
    if len(point.edge_id) != 1 or not limits_min:
        raise ValueError("An isochrone has one point and at least one limit.")
    limits = sorted(set(limits_min))
    strips = _reached_strips(graph, point, limit_in_ms(limits[-1]), direction)
    areas: list[BaseGeometry] = [shapely.MultiPolygon()] * len(limits)
    is_on_synthetic = [False] * len(limits)
    if len(strips.edge):
        is_synthetic = network.is_synthetic[strips.edge]
        grid = _time_grid(network, strips, kph=ACCESS_KPH[graph.mode])
        for i, limit in enumerate(limits):
            limit_ms = limit_in_ms(limit)
            areas[i] = _outline(grid.ms <= limit_ms, grid)
            is_on_synthetic[i] = bool((is_synthetic & (strips.near_ms <= limit_ms)).any())
    return gpd.GeoDataFrame(
        {"limit_min": np.array(limits, dtype=np.float64), "is_on_synthetic": is_on_synthetic},
        geometry=areas,
        crs=LAMBERT_2008,
    )


@dataclass(frozen=True)
class _Strips:
    """Reached parts of edges: from the position ``near`` (0 to 1) at ``near_ms`` to ``far`` at ``far_ms``."""

    edge: Int32
    near: Float64
    far: Float64
    near_ms: Float64
    far_ms: Float64


@dataclass(frozen=True)
class _Grid:
    """Milliseconds at the centres of square cells, row 0 in the south; corner and cell size in metres."""

    ms: Float32
    west_m: float
    south_m: float
    cell_m: float


def _reached_strips(graph: ModeGraph, point: Snaps, limit_ms: int, direction: Direction) -> _Strips:
    """Return how far each edge is reached, from either of its ends and on the point's own edge."""
    is_from = direction == "from"
    if is_from:
        arcs = (graph.indptr, graph.heads, graph.cost_ms)
        seeds, seed_ms = open_ends(point.out_node[0], point.out_ms[0], n_nodes=graph.n_nodes)
    else:
        arcs = reverse_arcs(graph.indptr, graph.heads, graph.cost_ms)
        seeds, seed_ms = open_ends(point.in_node[0], point.in_ms[0], n_nodes=graph.n_nodes)
    longest_ms = max(int(graph.cost_ms.max(initial=1)), int(seed_ms.max()))
    s = search_space(graph.n_nodes, longest_ms=longest_ms)
    search(*arcs, seeds, seed_ms, limit_ms, s.dist, s.via, s.touched, s.following, s.preceding, s.buckets)

    tails = np.repeat(np.arange(graph.n_nodes, dtype=np.int32), np.diff(graph.indptr))
    known = s.dist[tails if is_from else graph.heads]
    arc = np.flatnonzero(known <= limit_ms)
    own_ms, own_far = point.along_ms[0], 1.0 if is_from else 0.0
    own = [(own_far, own_ms), (1.0 - own_far, point.against_ms[0])]
    own = [(far, ms) for far, ms in own if ms >= 0 and point.access_ms[0] <= limit_ms]
    fraction, access_ms = point.fraction[0], float(point.access_ms[0])

    # Who follows an edge enters it at 0; who must get to its end is nearest at 1.
    start = (graph.is_forward[arc] != is_from).astype(np.float64)
    edge = np.concatenate([graph.edge_id[arc], np.repeat(point.edge_id, len(own))])
    near = np.concatenate([start, np.repeat(fraction, len(own))])
    far = np.concatenate([1.0 - start, [end for end, _ in own]])
    near_ms = np.concatenate([known[arc], np.repeat(access_ms, len(own))])
    cost_ms = np.concatenate([graph.cost_ms[arc], [ms * abs(end - fraction) for end, ms in own]])
    share = np.clip((limit_ms - near_ms) / np.maximum(cost_ms, 1e-9), 0.0, 1.0)
    return _Strips(edge, near, near + (far - near) * share, near_ms, near_ms + cost_ms * share)


def _time_grid(network: RoadNetwork, strips: _Strips, *, kph: float) -> _Grid:
    """Lay the times of the reached strips on a grid, and spread them beside the road at ``kph``."""
    ends = np.concatenate([network.edge_from[strips.edge], network.edge_to[strips.edge]])
    x, y = network.node_x_m[ends], network.node_y_m[ends]
    side_m = float(max(np.ptp(x), np.ptp(y)))
    cell_m = _CELL_MIN_M * max(1, np.ceil(side_m / _CELLS_MAX / _CELL_MIN_M))

    length_m = network.length_m[strips.edge] * np.abs(strips.far - strips.near)
    count = np.ceil(length_m / cell_m).astype(np.int64) + 1
    strip = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(strip)) - np.repeat(np.cumsum(count) - count, count)) / np.maximum(count[strip] - 1, 1)
    position = strips.near[strip] + (strips.far - strips.near)[strip] * share
    ms = strips.near_ms[strip] + (strips.far_ms - strips.near_ms)[strip] * share
    x_m, y_m = _places(network, strips.edge[strip], position)

    margin_m = max(_SPREAD_M, cell_m)
    west_m, south_m = x_m.min() - 2 * margin_m, y_m.min() - 2 * margin_m
    column = ((x_m - west_m) / cell_m).astype(np.int64)
    row = ((y_m - south_m) / cell_m).astype(np.int64)
    border = int(np.ceil(margin_m / cell_m)) + 1
    shape = (int(row.max()) + 1 + border, int(column.max()) + 1 + border)
    grid = np.full(shape, UNREACHED, dtype=np.float32)
    np.minimum.at(grid.ravel(), row * shape[1] + column, ms.astype(np.float32))
    return _Grid(_spread(grid, reach=int(margin_m / cell_m), step_ms=cell_m * 3600 / kph), west_m, south_m, cell_m)


def _spread(grid: Float32, *, reach: int, step_ms: float) -> Float32:
    """Let every cell be reached from the cells around it, at ``step_ms`` per cell, up to ``reach`` cells away."""
    wide = np.pad(grid, reach, constant_values=UNREACHED)
    rows, columns = grid.shape
    spread = grid.copy()
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            steps = float(np.hypot(i, j))
            if 0 < steps <= reach:
                shifted = wide[reach + i : reach + i + rows, reach + j : reach + j + columns]
                np.minimum(spread, shifted + np.float32(steps * step_ms), out=spread)
    return spread


def _places(network: RoadNetwork, edge: Int32, position: Float64) -> tuple[Float64, Float64]:
    """Return the coordinates of positions (0 to 1) along the lines of edges."""
    edges, which = np.unique(edge, return_inverse=True)
    inner = np.diff(network.shape_ptr)[edges].astype(np.int64)
    first = np.cumsum(inner + 2) - inner - 2
    last = first + inner + 1
    is_inner = np.ones(int((inner + 2).sum()), dtype=bool)
    is_inner[first] = is_inner[last] = False
    shape = np.repeat(network.shape_ptr[edges] - (np.cumsum(inner) - inner), inner) + np.arange(int(inner.sum()))
    coordinates = []
    for nodes, shapes in ((network.node_x_m, network.shape_x_m), (network.node_y_m, network.shape_y_m)):
        values = np.empty(len(is_inner))
        values[first] = nodes[network.edge_from[edges]]
        values[last] = nodes[network.edge_to[edges]]
        values[is_inner] = shapes[shape]
        coordinates.append(values)
    x, y = coordinates
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    along -= np.repeat(along[first], inner + 2)
    along /= np.repeat(np.maximum(along[last], 1e-9), inner + 2)
    # All lines on one axis, two units each, so that one interpolation serves them all.
    axis = along + 2.0 * np.repeat(np.arange(len(edges)), inner + 2)
    at = position + 2.0 * which
    return np.interp(at, axis, x), np.interp(at, axis, y)


_SEGMENTS: Final = {
    1: ("WS",),
    2: ("SE",),
    3: ("WE",),
    4: ("EN",),
    5: ("SE", "WN"),
    6: ("SN",),
    7: ("WN",),
    8: ("WN",),
    9: ("SN",),
    10: ("WS", "EN"),
    11: ("EN",),
    12: ("WE",),
    13: ("SE",),
    14: ("WS",),
}
"""Marching squares: which sides of a square of four cell centres the outline joins, by the corners that are inside:
south-west 1, south-east 2, north-east 4, north-west 8. Cells that touch at a corner hang together."""

_SIDE_MIDDLE: Final = {"S": (0.5, 0.0), "E": (1.0, 0.5), "N": (0.5, 1.0), "W": (0.0, 0.5)}


def _outline(mask: Bool, grid: _Grid) -> BaseGeometry:
    """Return the area of the cells of a mask, its small holes closed; corners are cut by marching squares."""
    outside, _ = scipy.ndimage.label(~mask)
    is_small = np.bincount(outside.ravel()) < _HOLE_CELLS
    is_small[outside[[0, -1], :].ravel()] = is_small[outside[:, [0, -1]].ravel()] = False
    inside = np.pad(mask | is_small[outside], 1).astype(np.uint8)
    corners = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    row, column = np.nonzero((corners > 0) & (corners < 15))
    code = corners[row, column]
    segments = []
    for corner_code, sides in _SEGMENTS.items():
        x, y = column[code == corner_code], row[code == corner_code]
        for side in sides:
            ends = [np.column_stack([x + _SIDE_MIDDLE[s][0], y + _SIDE_MIDDLE[s][1]]) for s in side]
            segments.append(np.stack(ends, axis=1))
    # Cell centres lie half a cell from the corner of the grid; the padding has moved everything by one cell.
    points = (np.concatenate(segments) - 0.5) * grid.cell_m + (grid.west_m, grid.south_m)
    if not len(points):
        return shapely.MultiPolygon()
    lines = np.asarray(shapely.linestrings(points), dtype=np.object_)
    area = cast("BaseGeometry", shapely.build_area(shapely.multilinestrings(lines)))
    # Without a tolerance this drops the points in the middle of straight lines, no more.
    return area.simplify(0.0)
