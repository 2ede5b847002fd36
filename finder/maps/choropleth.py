"""Communes coloured by class, drawn from the geometry the browser already has."""

from collections.abc import Mapping

import pandas as pd

from finder.maps.elements import ScriptLayer
from finder.maps.palettes import Scale


def commune_layer(
    values: "pd.Series[float]", *, scale: Scale, tooltips: Mapping[str, str], chosen: str | None = None
) -> ScriptLayer:
    """Return the layer that fills every commune with the colour of its class.

    Parameters
    ----------
    values
        Figure by commune, index ``nis``; a commune without a value (nan, or not in the index) is hatched grey.
    scale
        Classes and colours.
    tooltips
        Text by ``nis``, lines separated by a line break; shown as text, never read as HTML.
    chosen
        Commune to outline.
    """
    classes = {str(nis): int(k) for nis, k in zip(values.index, scale.classes(values), strict=True) if k >= 0}
    options = {"classes": classes, "colours": scale.colours, "tooltips": dict(tooltips), "chosen": chosen}
    return ScriptLayer("choropleth", options)
