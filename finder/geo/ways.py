"""Raw OpenStreetMap ways and nodes as plain arrays: what every reader of a road file ends in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from finder.geo.network import Float64, Int32, Int64

TAG_KEYS: Final[tuple[str, ...]] = (
    "highway",
    "route",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "bicycle",
    "foot",
    "oneway",
    "oneway:bicycle",
    "cycleway",
    "junction",
    "maxspeed",
    "tunnel",
    "source",
)
"""The tags that decide who may use a way and how fast; the name is kept apart."""


@dataclass(frozen=True)
class RawWays:
    """Ways and their nodes as read, before any rule is applied.

    Attributes
    ----------
    lon_deg, lat_deg
        Shape (n_nodes,): WGS84 coordinates of the nodes that the ways use.
    way_id
        Shape (n_ways,): OpenStreetMap id.
    way_ptr
        Shape (n_ways + 1,): row pointers into ``way_nodes``.
    way_nodes
        Index of each way's nodes, in the order of the way.
    tag_sets
        The distinct combinations of :data:`TAG_KEYS` found, each as a mapping without empty values.
    way_tag_set
        Shape (n_ways,): index into ``tag_sets``.
    names
        Distinct ``name`` values; index 0 is the empty name.
    way_name
        Shape (n_ways,): index into ``names``.
    warnings
        What was left out while reading, as "what" -> count.
    """

    lon_deg: Float64
    lat_deg: Float64
    way_id: Int64
    way_ptr: Int64
    way_nodes: Int32
    tag_sets: tuple[Mapping[str, str], ...]
    way_tag_set: Int32
    names: tuple[str, ...]
    way_name: Int32
    warnings: Mapping[str, int] = field(default_factory=dict)

    @property
    def n_ways(self) -> int:
        """Number of ways."""
        return len(self.way_ptr) - 1
