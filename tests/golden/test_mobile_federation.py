"""Mobile consultations of the real data: the children in gaps, the published facts beside them, and whole plans."""

import numpy as np
import pytest

from finder.answers.mobile import make_plan
from finder.answers.mobile_demand import mobile_demand
from finder.answers.mobile_depots import default_depots
from finder.answers.mobile_question import MobileQuestion

pytestmark = pytest.mark.xdist_group("mobile")


def test_children_in_gaps_are_those_of_the_draws(atlas):
    demand = mobile_demand(atlas, MobileQuestion())
    by_province = demand.points.groupby(demand.points["nis"].map(atlas.communes["province"]))["gap_children"].sum()
    assert by_province.sum() == pytest.approx(17_025, abs=1)
    published = {"Luxembourg": 6_086, "Liège": 4_154, "Namur": 3_156, "Hainaut": 2_695, "Brabant wallon": 705}
    assert by_province[list(published)].round().to_dict() == published
    assert len(demand.stops) == 1_519
    assert demand.stops["is_on_road"].all()


def test_six_units_start_in_the_provinces_that_have_them(atlas):
    question = MobileQuestion()
    depots = default_depots(atlas, question, mobile_demand(atlas, question))
    assert {depot.depot_id: (depot.units_low, depot.units_high) for depot in depots} == {
        "liege": (2, 2),
        "luxembourg": (3, 3),
        "namur": (1, 1),
    }
    more = default_depots(atlas, MobileQuestion(units=8), mobile_demand(atlas, question))
    assert {depot.depot_id: (depot.units_low, depot.units_high) for depot in more} == {
        "brabant-wallon": (0, 2),
        "bruxelles-capitale": (0, 2),
        "hainaut": (0, 2),
        "liege": (2, 4),
        "luxembourg": (3, 5),
        "namur": (1, 3),
    }


def test_one_unit_in_namur(atlas):
    question = MobileQuestion(units=1, area="Namur")
    made = make_plan(atlas, question, time_limit_s=8.0, rng=np.random.default_rng(0))
    assert made.check.is_clean
    assert made.check.are_drives_checked
    f = made.figures
    assert f["children_in_gaps"] == pytest.approx(3_156, abs=1)
    assert f["sessions_per_month"] <= 80
    assert 700 < f["children_followed"] <= f["children_reachable"] <= 0.6 * 3_157
    assert {atlas.communes.loc[stop.nis, "province"] for stop in made.plan.stops} == {"Namur"}
    assert [row.key for row in made.today] == ["units_Namur"]
    assert made.before_after.iloc[0]["children_before"] == pytest.approx(3_156, abs=1)
    assert (made.by_commune["province"] == "Namur").all()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_six_units_in_the_federation(atlas):
    made = make_plan(atlas, MobileQuestion(), time_limit_s=210.0, rng=np.random.default_rng(0))
    assert made.check.is_clean
    f = made.figures
    assert f["children_in_gaps"] == pytest.approx(17_025, abs=1)
    assert 400 < f["sessions_per_month"] <= 480
    assert 7_000 < f["children_followed"] <= f["stops_bound"] <= f["children_reachable"]
    assert 0 <= f["rounds_gap"] < 0.25
    today = {row.key: row for row in made.today}
    assert (today["stops_per_month"].published, today["communes"].published) == (521, 95)
    assert (today["children"].published, today["children"].year) == (8_758, 2015)
    assert [today[f"units_{name}"].planned for name in ("Luxembourg", "Liège", "Namur")] == [3, 2, 1]
