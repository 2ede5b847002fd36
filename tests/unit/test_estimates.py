import numpy as np
import pandas as pd
import pytest

from finder.sources.demography import count_ages
from finder.sources.estimates import estimate_children_2024, estimate_women, round_to_sum


def by_age(**years):
    """People by (year, commune) -> counts of ages 0, 1, 2..."""
    rows = [
        (nis, int(year.removeprefix("y")), age, count)
        for year, communes in years.items()
        for nis, counts in communes.items()
        for age, count in enumerate(counts)
    ]
    return pd.DataFrame(rows, columns=["nis", "year", "age", "count"])


def test_the_third_year_counts_half():
    figures = count_ages(by_age(y2020={"A": [10, 20, 30, 40, 50, 60, 70]})).set_index("figure")["value"]
    assert figures.to_dict() == {"population": 280, "children_0_2_5": 45, "children_0_4": 150, "children_0_5": 210}


def test_women_follow_the_share_of_their_region_and_sum_to_it():
    people = by_age(y2020={"A": [0, 101, 99, 5], "B": [0, 50, 50, 5], "C": [0, 80, 40, 5]})
    regions = pd.DataFrame(
        [
            (region, sex, age, 2020, count)
            for region, sex, counts in [
                ("north", "women", [0, 75, 51, 5]), ("north", "men", [0, 76, 98, 5]),
                ("south", "women", [0, 20, 40, 5]), ("south", "men", [0, 60, 0, 0]),
            ]
            for age, count in enumerate(counts)
        ],
        columns=["region", "sex", "age", "year", "count"],
    )  # fmt: skip
    region_of = pd.Series({"A": "north", "B": "north", "C": "south"})
    women = estimate_women(people, regions, region_of, lowest=1, highest=2).set_index("nis")["value"]
    # A: 101 * 75 / 151 + 99 * 51 / 149 = 84.05; B: 50 * 75 / 151 + 50 * 51 / 149 = 41.95; C: 80 / 4 + 40.
    assert women.to_dict() == {"A": 84, "B": 42, "C": 60}
    assert women[["A", "B"]].sum() == 75 + 51


def test_children_of_2024_share_the_observed_total_in_proportion_to_births():
    # Ratios in the region: r0 = 20 / 20 (births 2019), r1 = 18 / 20 (2018), r2 = 16 / 20 (2017; known in A alone).
    people = by_age(
        y2015={"A": [0, 10], "B": [0, 10]},
        y2019={"A": [0, 0, 0, 0, 0, 12], "B": [0, 0, 0, 0, 0, 8]},
        y2020={"A": [10, 10, 16], "B": [10, 8, 16]},
    )
    births = pd.DataFrame(
        [("A", year, count) for year, count in zip(range(2017, 2024), [20, 10, 10, 10, 10, 10, 10], strict=True)]
        + [("B", year, count) for year, count in zip(range(2017, 2024), [None, 10, 10, 10, 10, 10, 10], strict=True)],
        columns=["nis", "year", "births"],
    )
    totals = pd.Series({"A": 43.0, "B": 86.0})
    result = estimate_children_2024(people, births, totals, pd.Series({"A": "south", "B": "south"}))
    # Expected 10 + 9 + 8 + 8 + 8 = 43 at ages 0-4: A has just that, B twice as many; age 5 = age 1 of 2020 x 20 / 20.
    assert result.loc["A"].to_dict() == {"children_0_2_5": 10 + 9 + 4, "children_0_5": 43 + 10}
    assert result.loc["B"].to_dict() == {"children_0_2_5": 20 + 18 + 8, "children_0_5": 86 + 8}


@pytest.mark.parametrize(
    ("values", "quantum", "expected"),
    [
        ([0.4, 0.4, 0.2], 1.0, [1, 0, 0]),
        ([1.5, 1.5], 1.0, [2, 1]),
        ([2.0, 3.0], 1.0, [2, 3]),
        ([0.3, 0.2], 0.25, [0.25, 0.25]),
        ([], 1.0, []),
    ],
)
def test_rounding_keeps_the_sum(values, quantum, expected):
    np.testing.assert_array_equal(round_to_sum(np.array(values), quantum=quantum), expected)
