"""Coverage rates as they are published: places per 100 children, each variant under its own name.

A rate compares what stands on one territory: authorised places there and children living there. It says nothing of who
takes the places; participation is another quantity (:data:`BARCELONA_TARGETS`).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from finder.errors import CoverageInputError, first_ids

METHOD_VERSION: Final = "coverage 1"
CHILDREN_WEIGHTS: Final = {0: 1.0, 1: 1.0, 2: 0.5}
"""Share of each completed age that counts as a child of 0 to 2.5 years. The half of age 2 is inferred: with it the
rates that IWEPS prints for Wallonia come out; with all of age 2 or five sixths of the under-threes they do not."""


@dataclass(frozen=True)
class ParticipationTarget:
    """A target for the share of children who take part in formal care, never for places per child.

    Parameters
    ----------
    share_pct
        Children under three in formal care, per 100.
    by_year
        Year it was to be met.
    source
        Where it was set.
    """

    share_pct: float
    by_year: int
    source: str
    measures: Literal["participation"] = "participation"


BARCELONA_TARGETS: Final = (
    ParticipationTarget(33.0, 2010, "Barcelona European Council, 15-16 March 2002, conclusions, point 32"),
    ParticipationTarget(45.0, 2030, "Council Recommendation of 8 December 2022, OJ C 484, 20.12.2022, p. 1-12"),
)


def children_0_2_5(by_age: pd.DataFrame) -> "pd.Series[float]":
    """Return the children aged 0 to 2.5 years: age 0 + age 1 + half of age 2.

    Parameters
    ----------
    by_age
        Any index; columns 0, 1 and 2: people of that completed age on 1 January.

    Returns
    -------
    Series
        Same index.

    Raises
    ------
    CoverageInputError
        If an age is lacking, or a count is negative, missing or not a number.
    """
    lacking = [age for age in CHILDREN_WEIGHTS if age not in by_age.columns]
    if lacking:
        raise CoverageInputError(
            f"Children by age: the ages {first_ids(lacking)} are lacking; give columns 0, 1 and 2."
        )
    parts = [weight * _counts(by_age[age], what=f"children aged {age}") for age, weight in CHILDREN_WEIGHTS.items()]
    return (parts[0] + parts[1] + parts[2]).rename("children_0_2_5")


def coverage_rate(places: "pd.Series[float]", children: "pd.Series[float]") -> "pd.Series[float]":
    """Return the coverage rate of ONE and IWEPS: authorised places per 100 children of 0 to 2.5 years.

    Places on 31 December of year y, children on 1 January of y + 1 (:func:`children_0_2_5`), the nine communes of the
    German-speaking Community left out of both: they are outside ONE.

    Parameters
    ----------
    places
        Authorised places >= 0; unique index.
    children
        Children of 0 to 2.5 years >= 0; the same index in any order.

    Returns
    -------
    Series
        Index of ``places``; per 100, may exceed 100; nan where there is no child, even if there are places.

    Raises
    ------
    CoverageInputError
        If a value is negative, missing, infinite or text, an id stands twice, or the ids differ.

    Notes
    -----
    Source: IWEPS, "Accueil préscolaire : taux de couverture" (from ONE and Statbel). Checked in ``docs/coverage.md``.
    """
    return _per_100(places, children).rename("coverage_pct")


def coverage_rate_under_3(places: "pd.Series[float]", children_under_3: "pd.Series[float]") -> "pd.Series[float]":
    """Return the rate of IBSA (Brussels): places of ONE and of Kind en Gezin per 100 children under three years.

    Another numerator and a denominator about a fifth larger than in :func:`coverage_rate`: never in one table, map or
    ranking with it. Arguments, result and errors as there.

    Notes
    -----
    Source: IBSA / perspective.brussels; 20,194 places over 50,957 children give the 39.63 it prints for 2019.
    """
    return _per_100(places, children_under_3).rename("coverage_under_3_pct")


def subsidised_share(subsidised: "pd.Series[float]", total: "pd.Series[float]") -> "pd.Series[float]":
    """Return the share of the places that is subsidised, between 0 and 1; nan where there is no place.

    Raises
    ------
    CoverageInputError
        As :func:`coverage_rate`, and if more places are subsidised than there are.
    """
    return _share(subsidised, total, what="subsidised places").rename("subsidised_share")


def income_related_share(income_related: "pd.Series[float]", total: "pd.Series[float]") -> "pd.Series[float]":
    """Return the share of the places whose tariff follows the parents' income, between 0 and 1; nan without places.

    Raises
    ------
    CoverageInputError
        As :func:`coverage_rate`, and if more places follow the income than there are.
    """
    return _share(income_related, total, what="income-related places").rename("income_related_share")


def _share(part: "pd.Series[float]", total: "pd.Series[float]", *, what: str) -> "pd.Series[float]":
    share = _per_100(part, total, below="places") / 100
    above = share.index[share > 1].tolist()
    above += part.index[(part > 0) & share.isna()].tolist()
    if above:
        raise CoverageInputError(f"More {what} than places in {first_ids(above)}: correct the counts.")
    return share


def _per_100(part: "pd.Series[float]", base: "pd.Series[float]", *, below: str = "children") -> "pd.Series[float]":
    numerator, denominator = _counts(part, what="places"), _counts(base, what=below)
    unmatched = numerator.index.symmetric_difference(denominator.index).tolist()
    if unmatched:
        raise CoverageInputError(
            f"Coverage: {first_ids(unmatched)} stand in only one of places and {below}; give both for the same ids."
        )
    aligned = denominator.reindex(numerator.index)
    return 100 * numerator / aligned.where(aligned > 0, np.nan)


def _counts(values: "pd.Series[float]", *, what: str) -> "pd.Series[float]":
    twice = values.index[values.index.duplicated()].tolist()
    if twice:
        raise CoverageInputError(f"Coverage: {first_ids(twice)} stand twice among the {what}; add them up first.")
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = values.index[~(np.isfinite(numbers) & (numbers >= 0))].tolist()
    if wrong:
        raise CoverageInputError(
            f"Coverage: the {what} of {first_ids(wrong)} are not numbers of 0 or more; correct them, or leave them out."
        )
    return numbers
