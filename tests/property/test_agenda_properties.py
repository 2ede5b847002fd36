"""Any session: its rule comes back, its dates are right days at the right hour of the wall clock."""

import calendar
import datetime
import re

import icalendar
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.agenda import (
    BRUSSELS,
    CalendarEntry,
    Session,
    Unreadable,
    calendar_file,
    next_dates,
    read_sessions,
    rrule_of,
    session_of_rrule,
)

DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2028, 12, 31))
MOMENTS = st.datetimes(datetime.datetime(2024, 1, 1), datetime.datetime(2028, 12, 31), timezones=st.just(datetime.UTC))


def some(low, high, *, at_least=0):
    values = st.integers(low, high).filter(lambda value: value != 0 or low == 0)
    return st.sets(values, min_size=at_least, max_size=4).map(lambda found: tuple(sorted(found)))


@st.composite
def sessions(draw):
    is_monthly = draw(st.booleans())
    hours = draw(st.one_of(st.none(), st.lists(st.integers(6 * 4, 22 * 4), min_size=2, max_size=2, unique=True)))
    start, end = (None, None) if hours is None else (datetime.time(n // 4, n % 4 * 15) for n in sorted(hours))
    first_date = draw(DAYS)
    return Session(
        weekdays=draw(some(0, 6, at_least=1)),
        ordinals=draw(some(-1, 5)) if is_monthly else (),
        interval_weeks=1 if is_monthly else draw(st.integers(1, 4)),
        interval_months=draw(st.integers(1, 3)) if is_monthly else 1,
        start=start,
        end=end,
        first_date=first_date,
        until=draw(st.one_of(st.none(), st.dates(first_date, datetime.date(2030, 1, 1)))),
    )


@given(sessions(), some(1, 12))
def test_a_rule_comes_back(session, months):
    rule = rrule_of(session)
    again = session_of_rrule(rule, start=session.start, end=session.end, first_date=session.first_date)
    assert rrule_of(again) == rule
    assert (again.weekdays, again.ordinals, again.until) == (session.weekdays, session.ordinals, session.until)
    assert (again.interval_weeks, again.interval_months) == (session.interval_weeks, session.interval_months)
    assert rrulestr(rule, dtstart=datetime.datetime(2026, 1, 1)) is not None


@given(sessions(), MOMENTS)
@settings(deadline=None, max_examples=60)
def test_next_dates_are_days_of_the_session(session, after):
    found = next_dates(session, after=after, count=3).occurrences
    assert [each.day for each in found] == sorted({each.day for each in found})
    for each in found:
        day = each.day
        length = calendar.monthrange(day.year, day.month)[1]
        assert day.weekday() in session.weekdays
        assert day >= max(session.first_date, after.astimezone(BRUSSELS).date())
        assert session.until is None or day <= session.until
        if session.ordinals:
            forward, is_last = (day.day - 1) // 7 + 1, day.day + 7 > length
            assert forward in session.ordinals or (is_last and -1 in session.ordinals)
        weeks = (day - datetime.timedelta(day.weekday()) - session.first_date).days + session.first_date.weekday()
        assert weeks % (7 * session.interval_weeks) == 0
        months = (day.year - session.first_date.year) * 12 + day.month - session.first_date.month
        assert months % session.interval_months == 0


@given(sessions().filter(lambda session: session.start is not None), MOMENTS)
@settings(deadline=None, max_examples=40)
def test_hours_are_those_of_the_wall_clock_summer_and_winter(session, after):
    for each in next_dates(session, after=after, count=8).occurrences:
        assert each.starts_at.time() == session.start
        assert each.starts_at.utcoffset() == datetime.datetime.combine(each.day, session.start, BRUSSELS).utcoffset()
        assert each.ends_at > max(each.starts_at, after)


@given(sessions(), MOMENTS, st.text(max_size=60))
@settings(deadline=None, max_examples=15)
def test_the_calendar_file_repeats_the_next_dates(session, after, title):
    made = calendar_file([CalendarEntry("id", title, (session,), location=title)], after=after)
    found = next_dates(session, after=after, count=1).occurrences
    events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    assert made.event_count == len(events) == 1 - len(made.undated)
    if events:
        start = events[0].decoded("dtstart")
        first = start.date() if isinstance(start, datetime.datetime) else start
        text = re.sub(r"UNTIL=[^;]*;?", "", events[0]["rrule"].to_ical().decode()).strip(";")
        rule = rrulestr(text, dtstart=datetime.datetime.combine(first, datetime.time()))
        later = rule.after(datetime.datetime.combine(found[0].day, datetime.time()), inc=True) if found else None
        assert found == () or later.date() == found[0].day


@given(st.text(max_size=80), st.sampled_from(["fr", "nl", "de", "en", "osm", None]))
def test_any_text_is_read_or_kept(text, language):
    read = read_sessions(text, language)
    assert isinstance(read, Unreadable) or all(session.text == text for session in read)


VOCABULARY = "le lundi mardi 2e du mois un sur deux de 9h à 12 h 14h30 et , matin sauf tous"
WORDS = st.lists(st.sampled_from(VOCABULARY.split(" ")))


@given(WORDS)
def test_words_in_any_order_never_fail(words):
    text = " ".join(words)
    read = read_sessions(text, "fr")
    assert isinstance(read, Unreadable) or all(session.weekdays for session in read)
