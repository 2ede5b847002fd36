"""When a service opens, in the reader's language: told from what was read, not from the words of the source."""

import datetime
from collections.abc import Sequence
from typing import Final

from finder.agenda.session import LAST, Session
from finder.words.messages import Language, Messages

RANGE_LEAST: Final = 3
"""So many days in a row are told as from the first to the last."""

MONTHS_TOGETHER: Final = {(1, 3, 5, 7, 9, 11): "session.odd_months", (2, 4, 6, 8, 10, 12): "session.even_months"}


def sessions_text(sessions: Sequence[Session], t: Messages) -> str:
    """Return all sessions of a service, one after the other."""
    return "; ".join(session_text(session, t) for session in sessions)


def session_text(session: Session, t: Messages) -> str:
    """Return one session: days, hours, and what its source says besides."""
    parts = [_days(session, t), _hours(session, t)]
    if session.months in MONTHS_TOGETHER:
        parts.append(t(MONTHS_TOGETHER[session.months]))
    elif session.months:
        parts.append(", ".join(t(f"month.{month}") for month in session.months))
    if session.by_appointment is not None:
        parts.append(t("session.by_appointment" if session.by_appointment else "session.walk_in"))
    if session.is_term_only:
        parts.append(t("session.term_only"))
    if session.is_shut_on_public_holidays:
        parts.append(t("session.shut_on_holidays"))
    return ", ".join(part for part in parts if part)


def _days(session: Session, t: Messages) -> str:
    days = _weekdays(session.weekdays, t)
    if session.ordinals:
        which = t("session.and").join(t(f"session.ordinal.{'last' if n == LAST else n}") for n in session.ordinals)
        every = "session.of_month" if session.interval_months == 1 else "session.of_months"
        return t(every, which=which, days=days, months=session.interval_months)
    if session.interval_weeks == 2:
        return t("session.other_week", days=days)
    if session.interval_weeks > 2:
        return t("session.weeks", days=days, weeks=session.interval_weeks)
    return days


def _weekdays(weekdays: Sequence[int], t: Messages) -> str:
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) >= RANGE_LEAST and last - first == len(weekdays) - 1:
        return t("session.range", first=t(f"weekday.{first}"), last=t(f"weekday.{last}"))
    return t("session.and").join(t(f"weekday.{day}") for day in weekdays)


def _hours(session: Session, t: Messages) -> str:
    if session.part is not None:
        return t("session.part." + session.part)
    if session.start is None:
        return ""
    start = time_text(session.start, t.language)
    if session.end is None:
        return t("session.from", start=start)
    return f"{start}–{time_text(session.end, t.language)}"


def time_text(time: datetime.time, language: Language) -> str:
    """Return a time of day as the language writes it: ``14 h 30``, ``14.30 uur``, ``14.30 Uhr``, ``14:30``."""
    if language == "fr":
        return f"{time.hour}\u00a0h" + (f"\u00a0{time.minute:02d}" if time.minute else "")
    if language == "en":
        return f"{time.hour}:{time.minute:02d}"
    unit = "uur" if language == "nl" else "Uhr"
    return f"{time.hour}" + (f".{time.minute:02d}" if time.minute else "") + f"\u00a0{unit}"
