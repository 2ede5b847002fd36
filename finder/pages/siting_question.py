"""What is asked: the best places for a few sites, or where the next day-care places go; the address keeps it."""

import datetime
import re
from dataclasses import dataclass
from typing import Final, cast, get_args

import streamlit as st

from finder.answers.children import DEMAND_YEARS
from finder.answers.places_allocation import AllocationQuestion, Costs, Target, TargetQuestion
from finder.answers.siting import MODELLED_KINDS, Objective, People, SitingQuestion
from finder.capacity.facility_sizes import GROUP
from finder.capacity.places_allocation_next import Objective as Order
from finder.pages import cached, modelled
from finder.pages.address import Address
from finder.pages.kinds import kinds_text
from finder.pages.modelled import SWITCH_KEY
from finder.pages.solver_watch import has_started
from finder.pages.solver_worker import Task
from finder.pages.state import read_choice, read_text
from finder.reports.figures_text import PROVINCE_KEYS, province_text
from finder.units import MODES, as_mode
from finder.words.messages import Messages

VIEWS: Final = ("sites", "places")
ASKS: Final = ("next", "target")
REAL_KINDS: Final = ("maternity", "hospital")
KINDS: Final = (*MODELLED_KINDS, *REAL_KINDS)
GOALS: Final = get_args(Objective)
WITH_LIMIT: Final = ("most_within", "fewest_sites")
PEOPLE: Final = get_args(People)
PEOPLE_OF_KIND: Final = {"child_consultation": "children_0_5", "creche": "children_0_2_5", "hospital": "children_0_5",
                         "maternity": "women_15_49"}  # fmt: skip
LIMITS_MIN: Final = (5, 10, 15, 20, 30, 45, 60)
P_MAX: Final = 30
EVERYWHERE: Final = "all"
AREAS: Final = (EVERYWHERE, *PROVINCE_KEYS.values())
TARGETS: Final = {
    "income33": {"income_related": 33.0},
    "all33": {"coverage": 33.0},
    "all45": {"coverage": 45.0},
    "both": {"income_related": 33.0, "coverage": 45.0},
}
NEXT_TARGETS: Final = ("income33", "all33", "all45")
ORDERS: Final = get_args(Order)
SURE: Final = ("50", "80")
SIZES: Final = tuple(range(0, 15 * GROUP, GROUP))
NEW_MAX: Final = 20_000
COST_MAX: Final = 10_000_000
AUTO_KEY: Final = "siting_auto"
UNIT: Final = "places"
START: Final = {
    "view": "sites", "kind": "child_consultation", "goal": "most_within", "p": "5", "mode": "car", "within": "15",
    "kept": "1", "area": EVERYWHERE, "year": str(DEMAND_YEARS[0]), "ask": "next", "target": "income33", "new": "1000",
    "order": "furthest", "planned": "0", "sure": "50", "grow": "14", "least": "14", "most": "49", "cost": "1",
    "opening": "0", "unit": UNIT, "source": "",
}  # fmt: skip
_CHOICES: Final = {
    "view": VIEWS, "kind": KINDS, "goal": GOALS, "mode": MODES, "area": AREAS, "ask": ASKS, "target": tuple(TARGETS),
    "order": ORDERS, "sure": SURE,
}  # fmt: skip
_WHOLE: Final = {
    "within": LIMITS_MIN, "year": DEMAND_YEARS, "grow": SIZES, "least": SIZES[1:], "most": SIZES[1:]
}  # fmt: skip
_AMOUNTS: Final = {"p": (1, P_MAX), "new": (GROUP, NEW_MAX), "cost": (0, COST_MAX), "opening": (0, COST_MAX)}


