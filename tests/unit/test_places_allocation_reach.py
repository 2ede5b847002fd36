import pytest

from finder.answers.places_allocation_reach import ReachTargetQuestion, reach_to_target
from finder.answers.places_reach import ReachQuestion, measure_places
from finder.errors import AllocationError

DISON = "63020"


@pytest.fixture(scope="module")
def reach():
    return ReachQuestion(mode="car", limit_min=15, year=2026)


@pytest.mark.parametrize(("level", "target"), [("commune", 40.0), ("point", 20.0)])
def test_enough_places_come_within_reach(atlas, reach, level, target):
    question = ReachTargetQuestion(reach, target, level, communes=(DISON,), grow_most=98, time_limit_s=5)
    answer = reach_to_target(atlas, question)
    before = measure_places(atlas, reach)
    if level == "commune":
        assert answer.table["before"].to_dict() == pytest.approx(
            {DISON: before.by_commune(atlas).loc[DISON, 0]}, rel=1e-5
        )
    else:
        known = before.per_100[before.children.index.get_indexer(answer.table.index), 0]
        assert answer.table["before"].to_numpy() == pytest.approx(known, rel=1e-5)
    assert (answer.table["before"] < target).any()
    assert (answer.table["after"] >= target * (1 - 1e-5)).all()
    assert answer.plan.places.sum() == answer.plan.objective > 0
    assert answer.plan.bound <= answer.plan.objective
    assert answer.table["share_reached"].between(0, 1).all()


def test_what_cannot_be_reached_is_said(atlas, reach):
    for options, said in (
        ({"target_per_100": 10_000.0, "communes": (DISON,)}, f"at its largest.*{DISON}"),
        ({"communes": ("63023",)}, "63023"),
        ({"level": "street"}, "commune, point"),
    ):
        with pytest.raises(AllocationError, match=said):
            reach_to_target(atlas, ReachTargetQuestion(reach, **options))
