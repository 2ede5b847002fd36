"""Shrunk ratios, filled births and intervals on cases small enough to work out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.capacity.cohorts import cohort_growth, shrunk_ratio, transitions
from finder.capacity.nowcast import Counts, Shrinkage, Spread, expected_ages, fill_births, fit_spread
from finder.errors import SchemaError

PLACES = pd.DataFrame({"arrondissement": ["A", "A", "B"], "region": "Wallonia"}, index=["1", "2", "3"])


def test_a_ratio_is_drawn_to_its_arrondissement_and_without_counts_to_the_region():
    after, before = pd.Series([30.0, 50.0, np.nan], PLACES.index), pd.Series([10.0, 40.0, 9.0], PLACES.index)
    ratio = shrunk_ratio(after, before, PLACES, weight=10.0)
    # Arrondissement A: 80 / 50 = 1.6; B has no pair of counts and takes the region's 1.6.
    assert ratio.tolist() == pytest.approx([(30 + 16) / 20, (50 + 16) / 50, 1.6])


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=3, max_size=3),
    st.floats(1.0, 1e6),
)
def test_a_shrunk_ratio_lies_between_its_own_and_the_arrondissements(counts, weight):
    after, before = (pd.Series(column, PLACES.index, dtype=float) for column in zip(*counts, strict=True))
    ratio = shrunk_ratio(after, before, PLACES, weight=weight)
    wide = after.groupby(PLACES["arrondissement"]).transform("sum") / before.groupby(
        PLACES["arrondissement"]
    ).transform("sum")
    low, high = np.minimum(after / before, wide), np.maximum(after / before, wide)
    assert ((ratio >= low - 1e-9) & (ratio <= high + 1e-9)).all()


def test_growth_is_the_product_of_the_yearly_ratios():
    columns = pd.MultiIndex.from_product([[2019, 2020], [0, 1, 2]], names=["year", "age"])
    ages = pd.DataFrame([[10, 20, 30, 10, 11, 30]] * 3, PLACES.index, columns)
    growth = cohort_growth(ages, 0, PLACES, steps=2, years=[2020], weight=5.0)
    assert growth.tolist() == pytest.approx([11 / 10 * 30 / 20] * 3)
    assert transitions([2009, 2010, 2015, 2019, 2020], known_to=2019) == [2010]


def make_counts(totals):
    columns = pd.MultiIndex.from_product([[2019, 2020], range(6)], names=["year", "age"])
    ages = pd.DataFrame([[100] * 12, [50] * 12, [20] * 12], PLACES.index, columns, dtype=float)
    births = pd.DataFrame({year: [100.0, 50.0, 20.0] for year in range(2017, 2024)}, PLACES.index)
    return Counts(ages, births, pd.DataFrame(totals, PLACES.index), PLACES)


def test_nothing_dated_after_the_day_enters():
    weights = Shrinkage(100.0, 100.0, 100.0)
    counts = make_counts({2019: [500.0, 250.0, 100.0], 2020: [500.0, 250.0, 100.0], 2022: [450.0, 250.0, 100.0]})
    before = expected_ages(counts, 2022, weights)
    assert before.to_numpy() == pytest.approx(np.outer([100, 50, 20], np.ones(6)))
    counts.births[[2022, 2023]] *= 3
    counts.children_0_4[2022] *= 5
    pd.testing.assert_frame_equal(expected_ages(counts, 2022, weights), before)


def test_a_newer_total_sets_the_level_of_its_commune_drawn_to_the_region():
    counts = make_counts({2020: [500.0, 250.0, 100.0], 2022: [400.0, 250.0, 100.0]})
    children = expected_ages(counts, 2023, Shrinkage(100.0, 100.0, 100.0))
    region = 750 / 850
    assert children[0].tolist() == pytest.approx(
        [100 * (400 + 100 * region) / 600, 50 * (250 + 100 * region) / 350, 20 * (100 + 100 * region) / 200]
    )


def test_births_that_lack_are_said_or_filled_from_beside():
    born = pd.DataFrame({2022: [np.nan, 8.0], 2023: [10.0, np.nan], 2024: [12.0, 4.0]})
    assert fill_births(born).to_numpy().tolist() == [[10.0, 10.0, 12.0], [8.0, 6.0, 4.0]]
    with pytest.raises(SchemaError, match="need the births of 2024: add them"):
        expected_ages(make_counts({2020: [1.0, 1.0, 1.0]}), 2025, Shrinkage(1.0, 1.0, 1.0))


def test_the_spread_finds_what_made_the_errors_and_small_communes_get_wider_bounds():
    rng = np.random.default_rng(5)
    expected = pd.Series(np.exp(rng.uniform(np.log(50), np.log(5_000), 4_000)))
    observed = expected * np.exp(rng.normal(0, np.sqrt(0.0004 + 1.0 / expected)))
    spread = fit_spread(expected, observed)
    assert (spread.common, spread.chance) == pytest.approx((0.0004, 1.0), rel=0.2)
    assert spread.multiple == pytest.approx(1.2816, rel=0.05)
    bounds = spread.bounds(expected)
    assert observed.between(bounds["low"], bounds["high"]).mean() == pytest.approx(0.8, abs=0.001)
    width = Spread(0.0, 1.0, 1.0).bounds(pd.Series([100.0, 400.0]))
    assert (np.log(width["high"]) - np.log(width["low"])).tolist() == pytest.approx([0.2, 0.1])
