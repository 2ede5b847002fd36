"""How many of Brussels' day-care places are ONE's and how many Kind en Gezin's: an assumption, computed and declared.

No published count separates the 20,194 places of IBSA. ONE prints rates of the Federation (Wallonia and ONE's places
in Brussels together) and, for two years, of Brussels. Places of ONE in Brussels = rate of the Federation x children of
both regions - places of Wallonia. A straight line through the years gives the year of IBSA's count, and the rest is
Kind en Gezin's. The scatter about the line is the uncertainty.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

PLACES: Final = 20_194
"""Authorised places of ONE and Kind en Gezin in the Brussels-Capital Region (IBSA, published 2021)."""

PLACES_YEAR: Final = 2018
"""31 December 2018: 20,194 / 50,957 children under 3 on 1 January 2019 = 39.63 %, the rate printed for 2019."""

PUBLISHED_PCT_0_3: Final = 39.63
INCOME_RELATED_PCT_0_3: Final = 26.13
"""IBSA, per 100 children under 3, the same supply."""

INCOME_RELATED_SHARE: Final = INCOME_RELATED_PCT_0_3 / PUBLISHED_PCT_0_3


@dataclass(frozen=True)
class BrusselsSplit:
    """Places of ONE in Brussels by year, and in the year of IBSA's count.

    Parameters
    ----------
    by_year
        Index year (31 December); ``places_one`` (missing where nothing is printed), ``children`` (0-2.5, 1 January
        after) and ``coverage_pct``.
    slope_per_year, level
        The line: ``level`` places of ONE on 31 December 2018 and the places gained each year.
    sd
        Standard deviation of ``level``: the scatter of the years about the line.
    """

    by_year: pd.DataFrame
    slope_per_year: float
    level: float
    sd: float

    def coverage_pct(self, year: int) -> float:
        """Return the rate of ONE's places on the line, per 100 children 0-2.5."""
        at = self.level + self.slope_per_year * (year - PLACES_YEAR)
        return 100 * at / float(self.by_year["children"][year])


def split_brussels(
    observations: pd.DataFrame, walloon: pd.DataFrame, brussels_children: "pd.Series[float]"
) -> BrusselsSplit:
    """Estimate ONE's part of Brussels' places.

    Parameters
    ----------
    observations
        Rows of ``coverage_observations`` (``area_id``, ``year``, ``indicator``, ``value``); ONE's total rates of
        ``FWB`` and of Brussels (``04000``) are used.
    walloon
        Index year; ``places_total`` and ``coverage_pct`` of IWEPS.
    brussels_children
        Children 0-2.5 on 1 January after each 31 December; index year.
    """
    rates = observations[(observations["indicator"] == "coverage_total_pct")]
    rows: dict[int, list[float]] = {}
    for row in rates[rates["area_id"].isin(["FWB", "04000"])].to_dict("records"):
        year = int(row["year"])
        if year not in brussels_children.index or year not in walloon.index:
            continue
        children = float(brussels_children[year])
        if row["area_id"] == "FWB":
            places = float(walloon["places_total"][year])
            both = children + 100 * places / float(walloon["coverage_pct"][year])
            rows.setdefault(year, []).append(float(row["value"]) / 100 * both - places)
        else:
            rows.setdefault(year, []).append(float(row["value"]) / 100 * children)
    found = pd.Series({year: float(np.mean(values)) for year, values in sorted(rows.items())})
    by_year = pd.DataFrame({"places_one": found}).reindex(brussels_children.index)
    by_year["children"] = brussels_children
    by_year["coverage_pct"] = 100 * by_year["places_one"] / by_year["children"]
    x = found.index.to_numpy(dtype=float) - PLACES_YEAR
    slope, level = np.polyfit(x, found.to_numpy(), 1)
    scatter = found.to_numpy() - (level + slope * x)
    sd = float(np.sqrt((scatter**2).sum() / (len(found) - 2)))
    return BrusselsSplit(by_year, float(slope), float(level), sd)
