import numpy as np
import pandas as pd
import pytest

from finder.capacity import coverage
from finder.errors import CoverageInputError, FinderError


def series(*values, ids=None):
    return pd.Series(list(values), index=ids or list("ABCDE")[: len(values)])


def test_half_of_age_two_counts():
    ages = pd.DataFrame({0: [10], 1: [20], 2: [31], 3: [99]}, index=["A"])
    assert coverage.children_0_2_5(ages).to_dict() == {"A": 45.5}


def test_the_rate_is_per_hundred_children_and_keeps_the_index_of_places():
    rate = coverage.coverage_rate(series(50, 10), series(20, 200, ids=["B", "A"]))
    assert rate.to_dict() == {"A": 25.0, "B": 50.0}
    assert rate.name == "coverage_pct"
    assert coverage.coverage_rate(series(30), series(20))["A"] == 150


def test_no_child_gives_nan_never_infinity():
    rate = coverage.coverage_rate(series(7, 0, 7), series(0, 0, 10))
    assert np.isnan(rate["A"])
    assert np.isnan(rate["B"])
    assert rate["C"] == 70


@pytest.mark.parametrize("bad", [-1, np.nan, np.inf, "seven", None])
@pytest.mark.parametrize("side", [0, 1])
def test_impossible_values_are_named(bad, side):
    values = [series(1, 2), series(3, 4)]
    values[side] = pd.Series([1, bad], index=["A", "B"], dtype=object)
    with pytest.raises(CoverageInputError, match="of B are not numbers"):
        coverage.coverage_rate(*values)


def test_ids_must_be_the_same_and_stand_once():
    with pytest.raises(CoverageInputError, match="C stand in only one"):
        coverage.coverage_rate(series(1, 2), series(1, 2, 3))
    with pytest.raises(CoverageInputError, match="A stand twice"):
        coverage.coverage_rate(series(1, 2, ids=["A", "A"]), series(1))
    assert issubclass(CoverageInputError, FinderError)
    assert issubclass(CoverageInputError, ValueError)


def test_a_lacking_age_is_named():
    with pytest.raises(CoverageInputError, match="the ages 2 are lacking"):
        coverage.children_0_2_5(pd.DataFrame({0: [1], 1: [1]}))


def test_the_variant_of_ibsa_has_its_own_name():
    rate = coverage.coverage_rate_under_3(series(38), series(100))
    assert rate.name == "coverage_under_3_pct"
    assert rate.name != coverage.coverage_rate(series(38), series(100)).name


def test_shares_are_of_places():
    assert coverage.subsidised_share(series(3, 0), series(4, 0))["A"] == 0.75
    assert np.isnan(coverage.subsidised_share(series(3, 0), series(4, 0))["B"])
    assert coverage.income_related_share(series(1), series(3)).name == "income_related_share"
    with pytest.raises(CoverageInputError, match="More subsidised places than places in B, C"):
        coverage.subsidised_share(series(3, 5, 1), series(4, 4, 0))


def test_arguments_are_left_as_they_were():
    places, children = series(1, 2), series(0, 4)
    before = places.copy(), children.copy()
    coverage.coverage_rate(places, children)
    pd.testing.assert_series_equal(places, before[0])
    pd.testing.assert_series_equal(children, before[1])


def test_the_targets_are_of_participation():
    assert [(target.share_pct, target.by_year) for target in coverage.BARCELONA_TARGETS] == [(33.0, 2010), (45.0, 2030)]
    assert {target.measures for target in coverage.BARCELONA_TARGETS} == {"participation"}
