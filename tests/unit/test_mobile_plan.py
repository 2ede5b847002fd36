"""Plans of mobile consultations: the checker names the broken rule, the file says what is wrong, dates are right."""

import copy
import datetime
import json
import math
from dataclasses import replace

import pytest
from mobile_cases import DEPOT, ENGINE, ROUNDS, STOPS, good_plan

from finder import agenda
from finder.agenda.occurrences import session_days
from finder.capacity.mobile.calendar import cancelled_dates, sessions_of
from finder.capacity.mobile.check import RULES, asked_drives, check_plan, place_points, plan_figures
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import patterns
from finder.capacity.mobile.plan import Plan, PlannedStop, Round
from finder.capacity.mobile.plan_json import BYTES_MAX, plan_from_dict, plan_to_dict
from finder.errors import MobileError, SessionError
from finder.sources.documents_store_body import canonical_json, checked_body

A, B, C = STOPS
FULL, C_ALONE, PAIR, LAST = ROUNDS


def test_a_good_plan_is_clean():
    report = check_plan(good_plan(figures=plan_figures(good_plan())), ENGINE)
    assert report.findings == ()
    assert report.is_clean
    assert report.are_drives_checked
    assert check_plan(good_plan(), lambda start, end: ENGINE[start, end]).is_clean
    assert not check_plan(good_plan(), None).are_drives_checked


def test_it_asks_for_every_drive_once():
    assert asked_drives(good_plan()) == sorted(ENGINE)
    assert place_points(good_plan())["libramont"] == (DEPOT.lon, DEPOT.lat)
    assert place_points(good_plan())["b"] == (B.lon, B.lat)


def test_figures_add_up():
    # Half a cycle a month: 7 sessions and 4 unit-days of 370 minutes, 211 of them driving, in two months.
    assert plan_figures(good_plan()) == pytest.approx(
        {
            "stops_count": 3,
            "communes_count": 2,
            "unit_days_per_cycle_count": 4,
            "sessions_per_month": 3.5,
            "vehicle_hours_per_month": 4 * 370 / 60 / 2,
            "driving_hours_per_month": (70 + 47 + 57 + 47) / 60 / 2,
            "km_per_month": 77,
            "children_followed": 79.75,
            "children_per_vehicle_hour": 79.75 / (4 * 370 / 60 / 2),
            "stops_per_unit_day_mean": 1.75,
            "one_hour_share": 1,
        }
    )
    weekly = plan_figures(good_plan(calendar="weeks"))
    assert weekly["sessions_per_month"] == pytest.approx(7 * 365.25 / 7 / 8 / 12)


def test_figures_that_cannot_be_known_are_left_out():
    assert "km_per_month" not in plan_figures(good_plan(rounds=(replace(FULL, km=None), *ROUNDS[1:])))
    empty = plan_figures(good_plan(stops=(), rounds=()))
    assert not {"children_per_vehicle_hour", "stops_per_unit_day_mean", "one_hour_share"} & set(empty)


def _day(week, *stop_ids, unit=1, drives=(22, 25), starts=(775,), end=880):
    return Round("libramont", unit, week, 3, stop_ids, drives, starts, end)


