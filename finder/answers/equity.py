"""How unequally places are spread over children, in every draw: the central network alone would understate it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.intervals import over_draws
from finder.answers.modelled import CENTRAL
from finder.capacity.equity import (
    METHOD_VERSION,
    QUINTILES,
    by_income_quintile,
    lorenz_curve,
    measure_equity,
    theil_between,
)
from finder.capacity.equity_reading import EquityMeasure, Reading, reading

MEASURES: tuple[EquityMeasure, ...] = ("gini", "concentration", "palma", "theil")
INCOME = "income_per_inhabitant_eur"
_GRID = np.linspace(0.0, 1.0, 51)


@dataclass(frozen=True)
class EquityAnswer:
    """Inequality of places per child between communes, every child with the figure of their commune.

    Attributes
    ----------
    measures
        Index: :data:`MEASURES`, ``mean`` and ``theil_between`` (share of Theil between provinces); ``value`` of the
        central network, ``p10``, ``median``, ``p90`` over the draws.
    readings
        By measure: what its median says.
    is_sure
        By measure: its p10 and p90 say the same.
    lorenz
        ``children_share`` and ``value_share``, the mean of the curves of the draws.
    quintiles
        Index 1 (poorest communes) to 5: ``value``, ``p10``, ``median``, ``p90`` of the places per 100 children.
    quintile_of
        Fifth in which the middle child of each commune is; index ``nis``.
    unknown_count
        Communes left out because their income is unknown.
    method
        Version of the measures.
    """

    measures: pd.DataFrame
    readings: dict[EquityMeasure, Reading]
    is_sure: dict[EquityMeasure, bool]
    lorenz: pd.DataFrame
    quintiles: pd.DataFrame
    quintile_of: "pd.Series[int]"
    unknown_count: int
    method: str = METHOD_VERSION


def equity_over_draws(atlas: Atlas, places_per_100: pd.DataFrame, children: "pd.Series[float]") -> EquityAnswer:
    """Measure the inequality of each draw.

    Parameters
    ----------
    atlas
        The data: income of the communes.
    places_per_100
        Index ``nis``, one column per draw (0 central).
    children
        Weights, same index.
    """
    income = latest_income(atlas).reindex(places_per_100.index)
    known = income.notna() & (children > 0)
    amounts, weights, ranks = places_per_100[known], children[known], income[known]
    province = atlas.communes["province"].astype("object").loc[amounts.index]
    rows, fifths, curves = {}, {}, []
    for draw in amounts:
        column = amounts[draw]
        table = pd.DataFrame({"amount": column, "children": weights, "income": ranks})
        found = measure_equity(table, measure="amount", weight="children", income="income")
        between = theil_between(column, weights, province) / found.theil if found.theil > 0 else np.nan
        rows[draw] = {**{name: getattr(found, name) for name in (*MEASURES, "mean")}, "theil_between": between}
        fifths[draw] = by_income_quintile(column, weights, ranks)["mean"]
        if draw != CENTRAL:
            curve = lorenz_curve(column, weights)
            curves.append(np.interp(_GRID, curve["children_share"], curve["value_share"]))
    measures = over_draws(pd.DataFrame.from_dict(rows, orient="index"))
    mean = float(measures["median"]["mean"])
    said = {
        name: [reading(name, float(measures[column][name]), mean=mean) for column in ("median", "p10", "p90")]
        for name in MEASURES
    }
    return EquityAnswer(
        measures=measures,
        readings={name: found[0] for name, found in said.items()},
        is_sure={name: found[1].key == found[2].key for name, found in said.items()},
        lorenz=pd.DataFrame({"children_share": _GRID, "value_share": np.mean(curves, axis=0)}),
        quintiles=over_draws(pd.DataFrame(fifths).T),
        quintile_of=_quintile_of(weights, ranks),
        unknown_count=int((~known).sum()),
    )


def latest_income(atlas: Atlas) -> "pd.Series[float]":
    """Return the latest taxable income per inhabitant of each commune, EUR; index ``nis``."""
    rows = atlas.commune_figures
    rows = rows[rows["figure"] == INCOME].dropna(subset=["value"])
    latest: pd.Series[float] = rows.sort_values("year").drop_duplicates("nis", keep="last").set_index("nis")["value"]
    return latest


def _quintile_of(children: "pd.Series[float]", income: "pd.Series[float]") -> "pd.Series[int]":
    ordered = children[income.sort_values(kind="stable").index]
    middle = (ordered.cumsum() - ordered / 2) / ordered.sum()
    fifth: pd.Series[int] = (middle * QUINTILES).clip(upper=QUINTILES - 1).astype("int64") + 1
    return fifth.reindex(children.index)
