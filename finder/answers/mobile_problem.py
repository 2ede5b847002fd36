"""A planner's question as the problem that the choice of stops solves."""

import numpy as np

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand, all_stops
from finder.answers.mobile_drives import depot_drives, stop_drives, usual_hops, whole_minutes
from finder.answers.mobile_question import DepotChoice, MobileQuestion
from finder.capacity.mobile.round_problem import NO_WAY_MIN
from finder.capacity.mobile.stop_problem import Float64, Int64, StopProblem, StopRules
from finder.errors import MobileError, first_ids
from finder.geo.network import Bool, Float32


def stop_rows(atlas: Atlas, demand: MobileDemand) -> Int64:
    """Return the rows of the candidates in :func:`finder.answers.mobile_demand.all_stops`."""
    return np.asarray(all_stops(atlas).index.get_indexer(demand.stops.index), dtype=np.int64)


def stop_problem(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    *,
    hop_factors: Float64 | None = None,
) -> StopProblem:
    """Return the problem of a question.

    A stop farther from a depot than the question allows is as good as without a road from there. ``hop_min`` is
    :func:`finder.answers.mobile_drives.usual_hops` times the factor of the depot nearest by road (1 without factors),
    and half a step of the clock: what a unit waits on average until a session may begin.

    Raises
    ------
    MobileError
        If a depot is off the network.
    """
    rows = stop_rows(atlas, demand)
    out, back = depot_drives(atlas, depots)
    is_far = ~near_enough(question, out, back)[:, rows]
    hops = usual_hops(demand, stop_drives(atlas)[np.ix_(rows, rows)])
    factors = np.ones(len(depots)) if hop_factors is None else hop_factors
    nearest = np.argmin(out[:, rows] + back[:, rows], axis=0)
    return StopProblem(
        point_ids=demand.points.index.to_numpy(),
        point_nis=demand.points["nis"].to_numpy(),
        children=demand.points["coming"].to_numpy(dtype=np.float64),
        stop_ids=demand.stops.index.to_numpy(),
        stop_nis=demand.stops["nis"].to_numpy(),
        indptr=demand.indptr,
        indices=demand.indices,
        depot_ids=tuple(depot.depot_id for depot in depots),
        out_min=np.where(is_far, np.inf, _or_inf(whole_minutes(out[:, rows]))),
        back_min=np.where(is_far, np.inf, _or_inf(whole_minutes(back[:, rows]))),
        hop_min=hops * factors[nearest] + question.duty.step_min / 2,
    )


def near_enough(question: MobileQuestion, out: Float32, back: Float32) -> Bool:
    """Return where a depot (rows) may serve a stop (columns): by road, and within the question's longest drive."""
    longest = np.inf if question.longest_out_min is None else question.longest_out_min
    slower = np.maximum(out, back)
    return np.asarray(np.isfinite(slower) & (slower <= longest))


def _or_inf(minutes: Int64) -> Float64:
    return np.where(minutes >= NO_WAY_MIN, np.inf, minutes).astype(np.float64)


def stop_rules(atlas: Atlas, question: MobileQuestion, depots: tuple[DepotChoice, ...]) -> StopRules:
    """Return the rules of a question.

    Raises
    ------
    MobileError
        If a commune is unknown, or the depots cannot have as many units as asked.
    """
    unknown = sorted({*question.required_nis, *question.excluded_nis} - set(atlas.communes.index))
    if unknown:
        raise MobileError(f"Unknown communes {first_ids(unknown)}: give NIS codes of 2025.")
    low, high = sum(depot.units_low for depot in depots), sum(depot.units_high for depot in depots)
    if not low <= question.units <= high:
        raise MobileError(
            f"{question.units} units, but the depots have room for {low} to {high}: change the units or the depots."
        )
    return StopRules(
        duty=question.duty,
        units_low=tuple(depot.units_low for depot in depots),
        units_high=tuple(depot.units_high for depot in depots),
        units=question.units,
        calendar=question.calendar,
        frequencies=tuple(sorted(question.frequencies)),
        children_per_session=question.children_per_session,
        visits_per_child_year=question.visits_per_child_year,
        least_children=question.least_children,
        least_commune_share=question.least_commune_share,
        required_nis=question.required_nis,
        excluded_nis=question.excluded_nis,
        target_children=question.target_children,
    )
