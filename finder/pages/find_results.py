"""Answers of the page Find: the services of each kind, nearest first, after the filters; kept for one visitor only."""

import datetime
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.search_filters import FilterCount, sift
from finder.answers.shortlist import BorderNote, KindGroup, nearest_by_kind
from finder.pages import cached, find_wish
from finder.pages.find_question import Question
from finder.pages.origin import Start
from finder.pages.planned import planned_on

SHOWN_OF_MANY: Final = 3
SHOWN_OF_ONE: Final = 10
SHOWN_MOST: Final = 30
FAR_MIN: Final = 90.0
"""Nobody takes a small child farther for a usual visit: beyond it a service is named in one line, not offered."""

_KEPT_KEY: Final = "find_measured"


@dataclass(frozen=True)
class Results:
    """What the page lists.

    Attributes
    ----------
    question, start, day
        What was asked.
    groups
        Groups with at least one known service, in the order to show them; ``found`` holds all that the filters keep,
        nearest first, with ``rank`` counted over the groups as they are shown.
    counts
        What each filter did.
    border
        What is known across the outer limit of the area.
    is_reachable
        Whether the start is near a road of the mode.
    """

    question: Question
    start: Start
    day: datetime.date
    groups: tuple[KindGroup, ...]
    counts: dict[str, FilterCount]
    border: BorderNote
    is_reachable: bool

    def shown(self, group: KindGroup) -> pd.DataFrame:
        """Return the rows of a group that the page shows as cards."""
        near = group.found[group.found["minutes"] <= FAR_MIN]
        return near.head(shown_count(self.question, group.kind))

    @property
    def first(self) -> KindGroup | None:
        """The first group that has a service within reach."""
        return next((group for group in self.groups if len(group.found)), None)

    @property
    def listed(self) -> pd.DataFrame:
        """All rows shown, in the order of the page; index ``service_id``."""
        frames = [self.shown(group) for group in self.groups]
        return pd.concat(frames) if frames else pd.DataFrame({"minutes": []})


def everything(results: Results) -> pd.DataFrame:
    """Return all services that were measured and that the filters keep."""
    return pd.concat([group.found for group in results.groups]) if results.groups else pd.DataFrame()


def shown_count(question: Question, kind: str) -> int:
    """Return how many services of a kind are shown."""
    if st.session_state.get(more_key(kind)):
        return SHOWN_MOST
    return SHOWN_OF_MANY if question.kind is None and len(question.kinds) > 1 else SHOWN_OF_ONE


def more_key(kind: str) -> str:
    """Return where the session keeps that more of a kind are wanted."""
    return f"find_more_{kind}"


def ask(start: Start, question: Question) -> Results:
    """Return the results; the minutes are measured again only when place, kinds, mode, day or plans change."""
    today = datetime.date.today()
    planned = planned_on(today)
    asked = (start.point, tuple(question.kinds), question.mode, today, planned.state)
    if st.session_state.get(_KEPT_KEY, (None,))[0] != asked:
        # Only the last answer, and only for this visitor: an address is not ours to collect.
        measured = nearest_by_kind(
            cached.atlas(), start.origin(), kinds=question.kinds, mode=question.mode, day=today, count=500,
            planned=planned.services,
        )  # fmt: skip
        st.session_state[_KEPT_KEY] = (asked, measured)
    measured = st.session_state[_KEPT_KEY][1]
    groups, counts = [], []
    rank = 1
    for group in measured.groups.values():
        sifted = sift(group.found, question.wish)
        # The number on card and map counts over the whole page; the place of a service is told among those of its kind.
        kept = sifted.kept.assign(rank_of_kind=sifted.kept["rank"], rank=np.arange(rank, rank + len(sifted.kept)))
        rank += min(int((kept["minutes"] <= FAR_MIN).sum()), shown_count(question, group.kind))
        groups.append(replace(group, found=kept))
        counts.append(dict(sifted.counts))
    return Results(
        question, start, today, tuple(groups), find_wish.added(counts), measured.border, measured.is_reachable
    )
