"""The forecast of the product, on the committed data."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from finder.answers.forecast import UNTESTED_NOTE, ForecastDesk
from finder.answers.places_needed import places_needed, planned_projects, rank_communes
from finder.capacity.forecast_path import SCENARIOS
from finder.cli import main
from finder.cli.forecast import find_commune
from finder.errors import PlaceNotFoundError, SeriesError
from finder.sources import store
from finder.sources.forecast_tables import ForecastInputs, load_calibration


@pytest.fixture(scope="module")
def desk():
    return ForecastDesk()


@pytest.fixture(scope="module")
def table(desk):
    return desk.table(to=2037)


def test_levels_add_up_in_every_year(table):
    sums = table.pivot_table(index="year", columns="level", values="children", aggfunc="sum")
    for level in sums.columns:
        np.testing.assert_allclose(sums[level], sums["commune"], rtol=1e-12)
    counts = table[table["year"] == 2030].groupby("level")["area"].nunique()
    assert counts.to_dict() == {"commune": 280, "arrondissement": 21, "province": 6, "region": 2, "whole": 1}


def test_intervals_enclose_and_widen(table):
    ahead = table[table["basis"] != "observed"]
    assert (ahead["low_95"] <= ahead["low_80"]).all()
    assert (ahead["low_80"] <= ahead["children"]).all()
    assert (ahead["children"] <= ahead["high_80"]).all()
    assert (ahead["high_80"] <= ahead["high_95"]).all()
    whole = table[(table["level"] == "whole") & (table["year"] >= 2026)]
    assert (np.diff(np.log(whole["high_80"] / whole["low_80"])) > 0).all()
    assert table.loc[table["basis"] == "observed", "low_80"].isna().all()


def test_a_sum_is_surer_than_its_communes(table):
    year = table[table["year"] == 2030]
    communes, whole = year[year["level"] == "commune"], year[year["level"] == "whole"]
    summed = communes["high_80"].sum() - communes["low_80"].sum()
    assert (whole["high_80"] - whole["low_80"]).item() < summed


def test_years_say_what_they_are(desk, table):
    bases = table.groupby("year")["basis"].first()
    assert bases[2020] == "observed"
    assert bases[2026] == "estimated"
    assert bases[2035] == "forecast"
    assert bases[2036] == "extrapolated, not tested"
    assert UNTESTED_NOTE in desk.notes(to=2037, scenario="central")
    assert UNTESTED_NOTE not in desk.notes(to=2035, scenario="central")


def test_today_is_the_published_nowcast(table):
    nowcast = store.load_children_nowcast().set_index("nis")["children_0_2_5"]
    today = table[(table["level"] == "commune") & (table["year"] == 2026)].set_index("area")["children"]
    assert (today - nowcast).abs().max() <= 0.251


def test_years_between_are_those_of_the_population_series(table):
    series = store.load_population_series().query("2021 <= year <= 2025 and age <= 2")
    weighed = series["count"] * series["age"].map({0: 1.0, 1: 1.0, 2: 0.5})
    known = weighed.groupby([series["nis"], series["year"]]).sum()
    communes = table[table["level"] == "commune"].set_index(["area", "year"])["children"]
    assert len(known) == 280 * 5
    np.testing.assert_allclose(communes.reindex(known.index), known, rtol=1e-9)


def test_95_is_wider_than_80_for_every_sum(table):
    ahead = table[table["basis"] != "observed"]
    assert (ahead["high_95"] > ahead["high_80"]).all()


def test_scenarios_part(desk):
    ends = {}
    for name in SCENARIOS:
        rows = desk.table(to=2035, scenario=name)
        ends[name] = rows.loc[(rows["level"] == "whole") & (rows["year"] == 2035), "children"].item()
    assert ends["falling"] < ends["stable"] < ends["rebound"]
    assert ends["falling"] < ends["central"] < ends["rebound"]


def test_a_kept_table_cannot_be_spoilt(desk):
    first = desk.table(to=2037)
    first["children"] = 0.0
    assert desk.table(to=2037)["children"].sum() > 0


def test_the_past_of_a_fused_commune_is_that_of_both(desk):
    assert desk.backtest_of("82039")["nis"].unique().tolist() == ["82003", "82005"]
    with pytest.raises(PlaceNotFoundError):
        desk.backtest_of("99999")


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("communes_281", "age_3", "the counts of the backtest"),
        ("by_age", "count", "the population"),
        ("births", "births", "births and children 0-4"),
        ("figures", "value", "births and children 0-4"),
        ("nowcast", "children_0_2_5_p90", "the children of today"),
        ("estimated", "count", "the children of today"),
    ],
)
def test_a_calibration_of_other_data_is_refused_and_named(table, column, named):
    inputs = ForecastInputs.of_folder()
    assert len(load_calibration(inputs)) == 2
    frame = getattr(inputs, table).copy()
    chosen = frame.index[frame["figure"] == "children_0_4"] if table == "figures" else frame.index[frame[column] > 0]
    frame.loc[chosen[-1], column] += 1
    other = dataclasses.replace(inputs, **{table: frame})
    with pytest.raises(SeriesError, match=rf"other data \({named};.*Run: finder backtest --write"):
        load_calibration(other)


def test_places_are_missing_only_outside_one(desk):
    answer = places_needed(desk, to=2035, take_up="45")
    year = answer.table[answer.table["year"] == 2035].set_index("nis")
    assert year["gap"].isna().sum() == 9
    assert (year["need"] > 0).all()
    known = year.dropna()
    assert ((known["gap_probability"] > 0.5) == (known["gap"] > 0)).all()
    assert answer.first_years.between(2026, 2035).all()


def test_present_take_up_has_no_gap_today(desk):
    answer = places_needed(desk, to=2027, take_up="present")
    today = answer.table[answer.table["year"] == 2026].dropna()
    np.testing.assert_allclose(today["gap"], 0, atol=1e-9)
    with pytest.raises(SeriesError, match="Unknown take-up"):
        places_needed(desk, to=2027, take_up="plenty")


def test_projects_count_once():
    plan = planned_projects()
    assert plan["places"].gt(0).all()
    # Manhay's reallocation may be the project already listed: 14 places, not 21.
    assert plan.loc[plan["nis"] == "83055", "places"].sum() == 14
    # Ferrières is named without a number, so its reallocation counts.
    assert plan.loc[plan["nis"] == "61019", "places"].sum() == 7


def test_the_ranking_is_of_communes_with_known_places(desk):
    rank = rank_communes(desk, year=2030)
    assert len(rank) == 271
    assert rank["rank"].is_monotonic_increasing
    assert rank["coverage_pct"].is_monotonic_increasing


def test_the_command_gives_one_commune_as_json(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["finder", "forecast", "leglise", "--to", "2030", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    answer = json.loads(capsys.readouterr().out)
    assert not ended.value.code
    assert {row["area"] for row in answer["children"]} == {"84033"}
    assert answer["children"][-1]["year"] == 2030
    assert answer["notes"]


@pytest.mark.parametrize(
    ("typed", "code"), [("LIEGE", "62063"), ("Luik", "62063"), ("Lüttich", "62063"), ("62063", "62063")]
)
def test_communes_are_found_in_any_language(typed, code):
    assert find_commune(typed, store.load_communes()) == code


def test_a_commune_not_found_gets_near_names():
    with pytest.raises(PlaceNotFoundError, match="Did you mean"):
        find_commune("louvain", store.load_communes())


def test_the_command_takes_ones_own_plans(desk, monkeypatch, capsys, tmp_path):
    (tmp_path / "changes.csv").write_text("nis,year,places\n84033,2029,40\n84033,2030,-10\n")
    (tmp_path / "housing.csv").write_text("nis,year,dwellings\n84033,2028,100\n")

    def places(*options):
        monkeypatch.setattr(sys, "argv", ["finder", "forecast", "84033", "--to", "2030", "--json", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        answer = json.loads(capsys.readouterr().out)
        assert answer["data_version"] == desk.data_version
        return {row["year"]: row for row in answer["places"]}

    plain = places()
    shared = places("--children-per-place", "1.25")
    assert shared[2030]["need"] == pytest.approx(plain[2030]["need"] / 1.25, abs=0.002)
    planned = places("--changes", str(tmp_path / "changes.csv"), "--housing", str(tmp_path / "housing.csv"))
    more = {year: planned[year]["places"] - plain[year]["places"] for year in plain}
    assert [round(more[year], 2) for year in (2028, 2029, 2030)] == [0, 40, 30]
    assert planned[2027]["children"] == plain[2027]["children"]
    assert 2 < planned[2028]["children"] - plain[2028]["children"] < 30


@pytest.mark.parametrize("to", ["2026", "2051"])
def test_the_years_offered_follow_the_data(desk, monkeypatch, capsys, to):
    monkeypatch.setattr(sys, "argv", ["finder", "forecast", "Namur", "--to", to])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert f"choose {desk.present.year + 1} to 2050" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["forecast", "Nulle-Part"],
        ["forecast"],
        ["forecast", "Namur", "--all"],
        ["forecast", "Namur", "--children-per-place", "0"],
        ["forecast", "Namur", "--children-per-place", "nan"],
        ["forecast", "Namur", "--changes", "not-there.csv"],
    ],
)
def test_the_command_refuses_politely(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", ["finder", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
