import numpy as np
import pandas as pd
import pytest

from finder.capacity.forecast import probability_above
from finder.capacity.places_needed import (
    children_of_housing,
    children_per_dwelling,
    first_gap_years,
    gaps,
    rank_by_agreement,
    supply_by_year,
)
from finder.errors import SeriesError

PLACES = pd.Series({"1": 30.0, "2": 50.0, "3": np.nan})


def _children():
    rows = [("1", 2030, 100.0), ("2", 2030, 100.0), ("3", 2030, 100.0), ("1", 2031, 140.0), ("2", 2031, 90.0)]
    frame = pd.DataFrame(rows, columns=["area", "year", "children"])
    return frame.assign(high_80=frame["children"] * 1.1, high_95=frame["children"] * 1.2)


def _supply(changes=()):
    frame = pd.DataFrame(changes, columns=["nis", "year", "places"])
    return supply_by_year(PLACES, frame, [2030, 2031])


def test_openings_count_from_their_year_and_closings_never_go_below_zero():
    supply = _supply([("1", 2031, 14.0), ("2", 2030, -60.0)])
    assert supply.loc["1"].tolist() == [30, 44]
    assert supply.loc["2"].tolist() == [0, 0]
    assert supply.loc["3"].isna().all()


def test_openings_must_be_complete_and_known():
    with pytest.raises(SeriesError, match="without a row of places"):
        _supply([("9", 2031, 14.0)])
    with pytest.raises(SeriesError, match="without a year"):
        _supply([("1", np.nan, 14.0)])


def test_need_and_gap_are_plain_arithmetic():
    table = gaps(_children(), _supply(), take_up_pct=45.0, children_per_place=1.5).set_index(["nis", "year"])
    assert table.loc[("1", 2030), "need"] == pytest.approx(100 * 0.45 / 1.5)
    assert table.loc[("1", 2031), "gap"] == pytest.approx(140 * 0.3 - 30)
    assert table.loc[("1", 2030), "gap_low_80"] < 0 < table.loc[("1", 2030), "gap_high_80"]
    assert table.loc[("1", 2030), "gap_probability"] == pytest.approx(0.5, abs=0.01)


def test_unknown_places_stay_unknown():
    table = gaps(_children(), _supply(), take_up_pct=33.0).set_index(["nis", "year"])
    assert table.loc[("3", 2030), "need"] == pytest.approx(33)
    assert table.loc[("3", 2030), ["gap", "gap_low_80", "gap_probability"]].isna().all()


def test_unsure_places_make_a_gap_less_sure():
    sure = gaps(_children(), _supply(), take_up_pct=45.0).set_index(["nis", "year"])
    reach = pd.DataFrame({"below": 0.4, "above": 0.4}, index=["1", "2"])
    unsure = gaps(_children(), _supply(), take_up_pct=45.0, supply_reach=reach).set_index(["nis", "year"])
    assert 0.5 < unsure.loc[("1", 2031), "gap_probability"] < sure.loc[("1", 2031), "gap_probability"]
    assert unsure.loc[("1", 2031), "gap_low_80"] < sure.loc[("1", 2031), "gap_low_80"]


def test_each_side_of_unsure_places_moves_its_own_bound():
    reach = pd.DataFrame({"below": [0.9, 0.9], "above": [0.0, 0.0]}, index=["1", "2"])
    sure = gaps(_children(), _supply(), take_up_pct=45.0).set_index(["nis", "year"])
    unsure = gaps(_children(), _supply(), take_up_pct=45.0, supply_reach=reach).set_index(["nis", "year"])
    row = ("1", 2031)
    assert unsure.loc[row, "gap_low_80"] == pytest.approx(sure.loc[row, "gap_low_80"])
    assert unsure.loc[row, "gap_high_80"] > sure.loc[row, "gap_high_80"]
    assert unsure.loc[row, "gap_probability"] == pytest.approx(sure.loc[row, "gap_probability"])


def test_the_first_year_is_the_first_that_is_sure_enough():
    first = first_gap_years(gaps(_children(), _supply(), take_up_pct=33.0))
    assert first.to_dict() == {"1": 2030}
    assert first_gap_years(gaps(_children(), _supply(), take_up_pct=10.0)).empty


def test_take_up_must_be_above_zero():
    with pytest.raises(SeriesError, match="above zero"):
        gaps(_children(), _supply(), take_up_pct=0.0)


def test_new_dwellings_bring_the_communes_mix():
    rate = children_per_dwelling(pd.Series({"1": 300.0}), pd.Series({"1": 10_000.0}), pd.Series({"1": "Wallonia"}))
    assert rate["1"] == pytest.approx(0.03 * 2.23)
    projects = pd.DataFrame({"nis": ["1"], "year": [2031], "dwellings": [100.0]})
    added = children_of_housing(projects, rate, [2030, 2031])
    assert added.loc["1"].tolist() == [0.0, pytest.approx(6.69)]
    with pytest.raises(SeriesError, match="unknown communes"):
        children_of_housing(projects.assign(nis="7"), rate, [2030])


def test_the_ranking_puts_the_farthest_first():
    rank = rank_by_agreement(pd.Series({"1": 100.0, "2": 100.0, "3": 10.0}), PLACES)
    assert rank.index.tolist() == ["1", "2"]
    assert rank.loc["1", "missing_places"] == pytest.approx(3)
    assert rank.loc["2", "missing_places"] == 0


def test_probabilities_pass_through_the_calibrated_points():
    children, r80, r95 = np.full(5, 99.5), np.full(5, 0.1), np.full(5, 0.25)
    thresholds = 100 * np.exp([-0.25, -0.1, 0.0, 0.1, 0.25]) - 0.5
    found = probability_above(thresholds, children, r80, r95)
    np.testing.assert_allclose(found, [0.975, 0.9, 0.5, 0.1, 0.025], atol=1e-6)
