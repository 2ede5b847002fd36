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

SCRIPT: Final = "map.js"
"""All scripts in one file: a frame fetches its scripts one after the other."""

STYLE: Final = "map.css"

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
    own = files("finder.maps") / "assets"
    for image in _LEAFLET_IMAGES:
        shutil.copyfile(leaflet / "images" / image, folder / "images" / image)
    # A browser reads a long JSON text faster than the same as script.
    layers = json.dumps(json.dumps(base_layers, ensure_ascii=False, separators=(",", ":")), ensure_ascii=False)
    scripts = [
        (leaflet / "leaflet.js").read_text(encoding="utf-8"),
        # For folium's own pop-ups, which stop the whole frame without it.
        (Path(xstatic.pkg.jquery.BASE_DIR) / "jquery.min.js").read_text(encoding="utf-8"),
        (cluster / "leaflet.markercluster.js").read_text(encoding="utf-8"),
        f"window.FINDER_BASE=JSON.parse({layers});",
        (own / "finder_map.js").read_text(encoding="utf-8"),
    ]
    styles = [
        (leaflet / "leaflet.css").read_text(encoding="utf-8"),
        (cluster / "MarkerCluster.css").read_text(encoding="utf-8"),
        (own / "finder_map.css").read_text(encoding="utf-8"),
    ]
    digest = hashlib.sha256()
    for name, text in ((SCRIPT, ";\n".join(map(_without_map, scripts))), (STYLE, "\n".join(styles))):
        (folder / name).write_text(text, encoding="utf-8")
        digest.update(text.encode("utf-8"))
    return digest.hexdigest()[:10]


def _without_map(script: str) -> str:
    # The maps of the libraries' sources are not served; a browser's tools would ask for them in vain.
    return "\n".join(line for line in script.splitlines() if not line.startswith("//# sourceMappingURL="))


def script_links(address: str, version: str) -> list[tuple[str, str]]:
    """Return folium's ``default_js`` pairs for the folder served at ``address``."""
    return [("finder", f"{address}/{SCRIPT}?v={version}")]


def style_links(address: str, version: str) -> list[tuple[str, str]]:
    """Return folium's ``default_css`` pairs for the folder served at ``address``."""
    return [("finder", f"{address}/{STYLE}?v={version}")]