BROKEN = {
    "two rows of a stop": ("stop_twice", {"stops": (*STOPS, A)}),
    "served and unplaced": ("stop_twice", {"unplaced": (replace(good_plan().unplaced[0], stop_id="a"),)}),
    "a stop nobody lists": ("unknown_stop", {"rounds": (*ROUNDS, _day(1, "x", unit=2))}),
    "no such unit": ("unknown_unit", {"depots": (replace(DEPOT, units=0),)}),
    "a depot nobody lists": ("unknown_unit", {"depots": (replace(DEPOT, depot_id="arlon"),)}),
    "a weekday off": ("not_a_working_day", {"duty": Duty(weekdays=(0, 1))}),
    "uneven weeks": (
        "frequency",
        {
            "stops": (A, B, replace(C, weeks=(0, 2, 4, 5))),
            "rounds": (FULL, C_ALONE, PAIR, replace(LAST, week=5)),
        },
    ),
    "announced and not served": ("frequency", {"rounds": (FULL, C_ALONE, PAIR)}),
    "served and not announced": ("frequency", {"rounds": (*ROUNDS, replace(LAST, week=7))}),
    "another weekday": ("one_weekday", {"rounds": (FULL, replace(C_ALONE, weekday=4), PAIR, LAST)}),
    "another unit": ("one_unit", {"rounds": (FULL, replace(C_ALONE, unit=2), PAIR, LAST)}),
    "two rounds on a day": (
        "double_booking",
        {"rounds": (_day(0, "a", "b", drives=(20, 10, 20), starts=(540, 640), end=740), _day(0, "c"), *ROUNDS[1:])},
    ),
    "three stops, two allowed": ("too_many_stops", {"duty": Duty(most_stops_per_day=2)}),
    "a session before the unit is there": (
        "clock",
        {"stops": (replace(A, starts_min=(535, 535)), B, C),
         "rounds": (replace(FULL, starts_min=(535, 640, 775)), C_ALONE, replace(PAIR, starts_min=(535, 775)), LAST)},
    ),
    "no break": (
        "clock",
        {"stops": (A, B, replace(C, weeks=(0,), starts_min=(745,))),
         "rounds": (replace(FULL, starts_min=(540, 640, 745), end_min=850), replace(PAIR, stop_ids=("a",),
                    drive_min=(20, 20), starts_min=(540,), end_min=640))},
    ),
    "no multiple of five minutes": (
        "clock",
        {"stops": (A, B, replace(C, starts_min=(777,) * 4)),
         "rounds": tuple(replace(one, starts_min=(*one.starts_min[:-1], 777), end_min=882) for one in ROUNDS)},
    ),
    "back earlier than it can be": ("clock", {"rounds": (*ROUNDS[:3], replace(LAST, end_min=879))}),
    "another hour than announced": ("clock", {"stops": (A, replace(B, starts_min=(645,)), C)}),
    "too long": ("shift_too_long", {"duty": Duty(shift_min=360)}),
    "negative children": ("children_negative", {"stops": (replace(A, children=-1.0), B, C)}),
    "a share above one": ("children_negative", {"stops": (replace(A, need_share=1.5), B, C)}),
    "figures of another plan": ("figures", {"figures": {"sessions_per_month": 4.5}}),
    "too many children": ("figures", {"figures": {"children_followed": 80.0}}),
    "a round without drives": ("form", {"rounds": (replace(FULL, drive_min=()), *ROUNDS[1:])}),
    "weeks without hours": ("form", {"stops": (replace(A, starts_min=()), B, C)}),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_the_broken_rule_is_named(name):
    rule, fields = BROKEN[name]
    plan = good_plan(**fields)
    report = check_plan(plan, None)
    assert report.rules == (rule,)
    assert all(finding.told and finding.where for finding in report.findings)


def test_every_rule_has_a_plan_that_breaks_it():
    assert {rule for rule, _ in BROKEN.values()} | {"drive"} == set(RULES)


@pytest.mark.parametrize(("minutes", "is_clean"), [(19.0, True), (20.0, True), (20.2, False), (18.9, False)])
def test_drives_are_the_engines_rounded_up(minutes, is_clean):
    report = check_plan(good_plan(), {**ENGINE, ("libramont", "a"): minutes})
    assert report.rules == (() if is_clean else ("drive",))


@pytest.mark.parametrize("nothing", [math.inf, math.nan])
def test_no_road_is_told(nothing):
    report = check_plan(good_plan(), {**ENGINE, ("a", "b"): nothing})
    assert report.rules == ("drive",)
    assert "no road from a to b" in report.findings[0].told


def test_a_drive_that_was_not_measured_is_an_error():
    with pytest.raises(MobileError, match="a to b"):
        check_plan(good_plan(), {leg: minutes for leg, minutes in ENGINE.items() if leg != ("a", "b")})


def test_the_file_gives_the_plan_back():
    plan = good_plan(figures=plan_figures(good_plan()))
    data = plan_to_dict(plan)
    assert plan_from_dict(json.loads(json.dumps(data))) == plan
    assert plan_to_dict(plan_from_dict(data)) == data


def _large_plan() -> Plan:
    """Return 520 stops and 240 rounds with numbers of full length."""
    name = "Sainte-Ode-sur-Ourthe (Amberloup)"
    stops = tuple(
        PlannedStop(
            f"84075{number:05d}A", name, "84075", 5 + number / 7919, 50 - number / 7919, "libramont", 1 + number % 6,
            number % 5, patterns(4)[number % 2], (540 + number % 9 * 5,) * 4, 100 / (number + 3), 1 / (number + 2),
        )
        for number in range(520)
    )  # fmt: skip
    rounds = tuple(
        Round("libramont", unit, week, weekday, tuple(stop.stop_id for stop in stops[day : day + 4]),
              (21, 13, 12, 11, 22), (540, 640, 775, 865), 985, 100 / (day + 3))
        for day, (unit, week, weekday) in enumerate(
            (unit, week, weekday) for unit in range(1, 7) for week in range(8) for weekday in range(5)
        )
    )  # fmt: skip
    return good_plan(stops=stops, rounds=rounds, depots=(replace(DEPOT, units=6),))


def test_a_plan_of_the_federation_fits_into_the_store():
    data = plan_to_dict(_large_plan())
    assert len(canonical_json(data).encode()) < BYTES_MAX
    assert plan_from_dict(checked_body(data)) == _large_plan()


def _set(data, path, value):
    *way, last = path
    for part in way:
        data = data[part]
    data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("version",), 2, "version"),
        (("calendar",), "years", "calendar"),
        (("calendar",), None, "calendar"),
        (("duty", "shift_min"), "456", "duty, shift_min"),
        (("duty", "shift_min"), 456.0, "duty, shift_min"),
        (("duty", "shift_min"), True, "duty, shift_min"),
        (("duty", "shift_min"), 0, "shift_min"),
        (("duty", "pause_min"), 3, "duty"),
        (("stops", "lon", 1), math.nan, "stops, lon, row 1"),
        (("figures",), {"sessions_per_month": math.inf}, "figures, sessions_per_month"),
        (("stops", "lon", 1), 500, "stops, lon, row 1"),
        (("stops", "nis", 0), "8407", "stops, nis, row 0"),
        (("stops", "name", 0), "a\u202eb", "stops, name, row 0"),
        (("stops", "id", 0), "b", "stops, id"),
        (("depots", "id"), ["d", "d"], "depots"),
        (("stops", "depot", 2), 1, "stops, row 2, depot"),
        (("stops", "starts_min", 2), [775], "stops, row 2, weeks"),
        (("stops", "need_share", 2), 1.5, "stops, need_share, row 2"),
        (("stops", "children"), [1.0], "children 1"),
        (("rounds", "stops", 0), [0, 1, 9], "rounds, row 0, stops"),
        (("rounds", "stops", 1), [], "rounds, stops, row 1"),
        (("rounds", "drive_min", 0), [20, 10], "rounds, row 0, drive_min"),
        (("rounds", "week", 0), 8, "rounds, week, row 0"),
        (("unplaced", "reason", 0), "lazy", "unplaced, reason, row 0"),
        (("question",), [], "question"),
        (("question",), {"text": "x" * 30_000}, "bytes"),
        (("figures",), {"Sessions": 1}, "figures"),
        (("figures",), {"x": 10**400}, "figures, x"),
        (("question",), {"text": "\ud800"}, "plain JSON"),
        (("question",), {"what": {1, 2}}, "plain JSON"),
    ],
)
def test_a_malformed_file_is_told(path, value, told):
    data = copy.deepcopy(plan_to_dict(good_plan()))
    _set(data, path, value)
    with pytest.raises(MobileError, match=told):
        plan_from_dict(data)


