"""A scenario compared with the network as it is: who gains, who loses, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.intervals import HIGH, LOW, over_draws
from finder.answers.modelled import CENTRAL
from finder.answers.scenario_base import (
    MODELLED_DAY,
    MODELLED_KINDS,
    Base,
    Reached,
    ScenarioQuestion,
    base_of,
)
from finder.answers.scenario_check import check_places
from finder.answers.scenario_cost import NO_COSTS, CostInputs, cost_table
from finder.answers.scenario_coverage import coverage_of
from finder.answers.scenario_effects import reach_after
from finder.answers.site_times import POINTS_YEAR
from finder.capacity.scenario import METHOD_VERSION, Scenario
from finder.capacity.scenario_apply import apply
from finder.capacity.scenario_change import MORE_THAN_MIN, extra_minutes, people_changed
from finder.capacity.scenario_equity import inequality_of_draws, means_by_fifth
from finder.errors import ContradictionError
from finder.geo.network import Bool, Float32
from finder.units import Mode

INTERVAL: Final = ("value", "p10", "median", "p90")


@dataclass(frozen=True, eq=False)
class Comparison:
    """A scenario beside the network it changes.

    Every change rests on draws where the supply is modelled: ``value`` is the central network's, ``p10``, ``median``
    and ``p90`` those of the draws. For real kinds all four are the same.

    Attributes
    ----------
    scenario, question
        What was asked.
    base
        The network before, and the people.
    after
        What people reach afterwards.
    communes_after
        As :attr:`finder.answers.scenario_base.Base.communes`, afterwards.
    coverage_after
        :func:`finder.answers.scenario_coverage.coverage_of` afterwards.
    points_table
        Demand points: ``nis``, ``lon``, ``lat``.
    costs
        Unit costs given.
    method
        Version of the measure.
    """

    scenario: Scenario
    question: ScenarioQuestion
    base: Base
    after: Reached
    communes_after: Mapping[str, pd.DataFrame]
    coverage_after: Mapping[str, pd.DataFrame]
    points_table: pd.DataFrame
    costs: CostInputs
    method: str = METHOD_VERSION

    @property
    def before(self) -> Reached:
        """What people reach before."""
        return self.base.reached

    @cached_property
    def extra_min(self) -> Float32:
        """Shape (n_points, n_columns): by how much each way grows; negative where it shrinks."""
        return extra_minutes(self.before.minutes, self.after.minutes, cutoff_min=self.base.times.cutoff_min)

    def people(self) -> pd.DataFrame:
        """Count who gains and who loses; see :func:`finder.capacity.scenario_change.people_changed`.

        Returns
        -------
        DataFrame
            Indexed by ``longer``, ``longer_than_25``, ``lost_30`` ...; columns :data:`INTERVAL`, in people.
        """
        rows = people_changed(
            self.before.minutes,
            self.after.minutes,
            np.asarray(self.base.people, dtype=np.float64),
            cutoff_min=self.base.times.cutoff_min,
        )
        return _intervals(rows)

    def points(self) -> pd.DataFrame:
        """Return every demand point.

        Returns
        -------
        DataFrame
            Index ``point_id``: ``nis``, ``lon``, ``lat``, ``people``, ``minutes_before``, ``minutes_after`` (central
            network, inf beyond the cutoff), ``extra_min`` with ``_p10`` and ``_p90``; for kinds with a size also
            ``per_100_before``, ``per_100_after``, ``extra_per_100``.
        """
        low, high = _quantiles(self.extra_min)
        table = self.points_table.assign(
            people=self.base.people.to_numpy(),
            minutes_before=self.before.minutes[:, CENTRAL],
            minutes_after=self.after.minutes[:, CENTRAL],
            extra_min=self.extra_min[:, CENTRAL],
            extra_min_p10=low,
            extra_min_p90=high,
        )
        if self.before.per_100 is None or self.after.per_100 is None:
            return table
        before, after = self.before.per_100[:, CENTRAL], self.after.per_100[:, CENTRAL]
        return table.assign(per_100_before=before, per_100_after=after, extra_per_100=after - before)

    def table(self) -> pd.DataFrame:
        """Return every commune.

        Returns
        -------
        DataFrame
            Index ``nis``: ``name_fr``, ``people``; for each figure (``mean_min``, ``share_10`` ... ``share_30``,
            ``per_100``, ``coverage_pct``, ``income_related_pct``, as far as the kind has it) ``<figure>_before``,
            ``<figure>_after``, ``<figure>_change`` (central network), ``<figure>_change_p10`` and ``_p90``; and
            ``longer_than_<limit>``, ``shorter_than_<limit>``: people of the central network.
        """
        parts = [self.base.about[["name_fr", "people"]]]
        for name, before in self._before.items():
            change = self._after[name] - before
            low, high = _quantiles(change.to_numpy())
            part = {
                f"{name}_before": before[CENTRAL],
                f"{name}_after": self._after[name][CENTRAL],
                f"{name}_change": change[CENTRAL],
                f"{name}_change_p10": pd.Series(low, index=change.index),
                f"{name}_change_p90": pd.Series(high, index=change.index),
            }
            parts.append(pd.DataFrame(part).reindex(self.base.about.index))
        grown, people = self.extra_min[:, CENTRAL], self.base.people.to_numpy()
        counts = {f"longer_than_{limit}": people * (grown > limit) for limit in MORE_THAN_MIN}
        counts |= {f"shorter_than_{limit}": people * (grown < -limit) for limit in MORE_THAN_MIN}
        moved = pd.DataFrame(counts).groupby(self.base.zones.to_numpy()).sum()
        return pd.concat([*parts, moved.reindex(self.base.about.index)], axis=1)

    def changed_communes(self) -> pd.DataFrame:
        """Return the rows of :meth:`table` where any figure changes in any draw."""
        changed = np.zeros(len(self.base.about), dtype=bool)
        for name, before in self._before.items():
            differs = (before.to_numpy() != self._after[name].to_numpy()) & before.notna().to_numpy()
            rows = self.base.about.index.get_indexer(before.index[differs.any(axis=1)])
            changed[rows] = True
        return self.table()[changed]

    def by_income(self) -> pd.DataFrame:
        """Return the change of each fifth of the people, by the income of their commune.

        Returns
        -------
        DataFrame
            Index (figure, quintile 1 poorest to 5): :data:`INTERVAL` of the change of ``mean_min``, ``per_100``,
            ``share_longer_than_5`` and ``share_shorter_than_5`` (shares of the fifth's people).
        """
        changes: dict[str, pd.DataFrame] = {
            name: self._after[name] - self._before[name] for name in ("mean_min", "per_100") if name in self._before
        }
        for word, is_so in (("longer", self.extra_min > 5), ("shorter", self.extra_min < -5)):
            changes[f"share_{word}_than_5"] = self._share_of_people(is_so)
        found = {}
        for name, change in changes.items():
            values, people, income = self._weighed(change)
            rows = _intervals(means_by_fifth(values, people, income))
            found[name] = rows.set_axis(pd.RangeIndex(1, len(rows) + 1, name="quintile"))
        return pd.concat(found, names=["figure"])

    def equity(self) -> pd.DataFrame:
        """Return how inequality between communes changes.

        Of the places within reach per 100 people; of the minutes for kinds without a size, where a low value is good.

        Returns
        -------
        DataFrame
            Indexed by :data:`finder.capacity.scenario_equity.MEASURES` and the means of the fifths: ``before``,
            ``after`` (central network, as ``change``), ``change``, ``change_p10``, ``change_median``, ``change_p90``.
        """
        name = "per_100" if "per_100" in self._before else "mean_min"
        values, people, income = self._weighed(self._before[name])
        before = inequality_of_draws(values, people, income)
        values, people, income = self._weighed(self._after[name])
        return _before_after(before, inequality_of_draws(values, people, income))

    def summary(self) -> pd.DataFrame:
        """Return the figures of the whole area.

        Returns
        -------
        DataFrame
            Indexed by figure (``mean_min``, ``share_10`` ..., ``per_100``, ``coverage_pct`` ...): columns as
            :meth:`equity`. Means over people.
        """
        before, after = {}, {}
        for name in self._before:
            values, people = self._known(self._before[name])
            before[name] = people @ values / people.sum()
            values, people = self._known(self._after[name])
            after[name] = people @ values / people.sum()
        return _before_after(pd.DataFrame(before), pd.DataFrame(after))

    def cost(self) -> pd.DataFrame:
        """Return :func:`finder.answers.scenario_cost.cost_table`: nothing is computed without unit costs."""
        return cost_table(self.before.sites, self.after.sites, self.costs)

    @property
    def beyond_cutoff_people(self) -> float:
        """People whose way lies beyond the cutoff before or after: their change is at least what is said."""
        far = ~(np.isfinite(self.before.minutes[:, CENTRAL]) & np.isfinite(self.after.minutes[:, CENTRAL]))
        return float(self.base.people.to_numpy()[far].sum())

    @cached_property
    def _before(self) -> dict[str, pd.DataFrame]:
        return {**self.base.communes, **self.base.coverage}

    @cached_property
    def _after(self) -> dict[str, pd.DataFrame]:
        return {**self.communes_after, **self.coverage_after}

    def _known(self, figure: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return the values and the people of the communes where both are known."""
        values, people = figure.to_numpy(dtype=np.float64), self._facts("people", figure.index)
        known = ~np.isnan(values).any(axis=1) & (people > 0)
        return values[known], people[known]

    def _weighed(self, figure: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the values, the people and the income of the communes where all are known."""
        values, people = figure.to_numpy(dtype=np.float64), self._facts("people", figure.index)
        income = self._facts("income_eur", figure.index)
        known = ~np.isnan(values).any(axis=1) & (people > 0) & ~np.isnan(income)
        return values[known], people[known], income[known]

    def _facts(self, name: str, nis: pd.Index) -> np.ndarray:
        rows = self.base.about.index.get_indexer(nis)
        facts: np.ndarray = self.base.about[name].to_numpy(dtype=np.float64)[rows]
        return facts

    def _share_of_people(self, is_so: Bool) -> pd.DataFrame:
        amounts = pd.DataFrame(is_so * self.base.people.to_numpy()[:, None])
        sums = amounts.groupby(self.base.zones.to_numpy()).sum()
        people = self.base.about["people"].reindex(sums.index)
        shares: pd.DataFrame = sums.div(people.where(people > 0), axis=0)
        return shares


def compare(
    atlas: Atlas,
    scenario: Scenario,
    *,
    kind: str | None = None,
    mode: Mode = "car",
    year: int | None = None,
    people: str | None = None,
    limit_min: float | None = None,
    costs: CostInputs = NO_COSTS,
) -> Comparison:
    """Compare a scenario with the network of its base date.

    Parameters
    ----------
    atlas
        The data.
    scenario
        Actions.
    kind
        Kind that is looked at; default the only one that the scenario changes.
    mode, year, people, limit_min
        As :class:`finder.answers.scenario_base.ScenarioQuestion`.
    costs
        Unit costs with their source.

    Raises
    ------
    ContradictionError
        If no kind is given and the scenario does not change exactly one; or as :func:`apply`.
    UnknownSiteError
        If an action names a site that is not there.
    SitePlaceError
        If a new place lies outside the area or too far from the roads.
    UnknownKindError, IncompleteSupplyError, DatasetNotFoundError
        As :func:`finder.answers.scenario_base.base_of`.
    """
    chosen = kind or _only_kind(scenario)
    # The modelled kinds have one network: another base date is not another question.
    day = MODELLED_DAY if chosen in MODELLED_KINDS else scenario.base_date
    question = ScenarioQuestion(chosen, mode, day, year=year, people=people)
    if limit_min is not None:
        question = replace(question, limit_min=limit_min)
    check_places(atlas, scenario, mode=mode)
    base = base_of(atlas, question)
    sites = apply(scenario, base.reached.sites)
    after = reach_after(atlas, base, sites)
    points = atlas.demand(POINTS_YEAR)
    return Comparison(
        scenario=scenario,
        question=question,
        base=base,
        after=after,
        communes_after=base.by_commune(after),
        coverage_after=coverage_of(atlas, question.kind, sites, base.about["people"]),
        points_table=points[["nis", "lon", "lat"]],
        costs=costs,
    )


def compare_two(first: Comparison, second: Comparison) -> pd.DataFrame:
    """Return two scenarios side by side, on the same question.

    Returns
    -------
    DataFrame
        Index (part, figure) with part ``summary``, ``equity`` and ``people``; columns ``first``, ``second`` (changes of
        the central network; people for ``people``) and ``difference``.

    Raises
    ------
    ContradictionError
        If kind, mode, day, year, people or limit differ.
    """
    if first.question != second.question:
        raise ContradictionError(
            f"{first.scenario.name!r} and {second.scenario.name!r} answer different questions: compare them for the"
            " same kind, mode, day, people and limit."
        )
    parts = {}
    for part in ("summary", "equity"):
        one, two = getattr(first, part)()["change"], getattr(second, part)()["change"]
        parts[part] = pd.DataFrame({"first": one, "second": two, "difference": two - one})
    one, two = first.people()["value"], second.people()["value"]
    parts["people"] = pd.DataFrame({"first": one, "second": two, "difference": two - one})
    return pd.concat(parts, names=["part", "figure"])


def _only_kind(scenario: Scenario) -> str:
    if len(scenario.kinds) != 1:
        raise ContradictionError(
            f"{scenario.name!r} changes {', '.join(scenario.kinds) or 'nothing'}: say for which kind to compare."
        )
    return scenario.kinds[0]


def _intervals(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) > 1:
        found: pd.DataFrame = over_draws(rows)[list(INTERVAL)]
        return found
    return pd.DataFrame(dict.fromkeys(INTERVAL, rows.iloc[0]))


def _before_after(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    change = _intervals(after - before)
    return pd.DataFrame(
        {
            "before": before.loc[CENTRAL],
            "after": after.loc[CENTRAL],
            "change": change["value"],
            "change_p10": change["p10"],
            "change_median": change["median"],
            "change_p90": change["p90"],
        }
    )


def _quantiles(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two quantiles over the draws, row by row; only rows that change cost anything."""
    if columns.shape[1] == 1:
        return columns[:, 0], columns[:, 0]
    draws = columns[:, CENTRAL + 1 :].astype(np.float64)
    low, high = np.zeros(len(draws)), np.zeros(len(draws))
    rows = np.flatnonzero((draws != 0).any(axis=1))
    if len(rows):
        low[rows], high[rows] = np.quantile(draws[rows], [LOW, HIGH], axis=1)
    return low, high
