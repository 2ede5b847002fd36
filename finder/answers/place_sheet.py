"""What stands behind the places of one commune: tenures, evidence, children, its province."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.intervals import over_draws
from finder.answers.modelled import TENURES
from finder.answers.place_figures import PlaceFigure


@dataclass(frozen=True)
class PlaceSheet:
    """Places of a commune that ONE serves.

    Attributes
    ----------
    own, province, whole
        ``value``, ``p10``, ``p90`` of the figure: the commune, its province, all communes of ONE.
    children
        Children aged 0 to 2.5.
    places, subsidised_share, one_per_100
        ``value``, ``p10``, ``p90``: places of all tenures; the subsidised part of ONE's places; ONE's places per 100
        children, without those of Kind en Gezin.
    has_kind_en_gezin
        Kind en Gezin has places there (Brussels).
    evidence
        ``observed``, ``bounded`` or ``model``: what the places rest on.
    """

    own: "pd.Series[float]"
    province: "pd.Series[float]"
    whole: "pd.Series[float]"
    children: float
    places: "pd.Series[float]"
    subsidised_share: "pd.Series[float]"
    one_per_100: "pd.Series[float]"
    has_kind_en_gezin: bool
    evidence: str


def place_sheet(atlas: Atlas, figure: PlaceFigure, nis: str) -> PlaceSheet:
    """Gather the sheet of a commune that ONE serves."""
    served = figure.children.index
    province = served[atlas.communes.loc[served, "province"] == atlas.communes.loc[nis, "province"]]
    rows = atlas.modelled_places_draws
    tenure = rows[rows["nis"] == nis].set_index("draw")[[f"places_{name}" for name in TENURES]].sort_index()
    tenure = tenure.set_axis(list(TENURES), axis=1).astype("float64")
    one = tenure["subsidised"] + tenure["other"]
    children = float(figure.children[nis])
    drawn = over_draws(
        pd.DataFrame(
            {
                "places": tenure.sum(axis=1),
                "share": tenure["subsidised"] / one.where(one > 0),
                "one": 100 * one / (children if children > 0 else np.nan),
            }
        )
    ).T
    return PlaceSheet(
        own=figure.table.T[nis],
        province=figure.pooled(province.tolist()),
        whole=figure.pooled(served.tolist()),
        children=children,
        places=drawn["places"],
        subsidised_share=drawn["share"],
        one_per_100=drawn["one"],
        has_kind_en_gezin=bool(tenure["kind_en_gezin"].any()),
        evidence=str(atlas.modelled_places.loc[nis, "evidence"]),
    )
