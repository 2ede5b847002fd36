"""Bridge the holes of a road file that cut major roads in two, and say where and how.

A road that stops for cars in the middle of the country and begins again further on, in the same direction, is a hole
of the source. An **end** is a node with one way to leave it at most: a carriageway that stops (cars come in and cannot
go on), one that begins, or a dead end of a road with both directions. Two ends are joined when all of this holds:

- a car can go on: a carriageway that stops meets one that begins, or both are dead ends;
- the roads are of one family (motorway, trunk, primary, each with its links);
- both ends look at each other: the last stretch of each road and the straight line between turn by 35 degrees at most;
- names, where both roads have one, are the same (not asked of ends so near that they are one road);
- each is the nearest fitting end of the other that is still free, within a limit by class;
- both hang together with the largest piece of the network: roads that lead abroad, with nothing on the other side or
  with a foreign network that touches ours nowhere, stay as they are.

Ends within 60 m, or within 150 m where one extract takes over from another, are two drawings of one road that fail to
share a node: the new edge joins them as a part of the road. So it does where two extracts overlap, one carriageway
stopping at most 1.5 km beyond the place where the other begins beside it (the car then doubles back, which counts the
overlap three times), and where dead ends of *any* class of two extracts meet within 15 m and nearly in line. All other
new edges are synthetic, straight, and 5 % longer than the straight line.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from finder.geo.access_rules import CAR, CLASS_NAME
from finder.geo.contraction import flip_mask
from finder.geo.network import SYNTHETIC_SOURCE, Bool, Float64, Int64, RoadNetwork, UInt8
from finder.geo.projection import to_wgs84
from finder.geo.road_ends import headings, in_main_piece, road_ends

LIMIT_M: Final[Mapping[str, float]] = {
    "motorway": 9_000.0,
    "motorway_link": 1_500.0,
    "trunk": 9_000.0,
    "trunk_link": 1_500.0,
    "primary": 1_500.0,
    "primary_link": 1_500.0,
}
"""Longest bridge by class; the longest hole known is 8.2 km."""

JOIN_M: Final = 60.0
EXTRACT_JOIN_M: Final = 150.0
OVERLAP_M: Final = 1_500.0
BESIDE_M: Final = 30.0
SEAM_M: Final = 15.0
TURN_DEG: Final = 35.0
SEAM_TURN_DEG: Final = 20.0
DETOUR: Final = 1.05
"""Length of a bridge over the straight line: roads wind. Own choice."""

_CAR_BITS: Final = 3 * CAR
SHORTEST_M: Final = 0.1


@dataclass(frozen=True)
class Bridges:
    """New edges between ends of roads, nearest ends first.

    Attributes
    ----------
    from_node, to_node
        Shape (n,): traffic of one-way bridges runs from the first to the second.
    like_edge
        Shape (n,): the edge at the end of lower class, whose class, source and surroundings the new edge takes.
    access
        Shape (n,): what both roads allow, from ``from_node`` to ``to_node``.
    straight_m
        Shape (n,).
    is_synthetic
        Shape (n,): whether the bridge spans a hole, and does not merely join two drawings of one road.
    """

    from_node: Int64
    to_node: Int64
    like_edge: Int64
    access: UInt8
    straight_m: Float64
    is_synthetic: Bool


def find_bridges(network: RoadNetwork) -> Bridges:
    """Return the pairs of road ends that the rules of this module join."""
    ends = road_ends(network)
    ends = ends.take(in_main_piece(network)[ends.node])
    xy = np.column_stack([network.node_x_m[ends.node], network.node_y_m[ends.node]]).astype(np.float64)
    code = network.road_class[ends.edge].astype(np.int64)
    limit_m = np.array([LIMIT_M.get(name, 0.0) for name in CLASS_NAME])[code]
    source = network.source_code[ends.edge]
    name = network.name_id[ends.edge]

    first, second = _near_pairs(xy, limit_m)
    apart_m = np.hypot(*(xy[second] - xy[first]).T)
    # What a car may do at the first end, and whether the road beyond the second takes it on in just that way.
    fits = ((ends.access[first] ^ flip_mask(ends.access[second])) & _CAR_BITS) == 0
    is_seam = source[first] != source[second]
    is_one_road = apart_m <= np.where(is_seam, EXTRACT_JOIN_M, JOIN_M)
    is_major = (code[first] // 2 == code[second] // 2) & (apart_m <= np.minimum(limit_m[first], limit_m[second]))
    is_major &= is_one_road | (name[first] == 0) | (name[second] == 0) | (name[first] == name[second])
    keep = fits & (is_major | is_seam & (apart_m <= SEAM_M))
    first, second, apart_m, is_major, is_seam, is_one_road = (
        values[keep] for values in (first, second, apart_m, is_major, is_seam, is_one_road)
    )

    wanted = np.zeros(len(ends.node), dtype=bool)
    wanted[first] = wanted[second] = True
    way = np.zeros((len(ends.node), 2))
    way[wanted] = headings(network, ends.take(wanted))
    line = (xy[second] - xy[first]) / np.maximum(apart_m, 1e-9)[:, None]
    turn_deg = _angle_deg(way[first], -way[second])
    off_deg = np.maximum(_angle_deg(way[first], line), _angle_deg(way[second], -line))
    back_deg = np.maximum(_angle_deg(way[first], -line), _angle_deg(way[second], line))
    # Ends that all but touch may lie side by side: the line between them says nothing.
    is_facing = np.where(apart_m <= SEAM_M, turn_deg, off_deg) <= np.where(is_major, TURN_DEG, SEAM_TURN_DEG)
    is_overlap = is_seam & is_major & (code[first] == code[second]) & (back_deg < 90.0) & (turn_deg <= SEAM_TURN_DEG)
    is_overlap &= (apart_m <= OVERLAP_M) & (apart_m * np.sin(np.radians(back_deg)) <= BESIDE_M)
    rows = np.flatnonzero(is_facing | is_overlap)
    rows = rows[_nearest_first(first[rows], second[rows], apart_m[rows])]
    first, second, apart_m = first[rows], second[rows], apart_m[rows]
    # From the end that lets cars out; dead ends from the node that comes first.
    turn = (ends.access[first] & CAR) == 0
    first, second = np.where(turn, second, first), np.where(turn, first, second)
    lower = np.where(code[second] > code[first], second, first)
    return Bridges(
        from_node=ends.node[first],
        to_node=ends.node[second],
        like_edge=ends.edge[lower],
        access=(ends.access[first] & flip_mask(ends.access[second])).astype(np.uint8),
        straight_m=apart_m,
        is_synthetic=~(is_one_road | is_overlap)[rows],
    )


def with_gaps_bridged(network: RoadNetwork) -> RoadNetwork:
    """Return the network with its bridges as edges without a name; the facts list them.

    Edges stay in the order of their nodes. Bridging twice changes nothing more.

    Parameters
    ----------
    network
        Road network with the surroundings of its edges.
    """
    found = find_bridges(network)
    if len(found.from_node) == 0:
        return network
    sources = network.source_names
    if SYNTHETIC_SOURCE not in sources:
        sources = (*sources, SYNTHETIC_SOURCE)
    synthetic = sources.index(SYNTHETIC_SOURCE)
    a, b = np.minimum(found.from_node, found.to_node), np.maximum(found.from_node, found.to_node)
    order = np.lexsort((b, a))
    place = np.searchsorted(_place(network.edge_from, network.edge_to), _place(a, b)[order], side="right")
    like = found.like_edge
    length_m = np.round(found.straight_m * np.where(found.is_synthetic, DETOUR, 1.0), 1)

    def spread(values: np.ndarray, added: np.ndarray) -> np.ndarray:
        return np.insert(values, place, added.astype(values.dtype)[order])

    # The new edges are straight, and the old ones keep their order: points between ends stay where they are.
    points = spread(np.diff(network.shape_ptr), np.zeros(len(a)))
    return replace(
        network,
        edge_from=spread(network.edge_from, a),
        edge_to=spread(network.edge_to, b),
        length_m=spread(network.length_m, np.maximum(length_m, SHORTEST_M)),
        road_class=spread(network.road_class, network.road_class[like]),
        access=spread(network.access, np.where(found.from_node > a, flip_mask(found.access), found.access)),
        zone=spread(network.zone, network.zone[like]),
        maxspeed_kph=spread(network.maxspeed_kph, network.maxspeed_kph[like]),
        source_code=spread(network.source_code, np.where(found.is_synthetic, synthetic, network.source_code[like])),
        is_tunnel=spread(network.is_tunnel, network.is_tunnel[like] & ~found.is_synthetic),
        name_id=spread(network.name_id, np.zeros(len(a))),
        shape_ptr=np.concatenate([[0], np.cumsum(points)]).astype(np.int32),
        source_names=sources,
        facts={**network.facts, **_facts(network, found, length_m)},
    )


def _place(edge_from: np.ndarray, edge_to: np.ndarray) -> Int64:
    """Return one number per edge that ascends with the order of edges."""
    place: Int64 = (edge_from.astype(np.int64) << 32) + edge_to
    return place


def _near_pairs(xy: Float64, limit_m: Float64) -> tuple[Int64, Int64]:
    """Return the pairs near enough for any rule: major ends within the longest limit, others within a seam."""
    major = np.flatnonzero(limit_m > 0)
    far = cKDTree(xy[major]).query_pairs(max(LIMIT_M.values()), output_type="ndarray") if len(major) else []
    near = cKDTree(xy).query_pairs(SEAM_M, output_type="ndarray") if len(xy) else []
    pairs = np.vstack([major[np.reshape(far, (-1, 2)).astype(np.int64)], np.reshape(near, (-1, 2)).astype(np.int64)])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _angle_deg(a: Float64, b: Float64) -> Float64:
    angle: Float64 = np.degrees(np.arccos(np.clip((a * b).sum(axis=1), -1.0, 1.0)))
    return angle


def _nearest_first(first: Int64, second: Int64, apart_m: Float64) -> list[int]:
    """Return which pairs to take, from the nearest up, every end once."""
    taken: set[int] = set()
    rows = []
    for row in np.lexsort((second, first, apart_m)).tolist():
        pair = {int(first[row]), int(second[row])}
        if not taken & pair:
            taken |= pair
            rows.append(row)
    return rows


def _facts(network: RoadNetwork, found: Bridges, length_m: Float64) -> dict[str, str]:
    names = [CLASS_NAME[code] for code in network.road_class[found.like_edge].tolist()]
    lon, lat = to_wgs84(network.node_x_m, network.node_y_m)
    facts: dict[str, str] = {}
    joined = Counter(name for name, is_bridge in zip(names, found.is_synthetic, strict=True) if not is_bridge)
    for name in CLASS_NAME:
        if joined[name]:
            facts[f"joined, two drawings of one road: {name}"] = str(joined[name])
    rows = [row for row in np.argsort(network.road_class[found.like_edge], kind="stable") if found.is_synthetic[row]]
    for number, row in enumerate(rows, start=1):
        a, b = found.from_node[row], found.to_node[row]
        facts[f"bridged {number:02}: {names[row]}"] = (
            f"{lon[a]:.4f} {lat[a]:.4f} to {lon[b]:.4f} {lat[b]:.4f}, {length_m[row] / 1000:.1f} km"
        )
    return facts
