"""What the page of a commune keeps between two looks: the basis of all sheets, measured once a day."""

import datetime

import streamlit as st

from finder.answers.commune_sheet import ACCESS_KINDS, CommuneSheet, SheetBasis, commune_sheet
from finder.answers.places_reach import ReachQuestion
from finder.pages import cached, cached_planner


@st.cache_resource(show_spinner=False, max_entries=2)
def basis(day: datetime.date) -> SheetBasis:
    """Return what the sheets of a day rest on, from the answers that the other pages share."""
    question = ReachQuestion()
    return SheetBasis(
        day=day,
        measures=cached_planner.measures(question),
        judgement=cached_planner.judgement(question),
        access={kind: cached.access(kind, "car", day) for kind in ACCESS_KINDS},
        minutes={kind: cached.access_table(kind, "car", day, 1, "commune") for kind in ACCESS_KINDS},
    )


@st.cache_resource(show_spinner=False, max_entries=60)
def whole_sheet(nis: str, day: datetime.date) -> CommuneSheet:
    """Return the sheet of a commune with all that rests on the model."""
    return commune_sheet(cached.atlas(), basis(day), nis)


def sheet(nis: str, day: datetime.date, *, is_modelled: bool) -> CommuneSheet:
    """Return the sheet of a commune, with or without what rests on the model."""
    found = whole_sheet(nis, day)
    return found if is_modelled else found.without_model()
