"""One cell at a time: from the text of a list to a value of ours, or the reason why it has none."""

import datetime
import re
import unicodedata
from typing import Final

from finder.geo.folding import fold
from finder.sources.imports.words import LANGUAGE_WORDS, NO, STATUS_WORDS, TARIFF_WORDS, UNKNOWN, YES

MOST_PLACES: Final = 2_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""Control characters, and those that turn the direction of the text after them; letters of any script stay."""

_NUMBER: Final = re.compile(r"^[+-]?\d+([.,]\d+)?$")
_POSTCODE: Final = re.compile(r"^(?:B|BE)?\s*-?\s*(\d{4})(?:[.,]0+)?$", re.IGNORECASE)
_DATE: Final = re.compile(r"^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T ].*)?$")
_DAY_FIRST: Final = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[T ].*)?$")


class CellError(ValueError):
    """A cell whose text has no value of the kind asked for; the message is the reason to show."""


def clean(text: str) -> str:
    """Return ``text`` without control characters, composed (NFC), with single spaces."""
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).split())


def is_unknown(text: str) -> bool:
    """Return whether a cell says that nothing is known."""
    return text in ("", "-", "/", "?", "--") or (len(text) <= 9 and fold(text) in UNKNOWN and text.isascii())


def number_of(text: str) -> float:
    """Return a number written with a decimal point or comma.

    Raises
    ------
    CellError
        If it is none.
    """
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    if not plain.isascii() or not _NUMBER.match(plain) or len(plain) > 30:
        raise CellError("is no number")
    return float(plain.replace(",", "."))


def places_of(text: str) -> int:
    """Return a number of places.

    Raises
    ------
    CellError
        If it is no whole number between 0 and :data:`MOST_PLACES`.
    """
    number = number_of(re.sub(r"\s*(places?|plaatsen|lits?)\.?$", "", text, flags=re.IGNORECASE))
    if number < 0:
        raise CellError("is below zero")
    if number != int(number):
        raise CellError("is no whole number")
    if number > MOST_PLACES:
        raise CellError(f"is more than {MOST_PLACES:,} places")
    return int(number)


def postcode_of(text: str) -> str:
    """Return a Belgian postcode.

    Raises
    ------
    CellError
        If it is none.
    """
    found = _POSTCODE.match(text)
    if found is None or not text.isascii() or not "1000" <= found[1] <= "9999":
        raise CellError("is no Belgian postcode")
    return found[1]


def yes_no_of(text: str) -> bool:
    """Return a yes or a no.

    Raises
    ------
    CellError
        If it is neither.
    """
    folded = fold(text)
    if folded in YES or folded in NO:
        return folded in YES
    raise CellError("is neither yes nor no")


def tariff_of(text: str) -> str:
    """Return a tariff of ours; see :func:`yes_no_of` for the error."""
    if (found := TARIFF_WORDS.get(fold(text))) is None:
        raise CellError("is no tariff we know (income_related, free_price, free)")
    return found


def status_of(text: str) -> tuple[str, str | None]:
    """Return a status and the date behind it, if any (``closed 2019-07``); a question mark makes it unconfirmed.

    Raises
    ------
    CellError
        If it is none.
    """
    date = re.search(r"\d{4}(?:-\d{2}){0,2}$", text)
    word = fold(text[: date.start()] if date else text)
    if text.endswith("?"):
        return "unconfirmed", None
    if word not in STATUS_WORDS:
        raise CellError("is no status we know")
    return STATUS_WORDS[word], date_of(date[0]) if date else None


def languages_of(text: str) -> str:
    """Return language codes joined by ``"; "``.

    Raises
    ------
    CellError
        If a language is unknown.
    """
    codes = []
    for part in re.split(r"[;,/|+&]|\s(?:et|en|und|and)\s", text):
        if word := fold(part):
            code = LANGUAGE_WORDS.get(word, word if len(word) == 2 and word.isalpha() else "")
            if not code:
                raise CellError("is no language we know")
            codes.append(code)
    if not codes:
        raise CellError("is no language we know")
    return "; ".join(dict.fromkeys(codes))


def date_of(text: str) -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD.

    Raises
    ------
    CellError
        If it is none.
    """
    year, month, day = "", None, None
    if (found := _DATE.match(text)) and text.isascii():
        year, month, day = found[1], found[2], found[3]
    elif (found := _DAY_FIRST.match(text)) and text.isascii():
        day, month, year = found[1], found[2], found[3] if len(found[3]) == 4 else f"20{found[3]}"
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise CellError("is no date") from None
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part is not None)])


def text_of(text: str, *, most: int) -> str:
    """Return a text of at most ``most`` characters.

    Raises
    ------
    CellError
        If it is longer, so that nothing is cut without a word.
    """
    if len(text) > most:
        raise CellError(f"has {len(text):,} characters, {most:,} at most")
    return text
