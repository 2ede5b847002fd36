"""Measures of several communes taken together: the mean over their children, in every draw."""

from collections.abc import Sequence

import pandas as pd

from finder.answers.intervals import interval_of
from finder.answers.measures import Measures
from finder.answers.modelled import CENTRAL
from finder.errors import MeasureError


def weight_of(measure: str) -> str:
    """Return the children that weigh a measure: those of 0 to 5 for consultations, of 0 to 2.5 for day care."""
    return "children_0_5" if measure.startswith("share_beyond") else "children_0_2_5"


def pooled_intervals(measures: Measures, nis: Sequence[str]) -> pd.DataFrame:
    """Return each measure that rests on the model for communes taken together.

    A coverage rate weighted by its own children is the rate of all their places over all their children.

    Parameters
    ----------
    measures
        Of the communes that ONE serves.
    nis
        Some of them; one alone gives its own figures.

    Returns
    -------
    DataFrame
        Index: names of ``measures.draws``; ``value``, ``p10`` and ``p90`` over the draws; nan where no child counts.

    Raises
    ------
    MeasureError
        If no commune is given.
    """
    if not len(nis):
        raise MeasureError("No commune to take together: give at least one that ONE serves.")
    chosen = list(nis)
    rows = {}
    for name, draws in measures.draws.items():
        weights = measures.table.loc[chosen, weight_of(name)]
        columns = draws.loc[chosen].assign(central=measures.table.loc[chosen, name])
        rows[name] = weighted_means(columns.rename(columns={"central": CENTRAL}), weights)
    return interval_of(pd.DataFrame.from_dict(rows, orient="index"))


def weighted_means(values: pd.DataFrame, weights: "pd.Series[float]") -> "pd.Series[float]":
    """Return the mean of each column over the rows that are known there; nan where their weights sum to 0."""
    known = values.notna().mul(weights, axis=0).sum()
    means: pd.Series[float] = values.mul(weights, axis=0).sum() / known.where(known > 0)
    return means
