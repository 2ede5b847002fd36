import numpy as np
import pandas as pd
import pytest

from finder.geo.access import PointQuality, access_by_zone, people_with_longer_way, weighted_quantile


def quality(n: int, **changes: np.ndarray) -> PointQuality:
    base = {
        "is_far_snapped": np.zeros(n, dtype=bool),
        "is_on_synthetic": np.zeros(n, dtype=bool),
        "border_min": np.full(n, np.inf),
    }
    return PointQuality(**(base | changes))


def test_the_quantile_is_reached_by_the_share_of_people_not_of_points() -> None:
    assert weighted_quantile([1, 2, 3], [1, 1, 8], 0.5) == 3
    assert weighted_quantile([3, 1, 2], [1, 1, 1], 1 / 3) == 1
    assert weighted_quantile([5, np.inf], [1, 9], 0.5) == np.inf
    assert np.isnan(weighted_quantile([1], [0], 0.5))


def test_shares_are_inclusive_and_count_people_who_reach_nothing() -> None:
    result = access_by_zone(
        [10.0, 20.0, np.inf], [50.0, 25.0, 25.0], ["a", "a", "a"], quality(3), limits_min=(10, 19, 20)
    ).loc["a"]
    assert result["share_10"] == 0.5
    assert result["share_19"] == 0.5
    assert result["share_20"] == 0.75
    assert result["unreachable_people"] == 25
    assert result["unreachable_points_count"] == 1
    assert result["mean_min"] == pytest.approx((10 * 50 + 20 * 25) / 75)
    assert result["median_min"] == 10
    assert result["p90_min"] == np.inf


def test_a_zone_touches_the_border_when_its_people_are_nearer_to_it_than_to_a_service() -> None:
    flags = quality(3, border_min=np.array([5.0, 30.0, np.inf]), is_on_synthetic=np.array([True, False, False]))
    result = access_by_zone([10.0, 10.0, np.inf], [1.0, 3.0, 1.0], ["a", "a", "b"], flags)
    assert result.loc["a", "border_share"] == 0.25
    assert result.loc["a", "touches_border"]
    assert result.loc["a", "synthetic_share"] == 0.25
    assert not result.loc["b", "touches_border"]


def test_a_zone_without_people_has_no_figures() -> None:
    result = access_by_zone([10.0], [0.0], ["a"], quality(1)).loc["a"]
    assert np.isnan(result["mean_min"])
    assert np.isnan(result["share_30"])
    assert result["points_count"] == 1


def test_growth_is_strict_and_a_lost_service_counts_everywhere() -> None:
    before = [10.0, 10.0, 10.0, np.inf]
    after = [15.0, 15.1, np.inf, np.inf]
    result = people_with_longer_way(before, after, [1.0, 2.0, 4.0, 8.0], ["a"] * 4, more_than_min=(5, 10))
    expected = pd.DataFrame({"longer_than_5": [6.0], "longer_than_10": [4.0]}, index=pd.Index(["a"], name="zone"))
    pd.testing.assert_frame_equal(result, expected, check_index_type=False)
