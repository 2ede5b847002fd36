"""Where a point meets the network: the nearest edge, with an access leg, never a node at 0 minutes."""

from dataclasses import dataclass

from finder.geo.network import Bool, Float64, Int32


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
