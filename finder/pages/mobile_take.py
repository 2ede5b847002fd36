"""What a planner takes along: round sheets, tables, layers, the plan, calendars; and a plan corrected by hand."""

import datetime
import json
from typing import Final

import geopandas as gpd
import shapely
import streamlit as st

from finder.agenda import BRUSSELS, CalendarEntry, calendar_file
from finder.answers.drawn_roads import main_roads
from finder.answers.mobile_export import METHOD_VERSION, plan_layers, rounds_frame, stops_frame
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_sessions import ID_BEGINNING
from finder.answers.mobile_told import MobilePlan
from finder.capacity.mobile.calendar import sessions_of
from finder.capacity.mobile.plan import Plan, PlannedStop
from finder.capacity.mobile.plan_json import plan_to_dict
from finder.geo.projection import to_lambert
from finder.maps.export import csv_bytes, geopackage_layers_bytes
from finder.maps.svg_elements import Drawing
from finder.maps.svg_place_map import PlaceMark, place_map_svg
from finder.pages import cached, components, mobile_own, mobile_rounds, mobile_validity
from finder.pages.gaps_data import attributions
from finder.pages.mobile_own import ChosenPlan
from finder.pages.mobile_words import letters, unit_text
from finder.reports.mobile_rounds import RoundSheets, Unit, rounds_document, stops_of, units_of
from finder.reports.mobile_when import when_text
from finder.reports.write import document_bytes
from finder.words.messages import Messages

GPKG_TYPE: Final = "application/geopackage+sqlite3"
UNIT_KEY: Final = "mobile_take_unit"
LOOKED_AT_KEY: Final = "mobile_take_looked_at"
STOP_KEY: Final = "mobile_take_stop"
MARK_COLOUR: Final = "#0b6b62"
MAP_WIDTH, MAP_HEIGHT = 500.0, 300.0
MAP_ROADS: Final = ("motorway", "trunk", "primary")
MAP_ROUGH_M: Final = 120.0


def show_take(t: Messages, found: MobilePlan | None, question: MobileQuestion) -> None:
    """Offer the files of the plan; each is made when asked for. Without a plan only a file can be checked."""
    st.subheader(t("mobile_take.title"))
    mobile_own.show_switch(t, found)
    chosen = mobile_own.chosen(found)
    if chosen is not None:
        _show_sheets(t, chosen, question)
        _show_files(t, chosen)
        _show_calendars(t, chosen, question)
        components.notes([t("mobile_take.files_note")])
    with st.expander(t("mobile_take.own.title"), expanded=chosen is None or mobile_own.has_read()):
        mobile_own.show_upload(t)


def _show_sheets(t: Messages, chosen: ChosenPlan, question: MobileQuestion) -> None:
    plan, units = chosen.plan, units_of(chosen.plan)
    if not units:
        return
    days = mobile_validity.shown_days()

    def sheets(wanted: tuple[Unit, ...]) -> bytes:
        made = RoundSheets(
            plan=plan,
            units={unit: unit_text(t, plan, unit) for unit in wanted},
            communes=cached.commune_names(t.language),
            maps={unit: unit_map(plan, unit) for unit in wanted},
            days=days,
            sources=tuple(attributions()),
        )
        return document_bytes(rounds_document(made, t, datetime.date.today()), file_format="pdf")

    unit = _unit(t, plan, units)
    with st.container(horizontal=True):
        st.download_button(
            t("mobile_take.sheet_pdf", unit=unit_text(t, plan, unit)), lambda: sheets((unit,)),
            f"finder_mobile_{unit[0]}_{unit[1]}_{t.language}.pdf", "application/pdf", key="mobile_take_pdf",
            icon=":material/print:",
        )  # fmt: skip
        if len(units) > 1:
            st.download_button(
                t("mobile_take.sheets_pdf", count=len(units)), lambda: sheets(units),
                f"finder_mobile_{t.language}.pdf", "application/pdf", key="mobile_take_all_pdf",
            )  # fmt: skip
        st.download_button(
            t("mobile_take.unit_ics"), lambda: calendar_bytes(t, plan, stops_of(plan, unit), question),
            f"finder_mobile_{unit[0]}_{unit[1]}.ics", "text/calendar", key="mobile_take_ics",
            icon=":material/event:",
        )  # fmt: skip


def _unit(t: Messages, plan: Plan, units: tuple[Unit, ...]) -> Unit:
    _follow_page(plan)
    if st.session_state.get(UNIT_KEY) not in units:
        st.session_state[UNIT_KEY] = units[0]
    if len(units) == 1:
        return units[0]
    return st.selectbox(
        t("mobile_take.which_unit"), units, format_func=lambda unit: unit_text(t, plan, unit), key=UNIT_KEY,
        persist_state="session",
    )  # fmt: skip


def _follow_page(plan: Plan) -> None:
    """Whoever looks at another unit above takes that one along; a later choice here holds."""
    looked_at = st.session_state.get(mobile_rounds.UNIT_KEY)
    if st.session_state.get(LOOKED_AT_KEY) == looked_at:
        return
    st.session_state[LOOKED_AT_KEY] = looked_at
    unit = {letter: unit for unit, letter in letters(plan).items()}.get(str(looked_at))
    if unit is not None:
        st.session_state[UNIT_KEY] = unit


