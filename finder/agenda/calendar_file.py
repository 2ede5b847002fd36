"""Sessions as a calendar file (iCalendar, RFC 5545) that a phone can open."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from finder.agenda.occurrences import BRUSSELS, occurrence_on, session_days
from finder.agenda.school import SchoolCalendar
from finder.agenda.session import Session, rrule_of

if TYPE_CHECKING:
    import icalendar

AHEAD: Final = datetime.timedelta(days=365)
"""Opening times age: a calendar file stops after a year rather than going on for ever."""

PRODUCT: Final = "-//Finder//Early-childhood services//FR"


@dataclass(frozen=True)
class CalendarEntry:
    """A service in a calendar: its own public texts, nothing of who looked for it.

    Attributes
    ----------
    service_id
        Id of the service.
    title, location, description, url
        Texts as shown, in the language of the reader; any characters.
    sessions
        When it opens.
    """

    service_id: str
    title: str
    sessions: tuple[Session, ...]
    location: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True)
class CalendarFile:
    """A calendar file and what it could not hold.

    Attributes
    ----------
    content
        UTF-8 text of the .ics file.
    event_count
        Recurring events in it.
    undated
        Ids of services with a session whose dates are not known (every other week of an unknown first one) or over.
    """

    content: bytes
    event_count: int
    undated: tuple[str, ...]


def calendar_file(
    entries: Sequence[CalendarEntry], *, after: datetime.datetime, school: SchoolCalendar | None = None
) -> CalendarFile:
    """Return one recurring event per session from ``after`` on, for a year.

    Times are of Europe/Brussels, with its rules of summer time in the file. A session without hours is a whole-day
    event. Days on which the source says it is shut are left out (EXDATE); other public holidays are in it. The same
    question gives the same bytes; the UID of an event depends on the service and its session only.

    Raises
    ------
    ValueError
        If ``after`` has no time zone.
    """
    if after.tzinfo is None:
        raise ValueError(f"A moment with its time zone is needed, not {after}.")
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    undated: list[str] = []
    for entry in entries:
        for session in entry.sessions:
            event = _event(entry, session, after, school)
            if event is not None:
                calendar.add_component(event)
            elif entry.service_id not in undated:
                undated.append(entry.service_id)
    count = len(calendar.subcomponents)
    calendar.add_missing_timezones()
    return CalendarFile(calendar.to_ical(), count, tuple(undated))


def event_uid(service_id: str, session: Session) -> str:
    """Return the UID of a session's event: stable as long as the service's id, recurrence and hours are."""
    key = "|".join([service_id, rrule_of(session), str(session.start), str(session.end), str(session.part)])
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@finder-fwb"


def _event(
    entry: CalendarEntry, session: Session, after: datetime.datetime, school: SchoolCalendar | None
) -> "icalendar.Event | None":
    import icalendar

    if session.needs_first_date:
        return None
    today = after.astimezone(BRUSSELS).date()
    days = [day for day in session_days(session, today) if day <= today + AHEAD]
    shut = [day for day in days if occurrence_on(session, day, school=school) is None]
    if len(days) == len(shut):
        return None
    event = icalendar.Event()
    event.add("uid", event_uid(entry.service_id, session))
    event.add("dtstamp", after.astimezone(datetime.UTC))
    event.add("summary", entry.title)
    event.add("dtstart", _start(days[0], session))
    if session.end is not None:
        event.add("dtend", datetime.datetime.combine(days[0], session.end, tzinfo=BRUSSELS))
    rule = icalendar.vRecur.from_ical(rrule_of(session))
    last = min(today + AHEAD, session.until or datetime.date.max)
    rule["UNTIL"] = [last if session.start is None else _end_of_day(last)]
    event.add("rrule", rule)
    if shut:
        event.add("exdate", [_start(day, session) for day in shut])
    texts = {"location": entry.location, "description": entry.description, "url": entry.url}
    for name, text in texts.items():
        if text:
            event.add(name, text)
    return event


def _start(day: datetime.date, session: Session) -> datetime.date | datetime.datetime:
    return day if session.start is None else datetime.datetime.combine(day, session.start, tzinfo=BRUSSELS)


def _end_of_day(day: datetime.date) -> datetime.datetime:
    """Return the last second of the day in UTC, as RFC 5545 asks for UNTIL beside a DTSTART with a time zone."""
    return datetime.datetime.combine(day, datetime.time(23, 59, 59), tzinfo=BRUSSELS).astimezone(datetime.UTC)
