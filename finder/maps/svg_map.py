"""A small printed map: zones coloured by class, hatched where unknown or uncertain, with names and a legend."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from finder.errors import CrsError, DocumentError, first_ids
from finder.maps.palettes import Scale
from finder.maps.svg_elements import (
    EMPTY,
    HAIRLINE,
    INK,
    PAPER,
    Drawing,
    drawing,
    empty_pattern,
    is_dark,
    label,
    path_data,
    shape,
    uncertain_pattern,
)
from finder.maps.svg_labels import Box, Name, PlacedName, place_names
from finder.maps.svg_legend import MapLegend, legend_below
from finder.maps.svg_view import ScaleBar, View
from finder.units import LAMBERT_2008

_MARKER: Final = 5.2


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
    border: Sequence[str] = (),
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
    border
        Codes of an area, such as a province, to outline as a whole.
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
    view = View.around(zones.loc[list(focus)] if focus else zones, width=width, height=height)
    seen = zones[shapely.intersects(zones.geometry.to_numpy(), view.window)]
    shapes = view.shapes(seen.geometry)
    classes = scale.classes(values.reindex(shapes.index))
    parts = [shape("rect", x=0, y=0, width=width, height=height, fill="#f6f4ee", css="fv-sea")]
    for (code, outline), number_of_class in zip(shapes.items(), classes.tolist(), strict=True):
        parts += _zone(outline, number_of_class, scale=scale, is_uncertain=code in uncertain)
    around = shapes[shapes.index.isin(set(border))]
    if len(around):
        parts += _outline(shapely.union_all(around.to_numpy()), wide=1.1)
    if highlighted is not None and highlighted in shapes.index:
        parts += _outline(shapes[highlighted], wide=1.7)
    marked = [view.place(point.x_m, point.y_m) for point in points]
    inside = [(point, at) for point, at in zip(points, marked, strict=True) if view.holds(at, margin=_MARKER)]
    bar = ScaleBar.fitting(view)
    taken = [(x - 7, y - 7, x + 7, y + 7) for _, (x, y) in inside] + [bar.box]
    frame = (3.0, 3.0, width - 3, height - 3)
    grounds = {
        code: scale.colours[k] if k >= 0 else None for code, k in zip(shapes.index, classes.tolist(), strict=True)
    }
    for code, placed in _names(shapes, names, highlighted=highlighted, focus=focus or (), frame=frame, taken=taken):
        parts.append(_written(placed, ground=grounds[code]))
    for point, (x, y) in inside:
        parts += _marker(point, x, y)
    parts += bar.parts()
    edge = {"x": 0.25, "y": 0.25, "width": width - 0.5, "height": height - 0.5}
    parts.append(shape("rect", **edge, fill="none", stroke=HAIRLINE, stroke_width=0.5, css="fv-line"))
    has_empty = bool((classes == -1).any())
    has_uncertain = any(code in uncertain for code in shapes.index)
    drawn, used = legend_below(
        legend, scale, width=width, top=height + 14, has_empty=has_empty, has_uncertain=has_uncertain
    )
    return drawing([*parts, *drawn], width=width, height=used)


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
    line: dict[str, Any] = {"d": path_data(outline), "stroke": PAPER, "stroke_width": 0.7, "stroke_linejoin": "round"}
    if number_of_class < 0:
        return [shape("path", fill=EMPTY, css="fv-none", **line), *empty_pattern(outline)]
    filled = shape("path", fill=scale.colours[number_of_class], **line)
    return [filled, *(uncertain_pattern(outline) if is_uncertain else [])]


def _outline(area: Any, *, wide: float) -> list[str]:  # noqa: ANN401
    data = path_data(area)
    attributes = {"fill": "none", "stroke_linejoin": "round"}
    return [
        shape("path", d=data, stroke=PAPER, stroke_width=wide + 1.8, **attributes),
        shape("path", d=data, stroke=INK, stroke_width=wide, **attributes),
    ]


def _names(
    shapes: "pd.Series[Any]",
    names: Mapping[str, str],
    *,
    highlighted: str | None,
    focus: Collection[str],
    frame: Box,
    taken: Sequence[Box],
) -> list[tuple[str, PlacedName]]:
    """Codes and places of the names that fit: the highlighted zone first, then the focus, then the others by size."""
    wanted: dict[Name, str] = {}
    for code in sorted(shapes.index, key=lambda code: (code != highlighted, code not in focus, -shapes[code].area)):
        text = names.get(code, "")
        if text:
            circle = shapely.maximum_inscribed_circle(shapes[code], 1.0)
            x, y = shapely.get_coordinates(circle)[0]
            left, _, right, _ = shapely.bounds(shapes[code])
            is_chosen = code == highlighted
            wanted[Name(text, float(x), float(y), 9.5 if is_chosen else 7.2, float(right - left), is_chosen)] = code
    return [(wanted[placed.name], placed) for placed in place_names(list(wanted), frame=frame, taken=taken)]


def _written(placed: PlacedName, *, ground: str | None) -> str:
    """Draw a name with a rim of the colour it stands on, light on dark colours; ``None`` is a zone without data."""
    style: dict[str, Any] = {
        "size": placed.name.size,
        "weight": 600 if placed.name.is_needed else 400,
        "anchor": "middle",
    }
    if ground is None:
        return label(placed.x, placed.y, placed.name.text, css="fv-name", halo=EMPTY, **style)
    fill = PAPER if is_dark(ground) else INK
    return label(placed.x, placed.y, placed.name.text, fill=fill, css="fv-data", halo=ground, **style)


def _marker(point: MapPoint, x: float, y: float) -> list[str]:
    ground, ink = (PAPER, point.colour) if point.is_hollow else (point.colour, PAPER)
    rim = point.colour if point.is_hollow else PAPER
    disc = shape("circle", cx=x, cy=y, r=_MARKER, fill=ground, stroke=rim, stroke_width=1.1)
    if not point.letter:
        return [disc]
    return [disc, label(x, y + 2.5, point.letter, size=7, anchor="middle", weight=600, fill=ink, css="fv-letter")]
