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
from finder.pages.choices import FAMILY_KINDS
from finder.pages.figures import FIGURES
from finder.pages.i18n import Messages
from finder.pages.state import read_choice, read_day
from finder.units import MODES, Mode, as_mode

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
    today = datetime.date.today()
    atlas = cached.atlas()
    kinds: list[str] = [kind for kind in FAMILY_KINDS if kind in PEOPLE_OF_KIND and atlas.is_complete(kind)]
    allowed: dict[str, list[str]] = {
        "kind": kinds,
        "mode": list(MODES),
        "figure": [*FIGURES, CHANGE_NAME],
        "rank": ["1", "3"],
    }
    for name, values in allowed.items():
        start = read_choice(st.query_params.get(name), values, START[name])
        st.session_state.setdefault(f"coverage_{name}", start)
    st.session_state.setdefault("coverage_day", read_day(st.query_params.get("day"), first=FIRST_DAY, last=today))
    st.session_state.setdefault(CHOSEN_KEY, _known_commune(st.query_params.get("commune")))
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(t("find.kind"), kinds, format_func=lambda k: t("kind." + k), key="coverage_kind")
        mode = st.selectbox(t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="coverage_mode")
        figure = st.selectbox(
            t("coverage.figure"), _figures(kind), format_func=lambda f: t("figure." + f), key="coverage_figure",
            help=t("coverage.figure_help"),
        )  # fmt: skip
        with st.popover(t("coverage.more")):
            rank = st.radio(t("coverage.rank"), ["1", "3"], format_func=lambda r: t("rank." + r), key="coverage_rank")
            st.toggle(t("coverage.sites"), value=True, key="coverage_sites")
    day = today
    if kind == "maternity":
        day = st.slider(
            t("coverage.day"), min_value=FIRST_DAY, max_value=today, key="coverage_day",
            step=datetime.timedelta(days=1), format="DD/MM/YYYY",
        )  # fmt: skip
    question = Question(kind, as_mode(mode), figure, day, int(rank))
    _write_address(t, question, today)
    return question


def _figures(kind: str) -> list[str]:
    return [*FIGURES, CHANGE_NAME] if kind == "maternity" else list(FIGURES)


def _known_commune(nis: str | None) -> str | None:
    return nis if nis in cached.atlas().communes.index else None


def _write_address(t: Messages, q: Question, today: datetime.date) -> None:
    values = {
        "kind": q.kind,
        "mode": q.mode,
        "figure": q.figure,
        "rank": str(q.rank),
        "day": q.day.isoformat() if q.day != today else None,
        "commune": st.session_state[CHOSEN_KEY],
    }
    components.write_address(t, "coverage", values, START)


def take_click() -> None:
    """Choose the commune clicked on the map."""
    point = components.clicked_point(st.session_state.get(MAP_KEY), "last_object_clicked")
    if point is None:
        return
    x, y = to_lambert(point[1], point[0])
    communes = cached.atlas().communes
    inside = communes.sindex.query(Point(float(x), float(y)), predicate="intersects")
    if len(inside):
        st.session_state[CHOSEN_KEY] = str(communes.index[int(inside[0])])
