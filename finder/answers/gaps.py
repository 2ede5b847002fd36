"""Where something is missing by demand point, gathered into named areas."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from finder.answers.atlas import Atlas
from finder.answers.children import SUPPLY_YEAR, children_at_points
from finder.answers.modelled import CENTRAL
from finder.answers.places_reach import DEFAULT_LIMIT_MIN, ReachQuestion
from finder.answers.point_definitions import DEFAULT_POINT_KEYS, POINTS_AGREE, JudgedPoints
from finder.answers.site_times import LONGEST_MIN, POINTS_YEAR, border_minutes
from finder.capacity.definitions import CROWDED
from finder.capacity.gap_areas import RANKED_BY, gap_areas
from finder.errors import ThresholdError
from finder.geo.network import Bool, Float32, Float64
from finder.geo.projection import to_lambert
from finder.units import Mode

GapRule = Literal["consultation", "places", "agreement"]

GAP_LIMITS_MIN: Final = (10, 15, 20, 30)
MOST: Final = 0.5
"""A point is a gap when it is one in at least this share of the draws."""

COUNTS: Final = ("children_0_2_5", "children_0_5")
MEANS: Final = ("reachable_per_100", "mean_holds_count")
"""What areas tell of their points beside what :func:`finder.capacity.gap_areas.gap_areas` does."""


@dataclass(frozen=True)
class GapQuestion:
    """What counts as a gap.

    Attributes
    ----------
    mode
        How parents travel to a consultation.
    limit_min
        Farther than this is far.
    year
        Children of 1 January of that year.
    rule
        ``consultation``: farther than the limit; ``places``: more children per reachable day-care place than
        ``children_per_place``; ``agreement``: at least ``at_least`` of the definitions ``keys`` hold.
    children_per_place
        Larger than 0.
    keys
        Definitions of points, of which it is always said how many hold.
    at_least
        How many must hold for the agreement.
    day_care_min
        Longest drive to a day-care place.
    """

    mode: Mode = "walk"
    limit_min: float = 20.0
    year: int = SUPPLY_YEAR
    rule: GapRule = "consultation"
    children_per_place: float = 3.0
    keys: tuple[str, ...] = DEFAULT_POINT_KEYS
    at_least: int = POINTS_AGREE
    day_care_min: float = DEFAULT_LIMIT_MIN

    @property
    def reach(self) -> ReachQuestion:
        """What counts as within reach of day care."""
        return ReachQuestion(limit_min=self.day_care_min, year=self.year)


@dataclass(frozen=True)
class Gaps:
    """Demand points where something is missing.

    Attributes
    ----------
    question
        What was asked.
    points
        Index ``point_id``: ``nis``, ``lon``, ``lat``, children, ``population``, ``minutes`` to a consultation (median
        of the draws; inf beyond the longest trip measured), ``reachable_per_100`` (day-care places, mean of the draws),
        ``mean_holds_count`` (definitions of the question that hold, mean of the draws), ``draw_share`` (of the draws in
        which it is a gap), ``is_gap`` (in at least half of them), ``touches_border`` (what lies beyond the border
        could change it) and ``name`` (nearest locality).
    areas
        From :func:`finder.capacity.gap_areas.gap_areas`, with ``reachable_per_100`` and ``mean_holds_count``, means
        over the children aged 0 to 5.
    children_draws
        Children aged 0 to 5 at gaps in each draw; their mean is the expected number. The central network is smoothed
        and has fewer.
    """

    question: GapQuestion
    points: pd.DataFrame
    areas: pd.DataFrame
    children_draws: "pd.Series[float]"


def find_gaps(atlas: Atlas, judged: JudgedPoints, question: GapQuestion) -> Gaps:
    """Find the demand points with children where something is missing, and gather them.

    Parameters
    ----------
    atlas
        The data.
    judged
        Of the same reach of day care and the same year.
    question
        What counts as a gap.

    Raises
    ------
    ThresholdError
        If the limit is not above 0, or beyond the longest trip measured.
    MeasureError
        If a definition was not judged.
    """
    if not 0 < question.limit_min <= LONGEST_MIN[question.mode]:
        raise ThresholdError(
            f"A limit of {question.limit_min:g} min: choose one above 0 and up to {LONGEST_MIN[question.mode]:g}."
        )
    counted = atlas.demand(POINTS_YEAR)
    points = counted[["nis", "lon", "lat", "population"]].assign(
        **{column: children_at_points(atlas, question.year, column) for column in COUNTS}
    )
    served = ~counted["nis"].map(atlas.communes["is_german_community"]).astype(bool)
    together = judged.together(question.keys, at_least=question.at_least)
    minutes = judged.consultations[question.mode].minutes[:, CENTRAL + 1 :]
    if question.rule == "agreement":
        holds = together.agreement.holds
    elif question.rule == "places":
        crowded = replace(CROWDED, threshold=100 / question.children_per_place)
        holds = crowded.holds_for(judged.places.per_100[:, CENTRAL + 1 :])
    else:
        holds = minutes > np.float32(question.limit_min)
    points["minutes"] = _upper_median(minutes)
    points["reachable_per_100"] = judged.places.per_100[:, CENTRAL + 1 :].mean(axis=1, dtype=np.float64)
    points["mean_holds_count"] = together.mean_holds_count()
    points["draw_share"] = holds.mean(axis=1)
    points["is_gap"] = (points["draw_share"] >= MOST) & (points[RANKED_BY] > 0) & served
    points["touches_border"] = _touches_border(atlas, judged, question, points["minutes"].to_numpy())
    points["name"] = nearest_locality(atlas)
    areas = gap_areas(
        points,
        points["is_gap"],
        points["name"],
        minutes=points["minutes"],
        draw_share=points["draw_share"],
        touches_border=points["touches_border"],
    )
    at_gaps = pd.Series(points[RANKED_BY].to_numpy() @ holds, name=RANKED_BY)
    return Gaps(question, points, areas.join(_means(points, areas)), at_gaps)


def _touches_border(atlas: Atlas, judged: JudgedPoints, question: GapQuestion, minutes: Float64) -> Bool:
    nearer: Bool = border_minutes(atlas, question.mode) < minutes
    if question.rule == "consultation":
        return nearer
    # Of an agreement either may decide.
    return judged.places.touches_border if question.rule == "places" else judged.places.touches_border | nearer


def _means(points: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    # Every gap has children, so no weight is 0.
    area = areas["point_ids"].explode()
    inside = points.loc[area]
    weight = inside[RANKED_BY].set_axis(area.index)
    total = weight.groupby(level=0).sum()
    means = {name: (inside[name].set_axis(area.index) * weight).groupby(level=0).sum() / total for name in MEANS}
    return pd.DataFrame(means, dtype=np.float64)


def _upper_median(draws: Float32) -> npt.NDArray[np.float64]:
    # The larger of the two middle draws: it is above a limit exactly where at least half of the draws are.
    middle = draws.shape[1] // 2
    return np.partition(draws, middle, axis=1)[:, middle].astype(np.float64)


def nearest_locality(atlas: Atlas) -> "pd.Series[str]":
    """Return the name of the locality nearest to each demand point, in a straight line; index ``point_id``."""
    points = atlas.demand(POINTS_YEAR)
    localities = atlas.localities
    x, y = to_lambert(points["lon"], points["lat"])
    tree = cKDTree(np.column_stack([localities.geometry.x, localities.geometry.y]))
    rows = tree.query(np.column_stack([x, y]))[1]
    return pd.Series(localities["name"].to_numpy()[rows], index=points.index)
