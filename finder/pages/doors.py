"""The doors of the app: which pages there are, and the tabs between the pages of one door."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

import streamlit as st

from finder.words.messages import Messages

HEADER: Final = ("find", "coverage", "forecast", "about")
"""Pages of the header, in their order; the first opens without an address."""

TABS: Final = ("coverage", "places", "gaps", "commune")
"""Pages behind the door of the planners: the first is that door, the others open from the tabs on top of each."""


def pages(t: Messages) -> dict[str, st.Page]:
    """Return every page by name: those of the header, and those that only tabs and links open."""
    hidden = [name for name in TABS if name not in HEADER]
    return {name: _page(t, name, is_hidden=name in hidden) for name in (*HEADER, *hidden)}


def show_tabs(t: Messages) -> None:
    """Show the links between the planners' pages."""
    found = pages(t)
    with st.container(key="fi-tabs", horizontal=True):
        for name in TABS:
            st.page_link(found[name], label=t("tab." + name))


def _page(t: Messages, name: str, *, is_hidden: bool) -> st.Page:
    return st.Page(
        _opener(name),
        title=t("door." + name),
        url_path=name,
        default=name == HEADER[0],
        visibility="hidden" if is_hidden else "visible",
    )


def _opener(name: str) -> Callable[[], None]:
    def render() -> None:
        # Imported when opened: a page may be heavy, and its module shows these tabs itself.
        import_module(f"finder.pages.{name}").render()

    return render
