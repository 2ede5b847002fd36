"""A list of folded names that can be asked for the likely spellings of a piece of text, fast.

Names and text are compared by their sets of trigrams (three successive letters, the borders counted as a letter):
an inverted index gives, in a few array operations, the names that share most of the rare trigrams of the text; only
these are compared letter by letter. Trigram sets for approximate matching: Ukkonen, Approximate string-matching with
q-grams and maximal matches, Theoretical Computer Science 92 (1992) 191-211.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from finder.geo.folding import STREET_TYPES, core

Int = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

ALPHABET: Final = " abcdefghijklmnopqrstuvwxyz0123456789"
SHORTLIST_COUNT: Final = 60
CORE_WEIGHT: Final = 0.8
"""Share of a name's likeness that its telling words make; the rest is the whole text, street type included."""

NO_TYPE_FACTOR: Final = 0.9
"""Applied where only the name has a street type: "molenbeek" is first of all the commune."""

OTHER_NUMBER_LOSS: Final = 0.15
"""Taken off where the numbers differ: Rue du 11 Novembre is not Rue du 6 Novembre."""

OTHER_TYPE_LOSS: Final = 0.06
"""Taken off where both sides have a street type and they differ: Rue Haute is not Place Haute."""

PREFIX_FLOOR: Final = 0.92
PREFIX_TOP: Final = 0.94
PREFIX_LETTERS: Final = 4
PART_SCORE: Final = 0.9
_CODES: Final = {letter: code for code, letter in enumerate(ALPHABET)}
_BASE: Final = len(ALPHABET)


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Distinct folded names and their inverted index of trigrams.

    Parameters
    ----------
    names
        Distinct folded names.
    cores
        The telling words of each, see :func:`finder.geo.folding.core`.
    numbers
        The words of each that begin with a figure.
    offsets, postings
        Names that hold trigram ``t``: ``postings[offsets[t]:offsets[t + 1]]``.
    weights
        Rarity of each trigram: ``log(1 + names / names that hold it)``.
    norms
        Sum of the weights of the trigrams of each name.
    are_streets
        Whether the names have street types, which count little; "Pont" in Pont-à-Celles counts in full.
    """

    names: tuple[str, ...]
    cores: tuple[str, ...]
    numbers: tuple[tuple[str, ...], ...]
    offsets: Int
    postings: Int
    weights: Float
    norms: Float
    are_streets: bool

    def shortlist(self, text: str, *, among: Int | None = None) -> Int:
        """Return the positions of at most :data:`SHORTLIST_COUNT` names that share most trigrams with ``text``.

        Parameters
        ----------
        text
            Folded text.
        among
            Positions of the only names to consider; all if ``None``.
        """
        grams = np.unique(_trigrams([text])[1])
        grams = grams[self.offsets[grams + 1] > self.offsets[grams]]
        if not len(grams) or not self.names:
            return np.empty(0, np.int64)
        hits = np.concatenate([self.postings[self.offsets[g] : self.offsets[g + 1]] for g in grams])
        counts = self.offsets[grams + 1] - self.offsets[grams]
        shared = np.bincount(hits, weights=np.repeat(self.weights[grams], counts), minlength=len(self.names))
        # Dice's coefficient: shared weight against the mean weight of both sides.
        likeness = 2 * shared / (self.norms + self.weights[grams].sum())
        pool = np.flatnonzero(likeness > 0.2) if among is None else among[likeness[among] > 0.2]
        if len(pool) > SHORTLIST_COUNT:
            best = np.argpartition(-likeness[pool], SHORTLIST_COUNT)[:SHORTLIST_COUNT]
            pool = pool[best]
        return pool[np.lexsort((pool, -likeness[pool]))]

    def match(
        self, text: str, *, among: Int | None = None, cutoff: float = 0.7, may_say_more: bool = False
    ) -> list[tuple[int, float]]:
        """Return ``(position, score)`` of the names like ``text``, best first; 1 is the same text.

        Parameters
        ----------
        text
            Folded text.
        among
            Positions of the only names to consider; all if ``None``.
        cutoff
            Lowest score returned, inclusive.
        may_say_more
            Whether the text may have words that the name lacks (a first name), because it holds nothing else.
        """
        telling = core(text, keep_types=not self.are_streets)
        types = STREET_TYPES.intersection(text.split()) if self.are_streets else frozenset[str]()
        numbers = _numbers(text)
        scored = [
            (i, self._score(text, telling, types, numbers, i, may_say_more=may_say_more))
            for i in self.shortlist(text, among=among).tolist()
        ]
        kept = [(i, score) for i, score in scored if score >= cutoff]
        return sorted(kept, key=lambda pair: (-pair[1], pair[0]))

    def _score(
        self,
        text: str,
        telling: str,
        types: frozenset[str],
        numbers: tuple[str, ...],
        position: int,
        *,
        may_say_more: bool,
    ) -> float:
        name, name_core = self.names[position], self.cores[position]
        if name == text:
            return 1.0
        by_core = max(_ratio(telling, name_core), 0.98 * _sorted_ratio(telling, name_core))
        only_name_has_type = self.are_streets and not types and not STREET_TYPES.isdisjoint(name.split())
        if not self.are_streets:
            score = max(by_core, _ratio(text, name))
        elif only_name_has_type:
            score = NO_TYPE_FACTOR * by_core
        else:
            score = CORE_WEIGHT * by_core + (1 - CORE_WEIGHT) * _ratio(text, name)
        if numbers != self.numbers[position]:
            score -= OTHER_NUMBER_LOSS
        if types and not types.issubset(name.split()):
            score -= OTHER_TYPE_LOSS
        elif not only_name_has_type and len(telling) >= PREFIX_LETTERS and f"{name_core} ".startswith(f"{telling} "):
            # Whole words at the beginning of a longer name: "Molenbeek" for "Molenbeek-Saint-Jean".
            score = max(score, PREFIX_FLOOR + (PREFIX_TOP - PREFIX_FLOOR) * len(telling) / len(name_core))
        elif types and _is_part(telling, name_core, is_either_way=may_say_more):
            score = max(score, PART_SCORE)
        return score


def build_name_index(folded_names: Sequence[str], *, are_streets: bool) -> NameIndex:
    """Return the index of the distinct names among ``folded_names``, in sorted order."""
    names = tuple(sorted({name for name in folded_names if name}))
    owners, grams = _trigrams(names)
    pairs = np.unique(grams * max(len(names), 1) + owners)
    grams, owners = pairs // max(len(names), 1), pairs % max(len(names), 1)
    counts = np.bincount(grams, minlength=_BASE**3)
    weights = np.log1p(len(names) / np.maximum(counts, 1))
    return NameIndex(
        names=names,
        cores=tuple(core(name, keep_types=not are_streets) for name in names),
        numbers=tuple(_numbers(name) for name in names),
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        postings=owners,
        weights=weights,
        norms=np.bincount(owners, weights=weights[grams], minlength=len(names)).astype(np.float64),
        are_streets=are_streets,
    )


def _trigrams(names: Sequence[str]) -> tuple[Int, Int]:
    """Return the position of the name and the code of every trigram of ``names``."""
    codes = np.array([_CODES[c] for name in names for c in f" {name} "], dtype=np.int64)
    lengths = np.array([len(name) + 2 for name in names], dtype=np.int64)
    owner = np.repeat(np.arange(len(names)), lengths)
    inside = owner[:-2] == owner[2:]
    grams = (codes[:-2] * _BASE + codes[1:-1]) * _BASE + codes[2:]
    return owner[:-2][inside], grams[inside]


def _ratio(a: str, b: str) -> float:
    # Letters decide, not where words are cut: "vande velde" is "vandevelde".
    return max(fuzz.ratio(a, b), 0.99 * fuzz.ratio(a.replace(" ", ""), b.replace(" ", ""))) / 100


def _is_part(telling: str, name_core: str, *, is_either_way: bool) -> bool:
    """Return whether the family name stands alone on one side: "rue Evenepoel" for "Rue Henri Evenepoel".

    The name may be the shorter one only where the words hold nothing else, such as the commune.
    """
    typed, named = set(telling.split()), set(name_core.split())
    if typed <= named:
        return len(telling) >= PREFIX_LETTERS
    return is_either_way and named <= typed and len(name_core) >= PREFIX_LETTERS


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in text.split() if word[0].isdigit()))


def _sorted_ratio(a: str, b: str) -> float:
    return fuzz.token_sort_ratio(a, b) / 100
