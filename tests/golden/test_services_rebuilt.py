"""The services built again from the source files: the committed bytes, and what would change them."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from finder.errors import DatasetNotFoundError, SourceFileError
from finder.geo.gazetteer import build_gazetteer
from finder.settings import data_dir
from finder.sources import store
from finder.sources.build import find_source
from finder.sources.lifeline import load_contacts
from finder.sources.services import build_services
from finder.sources.services.maternities import CLOSURES_FILE, FILE, read_maternities

pytestmark = pytest.mark.shared
NO_STREETS = pd.DataFrame(columns=["street_id", "name", "nis", "lon", "lat", "length_m", "extent_m"])


def gazetteer_of(streets):
    return build_gazetteer(store.load_communes(), store.load_localities(), store.load_postcodes(), streets)


def build(shared_dir: Path, out: Path, streets):
    return build_services(
        find_source(shared_dir),
        out,
        localities=store.load_localities(),
        communes=store.load_communes(),
        postcodes=store.load_postcodes(),
        streets=streets,
        contacts=load_contacts(),
    )


def test_the_build_gives_the_committed_bytes(shared_dir, tmp_path):
    try:
        streets = store.load_streets()
    except DatasetNotFoundError:
        pytest.skip("street names are not built yet: finder network build")
    datasets = build(shared_dir, tmp_path, streets)
    assert len(datasets) == 5
    for dataset in datasets:
        assert (tmp_path / dataset.path).read_bytes() == (data_dir() / dataset.path).read_bytes(), dataset.id


def test_without_streets_nothing_is_geocoded_and_nothing_is_lost(shared_dir, tmp_path):
    build(shared_dir, tmp_path, None)
    found = pd.read_csv(tmp_path / "tables/services.csv", dtype=str)
    assert set(found["service_id"]) == set(store.load_services().index)
    assert not found["position_source"].fillna("").str.startswith("geocoded").any()


@pytest.mark.parametrize(("lon", "is_used"), [(5.5360, True), (5.5700, False)])
def test_montlegia_takes_its_published_point_once_its_street_agrees(shared_dir, lon, is_used):
    name = "Boulevard de Patience et Beaujonc"
    street = pd.DataFrame([("s", name, "62063", lon, 50.6478, 600.0, 200.0)], columns=NO_STREETS.columns)
    built = read_maternities(find_source(shared_dir), gazetteer_of(street), {})
    site = next(service for service in built.services if service.service_id == "maternity-chc-montlegia")
    assert ((site.lon, site.lat) == (5.5347, 50.6475)) is is_used
    assert (site.position_flag is None) is is_used


def test_a_closure_that_contradicts_the_maternities_stops_the_build(shared_dir, tmp_path):
    source = find_source(shared_dir)
    (tmp_path / "services").mkdir()
    for name in (FILE, CLOSURES_FILE):
        shutil.copy(source / name, tmp_path / name)
    text = (tmp_path / CLOSURES_FILE).read_text(encoding="utf-8")
    (tmp_path / CLOSURES_FILE).write_text(text.replace("2026-01-15", "2026-02-15"), encoding="utf-8")
    with pytest.raises(SourceFileError, match="3210"):
        read_maternities(tmp_path, gazetteer_of(NO_STREETS), {})
