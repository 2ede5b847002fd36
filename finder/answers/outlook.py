"""What the forecast says of one area: its years, how it fared on the past, and the places its communes need."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.forecast import ForecastDesk
from finder.answers.places_needed import NeedAnswer
from finder.capacity.conformal import HALF
from finder.capacity.forecast import probability_above
from finder.capacity.forecast_selection import SIZE_CLASSES, size_class
from finder.capacity.forecast_series import Floats
from finder.capacity.places_needed import SURE_SHARE
from finder.errors import PlaceNotFoundError
from finder.sources.forecast_tables import load_backtest

AREAS: Final = {
    "all": ("whole", "Wallonia and Brussels"),
    "wallonia": ("region", "Wallonia"),
    "brussels": ("region", "Brussels"),
    "walloon_brabant": ("province", "Walloon Brabant"),
    "hainaut": ("province", "Hainaut"),
    "liege": ("province", "Liège"),
    "luxembourg": ("province", "Luxembourg"),
    "namur": ("province", "Namur"),
}
"""Level and name, in the forecast's table, of what is larger than a commune."""
PROVINCES_OF: Final = {
    "wallonia": ("Brabant wallon", "Hainaut", "Liège", "Luxembourg", "Namur"),
    "brussels": ("Bruxelles-Capitale",),
    "walloon_brabant": ("Brabant wallon",),
    "hainaut": ("Hainaut",),
    "liege": ("Liège",),
    "luxembourg": ("Luxembourg",),
    "namur": ("Namur",),
}
"""Provinces of the table of communes that make up an area; the whole has them all."""

_ALL_HORIZONS: Final = 0


@dataclass(frozen=True)
class Held:
    """How often an interval held the count, over the cases left out of its calibration.

    Attributes
    ----------
    size_class
        One of :data:`finder.capacity.forecast_selection.SIZE_CLASSES`.
    cases_count
        Cases of communes of that size.
    held_80_pct, held_95_pct
        Percent of them inside the interval.
    error_pct
        Their mean absolute error.
    """

    size_class: str
    cases_count: int
    held_80_pct: float
    held_95_pct: float
    error_pct: float


@dataclass(frozen=True)
class NeedSum:
    """Places needed in an area larger than a commune, in one year.

    Attributes
    ----------
    need_count, places_count
        Over the communes whose places are known.
    missing_count
        Missing places, added over the communes that lack any; another commune's spare places do not make up for them.
    likely_count, open_count, enough_count
        Communes whose gap has a probability of at least 80 %, between, and at most 20 %.
    unknown_count
        Communes without known places.
    """

    need_count: float
    places_count: float
    missing_count: float
    likely_count: int
    open_count: int
    enough_count: int
    unknown_count: int


