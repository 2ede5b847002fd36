"""Minutes from every demand point to every candidate, without a limit: computed once per network, then kept on disk."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import fields
from typing import Final

import numpy as np

from finder.answers.atlas import Atlas
from finder.answers.site_times import POINTS_YEAR
from finder.geo.hierarchy import graph_key
from finder.geo.network import Float32
from finder.geo.snapping import Snaps
from finder.geo.travel_time import travel_times
from finder.settings import cache_dir
from finder.sources.atomic import atomic_file
from finder.sources.hierarchy_store import load_hierarchy
from finder.units import Mode

_log = logging.getLogger(__name__)

NO_LIMIT_MIN: Final = 10_000.0
"""A week: no trip between two points of the network is as long."""

_ROWS_AT_ONCE: Final = 4_096
"""Demand points per block, so that the sparse table beside the dense one stays small."""


def locality_minutes(atlas: Atlas, mode: Mode, *, progress: Callable[[int, int], None] | None = None) -> Float32:
    """Return the minutes from all demand points to all localities, kept by the atlas and on disk.

    The file's name holds a hash of the network, the mode and where points and localities meet it, so that a stale one
    is never read; one that cannot be read is made again.

    Parameters
    ----------
    atlas
        The data.
    mode
        Travel mode.
    progress
        Called with (points done, points in all) while computing.

    Returns
    -------
    ndarray
        Shape (n_localities, n_points), inf where there is no way.
    """

    def make() -> Float32:
        places = atlas.localities.to_crs("EPSG:4326").geometry
        sites = atlas.roads(mode).snap(places.x.to_numpy(), places.y.to_numpy())
        points = atlas.demand_snaps(mode, POINTS_YEAR)
        path = cache_dir() / f"minutes_{mode}_{_key(atlas, mode, points, sites)}.npy"
        shape = len(sites.edge_id), len(points.edge_id)
        if path.is_file():
            try:
                table = np.load(path, allow_pickle=False)
                if table.shape == shape and table.dtype == np.float32:
                    return np.asarray(table)
                _log.warning("%s holds another table and is made again.", path)
            except (OSError, ValueError, EOFError) as error:
                _log.warning("%s cannot be read (%s) and is made again.", path, error)
        table = minutes_to(atlas, mode, sites, progress=progress)
        try:
            with atomic_file(path) as temporary:
                np.save(temporary, table, allow_pickle=False)
        except OSError as error:
            _log.warning("%s cannot be written (%s): the next start computes it again.", path, error)
        return table

    return atlas.keep(("locality_minutes", mode), make)


def minutes_to(
    atlas: Atlas, mode: Mode, sites: Snaps, *, progress: Callable[[int, int], None] | None = None
) -> Float32:
    """Return the minutes from all demand points to some sites, shape (n_sites, n_points), inf where there is no way."""
    graph = atlas.roads(mode).graph
    hierarchy = load_hierarchy(graph)
    points = atlas.demand_snaps(mode, POINTS_YEAR)
    n_points, n_sites = len(points.edge_id), len(sites.edge_id)
    table = np.full((n_sites, n_points), np.inf, dtype=np.float32)
    for first in range(0, n_points, _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        some = Snaps(**{f.name: getattr(points, f.name)[rows] for f in fields(Snaps)})
        ids = np.arange(len(some.edge_id))
        block = travel_times(
            graph, some, sites, ids, np.arange(n_sites), cutoff_min=NO_LIMIT_MIN, hierarchy=hierarchy
        )  # fmt: skip
        table[block.indices, first + np.repeat(ids, np.diff(block.indptr))] = block.minutes
        if progress is not None:
            progress(min(first + _ROWS_AT_ONCE, n_points), n_points)
    return table


def _key(atlas: Atlas, mode: Mode, points: Snaps, sites: Snaps) -> str:
    digest = hashlib.sha256(graph_key(atlas.roads(mode).graph).encode())
    for snaps in (points, sites):
        for field in fields(Snaps):
            digest.update(np.ascontiguousarray(getattr(snaps, field.name)).data)
    return digest.hexdigest()[:16]
