"""Gather ways one by one, from a file or a service, and turn them into arrays; cut ways where nodes are missing."""

import numpy as np

from finder.geo.ways import TAG_KEYS, RawWays

_KEYS = frozenset(TAG_KEYS)


class WayCollector:
    """Gathers ways one by one, however they were read, and ends in :class:`RawWays`."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._counts: list[int] = []
        self._refs: list[int] = []
        self._tag_sets: dict[tuple[tuple[str, str], ...], int] = {}
        self._way_tag_set: list[int] = []
        self._names: dict[str, int] = {"": 0}
        self._way_name: list[int] = []
        self.warnings: dict[str, int] = {}

    def warn(self, what: str, count: int = 1) -> None:
        """Count one more thing that was left out."""
        if count:
            self.warnings[what] = self.warnings.get(what, 0) + count

    def add(self, way_id: int, refs: list[int], tags: list[tuple[str, str]]) -> None:
        """Add one way with its node ids and all its tags."""
        kept = []
        name = ""
        for key, value in tags:
            if key in _KEYS:
                kept.append((key, value))
            elif key == "name":
                name = value.strip()
        if len(refs) < 2:
            self.warn("ways with fewer than two nodes")
            return
        self._ids.append(way_id)
        self._counts.append(len(refs))
        self._refs.extend(refs)
        self._way_tag_set.append(self._tag_sets.setdefault(tuple(sorted(kept)), len(self._tag_sets)))
        self._way_name.append(self._names.setdefault(name, len(self._names)))

    @property
    def n_ways(self) -> int:
        """Number of ways gathered so far."""
        return len(self._ids)

    def node_ids(self) -> np.ndarray:
        """Return the distinct node ids the ways use, ascending."""
        return np.unique(np.array(self._refs, dtype=np.int64))

    def finish(self, node_id: np.ndarray, lon_deg: np.ndarray, lat_deg: np.ndarray) -> RawWays:
        """Return the ways on the given nodes; where a node is missing the way is cut.

        Parameters
        ----------
        node_id
            Ascending ids of the nodes that were found.
        lon_deg, lat_deg
            Their WGS84 coordinates.
        """
        refs = np.array(self._refs, dtype=np.int64)
        counts = np.array(self._counts, dtype=np.int64)
        position = np.searchsorted(node_id, refs)
        position[position == len(node_id)] = 0
        found = node_id[position] == refs if len(node_id) else np.zeros(len(refs), dtype=bool)
        way = np.repeat(np.arange(len(counts)), counts)
        self.warn("node references missing (clipped file)", int((~found).sum()))
        self.warn("ways cut or lost at missing nodes", len(np.unique(way[~found])))

        # A run of found nodes within one way becomes one way; runs of a single node vanish.
        starts = np.ones(len(refs), dtype=bool)
        starts[1:] = (way[1:] != way[:-1]) | (found[1:] != found[:-1])
        run = np.cumsum(starts) - 1
        run_length = np.bincount(run)
        first = np.flatnonzero(starts)
        keep_run = found[first] & (run_length >= 2)
        keep = keep_run[run]
        run_way = way[first][keep_run]
        return RawWays(
            lon_deg=lon_deg,
            lat_deg=lat_deg,
            way_id=np.array(self._ids, dtype=np.int64)[run_way],
            way_ptr=np.concatenate([[0], np.cumsum(run_length[keep_run])]).astype(np.int64),
            way_nodes=position[keep].astype(np.int32),
            tag_sets=tuple(dict(items) for items in self._tag_sets),
            way_tag_set=np.array(self._way_tag_set, dtype=np.int32)[run_way],
            names=tuple(self._names),
            way_name=np.array(self._way_name, dtype=np.int32)[run_way],
            warnings=dict(self.warnings),
        )
