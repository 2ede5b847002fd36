"""Where one could give birth around a place: minutes to a maternity beside the recommendation, and the conditions.

Conditions and recommendations only, never a verdict on a person: the midwife decides with the parents.
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.nearest import NearestAnswer, Origin, nearest_answer
from finder.answers.notes import is_moved
from finder.answers.supply import supply_on
from finder.errors import RuleError
from finder.geo.nearest import nearest_services
from finder.geo.network import Float64
from finder.geo.projection import to_lambert

METHOD_VERSION: Final = "birth rules 1"

Within = Literal["under_20", "20_to_30", "over_30", "unknown"]

LOW_RULE: Final = "home_birth_near_maternity_low_min"
HIGH_RULE: Final = "home_birth_near_maternity_high_min"
CONDITION_TOPICS: Final = ("condition", "recommendation")
PLACE_KINDS: Final = ("birth_centre", "birth_lodge")
SAME_CONDITIONS: Final = {"birth_centre": "home_birth"}
"""A birth centre asks what a home birth asks (perinatal guide of Brussels, 2025)."""

GONE_STATUSES: Final = ("closed", "suspended", "moved")

PLACES_COUNT: Final = 2
"""Birth centres, and lodges, that are shown: the nearest ones."""

CAR_TIME_ERROR_SHARE: Final = 0.1
"""Margin of a car time: the held-out pairs of ``docs/car_speeds.md`` are off by 3 to 7 % on average, without jams."""

LOCAL_MIN_PER_KM: Final = 2.0
"""Minutes by which one kilometre of doubt about the origin can change a trip: local roads at 30 km/h."""


@dataclass(frozen=True)
class BirthRules:
    """What the rules of the guides need to know of one place.

    Attributes
    ----------
    origin, day
        The question.
    minutes
        By car, without traffic jams, to ``maternity``; inf where there is none.
    within
        How ``minutes`` lie beside the recommendation of 20 to 30 minutes, both limits included. "unknown" where the
        place is off the roads, no maternity is known on that day, or one that has moved and is not located yet may
        be near enough to change the answer.
    low_min, high_min
        The limits of the recommendation, as the table of rules gives them.
    margin_min
        How far off the minutes may be: a tenth, and the doubt about where the origin is.
    is_close_call
        Whether a limit lies within the margin.
    maternity
        Nearest maternity open on the day whose place is known (columns of :class:`NearestAnswer.found`), or None.
        ``status_flag`` says how far its status of today can be trusted.
    moved
        Maternities not farther than it whose new place is not located yet: minutes lead to the OLD site.
    unlocated
        Open maternities whose position is not known at all.
    gone
        Maternities closer in a straight line than ``maternity`` that are closed, suspended or moved on the day.
    border_min
        Minutes to the nearest crossing of the limit of Wallonia and Brussels: beyond, maternities are not in our data.
    is_border_nearer
        Whether that crossing is nearer than ``maternity``.
    conditions
        Rule ids of the conditions and recommendations by kind.
    places
        For birth centres and lodges, those with a known place nearest first, and those without (``unlocated``).
    """

    origin: Origin
    day: datetime.date
    minutes: float
    within: Within
    low_min: float
    high_min: float
    margin_min: float
    is_close_call: bool
    maternity: "pd.Series[Any] | None"
    moved: pd.DataFrame
    unlocated: pd.DataFrame
    gone: pd.DataFrame
    border_min: float
    is_border_nearer: bool
    conditions: Mapping[str, tuple[str, ...]]
    places: Mapping[str, NearestAnswer]


def birth_rules(atlas: Atlas, origin: Origin, *, rules: pd.DataFrame, day: datetime.date) -> BirthRules:
    """Return the minutes to the nearest maternity on ``day`` beside the recommendation, and the other conditions.

    Parameters
    ----------
    atlas
        The data.
    origin
        Where the family lives.
    rules
        Schema :data:`finder.tables.LIFELINE_RULES`, index ``rule_id``.
    day
        Day of the birth, expected or real: maternities open on that day count.

    Raises
    ------
    RuleError
        If the table of rules lacks the two limits of the recommendation.
    """
    low_min, high_min = recommended_minutes(rules)
    supply = supply_on(atlas, "maternity", day)
    # One more than those that may have to be set aside.
    count = int(is_moved(supply.located).sum()) + 1
    nearest = nearest_answer(atlas, origin, kind="maternity", mode="car", day=day, count=count)
    at_old_site = is_moved(nearest.found).to_numpy()
    placed = nearest.found[~at_old_site]
    maternity = placed.iloc[0] if len(placed) else None
    minutes = math.inf if maternity is None else float(maternity["minutes"])
    moved = nearest.found[at_old_site & (nearest.found["minutes"] <= minutes).to_numpy()]
    margin_min = _margin_min(minutes, origin)
    border_min = _border_min(atlas, origin)
    return BirthRules(
        origin=origin,
        day=day,
        minutes=minutes,
        within=_within(minutes, moved["minutes"].tolist(), low_min=low_min, high_min=high_min),
        low_min=low_min,
        high_min=high_min,
        margin_min=margin_min,
        is_close_call=any(abs(minutes - limit) <= margin_min for limit in (low_min, high_min)),
        maternity=maternity,
        moved=moved,
        unlocated=nearest.unlocated,
        gone=_gone(supply.not_open, origin, maternity),
        border_min=border_min,
        is_border_nearer=border_min < minutes,
        conditions=conditions(rules),
        places={
            kind: nearest_answer(atlas, origin, kind=kind, mode="car", day=day, count=PLACES_COUNT)
            for kind in PLACE_KINDS
        },
    )


def recommended_minutes(rules: pd.DataFrame) -> tuple[float, float]:
    """Return the two limits of the recommendation, minutes by car to a maternity.

    Raises
    ------
    RuleError
        If a limit is missing or no number, or they are not in order.
    """
    values = rules["value"]
    missing = [rule for rule in (LOW_RULE, HIGH_RULE) if rule not in values.index]
    if missing:
        raise RuleError(f"The table of rules lacks {', '.join(missing)}: restore them in data/lifeline/rules.csv.")
    low, high = pd.to_numeric(values.loc[[LOW_RULE, HIGH_RULE]], errors="coerce")
    if not 0 < low <= high:
        raise RuleError(f"The rules {LOW_RULE} and {HIGH_RULE} need minutes in order, not {low} and {high}.")
    return float(low), float(high)


def conditions(rules: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the ids of conditions and recommendations by kind, in the order of the table.

    A birth centre asks what a home birth asks: those rules follow its own.
    """
    asked = rules[rules["topic"].isin(CONDITION_TOPICS)]
    by_kind = {str(kind): tuple(rows) for kind, rows in asked.groupby("kind", sort=False).groups.items()}
    extended = {kind: by_kind.get(kind, ()) + by_kind.get(other, ()) for kind, other in SAME_CONDITIONS.items()}
    return by_kind | extended


