"""The legend of a coloured map, as data and as HTML text: every class with its colour, limits and count."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from finder.maps.palettes import QUIET, Scale

Pattern = Literal["plain", "hatched", "dotted"]

_SWATCH_CLASS: Final = {"plain": "fi-swatch", "hatched": "fi-swatch fi-hatch", "dotted": "fi-swatch fi-dots"}


@dataclass(frozen=True)
class LegendRow:
    """One class or pattern: how it looks, what it means, how many zones it holds.

    Attributes
    ----------
    colour
        ``None`` for a pattern that stands on any colour.
    label
        What it means.
    count
        Zones. The ones of a dotted row are counted in their classes too.
    pattern
        ``hatched`` is "no data", ``dotted`` is "uncertain".
    """

    colour: str | None
    label: str
    count: int
    pattern: Pattern = "plain"


def class_labels(scale: Scale, number_text: Callable[[float], str], *, unit: str = "") -> list[str]:
    """Return the words of the classes from their limits, such as ``["< 10 %", "10–20 %", "≥ 20 %"]``.

    Parameters
    ----------
    scale
        Classes. Where limits are whole and one apart, the classes are counts: ``["0", "1", "≥ 2"]``.
    number_text
        Turns a limit into words.
    unit
        Stands after the numbers, with its space.
    """
    limits = scale.limits
    texts = [number_text(limit) for limit in limits]
    if scale.limit_in == "below" and all(high - low == 1 for low, high in pairwise(limits)):
        return [*(text + unit for text in texts), f"≥ {number_text(limits[-1] + 1)}{unit}"]
    first, last = ("≤", ">") if scale.limit_in == "below" else ("<", "≥")
    between = [f"{low}–{high}{unit}" for low, high in pairwise(texts)]
    return [f"{first} {texts[0]}{unit}", *between, f"{last} {texts[-1]}{unit}"]


def legend_rows(
    values: npt.ArrayLike,
    scale: Scale,
    labels: Sequence[str],
    *,
    empty_label: str,
    uncertain: npt.ArrayLike | None = None,
    uncertain_label: str = "",
) -> list[LegendRow]:
    """Return one row per class and, where there are such zones, one for uncertain values and one for none.

    Parameters
    ----------
    values
        Figure of every zone drawn, nan where there is none.
    scale
        Classes and colours.
    labels
        One per class.
    empty_label
        What no value means.
    uncertain
        Whether the value of each zone is uncertain, shape as ``values``; ``None`` where nothing is known to be.
    uncertain_label
        What the dots mean.
    """
    found = scale.classes(values)
    rows = [
        LegendRow(colour, label, int(np.count_nonzero(found == k)))
        for k, (colour, label) in enumerate(zip(scale.colours, labels, strict=True))
    ]
    unsure = np.zeros(found.shape, dtype=bool) if uncertain is None else np.asarray(uncertain, dtype=bool)
    extra = (
        LegendRow(None, uncertain_label, int(np.count_nonzero(unsure & (found >= 0))), "dotted"),
        LegendRow(None, empty_label, int(np.count_nonzero(found == -1)), "hatched"),
    )
    return [*rows, *(row for row in extra if row.count)]


def legend_html(rows: Sequence[LegendRow], *, title: str, count_text: Callable[[int], str]) -> str:
    """Return the legend as an HTML list; all texts are escaped.

    Parameters
    ----------
    rows
        From :func:`legend_rows`.
    title
        What is coloured, with its unit.
    count_text
        Turns a count of zones into words, such as ``"12 communes"``.
    """
    items = []
    for row in rows:
        css = _SWATCH_CLASS[row.pattern] + (" fi-quiet" if row.colour == QUIET else "")
        swatch = f' style="background-color:{html.escape(row.colour)}"' if row.colour else ""
        items.append(
            f'<li><span class="{css}"{swatch}></span><span class="fi-class">{html.escape(row.label)}</span> '
            f'<span class="fi-count">{html.escape(count_text(row.count))}</span></li>'
        )
    return f'<div class="fi-legend"><p>{html.escape(title)}</p><ul>{"".join(items)}</ul></div>'
