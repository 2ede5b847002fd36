"""Where a visitor starts from: a text typed or a click on the map."""

from dataclasses import dataclass

import streamlit as st

from finder.answers.nearest import Origin
from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.geocode import Place, nearest_place, resolve_place, search_places
from finder.pages import cached, components
from finder.pages.state import Point, read_point, read_text, rounded_point, write_point
from finder.words.messages import Messages

TEXT_KEY = "find_text"
POINT_KEY = "find_point"
MAP_KEY = "find_map"


@dataclass(frozen=True)
class Start:
    """A place to travel from; ``label`` is what the page calls it, ``doubt`` what must be said of its position."""

    point: Point
    label: str
    doubt: str

    def origin(self) -> Origin:
        """Return the place as answers take it."""
        return Origin(lon=self.point[1], lat=self.point[0], label=self.label)


def read_address() -> None:
    """Take the place from the address bar."""
    st.session_state[TEXT_KEY] = read_text(st.query_params.get("q"))
    st.session_state[POINT_KEY] = read_point(st.query_params.get("at"))


def address_values() -> dict[str, str | None]:
    """Return the place as the address bar writes it."""
    point = st.session_state[POINT_KEY]
    return {"q": read_text(st.session_state[TEXT_KEY]), "at": write_point(point) if point else None}


def take_text() -> None:
    """Let a text just typed replace a point clicked before."""
    st.session_state[POINT_KEY] = None


def take_click() -> None:
    """Let a click on the map replace the text; kept to about 100 m only."""
    point = components.clicked_point(st.session_state.get(MAP_KEY), "last_clicked")
    if point is not None:
        st.session_state[POINT_KEY] = rounded_point(*point)
        st.session_state[TEXT_KEY] = ""


def current_start(t: Messages) -> Start | str:
    """Return where to start from, or the sentence to show instead: an invitation, a question, an apology."""
    point: Point | None = st.session_state[POINT_KEY]
    if point is not None:
        return _from_point(t, point)
    text = read_text(st.session_state[TEXT_KEY])
    if not text:
        return t("find.invite")
    places = search_places(cached.atlas().gazetteer, text)
    if not places:
        return t("find.not_found", text=text)
    place = _choose(t, text, places)
    if place is None:
        return t("find.choose_first")
    doubt = t("origin.partial", text=text) if place.is_partial else t("origin." + place.precision)
    return Start((place.lat, place.lon), place.label, doubt)


def _choose(t: Messages, text: str, places: list[Place]) -> Place | None:
    if len(places) == 1:
        return places[0]
    try:
        resolve_place(cached.atlas().gazetteer, text)
        first: int | None = 0
    except AmbiguousPlaceError:
        first = None
    except PlaceNotFoundError:
        first = 0
    labels = [place.label for place in places]
    chosen = st.selectbox(
        t("find.which"), range(len(places)), index=first, format_func=lambda i: labels[i], key=f"which-{text}",
        placeholder=t("find.which_hint"),
    )  # fmt: skip
    return None if chosen is None else places[chosen]


def _from_point(t: Messages, point: Point) -> Start | str:
    try:
        near = nearest_place(cached.atlas().gazetteer, point[1], point[0])
    except PlaceNotFoundError:
        return t("find.outside")
    return Start(point, t("origin.near", place=near.label), t("origin.point"))
