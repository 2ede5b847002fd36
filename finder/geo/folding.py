"""Text of place names made comparable: case, accents, hyphens, apostrophes and the usual abbreviations fall away."""

import re
import unicodedata
from typing import Final

LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
SEPARATORS: Final = re.compile(r"[^a-z0-9]+")

MAX_READINGS: Final = 6
ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "av": ("avenue",),
    "ave": ("avenue",),
    "aven": ("avenue",),
    "bd": ("boulevard",),
    "bld": ("boulevard",),
    "blvd": ("boulevard",),
    "bvd": ("boulevard",),
    "boul": ("boulevard",),
    "boulev": ("boulevard",),
    "ch": ("chaussee", "chemin"),
    "chee": ("chaussee",),
    "chauss": ("chaussee",),
    "chausse": ("chaussee",),
    "chem": ("chemin",),
    "pl": ("place", "plein"),
    "sq": ("square",),
    "rte": ("route",),
    "imp": ("impasse",),
    "all": ("allee",),
    "fg": ("faubourg",),
    "fbg": ("faubourg",),
    "r": ("rue",),
    "stwg": ("steenweg",),
    "dr": ("docteur",),
    "prof": ("professeur",),
    "gen": ("general",),
    "mgr": ("monseigneur",),
    "bxl": ("bruxelles",),
    "lln": ("louvain la neuve",),
    "nd": ("notre dame",),
}
"""What people type for the full word; two readings where the letters are used for both."""

SAME_WORDS: Final = dict.fromkeys(("saint", "sainte", "sint", "sankt", "ste"), "st") | dict.fromkeys(
    ("i", "ier", "1ier", "premier", "1e"), "1er"
)
"""Saints in French, Dutch and German name the same place; Léopold Ier is Léopold 1er."""

# fmt: off
STREET_TYPES: Final = frozenset({
    "rue", "avenue", "boulevard", "chaussee", "chemin", "place", "square", "route", "impasse", "allee", "faubourg",
    "ruelle", "sentier", "quai", "clos", "cite", "dreve", "cours", "venelle", "voie", "galerie", "passage", "montee",
    "rond", "point", "parc", "esplanade", "promenade", "porte", "pont",
    "straat", "laan", "steenweg", "weg", "plein", "dreef", "kaai", "steeg", "lei", "pad",
    "gasse", "strasse", "platz",
})
LINK_WORDS: Final = frozenset({
    "de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et", "sur", "sous", "lez",
    "van", "ter", "ten", "te", "der", "den", "die", "das", "am", "im", "an", "zum", "zur",
})
# fmt: on
ARTICLES: Final = frozenset({"la", "le", "les", "l", "die", "das"})
"""Link words that a name may begin with: La Bruyère."""

LONG_SUFFIXES: Final = (("str", ("straat", "strasse")), ("stwg", ("steenweg",)), ("ln", ("laan",)))


def fold(text: str) -> str:
    """Return ``text`` in lower-case ASCII words with single spaces; everything else is a separator.

    Words of :data:`SAME_WORDS` are written in one way. Text in another script becomes empty.
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(LETTERS))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = SEPARATORS.sub(" ", plain).split()
    return " ".join(SAME_WORDS.get(word, word) for word in words)


def readings(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the words with their abbreviations written out, the likely reading first and the words as typed last.

    There are at most six readings.
    """
    found: list[tuple[str, ...]] = [()]
    for word in words:
        options = _expand(word)
        found = [done + tuple(option.split()) for option in options for done in found][:MAX_READINGS]
    # Ave-et-Auffe is a village, not an avenue.
    return list(dict.fromkeys([*found[: MAX_READINGS - 1], words]))


def core(folded: str, *, keep_types: bool = False) -> str:
    """Return the words of a name that tell it apart: without link words and, in a street name, its type (rue, plein).

    A name made only of such words is returned whole.
    """
    words = [word for word in folded.split() if word not in LINK_WORDS and (keep_types or word not in STREET_TYPES)]
    # An initial tells little: "A. Van Gehuchten".
    kept = [word for word in words if len(word) > 1 or word.isdigit()]
    return " ".join(kept) if kept else folded


def _expand(word: str) -> tuple[str, ...]:
    if word in ABBREVIATIONS:
        return ABBREVIATIONS[word]
    for suffix, endings in LONG_SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return tuple(word.removesuffix(suffix) + ending for ending in endings)
    return (word,)
