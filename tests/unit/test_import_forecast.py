"""From an imported year to the forecast: the newest count is its origin, its ratios and its size classes."""

import shutil

import numpy as np
import pandas as pd
import pytest

from finder.answers.forecast import ForecastDesk
from finder.answers.places_needed import places_needed
from finder.capacity.forecast_models import HamiltonPerry
from finder.capacity.forecast_regions import between_counts
from finder.errors import SeriesError
from finder.settings import data_dir
from finder.sources import store
from finder.sources.forecast_tables import SELECTION_PATH, WIDTHS_PATH, ForecastInputs
from finder.sources.population_import import import_population, undo_import

GROWING = "92094"


def statbel_file(people, year, folder):
    """Write ``nis``, ``age``, ``count`` in the layout of TF_SOC_POP_STRUCT: women and men, Belgians and others."""
    region = people["nis"].str[:2].eq("21").map({True: "04000", False: "03000"})
    base = pd.DataFrame({"CD_REFNIS": people["nis"], "CD_RGN_REFNIS": region, "CD_AGE": people["age"]})
    women = people["count"] // 2
    others = (people["count"] - women) // 5
    parts = [
        base.assign(CD_SEX=sex, CD_NATLTY=nationality, MS_POPULATION=count)[count > 0]
        for sex, nationality, count in (
            ("F", "BEL", women), ("M", "ETR", others), ("M", "BEL", people["count"] - women - others),
        )
    ]  # fmt: skip
    path = folder / f"TF_SOC_POP_STRUCT_{year}.txt"
    pd.concat(parts).assign(CD_CIV_STS="1", CD_YEAR=year).to_csv(path, sep="|", index=False)
    return path


def people_of(year):
    """Children as the estimates have them, everyone else as in 2020, a year older in 2026; one commune has grown."""
    ages = store.load_population_by_age().query("year == 2020")[["nis", "age", "count"]]
    young = store.load_population_series().query("year == 2025 and age <= 5")[["nis", "age", "count"]]
    people = pd.concat([young, ages[ages["age"] > 5]]).set_index(["nis", "age"])["count"]
    people = people.where(people.index.get_level_values("nis") != GROWING, (people * 1.1).round().astype(int))
    if year == 2026:
        older = people.groupby("nis").shift(1).fillna(people).astype(int)
        people = older + older // 50
    return people.rename("count").reset_index()


