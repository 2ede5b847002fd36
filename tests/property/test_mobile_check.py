"""Random plans: clean as made, never clean once changed; the file gives them back; dates are those of a count."""

import datetime
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.agenda.occurrences import session_days
from finder.agenda.recurrence_text import read_recurrences
from finder.capacity.mobile.calendar import sessions_of
from finder.capacity.mobile.check import asked_drives, check_plan, plan_figures
from finder.capacity.mobile.duty import Depot, Duty
from finder.capacity.mobile.frequency import FREQUENCIES, patterns
from finder.capacity.mobile.plan import Plan, PlannedStop, Round
from finder.capacity.mobile.plan_json import plan_from_dict, plan_to_dict
from finder.errors import MobileError

SEEDS = st.integers(0, 2**32 - 1)


def _plan(seed):
    """Return a random plan that keeps every rule, and drives of an engine that it was made with."""
    rng = np.random.default_rng(seed)
    session_min, step_min = int(rng.integers(30, 76)), int(rng.choice([1, 5, 15]))
    duty = Duty(setup_min=int(rng.integers(0, 15)), session_min=session_min, step_min=step_min)
    depots = tuple(Depot(f"d{k}", f"Depot {k}", 5 + k, 50, int(rng.integers(1, 3))) for k in range(2))
    engine, stops, rounds = {}, [], []

    def drive(start, end):
        return int(np.ceil(engine.setdefault((start, end), float(rng.uniform(0.01, 20)))))

    for depot in depots:
        for unit in range(1, depot.units + 1):
            for weekday in rng.choice(5, size=2, replace=False).tolist():
                made = []
                for _ in range(int(rng.integers(1, 4))):
                    count = int(rng.choice(list(FREQUENCIES.values())))
                    made.append((f"s{len(stops) + len(made)}", patterns(count)[rng.integers(8 // count)]))
                starts = {stop_id: {} for stop_id, _ in made}
                for week in range(8):
                    due = [stop_id for stop_id, weeks in made if week in weeks]
                    if not due:
                        continue
                    now, drives, begins, here = duty.start_min, [], [], depot.depot_id
                    for number, stop_id in enumerate(due, start=1):
                        drives.append(drive(here, stop_id))
                        now += drives[-1] + duty.setup_min
                        now = -(-now // duty.step_min) * duty.step_min
                        begins.append(now)
                        starts[stop_id][week] = now
                        now += duty.session_min + duty.packing_min
                        now += duty.break_min if number == duty.break_after_stops < len(due) else 0
                        here = stop_id
                    drives.append(drive(here, depot.depot_id))
                    rounds.append(
                        Round(depot.depot_id, unit, week, weekday, tuple(due), tuple(drives), tuple(begins),
                              now + drives[-1], float(rng.uniform(1, 200)) if rng.random() < 0.8 else None)
                    )  # fmt: skip
                stops += [
                    PlannedStop(stop_id, f"Stop {stop_id}", "84075", float(rng.uniform(3, 6)), 50.5, depot.depot_id,
                                unit, weekday, weeks, tuple(starts[stop_id][week] for week in weeks),
                                float(rng.uniform(0, 50)), float(rng.random()) if rng.random() < 0.5 else None)
                    for stop_id, weeks in made
                ]  # fmt: skip
    calendar = str(rng.choice(["months", "weeks"]))
    plan = Plan(calendar, duty, depots, tuple(stops), tuple(rounds), question={"seed": seed})
    return replace(plan, figures=plan_figures(plan)), engine


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_plans_are_clean_and_come_back(seed):
    plan, engine = _plan(seed)
    assert check_plan(plan, engine).findings == ()
    assert sorted(engine) == asked_drives(plan)
    assert plan_from_dict(json.loads(json.dumps(plan_to_dict(plan)))) == plan


def _drives(one, first, last):
    drives = list(one.drive_min)
    drives[0] += first
    drives[-1] += last
    return replace(one, drive_min=tuple(drives))


def _shorter(one):
    return replace(one, stop_ids=one.stop_ids[1:], drive_min=one.drive_min[1:], starts_min=one.starts_min[1:])


CHANGES = {
    "a drive longer": (lambda one: _drives(one, 2, 0), "drive"),
    "a drive shorter": (lambda one: _drives(one, 0, -1), "clock"),
    "earlier": (lambda one: replace(one, starts_min=(one.starts_min[0] - 60, *one.starts_min[1:])), "clock"),
    "another weekday": (lambda one: replace(one, weekday=(one.weekday + 1) % 5), "one_weekday"),
    "a day off": (lambda one: replace(one, weekday=6), "not_a_working_day"),
    "another week": (lambda one: replace(one, week=(one.week + 1) % 8), None),
    "another unit": (lambda one: replace(one, unit=one.unit + 1), "one_unit"),
    "another depot": (lambda one: replace(one, depot_id="d1" if one.depot_id == "d0" else "d0"), "one_unit"),
    "home later": (lambda one: replace(one, end_min=one.end_min + 1), "clock"),
    "longer": (lambda one: replace(one, end_min=2000), "shift_too_long"),
    "a stop left out": (_shorter, None),
    "gone": (None, "frequency"),
}
"""What is done to one round, and the rule that must be named; None: which one depends on the plan."""


@pytest.mark.parametrize("name", CHANGES)
@given(seed=SEEDS, pick=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_no_change_goes_unseen(name, seed, pick):
    plan, engine = _plan(seed)
    change, rule = CHANGES[name]
    at = pick % len(plan.rounds)
    changed = [change(plan.rounds[at])] if change else []
    rounds = [*plan.rounds[:at], *changed, *plan.rounds[at + 1 :]]
    report = check_plan(replace(plan, rounds=tuple(rounds)), lambda start, end: engine.get((start, end), 10.0))
    assert not report.is_clean
    assert rule is None or rule in report.rules


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _put(value, data, pick):
    """Return a plan's file with a value put somewhere into it."""
    whole = holder = {"": data}
    key = ""
    while isinstance(holder[key], dict | list) and holder[key] and pick % 7:
        holder = holder[key]
        key = list(holder)[pick % len(holder)] if isinstance(holder, dict) else pick % len(holder)
        pick //= 7
    holder[key] = value
    return whole[""]


@given(SEEDS, PLAIN, st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_any_file_is_a_plan_or_is_refused_in_words(seed, value, pick):
    data = _put(value, plan_to_dict(_plan(seed % 5)[0]), pick)
    try:
        plan = plan_from_dict(data)
    except MobileError:
        return
    check_plan(plan, None)
    assert plan_from_dict(plan_to_dict(plan)) == plan


@given(st.text(max_size=60) | st.tuples(*[st.sampled_from([":", ";", "\n", "20270101T090000", "RRULE", "FREQ=WEEKLY",
       "BYDAY=MO", "DTEND", "=", "99999999", "INTERVAL=0", "UNTIL=2"])] * 6).map("".join))  # fmt: skip
def test_any_text_after_dtstart_is_sessions_or_nothing(text):
    found = read_recurrences("DTSTART" + text)
    assert found is None or len(found) > 0


def _weeks_counted(day, first, calendar):
    """Return the week of the cycle a day belongs to, by counting; None: the fifth weekday of a month."""
    if calendar == "weeks":
        monday = first - datetime.timedelta(days=first.weekday())
        return (day - monday).days // 7 % 8
    ordinal = (day.day - 1) // 7
    return None if ordinal == 4 else ordinal + (0 if day.month % 2 else 4)


@given(
    first=st.dates(datetime.date(2026, 1, 1), datetime.date(2032, 1, 1)),
    n_days=st.integers(0, 790),
    calendar=st.sampled_from(["months", "weeks"]),
    weekday=st.integers(0, 6),
    count=st.sampled_from(sorted(FREQUENCIES.values())),
    pick=st.integers(0, 7),
    starts=st.lists(st.sampled_from([540, 600, 660]), min_size=8, max_size=8),
)
@settings(max_examples=80, deadline=None)
def test_dates_are_those_of_a_count_day_by_day(first, n_days, calendar, weekday, count, pick, starts):
    weeks = patterns(count)[pick % (8 // count)]
    hours = tuple(starts[: len(weeks)])
    stop = PlannedStop("s", "Stop", "84075", 5.0, 50.0, "d", 1, weekday, weeks, hours, 1.0)
    last = first + datetime.timedelta(days=n_days)
    found = sorted(
        (day, session.start.hour * 60)
        for session in sessions_of(stop, first, last, calendar, Duty())
        for day in session_days(session, first)
        if day <= last
    )
    days = [first + datetime.timedelta(days=n) for n in range(n_days + 1)]
    at = dict(zip(weeks, hours, strict=True))
    counted = [(d, at[w]) for d in days if d.weekday() == weekday and (w := _weeks_counted(d, first, calendar)) in at]
    assert found == counted
