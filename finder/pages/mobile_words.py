"""What the page Mobile says in sentences: gaps, today's units, the plan with its proof, how far a solver is."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from finder.answers.mobile_demand import MobileDemand
from finder.answers.mobile_effects import WHY_NOT
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import MobilePlan
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.capacity.location.solution import relative_gap
from finder.capacity.mobile.calendar import sessions_of
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import Calendar
from finder.capacity.mobile.plan import Plan, PlannedStop, Unplaced
from finder.pages.gaps_words import rounded_children
from finder.pages.mobile_validity import first_day, last_day
from finder.pages.solver_jobs import Job
from finder.reports.figures_text import province_text
from finder.reports.mobile_rounds import Unit, unit_name, units_of
from finder.words.messages import Language, Messages
from finder.words.session_text import sessions_text, time_text
from finder.words.wording import count_text, decimal_text, share_text

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STAGES: Final = ("demand", "stops", "rounds", "measure")
FULL_SHARE: Final = 0.995
NAMED: Final = 5
TODAY: Final = (
    ("stops", "cars: stops a month"),
    ("communes", "cars: communes served"),
    ("children", "cars: children seen"),
)
"""Message and published fact of today's units."""


def about(t: Messages, children: float) -> str:
    """Return children as a round number: it is expected, not counted."""
    return count_text(rounded_children(children), t.language)


def gap_sentence(t: Messages, question: MobileQuestion, demand: MobileDemand) -> str:
    """Return how many children are in gaps, and how many of them would come."""
    key = "mobile.answer.gaps" if len(demand.points) else "mobile.answer.no_gaps"
    return t(
        key, children=about(t, demand.points["gap_children"].sum()), by=t("by." + question.mode),
        minutes=f"{question.limit_min:g}",
    )  # fmt: skip


def today_sentence(t: Messages, facts: Mapping[str, float]) -> str:
    """Return what is published of today's units."""
    where = ", ".join(
        f"{count_text(units, t.language)} {province_text(t, name)}" for name, units in MOBILE_UNITS.items()
    )
    values = {name: count_text(facts[fact], t.language) for name, fact in TODAY}
    return t("mobile.today", units=count_text(sum(MOBILE_UNITS.values()), t.language), where=where, **values)


def plan_sentences(t: Messages, found: MobilePlan) -> list[str]:
    """Return what the plan does, how far from the best it can be, and what must be said with it."""
    question, figures, plan = found.question, found.figures, found.plan
    if not found.demand.points["coming"].sum():
        return [gap_sentence(t, question, found.demand), t("mobile.answer.nothing_to_do")]
    followed = figures["children_followed"]
    first = t.count(
        "mobile.answer.plan",
        question.units,
        followed=about(t, followed),
        gaps=about(t, figures["children_in_gaps"]),
        minutes=f"{question.limit_min:g}",
        by=t("by." + question.mode),
        stops=count_text(figures["stops_count"], t.language),
        sessions=count_text(figures["sessions_per_month"], t.language),
        communes=count_text(figures["communes_count"], t.language),
    )
    return [first, *_proof(t, found, followed), *_not_followed(t, found), *_left_over(t, found, plan)]


def _proof(t: Messages, found: MobilePlan, followed: float) -> list[str]:
    bound, coming = found.figures["stops_bound"], found.figures["children_coming"]
    expected = t(
        "mobile.answer.coming", coming=about(t, coming), share=share_text(found.question.take_up, t.language)
    )  # fmt: skip
    if found.question.target_children is not None:
        return [expected]
    gap = relative_gap(followed, max(bound, followed))
    key = "mobile.answer.best" if gap < 1 - FULL_SHARE else "mobile.answer.bound"
    best = t(key, bound=about(t, max(bound, followed)), gap=decimal_text(100 * gap, t.language))
    return [f"{expected} {best}"]


