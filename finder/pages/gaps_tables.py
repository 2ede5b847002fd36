"""What stands behind the answer of the page Gaps: every definition, how sure, how stable, and where it comes from."""

import streamlit as st

from finder.answers.measures import Measures
from finder.answers.underserved import Judgement, certainty_counts, expected_table
from finder.capacity.certainty import CERTAINTIES
from finder.capacity.definitions import CHILDREN
from finder.capacity.stability import ALL_KEY
from finder.capacity.underserved import AGREEMENT_KEY
from finder.geo.access import FLAG_SHARE
from finder.pages import components, gaps_data
from finder.pages.gaps_communes import shown_name
from finder.pages.gaps_question import KEYS, Question
from finder.pages.gaps_words import certainty_text, definition_text, number_text, range_text
from finder.words.messages import Messages
from finder.words.wording import count_text, share_text


def show_definitions(t: Messages, q: Question, measures: Measures, found: Judgement) -> None:
    """Show how many communes and children each definition concerns; each three numbers add up."""
    st.subheader(t("gaps.definitions"))
    children = measures.table[CHILDREN]
    table = expected_table(found, children).to_dict("index")
    rows = []
    for key in (*q.keys, AGREEMENT_KEY):
        row, cells = table[key], [shown_name(t, q, key)]
        for unit, whole in (("count", float(len(children))), ("children", float(children.sum()))):
            column = f"holds_{unit}"
            cells.append(range_text(t, row[column], row[f"{column}_p10"], row[f"{column}_p90"]))
            unknown = round(row[f"unknown_{unit}"])
            # The rest, so that what is read adds up to the whole.
            cells += [count_text(round(whole) - round(row[column]) - unknown, t.language)]
            cells += [count_text(unknown, t.language)]
        rows.append(cells)
    parts = [t("gaps.col.holds"), t("gaps.col.does_not"), t("gaps.col.is_unknown")]
    headers = [
        t("gaps.col.definition"),
        *(t("gaps.col.of_communes", part=part) for part in parts),
        *(t("gaps.col.of_children", part=part) for part in parts),
    ]
    components.table(headers, rows, numeric=range(1, 7))
    whole_texts = {"communes": len(children), "children": count_text(children.sum(), t.language)}
    components.notes([t("gaps.definitions_how", **whole_texts)])


def show_certainty(t: Messages, q: Question, measures: Measures, found: Judgement) -> None:
    """Show for each definition how many communes are certain, likely, unsure."""
    with st.expander(t("gaps.sure")):
        rows = [
            [
                shown_name(t, q, key),
                *(
                    count_text(count, t.language)
                    for count in certainty_counts(found.shares[key], measures.table[CHILDREN])["zones_count"]
                ),
            ]
            for key in (*q.keys, AGREEMENT_KEY)
        ]
        headers = [t("gaps.col.definition"), *(certainty_text(t, name) for name in CERTAINTIES)]
        components.table(headers, rows, numeric=range(1, 7))
        components.notes([t("gaps.sure_how"), t("gaps.sure_world")])


def show_stability(t: Messages, q: Question) -> None:
    """Show, once opened, who enters and leaves when limits move by a tenth."""
    panel = st.expander(t("gaps.stability"), key="gaps_stability", on_change="rerun")
    if not panel.open:
        return
    with panel:
        with st.spinner(t("gaps.stability_wait")):
            moves = gaps_data.moved(q.reach, q.keys, q.thresholds, q.at_least).to_dict("index")
        rows = []
        for key in (*q.keys, ALL_KEY):
            name = t("gaps.stability_all") if key == ALL_KEY else shown_name(t, q, key)
            stricter, looser = moves[(key, -10)], moves[(key, 10)]
            values = (
                stricter["leave_count"], looser["enter_count"],
                stricter["agreement_leave_count"], looser["agreement_enter_count"],
            )  # fmt: skip
            rows.append([name, *(_change(t, value, sign) for value, sign in zip(values, "−+−+", strict=True))])
        headers = [
            t("gaps.col.definition"), t("gaps.col.stricter"), t("gaps.col.looser"),
            t("gaps.col.agreement_stricter"), t("gaps.col.agreement_looser"),
        ]  # fmt: skip
        components.table(headers, rows, numeric=range(1, 5))
        components.notes([t("gaps.stability_how")])


def _change(t: Messages, value: float, sign: str) -> str:
    return "0" if value < 0.05 else sign + number_text(t, round(value) if value >= 1 else round(value, 1))


def show_overlap(t: Messages, q: Question, found: Judgement) -> None:
    """Show, once opened, how many communes change class from one definition to another."""
    if len(q.keys) < 2:
        return
    panel = st.expander(t("gaps.overlap"), key="gaps_overlap", on_change="rerun")
    if not panel.open:
        return
    sides = ("first", "second")
    columns = ("both_count", "only_first_count", "only_second_count", "neither_count", "unknown_count")
    rows = [
        [*(shown_name(t, q, row[side]) for side in sides), *(count_text(row[column], t.language) for column in columns)]
        for row in found.drawn.mean_overlap().reset_index().to_dict("records")
    ]
    headers = [
        t("gaps.col.first"), t("gaps.col.second"), t("gaps.col.both"), t("gaps.col.only_first"),
        t("gaps.col.only_second"), t("gaps.col.neither"), t("gaps.col.unknown"),
    ]  # fmt: skip
    with panel:
        components.table(headers, rows, numeric=range(2, 7))
        components.notes([t("gaps.overlap_how")])


def show_words(t: Messages, q: Question) -> None:
    """Explain the definitions, each with its source."""
    with st.expander(t("gaps.words")):
        rows, seen = [], set()
        for key in (*q.keys, *(key for key in KEYS if key not in q.keys)):
            text = definition_text(t, key)
            if text not in seen:
                rows.append([shown_name(t, q, key), text])
            seen.add(text)
        components.table([t("gaps.col.definition"), t("table.note")], rows)
        components.notes([t("gaps.words_agreement"), t("gaps.words_year", year=q.reach.year)])


def show_how_we_know(t: Messages, q: Question, measures: Measures) -> None:
    """Say what the figures rest on."""
    table = measures.table
    at_border = table["border_share"] >= FLAG_SHARE
    texts = [
        t("gaps.how.model", share=share_text(1.0, t.language)),
        t("gaps.how.centre"),
        t(f"gaps.year.{q.reach.year}_how"),
        t("gaps.how.reach", minutes=f"{q.reach.limit_min:g}"),
        t("gaps.how.border", count=count_text(at_border.sum(), t.language)),
        t("gaps.how.people"),
        t("gaps.how.german"),
        t("gaps.how.method"),
    ]
    with st.expander(t("find.how")):
        components.notes(texts)
