"""Published coverage rates of single communes: the latest of each, as printed."""

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.sources import store

RATE = "coverage_total_pct"
"""Places per 100 children of 0 to 2.5, as ONE counts them; IBSA's rate has another base and is never mixed with it."""


def published_rates(atlas: Atlas) -> pd.DataFrame:
    """Return the latest printed rate of each commune that has one.

    Returns
    -------
    DataFrame
        Index ``nis``; ``value`` as printed, ``operator`` (``=``, ``<``, ``>``), ``year``, ``source``, ``is_doubtful``
        (our notes doubt what it counts) and ``drawn``: the value, or for a limit the nearest value on its own side.
    """
    rows = store.load_coverage_observations(atlas.data_dir)
    rows = rows[(rows["level"] == "commune") & (rows["indicator"] == RATE)]
    latest = rows.sort_values("year", kind="stable").drop_duplicates("area_id", keep="last").set_index("area_id")
    value = latest["value"].astype("float64")
    drawn = value.mask(latest["operator"] == "<", np.nextafter(value, -np.inf))
    found = latest[["operator", "year", "source"]].assign(
        value=value, drawn=drawn, is_doubtful=latest["doubt"].notna() & (latest["doubt"] != "")
    )
    return found.rename_axis("nis")


def published_trend(atlas: Atlas) -> pd.DataFrame:
    """Return the published rates of Wallonia (IWEPS) and of the Federation (ONE, from the press).

    Returns
    -------
    DataFrame
        ``area`` (``wallonia`` or ``federation``), ``year`` (places of 31 December) and ``value``; by area and year.
    """
    places = store.load_daycare_places(atlas.data_dir)
    wallonia = places[places["area_id"] == "03000"][["year", "coverage_pct"]].rename(columns={"coverage_pct": "value"})
    rows = store.load_coverage_observations(atlas.data_dir)
    rows = rows[(rows["area_id"] == "FWB") & (rows["indicator"] == RATE) & (rows["operator"] == "=")]
    both = [wallonia.assign(area="wallonia"), rows[["year", "value"]].assign(area="federation")]
    return pd.concat(both)[["area", "year", "value"]].astype({"value": "float64"}).reset_index(drop=True)
