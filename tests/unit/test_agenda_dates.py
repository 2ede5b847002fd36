"""Next dates, holidays and calendar files of known sessions."""

import datetime

import icalendar
import pandas as pd
import pytest

from finder.agenda import (
    CalendarEntry,
    SchoolCalendar,
    Session,
    calendar_file,
    next_dates,
    read_sessions,
    rrule_of,
    school_day,
    session_of_rrule,
)
from finder.errors import SessionError

NOW = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC)


def one(text, language="fr"):
    (session,) = read_sessions(text, language)
    return session


def days(session, **options):
    found = next_dates(session, **{"after": NOW, "count": 3, **options})
    return [each.day.isoformat() for each in found.occurrences]


def test_next_second_thursdays():
    assert days(one("2e jeudi du mois de 14 à 19 h")) == ["2026-12-10", "2027-01-14", "2027-02-11"]


def test_todays_session_counts_until_it_is_over():
    session = one("Su 09:00-12:00", "osm")
    assert days(session, count=1) == ["2026-11-22"]  # 11:00 in Brussels
    assert days(session, after=NOW + datetime.timedelta(hours=1), count=1) == ["2026-11-29"]


def test_every_other_week_without_a_first_date_has_no_next_date():
    found = next_dates(one("un mercredi sur deux"), after=NOW, count=2)
    assert (found.occurrences, found.why_none) == ((), "first_date")


def test_every_other_week_counts_from_its_first_date():
    assert days(one("un mercredi sur deux à partir du 09/09/2026")) == ["2026-12-02", "2026-12-16", "2026-12-30"]


def test_a_session_that_ended_says_so():
    assert next_dates(one("mercredi 9h-12h jusqu'au 30 juin 2026"), after=NOW, count=1).why_none == "over"


def test_a_public_holiday_is_named_unless_the_source_says_shut():
    christmas = datetime.datetime(2026, 12, 24, tzinfo=datetime.UTC)
    first = next_dates(one("vendredi 9h-12h"), after=christmas, count=1, language="nl").occurrences[0]
    assert (first.day, first.holiday) == (datetime.date(2026, 12, 25), "Kerstmis")
    assert days(one("vendredi 9h-12h sauf les jours fériés"), after=christmas, count=1) == ["2027-01-08"]


def test_school_holidays_are_known_only_within_the_calendar():
    table = pd.DataFrame({"first_day": ["2026-12-21", "2027-02-22"], "last_day": ["2027-01-01", "2027-03-05"]})
    calendar = SchoolCalendar.from_frame(table, community="fr")
    session = one("mercredi 9h-12h en période scolaire")
    after = datetime.datetime(2026, 12, 21, tzinfo=datetime.UTC)
    assert days(session, after=after, count=1, school=calendar) == ["2027-01-06"]
    assert days(session, after=after, count=1) == ["2026-12-23"]
    assert school_day(calendar, datetime.date(2026, 12, 20)) == "unknown"
    assert school_day(calendar, datetime.date(2027, 3, 6)) == "unknown"
    assert next_dates(session, after=after, count=1).occurrences[0].school == "unknown"


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"first_day": ["2026-12-21"]}),
        pd.DataFrame({"first_day": ["2026-12-21"], "last_day": ["2026-12-20"]}),
        pd.DataFrame({"first_day": ["21/12/2026"], "last_day": ["2026-12-22"]}),
    ],
)
def test_a_school_calendar_with_errors_is_refused(table):
    with pytest.raises(SessionError):
        SchoolCalendar.from_frame(table, community="fr")


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays": ()},
        {"weekdays": (7,)},
        {"weekdays": (1,), "ordinals": (0,)},
        {"weekdays": (1,), "ordinals": (2,), "interval_weeks": 2},
        {"weekdays": (1,), "end": datetime.time(9)},
        {"weekdays": (1,), "start": datetime.time(9), "end": datetime.time(9)},
        {"weekdays": (1,), "start": datetime.time(9), "part": "morning"},
    ],
)
def test_a_contradictory_session_is_refused(fields):
    with pytest.raises(SessionError):
        Session(**fields)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYDAY=MO", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "x",
                                  "FREQ=MONTHLY;BYDAY=1MO,2TU"])  # fmt: skip
def test_a_rule_that_says_more_is_refused(rule):
    with pytest.raises(SessionError):
        session_of_rrule(rule)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        next_dates(one("lundi"), after=datetime.datetime(2026, 1, 1), count=1)
    with pytest.raises(ValueError, match="time zone"):
        calendar_file([], after=datetime.datetime(2026, 1, 1))


def test_calendar_file_holds_what_is_dated_and_names_the_rest():
    session = one("2e jeudi du mois de 14 à 19 h")
    text = 'ONE; Héron, "2e"\n\\fin <b>'
    entries = [
        CalendarEntry("a", text, (session,), location="rue X, 1; Héron"),
        CalendarEntry("b", "B", (one("un mercredi sur deux"),)),
        CalendarEntry("c", "C", (one("vendredi 9h-12h sauf les jours fériés"), one("le 3e mercredi du mois au matin"))),
    ]
    made = calendar_file(entries, after=NOW)
    assert (made.event_count, made.undated) == (3, ("b",))
    assert made == calendar_file(entries, after=NOW)
    events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    first, friday, morning = events
    assert str(first["summary"]) == text
    assert str(first["location"]) == "rue X, 1; Héron"
    assert first.decoded("dtstart").isoformat() == "2026-12-10T14:00:00+01:00"
    assert first["rrule"].to_ical().decode().startswith("FREQ=MONTHLY")
    shut = [moment.dt.date().isoformat() for moment in friday["exdate"].dts]
    assert shut == ["2026-12-25", "2027-01-01"]
    assert type(morning.decoded("dtstart")) is datetime.date
    assert len({str(event["uid"]) for event in events}) == 3


def test_the_uid_outlives_the_day_it_was_made_on():
    entries = [CalendarEntry("a", "A", (one("jeudi 9h-12h"),))]
    later = NOW + datetime.timedelta(days=40)
    uids = [
        str(icalendar.Calendar.from_ical(calendar_file(entries, after=moment).content).walk("VEVENT")[0]["uid"])
        for moment in (NOW, later)
    ]
    assert uids[0] == uids[1]


def test_rule_of_a_second_month():
    assert rrule_of(Session((3,), ordinals=(2,), interval_months=2)) == "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TH"
