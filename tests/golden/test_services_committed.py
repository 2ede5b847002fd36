"""The committed tables of services against what is published and what the rules promise."""

import datetime

import pandas as pd
import pytest

from finder.geo.episodes import services_on, status_changes
from finder.settings import data_dir
from finder.sources import store
from finder.sources.services import summarise_source_rows
from finder.sources.services.record import (
    ANNOUNCED_ONLY,
    FLAGS,
    MATERNITY_MOVED,
    NOT_DIRECT,
    ROUNDED,
    SITE_MOVED,
    STATUS_FLAGS,
)

DAY = datetime.date
PRIVATE = "Accueil familial (nom non publié)"


@pytest.fixture(scope="module")
def services() -> pd.DataFrame:
    return store.load_services()


@pytest.fixture(scope="module")
def episodes() -> pd.DataFrame:
    return store.load_service_episodes()


@pytest.fixture(scope="module")
def source_rows() -> pd.DataFrame:
    return pd.read_csv(data_dir() / "tables" / "service_source_rows.csv", dtype={"row": int})


def open_maternities(services, episodes, day):
    found = services_on(services, episodes, day)
    return found[(found["kind"] == "maternity") & (found["status"] == "open")]


@pytest.mark.parametrize(
    ("day", "walloon", "brussels"),
    [
        (DAY(2016, 12, 31), 34, 11),  # KCE report 323, data of 2016
        (DAY(2017, 2, 27), 34, 11),
        (DAY(2017, 2, 28), 33, 11),  # Nivelles
        (DAY(2019, 7, 29), 32, 11),  # Vesale
        (DAY(2020, 3, 26), 32, 11),  # Rocourt moves to MontLegia: no change
        (DAY(2021, 10, 1), 31, 11),  # Eupen suspended
        (DAY(2023, 4, 4), 30, 11),  # Chimay suspended
        (DAY(2024, 6, 10), 30, 11),  # Chimay closed
        (DAY(2025, 1, 1), 30, 11),  # Notre-Dame moved to Les Viviers: no change
        (DAY(2026, 1, 1), 29, 11),  # Auvelais, in 2025
        (DAY(2026, 1, 15), 28, 11),  # Lobbes
        (DAY(2026, 11, 21), 28, 11),
    ],
)
def test_open_maternities(services, episodes, day, walloon, brussels):
    found = open_maternities(services, episodes, day)
    in_brussels = found["nis"].str.startswith("21")
    assert ((~in_brussels).sum(), in_brussels.sum()) == (walloon, brussels)
    assert found["lon"].notna().all(), "a maternity that is open is on the map"


def test_st_vith_and_eupen_are_among_those_of_2016(services, episodes):
    assert {"maternity-be-2980", "maternity-be-2850"} <= set(
        open_maternities(services, episodes, DAY(2016, 12, 31)).index
    )


def test_successors_open_at_the_old_point_and_say_so(services, episodes):
    for old, new in [("2960", "maternity-chc-montlegia"), ("3100", "maternity-ghdc-les-viviers")]:
        assert services.loc[new, "position_flag"] == SITE_MOVED
        columns = ["lon", "lat"]
        assert services.loc[new, columns].tolist() == services.loc[f"maternity-be-{old}", columns].tolist()
        before = services_on(services, episodes, DAY(2018, 1, 1))["status"]
        after = services_on(services, episodes, DAY(2026, 1, 1))["status"]
        assert (before[f"maternity-be-{old}"], before[new]) == ("open", "planned")
        assert (after[f"maternity-be-{old}"], after[new]) == ("moved", "open")


def test_today_is_what_the_table_of_services_says(services, episodes):
    today = services_on(services, episodes, DAY(2026, 11, 21))
    pd.testing.assert_series_equal(today["status"], services["status"], check_dtype=False)


def test_closures_and_moves_since_2016(episodes):
    changes = status_changes(episodes, DAY(2016, 1, 1), DAY(2026, 11, 21))
    changes = changes[changes["service_id"].str.startswith("maternity")]
    assert changes["change"].value_counts().to_dict() == {"closure": 5, "move": 4, "suspension": 2}


def test_episodes_of_a_service_follow_each_other(episodes):
    for _, rows in episodes.groupby("service_id"):
        assert rows["valid_from"].isna().tolist() == [True] + [False] * (len(rows) - 1)
        assert rows["valid_to"].tolist()[:-1] == rows["valid_from"].tolist()[1:]
        assert pd.isna(rows["valid_to"].iloc[-1])
        assert rows["valid_from"].dropna().is_monotonic_increasing


