"""Words that say in which country, region or province a place lies: "Forest, Bruxelles", "Perwez, Brabant wallon".

Provinces are told by the first figures of the NIS code, as Statbel numbers them (arrondissements 2x to 9x).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import fuzz, process

from finder.geo.folding import LINK_WORDS, STREET_TYPES, fold

Words = tuple[str, ...]

WALLOON_BRABANT, HAINAUT, LIEGE, LUXEMBOURG, NAMUR = "25", "5", "6", "8", "9"
BRUSSELS: Final = "21"
GERMAN_COMMUNITY: Final = "63001 63012 63013 63023 63040 63048 63061 63067 63087"
ANYWHERE: Final = ""

PROVINCES: Final = {
    WALLOON_BRABANT: (
        "Brabant wallon", "Waals-Brabant", "Wallonisch-Brabant", "Walloon Brabant", "BW", "B.W.", "Brabant w.",
    ),
    HAINAUT: ("Hainaut", "Henegouwen", "Hennegau", "Hainault"),
    LIEGE: ("Liège", "Luik", "Lüttich", "Liege"),
    LUXEMBOURG: ("Lux.", "Luxembourg", "Luxemburg", "Luxembourg belge", "Belgisch Luxemburg"),
    NAMUR: ("Namur", "Namen"),
}  # fmt: skip
PROVINCE_FORMS: Final = (
    "province de {}", "province du {}", "province of {}", "province {}", "prov. de {}", "prov. du {}", "prov. {}",
    "{} province", "provincie {}", "provinz {}", "{} prov.",
)  # fmt: skip
OTHERS: Final = {
    BRUSSELS: (
        "Bruxelles", "Brussel", "Brussels", "Brüssel", "Bruessel", "Bxl", "Bruxelles-Capitale", "Région bruxelloise",
        "Région de Bruxelles", "Région de Bruxelles-Capitale", "Région Bruxelles-Capitale", "Brussels Gewest",
        "Brussels Hoofdstedelijk Gewest", "Hoofdstedelijk Gewest", "Brussels Region", "Brussels-Capital Region",
        "Brussels Capital", "Region Brüssel-Hauptstadt", "Brüssel-Hauptstadt", "Region Brüssel",
    ),
    f"{WALLOON_BRABANT} {HAINAUT} {LIEGE} {LUXEMBOURG} {NAMUR}": (
        "Wallonie", "Région wallonne", "Wallonië", "Waals Gewest", "Waalse Gewest", "Wallonia", "Walloon Region",
        "Wallonien", "Wallonische Region",
    ),
    GERMAN_COMMUNITY: (
        "Ostbelgien", "Communauté germanophone", "Deutschsprachige Gemeinschaft", "Duitstalige Gemeenschap",
        "German-speaking Community", "Cantons de l'Est",
    ),
    ANYWHERE: ("Belgique", "België", "Belgium", "Belgien", "BE", "Fédération Wallonie-Bruxelles"),
}  # fmt: skip

LONGEST_PHRASE: Final = 5
MISSPELT_LETTERS: Final = 7
MISSPELT_LIKENESS_PCT: Final = 88.0
"""A name of at least :data:`MISSPELT_LETTERS` letters this like the text is meant ("Bruxeles", "Hainault")."""

QUALIFIERS_COUNT: Final = 3
"""Most qualifiers read in one text: "Forest, Bruxelles, Belgique" has two."""


@dataclass(frozen=True)
class Qualified:
    """A text without the words that say where its place lies.

    Parameters
    ----------
    words
        The words that are left; there may be none.
    areas
        Beginnings of NIS codes, one tuple per qualifier that narrows the search.
    homonyms
        Qualifiers that are the name of a commune or locality too (Bruxelles, Namur, Liège). They qualify areas only:
        "Rue Neuve, Namur" is in the commune.
    """

    words: Words
    areas: tuple[Words, ...]
    homonyms: Words

    def holds(self, nis: str) -> bool:
        """Return whether a commune lies where all the qualifiers say."""
        return all(nis.startswith(codes) for codes in self.areas)


def qualified(words: Words, names: Collection[str]) -> list[Qualified]:
    """Return ``words`` with the qualifiers at their ends taken off, the fewest first; none if there are none.

    Parameters
    ----------
    words
        Folded words.
    names
        Folded names of all communes and localities: a qualifier among them is a homonym, and a name is never taken
        for a misspelt qualifier.
    """
    found: list[Qualified] = []
    state = Qualified(words, (), ())
    for _ in range(QUALIFIERS_COUNT):
        taken = _take_one(state, names)
        if taken is None:
            break
        found.append(taken)
        state = taken
    return found


def _take_one(state: Qualified, names: Collection[str]) -> Qualified | None:
    ends = [(" ".join(phrase), rest, is_last) for phrase, rest, is_last in _ends(state.words)]
    written = [
        (text, rest, phrases()[text])
        for text, rest, is_last in ends
        if text in phrases() and _is_apart(rest, is_last=is_last)
    ]
    if not written:
        guesses = [
            (text, rest, _misspelt(text))
            for text, rest, is_last in ends
            if text not in names and _is_apart(rest, is_last=is_last)
        ]
        written = [(text, rest, codes) for text, rest, codes in guesses if codes is not None]
    if not written:
        return None
    text, rest, codes = written[0]
    areas = (*state.areas, tuple(codes.split())) if codes else state.areas
    return Qualified(rest, areas, (*state.homonyms, text) if text in names else state.homonyms)


def _ends(words: Words) -> Iterator[tuple[Words, Words, bool]]:
    """Yield (phrase, rest, whether the phrase is last), the longest phrase first, at the end before at the start."""
    for size in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        yield words[-size:], words[:-size], True
        if size < len(words):
            yield words[:size], words[size:], False


def _is_apart(rest: Words, *, is_last: bool) -> bool:
    """Return whether a phrase beside ``rest`` stands on its own.

    After a link word (Rue de Belgique) or beside nothing but a street type (Place Luxembourg) it is part of a name.
    """
    if not rest:
        return True
    if (rest[-1] if is_last else rest[0]) in LINK_WORDS:
        return False
    return not all(word in STREET_TYPES or word in LINK_WORDS for word in rest)


def _misspelt(text: str) -> str | None:
    if len(text) < MISSPELT_LETTERS:
        return None
    same = [phrase for phrase in phrases() if phrase.count(" ") == text.count(" ") and len(phrase) >= MISSPELT_LETTERS]
    found = process.extractOne(text, same, scorer=fuzz.ratio, score_cutoff=MISSPELT_LIKENESS_PCT)
    return None if found is None else phrases()[found[0]]


@cache
def phrases() -> dict[str, str]:
    """Return every qualifier, folded, with the beginnings of NIS codes it stands for, separated by spaces."""
    found = {fold(name): codes for codes, names in OTHERS.items() for name in names}
    for code, names in PROVINCES.items():
        found |= {fold(name): code for name in names}
        found |= {fold(form.format(name)): code for name in names for form in PROVINCE_FORMS}
    return found
