"""Take parts of a road network: some of its edges, or what can serve a route at all."""

from dataclasses import replace

import numpy as np

from finder.geo.mode_graph import main_component_edges
from finder.geo.network import Bool, RoadNetwork
from finder.units import MODES


def take_edges(network: RoadNetwork, keep: Bool) -> RoadNetwork:
    """Return the network of the edges to keep and the nodes they use, in the same order.

    Parameters
    ----------
    network
        Road network.
    keep
        Shape (n_edges,).
    """
    used = np.zeros(network.n_nodes, dtype=bool)
    used[network.edge_from[keep]] = True
    used[network.edge_to[keep]] = True
    number = (np.cumsum(used) - 1).astype(np.int32)
    counts = np.diff(network.shape_ptr)
    inner = np.repeat(keep, counts)
    names, name_id = np.unique(np.append(network.name_id[keep], 0), return_inverse=True)
    return replace(
        network,
        node_x_m=network.node_x_m[used],
        node_y_m=network.node_y_m[used],
        node_area=network.node_area[used],
        edge_from=number[network.edge_from[keep]],
        edge_to=number[network.edge_to[keep]],
        length_m=network.length_m[keep],
        road_class=network.road_class[keep],
        access=network.access[keep],
        zone=network.zone[keep],
        maxspeed_kph=network.maxspeed_kph[keep],
        source_code=network.source_code[keep],
        is_tunnel=network.is_tunnel[keep],
        name_id=name_id[:-1].astype(np.int32),
        shape_ptr=np.concatenate([[0], np.cumsum(counts[keep])]).astype(np.int32),
        shape_x_m=network.shape_x_m[inner],
        shape_y_m=network.shape_y_m[inner],
        names=network.names[names],
    )


def without_foreign_islands(network: RoadNetwork) -> RoadNetwork:
    """Drop roads outside the area that no mode can reach from its main component; the facts say how many.

    Left-out roads inside the area stay: they are listed by the component report, and tell where data are missing.
    """
    serves = np.zeros(network.n_edges, dtype=bool)
    for mode in MODES:
        serves |= main_component_edges(network, mode)
    is_inside = (network.node_area[network.edge_from] > 0) | (network.node_area[network.edge_to] > 0)
    keep = serves | is_inside
    dropped_km = float(network.length_m[~keep].sum()) / 1000.0
    kept = take_edges(network, keep)
    facts = {
        "dropped: edges outside the area, not connected to it": str(int((~keep).sum())),
        "dropped: km of those edges": f"{dropped_km:.0f}",
    }
    return replace(kept, facts={**network.facts, **facts})
