"""Minutes from every demand point to its nearest services, with what makes each figure less sure."""

from dataclasses import dataclass, replace

import numpy as np

from finder.geo.access import PointQuality
from finder.geo.nearest import nearest_services
from finder.geo.network import Bool, Float32, Float64, Int32, ModeGraph
from finder.geo.snapping import Snaps

FAR_SNAP_M = 500.0
"""Beyond this distance to the network the access leg is a guess; such points are counted in every summary."""

_DETOUR_MS = 6_000_000
"""What a synthetic link costs in the second run: 100 minutes, more than any way round it."""


@dataclass(frozen=True)
class PointAccess:
    """Minutes of every demand point to its k nearest services.

    Attributes
    ----------
    minutes
        Shape (n_points, k), ascending in a row, inf where not reachable.
    service_index
        Shape (n_points, k): row of the service, -1 where not reachable.
    is_far_snapped
        Shape (n_points,): the point lies more than :data:`FAR_SNAP_M` from the network, or beyond its limit.
    is_on_synthetic
        Shape (n_points, k): the minutes would be others without the synthetic links.
    border_min
        Shape (n_points,): minutes to the outer limit of the area, inf where not reached.
    """

    minutes: Float32
    service_index: Int32
    is_far_snapped: Bool
    is_on_synthetic: Bool
    border_min: Float64

    def quality(self, rank: int) -> PointQuality:
        """Return what is uncertain about the minutes to the ``rank``-th nearest service (1 is the nearest)."""
        return PointQuality(self.is_far_snapped, self.is_on_synthetic[:, rank - 1], self.border_min)


def measure_points(
    graph: ModeGraph,
    is_synthetic_edge: Bool,
    demand: Snaps,
    services: Snaps,
    border: Snaps,
    *,
    k: int = 3,
) -> PointAccess:
    """Measure the minutes from every demand point to its ``k`` nearest services.

    A figure rests on synthetic links when it changes once those links cost 100 minutes each, or when its point or
    service meets the network on one: that way ties and detours count as what they are.

    Parameters
    ----------
    graph
        Graph of one mode.
    is_synthetic_edge
        Shape (n_edges,): whether each edge of the network is a synthetic link.
    demand, services
        Demand points and open services on that graph.
    border
        Crossings of the area's outer limit on that graph.
    k
        How many services per point.

    Returns
    -------
    PointAccess
        One row per demand point.
    """
    minutes, service_index = nearest_services(graph, demand, services, k=k)
    synthetic_arc = is_synthetic_edge[graph.edge_id]
    dearer = replace(graph, cost_ms=np.where(synthetic_arc, _DETOUR_MS, graph.cost_ms).astype(np.int32))
    without, _ = nearest_services(dearer, demand, services, k=k)
    starts_there = demand.is_snapped & is_synthetic_edge[demand.edge_id]
    ends_there = np.append(services.is_snapped & is_synthetic_edge[services.edge_id], False)[service_index]
    to_border, _ = nearest_services(graph, demand, border, k=1)
    return PointAccess(
        minutes=minutes,
        service_index=service_index,
        is_far_snapped=~demand.is_snapped | (demand.distance_m > FAR_SNAP_M),
        is_on_synthetic=(without != minutes) | starts_there[:, None] | ends_there,
        border_min=to_border[:, 0].astype(np.float64),
    )


def snaps_at_nodes(nodes: Int32) -> Snaps:
    """Return graph nodes as points on the network, at no distance and without an access leg.

    Parameters
    ----------
    nodes
        Shape (n,): nodes of the graph.
    """
    n = len(nodes)
    at_node = np.stack([nodes, np.full(n, -1)], axis=1).astype(np.int32)
    no_ms = np.zeros((n, 2), dtype=np.int32)
    no_edge = np.full(n, -1, dtype=np.int32)
    return Snaps(
        edge_id=no_edge,
        fraction=np.zeros(n),
        distance_m=np.zeros(n),
        access_ms=np.zeros(n, dtype=np.int32),
        out_node=at_node,
        out_ms=no_ms,
        in_node=at_node,
        in_ms=no_ms,
        along_ms=no_edge,
        against_ms=no_edge,
    )
