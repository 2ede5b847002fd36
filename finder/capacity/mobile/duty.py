"""What a working day of a mobile unit is made of, and where its units start."""

from dataclasses import dataclass

from finder.errors import MobileError


@dataclass(frozen=True)
class Duty:
    """A working day. All times are whole minutes; every default is an assumption, a planner sets their own.

    Attributes
    ----------
    start_min
        When a unit leaves its depot, minutes after midnight; default 8:30.
    shift_min
        Longest day from leaving the depot to being back, the break not counted; default 7 h 36 (38 hours a week).
    break_min
        Length of the break, taken on days with more than ``break_after_stops`` stops, after so many of them.
    break_after_stops
        See ``break_min``.
    setup_min
        At every stop before its session: parking and making ready.
    session_min
        Length of a session.
    packing_min
        At every stop after its session.
    most_stops_per_day
        At most so many.
    weekdays
        Working days, Monday = 0, ascending.
    step_min
        Sessions begin at a multiple of this many minutes after midnight.

    Raises
    ------
    MobileError
        If a value is out of range.
    """

    start_min: int = 510
    shift_min: int = 456
    break_min: int = 30
    break_after_stops: int = 2
    setup_min: int = 10
    session_min: int = 75
    packing_min: int = 5
    most_stops_per_day: int = 4
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    step_min: int = 5

    def __post_init__(self) -> None:
        days = list(self.weekdays)
        rules = {
            "start_min must be 0 to 1439": 0 <= self.start_min < 1440,
            "shift_min must be above 0 and the day must end before midnight": self.shift_min > 0
            and self.start_min + self.shift_min + self.break_min < 1440,
            "break_min must not be negative": self.break_min >= 0,
            "break_after_stops must be at least 1": self.break_after_stops >= 1,
            "setup_min and packing_min must not be negative": min(self.setup_min, self.packing_min) >= 0,
            "session_min must be above 0": self.session_min > 0,
            "most_stops_per_day must be 1 to 8": 1 <= self.most_stops_per_day <= 8,
            "weekdays must be 0 to 6, ascending, at least one": bool(days)
            and days == sorted(set(days))
            and set(days) <= set(range(7)),
            "step_min must be 1 to 60": 1 <= self.step_min <= 60,
        }
        wrong = [rule for rule, is_kept in rules.items() if not is_kept]
        if wrong:
            raise MobileError(f"The working day of a unit cannot be used: {'; '.join(wrong)}.")

    @property
    def at_stop_min(self) -> int:
        """Minutes a unit stands at a stop: making ready, session, packing."""
        return self.setup_min + self.session_min + self.packing_min


@dataclass(frozen=True)
class Depot:
    """Where units start and end their days.

    Attributes
    ----------
    depot_id
        Unique, short.
    name
        As people say it.
    lon, lat
        WGS84 degrees.
    units
        How many start there, at least 0.

    Raises
    ------
    MobileError
        If the number of units is negative.
    """

    depot_id: str
    name: str
    lon: float
    lat: float
    units: int

    def __post_init__(self) -> None:
        if self.units < 0:
            raise MobileError(f"Depot {self.depot_id!r} has {self.units} units: give 0 or more.")
