"""Which plan is taken along or published: the one of the page, or one from a file that keeps every rule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import pandas as pd
import streamlit as st

from finder.answers.mobile_export import gap_points
from finder.answers.mobile_rounds import measured_drives
from finder.answers.mobile_told import MobilePlan
from finder.answers.site_times import POINTS_YEAR
from finder.capacity.mobile.check import CheckReport, Finding, check_plan
from finder.capacity.mobile.plan import Plan
from finder.capacity.mobile.plan_json import BYTES_MAX, plan_from_dict
from finder.errors import MobileError
from finder.pages import cached, components
from finder.pages.mobile_words import sessions_words, unit_text
from finder.words.messages import Messages
from finder.words.wording import count_text

OWN_KEY: Final = "mobile_own_plan"
UPLOAD_KEY: Final = "mobile_own_file"
WHICH_KEY: Final = "mobile_which_plan"
SHOWN_FINDINGS: Final = 12


@dataclass(frozen=True, eq=False)
class ReadPlan:
    """What came of a file: its name, its plan and what the checker says, or why it cannot be read."""

    name: str
    plan: Plan | None
    check: CheckReport | None
    refused: str = ""

    @property
    def can_be_used(self) -> bool:
        """Whether it is a plan that keeps every rule."""
        return self.check is not None and self.check.is_clean


@dataclass(frozen=True, eq=False)
class ChosenPlan:
    """A plan to take along or to publish; ``found`` where it was made on this page."""

    plan: Plan
    found: MobilePlan | None

    def gaps(self) -> gpd.GeoDataFrame | None:
        """Return the points with children in gaps, EPSG:3812; None where the plan came from a file."""
        if self.found is None:
            return None
        return gap_points(self.found.demand.points, cached.atlas().demand(POINTS_YEAR))


def show_upload(t: Messages) -> None:
    """Take a plan file, check it and say what it breaks."""
    st.file_uploader(
        t("mobile_take.own.upload"), type=["json"], key=UPLOAD_KEY, on_change=_take_upload, max_upload_size=1
    )
    components.notes([t("mobile_take.own.note")])
    read: ReadPlan | None = st.session_state.get(OWN_KEY)
    if read is not None:
        _say(t, read)


def has_read() -> bool:
    """Return whether there is something to say of a file."""
    return OWN_KEY in st.session_state


def _take_upload() -> None:
    given = st.session_state.get(UPLOAD_KEY)
    st.session_state[WHICH_KEY] = "page"
    if given is None:
        st.session_state.pop(OWN_KEY, None)
        return
    read = read_plan(given.name, given.getvalue())
    st.session_state[OWN_KEY] = read
    if read.can_be_used:
        st.session_state[WHICH_KEY] = "file"


def read_plan(name: str, content: bytes) -> ReadPlan:
    """Return what came of the bytes of a file; drives are measured again with the engine."""
    try:
        if len(content) > 4 * BYTES_MAX:
            raise MobileError(f"The file has {len(content):,} bytes: {4 * BYTES_MAX:,} at most.")
        plan = plan_from_dict(json.loads(content))
        # Drives of a plan whose form is broken cannot be asked for.
        by_form = check_plan(plan, None)
        is_formed = "form" not in by_form.rules
        check = check_plan(plan, measured_drives(cached.atlas(), plan)) if is_formed else by_form
    except MobileError as error:
        return ReadPlan(name, None, None, str(error))
    except (ValueError, RecursionError) as error:
        return ReadPlan(name, None, None, f"JSON: {str(error)[:200]}")
    return ReadPlan(name, plan, check)


def _say(t: Messages, read: ReadPlan) -> None:
    if read.plan is None or read.check is None:
        st.error(t("mobile_take.own.unreadable", name=read.name, why=read.refused))
        return
    if read.check.is_clean:
        figures = {
            "stops": len(read.plan.stops),
            "sessions": read.check.figures.get("sessions_per_month", 0.0),
            "children": read.check.figures.get("children_followed", 0.0),
        }
        told = {key: count_text(value, t.language) for key, value in figures.items()}
        st.success(t("mobile_take.own.good", name=read.name, **told))
        _show_stops(t, read.plan)
        return
    found = read.check.findings
    st.error(t.count("mobile_take.own.broken", len(found), name=read.name))
    components.table([t("mobile_take.own.col.rule"), t("mobile_take.own.col.where")], _finding_rows(t, found))
    if len(found) > SHOWN_FINDINGS:
        components.notes([t("mobile_take.own.more", count=count_text(len(found) - SHOWN_FINDINGS, t.language))])


def _show_stops(t: Messages, plan: Plan) -> None:
    names, when = cached.commune_names(t.language), sessions_words(t, plan)
    rows = [
        {
            "stop": stop.name,
            "commune": names.get(stop.nis, stop.nis),
            "when": when[stop.stop_id],
            "children": round(stop.children),
            "unit": unit_text(t, plan, (stop.depot_id, stop.unit)),
        }
        for stop in plan.stops
    ]
    columns = {
        "stop": st.column_config.TextColumn(t("mobile.col.stop"), pinned=True),
        "commune": st.column_config.TextColumn(t("table.commune")),
        "when": st.column_config.TextColumn(t("mobile.col.when"), width="large"),
        "children": st.column_config.NumberColumn(t("mobile.col.children")),
        "unit": st.column_config.TextColumn(t("mobile.col.unit")),
    }
    table = pd.DataFrame(rows, columns=list(columns))
    st.dataframe(table, hide_index=True, column_config=columns, height=min(320, 38 + 35 * max(len(table), 1)))


def _finding_rows(t: Messages, findings: Sequence[Finding]) -> list[list[str]]:
    return [
        [f"{t('mobile_take.rule.' + one.rule)} ({one.rule})", f"{one.where}: {one.told}"]
        for one in findings[:SHOWN_FINDINGS]
    ]


def chosen(found: MobilePlan | None) -> ChosenPlan | None:
    """Return the plan to use, as the switch of :func:`show_switch` says; None where there is none."""
    own, of_page = _own_plan(), ChosenPlan(found.plan, found) if found is not None else None
    is_own = of_page is None or st.session_state.get(WHICH_KEY) == "file"
    return ChosenPlan(own, None) if own is not None and is_own else of_page


def show_switch(t: Messages, found: MobilePlan | None) -> None:
    """Ask which plan to use, where there are two."""
    if found is None or _own_plan() is None:
        return
    options: list[Literal["page", "file"]] = ["page", "file"]
    st.segmented_control(
        t("mobile_take.own.which"), options, key=WHICH_KEY, required=True,
        format_func=lambda option: t("mobile_take.own.which." + option), persist_state="session",
    )  # fmt: skip


def _own_plan() -> Plan | None:
    read: ReadPlan | None = st.session_state.get(OWN_KEY)
    return read.plan if read is not None and read.can_be_used else None
