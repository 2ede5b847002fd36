"""Files to take away."""

import io

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from finder.maps.export import csv_bytes, geopackage_bytes, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_formulas_are_disarmed(text):
    assert safe_cell(text) == "'" + text


def test_other_cells_stay_as_they_are():
    assert safe_cell("Braine-l'Alleud") == "Braine-l'Alleud"
    assert safe_cell(-3.5) == -3.5
    assert safe_cell(None) is None


def test_csv_carries_attribution_and_reads_back():
    frame = pd.DataFrame({"nis": ["92094"], "name": ["=Namur"], "change": [-1.5], "=bad": ["é"]})
    data = csv_bytes(frame, attribution=["© A", "© B"])
    assert data.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(data), dtype={"nis": str}, encoding="utf-8-sig")
    assert list(back.columns) == ["nis", "name", "change", "'=bad", "attribution"]
    assert back.loc[0, "name"] == "'=Namur"
    assert back.loc[0, "change"] == -1.5
    assert back.loc[0, "attribution"] == "© A; © B"
    assert list(frame.columns) == ["nis", "name", "change", "=bad"]


def test_geopackage_reads_back_with_its_crs():
    frame = gpd.GeoDataFrame({"nis": ["1"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:3812")
    data = geopackage_bytes(frame, layer="access", attribution=["© A"])
    back = gpd.read_file(io.BytesIO(data), layer="access")
    assert back.crs == "EPSG:3812"
    assert back.loc[0, "attribution"] == "© A"
