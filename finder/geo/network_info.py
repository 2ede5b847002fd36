"""What a road network holds, for people: counts, kilometres, components, origin."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from finder.geo.access_rules import CLASS_NAME, MODE_BIT
from finder.geo.mode_graph import ComponentReport, component_report
from finder.geo.network import RoadNetwork
from finder.geo.road_ends import major_dead_ends
from finder.geo.speeds import ZONES
from finder.units import MODES, Mode


@dataclass(frozen=True)
class NetworkInfo:
    """Summary of a road network; kilometres are of carriageways drawn, each direction of a divided road apart.

    Attributes
    ----------
    node_count, edge_count, name_count
        Sizes.
    km
        Total length.
    km_by_class, km_by_source, km_by_zone
        Lengths.
    synthetic_share
        Share of the length that is synthetic, 0 to 1.
    border_node_count
        Places where a road leaves Wallonia and Brussels.
    components
        What each mode keeps and leaves out; modes no road is open to are missing.
    dead_ends
        Ends of motorways, trunk and primary roads and their links in Wallonia and Brussels, farther than 500 m from
        any road outside: "class, longitude latitude" and how the road ends. Some are holes of the source.
    facts
        Origin of the file, what was left out while building, and which gaps were bridged.
    """

    node_count: int
    edge_count: int
    name_count: int
    km: float
    km_by_class: Mapping[str, float]
    km_by_source: Mapping[str, float]
    km_by_zone: Mapping[str, float]
    synthetic_share: float
    border_node_count: int
    components: Mapping[Mode, ComponentReport]
    dead_ends: Mapping[str, str]
    facts: Mapping[str, str]


def describe_network(network: RoadNetwork) -> NetworkInfo:
    """Return the summary of a road network."""
    km = network.length_m.astype(np.float64) / 1000.0

    def by(codes: np.ndarray, names: tuple[str, ...]) -> dict[str, float]:
        sums = np.bincount(codes, weights=km, minlength=len(names))
        return {name: float(value) for name, value in zip(names, sums, strict=True) if value > 0}

    return NetworkInfo(
        node_count=network.n_nodes,
        edge_count=network.n_edges,
        name_count=int(np.count_nonzero(network.names != "")),
        km=float(km.sum()),
        km_by_class=by(network.road_class, CLASS_NAME),
        km_by_source=by(network.source_code, network.source_names),
        km_by_zone=by(network.zone, ZONES),
        synthetic_share=float(km[network.is_synthetic].sum() / max(km.sum(), 1e-9)),
        border_node_count=len(network.border_nodes),
        components={
            mode: component_report(network, mode) for mode in MODES if np.any(network.access & 3 * MODE_BIT[mode])
        },
        dead_ends={f"{end.road_class}, {end.lon:.4f} {end.lat:.4f}": end.what for end in major_dead_ends(network)},
        facts=network.facts,
    )
