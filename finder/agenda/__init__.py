"""When a service is open: recurrences, next dates, holidays, calendar files."""

from finder.agenda.calendar_file import CalendarEntry, CalendarFile, calendar_file, event_uid
from finder.agenda.holidays_be import public_holiday
from finder.agenda.lexicon import Language
from finder.agenda.occurrences import BRUSSELS, NextDates, Occurrence, next_dates
from finder.agenda.reading import METHOD_VERSION, Unreadable, read_sessions
from finder.agenda.school import SchoolCalendar, school_day
from finder.agenda.session import PARTS, Session, rrule_of, session_of_rrule

__all__ = [
    "BRUSSELS",
    "METHOD_VERSION",
    "PARTS",
    "CalendarEntry",
    "CalendarFile",
    "Language",
    "NextDates",
    "Occurrence",
    "SchoolCalendar",
    "Session",
    "Unreadable",
    "calendar_file",
    "event_uid",
    "next_dates",
    "public_holiday",
    "read_sessions",
    "rrule_of",
    "school_day",
    "session_of_rrule",
]
