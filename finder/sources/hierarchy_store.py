"""Keep contraction hierarchies in the user's cache: 12 MB and some 15 seconds each, too much for the repository."""

import logging
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from finder.errors import NetworkError
from finder.geo.hierarchy import Hierarchy, build_hierarchy, graph_key
from finder.geo.network import ModeGraph
from finder.geo.table_blocks import Progress
from finder.settings import cache_dir
from finder.sources.atomic import atomic_file

_log = logging.getLogger(__name__)


def load_hierarchy(graph: ModeGraph, *, folder: Path | None = None, progress: Progress | None = None) -> Hierarchy:
    """Return the hierarchy of a graph from the cache, or build it and keep it there.

    The file name holds `finder.geo.hierarchy.graph_key`, so that a stale file is never read. A file
    that cannot be read is built again; a folder that cannot be written only costs the next call the same time.

    Parameters
    ----------
    graph
        Graph of one mode.
    folder
        Default :func:`finder.settings.cache_dir`.
    progress
        Called with (nodes taken out, nodes in all) while building.
    """
    path = (folder or cache_dir()) / f"hierarchy_{graph.mode}_{graph_key(graph)}.npz"
    if path.is_file():
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return Hierarchy.from_arrays(arrays)
        except (OSError, ValueError, EOFError, BadZipFile, NetworkError) as error:
            _log.warning("%s cannot be read (%s) and is built again.", path, error)
    hierarchy = build_hierarchy(graph, progress=progress)
    try:
        with atomic_file(path) as temporary:
            np.savez(temporary, allow_pickle=False, **hierarchy.as_arrays())
    except OSError as error:
        _log.warning("%s cannot be written (%s): the next start builds it again.", path, error)
    return hierarchy
