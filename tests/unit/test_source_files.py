"""Broken source files: each a clear error that names the file."""

import pandas as pd
import pytest

from finder.errors import SourceFileError
from finder.sources.cells import read_grid
from finder.sources.inputs import read_source_csv, read_source_layer, to_2025
from finder.sources.localities import build_localities, read_postcodes
from finder.sources.population import read_population_by_age, read_population_region


@pytest.fixture
def source(tmp_path):
    for folder in ("admin", "addresses", "services"):
        (tmp_path / folder).mkdir()
    (tmp_path / "admin/nis_recode_2018_2019_2025.csv").write_text("nis_2018,nis_2019,nis_2025\n21001,21001,21001\n")
    return tmp_path


def test_csv(source):
    path = source / "admin/table.csv"
    path.write_bytes("name\nLiège\n".encode("latin-1"))
    with pytest.raises(SourceFileError, match=r"admin/table\.csv is not a readable CSV in UTF-8"):
        read_source_csv(source, "admin/table.csv", ["name"])
    path.write_text("")
    with pytest.raises(SourceFileError, match="not a readable CSV"):
        read_source_csv(source, "admin/table.csv", ["name"])
    path.write_text("name,count\nNA,3\n,4\n")
    frame = read_source_csv(source, "admin/table.csv", ["name", "count"], numbers=["count"])
    assert frame["name"].tolist()[0] == "NA"  # only an empty cell is missing
    assert frame["name"].isna().tolist() == [False, True]
    assert frame["count"].tolist() == [3, 4]


def test_unknown_commune_codes():
    with pytest.raises(SourceFileError, match="table: commune codes 99999 are not in the crosswalk"):
        to_2025(pd.Series(["21001", "99999"]), {"21001": "21001"}, what="table")


def test_geometries_and_raster(source):
    (source / "admin/outlines.gpkg").write_bytes(b"SQLite format 3\x00 cut")
    with pytest.raises(SourceFileError, match=r"admin/outlines\.gpkg is not a readable file of geometries"):
        read_source_layer(source, "admin/outlines.gpkg", "nis")
    geojson = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":null}]}'
    (source / "admin/outlines.geojson").write_text(geojson)
    with pytest.raises(SourceFileError, match="the column nis"):
        read_source_layer(source, "admin/outlines.geojson", "nis")
    (source / "admin/ghs_pop_1km_2020_mollweide.tif").write_bytes(b"II*\x00")
    with pytest.raises(SourceFileError, match="not a readable raster"):
        read_grid(source)


def test_population(source):
    path = source / "admin/population_single_age_2009_2020.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(SourceFileError, match="not the expected Parquet"):
        read_population_by_age(source)
    pd.DataFrame({"year": [2020], "nis": ["21001"], "age": [0], "population": [3]}).to_parquet(path)
    with pytest.raises(SourceFileError, match="it lacks 1, 2, 3, 4, 5 and 95 more"):
        read_population_by_age(source)
    ages = [(2020, nis, age, 1) for nis in ("21001", "21002") for age in range(101) if (nis, age) != ("21001", 99)]
    pd.DataFrame(ages, columns=["year", "nis", "age", "population"]).to_parquet(path)
    with pytest.raises(SourceFileError, match="commune codes 21002"):
        read_population_by_age(source)
    pd.DataFrame(ages, columns=["year", "nis", "age", "population"]).replace("21002", "21001").to_parquet(path)
    counts = read_population_by_age(source).set_index("age")["count"]
    assert (counts[0], counts[99], counts[100]) == (2, 1, 2)
    (source / "admin/population_region_age_sex_2006_2021.csv").write_text(
        "region,sex,age,year,population\nXX,Men,0,2006,1\n"
    )
    with pytest.raises(SourceFileError, match="regions must be BR, WA, FL"):
        read_population_region(source)


def test_an_age_nobody_has_is_a_zero(source):
    rows = [(2020, "21001", age, 1) for age in range(101)] + [(2019, "21001", age, 1) for age in range(100)]
    frame = pd.DataFrame(rows, columns=["year", "nis", "age", "population"])
    frame.to_parquet(source / "admin/population_single_age_2009_2020.parquet")
    counts = read_population_by_age(source).set_index(["year", "age"])["count"]
    assert counts[(2019, 100)] == 0
    assert len(counts) == 2 * 101


def test_postcodes_and_localities(source):
    (source / "admin/postal_codes_nis2025.json").write_text('[{"postcode": "1070"}]')
    with pytest.raises(SourceFileError, match="not a list of postcode records"):
        read_postcodes(source)
    (source / "admin/postal_codes_nis2025.json").write_text('[{"postalCode": "1070", "municipality": "21001"}]')
    places = "PseudoNIS,nis,ZipCode,name,NameFre,NameDut,NameGer,lon,lat\n"
    (source / "admin/localities_ngi.csv").write_text(places)
    (source / "addresses/postal_codes_geonames_be.zip").write_bytes(b"not a zip")
    with pytest.raises(SourceFileError, match=r"does not hold a readable zipcodes\.be\.csv"):
        build_localities(source, source / "out")
    assert not (source / "out").exists()
