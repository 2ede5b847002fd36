"""What a planner asks of the gaps: communes by definition, or areas far from a consultation; the address keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import streamlit as st

from finder.answers.children import DEMAND_YEARS
from finder.answers.gaps import GAP_LIMITS_MIN, GapQuestion
from finder.answers.places_reach import DEFAULT_LIMIT_MIN, LIMITS_MIN, ReachQuestion
from finder.answers.point_definitions import DEFAULT_POINT_KEYS, POINTS_AGREE
from finder.answers.underserved import DEFAULT_KEYS
from finder.capacity.definitions import COMMUNE_DEFINITIONS, POINT_DEFINITIONS
from finder.capacity.underserved import AGREEMENT_AT_LEAST, AGREEMENT_KEY
from finder.pages import cached, modelled
from finder.pages.address import Address
from finder.pages.coverage_question import CHOSEN_KEY
from finder.pages.gaps_words import definition_name, limit_name
from finder.pages.state import read_choice
from finder.units import Mode
from finder.words.messages import Messages

View = Literal["communes", "areas"]
VIEWS: Final[tuple[View, ...]] = ("communes", "areas")
KEYS: Final = tuple(rule.key for rule in COMMUNE_DEFINITIONS)
POINT_KEYS: Final = tuple(rule.key for rule in POINT_DEFINITIONS)
GAP_MODES: Final[Mapping[str, Mode]] = {"walk": "walk", "pram": "pram", "car": "car"}
LACKS: Final = (*GAP_MODES, "places", "agreement")
"""What can be missing at a point: a consultation by a mode, day-care places, or both by several definitions."""

START: Final = {
    "view": "communes",
    "show": AGREEMENT_KEY,
    "least": str(AGREEMENT_AT_LEAST),
    "keys": ",".join(DEFAULT_KEYS),
    "limits": "",
    "trip": str(DEFAULT_LIMIT_MIN),
    "year": str(DEMAND_YEARS[0]),
    "lack": "walk",
    "within": "20",
    "few": "3",
    "agree": str(POINTS_AGREE),
    "pkeys": ",".join(DEFAULT_POINT_KEYS),
}


@dataclass(frozen=True)
class Limit:
    """The limit of a definition as people set it.

    Attributes
    ----------
    values
        What can be chosen, in the words of the page: places per 100 children, children per place, percent.
    start
        What the definition starts with.
    per_100
        The definition counts places per 100 children, people choose children per place.
    is_pct
        The definition counts a share, people choose percent.
    """

    values: tuple[float, ...]
    start: float
    per_100: bool = False
    is_pct: bool = False

    def threshold(self, value: float) -> float:
        """Return what was chosen in the unit of the definition."""
        if self.per_100:
            return 100 / value
        return value / 100 if self.is_pct else value


_RATE: Final = Limit(tuple(float(value) for value in range(15, 61)), 33.0)
LIMITS: Final[Mapping[str, Limit]] = {
    "low_coverage": _RATE,
    "low_income_related": _RATE,
    "crowded": Limit((1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0), 3.0, per_100=True),
    "lowest_fifth": Limit((5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0), 20.0, is_pct=True),
    **{
        key: Limit(tuple(float(value) for value in range(10, 95, 5)), 50.0, is_pct=True)
        for key in KEYS
        if key.startswith("beyond_")
    },
}
"""The combined need has none: it compares with means."""


@dataclass(frozen=True)
class Question:
    """What the page shows.

    Attributes
    ----------
    view
        Communes by definition, or areas gathered of demand points.
    show
        The definition on the map, or the agreement.
    keys
        Definitions that count for the agreement.
    at_least
        How many must agree.
    limits
        Limits that were moved, by key, as people set them.
    reach
        How far families go for day care.
    gap
        What counts as a gap at a demand point.
    is_modelled
        Whether modelled figures may be used.
    """

    view: View
    show: str
    keys: tuple[str, ...]
    at_least: int
    limits: Mapping[str, float]
    reach: ReachQuestion
    gap: GapQuestion
    is_modelled: bool

    @property
    def thresholds(self) -> tuple[tuple[str, float], ...]:
        """Return the moved limits in the units of the definitions."""
        return tuple((key, LIMITS[key].threshold(value)) for key, value in self.limits.items() if key in self.keys)

    def limit(self, key: str) -> float:
        """Return the limit of a definition as people set it."""
        return self.limits.get(key, LIMITS[key].start)


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    _keep_possible()
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            t("gaps.view"), VIEWS, format_func=lambda v: t("gaps.view." + v), key="gaps_view", required=True,
            persist_state="session",
        )  # fmt: skip
        if view == "areas":
            _ask_areas(t)
        else:
            _ask_communes(t)
        with st.popover(t("coverage.more")):
            is_modelled = _ask_more(t, "areas" if view == "areas" else "communes")
    question = _question(is_modelled=is_modelled)
    ADDRESS.write()
    return question


def _ask_communes(t: Messages) -> None:
    state = st.session_state
    total = len(state["gaps_keys"])
    labels = {AGREEMENT_KEY: t("gaps.show_agreement", of=total), **_names(t)}
    show = st.selectbox(
        t("gaps.show"), [AGREEMENT_KEY, *state["gaps_keys"]], key="gaps_show", persist_state="session",
        format_func=lambda key: labels[key], help=t("gaps.show_help"),
    )  # fmt: skip
    if show == AGREEMENT_KEY:
        st.select_slider(
            t("gaps.least"), range(1, total + 1), key="gaps_least", persist_state="session",
            format_func=lambda count: t("gaps.least_of", count=count, of=total),
        )  # fmt: skip
    elif show in LIMITS:
        st.select_slider(
            t("gaps.limit"), LIMITS[show].values, key=f"gaps_limit_{show}", persist_state="session",
            format_func=lambda value: limit_name(t, show, value), help=t("gaps.limit_help"),
        )  # fmt: skip


def _names(t: Messages) -> dict[str, str]:
    return {key: definition_name(t, key, _limit_of(key)) for key in KEYS}


def _ask_areas(t: Messages) -> None:
    lack = st.selectbox(
        t("gaps.lack"), LACKS, format_func=lambda name: t("gaps.lack." + name), key="gaps_lack", persist_state="session"
    )
    if lack == "places":
        st.select_slider(
            t("gaps.few"), LIMITS["crowded"].values, key="gaps_few", persist_state="session",
            format_func=lambda value: limit_name(t, "crowded", value),
        )  # fmt: skip
    elif lack == "agreement":
        total = len(st.session_state["gaps_pkeys"])
        st.select_slider(
            t("gaps.least"), range(1, total + 1), key="gaps_agree", persist_state="session",
            format_func=lambda count: t("gaps.least_of", count=count, of=total),
        )  # fmt: skip
    else:
        st.select_slider(
            t("gaps.within"), GAP_LIMITS_MIN, format_func=lambda m: f"{m} min", key="gaps_within",
            persist_state="session",
        )  # fmt: skip


def point_name(t: Messages, key: str) -> str:
    """Return the name of a definition of points; its limit is never moved."""
    return definition_name(t, key, LIMITS[key].start if key in LIMITS else 0.0)


def agreement_name(t: Messages, gap: GapQuestion) -> str:
    """Return how many definitions of points must agree."""
    return t("gaps.agreement", least=gap.at_least, of=len(gap.keys))


def gap_name(t: Messages, gap: GapQuestion) -> str:
    """Return what is asked of the points, as a definition."""
    if gap.rule == "agreement":
        return agreement_name(t, gap)
    if gap.rule == "places":
        return definition_name(t, "crowded", gap.children_per_place)
    return definition_name(t, f"farther_{gap.mode}_{gap.limit_min:g}", 0.0)


def _ask_more(t: Messages, view: View) -> bool:
    is_modelled = modelled.switch(t)
    st.radio(
        t("gaps.year"), DEMAND_YEARS, format_func=lambda y: t(f"gaps.year.{y}"), key="gaps_year",
        persist_state="session",
    )  # fmt: skip
    st.selectbox(
        t("gaps.trip"), LIMITS_MIN, format_func=lambda m: f"{m} min", key="gaps_trip", persist_state="session",
        help=t("gaps.trip_help"),
    )  # fmt: skip
    if view == "areas":
        st.multiselect(
            t("gaps.keys"), POINT_KEYS, format_func=lambda key: point_name(t, key), key="gaps_pkeys",
            persist_state="session", help=t("gaps.point_keys_help"),
        )  # fmt: skip
    else:
        labels = _names(t)
        st.multiselect(
            t("gaps.keys"), KEYS, format_func=lambda key: labels[key], key="gaps_keys",
            persist_state="session", help=t("gaps.keys_help"),
        )  # fmt: skip
    return is_modelled


def _keep_possible() -> None:
    """Keep what is shown among what is chosen: no definition at all means those of the start."""
    state = st.session_state
    if not state["gaps_keys"]:
        state["gaps_keys"] = list(DEFAULT_KEYS)
    if state["gaps_show"] not in (AGREEMENT_KEY, *state["gaps_keys"]):
        state["gaps_show"] = AGREEMENT_KEY
    state["gaps_least"] = min(state["gaps_least"], len(state["gaps_keys"]))
    state["gaps_pkeys"] = state["gaps_pkeys"] or list(DEFAULT_POINT_KEYS)
    state["gaps_agree"] = min(state["gaps_agree"], len(state["gaps_pkeys"]))


def _limit_of(key: str) -> float:
    return float(st.session_state.get(f"gaps_limit_{key}", LIMITS[key].start)) if key in LIMITS else 0.0


def _question(*, is_modelled: bool) -> Question:
    state = st.session_state
    reach = ReachQuestion(limit_min=state["gaps_trip"], year=int(state["gaps_year"]))
    return Question(
        view=state["gaps_view"],
        show=state["gaps_show"],
        keys=tuple(key for key in KEYS if key in state["gaps_keys"]),
        at_least=int(state["gaps_least"]),
        limits={key: _limit_of(key) for key in LIMITS if _limit_of(key) != LIMITS[key].start},
        reach=reach,
        gap=_gap(reach),
        is_modelled=is_modelled,
    )


def _gap(reach: ReachQuestion) -> GapQuestion:
    # A slider that is not shown stays out of the question, so that one answer is not kept twice.
    state = st.session_state
    gap = GapQuestion(
        year=reach.year,
        keys=tuple(key for key in POINT_KEYS if key in state["gaps_pkeys"]),
        at_least=int(state["gaps_agree"]),
        day_care_min=reach.limit_min,
    )
    if state["gaps_lack"] == "agreement":
        return replace(gap, rule="agreement")
    if state["gaps_lack"] == "places":
        return replace(gap, rule="places", children_per_place=float(state["gaps_few"]))
    return replace(gap, mode=GAP_MODES[state["gaps_lack"]], limit_min=float(state["gaps_within"]))


def _read_address() -> None:
    url, state = st.query_params, st.session_state
    keys = [key for key in KEYS if key in url.get("keys", START["keys"]).split(",")[: len(KEYS)]]
    state["gaps_keys"] = keys or list(DEFAULT_KEYS)
    state["gaps_view"] = read_choice(url.get("view"), VIEWS, START["view"])
    state["gaps_show"] = read_choice(url.get("show"), [AGREEMENT_KEY, *state["gaps_keys"]], START["show"])
    counts = [str(count) for count in range(1, len(state["gaps_keys"]) + 1)]
    state["gaps_least"] = int(read_choice(url.get("least"), counts, min(START["least"], counts[-1])))
    asked = url.get("pkeys", START["pkeys"]).split(",")[: len(POINT_KEYS)]
    state["gaps_pkeys"] = [key for key in POINT_KEYS if key in asked] or list(DEFAULT_POINT_KEYS)
    counts = [str(count) for count in range(1, len(state["gaps_pkeys"]) + 1)]
    state["gaps_agree"] = int(read_choice(url.get("agree"), counts, min(START["agree"], counts[-1])))
    state["gaps_lack"] = read_choice(url.get("lack"), LACKS, START["lack"])
    shares = [f"{value:g}" for value in LIMITS["crowded"].values]
    state["gaps_few"] = float(read_choice(url.get("few"), shares, START["few"]))
    for name, choices in (("trip", LIMITS_MIN), ("year", DEMAND_YEARS), ("within", GAP_LIMITS_MIN)):
        state[f"gaps_{name}"] = int(read_choice(url.get(name), [str(value) for value in choices], START[name]))
    moved = read_limits(url.get("limits"))
    for key, limit in LIMITS.items():
        state[f"gaps_limit_{key}"] = moved.get(key, limit.start)
    nis = url.get("commune")
    state[CHOSEN_KEY] = nis if nis in cached.atlas().communes.index else None


def read_limits(text: str | None) -> dict[str, float]:
    """Return the limits that an address writes as ``key:value,key:value``; what cannot be chosen is left out."""
    found = {}
    for part in (text or "").split(",")[: len(LIMITS)]:
        key, _, written = part.partition(":")
        values = {f"{value:g}": value for value in LIMITS[key].values} if key in LIMITS else {}
        if written in values:
            found[key] = values[written]
    return found


def _address_values() -> dict[str, str | None]:
    state = st.session_state
    moved = (f"{key}:{_limit_of(key):g}" for key, limit in LIMITS.items() if _limit_of(key) != limit.start)
    return {
        **{name: str(state[f"gaps_{name}"]) for name in START if name not in ("keys", "limits", "few", "pkeys")},
        "few": f"{state['gaps_few']:g}",
        "pkeys": ",".join(key for key in POINT_KEYS if key in state["gaps_pkeys"]),
        "keys": ",".join(key for key in KEYS if key in state["gaps_keys"]),
        "limits": ",".join(moved),
        "commune": state[CHOSEN_KEY],
    }


ADDRESS: Final = Address("gaps", read=_read_address, values=_address_values, defaults=START)
