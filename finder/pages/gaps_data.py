"""What the page Gaps keeps between two looks, beside what all planner's pages keep."""

from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from finder.answers.gaps import GapQuestion
from finder.answers.places_reach import ReachQuestion
from finder.answers.underserved import Judgement, chosen_criteria, stability
from finder.maps.areas import area_outlines
from finder.pages import cached_planner
from finder.pages.gaps_question import Question
from finder.sources import store

DATASETS: Final = (
    "communes",
    "localities",
    "commune_figures",
    "children_nowcast",
    "demand_points_2020",
    "demand_points_2024",
    "modelled_places_draws",
    "modelled_sites",
    "network_edges",
)


def judgement(q: Question) -> Judgement:
    """Return the communes under the chosen definitions."""
    return cached_planner.judgement(q.reach, q.keys, q.thresholds, q.at_least)


@st.cache_resource(show_spinner=False, max_entries=12)
def moved(
    reach: ReachQuestion,
    keys: tuple[str, ...],
    thresholds: tuple[tuple[str, float], ...],
    at_least: int,
) -> pd.DataFrame:
    """Return who enters and leaves when limits move by a tenth."""
    criteria = chosen_criteria(keys, dict(thresholds))
    return stability(cached_planner.measures(reach), criteria, at_least=at_least)


@st.cache_resource(show_spinner=False, max_entries=12)
def outlines(question: GapQuestion, count: int) -> gpd.GeoDataFrame:
    """Return the outlines of the gap areas with the most children, so many of them; index ``area_id``."""
    gaps = cached_planner.gaps(question)
    members = gaps.areas.head(count)[["area_id", "point_ids"]].explode("point_ids").set_index("point_ids")["area_id"]
    return area_outlines(gaps.points, members)


@st.cache_data(show_spinner=False)
def attributions() -> list[str]:
    """Return the attributions of what the page's figures are made of, each once."""
    catalog = store.load_catalog()
    return [str(text) for text in catalog.loc[catalog["id"].isin(DATASETS), "attribution"].drop_duplicates()]
