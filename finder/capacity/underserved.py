"""Which communes or points are underserved, by how many definitions, and who lives there.

Every count adds up: holds + does not hold + unknown = all rows.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.definitions import CHILDREN, Criterion, numbers
from finder.errors import MeasureError, first_ids

AGREEMENT_AT_LEAST: Final = 3
"""Definitions that must agree before a place is called underserved without naming one. Our choice; see the docs."""

AGREEMENT_KEY: Final = "agreement"
GROUPS: Final = ("inside", "outside", "unknown", "all")


def evaluate(table: pd.DataFrame, definitions: Sequence[Criterion]) -> pd.DataFrame:
    """Judge every row by every definition.

    Parameters
    ----------
    table
        Communes (index ``nis``) or points (index ``point_id``), with the measures as columns.
    definitions
        Rules of one level with distinct keys.

    Returns
    -------
    DataFrame
        Same index, one nullable boolean column per definition key; missing where the measure is unknown.

    Raises
    ------
    MeasureError
        If there is no definition, a measure is missing, an id or a key stands twice, or the levels are mixed.
    """
    check_definitions(table, definitions)
    return pd.DataFrame({rule.key: rule.holds(table) for rule in definitions}, index=table.index)


def agreement_count(flags: pd.DataFrame) -> pd.DataFrame:
    """Count for each row the definitions that hold, that do not, and that are unknown.

    Parameters
    ----------
    flags
        From :func:`evaluate`.

    Returns
    -------
    DataFrame
        Same index: ``holds_count``, ``does_not_count``, ``unknown_count``; they sum to the number of definitions.
    """
    holds, unknown = _known(flags), flags.isna().to_numpy()
    return pd.DataFrame(
        {
            "holds_count": holds.sum(axis=1),
            "does_not_count": (~holds & ~unknown).sum(axis=1),
            "unknown_count": unknown.sum(axis=1),
        },
        index=flags.index,
    ).astype("int64")


def agrees(flags: pd.DataFrame, *, at_least: int = AGREEMENT_AT_LEAST) -> "pd.Series[bool]":
    """Return where at least so many definitions hold; missing where the unknown ones would decide.

    Raises
    ------
    MeasureError
        If ``at_least`` is not between 1 and the number of definitions.
    """
    check_agreement(at_least, flags.shape[1])
    counts = agreement_count(flags)
    holds = counts["holds_count"] >= at_least
    possible = counts["holds_count"] + counts["unknown_count"] >= at_least
    return holds.astype("boolean").mask(possible & ~holds).rename(AGREEMENT_KEY)


def definition_counts(flags: pd.DataFrame, children: "pd.Series[float]") -> pd.DataFrame:
    """Count rows and children for each definition.

    Parameters
    ----------
    flags
        From :func:`evaluate`.
    children
        Children by row, same index.

    Returns
    -------
    DataFrame
        Indexed by definition key: ``holds_count``, ``does_not_count``, ``unknown_count`` rows, and
        ``holds_children``, ``does_not_children``, ``unknown_children``. Each triple sums to all rows, or all children.

    Raises
    ------
    MeasureError
        If the indexes differ, or a number of children is negative, missing or not a number.
    """
    weight = children_counts(children, flags.index)
    holds, unknown = _known(flags), flags.isna().to_numpy()
    parts = {"holds": holds, "does_not": ~holds & ~unknown, "unknown": unknown}
    columns = {f"{name}_count": part.sum(axis=0) for name, part in parts.items()}
    columns |= {f"{name}_children": weight @ part for name, part in parts.items()}
    return pd.DataFrame(columns, index=pd.Index(flags.columns, name="definition"))


def overlap(flags: pd.DataFrame) -> pd.DataFrame:
    """Compare definitions two by two: how many rows change class when one is taken for the other.

    Parameters
    ----------
    flags
        From :func:`evaluate`.

    Returns
    -------
    DataFrame
        Indexed by (``first``, ``second``), each pair once, in the order of the columns: ``both_count``,
        ``only_first_count``, ``only_second_count``, ``neither_count`` and ``unknown_count`` (either one unknown); they
        sum to the number of rows.
    """
    holds, unknown = _known(flags), flags.isna().to_numpy()
    pairs = list(combinations(range(flags.shape[1]), 2))
    rows = []
    for one, two in pairs:
        known = ~unknown[:, one] & ~unknown[:, two]
        first, second = holds[:, one], holds[:, two]
        parts = (first & second, first & ~second, ~first & second, ~first & ~second)
        rows.append([*(int((part & known).sum()) for part in parts), int((~known).sum())])
    keys = [[flags.columns[pair[side]] for pair in pairs] for side in (0, 1)]
    index = pd.MultiIndex.from_arrays(keys, names=["first", "second"])
    columns = ["both_count", "only_first_count", "only_second_count", "neither_count", "unknown_count"]
    return pd.DataFrame(rows, index=index, columns=columns)


def who_lives_there(
    flags: "pd.Series[bool]", table: pd.DataFrame, *, weight: str = CHILDREN, attributes: Sequence[str] = ()
) -> pd.DataFrame:
    """Compare the children inside, outside and in the unknown places.

    Parameters
    ----------
    flags
        Nullable boolean: one definition, or :func:`agrees`.
    table
        Same index, with ``weight`` and the attributes.
    weight
        Column of the children.
    attributes
        Columns to average over children, such as ``income_eur`` or ``lone_parent_share``.

    Returns
    -------
    DataFrame
        Indexed ``inside``, ``outside``, ``unknown``, ``all``: ``zones_count``, ``children``, ``children_share`` (of all
        children; nan when there are none), each attribute's mean weighted by children over the rows where it is known
        (nan when there are none), and ``<attribute>_known_share``, the share of children behind that mean.

    Raises
    ------
    MeasureError
        If the indexes differ, a column is missing, or a number of children is negative or missing.
    """
    children = children_counts(pd.Series(numbers(table, weight), index=table.index), flags.index)
    unknown = flags.isna().to_numpy()
    inside = flags.fillna(False).to_numpy(dtype=bool)
    masks = (inside, ~inside & ~unknown, unknown, np.ones(len(flags), dtype=bool))
    columns: dict[str, list[float]] = {
        "zones_count": [int(mask.sum()) for mask in masks],
        "children": [float(children[mask].sum()) for mask in masks],
    }
    columns["children_share"] = [_ratio(part, columns["children"][-1]) for part in columns["children"]]
    for name in attributes:
        values = numbers(table, name)
        known = [mask & ~np.isnan(values) for mask in masks]
        columns[name] = [_ratio(float(values[mask] @ children[mask]), float(children[mask].sum())) for mask in known]
        columns[f"{name}_known_share"] = [
            _ratio(float(children[part].sum()), float(children[mask].sum()))
            for part, mask in zip(known, masks, strict=True)
        ]
    return pd.DataFrame(columns, index=pd.Index(GROUPS, name="group"))


def check_agreement(at_least: int, count: int) -> None:
    """Refuse an agreement that no place or every place has.

    Raises
    ------
    MeasureError
        If ``at_least`` is not between 1 and the number of definitions.
    """
    if not 1 <= at_least <= count:
        raise MeasureError(f"At least {at_least} of {count} definitions: ask for 1 to {count}.")


def check_definitions(table: pd.DataFrame, definitions: Sequence[Criterion]) -> None:
    """Refuse what cannot judge one table.

    Raises
    ------
    MeasureError
        As :func:`evaluate`.
    """
    if table.index.has_duplicates:
        twice = list(table.index[table.index.duplicated()].unique())
        raise MeasureError(f"{len(twice)} ids stand twice: {first_ids(twice)}. Give each zone one row.")
    if not definitions:
        raise MeasureError("No definition is given: pass at least one.")
    keys = [rule.key for rule in definitions]
    if len(set(keys)) < len(keys):
        raise MeasureError(f"Two definitions have the same key among {', '.join(keys)}.")
    if len({rule.level for rule in definitions}) > 1:
        raise MeasureError("Definitions for communes and for points cannot judge the same table: pass one level.")


def _known(flags: pd.DataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    return flags.astype("boolean").fillna(False).to_numpy(dtype=bool)


def children_counts(children: "pd.Series[float]", index: pd.Index) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the children of each row.

    Raises
    ------
    MeasureError
        If the index is not that of the children, or a number is negative, missing or not a number.
    """
    if not children.index.equals(index):
        raise MeasureError("Children and flags have different ids, or another order: align them first.")
    values = pd.to_numeric(children, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise MeasureError(
            f"{int(wrong.sum())} numbers of children are negative or missing, at {first_ids(list(index[wrong]))}."
        )
    return values


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
