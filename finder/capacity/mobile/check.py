"""Whether a plan keeps every rule, found out again from the plan alone; nothing of the code that made it is used.

The clock of a day: t is when the unit leaves; for each stop t += drive + making ready; the session begins at a
multiple of ``step_min`` not before t, t is then the end of session and packing; after ``break_after_stops`` stops comes
the break if more stops follow; the drive back ends the day. See ``docs/mobile_plan.md`` for the rules by name.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR, FREQUENCIES, WEEKS, patterns
from finder.capacity.mobile.plan import REASONS, Plan, PlannedStop, Round
from finder.errors import MobileError, first_ids

METHOD_VERSION: Final = "mobile check 1"

MONTHS_PER_YEAR: Final = 12
ENGINE_TOLERANCE_MIN: Final = 0.01
"""Two runs of the engine may differ by so much (single precision), which counts where minutes are rounded up."""
FIGURE_TOLERANCE: Final = 1e-6
"""Relative, and absolute below 1: sums of many numbers depend on their order."""

RULES: Final = (
    "form",
    "stop_twice",
    "unknown_stop",
    "unknown_unit",
    "not_a_working_day",
    "frequency",
    "one_weekday",
    "one_unit",
    "double_booking",
    "too_many_stops",
    "clock",
    "shift_too_long",
    "drive",
    "children_negative",
    "figures",
)

DriveMinutes = Mapping[tuple[str, str], float] | Callable[[str, str], float]


@dataclass(frozen=True)
class Finding:
    """A broken rule: its name (of :data:`RULES`), where in the plan, and what is wrong there."""

    rule: str
    where: str
    told: str


@dataclass(frozen=True)
class CheckReport:
    """What a plan breaks, and what it adds up to.

    Attributes
    ----------
    findings
        In the order of :data:`RULES`; empty for a plan that keeps them all.
    figures
        As :func:`plan_figures`; empty where the form of the plan is broken.
    are_drives_checked
        Whether drives of the engine were given to compare with.
    """

    findings: tuple[Finding, ...]
    figures: Mapping[str, float]
    are_drives_checked: bool

    @property
    def is_clean(self) -> bool:
        """Whether no rule is broken."""
        return not self.findings

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the broken rules, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))


def place_points(plan: Plan) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude (WGS84 degrees) of every depot and stop by id, for who measures the drives.

    A stop may have the id of a depot if it is the same point: both are then ids of one locality.
    """
    return {depot.depot_id: (depot.lon, depot.lat) for depot in plan.depots} | {
        stop.stop_id: (stop.lon, stop.lat) for stop in plan.stops
    }


def asked_drives(plan: Plan) -> list[tuple[str, str]]:
    """Return the drives of all rounds as (from, to), ids of :func:`place_points`, each once, sorted."""
    return sorted({leg for one in plan.rounds for leg in _legs(one)})


def check_plan(plan: Plan, drive_minutes: DriveMinutes | None) -> CheckReport:
    """Return every rule that a plan breaks.

    Parameters
    ----------
    plan
        The plan.
    drive_minutes
        Minutes by car of :func:`asked_drives` as the engine gives them, not rounded; inf or nan: no road. A mapping or
        a function of (from, to). None: the drives are taken as the plan says them.

    Raises
    ------
    MobileError
        If a drive that the plan needs is missing in the mapping.
    """
    findings = list(_form(plan))
    if not findings:
        stops = {stop.stop_id: stop for stop in plan.stops}
        for check in (_identities, _days, _announcements, _clocks, _children):
            findings += check(plan, stops)
        if drive_minutes is not None:
            findings += _drives(plan, drive_minutes)
    figures = {} if any(finding.rule == "form" for finding in findings) else plan_figures(plan)
    findings += _figures(plan, figures)
    findings.sort(key=lambda finding: RULES.index(finding.rule))
    return CheckReport(tuple(findings), figures, drive_minutes is not None)


