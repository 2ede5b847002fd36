import numpy as np
import pandas as pd
import pytest

from finder.answers import places_allocation
from finder.answers.places_allocation import (
    AllocationQuestion,
    Costs,
    TargetQuestion,
    allocate_places,
    places_to_targets,
)
from finder.capacity.places_allocation import cheapest_places
from finder.capacity.places_allocation_next import missing_places, next_places
from finder.errors import AllocationError

SITES = pd.DataFrame(
    {"places_min": [7, 14], "places_max": [14, 49], "cost_fixed": [0, 10], "cost_per_place": [1, 1]},
    index=["old", "new"],
)
DRAWS = pd.DataFrame({1: [10.0, 20.0], 2: [12.0, 0.0]}, index=["a", "b"])
CHILDREN = pd.Series([100.0, 100.0], index=["b", "a"])
ASK = {"new_places": 14, "target_per_100": 33}


@pytest.mark.parametrize(
    ("lacking", "places", "cost"), [(3.0, [7, 0], 7.0), (14.0, [14, 0], 14.0), (15.0, [7, 14], 31.0), (0, [0, 0], 0.0)]
)
def test_an_old_site_grows_before_a_new_one_opens(lacking, places, cost):
    plan = cheapest_places(SITES, np.array([[1, 1]]), pd.Series([lacking], index=["x"]))
    assert (plan.objective, plan.gap, plan.status) == (cost, 0.0, "optimal")
    assert plan.places.sum() == sum(places)
    assert (plan.places["new"] > 0) == (places[1] > 0)


def test_areas_that_cannot_be_helped_are_named():
    shortfall = pd.Series([5.0, 64.0, 80.0, 0.0], index=["ok", "short", "worst", "met"])
    with pytest.raises(AllocationError, match=r"2 areas .*: worst, short"):
        cheapest_places(SITES, np.ones((4, 2)), shortfall)


def test_a_site_too_small_for_its_least_size_is_not_used():
    sites = SITES.assign(places_min=[21, 14])
    assert cheapest_places(sites, np.array([[1, 1]]), pd.Series([3.0])).places.tolist() == [0, 14]


@pytest.mark.parametrize(
    ("sites", "gains", "shortfall", "said"),
    [
        (SITES, [[1]], [1.0], "shape"),
        (SITES, [[1, -1]], [1.0], "negative"),
        (SITES, [[1, 1]], [np.nan], "no number"),
        (SITES.drop(columns="places_max"), [[1, 1]], [1.0], "places_max"),
        (SITES.assign(cost_fixed=[-1, 0]), [[1, 1]], [1.0], "old"),
        (SITES.assign(cost_fixed=["dear", 0]), [[1, 1]], [1.0], "old"),
    ],
)
def test_what_is_no_problem_is_said(sites, gains, shortfall, said):
    with pytest.raises(AllocationError, match=said):
        cheapest_places(sites, np.array(gains), pd.Series(shortfall))


def test_steps_go_where_the_mean_distance_is_largest():
    found = next_places(DRAWS, CHILDREN, new_places=30, target_per_100=33)
    assert found.steps["area"].tolist() == ["b", "a", "b", "a"]
    assert found.steps["gain"].tolist() == pytest.approx([23.0, 22.0, 16.0, 15.0])
    assert found.steps["rate_before"].tolist() == pytest.approx([10.0, 11.0, 17.0, 18.0])
    assert (found.places.to_dict(), found.left_places) == ({"a": 14, "b": 14}, 2)


def test_missing_places_are_of_each_draw():
    expected = pd.DataFrame({1: [23.0, 13.0], 2: [21.0, 33.0]}, index=["a", "b"])
    pd.testing.assert_frame_equal(missing_places(DRAWS, CHILDREN, 33), expected)


@pytest.mark.parametrize(
    ("draws", "children", "options", "said"),
    [
        (DRAWS, CHILDREN.drop("a"), ASK, "only one of"),
        (DRAWS, CHILDREN.mask(CHILDREN.index == "a"), ASK, "a are no numbers"),
        (-DRAWS, CHILDREN, ASK, "no numbers"),
        (pd.concat([DRAWS, DRAWS]), CHILDREN, ASK, "twice"),
        (DRAWS[[]], CHILDREN, ASK, "No count"),
        (DRAWS, CHILDREN, ASK | {"new_places": -7}, "-7"),
        (DRAWS, CHILDREN, ASK | {"target_per_100": 0}, "above 0"),
        (DRAWS, CHILDREN, ASK | {"objective": "mine"}, "furthest, children"),
    ],
)
def test_what_cannot_be_listed_is_said(draws, children, options, said):
    with pytest.raises(AllocationError, match=said):
        next_places(draws, children, **options)


@pytest.fixture
def without_later(monkeypatch):
    """Leave the forecast out: it costs seconds."""
    monkeypatch.setattr(places_allocation, "LATER_YEAR", 2020)


def test_the_table_speaks_of_the_list(atlas, without_later):
    answer = allocate_places(atlas, AllocationQuestion(new_places=100, with_planned=True))
    table = answer.table
    assert answer.total_places == len(answer.steps) * 7 == 98
    assert answer.left_places == 2
    assert len(table) == 271
    assert table["first_step"].dropna().min() == 1
    assert table["first_step"].notna().equals(table["places_added"] > 0)
    assert table["share_chosen"].between(0, 1).all()
    assert (table["missing_p10"] <= table["missing_p90"]).all()
    assert "Plan Equilibre" in answer.notes[1]


def test_only_chosen_communes_get_places(atlas, without_later):
    answer = allocate_places(atlas, AllocationQuestion(new_places=700, communes=("92094", "21001")))
    assert set(answer.table.index) == {"92094", "21001"}
    for wrong in ("63023", "nowhere"):
        with pytest.raises(AllocationError, match=wrong):
            allocate_places(atlas, AllocationQuestion(communes=(wrong,)))


def test_plans_meet_every_target(atlas, without_later):
    both = TargetQuestion(targets={"income_related": 33.0, "coverage": 45.0}, time_limit_s=0)
    answer = places_to_targets(atlas, both)
    one = places_to_targets(atlas, TargetQuestion(time_limit_s=0))
    assert (answer.table["missing_places"] >= one.table["missing_places"]).all()
    assert (answer.table["share_reached"] >= 0.5).all()
    assert answer.table["places_added"].sum() == answer.plan.places.sum() == answer.plan.objective
    assert "no cost is published" in answer.notes[-1]


def test_plans_that_cannot_be_are_said(atlas):
    for question, said in (
        (TargetQuestion(targets={}), "No target"),
        (TargetQuestion(targets={"all": 33.0}), "Unknown target"),  # type: ignore[dict-item]
        (TargetQuestion(sure_share=0), "share of the draws"),
        (TargetQuestion(new_least=49, new_most=14), "smaller one first"),
        (TargetQuestion(costs=Costs(per_place=-1.0)), "cost_per_place"),
    ):
        with pytest.raises(AllocationError, match=said):
            places_to_targets(atlas, question)
