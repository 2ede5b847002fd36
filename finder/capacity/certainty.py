"""How sure it is that a definition holds, when the figures rest on draws of a model."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.definitions import Criterion, Definition
from finder.capacity.underserved import AGREEMENT_AT_LEAST, agrees, evaluate
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


def shares_by_definition(
    table: pd.DataFrame,
    draws: Mapping[str, pd.DataFrame],
    definitions: Sequence[Criterion],
    *,
    at_least: int = AGREEMENT_AT_LEAST,
) -> pd.DataFrame:
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

    Returns
    -------
    DataFrame
        Same index: share of the draws in which each definition holds, and ``agreement``; nan where it is
        unknown in every draw.

    Raises
    ------
    MeasureError
        If there is no draw, or the draws of two measures differ, or their ids are not those of the table.
    """
    columns = _draw_ids(table, draws)
    held = np.zeros((len(table), len(definitions) + 1))
    known = np.zeros_like(held)
    for draw in columns:
        flags = evaluate(table.assign(**{measure: frame[draw] for measure, frame in draws.items()}), definitions)
        judged = flags.assign(agreement=agrees(flags, at_least=at_least))
        held += judged.fillna(False).to_numpy(dtype=np.float64)
        known += judged.notna().to_numpy(dtype=np.float64)
    return pd.DataFrame(
        _over(held, known), index=table.index, columns=[*(rule.key for rule in definitions), "agreement"]
    )


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
