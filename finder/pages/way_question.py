"""What a visitor asks on the page On my way: home, work, kind and mode, in the session and in the address."""

import datetime
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from finder.pages import components, kinds, origin, placed
from finder.pages.origin import Start
from finder.pages.state import read_choice, rounded_point
from finder.units import MODES, Mode, as_mode
from finder.words.messages import Messages

ENDS: Final = ("home", "work")
WAY_KINDS: Final = (
    "creche", "childminder", "drop_in_care", "saspe", "sick_child_care", "kindergarten_osm", "after_school",
    "child_consultation", "kind_en_gezin",
)  # fmt: skip
"""Places where one brings a child on the way; those that have a service to name are offered."""

DEFAULTS: Final = {"kind": "creche", "mode": "car"}
KIND_KEY: Final = "way_kind"
MODE_KEY: Final = "way_mode"
END_KEY: Final = "way_end"
MAP_KEY: Final = "way_map"


@dataclass(frozen=True)
class Question:
    """Both ends as places, or as the sentence to show instead; kind of service and travel mode."""

    home: Start | str
    work: Start | str
    kind: str
    mode: Mode


def prefix(end: str) -> str:
    """Return the prefix under which :mod:`finder.pages.origin` keeps one end."""
    return f"way_{end}"


def offered_kinds() -> list[str]:
    """Return the kinds on offer today."""
    return [kind for kind in WAY_KINDS if kinds.has_services(kind, datetime.date.today())]


def read_address() -> None:
    """Take the question from the address bar, which carries points only, rounded to about 100 m."""
    for end in ENDS:
        placed.read_place(prefix(end), st.query_params.get(end))
    st.session_state[KIND_KEY] = read_choice(st.query_params.get("kind"), offered_kinds(), DEFAULTS["kind"])
    st.session_state[MODE_KEY] = read_choice(st.query_params.get("mode"), list(MODES), DEFAULTS["mode"])


def address_values() -> dict[str, str | None]:
    """Return the question as the address bar writes it: a text typed is never written, only its rounded point."""
    points = {end: placed.shared_point(prefix(end)) for end in ENDS}
    return points | {"kind": st.session_state[KIND_KEY], "mode": st.session_state[MODE_KEY]}


def show_controls(t: Messages) -> Question:
    """Show the controls and return what they ask."""
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        for end in ENDS:
            st.text_input(
                t("way." + end), key=origin.text_key(prefix(end)), placeholder=t("find.example"), max_chars=80,
                on_change=partial(origin.take_text, prefix(end)), persist_state="session",
            )  # fmt: skip
        st.selectbox(
            t("find.kind"), offered_kinds(), key=KIND_KEY, format_func=lambda kind: kinds.kind_text(t, kind),
            persist_state="session",
        )  # fmt: skip
        st.selectbox(
            t("find.mode"), MODES, key=MODE_KEY, format_func=lambda mode: t("mode." + mode), persist_state="session"
        )
    origin.show_location_button(t, prefix("home"))
    home, work = (_place(t, end) for end in ENDS)
    return Question(home, work, str(st.session_state[KIND_KEY]), as_mode(st.session_state[MODE_KEY]))


def show_end_choice(t: Messages) -> None:
    """Show which end a click on the map sets."""
    st.session_state.setdefault(END_KEY, "home")
    st.segmented_control(
        t("way.click_sets"), ENDS, key=END_KEY, required=True, format_func=lambda end: t("way.short." + end),
        persist_state="session",
    )  # fmt: skip


def take_click() -> None:
    """Let a click on the map set the end that is chosen beside it, kept to about 100 m only; then the other one."""
    point = components.clicked_point(st.session_state.get(MAP_KEY), "last_clicked")
    if point is None:
        return
    end = st.session_state.get(END_KEY) or "home"
    origin.take_point(rounded_point(*point), prefix(end))
    other = ENDS[1 - ENDS.index(end)]
    if not placed.is_asked(prefix(other)):
        st.session_state[END_KEY] = other


def _place(t: Messages, end: str) -> Start | str:
    return placed.current_place(t, prefix(end)) if placed.is_asked(prefix(end)) else t("way.invite." + end)
