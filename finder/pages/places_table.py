"""Every commune's figure as a table, and as files to take away."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.place_figures import CHILDREN_PER_PLACE, PlaceFigure
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, places_kept
from finder.pages.places_question import Question
from finder.reports.figures_text import province_text
from finder.words.messages import Messages

EXPORT_NOTE = "Finder: modelled places, not counts; p10 and p90 over the draws of the model"


def show_table(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> None:
    """Show every commune once opened (the grid is heavy to load), and let the figures be taken away."""
    frame = _frame(q, figure, names)
    _downloads(t, q, frame)
    panel = st.expander(t("table.title"), key="places_table", on_change="rerun")
    if not panel.open:
        return
    digits = "%.1f" if q.figure == CHILDREN_PER_PLACE else "%.0f"
    shown = frame[["name", "province", "value", "p10", "p90", "children_0_2_5"]].replace(np.inf, np.nan)
    shown["province"] = [province_text(t, name) for name in frame["province"]]
    shown["evidence"] = [t("places.evidence." + kind) for kind in frame["evidence"]]
    config = {
        "name": st.column_config.TextColumn(t("table.commune"), pinned=True),
        "province": st.column_config.TextColumn(t("places.column.province")),
        "value": st.column_config.NumberColumn(t("places.unit_title." + q.figure), format=digits),
        "p10": st.column_config.NumberColumn(t("places.column.low"), format=digits),
        "p90": st.column_config.NumberColumn(t("places.column.high"), format=digits),
        "children_0_2_5": st.column_config.NumberColumn(t("places.children", year=q.reach.year), format="%.0f"),
        "evidence": st.column_config.TextColumn(t("places.column.evidence")),
    }
    if q.has_reach:
        shown["border"] = frame["border_share"] * 100
        config["border"] = st.column_config.NumberColumn(t("places.border") + " (%)", format="%.0f")
    panel.dataframe(shown.sort_values("name"), hide_index=True, column_config=config, height=420)


def _frame(q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per commune of ONE, as the files hold it."""
    atlas = cached.atlas()
    frame = figure.table.assign(
        children_0_2_5=figure.children,
        evidence=atlas.modelled_places["evidence"],
        is_uncertain=figure.is_uncertain,
        border_share=figure.border_share,
        figure=q.figure,
        children_year=q.reach.year,
        method=figure.method,
    )
    if q.has_reach:
        frame = frame.assign(mode=q.reach.mode, limit_min=q.reach.limit_min)
    frame.insert(0, "name", [names[str(nis)] for nis in frame.index])
    frame.insert(1, "province", atlas.communes["province"].astype("object").loc[frame.index])
    return frame


def _downloads(t: Messages, q: Question, frame: pd.DataFrame) -> None:
    datasets = places_kept.REACH_DATASETS if q.has_reach else places_kept.DATASETS
    sources = [EXPORT_NOTE, *places_kept.attributions(datasets)]
    reach = f"_{q.reach.mode}_{q.reach.limit_min:g}" if q.has_reach else ""
    stem = f"finder_places_{q.figure}{reach}_{q.reach.year}"
    flat = frame.reset_index(names="nis")
    with st.container(horizontal=True):
        st.download_button(t("export.csv"), lambda: csv_bytes(flat, attribution=sources), f"{stem}.csv", "text/csv")
        st.download_button(
            t("export.gpkg"), lambda: geopackage_bytes(_shapes(flat), layer="places", attribution=sources),
            f"{stem}.gpkg", "application/geopackage+sqlite3",
        )  # fmt: skip


def _shapes(flat: pd.DataFrame) -> gpd.GeoDataFrame:
    geometry = cached.atlas().communes[["geometry"]]
    joined: gpd.GeoDataFrame = geometry.join(flat.set_index("nis"), how="inner").reset_index(names="nis")
    return joined
