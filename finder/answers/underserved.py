"""Communes judged by several definitions of underserved at once, with how sure each judgement is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from finder.answers.measures import Measures
from finder.capacity.certainty import shares_by_definition
from finder.capacity.definitions import COMMUNE_DEFINITIONS, Criterion, Definition, definition
from finder.capacity.underserved import AGREEMENT_AT_LEAST, agreement_count, evaluate

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
    """

    criteria: tuple[Criterion, ...]
    flags: pd.DataFrame
    counts: pd.DataFrame
    shares: pd.DataFrame


def chosen_criteria(
    keys: Sequence[str] = DEFAULT_KEYS, thresholds: Mapping[str, float] | None = None
) -> tuple[Criterion, ...]:
    """Return definitions of communes by their keys, with other thresholds where some are given.

    Raises
    ------
    MeasureError
        If a key is unknown.
    ThresholdError
        If a threshold is 0, negative or not a number.
    """
    moved = dict(thresholds or {})
    rules = [definition(key, among=COMMUNE_DEFINITIONS) for key in keys]
    return tuple(
        replace(rule, threshold=moved[rule.key]) if rule.key in moved and isinstance(rule, Definition) else rule
        for rule in rules
    )


def judge(measures: Measures, criteria: tuple[Criterion, ...], *, at_least: int = AGREEMENT_AT_LEAST) -> Judgement:
    """Judge every commune by every definition, in the central network and in every draw.

    Raises
    ------
    MeasureError
        If a measure is missing or ``at_least`` is not between 1 and the number of definitions.
    """
    flags = evaluate(measures.table, criteria)
    used = {name: draws for name, draws in measures.draws.items() if name in measures.table}
    return Judgement(
        criteria=criteria,
        flags=flags,
        counts=agreement_count(flags),
        shares=shares_by_definition(measures.table, used, criteria, at_least=at_least),
    )