@dataclass(frozen=True)
class Question:
    """What the page shows.

    Attributes
    ----------
    view
        Sites, or places.
    task
        What there is to solve; None where the modelled network is needed and may not be used.
    is_modelled
        Whether the modelled network may be used.
    target
        Key of :data:`TARGETS`.
    """

    view: str
    task: Task | None
    is_modelled: bool
    target: str

    @property
    def rests_on_model(self) -> bool:
        """Whether the answer rests on the modelled network."""
        if self.task is None:
            return False
        question = self.task.question
        return not isinstance(question, SitingQuestion) or (question.keep_existing and question.kind in MODELLED_KINDS)


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    state = st.session_state
    if not state.get(SWITCH_KEY, True) and state["siting_kind"] in MODELLED_KINDS:
        state["siting_kind"] = REAL_KINDS[0]
        _take_kind()
    view = st.segmented_control(
        t("siting.view"), VIEWS, format_func=lambda v: t("siting.view." + v), key="siting_view", required=True,
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        if view == "sites":
            _ask_sites(t)
        else:
            _ask_places(t)
        with st.popover(t("coverage.more")):
            is_modelled = modelled.switch(t)
            if view == "sites":
                _ask_more_sites(t)
            else:
                _ask_more_places(t)
    question = _question()
    ADDRESS.write()
    return Question(question.view, question.task, is_modelled, question.target)


def _ask_sites(t: Messages) -> None:
    kinds = KINDS if st.session_state.get(SWITCH_KEY, True) else REAL_KINDS
    names = {kind: kinds_text(t, kind) for kind in kinds}
    st.selectbox(
        t("siting.kind"), kinds, format_func=names.__getitem__, key="siting_kind", persist_state="session",
        on_change=_take_kind,
    )  # fmt: skip
    goal = _choose(t, "goal", GOALS)
    if goal != "fewest_sites":
        st.number_input(t("siting.p"), 1, P_MAX, key="siting_p", persist_state="session")
    else:
        _ask_limit(t)


def _ask_limit(t: Messages) -> None:
    st.selectbox(
        t("siting.within"), LIMITS_MIN, format_func=lambda m: f"{m} min", key="siting_within", persist_state="session"
    )


def _ask_more_sites(t: Messages) -> None:
    state = st.session_state
    st.selectbox(
        t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="siting_mode", persist_state="session"
    )
    if state["siting_goal"] != "fewest_sites":
        _ask_limit(t)
    _choose(t, "people", PEOPLE)
    st.toggle(t("siting.kept"), key="siting_kept", persist_state="session", help=t("siting.kept_help"))
    _ask_area(t)
    if state["siting_people"] != "women_15_49":
        _ask_year(t)


def _ask_places(t: Messages) -> None:
    asked = _choose(t, "ask", ASKS)
    if asked == "next" and st.session_state["siting_target"] not in NEXT_TARGETS:
        st.session_state["siting_target"] = NEXT_TARGETS[0]
    _choose(t, "target", NEXT_TARGETS if asked == "next" else tuple(TARGETS))
    if asked == "next":
        st.number_input(t("siting.new"), GROUP, NEW_MAX, step=GROUP, key="siting_new", persist_state="session")
    else:
        _choose(t, "sure", SURE)


def _ask_more_places(t: Messages) -> None:
    _ask_year(t)
    st.toggle(t("siting.planned"), key="siting_planned", persist_state="session", help=t("siting.planned_help"))
    if st.session_state["siting_ask"] == "next":
        _choose(t, "order", ORDERS)
        _ask_area(t)
        return
    for name in ("grow", "least", "most"):
        st.selectbox(t("siting." + name), SIZES if name == "grow" else SIZES[1:], key="siting_" + name,
                     persist_state="session", help=t("siting.size_help"))  # fmt: skip
    st.caption(t("siting.costs"))
    for name in ("cost", "opening"):
        st.number_input(t("siting." + name), 0, COST_MAX, key="siting_" + name, persist_state="session")
    st.text_input(t("siting.unit"), key="siting_unit", persist_state="session", max_chars=20)
    st.text_input(t("siting.source"), key="siting_source", persist_state="session", max_chars=80)


def _choose(t: Messages, name: str, choices: tuple[str, ...]) -> str:
    words = {value: t(f"siting.{name}.{value}") for value in choices}
    found: str = st.selectbox(
        t("siting." + name), choices, format_func=words.__getitem__, key="siting_" + name, persist_state="session"
    )
    return found


def _ask_area(t: Messages) -> None:
    names = {key: province_text(t, name) for name, key in PROVINCE_KEYS.items()} | {EVERYWHERE: t("siting.everywhere")}
    st.selectbox(t("siting.area"), AREAS, format_func=names.__getitem__, key="siting_area", persist_state="session")


def _ask_year(t: Messages) -> None:
    st.radio(
        t("gaps.year"), DEMAND_YEARS, format_func=lambda y: t(f"gaps.year.{y}"), key="siting_year",
        persist_state="session",
    )  # fmt: skip


def _take_kind() -> None:
    st.session_state["siting_people"] = PEOPLE_OF_KIND[st.session_state["siting_kind"]]


def _question() -> Question:
    state = st.session_state
    is_modelled = bool(state.get(SWITCH_KEY, True))
    view = state["siting_view"]
    if view == "sites":
        task: Task | None = Task("sites", _sites_question())
    elif not is_modelled:
        task = None
    elif state["siting_ask"] == "next":
        task = Task("next", _next_question())
    else:
        task = Task("target", _target_question())
    return Question(view, task, is_modelled, state["siting_target"])


def _sites_question() -> SitingQuestion:
    state = st.session_state
    people = cast("People", state["siting_people"])
    # What is not asked stays out of the question, so that one answer is not kept twice.
    is_child = people != "women_15_49"
    return SitingQuestion(
        kind=state["siting_kind"],
        objective=cast("Objective", state["siting_goal"]),
        p=1 if state["siting_goal"] == "fewest_sites" else int(state["siting_p"]),
        mode=as_mode(state["siting_mode"]),
        limit_min=float(state["siting_within"]),
        people=people,
        year=int(state["siting_year"]) if is_child else int(START["year"]),
        keep_existing=bool(state["siting_kept"]),
        area=_area(),
        day=datetime.date.today(),
    )


def _area() -> str | None:
    names = {key: name for name, key in PROVINCE_KEYS.items()}
    return names.get(st.session_state["siting_area"])


def _next_question() -> AllocationQuestion:
    state = st.session_state
    ((target, per_100),) = TARGETS[state["siting_target"]].items()
    area, communes = _area(), cached.atlas().communes
    chosen = None
    if area is not None:
        inside = (communes["province"] == area) & ~communes["is_german_community"]
        chosen = tuple(str(nis) for nis in communes.index[inside])
    return AllocationQuestion(
        new_places=int(state["siting_new"]),
        target=cast("Target", target),
        target_per_100=per_100,
        objective=cast("Order", state["siting_order"]),
        year=int(state["siting_year"]),
        with_planned=bool(state["siting_planned"]),
        communes=chosen,
    )


def _target_question() -> TargetQuestion:
    state = st.session_state
    costs = Costs()
    own = float(state["siting_cost"]), float(state["siting_opening"]), state["siting_unit"], state["siting_source"]
    if own != (costs.per_place, costs.per_new_site, UNIT, ""):
        costs = Costs(own[0], own[1], own[2] or UNIT, own[3] or "-")
    return TargetQuestion(
        targets=cast("dict[Target, float]", TARGETS[state["siting_target"]]),
        sure_share=int(state["siting_sure"]) / 100,
        year=int(state["siting_year"]),
        with_planned=bool(state["siting_planned"]),
        enlarge_most=int(state["siting_grow"]),
        new_least=min(int(state["siting_least"]), int(state["siting_most"])),
        new_most=int(state["siting_most"]),
        costs=costs,
    )


def _read_address() -> None:
    asked, state = st.query_params, st.session_state
    for name, choices in _CHOICES.items():
        state["siting_" + name] = read_choice(asked.get(name), choices, START[name])
    for name, numbers in _WHOLE.items():
        state["siting_" + name] = int(read_choice(asked.get(name), [str(n) for n in numbers], START[name]))
    for name, (low, high) in _AMOUNTS.items():
        text = asked.get(name, "")
        is_number = re.fullmatch(r"\d{1,8}", text) is not None and low <= int(text) <= high
        state["siting_" + name] = int(text) if is_number else int(START[name])
    for name in ("kept", "planned"):
        state["siting_" + name] = read_choice(asked.get(name), ("0", "1"), START[name]) == "1"
    state["siting_people"] = read_choice(asked.get("people"), PEOPLE, PEOPLE_OF_KIND[state["siting_kind"]])
    for name in ("unit", "source"):
        state["siting_" + name] = read_text(asked.get(name)) or START[name]
    state[AUTO_KEY] = asked.get("run") == "1"


def _address_values() -> dict[str, str | None]:
    state = st.session_state
    values: dict[str, str | None] = {name: str(state["siting_" + name]) for name in (*_CHOICES, *_WHOLE, *_AMOUNTS)}
    values |= {name: str(int(state["siting_" + name])) for name in ("kept", "planned")}
    values |= {name: state["siting_" + name] for name in ("unit", "source")}
    people = state["siting_people"]
    values["people"] = None if people == PEOPLE_OF_KIND[state["siting_kind"]] else people
    task = _question().task
    values["run"] = "1" if state.get(AUTO_KEY) or (task is not None and has_started(task)) else None
    return values


ADDRESS: Final = Address("siting", read=_read_address, values=_address_values, defaults=START)
