"""The page that says where to go, and in how many minutes."""

import datetime

import streamlit as st

from finder.answers.nearest import NearestAnswer, nearest_answer
from finder.pages import cached, cards, components, find_list, find_map, origin
from finder.pages.address import Address
from finder.pages.choices import FAMILY_KINDS
from finder.pages.origin import Start
from finder.pages.state import read_choice
from finder.units import MODES, Mode, as_mode
from finder.words.messages import Messages

DEFAULTS = {"kind": "maternity", "mode": "car"}
SHOWN_COUNT = 5


def render() -> None:
    """Show the page."""
    t = components.messages()
    ADDRESS.follow()
    components.title(t("find.title"), t("find.lead"))
    kind, mode = _controls(t)
    ADDRESS.write()
    start = origin.current_start(t)
    answer = _ask(start, kind, mode) if isinstance(start, Start) else None
    components.answer(find_list.answer_texts(t, start, answer))
    with st.container(key="fi-side"):
        beside, place = st.columns([5, 7], gap="medium")
    with beside:
        chosen = find_list.show_cards(t, answer) if answer is not None else None
        find_list.show_unlocated(t, cached.supply(kind, datetime.date.today()).unlocated)
        find_list.show_how_we_know(t, kind, mode)
    with place:
        find_map.show_find_map(t, start, answer, chosen)
    if answer is not None and len(answer.found):
        with st.expander(t("find.as_table")):
            components.table(*cards.results_rows(answer.found, t), numeric=(0, 2, 3))


def _kinds() -> list[str]:
    return [kind for kind in FAMILY_KINDS if find_list.is_offered(cached.supply(kind, datetime.date.today()))]


def _read_address() -> None:
    origin.read_address()
    for key, allowed in (("kind", _kinds()), ("mode", list(MODES))):
        st.session_state[f"find_{key}"] = read_choice(st.query_params.get(key), allowed, DEFAULTS[key])


def _address_values() -> dict[str, str | None]:
    chosen: dict[str, str | None] = {key: st.session_state[f"find_{key}"] for key in DEFAULTS}
    return origin.address_values() | chosen


ADDRESS = Address("find", read=_read_address, values=_address_values, defaults=DEFAULTS)


def _controls(t: Messages) -> tuple[str, Mode]:
    kinds = _kinds()
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("find.where"), key=origin.TEXT_KEY, placeholder=t("find.example"), on_change=origin.take_text,
            max_chars=80,
            persist_state="session",
        )  # fmt: skip
        kind = st.selectbox(
            t("find.kind"), kinds, format_func=lambda k: t("kind." + k), key="find_kind", persist_state="session"
        )
        mode = st.selectbox(
            t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="find_mode", persist_state="session"
        )
    return str(kind), as_mode(mode)


def _ask(start: Start, kind: str, mode: Mode) -> NearestAnswer:
    # Kept for this visitor only, and only the last one: an address is not ours to collect.
    today = datetime.date.today()
    question = (start.point, kind, mode, today)
    if st.session_state.get("find_asked") != question:
        atlas = cached.atlas()
        found = nearest_answer(atlas, start.origin(), kind=kind, mode=mode, day=today, count=SHOWN_COUNT)
        st.session_state["find_answer"], st.session_state["find_asked"] = found, question
    answer: NearestAnswer = st.session_state["find_answer"]
    return answer
