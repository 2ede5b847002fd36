"""Where the next day-care places should stand: new sites with sizes in multiples of seven, beside the modelled ones."""

from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import TODAY_YEAR, children_at_points
from finder.answers.modelled import CENTRAL
from finder.answers.site_times import POINTS_YEAR
from finder.answers.siting import communes_of
from finder.capacity.location.capacitated import Goal, Sizes, solve_capacitated
from finder.capacity.location.problem import LocationProblem
from finder.capacity.location.solution import Cancelled, LocationSolution
from finder.errors import LocationError
from finder.geo.network import Bool, Float32, Float64
from finder.geo.snapping import Snaps
from finder.geo.travel_time import travel_times
from finder.units import WGS84, Mode

TIME_LIMIT_S: Final = 60.0


@dataclass(frozen=True)
class SizedQuestion:
    """Which places are to be sited.

    Attributes
    ----------
    area
        Name of a region or province; only its children, localities and existing sites count, as if nobody crossed
        its limits.
    p
        Most new sites.
    sizes
        Of new sites, and most places of all together.
    goal
        ``served``: as many children as possible get a place within the limit. ``minutes``: all do, with the fewest
        minutes.
    mode, limit_min
        Travel mode; nobody is sent farther than the limit, inclusive.
    take_up_share
        Places needed per child of 0 to 2.5 years.
    year
        1 January of; one of :data:`finder.answers.children.DEMAND_YEARS`.
    draw
        Of the modelled network; 0 is the central one.
    """

    area: str
    p: int
    sizes: Sizes = field(default_factory=lambda: Sizes(14, 49))
    goal: Goal = "served"
    mode: Mode = "car"
    limit_min: float = 10.0
    take_up_share: float = 0.33
    year: int = TODAY_YEAR
    draw: int = CENTRAL


@dataclass(frozen=True, eq=False)
class SizedAnswer:
    """The new sites, the proof and who gets a place.

    Attributes
    ----------
    question
        What was asked.
    solution
        Objective and bound in places used (``served``) or child-minutes (``minutes``). It rests on the model: existing
        sites are modelled.
    sites
        New sites: index ``site_id``; ``name``, ``nis``, ``lon``, ``lat``, ``places``.
    points
        Index ``point_id``: ``nis``, ``places_needed``, ``site_id`` of the site that takes most of them (an existing
        one has the id of the modelled network; None: nobody gets a place) and ``minutes`` to it.
    places_needed, places_existing
        In the area.
    used_before
        Most of the needed places that the existing sites could give within the limit.
    """

    question: SizedQuestion
    solution: LocationSolution
    sites: pd.DataFrame
    points: pd.DataFrame
    places_needed: float
    places_existing: float
    used_before: float


def place_sites(
    atlas: Atlas,
    question: SizedQuestion,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    cancelled: Cancelled | None = None,
) -> SizedAnswer:
    """Return new day-care sites with their places, and what no choice can be better than.

    Children are placed as a planner would (:func:`finder.capacity.location.capacitated.solve_capacitated`), which no
    family has to follow.

    Parameters
    ----------
    atlas
        The data.
    question
        What is to be sited.
    time_limit_s, cancelled
        When to stop.

    Raises
    ------
    LocationError
        If the area is unknown, a number is out of range, or there are too many pairs within the limit.
    """
    if not (np.isfinite(question.take_up_share) and 0 < question.take_up_share <= 1):
        raise LocationError(f"{question.take_up_share} places per child: it must be above 0 and at most 1.")
    if not (np.isfinite(question.limit_min) and question.limit_min > 0):
        raise LocationError(f"A limit of {question.limit_min} minutes: it must be above 0 and finite.")
    problem, places, nis = _problem(atlas, question)
    is_kept = problem.existing
    before = solve_capacitated(
        _only(problem, is_kept), p=0, goal="served", sizes=question.sizes, existing_places=places[is_kept],
        limit_min=question.limit_min, time_limit_s=time_limit_s, cancelled=cancelled,
    )  # fmt: skip
    solution = solve_capacitated(
        problem, p=question.p, goal=question.goal, sizes=question.sizes, existing_places=places,
        limit_min=question.limit_min, time_limit_s=time_limit_s, cancelled=cancelled,
    )  # fmt: skip
    points = pd.DataFrame(
        {
            "nis": nis,
            "places_needed": problem.people,
            "site_id": pd.Series(problem.site_ids[solution.assigned]).where(solution.assigned >= 0, None).to_numpy(),
            "minutes": solution.minutes,
        },
        index=pd.Index(problem.point_ids, name="point_id"),
    )
    return SizedAnswer(
        question=question,
        solution=solution,
        sites=_site_table(atlas, solution),
        points=points,
        places_needed=float(problem.people.sum()),
        places_existing=float(places[is_kept].sum()),
        used_before=before.objective,
    )


