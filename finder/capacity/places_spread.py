"""From rates per commune to whole places that meet every published total, central estimate and draws.

In each draw: Walloon places are raked to the provinces' (soft) totals, drawn about their published values, which sum
to the hard total; subsidised shares are raked so that subsidised and other places meet theirs; Brussels' places of ONE
and Kind en Gezin meet IBSA's total, their split being drawn. What is well known moves little: the elasticity of a
commune is the variance of the logarithm of its rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.apportion import Int64, whole_counts
from finder.capacity.places_model import FittedRates
from finder.capacity.raking import Float64, rake_shares, rake_to_total

KIND_EN_GEZIN_SPREAD: Final = 0.35
"""Assumed standard deviation of the logarithm of Kind en Gezin's places per place of ONE, between communes."""

PLACE_COLUMNS: Final = ("places_subsidised", "places_other", "places_kind_en_gezin")


@dataclass(frozen=True)
class PublishedTotals:
    """What the places of all communes sum to.

    Parameters
    ----------
    walloon_subsidised, walloon_other, brussels
        Places; met exactly in every draw.
    brussels_one, brussels_one_sd
        ONE's part of Brussels' places and its standard deviation.
    brussels_income_share
        Share of income-related places in Brussels, of ONE as of Kind en Gezin.
    provinces
        Walloon provinces with a published total: places and standard deviation of the logarithm; the others share the
        rest of Wallonia.
    """

    walloon_subsidised: int
    walloon_other: int
    brussels: int
    brussels_one: float
    brussels_one_sd: float
    brussels_income_share: float
    provinces: Mapping[str, tuple[float, float]]


def spread_places(
    rates: Float64,
    shares: Float64,
    communes: pd.DataFrame,
    totals: PublishedTotals,
    *,
    rng: np.random.Generator | None,
    log_variance: Float64,
) -> pd.DataFrame:
    """Return whole places per commune and kind for one draw of rates.

    Parameters
    ----------
    rates, shares
        Shape (n,): ONE's places per child and subsidised part of them, in the order of ``communes``.
    communes
        Index ``nis``; ``province``, ``region``, ``children`` (> 0), ``lowest_places`` and ``highest_places`` (limits of
        ONE's places; 0 and infinite where there is none) and ``kind_en_gezin_ratio`` (places of Kind en Gezin per place
        of ONE where published, else missing).
    totals
        The published totals.
    rng
        For the provinces' totals, Brussels' split and Kind en Gezin's places; None takes their central values.
    log_variance
        Variance of the logarithm of each rate, shape (n,).

    Returns
    -------
    DataFrame
        Index ``nis``; :data:`PLACE_COLUMNS`, whole numbers that meet the totals of ``totals``.
    """
    children = communes["children"].to_numpy(dtype=float)
    lower = communes["lowest_places"].to_numpy(dtype=float)
    upper = communes["highest_places"].to_numpy(dtype=float)
    # Subsidised and other places are rounded apart: each may lose or gain one place.
    lower, upper = np.where(lower > 0, lower + 2, 0.0), np.maximum(upper - 2, 0.5)
    seed = np.clip(rates * children, lower, upper)
    walloon = (communes["region"] == "Wallonia").to_numpy()
    places = np.zeros(len(communes))
    for rows, total in _groups(communes, totals, walloon, rng):
        places[rows] = rake_to_total(
            seed[rows], total, elasticity=log_variance[rows], lower=lower[rows], upper=upper[rows]
        )
    subsidised = np.zeros(len(communes))
    one = float(places[~walloon].sum())
    for rows, total in (
        (walloon, float(totals.walloon_subsidised)),
        (~walloon, round(one * totals.brussels_income_share)),
    ):
        subsidised[rows] = places[rows] * rake_shares(shares[rows], places[rows], total)
    whole = np.zeros((len(communes), len(PLACE_COLUMNS)), dtype=np.int64)
    for rows in (walloon, ~walloon):
        whole[rows, 0] = _rounded(subsidised[rows])
        whole[rows, 1] = _rounded(places[rows] - subsidised[rows])
    ratio = communes["kind_en_gezin_ratio"].to_numpy(dtype=float)[~walloon]
    rest = totals.brussels - int(whole[~walloon].sum())
    level = rest / one
    spread = np.where(np.isnan(ratio), KIND_EN_GEZIN_SPREAD, KIND_EN_GEZIN_SPREAD / 3)
    drawn = np.where(np.isnan(ratio), level, ratio)
    if rng is not None:
        drawn = drawn * np.exp(spread * rng.standard_normal(len(ratio)))
    flemish = rake_to_total(places[~walloon] * drawn, float(rest), elasticity=spread**2)
    whole[~walloon, 2] = _rounded(flemish)
    return pd.DataFrame(whole, index=communes.index, columns=list(PLACE_COLUMNS))


def expected_places(
    fitted: FittedRates, communes: pd.DataFrame, totals: PublishedTotals, *, rng: np.random.Generator
) -> tuple[pd.DataFrame, Float64]:
    """Return the central estimate of the places, and the variance of the logarithm of each rate.

    Rates and shares take their expected values; provinces, Brussels' split and Kind en Gezin their central ones. See
    :func:`spread_places`.
    """
    rates, shares, variance = fitted.expected(rng=rng)
    central = spread_places(rates, shares, communes, totals, rng=None, log_variance=variance)
    return central, variance


def _rounded(values: Float64) -> Int64:
    return whole_counts(values, round(float(values.sum())))


def _groups(
    communes: pd.DataFrame, totals: PublishedTotals, walloon: np.ndarray, rng: np.random.Generator | None
) -> list[tuple[np.ndarray, float]]:
    groups: list[tuple[np.ndarray, float]] = []
    rest, left = float(totals.walloon_subsidised + totals.walloon_other), walloon.copy()
    for province, (total, sd_log) in totals.provinces.items():
        rows = (communes["province"] == province).to_numpy()
        drawn = total if rng is None else total * float(np.exp(sd_log * rng.standard_normal()))
        groups.append((rows, drawn))
        rest -= drawn
        left &= ~rows
    one = totals.brussels_one
    if rng is not None:
        half = 3 * totals.brussels_one_sd
        one += float(np.clip(totals.brussels_one_sd * rng.standard_normal(), -half, half))
    return [*groups, (left, rest), (~walloon, float(round(one)))]
