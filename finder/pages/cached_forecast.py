"""What the page Forecast keeps between two looks: the fitted models, children by scenario, places needed."""

from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.forecast import ForecastDesk
from finder.answers.outlook import held_in_brussels_pct
from finder.answers.places_needed import NeedAnswer, places_needed, rank_communes
from finder.capacity.forecast_path import SCENARIOS, Scenario

KEPT: Final = 24
FIRST_HORIZON: Final = 2035

Change = tuple[str, int, float]
"""Commune, first 1 January on which it counts, places or dwellings."""


@dataclass(frozen=True)
class NeedQuestion:
    """What places are needed for.

    Attributes
    ----------
    to
        Last 1 January.
    scenario
        Regional path.
    take_up
        As in :func:`finder.answers.places_needed.places_needed`.
    children_per_place
        Children who share a place over the week.
    openings, housing
        Places and dwellings to come beside what is published.
    """

    to: int
    scenario: Scenario
    take_up: str | float
    children_per_place: float
    openings: tuple[Change, ...] = ()
    housing: tuple[Change, ...] = ()


@st.cache_resource(show_spinner=False)
def desk() -> ForecastDesk:
    """Return the fitted models, for all visitors."""
    return ForecastDesk()


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def children(to: int, scenario: Scenario) -> pd.DataFrame:
    """Return the children 0-2.5 of every area and year."""
    return desk().table(to=to, scenario=scenario)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def needs(question: NeedQuestion) -> NeedAnswer:
    """Return need, places and gap of every commune."""
    return places_needed(
        desk(), to=question.to, scenario=question.scenario, take_up=question.take_up,
        children_per_place=question.children_per_place,
        changes=_frame(question.openings, "places"), housing=_frame(question.housing, "dwellings"),
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def ranking(year: int, scenario: Scenario) -> pd.DataFrame:
    """Return the communes by their distance from 33 places at income-related tariffs per 100 children."""
    return rank_communes(desk(), year=year, scenario=scenario)


@st.cache_data(show_spinner=False)
def brussels_held_pct() -> float:
    """Return how often the 80 % intervals held in Brussels."""
    return held_in_brussels_pct(desk())


def prepare_forecast() -> None:
    """Prepare what the page shows first: all communes, all scenarios, and the module of its charts."""
    for scenario in SCENARIOS:
        children(FIRST_HORIZON, scenario)
    needs(NeedQuestion(FIRST_HORIZON, "central", "33", 1.0))
    # Altair takes a second to import; the visitor need not wait for it.
    import finder.maps.charts_time  # noqa: F401


def _frame(changes: tuple[Change, ...], name: str) -> pd.DataFrame | None:
    return pd.DataFrame(changes, columns=["nis", "year", name]) if changes else None
