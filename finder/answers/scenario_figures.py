"""Everything that is said of a scenario, measured once: what a page, a brief and the command show."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.scenario import Comparison
from finder.answers.scenario_base import MODELLED_KINDS
from finder.capacity.scenario import SIZE_UNIT

CHANGED_PEOPLE: Final = 0.5
"""People below which a count is said to be nobody: half a person is the rounding of estimates."""


@dataclass(frozen=True, eq=False)
class ScenarioFigures:
    """A comparison and its tables.

    Attributes
    ----------
    comparison
        What was compared.
    people, table, by_income, equity, summary, points
        As the methods of :class:`finder.answers.scenario.Comparison` of the same names.
    """

    comparison: Comparison
    people: pd.DataFrame
    table: pd.DataFrame
    by_income: pd.DataFrame
    equity: pd.DataFrame
    summary: pd.DataFrame
    points: pd.DataFrame

    @property
    def kind(self) -> str:
        """Kind that is looked at."""
        return self.comparison.question.kind

    @property
    def is_modelled(self) -> bool:
        """Whether the supply is modelled, so that changes have intervals."""
        return self.kind in MODELLED_KINDS

    @property
    def has_size(self) -> bool:
        """Whether the kind has places or sessions."""
        return SIZE_UNIT[self.kind] is not None

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing changes for anybody, in any draw."""
        before, after = self.comparison.before, self.comparison.after
        if not np.array_equal(before.minutes, after.minutes):
            return False
        if before.per_100 is None or after.per_100 is None:
            return True
        return np.array_equal(before.per_100, after.per_100)

    def gainers(self) -> pd.DataFrame:
        """Return the communes that gain, the most first; see :meth:`losers`."""
        gain = self._gain
        found: pd.DataFrame = self.table.loc[gain[gain > 0].sort_values(ascending=False, kind="stable").index]
        return found

    def losers(self) -> pd.DataFrame:
        """Return the communes that lose, the most first: in minutes times people, in places for kinds with a size."""
        gain = self._gain
        found: pd.DataFrame = self.table.loc[gain[gain < 0].sort_values(kind="stable").index]
        return found

    @property
    def _gain(self) -> "pd.Series[float]":
        change = self.table["per_100_change"] if self.has_size else -self.table["mean_min_change"]
        return (change * self.table["people"]).fillna(0.0)


def scenario_figures(comparison: Comparison) -> ScenarioFigures:
    """Return a comparison with all its tables."""
    return ScenarioFigures(
        comparison,
        people=comparison.people(),
        table=comparison.table(),
        by_income=comparison.by_income(),
        equity=comparison.equity(),
        summary=comparison.summary(),
        points=comparison.points(),
    )
