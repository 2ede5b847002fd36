"""What an inequality measure says in plain words: a message key and its numbers; the pages hold the sentences."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

EquityMeasure = Literal["gini", "theil", "palma", "concentration"]

EVEN_CONCENTRATION: Final = 0.02
EVEN_PALMA: Final = 0.05
"""Differences from equality too small to be called a tendency. Our choice."""


@dataclass(frozen=True)
class Reading:
    """A sentence to be said.

    Attributes
    ----------
    key
        Message key, such as ``equity.palma.rich``.
    numbers
        Name and value of the numbers in the sentence, in the order of the names.
    """

    key: str
    numbers: tuple[tuple[str, float], ...]


def reading(measure: EquityMeasure, value: float, *, mean: float) -> Reading:
    """Return what a value of a measure says.

    Parameters
    ----------
    measure
        Which one.
    value
        As :mod:`finder.capacity.equity` gives it; nan is read as "cannot be told".
    mean
        Mean over children, in the measure's unit.

    Returns
    -------
    Reading
        ``equity.unknown``; or, by measure,

        - ``equity.gini``: ``difference``, what two children taken at random differ by on average, twice Gini
          times mean, and ``mean``;
        - ``equity.theil.even`` / ``.uneven``: ``lost_share`` = 1 - exp(-value), 0 at equality and below 1;
        - ``equity.palma.poor`` / ``.even`` / ``.rich``: ``more_pct``, what the better-off group of the two has more;
          ``equity.palma.only_poor`` when the richest tenth has nothing;
        - ``equity.concentration.poor`` / ``.even`` / ``.rich``: ``move_share``, the share of all places that would have
          to move from one half of the ranking to the other, in proportion to rank, for the index to be 0: three
          quarters of its size (Koolman & van Doorslaer 2004, Health Economics 13, 649-656).
    """
    if not np.isfinite(value):
        return Reading("equity.unknown", ())
    if measure == "gini":
        return Reading("equity.gini", (("difference", 2.0 * value * mean), ("mean", mean)))
    if measure == "theil":
        lost_share = 1.0 - float(np.exp(-value))
        return Reading(
            f"equity.theil.{'even' if lost_share < EVEN_CONCENTRATION else 'uneven'}", (("lost_share", lost_share),)
        )
    if measure == "palma":
        if value == 0:
            return Reading("equity.palma.only_poor", ())
        more_pct = 100.0 * (max(value, 1.0 / value) - 1.0)
        return Reading(f"equity.palma.{_side(value - 1.0, EVEN_PALMA)}", (("more_pct", more_pct),))
    return Reading(f"equity.concentration.{_side(value, EVEN_CONCENTRATION)}", (("move_share", 0.75 * abs(value)),))


def _side(difference: float, even: float) -> str:
    if abs(difference) <= even:
        return "even"
    return "rich" if difference > 0 else "poor"
