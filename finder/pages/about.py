"""Data and method: where everything comes from, how complete it is, how it is computed."""

import html

import pandas as pd
import streamlit as st

from finder.pages import cached, components
from finder.pages.i18n import Messages
from finder.pages.wording import count_text, date_text
from finder.sources import store

METHODS = ("minutes", "speeds", "snapping", "people", "shares", "border", "synthetic", "dates")


def render() -> None:
    """Show the page."""
    t = components.messages()
    components.title(t("about.title"), t("about.lead"))
    atlas = cached.atlas()
    _show_completeness(t, atlas.completeness)
    _show_provenance(t, atlas.services)
    st.subheader(t("about.method"))
    items = "".join(
        f"<dt>{html.escape(t(f'method.{name}.title'))}</dt><dd>{html.escape(t(f'method.{name}.text'))}</dd>"
        for name in METHODS
    )
    st.html(f'<dl class="fi-method">{items}</dl>')
    _show_sources(t, store.load_catalog())
    st.subheader(t("about.privacy"))
    components.notes([t("about.privacy_text"), t("about.tiles_text"), t("about.licence_text")])
    components.write_address(t, {}, {})


def _show_completeness(t: Messages, completeness: pd.DataFrame) -> None:
    st.subheader(t("about.completeness"))
    components.notes([t("about.completeness_text")])
    shown = pd.DataFrame(
        {
            t("table.kind"): [t("kind." + kind) for kind in completeness["kind"]],
            t("table.area"): [t("area." + area) for area in completeness["area"]],
            t("table.level"): [t("level." + level) for level in completeness["level"]],
            t("table.known"): completeness["known_count"].astype("Int64"),
            t("table.why"): [t("why." + key) for key in completeness["why_key"]],
            t("table.source"): completeness["source"],
        }
    )
    st.dataframe(shown, hide_index=True)


def _show_provenance(t: Messages, services: pd.DataFrame) -> None:
    st.subheader(t("about.provenance"))
    counts = services["provenance"].value_counts()
    components.notes(
        [
            f"{t('provenance.' + name)} — {count_text(count, t.language)}. {t(f'provenance.{name}.text')}"
            for name, count in counts.items()
        ]
    )


def _show_sources(t: Messages, catalog: pd.DataFrame) -> None:
    st.subheader(t("about.sources"))
    components.notes([t("about.sources_text")])
    shown = pd.DataFrame(
        {
            t("table.dataset"): catalog["id"],
            t("table.version"): [_version(t, text) for text in catalog["version"]],
            t("table.rows"): catalog["rows"].astype("Int64"),
            t("table.attribution"): catalog["attribution"],
            t("table.licence"): catalog["licence"],
            t("table.source"): catalog["source"],
            t("table.note"): catalog["note"],
        }
    )
    st.dataframe(shown, hide_index=True)


def _version(t: Messages, text: object) -> str:
    try:
        return date_text(str(text), t.language)
    except ValueError:
        return str(text)
