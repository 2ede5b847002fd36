import pandas as pd
import pytest

from finder.capacity.brussels_places import INCOME_RELATED_SHARE, split_brussels


def rows(*values):
    frame = pd.DataFrame(values, columns=["area_id", "year", "value"])
    return frame.assign(indicator="coverage_total_pct")


WALLOON = pd.DataFrame({"places_total": [300, 330, 360, 390], "coverage_pct": 30.0}, index=[2016, 2017, 2018, 2019])
CHILDREN = pd.Series(500.0, index=[2016, 2017, 2018, 2019])


def test_the_federation_less_wallonia_gives_ones_places():
    # Wallonia has 1,000 children in 2016: 25 % of 1,500 is 375 places, 75 of them in Brussels.
    split = split_brussels(
        rows(("FWB", 2016, 25.0), ("04000", 2017, 20.0), ("04000", 2018, 25.0), ("01000", 2018, 90.0)),
        WALLOON, CHILDREN,
    )  # fmt: skip
    assert split.by_year["places_one"].dropna().to_dict() == {2016: 75.0, 2017: 100.0, 2018: 125.0}
    assert split.level == pytest.approx(125)
    assert split.slope_per_year == pytest.approx(25)
    assert split.sd == pytest.approx(0, abs=1e-9)
    assert split.coverage_pct(2019) == pytest.approx(100 * 150 / 500)


def test_the_scatter_about_the_line_is_the_doubt():
    scattered = rows(("04000", 2016, 20.0), ("04000", 2017, 30.0), ("04000", 2018, 20.0), ("04000", 2019, 30.0))
    split = split_brussels(scattered, WALLOON, CHILDREN)
    assert split.sd == pytest.approx((4 * 500 / 2) ** 0.5, rel=0.2)


def test_two_values_of_a_year_count_once():
    both = rows(("04000", 2016, 20.0), ("04000", 2016, 30.0), ("04000", 2017, 25.0), ("04000", 2018, 25.0))
    assert split_brussels(both, WALLOON, CHILDREN).by_year["places_one"][2016] == 125


def test_other_indicators_are_left_out():
    other = rows(("04000", 2019, 90.0)).assign(indicator="coverage_ratio_0_3")
    known = rows(("04000", 2016, 20.0), ("04000", 2017, 20.0), ("04000", 2018, 20.0))
    split = split_brussels(pd.concat([known, other]), WALLOON, CHILDREN)
    assert split.by_year["places_one"].isna()[2019]
    assert split.level == pytest.approx(100)


def test_two_thirds_of_the_places_follow_the_income():
    assert round(INCOME_RELATED_SHARE, 3) == 0.659
