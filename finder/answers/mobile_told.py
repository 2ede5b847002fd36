"""All that is to be told of a plan: of one just made, or of one that was kept in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand, mobile_demand
from finder.answers.mobile_depots import default_depots
from finder.answers.mobile_drives import depot_drives
from finder.answers.mobile_effects import BesideToday, before_and_after, beside_today, commune_table, unserved
from finder.answers.mobile_problem import near_enough, stop_rows, stop_rules
from finder.answers.mobile_question import DepotChoice, MobileQuestion, question_from_dict
from finder.answers.mobile_rounds import Followed, followed_at, measured_drives
from finder.capacity.mobile.check import CheckReport, check_plan
from finder.capacity.mobile.plan import Plan
from finder.errors import MobileError, first_ids
from finder.geo.network import Bool, Int64

TOLD_FIGURES: Final = frozenset(
    {
        "children_in_gaps", "children_coming", "children_reachable", "children_followed", "stops_objective",
        "stops_bound", "stops_gap", "rounds_drive_min_per_cycle", "sessions_per_month", "vehicle_hours_per_month",
        "seconds",
    }
)  # fmt: skip
"""What a file must tell of itself so that its plan can be shown."""

SAME_DATA_SHARE: Final = 0.001
"""Children followed may differ so much between the file and the data; more means that the file is of other data."""


@dataclass(frozen=True, eq=False)
class MobilePlan:
    """A plan and all that is to be told of it.

    Attributes
    ----------
    question
        What was asked.
    depots
        Where units may start: the question's, or the default ones.
    demand
        Children in gaps and candidates.
    followed
        Whom the planned stops follow.
    plan
        The plan itself; its figures hold all numbers below.
    by_commune
        From :func:`finder.answers.mobile_effects.commune_table`.
    unserved
        From :func:`finder.answers.mobile_effects.unserved`.
    before_after
        From :func:`finder.answers.mobile_effects.before_and_after`.
    today
        Published facts of today's units beside the plan.
    no_road
        Candidates with children around them that no depot can drive to and back: ``name``, ``nis``.
    check
        Of the independent checker, with drives measured again; clean.
    """

    question: MobileQuestion
    depots: tuple[DepotChoice, ...]
    demand: MobileDemand
    followed: Followed
    plan: Plan
    by_commune: pd.DataFrame
    unserved: pd.DataFrame
    before_after: pd.DataFrame
    today: tuple[BesideToday, ...]
    no_road: pd.DataFrame
    check: CheckReport

    @property
    def figures(self) -> Mapping[str, float]:
        """All numbers by name."""
        return self.plan.figures


def tell_plan(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    plan: Plan,
    followed: Followed,
) -> MobilePlan:
    """Return what is to be told of a plan whose figures are complete; its drives are measured again.

    Raises
    ------
    MobileError
        If the plan breaks a rule of the checker.
    """
    check = check_plan(plan, measured_drives(atlas, plan))
    if not check.is_clean:
        told = "; ".join(f"{one.rule} ({one.where}): {one.told}" for one in check.findings[:5])
        raise MobileError(f"The plan breaks rules and is not given out: {told}.")
    missed = not_followed(atlas, question, demand, depots, plan, followed)
    table = commune_table(atlas, question, demand, plan, followed, missed)
    has_people = np.diff(demand.indptr) > 0
    return MobilePlan(
        question=question,
        depots=depots,
        demand=demand,
        followed=followed,
        plan=plan,
        by_commune=table,
        unserved=missed,
        before_after=before_and_after(atlas, question, plan),
        today=beside_today(atlas, plan, plan.figures, table, area=question.area),
        no_road=demand.stops.loc[has_people & ~_has_road(atlas, demand, depots), ["name", "nis"]],
        check=check,
    )


def tell_again(atlas: Atlas, plan: Plan) -> MobilePlan:
    """Return what is to be told of a plan that was kept in a file, with the data of today.

    Raises
    ------
    MobileError
        If the file lacks its question, figures or places, was made of other data, or breaks a rule of the checker.
    """
    missing = sorted(TOLD_FIGURES - set(plan.figures))
    if missing or not plan.question:
        raise MobileError(
            f"The plan does not tell its {', '.join(missing) or 'question'}: it can be checked, not shown."
        )
    question = question_from_dict(plan.question)
    demand = mobile_demand(atlas, question)
    depots = question.depots or default_depots(atlas, question, demand)
    rows, ids = _rows(demand, plan), [stop.stop_id for stop in plan.stops]
    if (rows < 0).any():
        unknown = [stop_id for stop_id, row in zip(ids, rows.tolist(), strict=True) if row < 0]
        raise MobileError(f"The plan stops at {first_ids(unknown)}, which are no localities of this data.")
    rules = stop_rules(atlas, question, depots)
    room = np.array([rules.children_served(len(stop.weeks)) for stop in plan.stops], dtype=np.float64)
    order = np.argsort(rows, kind="stable")
    followed = followed_at(demand, rows[order], room[order])
    kept = sum(stop.children for stop in plan.stops)
    if abs(followed.total - kept) > max(1.0, SAME_DATA_SHARE * kept):
        raise MobileError(
            f"The plan says that it follows {kept:,.0f} children, the data of today say {followed.total:,.0f}: it was "
            "made with other data. Make it again."
        )
    return tell_plan(atlas, question, demand, depots, plan, followed)


def not_followed(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    plan: Plan,
    followed: Followed,
) -> pd.DataFrame:
    """Return who would come but is not followed, and why: see :func:`finder.answers.mobile_effects.unserved`."""
    left_out = demand.stops.index.get_indexer(pd.Index([left.stop_id for left in plan.unplaced], dtype="object"))
    chosen = np.union1d(followed.stops, np.asarray(left_out, dtype=np.int64))
    out, back = depot_drives(atlas, depots)
    is_near = np.asarray(near_enough(question, out, back)[:, stop_rows(atlas, demand)].any(axis=0))
    return unserved(demand, question, _has_road(atlas, demand, depots), is_near, chosen, followed)


def _rows(demand: MobileDemand, plan: Plan) -> Int64:
    return np.asarray(
        demand.stops.index.get_indexer(pd.Index([stop.stop_id for stop in plan.stops], dtype="object")), dtype=np.int64
    )


def _has_road(atlas: Atlas, demand: MobileDemand, depots: tuple[DepotChoice, ...]) -> Bool:
    """Which candidates some depot can drive to and back."""
    out, back = depot_drives(atlas, depots)
    reached: Bool = np.isfinite(out + back).any(axis=0)[stop_rows(atlas, demand)]
    return reached
