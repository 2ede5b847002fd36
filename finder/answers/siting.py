"""Where the next sites of a kind should stand, how good that is at most, and who gains minutes."""

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import COUNTED_YEAR, children_at_points
from finder.answers.modelled import CENTRAL
from finder.answers.site_times import POINTS_YEAR
from finder.answers.siting_order import opening_order
from finder.answers.siting_table import locality_minutes, minutes_to
from finder.answers.supply import check_kind, require_complete, supply_on
from finder.capacity.location.lscp import solve_lscp
from finder.capacity.location.mclp import solve_mclp
from finder.capacity.location.p_center import solve_p_center
from finder.capacity.location.p_median import solve_p_median
from finder.capacity.location.problem import LocationProblem
from finder.capacity.location.solution import Cancelled, LocationSolution, Progress
from finder.errors import LocationError, first_ids
from finder.geo.nearest import nearest_services
from finder.geo.network import Bool, Float32, Float64
from finder.units import WGS84, Mode

Objective = Literal["most_within", "fewest_minutes", "shortest_longest", "fewest_sites"]
"""MCLP, p-median, p-center, LSCP."""

People = Literal["children_0_5", "children_0_2_5", "women_15_49"]

EXISTING: Final = "existing"
"""Id of the column that stands for the nearest of all existing sites."""

MODELLED_KINDS: Final = ("child_consultation", "creche")
"""Kinds whose sites are modelled: the answer rests on the model and says so."""

GAP: Final = 0.005
TIME_LIMIT_S: Final = 110.0


@dataclass(frozen=True, eq=False)
class SitingQuestion:
    """What is to be sited.

    Attributes
    ----------
    kind
        Of service: one with a complete list, or one of :data:`MODELLED_KINDS`.
    objective
        What to strive for.
    p
        How many sites to add; not read for ``fewest_sites``.
    mode
        Travel mode.
    limit_min
        Inclusive; for ``most_within`` and ``fewest_sites``, and for the effects.
    people
        Whom to count.
    year
        1 January of: for children one of :data:`finder.answers.children.DEMAND_YEARS`; women are those of 2020.
    keep_existing
        Whether today's sites stay (else the whole network is planned anew).
    candidates
        Index unique ids, columns ``lon``, ``lat`` (WGS84 degrees); None: the localities of ``area``.
    area
        Name of a region or province whose people and localities count; None: Wallonia and Brussels.
    day
        Whose services are there.
    draw
        Of the modelled network; 0 is the central one.
    """

    kind: str
    objective: Objective
    p: int
    mode: Mode = "car"
    limit_min: float = 30.0
    people: People = "children_0_5"
    year: int = COUNTED_YEAR
    keep_existing: bool = True
    candidates: pd.DataFrame | None = None
    area: str | None = None
    day: datetime.date = datetime.date(2026, 1, 1)
    draw: int = CENTRAL


@dataclass(frozen=True, eq=False)
class SitingAnswer:
    """The sites, the proof and the effects.

    Attributes
    ----------
    question
        What was asked.
    solution
        From :mod:`finder.capacity.location`; its points are the rows of ``points``, its column :data:`EXISTING`
        stands for the nearest existing site.
    sites
        New sites: index ``site_id``; ``name``, ``nis``, ``lon``, ``lat``, ``people`` who are nearest to it,
        ``people_minutes`` they save, ``opening_order`` (1 adds most, each next one most to those before it) and
        ``added`` in that order: people newly within the limit for ``most_within`` and ``fewest_sites``, else
        person-minutes.
    points
        Index ``point_id``: ``nis``, ``people``, ``before_min``, ``after_min`` (inf: nothing to go to) and
        ``gain_min`` (nan where there was nothing before).
    unreachable
        Points with people that reach no site at all: left out, and to be named.
    unreachable_people
        How many people that is.
    rests_on_model
        Whether existing sites are modelled.
    """

    question: SitingQuestion
    solution: LocationSolution
    sites: pd.DataFrame
    points: pd.DataFrame
    unreachable: pd.Index
    unreachable_people: float
    rests_on_model: bool

    def by_commune(self) -> pd.DataFrame:
        """Return who gains, index ``nis``.

        ``people``, ``gaining`` (at least a minute saved, or a site at last), ``newly_within`` (the question's limit),
        ``mean_before_min`` and ``mean_after_min`` (inf where somebody has nothing to go to).
        """
        p, limit_min = self.points, self.question.limit_min
        people = p["people"]
        gains = (p["gain_min"] >= 1) | (np.isinf(p["before_min"]) & np.isfinite(p["after_min"]))
        parts = pd.DataFrame(
            {
                "nis": p["nis"],
                "people": people,
                "gaining": people.where(gains, 0.0),
                "newly_within": people.where((p["before_min"] > limit_min) & (p["after_min"] <= limit_min), 0.0),
                "mean_before_min": people * p["before_min"],
                "mean_after_min": people * p["after_min"],
            }
        )
        sums = parts.groupby("nis").sum()
        return sums.assign(
            mean_before_min=sums["mean_before_min"] / sums["people"],
            mean_after_min=sums["mean_after_min"] / sums["people"],
        )


