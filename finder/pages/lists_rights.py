"""Who may take lists in: it changes what every visitor sees."""

import html

import streamlit as st

from finder.pages.visitor import is_at_this_computer
from finder.settings import IMPORTS_VARIABLE, imports_allowed
from finder.words.messages import Messages


def may_write() -> bool:
    """Return whether this visitor may change the data of the server."""
    allowed = imports_allowed()
    return is_at_this_computer() if allowed is None else allowed


def show_who(t: Messages) -> None:
    """Say in one standing line whom an import concerns and whether this visitor may do one."""
    told = t("lists.who") if may_write() else t("lists.who_not", variable=f"{IMPORTS_VARIABLE}=on")
    st.html(f'<p class="fi-modelled">{html.escape(told)}</p>')
