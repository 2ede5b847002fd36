"""What a typed place may mean: which words are names, which number is a postcode, which a house number."""

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from finder.geo.folding import ABBREVIATIONS, LINK_WORDS, STREET_TYPES, fold, readings
from finder.geo.qualifiers import Qualified

MAX_LETTERS: Final = 200
MAX_WORDS: Final = 14
MAX_READINGS: Final = 8
POSTCODE_AS_NUMBER_LOSS: Final = 0.06
UNKNOWN_POSTCODE_LOSS: Final = 0.15
SIDE_LOSS: Final = 0.01
READING_LOSS: Final = 0.005
STREET_ENDINGS: Final = ("straat", "laan", "steenweg", "plein", "strasse", "str")
TYPE_LIKENESS_PCT: Final = 83

_NOT_A_PLACE: Final = re.compile(r"[<>{}\[\]=*$%^~;\\\x00-\x08\x0e-\x1f]")
_BOX: Final = re.compile(r"\b(?:bte|bo[iî]te|bus|box)\b\.?\s*\w{1,4}\b", re.IGNORECASE)
_NUMBER_SIGN: Final = re.compile(r"\b(?:n°|nº|n\.|nr\.?|num[ée]ro)\s*(?=\d)", re.IGNORECASE)
_POSTCODE_PREFIX: Final = re.compile(r"\b(?:be|b)\s*-?\s*(?=\d{4}\b)", re.IGNORECASE)
_TWO_SIDES: Final = re.compile(r"^([^,]*?)\s+[-–—/|]+\s+([^,]*)(,.*)?$")
_BRACKETS: Final = re.compile(r"\([^)]*\)?")
_NUMBER: Final = re.compile(r"^\d{1,4}(?:[a-z]|bis|ter|er|e|ier)?$")
_POSTCODE: Final = re.compile(r"^\d{4}$")
_HOUSE: Final = re.compile(r"^(\d{1,4})([a-z]|bis|ter)?$")


@dataclass(frozen=True)
class Reading:
    """One way to understand a typed place.

    Parameters
    ----------
    words
        Folded words of names, abbreviations written out, house numbers left out.
    postcode
        A postcode of the gazetteer, or ``None``.
    loss
        What this reading costs: 0 for the plain one.
    drops_postcode
        Whether a number that is a postcode of ours is read as a house number.
    within
        The qualifiers taken off the words, which say where the place lies; ``None`` where there are none.
    """

    words: tuple[str, ...]
    postcode: str | None
    loss: float
    drops_postcode: bool
    within: Qualified | None = None


def read_query(text: str, *, postcodes: Collection[str], words: Collection[str]) -> list[Reading]:
    """Return the ways to understand ``text``, the likeliest first; none if it can be no place.

    Parameters
    ----------
    text
        Anything typed.
    postcodes
        Postcodes of the gazetteer.
    words
        Words of its names: an unknown word close to a street type is read as that type.
    """
    if not is_readable(text):
        return []
    found: dict[tuple[tuple[str, ...], str | None], float] = {}
    for side, side_loss in _sides(text):
        tokens = tuple(fold(side).split())
        if not tokens or len(tokens) > MAX_WORDS:
            continue
        for kept, postcode, loss in _numbers_apart(tokens, postcodes):
            mended = tuple(_street_type(word, words) for word in kept)
            # Rue Laplace is a street, not a misspelt place: the words as typed stay a reading.
            for order, expanded in enumerate(dict.fromkeys([*readings(mended), *readings(kept)])):
                key = (expanded, postcode)
                found[key] = min(found.get(key, 9.0), side_loss + loss + READING_LOSS * order)
    ranked = sorted(found.items(), key=lambda item: item[1])[:MAX_READINGS]
    has_postcode = any(key[1] is not None for key in found)
    return [Reading(names, code, loss, has_postcode and code is None) for (names, code), loss in ranked]


def is_readable(text: str) -> bool:
    """Return whether ``text`` is not empty, of a length that is read, and free of signs that no place name has."""
    return bool(text) and len(text) <= MAX_LETTERS and not _NOT_A_PLACE.search(text)


