"""The answer and the list of the page On my way."""

import datetime
import html
import math
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder.answers.on_my_way import OnMyWay
from finder.maps.palettes import KIND_COLOURS
from finder.pages import cached, cards, components, kinds
from finder.pages.choices import flag_keys
from finder.pages.way_question import Question
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, minutes_text

CHOSEN_KEY: Final = "way_chosen"
SHOWN_COUNT: Final = 10
SAME_PLACE_MIN: Final = 1.0
"""Nearer than this, home and work are one place and every stop is a trip of its own."""


def added_text(minutes: float, t: Messages) -> str:
    """Return minutes that a stop adds, such as "+ 6 min"; none is "+ 0 min", not "< 1 min"."""
    whole = math.floor(minutes + 0.5)
    return f"+{NO_BREAK}{minutes_text(whole, t.language) if whole else f'0{NO_BREAK}min'}"


def answer_texts(t: Messages, question: Question, measured: OnMyWay | None) -> list[str]:
    """Return the sentences of the answer: who adds least, how long it all takes, how that differs from the nearest."""
    home, work = question.home, question.work
    if measured is None or isinstance(home, str) or isinstance(work, str):
        return [text for text in (home, work) if isinstance(text, str)]
    words = {"kind": kinds.kinds_text(t, question.kind), "by": t("by." + question.mode)}
    if not len(measured.found):
        return [_nothing(t, question, measured, words)]
    first = measured.found.iloc[0]
    return [
        t("way.best" if measured.is_complete else "way.best_known", name=first["name"], **_minutes(t, first), **words),
        t("way.whole", **_whole(t, measured, first)),
        _beside_the_nearest(t, measured),
        *_doubts(t, measured.found),
    ]


def notes(t: Messages, question: Question, measured: OnMyWay | None) -> list[str]:
    """Return what to know of the answer: both ends, and that our list is not complete."""
    home, work = question.home, question.work
    if measured is None or isinstance(home, str) or isinstance(work, str):
        return []
    texts = [t("way.ends", home=home.label, home_doubt=home.doubt, work=work.label, work_doubt=work.doubt)]
    if min(measured.direct_there_min, measured.direct_back_min) < SAME_PLACE_MIN:
        texts.append(t("way.same_place"))
    if len(measured.found) and not measured.is_complete:
        texts.append(t("way.incomplete"))
    return texts


def _doubts(t: Messages, found: pd.DataFrame) -> list[str]:
    """Say what is not sure of the first place, and which is the first to be sure of."""
    flags = flag_keys(found.iloc[0])
    if not flags:
        return []
    texts = [t("way.unsure", flags=", ".join(t(key) for key in flags))]
    sure = next((row for _, row in found.head(SHOWN_COUNT).iterrows() if not flag_keys(row)), None)
    return texts if sure is None else [*texts, t("way.sure", name=sure["name"], **_minutes(t, sure))]


def _nothing(t: Messages, question: Question, measured: OnMyWay, words: dict[str, str]) -> str:
    if max(measured.direct_there_min, measured.direct_back_min) == float("inf"):
        return t("way.no_way", by=words["by"])
    has_places = len(cached.supply(question.kind, measured.day).located) > 0
    return t("way.none" if has_places else "way.none_located", **words)


def _beside_the_nearest(t: Messages, measured: OnMyWay) -> str:
    nearest = measured.found.sort_values("home_min", kind="stable").iloc[0]
    minutes = minutes_text(nearest["home_min"], t.language)
    if nearest["rank"] == 1:
        return t("way.nearest_too", minutes=minutes)
    words = {"minutes": minutes, "rank": int(nearest["rank"]), "count": len(measured.found)}
    return t("way.nearest_other", name=nearest["name"], **words, **_minutes(t, nearest))


def _minutes(t: Messages, service: "pd.Series[Any]") -> dict[str, str]:
    return {name: added_text(service[f"detour_{name}_min"], t) for name in ("there", "back")}


def _whole(t: Messages, measured: OnMyWay, service: "pd.Series[Any]") -> dict[str, str]:
    """Return the whole trips with the stop, and without."""
    direct = {"there": measured.direct_there_min, "back": measured.direct_back_min}
    with_stop = {name: direct[name] + service[f"detour_{name}_min"] for name in direct}
    return {name: minutes_text(minutes, t.language) for name, minutes in with_stop.items()} | {
        f"{name}_direct": minutes_text(minutes, t.language) for name, minutes in direct.items()
    }


