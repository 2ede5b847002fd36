"""The page that says where to go, and in how many minutes."""

import streamlit as st

from finder.pages import (
    cards,
    components,
    doors,
    find_answer,
    find_hard,
    find_kept,
    find_list,
    find_map,
    find_question,
    find_results,
    find_take,
    find_wish,
    origin,
)
from finder.pages.address import Address
from finder.pages.find_results import Results
from finder.pages.origin import Start
from finder.words.messages import Messages

ADDRESS = Address(
    "find",
    read=find_question.read_address,
    values=find_question.address_values,
    defaults={**find_question.DEFAULTS},
)


def render() -> None:
    """Show the page."""
    t = components.messages()
    ADDRESS.follow()
    doors.show_tabs(t, "find")
    components.title(t("find.title"), t("find.lead"))
    components.emergency_line(t)
    question = find_question.show_controls(t)
    start = origin.current_start(t)
    ADDRESS.write()
    results = find_results.ask(start, question) if isinstance(start, Start) else None
    components.answer(find_answer.answer_texts(t, results) if results is not None else [str(start)])
    if results is not None:
        components.notes(find_wish.wish_texts(t, results.counts))
    with st.container(key="fi-side"):
        beside, place = st.columns([5, 7], gap="medium")
    with beside:
        chosen = find_list.show_sections(t, results) if results is not None else None
    with place:
        find_map.show_find_map(t, start, results, chosen)
        if results is not None:
            components.notes(find_answer.border_texts(t, results))
    if results is not None and results.first is not None:
        with st.container(key="fi-columns"):
            keeping, taking = st.columns(2, gap="large")
        with keeping:
            find_kept.show_kept(t, find_results.everything(results))
        with taking:
            find_take.show_take_along(t, results, ADDRESS.shown())
    _show_more(t, question, results)


def _show_more(t: Messages, question: find_question.Question, results: Results | None) -> None:
    if results is not None:
        find_hard.show_how_hard(t, results)
        find_list.show_unlocated(t, results)
    find_list.show_other_kinds(t, question)
    find_list.show_how_we_know(t, question)
    if results is not None and len(results.listed):
        with st.expander(t("find.as_table")):
            components.table(*cards.results_rows(results.listed, t), numeric=(0, 3, 4))
