"""Inequality measures against values that other packages publish or compute."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.equity import concentration_index, gini, theil, theil_between


@pytest.fixture(scope="module")
def anchor(shared_dir):
    folder = shared_dir / "anchors" / "ipea_accessibility"
    land = pd.read_csv(folder / "land_use_data.csv.gz").set_index("id")
    trips = pd.read_csv(folder / "travel_matrix.csv.gz")
    near = trips[trips["travel_time"] <= 30]
    jobs = near["to_id"].map(land["jobs"]).groupby(near["from_id"]).sum()
    return land.assign(jobs_near=jobs)


LAST = "89a88cdb5cfffff"
MIDDLE = ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff"]


# Four digits as printed in the tests of the R package accessibility (ipeaGIT, MIT), for jobs within 30 minutes.
@pytest.mark.parametrize(("ids", "expected"), [([*MIDDLE, LAST], 0.1386), (MIDDLE, 0.1148)])
def test_gini_published(anchor, ids, expected):
    part = anchor.loc[["89a88cd909bffff", *ids]]
    assert gini(part["jobs_near"], part["population"]) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("ids", "expected"), [([*MIDDLE, LAST], -0.0248), (MIDDLE, -0.1148)])
def test_concentration_index_published(anchor, ids, expected):
    part = anchor.loc[["89a88cd909bffff", *ids]]
    measured = concentration_index(part["jobs_near"], part["population"], part["income_per_capita"])
    assert measured == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("ids", "total", "between"),
    [(["89a88cd900bffff", *MIDDLE, LAST], 0.0852, 0.0515), ([*MIDDLE, LAST], 0.0378, 0.0021)],
)
def test_theil_and_its_part_between_groups_published(anchor, ids, total, between):
    part = anchor.loc[ids]
    assert theil(part["jobs_near"], part["population"]) == pytest.approx(total, abs=5e-5)
    deciles = part["income_decile"].astype(str)
    assert theil_between(part["jobs_near"], part["population"], deciles) == pytest.approx(between, abs=5e-5)


def test_unweighted_measures_agree_with_pysal():
    # Computed once with inequality 1.1.2 (BSD-3-Clause): Gini, Theil, TheilD.
    values = np.array([31.0, 12, 55, 7, 0.5, 24, 90, 33, 18, 41])
    ones = np.ones(10)
    assert gini(values, ones) == pytest.approx(0.4296950240770466, abs=1e-12)
    assert theil(values, ones) == pytest.approx(0.32001292632629597, abs=1e-12)
    assert theil_between(values, ones, pd.Series(list("aabbcccdda"))) == pytest.approx(0.01219602, abs=5e-9)
