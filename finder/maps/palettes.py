"""Colours by class: the same value has the same colour on every page, and the order survives colour blindness.

The sequential colours are seven steps of viridis (van der Walt and Smith, 2015, CC0), from light for near to dark for
far; the diverging ones go from blue over near white to brown and are only for change, centred on zero.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

NEAR_TO_FAR: Final = ("#f4e61e", "#9bd93c", "#4ac16d", "#1fa187", "#277f8e", "#3f4788", "#46085c")
LOSS_TO_GAIN: Final = ("#2c5f96", "#7fa6cb", "#e6e2d8", "#e0b184", "#c27c43", "#8f4a1c", "#5a2406")
KIND_COLOURS: Final = {
    "maternity": "#a3195b",
    "hospital": "#b3261e",
    "birth_centre": "#7b3fa0",
    "birth_lodge": "#7b3fa0",
    "prenatal_consultation": "#8a5a00",
    "child_consultation": "#0b6b62",
    "creche": "#1f5fa8",
    "childminder": "#1f5fa8",
    "drop_in_care": "#1f5fa8",
    "kindergarten_osm": "#4b5563",
}
"""Colour of a marker's ground; white letters on each have a contrast of at least 4.5 (tested)."""


@dataclass(frozen=True)
class Scale:
    """Classes of a figure: upper limits are inclusive and the last class is open.

    Attributes
    ----------
    limits
        Ascending upper limits of all classes but the last.
    colours
        One per class: ``len(limits) + 1``.
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]

    def classes(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the class of each value, shape as ``values``; -1 where there is no value (nan).

        Infinite minutes are in the last class: nobody gets there, which is farther than any limit.
        """
        value = np.asarray(values, dtype=np.float64)
        found: npt.NDArray[np.int64] = np.searchsorted(np.array(self.limits), value, side="left")
        found[np.isnan(value)] = -1
        return found


MINUTES: Final = Scale((5, 10, 15, 20, 30, 45), NEAR_TO_FAR)
SHARES: Final = Scale((0.10, 0.25, 0.50, 0.75, 0.90, 0.99), tuple(reversed(NEAR_TO_FAR)))
"""Of people within a limit, between 0 and 1: dark is few."""

CHANGE_MINUTES: Final = Scale((-5, -1, 1, 5, 10, 15), LOSS_TO_GAIN)
"""Minutes gained or lost: blue is a shorter way, brown a longer one, the middle is less than a minute."""
