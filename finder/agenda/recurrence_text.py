"""Sessions as recurrence lines of iCalendar (RFC 5545): what words of a source cannot hold, kept exactly.

One session is ``DTSTART``, ``DTEND``, ``RRULE`` and, where it applies, ``EXDATE`` (single closed days) and
``X-FINDER-SHUT:PUBLIC-HOLIDAYS``; times are wall-clock times in Belgium. Sessions follow each other.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from finder.agenda.session import Session, rrule_of, session_of_rrule
from finder.errors import SessionError

BEGINNING: Final = "DTSTART"
_SHUT: Final = "X-FINDER-SHUT"
_HOLIDAYS: Final = "PUBLIC-HOLIDAYS"
_LENGTH_MAX: Final = 50_000
_TIME: Final = "%Y%m%dT%H%M%S"


def recurrence_text(sessions: Sequence[Session]) -> str:
    """Return the lines of sessions, read again by :func:`read_recurrences`.

    Raises
    ------
    SessionError
        If a session has no first date or no hours, or says what the lines cannot hold.
    """
    lines = [line for session in sessions for line in _lines(session)]
    text = "\n".join(lines)
    if read_recurrences(text) != tuple(replace(session, text="") for session in sessions):
        raise SessionError("A session says more than recurrence lines can hold: appointments, school terms or a part.")
    return text


def read_recurrences(text: str) -> tuple[Session, ...] | None:
    """Return the sessions of recurrence lines, None where one line cannot be read for certain."""
    if not text.startswith(BEGINNING) or len(text) > _LENGTH_MAX:
        return None
    groups: list[dict[str, str]] = []
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == BEGINNING:
            groups.append({})
        if not groups or name in groups[-1] or name not in (BEGINNING, "DTEND", "RRULE", "EXDATE", _SHUT):
            return None
        groups[-1][name] = value
    try:
        return tuple(_session(group) for group in groups)
    except (KeyError, ValueError, SessionError):
        return None


def _lines(session: Session) -> list[str]:
    if session.first_date is None or session.start is None or session.end is None:
        raise SessionError("A session without first date, start or end has no recurrence lines.")
    first = session.first_date
    lines = [
        f"{BEGINNING}:{datetime.datetime.combine(first, session.start):{_TIME}}",
        f"DTEND:{datetime.datetime.combine(first, session.end):{_TIME}}",
        f"RRULE:{rrule_of(session)}",
    ]
    if session.closed_days:
        lines.append("EXDATE:" + ",".join(f"{day:%Y%m%d}" for day in session.closed_days))
    if session.is_shut_on_public_holidays:
        lines.append(f"{_SHUT}:{_HOLIDAYS}")
    return lines


def _session(group: dict[str, str]) -> Session:
    start = datetime.datetime.strptime(group[BEGINNING], _TIME)
    end = datetime.datetime.strptime(group["DTEND"], _TIME)
    days = [datetime.datetime.strptime(day, "%Y%m%d").date() for day in group.get("EXDATE", "").split(",") if day]
    if end.date() != start.date() or group.get(_SHUT, _HOLIDAYS) != _HOLIDAYS:
        raise SessionError("A session ends on its own day, and is shut on public holidays or says nothing of them.")
    session = session_of_rrule(group["RRULE"], start=start.time(), end=end.time(), first_date=start.date())
    return replace(session, closed_days=tuple(days), is_shut_on_public_holidays=_SHUT in group, text="")
