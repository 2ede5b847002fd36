"""Where children are far from a consultation: demand points, gathered into named areas."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from finder.answers.atlas import Atlas
from finder.answers.children import SUPPLY_YEAR, children_at_points
from finder.answers.consultation_reach import ConsultationReach
from finder.answers.modelled import CENTRAL
from finder.answers.site_times import LONGEST_MIN, POINTS_YEAR, border_minutes
from finder.capacity.gap_areas import gap_areas
from finder.errors import ThresholdError
from finder.geo.network import Float32
from finder.geo.projection import to_lambert
from finder.units import Mode

GAP_LIMITS_MIN: Final = (10, 15, 20, 30)
MOST: Final = 0.5
"""A point counts as far when it is so in at least this share of the draws."""

COUNTS: Final = ("children_0_2_5", "children_0_5")


@dataclass(frozen=True)
class GapQuestion:
    """What counts as far.

    Attributes
    ----------
    mode
        How parents travel to a consultation.
    limit_min
        Farther than this is far.
    year
        Children of 1 January of that year.
    """

    mode: Mode = "walk"
    limit_min: float = 20.0
    year: int = SUPPLY_YEAR


@dataclass(frozen=True)
class Gaps:
    """Demand points far from a consultation.

    Attributes
    ----------
    question
        What was asked.
    points
        Index ``point_id``: ``nis``, ``lon``, ``lat``, children, ``population``, ``minutes`` (median of the draws; inf
        beyond the longest trip measured), ``draw_share`` (of the draws in which it is farther), ``is_gap`` (in at
        least half of them), ``touches_border`` (the border is nearer than the consultation) and ``name`` (nearest
        locality).
    areas
        From :func:`finder.capacity.gap_areas.gap_areas`.
    children_draws
        Children aged 0 to 5 farther than the limit in each draw; their mean is the expected number. The central network
        is smoothed and has fewer.
    """

    question: GapQuestion
    points: pd.DataFrame
    areas: pd.DataFrame
    children_draws: "pd.Series[float]"


def find_gaps(atlas: Atlas, reach: ConsultationReach, question: GapQuestion) -> Gaps:
    """Find the demand points with children farther from a consultation than the limit, and gather them.

    Raises
    ------
    ThresholdError
        If the limit is not above 0, or beyond the longest trip measured.
    """
    if not 0 < question.limit_min <= LONGEST_MIN[question.mode]:
        raise ThresholdError(
            f"A limit of {question.limit_min:g} min: choose one above 0 and up to {LONGEST_MIN[question.mode]:g}."
        )
    counted = atlas.demand(POINTS_YEAR)
    points = counted[["nis", "lon", "lat", "population"]].assign(
        **{column: children_at_points(atlas, question.year, column) for column in COUNTS}
    )
    draws = reach.minutes[:, CENTRAL + 1 :]
    is_beyond = draws > np.float32(question.limit_min)
    served = ~counted["nis"].map(atlas.communes["is_german_community"]).astype(bool)
    points["minutes"] = _upper_median(draws)
    points["draw_share"] = is_beyond.mean(axis=1)
    points["is_gap"] = (points["draw_share"] >= MOST) & (points["children_0_5"] > 0) & served
    points["touches_border"] = border_minutes(atlas, question.mode) < points["minutes"].to_numpy()
    points["name"] = nearest_locality(atlas)
    areas = gap_areas(
        points,
        points["is_gap"],
        points["name"],
        minutes=points["minutes"],
        draw_share=points["draw_share"],
        touches_border=points["touches_border"],
    )
    beyond = pd.Series(points["children_0_5"].to_numpy() @ is_beyond, name="children_0_5")
    return Gaps(question, points, areas, beyond)


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
