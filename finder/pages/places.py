"""The page that says whether there are enough day-care places, and for whom."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from finder.answers.place_figures import PlaceFigure
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.pages import (
    cached,
    components,
    doors,
    places_charts,
    places_how,
    places_kept,
    places_parts,
    places_published,
    places_table,
)  # fmt: skip
from finder.pages.coverage_question import CHOSEN_KEY, take_click
from finder.pages.places_figures import SCALES, tooltips
from finder.pages.places_question import Question, ask
from finder.words.messages import Messages

MAP_KEY = "places_map"


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "coverage")
    components.title(t("places.title"), t("places.lead"))
    q = ask(t)
    names = cached.commune_names(t.language)
    if not q.is_modelled:
        places_published.show(t, names, MAP_KEY)
        return
    with st.spinner(t("places.working"), show_time=False):
        figure = places_kept.figure(q.figure, q.reach)
    components.answer(places_parts.answer_texts(t, q, figure, names))
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        _show_map(t, q, figure, names)
    with beside:
        places_parts.show_legend(t, q, figure)
        places_parts.show_sheet(t, q, figure, names)
    places_charts.show_equity(t, q, names)
    places_charts.show_spread(t, q, figure, names)
    places_charts.show_trend(t)
    places_table.show_table(t, q, figure, names)
    places_how.show_how_we_know(t, q, figure)
    if q.has_reach:
        places_kept.prepare_limits(q.reach.mode, q.reach.year)


def _show_map(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> None:
    evidence = cached.atlas().modelled_places["evidence"]
    colours = commune_layer(
        figure.table["value"],
        scale=SCALES[q.figure],
        tooltips=tooltips(t, q, figure, evidence, names),
        chosen=st.session_state.get(CHOSEN_KEY),
        uncertain=figure.is_uncertain,
    )
    group = layer_group(colours, fit_view(components.WHOLE_AREA, token="all", padding_px=0))
    components.show_map(
        t, group, key=MAP_KEY, title=t("places.map_title"), height=560,
        returned=["last_object_clicked"], on_change=partial(take_click, MAP_KEY),
    )  # fmt: skip
