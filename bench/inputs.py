"""What the bench runs on: the shipped network, its demand points, and a seeded draw of sites."""

from dataclasses import dataclass, fields, replace

import numpy as np
import scipy.spatial

from finder.geo.mode_graph import build_mode_graph
from finder.geo.network import ModeGraph, RoadNetwork
from finder.geo.projection import to_lambert
from finder.geo.snapping import Snaps, build_snap_index, snap_points
from finder.sources import store

SEED = 20261121
FEW_SITES, MANY_SITES = 627, 5_000
SCATTER_M = 1_500.0


@dataclass(frozen=True)
class Bench:
    network: RoadNetwork
    graph: ModeGraph
    demand: Snaps
    few_sites: Snaps
    sites: Snaps


def load_bench(*, part: float = 1.0, seed: int = SEED) -> Bench:
    """Car graph, demand points and sites of the whole network, or of the middle square with a share of its nodes."""
    network = store.load_network()
    points = store.load_demand_points()
    x_m, y_m = to_lambert(points["lon"].to_numpy(), points["lat"].to_numpy())
    rng = np.random.default_rng(seed)
    sites_x, sites_y = draw_sites(x_m, y_m, points["children_0_2_5"].to_numpy(), MANY_SITES, rng)
    if part < 1:
        middle = np.median(network.node_x_m), np.median(network.node_y_m)
        away = np.maximum(np.abs(network.node_x_m - middle[0]), np.abs(network.node_y_m - middle[1]))
        half_m = np.quantile(away, part)
        inside = away <= half_m
        is_kept = inside[network.edge_from] & inside[network.edge_to]
        network = replace(network, access=np.where(is_kept, network.access, 0).astype(np.uint8))
        keep = np.maximum(np.abs(x_m - middle[0]), np.abs(y_m - middle[1])) <= half_m
        keep_site = np.maximum(np.abs(sites_x - middle[0]), np.abs(sites_y - middle[1])) <= half_m
        x_m, y_m, sites_x, sites_y = x_m[keep], y_m[keep], sites_x[keep_site], sites_y[keep_site]
    graph = build_mode_graph(network, "car")
    index = build_snap_index(network, graph)
    demand = snap_points(network, graph, x_m, y_m, index=index)
    sites = snap_points(network, graph, sites_x, sites_y, index=index)
    return Bench(network, graph, demand, take(sites, np.arange(min(FEW_SITES, len(sites_x)))), sites)


def draw_sites(
    x_m: np.ndarray, y_m: np.ndarray, children: np.ndarray, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Localities drawn with the children of the demand points nearest to them as weight, each site scattered a little.

    There are fewer localities than sites, so they are drawn with replacement; the scatter keeps sites apart.
    """
    localities = store.load_localities().geometry
    tree = scipy.spatial.KDTree(np.column_stack([localities.x, localities.y]))
    weight = np.bincount(tree.query(np.column_stack([x_m, y_m]))[1], children, minlength=len(localities))
    drawn = rng.choice(len(localities), n, p=weight / weight.sum())
    shift = rng.normal(0, SCATTER_M / 2, (n, 2))
    return localities.x.to_numpy()[drawn] + shift[:, 0], localities.y.to_numpy()[drawn] + shift[:, 1]


def take(snaps: Snaps, rows: np.ndarray) -> Snaps:
    return Snaps(**{f.name: getattr(snaps, f.name)[rows] for f in fields(Snaps)})
