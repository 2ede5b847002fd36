"""Where new day-care places should go: the next ones in their order, and the cheapest that reach a target everywhere.

All new places are taken to be at income-related tariffs, as those of Plan Equilibre are. Places of today are modelled
(see ``docs/modelled_places.md``), so each answer says in how many draws of the model a commune is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import DEMAND_YEARS, TODAY_YEAR, by_commune, children_at_points
from finder.answers.coverage import places_draws
from finder.answers.forecast import ForecastDesk
from finder.answers.intervals import HIGH, LOW, interval
from finder.answers.modelled import CENTRAL
from finder.answers.places_needed import PLAN_NOTE, planned_projects
from finder.capacity.facility_sizes import GROUP
from finder.capacity.places_allocation import TIME_LIMIT_S, PlacesPlan, cheapest_places
from finder.capacity.places_allocation_next import (
    NextPlaces,
    Objective,
    missing_places,
    next_places,
    next_places_draws,
)
from finder.errors import AllocationError, first_ids

Rows = TypeVar("Rows", "pd.Series[float]", pd.DataFrame)
Target = Literal["income_related", "coverage"]
MEASURE: Final[Mapping[Target, str]] = {"income_related": "income_related_pct", "coverage": "coverage_pct"}
"""The measure of :mod:`finder.answers.coverage` that a target speaks of."""

AGREEMENT_PER_100: Final = 33.0
"""Agreement of 25 May 2022: places at income-related tariffs per 100 children, in every commune."""
LATER_YEAR: Final = 2030
SOURCES: Final = (
    "Places: modelled from totals published for 31 December 2022 (IWEPS, IBSA) and printed values of communes.",
    "Children: births to 2025 and the population series; later years are forecast.",
    "Target and order: agreement of 25 May 2022 (33 places at income-related tariffs per 100 children).",
)
TENURE_NOTE: Final = "New places are taken to be at income-related tariffs, and used by the children of their commune."
EMPTY_PLAN_NOTE: Final = "Places of Plan Equilibre are not counted: ask for them with `with_planned`."


@dataclass(frozen=True)
class AllocationQuestion:
    """Where the next places go.

    Attributes
    ----------
    new_places
        Places to give, in steps of seven.
    target
        Places that count: those at income-related tariffs, or all.
    target_per_100
        Places per 100 children of 0 to 2.5 years that every commune is to have.
    objective
        See :mod:`finder.capacity.places_allocation_next`.
    year
        Children of 1 January; one of :data:`finder.answers.children.DEMAND_YEARS`, or a later year that is forecast.
    with_planned
        ``True`` counts the known projects of Plan Equilibre as places that are there.
    communes
        NIS codes of those that may get places; default all that ONE serves.
    """

    new_places: int = 1000
    target: Target = "income_related"
    target_per_100: float = AGREEMENT_PER_100
    objective: Objective = "furthest"
    year: int = TODAY_YEAR
    with_planned: bool = False
    communes: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Allocation:
    """Places by commune, with how sure each is.

    The list serves the objective best on average over the draws. One made for the central network would not: that
    network is smoothed, and hides most of what is lacking.

    Attributes
    ----------
    question
        What was asked.
    table
        Index ``nis`` of the communes that may get places: ``children``; ``places``, ``places_p10``, ``places_p90``,
        ``rate``, ``rate_p10``, ``rate_p90`` (per 100; central and over the draws); ``missing_places`` (mean over the
        draws), ``missing_p10``, ``missing_p90``; ``places_added``, ``rate_after``, ``first_step`` (its place in the
        list, missing without one); and what each draw would choose if it were known to be true: ``added_p10``,
        ``added_p90``, ``share_chosen`` (share of the draws that give it at least one step) and ``share_chosen_later``
        (the same with the children of :data:`LATER_YEAR`; missing where the question is of that year or later).
    steps
        The priority list, see :class:`finder.capacity.places_allocation_next.NextPlaces`.
    left_places
        Places for which no commune below its target was left.
    notes, sources
        What must be said with it.
    """

    question: AllocationQuestion
    table: pd.DataFrame
    steps: pd.DataFrame
    left_places: int
    notes: list[str]
    sources: tuple[str, ...] = SOURCES

    @property
    def total_places(self) -> int:
        """Places given."""
        return int(self.table["places_added"].sum())


@dataclass(frozen=True)
class Costs:
    """What places cost, in one unit.

    Attributes
    ----------
    per_place, per_new_site
        Of a place, and of opening a site beside its places.
    unit
        For example ``EUR``.
    source
        Where the figures are from. By default places are counted and nothing is said of money: we have no published
        cost of a place.
    """

    per_place: float = 1.0
    per_new_site: float = 0.0
    unit: str = "places"
    source: str = "no cost is published in our sources: places are counted"


@dataclass(frozen=True)
class TargetQuestion:
    """The cheapest places that bring every commune to its targets.

    Attributes
    ----------
    targets
        Places per 100 children by target; a commune must meet all. Every new place counts for each.
    sure_share
        Share of the draws in which the plan reaches the targets in each commune, above 0 and at most 1: 0.5 is as
        likely as not.
    year, with_planned
        As in :class:`AllocationQuestion`.
    enlarge_most
        Places that an existing site can grow by at most.
    new_least, new_most
        Places of a new site, multiples of seven.
    costs
        Costs.
    time_limit_s
        Of the solver.
    """

    targets: Mapping[Target, float] = field(default_factory=lambda: {"income_related": AGREEMENT_PER_100})
    sure_share: float = 0.5
    year: int = TODAY_YEAR
    with_planned: bool = False
    enlarge_most: int = 14
    new_least: int = 14
    new_most: int = 49
    costs: Costs = Costs()
    time_limit_s: float = TIME_LIMIT_S


@dataclass(frozen=True, eq=False)
class TargetAnswer:
    """The plan and what it gives each commune.

    Attributes
    ----------
    question
        What was asked.
    plan
        Status, cost, bound and gap; places by site (ids of new sites begin with ``new-``).
    table
        Index ``nis``: ``children``; ``missing_places`` (mean over the draws), ``missing_p10``, ``missing_p90``;
        ``places_added``, ``enlarged_places``, ``new_sites_count`` and ``share_reached`` (share of the draws in which
        the commune then meets its targets).
    missing_total
        ``mean``, ``p10``, ``p90``: places lacking in all communes, over the draws.
    notes, sources
        What must be said with it.
    """

    question: TargetQuestion
    plan: PlacesPlan
    table: pd.DataFrame
    missing_total: "pd.Series[float]"
    notes: list[str]
    sources: tuple[str, ...] = SOURCES


def allocate_places(atlas: Atlas, question: AllocationQuestion) -> Allocation:
    """Give the next places to the communes.

    Raises
    ------
    AllocationError
        If the number of places, the target, the objective or a commune is none.
    DatasetNotFoundError, SeriesError
        If there are no children of that year.
    """
    central, draws = _supply(atlas, question.target, with_planned=question.with_planned)
    if question.communes is not None:
        central, draws = _only(central, question.communes), _only(draws, question.communes)
    children = children_of(atlas, question.year).reindex(draws.index)
    options = _Options(question.new_places, question.target_per_100, question.objective)
    found = options.next(draws, children)
    given = options.by_draw(draws, children)
    table = pd.concat(
        [
            children.rename("children"),
            interval(central, draws).rename(columns=_names("places")),
            interval(_per_100(central, children), draws.apply(_per_100, children=children)).rename(
                columns=_names("rate")
            ),
            _expected(missing_places(draws, children, question.target_per_100)),
        ],
        axis=1,
    )
    table["places_added"] = found.places
    table["rate_after"] = _per_100(table["places"] + found.places, children)
    first = found.steps[found.steps["step"] == 1]
    table["first_step"] = pd.Series(first.index + 1, index=first["area"]).reindex(table.index).astype("Int64")
    table["added_p10"], table["added_p90"] = given.quantile(LOW, axis=1), given.quantile(HIGH, axis=1)
    table["share_chosen"] = (given > 0).mean(axis=1)
    table["share_chosen_later"] = np.nan
    if question.year < LATER_YEAR:
        later = options.by_draw(draws, children_of(atlas, LATER_YEAR).reindex(draws.index))
        table["share_chosen_later"] = (later > 0).mean(axis=1)
    return Allocation(question, table, found.steps, found.left_places, _notes(with_planned=question.with_planned))


def places_to_targets(atlas: Atlas, question: TargetQuestion) -> TargetAnswer:
    """Find the cheapest enlargements and new sites that bring every commune to its targets.

    Raises
    ------
    AllocationError
        If no target is given, or a commune cannot reach its targets with sites of these sizes: it says which.
    DatasetNotFoundError, SeriesError
        If there are no children of that year.
    """
    if not 0 < question.sure_share <= 1:
        raise AllocationError(f"A share of the draws of {question.sure_share}: give one above 0, at most 1.")
    lacking = _missing(atlas, question)
    wanted = lacking.quantile(question.sure_share, axis=1, interpolation="higher")
    sites = _site_options(atlas, wanted, question)
    from scipy import sparse

    rows = lacking.index.get_indexer(pd.Index(sites["nis"]))
    gains = sparse.csr_array((np.ones(len(sites)), (rows, np.arange(len(sites)))), shape=(len(lacking), len(sites)))
    plan = cheapest_places(sites, gains, wanted, time_limit_s=question.time_limit_s)
    is_new = sites["is_new"].to_numpy(dtype=bool)
    table = pd.concat([children_of(atlas, question.year).reindex(lacking.index).rename("children"), _expected(lacking)],
                      axis=1)  # fmt: skip
    table["places_added"] = _sums(plan.places, sites["nis"], lacking.index)
    table["enlarged_places"] = _sums(plan.places[~is_new], sites["nis"][~is_new], lacking.index)
    table["new_sites_count"] = _sums((plan.places[is_new] > 0).astype(int), sites["nis"][is_new], lacking.index)
    table["share_reached"] = lacking.le(table["places_added"] + 1e-6, axis=0).mean(axis=1)
    totals = lacking.sum()
    total = pd.Series({"mean": totals.mean(), "p10": totals.quantile(LOW), "p90": totals.quantile(HIGH)})
    notes = [*_notes(with_planned=question.with_planned), f"Costs in {question.costs.unit}: {question.costs.source}."]
    return TargetAnswer(question, plan, table, total, notes)


def children_of(atlas: Atlas, year: int) -> "pd.Series[float]":
    """Return children of 0 to 2.5 years on 1 January by ``nis``: counted, estimated, or forecast on the central path.

    Raises
    ------
    DatasetNotFoundError, SeriesError
        If there are none of that year.
    """
    if year <= max(DEMAND_YEARS):
        return by_commune(children_at_points(atlas, year, "children_0_2_5"), atlas)
    desk = atlas.keep(("forecast desk",), lambda: ForecastDesk(atlas.data_dir))
    table = desk.table(to=year)
    chosen = table[(table["level"] == "commune") & (table["year"] == year)]
    found: pd.Series[float] = chosen.set_index("area")["children"]
    return found.rename("children_0_2_5")


@dataclass(frozen=True)
class _Options:
    new_places: int
    target_per_100: float
    objective: Objective

    def next(self, draws: pd.DataFrame, children: "pd.Series[float]") -> NextPlaces:
        return next_places(draws, children, **vars(self))

    def by_draw(self, draws: pd.DataFrame, children: "pd.Series[float]") -> pd.DataFrame:
        return next_places_draws(draws, children, **vars(self))


def _missing(atlas: Atlas, question: TargetQuestion) -> pd.DataFrame:
    """Return what each commune lacks to the farthest of its targets, one column per draw."""
    found = None
    for target, per_100 in question.targets.items():
        _, draws = _supply(atlas, target, with_planned=question.with_planned)
        lacking = missing_places(draws, children_of(atlas, question.year).reindex(draws.index), per_100)
        found = lacking if found is None else found.where(found >= lacking, lacking)
    if found is None:
        raise AllocationError("No target was given: name one, for example 33 places at income-related tariffs.")
    return found


def _supply(atlas: Atlas, target: Target, *, with_planned: bool) -> tuple["pd.Series[float]", pd.DataFrame]:
    """Return the places that count for a target by commune: of the central network, and one column per draw."""
    if target not in MEASURE:
        raise AllocationError(f"Unknown target {target!r}: choose one of {', '.join(MEASURE)}.")
    columns = places_draws(atlas)[MEASURE[target]]
    if with_planned:
        planned = planned_projects(atlas.data_dir).groupby("nis")["places"].sum()
        columns = columns.add(planned.reindex(columns.index, fill_value=0.0), axis=0)
    return columns[CENTRAL], columns.drop(columns=CENTRAL)


def _only(rows: Rows, communes: tuple[str, ...]) -> Rows:
    unknown = [nis for nis in communes if nis not in rows.index]
    if unknown:
        raise AllocationError(f"Communes that ONE does not serve, or no NIS codes of 2025: {first_ids(unknown)}.")
    return rows[rows.index.isin(communes)]


def _site_options(atlas: Atlas, wanted: "pd.Series[float]", question: TargetQuestion) -> pd.DataFrame:
    """Return existing sites that may grow, and as many new ones as a commune could need."""
    costs = question.costs
    if question.new_least > question.new_most or question.new_most < GROUP:
        raise AllocationError(
            f"New sites of {question.new_least} to {question.new_most} places: give sizes of {GROUP} or more, the "
            "smaller one first."
        )
    sites = atlas.modelled.sites
    known = sites[(atlas.modelled.places_total[:, CENTRAL] > 0) & sites["nis"].isin(wanted.index[wanted > 0])]
    growing = pd.DataFrame(
        {"nis": known["nis"], "is_new": False, "places_min": GROUP, "places_max": question.enlarge_most,
         "cost_fixed": 0.0, "cost_per_place": costs.per_place}
    )  # fmt: skip
    largest = question.new_most // GROUP * GROUP
    count = np.ceil(wanted.to_numpy() / largest).astype(int)
    codes = np.repeat(wanted.index.to_numpy(), count)
    names = [f"new-{nis}-{number}" for nis, most in zip(wanted.index, count, strict=True) for number in range(most)]
    opening = pd.DataFrame(
        {"nis": codes, "is_new": True, "places_min": question.new_least,
         "places_max": question.new_most, "cost_fixed": costs.per_new_site, "cost_per_place": costs.per_place},
        index=names,
    )  # fmt: skip
    return pd.concat([growing, opening])


def _names(stem: str) -> dict[str, str]:
    return {"value": stem, "p10": f"{stem}_p10", "p90": f"{stem}_p90"}


def _expected(lacking: pd.DataFrame) -> pd.DataFrame:
    columns = _names("missing") | {"value": "missing_places"}
    return interval(lacking.mean(axis=1), lacking).rename(columns=columns)


def _per_100(places: "pd.Series[float]", children: "pd.Series[float]") -> "pd.Series[float]":
    return 100 * places / children.where(children > 0)


def _sums(values: "pd.Series[int]", nis: "pd.Series[str]", index: pd.Index) -> "pd.Series[int]":
    sums: pd.Series[int] = values.groupby(nis).sum().reindex(index, fill_value=0)
    return sums


def _notes(*, with_planned: bool) -> list[str]:
    return [TENURE_NOTE, PLAN_NOTE if with_planned else EMPTY_PLAN_NOTE]