@pytest.mark.parametrize("data", [None, [], "plan", {}, {"version": 1}])
def test_what_is_no_plan_is_refused(data):
    with pytest.raises(MobileError):
        plan_from_dict(data)


def test_every_field_is_needed():
    for path in [("duty", "step_min"), ("stops", "need_share"), ("rounds", "km"), ("unplaced",), ("figures",)]:
        data = copy.deepcopy(plan_to_dict(good_plan()))
        inner = data if len(path) == 1 else data[path[0]]
        del inner[path[-1]]
        with pytest.raises(MobileError, match=path[-1]):
            plan_from_dict(data)


def test_what_cannot_be_read_is_not_written():
    with pytest.raises(MobileError, match="stop 'x'"):
        plan_to_dict(good_plan(rounds=(replace(FULL, stop_ids=("a", "x", "c")),)))
    with pytest.raises(MobileError, match="depot"):
        plan_to_dict(good_plan(depots=()))
    with pytest.raises(MobileError, match="children"):
        plan_to_dict(good_plan(stops=(replace(A, children=math.nan), B, C)))


DAY = datetime.date
DUTY = Duty()


def _dates(sessions, first, last):
    return sorted(
        (day, session.start)
        for session in sessions
        for day in session_days(session, first)
        if day <= last
    )  # fmt: skip


