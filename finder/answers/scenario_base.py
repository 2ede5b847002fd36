"""The network a scenario changes: its sites, the way of every demand point to each of them, and who needs them."""

import datetime
import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.answers.access import PEOPLE_OF_KIND
from finder.answers.atlas import Atlas
from finder.answers.children import SUPPLY_YEAR, children_at_points
from finder.answers.equity import latest_income
from finder.answers.places_reach import DEFAULT_LIMIT_MIN
from finder.answers.scenario_coverage import coverage_of
from finder.answers.site_times import POINTS_YEAR, site_times
from finder.answers.supply import require_complete, supply_on
from finder.capacity.accessibility import Catchments, floating_catchment_draws, prepare_catchments
from finder.capacity.brussels_places import INCOME_RELATED_SHARE
from finder.capacity.impedance import Gaussian
from finder.capacity.scenario import CONSULTATION, DAY_CARE, SIZE_UNIT
from finder.capacity.scenario_apply import Sites, sites_of_data
from finder.errors import UnknownKindError
from finder.geo.backwards import travel_times_to, turn_graph
from finder.geo.nearest_of_sets import nearest_of_sets
from finder.geo.network import Float32, Float64, ModeGraph
from finder.geo.travel_time import TravelTimes
from finder.units import Mode

MODELLED_KINDS: Final = (CONSULTATION, DAY_CARE)
MODELLED_DAY: Final = datetime.date(2022, 12, 31)
CHILDREN_OF: Final = {CONSULTATION: "children_0_5", DAY_CARE: "children_0_2_5"}
SHARES_MIN: Final = (10, 15, 20, 30)
BASES_KEPT: Final = 4
"""A base takes up to 100 MB with its catchments: the ones asked for last are kept."""

_GUARD: Final = Lock()


@dataclass(frozen=True)
class ScenarioQuestion:
    """What a scenario is judged by.

    Attributes
    ----------
    kind
        Of :data:`finder.capacity.scenario.SIZE_UNIT`.
    mode
        Travel mode.
    day
        The real kinds are those of that day; the modelled ones have one network.
    year
        1 January of that year; of the demand points (2020, 2024) for real kinds, of
        :data:`finder.answers.children.DEMAND_YEARS` for modelled ones. Default 2020 and 2023.
    people
        Column of the demand points that weighs for real kinds, ``women_15_49`` or ``women_20_44`` for instance;
        modelled kinds weigh their children.
    limit_min
        Longest trip of the floating catchments.
    """

    kind: str
    mode: Mode = "car"
    day: datetime.date = datetime.date(2026, 1, 20)
    year: int | None = None
    people: str | None = None
    limit_min: float = DEFAULT_LIMIT_MIN

    @property
    def weight(self) -> str:
        """Column of the people who count."""
        return CHILDREN_OF.get(self.kind) or self.people or PEOPLE_OF_KIND[self.kind]

    @property
    def people_year(self) -> int:
        """Year of the people who count."""
        return self.year or (SUPPLY_YEAR if self.kind in MODELLED_KINDS else POINTS_YEAR)


@dataclass(frozen=True, eq=False)
class Reached:
    """What people reach in a network.

    Attributes
    ----------
    sites
        The network.
    minutes
        Shape (n_points, n_columns): to the nearest open site; column 0 is the central network, inf beyond the cutoff.
    per_100
        Same shape: places (sessions per month) within reach per 100 people; None for kinds without a size.
    """

    sites: Sites
    minutes: Float32
    per_100: Float64 | None


