"""What the visitor does to the scenario on the page: every change is checked whole, or changes nothing."""

import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from finder.answers.scenario_base import MODELLED_KINDS
from finder.capacity.scenario import Action, Scenario
from finder.capacity.scenario_json import parse_scenario
from finder.errors import FinderError, ScenarioVersionError
from finder.pages import scenarios_kept
from finder.pages.scenarios_draft import Draft, Source, with_action, without_action
from finder.pages.scenarios_link import read_link
from finder.units import as_mode

WORK_KEY: Final = "scenarios_work"
SECOND_KEY: Final = "scenarios_second"
PROBLEM_KEY: Final = "scenarios_problem"
REFUSED_KEY: Final = "scenarios_refused"
HANDED_KEY: Final = "scenario_draft"
"""Another page puts the JSON text of a scenario there and opens this one."""

KIND_KEY: Final = "scenarios_kind"
MODE_KEY: Final = "scenarios_mode"
NAME_KEY: Final = "scenarios_name"
UNNAMED: Final = "-"


def work() -> Draft:
    """Return the scenario being worked on, an empty one at first."""
    if WORK_KEY not in st.session_state:
        st.session_state[WORK_KEY] = Draft(empty())
    found: Draft = st.session_state[WORK_KEY]
    return found


def empty() -> Scenario:
    """Return a scenario that does nothing, on today's network."""
    made = Scenario(f"scenario-{uuid.uuid4().hex[:12]}", UNNAMED, datetime.date.today(), "")
    return scenarios_kept.with_data(made)


def _keep(draft: Draft) -> None:
    st.session_state[WORK_KEY] = draft
    st.session_state[PROBLEM_KEY] = None


def attempt(change: Callable[[], None]) -> bool:
    """Do what may be refused; then the sentence is kept for the page and nothing has changed."""
    try:
        change()
    except FinderError as error:
        st.session_state[PROBLEM_KEY] = error
        return False
    return True


def add(action: Action) -> bool:
    """Add an action, replacing what it contradicts; returns whether it could be."""

    def change() -> None:
        draft = work()
        made = scenarios_kept.checked(with_action(draft.scenario, action), as_mode(st.session_state[MODE_KEY]))
        _keep(draft.then(made))

    return attempt(change)


def remove(number: int) -> None:
    """Take an action out."""
    draft = work()
    _keep(draft.then(scenarios_kept.with_data(without_action(draft.scenario, number))))


def undo() -> None:
    """Go one step back."""
    _keep(work().undone())
    _name_follows()


def redo() -> None:
    """Go one undone step forward."""
    _keep(work().redone())
    _name_follows()


def begin_anew() -> None:
    """Begin an empty scenario; undoing brings the one before back."""
    _open(empty(), None)


def take_base_date(day: datetime.date) -> None:
    """Lay the scenario on the network of another day."""

    def change() -> None:
        draft = work()
        made = replace(draft.scenario, base_date=day)
        _keep(draft.then(scenarios_kept.checked(made, as_mode(st.session_state[MODE_KEY]))))

    attempt(change)


def open_ready(key: str) -> None:
    """Open a ready-made scenario."""
    attempt(lambda: _open(scenarios_kept.ready()[key], Source("ready", key)))


def open_text(text: str | bytes, source: Source | None = None) -> None:
    """Open a scenario from a file, a link or another page."""
    st.session_state[REFUSED_KEY] = None
    try:
        _open(scenarios_kept.opened(text), source)
    except ScenarioVersionError as error:
        st.session_state[PROBLEM_KEY], st.session_state[REFUSED_KEY] = error, text
    except FinderError as error:
        st.session_state[PROBLEM_KEY] = error


def open_refused() -> None:
    """Open the scenario of other data that was refused, with the data at hand."""
    text = st.session_state.get(REFUSED_KEY)
    if text is not None:
        st.session_state[REFUSED_KEY] = None
        attempt(lambda: _open(scenarios_kept.adopted(text), None))


def open_link(text: str) -> None:
    """Open the scenario of a link."""
    attempt(lambda: open_text(read_link(text), Source("s", text)))


def open_saved(key: str, revision: int | None = None) -> None:
    """Open a saved scenario, at its latest or another revision."""

    def change() -> None:
        found = scenarios_kept.store().load(key, revision)
        text = json.dumps(found.body, ensure_ascii=False)
        try:
            scenario = scenarios_kept.opened(text)
        except ScenarioVersionError:
            st.session_state[REFUSED_KEY] = text
            raise
        latest = (found.saved.id, found.saved.revision)
        _open(replace(scenario, name=found.name), Source("doc", key) if revision is None else None, latest)

    attempt(change)


def take_handed_over() -> None:
    """Open the scenario that another page hands over."""
    text = st.session_state.pop(HANDED_KEY, None)
    if isinstance(text, str):
        open_text(text)


def open_source(source: Source) -> None:
    """Open what an address names, unless it is on the page already."""
    if WORK_KEY in st.session_state and work().source == source:
        return
    if source.name == "ready" and source.value in scenarios_kept.ready():
        open_ready(source.value)
    elif source.name == "doc":
        open_saved(source.value)
    elif source.name == "s":
        open_link(source.value)


def _open(scenario: Scenario, source: Source | None, document: tuple[str, int] | None = None) -> None:
    draft = work()
    is_empty = not draft.scenario.actions and not draft.past
    opened = Draft(scenario, source=source, document=document) if is_empty else draft.opened(scenario, source, document)
    _keep(opened)
    st.session_state[REFUSED_KEY] = None
    _name_follows()
    if scenario.kinds and st.session_state.get(KIND_KEY) not in scenario.kinds:
        st.session_state[KIND_KEY] = scenario.kinds[0]


def _name_follows() -> None:
    name = work().scenario.name
    st.session_state[NAME_KEY] = "" if name == UNNAMED else name


def took_document(document: tuple[str, int], scenario: Scenario) -> None:
    """Remember what the scenario was saved as."""
    draft = replace(work(), scenario=scenario, document=document, source=Source("doc", document[0]))
    _keep(draft)


def second() -> Scenario | None:
    """Return the scenario to compare with."""
    text = st.session_state.get(SECOND_KEY)
    return None if text is None else parse_scenario(text)


def day_of(kind: str) -> datetime.date:
    """Return the day of the network that the page shows."""
    return work().scenario.base_date if kind not in MODELLED_KINDS else datetime.date(2022, 12, 31)
