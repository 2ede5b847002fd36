"""One recurring session of a service, and the same as a recurrence rule (RFC 5545, section 3.3.10)."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from finder.errors import SessionError

Part = Literal["morning", "afternoon", "evening"]
PARTS: Final[tuple[Part, ...]] = ("morning", "afternoon", "evening")
LAST: Final = -1
EVERY_DAY: Final = (0, 1, 2, 3, 4, 5, 6)
_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Session:
    """When a service opens, as far as its source says it; what the source does not say is None, never assumed.

    Attributes
    ----------
    weekdays
        Days of the week, ascending, Monday = 0; never empty.
    ordinals
        Which of these days in the month (1 to 5, -1 the last one), ascending; empty: every one.
    interval_weeks
        1 every week, 2 every other week ...
    interval_months
        1 every month, 2 every second month ...
    months
        Months of the year with sessions, ascending; empty: all.
    start, end
        Wall-clock times in Belgium; None where the source gives none.
    part
        Part of the day, where the source names it without hours.
    first_date
        A day in a week (or month) with sessions, from which intervals count; no session before it.
    until
        Last day, inclusive.
    by_appointment
        True, False (one may walk in) or None (not said).
    is_term_only
        Not in school holidays, says the source.
    is_shut_on_public_holidays
        Closed on public holidays, says the source.
    closed_days
        Single days on which it is closed, says the source, ascending.
    text
        The source's own words.

    Raises
    ------
    SessionError
        If the fields contradict each other.
    """

    weekdays: tuple[int, ...]
    ordinals: tuple[int, ...] = ()
    interval_weeks: int = 1
    interval_months: int = 1
    months: tuple[int, ...] = ()
    start: datetime.time | None = None
    end: datetime.time | None = None
    part: Part | None = None
    first_date: datetime.date | None = None
    until: datetime.date | None = None
    by_appointment: bool | None = None
    is_term_only: bool = False
    is_shut_on_public_holidays: bool = False
    closed_days: tuple[datetime.date, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        wrong = _contradiction(self)
        if wrong:
            raise SessionError(f"Session {self.text!r}: {wrong}. Correct the text of the session at its source.")

    @property
    def needs_first_date(self) -> bool:
        """Whether no date can be said because the source does not say which week or month comes first."""
        return (self.interval_weeks > 1 or self.interval_months > 1) and self.first_date is None


def _contradiction(session: Session) -> str | None:
    rules = {
        "weekdays must be 0 to 6, ascending": _is_ascending(session.weekdays, 0, 6) and len(session.weekdays) > 0,
        "ordinals must be -1 or 1 to 5, ascending": _is_ascending(session.ordinals, LAST, 5)
        and 0 not in session.ordinals,
        "months must be 1 to 12, ascending": _is_ascending(session.months, 1, 12),
        "intervals must be at least 1": session.interval_weeks >= 1 and session.interval_months >= 1,
        "a session is counted by weeks or by months, not both": session.interval_weeks == 1
        or not (session.ordinals or session.interval_months > 1),
        "an end needs a start before it": session.end is None
        or (session.start is not None and session.start < session.end),
        "hours or a part of the day, not both": session.start is None or session.part is None,
        "closed days must be ascending": list(session.closed_days) == sorted(set(session.closed_days)),
        "it ends before it begins": session.until is None
        or session.first_date is None
        or session.first_date <= session.until,
    }
    return next((rule for rule, is_kept in rules.items() if not is_kept), None)


def _is_ascending(values: tuple[int, ...], low: int, high: int) -> bool:
    return list(values) == sorted(set(values)) and all(low <= value <= high for value in values)


def rrule_of(session: Session) -> str:
    """Return the recurrence as an RRULE value; hours and ``first_date`` belong to its DTSTART and are not in it."""
    is_monthly = bool(session.ordinals) or session.interval_months > 1
    interval = session.interval_months if is_monthly else session.interval_weeks
    ordinals = [str(ordinal) for ordinal in session.ordinals] or [""]
    days = [ordinal + _CODES[day] for ordinal in ordinals for day in session.weekdays]
    parts = [f"FREQ={'MONTHLY' if is_monthly else 'WEEKLY'}"]
    parts += [f"INTERVAL={interval}"] if interval > 1 else []
    parts += ["BYMONTH=" + ",".join(map(str, session.months))] if session.months else []
    parts += ["BYDAY=" + ",".join(days)]
    parts += [f"UNTIL={session.until:%Y%m%d}"] if session.until else []
    return ";".join(parts)


def session_of_rrule(
    rule: str,
    *,
    start: datetime.time | None = None,
    end: datetime.time | None = None,
    first_date: datetime.date | None = None,
) -> Session:
    """Return the session of an RRULE value, the inverse of :func:`rrule_of`.

    Raises
    ------
    SessionError
        If the rule holds a part that a :class:`Session` cannot keep: nothing of a rule is dropped silently.
    """
    fields = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").upper().split(";"))
    try:
        frequency = fields.pop("FREQ")
        interval = int(fields.pop("INTERVAL", "1"))
        months = tuple(int(month) for month in fields.pop("BYMONTH", "").split(",") if month)
        days = [(int(day[:-2] or 0), _CODES.index(day[-2:])) for day in fields.pop("BYDAY").split(",")]
        last = fields.pop("UNTIL", "")
        until = datetime.datetime.strptime(last[:8], "%Y%m%d").date() if last else None
    except (KeyError, ValueError) as error:
        raise SessionError(f"Recurrence {rule!r} cannot be read ({error}).") from None
    ordinals = tuple(sorted({ordinal for ordinal, _ in days} - {0}))
    weekdays = tuple(sorted({day for _, day in days}))
    is_whole = len(set(days)) == len(weekdays) * max(len(ordinals), 1)
    if fields or frequency not in ("WEEKLY", "MONTHLY") or not is_whole:
        raise SessionError(f"Recurrence {rule!r} says more than a session can keep ({', '.join(fields) or frequency}).")
    is_monthly = frequency == "MONTHLY"
    return Session(
        weekdays=weekdays,
        ordinals=ordinals,
        interval_weeks=1 if is_monthly else interval,
        interval_months=interval if is_monthly else 1,
        months=months,
        start=start,
        end=end,
        first_date=first_date,
        until=until,
        text=rule,
    )
