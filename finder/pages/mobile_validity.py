"""From when to when a plan holds, and on which days nobody drives: what the publish panel shows and files use."""

import datetime
import re
from typing import Final

import streamlit as st

from finder.answers.mobile_question import MobileQuestion

FROM_KEY: Final = "mobile_publish_from"
UNTIL_KEY: Final = "mobile_publish_until"
CLOSED_KEY: Final = "mobile_publish_closed"
LONGEST_RANGE_DAYS: Final = 62
_RANGE: Final = re.compile(r"\s+(?:-|–|—|>)\s+|\s*(?:→|\.\.)\s*")
_NUMBERS: Final = re.compile(r"\d+")


def first_day(today: datetime.date) -> datetime.date:
    """Return the first day of the next month."""
    return (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def last_day(first: datetime.date) -> datetime.date:
    """Return the last day of twelve months that begin on a day."""
    try:
        return first.replace(year=first.year + 1) - datetime.timedelta(days=1)
    except ValueError:
        return datetime.date(first.year + 1, 2, 28)


def shown_days() -> tuple[datetime.date, datetime.date]:
    """Return the first and last day as the publish panel shows them, or its defaults."""
    first = st.session_state.get(FROM_KEY)
    first = first if isinstance(first, datetime.date) else first_day(datetime.date.today())
    last = st.session_state.get(UNTIL_KEY)
    return first, last if isinstance(last, datetime.date) and last >= first else last_day(first)


def shown_closed_days(question: MobileQuestion) -> tuple[datetime.date, ...]:
    """Return the closed days as the publish panel shows them; lines it cannot read count for nothing here."""
    text = st.session_state.get(CLOSED_KEY)
    return read_days(text)[0] if isinstance(text, str) else question.closed_days


def days_text(days: tuple[datetime.date, ...]) -> str:
    """Return days as :func:`read_days` reads them, one a line."""
    return "\n".join(day.isoformat() for day in sorted(set(days)))


def read_days(text: str) -> tuple[tuple[datetime.date, ...], tuple[str, ...]]:
    """Return the days of a text, ascending, and the lines that are none.

    A line holds a day (``2027-07-21``, ``21/07/2027`` or ``21.7.2027``) or the first and last one of some days
    (``2027-12-24 - 2027-12-31``), at most :data:`LONGEST_RANGE_DAYS`.
    """
    days: set[datetime.date] = set()
    odd = []
    for line in filter(None, map(str.strip, re.split(r"[\n;]", text))):
        ends = [_day(part) for part in _RANGE.split(line)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None or not 0 <= (last - first).days <= LONGEST_RANGE_DAYS:
            odd.append(line)
            continue
        days |= {first + datetime.timedelta(days=n) for n in range((last - first).days + 1)}
    return tuple(sorted(days)), tuple(odd)


def _day(text: str) -> datetime.date | None:
    numbers = [int(part) for part in _NUMBERS.findall(text)] if len(text) <= 12 else []
    if len(numbers) != 3:
        return None
    year_first = numbers[0] > 31
    year, month, day = numbers if year_first else reversed(numbers)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
