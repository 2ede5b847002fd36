"""The build from the published files: the same bytes twice, those committed, and outlines moved by little."""

import pytest
import shapely

from finder.settings import data_dir
from finder.sources.build import STEPS, build_data, find_source
from finder.sources.communes import read_outlines
from finder.sources.store import load_communes
from finder.units import LAMBERT_2008

pytestmark = pytest.mark.shared
# The backtest takes its time and has a test of its own; the ready-made scenarios stand on the services, and have one.
OTHERS = ("services", "scenarios", "backtest")
OWN_STEPS = [name for name in STEPS if name not in OTHERS and not name.startswith("modelled")]


def test_the_build_gives_the_committed_bytes_every_time(shared_dir, tmp_path):
    for name in ("one", "two"):
        build_data(shared_dir, tmp_path / name, steps=OWN_STEPS)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) > 20
    different = [
        name for name in files if (tmp_path / "one" / name).read_bytes() != (tmp_path / "two" / name).read_bytes()
    ]
    assert different == []
    # Parquet names the version of its writer; the catalogue has the rows of services and network too.
    stable = [name for name in files if name.suffix != ".parquet" and name.name != "catalog.csv"]
    changed = [name for name in stable if (tmp_path / "one" / name).read_bytes() != (data_dir() / name).read_bytes()]
    assert changed == []


def test_no_border_moves_by_more_than_twenty_metres(shared_dir):
    full = read_outlines(find_source(shared_dir)).to_crs(LAMBERT_2008).set_index("nis").geometry
    simple = load_communes().geometry.reindex(full.index)
    moved = shapely.hausdorff_distance(shapely.boundary(full.to_numpy()), shapely.boundary(simple.to_numpy()))
    assert 5 < moved.max() <= 20
    assert (
        shapely.get_num_coordinates(simple.to_numpy()).sum() < 0.65 * shapely.get_num_coordinates(full.to_numpy()).sum()
    )
