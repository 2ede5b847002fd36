"""What a family tells the guide: stage, a date of birth if it likes, and an address if it likes."""

import datetime
from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.answers.timeline import PREGNANCY_DAYS, age_months
from finder.pages import components, origin, placed
from finder.pages.origin import Start
from finder.pages.state import read_choice
from finder.tables import STAGES
from finder.words.messages import Messages

PREFIX: Final = "guide"
STAGE_KEY: Final = "guide_stage"
DATE_KEY: Final = "guide_date"
WAITING_KEY: Final = "guide_waiting"
DEFAULTS: Final = {"stage": "pregnancy"}
OVERDUE_DAYS: Final = 14
"""A pregnancy may last two weeks longer than its due date says."""

OLDEST_DAYS: Final = 7 * 366
TYPED: Final = (datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
"""Dates that the box takes: wide, so that a date too early or too late gets our sentence, in the reader's language."""

WEEKS_DAYS: Final = 42
THREE_YEARS: Final = 36


@dataclass(frozen=True)
class Question:
    """Stage of the life line; day of birth, expected or real, or None; where the family lives.

    ``place`` is a sentence where the text typed is not a place, and None where nothing was typed.
    """

    stage: str
    birth: datetime.date | None
    is_expected: bool
    place: Start | str | None


def read_address() -> None:
    """Take stage and place from the address bar; a place given on the page Find in this visit is known here too."""
    st.session_state[STAGE_KEY] = read_choice(st.query_params.get("stage"), STAGES, DEFAULTS["stage"])
    placed.read_place(PREFIX, st.query_params.get("at"))
    if not placed.is_asked(PREFIX):
        for key in (origin.text_key, origin.point_key):
            st.session_state[key(PREFIX)] = st.session_state.get(key(origin.FIND), st.session_state[key(PREFIX)])
    # The date lives in the session only: no link and no file of ours ever holds it.
    st.session_state.setdefault(DATE_KEY, None)
    st.session_state.setdefault(WAITING_KEY, False)


def address_values() -> dict[str, str | None]:
    """Return stage and rounded point as the address bar writes them; the date is not among them."""
    return {"stage": st.session_state[STAGE_KEY], "at": placed.shared_point(PREFIX)}


def show_controls(t: Messages) -> Question:
    """Show the controls and return what they say."""
    today = datetime.date.today()
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("guide.stage"), STAGES, key=STAGE_KEY, format_func=lambda stage: t("stage." + stage),
            persist_state="session",
        )  # fmt: skip
        st.date_input(
            t("guide.date"), key=DATE_KEY, format="DD/MM/YYYY", on_change=_follow_date, persist_state="session",
            min_value=TYPED[0], max_value=TYPED[1],
        )  # fmt: skip
        st.text_input(
            t("find.where"), key=origin.text_key(PREFIX), placeholder=t("find.example"), max_chars=80,
            on_change=origin.take_text, args=(PREFIX,), persist_state="session",
        )  # fmt: skip
    birth = _birth(today)
    if birth is None and st.session_state[DATE_KEY] is not None:
        components.notes([t("guide.date_outside")])
    if birth is not None and 0 <= (today - birth).days <= OVERDUE_DAYS:
        st.checkbox(t("guide.waiting"), key=WAITING_KEY, on_change=_follow_date, persist_state="session")
    place = placed.current_place(t, PREFIX) if placed.is_asked(PREFIX) else None
    told = t("guide.place", place=place.label, doubt=place.doubt) if isinstance(place, Start) else place
    components.notes([*([told] if told else []), t("guide.private")])
    return Question(st.session_state[STAGE_KEY], birth, _is_expected(birth, today), place)


def stage_on(birth: datetime.date, today: datetime.date, *, is_expected: bool) -> str:
    """Return the stage of the life line on a day; the first weeks are the 42 days after the birth."""
    if is_expected:
        return "pregnancy"
    if (today - birth).days <= WEEKS_DAYS:
        return "first_weeks"
    return "age_0_3" if age_months(birth, today) < THREE_YEARS else "age_3_6"


def _birth(today: datetime.date) -> datetime.date | None:
    """Return the date given, None where there is none or where no step of the life line is near it."""
    birth: datetime.date | None = st.session_state[DATE_KEY]
    is_near = birth is not None and -PREGNANCY_DAYS <= (today - birth).days <= OLDEST_DAYS
    return birth if is_near else None


def _is_expected(birth: datetime.date | None, today: datetime.date) -> bool:
    if birth is None or birth > today:
        return birth is not None
    return (today - birth).days <= OVERDUE_DAYS and bool(st.session_state[WAITING_KEY])


def _follow_date() -> None:
    today = datetime.date.today()
    birth = _birth(today)
    if birth is not None:
        st.session_state[STAGE_KEY] = stage_on(birth, today, is_expected=_is_expected(birth, today))
