"""From the words of a source to sessions; what cannot be read for certain stays text."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from finder.agenda.lexicon import LANGUAGES, MONTHS, Language, Token, fold_text, tokens_of
from finder.agenda.session import Part, Session
from finder.errors import SessionError

METHOD_VERSION: Final = "sessions 1"

Why = Literal["empty", "words", "no_day", "all_days", "unclear", "languages_differ"]
_WHEN: Final = ("day", "ordinal", "one")
_HOURS: Final = ("clock", "clock_12", "number", "part")
_LATEST_PART: Final = {"morning": (0, 13), "afternoon": (12, 19), "evening": (16, 24)}
_TEXT_LENGTH_MAX: Final = 500


@dataclass(frozen=True)
class Unreadable:
    """A text that says more, or less, than we can be sure of: show it as it is.

    Attributes
    ----------
    text
        The source's own words.
    why
        ``"words"`` not in the lexicon; ``"no_day"`` named; ``"all_days"`` ("every day" does not say whether at
        weekends too); ``"unclear"``: understood words in an order that allows several meanings;
        ``"languages_differ"``: it means different things in two languages; ``"empty"``.
    """

    text: str
    why: Why


class _UnclearError(Exception):
    def __init__(self, why: Why = "unclear") -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass
class _Clause:
    """Tokens of one statement: the days it speaks of, and its hours."""

    when: list[Token] = field(default_factory=list)
    hours: list[Token] = field(default_factory=list)
    extra: list[Token] = field(default_factory=list)


def read_sessions(text: str, language: Language | None = None) -> tuple[Session, ...] | Unreadable:
    """Return the sessions that a text of opening times names.

    Parameters
    ----------
    text
        For example ``"les 2es jeudis du mois de 14 à 19 h"`` or ``"Mo-Fr 07:00-18:30"``.
    language
        Language of the text, ``"osm"`` for OpenStreetMap's notation; None: every language is tried, and those that
        can read the text must agree ("ma 9-12" is Tuesday in French and Monday in Dutch: not read).

    Returns
    -------
    tuple of Session or Unreadable
        Every word of the text was understood, or nothing is claimed. A remark about appointments or holidays holds
        for all sessions of the text.
    """
    if language is not None:
        return _read(text, language)
    readings = [_read(text, each) for each in LANGUAGES]
    read = {reading for reading in readings if not isinstance(reading, Unreadable)}
    if len(read) > 1:
        return Unreadable(text, "languages_differ")
    if read:
        return read.pop()
    reasons = [reading.why for reading in readings if isinstance(reading, Unreadable)]
    return Unreadable(text, next((why for why in reasons if why != "words"), "words"))


def _read(text: str, language: Language) -> tuple[Session, ...] | Unreadable:
    folded = fold_text(text[: _TEXT_LENGTH_MAX + 1])
    if not folded:
        return Unreadable(text, "empty")
    tokens = tokens_of(folded, language) if len(text) <= _TEXT_LENGTH_MAX else None
    if tokens is None:
        return Unreadable(text, "words")
    try:
        return _sessions(text, tokens)
    except _UnclearError as unclear:
        return Unreadable(text, unclear.why)
    except (SessionError, ValueError):
        return Unreadable(text, "unclear")


def _sessions(text: str, tokens: tuple[Token, ...]) -> tuple[Session, ...]:
    if any(token.kind == "all_days" for token in tokens):
        raise _UnclearError("all_days")
    flags = {kind: [token for token in tokens if token.kind == kind] for kind in ("appointment", "from", "until")}
    if any(len(found) > 1 for found in flags.values()):
        raise _UnclearError
    kinds = {token.kind for token in tokens}
    rest = [token for token in tokens if token.kind not in ("appointment", "term", "public", "from", "until")]
    clauses = _clauses(rest)
    found = [session for clause in clauses for session in _clause_sessions(clause, is_alone=len(clauses) == 1)]
    return tuple(
        Session(
            weekdays=days,
            ordinals=ordinals,
            interval_weeks=weeks,
            interval_months=months_apart,
            months=months,
            start=start,
            end=end,
            part=part,
            first_date=_date(flags["from"]),
            until=_date(flags["until"]),
            by_appointment=cast(bool, flags["appointment"][0].value) if flags["appointment"] else None,
            is_term_only="term" in kinds,
            is_shut_on_public_holidays="public" in kinds,
            text=text,
        )
        for (ordinals, days, weeks, months_apart, months), (start, end, part) in found
    )


_When = tuple[tuple[int, ...], tuple[int, ...], int, int, tuple[int, ...]]
_Hours = tuple[datetime.time | None, datetime.time | None, Part | None]


def _clauses(tokens: list[Token]) -> list[_Clause]:
    """Return the tokens statement by statement; a new one begins where its first side is named again."""
    clauses = [_Clause()]
    side: Literal["when", "hours"] | None = None
    first_side: Literal["when", "hours"] | None = None
    for token in tokens:
        clause = clauses[-1]
        if token.kind in _WHEN or token.kind in _HOURS:
            new: Literal["when", "hours"] = "when" if token.kind in _WHEN else "hours"
            first_side = first_side or new
            if new != side and new == first_side and clause.when and clause.hours:
                clauses.append(_Clause())
                clause = clauses[-1]
            side = new
            (clause.when if new == "when" else clause.hours).append(token)
        elif token.kind in ("comma", "range", "only_range"):
            if side is not None:
                (clause.when if side == "when" else clause.hours).append(token)
        else:
            clause.extra.append(token)
    for clause in clauses:
        clause.when, clause.hours = _trimmed(clause.when), _trimmed(clause.hours)
    return clauses


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Return the tokens without the commas and soft links that lead over to the other side."""
    kept = list(tokens)
    while kept and kept[-1].kind in ("comma", "range"):
        kept.pop()
    return kept


