"""Sites named by the actions of a stored document, so that a GIS can open them without reading JSON."""

import math
from collections.abc import Mapping
from typing import Any, TypedDict


class ActionSite(TypedDict):
    """What an action does, to which site and where; what it does not name is None."""

    action: str
    site_id: str | None
    lon: float | None
    lat: float | None


def action_sites(body: Mapping[str, Any]) -> list[ActionSite]:
    """Return one site per entry of ``actions`` that has an ``action`` name.

    The store keeps documents whose meaning it does not judge, so an entry of another form is left out, not refused.

    Parameters
    ----------
    body
        A document, with or without ``actions``; ``lon`` and ``lat`` of an action are WGS84 degrees.
    """
    found = body.get("actions")
    entries = found if isinstance(found, list) else []
    return [
        ActionSite(
            action=entry["action"][:40],
            site_id=_text(entry.get("site_id")),
            lon=_degrees(entry.get("lon"), 180.0),
            lat=_degrees(entry.get("lat"), 90.0),
        )
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("action"), str)
    ]


def _text(value: object) -> str | None:
    return value[:200] if isinstance(value, str) else None


def _degrees(value: object, limit: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= limit else None
