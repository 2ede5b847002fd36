"""The map of the page Mobile: children in gaps, stops by unit, depots, and the rounds of the chosen unit."""

import html
import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.mobile_demand import MobileDemand
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import MobilePlan
from finder.answers.nearest import Origin, trip
from finder.answers.site_times import POINTS_YEAR
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.capacity.mobile.plan import Plan, Round
from finder.geo.network import Float64
from finder.maps.cells import cell_layer
from finder.maps.choropleth import commune_outline_layer
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.legend import LegendRow, legend_html, legend_rows
from finder.maps.palettes import DRAW_SHARE, QUIET, Scale
from finder.maps.stops import DARK_INK, DepotMark, StopMark, rounds_layer, stop_layer, unit_look
from finder.pages import cached, components
from finder.pages.gaps_areas import SHARE_SHOWN
from finder.pages.gaps_communes import share_labels
from finder.pages.mobile_question import beyond_text
from finder.pages.mobile_words import about, children_text, letters, needed, sessions_words, unit_text
from finder.reports.figures_text import province_text
from finder.reports.mobile_rounds import Unit, unit_name, units_of
from finder.words.messages import Messages
from finder.words.wording import count_text

MAP_KEY: Final = "mobile_map"
HEIGHT: Final = 520
FOLLOWED: Final = Scale((0.5,), ("#8f8a7d", QUIET))
"""In reach of no stop, grey on both grounds; in reach of one, stepping back into the ground."""


def show_gaps(t: Messages, question: MobileQuestion, demand: MobileDemand) -> None:
    """Show where children are in gaps, before there is a plan."""
    drawn = _places(demand)
    drawn = drawn[drawn["draw_share"] > SHARE_SHOWN]
    labels = [t("gaps.areas.cell", share=label) for label in share_labels(t)]
    cells = cell_layer(drawn, drawn["draw_share"], people=drawn["gap_children"], scale=DRAW_SHARE, class_texts=labels)
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        _show(t, [commune_outline_layer(tooltips=cached.commune_names(t.language)), cells], drawn, question.area)
    with beside:
        rows = legend_rows(demand.points["draw_share"], DRAW_SHARE, share_labels(t), empty_label=t("legend.empty"))
        title = t("mobile.legend.gaps", beyond=beyond_text(t, question.mode, question.limit_min))
        st.html(legend_html(rows, title=title, count_text=lambda n: t.count("gaps.areas.points", n)))
        _show_provinces(t, demand)


def _show_provinces(t: Messages, demand: MobileDemand) -> None:
    province = demand.points["nis"].map(cached.atlas().communes["province"])
    sums = demand.points["gap_children"].groupby(province).sum().sort_values(ascending=False)
    rows = [
        [province_text(t, str(name)), about(t, children), count_text(MOBILE_UNITS.get(str(name), 0), t.language)]
        for name, children in sums[sums >= 1].items()
    ]
    components.table([t("mobile.col.province"), t("mobile.col.gaps"), t("mobile.col.today")], rows, numeric=(1, 2))


def _places(demand: MobileDemand) -> pd.DataFrame:
    where = cached.atlas().demand(POINTS_YEAR)[["lon", "lat"]]
    return demand.points.join(where)


def _show(t: Messages, layers: Sequence[ScriptLayer], points: pd.DataFrame, area: str | None) -> None:
    box = components.WHOLE_AREA
    if area is not None and len(points):
        box = (points["lon"].min(), points["lat"].min(), points["lon"].max(), points["lat"].max())
    view = fit_view(box, token=f"mobile {area}", padding_px=0 if area is None else 30)
    components.show_map(
        t, layer_group(*layers, view), key=MAP_KEY, title=t("mobile.map"), height=HEIGHT, returned=[]
    )  # fmt: skip


def show_plan(t: Messages, found: MobilePlan, unit: Unit | None, day: Round | None) -> None:
    """Show the stops of all units, or those of one with its rounds and a chosen day along its roads."""
    plan = found.plan
    points = _places(found.demand)
    is_reached = pd.Series(0.0, index=points.index)
    for row in found.followed.stops.tolist():
        is_reached.iloc[found.demand.row(row)] = 1.0
    drawn = points[points["draw_share"] > SHARE_SHOWN]
    texts = [t("mobile.cell.left"), t("mobile.cell.reached")]
    cells = cell_layer(drawn, is_reached, people=drawn["gap_children"], scale=FOLLOWED, class_texts=texts)
    marks = _marks(t, found, unit, day)
    layers = [
        cells,
        *_rounds(plan, unit, day),
        stop_layer(marks, _depots(t, plan, is_assumed=not found.question.depots)),
    ]
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        _show_fitted(t, layers, plan, found.question, unit)
    with beside:
        _show_legend(t, found, points, is_reached)