def typed_number(text: str, *, name: str, postcodes: Collection[str]) -> tuple[int, str] | None:
    """Return the house number that ``text`` holds beside a street, as number and suffix; ``None`` if there is none.

    Parameters
    ----------
    text
        A street with its number and place, in any order.
    name
        The street's name: its own numbers (Rue du 11 Novembre) are no house numbers.
    postcodes
        Postcodes of the street's commune: one of them in the text is the postcode, not the house.
    """
    tokens = fold(_sides(text)[0][0]).split()
    own = fold(name).split()
    codes = [i for i, token in enumerate(tokens) if token in postcodes]
    for i, token in enumerate(tokens):
        parts = _HOUSE.match(token)
        if parts is None or token in own or (codes and i == codes[-1]):
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else ""
        is_letter = len(following) == 1 and following.isalpha() and following not in LINK_WORDS
        return int(parts[1]), parts[2] or (following if is_letter or following in ("bis", "ter") else "")
    return None


def _sides(text: str) -> list[tuple[str, float]]:
    plain = _POSTCODE_PREFIX.sub(" ", _NUMBER_SIGN.sub(" ", _BOX.sub(" ", text)))
    sides = [(plain, 0.0)]
    if two := _TWO_SIDES.match(plain):
        # "Rue Haute - Hoogstraat, 1000 Bruxelles": either side with the tail.
        sides += [(f"{two[1]} {two[3] or ''}", SIDE_LOSS), (f"{two[2]} {two[3] or ''}", SIDE_LOSS)]
    if "(" in plain:
        sides.append((_BRACKETS.sub(" ", plain), SIDE_LOSS))
    return sides


def _numbers_apart(
    tokens: tuple[str, ...], postcodes: Collection[str]
) -> list[tuple[tuple[str, ...], str | None, float]]:
    """Return (words, postcode, loss) for the choices between postcode, house number and part of a name."""
    numeric = [i for i, token in enumerate(tokens) if _is_number(tokens, i)]
    if not numeric:
        return [(tokens, None, 0.0)]
    four = [i for i in numeric if _POSTCODE.match(tokens[i])]
    unknown_loss = UNKNOWN_POSTCODE_LOSS if any(tokens[i] not in postcodes for i in four) else 0.0
    if any(names_a_street(token) for token in tokens):
        unknown_loss = 0.0  # with a street, a number of four digits may well be a house number
    codes = [i for i in four if tokens[i] in postcodes]
    choices: list[tuple[tuple[str, ...], str | None, float]] = []
    for code in [*codes, None]:
        rest = [i for i in numeric if i != code]
        loss = unknown_loss if code is None and not codes else POSTCODE_AS_NUMBER_LOSS * (code is None and bool(codes))
        for dropped in _dropped(rest):
            kept = tuple(token for i, token in enumerate(tokens) if i != code and i not in dropped)
            if kept and not any(token.isalpha() for token in kept):
                continue  # numbers alone name nothing
            choices.append((kept, tokens[code] if code is not None else None, loss))
    return choices


def names_a_street(token: str) -> bool:
    """Return whether a folded word is, shortens or ends in a street type."""
    return token in STREET_TYPES or token in ABBREVIATIONS or token.endswith(STREET_ENDINGS)


def _dropped(numeric: list[int]) -> list[set[int]]:
    """Return the sets of numbers to leave out: all, none (Rue du 11 Novembre), or all but one."""
    sets = [set(numeric), set[int]()]
    if 1 < len(numeric) <= 3:
        sets += [set(group) for group in itertools.combinations(numeric, len(numeric) - 1)]
    return sets


def _is_number(tokens: tuple[str, ...], i: int) -> bool:
    if _NUMBER.match(tokens[i]):
        return True
    # The letter of "90 B".
    return len(tokens[i]) == 1 and i > 0 and tokens[i - 1].isdigit() and len(tokens[i - 1]) < 4


def _street_type(word: str, words: Collection[str]) -> str:
    if len(word) < 5 or word in words or word in ABBREVIATIONS or word in LINK_WORDS:
        return word
    likely = max(STREET_TYPES, key=lambda kind: (fuzz.ratio(word, kind), kind))
    return likely if len(likely) >= 5 and fuzz.ratio(word, likely) >= TYPE_LIKENESS_PCT else word
