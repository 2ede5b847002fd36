"""Where mobile units start: nobody says so, then it is assumed; or places typed with the units of each."""

from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.mobile_question import DepotChoice
from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.geocode import resolve_place
from finder.pages import cached
from finder.pages.state import read_text
from finder.words.messages import Messages

DEPOTS_MAX: Final = 8
UNITS_MAX: Final = 12
BASE_KEY: Final = "mobile_depots_base"
ROWS_KEY: Final = "mobile_depots_rows"
VERSION_KEY: Final = "mobile_depots_version"

Row = tuple[str, int]
"""A place as typed, and how many units start there."""


def ask(t: Messages) -> None:
    """Show the table in which depots are typed."""
    state = st.session_state
    key = f"mobile_depots_{state[VERSION_KEY]}"
    if key not in state:
        # The table is new on the page: it begins with what it was left with.
        state[BASE_KEY] = state[ROWS_KEY]
    with st.expander(t("mobile.depots"), key="mobile_depots_panel"):
        st.caption(t("mobile.depots_help"))
        base = pd.DataFrame(state[BASE_KEY], columns=["place", "units"]).astype({"place": "str", "units": "int64"})
        edited = st.data_editor(
            base,
            key=key,
            num_rows="dynamic",
            hide_index=True,
            column_config={
                "place": st.column_config.TextColumn(t("mobile.depots.place"), max_chars=80, required=True),
                "units": st.column_config.NumberColumn(
                    t("mobile.depots.units"),
                    width="small",
                    min_value=1,
                    max_value=UNITS_MAX,
                    step=1,
                    default=1,
                    required=True,
                ),
            },
        )
        rows = [
            (read_text(str(row["place"]).replace(";", ",")), int(row["units"]))
            for row in edited.dropna().head(DEPOTS_MAX).to_dict("records")
        ]
        found = [row for row in rows if row[0]]
    if found != state[ROWS_KEY]:
        state[ROWS_KEY] = found
        # The controls above were shown with the depots of before.
        st.rerun()


def units_in_all() -> int | None:
    """Return how many units the typed depots have together, None where none is typed."""
    rows: list[Row] = st.session_state[ROWS_KEY]
    return sum(units for _, units in rows) if rows else None


def chosen(t: Messages) -> tuple[DepotChoice, ...] | str:
    """Return the typed depots, none for those assumed, or what is wrong with a place, as a sentence."""
    depots = []
    rows: list[Row] = st.session_state[ROWS_KEY]
    for number, (text, units) in enumerate(rows, start=1):
        try:
            place = resolve_place(cached.atlas().gazetteer, text)
        except AmbiguousPlaceError:
            return t("mobile.problem.which_place", place=text)
        except PlaceNotFoundError:
            return t("mobile.problem.no_place", place=text)
        depots.append(DepotChoice(f"depot-{number}", place.label, place.lon, place.lat, units, units))
    return tuple(depots)


def read(text: str | None) -> None:
    """Take the depots from the address: places and units, such as ``Bastogne:2;Huy:1``."""
    rows: list[Row] = []
    for part in (text or "")[: DEPOTS_MAX * 90].split(";")[:DEPOTS_MAX]:
        place, _, units = part.rpartition(":")
        if read_text(place) and units.isascii() and units.isdigit() and 1 <= int(units) <= UNITS_MAX:
            rows.append((read_text(place), int(units)))
    state = st.session_state
    state[BASE_KEY] = state[ROWS_KEY] = rows
    state[VERSION_KEY] = state.get(VERSION_KEY, 0) + 1


def written() -> str:
    """Return the depots as the address writes them."""
    return ";".join(f"{place}:{units}" for place, units in st.session_state[ROWS_KEY])
