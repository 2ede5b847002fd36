"""The committed backtest against the bar, and against a fresh run of its own."""

import pandas as pd
import pytest

from finder.capacity.backtest import CHOSEN, run_backtest
from finder.capacity.forecast_models import STRUCTURAL, LastValue
from finder.sources.forecast_tables import ForecastInputs, load_backtest, load_backtest_communes, load_calibration

LATE = [("2014", "2019"), ("2015", "2019"), ("2015", "2020"), ("2019", "2020")]
LATE_0_4 = [("2015", "2024"), ("2019", "2024"), ("2020", "2024")]


@pytest.fixture(scope="module")
def rows():
    table = load_backtest()
    return table[table["level"] == "commune"]


@pytest.fixture(scope="module")
def judged():
    return ForecastInputs.of_folder().judged


def _mape(rows, method, base, target, size="all"):
    found = rows.query("method == @method and base == @base and target == @target and size_class == @size")
    return found.loc[found["area"] == "all", "mape"].item()


@pytest.mark.parametrize(("horizon", "bar"), [(1, 3.8), (2, 5.6), (3, 7.0), (5, 8.1)])
def test_early_targets_are_met(rows, horizon, bar):
    bases = [base for base in range(2010, 2015) if base + horizon <= 2015]
    errors = [_mape(rows, CHOSEN, str(base), str(base + horizon)) for base in bases]
    assert sum(errors) / len(errors) <= bar


@pytest.mark.parametrize(("base", "target"), LATE + LATE_0_4)
def test_late_targets_beat_the_last_value_and_no_class_loses_half_a_point(rows, base, target):
    assert _mape(rows, CHOSEN, base, target) <= _mape(rows, LastValue().name, base, target)
    sizes = [size for size in rows["size_class"].unique() if size != "all"]
    assert len(sizes) == 4
    for size in sizes:
        assert _mape(rows, CHOSEN, base, target, size) <= _mape(rows, LastValue().name, base, target, size) + 0.5


def test_intervals_hold_as_often_as_they_say(rows):
    pooled = rows[(rows["base"] == "all") & (rows["method"] == CHOSEN) & (rows["area"] == "all")]
    assert len(pooled) == 5 * 10
    assert pooled["held_80"].between(75, 85).all()
    assert pooled["held_95"].between(92, 98).all()
    assert (pooled["held_80_low"] < pooled["held_80"]).all()


def test_intervals_of_sums_hold_as_often_as_they_say():
    table = load_backtest()
    pooled = table[(table["level"] != "commune") & (table["horizon"] == 0)]
    assert set(pooled["level"]) == {"arrondissement", "larger"}
    assert pooled["held_80"].between(75, 85).all()
    assert pooled["held_95"].between(92, 98).all()


def test_the_committed_forecasts_are_those_of_the_code(judged):
    series, later = judged
    # The learners take their time: without them, what they were not chosen for must come out the same.
    fresh = run_backtest(series, later_0_4=later, models=STRUCTURAL)
    kept = load_backtest_communes()
    both = fresh.cases.merge(kept, on=["nis", "base", "target", "ages"], suffixes=("", "_kept"))
    assert len(both) == len(kept) == len(fresh.cases)
    far = both[both["horizon"] > 1]
    assert (far[CHOSEN] - far["forecast"]).abs().max() < 0.051
    assert (far["low_80"] - far["low_80_kept"]).abs().max() < 0.051
    assert (both["last value"] - both["last_value"]).abs().max() == 0


def test_the_calibration_is_of_these_data():
    widths, selection = load_calibration(ForecastInputs.of_folder())
    assert set(widths["level"]) == {"commune", "arrondissement", "larger"}
    assert len(selection) == 4 * 9
    assert isinstance(widths, pd.DataFrame)
