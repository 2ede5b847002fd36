"""Everything that can be chosen of a :class:`StopProblem` under its rules, with what cannot matter left out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.stop_problem import Float64, Int64, StopProblem, StopRules
from finder.errors import MobileError, first_ids

CEIL_TOLERANCE_MIN = 1e-6
"""Engine minutes this little above a whole minute are that minute."""


@dataclass(frozen=True, eq=False)
class StopOptions:
    """Groups of points, stops, and the options (stop, sessions, depot) to choose among.

    Attributes
    ----------
    group
        Shape (n_points,): group of each point, -1 where no allowed stop reaches it.
    people
        Shape (n_groups,): children of the points of a group; they are reached by the same allowed stops and live in
        the same commune.
    group_commune
        Shape (n_groups,): row of ``communes``.
    communes
        NIS codes of points and allowed stops, sorted.
    stops
        Shape (n_kept,): rows of the problem's stops.
    stop_commune
        Shape (n_kept,): row of ``communes``.
    pair_group, pair_stop
        Shape (n_pairs,): which group is reached by which kept stop; sorted by stop, then group.
    option_stop, option_sessions, option_depot
        Shape (n_options,): kept stop, sessions in a cycle, row of the depot.
    option_min
        Shape (n_options,): minutes of a unit one session takes, its share of the day's driving included.
    option_room
        Shape (n_options,): children that can be followed, never more than live in the catchment.
    """

    group: Int64
    people: Float64
    group_commune: Int64
    communes: np.ndarray
    stops: Int64
    stop_commune: Int64
    pair_group: Int64
    pair_stop: Int64
    option_stop: Int64
    option_sessions: Int64
    option_depot: Int64
    option_min: Float64
    option_room: Float64

    @property
    def n_groups(self) -> int:
        """Number of groups of points."""
        return len(self.people)

    @property
    def n_stops(self) -> int:
        """Number of stops that can be chosen."""
        return len(self.stops)

    @property
    def commune_children(self) -> Float64:
        """Children of each commune that some allowed stop reaches, shape (n_communes,)."""
        return np.bincount(self.group_commune, self.people, minlength=len(self.communes)).astype(np.float64)

    def at_stops(self, children: Float64) -> Float64:
        """Return the sum of values of pairs at each kept stop, shape (n_kept,)."""
        return np.bincount(self.pair_stop, children, minlength=self.n_stops).astype(np.float64)

    def in_groups(self, children: Float64) -> Float64:
        """Return the sum of values of pairs in each group, shape (n_groups,)."""
        return np.bincount(self.pair_group, children, minlength=self.n_groups).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Pick:
    """A choice among options.

    Attributes
    ----------
    children
        Shape (n_pairs,): children of each pair who are followed there.
    chosen
        Options, ascending; at most one of a stop.
    units
        Shape (n_depots,).
    """

    children: Float64
    chosen: Int64
    units: Int64


def fits_alone(problem: StopProblem, duty: Duty) -> npt.NDArray[np.bool_]:
    """Return whether a unit of a depot can serve a stop alone in a day, shape (n_depots, n_stops).

    The clock of a day: whole minutes of driving, rounded up; the session begins at the next multiple of
    ``duty.step_min`` after the unit is ready.
    """
    has_road = np.isfinite(problem.out_min) & np.isfinite(problem.back_min)
    out = np.ceil(np.where(has_road, problem.out_min, 0.0) - CEIL_TOLERANCE_MIN)
    back = np.ceil(np.where(has_road, problem.back_min, 0.0) - CEIL_TOLERANCE_MIN)
    begins = np.ceil((duty.start_min + out + duty.setup_min) / duty.step_min) * duty.step_min
    fits: npt.NDArray[np.bool_] = (
        has_road & (begins + duty.session_min + duty.packing_min + back - duty.start_min <= duty.shift_min)
    )  # fmt: skip
    return fits


def session_minutes(problem: StopProblem, duty: Duty) -> Float64:
    """Return the minutes of a unit that one session takes, shape (n_depots, n_stops); inf where there is no road.

    ``at_stop + hop (K - 1) / K + (out + back) / K`` with K stops a day: a stop's share of the driving of a full day
    among neighbours. Rounds come later, so this stands for them.
    """
    per_day = duty.most_stops_per_day
    minutes: Float64 = (
        duty.at_stop_min + problem.hop_min * (per_day - 1) / per_day + (problem.out_min + problem.back_min) / per_day
    )
    return minutes


def unit_minutes(rules: StopRules) -> int:
    """Return the minutes of work of one unit in a cycle."""
    return rules.duty.shift_min * len(rules.duty.weekdays) * WEEKS


def unit_sessions(rules: StopRules) -> int:
    """Return the most sessions of one unit in a cycle."""
    return rules.duty.most_stops_per_day * len(rules.duty.weekdays) * WEEKS


def make_options(problem: StopProblem, rules: StopRules) -> StopOptions:
    """Return what can be chosen.

    Left out, without loss: stops of excluded communes; depots from which a stop does not fit into a day alone; stops
    whose whole catchment is below ``least_children``; numbers of sessions above the smallest that follows every child
    of the catchment, or too few for ``least_children``; stops that reach nobody, unless their commune is required.
    Points of one commune with the same allowed stops are one group.

    Raises
    ------
    MobileError
        If tables do not fit, children, drives or rows are not usable, or depots and rules differ in number.
    """
    check_problem(problem, rules)
    nis = problem.stop_nis.astype(str)
    is_required = np.isin(nis, list(rules.required_nis))
    fits = fits_alone(problem, rules.duty)
    reach = scipy.sparse.csr_array(
        (np.ones(len(problem.indices)), problem.indices, problem.indptr), shape=(problem.n_stops, problem.n_points)
    )
    reached = reach @ problem.children
    is_kept = ~np.isin(nis, list(rules.excluded_nis)) & fits.any(axis=0)
    is_kept &= (reached >= rules.least_children) & ((reached > 0) | is_required)
    most = rules.children_served(max(rules.frequencies))
    is_kept &= most >= rules.least_children
    stops = np.flatnonzero(is_kept).astype(np.int64)
    near = scipy.sparse.csr_array(reach[stops])
    names, code = np.unique(np.r_[problem.point_nis.astype(str), nis[stops]], return_inverse=True)
    group, first = _groups(near, code[: problem.n_points])
    people = np.bincount(group[group >= 0], problem.children[group >= 0], minlength=len(first)).astype(np.float64)
    chosen = scipy.sparse.csr_array(near[:, first]) if len(first) else scipy.sparse.csr_array((len(stops), 0))
    chosen.sort_indices()
    pair_stop = np.repeat(np.arange(len(stops)), np.diff(chosen.indptr)).astype(np.int64)
    option = _option_rows(rules, stops, reached[stops], fits)
    stop, sessions, depot = option.T
    room = sessions * rules.children_served(1)
    return StopOptions(
        group=group, people=people, group_commune=code[: problem.n_points][first].astype(np.int64), communes=names,
        stops=stops, stop_commune=code[problem.n_points :].astype(np.int64),
        pair_group=chosen.indices.astype(np.int64), pair_stop=pair_stop, option_stop=stop, option_sessions=sessions,
        option_depot=depot, option_min=session_minutes(problem, rules.duty)[depot, stops[stop]],
        option_room=np.minimum(room, reached[stops][stop]),
    )  # fmt: skip


def _groups(near: scipy.sparse.csr_array, commune: Int64) -> tuple[Int64, Int64]:
    """Return the group of each point (-1: no stop) and the first point of each group."""
    by_point = scipy.sparse.csr_array(near.T)
    by_point.sort_indices()
    group = np.full(by_point.shape[0], -1, dtype=np.int64)
    first: list[int] = []
    known: dict[tuple[int, bytes], int] = {}
    for point in np.flatnonzero(np.diff(by_point.indptr)):
        mine = by_point.indices[by_point.indptr[point] : by_point.indptr[point + 1]]
        key = int(commune[point]), mine.tobytes()
        if key not in known:
            known[key] = len(first)
            first.append(int(point))
        group[point] = known[key]
    return group, np.array(first, dtype=np.int64)


def _option_rows(rules: StopRules, stops: Int64, reached: Float64, fits: npt.NDArray[np.bool_]) -> Int64:
    """Return kept stop, sessions and depot of each option, sorted, shape (n_options, 3)."""
    parts = [np.zeros((0, 3), dtype=np.int64)]
    is_enough = np.zeros(len(stops), dtype=bool)
    for sessions in sorted(set(rules.frequencies)):
        room = rules.children_served(sessions)
        if room < rules.least_children:
            continue
        use = np.flatnonzero(~is_enough)
        depot, k = np.nonzero(fits[:, stops[use]])
        parts.append(np.column_stack([use[k], np.full(len(k), sessions), depot]))
        is_enough |= room >= reached
    rows = np.vstack(parts).astype(np.int64)
    return rows[np.lexsort(rows.T[::-1])]


def check_problem(problem: StopProblem, rules: StopRules) -> None:
    """Check that the tables of a problem fit each other and its rules.

    Raises
    ------
    MobileError
        If they do not.
    """
    n, m, d = problem.n_points, problem.n_stops, len(problem.depot_ids)
    lengths = {
        "point_nis": len(problem.point_nis) == n, "children": len(problem.children) == n,
        "stop_nis": len(problem.stop_nis) == m, "hop_min": len(problem.hop_min) == m,
        "indptr": len(problem.indptr) == m + 1 and problem.indptr[-1] == len(problem.indices),
        "out_min": problem.out_min.shape == (d, m), "back_min": problem.back_min.shape == (d, m),
    }  # fmt: skip
    wrong = [name for name, fits in lengths.items() if not fits]
    if wrong:
        raise MobileError(f"{n} points, {m} stops and {d} depots, but {', '.join(wrong)} is of another size.")
    if len(rules.units_low) != d:
        raise MobileError(f"{d} depots, but ranges of units for {len(rules.units_low)}: give one for each.")
    if len(problem.indices) and not 0 <= problem.indices.min() <= problem.indices.max() < n:
        raise MobileError(f"Catchments name points beyond the {n} there are.")
    for ids, what in ((problem.point_ids, "points"), (problem.stop_ids, "stops"), (problem.depot_ids, "depots")):
        names, count = np.unique(np.asarray(ids).astype(str), return_counts=True)
        if (count > 1).any():
            raise MobileError(f"Doubled ids of {what}: {first_ids(names[count > 1].tolist())}. Keep one of each.")
    is_bad = ~(np.isfinite(problem.children) & (problem.children > 0))
    if is_bad.any():
        raise MobileError(
            f"Children must be above 0, not so at points {first_ids(problem.point_ids[is_bad].tolist())}: leave out "
            "points without children in gaps."
        )
    is_wrong = ~((problem.out_min >= 0) & (problem.back_min >= 0)).all(axis=0)
    is_wrong |= ~(np.isfinite(problem.hop_min) & (problem.hop_min >= 0))
    if is_wrong.any():
        raise MobileError(
            f"Drives are missing or negative at stops {first_ids(problem.stop_ids[is_wrong].tolist())}: use inf where "
            "there is no road from or to a depot."
        )
