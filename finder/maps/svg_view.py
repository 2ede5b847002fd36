"""Which part of the country a printed map shows, how metres become points of the drawing, and the bar that says so."""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.maps.svg_elements import INK, PAPER, label, number, shape
from finder.maps.svg_labels import Box
from finder.maps.svg_text import text_width

SIMPLIFY_POINTS: Final = 0.7
"""Lines are simplified by less than a point of the drawing, all together, so that neighbours still touch."""


@dataclass(frozen=True)
class View:
    """The part of the country a map shows and how it becomes points of the drawing."""

    left_m: float
    top_m: float
    metres_per_point: float
    width: float
    height: float

    @classmethod
    def around(cls, zones: gpd.GeoDataFrame, *, width: float, height: float) -> "View":
        """Return the view that shows all of the zones (EPSG:3812) with a little room round them."""
        left, bottom, right, top = (float(v) for v in zones.total_bounds)
        metres = 1.08 * max((right - left) / width, (top - bottom) / height, 1.0)
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        return cls(middle_x - metres * width / 2, middle_y + metres * height / 2, metres, width, height)

    @property
    def window(self) -> Any:  # noqa: ANN401
        """What the map shows, as a rectangle in EPSG:3812."""
        right, bottom = (
            self.left_m + self.width * self.metres_per_point,
            self.top_m - self.height * self.metres_per_point,
        )
        return shapely.box(self.left_m, bottom, right, self.top_m)

    def shapes(self, outlines: gpd.GeoSeries) -> "pd.Series[Any]":
        """Return outlines simplified together, cut by the window, in drawing coordinates; specks are left out."""
        simple = shapely.coverage_simplify(outlines.to_numpy(), SIMPLIFY_POINTS * self.metres_per_point)
        cut = shapely.intersection(shapely.make_valid(simple), self.window)
        moved = self.moved(cut)
        drawn = shapely.area(moved) > 0.05
        return pd.Series(moved[drawn], index=outlines.index[drawn])

    def moved(self, geometry: Any) -> Any:  # noqa: ANN401
        """Return a geometry, or an array of them, of EPSG:3812 in drawing coordinates."""
        return shapely.transform(geometry, self._to_drawing)

    def _to_drawing(self, coordinates: Any) -> Any:  # noqa: ANN401
        return np.column_stack(
            [
                (coordinates[:, 0] - self.left_m) / self.metres_per_point,
                (self.top_m - coordinates[:, 1]) / self.metres_per_point,
            ]
        )

    def place(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return a point of EPSG:3812 in drawing coordinates."""
        return (x_m - self.left_m) / self.metres_per_point, (self.top_m - y_m) / self.metres_per_point

    def holds(self, place: tuple[float, float], *, margin: float) -> bool:
        """Return whether a place of the drawing is inside the frame, ``margin`` points from its edge."""
        return all(margin <= at <= size - margin for at, size in zip(place, (self.width, self.height), strict=True))


@dataclass(frozen=True)
class ScaleBar:
    """A bar of 1, 2 or 5 times a power of ten, at most a quarter of the map, in its lower left corner."""

    text: str
    length: float
    y: float

    @classmethod
    def fitting(cls, view: View) -> "ScaleBar":
        """Return the longest bar with a round length that fits."""
        longest_m = view.width * view.metres_per_point / 4
        power = 10 ** np.floor(np.log10(longest_m))
        length_m = max(step * power for step in (1, 2, 5) if step * power <= longest_m)
        text = f"{number(length_m / 1000)}\u00a0km" if length_m >= 1000 else f"{number(length_m)}\u00a0m"
        return cls(text, float(length_m / view.metres_per_point), view.height - 9)

    @property
    def box(self) -> Box:
        """The room it takes."""
        return 4.0, self.y - 8.5, 14 + self.length + text_width(self.text, 7.5), self.y + 6

    def parts(self) -> list[str]:
        """Return the elements to draw."""
        left, top, right, bottom = self.box
        ground = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rx": 2}
        data = f"M9 {number(self.y - 3.5)}V{number(self.y)}H{number(9 + self.length)}V{number(self.y - 3.5)}"
        return [
            shape("rect", **ground, fill=PAPER, fill_opacity=0.82, css="fv-paper"),
            shape("path", d=data, fill="none", stroke=INK, stroke_width=0.9, css="fv-stroke"),
            label(12 + self.length, self.y + 0.6, self.text, size=7.5, fill=INK),
        ]
