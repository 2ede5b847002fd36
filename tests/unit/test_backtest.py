from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecast_cases import YEARS, made_up_series

from finder.capacity.backtest import CHOSEN, hold_out, run_backtest
from finder.capacity.forecast_learners import LEARNERS
from finder.capacity.forecast_models import COMBINATION, STRUCTURAL, LastValue
from finder.capacity.forecast_selection import SIZE_CLASSES, select_models, size_class

MODELS = (*STRUCTURAL, LEARNERS[0])
METHODS = [model.name for model in MODELS] + [CHOSEN]


@pytest.fixture(scope="module")
def series():
    return made_up_series()


@pytest.fixture(scope="module")
def found(series):
    return run_backtest(series, models=MODELS, longest=6)


@pytest.mark.parametrize("origin", [2012, 2015])
def test_nothing_after_the_origin_enters(series, found, origin):
    rng = np.random.default_rng(11)
    later = np.array([year > origin for year in series.years])
    later_region = np.array([year > origin for year in series.region_years])
    counts, regions = series.counts.copy(), series.region_counts.copy()
    counts[later] *= rng.uniform(0.2, 5.0, size=counts[later].shape)
    regions[later_region] *= rng.uniform(0.2, 5.0, size=regions[later_region].shape)
    population = np.where(later[:, None], series.population[:, ::-1], series.population)
    changed = replace(series, counts=counts, region_counts=regions, population=population)
    again = run_backtest(changed, models=MODELS, longest=6)
    before, after = (cases[cases["base"] <= origin] for cases in (found.cases, again.cases))
    pd.testing.assert_frame_equal(before[[*METHODS, "size_class"]], after[[*METHODS, "size_class"]], check_exact=True)
    # The change was felt where it may be.
    assert not np.allclose(found.cases.loc[found.cases["base"] == 2020 - 1, CHOSEN],
                           again.cases.loc[again.cases["base"] == 2020 - 1, CHOSEN])  # fmt: skip


def test_every_pair_of_observed_years_is_judged_once(found):
    pairs = {(a, b) for a in YEARS for b in YEARS if 0 < b - a <= 6}
    assert set(zip(found.cases["base"], found.cases["target"], strict=True)) == pairs
    assert not found.cases.duplicated(["nis", "base", "target"]).any()


def test_the_table_repeats_what_the_cases_say(found):
    row = found.rows.query(
        "level == 'commune' and base == '2014' and target == '2015' and area == 'all' and size_class == 'all'"
        " and method == 'last value'"
    ).iloc[0]
    part = found.cases[(found.cases["base"] == 2014) & (found.cases["target"] == 2015)]
    error = (part["last value"] / part["observed"] - 1).abs().mean() * 100
    assert row["mape"] == pytest.approx(error, abs=0.005)
    assert row["n"] == 12


def test_intervals_are_calibrated_on_other_origins_only():
    cases = pd.DataFrame({
        "base": [1, 1, 2, 2], "horizon": 1, "ages": "0-2", "group": "g", "observed": [100.0, 100.0, 100.0, 150.0],
        "method": [100.0, 110.0, 100.0, 100.0],
    })  # fmt: skip
    held = hold_out(cases, group="group", forecast="method", prefix="")
    # Origin 1 missed by 10 at most: the miss of 50 at origin 2 lies outside its interval, and widens that of origin 1.
    assert held.loc[3, "high_95"] < 150
    assert held.loc[0, "high_95"] == pytest.approx(150, rel=0.01)


def test_a_later_total_never_calibrates():
    cases = pd.DataFrame({
        "base": [1, 2, 3], "horizon": 1, "ages": ["0-2", "0-2", "0-4"], "group": "g", "observed": [100.0, 102.0, 200.0],
        "method": [100.0, 100.0, 100.0],
    })  # fmt: skip
    held = hold_out(cases, group="group", forecast="method", prefix="")
    assert held.loc[0, "high_95"] < 103
    assert held.loc[2, "high_95"] < 103


def test_neighbouring_horizons_calibrate_within_the_window_only():
    cases = pd.DataFrame({
        "base": [1, 2, 3], "horizon": [1, 1, 4], "ages": "0-2", "group": "g", "observed": [100.0, 100.0, 300.0],
        "method": 100.0,
    })  # fmt: skip
    alone = hold_out(cases, group="group", forecast="method", prefix="")
    wide = hold_out(cases, group="group", forecast="method", prefix="", window=3)
    assert alone.loc[0, "high_95"] == pytest.approx(100)
    # Four years ahead missed by log 3: half of that, the square root of a quarter, one year ahead.
    assert wide.loc[0, "high_95"] == pytest.approx(100 * 3**0.5, rel=0.01)
    assert np.isnan(alone.loc[2, "high_95"])


def test_sums_are_sums_of_communes(found):
    one = found.sums[(found.sums["base"] == 2014) & (found.sums["target"] == 2015)]
    cases = found.cases[(found.cases["base"] == 2014) & (found.cases["target"] == 2015)]
    total = one.loc[one["area"] == "Wallonia and Brussels", CHOSEN].item()
    assert total == pytest.approx(cases[CHOSEN].sum())
    assert one.loc[one["level"] == "arrondissement", CHOSEN].sum() == pytest.approx(total)


def test_widths_never_shrink_with_the_horizon(found):
    grouped = found.widths.groupby(["level", "size_class", "confidence_pct"])["width"]
    assert grouped.apply(lambda widths: widths.is_monotonic_increasing).all()


def test_size_classes_are_those_of_the_bar():
    assert [SIZE_CLASSES[i] for i in size_class(np.array([4999.0, 5000, 9999, 10000, 19999, 20000]))] == [
        SIZE_CLASSES[i] for i in (0, 1, 1, 2, 2, 3)
    ]


def test_the_combination_stands_until_beaten(series):
    perfect, names = LastValue().name, [COMBINATION.name, LastValue().name]
    paths = {}
    for base in YEARS:
        truth = np.stack([
            np.repeat(series.at(base + h)[:, :3].sum(axis=1)[:, None] / 6, 6, axis=1) * 2
            if base + h in YEARS else np.ones((12, 6)) for h in range(1, 4)
        ])  # fmt: skip
        paths[perfect, base] = truth
        paths[COMBINATION.name, base] = truth * 1.1
    early = select_models(series, paths, origin=2010, names=names, longest=3)
    late = select_models(series, paths, origin=2015, names=names, longest=3)
    assert set(early.values()) == {COMBINATION.name}
    assert late[0, 1] == perfect
    # Three years ahead, periods begun in 2009-2012 include two that do not overlap.
    assert late[0, 3] == perfect
    assert select_models(series, paths, origin=2014, names=names, longest=3)[0, 3] == COMBINATION.name
