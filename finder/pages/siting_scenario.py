"""The chosen sites handed over to the page Scenarios, as one more scenario to work on."""

import uuid
from typing import Final

import streamlit as st

from finder.answers.scenario_check import current_version
from finder.answers.siting import SitingAnswer
from finder.capacity.facility_sizes import GROUP
from finder.capacity.scenario import DAY_CARE, SIZE_UNIT, Open, Scenario
from finder.capacity.scenario_json import scenario_json
from finder.pages import cached, doors
from finder.words.messages import Messages

HANDED_KEY: Final = "scenario_draft"
"""The page Scenarios takes the JSON text of a scenario from there."""

PAGE: Final = "scenarios"
KINDS: Final = {"creche": DAY_CARE}
"""Kinds that scenarios call otherwise."""

START_PLACES: Final = 5 * GROUP
START_SESSIONS: Final = 8.0


def show(t: Messages, found: SitingAnswer) -> None:
    """Offer the sites as a scenario: of the size asked for, where the kind has one."""
    if PAGE not in doors.ALL or found.sites.empty or not found.question.keep_existing:
        return
    kind = KINDS.get(found.question.kind, found.question.kind)
    places, sessions = None, None
    if SIZE_UNIT[kind] == "places":
        sizes = [GROUP * n for n in range(1, 15)]
        places = st.selectbox(
            t("siting.scenario.places"), sizes, index=sizes.index(START_PLACES), key="siting_scenario_places"
        )
    elif SIZE_UNIT[kind] == "sessions_per_month":
        sessions = st.number_input(
            t("siting.scenario.sessions"), 1.0, 60.0, START_SESSIONS, step=1.0, key="siting_scenario_sessions"
        )
    if st.button(t("siting.scenario.open"), key="siting_scenario", help=t("siting.scenario.help")):
        name = t("siting.scenario.name", count=len(found.sites))
        made = scenario_of(found, name, places=places, sessions_per_month=sessions)
        st.session_state[HANDED_KEY] = scenario_json(made)
        st.switch_page(doors.pages(t)[PAGE])


def scenario_of(
    found: SitingAnswer, name: str, *, places: int | None = None, sessions_per_month: float | None = None
) -> Scenario:
    """Return the scenario that opens the chosen sites.

    Parameters
    ----------
    found
        The answer.
    name
        Shown to people.
    places, sessions_per_month
        Size of each site, in the unit of its kind. New day-care places are at income-related tariffs, as everywhere
        where we add some.

    Raises
    ------
    SiteSizeError
        If the kind needs a size and has none.
    """
    kind = KINDS.get(found.question.kind, found.question.kind)
    is_day_care = kind == DAY_CARE
    actions = tuple(
        Open(
            site_id=f"new-{row['opening_order']}",
            kind=kind,
            lon=round(float(row["lon"]), 5),
            lat=round(float(row["lat"]), 5),
            places=places,
            sessions_per_month=sessions_per_month,
            subsidised=is_day_care,
            income_related=is_day_care,
            name=str(row["name"]),
        )
        for row in found.sites.sort_values("opening_order").to_dict("records")
    )
    made = Scenario(f"siting-{uuid.uuid4().hex[:12]}", name, found.question.day, "", actions)
    return Scenario(made.id, made.name, made.base_date, current_version(cached.atlas(), made), actions)
