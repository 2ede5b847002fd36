"""Data and method: where everything comes from, how complete it is, how it is computed."""

import html

import pandas as pd
import streamlit as st

from finder.capacity.places_validation import mean_absolute_errors
from finder.pages import cached, components, doors
from finder.pages.address import Address
from finder.sources import store
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text

METHODS = (
    "minutes", "speeds", "snapping", "people", "shares", "border", "synthetic", "dates", "coverage", "modelled",
    "reach", "underserved",
)  # fmt: skip
_ERRORS = {"model": "model", "province": "province_mean"}
"""Places in the text on the modelled network, and the mean errors that stand there."""


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "about")
    components.title(t("about.title"), t("about.lead"))
    atlas = cached.atlas()
    _show_completeness(t, atlas.completeness)
    _show_provenance(t, atlas.services)
    st.subheader(t("about.method"))
    errors = mean_absolute_errors(store.load_modelled_places_validation())
    numbers = {name: decimal_text(errors[column], t.language) for name, column in _ERRORS.items()}
    items = "".join(
        f'<dt id="{name}">{html.escape(t(f"method.{name}.title"))}</dt>'
        f"<dd>{html.escape(t(f'method.{name}.text', **numbers))}</dd>"
        for name in METHODS
    )
    st.html(f'<dl class="fi-method">{items}</dl>')
    _show_sources(t, store.load_catalog())
    st.subheader(t("about.privacy"))
    components.notes([t("about.privacy_text"), t("about.tiles_text"), t("about.licence_text")])
    Address("about", read=lambda: None, values=dict, defaults={}).write()


def _show_completeness(t: Messages, completeness: pd.DataFrame) -> None:
    st.subheader(t("about.completeness"))
    components.notes([t("about.completeness_text")])
    rows = [
        [
            t("about.all_hospitals" if row["kind"] == "hospital" else f"kind.{row['kind']}"),
            _area_text(t, row["area"]),
            t("level." + row["level"]),
            count_text(row["known_count"], t.language),
            t("why." + row["why_key"]),
            row["source"],
        ]
        for _, row in completeness.iterrows()
    ]
    headers = [t("table." + key) for key in ("kind", "area", "level", "known", "why", "source")]
    components.table(headers, rows, numeric=(3,))


def _area_text(t: Messages, area: str) -> str:
    """Return the name of an area; a list that is complete for one commune only names that commune."""
    nis = area.removeprefix("commune ")
    return t("area." + area) if nis == area else str(cached.atlas().communes.loc[nis, "name_fr"])


def _show_provenance(t: Messages, services: pd.DataFrame) -> None:
    st.subheader(t("about.provenance"))
    counts = services["provenance"].value_counts()
    rows = [
        [t(f"provenance.{name}"), count_text(count, t.language), t(f"provenance.{name}.text")]
        for name, count in counts.items()
    ]
    components.table([t("table.source"), t("table.known"), t("table.note")], rows, numeric=(1,))


def _show_sources(t: Messages, catalog: pd.DataFrame) -> None:
    st.subheader(t("about.sources"))
    components.notes([t("about.sources_text")])
    keys = ("dataset", "version", "rows", "attribution", "licence", "source", "note")
    columns = ("id", "version", "rows", "attribution", "licence", "source", "note")
    rows = [["" if pd.isna(row[c]) else str(row[c]) for c in columns] for _, row in catalog.iterrows()]
    components.table([t("table." + key) for key in keys], rows, numeric=(2,))
