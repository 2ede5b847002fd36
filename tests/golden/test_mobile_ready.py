"""The plan of mobile consultations kept with the data: it keeps every rule and tells the same with today's data."""

import pytest

from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import tell_again
from finder.capacity.mobile.plan_json import plan_from_dict
from finder.sources.ready_mobile_plan import read_ready_plan, write_ready_plan

pytestmark = pytest.mark.xdist_group("mobile")


@pytest.fixture(scope="module")
def ready(atlas):
    return tell_again(atlas, plan_from_dict(read_ready_plan()))


def test_it_answers_the_question_the_page_opens_with(ready):
    assert ready.question == MobileQuestion()
    assert ready.check.is_clean
    assert ready.check.are_drives_checked


def test_its_figures_hold_with_the_data_of_today(ready):
    f, table = ready.figures, ready.by_commune
    assert ready.demand.points["gap_children"].sum() == pytest.approx(f["children_in_gaps"])
    assert table["followed"].sum() == pytest.approx(f["children_followed"], abs=0.5)
    assert f["children_followed"] + ready.unserved["children"].sum() == pytest.approx(f["children_coming"], abs=0.5)
    assert f["children_followed"] < f["stops_bound"] < f["children_reachable"] + 1
    assert f["rounds_bound_min_per_cycle"] < f["rounds_drive_min_per_cycle"]
    assert sum(depot.units for depot in ready.plan.depots) == 6
    longest = max(max(day.drive_min[0], day.drive_min[-1]) for day in ready.plan.rounds)
    # Minutes of a round are rounded up.
    assert longest <= ready.question.longest_out_min + 1


def test_it_is_kept_as_it_was_given(tmp_path):
    record = read_ready_plan()
    assert write_ready_plan(record, tmp_path).is_file()
    assert read_ready_plan(tmp_path) == record
