"""Every published coverage value, judged: used or not, as what, moved to the base date how, how firmly, and why.

Rates are moved to 31 December 2022 by the trend of their region: value x region's rate at the base / region's rate in
the value's year. Limits stay limits. Three indicators stay apart: ONE's total, ONE's subsidised, IBSA's under three.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

BASE_YEAR: Final = 2022
SD_PER_YEAR: Final = 0.04
"""Assumed standard deviation of the logarithm of a commune's rate against its region's trend, per year."""

GROUP_PLACES: Final = 7
"""Places come in groups of seven (ONE); half a group is the coarseness of a published rate."""

CHILDMINDER_PLACES: Final = 4
SD_DOUBTFUL: Final = 0.35
STUDY_2015: Final = "Charleroi Sud-Hainaut"
"""A study that prints 32.9 for Wallonia in 2015 where IWEPS has 33.8: its values move by its own base."""

CLEAR_INDICATORS: Final = ("coverage_total_pct", "places_total")
"""The indicators whose equalities judge the model."""

NEWSPAPER: Final = "probably subsidised places only"


@dataclass(frozen=True)
class RegionTrends:
    """Rates of the regions by year, per 100 children 0-2.5, and places.

    Parameters
    ----------
    walloon
        Index year; ``places_total`` and ``coverage_pct`` (IWEPS).
    brussels_one_pct
        Index year: ONE's places in Brussels.
    brussels_base_pct
        ONE's places of the base over the children of the base.
    study_pct
        What the study named :data:`STUDY_2015` prints for Wallonia.
    """

    walloon: pd.DataFrame
    brussels_one_pct: "pd.Series[float]"
    brussels_base_pct: float
    study_pct: float

    def factor(self, *, year: int, source: str, in_brussels: bool) -> float:
        """Return what a rate of ``year`` is multiplied by to stand at the base date."""
        if in_brussels:
            return self.brussels_base_pct / float(self.brussels_one_pct[year])
        base = float(self.walloon["coverage_pct"][BASE_YEAR])
        if STUDY_2015 in source:
            return base / self.study_pct
        return base / float(self.walloon["coverage_pct"][year])

    def places_factor(self, year: int) -> float:
        """Return what a Walloon number of places of ``year`` is multiplied by to stand at the base date."""
        return float(self.walloon["places_total"][BASE_YEAR]) / float(self.walloon["places_total"][year])


def audit_observations(
    observations: pd.DataFrame, trends: RegionTrends, children: "pd.Series[float]", in_brussels: "pd.Series[bool]"
) -> pd.DataFrame:
    """Judge every row of ``observations``.

    Parameters
    ----------
    observations
        The table ``coverage_observations``.
    trends
        Rates of the regions by year.
    children
        Children 0-2.5 at the base, index ``nis``.
    in_brussels
        Index ``nis``.

    Returns
    -------
    DataFrame
        Same index and rows; the columns of :data:`finder.tables.OBSERVATION_AUDIT`: the value's own columns, ``used``,
        ``used_as``, ``operator_used``, ``base_pct`` (the value at the base date, per 100 children 0-2.5), ``sd_log``
        (the smaller the firmer), ``is_doubtful`` and ``why``.
    """
    own = ["area_id", "area_name", "level", "year", "indicator", "operator", "value", "source"]
    judged = [_judge(row, observations, trends, children, in_brussels) for row in observations.to_dict("records")]
    return observations[own].join(pd.DataFrame(judged, index=observations.index))


def commune_evidence(audit: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an audit that the model of rates takes, in the form of ``fit_rates``; same index."""
    kept = audit[audit["used"] & (audit["level"] == "commune") & audit["used_as"].isin(["total", "subsidised"])]
    return pd.DataFrame(
        {
            "nis": kept["area_id"],
            "kind": kept["used_as"],
            "operator": kept["operator_used"],
            "rate": kept["base_pct"] / 100,
            "sd_log": kept["sd_log"],
        }
    )


