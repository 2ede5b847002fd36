"""Hierarchies are kept in a cache that may be stale, broken or closed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from finder.geo.hierarchy import Hierarchy
from finder.geo.network import ModeGraph
from finder.settings import cache_dir
from finder.sources.hierarchy_store import load_hierarchy

RING = ModeGraph(
    mode="bike",
    indptr=np.array([0, 2, 4, 6], dtype=np.int32),
    heads=np.array([1, 2, 0, 2, 0, 1], dtype=np.int32),
    cost_ms=np.array([10, 50, 10, 20, 50, 20], dtype=np.int32),
    edge_id=np.array([0, 2, 0, 1, 2, 1], dtype=np.int32),
    is_forward=np.array([True, True, False, True, False, False]),
    node_id=np.arange(3, dtype=np.int32),
)


def builds(graph: ModeGraph, folder: Path) -> tuple[Hierarchy, bool]:
    """The hierarchy, and whether it had to be built."""
    calls: list[int] = []
    return load_hierarchy(graph, folder=folder, progress=lambda done, _: calls.append(done)), bool(calls)


def assert_same(a: Hierarchy, b: Hierarchy) -> None:
    for name, array in a.as_arrays().items():
        np.testing.assert_array_equal(array, b.as_arrays()[name])


def test_built_once_and_again_for_another_graph(tmp_path: Path) -> None:
    first, was_built = builds(RING, tmp_path / "new")
    assert was_built
    second, was_built = builds(RING, tmp_path / "new")
    assert not was_built
    assert_same(first, second)
    _, was_built = builds(replace(RING, cost_ms=RING.cost_ms + 1), tmp_path / "new")
    assert was_built
    assert len(list((tmp_path / "new").iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"not a zip file", b"PK\x03\x04 cut"])
def test_broken_file_is_built_again(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    good, _ = builds(RING, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    again, was_built = builds(RING, tmp_path)
    assert was_built
    assert "cannot be read" in caplog.text
    assert_same(good, again)
    assert not builds(RING, tmp_path)[1]


def test_closed_folder_costs_time_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    _, was_built = builds(RING, in_the_way / "folder")
    assert was_built
    assert "cannot be written" in caplog.text


def test_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINDER_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("FINDER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "finder"
