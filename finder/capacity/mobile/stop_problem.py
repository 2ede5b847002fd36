"""What the choice of stops starts from, what it must keep to, and what it answers."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from finder.capacity.location.solution import Status
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR, FREQUENCIES, Calendar
from finder.errors import MobileError

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

METHOD_VERSION: Final = "mobile stops 1"


@dataclass(frozen=True, eq=False)
class StopProblem:
    """Children in gaps, places where a unit could stop, and the drives to them.

    Attributes
    ----------
    point_ids, point_nis
        Shape (n_points,): points with children in gaps, and their communes.
    children
        Shape (n_points,), > 0: children aged 0 to 5 in the gap (expected over the draws) who would come (take-up
        applied).
    stop_ids, stop_nis
        Shape (n_stops,): candidates and their communes.
    indptr, indices
        Catchments in CSR form: ``indices[indptr[s]:indptr[s + 1]]`` are the rows of points that reach stop ``s``.
    depot_ids
        Shape (n_depots,).
    out_min, back_min
        Shape (n_depots, n_stops): drives from the depot to the stop and back; inf where there is no road.
    hop_min
        Shape (n_stops,): what a drive from one stop to the next usually takes around this one.
    """

    point_ids: np.ndarray
    point_nis: np.ndarray
    children: Float64
    stop_ids: np.ndarray
    stop_nis: np.ndarray
    indptr: Int64
    indices: Int64
    depot_ids: tuple[str, ...]
    out_min: Float64
    back_min: Float64
    hop_min: Float64

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.point_ids)

    @property
    def n_stops(self) -> int:
        """Number of candidates."""
        return len(self.stop_ids)


@dataclass(frozen=True)
class StopRules:
    """What a choice of stops must keep to.

    Attributes
    ----------
    duty
        A working day.
    calendar
        See :mod:`finder.capacity.mobile.frequency`.
    frequencies
        Allowed numbers of sessions in a cycle, of :data:`finder.capacity.mobile.frequency.FREQUENCIES`; leaving out
        the small ones is a minimum of revisits.
    units_low, units_high
        Least and most units at each depot, in the order of :attr:`StopProblem.depot_ids`.
    units
        Units in all, at least the sum of ``units_low`` and at most that of ``units_high``.
    children_per_session
        Above 0: session length divided by the minutes one child takes.
    visits_per_child_year
        Above 0: how often a child comes.
    least_children
        A stop serves at least so many, or it is none.
    least_commune_share
        0 to 1: at least this share of the children in gaps of every commune (those that any stop can reach) is served.
    required_nis, excluded_nis
        Communes with at least one stop; communes without any.
    target_children
        None: serve the most children. Else: serve at least so many with the fewest sessions.

    Raises
    ------
    MobileError
        If a value is out of range.
    """

    duty: Duty
    units_low: tuple[int, ...]
    units_high: tuple[int, ...]
    units: int
    calendar: Calendar = "months"
    frequencies: tuple[int, ...] = (1, 2, 4, 8)
    children_per_session: float = 5.0
    visits_per_child_year: float = 3.0
    least_children: float = 0.0
    least_commune_share: float = 0.0
    required_nis: tuple[str, ...] = ()
    excluded_nis: tuple[str, ...] = ()
    target_children: float | None = None

    def __post_init__(self) -> None:
        rules = {
            "one range of units per depot": len(self.units_low) == len(self.units_high) > 0,
            "units of a depot from 0 and in order": all(
                0 <= low <= high for low, high in zip(self.units_low, self.units_high, strict=False)
            ),
            "units in all within the sums of the depots": sum(self.units_low) <= self.units <= sum(self.units_high),
            "at least one unit": self.units >= 1,
            "frequencies of the list, at least one": bool(self.frequencies)
            and set(self.frequencies) <= set(FREQUENCIES.values()),
            "children per session and visits above 0": self.children_per_session > 0 and self.visits_per_child_year > 0,
            "least children not negative": self.least_children >= 0,
            "least share of a commune 0 to 1": 0 <= self.least_commune_share <= 1,
            "no commune both required and excluded": not set(self.required_nis) & set(self.excluded_nis),
            "a target above 0": self.target_children is None or self.target_children > 0,
        }
        wrong = [rule for rule, is_kept in rules.items() if not is_kept]
        if wrong:
            raise MobileError(f"The rules of the stops do not hold together: {'; '.join(wrong)}.")

    def children_served(self, sessions: int) -> float:
        """Return how many children a stop with so many sessions in a cycle can follow."""
        return sessions * CYCLES_PER_YEAR[self.calendar] * self.children_per_session / self.visits_per_child_year


@dataclass(frozen=True, eq=False)
class StopChoice:
    """Chosen stops.

    Attributes
    ----------
    status
        As for location models.
    stops
        Shape (n_chosen,): rows of the problem's stops, ascending.
    sessions
        Shape (n_chosen,): sessions in a cycle.
    depots
        Shape (n_chosen,): row of the depot whose units serve it.
    units
        Shape (n_depots,): units at each depot.
    served
        Shape (n_points, ): children of each point who are served, at most ``children``.
    served_at
        Shape (n_chosen,): children of each chosen stop; sums to that of ``served``.
    objective, bound
        Children served (or sessions, for a target), and what no choice can do better than.
    method
        ``milp`` or ``greedy``.
    seconds
        Of solving.
    """

    status: Status
    stops: Int64
    sessions: Int64
    depots: Int64
    units: Int64
    served: Float64
    served_at: Float64
    objective: float
    bound: float
    method: Literal["milp", "greedy"]
    seconds: float
