"""Services a visitor keeps: to compare, to print, to put in a calendar; in the link too."""

import datetime
import html
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder.answers.supply import NEVER_FOR_FAMILIES
from finder.pages import cached, cards, kinds
from finder.pages.planned import planned_on
from finder.words.messages import Messages
from finder.words.wording import count_text, km_text, minutes_text

KEPT_KEY: Final = "find_kept"
KEPT_MOST: Final = 5
LENGTH_MAX: Final = 600
FIELDS: Final = ("kind", "minutes", "km", "address", "phone", "sessions", "tariff", "languages", "places", "source")


def read_kept(text: str | None) -> None:
    """Take the services kept from an address: those we know and may show."""
    services = cached.atlas().services
    shown = {
        *services.index[~services["provenance"].isin(NEVER_FOR_FAMILIES)],
        *planned_on(datetime.date.today()).services.index,
    }
    wanted = (text or "")[:LENGTH_MAX].split(",")
    known = [service_id for service_id in wanted if service_id in shown]
    st.session_state[KEPT_KEY] = list(dict.fromkeys(known))[:KEPT_MOST]


def write_kept() -> str:
    """Return the services kept as an address writes them."""
    return ",".join(st.session_state[KEPT_KEY])


def toggle(service_id: str) -> None:
    """Keep a service, or keep it no more; beyond :data:`KEPT_MOST` the oldest goes."""
    kept = [i for i in st.session_state[KEPT_KEY] if i != service_id]
    if len(kept) == len(st.session_state[KEPT_KEY]):
        kept = [*kept, service_id][-KEPT_MOST:]
    st.session_state[KEPT_KEY] = kept


def clear() -> None:
    """Keep none."""
    st.session_state[KEPT_KEY] = []


def is_kept(service_id: str) -> bool:
    """Return whether a service is kept."""
    return service_id in st.session_state[KEPT_KEY]


def kept_rows(listed: pd.DataFrame) -> pd.DataFrame:
    """Return the services kept among those measured, in the order in which they were kept."""
    return listed.loc[[i for i in st.session_state[KEPT_KEY] if i in listed.index]]


def show_kept(t: Messages, measured: pd.DataFrame) -> None:
    """Show the services kept side by side."""
    rows = kept_rows(measured)
    st.subheader(t("kept.title"))
    if rows.empty:
        st.caption(t("kept.none"))
        return
    names = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in rows["name"])
    body = "".join(
        f'<tr><th scope="row">{html.escape(t("kept.row." + field))}</th>'
        + "".join(f"<td>{html.escape(_cell(t, row, field))}</td>" for _, row in rows.iterrows())
        + "</tr>"
        for field in FIELDS
    )
    st.html(
        # Wider than a phone, it scrolls sideways: the keyboard must reach it to scroll it too.
        f'<div class="fi-table fi-compare" tabindex="0" role="region" aria-label="{html.escape(t("kept.title"))}">'
        f"<table><thead><tr><td></td>{names}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.button(t("kept.clear"), on_click=clear, type="tertiary")


def _cell(t: Messages, row: "pd.Series[Any]", field: str) -> str:
    if field == "kind":
        return kinds.kind_text(t, str(row["kind"]))
    if field == "minutes":
        return minutes_text(float(row["minutes"]), t.language)
    if field == "km":
        return km_text(float(row["km"]), t.language)
    if field == "source":
        return cards.source_text(row, t)
    if field == "places":
        places = row["capacity_places"]
        return t("kept.unknown") if pd.isna(places) else count_text(float(places), t.language)
    if field == "address":
        return cards.address_text(row) or t("kept.unknown")
    if field == "sessions":
        return cards.opening_text(row, t) or t("kept.unknown")
    value = row[field]
    if not isinstance(value, str):
        return t("kept.unknown")
    told = {"tariff": lambda: t("tariff." + value), "languages": lambda: cards.languages_text(t, value)}
    return told.get(field, lambda: value)()
