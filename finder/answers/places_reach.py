"""Day-care places within reach, per 100 children who compete for them, in every draw of the modelled network."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import SUPPLY_YEAR, children_at_points
from finder.answers.consultation_reach import per_commune
from finder.answers.intervals import interval_of
from finder.answers.site_times import POINTS_YEAR, border_minutes, site_times
from finder.capacity.accessibility import METHOD_VERSION, Catchments, floating_catchment_draws, prepare_catchments
from finder.capacity.impedance import Gaussian
from finder.geo.network import Bool, Float32
from finder.units import Mode

LIMITS_MIN: Final = (10, 15, 20, 30)
DEFAULT_LIMIT_MIN: Final = 15
"""England's statistics office counts places within a drive of 15 minutes; methods.md."""


@dataclass(frozen=True)
class ReachQuestion:
    """How far families go for day care.

    Attributes
    ----------
    mode
        Travel mode.
    limit_min
        Longest trip, inclusive.
    year
        Children of 1 January of that year, see :data:`finder.answers.children.DEMAND_YEARS`.
    """

    mode: Mode = "car"
    limit_min: float = DEFAULT_LIMIT_MIN
    year: int = SUPPLY_YEAR


@dataclass(frozen=True)
class PlacesReach:
    """Places within reach per 100 children aged 0 to 2.5.

    Attributes
    ----------
    question
        What was asked.
    children
        Children aged 0 to 2.5 by demand point; 0 in the German-speaking communes, which ONE does not serve.
    per_100
        Shape (n_points, n_draws + 1); column 0 is the central network.
    touches_border
        Shape (n_points,): the outer limit of the area, beyond which places and children are unknown, is within the
        limit.
    empty_site_count
        Sites with places in the central network that no child can reach: they count 0.
    method
        Version of the measure.
    """

    question: ReachQuestion
    children: "pd.Series[float]"
    per_100: Float32
    touches_border: Bool
    empty_site_count: int
    method: str = METHOD_VERSION

    def by_commune(self, atlas: Atlas) -> pd.DataFrame:
        """Return the mean over the children of each commune, one column per draw (0 central); nan without children."""
        people = self.children.groupby(atlas.demand(POINTS_YEAR)["nis"]).sum()
        return per_commune(atlas, self.per_100 * self.children.to_numpy()[:, None], people)

    def table(self, atlas: Atlas) -> pd.DataFrame:
        """Return the mean of each commune that ONE serves with its interval, its children and its border share."""
        served = atlas.communes.index[~atlas.communes["is_german_community"]]
        means = interval_of(self.by_commune(atlas).loc[served]).rename(columns={"value": "reachable_per_100"})
        people = self.children.groupby(atlas.demand(POINTS_YEAR)["nis"]).sum()
        return means.assign(children_0_2_5=people, border_share=self.border_share(atlas))

    def border_share(self, atlas: Atlas) -> "pd.Series[float]":
        """Return the share of each commune's children whose catchment reaches the border; nan without children."""
        people = self.children.groupby(atlas.demand(POINTS_YEAR)["nis"]).sum()
        touching = (self.children.to_numpy() * self.touches_border)[:, None]
        share: pd.Series[float] = per_commune(atlas, touching, people)[0]
        return share


def measure_places(atlas: Atlas, question: ReachQuestion) -> PlacesReach:
    """Share the modelled places out among the children who can reach them (E2SFCA, Gaussian).

    See ``docs/accessibility.md``; the weight falls to 0.01 at the limit.

    Raises
    ------
    ThresholdError
        If the limit is not above 0, or beyond :data:`finder.answers.site_times.LONGEST_MIN`.
    """
    children = children_at_points(atlas, question.year, "children_0_2_5")
    impedance = Gaussian.falling_to(limit_min=question.limit_min)
    catchments = prepare_catchments(site_times(atlas, question.mode), children, impedance=impedance)
    places = atlas.modelled.places_total
    scores = floating_catchment_draws(catchments, places)
    return PlacesReach(
        question=question,
        children=children,
        per_100=(100.0 * scores).astype(np.float32),
        touches_border=border_minutes(atlas, question.mode) <= question.limit_min,
        empty_site_count=_empty_count(catchments, places),
    )


def _empty_count(catchments: Catchments, places: np.ndarray) -> int:
    return int(np.count_nonzero(catchments.is_empty & (places[:, 0] > 0)))
