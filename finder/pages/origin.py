"""Where a visitor starts from: a text typed, a click on the map, or the position the browser gives on request."""

import unicodedata
from dataclasses import dataclass
from functools import partial

import streamlit as st

from finder.answers.nearest import UNSURE_OF_A_POINT_M, Origin
from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.coordinates import read_coordinates
from finder.geo.geocode import Place, nearest_place, resolve_place, search_places, why_not_found
from finder.geo.street_near import nearest_street
from finder.pages import cached, components, geolocation
from finder.pages.state import TEXT_LENGTH_MAX, Point, read_point, read_text, rounded_point, write_point
from finder.words.messages import Messages

FIND = "find"
TEXT_KEY = "find_text"
POINT_KEY = "find_point"
MAP_KEY = "find_map"
PROBLEM_KEY = "find_location_problem"
TOO_LONG_KEY = "find_text_too_long"
"""Whether the text of the link was longer than the box takes: half an address would be another place."""

AREAS = ("commune", "locality", "postcode")
"""Places that tell nobody's door: their name may stand in a link."""


def text_key(prefix: str) -> str:
    """Return where the session keeps the text typed for the place ``prefix``; a page may ask for more than one."""
    return f"{prefix}_text"


def point_key(prefix: str) -> str:
    """Return where the session keeps the point clicked, shared or given by the browser for the place ``prefix``."""
    return f"{prefix}_point"


@dataclass(frozen=True)
class Start:
    """A place to travel from; ``label`` is what the page calls it, ``doubt`` what must be said of its position.

    ``uncertainty_m`` is how far off the point may be, in metres.
    """

    point: Point
    label: str
    doubt: str
    uncertainty_m: float

    def origin(self) -> Origin:
        """Return the place as answers take it."""
        return Origin(self.point[1], self.point[0], self.label, uncertainty_m=self.uncertainty_m)


def read_address() -> None:
    """Take the place from the address bar."""
    text = st.query_params.get("q") or ""
    is_too_long = len(text) > TEXT_LENGTH_MAX
    st.session_state[TOO_LONG_KEY] = is_too_long
    st.session_state[TEXT_KEY] = "" if is_too_long else read_text(text)
    st.session_state[POINT_KEY] = read_point(st.query_params.get("at"))


def address_values() -> dict[str, str | None]:
    """Return the place as the address bar writes it: the name of an area, else a point rounded to about 100 m.

    A street or a house number never stands in a link, nor does a text that means no place.
    """
    point: Point | None = st.session_state[POINT_KEY]
    if point is not None:
        return {"q": None, "at": write_point(point)}
    meant: Place | Point | None = st.session_state.get(_meant_key(FIND))
    if isinstance(meant, Place):
        if meant.precision in AREAS and not meant.is_partial:
            return {"q": read_text(st.session_state[TEXT_KEY]), "at": None}
        meant = rounded_point(meant.lat, meant.lon)
    return {"q": None, "at": write_point(meant) if meant else None}


def take_text(prefix: str = FIND) -> None:
    """Let a text just typed replace a point clicked before."""
    st.session_state[point_key(prefix)] = None
    st.session_state[_problem_key(prefix)] = None
    st.session_state[TOO_LONG_KEY] = False


def take_click() -> None:
    """Let a click on the map replace the text; kept to about 100 m only."""
    point = components.clicked_point(st.session_state.get(MAP_KEY), "last_clicked")
    if point is not None:
        take_point(rounded_point(*point))


def take_location(prefix: str = FIND) -> None:
    """Let the position that the browser gave replace the text, or keep why it gave none."""
    found = geolocation.read_location(st.session_state[_location_key(prefix)].answer)
    if isinstance(found, str):
        st.session_state[_problem_key(prefix)] = found
    else:
        take_point(found, prefix)


