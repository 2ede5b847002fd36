"""What a planner asks: kind, mode, figure, day, rank; and the commune clicked."""

import datetime
from dataclasses import dataclass
from typing import Final

import streamlit as st
from shapely import Point

from finder.answers.access import PEOPLE_OF_KIND
from finder.geo.episodes import FIRST_DAY
from finder.geo.projection import to_lambert
from finder.pages import cached, components
from finder.pages.address import Address
from finder.pages.choices import FAMILY_KINDS
from finder.pages.figures import FIGURES
from finder.pages.state import read_choice, read_day
from finder.units import MODES, Mode, as_mode
from finder.words.messages import Messages

MAP_KEY: Final = "coverage_map"
CHOSEN_KEY: Final = "coverage_nis"
CHANGE_NAME: Final = "change"
START: Final = {"kind": "maternity", "mode": "car", "figure": "median", "rank": "1"}


@dataclass(frozen=True)
class Question:
    """What the page shows."""

    kind: str
    mode: Mode
    figure: str
    day: datetime.date
    rank: int


def ask(t: Messages) -> Question:
    """Show the controls and return the question; the address bar follows."""
    ADDRESS.follow()
    today = datetime.date.today()
    kinds = _kinds()
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            t("find.kind"), kinds, format_func=lambda k: t("kind." + k), key="coverage_kind", persist_state="session"
        )
        mode = st.selectbox(
            t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="coverage_mode", persist_state="session"
        )
        if st.session_state["coverage_figure"] not in _figures(kind):
            st.session_state["coverage_figure"] = START["figure"]
        figure = st.selectbox(
            t("coverage.figure"), _figures(kind), format_func=lambda f: t("figure." + f), key="coverage_figure",
            persist_state="session",
            help=t("coverage.figure_help"),
        )  # fmt: skip
        with st.popover(t("coverage.more")):
            rank = st.radio(
                t("coverage.rank"),
                ["1", "3"],
                format_func=lambda r: t("rank." + r),
                key="coverage_rank",
                persist_state="session",
            )
            st.toggle(t("coverage.sites"), value=True, key="coverage_sites", persist_state="session")
    day = today
    if kind == "maternity":
        day = st.slider(
            t("coverage.day"), min_value=FIRST_DAY, max_value=today, key="coverage_day", persist_state="session",
            step=datetime.timedelta(days=1), format="DD/MM/YYYY",
        )  # fmt: skip
    question = Question(kind, as_mode(mode), figure, day, int(rank))
    ADDRESS.write()
    return question


def _kinds() -> list[str]:
    atlas = cached.atlas()
    return [kind for kind in FAMILY_KINDS if kind in PEOPLE_OF_KIND and atlas.is_complete(kind)]


def _figures(kind: str) -> list[str]:
    return [*FIGURES, CHANGE_NAME] if kind == "maternity" else list(FIGURES)


def _read_address() -> None:
    today = datetime.date.today()
    kind = read_choice(st.query_params.get("kind"), _kinds(), START["kind"])
    allowed: dict[str, list[str]] = {
        "kind": _kinds(),
        "mode": list(MODES),
        "figure": _figures(kind),
        "rank": ["1", "3"],
    }
    for name, values in allowed.items():
        st.session_state[f"coverage_{name}"] = read_choice(st.query_params.get(name), values, START[name])
    st.session_state["coverage_day"] = read_day(st.query_params.get("day"), first=FIRST_DAY, last=today)
    nis = st.query_params.get("commune")
    st.session_state[CHOSEN_KEY] = nis if nis in cached.atlas().communes.index else None


def _address_values() -> dict[str, str | None]:
    day: datetime.date = st.session_state["coverage_day"]
    chosen: dict[str, str | None] = {name: st.session_state[f"coverage_{name}"] for name in START}
    is_past = day != datetime.date.today() and chosen["kind"] == "maternity"
    return {**chosen, "day": day.isoformat() if is_past else None, "commune": st.session_state[CHOSEN_KEY]}


ADDRESS: Final = Address("coverage", read=_read_address, values=_address_values, defaults=START)


def take_click(map_key: str = MAP_KEY) -> None:
    """Choose the commune clicked on a page's map."""
    point = components.clicked_point(st.session_state.get(map_key), "last_object_clicked")
    if point is None:
        return
    x, y = to_lambert(point[1], point[0])
    communes = cached.atlas().communes
    inside = communes.sindex.query(Point(float(x), float(y)), predicate="intersects")
    if len(inside):
        st.session_state[CHOSEN_KEY] = str(communes.index[int(inside[0])])
