"""What a planner asks of mobile consultations; the address keeps it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast, get_args

import streamlit as st

from finder.answers.children import COUNTED_YEAR, DEMAND_YEARS
from finder.answers.mobile_question import MobileQuestion
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import Calendar
from finder.errors import MobileError
from finder.pages import cached, mobile_depots, modelled
from finder.pages.address import Address
from finder.pages.state import read_choice
from finder.reports.figures_text import PROVINCE_KEYS, province_text
from finder.units import Mode
from finder.words.messages import Messages
from finder.words.wording import minutes_text

GAPS: Final[dict[str, tuple[Mode, float]]] = {
    **{f"car{minutes}": ("car", float(minutes)) for minutes in (5, 8, 10, 15)},
    **{f"walk{minutes}": ("walk", float(minutes)) for minutes in (20, 30, 45)},
    **{f"pram{minutes}": ("pram", float(minutes)) for minutes in (20, 30)},
}
USUAL: Final = "usual"
CATCHMENTS: Final[dict[str, tuple[Mode | None, float | None]]] = {
    USUAL: (None, None),
    **{f"car{minutes}": ("car", float(minutes)) for minutes in (5, 8, 10)},
    **{f"walk{minutes}": ("walk", float(minutes)) for minutes in (15, 20, 30)},
    "pram20": ("pram", 20.0),
}
EVERY: Final[dict[str, tuple[int, ...]]] = {
    "bimonthly": (1, 2, 4, 8), "monthly": (2, 4, 8), "fortnightly": (4, 8), "weekly": (8,)
}  # fmt: skip
"""The rarest service a stop may have, and the numbers of sessions in eight weeks that this allows."""

EFFORTS: Final = {"quick": 30.0, "usual": 120.0, "thorough": 240.0}
CALENDARS: Final = get_args(Calendar)
EVERYWHERE: Final = "all"
AREAS: Final = (EVERYWHERE, *PROVINCE_KEYS.values())
UNITS_MAX: Final = 12
TARGET_MAX: Final = 60_000
COMMUNES_MAX: Final = 20
NUMBERS: Final[dict[str, tuple[int, ...]]] = {
    "year": DEMAND_YEARS,
    "takeup": tuple(range(10, 101, 10)),
    "visits": (1, 2, 3, 4, 6, 12),
    "session": (30, 45, 60, 75, 90, 105, 120, 150, 180),
    "child": (10, 15, 20, 25, 30),
    "shift": (360, 420, 456, 480, 540),
    "daily": (1, 2, 3, 4, 5, 6),
    "away": (30, 45, 60, 75, 90, 120, 0),
    "fair": (0, 10, 25, 50, 75),
}
CHOICES: Final = {
    "gap": tuple(GAPS), "every": tuple(EVERY), "area": AREAS, "reach": tuple(CATCHMENTS), "calendar": CALENDARS,
    "effort": tuple(EFFORTS),
}  # fmt: skip
COMMUNES: Final = ("with", "without")
START: Final = {
    "units": "6", "gap": "car8", "every": "bimonthly", "area": EVERYWHERE, "reach": USUAL, "calendar": "months",
    "effort": "usual", "year": str(COUNTED_YEAR), "takeup": "60", "visits": "3", "session": "75", "child": "15",
    "shift": "456", "daily": "4", "away": "60", "fair": "0", "target": "0", "with": "", "without": "", "depots": "",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What the page shows.

    Attributes
    ----------
    asked
        The question; None where it cannot be asked.
    problem
        Why it cannot, as a sentence; empty if it can.
    time_limit_s
        How long the solvers may take.
    is_modelled
        Whether the modelled network may be used.
    """

    asked: MobileQuestion | None
    problem: str
    time_limit_s: float
    is_modelled: bool


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    state = st.session_state
    given = mobile_depots.units_in_all()
    if given is not None:
        state["mobile_units"] = min(max(given, 1), UNITS_MAX)
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        st.slider(
            t("mobile.units"), 1, UNITS_MAX, key="mobile_units", persist_state="session", disabled=given is not None,
            help=t("mobile.units_given" if given is not None else "mobile.units_help"),
        )  # fmt: skip
        st.selectbox(
            t("mobile.gap"), tuple(GAPS), format_func=lambda key: beyond_text(t, *GAPS[key]), key="mobile_gap",
            persist_state="session", help=t("mobile.gap_help"),
        )  # fmt: skip
        _choose(t, "every")
        with st.popover(t("coverage.more")):
            is_modelled = modelled.switch(t)
            _ask_more(t)
    mobile_depots.ask(t)
    asked, problem = _question(t)
    ADDRESS.write()
    return Question(asked, problem, EFFORTS[state["mobile_effort"]], is_modelled)


