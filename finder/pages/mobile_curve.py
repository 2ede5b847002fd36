"""What more or fewer units would follow: solved when asked for, drawn with the bound, listed."""

import math
from typing import Final, cast

import pandas as pd
import streamlit as st

from finder.answers.mobile_question import MOST_UNITS, MobileQuestion
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.capacity.location.solution import relative_gap
from finder.maps.charts_look import Look
from finder.pages import components, solver_watch
from finder.pages.mobile_job import curve_task
from finder.pages.solver_jobs import Job
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text

TODAY: Final = sum(MOBILE_UNITS.values())
FEWER, MORE = 1, 2
COLUMNS: Final = ("units", "children", "more", "bound", "stops", "sessions")


def asked_units(question: MobileQuestion) -> tuple[int, ...]:
    """Return the numbers of units to compare: round those asked for, and today's where the whole area is asked."""
    low, high = 1, MOST_UNITS
    if question.depots:
        low = max(low, sum(depot.units_low for depot in question.depots))
        high = min(high, sum(depot.units_high for depot in question.depots))
    wanted = set(range(question.units - FEWER, question.units + MORE + 1))
    wanted |= {TODAY} if question.area is None else set()
    return tuple(sorted(count for count in wanted if low <= count <= high))


def show_curve(t: Messages, question: MobileQuestion) -> None:
    """Show the curve, or how to get it."""
    st.subheader(t("mobile_take.curve.title"))
    units = asked_units(question)
    if len(units) < 2:
        components.notes([t("mobile_take.curve.fixed")])
        return
    components.notes([t("mobile_take.curve.lead")])
    found = solver_watch.answer_of(
        t, curve_task(question, units), told=progress_text,
        button=t("mobile_take.curve.go", first=units[0], last=units[-1]),
    )  # fmt: skip
    if found is None:
        return
    curve = cast("pd.DataFrame", found)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_chart(t, curve)
    with right:
        _show_table(t, curve)
    today = [t("mobile_take.curve.today", units=TODAY)] if TODAY in curve.index else []
    components.notes([t("mobile_take.curve.before_rounds"), *today])


def progress_text(t: Messages, job: Job) -> str:
    """Return how far the curve is."""
    seconds, step = count_text(job.seconds, t.language), job.step
    if job.state == "waiting":
        return t("solver.waiting", seconds=seconds)
    if not step.of:
        return t("mobile_take.curve.starting", seconds=seconds)
    words = {"done": step.step, "of": step.of, "seconds": seconds}
    if not (math.isfinite(step.objective) and math.isfinite(step.bound)):
        return t("mobile_take.curve.step", **words)
    gap = decimal_text(100 * relative_gap(step.objective, step.bound), t.language)
    return t("mobile_take.curve.step_best", found=count_text(step.objective, t.language), gap=gap, **words)


def _show_chart(t: Messages, curve: pd.DataFrame) -> None:
    # Altair takes a second to import: only who has a curve waits for it.
    from finder.maps.charts_mobile import units_chart

    is_english = t.language == "en"
    look = Look(components.theme(), "." if is_english else ",", "," if is_english else "\u202f")
    drawn = curve.rename_axis("units").reset_index()[["units", "children", "bound"]].astype({"units": "int64"})
    drawn["text"] = [count_text(value, t.language) for value in drawn["children"]]
    drawn["bound_label"] = [
        t("mobile_take.curve.at_most", count=count_text(value, t.language)) for value in drawn["bound"]
    ]
    told = "; ".join(f"{row.units}: {row.text}" for row in drawn.itertuples())
    chart = units_chart(
        drawn, today=TODAY, today_text=t("mobile_take.curve.today_mark"), bound_text=t("mobile_take.curve.bound"),
        look=look, title=t("mobile_take.curve.axis"), description=f"{t('mobile_take.curve.title')} {told}",
    )  # fmt: skip
    st.altair_chart(chart, theme=None, width="stretch")


def _show_table(t: Messages, curve: pd.DataFrame) -> None:
    headers = [t("mobile_take.curve.col." + name) for name in COLUMNS]
    more = curve["children"].diff().to_numpy() / pd.Series(curve.index).diff().to_numpy()
    rows = [
        [
            str(units), count_text(row["children"], t.language),
            "" if math.isnan(extra) else f"+{count_text(extra, t.language)}",
            count_text(row["bound"], t.language), count_text(row["stops_count"], t.language),
            count_text(row["sessions_per_month"], t.language),
        ]
        for (units, row), extra in zip(curve.iterrows(), more, strict=True)
    ]  # fmt: skip
    components.table(headers, rows, numeric=range(len(headers)))
