"""The page that says where to go, and in how many minutes."""

import datetime

import streamlit as st

from finder.answers.nearest import NearestAnswer, nearest_answer, trip
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.markers import origin_layer, service_layer
from finder.maps.route import route_layer
from finder.pages import cached, cards, components, find_list, origin
from finder.pages.choices import FAMILY_KINDS
from finder.pages.i18n import Messages
from finder.pages.origin import Start
from finder.pages.state import read_choice, write_point
from finder.units import MODES, Mode, as_mode

DEFAULTS = {"kind": "maternity", "mode": "car"}
SHOWN_COUNT = 5
FITTED_FACTOR = 2.5
"""The view takes in the services that are at most so many times farther than the nearest."""


def render() -> None:
    """Show the page."""
    t = components.messages()
    origin.read_address()
    components.title(t("find.title"), t("find.lead"))
    kind, mode = _controls(t)
    start = origin.current_start(t)
    answer = _ask(start, kind, mode) if isinstance(start, Start) else None
    components.answer(find_list.answer_texts(t, start, answer))
    with st.container(key="fi-side"):
        beside, place = st.columns([5, 7], gap="medium")
    with beside:
        chosen = find_list.show_cards(t, answer) if answer is not None else None
        find_list.show_unlocated(t, cached.supply(kind, datetime.date.today()).unlocated)
        find_list.show_how_we_know(t, kind, mode)
    with place:
        _show_map(t, start, answer, chosen)
    if answer is not None and len(answer.found):
        with st.expander(t("find.as_table")):
            st.dataframe(cards.results_table(answer.found, t), hide_index=True)
    _write_address(t, kind, mode)


def _controls(t: Messages) -> tuple[str, Mode]:
    kinds = [kind for kind in FAMILY_KINDS if find_list.is_offered(cached.supply(kind, datetime.date.today()))]
    for key, allowed in (("kind", kinds), ("mode", list(MODES))):
        st.session_state.setdefault(f"find_{key}", read_choice(st.query_params.get(key), allowed, DEFAULTS[key]))
    with st.container(key="fi-controls", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("find.where"), key=origin.TEXT_KEY, placeholder=t("find.example"), on_change=origin.take_text,
            max_chars=80,
        )  # fmt: skip
        kind = st.selectbox(t("find.kind"), kinds, format_func=lambda k: t("kind." + k), key="find_kind")
        mode = st.selectbox(t("find.mode"), MODES, format_func=lambda m: t("mode." + m), key="find_mode")
    return str(kind), as_mode(mode)


def _ask(start: Start, kind: str, mode: Mode) -> NearestAnswer:
    # Kept for this visitor only, and only the last one: an address is not ours to collect.
    today = datetime.date.today()
    question = (start.point, kind, mode, today)
    if st.session_state.get("find_asked") != question:
        atlas = cached.atlas()
        found = nearest_answer(atlas, start.origin(), kind=kind, mode=mode, day=today, count=SHOWN_COUNT)
        st.session_state["find_answer"], st.session_state["find_asked"] = found, question
    answer: NearestAnswer = st.session_state["find_answer"]
    return answer


def _show_map(t: Messages, start: Start | str, answer: NearestAnswer | None, chosen: str | None) -> None:
    layers: list[ScriptLayer] = []
    view, token = components.WHOLE_AREA, "all"
    if isinstance(start, Start) and answer is not None:
        by_mode = t("by." + answer.mode)
        if chosen is not None:
            service = answer.found.loc[chosen]
            way = trip(cached.atlas(), answer.origin, service, mode=answer.mode)
            end = (float(service["lat"]), float(service["lon"]))
            layers.append(route_layer(way.coordinates, origin=start.point, destination=end))
        found = answer.found
        pins = [cards.pin(row, t, by_mode=by_mode, is_chosen=row.name == chosen) for _, row in found.iterrows()]
        layers += [service_layer(pins), origin_layer(*start.point, title=start.label)]
        near = found[found["minutes"] <= FITTED_FACTOR * found["minutes"].min()]
        lats, lons = [*near["lat"], start.point[0]], [*near["lon"], start.point[1]]
        view, token = (min(lons), min(lats), max(lons), max(lats)), f"{start.point} {answer.kind} {answer.mode}"
    components.show_map(
        t, layer_group(*layers, fit_view(view, token=token)), key=origin.MAP_KEY, title=t("find.map_title"),
        height=600, returned=["last_clicked"], on_change=origin.take_click,
    )  # fmt: skip
    components.notes([t("find.click_hint")])


def _write_address(t: Messages, kind: str, mode: Mode) -> None:
    point = st.session_state[origin.POINT_KEY]
    text = st.session_state[origin.TEXT_KEY]
    values = {"q": text, "at": write_point(point) if point else None, "kind": kind, "mode": mode}
    components.write_address(t, values, DEFAULTS)
