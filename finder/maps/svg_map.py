"""A small printed map: zones coloured by class, hatched where unknown or uncertain, with names, legend and scale bar."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.errors import CrsError, DocumentError, first_ids
from finder.maps.palettes import Scale
from finder.maps.svg_elements import (
    EMPTY,
    HAIRLINE,
    INK,
    MUTED,
    PAPER,
    Drawing,
    columns_of,
    drawing,
    empty_pattern,
    label,
    number,
    path_data,
    shape,
    swatch,
    uncertain_pattern,
)
from finder.maps.svg_labels import Box, Name, PlacedName, place_names
from finder.maps.svg_text import text_width, wrap_text
from finder.units import LAMBERT_2008

_LEGEND_SIZE: Final = 7.5
_ROW: Final = 12.5
_MARKER: Final = 5.2
_SIMPLIFY_POINTS: Final = 0.5
"""Lines are simplified by half a point of the drawing: below what a printer shows at this size."""


@dataclass(frozen=True)
class MapPoint:
    """A place to mark.

    Attributes
    ----------
    x_m, y_m
        EPSG:3812.
    colour
        Of the marker, as ``#rrggbb``.
    letter
        One letter in the marker, so that colour is not the only sign.
    is_hollow
        Drawn as a ring: a place that is not from a register (modelled, planned, hypothetical).
    """

    x_m: float
    y_m: float
    colour: str
    letter: str = ""
    is_hollow: bool = False


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


def neighbours(zones: gpd.GeoDataFrame, nis: str) -> list[str]:
    """Return the codes of a zone and of those that touch it, in the order of the frame."""
    if nis not in zones.index:
        raise DocumentError(f"Zone {nis} is not among the {len(zones)} zones to draw: check the code (2025 codes).")
    near = shapely.dwithin(zones.geometry.to_numpy(), zones.geometry.loc[nis], 1.0)
    return [str(code) for code in zones.index[near]]


def choropleth_svg(
    zones: gpd.GeoDataFrame,
    values: "pd.Series[float]",
    *,
    scale: Scale,
    legend: MapLegend,
    names: Mapping[str, str],
    focus: Sequence[str] | None = None,
    uncertain: Collection[str] = (),
    highlighted: str | None = None,
    points: Sequence[MapPoint] = (),
    width: float = 500.0,
    height: float = 330.0,
) -> Drawing:
    """Return a map of zones coloured by class.

    Parameters
    ----------
    zones
        Index of codes, polygons in EPSG:3812. Zones round the focus are drawn too, as far as the frame shows them.
    values
        Figure by code; a zone without a value (nan, or not in the index) is hatched grey.
    scale
        Classes and colours.
    legend
        Its words.
    names
        Name by code; names are drawn where there is room.
    focus
        Codes the map is fitted to; by default all zones.
    uncertain
        Codes drawn with the second pattern over their colour.
    highlighted
        Code to outline; its name is always drawn.
    points
        Places to mark.
    width, height
        Of the map in points; the legend adds to the height.

    Raises
    ------
    CrsError
        If the zones are not in EPSG:3812.
    DocumentError
        If there is no zone, a code is unknown, or the legend has not one label per class.
    """
    _check(zones, scale=scale, legend=legend, codes=[*(focus or []), *([highlighted] if highlighted else [])])
    view = _View.around(zones.loc[list(focus)] if focus else zones, width=width, height=height)
    seen = zones[shapely.intersects(zones.geometry.to_numpy(), view.window)]
    shapes = view.shapes(seen.geometry)
    classes = pd.Series(scale.classes(values.reindex(shapes.index)), index=shapes.index)
    parts = [shape("rect", x=0, y=0, width=width, height=height, fill="#f6f4ee", css="fv-sea")]
    for code, outline in shapes.items():
        parts += _zone(outline, int(classes[code]), scale=scale, is_uncertain=code in uncertain)
    borders = path_data(shapes.to_numpy())
    parts.append(shape("path", d=borders, fill="none", stroke=PAPER, stroke_width=0.7, stroke_linejoin="round"))
    if highlighted is not None and highlighted in shapes.index:
        data = path_data(shapes[highlighted])
        for colour, wide in ((PAPER, 3.6), (INK, 1.7)):
            parts.append(shape("path", d=data, fill="none", stroke=colour, stroke_width=wide, stroke_linejoin="round"))
    marked = [view.place(point) for point in points]
    inside = [(point, at) for point, at in zip(points, marked, strict=True) if view.holds(at)]
    bar = _ScaleBar.fitting(view)
    taken = [(x - 7, y - 7, x + 7, y + 7) for _, (x, y) in inside] + [bar.box]
    for placed in _names(shapes, names, highlighted=highlighted, frame=(3, 3, width - 3, height - 3), taken=taken):
        is_chosen = placed.name.is_needed
        weight, fill = (600, INK) if is_chosen else (400, "#2f3b3a")
        parts.append(
            label(
                placed.x,
                placed.y,
                placed.name.text,
                size=placed.name.size,
                anchor="middle",
                weight=weight,
                fill=fill,
                css="fv-name",
                halo=PAPER,
            )
        )
    for point, (x, y) in inside:
        parts += _marker(point, x, y)
    parts += bar.parts()
    frame = {"x": 0.25, "y": 0.25, "width": width - 0.5, "height": height - 0.5}
    parts.append(shape("rect", **frame, fill="none", stroke=HAIRLINE, stroke_width=0.5, css="fv-line"))
    has_empty = bool((classes == -1).any())
    has_uncertain = any(code in uncertain for code in shapes.index)
    drawn, used = _legend(legend, scale, width=width, top=height + 14, has_empty=has_empty, has_uncertain=has_uncertain)
    return drawing([*parts, *drawn], width=width, height=used)


@dataclass(frozen=True)
class _View:
    """The part of the country a map shows and how it becomes points of the drawing."""

    left_m: float
    top_m: float
    metres_per_point: float
    width: float
    height: float

    @classmethod
    def around(cls, zones: gpd.GeoDataFrame, *, width: float, height: float) -> "_View":
        left, bottom, right, top = (float(v) for v in zones.total_bounds)
        metres = 1.08 * max((right - left) / width, (top - bottom) / height, 1.0)
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        return cls(middle_x - metres * width / 2, middle_y + metres * height / 2, metres, width, height)

    @property
    def window(self) -> Any:  # noqa: ANN401
        right, bottom = (
            self.left_m + self.width * self.metres_per_point,
            self.top_m - self.height * self.metres_per_point,
        )
        return shapely.box(self.left_m, bottom, right, self.top_m)

    def shapes(self, outlines: gpd.GeoSeries) -> "pd.Series[Any]":
        """Outlines simplified together, cut by the window, in drawing coordinates; those that vanish are left out."""
        simple = shapely.coverage_simplify(outlines.to_numpy(), _SIMPLIFY_POINTS * self.metres_per_point)
        cut = shapely.intersection(shapely.make_valid(simple), self.window)
        moved = shapely.transform(cut, self._to_drawing)
        return pd.Series(moved, index=outlines.index.astype(str))[shapely.area(moved) > 0.05]

    def _to_drawing(self, coordinates: Any) -> Any:  # noqa: ANN401
        return np.column_stack(
            [
                (coordinates[:, 0] - self.left_m) / self.metres_per_point,
                (self.top_m - coordinates[:, 1]) / self.metres_per_point,
            ]
        )

    def place(self, point: MapPoint) -> tuple[float, float]:
        return (point.x_m - self.left_m) / self.metres_per_point, (self.top_m - point.y_m) / self.metres_per_point

    def holds(self, place: tuple[float, float]) -> bool:
        return _MARKER <= place[0] <= self.width - _MARKER and _MARKER <= place[1] <= self.height - _MARKER


@dataclass(frozen=True)
class _ScaleBar:
    """A bar of 1, 2 or 5 times a power of ten, at most a quarter of the map, in its lower left corner."""

    text: str
    length: float
    y: float

    @classmethod
    def fitting(cls, view: _View) -> "_ScaleBar":
        longest_m = view.width * view.metres_per_point / 4
        power = 10 ** np.floor(np.log10(longest_m))
        length_m = max(step * power for step in (1, 2, 5) if step * power <= longest_m)
        text = f"{number(length_m / 1000)}\u00a0km" if length_m >= 1000 else f"{number(length_m)}\u00a0m"
        return cls(text, float(length_m / view.metres_per_point), view.height - 9)

    @property
    def box(self) -> Box:
        return 4.0, self.y - 8, 14 + self.length + text_width(self.text, 7.5), self.y + 6

    def parts(self) -> list[str]:
        left, top, right, bottom = self.box
        ground = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rx": 2}
        data = f"M9 {number(self.y - 3.5)}V{number(self.y)}H{number(9 + self.length)}V{number(self.y - 3.5)}"
        return [
            shape("rect", **ground, fill=PAPER, fill_opacity=0.82, css="fv-paper"),
            shape("path", d=data, fill="none", stroke=INK, stroke_width=0.9, css="fv-stroke"),
            label(12 + self.length, self.y + 0.6, self.text, size=7.5, fill=INK),
        ]


def _check(zones: gpd.GeoDataFrame, *, scale: Scale, legend: MapLegend, codes: Sequence[str]) -> None:
    if zones.crs is None or zones.crs.to_epsg() != int(LAMBERT_2008.removeprefix("EPSG:")):
        raise CrsError(f"Zones to draw are in {zones.crs}: bring them to {LAMBERT_2008} with to_crs first.")
    if zones.empty:
        raise DocumentError("There is no zone to draw: pass at least one polygon.")
    unknown = [code for code in codes if code not in zones.index]
    if unknown:
        raise DocumentError(f"Zones to show that are not in the frame: {first_ids(unknown)}. Check the codes (2025).")
    if len(legend.classes) != len(scale.colours):
        raise DocumentError(f"The scale has {len(scale.colours)} classes, the legend {len(legend.classes)} labels.")


def _zone(outline: Any, number_of_class: int, *, scale: Scale, is_uncertain: bool) -> list[str]:  # noqa: ANN401
    data = path_data(outline)
    if number_of_class < 0:
        return [shape("path", d=data, fill=EMPTY, css="fv-none"), *empty_pattern(outline)]
    filled = shape("path", d=data, fill=scale.colours[number_of_class])
    return [filled, *(uncertain_pattern(outline) if is_uncertain else [])]


def _names(
    shapes: "pd.Series[Any]",
    names: Mapping[str, str],
    *,
    highlighted: str | None,
    frame: Box,
    taken: Sequence[Box],
) -> list[PlacedName]:
    wanted = []
    for code in sorted(shapes.index, key=lambda code: (code != highlighted, -shapes[code].area)):
        text = names.get(code, "")
        if text:
            circle = shapely.maximum_inscribed_circle(shapes[code], 1.0)
            x, y = shapely.get_coordinates(circle)[0]
            left, _, right, _ = shapely.bounds(shapes[code])
            is_chosen = code == highlighted
            wanted.append(Name(text, x, y, 9.5 if is_chosen else 7.2, right - left, is_chosen))
    return place_names(wanted, frame=frame, taken=taken)


def _marker(point: MapPoint, x: float, y: float) -> list[str]:
    ground, ink = (PAPER, point.colour) if point.is_hollow else (point.colour, PAPER)
    rim = point.colour if point.is_hollow else PAPER
    disc = shape("circle", cx=x, cy=y, r=_MARKER, fill=ground, stroke=rim, stroke_width=1.1)
    if not point.letter:
        return [disc]
    return [disc, label(x, y + 2.5, point.letter, size=7, anchor="middle", weight=600, fill=ink, css="fv-letter")]


def _legend(
    legend: MapLegend, scale: Scale, *, width: float, top: float, has_empty: bool, has_uncertain: bool
) -> tuple[list[str], float]:
    """Parts of the legend below the map, read column by column, and the height of the whole drawing."""
    entries = [(colour, text, "plain") for colour, text in zip(scale.colours, legend.classes, strict=True)]
    if has_uncertain and legend.uncertain:
        entries.append((scale.colours[len(scale.colours) // 2], legend.uncertain, "uncertain"))
    if has_empty:
        entries.append((EMPTY, legend.empty, "empty"))
    columns = min(columns_of([text_width(text, _LEGEND_SIZE) + 30 for _, text, _ in entries], width=width), len(entries))
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
