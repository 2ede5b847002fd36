"""The map of the page Forecast: change in children or missing places, with dots where the sign is not sure."""

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd
import streamlit as st

from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.maps.palettes import CHANGE_PCT, GAP_PER_100, Scale
from finder.pages import components
from finder.pages.forecast_question import MAP_KEY, Question, choose_on_map
from finder.pages.forecast_words import chance, change, number
from finder.words.messages import Messages

HEIGHT_PX = 430


def show_map(t: Messages, q: Question, communes: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show the map of a year and its legend with counts."""
    is_gap = q.figure == "gap"
    column, scale = ("gap_per_100", GAP_PER_100) if is_gap else ("change_pct", CHANGE_PCT)
    doubts = communes["gap_uncertain"] if is_gap else communes["change_uncertain"]
    words = {str(nis): f"{names[str(nis)]}\n{_line(t, q, row)}" for nis, row in communes.iterrows()}
    colours = commune_layer(communes[column], scale=scale, tooltips=words, chosen=q.nis, uncertain=doubts)
    group = layer_group(colours, fit_view(components.WHOLE_AREA, token="all", padding_px=0))
    components.show_map(
        t, group, key=MAP_KEY, title=t("forecast.map_title", figure=t("forecast.map." + q.figure), year=q.year),
        height=HEIGHT_PX, returned=["last_object_clicked"], on_change=choose_on_map,
    )  # fmt: skip
    labels = _labels(t, scale, "" if is_gap else t("forecast.pct"))
    rows = legend_rows(
        communes[column], scale, labels, empty_label=t("legend.empty"), uncertain=doubts,
        uncertain_label=t("forecast.unsure_sign"),
    )  # fmt: skip
    title = t("forecast.legend." + q.figure, year=q.year)
    st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))


def _line(t: Messages, q: Question, row: "pd.Series[float]") -> str:
    children = t("forecast.tip.change", children=number(row["children"], t), low=number(row["low_80"], t),
                 high=number(row["high_80"], t), change=change(row["change_pct"], t))  # fmt: skip
    if q.figure != "gap" or pd.isna(row["gap"]):
        return children
    key = "missing" if row["gap"] > 0 else "spare"
    low, high = (row["gap_low_80"], row["gap_high_80"]) if row["gap"] > 0 else (-row["gap_high_80"], -row["gap_low_80"])
    return t(f"forecast.tip.{key}", count=number(abs(row["gap"]), t), low=number(low, t), high=number(high, t),
             chance=chance(row["gap_probability"], t))  # fmt: skip


def _labels(t: Messages, scale: Scale, unit: str) -> list[str]:
    """Return the words of the classes; a dash between signed numbers would read as another minus."""
    limits = [_signed(limit) for limit in scale.limits]
    between = [t("forecast.between", low=low, high=high) + unit for low, high in pairwise(limits)]
    return [f"≤ {limits[0]}{unit}", *between, f"> {limits[-1]}{unit}"]


def _signed(limit: float) -> str:
    return f"−{-limit:g}" if limit < 0 else f"+{limit:g}"