def show_official_search(t: Messages, kind: str) -> None:
    """Show first where the whole list is kept, where ours is a sample."""
    link = cards.safe_link(kinds.request_link(kind))
    if link is None or cached.atlas().is_complete(kind):
        return
    label = html.escape(t("way.official", kind=kinds.kinds_text(t, kind)))
    st.html(
        f'<p class="fi-official">{label} <a href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">'
        f"{html.escape(link.removeprefix('https://').rstrip('/'))}</a></p>"
    )


def show_cards(t: Messages, measured: OnMyWay) -> str | None:
    """Show the services that add least, and return the one whose way is drawn."""
    found = measured.found.head(SHOWN_COUNT)
    if not len(found):
        return None
    if st.session_state.get(CHOSEN_KEY) not in found.index:
        st.session_state[CHOSEN_KEY] = found.index[0]
    chosen = str(st.session_state[CHOSEN_KEY])
    st.html(f'<a class="fi-to-map" href="#fi-map" target="_self">{html.escape(t("find.to_map"))}</a>')
    for service_id, service in found.iterrows():
        is_chosen = service_id == chosen
        with st.container(border=True, key=f"card-{'chosen-' if is_chosen else ''}{service['rank']}", gap=None):
            st.html(_card_html(t, measured, service))
            st.button(
                t("find.way_shown" if is_chosen else "find.show_way"), key=f"way-{service_id}", type="tertiary",
                disabled=is_chosen, icon=":material/route:", on_click=_choose, args=(service_id,),
            )  # fmt: skip
    return chosen


def _choose(service_id: str) -> None:
    st.session_state[CHOSEN_KEY] = service_id


def _card_html(t: Messages, measured: OnMyWay, service: "pd.Series[Any]") -> str:
    e = html.escape
    flags = "".join(f'<span class="fi-flag">{e(t(key))}</span>' for key in flag_keys(service))
    link = cards.safe_link(service["url"])
    site = f' · <a href="{e(link)}" target="_blank" rel="noopener noreferrer">{e(t("card.site"))}</a>' if link else ""
    phone = service["phone"]
    lines = [
        t("way.card_sides", **_minutes(t, service)),
        t("way.card_whole", **_whole(t, measured, service)),
        t("way.from_home", minutes=minutes_text(service["home_min"], t.language), by=t("by." + measured.mode)),
        cards.address_text(service),
        str(phone) if isinstance(phone, str) else "",
    ]
    body = "".join(f"<p>{e(line)}</p>" for line in lines if line)
    return (
        f'<article class="fi-card"><div class="fi-card-head">'
        f'<span class="fi-rank" style="background:{KIND_COLOURS[service["kind"]]}">{int(service["rank"])}</span>'
        f"<h3>{e(str(service['name']))}</h3>"
        f'<span class="fi-minutes">{e(added_text(service["detour_min"], t))}</span></div>{body}{flags}'
        f'<p class="fi-small">{e(cards.source_text(service, t))}{site}</p></article>'
    )


def rows(t: Messages, measured: OnMyWay) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows of the list as a plain table."""
    keys = ("table.name", "way.column_morning", "way.column_evening", "way.column_home", "table.address")
    found = measured.found.head(SHOWN_COUNT)
    texts = [
        [
            str(service["rank"]),
            str(service["name"]),
            *_minutes(t, service).values(),
            minutes_text(service["home_min"], t.language),
            cards.address_text(service),
        ]
        for _, service in found.iterrows()
    ]
    return ["", *(t(key) for key in keys)], texts


def show_unlocated(t: Messages, kind: str) -> None:
    """List the services known by name but without a position."""
    missing = cached.supply(kind, datetime.date.today()).unlocated
    if len(missing):
        with st.expander(t.count("find.unlocated", len(missing))):
            named = missing.sort_values(["locality", "name"])
            places = [
                f"{row['name']} — {cards.address_text(row) or t('card.no_address')}" for _, row in named.iterrows()
            ]
            components.notes([t("find.unlocated_why"), *places])


def show_how_we_know(t: Messages, question: Question) -> None:
    """Say what the list and the minutes rest on."""
    completeness = cached.atlas().completeness
    known = completeness.loc[completeness["kind"] == question.kind, "why_key"].drop_duplicates()
    with st.expander(t("find.how")):
        components.notes(
            [*(t("why." + key) for key in known), t("how." + question.mode), t("way.how"), t("way.privacy")]
        )