def test_weak_evidence_is_visible(services):
    noted = services[services["note"].fillna("").str.startswith("unconfirmed: evidence")]
    flagged = services[services["status_flag"] == NOT_DIRECT]
    assert (
        sorted(flagged.index) == sorted(noted.index) == ["maternity-be-2730", "maternity-be-2770", "maternity-be-3010"]
    )
    assert (flagged["status"] == "open").all()
    weak = ~services["source"].str.startswith("direct")
    assert set(services[weak & (services["kind"] == "maternity")].index) == set(flagged.index)


def test_closings_that_were_only_announced_are_flagged_alike(services):
    flagged = services[services["status_flag"] == ANNOUNCED_ONLY]
    assert sorted(flagged.index) == [
        "creche-web-grandir-et-decouvrir-lincent",
        "creche-web-les-lilliputiens-enghien",
        "maternity-be-3310",
    ]
    assert flagged["status"].eq("closed").all()
    assert flagged["note"].str.contains("that it took place is not confirmed").all()
    told = services["note"].fillna("").str.contains("closing announced")
    assert set(services[told].index) == set(flagged.index)


def test_status_flags_are_those_documented(services):
    found = services["status_flag"].dropna().str.split("; ").explode()
    assert set(found) == set(STATUS_FLAGS)
    documented = (data_dir().parent / "docs" / "services.md").read_text(encoding="utf-8")
    assert [flag for flag in STATUS_FLAGS if f"`{flag}`" not in documented] == []


def test_undated_rows_are_counted_in_the_documentation(services):
    undated = services["as_of"].isna()
    maternities = services["kind"] == "maternity"
    documented = (data_dir().parent / "docs" / "services.md").read_text(encoding="utf-8")
    assert f"{undated.sum()} of {len(services)}" in documented
    assert f"{(undated & maternities).sum()} of {maternities.sum()} maternities" in documented


def test_recent_pages_that_do_not_say_open_are_not_called_open(services):
    ids = ["creche-de-la-dime-liege", "doreymi-braine-le-comte", "les-petits-bateaux-anderlecht"]
    assert services.loc[[f"creche-web-{name}" for name in ids], "status"].eq("unconfirmed").all()


def test_every_source_row_is_accounted_for(source_rows, services):
    counts = summarise_source_rows(source_rows).set_index("file")
    assert (counts[["kept", "merged", "listed_elsewhere"]].sum(axis=1) == counts["rows"]).all()
    found = {name.removeprefix("services/").removesuffix(".csv"): tuple(row) for name, row in counts.iterrows()}
    assert found == {
        "birth_centres": (14, 0, 0, 14),
        "childcare_brussels_city": (92, 0, 0, 92),
        "childcare_pages": (168, 14, 6, 188),
        "childcare_single_facts": (8, 1, 3, 12),
        "hospital_sites_be_eurostat2020": (272, 0, 0, 272),
        "maternities_wal_bxl": (47, 0, 0, 47),
        "maternity_closures": (0, 8, 0, 8),
        "one_consultations_brussels": (15, 0, 0, 15),
        "one_consultations_pages": (16, 0, 0, 16),
        "osm_brussels_hospitals": (0, 0, 20, 20),
        "osm_brussels_kindergartens": (118, 0, 0, 118),
        "plan_equilibre_projects": (0, 0, 43, 43),
        "lifeline/contacts": (20, 2, 59, 81),
    }
    ids = set(services.index) | set(store.load_osm_kindergartens().index)
    assert set(source_rows.loc[source_rows["outcome"] == "kept", "service_id"]) == ids
    assert set(source_rows["service_id"].dropna()) == ids
    assert source_rows.loc[source_rows["outcome"] != "kept", "why"].notna().all()


def test_no_point_is_shown_for_a_locality_or_for_nothing(services):
    unplaced = services["position_precision"].isin(["locality", "none"])
    assert services.loc[unplaced, ["lon", "lat"]].isna().all(axis=None)
    assert services.loc[~unplaced, ["lon", "lat", "position_source"]].notna().all(axis=None)


def test_geocoded_points_say_so_and_are_street_level(services):
    geocoded = services["position_source"].fillna("").str.startswith("geocoded")
    assert 40 <= geocoded.sum() <= 90
    assert (services.loc[geocoded, "position_precision"] == "street").all()
    assert services.loc["birth-centre-pass-ages", "position_source"].startswith("geocoded: middle of Rue du Delta")


