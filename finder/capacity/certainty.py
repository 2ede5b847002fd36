"""How sure it is that a definition holds, when the figures rest on draws of a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.definitions import Criterion, Definition, numbers
from finder.capacity.underserved import (
    AGREEMENT_AT_LEAST,
    AGREEMENT_KEY,
    check_agreement,
    check_definitions,
    children_counts,
    overlap,
)
from finder.errors import MeasureError
from finder.geo.network import Bool, Float64

Certainty = Literal["certain_yes", "likely", "unsure", "likely_no", "certain_no", "unknown"]
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)

SURE_SHARE: Final = 0.95
LIKELY_SHARE: Final = 0.75
"""Limits of the classes, inclusive, mirrored at the other end. Certainty speaks of the draws, not of the world."""


@dataclass(frozen=True)
class DrawnRule:
    """One definition, or the agreement of several, judged in every draw.

    Attributes
    ----------
    key
        Of the definition.
    index
        Ids of the rows.
    holds
        Shape (n_rows, n_draws); False where it is unknown.
    is_known
        Same shape.
    """

    key: str
    index: pd.Index
    holds: Bool
    is_known: Bool

    def share(self) -> "pd.Series[float]":
        """Return by row the share of its known draws in which it holds; nan where none is known."""
        return pd.Series(_over(self.holds.sum(axis=1), self.is_known.sum(axis=1)), index=self.index, name=self.key)


@dataclass(frozen=True)
class DrawnFlags:
    """Every draw judged by every definition.

    Attributes
    ----------
    rules
        One per definition, of the same rows and draws.
    agreement
        Where enough of them hold.
    """

    rules: tuple[DrawnRule, ...]
    agreement: DrawnRule

    def shares(self) -> pd.DataFrame:
        """Return the share of the draws in which each definition holds, by row; nan where it is unknown in every one.

        Columns are the definitions and ``agreement``; draws in which a row is unknown are left out.
        """
        return pd.DataFrame({rule.key: rule.share() for rule in (*self.rules, self.agreement)})

    def mean_holds_count(self) -> "pd.Series[float]":
        """Return by row how many definitions hold, the mean over the draws; the agreement is not one of them."""
        means = sum((rule.holds.mean(axis=1) for rule in self.rules), np.zeros(len(self.agreement.index)))
        return pd.Series(means, index=self.agreement.index, name="mean_holds_count")

    def totals(self, children: "pd.Series[float]") -> pd.DataFrame:
        """Count rows and children in every draw.

        Parameters
        ----------
        children
            Children by row, same index.

        Returns
        -------
        DataFrame
            Indexed by (``draw``, ``definition``) with draws from 1: the columns of
            :func:`finder.capacity.underserved.definition_counts`, of which each three add up.

        Raises
        ------
        MeasureError
            If the indexes differ, or a number of children is negative, missing or not a number.
        """
        weight = children_counts(children, self.agreement.index)
        counts: dict[str, list[Float64]] = {}
        rules = (*self.rules, self.agreement)
        for rule in rules:
            parts = {"holds": rule.holds, "does_not": rule.is_known & ~rule.holds, "unknown": ~rule.is_known}
            for name, part in parts.items():
                counts.setdefault(f"{name}_count", []).append(part.sum(axis=0))
            for name, part in parts.items():
                counts.setdefault(f"{name}_children", []).append(weight @ part)
        draws = range(1, self.agreement.holds.shape[1] + 1)
        index = pd.MultiIndex.from_product([draws, [rule.key for rule in rules]], names=["draw", "definition"])
        return pd.DataFrame({name: np.stack(parts, axis=1).ravel() for name, parts in counts.items()}, index=index)

    def mean_overlap(self) -> pd.DataFrame:
        """Return :func:`finder.capacity.underserved.overlap` of the definitions, the mean over the draws."""
        tables = [overlap(self._flags(draw)) for draw in range(self.agreement.holds.shape[1])]
        mean: pd.DataFrame = sum(tables[1:], tables[0]) / len(tables)
        return mean

    def _flags(self, draw: int) -> pd.DataFrame:
        arrays = {
            rule.key: pd.arrays.BooleanArray(rule.holds[:, draw].copy(), ~rule.is_known[:, draw]) for rule in self.rules
        }
        return pd.DataFrame(arrays, index=self.agreement.index)


def judge_draws(
    table: pd.DataFrame,
    draws: Mapping[str, pd.DataFrame],
    definitions: Sequence[Criterion],
    *,
    at_least: int = AGREEMENT_AT_LEAST,
) -> DrawnFlags:
    """Judge every draw by every definition, limits that depend on the table included.

    Parameters
    ----------
    table
        As for :func:`finder.capacity.underserved.evaluate`; its own values serve for the columns without draws.
    draws
        For each measure that varies, a frame with the index of ``table`` and one column per draw; the same draws,
        in the same order, for every measure.
    definitions
        Rules of one level.
    at_least
        Definitions that must hold for the agreement.

    Raises
    ------
    MeasureError
        If there is no draw, or the draws of two measures differ, or their ids are not those of the table.
    """
    check_definitions(table, definitions)
    return gather_rules([judge_rule(table, draws, rule) for rule in definitions], at_least=at_least)


def judge_rule(table: pd.DataFrame, draws: Mapping[str, pd.DataFrame], rule: Criterion) -> DrawnRule:
    """Judge every draw by one definition.

    Parameters
    ----------
    table, draws
        As for :func:`judge_draws`.
    rule
        The definition.

    Raises
    ------
    MeasureError
        As :func:`judge_draws`.
    """
    shape = (len(table), len(_draw_ids(table, draws)))
    if isinstance(rule, Definition):
        # Its limit is the same in every draw: all are judged at once.
        measured = numbers(table, rule.measure)[:, None] if rule.measure not in draws else draws[rule.measure]
        values = np.broadcast_to(np.asarray(measured, dtype=np.float64), shape)
        return DrawnRule(rule.key, table.index, rule.holds_for(values), ~np.isnan(values))
    flags = [rule.holds(drawn) for drawn in drawn_tables(table, draws)]
    holds, is_known = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
    for draw, flag in enumerate(flags):
        holds[:, draw] = flag.fillna(False)
        is_known[:, draw] = flag.notna()
    return DrawnRule(rule.key, table.index, holds, is_known)


def gather_rules(rules: Sequence[DrawnRule], *, at_least: int = AGREEMENT_AT_LEAST) -> DrawnFlags:
    """Count in every draw how many definitions hold, and where enough do.

    As :func:`finder.capacity.underserved.agrees`: unknown only where the unknown definitions would decide.

    Raises
    ------
    MeasureError
        If ``at_least`` is not between 1 and the number of definitions.
    """
    check_agreement(at_least, len(rules))
    count = np.zeros(rules[0].holds.shape, dtype=np.int16)
    possible = count.copy()
    for rule in rules:
        count += rule.holds
        possible += rule.holds | ~rule.is_known
    holds = count >= at_least
    return DrawnFlags(tuple(rules), DrawnRule(AGREEMENT_KEY, rules[0].index, holds, holds | (possible < at_least)))


def drawn_tables(table: pd.DataFrame, draws: Mapping[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Yield the table once per draw, its varying measures replaced by those of the draw.

    Raises
    ------
    MeasureError
        As :func:`judge_draws`.
    """
    for draw in _draw_ids(table, draws):
        yield table.assign(**{measure: frame[draw] for measure, frame in draws.items()})


