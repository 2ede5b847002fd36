"""What can be taken away from the page Gaps: every commune with all definitions, areas and points."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.gaps import GapQuestion, Gaps
from finder.answers.measures import Measures
from finder.answers.point_definitions import JudgedPoints
from finder.answers.underserved import Judgement
from finder.capacity.certainty import certainty
from finder.capacity.definitions import CHILDREN
from finder.capacity.definitions import METHOD_VERSION as DEFINITIONS_VERSION
from finder.capacity.gap_areas import METHOD_VERSION as AREAS_VERSION
from finder.capacity.underserved import AGREEMENT_KEY
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, cached_planner, gaps_data
from finder.pages.gaps_communes import shown_name
from finder.pages.gaps_question import Question
from finder.pages.gaps_words import certainty_text
from finder.units import WGS84
from finder.words.messages import Messages

GPKG_TYPE = "application/geopackage+sqlite3"


def show_communes(t: Messages, q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]) -> None:
    """Offer every commune with all definitions as a table to open, and as files."""
    sources, stem = gaps_data.attributions(), f"finder_gaps_{q.reach.year}"

    # A limit that moves must not wait for files nobody asked for.
    def frame() -> pd.DataFrame:
        return communes_frame(q, measures, found, names)

    def geopackage() -> bytes:
        shapes = cached.atlas().communes[["geometry"]].join(frame().set_index("nis"), how="inner")
        return geopackage_bytes(shapes.reset_index(names="nis"), layer="underserved", attribution=sources)

    with st.container(horizontal=True):
        st.download_button(t("export.csv"), lambda: csv_bytes(frame(), attribution=sources), f"{stem}.csv", "text/csv")
        st.download_button(t("export.gpkg"), geopackage, f"{stem}.gpkg", GPKG_TYPE)
    panel = st.expander(t("table.title"), key="gaps_table", on_change="rerun")
    if panel.open:
        _show_grid(t, q, frame(), panel)


def _show_grid(t: Messages, q: Question, frame: pd.DataFrame, panel: "st.delta_generator.DeltaGenerator") -> None:
    keys = (AGREEMENT_KEY, *q.keys)
    shown = frame[["name", CHILDREN, "mean_holds_count"]].copy()
    for key in keys:
        shown[key] = frame[f"{key}_share"] * 100
    shown["sure"] = [certainty_text(t, name) for name in frame[f"{AGREEMENT_KEY}_certainty"]]
    config = {
        "name": st.column_config.TextColumn(t("table.commune"), pinned=True),
        CHILDREN: st.column_config.NumberColumn(t("gaps.col.children"), format="%d"),
        "mean_holds_count": st.column_config.NumberColumn(t("gaps.col.mean", of=len(q.keys)), format="%.1f"),
        **{key: st.column_config.NumberColumn(f"{shown_name(t, q, key)} (%)", format="%.0f") for key in keys},
        "sure": st.column_config.TextColumn(t("gaps.col.certainty")),
    }
    panel.dataframe(shown.sort_values("name"), hide_index=True, column_config=config, height=420)


def communes_frame(q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per commune: shares of the draws, their class, the measures with their intervals."""
    frame = pd.DataFrame({"nis": found.shares.index, "name": [names[str(nis)] for nis in found.shares.index]})
    parts = [measures.table[[CHILDREN, "border_share"]], found.drawn.mean_holds_count()]
    for key in (AGREEMENT_KEY, *q.keys):
        share = found.shares[key]
        parts.append(pd.DataFrame({f"{key}_share": share, f"{key}_certainty": certainty(share)}))
    for measure in measures.draws:
        bounds = measures.interval(measure).rename(columns={"value": "central"})
        parts.append(bounds.add_prefix(f"{measure}_"))
    frame = frame.join(pd.concat(parts, axis=1), on="nis")
    return frame.assign(
        at_least=q.at_least,
        limits=" ".join(f"{key}={value:.4g}" for key, value in q.thresholds) or "default",
        day_care_within_min=q.reach.limit_min,
        children_of=q.reach.year,
        provenance="modelled",
        method=DEFINITIONS_VERSION,
    )


def show_areas(t: Messages, found: Gaps) -> None:
    """Offer the areas as a table and with their outlines, and every inhabited point with all definitions."""
    sources, stem = gaps_data.attributions(), f"finder_gap_areas_{_stem(found.question)}"

    def areas_geopackage() -> bytes:
        areas = areas_frame(found).set_index("area_id")
        shapes = gaps_data.outlines(found.question, len(areas)).join(areas)
        return geopackage_bytes(shapes.reset_index(), layer="gap_areas", attribution=sources)

    def points() -> pd.DataFrame:
        return points_frame(found, cached_planner.judged_points(found.question.reach))

    def points_geopackage() -> bytes:
        frame = points()
        shapes = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84)
        return geopackage_bytes(shapes, layer="points", attribution=sources)

    with st.container(horizontal=True):
        if len(found.areas):
            st.download_button(
                t("gaps.export.areas_csv"), lambda: csv_bytes(areas_frame(found), attribution=sources),
                f"{stem}.csv", "text/csv",
            )  # fmt: skip
            st.download_button(t("gaps.export.areas_gpkg"), areas_geopackage, f"{stem}.gpkg", GPKG_TYPE)
        st.download_button(
            t("gaps.export.points_csv"), lambda: csv_bytes(points(), attribution=sources),
            f"{stem}_points.csv", "text/csv",
        )  # fmt: skip
        st.download_button(t("gaps.export.points_gpkg"), points_geopackage, f"{stem}_points.gpkg", GPKG_TYPE)


def _stem(question: GapQuestion) -> str:
    if question.rule == "agreement":
        return f"agreement_{question.at_least}"
    if question.rule == "places":
        return f"places_{question.children_per_place:g}"
    return f"{question.mode}_{question.limit_min:g}"


def areas_frame(found: Gaps) -> pd.DataFrame:
    """Return one row per area; lists as texts with spaces, minutes that nobody has as missing."""
    frame = found.areas.drop(columns="point_ids").assign(
        nis=found.areas["nis"].map(" ".join),
        point_count=found.areas["point_ids"].map(len),
        mean_minutes=found.areas["mean_minutes"].replace(np.inf, np.nan),
        touches_border=found.areas["touches_border"].fillna(False).astype(bool),
    )
    return _asked(frame, found)


def points_frame(found: Gaps, judged: JudgedPoints) -> pd.DataFrame:
    """Return every point with children: whether it is a gap, its area, and each definition's share of the draws."""
    question = found.question
    members = found.areas[["area_id", "point_ids"]].explode("point_ids").set_index("point_ids")["area_id"]
    shares = judged.shares().add_suffix("_share")
    agreement = judged.together(question.keys, at_least=question.at_least).agreement.share()
    points = found.points.join(shares).assign(
        agreement_share=agreement,
        area_id=members.reindex(found.points.index),
        minutes=found.points["minutes"].replace(np.inf, np.nan),
        agreement_keys=" ".join(question.keys),
        at_least=question.at_least,
    )
    return _asked(points[points["children_0_5"] > 0].reset_index(names="point_id"), found)


def _asked(frame: pd.DataFrame, found: Gaps) -> pd.DataFrame:
    question = found.question
    return frame.assign(
        rule=question.rule,
        mode=question.mode,
        limit_min=question.limit_min if question.rule == "consultation" else np.nan,
        limit_children_per_place=question.children_per_place if question.rule == "places" else np.nan,
        day_care_within_min=question.day_care_min,
        children_of=question.year,
        provenance="modelled",
        method=f"{AREAS_VERSION} {DEFINITIONS_VERSION}",
    )
