"""The legend of a coloured map, as data and as HTML text: every class with its colour, limits and count."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finder.maps.palettes import Scale


@dataclass(frozen=True)
class LegendRow:
    """One class: its colour (``None`` is the hatching of "no data"), what it means, how many zones it holds."""

    colour: str | None
    label: str
    count: int


def legend_rows(values: npt.ArrayLike, scale: Scale, labels: Sequence[str], *, empty_label: str) -> list[LegendRow]:
    """Return one row per class and, where some zone has no value, one for these.

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
    """
    found = scale.classes(values)
    rows = [
        LegendRow(colour, label, int(np.count_nonzero(found == k)))
        for k, (colour, label) in enumerate(zip(scale.colours, labels, strict=True))
    ]
    empty_count = int(np.count_nonzero(found == -1))
    return [*rows, LegendRow(None, empty_label, empty_count)] if empty_count else rows


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
        swatch = f' style="background:{html.escape(row.colour)}"' if row.colour else ""
        css = "fi-swatch" if row.colour else "fi-swatch fi-hatch"
        items.append(
            f'<li><span class="{css}"{swatch}></span><span class="fi-class">{html.escape(row.label)}</span> '
            f'<span class="fi-count">{html.escape(count_text(row.count))}</span></li>'
        )
    return f'<div class="fi-legend"><p>{html.escape(title)}</p><ul>{"".join(items)}</ul></div>'
