"""The map of the page Find: origin, services, and the way to the one chosen."""

from typing import Final

from finder.answers.nearest import NearestAnswer, trip
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.markers import origin_layer, service_layer
from finder.maps.route import route_layer
from finder.pages import cached, cards, components, origin
from finder.pages.origin import Start
from finder.words.messages import Messages

FITTED_FACTOR: Final = 2.5
"""The view takes in the services that are at most so many times farther than the nearest."""

Box = tuple[float, float, float, float]


def show_find_map(t: Messages, start: Start | str, answer: NearestAnswer | None, chosen: str | None) -> None:
    """Show the map; a click on it starts from another point."""
    layers: list[ScriptLayer] = []
    view = fit_view(components.WHOLE_AREA, token="all", padding_px=0)
    if isinstance(start, Start):
        if answer is not None:
            layers += _answer_layers(t, start, answer, chosen)
        question = f"{start.point} {answer.kind} {answer.mode}" if answer else str(start.point)
        view = fit_view(_box(start, answer), token=question, padding_px=48)
        layers.append(origin_layer(*start.point, title=start.label))
    components.show_map(
        t,
        layer_group(*layers, view),
        key=origin.MAP_KEY,
        title=t("find.map_title"),
        height=600,
        returned=["last_clicked"],
        on_change=origin.take_click,
    )
    components.notes([t("find.click_hint")])


def _answer_layers(t: Messages, start: Start, answer: NearestAnswer, chosen: str | None) -> list[ScriptLayer]:
    layers = []
    if chosen is not None:
        service = answer.found.loc[[chosen]].iloc[0]
        way = trip(cached.atlas(), answer.origin, service, mode=answer.mode)
        end = (float(service["lat"]), float(service["lon"]))
        if way is not None:
            layers.append(route_layer(way.coordinates, origin=start.point, destination=end))
    by_mode = t("by." + answer.mode)
    pins = [cards.pin(row, t, by_mode=by_mode, is_chosen=row.name == chosen) for _, row in answer.found.iterrows()]
    return [*layers, service_layer(pins)]


def _box(start: Start, answer: NearestAnswer | None) -> Box:
    lats, lons = [start.point[0]], [start.point[1]]
    if answer is not None and len(answer.found):
        minutes = answer.found["minutes"]
        near = answer.found[minutes <= FITTED_FACTOR * minutes.min()]
        lats, lons = [*lats, *near["lat"]], [*lons, *near["lon"]]
    return min(lons), min(lats), max(lons), max(lats)
