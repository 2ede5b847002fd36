"""From children to places: need, planned supply, the gap, and how sure it is.

``need = children x take-up / children per place``; ``gap = need - places``. Children come with a calibrated interval
(:mod:`finder.capacity.forecast`), places may come with one of their own where they are modelled; the two errors are
taken as independent and added in squares. Take-up of 33 and 45 % are the European targets of 2002 and for 2030 (Council
recommendation, OJ C 484, 20.12.2022): shares of children who take part, read here as children who use a place.
"""

from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.conformal import HALF
from finder.capacity.forecast import probability_above
from finder.capacity.forecast_series import Floats
from finder.errors import SeriesError, first_ids

METHOD_VERSION: Final = "places needed 1"

TAKE_UP_PCT: Final = {"33": 33.0, "45": 45.0}
AGREEMENT_PCT: Final = 33.0
"""Places at income-related tariffs per 100 children that every commune is to have (agreement of 25 May 2022)."""
SURE_SHARE: Final = 0.8
"""Probability from which a gap counts as real."""
PEOPLE_PER_DWELLING: Final = {"Wallonia": 2.23, "Brussels": 2.14}
"""Mean size of private households on 1 January 2024 (Statbel)."""


def supply_by_year(places: "pd.Series[float]", changes: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return the places of every commune in every year.

    Parameters
    ----------
    places
        Present places by ``nis``; missing where not known, and then missing in every year.
    changes
        Openings and closings: ``nis``, ``year`` (first 1 January on which they count), ``places`` (closings negative).
    years
        Years wanted, 1 January.

    Returns
    -------
    DataFrame
        Index ``nis`` as in ``places``, one column per year; never below zero.

    Raises
    ------
    SeriesError
        If a change is of a commune that ``places`` lacks, or has no year or number.
    """
    unknown = changes.loc[~changes["nis"].isin(places.index), "nis"].unique().tolist()
    if unknown:
        raise SeriesError(f"Openings or closings in communes without a row of places: {first_ids(unknown)}.")
    broken = changes.index[changes[["year", "places"]].isna().any(axis=1)].tolist()
    if broken:
        raise SeriesError(f"Openings or closings without a year or a number of places, rows {first_ids(broken)}.")
    columns = {}
    for year in years:
        added = changes[changes["year"] <= year].groupby("nis")["places"].sum()
        columns[year] = (places + added.reindex(places.index).fillna(0.0)).clip(lower=0.0)
    return pd.DataFrame(columns, index=places.index)


def children_of_housing(projects: pd.DataFrame, rate: "pd.Series[float]", years: list[int]) -> pd.DataFrame:
    """Return the children that new dwellings add, by commune and year.

    Parameters
    ----------
    projects
        ``nis``, ``year`` (first 1 January lived in), ``dwellings``. Only projects beyond the usual pace of building:
        that pace is in the cohort ratios already.
    rate
        Children per dwelling by ``nis``, see :func:`children_per_dwelling`.
    years
        Years wanted.

    Returns
    -------
    DataFrame
        Index ``nis`` as in ``rate``, one column per year.

    Raises
    ------
    SeriesError
        If a project is of an unknown commune or counts dwellings below zero.
    """
    unknown = projects.loc[~projects["nis"].isin(rate.index), "nis"].unique().tolist()
    if unknown:
        raise SeriesError(f"Housing projects in unknown communes: {first_ids(unknown)}.")
    if (projects["dwellings"] < 0).any():
        raise SeriesError(
            f"Dwellings below zero, rows {first_ids(projects.index[projects['dwellings'] < 0].tolist())}."
        )
    built = {
        year: projects[projects["year"] <= year].groupby("nis")["dwellings"].sum().reindex(rate.index).fillna(0.0)
        for year in years
    }
    return pd.DataFrame(built, index=rate.index).mul(rate, axis=0)


def children_per_dwelling(
    children: "pd.Series[float]", population: "pd.Series[float]", region: "pd.Series[str]"
) -> "pd.Series[float]":
    """Return children per dwelling by commune: children per inhabitant times people per household of the region.

    New dwellings are taken to house the mix of people the commune has; a district of young families has more.
    """
    return children / population * region.map(PEOPLE_PER_DWELLING)


def gaps(
    children: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    take_up_pct: "float | pd.Series[float]",
    children_per_place: float = 1.0,
    supply_reach: pd.DataFrame | None = None,
    added_children: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return need, places and gap by commune and year, with an 80 % interval and the probability of a gap.

    Parameters
    ----------
    children
        ``area``, ``year``, ``children``, ``high_80``, ``high_95`` (missing where counted).
    supply
        From :func:`supply_by_year`.
    take_up_pct
        Places wanted per 100 children before ``children_per_place``; one for all, or by ``nis``.
    children_per_place
        Children who share a place over the week.
    supply_reach
        Logarithms ``below`` and ``above`` within which 80 % of modelled places lie, index ``nis``; 0 where counted.
    added_children
        From :func:`children_of_housing`.

    Returns
    -------
    DataFrame
        ``nis``, ``year``, ``children``, ``need``, ``need_low_80``, ``need_high_80``, ``places``, ``gap``,
        ``gap_low_80``, ``gap_high_80`` (places), ``gap_probability``; the gap is missing where places or take-up are.

    Raises
    ------
    SeriesError
        If a take-up or ``children_per_place`` is not above zero.
    """
    rate = take_up_pct if isinstance(take_up_pct, pd.Series) else pd.Series(take_up_pct, index=supply.index)
    if children_per_place <= 0 or (rate <= 0).any():
        raise SeriesError("Take-up and children per place must be above zero.")
    kept = children[children["area"].isin(supply.index) & children["year"].isin(supply.columns)]
    nis, years = kept["area"].to_numpy(), kept["year"].to_numpy()
    count = kept["children"].to_numpy(dtype=float)
    # The interval of the forecast, in logarithms; none where children were counted.
    reach_80, reach_95 = (
        np.nan_to_num(np.log((kept[f"high_{pct}"].to_numpy(dtype=float) + HALF) / (count + HALF))) for pct in (80, 95)
    )
    extra = _look_up(added_children, nis, years) if added_children is not None else 0.0
    per_child = rate.reindex(nis).to_numpy(dtype=float) / 100 / children_per_place
    need = (count + extra) * per_child
    places = _look_up(supply, nis, years)
    fewer, more = (_side(supply_reach, side, nis) for side in ("below", "above"))
    out = pd.DataFrame({"nis": nis, "year": years, "children": count + extra, "need": need})
    out["need_low_80"], out["need_high_80"] = need / np.exp(reach_80), need * np.exp(reach_80)
    out["places"], out["gap"] = places, need - places
    below = np.hypot(need - out["need_low_80"], places * np.expm1(more))
    above = np.hypot(out["need_high_80"] - need, places * -np.expm1(-fewer))
    out["gap_low_80"], out["gap_high_80"] = out["gap"] - below, out["gap"] + above
    ratio = np.divide(reach_95, reach_80, out=np.full_like(reach_80, 1.5), where=reach_80 > 0)
    # More places than known would close a gap, fewer would open one: the side that could change the answer counts.
    known = np.where(need > places, more, fewer)
    both_80, both_95 = np.hypot(reach_80, known), np.hypot(reach_95, known * ratio)
    probability = probability_above(places, need, both_80, both_95)
    out["gap_probability"] = np.where(np.isnan(out["gap"]), np.nan, probability)
    return out.reset_index(drop=True)


def first_gap_years(gap_table: pd.DataFrame, *, sure_share: float = SURE_SHARE) -> "pd.Series[int]":
    """Return the first year in which each commune's gap is real; communes without such a year are left out.

    The gap may close again in a later year.

    Parameters
    ----------
    gap_table
        From :func:`gaps`.
    sure_share
        Probability from which a gap counts as real.
    """
    real = gap_table[gap_table["gap_probability"] >= sure_share]
    first: pd.Series[int] = real.groupby("nis")["year"].min()
    return first


def rank_by_agreement(children: "pd.Series[float]", income_related: "pd.Series[float]") -> pd.DataFrame:
    """Rank communes by their distance from 33 places at income-related tariffs per 100 children.

    Parameters
    ----------
    children
        Children 0-2.5 by ``nis``.
    income_related
        Places at income-related tariffs by ``nis``; communes without a known number are left out.

    Returns
    -------
    DataFrame
        Index ``nis``; ``coverage_pct``, ``missing_places`` (0 where the target is met), ``rank`` (1 farthest from 33 %,
        ties share the better rank); farthest first.
    """
    both = pd.DataFrame({"children": children, "places": income_related.reindex(children.index)}).dropna()
    both = both[both["children"] > 0]
    out = pd.DataFrame({"coverage_pct": 100 * both["places"] / both["children"]})
    out["missing_places"] = (both["children"] * AGREEMENT_PCT / 100 - both["places"]).clip(lower=0.0)
    out["rank"] = out["coverage_pct"].rank(method="min").astype(int)
    return out.sort_values(["rank", "missing_places"], ascending=[True, False])


def _side(reach: pd.DataFrame | None, side: str, nis: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> Floats:
    if reach is None:
        return np.zeros(len(nis))
    return np.asarray(reach[side].reindex(nis).fillna(0.0).to_numpy(dtype=float), dtype=np.float64)


def _look_up(table: pd.DataFrame, nis: "np.ndarray[tuple[int], np.dtype[np.object_]]", years: Floats) -> Floats:
    rows, columns = table.index.get_indexer(pd.Index(nis)), table.columns.get_indexer(pd.Index(years))
    found = table.to_numpy(dtype=float)[rows, columns]
    return np.asarray(np.where((rows >= 0) & (columns >= 0), found, 0.0), dtype=np.float64)
