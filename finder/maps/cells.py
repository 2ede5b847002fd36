"""Demand points as small squares: where people live inside a commune, and what their figure is there."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.maps.elements import ScriptLayer
from finder.maps.palettes import Scale

STEPS_PER_DEGREE: Final = 5_000
"""Places travel as whole steps of about 20 m: nobody sees less on squares of a kilometre."""

PEOPLE_LIMITS: Final = (2.0, 20.0)
"""Upper limits of small and middle squares, in people of the layer: an empty kilometre must not shout."""

_CODES: Final = np.array(list("0123456789-"))
"""One character per point on the way to the browser; the last stands for class -1, no value."""


def cell_layer(
    points: pd.DataFrame,
    values: "pd.Series[float]",
    *,
    people: "pd.Series[float]",
    scale: Scale,
    class_texts: Sequence[str] = (),
    empty_text: str = "",
) -> ScriptLayer:
    """Return the layer that shows every point as a square in the colour of its class.

    The browser paints them on tiles of canvas; 18,988 points are about 0.2 MB. Squares are about a kilometre wide, the
    smaller ones have fewer people.

    Parameters
    ----------
    points
        Index ``point_id``; columns ``lon``, ``lat`` (WGS84, degrees).
    values
        Figure by point, index ``point_id``; nan, or not in the index, is grey.
    people
        People by point, index ``point_id``; for the size of the square.
    scale
        Classes and colours, at most ten.
    class_texts
        One per class, shown when a square is pointed at; empty shows nothing. Shown as text, never read as HTML.
    empty_text
        Shown for a square without a value.
    """
    steps = np.rint(points[["lat", "lon"]].to_numpy(dtype=np.float64) * STEPS_PER_DEGREE).astype(np.int64)
    # Sorted along rows of the map, neighbours differ by small numbers.
    order = np.lexsort((steps[:, 1], steps[:, 0]))
    classes = scale.classes(values.reindex(points.index))[order]
    sizes = np.searchsorted(PEOPLE_LIMITS, people.reindex(points.index).to_numpy(dtype=np.float64), side="left")[order]
    options = {
        "steps": STEPS_PER_DEGREE,
        "lat": _differences(steps[order, 0]),
        "lon": _differences(steps[order, 1]),
        "classes": "".join(_CODES[classes]),
        "sizes": "".join(_CODES[sizes]),
        "colours": scale.colours,
        "texts": list(class_texts),
        "empty_text": empty_text,
    }
    return ScriptLayer("cells", options)


def _differences(steps: npt.NDArray[np.int64]) -> list[int]:
    return [int(step) for step in np.diff(steps, prepend=0)]
