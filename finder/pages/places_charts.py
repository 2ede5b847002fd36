"""Charts of the page Places: inequality, all communes at once, the published years. Drawn only when opened."""

import html
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.equity import MEASURES, EquityAnswer
from finder.answers.place_figures import REACHABLE, PlaceFigure
from finder.capacity.coverage import BARCELONA_TARGETS
from finder.capacity.equity_reading import EquityMeasure
from finder.pages import cached, components, places_kept
from finder.pages.coverage_question import CHOSEN_KEY
from finder.pages.places_figures import interval_text, number_text
from finder.pages.places_question import Question
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, share_text

if TYPE_CHECKING:
    from finder.maps.charts_look import Look

TITLE_LETTERS = 44
_SHARES = ("lost_share", "move_share")
"""Numbers of a reading that are shares between 0 and 1."""


def show_equity(t: Messages, q: Question, names: Mapping[str, str]) -> None:
    """Say how unequal places are and whether that follows income; the charts on demand."""
    found = places_kept.equity(q.figure, q.reach)
    st.subheader(t("places.equity.title"))
    items = "".join(
        f"<dt>{html.escape(t('places.equity.name.' + name))}<br><b>{html.escape(value)}</b></dt>"
        f"<dd>{html.escape(said)}</dd>"
        for name in MEASURES
        for value, said in [_measure_texts(t, found, name)]
    )
    st.html(f'<dl class="fi-method">{items}</dl>')
    between = found.measures.T["theil_between"]
    components.notes(
        [
            t("places.equity.between", **{name: share_text(between[name], t.language) for name in ("p10", "p90")}),
            t("places.equity.how"),
        ]
    )
    panel = st.expander(t("places.equity.charts"), key="places_equity", on_change="rerun")
    if not panel.open:
        return
    with panel:
        left, right = st.columns(2, gap="medium")
    _show_quintiles(t, q, found, names, left)
    _show_lorenz(t, found, right)


def _measure_texts(t: Messages, found: EquityAnswer, name: EquityMeasure) -> tuple[str, str]:
    row = found.measures.T[name]
    value, low, high = (_hundredths(float(row[column]), t) for column in ("median", "p10", "p90"))
    reading = found.readings[name]
    numbers = {key: _reading_number(key, number, t) for key, number in reading.numbers}
    said = t(reading.key, **numbers)
    if not found.is_sure[name]:
        said += " " + t("places.equity.unsure")
    return f"{value} ({low}–{high})", said


def _reading_number(key: str, number: float, t: Messages) -> str:
    return share_text(number, t.language) if key in _SHARES else count_text(number, t.language)


def _hundredths(value: float, t: Messages) -> str:
    text = f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
    return text if t.language == "en" else text.replace(".", ",")


def _show_quintiles(
    t: Messages, q: Question, found: EquityAnswer, names: Mapping[str, str], place: st.delta_generator.DeltaGenerator
) -> None:
    from finder.maps.charts_compare import group_chart

    nis = st.session_state.get(CHOSEN_KEY)
    own = found.quintile_of.get(nis) if nis else None
    rows = pd.DataFrame(
        {
            "name": [t(f"places.quintile.{k}") for k in found.quintiles.index],
            "value": found.quintiles["median"],
            "text": [
                f"{count_text(row['median'], t.language)} ({count_text(row['p10'], t.language)}–"
                f"{count_text(row['p90'], t.language)})"
                for _, row in found.quintiles.iterrows()
            ],
            "is_main": found.quintiles.index == own,
        }
    )
    title = _lines(t("places.quintile.title", unit=t("places.unit." + _places_of(q))))
    chart = group_chart(rows, look=look(t), title=title, description=_description(title, rows))
    place.altair_chart(chart, width="stretch")
    if own is not None and not np.isnan(own):
        place.caption(t("places.quintile.own", name=names[str(nis)], fifth=t(f"places.quintile.{int(own)}")))


