"""The page that says how many children there will be, and how many places they need."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from finder.answers.outlook import area_years, changes, communes_of, needs_of_year, sum_needs
from finder.pages import (
    cached,
    cached_forecast,
    components,
    forecast_charts,
    forecast_how,
    forecast_map,
    forecast_past,
    forecast_places,
    forecast_table,
    forecast_words,
)
from finder.pages.forecast_question import Question, ask, place_names
from finder.words.messages import Messages


def render() -> None:
    """Show the page."""
    t = components.messages()
    components.title(t("forecast.title"), t("forecast.lead"))
    with st.spinner(t("forecast.computing")):
        present = cached_forecast.desk().present.year
    q = ask(t)
    names = place_names(t)
    table = cached_forecast.children(q.need.to, q.need.scenario)
    answer = cached_forecast.needs(q.need)
    years = area_years(table, q.area)
    needs = needs_of_year(answer, q.year)
    communes = _communes(table, needs, q.year, present)
    texts = forecast_words.children_texts(t, q, years, names[q.area], present)
    if q.is_modelled:
        texts += _places_texts(t, q, needs, names)
    components.answer(texts)
    with st.container(key="fi-columns"):
        place, beside = st.columns([7, 6], gap="medium")
    # The map first: it takes the browser longest.
    with beside:
        forecast_map.show_map(t, q, communes, names)
    with place:
        forecast_charts.show_children(t, q, years, names[q.area])
        components.notes([t("forecast.reading")])
        forecast_past.show_past(t, q, names[q.area])
    forecast_places.show_places(t, q, answer, years, names)
    forecast_table.show_table(t, q, communes, names)
    forecast_how.show_how_we_know(t, q)


def _communes(table: pd.DataFrame, needs: pd.DataFrame, year: int, present_year: int) -> pd.DataFrame:
    changed = changes(table, year=year, present_year=present_year).rename(columns={"is_uncertain": "change_uncertain"})
    needed = needs.drop(columns="children").rename(columns={"is_uncertain": "gap_uncertain"})
    joined: pd.DataFrame = changed.join(needed.reindex(changed.index))
    return joined.assign(gap_uncertain=joined["gap_uncertain"].fillna(False).astype(bool))


def _places_texts(t: Messages, q: Question, needs: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    if q.nis is not None:
        row = {str(name): float(value) for name, value in needs.loc[[q.nis]].iloc[0].items()}
        return [forecast_words.need_text(t, q, row, names[q.nis])]
    found = sum_needs(needs, communes_of(cached.atlas().communes, q.area))
    return forecast_words.sum_texts(t, q, found, names[q.area])
