"""The dates of a stop: its weeks of the cycle as recurring sessions on the wall calendar."""

import datetime
from dataclasses import replace
from typing import Final

from finder.agenda import Session, public_holiday
from finder.agenda.occurrences import session_days
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import ORDINALS, WEEKS, Calendar, patterns
from finder.capacity.mobile.plan import PlannedStop
from finder.errors import MobileError

METHOD_VERSION: Final = "mobile calendar 1"

ODD_MONTHS: Final = (1, 3, 5, 7, 9, 11)
EVEN_MONTHS: Final = (2, 4, 6, 8, 10, 12)
"""A year has twelve months: what is odd stays odd from one year to the next."""


def sessions_of(
    stop: PlannedStop,
    plan_from: datetime.date,
    until: datetime.date,
    calendar: Calendar,
    duty: Duty,
    *,
    closed_days: tuple[datetime.date, ...] = (),
) -> tuple[Session, ...]:
    """Return the recurring sessions of a stop, one per hour and recurrence, the earliest hour first.

    ``first_date`` of each is its first day on or after ``plan_from``; one without a day until ``until`` is left out.

    Parameters
    ----------
    stop
        A stop of a plan.
    plan_from, until
        First and last day of the plan. In the calendar ``weeks`` the cycle begins with the week (Monday to Sunday) of
        ``plan_from``.
    calendar, duty
        Of the plan; ``duty`` says how long a session lasts.
    closed_days
        Days on which no unit drives beside public holidays. A session on such a day, or on a public holiday, is
        cancelled, not moved.

    Raises
    ------
    MobileError
        If the plan ends before it begins, or a session would last beyond midnight.
    """
    if until < plan_from:
        raise MobileError(f"The plan would end on {until}, before it begins on {plan_from}: choose a later last day.")
    weeks_at: dict[int, list[int]] = {}
    for week, start_min in sorted(zip(stop.weeks, stop.starts_min, strict=True)):
        weeks_at.setdefault(start_min, []).append(week)
    recurrences = _months if calendar == "months" else _weeks
    closed = tuple(sorted({day for day in closed_days if plan_from <= day <= until}))
    sessions = []
    for start_min, weeks in sorted(weeks_at.items()):
        for recurrence in recurrences(stop, tuple(weeks), plan_from):
            session = replace(
                recurrence,
                start=_time(stop, start_min),
                end=_time(stop, start_min + duty.session_min),
                is_shut_on_public_holidays=True,
                closed_days=closed,
            )
            first = next(session_days(session, plan_from), None)
            if first is not None and first <= until:
                sessions.append(replace(session, first_date=first, until=until))
    return tuple(sessions)


def cancelled_dates(session: Session, first: datetime.date, last: datetime.date) -> tuple[datetime.date, ...]:
    """Return the days from ``first`` to ``last`` (both included) on which a session of a plan does not take place."""
    days = []
    for day in session_days(session, first):
        if day > last:
            break
        is_holiday = session.is_shut_on_public_holidays and public_holiday(day) is not None
        if is_holiday or day in session.closed_days:
            days.append(day)
    return tuple(days)


def _months(stop: PlannedStop, weeks: tuple[int, ...], plan_from: datetime.date) -> list[Session]:
    odd = {week % ORDINALS + 1 for week in weeks if week < ORDINALS}
    even = {week % ORDINALS + 1 for week in weeks if week >= ORDINALS}
    groups: list[tuple[set[int], tuple[int, ...]]] = [
        (odd & even, ()),
        (odd - even, ODD_MONTHS),
        (even - odd, EVEN_MONTHS),
    ]
    return [
        Session(weekdays=(stop.weekday,), ordinals=tuple(sorted(ordinals)), months=months, first_date=plan_from)
        for ordinals, months in groups
        if ordinals
    ]


def _weeks(stop: PlannedStop, weeks: tuple[int, ...], plan_from: datetime.date) -> list[Session]:
    monday = plan_from - datetime.timedelta(days=plan_from.weekday())
    sessions = []
    for first, interval in _intervals(weeks):
        day = monday + datetime.timedelta(weeks=first, days=stop.weekday)
        if day < plan_from:
            day += datetime.timedelta(weeks=interval)
        sessions.append(Session(weekdays=(stop.weekday,), interval_weeks=interval, first_date=day))
    return sessions


def _intervals(weeks: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return (first week, weeks from one to the next): one recurrence where the weeks are even, else one per week."""
    if WEEKS % len(weeks) == 0 and weeks in patterns(len(weeks)):
        return [(weeks[0], WEEKS // len(weeks))]
    return [(week, WEEKS) for week in weeks]


def _time(stop: PlannedStop, minutes: int) -> datetime.time:
    if not 0 <= minutes < 24 * 60:
        raise MobileError(f"A session at {stop.name} ({stop.stop_id}) would not end before midnight: correct its hour.")
    return datetime.time(minutes // 60, minutes % 60)