@dataclass(frozen=True, eq=False)
class Base:
    """The network before a scenario.

    Attributes
    ----------
    question
        What is judged.
    times
        Minutes from every demand point (rows) to every site (columns), open or not.
    people
        Who counts, by demand point.
    zones
        Commune of every demand point.
    reached
        What they reach.
    catchments
        Weights and demand of all sites; None for kinds without a size.
    about
        Communes: ``name_fr``, ``province``, ``income_eur``, ``people``; index ``nis``.
    coverage
        :func:`finder.answers.scenario_coverage.coverage_of` of the sites.
    """

    question: ScenarioQuestion
    times: TravelTimes
    people: "pd.Series[float]"
    zones: "pd.Series[str]"
    reached: Reached
    catchments: Catchments | None
    about: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def table(self) -> Any:  # noqa: ANN401 - scipy.sparse
        """:attr:`times` as ``scipy.sparse.csr_array``; making it checks every pair, so it is made once."""
        return self.times.to_scipy()

    @cached_property
    def by_site(self) -> TravelTimes:
        """The table with sites as rows."""
        return self.times.transpose()

    @cached_property
    def weights_by_site(self) -> Any:  # noqa: ANN401 - scipy.sparse
        """Weights of the catchments as ``scipy.sparse.csc_array``."""
        return None if self.catchments is None else self.catchments.weights.tocsc()

    @cached_property
    def communes(self) -> dict[str, pd.DataFrame]:
        """:meth:`by_commune` of what is reached now."""
        return self.by_commune(self.reached)

    def by_commune(self, reached: Reached) -> dict[str, pd.DataFrame]:
        """Return means and shares of the people of each commune.

        Parameters
        ----------
        reached
            Before or after a scenario.

        Returns
        -------
        dict
            ``mean_min`` (a way beyond the cutoff counts as long as the cutoff; people without any way are left out),
            ``share_<limit>`` for each of :data:`SHARES_MIN`, and ``per_100`` for kinds with a size: index ``nis``, one
            column per draw (0 central), nan where nobody counts.
        """
        minutes = np.minimum(reached.minutes, np.float32(self.times.cutoff_min)).astype(np.float64)
        has_way = np.isfinite(minutes)
        everybody = self._sums @ np.ones((len(minutes), 1))
        arrived = everybody if has_way.all() else self._sums @ has_way.astype(np.float64)
        amounts = {"mean_min": (self._sums @ np.where(has_way, minutes, 0.0), arrived)}
        for limit in SHARES_MIN:
            amounts[f"share_{limit}"] = (self._sums @ (reached.minutes <= limit).astype(np.float64), everybody)
        if reached.per_100 is not None:
            amounts["per_100"] = (self._sums @ reached.per_100, everybody)
        with np.errstate(invalid="ignore"):
            return {name: pd.DataFrame(sums / people, index=self._nis) for name, (sums, people) in amounts.items()}

    @cached_property
    def _nis(self) -> pd.Index:
        found: pd.Index = pd.Index(np.unique(self.zones.to_numpy(dtype=str)), name="nis")
        return found

    @cached_property
    def _sums(self) -> Any:  # noqa: ANN401 - scipy.sparse
        """Matrix that sums the people of each commune, weighing what it is multiplied with."""
        import scipy.sparse

        rows: npt.NDArray[np.intp] = self._nis.get_indexer(pd.Index(self.zones))
        shape = (len(self._nis), len(self.people))
        return scipy.sparse.csr_array((self.people.to_numpy(), (rows, np.arange(len(self.people)))), shape=shape)


def base_of(atlas: Atlas, question: ScenarioQuestion) -> Base:
    """Return the base of a question; the last :data:`BASES_KEPT` are kept by the atlas.

    Raises
    ------
    UnknownKindError
        If scenarios do not change that kind.
    IncompleteSupplyError
        If our list of a real kind is not complete.
    DatasetNotFoundError
        If there are no children of the year.
    """
    kept: OrderedDict[ScenarioQuestion, Base] = atlas.keep(("scenario_bases",), OrderedDict)
    with _GUARD:
        if question in kept:
            kept.move_to_end(question)
            return kept[question]
    sites = sites_of(atlas, question)
    zones = atlas.demand(POINTS_YEAR)["nis"]
    made = make_base(question, sites, times_of(atlas, question), people_of(atlas, question), zones)
    made = replace(made, about=_about_communes(atlas, made))
    made = replace(made, coverage=coverage_of(atlas, question.kind, sites, made.about["people"]))
    with _GUARD:
        kept[question] = made
        while len(kept) > BASES_KEPT:
            kept.popitem(last=False)
    return made


def make_base(
    question: ScenarioQuestion,
    sites: Sites,
    times: TravelTimes,
    people: "pd.Series[float]",
    zones: "pd.Series[str]",
) -> Base:
    """Measure what people reach in a network whose ways are all known.

    Parameters
    ----------
    question
        What is judged.
    sites
        Columns of ``times``, in its order.
    times
        Minutes from demand points to sites.
    people
        Who counts, rows of ``times``.
    zones
        Commune of each, same index.
    """
    catchments, per_100 = None, None
    if SIZE_UNIT[question.kind]:
        impedance = Gaussian.falling_to(limit_min=question.limit_min)
        catchments = prepare_catchments(times, people, impedance=impedance)
        per_100 = 100.0 * floating_catchment_draws(catchments, sites.open_size)
    reached = Reached(sites, nearest_of_sets(times, sites.open_size > 0), per_100)
    return Base(question, times, people, zones, reached, catchments)