def test_flags_are_those_documented(services):
    found = services["position_flag"].dropna().str.split("; ").explode()
    assert set(found) <= set(FLAGS)
    documented = (data_dir().parent / "docs" / "services.md").read_text(encoding="utf-8")
    assert [flag for flag in FLAGS if f"`{flag}`" not in documented] == []


def test_hospitals(services):
    hospitals = services[services["kind"] == "hospital"]
    assert (len(hospitals), int(hospitals["has_emergency"].sum())) == (272, 129)
    assert hospitals["nis"].notna().all()
    far = hospitals[hospitals["position_flag"].fillna("").str.contains("OSM")]
    assert sorted(far.index.str.removeprefix("hospital-be-")) == ["1510", "1570", "4190", "4210"]
    moved = hospitals[hospitals["note"].str.contains("its maternity moved")]
    assert sorted(moved.index) == ["hospital-be-2960", "hospital-be-3100"]
    assert moved[["status", "status_flag"]].drop_duplicates().to_numpy().tolist() == [["unconfirmed", MATERNITY_MOVED]]
    assert hospitals["status"].value_counts().to_dict() == {"open": 270, "unconfirmed": 2}


def test_childminders_are_anonymous(services):
    official = services[(services["kind"] == "childminder") & (services["provenance"] == "official")]
    assert len(official) == 9
    assert (official["name"] == PRIVATE).all()
    assert not official["address"].str.contains(r"\d").any()
    assert official["position_flag"].str.contains(ROUNDED).all()
    assert (official["lat"].round(3) == official["lat"]).all()
    every = services[services["kind"] == "childminder"]
    assert not every["address"].dropna().str.contains(r"\d").any()
    assert every["phone"].isna().all()
    assert set(every["position_precision"]) <= {"street", "locality"}


def test_projects_networks_and_duplicates_are_no_open_services(services, source_rows):
    care = services[services["kind"].isin(["creche", "childminder", "drop_in_care"])]
    marked = care["name"].str.contains(r"\((?:[^)]*projet|[^)]*extension|ferm)")
    assert marked.sum() > 20
    assert not care.loc[marked, "status"].eq("open").any()
    assert not care["name"].str.contains("Accueil des Tout-Petits|Centre régional de la petite enfance").any()
    networks = source_rows[source_rows["why"].fillna("").str.contains("service of childminders")]
    assert len(networks) == 5
    assert not care["name"].str.contains("accueillant|Les Arsouilles", case=False).any()
    merged = source_rows[(source_rows["file"].str.endswith("pages.csv")) & (source_rows["outcome"] == "merged")]
    assert merged["service_id"].str.startswith("creche-bxl").sum() == 7


def test_old_leads_are_not_called_open(services):
    leads = services[services.index.str.startswith("consultation-web")]
    located = leads["lon"].notna()
    assert leads.loc[~located, "status"].eq("unconfirmed").all()
    assert leads.loc[located, ["address", "as_of"]].notna().all(axis=None)
    assert leads.loc[leads["as_of"].fillna("") < "2021", "status"].eq("unconfirmed").all()


def test_every_row_says_where_it_comes_from(services):
    assert services[["source", "provenance", "licence"]].notna().all(axis=None)
    web = services[services["provenance"] == "web"]
    pages = web[web.index.str.contains("-web-") & web["source"].str.startswith("http")]
    assert len(pages) > 150
    assert set(services["provenance"]) == {"official", "web", "document"}, "nothing modelled, nothing under the ODbL"


def test_only_maternities_and_hospitals_are_complete(services):
    table = store.load_completeness()
    assert set(table.loc[table["level"] == "complete", "kind"]) == {"maternity", "hospital"}
    rows = table.set_index(["kind", "area"])
    assert rows.loc[("maternity", "Wallonia"), "known_count"] == 28
    assert rows.loc[("hospital", "Flanders"), "known_count"] == 138
    assert rows.loc[("child_consultation", "Wallonia-Brussels Federation"), "published_count"] == 624
    assert table.groupby("why_key")["why"].nunique().eq(1).all()
    assert table.loc[table["kind"] == "hospital", "why"].str.contains("later mergers are not in it").all()
    kinds = set(services["kind"]) | {"kindergarten_osm"}
    for kind in kinds:
        assert {"Wallonia", "Brussels"} <= set(table.loc[table["kind"] == kind, "area"])