def calibrated_anew(folder):
    """Stamp the kept widths with the new data, in place of ``finder backtest --write``, which takes half a minute."""
    version = ForecastInputs.of_folder(folder).data_version
    for name in (WIDTHS_PATH, SELECTION_PATH):
        pd.read_csv(folder / name).assign(data_version=version).to_csv(folder / name, index=False)
    return ForecastDesk(folder)


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    """Return the forecast before the imports, after 2025 and after 2026, and what had to be said in between."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(data_dir() / "tables", folder / "tables")
    shutil.copyfile(data_dir() / "catalog.csv", folder / "catalog.csv")
    found = {None: ForecastDesk()}
    for year in (2025, 2026):
        report = import_population(statbel_file(people_of(year), year, folder), folder)
        assert "tables/population_region.parquet" in report.changed
        with pytest.raises(SeriesError, match=r"the population, .*Run: finder backtest --write"):
            _ = ForecastDesk(folder).forecaster
        found[year] = calibrated_anew(folder)
        _ = found[year].table(to=2035)
    return found


def communes(desk, year, column="children"):
    table = desk.table(to=2035)
    return table[(table["level"] == "commune") & (table["year"] == year)].set_index("area")[column]


def test_the_imported_year_is_the_origin_and_its_regions_are_the_sums(desks):
    series = desks[2025].series
    assert (desks[None].series.origin, series.origin, desks[2026].series.origin) == (2020, 2025, 2026)
    assert series.region_estimated == (2022, 2023, 2024)
    file = people_of(2025)
    in_brussels = file["nis"].str[:2] == "21"
    by_age = file[in_brussels & (file["age"] < 55)].groupby("age")["count"].sum()
    np.testing.assert_array_equal(series.region_at(2025)[1].sum(axis=0), by_age)
    assert np.isnan(series.region_at(2025)[2]).all()
    np.testing.assert_array_equal(series.region_counts[:16], desks[None].series.region_counts)


def test_counted_years_read_observed_without_bounds(desks):
    half = pd.Series({0: 1.0, 1: 1.0, 2: 0.5})
    for year in (2025, 2026):
        file = people_of(year).query("age <= 2")
        counted = (file["count"] * file["age"].map(half)).groupby(file["nis"]).sum()
        for seen in range(2025, year + 1):
            assert set(communes(desks[year], seen, "basis")) == {"observed"}
            assert communes(desks[year], seen, "low_80").isna().all()
        np.testing.assert_allclose(communes(desks[year], year).reindex(counted.index), counted)
    assert set(communes(desks[2025], 2026, "basis")) == {"estimated"}
    assert set(communes(desks[None], 2025, "basis")) == {"estimated"}


def test_a_counted_today_is_the_nowcast_and_a_year_ahead_is_surer(desks):
    table = store.load_children_nowcast(desks[2026].data_dir)
    assert (set(table["basis"]), set(table["method"])) == ({"observed"}, {"count"})
    assert (table["children_0_5_p10"] == table["children_0_5"]).all()
    assert (table["children_0_2_5_p90"] == table["children_0_2_5"]).all()
    widths = {
        year: np.log(communes(desks[year], 2027, "high_80") / communes(desks[year], 2027, "low_80")).median()
        for year in (None, 2026)
    }
    assert widths[2026] < widths[None]
    need = places_needed(desks[2026], to=2030, take_up="present").table
    assert sorted(need["year"].unique()) == [2026, 2027, 2028, 2029, 2030]
    np.testing.assert_allclose(need.loc[need["year"] == 2026, "gap"].dropna(), 0, atol=1e-9)


def test_ratios_size_and_forecast_follow_the_new_counts(desks):
    fitted = {year: HamiltonPerry(weights=(1000.0, 4000.0)).fit(desk.series) for year, desk in desks.items()}
    # Children of age 0 per adult: 2025 alone is enough; cohort ratios need two years in a row.
    assert (fitted[2025].child_adult != fitted[None].child_adult).all()
    np.testing.assert_array_equal(fitted[2025].cohort, fitted[None].cohort)
    moved = fitted[2026].cohort[:, 10:40] - fitted[None].cohort[:, 10:40]
    assert (moved != 0).all()
    assert moved.mean() > 0.0005
    position = desks[2025].series.nis.index(GROWING)
    grown = desks[2025].series.population[-1, position] / desks[None].series.population[-1, position]
    assert grown == pytest.approx(1.1, abs=0.01)
    before, after = (communes(desks[year], 2035) for year in (None, 2025))
    change = after / before
    assert change[GROWING] > change.median() + 0.04
    assert change.between(0.7, 1.4).all()
    assert any("starts from the count of 2025" in note for note in desks[2025].notes(to=2035, scenario="central"))


def test_the_judged_series_keeps_its_years(desks):
    inputs = {year: ForecastInputs.of_folder(desk.data_dir) for year, desk in desks.items()}
    assert inputs[2026].judged[0].data_version == inputs[None].judged[0].data_version
    # Years before the import are estimated as they were, in between with what is counted since.
    estimated = store.load_population_estimated(desks[2026].data_dir)
    assert set(estimated["year"]) == {2016, 2017, 2018, 2021, 2022, 2023, 2024}


def test_an_import_once_more_and_undone(desks):
    folder = desks[2026].data_dir
    path = statbel_file(people_of(2026), 2026, folder)
    kept = store.load_population_region(folder)
    report = import_population(path, folder, replace=True)
    assert report.repairs == ()
    pd.testing.assert_frame_equal(store.load_population_region(folder), kept)
    undo_import(folder)


def test_years_between_counts_follow_their_cohorts():
    growth, ages = 1.01, np.arange(12)
    counts = {year: np.tile(1000.0 * growth ** (year - 2000 + ages), (2, 1)) for year in (2000, 2001, 2002, 2005)}
    found = between_counts(counts, age_count=8)
    assert sorted(found) == [2003, 2004]
    for year, people in found.items():
        # Two steps of 1 % by time and age are one cohort's growth of 1.01 squared a year.
        np.testing.assert_allclose(people[0], 1000.0 * growth ** (year - 2000 + ages[:8]), rtol=1e-4)
    assert between_counts({2000: counts[2000], 2001: counts[2001]}, age_count=12) == {}
    with pytest.raises(SeriesError, match="need counts up to age 15"):
        between_counts(counts, age_count=12)
    with pytest.raises(SeriesError, match="No two years in a row"):
        between_counts({2000: counts[2000], 2005: counts[2005]}, age_count=5)
