"""The page that says which service adds the fewest minutes between home and work."""

import datetime
from importlib.resources import files

import streamlit as st

from finder.answers.on_my_way import OnMyWay, services_on_my_way
from finder.pages import cached, components, doors, way_list, way_map, way_question
from finder.pages.address import Address
from finder.pages.origin import Start
from finder.pages.way_question import Question

ALL_OF_THEM = 10_000
_KEPT_KEY = "way_measured"


def render() -> None:
    """Show the page."""
    t = components.messages()
    ADDRESS.follow()
    doors.show_tabs(t, "find")
    components.title(t("way.title"), t("way.lead"))
    components.emergency_line(t)
    st.html(f"<style>{(files('finder.pages') / 'way.css').read_text(encoding='utf-8')}</style>")
    question = way_question.show_controls(t)
    ADDRESS.write()
    measured = _measured(question)
    components.answer(way_list.answer_texts(t, question, measured))
    components.notes(way_list.notes(t, question, measured))
    with st.container(key="fi-side"):
        beside, place = st.columns([5, 7], gap="medium")
    with beside:
        way_list.show_official_search(t, question.kind)
        chosen = way_list.show_cards(t, measured) if measured is not None else None
        way_list.show_unlocated(t, question.kind)
        way_list.show_how_we_know(t, question)
    with place:
        way_map.show_way_map(t, question, measured, chosen)
    if measured is not None and len(measured.found):
        with st.expander(t("find.as_table")):
            components.table(*way_list.rows(t, measured), numeric=(0, 2, 3, 4))


ADDRESS = Address(
    "way", read=way_question.read_address, values=way_question.address_values, defaults=way_question.DEFAULTS
)


def _measured(question: Question) -> OnMyWay | None:
    """Return every service on the way; kept for this visitor only, and only the last: an address is not ours."""
    home, work = question.home, question.work
    if not (isinstance(home, Start) and isinstance(work, Start)):
        return None
    asked = (home.point, work.point, question.kind, question.mode, datetime.date.today())
    if st.session_state.get(_KEPT_KEY, (None,))[0] != asked:
        measured = services_on_my_way(
            cached.atlas(), home.origin(), work.origin(), kind=question.kind, mode=question.mode, day=asked[-1],
            count=ALL_OF_THEM,
        )  # fmt: skip
        st.session_state[_KEPT_KEY] = (asked, measured)
    kept: OnMyWay = st.session_state[_KEPT_KEY][1]
    return kept
