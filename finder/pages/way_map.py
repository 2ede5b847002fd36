"""The map of the page On my way: home, work, services, and the way from home over the chosen one to work."""

from typing import Any

import pandas as pd

from finder.answers.nearest import Origin, trip
from finder.answers.on_my_way import OnMyWay
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.markers import Pin, origin_layer, service_layer
from finder.maps.route import route_layer
from finder.pages import cached, cards, components, way_question
from finder.pages.choices import flag_keys
from finder.pages.origin import Start
from finder.pages.way_list import SHOWN_COUNT, added_text
from finder.pages.way_question import ENDS, Question
from finder.words.messages import Messages
from finder.words.wording import minutes_text


def show_way_map(t: Messages, question: Question, measured: OnMyWay | None, chosen: str | None) -> None:
    """Show the map; a click on it sets home or work, as chosen above it."""
    ends = dict(zip(ENDS, (question.home, question.work), strict=True))
    placed = {end: place for end, place in ends.items() if isinstance(place, Start)}
    layers: list[ScriptLayer] = []
    view = fit_view(components.WHOLE_AREA, token="all", padding_px=0)
    if measured is not None and chosen is not None:
        layers += _way_layers(t, measured, chosen)
    for end, place in placed.items():
        title = t("way.marker", end=t("way.short." + end), place=place.label)
        layers.append(origin_layer(*place.point, title=title, letter=t("way.letter." + end)))
    if placed:
        points = [place.point for place in placed.values()]
        if measured is not None and chosen is not None:
            service = measured.found.loc[[chosen]].iloc[0]
            points.append((float(service["lat"]), float(service["lon"])))
        lats, lons = zip(*points, strict=True)
        box = (min(lons), min(lats), max(lons), max(lats))
        view = fit_view(box, token=f"{points} {question.kind} {question.mode}", padding_px=48)
    way_question.show_end_choice(t)
    components.show_map(
        t,
        layer_group(*layers, view),
        key=way_question.MAP_KEY,
        title=t("way.map_title"),
        height=560,
        returned=["last_clicked"],
        on_change=way_question.take_click,
    )
    components.notes([t("way.click_hint")])


def _way_layers(t: Messages, measured: OnMyWay, chosen: str) -> list[ScriptLayer]:
    service = measured.found.loc[[chosen]].iloc[0]
    stop = Origin(float(service["lon"]), float(service["lat"]), str(service["name"]))
    work = pd.Series({"lon": measured.work.lon, "lat": measured.work.lat})
    legs = [(measured.home, service, stop), (stop, work, measured.work)]
    layers = []
    for start, target, end in legs:
        way = trip(cached.atlas(), start, target, mode=measured.mode)
        if way is not None:
            layers.append(route_layer(way.coordinates, origin=(start.lat, start.lon), destination=(end.lat, end.lon)))
    pins = [_pin(t, row, is_chosen=row.name == chosen) for _, row in measured.found.head(SHOWN_COUNT).iterrows()]
    return [*layers, service_layer(pins)]


def _pin(t: Messages, service: "pd.Series[Any]", *, is_chosen: bool) -> Pin:
    there, back = (float(service[f"detour_{side}_min"]) for side in ("there", "back"))
    lines = (
        t("way.card_sides", there=added_text(there, t), back=added_text(back, t)),
        t("way.from_home_short", minutes=minutes_text(float(service["home_min"]), t.language)),
        cards.address_text(service),
    )
    return Pin(
        lat=float(service["lat"]),
        lon=float(service["lon"]),
        kind=str(service["kind"]),
        title=str(service["name"]),
        lines=tuple(line for line in lines if line),
        notes=(*(t(key) for key in flag_keys(service)), cards.source_text(service, t)),
        rank=int(service["rank"]),
        is_chosen=is_chosen,
        is_uncertain=service["position_precision"] == "street",
    )
