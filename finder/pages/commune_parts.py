"""Key figures, tables and charts of the page of a commune."""

import datetime
import html
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from finder.answers.commune_sheet import ACCESS_KINDS, CommuneSheet, SheetBasis
from finder.geo.projection import to_wgs84
from finder.maps.documents.model import Table
from finder.pages import cached, commune_data, components
from finder.pages.commune_question import Question
from finder.reports.commune_tables import (
    BEYOND,
    access_table,
    definition_table,
    known_table,
    nearest_text,
    neighbour_table,
    people_table,
    published_table,
    supply_table,
)
from finder.reports.commune_words import commune_text, key_figures, remarks, source_texts
from finder.reports.figures_text import bounds, counter, printed_text, province_text, range_text, row_of
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, count_text, minutes_text


def show_table(table: Table) -> None:
    """Show a table of the documents on the page, with its caption."""
    if table.caption:
        st.html(f'<h3 class="fi-caption">{html.escape(table.caption)}</h3>')
    components.table(table.headers, table.rows, numeric=table.numeric_columns)


def show_key_figures(t: Messages, sheet: CommuneSheet) -> None:
    """Show the figures to read first, side by side; what is uncertain says so below."""
    with st.container(key="fi-figures", horizontal=True):
        for figure in key_figures(sheet, t):
            css = "fi-figure fi-figure-unsure" if figure.is_uncertain else "fi-figure"
            value, label, note = (html.escape(text) for text in (figure.value, figure.label, figure.note))
            st.html(
                f'<div class="{css}"><p class="fi-figure-value">{value}</p><p>{label}</p>'
                f'<p class="fi-figure-note">{note}</p></div>',
                width=165,
            )


def show_beside(t: Messages, sheet: CommuneSheet) -> None:
    """Show what stands beside the map: the neighbours and who lives there."""
    show_table(neighbour_table(sheet, t))
    show_table(people_table(sheet, t))


def show_definitions(t: Messages, sheet: CommuneSheet) -> None:
    """Show every definition of underserved; needs the model."""
    if sheet.modelled is not None:
        show_table(definition_table(sheet.modelled, t))


def show_published(t: Messages, sheet: CommuneSheet) -> None:
    """Show what was published, ours beside it."""
    if sheet.is_german_community:
        return
    if len(sheet.published):
        show_table(published_table(sheet, t))
        components.notes([t("commune.note.published")])
    else:
        components.notes([t("commune.published.none")])


def show_facts(t: Messages, sheet: CommuneSheet) -> None:
    """Show supply and travel times side by side."""
    with st.container(key="fi-columns-facts"):
        left, right = st.columns(2, gap="medium")
    with left if sheet.modelled is not None else right:
        if sheet.modelled is not None:
            show_table(supply_table(sheet.modelled, t))
    with right if sheet.modelled is not None else left:
        show_table(access_table(sheet, t, kinds=ACCESS_KINDS, beyond=BEYOND))
        components.notes([text for text in (nearest_text(sheet, t),) if text])


def show_charts(t: Messages, sheet: CommuneSheet, q: Question, day: datetime.date) -> None:
    """Show the comparison and the trend, once opened."""
    if sheet.modelled is not None:
        panel = st.expander(t("commune.chart.compare_title"), key="commune_compare_panel", on_change="rerun")
        if panel.open:
            _comparison(t, sheet, q, day, panel)
    panel = st.expander(t("commune.chart.trend_title"), key="commune_trend_panel", on_change="rerun")
    if panel.open:
        _trend(t, sheet, panel)


def _comparison(t: Messages, sheet: CommuneSheet, q: Question, day: datetime.date, panel: Any) -> None:  # noqa: ANN401
    from finder.maps.charts_compare import interval_chart  # altair takes a second: only who opens the chart waits

    if sheet.modelled is None:
        return
    zones = {commune_text(sheet, t): sheet.modelled.measures}
    if q.other is not None:
        other = commune_data.sheet(q.other, day, is_modelled=True)
        if other.modelled is None:
            panel.info(t("commune.answer.german"))
        else:
            zones[commune_text(other, t)] = other.modelled.measures
    zones[province_text(t, sheet.province)] = sheet.modelled.province
    zones[t("commune.whole")] = sheet.modelled.whole
    titles = {"coverage_pct": "commune.chart.title", "reachable_per_100": "commune.chart.reachable"}
    for measure, title in titles.items():
        rows = []
        for i, (name, measures) in enumerate(zones.items()):
            row = row_of(measures, measure)
            low, high = bounds(row)
            text = range_text(t, row, counter(t))
            rows.append(
                {"name": name, "value": row["value"], "low": low, "high": high, "text": text, "is_main": i == 0}
            )
        described = "; ".join(f"{row['name']} {row['text']}" for row in rows)
        chart = interval_chart(pd.DataFrame(rows), look=_look(t), title=t(title), description=described)
        panel.altair_chart(chart, width="stretch")


