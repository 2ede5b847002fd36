"""What is asked of the years to come: where, which year, which figure on the map, under which assumptions."""

import math
import re
from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from finder.answers.outlook import AREAS
from finder.answers.places_needed import PRESENT
from finder.capacity.backtest import LONGEST_TESTED
from finder.capacity.forecast_path import SCENARIOS, Scenario
from finder.capacity.places_needed import TAKE_UP_PCT
from finder.geo.folding import fold
from finder.pages import cached, cached_forecast, modelled
from finder.pages.address import Address
from finder.pages.cached_forecast import FIRST_HORIZON, Change, NeedQuestion
from finder.pages.coverage_question import CHOSEN_KEY, take_click
from finder.pages.modelled import SWITCH_KEY
from finder.pages.state import read_choice
from finder.words.messages import Messages

MAP_KEY: Final = "forecast_map"
CITY: Final = "21004"
OWN: Final = "own"
TAKE_UPS: Final = (*TAKE_UP_PCT, PRESENT, OWN)
HORIZONS: Final = (str(FIRST_HORIZON), "2040", "2050")
FIGURES: Final = ("change", "gap")
CHILDREN_PER_PLACE: Final = ("1", "1.25", "1.5")
PLACES_MAX: Final = 2000
DWELLINGS_MAX: Final = 10_000
START: Final = {
    "area": "all", "figure": "change", "scenario": "central", "to": HORIZONS[0], "takeup": "33", "share": "1",
    "year": "2030",
}  # fmt: skip
OWN_START_PCT: Final = 40
_ALLOWED: Final = {
    "figure": FIGURES,
    "scenario": SCENARIOS,
    "to": HORIZONS,
    "takeup": TAKE_UPS,
    "share": CHILDREN_PER_PLACE,
}
_CHANGE: Final = re.compile(r"(-?\d{1,5})@(20\d\d)")


@dataclass(frozen=True)
class Question:
    """What the page shows.

    Attributes
    ----------
    area
        Code of a commune or a key of :data:`finder.answers.outlook.AREAS`.
    year
        1 January.
    figure
        One of :data:`FIGURES`, on the map.
    need
        Assumptions.
    is_modelled
        Whether the modelled network may be used.
    """

    area: str
    year: int
    figure: str
    need: NeedQuestion
    is_modelled: bool

    @property
    def nis(self) -> str | None:
        """The commune chosen."""
        return None if self.area in AREAS else self.area

    @property
    def tested_until(self) -> int:
        """Last year whose distance the backtest has judged."""
        return cached_forecast.desk().present.year + LONGEST_TESTED


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    _follow_commune()
    if st.session_state.get(SWITCH_KEY, True):
        modelled.show_notice(t)
    is_modelled = modelled.switch(t)
    state = st.session_state
    names = place_names(t)
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        area = st.selectbox(
            t("forecast.where"), _places(names), format_func=lambda code: names[code], key="forecast_area",
            persist_state="session", on_change=_take_area,
        )  # fmt: skip
        last = int(state["forecast_to"])
        first = cached_forecast.desk().present.year + 1
        state["forecast_year"] = min(max(int(state["forecast_year"]), first), last)
        year = st.slider(t("forecast.year"), first, last, key="forecast_year", persist_state="session")
        if is_modelled:
            st.selectbox(
                t("forecast.map"), FIGURES, format_func=lambda f: t("forecast.map." + f), key="forecast_figure",
                persist_state="session",
            )  # fmt: skip
        with st.popover(t("coverage.more")):
            _ask_more(t, area, names, first, last)
    ADDRESS.write()
    figure = state["forecast_figure"] if is_modelled else FIGURES[0]
    return Question(area, year, figure, _need(area), is_modelled)


def ask_take_up(t: Messages) -> None:
    """Show how many children shall have a place; the question has read it already."""
    with st.container(key="fi-takeup", horizontal=True, vertical_alignment="bottom"):
        st.radio(
            t("forecast.takeup"), TAKE_UPS, format_func=lambda v: t("forecast.takeup." + v), key="forecast_takeup",
            persist_state="session", horizontal=True, help=t("forecast.takeup_help"),
        )  # fmt: skip
        if st.session_state["forecast_takeup"] == OWN:
            st.number_input(
                t("forecast.takeup_own"), min_value=1, max_value=100, key="forecast_own", persist_state="session"
            )


def place_names(t: Messages) -> dict[str, str]:
    """Return the names of all areas and communes in the visitor's language, by key and code."""
    areas = {key: t("forecast.area." + key) for key in AREAS}
    # The commune bears the name of its region.
    return {**areas, **cached.commune_names(t.language), CITY: t("forecast.area.city")}


def choose_on_map() -> None:
    """Choose the commune clicked."""
    take_click(MAP_KEY)
    _follow_commune()


def _places(names: dict[str, str]) -> list[str]:
    communes = sorted((code for code in names if code not in AREAS), key=lambda nis: fold(names[nis]))
    return [*AREAS, *communes]