def _marks(t: Messages, found: MobilePlan, chosen: Unit | None, day: Round | None) -> list[StopMark]:
    plan, when = found.plan, sessions_words(t, found.plan)
    names, signs = cached.commune_names(t.language), letters(plan)
    order = {stop_id: number for number, stop_id in enumerate(() if day is None else day.stop_ids, start=1)}
    of = found.demand.beyond.shape[1]
    marks = []
    for stop in plan.stops:
        unit = (stop.depot_id, stop.unit)
        facts = (names.get(stop.nis, stop.nis), when[stop.stop_id], children_text(t, stop), unit_text(t, plan, unit))
        marks.append(
            StopMark(
                lat=stop.lat,
                lon=stop.lon,
                children=stop.children,
                unit=list(signs).index(unit),
                letter=signs[unit],
                title=stop.name,
                lines=facts,
                notes=() if stop.need_share is None else (t("mobile.popup.needed", count=needed(stop, of), of=of),),
                number=order.get(stop.stop_id, 0),
                is_quiet=chosen is not None and unit != chosen,
            )
        )
    return marks


def _depots(t: Messages, plan: Plan, *, is_assumed: bool) -> list[DepotMark]:
    key = "mobile.depot" if is_assumed else "mobile.depot_typed"
    return [
        DepotMark(depot.lat, depot.lon, t(key, name=depot.name), (t.count("mobile.depot_units", depot.units),))
        for depot in plan.depots
        if depot.units
    ]


def _rounds(plan: Plan, unit: Unit | None, day: Round | None) -> list[ScriptLayer]:
    if unit is None:
        return []
    # Without the ways from and to the depot, which would hide the map.
    days = [way_of(plan, one)[1:-1] for one in plan.rounds if (one.depot_id, one.unit) == unit]
    if day is None:
        return [rounds_layer(days)]
    way = way_of(plan, day)
    return [rounds_layer(days, chosen=way, roads_xy_m=_roads(tuple(way)))]


def way_of(plan: Plan, one: Round) -> list[tuple[float, float]]:
    """Return latitude and longitude of the depot, the stops of a day in order, and the depot again."""
    depot = next((each.lat, each.lon) for each in plan.depots if each.depot_id == one.depot_id)
    stops = {stop.stop_id: (stop.lat, stop.lon) for stop in plan.stops}
    return [depot, *(stops[stop_id] for stop_id in one.stop_ids), depot]


@st.cache_data(show_spinner=False, max_entries=200)
def _roads(way: tuple[tuple[float, float], ...]) -> list[Float64]:
    """Return the roads of each drive, EPSG:3812; an empty line where none leads."""
    lines = []
    for (lat, lon), (to_lat, to_lon) in itertools.pairwise(way):
        target = pd.Series({"lon": to_lon, "lat": to_lat})
        found = trip(cached.atlas(), Origin(lon, lat, ""), target, mode="car")
        lines.append(np.empty((0, 2)) if found is None else found.coordinates)
    return lines


def _show_fitted(
    t: Messages, layers: Sequence[ScriptLayer], plan: Plan, question: MobileQuestion, unit: Unit | None
) -> None:
    stops = [stop for stop in plan.stops if unit in (None, (stop.depot_id, stop.unit))]
    points = pd.DataFrame([(stop.lon, stop.lat) for stop in stops], columns=["lon", "lat"])
    key = f"{question.area} {unit} {len(stops)}"
    _show(t, layers, points, key if unit is not None or question.area is not None else None)


def _show_legend(t: Messages, found: MobilePlan, points: pd.DataFrame, is_reached: "pd.Series[float]") -> None:
    plan = found.plan
    items = []
    for row, unit in enumerate(units_of(plan)):
        mine = [stop for stop in plan.stops if (stop.depot_id, stop.unit) == unit]
        told = t.count("mobile.legend.stops", len(mine), children=about(t, sum(stop.children for stop in mine)))
        items.append(_unit_item(row, letters(plan)[unit], unit_name(t, plan, unit), told))
    head = html.escape(t("mobile.legend.units"))
    st.html(f'<div class="fi-legend"><p>{head}</p><ul>{"".join(items)}</ul></div>')
    amounts = points["gap_children"].groupby(is_reached).sum()
    rows = [
        LegendRow(colour, t(f"mobile.cell.{name}"), round(float(amounts.get(value, 0.0))))
        for colour, name, value in zip(reversed(FOLLOWED.colours), ("reached", "left"), (1.0, 0.0), strict=True)
    ]
    title = t("mobile.legend.left", beyond=beyond_text(t, found.question.mode, found.question.limit_min))
    st.html(legend_html(rows, title=title, count_text=lambda n: t("mobile.legend.children", children=about(t, n))))
    components.notes([t("mobile.legend.size"), t("mobile.legend.place")])


def _unit_item(row: int, letter: str, name: str, told: str) -> str:
    colour, shape = unit_look(row)
    ink = "#16201f" if colour in DARK_INK else "#ffffff"
    corner = "50%" if shape == "circle" else ".2rem"
    return (
        f'<li><span class="fi-rank" style="background:{colour};color:{ink};border-radius:{corner}">{letter}</span>'
        f'<span class="fi-class">{html.escape(name)}</span> <span class="fi-count">{html.escape(told)}</span></li>'
    )
