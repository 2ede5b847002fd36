"""Answer, legend and sheet of the page Places."""

import html
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from finder.answers.commune_published import published_of
from finder.answers.place_figures import COVERAGE, LINES, PlaceFigure
from finder.answers.place_sheet import PlaceSheet, place_sheet
from finder.geo.folding import fold
from finder.maps.legend import legend_html, legend_rows
from finder.pages import cached, doors, places_kept
from finder.pages.coverage_question import CHOSEN_KEY
from finder.pages.places_figures import (
    SCALES,
    amount_text,
    class_words,
    interval_text,
    number_text,
    printed_number,
    printed_text,
    share_interval,
)  # fmt: skip
from finder.pages.places_question import Question
from finder.reports.commune_words import WHY_KEYS
from finder.reports.figures_text import bounds, province_text, row_of
from finder.words.messages import Messages
from finder.words.wording import count_text, share_text


def answer_texts(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> list[str]:
    """Return the answer: the commune chosen first, then the whole area, then how many communes have few places."""
    whole = figure.pooled(figure.children.index.tolist())
    area = t("places.answer.area", amount=amount_text(float(whole["value"]), q, t))
    few = figure.beyond_line().T
    communes, children = few["communes"], few["children"]
    words = {
        **{name: count_text(communes[name], t.language) for name in ("p10", "median", "p90")},
        "low": share_text(children["p10"], t.language),
        "high": share_text(children["p90"], t.language),
        "all": count_text(len(figure.children), t.language),
        "line": f"{LINES[q.figure]:g}",
    }
    return [*_chosen_texts(t, q, figure, names), area, t("places.few." + q.figure, **words)]


def _chosen_texts(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> list[str]:
    nis = st.session_state.get(CHOSEN_KEY)
    if nis is None:
        return []
    if nis not in figure.table.index:
        return [t("places.answer.outside", name=names[nis])]
    row = row_of(figure.table, nis)
    low, high = (number_text(end, q.figure, t) for end in bounds(row))
    text = t(
        "places.answer.commune", name=names[nis], amount=amount_text(float(row["value"]), q, t), low=low, high=high
    )
    printed = places_kept.printed_rates()
    if q.figure == COVERAGE and nis in printed.index:
        text += " " + t("places.answer.printed", printed=printed_text(row_of(printed, nis), t))
    return [text]


def show_legend(t: Messages, q: Question, figure: PlaceFigure) -> None:
    """Show the classes with how many communes each holds in the draws: the map's own counts would be too even."""
    values = figure.table["value"].reindex(cached.atlas().communes.index)
    rows = legend_rows(
        values, SCALES[q.figure], class_words(q.figure, t), empty_label=t("places.outside"),
        uncertain=figure.is_uncertain.reindex(values.index, fill_value=False), uncertain_label=t("places.uncertain"),
    )  # fmt: skip
    counts = figure.class_counts(SCALES[q.figure])
    in_draws = [
        t("places.class_count", low=count_text(low, t.language), high=count_text(high, t.language))
        for low, high in zip(counts["low"], counts["high"], strict=True)
    ]
    # Classes are counted in the draws; dots and hatching are of the map itself.
    texts = iter([*in_draws, *(t.count("legend.communes", row.count) for row in rows[len(in_draws) :])])
    st.html(legend_html(rows, title=t("places.legend." + q.figure), count_text=lambda _: next(texts)))
    st.caption(t("places.legend_note"))


def show_sheet(t: Messages, q: Question, figure: PlaceFigure, names: Mapping[str, str]) -> None:
    """Show the sheet of the commune chosen; a list to choose from does what a click does."""
    nis = choose_commune(t, names)
    if nis is None:
        return
    if nis not in figure.table.index:
        _show_box(names[nis], [t("sheet.german")], [])
        return
    sheet = place_sheet(cached.atlas(), figure, nis)
    flags = [t("places.evidence." + sheet.evidence)]
    if figure.is_uncertain[nis]:
        flags.append(t("places.uncertain"))
    province = province_text(t, str(cached.atlas().communes.loc[nis, "province"]))
    _show_box(names[nis], flags, _sheet_rows(t, q, figure, sheet, province, nis))
    show_printed(t, nis, sheet.children)
    page = doors.pages(t)["commune"]
    st.page_link(page, label=t("places.to_commune", name=names[nis]), query_params={"commune": nis})


def choose_commune(t: Messages, names: Mapping[str, str]) -> str | None:
    """Show the list of communes and return the one chosen."""
    order = sorted(names, key=lambda nis: fold(names[nis]))
    nis: str | None = st.selectbox(
        t("sheet.choose"), order, index=None, format_func=lambda code: names[code], key=CHOSEN_KEY,
        persist_state="session", placeholder=t("sheet.hint"),
    )  # fmt: skip
    return nis


def _sheet_rows(
    t: Messages, q: Question, figure: PlaceFigure, sheet: PlaceSheet, province: str, nis: str
) -> list[tuple[str, str]]:
    rows = [
        (t("places.unit_title." + q.figure), interval_text(sheet.own, q.figure, t)),
        (province, interval_text(sheet.province, q.figure, t)),
        (t("places.whole"), interval_text(sheet.whole, q.figure, t)),
        (t("places.children", year=q.reach.year), count_text(sheet.children, t.language)),
        (t("places.count"), interval_text(sheet.places, COVERAGE, t)),
        (t("places.subsidised"), share_interval(sheet.subsidised_share, t)),
    ]
    if sheet.has_kind_en_gezin:
        rows.append((t("places.one_only"), interval_text(sheet.one_per_100, COVERAGE, t)))
    if q.has_reach:
        rows.append((t("places.border"), share_text(float(figure.border_share[nis]), t.language)))
    return rows


def _show_box(name: str, flags: list[str], rows: list[tuple[str, str]]) -> None:
    notes = "".join(f'<span class="fi-flag">{html.escape(text)}</span>' for text in flags)
    items = "".join(f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>" for term, text in rows)
    st.html(f'<div class="fi-sheet"><h2>{html.escape(name)}</h2>{notes}<dl>{items}</dl></div>')


def show_printed(t: Messages, nis: str, children: float) -> None:
    """Show what was published of a commune, and what our model makes of it."""
    rows = published_of(cached.atlas(), nis, children)
    if rows.empty:
        st.caption(t("places.print.none"))
        return
    items = "".join(f"<li>{html.escape(printed_line(t, row))}</li>" for _, row in rows.iterrows())
    st.html(f'<p class="fi-printed"><b>{html.escape(t("places.print.title"))}</b></p><ul class="fi-notes">{items}</ul>')


def printed_line(t: Messages, row: "pd.Series[str]") -> str:
    """Return one published value: year, value, what it counts, our decision, source."""
    value = printed_number(float(row["value"]), t)
    operator = "" if row["operator"] == "=" else f"{row['operator']} "
    what = t("places.print." + str(row["indicator"]), value=operator + value)
    decision = t("places.audit.used" if row["is_used"] else "places.audit.unused")
    why = t(WHY_KEYS.get(str(row["why"]), "commune.why.unsaid"))
    return t("places.print.line", year=row["year"], what=what, decision=decision, why=why, source=row["source"])
