"""A list comes in whole or not at all, joins the services, can be taken back, and may replace the model."""

import shutil

import pandas as pd
import pytest

from finder.answers.atlas import Atlas
from finder.errors import DatasetNotFoundError, SourceFileError
from finder.settings import data_dir
from finder.sources import catalog, modelled_sites, store
from finder.sources.imports import commit as commits
from finder.sources.imports import joined
from finder.sources.imports.commit import commit, load_import_log, undo
from finder.sources.imports.known import load_known
from finder.sources.imports.mapping import guess_mapping
from finder.sources.imports.prepare import Known, prepare
from finder.sources.imports.reading import read_table

TEXT = (
    "nom,adresse,code postal,places,telephone\nNouvelle,Rue de Fer 12,5000,21,081 1\n=1+1,Rue de Fer 14,5000,14,081 2\n"
)
DRAWS = 3
FILES = ("services.csv", "osm_kindergartens.csv", "completeness.csv", "official_lists.csv", "one_network_facts.csv")


@pytest.fixture(scope="module")
def gazetteer():
    return load_known().gazetteer


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "tables").mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(data_dir() / "tables" / name, folder / "tables" / name)
    shutil.copytree(data_dir() / "shapefiles", folder / "shapefiles")
    shutil.copyfile(data_dir() / "catalog.csv", folder / "catalog.csv")
    return folder


def prepared(text, folder, gazetteer, **options):
    raw = read_table(text.encode(), "list.csv")
    known = Known(gazetteer, joined.load_joined_services(folder))
    chosen = {"kind": "creche", "source": "Namur", "as_of": "2026-10"} | options
    return prepare(raw, guess_mapping(raw), known, **chosen)


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_list_comes_in_and_can_be_undone(data, gazetteer):
    before = snapshot(data)
    done = commit(prepared(TEXT, data, gazetteer), data)
    assert (done.added, done.updated, done.unlisted, done.rebuilt) == (2, 0, 0, False)
    services = Atlas(data).services
    mine = services[services["provenance"] == "imported"]
    assert mine["name"].tolist() == ["=1+1", "Nouvelle"] or mine["name"].tolist() == ["Nouvelle", "=1+1"]
    assert set(mine["source"]) == {"Namur"}
    assert set(mine["as_of"]) == {"2026-10"}
    assert len(services) == len(Atlas().services) + 2
    assert load_import_log(data)["source"].tolist() == ["Namur"]
    assert [text for text in catalog.check(data) if "imported" in text] == []
    # The same list again changes nothing.
    again = commit(prepared(TEXT, data, gazetteer), data)
    assert (again.added, again.updated) == (0, 0)
    assert set(undo(data)) == {"imported/lists.csv"}
    with pytest.raises(DatasetNotFoundError, match="No list to undo"):
        undo(data)
    commit(prepared(TEXT.replace("Fer 12", "Fer 100").replace("Nouvelle", "Autre"), data, gazetteer), data)
    undo(data)
    assert set(joined.load_imported_services(data)["name"]) == {"=1+1", "Nouvelle"}
    shutil.rmtree(data / "imported")
    assert snapshot(data) == before


def test_the_first_import_undone_leaves_the_bytes_as_they_were(data, gazetteer):
    before = snapshot(data)
    commit(prepared(TEXT, data, gazetteer), data)
    undo(data)
    assert snapshot(data) == before


def test_known_services_change_only_on_demand_and_the_newer_statement_wins(data, gazetteer):
    ours = store.load_services(data).loc["one-372"]
    text = f"nom,adresse,code postal,longitude,latitude,telephone\n{ours['name']},{ours['address']},{ours['postcode']},"
    text += f"{ours['lon']},{ours['lat']},02 123\n"
    options = {"kind": "child_consultation"}
    commit(prepared(text, data, gazetteer, **options), data)
    assert pd.isna(joined.load_joined_services(data).loc["one-372", "phone"])
    done = commit(prepared(text, data, gazetteer, update=True, **options), data)
    assert (done.added, done.updated) == (0, 1)
    after = joined.load_joined_services(data)
    row = after.loc["one-372"]
    assert (row["phone"], row["provenance"], row["source"], row["as_of"]) == ("02 123", "imported", "Namur", "2026-10")
    assert ours["source"] in row["note"]
    assert row["url"] == ours["url"]
    assert after.index.is_unique
    assert len(after) == len(store.load_services(data))
    old = prepared(text.replace("02 123", "02 999"), data, gazetteer, update=True, **(options | {"as_of": "2019"}))
    commit(old, data)
    assert joined.load_joined_services(data).loc["one-372", "phone"] == "02 123"


