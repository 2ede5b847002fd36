"""Each real file of services, from its published layout: how many rows come in, are refused or are known."""

import pytest

from finder.errors import SourceFileError
from finder.sources.build import find_source
from finder.sources.imports.known import load_known
from finder.sources.imports.mapping import guess_mapping
from finder.sources.imports.prepare import prepare
from finder.sources.imports.reading import read_table

pytestmark = pytest.mark.shared

EXPECTED = {
    "one_consultations_brussels.csv": ("opendata.brussels consultations", 15, 15, 0),
    "childcare_brussels_city.csv": ("opendata.brussels day care", 92, 92, 0),
    "childcare_pages.csv": ("day care in pages", 188, 182, 6),
    "childcare_single_facts.csv": ("day care, single facts", 12, 12, 0),
    "one_consultations_pages.csv": ("ONE consultations in pages", 16, 16, 0),
    "birth_centres.csv": ("birth centres", 14, 13, 1),
    "maternities_wal_bxl.csv": ("maternities", 47, 46, 1),
    "hospital_sites_be_eurostat2020.csv": ("hospital sites (Eurostat)", 272, 134, 138),
    "osm_brussels_hospitals.csv": ("OpenStreetMap hospitals", 20, 20, 0),
    "osm_brussels_kindergartens.csv": ("OpenStreetMap kindergartens", 118, 108, 10),
}
"""Layout, rows read, good, rejected: five offices of childminders and a row without commune; a birth lodge and a
maternity without address; the 138 Flemish hospital sites; nine kindergartens without a name and one in Flanders."""

KNOWN_AGAIN = {
    "one_consultations_brussels.csv": 15,
    "childcare_brussels_city.csv": 91,
    "childcare_pages.csv": 173,
    "one_consultations_pages.csv": 16,
    "birth_centres.csv": 13,
    "maternities_wal_bxl.csv": 46,
    "hospital_sites_be_eurostat2020.csv": 113,
}
"""Good rows found again among our services, that were made from these very files."""

NO_LISTS = (
    "births_regional.csv",
    "coverage_observations.csv",
    "iweps_check_2008_2014.csv",
    "iweps_wallonia_places_2006_2022.csv",
    "maternity_closures.csv",
    "one_network_facts.csv",
    "plan_equilibre_projects.csv",
    "published_benchmarks.json",
)


@pytest.fixture(scope="module")
def known():
    return load_known()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_file_comes_in_from_its_layout(shared_dir, known, name):
    raw = read_table(find_source(shared_dir) / "services" / name)
    mapping = guess_mapping(raw)
    layout, read, good, rejected = EXPECTED[name]
    assert mapping.layout == layout
    assert set(mapping.confidence.values()) == {1.0}
    found = prepare(raw, mapping, known, source=name, as_of="2026-10-01")
    assert [found.counts[key] for key in ("read", "good", "rejected", "repeated")] == [read, good, rejected, 0]
    assert len(found.good) == good
    assert found.problems.query("is_fatal")["row"].nunique() == rejected
    assert len(found.matches) >= KNOWN_AGAIN.get(name, 0)


@pytest.mark.parametrize("name", NO_LISTS)
def test_files_that_list_no_services_are_refused_with_their_columns(shared_dir, known, name):
    path = find_source(shared_dir) / "services" / name
    with pytest.raises(SourceFileError, match=r"It has|no list"):
        import_file(path, known)


def import_file(path, known):
    raw = read_table(path)
    return prepare(raw, guess_mapping(raw), known, kind="creche")


def test_every_file_of_the_folder_is_judged_here(shared_dir):
    names = {path.name for path in (find_source(shared_dir) / "services").iterdir()}
    assert names == EXPECTED.keys() | set(NO_LISTS)
