import numpy as np
import pandas as pd
import pytest
from forecast_cases import made_up_series

from finder.capacity.forecast_learners import LEARNERS
from finder.capacity.forecast_models import (
    COMBINATION,
    STRUCTURAL,
    DampedTrend,
    HamiltonPerry,
    LastValue,
    to_regions,
)
from finder.capacity.forecast_path import (
    SCENARIOS,
    PathParameters,
    child_woman_ratios,
    extrapolate,
    regional_path,
    scenario_ratios,
    start_at_origin,
)
from finder.capacity.forecast_present import bring_to_present
from finder.capacity.forecast_series import AGES, series_from_tables
from finder.errors import SeriesError


@pytest.fixture(scope="module")
def series():
    return made_up_series()


@pytest.mark.parametrize("model", [*STRUCTURAL, *LEARNERS], ids=lambda model: model.name)
def test_a_forecast_has_a_number_for_every_commune_age_and_year(series, model):
    past = series.until(2015)
    path = model.fit(past).predict(start_at_origin(past, 5))
    assert path.shape == (5, 12, 6)
    assert np.isfinite(path).all()
    assert (path >= 0).all()


def test_the_last_value_stays(series):
    past = series.until(2014)
    path = LastValue().fit(past).predict(start_at_origin(past, 3))
    assert (path == series.at(2014)[None, :, :6]).all()


def test_cohorts_move_one_year_up(series):
    past = series.until(2015)
    fitted = HamiltonPerry(is_controlled=False).fit(past)
    start = start_at_origin(past, 2)
    path = fitted.project(start)
    np.testing.assert_allclose(path[0, :, 3], start.counts[:, 2] * fitted.cohort[:, 2])
    np.testing.assert_allclose(path[1, :, 4], path[0, :, 3] * fitted.cohort[:, 3])
    np.testing.assert_allclose(path[1, :, 0], path[1, :, 25:40].sum(axis=1) * fitted.child_adult)


def test_shrinkage_goes_from_the_commune_to_its_arrondissement(series):
    past = series.until(2015)
    own = HamiltonPerry(weights=(1e-9, 1e-9)).fit(past)
    shared = HamiltonPerry(weights=(1e12, 1e12)).fit(past)
    before, after = past.counts[:-1, :, 1].sum(axis=0), past.counts[1:, :, 2].sum(axis=0)
    np.testing.assert_allclose(own.cohort[:, 1], after / before)
    first = np.array(past.arrondissement) == "25000"
    np.testing.assert_allclose(shared.cohort[first, 1], after[first].sum() / before[first].sum(), rtol=1e-6)
    assert np.ptp(shared.child_adult[first]) < 1e-6 < np.ptp(own.child_adult[first])


def test_controlled_communes_sum_to_their_region(series):
    past = series.until(2015)
    start = start_at_origin(past, 4)
    path = COMBINATION.fit(past).predict(start)
    for position in (0, 1):
        np.testing.assert_allclose(path[:, series.region == position].sum(axis=1), start.regions[:, position, :6])


def test_to_regions_leaves_an_age_nobody_has(series):
    people = np.zeros((1, 12, 2))
    assert (to_regions(people, np.ones((1, 3, 2)), series.region) == 0).all()


def test_a_trend_fades(series):
    path = DampedTrend().fit(series.until(2015)).predict(start_at_origin(series.until(2015), 30))
    steps = np.abs(np.diff(np.log(path[:, 0, 0])))
    assert (np.diff(steps) <= 1e-12).all()
    assert steps[-1] < 0.01 * steps[0]


def test_the_rate_returns_to_its_mean_and_momentum_fades():
    ratios = np.log(np.linspace(0.14, 0.10, 20))[:, None]
    still = extrapolate(ratios, 200, PathParameters(0.9, 0.0, 2))
    assert still[-1, 0] == pytest.approx(ratios.mean(), abs=1e-6)
    moving = extrapolate(ratios, 3, PathParameters(1.0, 0.9, 2))
    assert (np.diff(moving[:, 0]) < 0).all()


def test_scenarios_are_ordered(series):
    ends = {name: regional_path(series, 10, scenario=name)[-1, 0, 0] for name in SCENARIOS}
    assert ends["falling"] < ends["stable"] < ends["rebound"]
    ratios = child_woman_ratios(series)
    falling = scenario_ratios(ratios, 12, "falling", PathParameters(1.0, 0.0, 2))[-1, 0] - ratios[-2:, 0].mean()
    assert np.exp(falling) == pytest.approx(1.52 / 1.86)
    with pytest.raises(SeriesError, match="Unknown scenario"):
        scenario_ratios(ratios, 3, "boom", PathParameters(1.0, 0.0, 2))


def test_today_starts_from_the_children_of_births(series):
    children = {2021: series.counts[-1][:, :6] * 0.9, 2022: series.counts[-1][:, :6] * 0.8}
    present = bring_to_present(series, children)
    assert present.year == 2022
    np.testing.assert_allclose(present.counts[:, :6], children[2022])
    assert present.start(3).regions.shape == (3, 3, AGES)
    with pytest.raises(SeriesError, match="every year after 2020"):
        bring_to_present(series, {2022: children[2022]})
    assert bring_to_present(series, {}).year == 2020


def _tables(series):
    index = pd.MultiIndex.from_product([series.years, series.nis, range(AGES)], names=["year", "nis", "age"])
    by_age = pd.DataFrame({"count": series.counts.reshape(-1)}, index=index).reset_index()
    names = ["year", "region", "sex", "age"]
    levels = [series.region_years, ["Wallonia", "Brussels", "Flanders"], ["men", "women"], range(AGES)]
    region_index = pd.MultiIndex.from_product(levels, names=names)
    regions = pd.DataFrame({"count": series.region_counts.reshape(-1)}, index=region_index).reset_index()
    region_names = [["Wallonia", "Brussels"][position] for position in series.region]
    places = pd.DataFrame({"arrondissement": series.arrondissement, "region": region_names}, index=list(series.nis))
    population = by_age.groupby(["nis", "year"], as_index=False)["count"].sum().rename(columns={"count": "population"})
    return by_age, places, regions, population


def test_tables_give_back_the_series(series):
    by_age, places, regions, population = _tables(series)
    again = series_from_tables(by_age.sample(frac=1, random_state=1), places, regions, population)
    order = np.argsort(series.nis)
    np.testing.assert_array_equal(again.counts, series.counts[:, order])
    np.testing.assert_array_equal(again.region_counts, series.region_counts)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda t: t.drop(index=5), "Counts missing"),
        (lambda t: pd.concat([t, t.head(1)]), "given twice"),
        (lambda t: t.assign(count=t["count"].where(t.index != 3, -1)), "Negative"),
        (lambda t: t.assign(count=t["count"] * 2), "region's table"),
    ],
)
def test_a_broken_series_is_named(series, break_it, message):
    by_age, places, regions, population = _tables(series)
    with pytest.raises(SeriesError, match=message):
        series_from_tables(break_it(by_age), places, regions, population)


def test_other_data_have_another_version(series):
    assert series.data_version == made_up_series().data_version
    assert series.data_version != made_up_series(8).data_version
    assert series.data_version != series.until(2019).data_version
