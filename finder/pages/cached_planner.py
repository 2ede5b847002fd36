"""What the planner's pages keep between two looks: places within reach, consultations, measures, judgements, gaps."""

from typing import Final

import streamlit as st

from finder.answers.children import SUPPLY_YEAR
from finder.answers.consultation_reach import ConsultationReach
from finder.answers.gaps import GapQuestion, Gaps, find_gaps
from finder.answers.measures import BEYOND_MIN, Measures, measure_communes
from finder.answers.mobile_demand import measured_gap
from finder.answers.places_reach import PlacesReach, ReachQuestion, measure_places
from finder.answers.point_definitions import JudgedPoints, judge_points
from finder.answers.underserved import DEFAULT_KEYS, Judgement, chosen_criteria, gather, judge_criterion
from finder.capacity.certainty import DrawnRule
from finder.capacity.definitions import Criterion
from finder.capacity.underserved import AGREEMENT_AT_LEAST
from finder.pages.cached import atlas
from finder.units import Mode

KEPT: Final = 24
"""Answers of one kind kept for all visitors; each is some 5 MB."""


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def places_reach(question: ReachQuestion) -> PlacesReach:
    """Return the places within reach of every demand point."""
    return measure_places(atlas(), question)


@st.cache_resource(show_spinner=False)
def consultation_reach(mode: Mode) -> ConsultationReach:
    """Return the minutes of every demand point to its nearest consultation."""
    return measured_gap(atlas(), mode)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def measures(question: ReachQuestion) -> Measures:
    """Return every measure of the communes."""
    consultations = {mode: consultation_reach(mode) for mode in BEYOND_MIN}
    return measure_communes(atlas(), places_reach(question), consultations)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def judgement(
    question: ReachQuestion,
    keys: tuple[str, ...] = DEFAULT_KEYS,
    thresholds: tuple[tuple[str, float], ...] = (),
    at_least: int = AGREEMENT_AT_LEAST,
) -> Judgement:
    """Return the communes under several definitions; ``thresholds`` are pairs of key and value."""
    criteria = chosen_criteria(keys, dict(thresholds))
    rules = [_judged(question, rule) for rule in criteria]
    return gather(measures(question), criteria, rules, at_least=at_least)


@st.cache_resource(show_spinner=False, max_entries=40 * KEPT)
def _judged(question: ReachQuestion, rule: Criterion) -> DrawnRule:
    # Kept one by one: a slider moves one definition only. Each is some 30 kB.
    return judge_criterion(measures(question), rule)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def gaps(question: GapQuestion) -> Gaps:
    """Return where something is missing by demand point."""
    return find_gaps(atlas(), judged_points(question.reach), question)


@st.cache_resource(show_spinner=False, max_entries=4)
def judged_points(question: ReachQuestion) -> JudgedPoints:
    """Return the demand points under every definition in every draw, some 20 MB."""
    return judge_points(places_reach(question), {mode: consultation_reach(mode) for mode in BEYOND_MIN})


def prepare_planner() -> None:
    """Prepare what the planner's pages show first."""
    measures(ReachQuestion())
    gaps(GapQuestion(year=SUPPLY_YEAR))
