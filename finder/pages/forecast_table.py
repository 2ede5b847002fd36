"""All communes of a year as a table to sort, and as files to take away."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from finder.capacity import forecast_models, places_needed
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, cached_forecast
from finder.pages.forecast_question import Question
from finder.pages.forecast_words import take_up_words
from finder.sources import store
from finder.words.messages import Messages

SOURCES: Final = ("population_by_age", "population_region", "births", "children_nowcast", "communes")
MODELLED_SOURCES: Final = ("modelled_places_by_commune", "plan_equilibre_projects")
_PLACES: Final = (
    "need", "need_low_80", "need_high_80", "places", "gap", "gap_low_80", "gap_high_80", "gap_probability",
    "gap_per_100", "first_year", "gap_uncertain",
)  # fmt: skip
SHOWN: Final = {
    "children_today": 1, "children": 1, "low_80": 1, "high_80": 1, "change_pct": 1, "need": 1, "places": 1, "gap": 1,
    "gap_low_80": 1, "gap_high_80": 1, "gap_probability": 100, "first_year": 1, "agreement_rank": 1,
}  # fmt: skip
"""Columns of the table, and what they are multiplied by."""


def show_table(t: Messages, q: Question, communes: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show every commune once opened (the grid is heavy to load), and let them be taken away."""
    st.subheader(t("forecast.table.subtitle", year=q.year))
    _downloads(t, q, communes, names)
    panel = st.expander(t("forecast.table.title"), key="forecast_table", on_change="rerun")
    if not panel.open:
        return
    rank = cached_forecast.ranking(q.year, q.need.scenario)["rank"]
    table = communes.assign(agreement_rank=rank.reindex(communes.index))
    table = table.sort_values("gap_per_100" if q.is_modelled else "change_pct", ascending=False)
    if not q.is_modelled:
        table = table.drop(columns=[*_PLACES, "agreement_rank"])
    kept = {name: factor for name, factor in SHOWN.items() if name in table.columns}
    shown = pd.DataFrame({name: table[name] * factor for name, factor in kept.items()})
    shown.insert(0, "name", [names[str(nis)] for nis in table.index])
    config = {
        "name": st.column_config.TextColumn(t("table.commune"), pinned=True),
        **{
            name: st.column_config.NumberColumn(
                t("forecast.table." + name, year=q.year, now=cached_forecast.desk().present.year), format="%.0f"
            )
            for name in kept
        },
    }
    panel.dataframe(shown, hide_index=True, column_config=config, height=420)
    panel.caption(t("forecast.table.note"))


def _downloads(t: Messages, q: Question, communes: pd.DataFrame, names: Mapping[str, str]) -> None:
    frame = communes if q.is_modelled else communes.drop(columns=list(_PLACES))
    frame = frame.reset_index(names="nis")
    frame.insert(1, "name", [names[nis] for nis in frame["nis"]])
    frame = frame.assign(
        year=q.year, scenario=q.need.scenario, take_up=take_up_words(t, q),
        children_per_place=q.need.children_per_place,
        method=f"{forecast_models.METHOD_VERSION}; {places_needed.METHOD_VERSION}",
        data_version=cached_forecast.desk().series.data_version,
    )  # fmt: skip
    sources = _attributions(q)
    stem = f"finder_forecast_{q.year}_{q.need.scenario}"
    with st.container(horizontal=True):
        st.download_button(t("export.csv"), lambda: csv_bytes(frame, attribution=sources), f"{stem}.csv", "text/csv")
        shapes = cached.atlas().communes[["geometry"]].join(frame.set_index("nis")).reset_index(names="nis")
        st.download_button(
            t("export.gpkg"), lambda: geopackage_bytes(shapes, layer="forecast", attribution=sources), f"{stem}.gpkg",
            "application/geopackage+sqlite3",
        )  # fmt: skip


def _attributions(q: Question) -> list[str]:
    catalog = store.load_catalog()
    used = (*SOURCES, *(MODELLED_SOURCES if q.is_modelled else ()))
    return [str(text) for text in catalog.loc[catalog["id"].isin(used), "attribution"].drop_duplicates()]
