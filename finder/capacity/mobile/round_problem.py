"""What the rounds start from and what they answer."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import FREQUENCIES
from finder.errors import MobileError, first_ids

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

METHOD_VERSION: Final = "mobile rounds 1"

NO_WAY_MIN: Final = 1_000_000
"""Stands for "no road" among whole minutes."""


@dataclass(frozen=True, eq=False)
class RoundProblem:
    """Stops to be served from one depot by units that are all alike.

    Attributes
    ----------
    stop_ids
        Shape (n_stops,).
    sessions
        Shape (n_stops,): sessions in a cycle, of :data:`finder.capacity.mobile.frequency.FREQUENCIES`.
    worth
        Shape (n_stops,), >= 0: children followed at the stop; decides who stays out when there is no room.
    drive_min
        Shape (n_stops + 1, n_stops + 1): whole minutes from row to column, rounded up; row and column 0 are the depot;
        :data:`NO_WAY_MIN` where there is no road. Not symmetric.
    units
        How many units, at least 0.
    duty
        A working day.

    Raises
    ------
    MobileError
        If shapes, sessions, worth or drives cannot be used.
    """

    stop_ids: np.ndarray
    sessions: Int64
    worth: Float64
    drive_min: Int64
    units: int
    duty: Duty

    def __post_init__(self) -> None:
        n = len(self.stop_ids)
        if len(self.sessions) != n or len(self.worth) != n or self.drive_min.shape != (n + 1, n + 1):
            raise MobileError(
                f"{n} stops, but {len(self.sessions)} numbers of sessions, {len(self.worth)} worths and drives of "
                f"shape {self.drive_min.shape}: give one of each, and one row and column more for the depot."
            )
        is_odd = ~np.isin(self.sessions, list(FREQUENCIES.values()))
        if is_odd.any():
            raise MobileError(
                f"Stops {first_ids(self.stop_ids[is_odd].tolist())} have numbers of sessions not in the list."
            )
        if (self.drive_min < 0).any() or not np.isfinite(self.worth).all() or (self.worth < 0).any():
            raise MobileError("Drives and worths must be numbers from 0 on.")
        if self.units < 0:
            raise MobileError(f"{self.units} units: give 0 or more.")

    @property
    def n_stops(self) -> int:
        """Number of stops."""
        return len(self.stop_ids)


@dataclass(frozen=True, eq=False)
class DayRound:
    """One day of one unit: ``stops`` are rows of the problem in driving order."""

    unit: int
    week: int
    weekday: int
    stops: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class RoundSolution:
    """Days of all units of a depot.

    Attributes
    ----------
    rounds
        Sorted by unit (from 1), week, weekday.
    unit, weekday
        Shape (n_stops,): of each stop; 0 and -1 where it is not served.
    weeks
        One tuple per stop; empty where it is not served.
    unplaced
        Rows of stops that are not served, with one of :data:`finder.capacity.mobile.plan.REASONS`.
    drive_min
        Minutes driven in a cycle.
    bound_min
        No rounds that serve the same stops drive less.
    baseline_min
        What nearest-neighbour rounds over the same stops would drive, or nan where they fail to serve them all.
    seconds
        Of solving.
    """

    rounds: tuple[DayRound, ...]
    unit: Int64
    weekday: Int64
    weeks: tuple[tuple[int, ...], ...]
    unplaced: tuple[tuple[int, str], ...]
    drive_min: int
    bound_min: float
    baseline_min: float
    seconds: float
