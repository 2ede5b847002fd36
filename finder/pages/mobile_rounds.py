"""The rounds on the page Mobile: which unit, its weeks as a calendar, one day with hours and drives, all stops."""

import html
from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.mobile_told import MobilePlan
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR, ORDINALS, WEEKS
from finder.capacity.mobile.plan import Plan, Round
from finder.pages import cached, components
from finder.pages.mobile_week import Week, WeekDay, read_day, show_weeks
from finder.pages.mobile_words import children_text, clock_text, letters, needed, sessions_words, unit_text
from finder.reports.mobile_rounds import Unit, units_of
from finder.reports.mobile_when import PARITY, when_text
from finder.words.messages import Messages
from finder.words.wording import count_text, km_text, minutes_text

UNIT_KEY: Final = "mobile_unit"
DAY_KEY: Final = "mobile_day"
HALF_KEY: Final = "mobile_half"
WEEKS_KEY: Final = "mobile_weeks"
ALL: Final = "all"
HALVES: Final = ("0", "1")


def choose_unit(t: Messages, plan: Plan) -> Unit | None:
    """Show the units to choose from and return the chosen one, None for all."""
    signs = letters(plan)
    of_letter = {letter: unit for unit, letter in signs.items()}
    choices = (ALL, *of_letter)
    if st.session_state.get(UNIT_KEY) not in choices:
        st.session_state[UNIT_KEY] = ALL
    labels = {ALL: t("mobile.all_units")} | {sign: unit_text(t, plan, unit) for unit, sign in signs.items()}
    chosen = st.pills(
        t("mobile.unit"), choices, format_func=labels.__getitem__, key=UNIT_KEY, required=True,
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return of_letter.get(str(chosen))


def chosen_day(plan: Plan, unit: Unit | None) -> Round | None:
    """Return the chosen day of a unit, its first one if none was chosen."""
    days = [one for one in plan.rounds if (one.depot_id, one.unit) == unit]
    by_key = {_key(one): one for one in days}
    found = by_key.get(st.session_state.get(DAY_KEY, ""))
    return found or (days[0] if days else None)


def _key(one: Round) -> str:
    return f"{one.week}.{one.weekday}"


def show_unit(t: Messages, found: MobilePlan, unit: Unit, day: Round | None) -> None:
    """Show the weeks of a unit, and the chosen day beside them."""
    plan = found.plan
    st.subheader(unit_text(t, plan, unit))
    _show_units(t, plan, (unit,))
    if day is None:
        return
    with st.container(key="fi-columns-weeks"):
        place, beside = st.columns([7, 5], gap="medium")
    with place:
        _show_weeks(t, plan, unit, day)
    with beside:
        _show_day(t, plan, day)


def show_all_units(t: Messages, plan: Plan) -> None:
    """Show what each unit does."""
    st.subheader(t("mobile.rounds"))
    _show_units(t, plan, units_of(plan))
    components.notes([t("mobile.rounds_hint")])


def _show_units(t: Messages, plan: Plan, units: tuple[Unit, ...]) -> None:
    cycles = CYCLES_PER_YEAR[plan.calendar] / 12
    rows = []
    for unit in units:
        days = [one for one in plan.rounds if (one.depot_id, one.unit) == unit]
        stops = [stop for stop in plan.stops if (stop.depot_id, stop.unit) == unit]
        hours = sum(one.end_min - plan.duty.start_min for one in days) / 60
        km = sum(one.km for one in days if one.km is not None)
        rows.append(
            [
                unit_text(t, plan, unit), count_text(len(stops), t.language),
                count_text(sum(len(one.stop_ids) for one in days) * cycles, t.language),
                count_text(sum(stop.children for stop in stops), t.language),
                t("mobile.days_of", days=len(days), of=WEEKS * len(plan.duty.weekdays)),
                count_text(hours * cycles, t.language), count_text(km * cycles, t.language),
            ]
        )  # fmt: skip
    headers = [t("mobile.col." + name) for name in ("unit", "stops", "sessions", "children", "days", "hours", "km")]
    components.table(headers, rows, numeric=range(1, 7))


def _show_weeks(t: Messages, plan: Plan, unit: Unit, day: Round) -> None:
    if st.session_state.get(HALF_KEY) not in HALVES:
        st.session_state[HALF_KEY] = str(day.week // ORDINALS)
    labels = dict(zip(HALVES, _half_names(t, plan), strict=True))
    st.segmented_control(
        t("mobile.half"), HALVES, format_func=labels.__getitem__, key=HALF_KEY, required=True,
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    half = int(st.session_state[HALF_KEY])
    days = {(one.week, one.weekday): one for one in plan.rounds if (one.depot_id, one.unit) == unit}
    names = {stop.stop_id: stop.name for stop in plan.stops}
    weeks = []
    for week in range(half * ORDINALS, (half + 1) * ORDINALS):
        found = (days.get((week, weekday)) for weekday in plan.duty.weekdays)
        weeks.append(
            Week(_week_name(t, plan, week), tuple(None if one is None else _cell(t, plan, one, names) for one in found))
        )
    show_weeks(
        weeks, title=t("mobile.weeks_title"), weekdays=[t(f"weekday.{number}") for number in plan.duty.weekdays],
        free=t("mobile.free_day"), chosen=_key(day), key=WEEKS_KEY, on_day=_take_day,
    )  # fmt: skip


def _cell(t: Messages, plan: Plan, one: Round, names: Mapping[str, str]) -> WeekDay:
    stops = tuple(names[stop_id] for stop_id in one.stop_ids)
    times = tuple(clock_text(t, start) for start in one.starts_min)
    return WeekDay(_key(one), _day_name(t, plan, one), _hours(t, plan, one), stops, times)


def _take_day() -> None:
    key = read_day(st.session_state[WEEKS_KEY].day)
    if key is not None:
        st.session_state[DAY_KEY] = key


def _half_names(t: Messages, plan: Plan) -> list[str]:
    if plan.calendar == "months":
        return [t("mobile.half." + parity) for parity in PARITY]
    return [t("mobile.half.weeks", first=first + 1, last=first + ORDINALS) for first in (0, ORDINALS)]


def _week_name(t: Messages, plan: Plan, week: int) -> str:
    return t(f"session.ordinal.{week % ORDINALS + 1}") if plan.calendar == "months" else str(week + 1)


def _day_name(t: Messages, plan: Plan, one: Round) -> str:
    return when_text(t, one.weekday, (one.week,), plan.calendar)


def _hours(t: Messages, plan: Plan, one: Round) -> str:
    return f"{clock_text(t, plan.duty.start_min)}–{clock_text(t, one.end_min)}"


def _show_day(t: Messages, plan: Plan, day: Round) -> None:
    stops = {stop.stop_id: stop for stop in plan.stops}
    names = cached.commune_names(t.language)
    depot = next(each.name for each in plan.depots if each.depot_id == day.depot_id)
    leaves, back = clock_text(t, plan.duty.start_min), clock_text(t, day.end_min)
    rows = [["", t("mobile.day.leave", depot=depot), leaves, ""]]
    for number, (stop_id, drive, start) in enumerate(
        zip(day.stop_ids, day.drive_min, day.starts_min, strict=False), start=1
    ):
        stop = stops[stop_id]
        commune = names.get(stop.nis, stop.nis)
        place = stop.name if stop.name == commune else f"{stop.name} ({commune})"
        times = f"{clock_text(t, start)}–{clock_text(t, start + plan.duty.session_min)}"
        rows.append([str(number), f"{place}, {children_text(t, stop)}", times, minutes_text(drive, t.language)])
    rows.append(["", t("mobile.day.back", depot=depot), back, minutes_text(day.drive_min[-1], t.language)])
    st.html(f'<h3 class="fi-caption">{html.escape(_day_name(t, plan, day))}</h3>')
    components.table([t("mobile.col." + name) for name in ("order", "stop", "hour", "drive")], rows, numeric=(0, 3))
    driven = minutes_text(sum(day.drive_min), t.language)
    km = "" if day.km is None else km_text(day.km, t.language)
    components.notes([t("mobile.day.sum", driven=driven, km=km)])


def show_stops(t: Messages, found: MobilePlan) -> None:
    """Show all stops: sorted and searched in the table, filtered by commune."""
    plan = found.plan
    names = cached.commune_names(t.language)
    st.subheader(t("mobile.stops"))
    there = sorted({stop.nis for stop in plan.stops}, key=lambda nis: names.get(nis, nis))
    chosen = st.multiselect(
        t("mobile.stops_of"), there, format_func=lambda nis: names.get(nis, nis), key="mobile_stops_of",
        persist_state="session", placeholder=t("mobile.everywhere"),
    )  # fmt: skip
    when, signs, of = sessions_words(t, plan), letters(plan), found.demand.beyond.shape[1]
    cycles = CYCLES_PER_YEAR[plan.calendar] / 12
    rows = [
        {
            "stop": stop.name,
            "commune": names.get(stop.nis, stop.nis),
            "when": when[stop.stop_id],
            "sessions": len(stop.weeks) * cycles,
            "children": round(stop.children),
            "needed": None if stop.need_share is None else needed(stop, of),
            "unit": signs[stop.depot_id, stop.unit],
        }
        for stop in plan.stops
        if not chosen or stop.nis in chosen
    ]
    columns = {
        "stop": st.column_config.TextColumn(t("mobile.col.stop"), pinned=True),
        "commune": st.column_config.TextColumn(t("table.commune")),
        "when": st.column_config.TextColumn(t("mobile.col.when"), width="large"),
        "sessions": st.column_config.NumberColumn(t("mobile.col.sessions"), format="localized"),
        "children": st.column_config.NumberColumn(t("mobile.col.children")),
        "needed": st.column_config.NumberColumn(t("mobile.col.needed", of=of), help=t("mobile.needed_help")),
        "unit": st.column_config.TextColumn(t("mobile.col.unit")),
    }
    table = pd.DataFrame(rows, columns=list(columns))
    st.dataframe(table, hide_index=True, column_config=columns, height=min(420, 38 + 35 * max(len(table), 1)))
    components.notes([t("mobile.stops_hint"), t("mobile.holidays")])
