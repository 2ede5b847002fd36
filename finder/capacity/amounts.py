"""Checks of demand and capacity given as series: the ids of a table, each once, and real amounts."""

from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.errors import AmountError, first_ids


def require_unique_ids(ids: pd.Index, what: str) -> None:
    """Refuse ids that occur twice.

    Raises
    ------
    AmountError
        Naming the first of them.
    """
    if not ids.is_unique:
        twice = ids[ids.duplicated()].unique().tolist()
        raise AmountError(f"{what}: ids occur twice: {first_ids(twice)}. Keep one row per id.")


def rows_of_ids(
    given: pd.Index, table_ids: np.ndarray, what: str, *, table: str = "the travel-time table"
) -> npt.NDArray[np.int64]:
    """Return the row of the table of each given id.

    Parameters
    ----------
    given
        Ids of a series.
    table_ids
        Ids of the travel-time table, of rows or of columns.
    what, table
        Names of both, for the message.

    Returns
    -------
    numpy.ndarray
        Shape (n,): for each given id its place in ``table_ids``.

    Raises
    ------
    AmountError
        If ids occur twice, or either side has ids that the other lacks.
    """
    require_unique_ids(given, what)
    of_table = pd.Index(table_ids)
    require_unique_ids(of_table, table[0].upper() + table[1:])
    rows = np.asarray(of_table.get_indexer(given), dtype=np.int64)
    is_absent = np.ones(len(of_table), dtype=bool)
    is_absent[rows[rows >= 0]] = False
    if is_absent.any():
        absent = of_table[is_absent].tolist()
        raise AmountError(
            f"{what}: {len(absent)} ids of {table} have no value: {first_ids(absent)}. Give each a value, 0 included."
        )
    if (rows < 0).any():
        unknown = given[rows < 0].tolist()
        raise AmountError(
            f"{what}: {len(unknown)} ids are not in {table}: {first_ids(unknown)}. "
            "Leave them out, or make it with them."
        )
    return rows


def as_amounts(values: pd.Series, what: str, *, may_be_missing: bool = False) -> npt.NDArray[np.float64]:
    """Return the values as finite numbers >= 0, in the same order.

    Parameters
    ----------
    values
        Amounts indexed by id.
    what
        Name of the series, for the message.
    may_be_missing
        Whether a missing value stays (as NaN) or is refused.

    Raises
    ------
    AmountError
        If a value is text, negative, infinite, or missing where it may not be.
    """
    if values.dtype == bool or not pd.api.types.is_numeric_dtype(values):
        is_text = [not (isinstance(v, Real) and not isinstance(v, bool)) and not _is_missing(v) for v in values]
        _refuse(values, np.array(is_text, dtype=bool), what, "are not numbers", "Correct or leave out")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if not may_be_missing:
        _refuse(values, np.isnan(numbers), what, "are missing", "Exclude or impute")
    _refuse(values, numbers < 0, what, "are negative", "Correct")
    _refuse(values, np.isinf(numbers), what, "are infinite", "Correct")
    return numbers


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _refuse(values: pd.Series, is_bad: npt.NDArray[np.bool_], what: str, fault: str, advice: str) -> None:
    if is_bad.any():
        ids = values.index[is_bad].tolist()
        raise AmountError(f"{what}: {len(ids)} values {fault}: ids {first_ids(ids)}. {advice} them.")
