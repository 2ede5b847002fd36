"""Read the roads of an OpenStreetMap file (``.osm.pbf``, ``.osm``, ``.osm.gz``) into plain arrays.

Two passes with pyosmium: the ways that are roads, then only the nodes they use. A clipped file (ways whose nodes
are missing) is cut where nodes are missing and counted; a broken one raises and gives nothing.
"""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from finder.errors import SourceFileError
from finder.geo.ways import RawWays
from finder.sources.way_collector import WayCollector

logger = logging.getLogger(__name__)

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
WAYS_PER_REPORT = 50_000


def read_osm_file(path: Path, *, progress: Callable[[int, int], None] | None = None) -> RawWays:
    """Read the ways tagged ``highway`` of an OpenStreetMap file, whole or clipped.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm`` or a compressed ``.osm``.
    progress
        Called with (ways read, 0): the total is unknown until the end.

    Returns
    -------
    RawWays
        WGS84 coordinates. ``warnings`` counts what was cut or left out.

    Raises
    ------
    SourceFileError
        If the file is missing, empty, of another format, truncated, or has no road.
    """
    if not path.is_file():
        raise SourceFileError(f"No road file at {path}: give the path of an .osm.pbf or .osm file.")
    if not path.name.endswith(SUFFIXES):
        raise SourceFileError(f"{path.name} is not a road file Finder reads: {', '.join(SUFFIXES)} are.")
    if path.stat().st_size == 0:
        raise SourceFileError(f"{path} is empty (0 bytes): download it again.")
    collector = WayCollector()
    try:
        _collect_ways(path, collector, progress)
        if collector.n_ways == 0:
            raise SourceFileError(f"{path} has no way tagged highway: choose an extract that contains roads.")
        node_id, lon, lat = _read_nodes(path, collector.node_ids())
    except SourceFileError:
        raise
    except Exception as error:
        # osmium raises bare RuntimeErrors and other types by format; all of them mean a file we cannot trust.
        raise SourceFileError(
            f"{path} cannot be read as OpenStreetMap data ({error}): it is broken, cut short, or of another format. "
            "Nothing was written; download it again."
        ) from error
    raw = collector.finish(node_id, lon, lat)
    if raw.n_ways == 0:
        raise SourceFileError(
            f"{path} has {collector.n_ways} roads but none of their nodes: it is clipped too hard; "
            "make the extract again with complete ways."
        )
    for what, count in raw.warnings.items():
        logger.warning("%s: %d %s", path.name, count, what)
    return raw


def _collect_ways(path: Path, collector: WayCollector, progress: Callable[[int, int], None] | None) -> None:
    import osmium

    # Filtered in compiled code: a whole country has ten times more buildings than roads.
    with_key = osmium.filter.KeyFilter("highway", "route")
    ways: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(with_key)
    for way in ways:
        if "highway" not in way.tags:
            if way.tags.get("route") == "ferry":
                collector.warn("ferries (no highway tag; not used by any mode)")
            continue
        collector.add(way.id, [node.ref for node in way.nodes], [(tag.k, tag.v) for tag in way.tags])
        if progress is not None and collector.n_ways % WAYS_PER_REPORT == 0:
            progress(collector.n_ways, 0)


def _read_nodes(path: Path, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    import osmium

    ids: list[int] = []
    lons: list[float] = []
    lats: list[float] = []
    nodes: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.NODE)
    if wanted[0] >= 0:
        # Editors number what is not uploaded yet below zero; the compiled filter knows positive ids only.
        nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.IdFilter(wanted.tolist()))
    for node in nodes:
        location = node.location
        if location.valid():
            ids.append(node.id)
            lons.append(location.lon)
            lats.append(location.lat)
    node_id, first = np.unique(np.array(ids, dtype=np.int64), return_index=True)
    return node_id, np.array(lons, dtype=np.float64)[first], np.array(lats, dtype=np.float64)[first]
