"""Communes coloured by class, drawn from the geometry the browser already has."""

from collections.abc import Mapping

import pandas as pd

from finder.maps.elements import ScriptLayer
from finder.maps.palettes import Scale


def commune_layer(
    values: "pd.Series[float]",
    *,
    scale: Scale,
    tooltips: Mapping[str, str],
    chosen: str | None = None,
    uncertain: "pd.Series[bool] | None" = None,
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
    uncertain
        Whether a commune's figure is uncertain, index ``nis``: it gets dots over its colour. Who is not in the index
        gets none, nor does a commune without a value.
    """
    classes = {str(nis): int(k) for nis, k in zip(values.index, scale.classes(values), strict=True) if k >= 0}
    unsure = [] if uncertain is None else [str(nis) for nis in uncertain.index[uncertain.to_numpy(dtype=bool)]]
    options = {
        "classes": classes,
        "colours": scale.colours,
        "uncertain": [nis for nis in unsure if nis in classes],
        "tooltips": dict(tooltips),
        "chosen": chosen,
    }
    return ScriptLayer("choropleth", options)


def commune_outline_layer(*, tooltips: Mapping[str, str], chosen: str | None = None) -> ScriptLayer:
    """Return communes that can be pointed at and clicked but are not filled: the ground below squares and areas.

    Parameters
    ----------
    tooltips, chosen
        See :func:`commune_layer`.
    """
    return ScriptLayer("communes", {"tooltips": dict(tooltips), "chosen": chosen})
