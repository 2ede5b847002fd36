"""Day-care places for the children of each commune, as one of four figures, in every draw of the modelled places.

The central network is smoothed: of a single commune it is the best guess, but it has fewer communes under a line than
nearly all draws. So figures of one commune are central values with an interval, and counts are taken in the draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import by_commune, children_at_points
from finder.answers.coverage import MEASURES
from finder.answers.intervals import HIGH, LOW, interval_of, over_draws
from finder.answers.modelled import CENTRAL
from finder.answers.places_reach import PlacesReach
from finder.maps.palettes import Scale

COVERAGE, INCOME_RELATED = MEASURES
REACHABLE: Final = "reachable_per_100"
CHILDREN_PER_PLACE: Final = "children_per_place"
PLACE_FIGURES: Final = (COVERAGE, INCOME_RELATED, REACHABLE, CHILDREN_PER_PLACE)
REACH_FIGURES: Final = (REACHABLE, CHILDREN_PER_PLACE)
LINES: Final[Mapping[str, float]] = {COVERAGE: 33.0, INCOME_RELATED: 33.0, REACHABLE: 33.0, CHILDREN_PER_PLACE: 3.0}
"""Fewer places than 33 per 100 children, or more children per place than 3, is few: the mark of ONE's contract of
management, and a published definition of a desert."""

NEAR_BORDER: Final = 0.5
"""Share of a commune's children whose catchment reaches the border, from which the commune is set apart."""


@dataclass(frozen=True)
class PlaceFigure:
    """One figure of the communes that ONE serves.

    Attributes
    ----------
    name
        One of :data:`PLACE_FIGURES`.
    year
        Children of 1 January of that year.
    places_per_100
        Index ``nis``, one column per draw (0 central): places per 100 children; what :data:`CHILDREN_PER_PLACE` turns
        round.
    children
        Children aged 0 to 2.5, same index.
    border_share
        Share of them whose catchment reaches the border; 0 for figures of a territory.
    method
        Version of the measure.
    """

    name: str
    year: int
    places_per_100: pd.DataFrame
    children: "pd.Series[float]"
    border_share: "pd.Series[float]"
    method: str

    @cached_property
    def values(self) -> pd.DataFrame:
        """The figure itself, shaped as ``places_per_100``; inf children per place where there is no place."""
        return self._figure(self.places_per_100)

    @cached_property
    def table(self) -> pd.DataFrame:
        """``value``, ``p10``, ``p90`` of each commune; nan without children."""
        return interval_of(self.values)

    @cached_property
    def is_uncertain(self) -> "pd.Series[bool]":
        """Where the interval is wider than the value itself: such communes are drawn as uncertain."""
        wide: pd.Series[bool] = (self.table["p90"] - self.table["p10"]) > self.table["value"].abs()
        return wide

    def pooled(self, nis: Sequence[str]) -> "pd.Series[float]":
        """Return ``value``, ``p10``, ``p90`` of communes taken together: all their places over all their children."""
        chosen = list(nis)
        known = self.places_per_100.loc[chosen].dropna()
        weights = self.children[known.index]
        means = known.mul(weights, axis=0).sum() / (weights.sum() or np.nan)
        pooled: pd.Series[float] = interval_of(self._figure(means.to_frame().T)).iloc[0]
        return pooled

    def class_counts(self, scale: Scale) -> pd.DataFrame:
        """Return by class of a scale how many communes it holds: ``low`` and ``high``, p10 and p90 over the draws."""
        draws = self.values.drop(columns=CENTRAL)
        found = np.stack([scale.classes(draws[k]) for k in draws])
        counts = (found[:, :, None] == np.arange(len(scale.colours))).sum(axis=1)
        low, high = np.quantile(counts, [LOW, HIGH], axis=0)
        return pd.DataFrame({"low": low, "high": high})

    def beyond_line(self) -> pd.DataFrame:
        """Return who has few places by :data:`LINES`.

        Returns
        -------
        DataFrame
            Index ``communes`` (their number) and ``children`` (their share); ``value`` of the central network, which
            understates, ``p10``, ``median`` and ``p90`` over the draws.
        """
        line = LINES[self.name]
        few = self.values > line if self.name == CHILDREN_PER_PLACE else self.values < line
        sums = pd.DataFrame(
            {"communes": few.sum(), "children": few.mul(self.children, axis=0).sum() / self.children.sum()}
        )
        return over_draws(sums)

    def tails(self) -> pd.DataFrame:
        """Return below (``low``) and above (``high``) what one commune in ten lies, columns of :meth:`beyond_line`."""
        finite = self.values.replace(np.inf, np.nan)
        return over_draws(pd.DataFrame({"low": finite.quantile(LOW), "high": finite.quantile(HIGH)}))

    def _figure(self, per_100: pd.DataFrame) -> pd.DataFrame:
        if self.name != CHILDREN_PER_PLACE:
            return per_100
        return (100.0 / per_100.where(per_100 > 0)).mask(per_100 == 0, np.inf)


def place_figure(
    atlas: Atlas, name: str, *, coverage: Mapping[str, pd.DataFrame], year: int, reach: PlacesReach | None, method: str
) -> PlaceFigure:
    """Gather one figure.

    Parameters
    ----------
    atlas
        The data.
    name
        One of :data:`PLACE_FIGURES`.
    coverage
        From :func:`finder.answers.coverage.coverage_draws` for the same year.
    year
        Year of the children.
    reach
        Places within reach, for :data:`REACH_FIGURES`; its children are those of ``year``.
    method
        Version of the measure.
    """
    served = atlas.communes.index[~atlas.communes["is_german_community"]]
    children = by_commune(children_at_points(atlas, year, "children_0_2_5"), atlas)[served]
    per_100 = coverage[name] if reach is None else reach.by_commune(atlas)
    border = pd.Series(0.0, index=served) if reach is None else reach.border_share(atlas)[served]
    return PlaceFigure(name, year, per_100.loc[served], children, border, method)


def without_border(figure: PlaceFigure) -> tuple["pd.Series[float]", int]:
    """Return the figure of all communes but those near the border (:data:`NEAR_BORDER`), and how many those are."""
    inner = figure.border_share.index[~(figure.border_share > NEAR_BORDER)]
    return figure.pooled(inner.tolist()), len(figure.border_share) - len(inner)
