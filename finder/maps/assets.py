"""The files a map frame needs, gathered in one folder that the app can serve from its own address.

Folium's maps load Leaflet, jQuery and styles from public servers. Finder's do not: the same libraries come
from the XStatic packages, next to our own script, style and base geometry. Nothing else is in the folder.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import xstatic.pkg.jquery
import xstatic.pkg.leaflet
import xstatic.pkg.leaflet_markercluster

SCRIPTS: Final = ("leaflet.js", "jquery.min.js", "leaflet.markercluster.js", "base.js", "finder_map.js")
"""In loading order. jQuery is for folium's own pop-ups, which stop the whole frame without it."""

STYLES: Final = ("leaflet.css", "MarkerCluster.css", "finder_map.css")

_LEAFLET_IMAGES: Final = ("layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")


def write_map_assets(folder: Path, base_layers: Mapping[str, Any]) -> str:
    """Fill ``folder`` with everything a map frame loads.

    Parameters
    ----------
    folder
        An empty folder that will be served as it is.
    base_layers
        Geometry of the base map, from :func:`finder.maps.base_data.build_base_layers`.

    Returns
    -------
    str
        Short hash of the contents, to put in addresses so that a browser never mixes two versions.
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)
    cluster = Path(xstatic.pkg.leaflet_markercluster.BASE_DIR)
    for source in (
        leaflet / "leaflet.js",
        leaflet / "leaflet.css",
        Path(xstatic.pkg.jquery.BASE_DIR) / "jquery.min.js",
        cluster / "leaflet.markercluster.js",
        cluster / "MarkerCluster.css",
    ):
        shutil.copyfile(source, folder / source.name)
    for image in _LEAFLET_IMAGES:
        shutil.copyfile(leaflet / "images" / image, folder / "images" / image)
    own = files("finder.maps") / "assets"
    for name in ("finder_map.js", "finder_map.css"):
        (folder / name).write_bytes((own / name).read_bytes())
    base = "window.FINDER_BASE=" + json.dumps(base_layers, ensure_ascii=False, separators=(",", ":")) + ";"
    (folder / "base.js").write_text(base, encoding="utf-8")
    digest = hashlib.sha256()
    for name in (*SCRIPTS, *STYLES):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:10]


def script_links(address: str, version: str) -> list[tuple[str, str]]:
    """Return folium's ``default_js`` pairs for the folder served at ``address``."""
    return [(name, f"{address}/{name}?v={version}") for name in SCRIPTS]


def style_links(address: str, version: str) -> list[tuple[str, str]]:
    """Return folium's ``default_css`` pairs for the folder served at ``address``."""
    return [(name, f"{address}/{name}?v={version}") for name in STYLES]
