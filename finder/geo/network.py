"""The road network and its per-mode directed graphs, as plain arrays.

``RoadNetwork`` is what the sources load; ``ModeGraph`` is what the engine runs on. Costs are whole
milliseconds so that sums are exact and every algorithm gives the same answer to the bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from finder.units import Mode

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
UInt8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]

AREAS: Final = ("outside", "Wallonia", "Brussels")
"""Where a node lies, by its code in ``node_area``: the rim beyond the two regions is kept for routes through it."""

SYNTHETIC_SOURCE: Final = "synthetic"
"""Value of the ``source`` tag on ways that no survey has seen."""


@dataclass(frozen=True)
class RoadNetwork:
    """Roads after contraction: junctions, edges between them, and what decides who travels how fast.

    Coordinates are EPSG:3812 in whole metres; ``length_m`` is the true length before simplification.

    Attributes
    ----------
    node_x_m, node_y_m
        Shape (n_nodes,).
    node_area
        Shape (n_nodes,): code of :data:`AREAS`.
    edge_from, edge_to
        Shape (n_edges,): end nodes; "forward" is from ``edge_from`` to ``edge_to``. Parallel edges and loops exist.
    length_m
        Shape (n_edges,).
    road_class
        Shape (n_edges,): code of :data:`finder.geo.access_rules.CLASS_RULES`.
    access
        Shape (n_edges,): who may use the edge in which direction, see :mod:`finder.geo.access_rules`.
    zone
        Shape (n_edges,): surroundings, code of :data:`finder.geo.speeds.ZONES`.
    maxspeed_kph
        Shape (n_edges,): posted limit as mapped, 0 where not mapped.
    source_code
        Shape (n_edges,): index into ``source_names``, where the road was drawn from.
    is_tunnel
        Shape (n_edges,).
    name_id
        Shape (n_edges,): index into ``names``; 0 is the empty name.
    shape_ptr, shape_x_m, shape_y_m
        Points between the two ends of each edge, in CSR form.
    names, source_names
        Texts.
    car_kph
        Effective car speed by vintage: shape (n_classes, n_zones) each.
    facts
        What is known of the file: date, counts while reading, warnings.
    """

    node_x_m: Int32
    node_y_m: Int32
    node_area: UInt8
    edge_from: Int32
    edge_to: Int32
    length_m: Float32
    road_class: UInt8
    access: UInt8
    zone: UInt8
    maxspeed_kph: UInt8
    source_code: UInt8
    is_tunnel: Bool
    name_id: Int32
    shape_ptr: Int32
    shape_x_m: Int32
    shape_y_m: Int32
    names: npt.NDArray[np.object_]
    source_names: tuple[str, ...]
    car_kph: Mapping[str, Float64]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_x_m)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.edge_from)

    @property
    def is_synthetic(self) -> Bool:
        """Shape (n_edges,): whether the edge was made up to bridge a hole in the source."""
        synthetic: Bool = np.array([name == SYNTHETIC_SOURCE for name in self.source_names], dtype=bool)
        return synthetic[self.source_code]

    @property
    def border_nodes(self) -> Int32:
        """Nodes just inside Wallonia and Brussels from which a road leads out, ascending."""
        area_from, area_to = self.node_area[self.edge_from] > 0, self.node_area[self.edge_to] > 0
        inner_end = np.where(area_from, self.edge_from, self.edge_to)
        return np.unique(inner_end[area_from != area_to]).astype(np.int32)

    def lines(self) -> tuple[Int64, Int32, Int32]:
        """Return the full line of every edge, ends included.

        Returns
        -------
        tuple
            ``(ptr, x_m, y_m)``: row pointers of shape (n_edges + 1,) and coordinates, EPSG:3812.
        """
        inner = np.diff(self.shape_ptr).astype(np.int64)
        ptr = np.concatenate([[0], np.cumsum(inner + 2)]).astype(np.int64)
        x = np.empty(ptr[-1], dtype=np.int32)
        y = np.empty(ptr[-1], dtype=np.int32)
        is_inner = np.ones(ptr[-1], dtype=bool)
        is_inner[ptr[:-1]] = False
        is_inner[ptr[1:] - 1] = False
        for values, nodes, shape in ((x, self.node_x_m, self.shape_x_m), (y, self.node_y_m, self.shape_y_m)):
            values[ptr[:-1]] = nodes[self.edge_from]
            values[ptr[1:] - 1] = nodes[self.edge_to]
            values[is_inner] = shape
        return ptr, x, y

    def line(self, edge: int, *, is_forward: bool = True) -> npt.NDArray[np.int32]:
        """Return the line of one edge, shape (n_points, 2), EPSG:3812, in the direction asked for."""
        low, high = self.shape_ptr[edge], self.shape_ptr[edge + 1]
        a, b = self.edge_from[edge], self.edge_to[edge]
        x = np.concatenate([self.node_x_m[[a]], self.shape_x_m[low:high], self.node_x_m[[b]]])
        y = np.concatenate([self.node_y_m[[a]], self.shape_y_m[low:high], self.node_y_m[[b]]])
        points = np.column_stack([x, y])
        return points if is_forward else points[::-1]


@dataclass(frozen=True)
class ModeGraph:
    """Directed graph of one travel mode in CSR form, restricted to its largest component.

    Attributes
    ----------
    mode
        Travel mode.
    indptr
        Shape (n_nodes + 1,): row pointers, rows are tail nodes.
    heads
        Shape (n_arcs,): head node of each arc.
    cost_ms
        Shape (n_arcs,): travel time of each arc in milliseconds, at least 1.
    edge_id
        Shape (n_arcs,): index of the arc's edge in the `RoadNetwork`.
    is_forward
        Shape (n_arcs,): whether the arc follows its edge from ``edge_from`` to ``edge_to``.
    node_id
        Shape (n_nodes,): index of each graph node in the `RoadNetwork`.
    """

    mode: Mode
    indptr: Int32
    heads: Int32
    cost_ms: Int32
    edge_id: Int32
    is_forward: Bool
    node_id: Int32

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1
