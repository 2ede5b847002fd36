"""Where the source has footpaths at all: elsewhere walking, pram and bike results must say "paths not mapped".

Told from the network itself: in a window of 3 km, footways, paths, cycle tracks, pedestrian streets and steps make up
at least 3 % of the kilometres. In our file that holds for all of Brussels and for nothing in Wallonia.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from finder.geo.access_rules import CLASS_RULES, PATH_CLASSES
from finder.geo.network import Bool, Float64, RoadNetwork
from finder.units import Mode

CELL_M: Final = 1_000
LEAST_SHARE: Final = 0.03
MODES_CONCERNED: Final[tuple[Mode, ...]] = ("bike", "walk", "pram")


@dataclass(frozen=True)
class PathCover:
    """Grid of cells where footpaths are mapped.

    Attributes
    ----------
    west_m, south_m
        Corner of the grid, EPSG:3812.
    is_mapped
        Shape (rows, columns), rows from south to north.
    """

    west_m: int
    south_m: int
    is_mapped: Bool

    def at(self, x_m: Float64, y_m: Float64) -> Bool:
        """Return whether footpaths are mapped around each point (EPSG:3812); False outside the grid."""
        rows, columns = self.is_mapped.shape
        column = ((np.asarray(x_m) - self.west_m) // CELL_M).astype(np.int64)
        row = ((np.asarray(y_m) - self.south_m) // CELL_M).astype(np.int64)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        mapped: Bool = inside & self.is_mapped[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
        return mapped


def path_cover(network: RoadNetwork) -> PathCover:
    """Return where footpaths are mapped."""
    is_path = np.array([rule.name in PATH_CLASSES for rule in CLASS_RULES])[network.road_class]
    x = (network.node_x_m[network.edge_from].astype(np.int64) + network.node_x_m[network.edge_to]) // 2
    y = (network.node_y_m[network.edge_from].astype(np.int64) + network.node_y_m[network.edge_to]) // 2
    west, south = int(x.min()), int(y.min())
    column, row = (x - west) // CELL_M + 1, (y - south) // CELL_M + 1
    shape = (int(row.max()) + 2, int(column.max()) + 2)
    total, paths = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (row, column), network.length_m)
    np.add.at(paths, (row, column), np.where(is_path, network.length_m, 0.0))
    total, paths = (np.lib.stride_tricks.sliding_window_view(grid, (3, 3)).sum(axis=(2, 3)) for grid in (total, paths))
    return PathCover(west, south, (paths > 0) & (paths >= LEAST_SHARE * total))
