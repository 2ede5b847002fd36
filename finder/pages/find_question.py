"""What a visitor asks on the page Find: stage, kind, mode and filters, in the session and in the address."""

import datetime
from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.answers.search_filters import Wish
from finder.pages import find_kept, find_wish, kinds, origin
from finder.pages.state import read_choice
from finder.tables import KINDS, STAGES
from finder.units import MODES, Mode, as_mode
from finder.words.messages import Messages

STAGE_KEY: Final = "find_stage"
KIND_KEY: Final = "find_kind"
MODE_KEY: Final = "find_mode"
DEFAULTS: Final = {"stage": "birth", "mode": "car"}


@dataclass(frozen=True)
class Question:
    """Stage of the life line, one kind of it or all (None), travel mode, and filters."""

    stage: str
    kind: str | None
    mode: Mode
    wish: Wish

    @property
    def kinds(self) -> list[str]:
        """Kinds to list: the one chosen, else all of the stage that have a service to name."""
        return offered_kinds(self.stage) if self.kind is None else [self.kind]


def offered_kinds(stage: str) -> list[str]:
    """Return the kinds of a stage that have a service to name today."""
    today = datetime.date.today()
    return [kind for kind in kinds.kinds_of_stage(stage) if kinds.has_services(kind, today)]


def read_address() -> None:
    """Take the question from the address bar; a kind alone brings its stage."""
    origin.read_address()
    parameters = st.query_params
    kind: str | None = read_choice(parameters.get("kind"), list(KINDS), "") or None
    if kind is not None and not kinds.has_services(kind, datetime.date.today()):
        kind = None
    usual = KINDS[kind] if kind is not None else DEFAULTS["stage"]
    stage = read_choice(parameters.get("stage"), STAGES, usual)
    if kind is not None and kind in KINDS and kind not in [*kinds.kinds_of_stage(stage), *special_kinds(stage)]:
        stage = KINDS[kind]
    st.session_state[STAGE_KEY], st.session_state[KIND_KEY] = stage, kind
    st.session_state[MODE_KEY] = read_choice(parameters.get("mode"), list(MODES), DEFAULTS["mode"])
    find_wish.put_wish(find_wish.read_wish(parameters.get("only")))
    find_kept.read_kept(parameters.get("keep"))


def special_kinds(stage: str) -> tuple[str, ...]:
    """Return the kinds of special situations at a stage: not in the list of kinds, but links may ask for them."""
    return kinds.guide().special_kinds(stage)


def address_values() -> dict[str, str | None]:
    """Return the question as the address bar writes it."""
    state = st.session_state
    stage, kind = state[STAGE_KEY], state[KIND_KEY]
    is_told = kind is not None and KINDS[kind] == stage
    return origin.address_values() | {
        "stage": None if is_told else stage,
        "kind": kind,
        "mode": state[MODE_KEY],
        "only": find_wish.write_wish(find_wish.current_wish()),
        "keep": find_kept.write_kept(),
    }


def show_controls(t: Messages) -> Question:
    """Show the controls and return what they ask."""
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("find.where"), key=origin.TEXT_KEY, placeholder=t("find.example"), on_change=origin.take_text,
            max_chars=80, persist_state="session",
        )  # fmt: skip
        st.selectbox(
            t("find.stage"), STAGES, format_func=lambda stage: t("stage." + stage), key=STAGE_KEY,
            on_change=_forget_kind, persist_state="session",
        )  # fmt: skip
        st.selectbox(
            t("find.mode"), MODES, format_func=lambda mode: t("mode." + mode), key=MODE_KEY, persist_state="session"
        )
    stage = st.session_state[STAGE_KEY]
    chosen = st.session_state[KIND_KEY]
    offered = offered_kinds(stage)
    if chosen is not None and chosen not in offered:
        offered = [*offered, chosen]
    with st.container(key="fi-kinds", horizontal=True, vertical_alignment="bottom"):
        st.pills(
            t("find.pick_kind"), offered, format_func=lambda kind: kinds.kind_text(t, kind), key=KIND_KEY,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", key="fi-tools", width="content"):
            find_wish.show_filters(t)
            origin.show_location_button(t)
    kind = st.session_state[KIND_KEY]
    return Question(stage, kind, as_mode(st.session_state[MODE_KEY]), find_wish.current_wish())


def _forget_kind() -> None:
    st.session_state[KIND_KEY] = None
