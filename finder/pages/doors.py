"""The doors of the app: which pages there are, and the tabs between the pages of one door."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

import streamlit as st

from finder.words.messages import Messages

BEHIND: Final[Mapping[str, tuple[str, ...]]] = {
    "find": ("find", "way", "guide"),
    "coverage": ("coverage", "places", "gaps", "mobile", "commune"),
    "forecast": ("forecast",),
    "scenarios": ("scenarios", "siting"),
    "about": ("about", "lists"),
}
"""Doors of the header in their order, and the pages behind each: its own first, the others open from tabs and links."""

ALL: Final = tuple(name for names in BEHIND.values() for name in names)


def pages(t: Messages) -> dict[str, st.Page]:
    """Return every page by name; the first opens without an address."""
    ordered = sorted(ALL, key=lambda name: name not in BEHIND)
    return {name: _page(t, name, is_hidden=name not in BEHIND) for name in ordered}


def show_tabs(t: Messages, door: str) -> None:
    """Show the links between the pages behind a door, if there are several."""
    if len(BEHIND[door]) == 1:
        return
    found = pages(t)
    with st.container(key="fi-tabs", horizontal=True):
        for name in BEHIND[door]:
            st.page_link(found[name], label=t("tab." + name))


def _page(t: Messages, name: str, *, is_hidden: bool) -> st.Page:
    return st.Page(
        _opener(name),
        title=t("door." + name),
        url_path=name,
        default=name == ALL[0],
        visibility="hidden" if is_hidden else "visible",
    )


def _opener(name: str) -> Callable[[], None]:
    def render() -> None:
        # Imported when opened: a page may be heavy, and its module shows these tabs itself.
        import_module(f"finder.pages.{name}").render()

    return render
