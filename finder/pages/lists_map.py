"""The rows of a list on the map, before they come in."""

from typing import Final

import pandas as pd

from finder.maps.elements import fit_view, layer_group
from finder.maps.markers import Pin, service_layer
from finder.pages import components
from finder.pages.cards import address_text
from finder.pages.kinds import kind_text
from finder.sources.imports.prepare import Preparation
from finder.words.messages import Messages
from finder.words.wording import count_text, share_text

MOST_PINS: Final = 1_000


def show(t: Messages, found: Preparation) -> None:
    """Show the rows that have a point; what is sure to a street only has a broken outline."""
    placed = found.good[found.good["lon"].notna()]
    if placed.empty:
        return
    shown = placed.head(MOST_PINS)
    sure = found.confidence[shown.index]
    pins = [_pin(t, row, share) for (_, row), share in zip(shown.iterrows(), sure, strict=True)]
    lon, lat = shown["lon"].astype(float), shown["lat"].astype(float)
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    view = fit_view(box, token=f"{found.source} {len(placed)}")
    components.show_map(
        t, layer_group(service_layer(pins), view), key="lists_map", title=t("lists.map_title"), height=480, returned=[]
    )
    if len(placed) > len(shown):
        texts = {"shown": count_text(len(shown), t.language), "all": count_text(len(placed), t.language)}
        components.notes([t("lists.map_part", **texts)])


def _pin(t: Messages, row: "pd.Series[str]", confidence: float) -> Pin:
    return Pin(
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        kind=row["kind"],
        title=row["name"],
        lines=tuple(line for line in (kind_text(t, row["kind"]), address_text(row)) if line),
        notes=(t("lists.pin", row=row.name, sure=share_text(confidence, t.language)),),
        is_uncertain=row["position_precision"] == "street",
    )