def test_once_in_two_months_stays_in_odd_months_for_years():
    first, last = DAY(2027, 2, 1), DAY(2029, 1, 31)
    (session,) = sessions_of(replace(B, weeks=(1,), starts_min=(640,)), first, last, "months", DUTY)
    assert (session.ordinals, session.months, session.interval_months) == ((2,), (1, 3, 5, 7, 9, 11), 1)
    assert (session.start, session.end) == (datetime.time(10, 40), datetime.time(11, 55))
    days = [day for day, _ in _dates([session], first, last)]
    assert [(day.month, day.weekday(), (day.day - 1) // 7 + 1) for day in days[:3]] == [(3, 3, 2), (5, 3, 2), (7, 3, 2)]
    assert {day.month % 2 for day in days} == {1}
    assert len(days) == 12


def test_hours_that_differ_make_sessions_of_their_own():
    stop = replace(A, weeks=(0, 4), starts_min=(540, 600))
    odd, even = sessions_of(stop, DAY(2027, 1, 1), DAY(2027, 12, 31), "months", DUTY)
    assert (odd.start.hour, odd.months[0], even.start.hour, even.months[0]) == (9, 1, 10, 2)
    one = sessions_of(A, DAY(2027, 1, 1), DAY(2027, 12, 31), "months", DUTY)
    assert [(each.ordinals, each.months) for each in one] == [((1,), ())]


def test_rolling_weeks_count_from_the_monday_of_the_first_week():
    # 2027-01-06 is a Wednesday; week 0 is that of Monday 4 January, its Monday before the plan begins.
    stop = replace(B, weekday=0, weeks=(0, 4), starts_min=(640, 640))
    (session,) = sessions_of(stop, DAY(2027, 1, 6), DAY(2027, 6, 30), "weeks", DUTY)
    assert session.interval_weeks == 4
    days = [day for day, _ in _dates([session], DAY(2027, 1, 6), DAY(2027, 3, 31))]
    assert days == [DAY(2027, 2, 1), DAY(2027, 3, 1), DAY(2027, 3, 29)]


def test_holidays_and_closed_days_are_cancelled_not_moved():
    stop = replace(B, weekday=5, weeks=(0,), starts_min=(640,))  # Saturdays
    first, last = DAY(2027, 1, 1), DAY(2028, 12, 31)
    closed = (DAY(2027, 3, 6), DAY(2030, 1, 1))
    (session,) = sessions_of(stop, first, last, "months", DUTY, closed_days=closed)
    # 1 May 2027 is the first Saturday of May; 6 March 2027 the planner's own closed day.
    cancelled = cancelled_dates(session, first, DAY(2027, 12, 31))
    assert cancelled == (DAY(2027, 3, 6), DAY(2027, 5, 1))
    after = datetime.datetime(2027, 1, 3, tzinfo=agenda.BRUSSELS)
    dates = agenda.next_dates(session, after=after, count=3).occurrences
    assert [each.day for each in dates] == [DAY(2027, 7, 3), DAY(2027, 9, 4), DAY(2027, 11, 6)]
    entry = agenda.CalendarEntry("mobile-b", "Freux", (session,))
    text = agenda.calendar_file([entry], after=after).content.decode()
    assert "EXDATE;TZID=Europe/Brussels:20270306T104000,20270501T104000" in text
    assert "BYMONTH=1,3,5,7,9,11" in text


def test_closed_days_of_a_session_are_ascending():
    with pytest.raises(SessionError, match="closed days"):
        agenda.Session(weekdays=(1,), closed_days=(DAY(2027, 2, 1), DAY(2027, 1, 1)))


def test_a_plan_cannot_end_before_it_begins():
    with pytest.raises(MobileError, match="before it begins"):
        sessions_of(A, DAY(2027, 2, 1), DAY(2027, 1, 1), "months", DUTY)
    with pytest.raises(MobileError, match="midnight"):
        sessions_of(replace(B, starts_min=(1400,)), DAY(2027, 1, 1), DAY(2027, 2, 1), "months", DUTY)
