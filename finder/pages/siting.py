"""The page that says where the next sites and the next places should go, and how good that is at most."""

from typing import cast

import streamlit as st

from finder.answers.places_allocation import Allocation, TargetAnswer
from finder.answers.siting import SitingAnswer, SitingQuestion
from finder.pages import components, doors, modelled, siting_export, siting_places, siting_sites, solver_watch
from finder.pages.siting_question import AUTO_KEY, Question, ask
from finder.pages.siting_words import (
    NOTES,
    button_text,
    can_stop,
    next_sentences,
    progress_text,
    site_sentences,
    target_sentences,
)
from finder.words.messages import Messages

DOOR = "scenarios"


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, DOOR)
    components.title(t("siting.title"), t("siting.lead"))
    q = ask(t)
    if q.task is None:
        components.answer([t("siting.off")])
        return
    if q.rests_on_model:
        modelled.show_notice(t)
    found = solver_watch.answer_of(
        t, q.task, button=button_text(t, q.task), told=progress_text, can_stop=can_stop,
        starts_now=st.session_state.pop(AUTO_KEY, False),
    )  # fmt: skip
    if found is not None:
        _show(t, q, found)
    elif isinstance(q.task.question, SitingQuestion):
        siting_sites.show_today(t, q.task.question)
    _show_notes(t, q)


def _show(t: Messages, q: Question, found: object) -> None:
    if isinstance(found, SitingAnswer):
        sentences = site_sentences(t, found)
        components.answer(sentences)
        if found.sites.empty:
            return
        siting_sites.show(t, found)
        siting_export.show(t, found, sentences, is_modelled=q.rests_on_model)
        return
    if isinstance(found, Allocation):
        sentences = next_sentences(t, found)
        components.answer(sentences)
        siting_places.show_next(t, found)
    else:
        sentences = target_sentences(t, cast("TargetAnswer", found))
        components.answer(sentences)
        siting_places.show_target(t, cast("TargetAnswer", found))
    siting_export.show(t, cast("Allocation | TargetAnswer", found), sentences, is_modelled=True)


def _show_notes(t: Messages, q: Question) -> None:
    with st.expander(t("siting.notes.title")):
        components.notes([t("siting.note." + name) for name in NOTES[q.view]])
