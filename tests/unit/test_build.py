import json

import pytest

from finder.errors import CatalogError, DatasetNotFoundError, SourceFileError
from finder.sources import catalog, store
from finder.sources.build import STEPS, build_data

BIRTH_YEARS = ",".join(f"births_{year}" for year in range(2017, 2026))


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source" / "data"
    (folder / "admin").mkdir(parents=True)
    crosswalk = (
        "nis_2018,nis_2019,nis_2025\n21001,21001,21001\n55022,58001,58001\n82003,82003,82039\n82005,82005,82039\n"
    )
    (folder / "admin/nis_recode_2018_2019_2025.csv").write_text(crosswalk)
    pairs = [{"postalCode": "1070", "municipality": "21001"}, {"postalCode": "9000", "municipality": "44021"}]
    (folder / "admin/postal_codes_nis2025.json").write_text(json.dumps(pairs))
    births = f"nis,{BIRTH_YEARS}\n21001,9,8,7,6,5,4,3,2,1\n58001,9,,7,6,5,4,3,2,1\n"
    (folder / "admin/births_2017_2025.csv").write_text(births)
    return folder.parent


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_chosen_steps_are_built_catalogued_and_readable(source, tmp_path):
    calls = []
    data = tmp_path / "data"
    report = build_data(source, data, steps=["births", "postcodes"], progress=lambda *done: calls.append(done))
    assert [dataset.id for dataset in report.datasets] == ["postcodes", "births"]  # the order of the build
    assert report.changed == ("catalog.csv", "tables/births.csv", "tables/postcodes.csv")
    assert calls == [(0, 2), (1, 2), (2, 2)]
    assert catalog.check(data) == []
    assert store.load_postcodes(data).to_dict("records") == [{"postcode": "1070", "nis": "21001"}]
    births = store.load_births(data).set_index(["nis", "year"])
    assert births["births"].isna().sum() == 1
    assert births.loc[("58001", 2018), "note"] == "not published"
    assert "reconstructed" in births.loc[("58001", 2017), "note"]


def test_the_same_input_gives_the_same_bytes(source, tmp_path):
    for name in ("one", "two"):
        build_data(source, tmp_path / name, steps=["postcodes", "births"])
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    assert build_data(source, tmp_path / "one", steps=["births"]).changed == ()


def test_a_failing_step_changes_nothing(source, tmp_path):
    data = tmp_path / "data"
    build_data(source, data, steps=["postcodes", "births"])
    before = snapshot(data)
    pairs = [{"postalCode": "1080", "municipality": "21001"}]
    (source / "data/admin/postal_codes_nis2025.json").write_text(json.dumps(pairs))
    births = source / "data/admin/births_2017_2025.csv"
    births.write_text(births.read_text().replace("21001,9", "21001,nine"))
    with pytest.raises(SourceFileError, match="births_2017 must hold numbers, found nine"):
        build_data(source, data, steps=["postcodes", "births"])
    assert snapshot(data) == before


def test_what_is_missing_is_named(source, tmp_path):
    with pytest.raises(CatalogError, match="Unknown build steps nothing: choose from communes, "):
        build_data(source, tmp_path / "data", steps=["nothing"])
    with pytest.raises(SourceFileError, match="No source data in"):
        build_data(tmp_path / "elsewhere", tmp_path / "data")
    with pytest.raises(SourceFileError, match=r"admin/communes_fullres_wgs84\.gpkg is not in"):
        build_data(source, tmp_path / "data", steps=["communes"])
    (source / "data/admin/births_2017_2025.csv").write_text("nis,births_2017\n")
    with pytest.raises(SourceFileError, match="lacks the columns births_2018, "):
        build_data(source, tmp_path / "data", steps=["births"])
    with pytest.raises(DatasetNotFoundError, match="finder data build"):
        store.load_commune_figures(tmp_path / "data")
    order = list(STEPS)  # each of the last steps reads what those before it write
    for first in ("services", "population_series"):
        assert order.index(first) < order.index("modelled_places") < order.index("modelled_sites")