def _not_followed(t: Messages, found: MobilePlan) -> list[str]:
    amounts = {name: found.figures.get("unserved_" + name, 0.0) for name in WHY_NOT}
    left_out = {name: amount for name, amount in amounts.items() if amount >= 1}
    if not left_out:
        return []
    told = "; ".join(t("mobile.why." + name, children=about(t, amount)) for name, amount in left_out.items())
    return [t("mobile.answer.unserved", children=about(t, sum(left_out.values())), why=told)]


def _left_over(t: Messages, found: MobilePlan, plan: Plan) -> list[str]:
    idle = found.question.units - len(units_of(plan))
    texts = [t.count("mobile.answer.idle", idle)] if idle > 0 else []
    if plan.unplaced:
        texts.append(t.count("mobile.answer.unplaced", len(plan.unplaced), names=_names(plan.unplaced)))
    if len(found.no_road):
        names = ", ".join(str(name) for name in found.no_road["name"].head(NAMED))
        texts.append(t.count("mobile.answer.no_road", len(found.no_road), names=names))
    return texts


def _names(unplaced: tuple[Unplaced, ...]) -> str:
    return ", ".join(one.name for one in unplaced[:NAMED])


def letters(plan: Plan) -> dict[Unit, str]:
    """Return the letter of every unit that drives."""
    return {unit: LETTERS[row % len(LETTERS)] for row, unit in enumerate(units_of(plan))}


def unit_text(t: Messages, plan: Plan, unit: Unit) -> str:
    """Return the letter and the name of a unit."""
    return f"{letters(plan)[unit]} · {unit_name(t, plan, unit)}"


def sessions_words(t: Messages, plan: Plan) -> dict[str, str]:
    """Return when each stop is served, by its id, in the words that families read."""
    return _sessions_words(t.language, plan.calendar, plan.duty, plan.stops)


@st.cache_data(show_spinner=False, max_entries=16)
def _sessions_words(
    language: Language, calendar: Calendar, _duty: Duty, stops: tuple[PlannedStop, ...]
) -> dict[str, str]:
    t, first = Messages(language), first_day(datetime.date.today())
    words = {}
    for stop in stops:
        found = sessions_of(stop, first, last_day(first), calendar, _duty)
        # That no unit drives on public holidays holds for all stops: the page says it once.
        words[stop.stop_id] = sessions_text([replace(one, is_shut_on_public_holidays=False) for one in found], t)
    return words


def clock_text(t: Messages, minutes: int) -> str:
    """Return a time of day, given in minutes after midnight."""
    return time_text(datetime.time(minutes // 60 % 24, minutes % 60), t.language)


def children_text(t: Messages, stop: PlannedStop) -> str:
    """Return how many children a stop is expected to follow."""
    return t.count("mobile.popup.children", round(stop.children))


def needed(stop: PlannedStop, of: int) -> int:
    """Return in how many draws of the modelled network a stop is needed."""
    return round((stop.need_share or 0.0) * of)


def progress_text(t: Messages, job: Job) -> str:
    """Return how far a job is: what it does, the best so far, what nothing can beat."""
    seconds = count_text(job.seconds, t.language)
    if job.state == "waiting":
        return t("solver.waiting", seconds=seconds)
    stage, _, depot = job.step.stage.partition(" ")
    if stage not in STAGES:
        return t("solver.starting", seconds=seconds)
    best, bound = job.step.objective, job.step.bound
    told = t("mobile.stage." + stage)
    if stage == "stops" and math.isfinite(best):
        told = t("mobile.best.stops", best=about(t, best), bound=about(t, bound))
    if stage == "rounds" and math.isfinite(best):
        told = t("mobile.best.rounds", depot=depot, hours=count_text(best / 60, t.language))
    return f"{told} ({seconds}\u00a0s)"


def can_stop(job: Job) -> bool:
    """Return whether there is a best so far worth keeping: stops were chosen."""
    stage = job.step.stage.partition(" ")[0]
    return stage == "rounds" or (stage == "stops" and math.isfinite(job.step.objective))
