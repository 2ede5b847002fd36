"""What the page of a commune is asked: which one, compared with which other, with or without the model."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.geo.folding import fold
from finder.pages import cached, modelled
from finder.pages.address import Address
from finder.pages.coverage_question import CHOSEN_KEY
from finder.words.messages import Messages

MAP_KEY: Final = "commune_map"
OTHER_KEY: Final = "commune_other"
UNKNOWN_KEY: Final = "commune_unknown_link"


@dataclass(frozen=True)
class Question:
    """What the page shows; ``nis`` and ``other`` are codes or nothing."""

    nis: str | None
    other: str | None
    is_modelled: bool


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    names = cached.commune_names(t.language)
    order = sorted(names, key=lambda code: fold(names[code]))
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        nis = st.selectbox(
            t("commune.choose"), order, index=None, format_func=lambda code: names[code], key=CHOSEN_KEY,
            persist_state="session", placeholder=t("commune.hint"),
        )  # fmt: skip
        other = st.selectbox(
            t("commune.compare"), order, index=None, format_func=lambda code: names[code], key=OTHER_KEY,
            persist_state="session", placeholder=t("commune.nothing"), help=t("commune.compare_help"),
        )  # fmt: skip
        with st.popover(t("commune.more")):
            is_modelled = modelled.switch(t)
    ADDRESS.write()
    return Question(nis, other if other != nis else None, is_modelled)


def _read_address() -> None:
    codes = set(cached.atlas().communes.index)
    wanted = st.query_params.get("nis")
    if wanted in codes or CHOSEN_KEY not in st.session_state:
        st.session_state[CHOSEN_KEY] = wanted if wanted in codes else None
    other = st.query_params.get("with")
    st.session_state[OTHER_KEY] = other if other in codes else None
    st.session_state[UNKNOWN_KEY] = wanted is not None and wanted not in codes


def _address_values() -> dict[str, str | None]:
    return {"nis": st.session_state.get(CHOSEN_KEY), "with": st.session_state.get(OTHER_KEY)}


ADDRESS: Final = Address("commune", read=_read_address, values=_address_values, defaults={})
