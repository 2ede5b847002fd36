"""Communes judged by several definitions of underserved at once, with how sure each judgement is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.intervals import HIGH, LOW
from finder.answers.measures import Measures
from finder.capacity.certainty import (
    CERTAINTIES,
    DrawnFlags,
    DrawnRule,
    certainty,
    gather_rules,
    judge_rule,
    likely_flags,
)
from finder.capacity.definitions import (
    CHILDREN,
    COMMUNE_DEFINITIONS,
    BelowQuantile,
    Criterion,
    Definition,
    definition,
)
from finder.capacity.stability import mean_stability
from finder.capacity.underserved import AGREEMENT_AT_LEAST, agreement_count, evaluate, who_lives_there

DEFAULT_KEYS: Final = (
    "low_coverage",
    "low_income_related",
    "crowded",
    "lowest_fifth",
    "combined_need",
    "beyond_walk_20",
    "beyond_car_15",
)
"""One definition of each kind: those that ask nearly the same twice (15 and 20 minutes, on foot and with a pram) would
count twice."""

ATTRIBUTES: Final = ("income_eur", "lone_parent_share", "low_education_share")
"""What is compared between the children inside and outside."""

SIZE_LIMITS: Final = (100, 200, 400, 800)
"""Children aged 0 to 2.5 of a commune, limits between its size classes; each belongs to the class above."""

FACILITY_PLACES: Final = 14
"""Places of a small facility: what one more or one fewer does to a commune's rate."""


@dataclass(frozen=True)
class Judgement:
    """Communes under several definitions.

    Attributes
    ----------
    criteria
        The definitions, in their order.
    flags
        Index ``nis``: one nullable boolean column per definition.
    counts
        Index ``nis``: ``holds_count``, ``does_not_count``, ``unknown_count``.
    shares
        Index ``nis``: share of the draws in which each definition holds, and ``agreement``.
    drawn
        The judgement of every draw. The central network is smoothed, so ``flags`` and ``counts`` say too little or too
        much where many communes lie near a limit: say the expected numbers of :func:`expected_table` instead.
    """

    criteria: tuple[Criterion, ...]
    flags: pd.DataFrame
    counts: pd.DataFrame
    shares: pd.DataFrame
    drawn: DrawnFlags


def chosen_criteria(
    keys: Sequence[str] = DEFAULT_KEYS, thresholds: Mapping[str, float] | None = None
) -> tuple[Criterion, ...]:
    """Return definitions of communes by their keys, with other thresholds where some are given.

    The threshold of a quantile is its share; a definition that compares with means has none.

    Raises
    ------
    MeasureError
        If a key is unknown.
    ThresholdError
        If a threshold is 0, negative or not a number.
    """
    moved = dict(thresholds or {})

    def with_limit(rule: Criterion) -> Criterion:
        if rule.key in moved and isinstance(rule, Definition):
            return replace(rule, threshold=moved[rule.key])
        if rule.key in moved and isinstance(rule, BelowQuantile):
            return replace(rule, share=moved[rule.key])
        return rule

    return tuple(with_limit(definition(key, among=COMMUNE_DEFINITIONS)) for key in keys)


def judge(measures: Measures, criteria: tuple[Criterion, ...], *, at_least: int = AGREEMENT_AT_LEAST) -> Judgement:
    """Judge every commune by every definition, in the central network and in every draw.

    Raises
    ------
    MeasureError
        If a measure is missing or ``at_least`` is not between 1 and the number of definitions.
    """
    return gather(measures, criteria, [judge_criterion(measures, rule) for rule in criteria], at_least=at_least)


def judge_criterion(measures: Measures, rule: Criterion) -> DrawnRule:
    """Judge every commune by one definition in every draw.

    Raises
    ------
    MeasureError
        If a measure is missing.
    """
    return judge_rule(measures.table, _draws(measures), rule)


def gather(
    measures: Measures, criteria: tuple[Criterion, ...], rules: Sequence[DrawnRule], *, at_least: int
) -> Judgement:
    """Gather definitions judged one by one, which need not be judged again when another one moves.

    Parameters
    ----------
    measures
        The communes.
    criteria
        The definitions.
    rules
        Each of them in every draw, from :func:`judge_criterion`, in the same order.
    at_least
        Definitions that must hold for the agreement.

    Raises
    ------
    MeasureError
        If ``at_least`` is not between 1 and the number of definitions.
    """
    flags = evaluate(measures.table, criteria)
    drawn = gather_rules(rules, at_least=at_least)
    return Judgement(
        criteria=criteria,
        flags=flags,
        counts=agreement_count(flags),
        shares=drawn.shares(),
        drawn=drawn,
    )


