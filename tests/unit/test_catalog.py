import dataclasses

import geopandas as gpd
import pandas as pd
import pytest

from finder.errors import CatalogError, DatasetNotFoundError
from finder.sources import catalog
from finder.sources.catalog import Dataset
from finder.sources.writers import write_csv, write_parquet, write_shapefile

TABLE = Dataset("table", "tables/table.csv", "2020", 2, "CC BY 4.0", "Someone", "someone.example")
POINTS = Dataset("points", "shapefiles/points/points.shp", "2021", 1, "CC0", "Other", "other.example")
FRAME = Dataset("frame", "tables/frame.parquet", "2021", 2, "CC0", "Someone", "other.example", "a note, with a comma")


@pytest.fixture
def data(tmp_path):
    rows = pd.DataFrame({"nis": ["1", "2"], "text": ["a\nb", 'c "d"']})
    write_csv(rows, tmp_path / TABLE.path)
    write_parquet(rows, tmp_path / FRAME.path)
    points = gpd.GeoDataFrame({"name": ["Liège"]}, geometry=gpd.points_from_xy([1.0], [2.0]), crs="EPSG:3812")
    write_shapefile(points, tmp_path / POINTS.path, fields={"name": "name"})
    (tmp_path / "shapefiles/points/README.md").write_text("fields")
    catalog.register(tmp_path, [TABLE, POINTS, FRAME])
    return tmp_path


def test_all_is_well_after_registering(data):
    assert catalog.check(data) == []
    frame = catalog.read_catalog(data)
    assert frame["id"].tolist() == ["frame", "points", "table"]
    assert frame["rows"].tolist() == [2, 1, 2]


@pytest.mark.parametrize(
    ("path", "name"),
    [(TABLE.path, "table"), ("shapefiles/points/points.dbf", "points"), ("shapefiles/points/points.prj", "points")],
)
def test_a_changed_byte_is_found_in_any_part(data, path, name):
    content = bytearray((data / path).read_bytes())
    content[-1] ^= 1
    (data / path).write_bytes(bytes(content))
    problems = catalog.check(data)
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: the bytes")


def test_a_lost_part_a_lost_file_and_a_stray_file_are_found(data):
    (data / "shapefiles/points/points.cpg").unlink()
    (data / TABLE.path).unlink()
    (data / "tables/stray.csv").write_text("a\n")
    (data / "imported").mkdir()
    (data / "imported/mine.csv").write_text("a\n")
    assert sorted(problem.split(":")[0] for problem in catalog.check(data)) == ["points", "table", "tables/stray.csv"]


def test_wrong_rows_and_empty_text_are_found(data):
    catalog.register(data, [dataclasses.replace(TABLE, rows=3, licence=" ")])
    assert catalog.check(data) == ["table: licence is empty", "table: 2 rows, the catalogue says 3"]


def test_registering_again_replaces_the_row_and_keeps_the_others(data):
    write_csv(pd.DataFrame({"nis": ["1"]}), data / TABLE.path)
    before = catalog.read_catalog(data).set_index("id")
    catalog.register(data, [dataclasses.replace(TABLE, rows=1)])
    after = catalog.read_catalog(data).set_index("id")
    assert after.loc["table", "rows"] == 1
    assert after.loc["table", "sha256"] != before.loc["table", "sha256"]
    pd.testing.assert_frame_equal(after.drop("table"), before.drop("table"))


def test_a_dataset_without_its_file_changes_nothing(data):
    before = (data / "catalog.csv").read_bytes()
    with pytest.raises(DatasetNotFoundError, match=r"lost\.csv is missing"):
        catalog.register(data, [dataclasses.replace(TABLE, id="lost", path="tables/lost.csv")])
    with pytest.raises(CatalogError, match=r"share the path tables/table\.csv"):
        catalog.register(data, [dataclasses.replace(TABLE, id="other")])
    assert (data / "catalog.csv").read_bytes() == before


def test_attributions_are_listed_once_in_the_order_asked(data):
    assert catalog.attributions(data, ["table", "points", "frame"]) == ["Someone", "Other"]
    with pytest.raises(DatasetNotFoundError, match="nothing"):
        catalog.attributions(data, ["table", "nothing"])


def test_no_catalogue_or_a_broken_one_is_a_clear_error(tmp_path):
    with pytest.raises(DatasetNotFoundError, match="finder data build"):
        catalog.read_catalog(tmp_path)
    (tmp_path / "catalog.csv").write_text("id,path\n")
    with pytest.raises(CatalogError, match="must have the columns"):
        catalog.read_catalog(tmp_path)
