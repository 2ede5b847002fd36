"""The cheapest places that give communes, or every demand point, enough places within reach.

Places within reach (E2SFCA) are linear in the places: one place more at site ``j`` gives point ``i``
``w_ij / sum_k w_kj P_k`` places per child, whatever stands elsewhere. So the covering problem of
:mod:`finder.capacity.places_allocation` answers this question too.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import TODAY_YEAR, children_at_points
from finder.answers.modelled import CENTRAL
from finder.answers.places_allocation import TENURE_NOTE, Costs
from finder.answers.places_reach import ReachQuestion
from finder.answers.site_times import POINTS_YEAR, site_times
from finder.capacity.accessibility import prepare_catchments
from finder.capacity.facility_sizes import GROUP
from finder.capacity.impedance import Gaussian
from finder.capacity.places_allocation import TIME_LIMIT_S, PlacesPlan, cheapest_places
from finder.errors import AllocationError, first_ids

LEVELS: Final = ("commune", "point")
CENTRAL_NOTE: Final = (
    "The plan is made for the central network, which is smoothed: share_reached says in how many draws it is enough."
)


@dataclass(frozen=True)
class ReachTargetQuestion:
    """Places within reach that are to be had.

    Attributes
    ----------
    reach
        Mode, longest trip, children of which year.
    target_per_100
        Places within reach per 100 children.
    level
        Whether the mean of each commune must reach it, or every demand point with children.
    communes
        NIS codes where it must; default all that ONE serves. Places may be added anywhere.
    grow_most
        Places added to one site at most, to an existing or a new one.
    costs, time_limit_s
        As in :class:`finder.answers.places_allocation.TargetQuestion`.
    """

    reach: ReachQuestion = field(default_factory=lambda: ReachQuestion(year=TODAY_YEAR))
    target_per_100: float = 33.0
    level: Literal["commune", "point"] = "commune"
    communes: tuple[str, ...] | None = None
    grow_most: int = 49
    costs: Costs = field(default_factory=Costs)
    time_limit_s: float = TIME_LIMIT_S


@dataclass(frozen=True, eq=False)
class ReachTargetAnswer:
    """The plan and what it gives.

    Attributes
    ----------
    question
        What was asked.
    plan
        Status, cost, bound, gap; places by site.
    table
        By commune or point: ``before`` and ``after`` (places within reach per 100 children, central network) and
        ``share_reached`` (share of the draws in which the target is then met).
    unreachable_ids
        Points with children that have no site within reach: no place can help them, and they are left out.
    notes
        What must be said with it.
    """

    question: ReachTargetQuestion
    plan: PlacesPlan
    table: pd.DataFrame
    unreachable_ids: list[object]
    notes: tuple[str, ...] = (TENURE_NOTE, CENTRAL_NOTE)


def reach_to_target(atlas: Atlas, question: ReachTargetQuestion) -> ReachTargetAnswer:
    """Find the cheapest places at the possible sites that bring reach to its target.

    Raises
    ------
    AllocationError
        If a commune or the level is unknown, or the target is out of reach: it says for which areas.
    ThresholdError
        If the longest trip is not above 0 or too long.
    """
    from scipy import sparse

    children = children_at_points(atlas, question.reach.year, "children_0_2_5")
    impedance = Gaussian.falling_to(limit_min=question.reach.limit_min)
    catchments = prepare_catchments(site_times(atlas, question.reach.mode), children, impedance=impedance)
    per_place = 100 * catchments.weights @ sparse.diags_array(catchments.ratios(np.ones(len(catchments.site_ids))))
    nis = atlas.demand(POINTS_YEAR)["nis"].reindex(children.index)
    is_asked = (children > 0) & nis.isin(_communes(atlas, question.communes))
    is_stuck = is_asked & (np.diff(catchments.weights.indptr) == 0)
    rows, areas = _rows(question.level, children, nis, is_asked, is_stuck)
    gains = (rows @ per_place).tocsr()
    places = atlas.modelled.places_total
    reach = gains @ places
    lacking = pd.Series(question.target_per_100 - reach[:, CENTRAL], index=areas)
    costs = question.costs
    sites = pd.DataFrame(
        {
            "places_min": GROUP,
            "places_max": question.grow_most,
            "cost_fixed": np.where(places[:, CENTRAL] > 0, 0.0, costs.per_new_site),
            "cost_per_place": costs.per_place,
        },
        index=catchments.site_ids,
    )
    plan = cheapest_places(sites, gains, lacking, time_limit_s=question.time_limit_s)
    after = reach + plan.gained.to_numpy()[:, None]
    is_reached = after[:, CENTRAL + 1 :] >= question.target_per_100 * (1 - 1e-6)
    table = pd.DataFrame(
        {"before": reach[:, CENTRAL], "after": after[:, CENTRAL], "share_reached": is_reached.mean(axis=1)}, index=areas
    )
    return ReachTargetAnswer(question, plan, table, children.index[is_stuck].tolist())


def _rows(
    level: str,
    children: "pd.Series[float]",
    nis: "pd.Series[str]",
    is_asked: "pd.Series[bool]",
    is_stuck: "pd.Series[bool]",
) -> tuple[Any, pd.Index]:
    """Return the matrix that makes areas of points, and the areas: the points, or the means of communes' children."""
    from scipy import sparse

    if level == "point":
        chosen = np.flatnonzero(is_asked & ~is_stuck)
        ones = (np.ones(len(chosen)), (np.arange(len(chosen)), chosen))
        return sparse.csr_array(ones, shape=(len(chosen), len(children))), children.index[chosen]
    if level != "commune":
        raise AllocationError(f"Unknown level {level!r}: choose one of {', '.join(LEVELS)}.")
    chosen = np.flatnonzero(is_asked)
    code, areas = pd.factorize(nis.iloc[chosen], sort=True)
    people = children.to_numpy()[chosen]
    shares = people / np.bincount(code, weights=people)[code]
    return sparse.csr_array((shares, (code, chosen)), shape=(len(areas), len(children))), pd.Index(areas, name="nis")


def _communes(atlas: Atlas, asked: tuple[str, ...] | None) -> pd.Index:
    served: pd.Index = atlas.communes.index[~atlas.communes["is_german_community"]]
    if asked is None:
        return served
    unknown = [nis for nis in asked if nis not in served]
    if unknown:
        raise AllocationError(f"Communes that ONE does not serve, or no NIS codes of 2025: {first_ids(unknown)}.")
    return pd.Index(list(asked))
