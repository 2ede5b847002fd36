"""What a page offers to choose, and what must be said of a service: rules on rows, without any drawing."""

from typing import Any, Final

import pandas as pd

from finder.units import Mode

FAMILY_KINDS: Final = (
    "maternity",
    "hospital",
    "birth_centre",
    "birth_lodge",
    "prenatal_consultation",
    "child_consultation",
    "creche",
    "childminder",
    "drop_in_care",
    "kindergarten_osm",
)
"""In the order of the life line: birth first, because its list is complete."""

FLAG_KEYS: Final = {
    "site moved, new point unknown": "flag.site_moved",
    "differs from OSM by more than 150 m": "flag.osm_differs",
    "point in another commune than its postcode": "flag.other_commune",
    "site assumed": "flag.site_assumed",
    "point of the campus, not of the door": "flag.campus",
    "somewhere along a street over 1 km long": "flag.long_street",
    "rounded to about 100 m": "flag.rounded",
    "status not confirmed by a direct source": "flag.status_not_direct",
    "closed on an announcement only": "flag.announced_only",
    "its maternity has moved since this list (2020)": "flag.maternity_moved",
}
"""Message of each fixed phrase of ``position_flag`` and ``status_flag``."""

MOVED_KEY: Final = "flag.site_moved"


def flag_keys(service: "pd.Series[Any]") -> list[str]:
    """Return the message keys of what must be said of a service and of the way to it.

    The way counts where the row has ``is_on_synthetic``.
    """
    keys = []
    if service["status"] == "unconfirmed":
        keys.append("flag.unconfirmed")
    if service["position_precision"] == "street":
        keys.append("flag.street")
    if service["position_precision"] == "locality_centre":
        keys.append("flag.locality_centre")
    phrases = [*_split(service["status_flag"]), *_split(service["position_flag"])]
    keys += [FLAG_KEYS[phrase] for phrase in phrases if phrase in FLAG_KEYS]
    if service.get("is_on_synthetic", False):
        keys.append("flag.synthetic")
    return keys


def way_key(mode: Mode, service: "pd.Series[Any]") -> str:
    """Return the message key of what the minutes of a mode leave out."""
    if mode == "car":
        return "way.no_traffic"
    return "way.paths_mapped" if service["paths_mapped"] else "way.paths_not_mapped"


def _split(text: object) -> list[str]:
    return [part.strip() for part in text.split(";")] if isinstance(text, str) else []
