"""What a family wishes of a service, judged row by row: yes, no, or not known, and unknown is not no."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from finder.agenda import Session, Unreadable, read_sessions
from finder.agenda.recurrence_text import BEGINNING, read_recurrences

METHOD_VERSION: Final = "search filters 1"
EARLY: Final = datetime.time(7, 0)
LATE: Final = datetime.time(18, 30)
"""Open by 7:00, open until 18:30, both inclusive: our choice, for people who work a full day and travel to it."""

Verdict = bool | None
"""None: the row does not say."""


@dataclass(frozen=True)
class Wish:
    """What a family asks for; everything left out is not asked.

    Attributes
    ----------
    stage, kinds
        Stage of the life line; kinds, any of them.
    languages
        Codes, any of them.
    income_related
        A tariff that depends on income, or no price at all.
    subsidised
        Subsidised services.
    open_at
        Weekday (Monday 0) and time of day, in some weeks at least.
    early, late, weekend
        Open by :data:`EARLY`, until :data:`LATE`, on a Saturday or Sunday.
    age_months
        Completed months of the child.
    step_free
        Without steps.
    places_free
        Free places said by the service, whatever the date of the statement.
    """

    stage: str | None = None
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    income_related: bool = False
    subsidised: bool = False
    open_at: tuple[int, datetime.time] | None = None
    early: bool = False
    late: bool = False
    weekend: bool = False
    age_months: int | None = None
    step_free: bool = False
    places_free: bool = False


@dataclass(frozen=True)
class FilterCount:
    """What one filter did: rows that it alone would hide, and kept rows that it could not judge."""

    hidden_count: int
    could_not_judge_count: int


@dataclass(frozen=True)
class Sifted:
    """Services that keep a wish, as far as is known.

    Attributes
    ----------
    kept
        Rows that no filter hides, in their order.
    counts
        For each filter that was asked.
    unknown
        For each filter asked (columns) and each kept row: the row does not say.
    """

    kept: pd.DataFrame
    counts: Mapping[str, FilterCount]
    unknown: pd.DataFrame


def sift(services: pd.DataFrame, wish: Wish) -> Sifted:
    """Return the services that the wish does not rule out, with an account of every filter.

    Parameters
    ----------
    services
        Columns of :data:`finder.tables.SERVICES`.
    wish
        What is asked.
    """
    verdicts = {
        name: [judge(row) for row in services.to_dict("records")] for name, judge in _judges(wish).items()
    }  # fmt: skip
    hidden = pd.DataFrame({n: [v is False for v in each] for n, each in verdicts.items()}, index=services.index)
    unknown = pd.DataFrame({n: [v is None for v in each] for n, each in verdicts.items()}, index=services.index)
    is_kept = ~hidden.any(axis=1).astype(bool)
    unknown = unknown[is_kept]
    counts = {name: FilterCount(int(hidden[name].sum()), int(unknown[name].sum())) for name in verdicts}
    return Sifted(services[is_kept], counts, unknown)


@lru_cache(maxsize=4096)
def sessions_of(text: str | None) -> tuple[Session, ...] | None:
    """Return the sessions of a cell, words or recurrence lines; None if it is empty or not readable for certain."""
    if isinstance(text, str) and text.startswith(BEGINNING):
        return read_recurrences(text)
    read = read_sessions(text) if isinstance(text, str) else Unreadable("", "empty")
    return None if isinstance(read, Unreadable) else read


_Row = Mapping[object, object]
_Judge = Callable[[_Row], Verdict]


def _judges(wish: Wish) -> dict[str, _Judge]:
    judges: dict[str, _Judge | None] = {
        "stage": (lambda row: row["stage"] == wish.stage) if wish.stage else None,
        "kinds": (lambda row: row["kind"] in wish.kinds) if wish.kinds else None,
        "languages": (lambda row: _speaks(row, wish.languages)) if wish.languages else None,
        "income_related": _is_income_related if wish.income_related else None,
        "subsidised": (lambda row: _yes_no(row["subsidised"])) if wish.subsidised else None,
        "open_at": _opens(lambda session: _is_open_at(session, wish.open_at)) if wish.open_at else None,
        "early": _opens(lambda s: None if s.start is None else s.start <= EARLY) if wish.early else None,
        "late": _opens(lambda s: None if s.end is None else s.end >= LATE) if wish.late else None,
        "weekend": _opens(lambda s: s.weekdays[-1] >= 5) if wish.weekend else None,
        "age_months": (lambda row: _takes_age(row, wish.age_months)) if wish.age_months is not None else None,
        "step_free": (lambda row: _yes_no(row["step_free"])) if wish.step_free else None,
        "places_free": (lambda row: _has_places(row)) if wish.places_free else None,
    }
    return {name: judge for name, judge in judges.items() if judge is not None}


def _number(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _yes_no(value: object) -> Verdict:
    return None if pd.isna(value) else bool(value)  # type: ignore[call-overload]


def _speaks(row: _Row, languages: tuple[str, ...]) -> Verdict:
    spoken = row["languages"]
    return any(code in re.split(r"[;,\s]+", spoken) for code in languages) if isinstance(spoken, str) else None


def _is_income_related(row: _Row) -> Verdict:
    tariff = row["tariff"]
    return tariff in ("income_related", "free") if isinstance(tariff, str) else None


def _takes_age(row: _Row, age: int | None) -> Verdict:
    low, high = _number(row["age_from_months"]), _number(row["age_to_months"])
    if age is None or (low is not None and age < low) or (high is not None and age > high):
        return False
    return None if low is None or high is None else True


def _has_places(row: _Row) -> Verdict:
    free = _number(row["free_places"])
    return None if free is None else free > 0


def _opens(judge: Callable[[Session], Verdict]) -> _Judge:
    """Return a judge of rows: yes if any session is, no if none is, not known otherwise."""

    def judge_row(row: _Row) -> Verdict:
        text = row["sessions"]
        sessions = sessions_of(text if isinstance(text, str) else None)
        if sessions is None:
            return None
        verdicts = [judge(session) for session in sessions]
        return True if True in verdicts else None if None in verdicts else False

    return judge_row


def _is_open_at(session: Session, moment: tuple[int, datetime.time] | None) -> Verdict:
    if moment is None or moment[0] not in session.weekdays:
        return False
    time = moment[1]
    if session.start is None:
        return None
    if time < session.start:
        return False
    return None if session.end is None else time < session.end