def beyond_text(t: Messages, mode: str, minutes: float) -> str:
    """Return a limit in words: farther than so many minutes by a mode."""
    return t("mobile.beyond", minutes=f"{minutes:g}", by=t("by." + mode))


def within_text(t: Messages, mode: str, minutes: float) -> str:
    """Return how far at most, in words."""
    return t("mobile.within", minutes=f"{minutes:g}", by=t("by." + mode))


def _ask_more(t: Messages) -> None:
    names = {key: province_text(t, name) for name, key in PROVINCE_KEYS.items()} | {EVERYWHERE: t("mobile.everywhere")}
    st.selectbox(
        t("siting.area"), AREAS, format_func=names.__getitem__, key="mobile_area", persist_state="session"
    )  # fmt: skip
    st.markdown(f"**{t('mobile.group.families')}**")
    st.caption(t("mobile.assumed"))
    reaches = {key: _reach_text(t, key) for key in CATCHMENTS}
    st.selectbox(
        t("mobile.reach"), tuple(reaches), format_func=reaches.__getitem__, key="mobile_reach",
        persist_state="session", help=t("mobile.reach_help"),
    )  # fmt: skip
    _number(t, "takeup", lambda share: f"{share} %")
    _number(t, "visits", str)
    _number(t, "child", lambda m: minutes_text(m, t.language))
    _number(t, "year", lambda year: t(f"gaps.year.{year}"))
    st.markdown(f"**{t('mobile.group.days')}**")
    _choose(t, "calendar")
    _number(t, "session", lambda m: minutes_text(m, t.language))
    _number(t, "shift", lambda m: minutes_text(m, t.language))
    _number(t, "daily", str)
    _number(t, "away", lambda m: minutes_text(m, t.language) if m else t("mobile.away.any"))
    st.markdown(f"**{t('mobile.group.wishes')}**")
    st.number_input(
        t("mobile.target"), 0, TARGET_MAX, step=100, key="mobile_target", persist_state="session",
        help=t("mobile.target_help"),
    )  # fmt: skip
    _number(t, "fair", lambda share: f"{share} %")
    communes = _communes(t)
    for name in COMMUNES:
        st.multiselect(
            t("mobile." + name), tuple(communes), format_func=communes.__getitem__, key="mobile_" + name,
            persist_state="session", max_selections=COMMUNES_MAX, placeholder=t("mobile.no_commune"),
        )  # fmt: skip
    _choose(t, "effort")


def _communes(t: Messages) -> dict[str, str]:
    names = cached.commune_names(t.language)
    return dict(sorted(((nis, names[nis]) for nis in _served()), key=lambda pair: pair[1]))


def _served() -> list[str]:
    table = cached.atlas().communes
    return [str(nis) for nis in table.index[~table["is_german_community"].astype(bool)]]


def _reach_text(t: Messages, key: str) -> str:
    mode, minutes = CATCHMENTS[key]
    if mode is None or minutes is None:
        gap_mode, gap_min = GAPS[st.session_state["mobile_gap"]]
        usual = MobileQuestion(mode=gap_mode, limit_min=gap_min).catchment
        return t("mobile.reach.usual", within=within_text(t, *usual))
    return within_text(t, mode, minutes)