def take_point(point: Point, prefix: str = FIND) -> None:
    """Let a point, rounded already, replace the text."""
    st.session_state[point_key(prefix)] = point
    st.session_state[text_key(prefix)] = ""
    st.session_state[_problem_key(prefix)] = None


def _location_key(prefix: str) -> str:
    return f"{prefix}_location"


def _problem_key(prefix: str) -> str:
    return f"{prefix}_location_problem"


def _meant_key(prefix: str) -> str:
    """Return where the session keeps the place or point that the text means, once it is known."""
    return f"{prefix}_meant"


def show_location_button(t: Messages, prefix: str = FIND) -> None:
    """Show the button that asks the browser for the position, and why the last press gave none."""
    geolocation.location_button(t, key=_location_key(prefix), on_answer=partial(take_location, prefix))
    problem = st.session_state.get(_problem_key(prefix))
    if problem:
        components.notes([t("search.position." + problem)])


def current_start(t: Messages) -> Start | str:
    """Return where to start from, or the sentence to show instead: an invitation, a question, an apology."""
    return asked_place(t, FIND)


def asked_place(t: Messages, prefix: str) -> Start | str:
    """Return the place asked for under ``prefix``, or the sentence to show instead, as :func:`current_start`."""
    st.session_state[_meant_key(prefix)] = None
    point: Point | None = st.session_state[point_key(prefix)]
    if point is not None:
        return _from_point(t, point)
    text = read_text(st.session_state[text_key(prefix)])
    if not text:
        is_too_long = prefix == FIND and st.session_state.get(TOO_LONG_KEY)
        return t("search.refused.length", most=TEXT_LENGTH_MAX) if is_too_long else t("find.invite")
    typed = read_coordinates(text)
    if typed is not None:
        st.session_state[_meant_key(prefix)] = rounded_point(typed[1], typed[0])
        return _from_point(t, rounded_point(typed[1], typed[0]))
    gazetteer = cached.atlas().gazetteer
    places = search_places(gazetteer, text)
    if not places:
        return t("search.refused." + why_not_found(gazetteer, text), text=_isolated(text))
    place = _choose(t, text, places, prefix)
    if place is None:
        return t("find.choose_first")
    st.session_state[_meant_key(prefix)] = place
    known = t("origin." + place.precision, number=place.house_number)
    doubt = t("origin.partial", text=_isolated(text)) if place.is_partial else known
    return Start((place.lat, place.lon), place.label, doubt, place.uncertainty_m)


def _choose(t: Messages, text: str, places: list[Place], prefix: str) -> Place | None:
    question = "find.which"
    try:
        resolve_place(cached.atlas().gazetteer, text)
        first: int | None = 0
    except AmbiguousPlaceError:
        first = 0 if len(places) == 1 else None
    except PlaceNotFoundError:
        # A street that is only somewhat like the text is a guess: the visitor says whether it is meant.
        is_guess = not places[0].is_partial
        first, question = (None, "search.guess") if is_guess else (0, question)
    if len(places) == 1 and first == 0:
        return places[0]
    labels = [place.label for place in places]
    chosen = st.selectbox(
        t(question), range(len(places)), index=first, format_func=lambda i: labels[i], key=f"which-{prefix}-{text}",
        placeholder=t("find.which_hint"),
    )  # fmt: skip
    return None if chosen is None else places[chosen]


def _from_point(t: Messages, point: Point) -> Start | str:
    gazetteer = cached.atlas().gazetteer
    try:
        near = nearest_place(gazetteer, point[1], point[0])
    except PlaceNotFoundError:
        return t("find.outside")
    street = nearest_street(gazetteer, point[1], point[0], nis=near.nis, network=cached.atlas().network)
    return Start(point, t("origin.near", place=(street or near).label), t("origin.point"), UNSURE_OF_A_POINT_M)


def _isolated(text: str) -> str:
    """Return ``text`` so that letters written from right to left do not turn the sentence round them."""
    is_turned = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text)
    return f"\u2068{text}\u2069" if is_turned else text
