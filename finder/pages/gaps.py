"""The page that says where something is missing, by which definition, and how sure that is."""

import streamlit as st

from finder.pages import (
    cached,
    cached_planner,
    components,
    doors,
    gaps_areas,
    gaps_communes,
    gaps_data,
    gaps_export,
    gaps_people,
    gaps_tables,
    gaps_unmodelled,
    modelled,
)
from finder.pages.gaps_question import Question, ask
from finder.words.messages import Messages


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "coverage")
    components.title(t("gaps.title"), t("gaps.lead"))
    q = ask(t)
    if not q.is_modelled:
        _show_unmodelled(t, q)
    elif q.view == "areas":
        _show_areas(t, q)
    else:
        _show_communes(t, q)


def _show_communes(t: Messages, q: Question) -> None:
    modelled.show_notice(t)
    with st.spinner(t("gaps.wait")):
        measures, found = cached_planner.measures(q.reach), gaps_data.judgement(q)
    names = cached.commune_names(t.language)
    components.answer(gaps_communes.answer_texts(t, q, measures, found))
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        gaps_communes.show_map(t, q, measures, found, names)
    with beside:
        gaps_communes.show_legend(t, q, found)
        gaps_communes.show_sheet(t, q, measures, found, names)
    gaps_tables.show_definitions(t, q, measures, found)
    gaps_communes.show_list(t, q, measures, found, names)
    gaps_tables.show_certainty(t, q, measures, found)
    gaps_people.show_people(t, q, measures, found)
    gaps_tables.show_stability(t, q)
    gaps_tables.show_overlap(t, q, found)
    gaps_people.show_sizes(t, q, measures, found)
    gaps_tables.show_words(t, q)
    gaps_export.show_communes(t, q, measures, found, names)
    gaps_tables.show_how_we_know(t, q, measures)


def _show_areas(t: Messages, q: Question) -> None:
    modelled.show_notice(t)
    with st.spinner(t("gaps.wait")):
        found = cached_planner.gaps(q.gap)
    components.answer(gaps_areas.answer_texts(t, found))
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        gaps_areas.show_map(t, found)
    with beside:
        gaps_areas.show_legend(t, found)
    gaps_areas.show_list(t, found)
    gaps_areas.show_definitions(t, found)
    gaps_export.show_areas(t, found)
    gaps_areas.show_how_we_know(t, found)


def _show_unmodelled(t: Messages, q: Question) -> None:
    with st.spinner(t("gaps.wait")):
        gaps_unmodelled.show(t, q, cached_planner.measures(q.reach))
