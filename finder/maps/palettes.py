"""Colours by class: the same value has the same colour on every page, and the order survives colour blindness.

The sequential colours are seven steps of viridis (van der Walt and Smith, 2015, CC0), from light for good to dark for
bad: near to far, many places to few, few children per place to many. The diverging ones go from blue over near white
to brown and are only for change, centred on zero. ``docs/maps.md`` lists the scales and why they have these limits.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

NEAR_TO_FAR: Final = ("#f4e61e", "#9bd93c", "#4ac16d", "#1fa187", "#277f8e", "#3f4788", "#46085c")
LOSS_TO_GAIN: Final = ("#2c5f96", "#7fa6cb", "#e6e2d8", "#e0b184", "#c27c43", "#8f4a1c", "#5a2406")
FEW_TO_MANY: Final = tuple(reversed(NEAR_TO_FAR))
FEWER_TO_MORE: Final = ("#2c5f96", "#7fa6cb", "#bdd1e3", "#e6e2d8", "#e0b184", "#c27c43", "#8f4a1c")
"""Diverging, as many steps to each side."""

QUIET: Final = LOSS_TO_GAIN[2]
"""No definition holds, or no change: maps on the screen and the legend let it step back into the ground."""

NONE_TO_ALL: Final = (QUIET, *NEAR_TO_FAR[1:])
KIND_COLOURS: Final = {
    "maternity": "#a3195b",
    "technical_platform": "#a3195b",
    "hospital": "#b3261e",
    "emergency": "#b3261e",
    "birth_centre": "#7b3fa0",
    "birth_lodge": "#7b3fa0",
    "home_birth": "#7b3fa0",
    "prenatal_consultation": "#8a5a00",
    "midwife": "#8a5a00",
    "general_practitioner": "#8a5a00",
    "gynaecologist": "#8a5a00",
    "perinatal_physiotherapist": "#8a5a00",
    "paediatrician": "#8a5a00",
    "medical_house": "#8a5a00",
    "family_planning": "#8a5a00",
    "child_consultation": "#0b6b62",
    "home_visit": "#0b6b62",
    "kind_en_gezin": "#0b6b62",
    "huis_van_het_kind": "#0b6b62",
    "school_health": "#0b6b62",
    "creche": "#1f5fa8",
    "childminder": "#1f5fa8",
    "drop_in_care": "#1f5fa8",
    "saspe": "#1f5fa8",
    "sick_child_care": "#1f5fa8",
    "crisis_care": "#1f5fa8",
    "perinatal_support": "#9a3f12",
    "community_perinatal": "#9a3f12",
    "kraamzorg": "#9a3f12",
    "family_volunteers": "#9a3f12",
    "parent_child_meeting": "#9a3f12",
    "single_parents": "#9a3f12",
    "lending_place": "#9a3f12",
    "donation_place": "#9a3f12",
    "after_school": "#3a6a1f",
    "homework_support": "#3a6a1f",
    "holiday_care": "#3a6a1f",
    "mental_health": "#5b4bb5",
    "parents_baby_unit": "#5b4bb5",
    "perinatal_mobile_team": "#5b4bb5",
    "sheltered_housing": "#5b4bb5",
    "addiction_support": "#5b4bb5",
    "bereavement": "#5b4bb5",
    "kindergarten_osm": "#4b5563",
    "caw": "#4b5563",
    "family_allowance": "#4b5563",
    "sos_enfants": "#4b5563",
    "adoption": "#4b5563",
    "foster_care": "#4b5563",
    "one_administration": "#4b5563",
    "admin_steps": "#4b5563",
}
"""Colour of a marker's ground, one for each sort of kinds; white letters on it have a contrast of at least 4.5."""


@dataclass(frozen=True)
class Scale:
    """Classes of a figure; the last one is open.

    Attributes
    ----------
    limits
        Ascending limits between the classes.
    colours
        One per class: ``len(limits) + 1``.
    limit_in
        Which class a value on a limit belongs to: the one ``below`` it (30 minutes is within 30), or the one ``above``
        it (33 places per 100 children meet a target of 33).
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    limit_in: Literal["below", "above"] = "below"

    def classes(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the class of each value, shape as ``values``; -1 where there is no value (nan).

        Infinite minutes are in the last class: nobody gets there, which is farther than any limit.
        """
        value = np.asarray(values, dtype=np.float64)
        found: npt.NDArray[np.int64] = np.searchsorted(
            np.array(self.limits), value, side="left" if self.limit_in == "below" else "right"
        )
        found[np.isnan(value)] = -1
        return found


MINUTES: Final = Scale((5, 10, 15, 20, 30, 45), NEAR_TO_FAR)
SHARES: Final = Scale((0.10, 0.25, 0.50, 0.75, 0.90, 0.99), tuple(reversed(NEAR_TO_FAR)))
"""Of people within a limit, between 0 and 1: dark is few."""

COVERAGE_PCT: Final = Scale((10, 20, 33, 45, 60, 80), FEW_TO_MANY, "above")
"""Places per 100 children of a commune. 33 is the target of 2002 and of the agreement of 2022, 45 that of 2030."""

PER_100: Final = Scale(COVERAGE_PCT.limits, COVERAGE_PCT.colours, "above")
"""Places per 100 children within reach: limits and colours of the coverage rate, so that the two can be compared."""

CHILDREN_PER_PLACE: Final = Scale((1.25, 1.7, 2.2, 3, 5, 10), NEAR_TO_FAR)
"""The same limits turned round; more than three children per place is the published definition of a desert."""

AGREEMENT: Final = Scale((0, 1, 2, 3, 4, 5), NONE_TO_ALL)
"""How many definitions call an area underserved: none is quiet, six or more is darkest."""

DRAW_SHARE: Final = Scale((0.05, 0.20, 0.40, 0.60, 0.80, 0.95), NONE_TO_ALL)
"""In which share of the draws of a model something holds, between 0 and 1: hardly ever is quiet, nearly always dark."""

COUNTS: Final = Scale((10, 30, 100, 300, 1000, 3000), NEAR_TO_FAR)
"""Children concerned or places missing: each class is about three times the one before."""

CHANGE_MINUTES: Final = Scale((-5, -1, 1, 5, 10, 15), LOSS_TO_GAIN)
"""Minutes gained or lost: blue is a shorter way, brown a longer one, the middle is less than a minute."""

CHANGE_PCT: Final = Scale((-10, -5, -1, 1, 5, 10), FEWER_TO_MORE)
"""Children more or fewer than today, percent: blue is fewer, brown is more, the middle is less than one percent."""

GAP_PER_100: Final = Scale((-20, -10, -2, 2, 10, 20), FEWER_TO_MORE)
"""Places missing per 100 children: blue is more places than needed, brown is too few."""

CHANGE_PER_100: Final = Scale((-5, -2, -0.5, 0.5, 2, 5), tuple(reversed(FEWER_TO_MORE)))
"""Places within reach gained or lost per 100 children: as for minutes, blue is better and brown is worse."""
