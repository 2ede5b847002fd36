"""Round sheets: for every unit what its driver needs, day by day, in the order of the day."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from finder.capacity.mobile.frequency import CYCLES_PER_YEAR, ORDINALS, WEEKS
from finder.capacity.mobile.plan import Plan, PlannedStop, Round
from finder.maps.documents.model import (
    Block,
    Columns,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Notes,
    Notice,
    PageBreak,
    Prose,
    SimpleBlock,
    Sources,
    Table,
)
from finder.maps.svg_elements import Drawing
from finder.reports.mobile_when import when_text
from finder.words.messages import Messages
from finder.words.session_text import time_text
from finder.words.wording import NO_BREAK, count_text, date_text, km_text, minutes_text

METHOD_VERSION: Final = "round sheets 1"

Unit = tuple[str, int]
"""Id of a depot and number of a unit there."""


@dataclass(frozen=True)
class RoundSheets:
    """What the sheets are made of.

    Attributes
    ----------
    plan
        The plan.
    units
        Units to print and what each is called, in this order.
    communes
        Names of communes by ``nis``, in the language of the sheets.
    maps
        Small map of a unit's stops, numbered as :func:`stops_of` orders them; may lack some.
    days
        First and last day of the plan, where it has any.
    sources
        Attributions.
    """

    plan: Plan
    units: Mapping[Unit, str]
    communes: Mapping[str, str]
    maps: Mapping[Unit, Drawing]
    days: tuple[datetime.date, datetime.date] | None
    sources: tuple[str, ...]


def units_of(plan: Plan) -> tuple[Unit, ...]:
    """Return every unit that drives, by depot and number."""
    return tuple(sorted({(one.depot_id, one.unit) for one in plan.rounds}))


def stops_of(plan: Plan, unit: Unit) -> list[PlannedStop]:
    """Return the stops of a unit in the order of its sheet: by first week, weekday and hour."""
    mine = [stop for stop in plan.stops if (stop.depot_id, stop.unit) == unit]
    return sorted(mine, key=lambda stop: (stop.weeks[0] % ORDINALS, stop.weekday, stop.starts_min[0], stop.stop_id))


def unit_name(t: Messages, plan: Plan, unit: Unit) -> str:
    """Return what a unit is called: its number and its depot."""
    depot = next(each.name for each in plan.depots if each.depot_id == unit[0])
    return t("mobile_take.unit", number=unit[1], depot=depot)


def rounds_document(sheets: RoundSheets, t: Messages, day: datetime.date) -> Document:
    """Return the sheets as one document, each unit on pages of its own."""
    blocks: list[Block] = []
    is_one = len(sheets.units) == 1
    for unit in sheets.units:
        if blocks:
            blocks.append(PageBreak())
        blocks += _unit_blocks(t, sheets, unit, with_heading=not is_one)
    blocks.append(Sources(t("place_sheet.sources"), sheets.sources))
    title = next(iter(sheets.units.values())) if is_one else t("mobile_take.sheet.title")
    return Document(
        title=title,
        subtitle=_subtitle(t, sheets),
        language=t.language,
        blocks=tuple(blocks),
        footer=t("mobile_take.sheet.footer", day=date_text(day.isoformat(), t.language), what=title),
        generated_on=day,
        kicker=t("mobile_take.sheet.kicker"),
    )


def _subtitle(t: Messages, sheets: RoundSheets) -> str:
    if sheets.days is None:
        return t("mobile_take.sheet.draft")
    first, last = (date_text(day.isoformat(), t.language) for day in sheets.days)
    return t("mobile_take.sheet.valid", first=first, last=last)


def _unit_blocks(t: Messages, sheets: RoundSheets, unit: Unit, *, with_heading: bool) -> list[Block]:
    plan = sheets.plan
    stops = stops_of(plan, unit)
    rounds = [one for one in plan.rounds if (one.depot_id, one.unit) == unit]
    numbers = {stop.stop_id: number for number, stop in enumerate(stops, start=1)}
    blocks: list[Block] = [Heading(sheets.units[unit])] if with_heading else []
    blocks += [_figures(t, plan, stops, rounds), Notice(t("mobile_take.sheet.place"))]
    if unit in sheets.maps:
        blocks.append(Figure(sheets.maps[unit], t("mobile_take.sheet.map"), _map_words(t, sheets.units[unit], stops)))
    blocks += [_rules(t, plan), _stops_table(t, sheets, stops)]
    for ordinal in range(ORDINALS):
        days = _week_blocks(t, plan, rounds, ordinal, numbers)
        if days:
            blocks += [PageBreak(), Heading(_week_title(t, plan, ordinal)), *days]
    return blocks


def _figures(t: Messages, plan: Plan, stops: Sequence[PlannedStop], rounds: Sequence[Round]) -> KeyFigures:
    per_month = CYCLES_PER_YEAR[plan.calendar] / 12
    sessions = sum(len(one.stop_ids) for one in rounds) * per_month
    figures = [
        KeyFigure(count_text(len(stops), t.language), t("mobile_take.sheet.stops")),
        KeyFigure(count_text(sessions, t.language), t("mobile_take.sheet.sessions")),
        KeyFigure(count_text(len(rounds) * per_month, t.language), t("mobile_take.sheet.days")),
    ]
    km = [one.km for one in rounds if one.km is not None]
    if len(km) == len(rounds):
        figures.append(KeyFigure(km_text(sum(km) * per_month, t.language), t("mobile_take.sheet.km")))
    return KeyFigures(tuple(figures))


def _map_words(t: Messages, name: str, stops: Sequence[PlannedStop]) -> str:
    return t("mobile_take.sheet.map_alt", unit=name, count=len(stops))


def _rules(t: Messages, plan: Plan) -> Notes:
    duty = plan.duty
    items = [
        t("mobile_take.sheet.free." + plan.calendar),
        t("mobile_take.sheet.holidays"),
        t(
            "mobile_take.sheet.at_stop", setup=duty.setup_min, packing=duty.packing_min,
            session=minutes_text(duty.session_min, t.language),
        ),
    ]  # fmt: skip
    if duty.break_min:
        items.append(t("mobile_take.sheet.pause", minutes=duty.break_min, after=duty.break_after_stops))
    items.append(t("mobile_take.sheet.drives"))
    return Notes(t("mobile_take.sheet.know"), tuple(items))


def _stops_table(t: Messages, sheets: RoundSheets, stops: Sequence[PlannedStop]) -> Table:
    headers = tuple(t("mobile_take.sheet.col." + name) for name in ("number", "stop", "when", "hour"))
    rows = tuple(
        (
            str(number), _with_commune(stop.name, sheets.communes.get(stop.nis, "")),
            when_text(t, stop.weekday, stop.weeks, sheets.plan.calendar), hours_text(t, stop),
        )
        for number, stop in enumerate(stops, start=1)
    )  # fmt: skip
    return Table(t("mobile_take.sheet.all_stops"), headers, rows, (0,))


def _with_commune(name: str, commune: str) -> str:
    return name if commune in ("", name) else f"{name} ({commune})"


def hours_text(t: Messages, stop: PlannedStop) -> str:
    """Return when sessions begin at a stop: mostly one hour, else each of them."""
    return " / ".join(_clock(t, start) for start in dict.fromkeys(stop.starts_min))


def _week_title(t: Messages, plan: Plan, ordinal: int) -> str:
    if plan.calendar == "months":
        first, second = (t(f"weekday.{day}") for day in (0, 1))
        return t("mobile_take.sheet.week.months", which=t(f"session.ordinal.{ordinal + 1}"), first=first, second=second)
    return t("mobile_take.sheet.week.weeks", first=ordinal + 1, second=ordinal + 1 + WEEKS - ORDINALS)


def _week_blocks(
    t: Messages, plan: Plan, rounds: Sequence[Round], ordinal: int, numbers: Mapping[str, int]
) -> list[Block]:
    blocks: list[Block] = []
    for weekday in plan.duty.weekdays:
        both = [
            next((one for one in rounds if (one.week, one.weekday) == (week, weekday)), None)
            for week in (ordinal, ordinal + ORDINALS)
        ]
        first, second = both
        if first is None and second is None:
            continue
        if first is not None and second is not None and _is_same(first, second):
            day = when_text(t, weekday, (ordinal, ordinal + ORDINALS), plan.calendar)
            blocks += _day_blocks(t, plan, first, day, numbers)
            continue
        left, right = (
            _half(t, plan, one, weekday, week, numbers)
            for one, week in zip(both, (ordinal, ordinal + ORDINALS), strict=True)
        )
        blocks.append(Columns(left, right))
    return blocks


def _half(
    t: Messages, plan: Plan, one: Round | None, weekday: int, week: int, numbers: Mapping[str, int]
) -> tuple[SimpleBlock, ...]:
    day = when_text(t, weekday, (week,), plan.calendar)
    if one is None:
        return _day_title(day), Prose((t("mobile_take.sheet.no_round"),))
    return _day_blocks(t, plan, one, day, numbers)


def _is_same(first: Round, second: Round) -> bool:
    return (first.stop_ids, first.starts_min, first.end_min) == (second.stop_ids, second.starts_min, second.end_min)


def _day_title(day: str) -> Heading:
    return Heading(day[:1].upper() + day[1:], 3)


def _day_blocks(t: Messages, plan: Plan, one: Round, day: str, numbers: Mapping[str, int]) -> tuple[SimpleBlock, ...]:
    duty, names = plan.duty, {stop.stop_id: stop.name for stop in plan.stops}
    caption = [t("mobile_take.sheet.leaves", time=_clock(t, duty.start_min))]
    if one.km is not None:
        caption.append(km_text(one.km, t.language))
    caption.append(t("mobile_take.sheet.driving", minutes=minutes_text(sum(one.drive_min), t.language)))
    headers = tuple(t("mobile_take.sheet.col." + name) for name in ("stop", "session", "drive"))
    rows = [
        (
            f"{numbers[stop_id]}.{NO_BREAK}{names[stop_id]}",
            f"{_clock(t, start)}–{_clock(t, start + duty.session_min)}",
            minutes_text(drive, t.language),
        )
        for stop_id, start, drive in zip(one.stop_ids, one.starts_min, one.drive_min, strict=False)
    ]
    rows.append((t("mobile_take.sheet.back"), _clock(t, one.end_min), minutes_text(one.drive_min[-1], t.language)))
    return _day_title(day), Table(" · ".join(caption), headers, tuple(rows), (2,))


def _clock(t: Messages, minutes: int) -> str:
    hour, minute = divmod(minutes % (24 * 60), 60)
    return time_text(datetime.time(hour, minute), t.language)
