"""The cells of streets for close views."""

import json

import numpy as np
import pytest

from finder.answers.atlas import Atlas
from finder.maps.street_tiles import CELL_LAT_DEG, CELL_LON_DEG, SCALE, STREET_KINDS, tile_scheme, write_street_tiles


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    write_street_tiles(folder, Atlas().network)
    return folder / "streets"


def _lines(path):
    for kind in json.loads(path.read_text(encoding="utf-8")):
        for line in kind:
            yield np.cumsum(np.array(line).reshape(-1, 2), axis=0) / SCALE


def test_the_middle_of_namur_has_streets_in_its_cell(folder):
    cell = folder / f"{int(4.867 // CELL_LON_DEG)}_{int(50.467 // CELL_LAT_DEG)}.json"
    kinds = json.loads(cell.read_text(encoding="utf-8"))
    assert len(kinds) == len(STREET_KINDS) == len(tile_scheme()["kinds"])
    assert sum(len(lines) for lines in kinds) > 500
    west, south = int(4.867 // CELL_LON_DEG) * CELL_LON_DEG, int(50.467 // CELL_LAT_DEG) * CELL_LAT_DEG
    for points in _lines(cell):
        lat, lon = points[:, 0], points[:, 1]
        assert lat.max() >= south - 1e-4
        assert lat.min() <= south + CELL_LAT_DEG + 1e-4
        assert lon.max() >= west - 1e-4
        assert lon.min() <= west + CELL_LON_DEG + 1e-4


def test_no_cell_is_heavy_or_half_written(folder):
    sizes = [path.stat().st_size for path in folder.glob("*.json")]
    assert len(sizes) > 1000
    assert max(sizes) < 1_000_000
    assert not list(folder.glob("*.new"))
