"""The standing notice of the modelled network, and the switch that does without it."""

import html
from typing import Final

import streamlit as st

from finder.words.messages import Messages

SWITCH_KEY: Final = "planner_modelled"


def show_notice(t: Messages) -> None:
    """Say in one line that the figures rest on a model, with a link to how it is made; it cannot be dismissed."""
    link = f'<a href="about?lang={t.language}#modelled" target="_self">{html.escape(t("modelled.link"))}</a>'
    st.html(f'<p class="fi-modelled">{html.escape(t("modelled.notice"))} {link}</p>')


def switch(t: Messages) -> bool:
    """Show the switch and return whether modelled figures may be used; without them only published ones are shown."""
    if SWITCH_KEY not in st.session_state:
        st.session_state[SWITCH_KEY] = True
    return st.toggle(t("modelled.switch"), key=SWITCH_KEY, persist_state="session", help=t("modelled.switch_help"))