def _show_files(t: Messages, chosen: ChosenPlan) -> None:
    plan, sources, names = chosen.plan, attributions(), cached.commune_names(t.language)

    def layers() -> bytes:
        return geopackage_layers_bytes(plan_layers(plan, names, chosen.gaps()), attribution=sources)

    def stops() -> bytes:
        return csv_bytes(stops_frame(plan, names).assign(method=METHOD_VERSION), attribution=sources)

    def rounds() -> bytes:
        return csv_bytes(rounds_frame(plan).assign(method=METHOD_VERSION), attribution=sources)

    with st.container(horizontal=True):
        st.download_button(
            t("mobile_take.stops_csv"), stops, "finder_mobile_stops.csv", "text/csv", key="mobile_take_stops"
        )
        st.download_button(
            t("mobile_take.rounds_csv"), rounds, "finder_mobile_rounds.csv", "text/csv", key="mobile_take_rounds"
        )
        st.download_button(t("export.gpkg"), layers, "finder_mobile.gpkg", GPKG_TYPE, key="mobile_take_gpkg")
        st.download_button(
            t("mobile_take.json"), lambda: plan_bytes(plan), "PLAN.json", "application/json", key="mobile_take_json"
        )


def plan_bytes(plan: Plan) -> bytes:
    """Return a plan as the file that :mod:`finder.pages.mobile_own` and the command read; one line per field."""
    fields = plan_to_dict(plan)
    lines = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _show_calendars(t: Messages, chosen: ChosenPlan, question: MobileQuestion) -> None:
    stops = {stop.stop_id: stop for stop in sorted(chosen.plan.stops, key=lambda stop: (stop.name, stop.stop_id))}
    if not stops:
        return
    if st.session_state.get(STOP_KEY) not in stops:
        st.session_state[STOP_KEY] = next(iter(stops))
    calendar = chosen.plan.calendar

    def label(key: str) -> str:
        stop = stops[key]
        return f"{stop.name} · {when_text(t, stop.weekday, stop.weeks, calendar)}"

    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        key = st.selectbox(
            t("mobile_take.which_stop"), list(stops), format_func=label, key=STOP_KEY, persist_state="session"
        )
    with right:
        st.download_button(
            t("mobile_take.stop_ics"), lambda: calendar_bytes(t, chosen.plan, [stops[key]], question),
            f"finder_mobile_{key}.ics", "text/calendar", key="mobile_take_stop_ics", icon=":material/event:",
        )  # fmt: skip


def calendar_bytes(t: Messages, plan: Plan, stops: list[PlannedStop], question: MobileQuestion) -> bytes:
    """Return the sessions of stops as a calendar file, for the days the publish panel shows."""
    first, last = mobile_validity.shown_days()
    closed = mobile_validity.shown_closed_days(question)
    names = cached.commune_names(t.language)
    entries = [
        CalendarEntry(
            ID_BEGINNING + stop.stop_id,
            t("mobile_take.ics_title", stop=stop.name),
            sessions_of(stop, first, last, plan.calendar, plan.duty, closed_days=closed),
            f"{stop.name}, {names.get(stop.nis, stop.nis)}",
            f"{unit_text(t, plan, (stop.depot_id, stop.unit))}\n{t('mobile_take.sheet.place')}",
        )
        for stop in stops
    ]
    # A year from the first day of the plan, not from today.
    after = max(datetime.datetime.now(BRUSSELS), datetime.datetime.combine(first, datetime.time(), tzinfo=BRUSSELS))
    return calendar_file(entries, after=after).content


def unit_map(plan: Plan, unit: Unit) -> Drawing:
    """Return a small map of a unit's stops, numbered as on its sheet, and its depot."""
    depot = next(each for each in plan.depots if each.depot_id == unit[0])
    stops = stops_of(plan, unit)
    x, y = to_lambert([depot.lon, *(stop.lon for stop in stops)], [depot.lat, *(stop.lat for stop in stops)])
    marks = [
        PlaceMark(float(a), float(b), MARK_COLOUR, number)
        for number, (a, b) in enumerate(zip(x[1:], y[1:], strict=True), start=1)
    ]
    roads, communes = _quiet_ground()
    return place_map_svg(
        (float(x[0]), float(y[0])), marks, roads=roads, communes=communes, towns=cached.atlas().localities,
        width=MAP_WIDTH, height=MAP_HEIGHT,
    )  # fmt: skip


@st.cache_resource(show_spinner=False)
def _quiet_ground() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return main roads and limits of communes simplified for a map of a province: quick to draw, small in a file."""
    atlas = cached.atlas()
    roads = main_roads(atlas.network, MAP_ROADS)
    merged = roads.geometry.groupby(roads["road_class"]).agg(lambda lines: shapely.line_merge(lines.union_all()))
    lines = gpd.GeoDataFrame(geometry=gpd.GeoSeries(merged, crs=roads.crs).simplify(MAP_ROUGH_M)).explode()
    lines = lines[lines.length > MAP_ROUGH_M].rename_axis("road_class").reset_index()
    shapes = shapely.coverage_simplify(atlas.communes.geometry.to_numpy(), MAP_ROUGH_M)
    return lines, gpd.GeoDataFrame(geometry=shapes, crs=atlas.communes.crs)
