"""Pieces that every page shares: the frame, the language switch, the map, lists of texts."""

import html
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import folium
import streamlit as st
from streamlit_folium import st_folium

from finder.errors import FinderError
from finder.maps.base import Theme, base_map
from finder.pages import cached
from finder.pages.visitor import browser_language
from finder.settings import osm_tiles_allowed
from finder.words.messages import LANGUAGES, Language, Messages, as_language

LANGUAGE_KEY: Final = "language"
WHOLE_AREA: Final = (2.8, 49.46, 6.45, 50.9)
"""West, south, east, north of Wallonia and Brussels; degrees."""

SLOT: Final = "\ue000"
"""Stands in an escaped sentence where a link of ours will stand; no catalogue and no data hold it."""

_NAMES: Final[Mapping[Language, str]] = {"fr": "FR", "nl": "NL", "de": "DE", "en": "EN"}


def messages() -> Messages:
    """Return the messages of the visitor's language: chosen, else in the address, else the browser's, else French."""
    if LANGUAGE_KEY not in st.session_state:
        chosen = st.query_params.get("lang")
        st.session_state[LANGUAGE_KEY] = as_language(chosen) if chosen else browser_language()
    return Messages(as_language(st.session_state[LANGUAGE_KEY]))


def language_switch() -> None:
    """Show the language switch at the top right of every page."""
    t = messages()
    with st.container(key="fi-language"):
        st.selectbox(
            t("app.language"),
            LANGUAGES,
            format_func=lambda code: _NAMES[code],
            key=LANGUAGE_KEY,
            persist_state="session",
            label_visibility="collapsed",
        )


def page_style() -> None:
    """Load the style sheet of the pages."""
    text = (files("finder.pages") / "style.css").read_text(encoding="utf-8")
    st.html(f"<style>{text}</style>")


def title(text: str, lead: str) -> None:
    """Show the page's question and one sentence below it."""
    st.html(f'<h1 class="fi-title">{html.escape(text)}</h1><p class="fi-lead">{html.escape(lead)}</p>')


def emergency_line(t: Messages) -> None:
    """Show whom to call when life is in danger: on every page for families."""
    from finder.pages.kinds import guide

    row = guide().emergency_lines.iloc[0]
    number = html.escape(str(row["phone"]))
    told = html.escape(t("find.emergency", line=SLOT)).replace(SLOT, f'<a href="tel:{number}">{number}</a>')
    st.html(f'<p class="fi-emergency">{told}</p>')


def answer(parts: Sequence[str]) -> None:
    """Show the answer: first sentence large, the others below. Texts, not HTML."""
    first, *others = (html.escape(part) for part in parts)
    rest = "".join(f"<p>{part}</p>" for part in others)
    st.html(f'<div class="fi-answer" role="status"><p class="fi-answer-first">{first}</p>{rest}</div>')


def notes(texts: Sequence[str]) -> None:
    """Show small notes, one line each. Texts, not HTML."""
    items = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    if items:
        st.html(f'<ul class="fi-notes">{items}</ul>')


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: Sequence[int] = ()) -> None:
    """Show a small table as plain HTML: light to load, readable by every device. Texts, not HTML.

    Parameters
    ----------
    headers, rows
        Texts.
    numeric
        Positions of the columns set to the right.
    """

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=fi-number' if i in numeric else ''}>{html.escape(text)}</{tag}>"
            for i, text in enumerate(texts)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = cells("th", headers)
    st.html(f'<div class="fi-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def theme() -> Theme:
    """Return the theme the visitor's browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show_map(
    t: Messages,
    layers: folium.FeatureGroup,
    *,
    key: str,
    title: str,
    height: int,
    returned: Sequence[str],
    on_change: Callable[[], None] | None = None,
) -> Mapping[str, Any]:
    """Show the base map with ``layers`` on it and return what the visitor did there.

    The base is the same object for the browser as long as language and theme stay, so only the layers change and
    zoom and place are kept.
    """
    address, version = cached.map_assets()
    shown = base_map(
        address,
        version=version,
        theme=theme(),
        language=t.language,
        title=title,
        with_tiles=osm_tiles_allowed(),
    )
    st.html('<span id="fi-map"></span>')
    with st.container(key=f"fi-map-{key}"):
        result: Mapping[str, Any] | None = st_folium(
            shown,
            key=key,
            height=height,
            width=None,
            returned_objects=list(returned),
            feature_group_to_add=layers,
            on_change=on_change,
        )
    return result or {}


def clicked_point(result: Mapping[str, Any] | None, event: str) -> tuple[float, float] | None:
    """Return latitude and longitude of the last click that ``result`` of a map holds."""
    found = (result or {}).get(event)
    return (float(found["lat"]), float(found["lng"])) if found else None


def favicon() -> str:
    """Return Finder's sign: a place with a heart in it."""
    return str(files("finder.pages") / "favicon.svg")


def run(page: Any) -> None:  # noqa: ANN401 - streamlit's page type is private
    """Run a page; what Finder refuses on purpose becomes a plain sentence, not a trace."""
    try:
        page.run()
    except FinderError as error:
        st.error(str(error))
