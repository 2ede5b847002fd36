"""The answer and the list of the page Find."""

import html
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.nearest import NearestAnswer
from finder.answers.supply import Supply
from finder.pages import cached, cards, components
from finder.pages.choices import MOVED_KEY, flag_keys, way_key
from finder.pages.origin import Start
from finder.units import Mode
from finder.words.messages import Messages
from finder.words.wording import date_text, minutes_text

CHOSEN_KEY: Final = "find_chosen"
LONG_WAY_MIN: Final = {"car": 60.0, "bike": 60.0, "walk": 45.0, "pram": 45.0}
"""Beyond this the page says what may serve better."""


def is_offered(supply: Supply) -> bool:
    """Return whether a kind has any open service to name."""
    return len(supply.located) + len(supply.unlocated) > 0


def answer_texts(t: Messages, start: Start | str, answer: NearestAnswer | None) -> list[str]:
    """Return the sentences of the answer: who is nearest, from where, what to do next."""
    if isinstance(start, str) or answer is None:
        return [str(start)]
    where = t("answer.from", place=start.label, doubt=start.doubt)
    words = {"kind": t("kind." + answer.kind), "by": t("by." + answer.mode)}
    if not len(answer.found):
        located = cached.supply(answer.kind, answer.day).located
        return [t("answer.none" if len(located) else "answer.none_located", **words), where]
    first = answer.found.iloc[0]
    nearest = t(("nearest." if answer.is_complete else "known.") + answer.kind)
    minutes = minutes_text(first["minutes"], t.language)
    texts = [t("answer.nearest", nearest=nearest, name=first["name"], minutes=minutes, by=words["by"])]
    if MOVED_KEY in flag_keys(first):
        texts.append(t("answer.moved"))
    texts += [*_doubt(t, answer.found), where]
    if answer.kind == "hospital":
        texts.append(t("answer.hospital_list"))
    if first["minutes"] > LONG_WAY_MIN[answer.mode]:
        is_by_car = answer.mode == "car"
        texts.append(
            t("answer.long_way_car") if is_by_car else t("answer.long_way", by=words["by"], label=t("find.mode"))
        )
    if not answer.is_complete:
        texts.append(t("answer.incomplete"))
    return texts


def _doubt(t: Messages, found: pd.DataFrame) -> list[str]:
    """Say that the first may not be open, how old that is, and which one is known to be."""
    first = found.iloc[0]
    if first["status"] != "unconfirmed":
        return []
    as_of = first["as_of"]
    is_dated = isinstance(as_of, str)
    texts = [
        t("answer.unconfirmed", date=date_text(as_of, t.language)) if is_dated else t("answer.unconfirmed_undated")
    ]
    sure = found[found["status"] == "open"]
    if len(sure):
        minutes = minutes_text(sure.iloc[0]["minutes"], t.language)
        texts.append(t("answer.confirmed", name=sure.iloc[0]["name"], minutes=minutes))
    return texts


def show_cards(t: Messages, answer: NearestAnswer) -> str | None:
    """Show the services found, nearest first, and return the one whose way is drawn."""
    found = answer.found
    if not len(found):
        return None
    if st.session_state.get(CHOSEN_KEY) not in found.index:
        st.session_state[CHOSEN_KEY] = found.index[0]
    chosen = str(st.session_state[CHOSEN_KEY])
    st.html(f'<a class="fi-to-map" href="#fi-map" target="_self">{html.escape(t("find.to_map"))}</a>')
    for service_id, service in found.iterrows():
        is_chosen = service_id == chosen
        with st.container(border=True, key=f"card-{'chosen-' if is_chosen else ''}{service['rank']}", gap=None):
            way = f"{t('by.' + answer.mode)} · {t(way_key(answer.mode, service))}"
            st.html(cards.card_html(service, t, way=way))
            label = t("find.way_shown" if is_chosen else "find.show_way")
            st.button(
                label, key=f"way-{service_id}", type="tertiary", disabled=is_chosen, icon=":material/route:",
                on_click=_choose, args=(service_id,),
            )  # fmt: skip
    return chosen


def _choose(service_id: str) -> None:
    st.session_state[CHOSEN_KEY] = service_id


def show_unlocated(t: Messages, missing: pd.DataFrame) -> None:
    """List the services known by name but without a position: they could not be measured, and are not forgotten."""
    if not len(missing):
        return
    with st.expander(t.count("find.unlocated", len(missing))):
        components.notes([t("find.unlocated_why")])
        components.notes(
            [
                f"{row['name']} — {cards.address_text(row) or t('card.no_address')} ({cards.source_text(row, t)})"
                for _, row in missing.sort_values(["locality", "name"]).iterrows()
            ]
        )


def show_how_we_know(t: Messages, kind: str, mode: Mode) -> None:
    """Say what the list and the minutes rest on."""
    rows = cached.atlas().completeness
    texts = [t("why." + key) for key in rows.loc[rows["kind"] == kind, "why_key"].drop_duplicates()]
    texts.append(t("how." + mode))
    if kind in ("maternity", "hospital"):
        texts.append(t("how.border_" + kind))
    with st.expander(t("find.how")):
        components.notes([*texts, t("how.privacy")])
