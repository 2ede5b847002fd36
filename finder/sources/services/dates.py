"""Dates known to the day, the month or the year, and the day from which a change is certain."""

import datetime
import re
from typing import Final

from finder.errors import SourceFileError

_DATE: Final = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


def precision_of(date: str | None) -> str:
    """Return ``"day"``, ``"month"``, ``"year"`` or, without a date, ``"unknown"``."""
    return "unknown" if date is None else ("year", "month", "day")[date.count("-")]


def first_certain_day(date: str) -> str:
    """Return the first day on which a change of that date is certain to be done, as ``YYYY-MM-DD``.

    A full date is itself. A month or a year is the day after its end: what closed "in 2025" is kept until 31 December
    2025, and what moved in 2024 changes hands on 1 January 2025, so that nothing is counted twice or lost between.

    Raises
    ------
    SourceFileError
        If ``date`` is no date.
    """
    parts = _DATE.match(date)
    try:
        if parts is None:
            raise ValueError(date)
        year, month, day = int(parts[1]), int(parts[2] or 12), parts[3]
        if day is not None:
            return datetime.date(year, month, int(day)).isoformat()
        last = datetime.date(year, month, 1)  # refuses a month that does not exist
        return datetime.date(year + last.month // 12, last.month % 12 + 1, 1).isoformat()
    except ValueError as error:
        raise SourceFileError(f"{date!r} is no date: write YYYY, YYYY-MM or YYYY-MM-DD.") from error