def _within(minutes: float, moved_min: list[float], *, low_min: float, high_min: float) -> Within:
    own = _rank(minutes, low_min, high_min)
    if any(_rank(other, low_min, high_min) < own for other in moved_min):
        return "unknown"
    classes: tuple[Within, ...] = ("under_20", "20_to_30", "over_30", "unknown")
    return classes[own]


def _rank(minutes: float, low_min: float, high_min: float) -> int:
    if math.isinf(minutes):
        return 3
    return 0 if minutes <= low_min else 1 if minutes <= high_min else 2


def _margin_min(minutes: float, origin: Origin) -> float:
    if math.isinf(minutes):
        return 0.0
    return CAR_TIME_ERROR_SHARE * minutes + LOCAL_MIN_PER_KM * origin.uncertainty_m / 1000


def _border_min(atlas: Atlas, origin: Origin) -> float:
    roads = atlas.roads("car")
    minutes, _ = nearest_services(roads.graph, roads.snap(origin.lon, origin.lat), roads.border, k=1)
    return float(minutes[0, 0])


def _gone(not_open: pd.DataFrame, origin: Origin, maternity: "pd.Series[Any] | None") -> pd.DataFrame:
    lost = not_open[not_open["status"].isin(GONE_STATUSES) & not_open["lon"].notna()]
    lost = lost.assign(straight_km=_straight_km(origin, lost))
    if maternity is not None:
        lost = lost[lost["straight_km"] < _straight_km(origin, maternity.to_frame().T)[0]]
    return lost.sort_values("straight_km")


def _straight_km(origin: Origin, services: pd.DataFrame) -> Float64:
    x_m, y_m = to_lambert(services["lon"].astype(float), services["lat"].astype(float))
    from_x_m, from_y_m = to_lambert(origin.lon, origin.lat)
    distance_km: Float64 = np.hypot(x_m - from_x_m, y_m - from_y_m) / 1000
    return distance_km