def area_years(table: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows of one area, by year.

    Parameters
    ----------
    table
        Of :meth:`finder.answers.forecast.ForecastDesk.table`.
    area
        Code of a commune or a key of :data:`AREAS`.

    Raises
    ------
    PlaceNotFoundError
        If there is no such area.
    """
    level, name = AREAS.get(area, ("commune", area))
    rows = table[(table["level"] == level) & (table["area"] == name)]
    if rows.empty:
        raise PlaceNotFoundError(f"No area has the code {area}.")
    return rows.sort_values("year").set_index("year", drop=False).rename_axis(None)


def changes(table: pd.DataFrame, *, year: int, present_year: int) -> pd.DataFrame:
    """Return by commune the children of a year beside those of today.

    Parameters
    ----------
    table
        Of :meth:`finder.answers.forecast.ForecastDesk.table`.
    year, present_year
        1 January.

    Returns
    -------
    DataFrame
        Index ``nis``; ``children_today``, ``children``, ``low_80``, ``high_80``, ``low_95``, ``high_95``,
        ``change_pct``, ``fewer_probability`` (see :func:`fewer_probability`), ``is_uncertain`` (neither fewer nor more
        has a probability of 80 %).
    """
    communes = table[table["level"] == "commune"]
    now, then = (communes[communes["year"] == y].set_index("area") for y in (present_year, year))
    out = then[["children", "low_80", "high_80", "low_95", "high_95"]].copy()
    out.index.name = "nis"
    today = now["children"].reindex(out.index)
    out.insert(0, "children_today", today)
    out["change_pct"] = 100 * (out["children"] / today.where(today > 0) - 1)
    out["fewer_probability"] = fewer_probability(then, now.reindex(then.index))
    out["is_uncertain"] = _is_open(out["fewer_probability"])
    return out


def fewer_probability(then: pd.DataFrame, now: pd.DataFrame) -> Floats:
    """Return the probability that there will be fewer children than today, shape (rows,).

    Where today is estimated, its error moves both numbers alike, so only the error of the years between counts.

    Parameters
    ----------
    then, now
        Rows of the forecast's table of the same areas in the same order, in a year ahead and today.
    """
    count, today = (rows["children"].to_numpy(dtype=float) for rows in (then, now))
    reach = {}
    for pct in (80, 95):
        whole, start = (_reach(rows, pct) for rows in (then, now))
        reach[pct] = np.sqrt(np.maximum(whole**2 - start**2, 0.0))
    fewer: Floats = 1 - probability_above(today, count, reach[80], reach[95])
    return fewer


def needs_of_year(answer: NeedAnswer, year: int) -> pd.DataFrame:
    """Return need, places and gap of every commune in a year.

    Returns
    -------
    DataFrame
        Index ``nis``; columns of :func:`finder.capacity.places_needed.gaps` but the year, ``gap_per_100`` (missing
        places per 100 children), ``is_uncertain`` (neither a gap nor enough has a probability of 80 %), ``first_year``
        (from which a gap has one; missing where none).
    """
    out = answer.table[answer.table["year"] == year].set_index("nis").drop(columns="year")
    children = out["children"]
    out["gap_per_100"] = 100 * out["gap"] / children.where(children > 0)
    out["is_uncertain"] = _is_open(out["gap_probability"])
    out["first_year"] = answer.first_years.reindex(out.index).astype("float64")
    return out


def sum_needs(needs: pd.DataFrame, nis: list[str]) -> NeedSum:
    """Return the sums over some communes.

    Parameters
    ----------
    needs
        From :func:`needs_of_year`.
    nis
        Communes of the area.
    """
    rows = needs.loc[needs.index.intersection(nis)]
    known = rows[rows["gap"].notna()]
    chance = known["gap_probability"]
    return NeedSum(
        need_count=float(known["need"].sum()),
        places_count=float(known["places"].sum()),
        missing_count=float(known["gap"].clip(lower=0.0).sum()),
        likely_count=int((chance >= SURE_SHARE).sum()),
        open_count=int(_is_open(chance).sum()),
        enough_count=int((chance <= 1 - SURE_SHARE).sum()),
        unknown_count=len(rows) - len(known),
    )


def communes_of(communes: pd.DataFrame, area: str) -> list[str]:
    """Return the codes of the communes of a key of :data:`AREAS`."""
    if area == "all":
        return [str(nis) for nis in communes.index]
    return [str(nis) for nis in communes.index[communes["province"].isin(PROVINCES_OF[area])]]


def past_of(desk: ForecastDesk, nis: str) -> pd.DataFrame:
    """Return what the method would have said of a commune from each counted year, the newest targets first.

    A commune fused since is the sum of the two it was; such a sum has no interval.

    Returns
    -------
    DataFrame
        ``base``, ``target``, ``horizon``, ``ages``, ``observed``, ``forecast``, ``low_80``, ``high_80``, ``is_inside``
        (missing for a sum).
    """
    cases = desk.backtest_of(nis)
    keys = ["base", "target", "horizon", "ages"]
    parts = cases.groupby(keys, sort=False)
    out = parts[["observed", "forecast", "low_80", "high_80"]].sum(min_count=1)
    is_sum = (parts.size() > 1).to_numpy()
    inside = (out["low_80"] <= out["observed"]) & (out["observed"] <= out["high_80"])
    out["is_inside"] = inside.astype("boolean").mask(is_sum)
    out.loc[is_sum, ["low_80", "high_80"]] = np.nan
    return out.reset_index().sort_values(["target", "base"], ascending=False, ignore_index=True)


def held_of(desk: ForecastDesk, nis: str) -> Held:
    """Return how often intervals held in communes of the size of one, over all years ahead.

    Raises
    ------
    PlaceNotFoundError
        If the series has no such commune.
    """
    if nis not in desk.series.nis:
        raise PlaceNotFoundError(f"No commune has the code {nis}.")
    population = desk.series.population[-1][[list(desk.series.nis).index(nis)]]
    name = SIZE_CLASSES[int(size_class(population)[0])]
    row = _held_row(desk, area="all", size=name)
    return Held(name, int(row["n"]), float(row["held_80"]), float(row["held_95"]), float(row["mape"]))


def held_in_brussels_pct(desk: ForecastDesk) -> float:
    """Return the percent of Brussels' cases that the 80 % intervals held, which is fewer than they promise."""
    return float(_held_row(desk, area="Brussels", size="all")["held_80"])


def _held_row(desk: ForecastDesk, *, area: str, size: str) -> "pd.Series[float]":
    rows = load_backtest(desk.data_dir)
    is_wanted = (
        (rows["level"] == "commune") & (rows["base"] == "all") & (rows["method"] == "chosen")
        & (rows["horizon"].astype(int) == _ALL_HORIZONS) & (rows["area"] == area) & (rows["size_class"] == size)
    )  # fmt: skip
    found: pd.Series[float] = rows[is_wanted].iloc[0]
    return found


def _reach(rows: pd.DataFrame, confidence_pct: int) -> Floats:
    high = rows[f"high_{confidence_pct}"].to_numpy(dtype=float)
    reach: Floats = np.log((high + HALF) / (rows["children"].to_numpy(dtype=float) + HALF))
    return np.nan_to_num(reach)


def _is_open(probability: "pd.Series[float]") -> "pd.Series[bool]":
    return (probability < SURE_SHARE) & (probability > 1 - SURE_SHARE)
