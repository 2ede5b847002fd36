"""What is measured again after a scenario equals a network measured as a whole, and equity its slow formulas."""

import datetime

import numpy as np
import pandas as pd
import pytest
from engine_cases import Case, Point, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.answers.scenario_base import ScenarioQuestion, make_base
from finder.answers.scenario_effects import update
from finder.capacity.equity import by_income_quintile, measure_equity
from finder.capacity.scenario import Close, Move, Open, Resize, Scenario
from finder.capacity.scenario_apply import Sites, apply, sites_of_data
from finder.capacity.scenario_change import people_changed
from finder.capacity.scenario_equity import MEASURES, inequality_of_draws
from finder.geo.backwards import travel_times_to

KIND = "day_care"
CUTOFF_MIN = 40.0
QUESTION = ScenarioQuestion(KIND, limit_min=15.0)


@st.composite
def scenarios(draw: st.DrawFn):
    """A road network, sites with sizes in three draws, and a scenario. A longitude is the row of a point."""
    case = draw(cases())
    spots = draw(st.lists(st.integers(0, len(case.destinations) - 1), min_size=1, max_size=6))
    size = np.array(draw(st.lists(st.tuples(*[st.sampled_from([0, 7, 14, 28])] * 3), min_size=6, max_size=6)), float)
    is_open = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    spot = st.integers(0, len(case.destinations) - 1)
    actions = []
    for row in range(len(spots)):
        site = f"s{row}"
        if is_open[row]:
            kinds = st.sampled_from(["none", "close", "resize", "move", "both"])
        else:
            kinds = st.sampled_from(["none", "open"])
        what = draw(kinds)
        if what == "close":
            actions.append(Close(site, KIND))
        if what == "open":
            actions.append(Open(site, KIND))
        if what in ("resize", "both"):
            actions.append(Resize(site, KIND, places=draw(st.sampled_from([7, 21]))))
        if what in ("move", "both"):
            actions.append(Move(site, KIND, float(draw(spot)), 50.0))
    actions += [Open(f"n{k}", KIND, float(draw(spot)), 50.0, places=14) for k in range(draw(st.integers(0, 2)))]
    table = pd.DataFrame(
        {"name": "", "lon": np.array(spots, float), "lat": 50.0, "is_open": is_open[: len(spots)]},
        index=[f"s{row}" for row in range(len(spots))],
    )
    people = draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, 30.0]), min_size=8, max_size=8))
    sites = sites_of_data(KIND, table, size=size[: len(spots)], income_related=size[: len(spots)] / 3)
    return case, sites, Scenario("s", "s", datetime.date(2022, 12, 31), "v", tuple(actions)), people


def times(case: Case, sites: Sites, rows: np.ndarray | None = None):
    table = sites.table if rows is None else sites.table.iloc[rows]
    points: list[Point] = [case.destinations[int(lon)] for lon in table["lon"]]
    arguments = case.graph, case.snaps(case.origins), case.snaps(points) if points else empty(case)
    return travel_times_to(*arguments, np.arange(len(case.origins)), table.index, cutoff_min=CUTOFF_MIN)


def empty(case: Case):
    one = case.snaps(case.destinations[:1])
    return type(one)(**{name: value[:0] for name, value in vars(one).items()})


@settings(max_examples=100, deadline=None)
@given(scenarios())
def test_incremental_equals_a_full_recomputation_to_the_bit(given_case):
    case, sites, scenario, people = given_case
    who = pd.Series(people[: len(case.origins)], index=np.arange(len(case.origins)))
    zones = pd.Series("z", index=who.index)
    base = make_base(QUESTION, sites, times(case, sites), who, zones)
    after = apply(scenario, sites)
    was = sites.table["lon"].reindex(after.table.index)
    fresh = np.flatnonzero((was != after.table["lon"]).to_numpy())
    found = update(base, after, times(case, after, fresh))
    whole = make_base(QUESTION, after, times(case, after), who, zones).reached
    np.testing.assert_array_equal(found.minutes, whole.minutes)
    np.testing.assert_array_equal(found.per_100, whole.per_100)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 30), st.integers(0, 10_000))
def test_inequality_of_all_draws_is_that_of_each(n_zones, seed):
    rng = np.random.default_rng(seed)
    values = rng.choice([0.0, 10.0, 10.0, rng.uniform(0, 80)], (n_zones, 3)) + rng.uniform(0, 1, (n_zones, 1))
    people, income = rng.uniform(1, 100, n_zones), rng.choice([15.0, 20.0, 25.0, 30.0], n_zones)
    table = inequality_of_draws(values, people, income)
    for draw in range(3):
        frame = pd.DataFrame({"v": values[:, draw], "w": people, "i": income})
        one = measure_equity(frame, measure="v", weight="w", income="i")
        for name in MEASURES:
            assert table[name][draw] == pytest.approx(getattr(one, name), abs=1e-9)
        fifths = by_income_quintile(values[:, draw], people, income)["mean"]
        np.testing.assert_allclose(table.filter(like="quintile").loc[draw], fifths, atol=1e-9)


minutes = st.lists(st.sampled_from([0.0, 5.0, 12.5, 19.0, 31.0, np.inf]), min_size=4, max_size=4)


@given(minutes, minutes)
def test_winners_one_way_are_losers_the_other(before, after):
    a, b = (np.array(column, np.float32)[:, None] for column in (before, after))
    people = np.array([1.0, 2.0, 4.0, 8.0])
    there = people_changed(a, b, people, cutoff_min=30.0).iloc[0]
    back = people_changed(b, a, people, cutoff_min=30.0).iloc[0]
    for name, value in there.items():
        for one, other in (("longer", "shorter"), ("lost", "gained")):
            if name.startswith(one):
                assert value == back[name.replace(one, other)]
    same = people_changed(a, a, people, cutoff_min=np.inf)
    assert (same == 0).to_numpy().all()
