"""What was published of a commune's coverage, what we made of it, and the like figure of ours beside it."""

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.commune_modelled import place_intervals
from finder.sources import store

ALL_PLACES, SUBSIDISED, PLACES = "one_rate", "subsidised_rate", "one_places"
"""Figures of ours that compare: ONE's places per 100 children, its subsidised ones, the number of ONE's places."""

COLUMNS = [
    "year", "indicator", "operator", "value", "source", "is_used", "why", "compared", "ours", "ours_p10", "ours_p90",
]  # fmt: skip


def published_of(atlas: Atlas, nis: str, children: float) -> pd.DataFrame:
    """Return the published values of a commune, the latest first.

    Parameters
    ----------
    atlas
        The data.
    nis
        Commune.
    children
        Children aged 0 to 2.5 under our own rates; nan where the model may not be used: then ``ours`` is nan.

    Returns
    -------
    DataFrame
        RangeIndex, :data:`COLUMNS`: the value as printed, whether and why our model uses it, which figure of ours
        compares with it (empty where none does) and that figure with the p10 and p90 of the draws.
    """
    observations = store.load_coverage_observations(atlas.data_dir)
    audit = store.load_observation_audit(atlas.data_dir)
    # The audit has one row per observation, in the same order.
    both = observations.assign(is_used=audit["used"], used_as=audit["used_as"], why=audit["why"])
    rows = both[(both["area_id"] == nis) & (both["level"] == "commune")]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = rows.sort_values("year", ascending=False, kind="stable").reset_index(drop=True)
    compared = [_compared(str(row["indicator"]), str(row["used_as"])) for _, row in rows.iterrows()]
    ours = _our_figures(atlas, nis, children).reindex(compared)
    columns = {"ours": "value", "ours_p10": "p10", "ours_p90": "p90"}
    rows = rows.assign(compared=compared, **{name: ours[column].to_numpy() for name, column in columns.items()})
    return rows[COLUMNS]


def _compared(indicator: str, used_as: str) -> str:
    if indicator == "places_total":
        return PLACES
    if indicator == "coverage_subsidised_pct" or (indicator == "coverage_total_pct" and used_as == "subsidised"):
        return SUBSIDISED
    return ALL_PLACES if indicator == "coverage_total_pct" else ""


def _our_figures(atlas: Atlas, nis: str, children: float) -> pd.DataFrame:
    places = place_intervals(atlas, [nis])
    per_100 = places * (100 / children if children > 0 else np.nan)
    found = pd.DataFrame(
        {ALL_PLACES: per_100.loc["one"], SUBSIDISED: per_100.loc["subsidised"], PLACES: places.loc["one"]}
    )
    return found.T if np.isfinite(children) else found.T * np.nan
