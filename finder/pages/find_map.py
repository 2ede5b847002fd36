"""The map of the page Find: where one starts, the services listed, and the way to the one chosen."""

from typing import Final

import pandas as pd

from finder.answers.nearest import trip
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.markers import origin_layer, service_layer
from finder.maps.route import route_layer
from finder.pages import cached, cards, components, origin
from finder.pages.find_results import Results
from finder.pages.origin import Start
from finder.words.messages import Messages

FITTED_FACTOR: Final = 2.5
"""The view takes in the services that are at most so many times farther than the nearest."""

FITTED_LEAST_MIN: Final = 10.0
"""And all within so many minutes: the nearest may be next door."""

Box = tuple[float, float, float, float]


def show_find_map(t: Messages, start: Start | str, results: Results | None, chosen: str | None) -> None:
    """Show the map; a click on it starts from another point."""
    layers: list[ScriptLayer] = []
    view = fit_view(components.WHOLE_AREA, token="all", padding_px=0)
    if isinstance(start, Start):
        listed = results.listed if results is not None else pd.DataFrame()
        if results is not None:
            layers += _result_layers(t, results, listed, chosen)
        token = f"{start.point} {results.question}" if results else str(start.point)
        view = fit_view(_box(start, listed), token=token, padding_px=48)
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


def _result_layers(t: Messages, results: Results, listed: pd.DataFrame, chosen: str | None) -> list[ScriptLayer]:
    layers = []
    mode = results.question.mode
    if chosen is not None:
        service = listed.loc[[chosen]].iloc[0]
        way = trip(cached.atlas(), results.start.origin(), service, mode=mode)
        end = (float(service["lat"]), float(service["lon"]))
        if way is not None:
            layers.append(route_layer(way.coordinates, origin=results.start.point, destination=end))
    by_mode = t("by." + mode)
    pins = [cards.pin(row, t, by_mode=by_mode, is_chosen=row.name == chosen) for _, row in listed.iterrows()]
    return [*layers, service_layer(pins)]


def _box(start: Start, listed: pd.DataFrame) -> Box:
    lats, lons = [start.point[0]], [start.point[1]]
    if len(listed):
        minutes = listed["minutes"]
        near = listed[minutes <= max(FITTED_FACTOR * minutes.min(), FITTED_LEAST_MIN)]
        lats, lons = [*lats, *near["lat"]], [*lons, *near["lon"]]
    return min(lons), min(lats), max(lons), max(lats)
