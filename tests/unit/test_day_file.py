"""Reminders of single days as a calendar file."""

import datetime

import icalendar
import pytest

from finder.agenda.day_file import DayEntry, day_file

MADE_AT = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2027, 3, 20)
NASTY = "Dernier; jour, é\nBEGIN:VEVENT 👶"


def _events(content):
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_one_free_whole_day_per_entry():
    events = _events(day_file([DayEntry("a", DAY, "A"), DayEntry("b", DAY, "B")], made_at=MADE_AT))
    assert [str(event["summary"]) for event in events] == ["A", "B"]
    assert {event["dtstart"].dt for event in events} == {DAY}
    assert type(events[0]["dtstart"].dt) is datetime.date
    assert all(event["transp"] == "TRANSPARENT" for event in events)
    assert len({str(event["uid"]) for event in events}) == 2


def test_any_text_survives_and_adds_no_event():
    (event,) = _events(day_file([DayEntry("a", DAY, NASTY, NASTY, "https://www.one.be/")], made_at=MADE_AT))
    assert str(event["summary"]) == NASTY
    assert str(event["description"]) == NASTY
    assert str(event["url"]) == "https://www.one.be/"


def test_same_entries_same_bytes():
    entries = [DayEntry("a", DAY, "A")]
    assert day_file(entries, made_at=MADE_AT) == day_file(entries, made_at=MADE_AT)


def test_the_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        day_file([], made_at=datetime.datetime(2026, 11, 22))
