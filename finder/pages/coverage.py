"""The page that says how many minutes away a service is, and for whom."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from finder.geo.episodes import FIRST_DAY
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.maps.markers import Pin, service_layer
from finder.pages import cached, choices, components, coverage_parts, doors
from finder.pages.coverage_question import CHOSEN_KEY, MAP_KEY, Question, ask, take_click
from finder.pages.figures import CHANGE, FIGURES, Figure, tooltips
from finder.words.messages import Messages
from finder.words.wording import date_text


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "coverage")
    components.title(t("coverage.title"), t("coverage.lead"))
    q = ask(t)
    table = cached.access_table(q.kind, q.mode, q.day, q.rank, "commune")
    figure = FIGURES.get(q.figure, CHANGE)
    if figure is CHANGE:
        before = cached.access_table(q.kind, q.mode, FIRST_DAY, q.rank, "commune")
        table = table.assign(change_min=table["mean_min"] - before["mean_min"])
    components.answer(coverage_parts.answer_texts(t, q))
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    names = cached.commune_names(t.language)
    with place:
        _show_map(t, q, table, figure, names)
    with beside:
        rows = legend_rows(table[figure.column], figure.scale, figure.class_labels(t), empty_label=t("legend.empty"))
        title = t("legend.title", figure=t("figure." + q.figure), people=t("people." + q.kind))
        st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))
        coverage_parts.show_sheet(t, table, names)
    coverage_parts.show_longest(t, q, table, names)
    coverage_parts.show_before_after(t, q, names)
    coverage_parts.show_reach(t, q)
    coverage_parts.show_table(t, q, table, names)
    coverage_parts.show_how_we_know(t, q, table)


def _show_map(t: Messages, q: Question, table: pd.DataFrame, figure: Figure, names: Mapping[str, str]) -> None:
    chosen = st.session_state.get(CHOSEN_KEY)
    colours = commune_layer(
        table[figure.column], scale=figure.scale, tooltips=tooltips(table, names, figure, t), chosen=chosen
    )
    sites = cached.access(q.kind, q.mode, q.day).services
    pins = [_pin(t, row) for _, row in sites.iterrows()] if st.session_state.get("coverage_sites", True) else []
    group = layer_group(colours, service_layer(pins), fit_view(components.WHOLE_AREA, token="all", padding_px=0))
    components.show_map(
        t, group, key=MAP_KEY, title=t("coverage.map_title"), height=560,
        returned=["last_object_clicked"], on_change=take_click,
    )  # fmt: skip


def _pin(t: Messages, row: "pd.Series[str]") -> Pin:
    flags = choices.flag_keys(row)
    return Pin(
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        kind=row["kind"],
        title=row["name"],
        lines=tuple(t(key) for key in flags),
        notes=(t("provenance." + row["provenance"]) + " · " + date_text(row["as_of"], t.language),),
        is_small=True,
    )
