"""The legend under a printed map: every class, and what each pattern means where it occurs."""

from dataclasses import dataclass
from typing import Final

from finder.maps.palettes import Scale
from finder.maps.svg_elements import EMPTY, MUTED, columns_of, label, swatch
from finder.maps.svg_text import text_width, wrap_text

_LEGEND_SIZE: Final = 7.5
_ROW: Final = 12.5


@dataclass(frozen=True)
class MapLegend:
    """Words of the legend; all come from the caller.

    Attributes
    ----------
    title
        What is coloured, with its unit and date.
    classes
        One label per class of the scale.
    empty
        What hatched grey means.
    uncertain
        What the second pattern means.
    """

    title: str
    classes: tuple[str, ...]
    empty: str
    uncertain: str = ""


def legend_below(
    legend: MapLegend, scale: Scale, *, width: float, top: float, has_empty: bool, has_uncertain: bool
) -> tuple[list[str], float]:
    """Return the parts of a legend whose first line is at ``top``, read column by column, and where it ends."""
    entries = [(colour, text, "plain") for colour, text in zip(scale.colours, legend.classes, strict=True)]
    if has_uncertain and legend.uncertain:
        entries.append((scale.colours[len(scale.colours) // 2], legend.uncertain, "uncertain"))
    if has_empty:
        entries.append((EMPTY, legend.empty, "empty"))
    columns = min(
        columns_of([text_width(text, _LEGEND_SIZE) + 30 for _, text, _ in entries], width=width), len(entries)
    )
    rows, across = -(-len(entries) // columns), width / columns
    lines = [wrap_text(text, size=_LEGEND_SIZE, width=across - 24) for _, text, _ in entries]
    row_height = _ROW + (max(len(text) for text in lines) - 1) * _LEGEND_SIZE * 1.15
    parts = []
    for text in wrap_text(legend.title, size=8.2, width=width):
        parts.append(label(0, top, text, size=8.2, weight=600))
        top += 9.5
    top -= 3.5
    for k, (colour, _, pattern) in enumerate(entries):
        x, y = (k // rows) * across, top + (k % rows) * row_height
        parts += swatch(x + 0.3, y, colour=colour, pattern=pattern)
        for i, text in enumerate(lines[k]):
            below = y + 7.4 + i * _LEGEND_SIZE * 1.15
            parts.append(label(x + 21, below, text, size=_LEGEND_SIZE, fill=MUTED, css="fv-muted"))
    return parts, top + rows * row_height