def likely_flags(shares: "pd.Series[float]") -> "pd.Series[bool]":
    """Return True where a share of draws is at least 75 %, False where at most 25 %, missing between and where unknown.

    What :func:`finder.capacity.underserved.who_lives_there` compares when the figures rest on draws.
    """
    names = certainty(shares)
    flags: pd.Series[bool] = names.isin(["certain_yes", "likely"]).astype("boolean")
    return flags.mask(names.isin(["unsure", "unknown"]))


def certainty(shares: "pd.Series[float]") -> "pd.Series[str]":
    """Return the class of each share of draws, same index.

    At least 95 % of the draws: ``certain_yes``; at least 75 %: ``likely``; at most 5 %: ``certain_no``; at most 25 %:
    ``likely_no``; between: ``unsure``; no known draw: ``unknown``.
    """
    share = shares.to_numpy(dtype=np.float64)
    # A share of draws such as 57 of 60 must not fall under its limit by the last digit.
    slack = 1e-9
    conditions = [
        np.isnan(share),
        share >= SURE_SHARE - slack,
        share >= LIKELY_SHARE - slack,
        share <= 1 - SURE_SHARE + slack,
        share <= 1 - LIKELY_SHARE + slack,
    ]
    names = np.select(conditions, ["unknown", "certain_yes", "likely", "certain_no", "likely_no"], "unsure")
    return pd.Series(names, index=shares.index, name="certainty", dtype="str")


def _over(held: npt.NDArray[np.number], known: npt.NDArray[np.number]) -> Float64:
    shares: Float64 = np.divide(held, known, out=np.full(held.shape, np.nan), where=known > 0)
    return shares


def _draw_ids(table: pd.DataFrame, draws: Mapping[str, pd.DataFrame]) -> list[object]:
    frames = list(draws.values())
    if not frames or frames[0].shape[1] == 0:
        raise MeasureError("There is no draw: give at least one measure with at least one column.")
    for measure, frame in draws.items():
        if not frame.index.equals(table.index):
            raise MeasureError(f"The draws of {measure!r} have other ids than the table, or another order.")
        if not frame.columns.equals(frames[0].columns):
            raise MeasureError(f"The draws of {measure!r} are not those of {next(iter(draws))!r}.")
    return list(frames[0].columns)
