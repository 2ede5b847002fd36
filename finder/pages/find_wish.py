"""The filters of the page Find: what a family wishes, in the session and in the address."""

import dataclasses
import datetime
import re
from typing import Final

import streamlit as st

from finder.answers.search_filters import FilterCount, Wish
from finder.pages import components
from finder.words.messages import Messages

LANGUAGES_SPOKEN: Final = ("fr", "nl", "de", "en")
SWITCHES: Final = ("income_related", "subsidised", "early", "late", "weekend", "step_free", "places_free")
AGES: Final = (0, 72)
"""Months: ONE follows children until they are six."""
LENGTH_MAX: Final = 120
NAMES: Final = (*SWITCHES, "languages", "open_at", "age_months")

_KEY: Final = "find_wish_"
_AT: Final = re.compile(r"at-([0-6])-([01]\d|2[0-3])([0-5]\d)")
_AGE: Final = re.compile(r"age-(\d{1,2})")


def read_wish(text: str | None) -> Wish:
    """Return the wish that an address writes; what it does not know there is left out."""
    tokens = set((text or "")[:LENGTH_MAX].split("."))
    ages = [int(found[1]) for token in tokens if (found := _AGE.fullmatch(token)) and int(found[1]) <= AGES[1]]
    moments = [
        (int(found[1]), datetime.time(int(found[2]), int(found[3])))
        for token in tokens
        if (found := _AT.fullmatch(token))
    ]
    return Wish(
        languages=tuple(code for code in LANGUAGES_SPOKEN if f"lang-{code}" in tokens),
        open_at=min(moments, default=None),
        age_months=min(ages, default=None),
        income_related="income_related" in tokens,
        subsidised="subsidised" in tokens,
        early="early" in tokens,
        late="late" in tokens,
        weekend="weekend" in tokens,
        step_free="step_free" in tokens,
        places_free="places_free" in tokens,
    )


def write_wish(wish: Wish) -> str:
    """Return a wish as an address writes it; nothing wished is an empty text."""
    tokens = [name for name in SWITCHES if getattr(wish, name)]
    tokens += [f"lang-{code}" for code in wish.languages]
    if wish.open_at is not None:
        weekday, time = wish.open_at
        tokens.append(f"at-{weekday}-{time:%H%M}")
    if wish.age_months is not None:
        tokens.append(f"age-{wish.age_months}")
    return ".".join(tokens)


def put_wish(wish: Wish) -> None:
    """Put a wish into the session, where the controls show it."""
    for name in SWITCHES:
        st.session_state[_KEY + name] = getattr(wish, name)
    st.session_state[_KEY + "languages"] = list(wish.languages)
    st.session_state[_KEY + "day"] = wish.open_at[0] if wish.open_at else None
    st.session_state[_KEY + "hour"] = wish.open_at[1] if wish.open_at else datetime.time(12)
    st.session_state[_KEY + "age"] = wish.age_months


def current_wish() -> Wish:
    """Return the wish that the controls show."""
    state = st.session_state
    day = state[_KEY + "day"]
    return Wish(
        languages=tuple(state[_KEY + "languages"]),
        open_at=None if day is None else (int(day), state[_KEY + "hour"]),
        age_months=None if state[_KEY + "age"] is None else int(state[_KEY + "age"]),
        income_related=bool(state[_KEY + "income_related"]),
        subsidised=bool(state[_KEY + "subsidised"]),
        early=bool(state[_KEY + "early"]),
        late=bool(state[_KEY + "late"]),
        weekend=bool(state[_KEY + "weekend"]),
        step_free=bool(state[_KEY + "step_free"]),
        places_free=bool(state[_KEY + "places_free"]),
    )


def show_filters(t: Messages) -> None:
    """Show the filters behind one button that says how many are on."""
    count = wish_count(current_wish())
    with st.popover(t("find.filters_on", count=count) if count else t("find.filters"), icon=":material/tune:"):
        components.notes([t("filter.intro")])
        st.pills(
            t("filter.languages"), LANGUAGES_SPOKEN, selection_mode="multi", key=_KEY + "languages",
            format_func=lambda code: t("language." + code), persist_state="session",
        )  # fmt: skip
        for name in SWITCHES:
            st.checkbox(t("filter." + name), key=_KEY + name, persist_state="session")
        day, hour = st.columns(2)
        with day:
            st.selectbox(
                t("filter.open_at"), range(7), index=None, key=_KEY + "day", placeholder=t("filter.any"),
                format_func=lambda weekday: t(f"weekday.{weekday}"), persist_state="session",
            )  # fmt: skip
        with hour:
            st.time_input(t("filter.hour"), key=_KEY + "hour", step=1800, persist_state="session")
        st.number_input(
            t("filter.age_months"), AGES[0], AGES[1], value=None, key=_KEY + "age", placeholder=t("filter.any"),
            persist_state="session",
        )  # fmt: skip
        st.button(t("filter.clear"), on_click=put_wish, args=(Wish(),), disabled=not count)


def wish_count(wish: Wish) -> int:
    """Return how many filters are on."""
    return sum(getattr(wish, name) not in (False, None, ()) for name in NAMES)


def wish_texts(t: Messages, counts: dict[str, FilterCount]) -> list[str]:
    """Return what each filter did: how many it hid, how many it could not judge."""
    return [
        t("filter.told", filter=t("filter." + name), hidden=count.hidden_count, unknown=count.could_not_judge_count)
        for name, count in counts.items()
    ]


def added(counts: list[dict[str, FilterCount]]) -> dict[str, FilterCount]:
    """Return the counts of several kinds together."""
    total: dict[str, FilterCount] = {}
    for each in counts:
        for name, count in each.items():
            before = total.get(name, FilterCount(0, 0))
            total[name] = dataclasses.replace(
                before,
                hidden_count=before.hidden_count + count.hidden_count,
                could_not_judge_count=before.could_not_judge_count + count.could_not_judge_count,
            )
    return total
