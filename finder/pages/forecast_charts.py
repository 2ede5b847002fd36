"""The two charts of the page Forecast: children over the years, places needed over the years."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from finder.answers.outlook import area_years
from finder.capacity.forecast import BASES
from finder.capacity.forecast_path import SCENARIOS, Scenario
from finder.pages import cached_forecast, components
from finder.pages.forecast_question import Question
from finder.pages.forecast_words import number, take_up_words
from finder.words.messages import Messages

if TYPE_CHECKING:
    from finder.maps.charts_look import Look


def show_children(t: Messages, q: Question, years: pd.DataFrame, name: str) -> None:
    """Draw the past, the forecast in its intervals and the other scenarios."""
    # Altair takes a second to import.
    from finder.maps.charts_time import FanWords, fan_chart

    kinds = dict(zip(BASES, ("observed", "estimated", "forecast", "extrapolated"), strict=True))
    texts = [
        t("forecast.point." + kinds[row["basis"]], children=number(row["children"], t), low=number(row["low_80"], t),
          high=number(row["high_80"], t))
        for _, row in years.iterrows()
    ]  # fmt: skip
    rows = years.assign(value=years["children"], text=texts)
    is_past = rows["basis"].isin(BASES[:2])
    history = rows[is_past].assign(is_observed=rows["basis"] == BASES[0])
    others = [_scenario(t, q, other) for other in SCENARIOS if other != q.need.scenario]
    words = FanWords(
        observed=t("forecast.chart.observed"), estimated=t("forecast.chart.estimated"),
        forecast=t("forecast.line." + q.need.scenario), inner="80" + t("forecast.pct"), outer="95" + t("forecast.pct"),
        untested=t("forecast.chart.untested"),
    )  # fmt: skip
    title = t("forecast.chart.title", place=name)
    last = rows.iloc[-1]
    description = t(
        "forecast.chart.description", place=name, year=int(last["year"]), children=number(last["children"], t),
        low=number(last["low_80"], t), high=number(last["high_80"], t),
    )  # fmt: skip
    chart = fan_chart(
        history, rows[~is_past], scenarios=pd.concat(others, ignore_index=True), words=words,
        tested_until=q.tested_until, look=_look(t), title=title, description=description,
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")


def show_places(t: Messages, q: Question, rows: pd.DataFrame, *, name: str) -> None:
    """Draw need and places by year.

    Parameters
    ----------
    t
        Messages.
    q
        The question.
    rows
        ``year``, ``need``, ``need_low_80``, ``need_high_80``, ``places``.
    name
        Of the area.
    """
    from finder.maps.charts_time import need_chart

    texts = [
        t("forecast.point.need", need=number(r["need"], t), low=number(r["need_low_80"], t),
          high=number(r["need_high_80"], t), places=number(r["places"], t))
        for _, r in rows.iterrows()
    ]  # fmt: skip
    years = pd.DataFrame({
        "year": rows["year"].to_numpy(), "need_count": rows["need"].to_numpy(), "low": rows["need_low_80"].to_numpy(),
        "high": rows["need_high_80"].to_numpy(), "places_count": rows["places"].to_numpy(), "text": texts,
    })  # fmt: skip
    last = years.iloc[-1]
    missing = float(last["need_count"] - last["places_count"])
    chart = need_chart(
        years, places_label=t("forecast.chart.places"),
        gap_label=t("forecast.chart.missing", count=number(missing, t)) if missing > 0 else t("forecast.chart.need"),
        look=_look(t), title=t("forecast.chart.need_title", place=name, rate=take_up_words(t, q)),
        description=t("forecast.chart.need_description", year=int(last["year"]), need=number(last["need_count"], t),
                      places=number(last["places_count"], t)),
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")


def _scenario(t: Messages, q: Question, scenario: Scenario) -> pd.DataFrame:
    table = cached_forecast.children(q.need.to, scenario)
    rows = area_years(table, q.area)
    rows = rows[rows["year"] >= cached_forecast.desk().present.year]
    text = [number(value, t) for value in rows["children"]]
    return pd.DataFrame(
        {"name": t("forecast.line." + scenario), "year": rows["year"], "value": rows["children"], "text": text}
    )


def _look(t: Messages) -> "Look":
    from finder.maps.charts_look import Look  # altair loads with it

    is_english = t.language == "en"
    return Look(components.theme(), "." if is_english else ",", "," if is_english else "\u202f")