def _choose(t: Messages, name: str) -> None:
    words = {value: t(f"mobile.{name}.{value}") for value in CHOICES[name]}
    st.selectbox(
        t("mobile." + name), CHOICES[name], format_func=words.__getitem__, key="mobile_" + name,
        persist_state="session",
    )  # fmt: skip


def _number(t: Messages, name: str, text: Callable[[int], str]) -> None:
    label = t("gaps.year") if name == "year" else t("mobile." + name)
    st.selectbox(label, NUMBERS[name], format_func=text, key="mobile_" + name, persist_state="session")


def _question(t: Messages) -> tuple[MobileQuestion | None, str]:
    state = st.session_state
    both = sorted(set(state["mobile_with"]) & set(state["mobile_without"]))
    if both:
        names = cached.commune_names(t.language)
        return None, t("mobile.problem.both", communes=", ".join(names[nis] for nis in both))
    depots = mobile_depots.chosen(t)
    if isinstance(depots, str):
        return None, depots
    if depots and not 1 <= sum(depot.units_low for depot in depots) <= UNITS_MAX:
        return None, t("mobile.problem.units", most=UNITS_MAX)
    mode, limit_min = GAPS[state["mobile_gap"]]
    catchment_mode, catchment_min = CATCHMENTS[state["mobile_reach"]]
    areas = {key: name for name, key in PROVINCE_KEYS.items()}
    try:
        asked = MobileQuestion(
            mode=mode,
            limit_min=limit_min,
            catchment_mode=catchment_mode,
            catchment_min=catchment_min,
            year=int(state["mobile_year"]),
            take_up=state["mobile_takeup"] / 100,
            visits_per_child_year=float(state["mobile_visits"]),
            minutes_per_child=float(state["mobile_child"]),
            units=sum(depot.units_low for depot in depots) if depots else int(state["mobile_units"]),
            depots=depots,
            longest_out_min=float(state["mobile_away"]) or None,
            calendar=cast("Calendar", state["mobile_calendar"]),
            frequencies=EVERY[state["mobile_every"]],
            duty=Duty(
                session_min=int(state["mobile_session"]),
                shift_min=int(state["mobile_shift"]),
                most_stops_per_day=int(state["mobile_daily"]),
            ),
            least_commune_share=state["mobile_fair"] / 100,
            required_nis=tuple(sorted(state["mobile_with"])),
            excluded_nis=tuple(sorted(state["mobile_without"])),
            target_children=float(state["mobile_target"]) or None,
            area=areas.get(state["mobile_area"]),
        )
    except MobileError as error:
        return None, t("mobile.problem.question", why=str(error))
    return asked, ""


def _read_address() -> None:
    url, state = st.query_params, st.session_state
    for name, choices in CHOICES.items():
        state["mobile_" + name] = read_choice(url.get(name), choices, START[name])
    for name, numbers in NUMBERS.items():
        state["mobile_" + name] = int(read_choice(url.get(name), [str(n) for n in numbers], START[name]))
    for name, least, most in (("units", 1, UNITS_MAX), ("target", 0, TARGET_MAX)):
        text = url.get(name, "")
        is_number = re.fullmatch(r"[0-9]{1,5}", text) is not None and least <= int(text) <= most
        state["mobile_" + name] = int(text) if is_number else int(START[name])
    communes = set(_served())
    for name in COMMUNES:
        asked = url.get(name, "")[: 6 * COMMUNES_MAX].split(",")
        state["mobile_" + name] = sorted({nis for nis in asked if nis in communes})
    mobile_depots.read(url.get("depots"))


def _address_values() -> dict[str, str | None]:
    state = st.session_state
    values: dict[str, str | None] = {
        name: str(state["mobile_" + name]) for name in (*CHOICES, *NUMBERS, "units", "target")
    }
    values |= {name: ",".join(sorted(state["mobile_" + name])) for name in COMMUNES}
    depots = mobile_depots.written()
    return values | {"depots": depots, **({"units": None} if depots else {})}


ADDRESS: Final = Address("mobile", read=_read_address, values=_address_values, defaults=START)
