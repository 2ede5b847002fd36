"""The estimated years: whole, flagged, equal to the counted regions, and judged where a counted year is hidden."""

import pytest

from finder.capacity.demand import estimate_year
from finder.capacity.nowcast import mean_error_pct
from finder.sources import store


@pytest.fixture(scope="module")
def series():
    return store.load_population_series()


@pytest.fixture(scope="module")
def places():
    frame = store.load_children_by_commune_281().drop_duplicates("nis").set_index("nis")
    return frame[["arrondissement", "region"]].sort_index()


@pytest.fixture(scope="module")
def region_counts():
    frame = store.load_population_region()
    return {
        year: group.pivot_table(index="age", columns="region", values="count", aggfunc="sum")
        for year, group in frame.groupby("year")
    }


def test_every_year_is_there_once_and_says_its_basis(series):
    assert not series.duplicated(["nis", "year", "age"]).any()
    years = series.groupby("year")["basis"].unique().map(",".join)
    assert years.index.tolist() == list(range(2009, 2026))
    assert years[years == "observed"].index.tolist() == [*range(2009, 2016), 2019, 2020]
    sizes = series.groupby("year")["nis"].size()
    assert set(sizes.loc[:2021]) == {280 * 101}
    assert set(sizes.loc[2022:]) == {280 * 6}
    assert (series["count"] >= 0).all()


@pytest.mark.parametrize("year", [2016, 2017, 2018, 2021])
def test_each_age_sums_to_its_region_to_the_unit(series, places, region_counts, year):
    people = series[series["year"] == year]
    sums = people.groupby(["age", people["nis"].map(places["region"])])["count"].sum().reset_index()
    sums = sums.pivot_table(index="age", columns="nis", values="count")
    assert (sums == region_counts[year][sums.columns]).all(axis=None)


def test_2024_keeps_the_observed_total_and_the_estimate_of_the_figures(series):
    ages = series[series["year"] == 2024].pivot_table(index="nis", columns="age", values="count")
    figures = (
        store.load_commune_figures().query("year == 2024").pivot_table(index="nis", columns="figure", values="value")
    )
    assert (ages[[0, 1, 2, 3, 4]].sum(axis=1) == figures["children_0_4"]).all()
    assert (ages[0] + ages[1] + ages[2] / 2 - figures["children_0_2_5"]).abs().max() <= 1
    assert (ages.sum(axis=1) - figures["children_0_5"]).abs().max() <= 1


def test_a_hidden_year_between_two_counts_is_found_again(places, region_counts):
    by_age = store.load_population_by_age()
    ages = by_age.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(places.index)
    known = ages.loc[:, [year not in (2012, 2013, 2014) for year in ages.columns.get_level_values(0)]]
    found = estimate_year(known, places, region_counts[2013], 2013)
    errors = {
        name: mean_error_pct(found[band].sum(axis=1), ages[2013][band].sum(axis=1))
        for name, band in {"0-2": [0, 1, 2], "0-5": list(range(6)), "all": list(range(101))}.items()
    }
    assert errors == pytest.approx({"0-2": 3.04, "0-5": 1.94, "all": 0.49}, abs=0.01)
    line = (ages[2011] + ages[2015]) / 2
    assert errors["0-2"] < mean_error_pct(line[[0, 1, 2]].sum(axis=1), ages[2013][[0, 1, 2]].sum(axis=1)) - 1


def test_the_year_after_the_last_count_comes_from_births_and_cohorts(places, region_counts):
    by_age = store.load_population_by_age().query("year < 2020")
    ages = by_age.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(places.index)
    born = store.load_births().query("year == 2019").set_index("nis")["births"].astype(float).reindex(places.index)
    found = estimate_year(ages, places, region_counts[2020], 2020, newborns=born)
    truth = store.load_population_by_age().query("year == 2020 and age < 3").groupby("nis")["count"].sum()
    assert mean_error_pct(found[[0, 1, 2]].sum(axis=1), truth) == pytest.approx(2.43, abs=0.01)


def test_the_table_of_281_communes_is_observed_only(places):
    table = store.load_children_by_commune_281()
    assert table["nis_old"].nunique() == 281
    assert sorted(table.loc[table["nis"] == "82039", "nis_old"].unique()) == ["82003", "82005"]
    assert sorted(table["year"].unique()) == [*range(2009, 2016), 2019, 2020, 2024]
    merged = table.groupby(["nis", "year"])[["population", "children_0_4"]].sum()
    figures = store.load_commune_figures()
    for name in merged.columns:
        known = figures[figures["figure"] == name].set_index(["nis", "year"])["value"]
        assert merged.index.size == known.size
        assert (merged[name].astype(float) - known).abs().max() == 0
    assert table.loc[table["year"] == 2024, ["age_0", "adults_15_49"]].isna().all(axis=None)