def _judge(
    row: Mapping[object, object], every: pd.DataFrame, trends: RegionTrends, children: "pd.Series[float]",
    in_brussels: "pd.Series[bool]",
) -> dict[str, object]:  # fmt: skip
    if row["level"] != "commune":
        return _judge_area(row, trends)
    nis, year, value = str(row["area_id"]), int(str(row["year"])), float(str(row["value"]))
    indicator, operator, source = str(row["indicator"]), str(row["operator"]), str(row["source"])
    doubt = row["doubt"] if isinstance(row["doubt"], str) else ""
    brussels, size = bool(in_brussels[nis]), float(children[nis])
    if indicator == "coverage_ratio_0_3":
        return _used(
            "total under 3 (IBSA)",
            operator,
            np.nan,
            0.15,
            why="another base and other places: steers Kind en Gezin's places only",
        )
    if indicator == "places_total":
        base = 100 * value * trends.places_factor(year) / size
        return _used("total", operator, base, _sd(year, base, size), why="places, moved by the places of Wallonia")
    factor = trends.factor(year=year, source=source, in_brussels=brussels)
    if indicator == "coverage_subsidised_pct":
        base = value * factor
        return _used("subsidised", operator, base, _sd(year, base, size), why="subsidised places only")
    if NEWSPAPER in doubt:
        twin = every[(every["area_id"] == nis) & (every["indicator"] == "coverage_subsidised_pct")]
        if (twin["value"] == value).any():
            return _not_used("the same value stands for subsidised places in a row that is used")
        base = value * factor
        sd = float(np.hypot(_sd(year, base, size), SD_DOUBTFUL))
        return _used(
            "subsidised",
            operator,
            base,
            sd,
            doubtful=True,
            why="a low value of this newspaper: taken as subsidised places, loosely",
        )
    if value == 0:
        base = 100 * CHILDMINDER_PLACES / size
        return _used("total", "<", base, _sd(year, base, size), why="no place: below one childminder (4 places)")
    base = value * factor
    if brussels:
        why = "ONE's places only: a source that quotes ONE counts no place of Kind en Gezin"
        return _used("total", operator, base, _sd(year, base, size), why=why)
    if "another article" in doubt:
        sd = float(np.hypot(_sd(year, base, size), SD_DOUBTFUL))
        return _used("total", operator, base, sd, doubtful=True, why="another article prints another value: loosely")
    why = "moved by the trend of Wallonia"
    if "few children" in doubt:
        why += "; few children make the rate jump, the value itself is not in doubt"
    return _used("total", operator, base, _sd(year, base, size), why=why)


def _judge_area(row: Mapping[object, object], trends: RegionTrends) -> dict[str, object]:
    area, year, indicator = str(row["area_id"]), int(str(row["year"])), str(row["indicator"])
    operator, source, value = str(row["operator"]), str(row["source"]), float(str(row["value"]))
    if area == "FWB":
        return _used(
            "Brussels split", operator, np.nan, np.nan, why="with Wallonia's rate it gives ONE's places in Brussels"
        )
    if area == "04000" and indicator == "coverage_total_pct":
        return _used("Brussels split", operator, np.nan, np.nan, why="ONE's places in Brussels")
    if area == "04000" and indicator.startswith("income_related"):
        return _used(
            "income-related share",
            operator,
            np.nan,
            np.nan,
            why="over 39.63 of the same source: share of income-related places",
        )
    if area == "03000":
        return _used(
            "base of a study",
            operator,
            np.nan,
            np.nan,
            doubtful=True,
            why="IWEPS has 33.8: only the base that this study's other values are moved from",
        )
    if area == "50000":
        base = value * trends.factor(year=year, source=source, in_brussels=False)
        return _used(
            "province total", operator, base, 0.05, why="moved by the trend of Wallonia from the study's own base"
        )
    if area == "20002" and indicator == "places_total" and year == 2021:
        return _used("province total", operator, np.nan, 0.03, why="the latest count; moved by the places of Wallonia")
    if area == "20002":
        return _not_used(
            "the count of 2021 is used: later, or places instead of a rounded rate; this one agrees within 3 %"
            if year in (2020, 2021)
            else "older than the count of 2021, which is used"
        )
    if area == "01000":
        return _not_used("Flanders is in it")
    if area == "04000":
        return _not_used("the count of places of 2018 from the same institute is a hard total")
    return _not_used("a study area whose communes the source does not list")


def _sd(year: int, base_pct: float, children: float) -> float:
    places = max(base_pct * children / 100, 1.0)
    return float(np.hypot(SD_PER_YEAR * abs(BASE_YEAR - year), 0.5 * GROUP_PLACES / max(places, GROUP_PLACES)))


def _used(
    used_as: str, operator: str, base_pct: float, sd_log: float, *, why: str, doubtful: bool = False
) -> dict[str, object]:
    return {
        "used": True, "used_as": used_as, "operator_used": operator, "base_pct": base_pct, "sd_log": sd_log,
        "is_doubtful": doubtful, "why": why,
    }  # fmt: skip


def _not_used(why: str) -> dict[str, object]:
    return {
        "used": False, "used_as": None, "operator_used": None, "base_pct": np.nan, "sd_log": np.nan,
        "is_doubtful": False, "why": why,
    }  # fmt: skip
