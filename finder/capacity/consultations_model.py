"""A modelled network of consultations for children: how many of each type per commune, and at which sites.

ONE publishes how many consultations there are of each type, not where. The model spreads these totals by declared
assumptions with declared uncertainty; it is no estimate from observations. ``docs/modelled_network.md`` says each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.apportion import Float64, Int64, expected_counts, whole_counts
from finder.capacity.site_choice import choose_spread

METHOD_VERSION: Final = "modelled consultations 1"

TYPES: Final = ("house", "classic", "antenna", "periodic")
OFFICIAL: Final = "official"

SESSIONS_PER_MONTH: Final[Mapping[str, float]] = {
    "house": 12.0,
    "classic": 4.3,
    "antenna": 2.0,
    "periodic": 1.0,
    OFFICIAL: 4.3,
}
"""Assumptions, no source prints them: a Maison de l'Enfance about three times a week, a classic consultation weekly, an
antenna twice a month, a periodic one monthly; those of an official list like a classic one."""

MOBILE_UNITS: Final[Mapping[str, int]] = {"Luxembourg": 3, "Liège": 2, "Namur": 1}
"""The six mobile units by province (``one_network_facts.csv``)."""

CHILDREN_POWER: Final = (0.70, 0.85, 1.00)
"""Least, central and greatest power of children in the weight of classic consultations."""

BRUSSELS_FACTOR: Final = (0.70, 0.85, 1.00)
"""Brussels: part of the children go to Kind en Gezin's consultations, which the 624 leave out."""

MOBILE_FACTOR: Final = (0.30, 0.50, 0.80)
"""Communes served by a mobile unit have fewer fixed consultations: their weight is multiplied by this."""

SPREAD: Final[Mapping[str, float]] = {"house": 0.0, "classic": 0.3, "antenna": 0.5, "periodic": 0.5}
"""Standard deviation of the logarithm of a commune's weight around the rule."""

ANTENNA_DENSITY: Final = 1_000.0
PERIODIC_DENSITY: Final = 150.0
"""People per km2 at which the weight of antennas and of periodic consultations is halved."""

LEAD_FACTOR: Final = 3.0
"""A site with a lead that gives a street is this many times as likely as its children alone make it."""


@dataclass(frozen=True)
class Totals:
    """Published numbers of consultations by type, and of communes that a mobile unit serves."""

    house: int
    classic: int
    antenna: int
    periodic: int
    mobile_communes: int

    def of(self, kind: str) -> int:
        """Return the number of consultations of a type."""
        return int(getattr(self, kind))