def plan_figures(plan: Plan) -> dict[str, float]:
    """Return what a plan adds up to.

    Returns
    -------
    dict of str to float
        ``stops_count``, ``communes_count``, ``unit_days_per_cycle_count``, ``sessions_per_month``,
        ``vehicle_hours_per_month`` (from leaving the depot to being back), ``driving_hours_per_month``,
        ``km_per_month`` (left out unless every round has its km), ``children_followed``,
        ``children_per_vehicle_hour`` (children followed by hours of a month; left out without hours),
        ``stops_per_unit_day_mean`` (left out without rounds), ``one_hour_share`` (stops whose sessions all begin at the
        same hour; left out without stops). A month is a twelfth of the cycles of a year,
        :data:`finder.capacity.mobile.frequency.CYCLES_PER_YEAR`.
    """
    cycles = CYCLES_PER_YEAR[plan.calendar] / MONTHS_PER_YEAR
    visits = sum(len(one.stop_ids) for one in plan.rounds)
    hours = sum(one.end_min - plan.duty.start_min for one in plan.rounds) / 60 * cycles
    children = math.fsum(stop.children for stop in plan.stops)
    figures = {
        "stops_count": float(len(plan.stops)),
        "communes_count": float(len({stop.nis for stop in plan.stops})),
        "unit_days_per_cycle_count": float(len(plan.rounds)),
        "sessions_per_month": visits * cycles,
        "vehicle_hours_per_month": hours,
        "driving_hours_per_month": sum(sum(one.drive_min) for one in plan.rounds) / 60 * cycles,
        "children_followed": children,
    }
    km = [one.km for one in plan.rounds if one.km is not None]
    if len(km) == len(plan.rounds):
        figures["km_per_month"] = math.fsum(km) * cycles
    if hours > 0:
        figures["children_per_vehicle_hour"] = children / hours
    if plan.rounds:
        figures["stops_per_unit_day_mean"] = visits / len(plan.rounds)
    if plan.stops:
        figures["one_hour_share"] = sum(len(set(stop.starts_min)) == 1 for stop in plan.stops) / len(plan.stops)
    return figures


def _form(plan: Plan) -> Iterator[Finding]:
    points: dict[str, tuple[float, float]] = {depot.depot_id: (depot.lon, depot.lat) for depot in plan.depots}
    if len(points) < len(plan.depots):
        yield Finding("form", "depots", "two depots have the same id")
    for stop in plan.stops:
        if points.get(stop.stop_id, (stop.lon, stop.lat)) != (stop.lon, stop.lat):
            yield Finding("form", _stop(stop), "it has the id of a depot elsewhere")
        if len(stop.weeks) != len(stop.starts_min):
            yield Finding("form", _stop(stop), f"{len(stop.weeks)} weeks, but {len(stop.starts_min)} hours")
    for one in plan.rounds:
        n = len(one.stop_ids)
        if n == 0 or len(one.starts_min) != n or len(one.drive_min) != n + 1:
            told = f"{n} stops, {len(one.starts_min)} hours, {len(one.drive_min)} drives"
            yield Finding("form", _day(one), f"{told}: a round has one hour per stop and one drive more")
        if any(minutes < 0 for minutes in one.drive_min) or (one.km is not None and not 0 <= one.km < math.inf):
            yield Finding("form", _day(one), "a negative drive, or km that are no number")


