"""A place that a page asks for beside others, and the rounded point of it that a link carries, never the text."""

import streamlit as st

from finder.pages import origin
from finder.pages.origin import Start
from finder.pages.state import Point, read_point, rounded_point, write_point
from finder.words.messages import Messages


def read_place(prefix: str, text: str | None) -> None:
    """Take the place ``prefix`` from what an address says of it: a point, or none."""
    st.session_state[origin.text_key(prefix)] = ""
    st.session_state[origin.point_key(prefix)] = read_point(text)
    st.session_state[_placed_key(prefix)] = None


def is_asked(prefix: str) -> bool:
    """Return whether anything was typed, clicked or shared for the place."""
    return bool(st.session_state[origin.text_key(prefix)]) or st.session_state[origin.point_key(prefix)] is not None


def current_place(t: Messages, prefix: str) -> Start | str:
    """Return the place, or the sentence to show instead, and remember its point for the link."""
    place = origin.asked_place(t, prefix)
    text = st.session_state[origin.text_key(prefix)]
    # Kept with its text: once another one is typed, the link waits until that is placed.
    placed = (text, rounded_point(*place.point)) if isinstance(place, Start) else None
    st.session_state[_placed_key(prefix)] = placed
    return place


def shared_point(prefix: str) -> str | None:
    """Return the place as an address writes it: to about 100 m."""
    point: Point | None = st.session_state[origin.point_key(prefix)]
    placed: tuple[str, Point] | None = st.session_state[_placed_key(prefix)]
    if point is None and placed is not None and placed[0] == st.session_state[origin.text_key(prefix)]:
        point = placed[1]
    return None if point is None else write_point(point)


def _placed_key(prefix: str) -> str:
    return f"{prefix}_placed"