def _full_disk(*_):
    raise OSError("disk full")


def test_an_interrupted_commit_changes_nothing(data, gazetteer, monkeypatch):
    found = prepared(TEXT, data, gazetteer)
    before = snapshot(data)
    monkeypatch.setattr(commits, "write_csv", _full_disk)
    with pytest.raises(OSError, match="disk full"):
        commit(found, data)
    assert snapshot(data) == before


def test_nothing_good_is_nothing_written(data, gazetteer):
    with pytest.raises(SourceFileError, match="no row can come in"):
        commit(prepared("nom,commune\n,Mons\n", data, gazetteer), data)


@pytest.fixture(scope="module")
def complete(tmp_path_factory, gazetteer):
    """A whole data folder with a list of consultations that is complete for Namur and for Gesves (which has none)."""
    folder = tmp_path_factory.mktemp("complete") / "data"
    shutil.copytree(data_dir(), folder, ignore=shutil.ignore_patterns("network", "imported", "*.log", ".finder-*"))
    text = "nom,adresse,code postal\n" + "".join(
        f"Consultation {street},{street} 3,5000\n" for street in ("Rue de Fer", "Rue de Bruxelles", "Rue inconnue")
    )
    found = prepared(text, folder, gazetteer, kind="child_consultation", complete_for=["92094", "92054"])
    places = store.load_modelled_places_draws().query(f"draw <= {DRAWS}")
    with pytest.MonkeyPatch.context() as patch:
        # A few draws are as good as sixty here, and take a tenth of the time.
        patch.setattr(modelled_sites, "DRAWS", DRAWS)
        patch.setattr(store, "load_modelled_places_draws", lambda _: places)
        return folder, commit(found, folder)


def test_a_complete_list_replaces_the_model_of_its_communes(complete):
    folder, done = complete
    assert done.rebuilt
    assert (done.added, done.updated) == (3, 0)
    table = store.load_modelled_consultations(folder).merge(
        store.load_modelled_sites(folder)[["nis"]], left_on="site_id", right_index=True
    )
    namur = table[table["nis"] == "92094"]
    assert set(namur["type"]) == {"official"}
    assert (namur.groupby("draw").size() == 3).all()
    assert namur["draw"].nunique() == DRAWS + 1
    assert table[table["nis"] == "92054"].empty
    others = [
        frame[~frame["nis"].isin(["92094", "92054"])][["draw", "site_id", "type"]].reset_index(drop=True)
        for frame in (
            table,
            store.load_modelled_consultations().merge(
                store.load_modelled_sites()[["nis"]], left_on="site_id", right_index=True
            ),
        )
    ]
    assert len(others[0]) == len(others[1][others[1]["draw"] <= DRAWS])
    lists = store.load_official_lists(folder).set_index(["kind", "nis"])
    assert lists.loc[("child_consultation", "92094"), ["source", "as_of"]].tolist() == ["Namur", "2026-10"]
    assert ("child_consultation", "92054") in lists.index


def test_completeness_says_what_was_declared(complete):
    folder = complete[0]
    rows = Atlas(folder).completeness.query("kind == 'child_consultation'").set_index("area")
    assert rows.loc["commune 92094", ["level", "known_count", "source"]].tolist() == ["complete", 3, "Namur"]
    assert rows.loc["commune 92054", "known_count"] == 0
    assert rows.loc["Wallonia", "level"] == "sample"
    assert not Atlas(folder).is_complete("child_consultation")
    problems = [text for text in catalog.check(folder) if not text.startswith(("edges", "nodes", "names", "shapes"))]
    assert [text for text in problems if "differs" in text] == []


def test_a_list_complete_for_all_makes_the_kind_complete(data, gazetteer):
    text = "nom,adresse,code postal\nSage,Rue de Fer 12,5000\n"
    commit(prepared(text, data, gazetteer, kind="birth_centre", complete_for=["all"]), data)
    atlas = Atlas(data)
    assert atlas.is_complete("birth_centre")
    rows = atlas.completeness.query("kind == 'birth_centre'").set_index("area")
    assert rows["known_count"].to_dict() == {"Wallonia": 1, "Brussels": 0}
    missing = joined.load_imported_services(data).query("service_id != 'imported-birth-centre-sage-namur'")
    assert set(missing["status"]) == {"unconfirmed"}
    assert missing["note"].str.contains("not in the complete list Namur").all()
