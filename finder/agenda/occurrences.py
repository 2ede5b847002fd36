"""The next dates of a session: days on the wall calendar of Belgium, with what may keep the door shut."""

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from finder.agenda.holidays_be import public_holiday
from finder.agenda.school import SchoolCalendar, SchoolDay, school_day
from finder.agenda.session import Session, rrule_of

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
LOOK_AHEAD: Final = datetime.timedelta(days=800)
"""A fifth Thursday of one month of the year, shut on a holiday, may be more than a year away."""


@dataclass(frozen=True)
class Occurrence:
    """One date of a session.

    Attributes
    ----------
    day
        Date in Belgium.
    starts_at, ends_at
        With the offset of that day; None where the source gives no hours.
    holiday
        Name of the public holiday on that day: nobody said whether it is open then, ask first.
    school
        Whether schools are closed on that day, if known.
    """

    day: datetime.date
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    holiday: str | None
    school: SchoolDay


@dataclass(frozen=True)
class NextDates:
    """The next dates of a session, or why none can be said.

    Attributes
    ----------
    occurrences
        Soonest first.
    why_none
        ``"first_date"``: every other week (or month), and the source does not say which; ``"over"``: the last date has
        passed, or none comes within :data:`LOOK_AHEAD`; None where there are dates.
    """

    occurrences: tuple[Occurrence, ...]
    why_none: Literal["first_date", "over"] | None


def next_dates(
    session: Session,
    *,
    after: datetime.datetime,
    count: int,
    school: SchoolCalendar | None = None,
    language: str = "fr",
) -> NextDates:
    """Return the next ``count`` dates that are not over at ``after``.

    A public holiday is kept and named: sources of ONE's sessions do not say whether they take place, and leaving the
    date out would claim that they do not. It is left out where the source says "except public holidays". Days in
    school holidays are left out of a session that is held in term time only, as far as the calendar knows.

    Parameters
    ----------
    session
        The session.
    after
        A moment with its time zone.
    count
        How many dates, at least 1.
    school
        School holidays, if known.
    language
        Language of the holidays' names.

    Raises
    ------
    ValueError
        If ``after`` has no time zone or ``count`` is below 1.
    """
    if after.tzinfo is None or count < 1:
        raise ValueError(f"A moment with its time zone and a count of at least 1 are needed, not {after} and {count}.")
    if session.needs_first_date:
        return NextDates((), "first_date")
    now = after.astimezone(BRUSSELS)
    coming = (
        occurrence_on(session, day, school=school, language=language) for day in session_days(session, now.date())
    )
    found = tuple(itertools.islice((each for each in coming if each is not None and not _is_over(each, now)), count))
    return NextDates(found, None if found else "over")


def occurrence_on(
    session: Session, day: datetime.date, *, school: SchoolCalendar | None = None, language: str = "fr"
) -> Occurrence | None:
    """Return the session's date on one of its days, or None if the source says that it is shut then."""
    holiday = public_holiday(day, language=language)
    kind = school_day(school, day)
    is_shut = (holiday and session.is_shut_on_public_holidays) or day in session.closed_days
    if is_shut or (session.is_term_only and kind == "holiday"):
        return None
    return Occurrence(day, _moment(day, session.start), _moment(day, session.end), holiday, kind)


def session_days(session: Session, first: datetime.date) -> Iterator[datetime.date]:
    """Return the days of the recurrence from ``first`` on, for :data:`LOOK_AHEAD`; holidays are not looked at."""
    begin = session.first_date or first
    rule = rrulestr(rrule_of(session), dtstart=datetime.datetime.combine(begin, datetime.time()))
    last = max(first, begin) + LOOK_AHEAD
    for moment in rule.xafter(datetime.datetime.combine(first, datetime.time()), inc=True):
        if moment.date() > last:
            return
        yield moment.date()


def _moment(day: datetime.date, time: datetime.time | None) -> datetime.datetime | None:
    return None if time is None else datetime.datetime.combine(day, time, tzinfo=BRUSSELS)


def _is_over(occurrence: Occurrence, now: datetime.datetime) -> bool:
    last = occurrence.ends_at or occurrence.starts_at
    return last is not None and last <= now
