"""What is asked of day-care places: which figure, how far, which year's children, with or without the model."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.answers.children import DEMAND_YEARS
from finder.answers.place_figures import COVERAGE, PLACE_FIGURES, REACH_FIGURES
from finder.answers.places_reach import DEFAULT_LIMIT_MIN, LIMITS_MIN, ReachQuestion
from finder.pages import cached, modelled
from finder.pages.address import Address
from finder.pages.coverage_question import CHOSEN_KEY
from finder.pages.modelled import SWITCH_KEY
from finder.pages.state import read_choice
from finder.units import MODES, as_mode
from finder.words.messages import Messages

START: Final = {
    "figure": COVERAGE,
    "mode": "car",
    "limit": str(DEFAULT_LIMIT_MIN),
    "year": str(DEMAND_YEARS[0]),
    "model": "on",
}
_ALLOWED: Final = {
    "figure": PLACE_FIGURES,
    "mode": MODES,
    "limit": tuple(map(str, LIMITS_MIN)),
    "year": tuple(map(str, DEMAND_YEARS)),
}


@dataclass(frozen=True)
class Question:
    """What the page shows.

    Attributes
    ----------
    figure
        One of :data:`finder.answers.place_figures.PLACE_FIGURES`.
    reach
        How far families go, and the year of the children.
    is_modelled
        Whether the modelled network may be used.
    """

    figure: str
    reach: ReachQuestion
    is_modelled: bool

    @property
    def has_reach(self) -> bool:
        """Whether the figure asks what is within reach."""
        return self.figure in REACH_FIGURES


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    if st.session_state.get(SWITCH_KEY, True):
        modelled.show_notice(t)
    is_modelled = modelled.switch(t)
    figure = st.session_state["places_figure"]
    if is_modelled:
        with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
            figure = st.selectbox(
                t("places.figure"), PLACE_FIGURES, format_func=lambda f: t("places.figure." + f), key="places_figure",
                persist_state="session", help=t("places.figure_help"),
            )  # fmt: skip
            if figure in REACH_FIGURES:
                _ask_reach(t)
            with st.popover(t("coverage.more")):
                st.radio(
                    t("places.year"), _ALLOWED["year"], format_func=lambda y: t("places.year." + y), key="places_year",
                    persist_state="session", help=t("places.year_help"),
                )  # fmt: skip
    ADDRESS.write()
    state = st.session_state
    reach = ReachQuestion(as_mode(state["places_mode"]), int(state["places_limit"]), int(state["places_year"]))
    return Question(figure, reach, is_modelled)


def _ask_reach(t: Messages) -> None:
    st.selectbox(
        t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="places_mode", persist_state="session"
    )
    st.select_slider(
        t("places.limit"), _ALLOWED["limit"], format_func=lambda m: f"{m} min", key="places_limit",
        persist_state="session",
    )  # fmt: skip


def _read_address() -> None:
    asked = st.query_params
    for name, allowed in _ALLOWED.items():
        st.session_state[f"places_{name}"] = read_choice(asked.get(name), allowed, START[name])
    # Who comes through a tab keeps the commune and the switch of the page before.
    if not asked and st.session_state.get("address_of") not in (None, ADDRESS.page):
        st.session_state.setdefault(CHOSEN_KEY, None)
        return
    nis = asked.get("commune")
    st.session_state[CHOSEN_KEY] = nis if nis in cached.atlas().communes.index else None
    st.session_state[SWITCH_KEY] = asked.get("model") != "off"


def _address_values() -> dict[str, str | None]:
    state = st.session_state
    return {
        **{name: str(state[f"places_{name}"]) for name in _ALLOWED},
        "model": "on" if state.get(SWITCH_KEY, True) else "off",
        "commune": state.get(CHOSEN_KEY),
    }


ADDRESS: Final = Address("places", read=_read_address, values=_address_values, defaults=START)