def _show_lorenz(t: Messages, found: EquityAnswer, place: st.delta_generator.DeltaGenerator) -> None:
    from finder.maps.charts_compare import lorenz_chart

    curve = found.lorenz
    words = [
        t("places.lorenz.point", children=share_text(people, t.language), places=share_text(places, t.language))
        for people, places in zip(curve["children_share"], curve["value_share"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "name": t("places.lorenz.curve"),
            "people_share": curve["children_share"],
            "value_share": curve["value_share"],
            "text": words,
        }
    )
    half = float(np.interp(0.5, curve["children_share"], curve["value_share"]))
    said = t("places.lorenz.half", share=share_text(half, t.language))
    chart = lorenz_chart(
        shown, look=look(t), title=t("places.lorenz.title"), x_title=t("places.lorenz.x"),
        equality_label=t("places.lorenz.equal"), description=said,
    )  # fmt: skip
    place.altair_chart(chart, width="stretch")
    place.caption(said)


def show_spread(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> None:
    """Draw all communes as dots once opened, with what the draws say of the two ends."""
    panel = st.expander(t("places.spread.title"), key="places_spread", on_change="rerun")
    if not panel.open:
        return
    from finder.maps.charts_compare import distribution_chart

    communes = cached.atlas().communes
    nis = st.session_state.get(CHOSEN_KEY)
    chosen = nis if nis in figure.table.index else None
    province = communes["province"].astype("object").loc[figure.table.index]
    in_group = province == province[chosen] if chosen else pd.Series(False, index=province.index)
    zones = pd.DataFrame(
        {
            "name": [names[str(code)] for code in figure.table.index],
            "value": figure.table["value"],
            "text": [interval_text(row, q.figure, t) for _, row in figure.table.iterrows()],
            "role": np.where(figure.table.index == chosen, "chosen", np.where(in_group, "group", "other")),
        }
    )
    marks = [(figure.pooled(figure.children.index.tolist()), t("places.spread.whole"), "other")]
    if chosen:
        marks = [
            (figure.table.T[chosen], names[chosen], "chosen"),
            (figure.pooled(in_group.index[in_group].tolist()), t("places.spread.province"), "group"),
            *marks,
        ]
    named = pd.DataFrame(
        [
            {"value": row["value"], "label": f"{name}: {number_text(row['value'], q.figure, t)}", "role": role}
            for row, name, role in marks
        ]
    )
    title = _lines(t("places.legend." + q.figure))
    chart = distribution_chart(zones, marks=named, look=look(t), title=title, description=", ".join(named["label"]))
    panel.altair_chart(chart, width="stretch")
    tails = figure.tails()
    words = {
        f"{end}_{column}": number_text(tails.loc[end, column], q.figure, t)
        for end in tails.index
        for column in ("value", "median")
    }
    panel.caption(t("places.spread.note", **words))


def show_trend(t: Messages) -> None:
    """Draw the published rates of Wallonia and the Federation once opened."""
    panel = st.expander(t("places.trend.title"), key="places_trend", on_change="rerun")
    if panel.open:
        with panel:
            draw_trend(t)


def draw_trend(t: Messages) -> None:
    """Draw the published rates by year, and say what the two lines are and are not."""
    from finder.maps.charts_time import trend_chart

    trend = places_kept.printed_trend()
    points = trend.assign(
        name=[t("places.trend." + area) for area in trend["area"]],
        text=[decimal_text(value, t.language) for value in trend["value"]],
    )
    targets = pd.DataFrame(
        [{"value": target.share_pct, "label": f"{target.share_pct:g}\u00a0%*"} for target in BARCELONA_TARGETS]
    )
    title = _lines(t("places.trend.axis"))
    chart = trend_chart(points, targets=targets, look=look(t), title=title, description=title)
    st.altair_chart(chart, width="stretch")
    components.notes([t("places.trend.targets"), t("places.trend.sources")])


def look(t: Messages) -> "Look":
    """Return theme and signs of numbers of the page."""
    from finder.maps.charts_look import Look

    is_english = t.language == "en"
    return Look(components.theme(), "." if is_english else ",", "," if is_english else "\u202f")


def _lines(text: str) -> str:
    """Return a title in lines that a phone can show."""
    return textwrap.fill(text, TITLE_LETTERS)


def _places_of(q: Question) -> str:
    """Return the figure whose places are shared out: children per place are turned round."""
    return q.figure if not q.has_reach else REACHABLE


def _description(title: str, rows: pd.DataFrame) -> str:
    return title + ": " + "; ".join(f"{name} {text}" for name, text in zip(rows["name"], rows["text"], strict=True))
