"""The rates that IWEPS and IBSA print, from places and Statbel's children."""

import pandas as pd
import pytest

from finder.capacity.brussels_places import INCOME_RELATED_PCT_0_3, PLACES, PUBLISHED_PCT_0_3
from finder.capacity.coverage import children_0_2_5, coverage_rate, coverage_rate_under_3
from finder.sources import store

YEARS = [*range(2008, 2015), 2018, 2019]
REGION_COUNTED_YEARS = [2015, 2016, 2017, 2020]
"""Children counted by region and age, only their split over communes (here: the German-speaking ones) estimated."""


@pytest.fixture(scope="module")
def by_age():
    ages = store.load_population_by_age()
    return ages[(ages["age"] < 3) & (ages["basis"] == "observed")]


def walloon(by_age, *, with_german, years=YEARS):
    communes = store.load_communes()
    inside = (communes["region"] == "Wallonia") & (with_german | ~communes["is_german_community"])
    rows = by_age[by_age["nis"].isin(communes.index[inside])]
    wide = rows.pivot_table(index="year", columns="age", values="count", aggfunc="sum")
    return wide.set_axis(wide.index - 1).loc[years]


def test_wallonia_as_iweps_prints_it(by_age):
    published = store.load_daycare_places().set_index("year").loc[YEARS]
    rate = coverage_rate(published["places_total"], children_0_2_5(walloon(by_age, with_german=False)))
    difference = rate - published["coverage_pct"]
    assert (rate.round(1) == published["coverage_pct"]).all()
    assert difference.abs().max() < 0.05


def test_wallonia_in_the_years_counted_by_region_only():
    series = store.load_population_series()
    ages = walloon(series[series["age"] < 3], with_german=False, years=REGION_COUNTED_YEARS)
    published = store.load_daycare_places().set_index("year").loc[REGION_COUNTED_YEARS]
    rate = coverage_rate(published["places_total"], children_0_2_5(ages))
    assert rate.round(1).tolist() == published["coverage_pct"].tolist()


def test_other_bases_do_not_give_the_printed_rates(by_age):
    published = store.load_daycare_places().set_index("year").loc[YEARS]
    ages = walloon(by_age, with_german=False)
    others = {
        "with the German-speaking communes": children_0_2_5(walloon(by_age, with_german=True)),
        "five sixths of the under-threes": ages[[0, 1, 2]].sum(axis=1) * 5 / 6,
        "all of age 2": ages[[0, 1, 2]].sum(axis=1),
    }
    for name, children in others.items():
        rate = coverage_rate(published["places_total"], children.astype(float))
        assert not (rate.round(1) == published["coverage_pct"]).all(), name


def test_brussels_as_ibsa_prints_it(by_age):
    communes = store.load_communes()
    inside = by_age["nis"].isin(communes.index[communes["region"] == "Brussels"])
    children = by_age[inside & (by_age["year"] == 2019)]["count"].sum()
    assert children == 50_957
    rate = coverage_rate_under_3(pd.Series({"04000": PLACES}), pd.Series({"04000": children}))
    assert round(rate["04000"], 2) == PUBLISHED_PCT_0_3
    observed = store.load_coverage_observations()
    income = observed[observed["indicator"] == "income_related_places_pct_0_3"]["value"]
    assert income.tolist() == [INCOME_RELATED_PCT_0_3]
