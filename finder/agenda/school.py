"""School holidays, as a table that the caller has: days beyond it are not known, and say so."""

import datetime
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from finder.errors import SessionError

SchoolDay = Literal["term", "holiday", "unknown"]


@dataclass(frozen=True)
class SchoolCalendar:
    """Holidays of the schools of one community, from ``known_from`` to ``known_to`` (both inclusive).

    The communities have kept different calendars since 2022: a calendar holds for one of them.
    """

    community: str
    known_from: datetime.date
    known_to: datetime.date
    periods: tuple[tuple[datetime.date, datetime.date], ...]

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, community: str) -> "SchoolCalendar":
        """Return the calendar of a table with a row per holiday: ``first_day``, ``last_day`` (inclusive, ISO dates).

        What lies between the first and the last holiday of the table is known.

        Raises
        ------
        SessionError
            If the table is empty, a column is missing, or a holiday ends before it begins.
        """
        missing = {"first_day", "last_day"} - set(frame.columns)
        if missing or frame.empty:
            raise SessionError(f"School holidays: columns first_day and last_day are needed, with a row per holiday; "
                               f"missing: {', '.join(sorted(missing)) or 'rows'}.")  # fmt: skip
        try:
            periods = tuple(
                sorted(
                    (datetime.date.fromisoformat(str(first)[:10]), datetime.date.fromisoformat(str(last)[:10]))
                    for first, last in zip(frame["first_day"], frame["last_day"], strict=True)
                )
            )
        except ValueError as error:
            raise SessionError(f"School holidays: {error}; write dates as 2026-10-19.") from None
        wrong = [f"{first} to {last}" for first, last in periods if last < first]
        if wrong:
            raise SessionError(f"School holidays that end before they begin: {', '.join(wrong)}.")
        return cls(community, periods[0][0], max(last for _, last in periods), periods)


def school_day(calendar: SchoolCalendar | None, day: datetime.date) -> SchoolDay:
    """Return whether schools are closed on ``day``; ``"unknown"`` without a calendar or beyond it."""
    if calendar is None or not calendar.known_from <= day <= calendar.known_to:
        return "unknown"
    return "holiday" if any(first <= day <= last for first, last in calendar.periods) else "term"