def _about_communes(atlas: Atlas, base: Base) -> pd.DataFrame:
    people = base.people.groupby(base.zones.to_numpy()).sum()
    return pd.DataFrame(atlas.communes[["name_fr", "province"]]).assign(
        income_eur=latest_income(atlas).reindex(atlas.communes.index),
        people=people.reindex(atlas.communes.index, fill_value=0.0),
    )


def sites_of(atlas: Atlas, question: ScenarioQuestion) -> Sites:
    """Return the sites of a kind before any scenario, closed ones that have a position included.

    Raises
    ------
    UnknownKindError
        If scenarios do not change that kind.
    IncompleteSupplyError
        If our list of a real kind is not complete.
    """
    kind = question.kind
    if kind not in SIZE_UNIT:
        raise UnknownKindError(f"Scenarios change {', '.join(SIZE_UNIT)}, not {kind!r}: choose one of them.")
    if kind in MODELLED_KINDS:
        return _modelled_sites(atlas, kind)
    require_complete(atlas, kind)
    supply = supply_on(atlas, kind, question.day)
    closed = supply.not_open[supply.not_open["lon"].notna() & supply.not_open["lat"].notna()]
    table = pd.concat([supply.located.assign(is_open=True), closed.assign(is_open=False)])
    return sites_of_data(kind, table.reindex(_every_site(atlas, kind, table.index)))


def _every_site(atlas: Atlas, kind: str, here: pd.Index) -> pd.Index:
    """Return the sites in the order of the services, which is the same on every day."""
    order = atlas.services.index[atlas.services["kind"] == kind]
    found: pd.Index = order[order.isin(here)]
    return found


def _modelled_sites(atlas: Atlas, kind: str) -> Sites:
    network = atlas.modelled
    if kind == DAY_CARE:
        size = network.places_total
        related = network.places["subsidised"] + INCOME_RELATED_SHARE * network.places["kind_en_gezin"]
    else:
        size, related = network.sessions_per_month, np.zeros_like(network.sessions_per_month)
    # A site without any place in the central network stands in some draws only: it is there, and may be changed.
    table = network.sites[["name", "lon", "lat"]].assign(is_open=True)
    return sites_of_data(kind, table, size=size, income_related=related)


def times_of(atlas: Atlas, question: ScenarioQuestion) -> TravelTimes:
    """Return the minutes from every demand point to every site of :func:`sites_of`, kept by the atlas."""
    kind, mode = question.kind, question.mode
    if kind in MODELLED_KINDS:
        return site_times(atlas, mode)
    sites = sites_of(atlas, question).table

    def measure() -> TravelTimes:
        return search_sites(atlas, mode, sites, cutoff_min=math.inf)

    return atlas.keep(("scenario_times", kind, mode, *map(str, sites.index)), measure)


def search_sites(atlas: Atlas, mode: Mode, sites: pd.DataFrame, *, cutoff_min: float) -> TravelTimes:
    """Return the minutes from every demand point to some sites, by one bounded search backwards from each.

    Parameters
    ----------
    atlas
        The data.
    mode
        Travel mode.
    sites
        Index ``site_id``; ``lon``, ``lat``.
    cutoff_min
        Longest trip.
    """
    roads = atlas.roads(mode)
    return travel_times_to(
        roads.graph,
        atlas.demand_snaps(mode, POINTS_YEAR),
        roads.snap(sites["lon"], sites["lat"]),
        atlas.demand(POINTS_YEAR).index,
        sites.index,
        cutoff_min=cutoff_min,
        turned_graph=_turned(atlas, mode),
    )


def _turned(atlas: Atlas, mode: Mode) -> ModeGraph:
    return atlas.keep(("turned_graph", mode), lambda: turn_graph(atlas.roads(mode).graph))


def people_of(atlas: Atlas, question: ScenarioQuestion) -> "pd.Series[float]":
    """Return who counts at every demand point.

    Women of all communes count for real kinds, those of the German-speaking ones too: maternities are not ONE's. For
    modelled kinds the children there are 0.

    Raises
    ------
    DatasetNotFoundError
        If there are no children of the year.
    """
    if question.kind in MODELLED_KINDS:
        return children_at_points(atlas, question.people_year, CHILDREN_OF[question.kind])
    found: pd.Series[float] = atlas.demand(question.people_year)[question.weight].astype("float64")
    return found
