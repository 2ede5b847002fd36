"""Inequality measures: closed forms, edges, and what their readings say."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.equity import (
    by_income_quintile,
    concentration_index,
    gini,
    lorenz_curve,
    measure_equity,
    palma_ratio,
    theil,
    theil_between,
)
from finder.capacity.equity_reading import reading
from finder.errors import MeasureError


def test_equal_values_have_no_inequality():
    assert gini([5, 5, 5], [1, 2, 3]) == pytest.approx(0)
    assert theil([5, 5, 5], [1, 2, 3]) == 0
    assert concentration_index([5, 5, 5], [1, 2, 3], [3, 1, 2]) == pytest.approx(0)
    assert palma_ratio([5, 5, 5], [1, 2, 3], [3, 1, 2]) == pytest.approx(1)


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5])
def test_when_a_share_of_children_has_everything(share):
    values, weights = [0.0, 10.0], [1 - share, share]
    assert gini(values, weights) == pytest.approx(1 - share)
    assert theil(values, weights) == pytest.approx(-np.log(share))


@pytest.mark.parametrize("n", [2, 5, 100])
def test_gini_of_1_to_n_is_n_minus_1_over_3_n(n):
    assert gini(np.arange(1, n + 1), np.ones(n)) == pytest.approx((n - 1) / (3 * n))


@pytest.mark.parametrize("sigma", [0.3, 1.0])
def test_lognormal_has_its_known_gini_and_theil(sigma):
    from scipy.special import erf, ndtri

    values = np.exp(sigma * ndtri((np.arange(200_000) + 0.5) / 200_000))
    assert gini(values, np.ones(len(values))) == pytest.approx(erf(sigma / 2), abs=1e-3)
    assert theil(values, np.ones(len(values))) == pytest.approx(sigma**2 / 2, abs=2e-3)


def test_concentration_has_the_sign_of_who_has_more_and_ties_share_a_rank():
    assert concentration_index([0, 0, 0, 1], [1] * 4, [1, 2, 3, 4]) == pytest.approx(0.75)
    assert concentration_index([1, 0, 0, 0], [1] * 4, [1, 2, 3, 4]) == pytest.approx(-0.75)
    assert concentration_index([1, 0, 0, 0], [1] * 4, [7, 7, 7, 7]) == pytest.approx(0)
    assert concentration_index([1, 3], [1, 1], [5, 5]) == concentration_index([3, 1], [1, 1], [5, 5])


def test_theil_parts_lie_between_groups_or_within():
    values, weights = [1.0, 3.0, 2.0, 6.0], [1.0, 1.0, 1.0, 1.0]
    groups = pd.Series(["a", "a", "b", "b"])
    assert theil_between(values, weights, groups) == pytest.approx(theil([2.0, 4.0], [2.0, 2.0]))
    assert theil_between(values, weights, pd.Series(["a"] * 4)) == pytest.approx(0)
    assert theil_between(values, weights, pd.Series(list("abcd"))) == pytest.approx(theil(values, weights))
    with pytest.raises(MeasureError, match="groups"):
        theil_between(values, weights, pd.Series(["a", None, "b", "b"]))


def test_palma_splits_zones_at_exactly_10_and_40_percent_of_the_children():
    # 100 children: poorest 40 = 30 with 2 and 10 with 6 -> mean 3; richest 10 of the 20 with 9.
    assert palma_ratio([2, 6, 9], [30, 50, 20], [1, 2, 3]) == pytest.approx(3.0)
    # Same incomes are mixed: 6 and 10 among equal children give 8.
    assert palma_ratio([6, 10], [50, 50], [1, 1]) == pytest.approx(1.0)
    assert np.isnan(palma_ratio([0, 6], [50, 50], [1, 2]))


def test_lorenz_curve_begins_and_ends_where_it_must():
    curve = lorenz_curve([3.0, 1.0, 1.0], [1.0, 1.0, 2.0])
    np.testing.assert_allclose(curve["children_share"], [0, 0.75, 1])
    np.testing.assert_allclose(curve["value_share"], [0, 0.5, 1])
    empty = lorenz_curve([0.0], [4.0])
    assert empty["value_share"].isna().all()
    assert empty["children_share"].tolist() == [0, 1]


def test_quintiles_hold_a_fifth_of_the_children_each():
    fifths = by_income_quintile([10, 20, 30], [40, 40, 20], [1, 2, 3])
    assert fifths["mean"].tolist() == pytest.approx([10, 10, 20, 20, 30])
    assert fifths["children"].tolist() == [20] * 5
    assert fifths["value_share"].sum() == pytest.approx(1)
    assert by_income_quintile([10], [0], [1])["mean"].isna().all()
    assert by_income_quintile([0, 0], [5, 5], [1, 2])["mean"].tolist() == [0] * 5


def test_nobody_and_nothing_give_nan():
    for values, weights in (([1.0, 2.0], [0.0, 0.0]), ([0.0, 0.0], [1.0, 2.0]), ([], [])):
        income = list(range(len(values)))
        for measured in (
            gini(values, weights),
            theil(values, weights),
            concentration_index(values, weights, income),
            palma_ratio(values, weights, income),
        ):
            assert np.isnan(measured)


def test_zones_without_children_change_nothing_even_when_unknown():
    assert gini([1, 3, np.nan], [2, 2, 0]) == gini([1, 3], [2, 2])
    assert palma_ratio([1, 3, 9], [2, 2, 0], [1, 2, np.nan]) == palma_ratio([1, 3], [2, 2], [1, 2])


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([-1, 2], [1, 1], "1 values are negative, missing or infinite, at 0"),
        ([1, np.nan], [1, 1], "values"),
        ([1, np.inf], [1, 1], "values"),
        ([1, 2], [1, -1], "weights"),
        ([1, 2], [1, np.nan], "weights"),
        ([1, 2], [1], "one length"),
    ],
)
def test_impossible_values_are_named(values, weights, message):
    for measure in (gini, theil, lorenz_curve):
        with pytest.raises(MeasureError, match=message):
            measure(values, weights)


def test_an_unknown_income_is_refused():
    for measure in (concentration_index, palma_ratio, by_income_quintile):
        with pytest.raises(MeasureError, match="ranking"):
            measure([1, 2], [1, 1], [np.nan, 2])


def test_measure_equity_leaves_out_the_unknown_and_says_how_many():
    table = pd.DataFrame(
        {"per_100": [10, np.nan, 30, 50], "children": [10, 5, 10, 7], "income": [1, 2, 3, np.nan]}, index=list("abcd")
    )
    result = measure_equity(table, measure="per_100", weight="children", income="income")
    assert (result.children, result.unknown_children, result.unknown_zones_count) == (20, 12, 2)
    assert result.mean == 20
    assert result.gini == pytest.approx(0.25)
    assert result.concentration == pytest.approx(0.25)
    with pytest.raises(MeasureError, match="at a"):
        measure_equity(table.assign(per_100=[-1, 1, 1, 1]), measure="per_100", weight="children", income="income")
    with pytest.raises(MeasureError, match="no column 'wealth'"):
        measure_equity(table, measure="per_100", weight="children", income="wealth")


def test_readings_say_which_side_and_how_much():
    assert reading("gini", 0.25, mean=20.0).numbers == (("difference", 10.0), ("mean", 20.0))
    assert reading("palma", 1.04, mean=1).key == "equity.palma.even"
    rich = reading("palma", 1.5, mean=1)
    assert (rich.key, dict(rich.numbers)["more_pct"]) == ("equity.palma.rich", pytest.approx(50))
    poor = reading("palma", 0.5, mean=1)
    assert (poor.key, dict(poor.numbers)["more_pct"]) == ("equity.palma.poor", pytest.approx(100))
    assert reading("palma", 0.0, mean=1).key == "equity.palma.only_poor"
    assert reading("concentration", -0.2, mean=1).key == "equity.concentration.poor"
    assert dict(reading("concentration", -0.2, mean=1).numbers)["move_share"] == pytest.approx(0.15)
    assert reading("theil", 0.0, mean=1).key == "equity.theil.even"
    assert reading("theil", 0.5, mean=1).key == "equity.theil.uneven"
    for measure in ("gini", "theil", "palma", "concentration"):
        assert reading(measure, float("nan"), mean=1).key == "equity.unknown"


def test_difference_of_the_gini_reading_is_the_mean_difference_of_two_children():
    rng = np.random.default_rng(7)
    values = rng.gamma(2, 10, 300)
    expected = np.abs(values[:, None] - values[None, :]).mean()
    said = reading("gini", gini(values, np.ones(300)), mean=values.mean())
    assert dict(said.numbers)["difference"] == pytest.approx(expected)