def find_sites(
    atlas: Atlas,
    question: SitingQuestion,
    *,
    gap: float = GAP,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> SitingAnswer:
    """Return the best new sites that were found, and what no choice can be better than.

    Parameters
    ----------
    atlas
        The data.
    question
        What is to be sited.
    gap
        Relative gap that is enough for ``most_within`` and ``fewest_minutes``; 0 asks for the proof.
    time_limit_s
        For the solver; the first table of a network costs a few seconds more, once.
    progress
        Called with (step, of, objective, bound); objective and bound are nan while the table is made. For
        ``most_within`` they count the people added: those within the limit already would make every gap look small.
    cancelled
        Asked now and then.

    Raises
    ------
    LocationError
        If the area or candidates are unknown or unusable, or ``p`` is out of range.
    UnknownKindError, IncompleteSupplyError
        If the kind is unknown, or neither complete nor modelled.
    """
    problem, points, unreachable = siting_problem(atlas, question, progress=progress)
    told = progress
    if progress is not None and question.objective == "most_within":
        told = _of_added(progress, problem, question.limit_min)
    solution = _solve(problem, question, gap, time_limit_s, told, cancelled)
    before = problem.existing_min
    after = solution.minutes if solution.status != "infeasible" else before
    points = points.assign(before_min=before, after_min=after)
    has_both = np.isfinite(before) & np.isfinite(after)
    points["gain_min"] = np.subtract(before, after, out=np.full(len(before), np.nan), where=has_both)
    return SitingAnswer(
        question=question,
        solution=solution,
        sites=_site_table(atlas, question, problem, solution, points),
        points=points,
        unreachable=unreachable.index,
        unreachable_people=float(unreachable.sum()),
        rests_on_model=question.keep_existing and question.kind in MODELLED_KINDS,
    )


def _of_added(progress: Progress, problem: LocationProblem, limit_min: float) -> Progress:
    already = float(problem.people[problem.existing_min <= limit_min].sum())

    def tell(step: int, of: int, objective: float, bound: float) -> None:
        progress(step, of, objective - already, bound - already)

    return tell


def selection_shares(
    atlas: Atlas,
    question: SitingQuestion,
    draws: Sequence[int],
    *,
    gap: float = GAP,
    time_limit_s: float = 60.0,
    progress: Callable[[int, int], None] | None = None,
) -> "pd.Series[float]":
    """Return in what share of the draws of the modelled network each site is chosen, most often first.

    For kinds whose existing sites are modelled: a site chosen in few draws owes its place to where the model
    happened to put the others. ``progress`` is called with (draws done, of).

    Raises
    ------
    LocationError
        If the kind is not modelled, or there are no draws.
    """
    if question.kind not in MODELLED_KINDS or not question.keep_existing or not draws:
        raise LocationError(f"Draws change nothing for {question.kind!r}: only for {', '.join(MODELLED_KINDS)}, kept.")
    chosen: list[object] = []
    for done, draw in enumerate(draws, start=1):
        found = find_sites(atlas, replace(question, draw=draw), gap=gap, time_limit_s=time_limit_s)
        chosen.extend(found.sites.index)
        if progress is not None:
            progress(done, len(draws))
    counts: pd.Series[float] = pd.Series(chosen, dtype="object").value_counts(sort=True) / len(draws)
    return counts.rename("share_of_draws").rename_axis("site_id")


def siting_problem(
    atlas: Atlas, question: SitingQuestion, *, progress: Progress | None = None
) -> tuple[LocationProblem, pd.DataFrame, "pd.Series[float]"]:
    """Return the problem, its points (``nis``, ``people``), and the people of points that reach no site.

    Points without people are left out: they change no objective.
    """
    check_kind(question.kind)
    if not (math.isfinite(question.limit_min) and question.limit_min > 0):
        raise LocationError(f"A limit of {question.limit_min} minutes: it must be above 0.")

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress(done, of, math.nan, math.nan)

    people, is_inside = _people(atlas, question)
    table, ids = _candidate_minutes(atlas, question, tell)
    before = _existing_minutes(atlas, question)
    reached = np.isfinite(before)
    for row in table:
        reached |= np.isfinite(row)
    asked = is_inside & (people.to_numpy() > 0)
    keep = asked & reached
    by_site = np.empty((len(table) + 1, int(keep.sum())), dtype=np.float32)
    for k, row in enumerate(table):
        by_site[k] = row[keep]
    by_site[-1] = before[keep]
    points = atlas.demand(POINTS_YEAR)[["nis"]].assign(people=people)
    problem = LocationProblem(
        minutes=by_site.T,
        people=np.asarray(people, dtype=np.float64)[keep],
        point_ids=points.index.to_numpy()[keep],
        site_ids=np.append(ids, EXISTING),
        existing=np.arange(len(by_site)) == len(table),
    )
    return problem, points[keep], people[asked & ~reached]


def _people(atlas: Atlas, question: SitingQuestion) -> tuple["pd.Series[float]", Bool]:
    """People at every point, and whether it lies in the area."""
    points = atlas.demand(POINTS_YEAR)
    if question.people == "women_15_49":
        people = points["women_15_49"].astype("float64")
    else:
        people = children_at_points(atlas, question.year, question.people)
    return people, points["nis"].isin(communes_of(atlas, question.area)).to_numpy(dtype=bool)


def communes_of(atlas: Atlas, area: str | None) -> list[str]:
    """Return the communes of a region or province, or all; :class:`LocationError` if the name is unknown."""
    communes = atlas.communes
    is_inside = (communes["region"] == area) | (communes["province"] == area)
    if area is not None and not is_inside.any():
        known = sorted(set(communes["region"]) | set(communes["province"]))
        raise LocationError(f"Unknown area {area!r}: choose one of {', '.join(known)}.")
    return [str(nis) for nis in (communes.index if area is None else communes.index[is_inside])]


def _candidate_minutes(
    atlas: Atlas, question: SitingQuestion, tell: Callable[[int, int], None]
) -> tuple[Float32, np.ndarray]:
    """Minutes from all points to the candidates, shape (n_candidates, n_points), and their ids."""
    given = question.candidates
    if given is None:
        localities = atlas.localities
        inside = localities["nis"].isin(communes_of(atlas, question.area)).to_numpy(dtype=bool)
        table = locality_minutes(atlas, question.mode, progress=tell)
        ids = localities["locality_id"].to_numpy(dtype=object)
        return (table, ids) if inside.all() else (table[inside], ids[inside])
    missing = [name for name in ("lon", "lat") if name not in given.columns]
    if missing or given.empty or not given.index.is_unique or EXISTING in given.index:
        raise LocationError("Candidates need one row each, with a unique id as index and columns lon and lat.")
    sites = atlas.roads(question.mode).snap(given["lon"].to_numpy(), given["lat"].to_numpy())
    if not sites.is_snapped.all():
        ids = given.index[~sites.is_snapped].tolist()
        raise LocationError(f"Candidates {first_ids(ids)} are too far from any road. Correct or leave them out.")
    return minutes_to(atlas, question.mode, sites, progress=tell), given.index.to_numpy(dtype=object)


def _existing_minutes(atlas: Atlas, question: SitingQuestion) -> Float64:
    """Minutes from all points to the nearest existing site; inf without any."""
    points = atlas.demand_snaps(question.mode, POINTS_YEAR)
    if not question.keep_existing:
        return np.full(len(points.edge_id), np.inf)
    if question.kind in MODELLED_KINDS:
        network = atlas.modelled
        amount = network.consultation_count if question.kind == "child_consultation" else network.places_total
        if not 0 <= question.draw < amount.shape[1]:
            raise LocationError(f"There is no draw {question.draw}: choose 0 to {amount.shape[1] - 1}.")
        located = network.sites[amount[:, question.draw] > 0]
    else:
        require_complete(atlas, question.kind)
        located = supply_on(atlas, question.kind, question.day).located
    roads = atlas.roads(question.mode)
    sites = roads.snap(located["lon"].to_numpy(dtype=float), located["lat"].to_numpy(dtype=float))
    minutes, _ = nearest_services(roads.graph, points, sites, k=1)
    return minutes[:, 0].astype(np.float64)


def _solve(
    problem: LocationProblem,
    question: SitingQuestion,
    gap: float,
    time_limit_s: float,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> LocationSolution:
    match question.objective:
        case "most_within":
            return solve_mclp(
                problem, limit_min=question.limit_min, p=question.p, gap=gap, time_limit_s=time_limit_s,
                progress=progress, cancelled=cancelled,
            )  # fmt: skip
        case "fewest_minutes":
            return solve_p_median(
                problem, p=question.p, gap=gap, time_limit_s=time_limit_s, progress=progress, cancelled=cancelled
            )
        case "shortest_longest":
            return solve_p_center(
                problem, p=question.p, time_limit_s=time_limit_s, progress=progress, cancelled=cancelled
            )
        case "fewest_sites":
            return solve_lscp(
                problem, limit_min=question.limit_min, time_limit_s=time_limit_s, cancelled=cancelled
            )  # fmt: skip
    raise LocationError(
        f"Unknown objective {question.objective!r}: most_within, fewest_minutes, shortest_longest or fewest_sites."
    )


def _site_table(
    atlas: Atlas,
    question: SitingQuestion,
    problem: LocationProblem,
    solution: LocationSolution,
    points: pd.DataFrame,
) -> pd.DataFrame:
    columns = np.flatnonzero(np.isin(problem.site_ids, solution.site_ids))
    ids = pd.Index(problem.site_ids[columns], name="site_id")
    people = np.bincount(np.maximum(solution.assigned, 0), points["people"], minlength=problem.n_sites)
    saved = np.bincount(
        np.maximum(solution.assigned, 0), points["people"] * points["gain_min"].fillna(0.0), minlength=problem.n_sites
    )
    limit_min = question.limit_min if question.objective in ("most_within", "fewest_sites") else None
    order, added = opening_order(
        problem.by_site[columns], problem.people, points["before_min"].to_numpy(), limit_min=limit_min
    )
    out = pd.DataFrame(
        {"people": people[columns], "people_minutes": saved[columns], "opening_order": order, "added": added}, index=ids
    )
    if question.candidates is not None:
        places = question.candidates.loc[ids]
        xy = gpd.GeoSeries.from_xy(places["lon"], places["lat"], index=ids, crs=WGS84).to_crs(atlas.communes.crs)
        joined = gpd.GeoDataFrame(geometry=xy).sjoin(atlas.communes[["geometry"]], how="left", predicate="intersects")
        nis = joined[~joined.index.duplicated()]["nis"]
        name = places["name"] if "name" in places.columns else pd.Series(ids.astype(str), index=ids)
        return out.assign(name=name, nis=nis, lon=places["lon"], lat=places["lat"])
    localities = atlas.localities.set_index("locality_id").loc[ids]
    degrees = localities.to_crs(WGS84).geometry
    return out.assign(name=localities["name"], nis=localities["nis"], lon=degrees.x, lat=degrees.y)
