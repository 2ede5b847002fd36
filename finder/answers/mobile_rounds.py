"""From chosen stops to the rounds of every depot, and from rounds to a plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand
from finder.answers.mobile_drives import depot_drives, drives_between, leg_km, stop_drives, whole_minutes
from finder.answers.mobile_problem import stop_rows
from finder.answers.mobile_question import DepotChoice, MobileQuestion
from finder.capacity.mobile.check import asked_drives, place_points
from finder.capacity.mobile.duty import Depot
from finder.capacity.mobile.follow import follow_children
from finder.capacity.mobile.hours import announce
from finder.capacity.mobile.plan import Plan, PlannedStop, Round, Unplaced
from finder.capacity.mobile.round_problem import RoundProblem, RoundSolution
from finder.capacity.mobile.rounds import plan_rounds
from finder.capacity.mobile.stop_problem import Float64, Int64, StopChoice

RoundProgress = Callable[[int, int, float, float], None]
"""Called with (step, of, minutes driven in a cycle so far, bound so far)."""


@dataclass(frozen=True, eq=False)
class DepotRounds:
    """What one depot was asked and what it answers.

    Attributes
    ----------
    depot
        With its number of units.
    stops
        Shape (n,): rows of the candidates, in the order of the problem.
    problem, solution
        See :mod:`finder.capacity.mobile.round_problem`.
    """

    depot: Depot
    stops: Int64
    problem: RoundProblem
    solution: RoundSolution


def round_problems(
    atlas: Atlas,
    question: MobileQuestion,
    demand: MobileDemand,
    depots: tuple[DepotChoice, ...],
    choice: StopChoice,
) -> list[tuple[Depot, Int64, RoundProblem]]:
    """Return what the rounds of every depot start from: the depot, the rows of its stops, the problem."""
    rows = stop_rows(atlas, demand)
    between = stop_drives(atlas)
    out, back = depot_drives(atlas, depots)
    problems = []
    for number, depot in enumerate(depots):
        mine = np.flatnonzero(choice.depots == number)
        stops = np.asarray(choice.stops, dtype=np.int64)[mine]
        at = rows[stops]
        drives = np.zeros((len(at) + 1, len(at) + 1), dtype=np.int64)
        drives[1:, 1:] = whole_minutes(between[np.ix_(at, at)])
        drives[0, 1:], drives[1:, 0] = whole_minutes(out[number, at]), whole_minutes(back[number, at])
        problem = RoundProblem(
            stop_ids=demand.stops.index.to_numpy()[stops],
            sessions=np.asarray(choice.sessions, dtype=np.int64)[mine],
            worth=np.maximum(np.asarray(choice.served_at, dtype=np.float64)[mine], 0.0),
            drive_min=drives,
            units=int(choice.units[number]),
            duty=question.duty,
        )
        home = Depot(depot.depot_id, depot.name, depot.lon, depot.lat, problem.units)
        problems.append((home, stops, problem))
    return problems


def solve_rounds(
    problems: list[tuple[Depot, Int64, RoundProblem]],
    *,
    time_limit_s: float,
    rng: np.random.Generator,
    progress: Callable[[str, int, int, float, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[DepotRounds]:
    """Plan the rounds of every depot; time is shared by the square of their stops."""
    weights = np.array([max(problem.n_stops, 1) ** 2 for _, _, problem in problems], dtype=np.float64)
    solved = []
    for (depot, stops, problem), weight, own in zip(problems, weights, rng.spawn(len(problems)), strict=True):
        solution = plan_rounds(
            problem,
            time_limit_s=time_limit_s * float(weight / weights.sum()),
            rng=own,
            progress=_told(progress, depot.depot_id),
            cancelled=cancelled,
        )
        solved.append(DepotRounds(depot, stops, problem, solution))
    return solved


def _told(progress: Callable[[str, int, int, float, float], None] | None, depot_id: str) -> RoundProgress | None:
    if progress is None:
        return None

    def tell(step: int, of: int, best: float, bound: float) -> None:
        progress(f"rounds {depot_id}", step, of, best, bound)

    return tell


@dataclass(frozen=True, eq=False)
class Followed:
    """Children followed by a set of stops.

    Attributes
    ----------
    stops
        Shape (n_stops,): rows of the candidates.
    room
        Shape (n_stops,): children each could follow.
    at_stop
        Shape (n_stops,).
    at_point
        Shape (n_points,).
    """

    stops: Int64
    room: Float64
    at_stop: Float64
    at_point: Float64

    @property
    def total(self) -> float:
        """Children followed."""
        return float(self.at_stop.sum())


def followed_at(demand: MobileDemand, stops: Int64, room: Float64) -> Followed:
    """Return whom stops with so much room follow, near ones first; every child once."""
    rows = [demand.row(int(stop)) for stop in stops]
    points = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    minutes = [demand.minutes[demand.indptr[stop] : demand.indptr[stop + 1]] for stop in map(int, stops)]
    columns = np.repeat(np.arange(len(stops)), [len(found) for found in rows]).astype(np.int64)
    taken = np.concatenate(minutes) if minutes else np.zeros(0, dtype=np.float64)
    children = demand.points["coming"].to_numpy(dtype=np.float64)
    pairs = follow_children(children, room, points, columns, taken)
    at_stop, at_point = np.zeros(len(stops)), np.zeros(len(children))
    np.add.at(at_stop, columns, pairs)
    np.add.at(at_point, points, pairs)
    return Followed(np.asarray(stops, dtype=np.int64), room, at_stop, at_point)


def placed_stops(solved: list[DepotRounds]) -> tuple[Int64, Int64]:
    """Return the rows of the candidates that rounds serve, ascending, and their sessions in a cycle."""
    rows = [one.stops[one.solution.unit > 0] for one in solved]
    sessions = [one.problem.sessions[one.solution.unit > 0] for one in solved]
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    stops, counts = np.concatenate(rows), np.concatenate(sessions)
    order = np.argsort(stops, kind="stable")
    return stops[order], counts[order]


def make_the_plan(
    atlas: Atlas, question: MobileQuestion, demand: MobileDemand, solved: list[DepotRounds], followed: Followed
) -> Plan:
    """Return the plan of solved rounds, with hours and kilometres; its figures are still empty."""
    children = dict(zip(followed.stops.tolist(), followed.at_stop.tolist(), strict=True))
    need = dict(zip(followed.stops.tolist(), demand.need_share(followed.stops).tolist(), strict=True))
    stops: list[PlannedStop] = []
    rounds: list[Round] = []
    unplaced: list[Unplaced] = []
    for one in solved:
        depot, problem, solution = one.depot, one.problem, one.solution
        hours = announce(solution.rounds, problem.drive_min, question.duty)
        starts: dict[tuple[int, int], int] = {}
        for day, begins, end in zip(solution.rounds, hours.starts_min, hours.end_min, strict=True):
            way = [0, *(stop + 1 for stop in day.stops), 0]
            drives = tuple(int(problem.drive_min[a, b]) for a, b in pairwise(way))
            ids = tuple(str(problem.stop_ids[stop]) for stop in day.stops)
            rounds.append(Round(depot.depot_id, day.unit, day.week, day.weekday, ids, drives, tuple(begins), end))
            starts |= {(stop, day.week): begin for stop, begin in zip(day.stops, begins, strict=True)}
        for row, candidate in enumerate(one.stops.tolist()):
            place = demand.stops.iloc[candidate]
            if solution.unit[row] == 0:
                continue
            weeks = tuple(sorted(solution.weeks[row]))
            stops.append(
                PlannedStop(
                    stop_id=str(problem.stop_ids[row]), name=str(place["name"]), nis=str(place["nis"]),
                    lon=float(place["lon"]), lat=float(place["lat"]), depot_id=depot.depot_id,
                    unit=int(solution.unit[row]), weekday=int(solution.weekday[row]), weeks=weeks,
                    starts_min=tuple(starts[row, week] for week in weeks), children=round(children[candidate], 3),
                    need_share=round(need[candidate], 4),
                )
            )  # fmt: skip
        for row, reason in solution.unplaced:
            place = demand.stops.iloc[int(one.stops[row])]
            sessions, worth = int(problem.sessions[row]), round(float(problem.worth[row]), 3)
            stop_id, name = str(problem.stop_ids[row]), str(place["name"])
            unplaced.append(Unplaced(stop_id, name, str(place["nis"]), sessions, worth, reason))
    plan = Plan(
        calendar=question.calendar,
        duty=question.duty,
        depots=tuple(one.depot for one in solved),
        stops=tuple(sorted(stops, key=lambda stop: stop.stop_id)),
        rounds=tuple(sorted(rounds, key=lambda one: (one.depot_id, one.unit, one.week, one.weekday))),
        unplaced=tuple(sorted(unplaced, key=lambda left: left.stop_id)),
        question=question.to_dict(),
    )
    return _with_km(atlas, plan)


def _with_km(atlas: Atlas, plan: Plan) -> Plan:
    legs = asked_drives(plan)
    if not legs:
        return plan
    at = place_points(plan)
    table = pd.DataFrame(
        [(*at[start], *at[end]) for start, end in legs], columns=["from_lon", "from_lat", "to_lon", "to_lat"]
    )
    km = dict(zip(legs, leg_km(atlas, table).tolist(), strict=True))
    rounds = []
    for one in plan.rounds:
        way = [one.depot_id, *one.stop_ids, one.depot_id]
        driven = sum(km[leg] for leg in pairwise(way))
        rounds.append(replace(one, km=round(driven, 1) if np.isfinite(driven) else None))
    return replace(plan, rounds=tuple(rounds))


def measured_drives(atlas: Atlas, plan: Plan) -> dict[tuple[str, str], float]:
    """Measure all drives of a plan again with the engine: minutes by (from, to), inf where there is no road.

    A depot or stop farther than 2 km from any road has no road.
    """
    points = place_points(plan)
    legs = asked_drives(plan)
    if not legs:
        return {}
    ids = sorted({place for leg in legs for place in leg} & set(points))
    row = {place: number for number, place in enumerate(ids)}
    minutes = drives_between(
        atlas, np.array([points[place][0] for place in ids]), np.array([points[place][1] for place in ids])
    )  # fmt: skip
    return {
        (start, end): float(minutes[row[start], row[end]]) if start in row and end in row else float("inf")
        for start, end in legs
    }
