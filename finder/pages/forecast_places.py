"""Places needed on the page Forecast: take-up, the chart by year, a small table of years."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from finder.answers.outlook import communes_of
from finder.answers.places_needed import NeedAnswer
from finder.pages import cached, cached_forecast, components, forecast_charts
from finder.pages.forecast_question import Question, ask_take_up
from finder.pages.forecast_words import assumption_words, chance, first_year_text, number
from finder.words.messages import Messages


def show_places(t: Messages, q: Question, answer: NeedAnswer, years: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show how many places are needed and missing; without the modelled network only the need is known."""
    st.subheader(t("forecast.places.title"))
    ask_take_up(t)
    present = cached_forecast.desk().present.year
    rows = _rows(q, answer, years, present)
    if not q.is_modelled:
        components.notes([t("forecast.places.no_model")])
        components.table(*_need_only(t, q, rows, present), numeric=(1, 2))
        return
    if rows["places"].isna().all():
        components.notes([t("forecast.need_unknown", place=names[q.area])])
        return
    with st.container(key="fi-columns-places"):
        place, beside = st.columns([7, 5], gap="medium")
    with place:
        forecast_charts.show_places(t, q, rows, name=names[q.area])
    with beside:
        _show_years(t, q, rows, present)
        texts = (
            [t("forecast.places.sum_note")] if q.nis is None else [first_year_text(t, answer.first_years.get(q.nis))]
        )
        components.notes([*texts, t("forecast.places.spread_note"), t("forecast.places.planned"),
                          *assumption_words(t, q)])  # fmt: skip


def _rows(q: Question, answer: NeedAnswer, years: pd.DataFrame, present: int) -> pd.DataFrame:
    table = answer.table[answer.table["year"] >= present]
    if q.nis is not None:
        return table[table["nis"] == q.nis].sort_values("year")
    inside = table[table["nis"].isin(communes_of(cached.atlas().communes, q.area)) & table["gap"].notna()]
    sums = inside.groupby("year", as_index=False)[["need", "places", "gap"]].sum()
    # The need of a sum is as uncertain as its children, whose interval is calibrated on sums.
    children = years.loc[sums["year"]]
    for bound in ("low_80", "high_80"):
        sums["need_" + bound] = sums["need"] * (children[bound] / children["children"]).to_numpy()
    return sums


def _shown_years(q: Question, present: int) -> list[int]:
    return sorted({present, q.year, q.need.to})


def _show_years(t: Messages, q: Question, rows: pd.DataFrame, present: int) -> None:
    shown = rows.set_index("year").loc[_shown_years(q, present)]
    body = []
    for year, row in shown.iterrows():
        cells = [str(year), number(row["need"], t), number(row["places"], t), _gap(t, row["gap"])]
        if q.nis is not None:
            cells += [
                f"{_gap(t, row['gap_low_80'])} … {_gap(t, row['gap_high_80'])}",
                chance(row["gap_probability"], t),
            ]
        body.append(cells)
    columns = ["year", "need", "places", "gap", *(["range", "chance"] if q.nis is not None else [])]
    headers = [t("forecast.column." + name) for name in columns]
    components.table(headers, body, numeric=range(1, len(headers)))


def _need_only(t: Messages, q: Question, rows: pd.DataFrame, present: int) -> tuple[list[str], list[list[str]]]:
    shown = rows.set_index("year").loc[_shown_years(q, present)]
    body = [
        [str(year), number(row["need"], t), f"{number(row['need_low_80'], t)}–{number(row['need_high_80'], t)}"]
        for year, row in shown.iterrows()
    ]
    return [t("forecast.column." + name) for name in ("year", "need", "range")], body


def _gap(t: Messages, value: float) -> str:
    """Return missing places; with a minus where there are more than needed."""
    text = number(abs(value), t)
    return "−" + text if value < 0 and text != "0" else text
