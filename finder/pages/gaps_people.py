"""Who lives where something is missing, and what small numbers of children do to the answer."""

import math
from collections.abc import Hashable, Mapping

import streamlit as st

from finder.answers.measures import Measures
from finder.answers.underserved import FACILITY_PLACES, Judgement, by_size, people_inside
from finder.pages import components
from finder.pages.gaps_communes import shown_name
from finder.pages.gaps_question import Question
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, share_text


def show_people(t: Messages, q: Question, measures: Measures, found: Judgement) -> None:
    """Compare the children inside and outside by income, lone parents and education."""
    with st.expander(t("gaps.people")):
        table = people_inside(measures, found.shares[q.show]).to_dict("index")
        names = {
            "inside": t("gaps.people.inside"),
            "outside": t("gaps.people.outside"),
            "unknown": t("gaps.people.unsure"),
            "all": t("gaps.people.all"),
        }
        rows = [[name, *_people(t, table[group])] for group, name in names.items()]
        headers = [
            t("gaps.col.group"), t("gaps.col.communes"), t("gaps.col.children"), t("gaps.col.children_share"),
            t("gaps.col.income"), t("gaps.col.lone"), t("gaps.col.education"),
        ]  # fmt: skip
        components.table(headers, rows, numeric=range(1, 7))
        components.notes([t("gaps.people_how", definition=shown_name(t, q, q.show))])


def _people(t: Messages, row: Mapping[Hashable, float]) -> list[str]:
    income = row["income_eur"]
    return [
        count_text(row["zones_count"], t.language),
        count_text(row["children"], t.language),
        share_text(row["children_share"], t.language),
        t("gaps.euros", value=count_text(income, t.language)) if math.isfinite(income) else NEVER,
        share_text(row["lone_parent_share"], t.language),
        share_text(row["low_education_share"], t.language),
    ]


def show_sizes(t: Messages, q: Question, measures: Measures, found: Judgement) -> None:
    """Say how little is sure in small communes, and what one facility does to their rate."""
    with st.expander(t("gaps.sizes")):
        rows = [
            [
                _size(t, row["from_children"], row["to_children"]),
                count_text(row["zones_count"], t.language),
                count_text(row["unsure_count"], t.language),
                decimal_text(row["facility_points"], t.language),
            ]
            for _, row in by_size(measures, found.shares[q.show]).iterrows()
        ]
        headers = [
            t("gaps.col.size"), t("gaps.col.communes"), t("gaps.col.unsure"),
            t("gaps.col.facility", places=FACILITY_PLACES),
        ]  # fmt: skip
        components.table(headers, rows, numeric=(1, 2, 3))
        first = t("gaps.sizes_how", definition=shown_name(t, q, q.show), places=FACILITY_PLACES)
        components.notes([first, t("gaps.sizes_model"), t("gaps.sizes_distance")])


def _size(t: Messages, low: float, high: float) -> str:
    if low == 0:
        return t("gaps.size.below", high=count_text(high, t.language))
    if math.isinf(high):
        return t("gaps.size.above", low=count_text(low, t.language))
    return t("gaps.size.between", low=count_text(low, t.language), high=count_text(high, t.language))
