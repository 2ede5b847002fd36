"""The page What if: sites that open, close, grow or move, and who gains or loses by it."""

import streamlit as st

from finder.answers.scenario_figures import ScenarioFigures
from finder.errors import FinderError
from finder.pages import (
    cached,
    components,
    doors,
    scenarios_edit,
    scenarios_keep,
    scenarios_kept,
    scenarios_map,
    scenarios_result,
    scenarios_second,
    scenarios_state,
)  # fmt: skip
from finder.pages.scenarios_question import Question, ask
from finder.pages.scenarios_words import refusal_text
from finder.reports.scenario_words import answer_sentences
from finder.words.messages import Messages


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "scenarios")
    components.title(t("scenarios.title"), t("scenarios.lead"))
    q = ask(t)
    _show_problem(t)
    names = cached.commune_names(t.language)
    figures = _figures(t, q)
    if figures is not None:
        texts = answer_sentences(t, figures)
        title = scenarios_keep.title_of(t)
        if scenarios_state.work().scenario.actions and title != t("scenarios.unnamed"):
            texts = [texts[0], t("scenarios.named", name=title), *texts[1:]]
        components.answer(texts)
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with beside:
        scenarios_edit.show_ready(t)
        scenarios_edit.show_form(t, q, names)
        scenarios_edit.show_actions(t)
    if figures is None:
        return
    with place:
        scenarios_map.show_map(t, q, figures, names)
        scenarios_map.show_legend(t, q, figures)
    scenarios_result.show_published(t, scenarios_state.work().source)
    if not figures.changes_nothing:
        scenarios_result.show_communes(t, figures, names)
        scenarios_result.show_tables(t, figures)
        scenarios_result.show_definitions(t, figures, names)
    costs = scenarios_result.ask_costs(t, figures)
    scenarios_second.show_second(t, q, figures, names)
    scenarios_keep.show_share(t)
    scenarios_keep.show_store(t)
    scenarios_keep.show_take_away(t, figures, names, costs=costs)
    scenarios_result.show_how_we_know(t, figures)


def _figures(t: Messages, q: Question) -> ScenarioFigures | None:
    try:
        with st.spinner(t("scenarios.working"), show_time=False):
            return scenarios_kept.figures(scenarios_state.work().scenario, q.kind, q.mode, q.people)
    except FinderError as error:
        st.error(refusal_text(t, error))
        return None


def _show_problem(t: Messages) -> None:
    error = st.session_state.get(scenarios_state.PROBLEM_KEY)
    if error is None:
        return
    st.error(refusal_text(t, error))
    if st.session_state.get(scenarios_state.REFUSED_KEY) is not None:
        st.button(t("scenarios.adopt"), key="scenarios_adopt", on_click=scenarios_state.open_refused)