def _identities(plan: Plan, stops: Mapping[str, PlannedStop]) -> Iterator[Finding]:
    twice = [stop_id for stop_id, count in Counter(stop.stop_id for stop in plan.stops).items() if count > 1]
    if twice:
        yield Finding("stop_twice", "stops", f"listed more than once: {first_ids(twice)}")
    both = sorted({left.stop_id for left in plan.unplaced} & set(stops))
    if both:
        yield Finding("stop_twice", "unplaced", f"both served and without a round: {first_ids(both)}")
    for left in plan.unplaced:
        if left.reason not in REASONS:
            yield Finding("unknown_stop", f"unplaced {left.stop_id}", f"unknown reason {left.reason!r}")
    units = {depot.depot_id: depot.units for depot in plan.depots}
    for stop in plan.stops:
        if not 1 <= stop.unit <= units.get(stop.depot_id, 0):
            yield Finding("unknown_unit", _stop(stop), f"no unit {stop.unit} at depot {stop.depot_id}")
    for one in plan.rounds:
        if not 1 <= one.unit <= units.get(one.depot_id, 0):
            yield Finding("unknown_unit", _day(one), "the plan has no such unit")
        unknown = [stop_id for stop_id in one.stop_ids if stop_id not in stops]
        if unknown:
            yield Finding("unknown_stop", _day(one), f"stops that the plan does not list: {first_ids(unknown)}")


def _days(plan: Plan, stops: Mapping[str, PlannedStop]) -> Iterator[Finding]:
    booked = Counter((one.depot_id, one.unit, one.week, one.weekday) for one in plan.rounds)
    for (depot_id, unit, week, weekday), count in booked.items():
        if count > 1:
            where = f"depot {depot_id}, unit {unit}, week {week}, weekday {weekday}"
            yield Finding("double_booking", where, f"{count} rounds on one day")
    for one in plan.rounds:
        if one.weekday not in plan.duty.weekdays or not 0 <= one.week < WEEKS:
            yield Finding("not_a_working_day", _day(one), "not a working day of the cycle")
        if len(one.stop_ids) > plan.duty.most_stops_per_day:
            told = f"{len(one.stop_ids)} stops, {plan.duty.most_stops_per_day} at most"
            yield Finding("too_many_stops", _day(one), told)
        for stop_id in one.stop_ids:
            stop = stops.get(stop_id)
            if stop is None:
                continue
            if stop.weekday != one.weekday:
                yield Finding("one_weekday", _day(one), f"{_stop(stop)} is announced for weekday {stop.weekday}")
            if (stop.depot_id, stop.unit) != (one.depot_id, one.unit):
                told = f"{_stop(stop)} is announced for unit {stop.unit} of depot {stop.depot_id}"
                yield Finding("one_unit", _day(one), told)


def _announcements(plan: Plan, stops: Mapping[str, PlannedStop]) -> Iterator[Finding]:
    served: dict[str, Counter[int]] = {stop_id: Counter() for stop_id in stops}
    for one in plan.rounds:
        for stop_id in one.stop_ids:
            if stop_id in served:
                served[stop_id][one.week] += 1
    for stop in stops.values():
        weeks, count = served[stop.stop_id], len(stop.weeks)
        if count not in FREQUENCIES.values() or stop.weeks not in patterns(count):
            yield Finding("frequency", _stop(stop), f"weeks {list(stop.weeks)} are not evenly spaced")
        twice = sorted(week for week, times in weeks.items() if times > 1)
        if twice:
            yield Finding("stop_twice", _stop(stop), f"served more than once in weeks {twice}")
        if set(weeks) != set(stop.weeks):
            told = f"announced for weeks {list(stop.weeks)}, served in weeks {sorted(weeks)}"
            yield Finding("frequency", _stop(stop), told)


def _clocks(plan: Plan, stops: Mapping[str, PlannedStop]) -> Iterator[Finding]:
    for one in plan.rounds:
        end_min, told = _clock(one, plan.duty)
        if told:
            yield Finding("clock", _day(one), told)
        longest = plan.duty.shift_min
        if len(one.stop_ids) > plan.duty.break_after_stops:
            longest += plan.duty.break_min
        if max(end_min, one.end_min) - plan.duty.start_min > longest:
            minutes = max(end_min, one.end_min) - plan.duty.start_min
            yield Finding("shift_too_long", _day(one), f"{minutes} minutes, {longest} at most")
        for stop_id, start in zip(one.stop_ids, one.starts_min, strict=True):
            stop = stops.get(stop_id)
            said = dict(zip(stop.weeks, stop.starts_min, strict=True)).get(one.week) if stop else None
            if stop is not None and said is not None and said != start:
                yield Finding("clock", _day(one), f"{_stop(stop)} begins at {_time(start)}, announced {_time(said)}")


