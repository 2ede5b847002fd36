"""A damaged derived file is named, with what to do; never a stack of another library's words."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from finder.errors import FinderError, SchemaError, SourceFileError
from finder.settings import data_dir
from finder.sources import store


@pytest.mark.parametrize(
    ("relative", "load"),
    [
        ("network/edges.parquet", store.load_network),
        ("network/streets.parquet", store.load_streets),
        ("tables/demand_points_2020.parquet", lambda folder: store.load_demand_points(2020, folder)),
        ("shapefiles/communes/communes.shp", store.load_communes),
    ],
)
@pytest.mark.parametrize("kept", [0, 50, 5_000])
def test_a_truncated_file_is_named(tmp_path: Path, relative: str, load: Callable[[Path], object], kept: int) -> None:
    for folder in ("network", "tables", "shapefiles"):
        shutil.copytree(data_dir() / folder, tmp_path / folder)
    path = tmp_path / relative
    path.write_bytes(path.read_bytes()[:kept])
    # A shapefile cut after its header is read as empty outlines, which the schema refuses.
    with pytest.raises((SourceFileError, SchemaError), match=path.stem):
        load(tmp_path)


def test_a_table_of_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "services.csv").write_text("name,place\ncreche,Namur\n")
    with pytest.raises(FinderError, match="services"):
        store.load_services(tmp_path)
