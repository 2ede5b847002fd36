"""What a planner asks of mobile consultations: whose gap, how many units, from where, in what working day."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from finder.answers.children import COUNTED_YEAR, DEMAND_YEARS
from finder.answers.site_times import LONGEST_MIN
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR, FREQUENCIES, Calendar
from finder.errors import MobileError
from finder.units import MODES, Mode

METHOD_VERSION: Final = "mobile plan 1"

MOST_UNITS: Final = 40
CATCHMENT_CAR_MIN: Final = 8.0
CATCHMENT_OTHER_MIN: Final = 20.0


@dataclass(frozen=True)
class DepotChoice:
    """A place where units may start.

    Attributes
    ----------
    depot_id
        Unique, short.
    name
        As people say it.
    lon, lat
        WGS84 degrees.
    units_low, units_high
        Fewest and most units there.

    Raises
    ------
    MobileError
        If the position or the units cannot be used.
    """

    depot_id: str
    name: str
    lon: float
    lat: float
    units_low: int
    units_high: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and math.isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise MobileError(f"Depot {self.name!r} is at {self.lon}, {self.lat}: no place on the globe.")
        if not 0 <= self.units_low <= self.units_high <= MOST_UNITS:
            raise MobileError(
                f"Depot {self.name!r} has {self.units_low} to {self.units_high} units: 0 to {MOST_UNITS}, in order."
            )


@dataclass(frozen=True)
class MobileQuestion:
    """What is asked. Every default that is not published is an assumption: see ``docs/mobile.md``.

    Attributes
    ----------
    mode, limit_min
        A child is in a gap when the nearest consultation is farther than this.
    catchment_mode, catchment_min
        How families come to a stop, and how far at most. None: the gap's own mode, and its limit: who reaches a stop is
        in no gap on the days of its sessions. For another mode than the gap's: 8 minutes by car, else 20.
    year
        Children of 1 January of that year, one of :data:`finder.answers.children.DEMAND_YEARS`.
    take_up
        Share of the children in gaps who would come, above 0 and up to 1.
    visits_per_child_year, minutes_per_child
        How often a child comes, and how long it takes within a session.
    units
        Mobile units in all.
    depots
        Where they start; empty: one per province, see :func:`finder.answers.mobile_depots.default_depots`.
    longest_out_min
        A unit drives no farther than this from its depot to a stop, or back; None: as far as a day allows.
    calendar, frequencies
        See :mod:`finder.capacity.mobile.frequency`; numbers of sessions in eight weeks.
    duty
        A working day.
    least_children
        A stop follows at least so many, or it is none.
    least_commune_share
        At least this share of the children of every commune who can reach some stop is followed.
    required_nis, excluded_nis
        Communes with at least one stop; communes without any.
    target_children
        None: follow the most children. Else follow at least so many with the fewest sessions.
    area
        Name of a region or province whose children and localities count; None: all.
    closed_days
        Days without sessions beside public holidays; they change no plan, only its dates.

    Raises
    ------
    MobileError
        If a value cannot be used; every such value is named.
    """

    mode: Mode = "car"
    limit_min: float = 8.0
    catchment_mode: Mode | None = None
    catchment_min: float | None = None
    year: int = COUNTED_YEAR
    take_up: float = 0.6
    visits_per_child_year: float = 3.0
    minutes_per_child: float = 15.0
    units: int = 6
    depots: tuple[DepotChoice, ...] = ()
    longest_out_min: float | None = 60.0
    calendar: Calendar = "months"
    frequencies: tuple[int, ...] = (1, 2, 4, 8)
    duty: Duty = field(default_factory=Duty)
    least_children: float = 5.0
    least_commune_share: float = 0.0
    required_nis: tuple[str, ...] = ()
    excluded_nis: tuple[str, ...] = ()
    target_children: float | None = None
    area: str | None = None
    closed_days: tuple[datetime.date, ...] = ()

    def __post_init__(self) -> None:
        ids = [depot.depot_id for depot in self.depots]
        rules = {
            f"mode and catchment mode must be of {', '.join(MODES)}": self.mode in MODES
            and self.catchment_mode in (None, *MODES),
            "calendar must be months or weeks": self.calendar in CYCLES_PER_YEAR,
            f"year must be of {', '.join(map(str, sorted(DEMAND_YEARS)))}": self.year in DEMAND_YEARS,
            "take_up must be above 0 and up to 1": 0 < self.take_up <= 1,
            "visits_per_child_year must be above 0 and up to 52": 0 < self.visits_per_child_year <= 52,
            "minutes_per_child must be above 0 and no longer than a session": 0
            < self.minutes_per_child
            <= self.duty.session_min,
            f"units must be 1 to {MOST_UNITS}": 1 <= self.units <= MOST_UNITS,
            "frequencies must be of the list, each once, at least one": bool(self.frequencies)
            and set(self.frequencies) <= set(FREQUENCIES.values())
            and len(set(self.frequencies)) == len(self.frequencies),
            "least_children must not be negative": 0 <= self.least_children < math.inf,
            "least_commune_share must be 0 to 1": 0 <= self.least_commune_share <= 1,
            "no commune may be both required and excluded": not set(self.required_nis) & set(self.excluded_nis),
            "longest_out_min must be above 0": self.longest_out_min is None or 0 < self.longest_out_min < math.inf,
            "target_children must be above 0": self.target_children is None or 0 < self.target_children < math.inf,
            "depots must have ids of their own": len(set(ids)) == len(ids),
        }
        if self.mode in MODES:
            rules[f"limit_min must be above 0 and up to {LONGEST_MIN[self.mode]:g}"] = (
                0 < self.limit_min <= LONGEST_MIN[self.mode]
            )
        if self.catchment_mode in (None, *MODES) and self.mode in MODES:
            mode, minutes = self.catchment
            rules[f"catchment_min must be above 0 and up to {LONGEST_MIN[mode]:g}"] = 0 < minutes <= LONGEST_MIN[mode]
        wrong = [rule for rule, is_kept in rules.items() if not is_kept]
        if wrong:
            raise MobileError(f"The question of mobile consultations cannot be asked: {'; '.join(wrong)}.")

    @property
    def catchment(self) -> tuple[Mode, float]:
        """Mode and longest trip of families to a stop."""
        mode: Mode = self.catchment_mode or self.mode
        if self.catchment_min is not None:
            return mode, self.catchment_min
        if mode == self.mode:
            return mode, self.limit_min
        return mode, CATCHMENT_CAR_MIN if mode == "car" else CATCHMENT_OTHER_MIN

    @property
    def children_per_session(self) -> float:
        """Children a session has time for."""
        return self.duty.session_min / self.minutes_per_child

    def to_dict(self) -> dict[str, Any]:
        """Return the question as plain JSON values; :func:`question_from_dict` reads them."""
        out = asdict(self)
        out["closed_days"] = [day.isoformat() for day in self.closed_days]
        for name in ("frequencies", "required_nis", "excluded_nis", "depots"):
            out[name] = list(out[name])
        out["duty"]["weekdays"] = list(self.duty.weekdays)
        return out


def question_from_dict(values: Mapping[str, Any]) -> MobileQuestion:
    """Return the question of plain JSON values; those left out have their defaults.

    Raises
    ------
    MobileError
        If a key is unknown or a value cannot be used.
    """
    unknown = sorted(set(values) - {f.name for f in fields(MobileQuestion)})
    if unknown:
        raise MobileError(f"The question of mobile consultations has no {', '.join(unknown)}.")
    given = dict(values)
    try:
        if "duty" in given:
            given["duty"] = Duty(**{**given["duty"], "weekdays": tuple(given["duty"]["weekdays"])})
        if "depots" in given:
            given["depots"] = tuple(DepotChoice(**depot) for depot in given["depots"])
        if "closed_days" in given:
            given["closed_days"] = tuple(datetime.date.fromisoformat(day) for day in given["closed_days"])
        for name in ("frequencies", "required_nis", "excluded_nis"):
            if name in given:
                given[name] = tuple(given[name])
        return MobileQuestion(**given)
    except (TypeError, KeyError, ValueError) as error:
        if isinstance(error, MobileError):
            raise
        raise MobileError(f"The question of mobile consultations cannot be read: {error}.") from error