def _clock(one: Round, duty: Duty) -> tuple[int, str]:
    """Return when the day ends, and what is wrong with its hours ("" if nothing)."""
    now, told = duty.start_min, []
    for number, (drive, start) in enumerate(zip(one.drive_min, one.starts_min, strict=False), start=1):
        now += drive + duty.setup_min
        if start < now:
            told.append(f"stop {number} begins at {_time(start)}, the unit is ready at {_time(now)}")
        if start % duty.step_min:
            told.append(f"stop {number} begins at {_time(start)}, no multiple of {duty.step_min} minutes")
        now = max(start, now) + duty.session_min + duty.packing_min
        if number == duty.break_after_stops and number < len(one.stop_ids):
            now += duty.break_min
    now += one.drive_min[-1]
    if now != one.end_min:
        told.append(f"the unit is back at {_time(now)}, not at {_time(one.end_min)}")
    return now, "; ".join(told)


def _drives(plan: Plan, drive_minutes: DriveMinutes) -> Iterator[Finding]:
    measured = _measured(asked_drives(plan), drive_minutes)
    for one in plan.rounds:
        for leg, said in zip(_legs(one), one.drive_min, strict=True):
            engine = measured[leg]
            between = f"{leg[0]} to {leg[1]}"
            if not math.isfinite(engine):
                yield Finding("drive", _day(one), f"no road from {between}")
            elif not engine - ENGINE_TOLERANCE_MIN <= said < engine + 1 + ENGINE_TOLERANCE_MIN:
                yield Finding("drive", _day(one), f"{between}: {said} minutes, the engine says {engine:.1f}")


def _measured(legs: list[tuple[str, str]], drive_minutes: DriveMinutes) -> dict[tuple[str, str], float]:
    if callable(drive_minutes):
        return {leg: float(drive_minutes(*leg)) for leg in legs}
    missing = [f"{leg[0]} to {leg[1]}" for leg in legs if leg not in drive_minutes]
    if missing:
        raise MobileError(f"Drives of the plan were not measured: {first_ids(missing)}. Measure all that it asks for.")
    return {leg: float(drive_minutes[leg]) for leg in legs}


def _children(plan: Plan, stops: Mapping[str, PlannedStop]) -> Iterator[Finding]:  # noqa: ARG001 - as the others
    for stop in plan.stops:
        if not 0 <= stop.children < math.inf:
            yield Finding("children_negative", _stop(stop), f"{stop.children} children")
        if stop.need_share is not None and not 0 <= stop.need_share <= 1:
            yield Finding("children_negative", _stop(stop), f"needed in a share {stop.need_share} of the draws")


def _figures(plan: Plan, figures: Mapping[str, float]) -> Iterator[Finding]:
    for name, value in figures.items():
        said = plan.figures.get(name)
        if said is not None and not math.isclose(said, value, rel_tol=FIGURE_TOLERANCE, abs_tol=FIGURE_TOLERANCE):
            yield Finding("figures", name, f"the plan says {said:g}, its rounds and stops add up to {value:g}")


def _legs(one: Round) -> list[tuple[str, str]]:
    places = [one.depot_id, *one.stop_ids, one.depot_id]
    return list(itertools.pairwise(places))


def _stop(stop: PlannedStop) -> str:
    return f"stop {stop.stop_id} ({stop.name})"


def _day(one: Round) -> str:
    return f"depot {one.depot_id}, unit {one.unit}, week {one.week}, weekday {one.weekday}"


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
