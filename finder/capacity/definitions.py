"""What "underserved" can mean: named rules, each with its threshold, unit and published source.

A rule is a frozen value. It answers for each row of a table whether it holds, does not hold, or cannot be told;
unknown is never taken for no.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.errors import MeasureError, ThresholdError, first_ids
from finder.geo.access import weighted_quantile
from finder.geo.network import Float64

METHOD_VERSION: Final = "underserved-1"

Direction = Literal["below", "above", "at_least"]
Level = Literal["commune", "point"]

BEYOND_SHARE: Final = 0.5
"""A commune is far from consultations when at least this share of its children is: a majority. Our choice."""

CHILDREN: Final = "children_0_2_5"


class Criterion(Protocol):
    """One way of saying that a place is underserved."""

    @property
    def key(self) -> str:
        """Stable name, used for columns and messages."""

    @property
    def level(self) -> Level:
        """What a row of the table is: a commune or a demand point."""

    def holds(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Return a nullable boolean with the index of ``table``; missing where it cannot be told."""

    def loosened(self, by: float) -> "Criterion":
        """Return the rule with thresholds moved by this share of themselves; positive lets more places in."""


@dataclass(frozen=True)
class Definition:
    """A measure against a threshold.

    Attributes
    ----------
    key
        Stable name.
    measure
        Column of the table, in ``unit``.
    threshold
        In ``unit``; larger than 0.
    direction
        ``below``: holds where measure < threshold; ``above``: measure > threshold; ``at_least``: measure >= threshold.
    level, unit, source
        What a row is, the unit of the measure, and where the threshold was published.

    Raises
    ------
    ThresholdError
        If the threshold is 0, negative or not a finite number.
    """

    key: str
    measure: str
    threshold: float
    direction: Direction
    level: Level
    unit: str
    source: str

    def __post_init__(self) -> None:
        if not (np.isfinite(self.threshold) and self.threshold > 0):
            raise ThresholdError(
                f"Definition {self.key!r} has the threshold {self.threshold}: give a finite number larger than 0."
            )

    def holds(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Return where the rule holds, as :class:`Criterion` says.

        Raises
        ------
        MeasureError
            If the column is missing or holds text.
        """
        values = numbers(table, self.measure)
        return _nullable(self.holds_for(values), np.isnan(values), table.index, self.key)

    def holds_for(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return where the rule holds for values of any shape; False where they are nan."""
        value = np.asarray(values, dtype=np.float64)
        if self.direction == "below":
            return value < self.threshold
        if self.direction == "above":
            return value > self.threshold
        return value >= self.threshold

    def loosened(self, by: float) -> "Definition":
        """Return the definition with its threshold moved by ``by`` (a share of itself) towards more places."""
        sign = 1.0 if self.direction == "below" else -1.0
        return replace(self, threshold=self.threshold * (1.0 + sign * by))


@dataclass(frozen=True)
class BelowQuantile:
    """A measure below a quantile of the table itself, weighted by children.

    Attributes
    ----------
    key, measure, level, unit, source
        As in :class:`Definition`.
    share
        Of the children, between 0 and 1 exclusive: 0.2 is the lowest fifth.
    weight
        Column of the weights.
    """

    key: str
    measure: str
    share: float
    weight: str
    level: Level
    unit: str
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ThresholdError(f"Definition {self.key!r} has the share {self.share}: give one between 0 and 1.")

    def limit(self, table: pd.DataFrame) -> float:
        """Return the weighted quantile of the known values, in ``unit``; nan where nobody has a known value.

        Raises
        ------
        MeasureError
            As :func:`numbers`, or if a weight is negative or infinite.
        """
        values, weights = numbers(table, self.measure), _weights(table, self.weight)
        known = ~np.isnan(values) & ~np.isnan(weights)
        return weighted_quantile(values[known], weights[known], self.share)

    def holds(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Return where the measure is strictly below the quantile, as :class:`Criterion` says."""
        values = numbers(table, self.measure)
        limit = self.limit(table)
        return _nullable(values < limit, np.isnan(values) | np.isnan(limit), table.index, self.key)

    def loosened(self, by: float) -> "BelowQuantile":
        """Return the rule with its share moved by ``by``: the lowest 22 % instead of the lowest 20 %."""
        return replace(self, share=self.share * (1.0 + by))


@dataclass(frozen=True)
class CombinedNeed:
    """Few places, low income and fragile families together, each against the mean of the table.

    Coverage below its mean, income below its mean, and at least one of the fragility columns above its mean. Means are
    weighted by children, over the rows where the column is known.

    Attributes
    ----------
    key, level, unit, source
        As in :class:`Definition`.
    coverage, income
        Columns that must lie below their mean.
    fragility
        Columns of which one must lie above its mean.
    weight
        Column of the weights.
    slack
        Share by which all means are moved towards more places; 0 is the rule itself.
    """

    key: str
    coverage: str
    income: str
    fragility: tuple[str, ...]
    weight: str
    level: Level
    unit: str
    source: str
    slack: float = 0.0

    def limits(self, table: pd.DataFrame) -> "pd.Series[float]":
        """Return the limit of each column used, in the column's unit."""
        lower = {
            column: _mean(table, column, self.weight) * (1 + self.slack) for column in (self.coverage, self.income)
        }
        upper = {column: _mean(table, column, self.weight) * (1 - self.slack) for column in self.fragility}
        return pd.Series(lower | upper, dtype=np.float64)

    def holds(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Return where all three hold, as :class:`Criterion` says.

        A commune with one criterion known to fail is known not to be in, whatever is unknown of the others.
        """
        limits = self.limits(table)

        def judged(column: str, *, below: bool) -> "pd.Series[bool]":
            values, limit = numbers(table, column), limits[column]
            result = values < limit if below else values > limit
            return _nullable(result, np.isnan(values) | np.isnan(limit), table.index, self.key)

        fragile = judged(self.fragility[0], below=False)
        for column in self.fragility[1:]:
            fragile = fragile | judged(column, below=False)
        return judged(self.coverage, below=True) & judged(self.income, below=True) & fragile

    def loosened(self, by: float) -> "CombinedNeed":
        """Return the rule with every mean moved by ``by``: coverage and income up, fragility down."""
        return replace(self, slack=self.slack + by)


def numbers(table: pd.DataFrame, column: str) -> Float64:
    """Return a column as floats, nan where missing.

    Raises
    ------
    MeasureError
        If the column is missing, or holds something that is not a number.
    """
    if column not in table:
        raise MeasureError(f"The table has no column {column!r}: it has {', '.join(map(str, table.columns))}.")
    if table[column].dtype == np.float64:
        return table[column].to_numpy()
    converted = pd.to_numeric(table[column], errors="coerce")
    wrong = converted.isna() & table[column].notna()
    if wrong.any():
        raise MeasureError(
            f"Column {column!r} holds {int(wrong.sum())} values that are not numbers,"
            f" at {first_ids(list(table.index[wrong]))}: leave them empty where unknown."
        )
    return converted.to_numpy(dtype=np.float64, na_value=np.nan)


def _nullable(
    result: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_], index: pd.Index, name: str
) -> "pd.Series[bool]":
    return pd.Series(pd.arrays.BooleanArray(np.where(unknown, False, result), unknown.copy()), index=index, name=name)


def _weights(table: pd.DataFrame, column: str) -> Float64:
    weights = numbers(table, column)
    wrong = (weights < 0) | np.isinf(weights)
    if wrong.any():
        raise MeasureError(
            f"{int(wrong.sum())} weights of {column!r} are negative or infinite,"
            f" at {first_ids(list(table.index[wrong]))}: correct them."
        )
    return weights


def _mean(table: pd.DataFrame, column: str, weight: str) -> float:
    values, weights = numbers(table, column), _weights(table, weight)
    known = ~np.isnan(values) & ~np.isnan(weights)
    total = weights[known].sum()
    return float(values[known] @ weights[known] / total) if total > 0 else float("nan")


_AGREEMENT = "Agreement of 25 May 2022 between the Federation and ONE: at least 33 % in every commune"
_BARCELONA = "33 %, the level ONE and IWEPS compare coverage with (Barcelona, 2002, speaks of children in care)"
_DESERT = "More than three children per place: Center for American Progress, 2016; applied to places in reach"
_OWN = "Finder's own limit, to be argued"
_CNAF = (
    "After CNAF, circular of 8 October 2014: coverage, means of the commune and income below their national means;"
    " the means of the commune are replaced by lone parents (2011) or low education (2021)"
)


def _beyond(mode: str, limit_min: int) -> Definition:
    return Definition(
        f"beyond_{mode}_{limit_min}",
        f"share_beyond_{mode}_{limit_min}",
        BEYOND_SHARE,
        "at_least",
        "commune",
        "share",
        _OWN,
    )


def _farther(mode: str, limit_min: int) -> Definition:
    return Definition(f"farther_{mode}_{limit_min}", f"minutes_{mode}", limit_min, "above", "point", "min", _OWN)


LOW_COVERAGE: Final = Definition(
    "low_coverage", "coverage_pct", 33.0, "below", "commune", "places per 100 children", _BARCELONA
)
LOW_INCOME_RELATED: Final = Definition(
    "low_income_related", "income_related_pct", 33.0, "below", "commune", "places per 100 children", _AGREEMENT
)
CROWDED: Final = Definition(
    "crowded", "reachable_per_100", 100 / 3, "below", "commune", "reachable places per 100 children", _DESERT
)
LOWEST_FIFTH: Final = BelowQuantile(
    "lowest_fifth", "reachable_per_100", 0.2, CHILDREN, "commune", "reachable places per 100 children", _OWN
)
COMBINED_NEED: Final = CombinedNeed(
    "combined_need",
    "coverage_pct",
    "income_eur",
    ("lone_parent_share", "low_education_share"),
    CHILDREN,
    "commune",
    "three criteria",
    _CNAF,
)

_REACHES: Final = (("walk", 15), ("walk", 20), ("pram", 15), ("pram", 20), ("car", 15))

COMMUNE_DEFINITIONS: Final[tuple[Criterion, ...]] = (
    LOW_COVERAGE,
    LOW_INCOME_RELATED,
    CROWDED,
    LOWEST_FIFTH,
    COMBINED_NEED,
    *(_beyond(mode, limit) for mode, limit in _REACHES),
)

POINT_DEFINITIONS: Final[tuple[Definition | BelowQuantile, ...]] = (
    replace(CROWDED, level="point"),
    replace(LOWEST_FIFTH, level="point"),
    *(_farther(mode, limit) for mode, limit in _REACHES),
)


def definition(key: str, *, among: Sequence[Criterion] = COMMUNE_DEFINITIONS + POINT_DEFINITIONS) -> Criterion:
    """Return the first definition with this key.

    Raises
    ------
    MeasureError
        If none has it.
    """
    for candidate in among:
        if candidate.key == key:
            return candidate
    raise MeasureError(f"Unknown definition {key!r}: choose one of {', '.join(c.key for c in among)}.")
