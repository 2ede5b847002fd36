"""Which surroundings an edge runs through: open country, built-up, dense, or Brussels.

Read off the network itself, so that any road file gives it: kilometres of streets per square kilometre around the
edge. Brussels is told by its outline, because its speed rules differ.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from finder.geo.access_rules import CLASS_RULES, FAST_CLASSES
from finder.geo.network import AREAS, Float64, RoadNetwork, UInt8
from finder.geo.speeds import ZONES

CELL_M: Final = 250
REACH_CELLS: Final = 1
"""The window is the edge's cell and its neighbours: 750 m square."""

BUILT_UP_KM_PER_KM2: Final = 5.0
DENSE_KM_PER_KM2: Final = 12.0


def street_density(network: RoadNetwork) -> Float64:
    """Return the kilometres of streets per km² around each edge, shape (n_edges,).

    Streets are all roads open to cars except motorways and trunk roads; the window is 750 m square, taken at each
    point of the edge's line and averaged by length.
    """
    ptr, x, y = network.lines()
    edge = np.repeat(np.arange(network.n_edges), np.diff(ptr) - 1)
    start = np.delete(np.arange(len(x)), ptr[1:] - 1)
    mid_x, mid_y = (x[start] + x[start + 1]) / 2, (y[start] + y[start + 1]) / 2
    length_m = np.hypot(x[start + 1] - x[start], y[start + 1] - y[start])
    column = ((mid_x - mid_x.min()) // CELL_M).astype(np.int64) + REACH_CELLS
    row = ((mid_y - mid_y.min()) // CELL_M).astype(np.int64) + REACH_CELLS
    is_street = np.array([rule.car and rule.name not in FAST_CLASSES for rule in CLASS_RULES])[network.road_class]
    grid = np.zeros((row.max() + 1 + REACH_CELLS, column.max() + 1 + REACH_CELLS))
    np.add.at(grid, (row, column), np.where(is_street[edge], length_m, 0.0) / 1000.0)
    side = 2 * REACH_CELLS + 1
    window = np.lib.stride_tricks.sliding_window_view(grid, (side, side)).sum(axis=(2, 3))
    density = window[row - REACH_CELLS, column - REACH_CELLS] / (side * CELL_M / 1000.0) ** 2
    weight = np.maximum(length_m, 1.0)
    average: Float64 = np.bincount(edge, density * weight, network.n_edges) / np.bincount(edge, weight, network.n_edges)
    return average


def with_surroundings(network: RoadNetwork, node_area: UInt8) -> RoadNetwork:
    """Return the network with the area of its nodes and the zone of its edges filled in.

    Parameters
    ----------
    network
        Network without surroundings.
    node_area
        Shape (n_nodes,): code of :data:`finder.geo.network.AREAS`.
    """
    in_brussels = node_area == AREAS.index("Brussels")
    is_brussels = in_brussels[network.edge_from] | in_brussels[network.edge_to]
    zone = np.digitize(street_density(network), [BUILT_UP_KM_PER_KM2, DENSE_KM_PER_KM2])
    zone = np.where(is_brussels, ZONES.index("brussels"), zone)
    return replace(network, node_area=node_area, zone=zone.astype(np.uint8))
