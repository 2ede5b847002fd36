"""Which sites of a commune modelled services take: spread over it, with probability by children near."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.apportion import Float64, Int64
from finder.errors import NoSiteError, first_ids

METHOD_VERSION: Final = "site choice 1"

NEAR_M: Final = 800.0
"""Sites nearer than this (straight line) to one already chosen are less likely to be chosen."""

NEAR_FACTOR: Final = 0.25
"""What the weight of such a site is multiplied by, once per chosen site near it. An assumption."""

FEWEST_CHILDREN: Final = 0.1
"""Added to every weight: a site with no child nearest to it is unlikely, not impossible."""


def choose_spread(
    weights: npt.ArrayLike,
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    count: int,
    *,
    taken: npt.ArrayLike = (),
    rng: np.random.Generator | None = None,
) -> Int64:
    """Return ``count`` different sites, chosen one after the other.

    With ``rng`` each next site is drawn with probability in proportion to its current weight (the Gumbel-max form of
    drawing without replacement); without it the site of the greatest current weight is taken. The current weight is the
    weight x :data:`NEAR_FACTOR` for each site already chosen within :data:`NEAR_M`.

    Parameters
    ----------
    weights
        Numbers >= 0, shape (n,).
    x_m, y_m
        Positions in EPSG:3812, shape (n,).
    count
        How many to choose.
    taken
        Positions in the arrays that are in use already: never chosen, but they count as chosen for what is near.
    rng
        Source of randomness.

    Raises
    ------
    NoSiteError
        If fewer than ``count`` sites are free.
    """
    x, y = np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)
    used = np.asarray(taken, dtype=np.int64)
    if count > len(x) - len(used):
        raise NoSiteError(f"{count} sites asked for, {len(x) - len(used)} free; allow fewer services in this commune.")
    score = np.log(np.asarray(weights, np.float64) + FEWEST_CHILDREN)
    if rng is not None:
        score = score + rng.gumbel(size=len(score))
    for site in used:
        score = _taken(score, x, y, int(site))
    chosen = np.empty(count, dtype=np.int64)
    for i in range(count):
        chosen[i] = int(score.argmax())
        score = _taken(score, x, y, int(chosen[i]))
    return chosen


def choose_facility_sites(
    facilities: pd.DataFrame, sites: pd.DataFrame, weights: npt.ArrayLike, *, rng: np.random.Generator | None = None
) -> "pd.Series[str]":
    """Return the site of each facility, same index; several facilities may share a site.

    With ``rng`` each facility draws a site of its commune with probability in proportion to the weight. Without it the
    facilities are served in falling order of places, each going to the site that lacks most places of its share.

    Parameters
    ----------
    facilities
        ``nis``, ``capacity_places``.
    sites
        ``site_id``, ``nis``; sorted by ``nis``.
    weights
        Numbers >= 0 in the order of ``sites``.

    Raises
    ------
    NoSiteError
        If a commune of ``facilities`` has no site.
    """
    lost = sorted(set(facilities["nis"]) - set(sites["nis"]))
    if lost:
        raise NoSiteError(f"No modelled site in the communes {first_ids(lost)}; build the sites again.")
    weight = np.asarray(weights, np.float64) + FEWEST_CHILDREN
    codes = sites["nis"].to_numpy(dtype=str)
    first = np.searchsorted(codes, facilities["nis"].to_numpy(dtype=str), side="left")
    last = np.searchsorted(codes, facilities["nis"].to_numpy(dtype=str), side="right")
    if rng is None:
        rows = _by_shortfall(facilities["capacity_places"].to_numpy(dtype=np.int64), weight, first, last)
    else:
        sums = np.concatenate([[0.0], np.cumsum(weight)])
        drawn = sums[first] + rng.random(len(facilities)) * (sums[last] - sums[first])
        rows = np.clip(np.searchsorted(sums, drawn, side="right") - 1, first, last - 1)
    return pd.Series(sites["site_id"].to_numpy()[rows], index=facilities.index, dtype="object")


def _taken(score: Float64, x: Float64, y: Float64, site: int) -> Float64:
    near = np.hypot(x - x[site], y - y[site]) <= NEAR_M
    score = np.where(near, score + np.log(NEAR_FACTOR), score)
    score[site] = -np.inf
    return score


def _by_shortfall(places: Int64, weight: Float64, first: Int64, last: Int64) -> Int64:
    rows = np.zeros(len(places), dtype=np.int64)
    order = np.lexsort((np.arange(len(places)), -places, first))
    begins = np.flatnonzero(np.diff(first[order], prepend=-1))
    for begin, end in zip(begins, [*begins[1:], len(order)], strict=True):
        group = order[begin:end]
        low, high = int(first[group[0]]), int(last[group[0]])
        lacking = places[group].sum() * weight[low:high] / weight[low:high].sum()
        for facility in group:
            site = int(lacking.argmax())
            lacking[site] -= places[facility]
            rows[facility] = low + site
    return rows
