"""The pieces every vector drawing is made of: a drawing, shapes, texts and hatching.

A drawing carries its colours as plain attributes, so that it prints alone or inside a PDF; the classes ``fv-*`` beside
them let a page in dark colours override what is not data (ink, land, halos). Hatching is real lines cut by the shape,
because patterns are drawn unevenly by some readers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from finder.maps.svg_text import attribute_text, element_text

FONT: Final = "Source Sans Pro, Source Sans 3, Helvetica Neue, Arial, sans-serif"
INK: Final = "#23302f"
MUTED: Final = "#5d6a68"
HAIRLINE: Final = "#cfc9bc"
PAPER: Final = "#ffffff"
ACCENT: Final = "#0b6b62"
EMPTY: Final = "#efece5"
HATCH_STEP: Final = 5.0


@dataclass(frozen=True)
class Drawing:
    """A vector drawing.

    Attributes
    ----------
    markup
        One ``svg`` element. It is put into documents as it is: only the functions of ``finder.maps.svg_*``, which
        escape every text, should make one.
    width, height
        In points (1/72 inch), the size at which its texts have the size of those around it.
    """

    markup: str
    width: float
    height: float


def drawing(parts: Iterable[str], *, width: float, height: float) -> Drawing:
    """Return the parts as one drawing."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" font-family="{FONT}">'
    )
    return Drawing(head + "".join(parts) + "</svg>", width, height)


def number(value: float) -> str:
    """Return a coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shape(tag: str, **attributes: str | float) -> str:
    """Return one element without content; ``_`` in names stands for ``-``, and ``css`` is the class."""
    written = []
    for name, value in attributes.items():
        key = "class" if name == "css" else name.replace("_", "-")
        text = value if isinstance(value, str) else number(value)
        written.append(f"{key}={attribute_text(text)}")
    return f"<{tag} {' '.join(written)}/>"


def label(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 8.5,
    anchor: str = "start",
    weight: int = 400,
    fill: str = INK,
    css: str = "fv-ink",
    halo: str | None = None,
) -> str:
    """Return a text with its baseline at ``y``; with ``halo`` a rim of that colour keeps it readable on any ground."""
    rim = f'stroke="{halo}" stroke-width="{number(size * 0.3)}" stroke-linejoin="round" paint-order="stroke" '
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{fill}" {rim if halo else ""}class="{css}">{element_text(text)}</text>'
    )


def is_dark(colour: str) -> bool:
    """Return whether white is easier to read on a colour ``#rrggbb`` than black (relative luminance, WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179


def path_data(geometry: Any) -> str:  # noqa: ANN401 - shapely's types are not exported
    """Return polygons and lines, already in drawing coordinates, as the data of a ``path``; points are left out."""
    written: list[str] = []
    for part in shapely.get_parts(np.atleast_1d(geometry)):
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            written += [_points(shapely.get_coordinates(ring)[:-1]) + "Z" for ring in rings]
        elif part.geom_type in ("LineString", "LinearRing"):
            written.append(_points(shapely.get_coordinates(part)))
        elif part.geom_type.startswith(("Multi", "Geometry")):
            written.append(path_data(shapely.get_parts(part)))
    return "".join(written)


def _points(coordinates: Any) -> str:  # noqa: ANN401
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in coordinates) if len(coordinates) > 1 else ""


def hatch(geometry: Any, *, is_rising: bool = True, step: float = HATCH_STEP) -> str:  # noqa: ANN401
    """Return path data of slanted lines cut by a shape, both in drawing coordinates (y grows downwards).

    Lines lie on one grid for the whole drawing, so that the hatching of neighbours joins.

    Parameters
    ----------
    geometry
        Polygons.
    is_rising
        Whether lines rise to the right; the other direction means something else.
    step
        Distance between lines.
    """
    if shapely.is_empty(geometry):
        return ""
    left, top, right, bottom = shapely.bounds(geometry)
    slope = -1.0 if is_rising else 1.0
    spacing = step * np.sqrt(2)
    ends = [bottom - slope * x for x in (left, right)] + [top - slope * x for x in (left, right)]
    first, last = np.floor(min(ends) / spacing), np.ceil(max(ends) / spacing)
    offsets = np.arange(first, last + 1) * spacing
    starts = np.column_stack([np.full_like(offsets, left), slope * left + offsets])
    stops = np.column_stack([np.full_like(offsets, right), slope * right + offsets])
    lines = shapely.union_all(shapely.linestrings(np.stack([starts, stops], axis=1)))
    return path_data(shapely.intersection(lines, geometry))


def empty_pattern(geometry: Any) -> list[str]:  # noqa: ANN401
    """Return the lines that mean "no data", to draw over :data:`EMPTY`."""
    lines = hatch(geometry)
    return [shape("path", d=lines, fill="none", stroke="#9a968c", stroke_width=0.7, css="fv-empty")] if lines else []


def uncertain_pattern(geometry: Any) -> list[str]:  # noqa: ANN401
    """Return the lines that mean "uncertain": falling, dark on a light rim, so that they show on every colour."""
    lines = hatch(geometry, is_rising=False, step=HATCH_STEP * 1.4)
    if not lines:
        return []
    return [
        shape("path", d=lines, fill="none", stroke=PAPER, stroke_width=1.5, stroke_opacity=0.75),
        shape("path", d=lines, fill="none", stroke=INK, stroke_width=0.6),
    ]


def swatch(x: float, y: float, *, colour: str, pattern: str, width: float = 16, height: float = 9) -> list[str]:
    """Return a small box of a legend; ``pattern`` is ``"plain"``, ``"empty"`` or ``"uncertain"``."""
    box = shapely.box(x, y, x + width, y + height)
    patterns = {"plain": [], "empty": empty_pattern(box), "uncertain": uncertain_pattern(box)}
    frame = {"x": x, "y": y, "width": width, "height": height, "rx": 1.5}
    css = "fv-none" if pattern == "empty" else "fv-data"
    return [
        shape("rect", **frame, fill=colour, css=css),
        *patterns[pattern],
        shape("rect", **frame, fill="none", stroke=MUTED, stroke_width=0.4, stroke_opacity=0.6),
    ]


def columns_of(widths: Sequence[float], *, width: float) -> int:
    """Return how many columns of the widest entry fit, at least one."""
    return max(1, int(width // max(widths))) if widths else 1
