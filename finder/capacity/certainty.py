"""How sure it is that a definition holds, when the figures rest on draws of a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.definitions import Criterion, Definition
from finder.capacity.underserved import (
    AGREEMENT_AT_LEAST,
    AGREEMENT_KEY,
    agrees,
    definition_counts,
    evaluate,
    overlap,
)
from finder.errors import MeasureError
from finder.geo.network import Float64

Certainty = Literal["certain_yes", "likely", "unsure", "likely_no", "certain_no", "unknown"]
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)

SURE_SHARE: Final = 0.95
LIKELY_SHARE: Final = 0.75
"""Limits of the classes, inclusive, mirrored at the other end. Certainty speaks of the draws, not of the world."""


def share_of_draws(values: npt.ArrayLike, definition: Definition) -> Float64:
    """Return the share of draws in which a definition holds.

    Parameters
    ----------
    values
        Shape (n_zones, n_draws): the measure by zone and draw, in the definition's unit; nan where a draw has none.

    Returns
    -------
    ndarray
        Shape (n_zones,), between 0 and 1, over the draws that are known; nan where none is. No zones give an
        empty array.

    Raises
    ------
    MeasureError
        If there is no draw, or the array does not have two dimensions.
    """
    draws = np.asarray(values, dtype=np.float64)
    if draws.ndim != 2 or draws.shape[1] == 0:
        raise MeasureError(f"Draws have the shape {draws.shape}: give zones in rows and at least one draw in columns.")
    known_count = (~np.isnan(draws)).sum(axis=1)
    holds_count = definition.holds_for(draws).sum(axis=1)
    return _over(holds_count, known_count)


@dataclass(frozen=True)
class DrawnFlags:
    """Every draw judged by every definition.

    Attributes
    ----------
    by_draw
        One frame per draw, as :func:`finder.capacity.underserved.evaluate` returns it, with a column ``agreement``.
    """

    by_draw: tuple[pd.DataFrame, ...]

    def shares(self) -> pd.DataFrame:
        """Return the share of the draws in which each definition holds, by row; nan where it is unknown in every one.

        Columns are the definitions and ``agreement``; draws in which a row is unknown are left out.
        """
        first = self.by_draw[0]
        held, known = (np.sum([part(flags) for flags in self.by_draw], axis=0) for part in (_held, _known))
        return pd.DataFrame(_over(held, known), index=first.index, columns=first.columns)

    def mean_holds_count(self) -> "pd.Series[float]":
        """Return by row how many definitions hold, the mean over the draws; the agreement is not one of them."""
        index = self.by_draw[0].index
        counts = [_held(flags.drop(columns=AGREEMENT_KEY)).sum(axis=1) for flags in self.by_draw]
        means: Float64 = np.mean(counts, axis=0)
        return pd.Series(means, index=index, name="mean_holds_count")

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
        """
        return pd.concat(
            {draw: definition_counts(flags, children) for draw, flags in enumerate(self.by_draw, start=1)},
            names=["draw"],
        )

    def mean_overlap(self) -> pd.DataFrame:
        """Return :func:`finder.capacity.underserved.overlap` of the definitions, the mean over the draws."""
        tables = [overlap(flags.drop(columns=AGREEMENT_KEY)) for flags in self.by_draw]
        mean: pd.DataFrame = sum(tables[1:], tables[0]) / len(tables)
        return mean


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
    judged = []
    for drawn in drawn_tables(table, draws):
        flags = evaluate(drawn, definitions)
        judged.append(flags.assign(**{AGREEMENT_KEY: agrees(flags, at_least=at_least)}))
    return DrawnFlags(tuple(judged))


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


def _held(flags: pd.DataFrame) -> Float64:
    return flags.fillna(False).to_numpy(dtype=np.float64)


def _known(flags: pd.DataFrame) -> Float64:
    return flags.notna().to_numpy(dtype=np.float64)


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
