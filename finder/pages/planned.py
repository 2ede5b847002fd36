"""Published mobile consultations in the pages for families: read from the store now, told on their cards."""

import datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder import settings
from finder.answers.mobile_sessions import PROVENANCE, Planned, PlannedSupply, next_days
from finder.answers.search_filters import sessions_of
from finder.sources.documents_store import DocumentStore, open_store
from finder.words.messages import Messages
from finder.words.wording import date_text

DATES_SHOWN: Final = 3


def planned_on(day: datetime.date) -> Planned:
    """Return the mobile consultations of the plans that hold on a day, as they are published at this moment."""
    return _supply().on(day)


def is_planned(service: "pd.Series[Any]") -> bool:
    """Return whether a service is a stop of a published plan."""
    return bool(service["provenance"] == PROVENANCE)


def planned_texts(service: "pd.Series[Any]", t: Messages) -> list[str]:
    """Return what a family must know of a planned stop: its next dates, whose plan it is, of when and until when.

    ``service`` is a row of :class:`finder.answers.shortlist.KindGroup`; others than planned ones have no such texts.
    """
    if not is_planned(service):
        return []
    sessions = sessions_of(service["sessions"]) or ()
    until = max((session.until for session in sessions if session.until), default=None)
    texts = [t("planned.where", place=service["locality"])]
    if isinstance(service["next_day"], str):
        days = next_days(sessions, datetime.date.fromisoformat(service["next_day"]), count=DATES_SHOWN)
        dates = ", ".join(date_text(day.isoformat(), t.language) for day in days)
        texts.insert(0, t("planned.dates", dates=dates))
    texts.append(
        t(
            "planned.plan",
            plan=service["source"],
            date=date_text(service["as_of"], t.language),
            until=date_text(until.isoformat() if until else None, t.language),
        )
    )
    return texts


@st.cache_resource(show_spinner=False)
def _supply() -> PlannedSupply:
    return PlannedSupply(_store)


def _store() -> DocumentStore | None:
    """Return the store of plans; looking for them makes no file where there is none yet."""
    address = settings.database_url()
    if address is None and not settings.store_path().exists():
        return None
    return _opened(address or str(settings.store_path()))


@st.cache_resource(show_spinner=False)
def _opened(address: str) -> DocumentStore:
    return open_store(address)
