"""The committed network and speeds, judged on trips the fit has not seen; the figures of docs/car_speeds.md."""

import pytest

from finder.geo.speed_fit import SHORTEST_MIN
from finder.settings import data_dir
from finder.sources.calibration import CATEGORIES, judge, read_known_trips
from finder.sources.network_store import read_network


@pytest.fixture(scope="module")
def report(shared_dir):
    known = read_known_trips(shared_dir / "data" / "network" / "car_time_calibration.csv")
    return judge(read_network(data_dir()), known)


@pytest.mark.shared
def test_walloon_trips_over_ten_minutes_are_right_within_seven_percent(report):
    walloon = report.held_out["walloon"]
    assert SHORTEST_MIN == 10.0
    assert 0.97 <= walloon.median_ratio <= 1.03
    assert walloon.mape_pct <= 7.0


@pytest.mark.shared
def test_held_out_figures_are_those_of_the_documentation(report):
    found = {
        name: (a.pair_count, round(a.median_ratio, 3), round(a.mape_pct, 1))
        for name, a in ((name, report.held_out[name]) for name in CATEGORIES)
    }
    assert found == {
        "walloon": (768, 1.007, 2.9),
        "brussels": (27, 0.990, 1.4),
        "synthetic": (605, 0.996, 1.9),
        "rim": (664, 1.022, 6.5),
    }


@pytest.mark.shared
def test_the_two_halves_share_no_pair(report, shared_dir):
    known = read_known_trips(shared_dir / "data" / "network" / "car_time_calibration.csv")
    fit = sum(a.pair_count for a in report.fit.values())
    held_out = sum(a.pair_count for a in report.held_out.values())
    assert len(known.names) == 90
    assert fit <= 45 * 44
    assert held_out <= 46 * 45
    assert fit + held_out < 8010 / 2 + 90
