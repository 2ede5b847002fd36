"""The page that says where mobile consultations should stop, how often, and in which rounds."""

from typing import Final, cast

import streamlit as st

from finder.answers.mobile_demand import MobileDemand, mobile_demand
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import MobilePlan
from finder.pages import (
    cached,
    components,
    doors,
    mobile_before,
    mobile_curve,
    mobile_how,
    mobile_map,
    mobile_publish,
    mobile_rounds,
    mobile_take,
    modelled,
    solver_watch,
)
from finder.pages.mobile_job import plan_task
from finder.pages.mobile_question import Question, ask
from finder.pages.mobile_ready import ready_plan
from finder.pages.mobile_words import TODAY, can_stop, gap_sentence, plan_sentences, progress_text, today_sentence
from finder.sources import store
from finder.words.messages import Messages

DOOR: Final = "coverage"


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, DOOR)
    components.title(t("mobile.title"), t("mobile.lead"))
    q = ask(t)
    if not q.is_modelled:
        components.answer([t("mobile.off"), t("mobile.off_today"), today_sentence(t, _facts())])
        return
    modelled.show_notice(t)
    if q.asked is None:
        components.answer([q.problem])
        return
    _show(t, q, q.asked)


def _show(t: Messages, q: Question, question: MobileQuestion) -> None:
    with st.spinner(t("gaps.wait")):
        ready = ready_plan(question)
        demand = _demand(_about_families(question)) if ready is None else ready.demand
    if demand.points.empty:
        components.answer([gap_sentence(t, question, demand), today_sentence(t, _facts())])
        mobile_how.show_how_we_know(t, question, None)
        return
    place = st.container()
    made = solver_watch.answer_of(
        t, plan_task(question, time_limit_s=q.time_limit_s), told=progress_text, can_stop=can_stop,
        button=t("mobile.go" if ready is None else "mobile.again"), is_first=ready is None,
    )  # fmt: skip
    if made is None and ready is not None:
        components.notes([t("mobile.ready")])
    found = ready if made is None else cast("MobilePlan", made)
    if found is None:
        with place:
            components.answer([gap_sentence(t, question, demand), today_sentence(t, _facts())])
        mobile_map.show_gaps(t, question, demand)
        mobile_take.show_take(t, None, question)
        mobile_publish.show_publish(t, None, question)
        mobile_how.show_how_we_know(t, question, None)
        return
    with place:
        components.answer(plan_sentences(t, found))
    _show_plan(t, question, found)


def _show_plan(t: Messages, question: MobileQuestion, found: MobilePlan) -> None:
    if found.plan.stops:
        unit = mobile_rounds.choose_unit(t, found.plan)
        day = mobile_rounds.chosen_day(found.plan, unit)
        mobile_map.show_plan(t, found, unit, day)
        if unit is None:
            mobile_rounds.show_all_units(t, found.plan)
        else:
            mobile_rounds.show_unit(t, found, unit, day)
        mobile_rounds.show_stops(t, found)
    mobile_how.show_beside_today(t, found)
    mobile_before.show_before_after(t, found)
    mobile_curve.show_curve(t, question)
    mobile_take.show_take(t, found, question)
    mobile_publish.show_publish(t, found, question)
    mobile_how.show_how_we_know(t, question, found)


def _about_families(question: MobileQuestion) -> MobileQuestion:
    """Return the question with what children in gaps depend on, so that they are counted once for all others."""
    return MobileQuestion(
        mode=question.mode, limit_min=question.limit_min, catchment_mode=question.catchment_mode,
        catchment_min=question.catchment_min, year=question.year, take_up=question.take_up, area=question.area,
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=12)
def _demand(question: MobileQuestion) -> MobileDemand:
    return mobile_demand(cached.atlas(), question)


def _facts() -> dict[str, float]:
    facts = store.load_one_network_facts().set_index("fact")["value"]
    return {fact: float(facts[fact]) for _, fact in TODAY}