def _problem(atlas: Atlas, question: SizedQuestion) -> tuple[LocationProblem, Float64, "pd.Series[str]"]:
    """Return the problem, places of each existing site (0 at the others), and the communes of the points."""
    communes = communes_of(atlas, question.area)
    network = atlas.modelled
    if not 0 <= question.draw <= network.draw_count:
        raise LocationError(f"There is no draw {question.draw}: choose 0 to {network.draw_count}.")
    amount = network.places_total[:, question.draw]
    is_kept = network.sites["nis"].isin(communes).to_numpy(dtype=bool) & (amount > 0)
    kept = network.sites[is_kept]
    localities = atlas.localities[atlas.localities["nis"].isin(communes)]
    degrees = localities.geometry.to_crs(WGS84)
    needed = children_at_points(atlas, question.year, "children_0_2_5") * question.take_up_share
    nis = atlas.demand(POINTS_YEAR)["nis"]
    is_asked = nis.isin(communes).to_numpy(dtype=bool) & (needed.to_numpy() > 0)
    roads = atlas.roads(question.mode)
    sites = roads.snap(np.r_[degrees.x, kept["lon"]], np.r_[degrees.y, kept["lat"]])
    every = atlas.demand_snaps(question.mode, POINTS_YEAR)
    origins = Snaps(**{f.name: getattr(every, f.name)[is_asked] for f in fields(Snaps)})
    shape = int(is_asked.sum()), len(localities) + len(kept)
    block = travel_times(
        roads.graph, origins, sites, np.arange(shape[0]), np.arange(shape[1]), cutoff_min=question.limit_min
    )  # fmt: skip
    minutes: Float32 = np.full(shape, np.inf, dtype=np.float32)
    minutes[np.repeat(np.arange(shape[0]), np.diff(block.indptr)), block.indices] = block.minutes
    problem = LocationProblem(
        minutes=minutes,
        people=np.asarray(needed, dtype=np.float64)[is_asked],
        point_ids=needed.index.to_numpy()[is_asked],
        site_ids=np.r_[localities["locality_id"].to_numpy(dtype=object), kept.index.to_numpy(dtype=object)],
        existing=np.arange(shape[1]) >= len(localities),
    )
    return problem, np.r_[np.zeros(len(localities)), amount[is_kept]], nis[is_asked]


def _only(problem: LocationProblem, keep: Bool) -> LocationProblem:
    """Return the problem with some of its sites."""
    return replace(
        problem, minutes=problem.minutes[:, keep], site_ids=problem.site_ids[keep], existing=problem.existing[keep]
    )


def _site_table(atlas: Atlas, solution: LocationSolution) -> pd.DataFrame:
    chosen = atlas.localities.set_index("locality_id").loc[solution.site_ids]
    degrees = chosen.geometry.to_crs(WGS84)
    return pd.DataFrame(
        {
            "name": chosen["name"],
            "nis": chosen["nis"],
            "lon": degrees.x,
            "lat": degrees.y,
            "places": np.rint(solution.sizes).astype(int),
        }
    ).rename_axis("site_id")