def draw_counts(
    communes: pd.DataFrame,
    totals: Totals,
    *,
    official: "pd.Series[int] | None" = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Return the number of consultations of each type in each commune.

    Parameters
    ----------
    communes
        Index ``nis``; ``children_0_5``, ``outlying_children`` (children aged 0 to 5 not nearest to the largest site of
        the commune), ``density_km2`` (people per km2), ``locality_count``, ``site_count``, ``region``, ``province``.
    totals
        Published numbers.
    official
        Number of consultations in communes with a complete official list, by ``nis``. They count as classic, and the
        commune gets no other.
    rng
        Source of randomness; without it every parameter has its central value and rounding is by largest remainders.

    Returns
    -------
    DataFrame
        Index of ``communes``, columns :data:`TYPES`, whole numbers. Each column sums to its total; a commune has at
        most one per site; each commune of Brussels has at least one.

    Raises
    ------
    ApportionError
        If the totals do not fit into the sites.
    """
    listed = communes.index.to_series().map(official if official is not None else {}).fillna(-1).to_numpy(np.int64)
    is_listed = listed >= 0
    room = np.where(is_listed, np.maximum(listed, 0), communes["site_count"].to_numpy(np.int64))
    weights = _weights(communes, totals, rng)
    is_brussels = (communes["region"] == "Brussels").to_numpy()
    counts: dict[str, Int64] = {}
    owed = np.zeros(len(communes))
    for kind in TYPES:
        low = np.zeros(len(communes), np.int64)
        if kind == "classic":
            low = np.where(is_brussels, np.minimum(1, room), 0)
            low = np.where(is_listed, listed, low)
        high = np.where(is_listed & (kind != "classic"), 0, room)
        if kind == "house":
            # Houses never use up the sites that a minimum needs.
            high = np.minimum(high, 1)
        total = totals.of(kind)
        expected = expected_counts(weights[kind], total, low=low, high=high)
        if rng is None:
            # Several types of less than a half each would all round to none: what one type lost goes to the next.
            due = np.maximum(expected + owed, 0.0)
            counts[kind] = whole_counts(expected_counts(due, total, low=low, high=high), total)
            owed = owed + expected - counts[kind]
        else:
            counts[kind] = whole_counts(expected, total, rng=rng)
        room = room - counts[kind]
    return pd.DataFrame(counts, index=communes.index)


def place_consultations(
    counts: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    has_lead: "pd.Series[bool]",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Return the site of every consultation: ``site_id``, ``nis``, ``type``; at most one per site.

    Houses and classic consultations weigh a site by its children aged 0 to 5, antennas and periodic ones by the square
    root of them; a site with a lead :data:`LEAD_FACTOR` times as much.

    Parameters
    ----------
    counts
        Result of :func:`draw_counts`.
    sites
        ``site_id``, ``nis``, ``x_m``, ``y_m``, ``children_0_5``.
    has_lead
        Whether a lead with a street points to the site, by ``site_id``.
    rng
        Source of randomness; without it the sites of greatest weight are taken.

    Raises
    ------
    NoSiteError
        If a commune has more consultations than sites.
    """
    rows: list[tuple[str, str, str]] = []
    boost = np.where(sites["site_id"].map(has_lead).fillna(False).to_numpy(bool), LEAD_FACTOR, 1.0)
    groups = sites.groupby("nis").indices
    ids = sites["site_id"].to_numpy()
    x, y = sites["x_m"].to_numpy(np.float64), sites["y_m"].to_numpy(np.float64)
    children = sites["children_0_5"].to_numpy(np.float64)
    for nis, numbers in zip(counts.index, counts[list(TYPES)].to_numpy(), strict=True):
        own = groups.get(nis, np.zeros(0, np.int64))
        taken = np.zeros(0, np.int64)
        for kind, count in zip(TYPES, numbers, strict=True):
            if count == 0:
                continue
            power = 1.0 if kind in ("house", "classic") else 0.5
            weight = boost[own] * children[own] ** power
            chosen = choose_spread(weight, x[own], y[own], int(count), taken=taken, rng=rng)
            taken = np.concatenate([taken, chosen])
            rows += [(str(ids[own[i]]), str(nis), kind) for i in chosen]
    return pd.DataFrame(rows, columns=["site_id", "nis", "type"])


def replace_by_official(modelled: pd.DataFrame, official: pd.DataFrame, *, listed: frozenset[str]) -> pd.DataFrame:
    """Return ``modelled`` with the rows of communes that have a complete official list replaced by that list.

    Parameters
    ----------
    modelled
        At least ``draw``, ``nis``.
    official
        Rows of official lists: the columns of ``modelled`` apart from ``draw``; those of other communes are left out.
    listed
        Codes of the communes whose list is complete; a listed commune without a row has no service of the kind.

    Returns
    -------
    DataFrame
        Columns of ``modelled``, the official rows in every draw that ``modelled`` has; sorted by ``draw``, ``nis``;
        RangeIndex. The totals change where the list and the model disagree on the number.
    """
    kept = modelled[~modelled["nis"].isin(listed)]
    draws = pd.DataFrame({"draw": np.sort(modelled["draw"].unique())}).astype({"draw": modelled["draw"].dtype})
    known = draws.merge(official[official["nis"].isin(listed)], how="cross")[list(modelled.columns)]
    return pd.concat([kept, known]).sort_values(["draw", "nis"], kind="stable", ignore_index=True)


def draw_mobile(communes: pd.DataFrame, count: int, *, rng: np.random.Generator | None = None) -> "pd.Series[bool]":
    """Return which communes a mobile unit serves, by index of ``communes``.

    Published: how many communes, and how many units per province; not which communes. Each province gets communes in
    proportion to its units, at most all it has, the least dense first (with ``rng``: log density with noise).
    """
    units = pd.Series(MOBILE_UNITS, dtype="float64")
    there = communes.groupby("province").size().reindex(units.index).fillna(0).to_numpy(np.int64)
    count = min(count, int(there.sum()))
    quota = whole_counts(expected_counts(units, count, high=there), count)
    score = np.log(communes["density_km2"].to_numpy(np.float64) + 1)
    if rng is not None:
        score = score + rng.normal(0.0, 0.5, len(score))
    rank = pd.Series(score, index=communes.index).groupby(communes["province"]).rank(method="first")
    limit = communes["province"].map(dict(zip(units.index, quota, strict=True))).fillna(0)
    return rank <= limit


def _weights(communes: pd.DataFrame, totals: Totals, rng: np.random.Generator | None) -> dict[str, Float64]:
    power, brussels, mobile = (_triangular(limits, rng) for limits in (CHILDREN_POWER, BRUSSELS_FACTOR, MOBILE_FACTOR))
    is_brussels = (communes["region"] == "Brussels").to_numpy()
    fewer = np.where(draw_mobile(communes, totals.mobile_communes, rng=rng), mobile, 1.0)
    fewer = fewer * np.where(is_brussels, brussels, 1.0)
    children = communes["children_0_5"].to_numpy(np.float64)
    outlying = communes["outlying_children"].to_numpy(np.float64)
    villages = communes["locality_count"].to_numpy(np.float64)
    density = communes["density_km2"].to_numpy(np.float64)
    rules = {
        "house": children,
        "classic": fewer * children**power,
        "antenna": fewer * np.sqrt(outlying * villages) / (1 + density / ANTENNA_DENSITY),
        "periodic": fewer * (children > 0) * villages / (1 + density / PERIODIC_DENSITY),
    }
    if rng is None:
        return rules
    return {kind: rule * np.exp(rng.normal(0.0, SPREAD[kind], len(rule))) for kind, rule in rules.items()}


def _triangular(limits: tuple[float, float, float], rng: np.random.Generator | None) -> float:
    return limits[1] if rng is None else float(rng.triangular(*limits))
