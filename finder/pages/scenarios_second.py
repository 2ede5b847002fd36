"""Two scenarios side by side: the one on the page (A) and another one (B), on the same question."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from finder.answers.scenario import compare_two
from finder.answers.scenario_figures import ScenarioFigures
from finder.capacity.scenario import Scenario
from finder.capacity.scenario_json import scenario_json
from finder.errors import FinderError
from finder.pages import components, scenarios_kept, scenarios_state
from finder.pages.scenarios_map import show_plain_map
from finder.pages.scenarios_question import Question
from finder.pages.scenarios_result import show_table
from finder.pages.scenarios_words import refusal_text
from finder.reports.scenario_tables import difference_table
from finder.reports.scenario_words import answer_sentences, ready_title
from finder.words.messages import Messages

CHOICE_KEY: Final = "scenarios_b"
HERE: Final = "here"
NOTHING: Final = "nothing"


def show_second(t: Messages, q: Question, figures: ScenarioFigures, names: Mapping[str, str]) -> None:
    """Show, once opened, the choice of another scenario and both beside each other."""
    panel = st.expander(t("scenarios.second"), key="scenarios_second_panel", on_change="rerun")
    if not panel.open:
        return
    with panel:
        _choose(t)
        second = scenarios_state.second()
        if second is None:
            components.notes([t("scenarios.second_hint")])
            return
        try:
            other = _figures(second, q, figures)
        except FinderError as error:
            st.error(refusal_text(t, error))
            return
        title = _title(t, second)
        both = (("A", _title(t, figures.comparison.scenario), figures), ("B", title, other))
        with st.container(key="fi-columns-ab"):
            for column, (letter, name, found) in zip(st.columns(2, gap="medium"), both, strict=True):
                with column:
                    st.subheader(f"{letter} · {name}")
                    st.text(answer_sentences(t, found)[0])
                    show_plain_map(t, q, found, names, key=f"scenarios_map_{letter}")
        show_table(difference_table(t, compare_two(figures.comparison, other.comparison), q.kind))
        if not q.is_modelled and second.base_date != figures.comparison.scenario.base_date:
            components.notes([t("scenarios.second_day")])


def _figures(second: Scenario, q: Question, figures: ScenarioFigures) -> ScenarioFigures:
    """Return the other scenario's figures on the network of the first: else the two could not be compared."""
    on_the_same = replace(second, base_date=figures.comparison.scenario.base_date)
    return scenarios_kept.figures(on_the_same, q.kind, q.mode, q.people)


def _title(t: Messages, scenario: Scenario) -> str:
    ready = scenarios_kept.ready().get(scenario.id)
    if ready is not None and ready.actions == scenario.actions:
        return ready_title(t, ready, scenarios_kept.service_names())
    return t("scenarios.unnamed") if scenario.name == scenarios_state.UNNAMED else scenario.name


def _choose(t: Messages) -> None:
    names = scenarios_kept.service_names()
    choices = {HERE: t("scenarios.second_here"), NOTHING: t("scenarios.second_nothing")}
    try:
        saved = scenarios_kept.store().list(scenarios_kept.STORED_KIND)
        choices |= {f"doc:{one.id}": t("scenarios.saved_one", name=one.name) for one in saved}
    except FinderError as error:
        st.warning(refusal_text(t, error))
    choices |= {f"ready:{key}": ready_title(t, one, names) for key, one in scenarios_kept.ready().items()}
    st.selectbox(
        t("scenarios.second_choice"), list(choices), index=None, format_func=lambda key: choices[key], key=CHOICE_KEY,
        placeholder=t("scenarios.ready_hint"), on_change=_take,
    )  # fmt: skip


def _take() -> None:
    choice = st.session_state[CHOICE_KEY]
    if choice is None:
        st.session_state[scenarios_state.SECOND_KEY] = None
        return

    def change() -> None:
        st.session_state[scenarios_state.SECOND_KEY] = scenario_json(_chosen(choice))

    scenarios_state.attempt(change)


def _chosen(choice: str) -> Scenario:
    if choice == HERE:
        return scenarios_state.work().scenario
    if choice == NOTHING:
        return scenarios_state.empty()
    where, _, key = choice.partition(":")
    if where == "ready":
        return scenarios_kept.ready()[key]
    document = scenarios_kept.store().load(key)
    return replace(scenarios_kept.opened(json.dumps(document.body)), name=document.name)
