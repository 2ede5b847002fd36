"""The offline base map: a light folium map whose heavy geometry is a file that the browser loads once."""

from typing import Any, Final, Literal

import folium

from finder.maps import assets
from finder.maps.elements import ScriptCall
from finder.maps.street_tiles import tile_scheme

Theme = Literal["light", "dark"]

CENTRE: Final = (50.28, 4.72)
"""Latitude and longitude that put Wallonia and Brussels in the middle of a map."""

ATTRIBUTION: Final = "© Statbel · © NGI-IGN · © OpenStreetMap (ODbL)"
OSM_TILES: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors"


class OfflineMap(folium.Map):
    """A folium map that loads its scripts and styles from Finder's own folder and has no tiles.

    Parameters
    ----------
    address
        Where the folder of :mod:`finder.maps.assets` is served, relative to the frame.
    version
        Hash of that folder.
    zoom
        First zoom level.
    """

    def __init__(self, address: str, *, version: str, zoom: int) -> None:
        self.default_js = assets.script_links(address, version)
        self.default_css = assets.style_links(address, version)
        options: dict[str, Any] = {"zoom_snap": 0.25, "zoom_delta": 1, "max_zoom": 18}
        super().__init__(location=CENTRE, tiles=None, zoom_start=zoom, min_zoom=7, **options)
        # Folium gives the limit to a layer of tiles, which we have not; clusters of markers need it on the map.
        self.options["maxZoom"] = options["max_zoom"]


def base_map(
    address: str,
    *,
    version: str,
    theme: Theme,
    language: str,
    title: str,
    zoom: int = 8,
    with_tiles: bool = False,
) -> folium.Map:
    """Return a map with communes, provinces, roads and place names, and nothing from another server.

    Parameters
    ----------
    address, version
        See :class:`OfflineMap`.
    theme
        Light or dark colours.
    language
        Language of the place names: fr, nl, de or en.
    title
        What the map shows, for screen readers.
    zoom
        First zoom level.
    with_tiles
        Whether to put tiles of openstreetmap.org below: this tells that server what is looked at, so it is off
        unless a deployment asks for it.
    """
    result = OfflineMap(address, version=version, zoom=zoom)
    if with_tiles:
        folium.TileLayer(tiles=OSM_TILES, attr=OSM_ATTRIBUTION, max_zoom=19).add_to(result)
    options = {
        "theme": theme,
        "language": language,
        "title": title,
        "attribution": ATTRIBUTION,
        "tiles": with_tiles,
        "streets": {"address": address, **tile_scheme()},
    }
    ScriptCall("base", options).add_to(result)
    return result
