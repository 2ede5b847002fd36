"""A small printed map of one place: roads, the way to a service, where one starts and where one may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from finder.errors import CrsError
from finder.maps.svg_elements import HAIRLINE, INK, PAPER, Drawing, drawing, label, path_data, shape
from finder.maps.svg_labels import Name, place_names
from finder.maps.svg_view import ScaleBar, View
from finder.units import LAMBERT_2008

LEAST_WIDTH_M: Final = 1_500.0
_LINE: Final[Mapping[str, float]] = {"motorway": 2.2, "trunk": 2.0, "primary": 1.6, "secondary": 1.2, "tertiary": 0.9}
_STREET: Final = 0.55
"""Line widths in points; every other class is a street."""
_MARKER: Final = 6.0


@dataclass(frozen=True)
class PlaceMark:
    """A service to mark with its number in the list; EPSG:3812."""

    x_m: float
    y_m: float
    colour: str
    number: int


def place_map_svg(
    origin: tuple[float, float],
    marks: Sequence[PlaceMark],
    *,
    roads: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    way: Any | None = None,  # noqa: ANN401 - shapely's types are not exported
    width: float = 300.0,
    height: float = 210.0,
) -> Drawing:
    """Return a map that shows the origin and all marks.

    Parameters
    ----------
    origin
        x and y in EPSG:3812.
    marks
        Services; numbers near each other may overlap, the lower number is drawn last.
    roads
        Lines with ``road_class``, EPSG:3812; those outside the view are left out.
    communes
        Polygons, EPSG:3812: their limits are drawn.
    towns
        Points with ``name``, the most important first, EPSG:3812.
    way
        Line of the fastest way to the first service, EPSG:3812; None draws none.
    width, height
        In points.

    Raises
    ------
    CrsError
        If a frame is not in EPSG:3812.
    """
    for frame in (roads, communes, towns):
        if frame.crs is None or frame.crs.to_epsg() != int(LAMBERT_2008.removeprefix("EPSG:")):
            raise CrsError(f"A frame to draw is in {frame.crs}: bring it to {LAMBERT_2008} with to_crs first.")
    points = np.array([origin, *((mark.x_m, mark.y_m) for mark in marks)])
    view = _view(points, width=width, height=height)
    parts = [shape("rect", x=0, y=0, width=width, height=height, fill="#faf8f3", css="fv-land")]
    parts += _limits(communes, view)
    parts += _roads(roads, view)
    if way is not None:
        data = _line_data(way, view)
        parts.append(shape("path", d=data, fill="none", stroke=PAPER, stroke_width=4, stroke_linejoin="round"))
        parts.append(shape("path", d=data, fill="none", stroke="#0a5aa8", stroke_width=2.2, stroke_linejoin="round"))
    places = [view.place(x, y) for x, y in points]
    bar = ScaleBar.fitting(view)
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in places] + [bar.box]
    parts += _towns(towns, view, taken)
    parts += [part for mark, at in reversed(list(zip(marks, places[1:], strict=True))) for part in _mark(mark, *at)]
    parts += _start(*places[0])
    parts += bar.parts()
    edge = {"x": 0.25, "y": 0.25, "width": width - 0.5, "height": height - 0.5}
    parts.append(shape("rect", **edge, fill="none", stroke=HAIRLINE, stroke_width=0.5, css="fv-line"))
    return drawing(parts, width=width, height=height)


def _view(points: np.ndarray, *, width: float, height: float) -> View:
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    # Room for the discs round the outermost points.
    across = max(high[0] - low[0], LEAST_WIDTH_M) / (width - 4 * _MARKER)
    metres = max(across, (high[1] - low[1]) / (height - 4 * _MARKER))
    return View(middle[0] - metres * width / 2, middle[1] + metres * height / 2, metres, width, height)


def _line_data(line: Any, view: View) -> str:  # noqa: ANN401
    simple = shapely.simplify(shapely.intersection(line, view.window), 0.5 * view.metres_per_point)
    return path_data(view.moved(simple))


def _limits(communes: gpd.GeoDataFrame, view: View) -> list[str]:
    near = communes.geometry[shapely.intersects(communes.geometry.to_numpy(), view.window)]
    lines = [_line_data(outline, view) for outline in shapely.boundary(near.to_numpy())]
    return [
        shape("path", d=data, fill="none", stroke=HAIRLINE, stroke_width=0.7, stroke_dasharray="3 2", css="fv-line")
        for data in lines
        if data
    ]


def _roads(roads: gpd.GeoDataFrame, view: View) -> list[str]:
    found = roads.iloc[roads.sindex.query(view.window)]
    drawn = []
    for wide, lines in sorted(found.geometry.groupby(found["road_class"].map(_LINE).fillna(_STREET))):
        line: dict[str, Any] = {"fill": "none", "stroke_linejoin": "round", "stroke_linecap": "round"}
        line["d"] = _line_data(shapely.multilinestrings(lines.to_numpy()), view)
        colour = "#d9c9a3" if wide > _STREET else "#e6e0d3"
        drawn.append(shape("path", stroke=colour, stroke_width=float(wide), css="fv-road", **line))
    return drawn


def _towns(towns: gpd.GeoDataFrame, view: View, taken: list[tuple[float, float, float, float]]) -> list[str]:
    near = towns.iloc[np.sort(towns.sindex.query(view.window))].head(40)
    names = []
    for name, point in zip(near["name"], near.geometry, strict=True):
        x, y = view.place(point.x, point.y)
        names.append(Name(str(name), x, y, 7.4, view.width, False))
    frame = (3.0, 3.0, view.width - 3, view.height - 3)
    return [
        label(placed.x, placed.y, placed.name.text, size=7.4, anchor="middle", halo="#faf8f3", css="fv-name")
        for placed in place_names(names, frame=frame, taken=taken)
    ]


def _mark(mark: PlaceMark, x: float, y: float) -> list[str]:
    disc = shape("circle", cx=x, cy=y, r=_MARKER, fill=mark.colour, stroke=PAPER, stroke_width=1.2)
    text: dict[str, Any] = {"size": 7.4, "anchor": "middle", "weight": 600, "fill": PAPER, "css": "fv-letter"}
    return [disc, label(x, y + 2.6, str(mark.number), **text)]


def _start(x: float, y: float) -> list[str]:
    pin = f"M{x:.1f} {y:.1f}l-5 -8a6 6 0 1 1 10 0z"
    return [
        shape("path", d=pin, fill="#c2255c", stroke=PAPER, stroke_width=1.1),
        shape("circle", cx=x, cy=y - 11, r=2, fill=PAPER, stroke=INK, stroke_width=0),
    ]
