"""From raw ways to the road network: rules applied, segments contracted, lines simplified, nodes put in order."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from finder.errors import NetworkError
from finder.geo.access_rules import CLASS_CODE, access_mask, road_class
from finder.geo.contraction import Chains, contract, flip_mask
from finder.geo.network import Bool, Float64, Int32, Int64, RoadNetwork, UInt8
from finder.geo.simplify import kept_points
from finder.geo.ways import RawWays

TOLERANCE_M: Final = 4.0
NO_SOURCE: Final = "osm"
KNOWN_SOURCES: Final = ("itinero2017", "osm2013", "osm2008", "synthetic")
"""Values of ``source`` that say where a way of our own file comes from; on other files the tag means a survey."""

SHORTEST_M: Final = 0.1
MPH_IN_KPH: Final = 1.609344


def build_road_network(
    raw: RawWays, x_m: Float64, y_m: Float64, *, car_kph: Mapping[str, Float64], facts: Mapping[str, str] | None = None
) -> RoadNetwork:
    """Contract and simplify raw ways.

    Where nodes lie and what zone edges run through stays 0 until :func:`finder.geo.zones.with_surroundings` tells.

    Parameters
    ----------
    raw
        Ways as read.
    x_m, y_m
        EPSG:3812 coordinates of the nodes of ``raw``.
    car_kph
        Car speeds by vintage, carried along.
    facts
        What is known of the file, carried along.

    Raises
    ------
    NetworkError
        If no way is open to any mode.
    """
    way_class, way_mask, way_group, way_limit, way_source, way_tunnel, source_names, unknown = _way_attributes(raw)
    seg_way, seg_from, seg_to = _segments(raw)
    use = (way_mask[seg_way] > 0) & (seg_from != seg_to)
    seg_way, seg_from, seg_to = seg_way[use], seg_from[use], seg_to[use]
    if len(seg_way) == 0:
        raise NetworkError(f"None of the {raw.n_ways} ways is open to any mode: is this an extract with roads?")
    length = np.hypot(x_m[seg_from] - x_m[seg_to], y_m[seg_from] - y_m[seg_to])
    chains = contract(seg_from, seg_to, length, way_mask[seg_way], way_group[seg_way])
    chain_way = seg_way[chains.first_segment]
    mask = way_mask[chain_way]
    mask = np.where(chains.is_flipped, flip_mask(mask), mask).astype(np.uint8)
    keep = kept_points(chains.ptr, x_m[chains.vertices], y_m[chains.vertices], TOLERANCE_M)
    return _assemble(
        chains,
        keep,
        np.round(x_m).astype(np.int32),
        np.round(y_m).astype(np.int32),
        mask,
        {
            "road_class": way_class[chain_way],
            "maxspeed_kph": way_limit[chain_way],
            "source_code": way_source[chain_way],
            "is_tunnel": way_tunnel[chain_way],
            "name_id": raw.way_name[chain_way],
        },
        names=np.array(raw.names, dtype=object),
        source_names=source_names,
        car_kph=car_kph,
        facts={
            **(facts or {}),
            **{f"reading: {what}": str(count) for what, count in raw.warnings.items()},
            **({"reading: ways of a class not used": str(unknown)} if unknown else {}),
        },
    )


def _way_attributes(raw: RawWays) -> tuple[UInt8, UInt8, Int32, UInt8, UInt8, Bool, tuple[str, ...], int]:
    """Apply the rules once per distinct tag combination, then spread them over the ways."""
    sources = [
        tags.get("source", "") if tags.get("source", "") in KNOWN_SOURCES else NO_SOURCE for tags in raw.tag_sets
    ]
    source_names = tuple(sorted(set(sources)))
    classes = [road_class(tags) for tags in raw.tag_sets]
    rows = np.array(
        [
            (
                0 if name is None else CLASS_CODE[name],
                access_mask(tags),
                maxspeed_kph(tags.get("maxspeed", "")),
                source_names.index(source),
                is_tunnel(tags),
            )
            for tags, name, source in zip(raw.tag_sets, classes, sources, strict=True)
        ],
        dtype=np.int64,
    ).reshape(-1, 5)
    per_way = rows[raw.way_tag_set]
    unknown = np.array([name is None for name in classes], dtype=bool)[raw.way_tag_set]
    # The mask depends on direction and is compared apart, when two segments meet.
    same = per_way[:, 0] + 32 * (per_way[:, 2] + 256 * (per_way[:, 3] + 256 * (per_way[:, 4] + 2 * raw.way_name)))
    group = np.unique(same, return_inverse=True)[1].astype(np.int32)
    return (
        per_way[:, 0].astype(np.uint8),
        per_way[:, 1].astype(np.uint8),
        group,
        per_way[:, 2].astype(np.uint8),
        per_way[:, 3].astype(np.uint8),
        per_way[:, 4].astype(bool),
        source_names,
        int(unknown.sum()),
    )


def maxspeed_kph(text: str) -> int:
    """Return a posted limit in km/h, 0 where the text is empty or not a plain speed; at most 255.

    Examples
    --------
    >>> maxspeed_kph("50"), maxspeed_kph("10 mph"), maxspeed_kph("BE:urban")
    (50, 16, 0)
    """
    number, _, unit = text.strip().partition(" ")
    if not number.isascii() or not number.isdigit():
        return 0
    kph = float(number) * (MPH_IN_KPH if unit.strip() == "mph" else 1.0)
    return min(round(kph), 255)


def is_tunnel(tags: Mapping[str, str]) -> bool:
    """Return whether a way runs under the ground (a passage through a building does not count)."""
    return tags.get("tunnel", "no") not in {"no", "building_passage", "covered", "culvert", "viaduct"}


def _segments(raw: RawWays) -> tuple[Int64, Int32, Int32]:
    """Return the pieces between consecutive nodes: way, first node, last node."""
    n_points = len(raw.way_nodes)
    is_start = np.ones(n_points, dtype=bool)
    is_start[raw.way_ptr[1:] - 1] = False
    start = np.flatnonzero(is_start)
    way = np.repeat(np.arange(raw.n_ways), np.diff(raw.way_ptr) - 1)
    return way, raw.way_nodes[start], raw.way_nodes[start + 1]


def _assemble(
    chains: Chains,
    keep: Bool,
    x_m: Int32,
    y_m: Int32,
    mask: UInt8,
    attributes: Mapping[str, np.ndarray],
    *,
    names: npt.NDArray[np.object_],
    source_names: tuple[str, ...],
    car_kph: Mapping[str, Float64],
    facts: Mapping[str, str],
) -> RoadNetwork:
    """Lay out nodes and edges along a space-filling curve, so that near ones lie near in memory."""
    first = chains.vertices[chains.ptr[:-1]]
    last = chains.vertices[chains.ptr[1:] - 1]
    kept = np.unique(np.concatenate([first, last]))
    kept = kept[np.lexsort((kept, morton(x_m[kept], y_m[kept])))]
    number = np.full(len(x_m), -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    a, b = number[first], number[last]

    turn = a > b
    mask = np.where(turn, flip_mask(mask), mask).astype(np.uint8)
    a, b = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((np.arange(len(a)), chains.length_m, b, a))

    # Points of each chain in the order of the new edges, read backwards where the edge was turned; ends left out.
    size = np.diff(chains.ptr)
    sizes = size[order]
    row = np.repeat(np.arange(len(order)), sizes)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    source_row = order[row]
    backwards = turn[source_row]
    point = chains.ptr[source_row] + np.where(backwards, size[source_row] - 1 - offset, offset)
    inner = keep[point] & (offset > 0) & (offset < sizes[row] - 1)
    shape = chains.vertices[point[inner]]
    counts = np.bincount(row[inner], minlength=len(order))

    used_names, name_id = np.unique(np.append(attributes["name_id"][order], 0), return_inverse=True)
    return RoadNetwork(
        node_x_m=x_m[kept],
        node_y_m=y_m[kept],
        node_area=np.zeros(len(kept), dtype=np.uint8),
        edge_from=a[order].astype(np.int32),
        edge_to=b[order].astype(np.int32),
        # Whole decimetres, as stored: what is built equals what is read back.
        length_m=np.maximum(np.round(chains.length_m[order], 1), SHORTEST_M).astype(np.float32),
        road_class=attributes["road_class"][order],
        access=mask[order],
        zone=np.zeros(len(order), dtype=np.uint8),
        maxspeed_kph=attributes["maxspeed_kph"][order],
        source_code=attributes["source_code"][order],
        is_tunnel=attributes["is_tunnel"][order],
        name_id=name_id[:-1].astype(np.int32),
        shape_ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        shape_x_m=x_m[shape],
        shape_y_m=y_m[shape],
        names=names[used_names],
        source_names=source_names,
        car_kph=car_kph,
        facts=facts,
    )


def morton(x_m: Int32, y_m: Int32) -> Int64:
    """Return the place of each point on a Z-order curve (Morton 1966): bits of x and y interleaved."""
    code = np.zeros(len(x_m), dtype=np.int64)
    for shift, values in ((0, x_m), (1, y_m)):
        bits = (values - values.min(initial=0) if len(values) else values).astype(np.int64)
        for factor, mask in (
            (16, 0x0000FFFF0000FFFF),
            (8, 0x00FF00FF00FF00FF),
            (4, 0x0F0F0F0F0F0F0F0F),
            (2, 0x3333333333333333),
            (1, 0x5555555555555555),
        ):
            bits = (bits | (bits << factor)) & mask
        code |= bits << shift
    return code
