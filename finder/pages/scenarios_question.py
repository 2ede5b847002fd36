"""What the page Scenarios is asked: kind, mode, what the map shows; and its address.

A scenario is in the address only as it was opened (a ready-made one, a saved one or a link): a first change takes it
out, so that the address is not rewritten with each action. The link to share is made when it is asked for.
"""

import datetime
from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.answers.access import PEOPLE_OF_KIND
from finder.answers.scenario_base import MODELLED_KINDS
from finder.capacity.scenario import DAY_CARE
from finder.geo.episodes import FIRST_DAY
from finder.pages import modelled, scenarios_kept, scenarios_state
from finder.pages.address import Address
from finder.pages.scenarios_draft import Source
from finder.pages.scenarios_state import KIND_KEY, MODE_KEY
from finder.pages.state import read_choice
from finder.units import MODES, Mode, as_mode
from finder.words.messages import Messages

SHOW_KEY: Final = "scenarios_show"
PEOPLE_KEY: Final = "scenarios_people"
DAY_KEY: Final = "scenarios_day"
START: Final = {"kind": "maternity", "mode": "car", "show": "change_min", "people": "women_15_49"}
MINUTES_SHOWN: Final = ("change_min", "after_min", "before_min")
SIZES_SHOWN: Final = ("change_per_100", "after_per_100", "before_per_100")
WOMEN: Final = ("women_15_49", "women_20_44")
SOURCES: Final = ("s", "doc", "ready")


@dataclass(frozen=True)
class Question:
    """What the page shows: ``people`` is the column that weighs for real kinds, None for modelled ones."""

    kind: str
    mode: Mode
    show: str
    people: str | None

    @property
    def is_modelled(self) -> bool:
        """Whether the sites of the kind are modelled."""
        return self.kind in MODELLED_KINDS


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    scenarios_state.take_handed_over()
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            t("siting.kind"), scenarios_kept.kinds(), format_func=lambda k: t("scenarios.kind." + k), key=KIND_KEY,
            persist_state="session", on_change=_take_kind,
        )  # fmt: skip
        mode = st.selectbox(
            t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key=MODE_KEY, persist_state="session"
        )
        shown = shown_of(kind)
        if st.session_state.get(SHOW_KEY) not in shown:
            st.session_state[SHOW_KEY] = first_shown(kind)
        show = st.selectbox(
            t("scenarios.show"), shown, format_func=lambda s: t("scenarios.show." + s), key=SHOW_KEY,
            persist_state="session",
        )  # fmt: skip
        if kind not in MODELLED_KINDS:
            _ask_more(t, kind)
    if kind in MODELLED_KINDS:
        modelled.show_notice(t)
    ADDRESS.write()
    return Question(kind, as_mode(mode), show, _people(kind))


def shown_of(kind: str) -> tuple[str, ...]:
    """Return what the map may show of a kind."""
    return MINUTES_SHOWN + SIZES_SHOWN if kind in MODELLED_KINDS else MINUTES_SHOWN


def first_shown(kind: str) -> str:
    """Return what the map shows of a kind at first: few ways change when one of many day-care sites does."""
    return "change_per_100" if kind == DAY_CARE else "change_min"


def _take_kind() -> None:
    st.session_state[SHOW_KEY] = first_shown(st.session_state[KIND_KEY])


def _ask_more(t: Messages, kind: str) -> None:
    with st.popover(t("coverage.more")):
        if kind == "maternity":
            st.radio(
                t("scenarios.people"), WOMEN, format_func=lambda p: t("scenarios.people." + p), key=PEOPLE_KEY,
                persist_state="session",
            )  # fmt: skip
        day = scenarios_state.work().scenario.base_date
        st.session_state[DAY_KEY] = min(max(day, FIRST_DAY), datetime.date.today())
        st.date_input(
            t("scenarios.day"), min_value=FIRST_DAY, max_value=datetime.date.today(), key=DAY_KEY,
            on_change=_take_day, format="DD/MM/YYYY", help=t("scenarios.day_help"),
        )  # fmt: skip


def _take_day() -> None:
    scenarios_state.take_base_date(st.session_state[DAY_KEY])


def _people(kind: str) -> str | None:
    if kind in MODELLED_KINDS:
        return None
    return str(st.session_state.get(PEOPLE_KEY, START["people"])) if kind == "maternity" else PEOPLE_OF_KIND[kind]


def _read_address() -> None:
    asked, state = st.query_params, st.session_state
    kind = read_choice(asked.get("kind"), scenarios_kept.kinds(), START["kind"])
    state[KIND_KEY] = kind
    state[MODE_KEY] = read_choice(asked.get("mode"), MODES, START["mode"])
    state[SHOW_KEY] = read_choice(asked.get("show"), shown_of(kind), first_shown(kind))
    state[PEOPLE_KEY] = read_choice(asked.get("people"), WOMEN, START["people"])
    source = next((Source(name, asked[name]) for name in SOURCES if asked.get(name)), None)
    if source is not None:
        scenarios_state.open_source(source)


def _address_values() -> dict[str, str | None]:
    state, source = st.session_state, scenarios_state.work().source
    keys = {"kind": KIND_KEY, "mode": MODE_KEY, "show": SHOW_KEY, "people": PEOPLE_KEY}
    values = {name: state.get(key) for name, key in keys.items()}
    return {**values, **({source.name: source.value} if source is not None else {})}


ADDRESS: Final = Address("scenarios", read=_read_address, values=_address_values, defaults=START)
