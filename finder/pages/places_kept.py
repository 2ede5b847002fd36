"""What the page Places keeps between two looks: coverage by year, figures, inequality, attributions."""

import threading

import pandas as pd
import streamlit as st

from finder.answers.coverage import coverage_draws
from finder.answers.equity import EquityAnswer, equity_over_draws
from finder.answers.place_figures import REACH_FIGURES, REACHABLE, PlaceFigure, place_figure
from finder.answers.places_reach import LIMITS_MIN, ReachQuestion
from finder.answers.published_rates import published_rates, published_trend
from finder.capacity.coverage import METHOD_VERSION
from finder.pages.cached import atlas
from finder.pages.cached_planner import places_reach
from finder.sources import store
from finder.units import Mode

DATASETS = ("modelled_places_by_commune", "commune_figures", "demand_points_2020", "communes")
REACH_DATASETS = (*DATASETS, "modelled_site_places", "network_edges")


@st.cache_resource(show_spinner=False)
def coverage(year: int) -> dict[str, pd.DataFrame]:
    """Return coverage and income-related coverage in every draw."""
    return coverage_draws(atlas(), year)


def figure(name: str, question: ReachQuestion) -> PlaceFigure:
    """Return a figure of all communes; one of a territory is kept once for all modes and limits."""
    return _figure(name, question if name in REACH_FIGURES else ReachQuestion(year=question.year))


@st.cache_resource(show_spinner=False, max_entries=40)
def _figure(name: str, question: ReachQuestion) -> PlaceFigure:
    reach = places_reach(question) if name in REACH_FIGURES else None
    rates = coverage(question.year) if reach is None else {}
    method = METHOD_VERSION if reach is None else reach.method
    return place_figure(atlas(), name, coverage=rates, year=question.year, reach=reach, method=method)


@st.cache_resource(show_spinner=False, max_entries=40)
def equity(name: str, question: ReachQuestion) -> EquityAnswer:
    """Return the inequality of a figure's places per 100 children."""
    found = figure(name, question)
    return equity_over_draws(atlas(), found.places_per_100, found.children)


@st.cache_data(show_spinner=False)
def printed_rates() -> pd.DataFrame:
    """Return the latest published rate of each commune that has one."""
    return published_rates(atlas())


@st.cache_data(show_spinner=False)
def printed_trend() -> pd.DataFrame:
    """Return the published rates of Wallonia and of the Federation."""
    return published_trend(atlas())


@st.cache_data(show_spinner=False)
def attributions(datasets: tuple[str, ...]) -> list[str]:
    """Return the attributions of datasets, each once."""
    catalog = store.load_catalog()
    return [str(text) for text in catalog.loc[catalog["id"].isin(datasets), "attribution"].drop_duplicates()]


@st.cache_resource(show_spinner=False)
def prepare_limits(mode: Mode, year: int) -> threading.Thread | None:
    """Prepare in the background the limits that the slider offers, so that moving it does not wait."""
    if not st.runtime.exists():
        return None

    def prepare() -> None:
        for limit in LIMITS_MIN:
            figure(REACHABLE, ReachQuestion(mode, limit, year))

    thread = threading.Thread(target=prepare, name="places-limits", daemon=True)
    thread.start()
    return thread
