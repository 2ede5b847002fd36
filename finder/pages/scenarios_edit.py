"""What can be done to sites, by select boxes as well as by clicks, and the list of what has been done."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder.capacity.scenario import DAY_CARE, PLACES_MAX, SESSIONS_MAX, SIZE_UNIT, Action, Close, Move, Open, Resize
from finder.geo.folding import fold
from finder.pages import components, origin, scenarios_kept, scenarios_state
from finder.pages.origin import Start, point_key, text_key
from finder.pages.scenarios_draft import new_site_id
from finder.pages.scenarios_map import COMMUNE_KEY, PREFIX, SITE_KEY, VERB_KEY, size_words
from finder.pages.scenarios_question import Question
from finder.pages.scenarios_sites import sites_now, verbs_of
from finder.reports.scenario_words import action_text, ready_title
from finder.words.messages import Messages

READY_KEY: Final = "scenarios_ready"
NAME_KEY: Final = "scenarios_site_name"
PLACES_KEY: Final = "scenarios_places"
SESSIONS_KEY: Final = "scenarios_sessions"
RELATED_KEY: Final = "scenarios_income_related"
STEP_PLACES: Final = 7
"""Day care is licensed in groups: sizes go by seven."""

START_PLACES: Final = 21
START_SESSIONS: Final = 4.0
LIST_PX: Final = 330


def show_ready(t: Messages) -> None:
    """Offer the ready-made scenarios."""
    ready, names = scenarios_kept.ready(), scenarios_kept.service_names()
    titles = {key: ready_title(t, scenario, names) for key, scenario in ready.items()}
    st.selectbox(
        t("scenarios.ready"), list(titles), index=None, format_func=lambda key: titles[key], key=READY_KEY,
        placeholder=t("scenarios.ready_hint"), on_change=_take_ready,
    )  # fmt: skip


def _take_ready() -> None:
    key = st.session_state[READY_KEY]
    if key is not None:
        scenarios_state.open_ready(key)
        st.session_state[READY_KEY] = None


def show_form(t: Messages, q: Question, names: Mapping[str, str]) -> None:
    """Show what can be done next: an action and what it needs."""
    sites = sites_now(scenarios_state.work().scenario, q.kind, scenarios_state.day_of(q.kind))
    verbs = verbs_of(q.kind, sites)
    if st.session_state.get(VERB_KEY) not in verbs:
        st.session_state[VERB_KEY] = verbs[0]
    with st.container(border=True):
        verb = st.selectbox(
            t("scenarios.verb"), verbs, format_func=lambda v: t("scenarios.verb." + v), key=VERB_KEY,
            persist_state="session",
        )  # fmt: skip
        if verb == "open":
            _ask_open(t, q)
        else:
            _ask_site(t, q, sites, names, verb)


def _ask_place(t: Messages) -> Start | None:
    st.session_state.setdefault(point_key(PREFIX), None)
    st.text_input(
        t("scenarios.place"), key=text_key(PREFIX), on_change=origin.take_text, args=(PREFIX,),
        placeholder=t("scenarios.place_hint"), max_chars=80, persist_state="session",
    )  # fmt: skip
    found = origin.asked_place(t, PREFIX)
    if isinstance(found, Start):
        components.notes([found.label])
        return found
    components.notes([t("scenarios.place_first") if not st.session_state[text_key(PREFIX)] else found])
    return None


def _ask_open(t: Messages, q: Question) -> None:
    place = _ask_place(t)
    st.text_input(t("scenarios.site_name"), key=NAME_KEY, max_chars=80)
    _ask_size(t, q.kind)
    if q.kind == DAY_CARE:
        st.checkbox(t("scenarios.income_related"), key=RELATED_KEY)
    st.button(
        t("scenarios.add.open"), key="scenarios_add", type="primary", disabled=place is None, on_click=_open_here,
        args=(q.kind, place, st.session_state[text_key(PREFIX)]),
    )  # fmt: skip


def _ask_size(t: Messages, kind: str) -> None:
    if kind == DAY_CARE:
        st.number_input(
            t("scenarios.size.places"), min_value=STEP_PLACES, max_value=PLACES_MAX // STEP_PLACES * STEP_PLACES,
            step=STEP_PLACES, value=START_PLACES, key=PLACES_KEY,
        )  # fmt: skip
    elif SIZE_UNIT[kind]:
        st.number_input(
            t("scenarios.size.sessions"), min_value=0.5, max_value=SESSIONS_MAX, step=1.0, value=START_SESSIONS,
            key=SESSIONS_KEY, format="%.1f",
        )  # fmt: skip


def _size_asked(kind: str) -> tuple[int | None, float | None]:
    """Return places and sessions as they are now: a press may come together with a new number."""
    if kind == DAY_CARE:
        return int(st.session_state[PLACES_KEY]), None
    return None, float(st.session_state[SESSIONS_KEY]) if SIZE_UNIT[kind] else None


def _open_here(kind: str, place: Start, text: str) -> None:
    if _is_outdated(text):
        return
    name, related = str(st.session_state[NAME_KEY]), kind == DAY_CARE and bool(st.session_state[RELATED_KEY])
    shown = "".join(c for c in name if c.isprintable()).strip() or place.label[:80]
    lat, lon = place.point
    places, sessions = _size_asked(kind)
    _done(
        Open(
            new_site_id(scenarios_state.work().scenario), kind, float(lon), float(lat), places=places,
            sessions_per_month=sessions, subsidised=related, income_related=related, name=shown,
        )
    )  # fmt: skip


def _is_outdated(text: str) -> bool:
    """Return whether another place was typed since the button was drawn: it must be seen before it is taken."""
    return bool(st.session_state[text_key(PREFIX)] != text)


def _ask_site(t: Messages, q: Question, sites: pd.DataFrame, names: Mapping[str, str], verb: str) -> None:
    is_open = sites["is_open"].astype(bool)
    found = sites[~is_open & (sites["did"] == "")] if verb == "reopen" else sites[is_open]
    if q.is_modelled:
        order = sorted(names, key=lambda nis: fold(names[nis]))
        nis = st.selectbox(
            t("table.commune"), order, index=None, format_func=lambda code: names[code], key=COMMUNE_KEY,
            persist_state="session", placeholder=t("scenarios.commune_hint"),
        )  # fmt: skip
        found = found[(found["nis"] == nis) | (found["did"] == "open")]
    labels = {str(key): _site_label(t, q.kind, row) for key, row in found.to_dict("index").items()}
    if st.session_state.get(SITE_KEY) not in labels:
        st.session_state[SITE_KEY] = None
    site = st.selectbox(
        t("table.site"), sorted(labels, key=lambda key: fold(labels[key])), index=None,
        format_func=lambda key: labels[key], key=SITE_KEY, persist_state="session",
        placeholder=t("scenarios.site_hint"),
    )  # fmt: skip
    place = _ask_place(t) if verb == "move" else None
    if verb == "resize":
        _ask_size(t, q.kind)
    is_ready = site is not None and (verb != "move" or place is not None)
    text = st.session_state[text_key(PREFIX)] if verb == "move" else ""
    st.button(
        t("scenarios.add." + verb), key="scenarios_add", type="primary", disabled=not is_ready, on_click=_change_site,
        args=(verb, q.kind, site, place, text),
    )  # fmt: skip


def _site_label(t: Messages, kind: str, row: Mapping[Any, Any]) -> str:
    name = str(row["name"])
    return f"{name} ({size_words(t, kind, float(row['size']))})" if SIZE_UNIT[kind] else name


def _change_site(verb: str, kind: str, site: str, place: Start | None, text: str) -> None:
    action: Action
    if verb == "close":
        action = Close(site, kind)
    elif verb == "reopen":
        action = Open(site, kind)
    elif place is not None:
        if _is_outdated(text):
            return
        action = Move(site, kind, float(place.point[1]), float(place.point[0]))
    else:
        places, sessions = _size_asked(kind)
        action = Resize(site, kind, places=places, sessions_per_month=sessions)
    _done(action)


def _done(action: Action) -> None:
    if scenarios_state.add(action):
        st.session_state[point_key(PREFIX)] = None
        st.session_state[text_key(PREFIX)] = ""
        st.session_state[NAME_KEY] = ""
        st.session_state[SITE_KEY] = None


def show_actions(t: Messages) -> None:
    """Show what the scenario does, each with its removal; undo, redo and begin anew."""
    draft = scenarios_state.work()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("scenarios.undo"), key="scenarios_undo", disabled=not draft.past, on_click=scenarios_state.undo,
            icon=":material/undo:",
        )  # fmt: skip
        st.button(
            t("scenarios.redo"), key="scenarios_redo", disabled=not draft.future, on_click=scenarios_state.redo,
            icon=":material/redo:",
        )  # fmt: skip
        st.button(
            t("scenarios.anew"), key="scenarios_anew", disabled=not draft.scenario.actions,
            on_click=scenarios_state.begin_anew, icon=":material/note_add:",
        )  # fmt: skip
    actions = draft.scenario.actions
    if not actions:
        components.notes([t("scenarios.no_action")])
        return
    names = scenarios_kept.site_names(draft.scenario)
    with st.container(height=LIST_PX if len(actions) > 6 else "content", border=False):
        for number, action in enumerate(actions):
            said, button = st.columns([9, 2], vertical_alignment="center")
            kind = "" if len(draft.scenario.kinds) == 1 else f" · {t('scenarios.kind.' + action.kind)}"
            said.text(f"{number + 1}. {action_text(t, action, names)}{kind}")
            button.button(
                "✕", key=f"scenarios_remove_{number}", help=t("scenarios.remove", number=number + 1),
                on_click=scenarios_state.remove, args=(number,),
            )  # fmt: skip