def judge_without_model(measures: Measures, criteria: tuple[Criterion, ...]) -> pd.DataFrame:
    """Judge every commune by the figures that rest on no model: all modelled measures count as unknown.

    Returns
    -------
    DataFrame
        As :func:`finder.capacity.underserved.evaluate`. Only a definition that one published figure settles is known.
    """
    unknown = {name: np.nan for name in measures.draws if name in measures.table}
    return evaluate(measures.table.assign(**unknown), criteria)


def expected_table(judgement: Judgement, children: "pd.Series[float]") -> pd.DataFrame:
    """Return how many communes and children each definition concerns: the mean over the draws, with its range.

    Parameters
    ----------
    judgement
        From :func:`judge`.
    children
        Children by commune, in the judgement's order.

    Returns
    -------
    DataFrame
        Indexed by definition, then ``agreement``: the columns of
        :func:`finder.capacity.underserved.definition_counts` (each three add up to all communes, or all children), and
        ``<column>_p10``, ``<column>_p90`` of those that hold.
    """
    totals = judgement.drawn.totals(children)
    by_key = totals.groupby(level="definition", sort=False)
    table = by_key.mean()
    for column in ("holds_count", "holds_children"):
        for name, share in (("p10", LOW), ("p90", HIGH)):
            table[f"{column}_{name}"] = by_key[column].quantile(share)
    return table


def certainty_counts(shares: "pd.Series[float]", children: "pd.Series[float]") -> pd.DataFrame:
    """Count communes and children by how sure it is.

    Parameters
    ----------
    shares
        Share of the draws by commune, a column of :attr:`Judgement.shares`.
    children
        Same index.

    Returns
    -------
    DataFrame
        Indexed by :data:`finder.capacity.certainty.CERTAINTIES`: ``zones_count`` and ``children``; they add up.
    """
    names = certainty(shares)
    counts = pd.DataFrame({"zones_count": names.value_counts(), "children": children.groupby(names).sum()})
    return counts.reindex(list(CERTAINTIES), fill_value=0).fillna(0)


def people_inside(measures: Measures, shares: "pd.Series[float]") -> pd.DataFrame:
    """Compare the children where it is at least likely with those where it is at most unlikely.

    Returns
    -------
    DataFrame
        As :func:`finder.capacity.underserved.who_lives_there`; ``unknown`` are the communes of which it is unsure.
    """
    return who_lives_there(likely_flags(shares), measures.table, attributes=ATTRIBUTES)


def stability(
    measures: Measures,
    criteria: tuple[Criterion, ...],
    *,
    at_least: int = AGREEMENT_AT_LEAST,
) -> pd.DataFrame:
    """Return who enters and leaves when thresholds move by a tenth, the mean over the draws.

    See :func:`finder.capacity.stability.mean_stability`.
    """
    return mean_stability(measures.table, _draws(measures), criteria, at_least=at_least)


def by_size(measures: Measures, shares: "pd.Series[float]") -> pd.DataFrame:
    """Say how sure it is in small communes and in large ones.

    Returns
    -------
    DataFrame
        One row per size class, smallest first: ``from_children``, ``to_children`` (aged 0 to 2.5; inf at the end),
        ``zones_count``, ``unsure_count`` (between 25 and 75 % of the draws) and ``facility_points``: by how many places
        per 100 children one facility of :data:`FACILITY_PLACES` moves the rate of the median commune; nan without one.
    """
    children = measures.table[CHILDREN]
    is_unsure = certainty(shares) == "unsure"
    edges = [0.0, *map(float, SIZE_LIMITS), np.inf]
    rows = []
    for low, high in pairwise(edges):
        inside = (children >= low) & (children < high)
        median = children[inside].median()
        rows.append(
            {
                "from_children": low,
                "to_children": high,
                "zones_count": int(inside.sum()),
                "unsure_count": int((inside & is_unsure).sum()),
                "facility_points": 100 * FACILITY_PLACES / median if median > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _draws(measures: Measures) -> dict[str, pd.DataFrame]:
    return {name: draws for name, draws in measures.draws.items() if name in measures.table}