def _clause_sessions(clause: _Clause, *, is_alone: bool) -> list[tuple[_When, _Hours]]:
    if not clause.when:
        raise _UnclearError("no_day")
    if not is_alone and any(token.kind not in ("of_month", "every") for token in clause.extra):
        raise _UnclearError
    return [(when, hours) for when in _when(clause) for hours in _hours(clause.hours)]


def _when(clause: _Clause) -> list[_When]:
    weeks, months_apart, months = _intervals(clause)
    groups: list[tuple[list[int], list[int]]] = [([], [])]
    link: str | None = None
    for token in clause.when:
        ordinals, days = groups[-1]
        if token.kind == "ordinal":
            if days:
                if link != "comma":
                    raise _UnclearError
                groups.append(([], []))
            elif link not in (None, "comma"):
                raise _UnclearError
            groups[-1][0].append(cast(int, token.value))
        elif token.kind == "day":
            new = list(cast("tuple[int, ...]", token.value))
            if link in ("range", "only_range"):
                if not days or ordinals or len(new) != 1 or new[0] <= days[-1]:
                    raise _UnclearError
                new = list(range(days[-1] + 1, new[0] + 1))
            elif days and link != "comma":
                raise _UnclearError
            days += new
        if token.kind != "one":
            link = token.kind
    if clause.when[-1].kind in ("range", "only_range", "ordinal") or any(not days for _, days in groups):
        raise _UnclearError("no_day")
    is_mixed = len(groups) > 1 and any(not ordinals for ordinals, _ in groups)
    kinds = {token.kind for token in clause.extra}
    has_ordinals = any(ordinals for ordinals, _ in groups)
    # "1st Tuesday and Thursday": the first Thursday, or every one?
    is_mixed |= any(ordinals and len(days) > 1 for ordinals, days in groups)
    says_every_second = "every" in kinds and "of_month" not in kinds and has_ordinals
    if is_mixed or says_every_second or ("of_month" in kinds and not has_ordinals):
        raise _UnclearError
    return [(_unique(ordinals), _unique(days), weeks, months_apart, months) for ordinals, days in groups]


