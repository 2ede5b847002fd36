"""Beside today, and how the page Mobile knows: assumptions, bounds of both solvers, the checker's verdict."""

from collections.abc import Mapping

import streamlit as st

from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import MobilePlan
from finder.capacity.mobile.check import RULES, CheckReport
from finder.pages import components
from finder.pages.mobile_question import within_text
from finder.reports.figures_text import province_text
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, minutes_text, share_text

COMPARED = ("stops_per_month", "communes", "children")
UNITS_OF = "units_"


def show_beside_today(t: Messages, found: MobilePlan) -> None:
    """Show what is published of today's units beside the plan."""
    if not found.today:
        return
    st.subheader(t("mobile.beside"))
    rows = []
    for fact in found.today:
        if fact.key in COMPARED:
            name = t("mobile.beside." + fact.key)
        else:
            name = t("mobile.beside.units", province=province_text(t, fact.key.removeprefix(UNITS_OF)))
        year = "" if fact.year is None else f" ({fact.year})"
        rows.append(
            [
                name, count_text(fact.published, t.language) + year, count_text(fact.planned, t.language),
                "" if fact.is_comparable else t("mobile.beside.not_same"),
            ]
        )  # fmt: skip
    headers = [t("mobile.beside." + name) for name in ("what", "published", "planned", "note")]
    components.table(headers, rows, numeric=(1, 2))
    components.notes([t("mobile.beside.unknown")])


def show_how_we_know(t: Messages, question: MobileQuestion, found: MobilePlan | None) -> None:
    """Say what the page rests on."""
    texts = _assumptions(t, question)
    if found is not None:
        texts = [_verdict(t, found.check), *_bounds(t, found), *texts]
    with st.expander(t("find.how")):
        components.notes([*texts, t("mobile.how.expected"), t(f"gaps.year.{question.year}_how"),
                          t("mobile.how.place"), t("mobile.how.border"), t("mobile.how.method")])  # fmt: skip


def _assumptions(t: Messages, question: MobileQuestion) -> list[str]:
    duty = question.duty
    mode, minutes = question.catchment
    away = question.longest_out_min
    return [
        t(
            "mobile.how.families", share=share_text(question.take_up, t.language),
            visits=f"{question.visits_per_child_year:g}", within=within_text(t, mode, minutes),
        ),
        t(
            "mobile.how.session", session=minutes_text(duty.session_min, t.language),
            child=minutes_text(question.minutes_per_child, t.language),
            children=f"{question.children_per_session:g}",
        ),
        t(
            "mobile.how.day", shift=minutes_text(duty.shift_min, t.language), daily=duty.most_stops_per_day,
            setup=minutes_text(duty.setup_min + duty.packing_min, t.language),
            pause=minutes_text(duty.break_min, t.language),
        ),
        t("mobile.how.depots" if not question.depots else "mobile.how.depots_given"),
        *([] if away is None else [t("mobile.how.away", away=minutes_text(away, t.language))]),
    ]  # fmt: skip


def _verdict(t: Messages, check: CheckReport) -> str:
    return t.count("mobile.how.check", len(check.findings), rules=len(RULES))


def _bounds(t: Messages, found: MobilePlan) -> list[str]:
    figures = found.figures
    texts = [
        t(
            "mobile.how.stops", objective=count_text(figures["stops_objective"], t.language),
            bound=count_text(figures["stops_bound"], t.language),
            gap=decimal_text(100 * figures["stops_gap"], t.language),
        )
    ]  # fmt: skip
    return [*texts, " ".join(rounds_texts(t, figures))]


def rounds_texts(t: Messages, figures: Mapping[str, float]) -> list[str]:
    """Return how much the rounds drive, how little any could, and what the simplest rounds would do."""

    def hours(name: str) -> str:
        return count_text(figures[f"rounds_{name}_min_per_cycle"] / 60, t.language)

    texts = [t("mobile.how.rounds", drive=hours("drive"))]
    if "rounds_gap" in figures:
        gap = decimal_text(100 * figures["rounds_gap"], t.language)
        texts.append(t("mobile.how.rounds_bound", bound=hours("bound"), gap=gap))
    else:
        texts.append(t("mobile.how.rounds_no_bound"))
    left = round(figures.get("baseline_left_out_count", 0.0))
    if left > 0:
        texts.append(t.count("mobile.how.rounds_left", left))
    elif "rounds_baseline_min_per_cycle" in figures:
        texts.append(t("mobile.how.rounds_nearest", baseline=hours("baseline")))
    return texts
