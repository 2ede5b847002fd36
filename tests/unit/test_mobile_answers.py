"""From children in gaps to a plan: demand by draw, depots, drives, who is followed, and what a question refuses."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from finder.answers import atlas as atlas_module
from finder.answers import mobile_drives
from finder.answers.atlas import Atlas
from finder.answers.children import children_at_points
from finder.answers.mobile import make_plan, units_curve
from finder.answers.mobile_demand import MobileDemand, measured_gap, mobile_demand
from finder.answers.mobile_depots import default_depots, nearest_share
from finder.answers.mobile_drives import depot_drives, stop_drives, whole_minutes
from finder.answers.mobile_effects import WHY_NOT
from finder.answers.mobile_question import DepotChoice, MobileQuestion, question_from_dict
from finder.answers.mobile_rounds import measured_drives
from finder.answers.mobile_told import tell_again
from finder.capacity.mobile.check import check_plan
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.follow import follow_children
from finder.capacity.mobile.plan_json import plan_from_dict, plan_to_dict
from finder.capacity.mobile.round_problem import NO_WAY_MIN
from finder.cli import app
from finder.errors import LocationError, MobileError

COMMUNES = ("82014", "82039", "63040")
"""Houffalize and Bastogne; Amblève, which is German-speaking."""

HERE = DepotChoice("here", "Houffalize", 5.789, 50.132, 1, 1)
QUESTION = MobileQuestion(units=1, depots=(HERE,), least_children=2.0)


class ThreeCommunes(Atlas):
    """Every fourth demand point and all localities of three communes, on the whole network."""

    def demand(self, year):
        points = super().demand(year)
        return points[points["nis"].isin(COMMUNES)].sort_index().iloc[::4]

    @property
    def localities(self):
        everywhere = self.keep(("all",), lambda: super(ThreeCommunes, self).localities)
        return everywhere[everywhere["nis"].isin(COMMUNES)].reset_index(drop=True)


@pytest.fixture(scope="module")
def small():
    with pytest.MonkeyPatch.context() as patch:
        kept = ThreeCommunes()
        patch.setattr(mobile_drives, "load_hierarchy", lambda _: None)
        patch.setattr(atlas_module, "Atlas", lambda _: kept)
        yield kept


@pytest.fixture(scope="module")
def made(small):
    return make_plan(small, QUESTION, time_limit_s=6.0, rng=np.random.default_rng(1))


def test_expected_children_are_those_of_the_draws(small):
    demand = mobile_demand(small, QUESTION)
    minutes = measured_gap(small, "car").minutes[:, 1:]
    children = children_at_points(small, 2020, "children_0_5").to_numpy()
    by_draw = [(children * (minutes[:, draw] > 8.0)).sum() for draw in range(minutes.shape[1])]
    assert demand.points["gap_children"].sum() == pytest.approx(np.mean(by_draw))
    assert (demand.points["coming"] == demand.points["gap_children"] * 0.6).all()
    assert (demand.points["gap_children"] > 0).all()


def test_german_speaking_communes_are_neither_followed_nor_stopped_at(small):
    demand = mobile_demand(small, QUESTION)
    assert set(small.demand(2020)["nis"]) == set(COMMUNES)
    assert set(demand.points["nis"]) <= set(COMMUNES[:2])
    assert set(demand.stops["nis"]) == set(COMMUNES[:2])


def test_a_longer_limit_leaves_fewer_children_in_gaps(small):
    near = mobile_demand(small, QUESTION).points["gap_children"].sum()
    far = mobile_demand(small, replace(QUESTION, limit_min=12.0)).points["gap_children"].sum()
    assert 0 <= far < near


def demand_by_hand(beyond=((1, 1, 0, 0), (1, 0, 0, 0), (1, 1, 1, 1))):
    """Three points with 4 children each; the first two reach stop A, the last two B, nearer to the middle one."""
    beyond = np.array(beyond, dtype=bool)
    points = pd.DataFrame(
        {"nis": ["1", "1", "2"], "children": 4.0, "draw_share": beyond.mean(axis=1)}, index=["p", "q", "r"]
    )
    points["gap_children"] = points["children"] * points["draw_share"]
    points["coming"] = points["gap_children"] * 0.5
    stops = pd.DataFrame({"name": ["A", "B"], "nis": ["1", "2"]}, index=["a", "b"])
    indptr, indices = np.array([0, 2, 4]), np.array([0, 1, 1, 2])
    return MobileDemand(points, beyond, stops, indptr, indices, np.array([1.0, 3.0, 2.0, 2.0]))


def test_need_is_the_share_of_draws_with_five_children_around():
    # A has 8, 4, 0, 0 children in the draws; B has 8, 4, 4, 4.
    demand = demand_by_hand()
    assert demand.need_share(np.array([0, 1])).tolist() == [0.25, 0.25]
    assert demand.need_share(np.array([1, 0]), needed=4.0).tolist() == [1.0, 0.5]


def test_an_official_list_makes_need_certain():
    demand = demand_by_hand(beyond=((1,) * 4, (1,) * 4, (0,) * 4))
    assert demand.need_share(np.array([0, 1]), needed=5.0).tolist() == [1.0, 0.0]


def test_everybody_counts_once_at_the_nearest_candidate():
    demand = demand_by_hand()
    assert nearest_share(demand).tolist() == pytest.approx([1.0, 0.5 + 2.0])
    assert nearest_share(demand).sum() == pytest.approx(demand.points["coming"].sum())


def test_whole_minutes_round_up_and_keep_what_has_no_road():
    given = np.array([0.0, 0.2, 7.0, 7.0000005, 7.1, np.inf])
    assert whole_minutes(given).tolist() == [0, 1, 7, 7, 8, NO_WAY_MIN]


def test_children_follow_where_there_is_room_and_near_ones_first():
    # Stop 0 has room for 3. Point 0 reaches only it; point 1 reaches both: it makes room, all 5 are followed.
    pairs = follow_children(
        np.array([3.0, 2.0]), np.array([3.0, 4.0]), np.array([0, 1, 1]), np.array([0, 0, 1]), [5.0, 1.0, 9.0]
    )  # fmt: skip
    assert pairs.tolist() == pytest.approx([3.0, 0.0, 2.0], abs=1e-6)
    with_room = follow_children(
        np.array([3.0, 2.0]), np.array([9.0, 4.0]), np.array([0, 1, 1]), np.array([0, 0, 1]), [5.0, 1.0, 9.0]
    )  # fmt: skip
    assert with_room.tolist() == pytest.approx([3.0, 2.0, 0.0], abs=1e-6)


def test_nobody_is_followed_without_stops():
    none = np.zeros(0, dtype=np.int64)
    assert follow_children(np.array([1.0]), np.zeros(0), none, none, []).tolist() == []


def test_question_survives_json_and_can_be_a_key():
    question = replace(
        QUESTION, mode="walk", limit_min=30.0, duty=Duty(weekdays=(0, 3)), excluded_nis=("82014",), year=2023
    )  # fmt: skip
    again = question_from_dict(json.loads(json.dumps(question.to_dict())))
    assert again == question
    assert len({again, question}) == 1
    assert question_from_dict({}) == MobileQuestion()


@pytest.mark.parametrize(
    ("mode", "given", "expected"),
    [
        ("car", {}, ("car", 8.0)),
        ("car", {"limit_min": 15.0}, ("car", 15.0)),
        ("walk", {}, ("walk", 8.0)),
        ("pram", {"limit_min": 30.0}, ("pram", 30.0)),
        ("walk", {"catchment_mode": "car"}, ("car", 8.0)),
        ("car", {"catchment_mode": "walk"}, ("walk", 20.0)),
        ("car", {"catchment_min": 7.0}, ("car", 7.0)),
    ],
)
def test_families_come_as_far_as_the_gap_suggests(mode, given, expected):
    assert MobileQuestion(mode=mode, **given).catchment == expected


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"take_up": 0.0}, "take_up"),
        ({"take_up": math.nan}, "take_up"),
        ({"units": 0}, "units"),
        ({"limit_min": 31.0}, "limit_min"),
        ({"catchment_min": 0.0}, "catchment_min"),
        ({"minutes_per_child": 80.0}, "minutes_per_child"),
        ({"frequencies": (3,)}, "frequencies"),
        ({"frequencies": ()}, "frequencies"),
        ({"year": 2021}, "year"),
        ({"calendar": "days"}, "calendar"),
        ({"mode": "train"}, "mode"),
        ({"required_nis": ("82014",), "excluded_nis": ("82014",)}, "required"),
        ({"target_children": -1.0}, "target_children"),
        ({"depots": (HERE, HERE)}, "depots"),
    ],
)
def test_a_question_that_cannot_be_asked_names_the_value(given, told):
    with pytest.raises(MobileError, match=told):
        MobileQuestion(**given)


@pytest.mark.parametrize("values", [{"unit": 6}, {"units": "six"}, {"duty": {"shift_min": 9}}, {"depots": [1]}])
def test_a_question_that_cannot_be_read_is_refused(values):
    with pytest.raises(MobileError):
        question_from_dict(values)


def test_depot_off_the_network_is_named(small):
    far = DepotChoice("sea", "In the sea", 2.0, 51.9, 1, 1)
    with pytest.raises(MobileError, match="In the sea"):
        depot_drives(small, (HERE, far))


def test_depots_without_room_for_the_units_are_refused(small):
    with pytest.raises(MobileError, match="3 units"):
        make_plan(small, replace(QUESTION, units=3), time_limit_s=2.0)


def test_unknown_area_and_commune_are_refused(small):
    with pytest.raises(LocationError, match="Atlantis"):
        make_plan(small, replace(QUESTION, area="Atlantis"), time_limit_s=2.0)
    with pytest.raises(MobileError, match="99999"):
        make_plan(small, replace(QUESTION, excluded_nis=("99999",)), time_limit_s=2.0)


@pytest.mark.parametrize(("units", "low", "high"), [(2, 0, 3), (3, 3, 3), (5, 3, 5)])
def test_default_depot_is_the_best_locality_of_its_province(small, units, low, high):
    question = replace(QUESTION, depots=(), units=units)
    demand = mobile_demand(small, question)
    (depot,) = default_depots(small, question, demand)
    assert (depot.depot_id, depot.units_low, depot.units_high) == ("luxembourg", low, high)
    drives = stop_drives(small).astype(float)
    cost = (drives + drives.T) @ nearest_share(demand)
    assert depot.name == demand.stops["name"].iloc[int(cost.argmin())]


def test_a_plan_keeps_every_rule_and_adds_up(small, made):
    assert made.check.is_clean
    assert made.check.are_drives_checked
    assert len(made.plan.stops) > 3
    f = made.figures
    coming = made.demand.points["coming"].sum()
    assert f["children_followed"] == pytest.approx(made.followed.total, abs=0.1)
    assert f["children_followed"] + made.unserved["children"].sum() == pytest.approx(coming, abs=0.1)
    assert 0 < f["children_followed"] <= f["children_reachable"] + 1e-3 <= f["children_coming"] + 2e-3
    assert f["children_followed"] <= f["stops_bound"] + 0.1
    assert (made.followed.at_point <= made.demand.points["coming"].to_numpy() + 1e-6).all()
    assert (made.followed.at_stop <= made.followed.room + 1e-6).all()


def test_a_plan_from_a_file_tells_the_same_again(small, made):
    again = tell_again(small, plan_from_dict(json.loads(json.dumps(plan_to_dict(made.plan)))))
    assert again.figures == pytest.approx(dict(made.figures))
    assert again.followed.total == pytest.approx(made.followed.total)
    pd.testing.assert_frame_equal(again.by_commune, made.by_commune)
    pd.testing.assert_frame_equal(again.unserved, made.unserved)
    pd.testing.assert_frame_equal(again.before_after, made.before_after)
    assert again.today == made.today


def test_a_plan_of_other_data_or_without_figures_is_not_told(small, made):
    first, *others = made.plan.stops
    many = replace(made.plan, stops=(replace(first, children=first.children + 50), *others))
    with pytest.raises(MobileError, match="made with other data"):
        tell_again(small, many)
    with pytest.raises(MobileError, match="stops_bound"):
        tell_again(small, replace(made.plan, figures={k: v for k, v in made.figures.items() if k != "stops_bound"}))
    elsewhere = replace(made.plan, stops=(replace(first, stop_id="nowhere"), *others))
    with pytest.raises(MobileError, match="nowhere"):
        tell_again(small, elsewhere)


def test_units_drive_no_farther_than_the_question_allows(small, made):
    longest = 12.0
    assert max(max(day.drive_min[0], day.drive_min[-1]) for day in made.plan.rounds) > longest
    near = make_plan(small, replace(QUESTION, longest_out_min=longest), time_limit_s=5.0)
    assert max(max(day.drive_min[0], day.drive_min[-1]) for day in near.plan.rounds) <= longest
    why = near.unserved.groupby("reason")["children"].sum()
    assert why["depot_far"] > 0
    assert "depot_far" not in set(made.unserved["reason"])
    assert near.figures["children_followed"] < made.figures["children_followed"]


def test_communes_add_up_to_the_plan(made):
    table = made.by_commune
    assert table["followed"].sum() == pytest.approx(made.followed.total)
    assert table["gap_children"].sum() == pytest.approx(made.figures["children_in_gaps"])
    assert table["stops"].sum() == len(made.plan.stops)
    assert table["sessions_per_month"].sum() == pytest.approx(made.figures["sessions_per_month"])
    why = table[list(WHY_NOT)].sum().sum()
    assert why + table["followed"].sum() == pytest.approx(table["coming"].sum(), abs=1e-3)
    assert (table["beyond_after_share"] <= table["beyond_before_share"] + 1e-12).all()
    expected = table["gap_children"] / table["children"]
    assert table["beyond_before_share"].to_numpy() == pytest.approx(expected.to_numpy())


def test_stops_close_gaps_and_open_none(made):
    before_after = made.before_after
    own = before_after.iloc[0]
    assert (own["mode"], own["limit_min"]) == ("car", 8.0)
    assert own["children_before"] == pytest.approx(made.figures["children_in_gaps"])
    assert own["children_after"] < own["children_before"]
    assert (before_after["communes_after"] <= before_after["communes_before"]).all()


def test_the_file_of_a_plan_is_checked_again_by_the_command(small, made, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan_to_dict(made.plan)), encoding="utf-8")
    run = CliRunner().invoke(app, ["mobile", "check", str(file), "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["is_clean"] is True
    data = json.loads(file.read_text(encoding="utf-8"))
    data["rounds"]["drive_min"][0][0] += 9
    file.write_text(json.dumps(data), encoding="utf-8")
    run = CliRunner().invoke(app, ["mobile", "check", str(file), "--json"])
    assert run.exit_code == 1
    assert "drive" in {one["rule"] for one in json.loads(run.stdout)["findings"]}
    assert plan_from_dict(plan_to_dict(made.plan)) == plan_from_dict(json.loads(json.dumps(plan_to_dict(made.plan))))


def test_a_moved_stop_is_found_by_measuring_again(small, made):
    first = made.plan.stops[0]
    moved = replace(first, lon=first.lon + 0.2)
    plan = replace(made.plan, stops=(moved, *made.plan.stops[1:]))
    assert "drive" in check_plan(plan, measured_drives(small, plan)).rules


def test_no_gaps_give_an_empty_plan(small):
    made = make_plan(small, replace(QUESTION, limit_min=30.0), time_limit_s=2.0)
    assert made.plan.stops == ()
    assert made.plan.rounds == ()
    assert made.figures["children_in_gaps"] == 0
    assert made.check.is_clean


def test_required_and_excluded_communes_are_kept(small):
    question = replace(QUESTION, excluded_nis=("82014",), required_nis=("82039",))
    made = make_plan(small, question, time_limit_s=4.0)
    assert {stop.nis for stop in made.plan.stops} == {"82039"}
    assert "82014" in made.unserved["nis"].to_numpy()


def test_more_units_never_follow_fewer(small):
    question = replace(QUESTION, depots=(replace(HERE, units_high=3),))
    table = units_curve(small, question, [1, 2, 3], time_limit_s=3.0)
    assert table["children"].is_monotonic_increasing
    assert (table["units_here"] == [1, 2, 3]).all()


def test_the_command_plans_and_writes(small, tmp_path):
    file, dates = tmp_path / "plan.json", tmp_path / "plan.ics"
    arguments = ["--units", "1", "--depot", "Garage=50.132,5.789:1", "--time-limit", "4", "--out", str(file)]
    run = CliRunner().invoke(app, ["mobile", "plan", *arguments, "--json"])
    assert run.exit_code == 0, run.output
    said = json.loads(run.stdout)
    plan = plan_from_dict(json.loads(file.read_text(encoding="utf-8")))
    assert said["plan"]["figures"]["stops_count"] == len(plan.stops) > 0
    assert [depot.name for depot in plan.depots] == ["Garage"]
    run = CliRunner().invoke(app, ["mobile", "calendar", str(file), "--year", "2027", "--out", str(dates)])
    assert run.exit_code == 0, run.output
    assert dates.read_bytes().count(b"BEGIN:VEVENT") >= len(plan.stops)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--depot", "Garage"],
        ["plan", "--catchment", "car"],
        ["curve", "--units", "0-3"],
        ["curve", "--units", "x"],
    ],
)
def test_the_command_refuses_what_it_cannot_read(small, arguments):
    assert CliRunner().invoke(app, ["mobile", *arguments]).exit_code == 2


def test_a_file_that_is_no_plan_is_refused(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text("{", encoding="utf-8")
    run = CliRunner().invoke(app, ["mobile", "check", str(file)])
    assert isinstance(run.exception, MobileError)
