"""The page Gaps without the modelled network: what published figures alone can settle, and nothing else."""

import streamlit as st

from finder.answers.measures import Measures
from finder.answers.underserved import chosen_criteria, judge_without_model
from finder.capacity.definitions import CHILDREN
from finder.capacity.underserved import definition_counts
from finder.pages import components
from finder.pages.gaps_communes import shown_name
from finder.pages.gaps_question import Question
from finder.words.messages import Messages
from finder.words.wording import count_text

COLUMNS = ("holds_count", "does_not_count", "unknown_count")


def show(t: Messages, q: Question, measures: Measures) -> None:
    """Say that no definition can be judged, and where one is already ruled out."""
    criteria = chosen_criteria(q.keys, dict(q.thresholds))
    counts = definition_counts(judge_without_model(measures, criteria), measures.table[CHILDREN])
    ruled_out = int(counts["does_not_count"].max())
    texts = [t("gaps.off.answer"), t("gaps.off.areas")]
    if ruled_out:
        texts.insert(1, t("gaps.off.ruled_out", count=count_text(ruled_out, t.language), of=len(measures.table)))
    components.answer(texts)
    st.subheader(t("gaps.definitions"))
    rows = [
        [shown_name(t, q, str(key)), *(count_text(row[column], t.language) for column in COLUMNS)]
        for key, row in counts.iterrows()
    ]
    parts = [t("gaps.col.holds"), t("gaps.col.does_not"), t("gaps.col.is_unknown")]
    headers = [t("gaps.col.definition"), *(t("gaps.col.of_communes", part=part) for part in parts)]
    components.table(headers, rows, numeric=(1, 2, 3))
    components.notes([t("gaps.off.how")])