def _trend(t: Messages, sheet: CommuneSheet, panel: Any) -> None:  # noqa: ANN401
    from finder.maps.charts_time import trend_chart

    wallonia = sheet.wallonia
    rows = [_point(t, t("commune.chart.wallonia"), year, value) for year, value in wallonia.items()]
    published = sheet.published[
        (sheet.published["indicator"] == "coverage_total_pct") & (sheet.published["operator"] == "=")
    ].sort_values("year")
    rows = [
        *(_point(t, commune_text(sheet, t), row["year"], row["value"]) for _, row in published.iterrows()),
        *rows,
    ]
    first, last = (printed_text(t, value, "=") for value in (wallonia.iloc[0], wallonia.iloc[-1]))
    described = t(
        "commune.chart.trend_alt", first=first, start=wallonia.index[0], last=last, end=wallonia.index[-1]
    )  # fmt: skip
    targets = pd.DataFrame({"value": [33.0], "label": ["33"]})
    chart = trend_chart(
        pd.DataFrame(rows), targets=targets, look=_look(t), title=t("commune.chart.trend"), description=described
    )
    panel.altair_chart(chart, width="stretch")
    counted = sheet.children
    rows = [
        _point(t, t("commune.chart." + ("counted" if basis == "observed" else "estimated")), year, value)
        for year, value, basis in zip(counted.index, counted["children_0_2_5"], counted["basis"], strict=True)
    ]
    now = sheet.nowcast
    rows.append(_point(t, t("commune.chart.estimated"), int(now["year"]), now["children_0_2_5"]))
    words = {
        "first": count_text(counted["children_0_2_5"].iloc[0], t.language),
        "start": counted.index[0],
        "last": count_text(now["children_0_2_5"], t.language),
        "end": int(now["year"]),
    }
    chart = trend_chart(
        pd.DataFrame(rows), targets=pd.DataFrame({"value": [], "label": []}), look=_look(t),
        title=t("commune.chart.children_title"), description=t("commune.chart.children", **words),
    )  # fmt: skip
    panel.altair_chart(chart, width="stretch")


def _point(t: Messages, name: str, year: Any, value: float) -> dict[str, object]:  # noqa: ANN401
    return {"name": name, "year": int(year), "value": float(value), "text": printed_text(t, float(value), "=")}


def _look(t: Messages) -> Any:  # noqa: ANN401 - its module imports altair
    from finder.maps.charts_look import Look

    is_english = t.language == "en"
    return Look(components.theme(), "." if is_english else ",", "," if is_english else NO_BREAK)


def show_known(t: Messages, sheet: CommuneSheet) -> None:
    """Show the services that a source names, once opened."""
    if sheet.known.empty:
        components.notes([t("commune.known.none")])
        return
    panel = st.expander(t.count("commune.known.title", len(sheet.known)), key="commune_known_panel", on_change="rerun")
    if panel.open:
        table = known_table(sheet, t)
        with panel:
            components.table(table.headers, table.rows, numeric=table.numeric_columns)
            components.notes([t("commune.note.known")])


def show_how_we_know(t: Messages, sheet: CommuneSheet) -> None:
    """Say how to read the figures and where they come from."""
    with st.expander(t("find.how")):
        components.notes([*remarks(sheet, t), *source_texts(sheet.sources, t)])


def tooltips(t: Messages, basis: SheetBasis, names: Mapping[str, str], *, is_modelled: bool) -> dict[str, str]:
    """Return name and figure of each commune, for hovering."""
    texts = {
        nis: f"{name}\n{t('commune.map.maternity')}: "
        f"{minutes_text(float(basis.minutes['maternity']['median_min'][nis]), t.language)}"
        for nis, name in names.items()
    }
    if is_modelled:
        rates = basis.measures.interval("coverage_pct")
        texts = {nis: f"{name}\n{t('commune.neighbours.german')}" for nis, name in names.items()}
        texts |= {
            str(nis): f"{names[str(nis)]}\n{range_text(t, row, counter(t))} · {t('commune.key.coverage')}"
            for nis, row in rates.iterrows()
        }
    return texts


def bounds_of(nis: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a commune with as much room around, degrees."""
    left, bottom, right, top = cached.atlas().communes.geometry[nis].bounds
    room = 0.6 * max(right - left, top - bottom)
    west, south = to_wgs84(left - room, bottom - room)
    east, north = to_wgs84(right + room, top + room)
    return float(west), float(south), float(east), float(north)