def _ask_more(t: Messages, area: str, names: dict[str, str], first: int, last: int) -> None:
    choices: dict[str, tuple[str, ...]] = {"scenario": SCENARIOS, "to": HORIZONS, "share": CHILDREN_PER_PLACE}
    for name, allowed in choices.items():
        words = {value: t(f"forecast.{name}.{value}") for value in allowed}
        st.radio(
            t("forecast." + name), allowed, format_func=words.__getitem__, key="forecast_" + name,
            persist_state="session", help=t(f"forecast.{name}_help"),
        )  # fmt: skip
    if area in AREAS:
        st.caption(t("forecast.changes_hint"))
        return
    limits = {"openings": (-PLACES_MAX, PLACES_MAX), "housing": (0, DWELLINGS_MAX)}
    for name, (low, high) in limits.items():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input(
                t("forecast." + name, commune=names[area]), min_value=low, max_value=high, step=1,
                key="forecast_" + name, persist_state="session", help=t(f"forecast.{name}_help"),
            )  # fmt: skip
            key = f"forecast_{name}_year"
            st.session_state[key] = min(max(int(st.session_state[key]), first), last)
            st.number_input(
                t("forecast.from_year"), min_value=first, max_value=last, step=1, key=key, persist_state="session"
            )


def _need(area: str) -> NeedQuestion:
    state = st.session_state
    chosen = state["forecast_takeup"]
    take_up: str | float = float(state["forecast_own"]) if chosen == OWN else chosen
    scenario = cast("Scenario", state["forecast_scenario"])
    changes = {name: _changes(area, name) for name in ("openings", "housing")}
    return NeedQuestion(int(state["forecast_to"]), scenario, take_up, float(state["forecast_share"]), **changes)


def _changes(area: str, name: str) -> tuple[Change, ...]:
    count = int(st.session_state["forecast_" + name])
    if area in AREAS or count == 0:
        return ()
    return ((area, int(st.session_state[f"forecast_{name}_year"]), float(count)),)


def _take_area() -> None:
    """Tell the other planners' pages which commune is chosen."""
    area = st.session_state["forecast_area"]
    st.session_state[CHOSEN_KEY] = None if area in AREAS else area
    _forget_changes()


def _follow_commune() -> None:
    """Show the commune chosen on the map or on another page."""
    chosen = st.session_state.get(CHOSEN_KEY)
    area = st.session_state.get("forecast_area", START["area"])
    wanted = chosen or (area if area in AREAS else START["area"])
    if wanted != area:
        st.session_state["forecast_area"] = wanted
        _forget_changes()


def _forget_changes() -> None:
    """Drop openings and dwellings: they are of one commune, another one starts without."""
    for name in ("openings", "housing"):
        st.session_state["forecast_" + name] = 0


def _read_address() -> None:
    asked, state = st.query_params, st.session_state
    for name, allowed in _ALLOWED.items():
        state["forecast_" + name] = read_choice(asked.get(name), allowed, START[name])
    own = asked.get("takeup", "")
    state["forecast_own"] = OWN_START_PCT
    if re.fullmatch(r"\d{1,3}", own) and own not in TAKE_UPS and 1 <= int(own) <= 100:
        state["forecast_takeup"], state["forecast_own"] = OWN, int(own)
    year = asked.get("year", "")
    state["forecast_year"] = int(year if re.fullmatch(r"20\d\d", year) else START["year"])
    arrived = not asked and state.get("address_of") not in (None, ADDRESS.page)
    if not arrived:
        # Who comes through a door keeps the commune and the switch of the page before.
        nis = asked.get("commune")
        state[CHOSEN_KEY] = nis if nis in cached.atlas().communes.index else None
        state[SWITCH_KEY] = asked.get("model") != "off"
    state.setdefault(CHOSEN_KEY, None)
    state["forecast_area"] = state[CHOSEN_KEY] or read_choice(asked.get("area"), list(AREAS), START["area"])
    for name, limit in {"openings": PLACES_MAX, "housing": DWELLINGS_MAX}.items():
        match = _CHANGE.fullmatch(asked.get(name, ""))
        count = int(match[1]) if match else 0
        floor = -limit if name == "openings" else 0
        state["forecast_" + name] = min(max(count, floor), limit) if state[CHOSEN_KEY] else 0
        state[f"forecast_{name}_year"] = int(match[2]) if match else int(START["year"])


def _address_values() -> dict[str, str | None]:
    state = st.session_state
    values: dict[str, str | None] = {name: state["forecast_" + name] for name in _ALLOWED}
    if state["forecast_takeup"] == OWN:
        values["takeup"] = str(math.floor(state["forecast_own"]))
    for name in ("openings", "housing"):
        count = int(state["forecast_" + name])
        values[name] = f"{count}@{state[f'forecast_{name}_year']}" if count else None
    area = state["forecast_area"]
    values |= {"year": str(state["forecast_year"]), "model": "on" if state.get(SWITCH_KEY, True) else "off"}
    return {**values, "area": area if area in AREAS else None, "commune": state.get(CHOSEN_KEY)}


ADDRESS: Final = Address(
    "forecast", read=_read_address, values=_address_values, defaults={**START, "model": "on"}
)  # fmt: skip