def _intervals(clause: _Clause) -> tuple[int, int, tuple[int, ...]]:
    """Return weeks from one session to the next, months likewise, and the months of the year (empty: all)."""
    weeks, months_apart = 1, 1
    months: tuple[int, ...] = ()
    ones = sum(token.kind == "one" for token in clause.when)
    halves = [t for t in clause.extra if t.kind == "every_weeks" and isinstance(t.value, tuple)]
    if ones != len(halves) or len([t for t in clause.extra if t.kind in ("every_weeks", "every_months", "months")]) > 1:
        raise _UnclearError
    for token in clause.extra:
        if token.kind == "every_weeks":
            weeks = token.value[0] if isinstance(token.value, tuple) else cast(int, token.value)
        elif token.kind == "every_months":
            months_apart = cast(int, token.value)
        elif token.kind == "months":
            months = tuple(range(2 if token.value == "even" else 1, 13, 2))
    return weeks, months_apart, months


def _unique(values: list[int]) -> tuple[int, ...]:
    if len(set(values)) != len(values):
        raise _UnclearError
    return tuple(sorted(values))


def _hours(tokens: list[Token]) -> list[_Hours]:
    if not tokens:
        return [(None, None, None)]
    items: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "comma":
            items.append([])
        else:
            items[-1].append(token)
    return [hours for item in items if item for hours in _item_hours(item)]


def _item_hours(item: list[Token]) -> list[_Hours]:
    parts = [cast(Part, token.value) for token in item if token.kind == "part"]
    is_middle = any(token.kind == "part" for token in item[1:-1])
    spans = _spans([token for token in item if token.kind != "part"])
    if len(parts) > 1 or is_middle or (parts and len(spans) > 1):
        raise _UnclearError
    if not spans:
        return [(None, None, parts[0])]
    if parts:
        low, high = _LATEST_PART[parts[0]]
        start, end = spans[0]
        if not low <= start.hour < high or (end is not None and end.hour > high):
            raise _UnclearError
    return [(start, end, None) for start, end in spans]


def _spans(tokens: list[Token]) -> list[tuple[datetime.time, datetime.time | None]]:
    if tokens and tokens[0].kind == "range":
        tokens = tokens[1:]
    spans: list[tuple[datetime.time, datetime.time | None]] = []
    at = 0
    while at < len(tokens):
        has_end = at + 2 < len(tokens) and tokens[at + 1].kind in ("range", "only_range")
        if tokens[at].kind in ("range", "only_range") or (at + 1 == len(tokens) - 1 and not has_end):
            raise _UnclearError
        if has_end:
            spans.append(_span(tokens[at], tokens[at + 2]))
            at += 3
        else:
            spans.append((_time(tokens[at]), None))
            at += 1
    return spans


def _span(start: Token, end: Token) -> tuple[datetime.time, datetime.time]:
    last = _time(end, may_be_number=start.kind != "number")
    if start.kind == "number" and end.kind == "clock_12":
        hour = int(start.text)
        later = datetime.time((hour % 12) + 12)
        first = later if "p" in end.text and later < last else datetime.time(hour)
    else:
        first = _time(start, may_be_number=end.kind in ("clock", "clock_12"))
    if first >= last:
        raise _UnclearError
    return first, last


def _time(token: Token, *, may_be_number: bool = False) -> datetime.time:
    """Return the time of day of a token; a bare number is one only beside a written hour."""
    if token.text in ("midi", "noon"):
        return datetime.time(12)
    if token.kind == "number" and not may_be_number:
        raise _UnclearError
    digits = [int(piece) for piece in re.findall(r"\d+", token.text)]
    hour, minute = digits[0], digits[1] if len(digits) > 1 else 0
    if token.kind == "clock_12":
        if not 1 <= hour <= 12:
            raise _UnclearError
        hour = hour % 12 + (12 if "p" in token.text else 0)
    return datetime.time(hour, minute)


def _date(tokens: list[Token]) -> datetime.date | None:
    """Return the day that a token writes, day before month; a month must be named as in one of the languages."""
    if not tokens:
        return None
    written = cast(str, tokens[0].value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return datetime.date.fromisoformat(written)
    if match := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", written):
        return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2})(?:er|\.)? ?([a-z]+) (\d{4})", written)
    if match is None or match[2] not in MONTHS:
        raise _UnclearError
    return datetime.date(int(match[3]), MONTHS[match[2]], int(match[1]))
