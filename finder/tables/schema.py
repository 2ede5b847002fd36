"""What a table must keep: columns, rules, and one door guard, :func:`validate`.

A schema is data (:class:`Schema`); pandera checks it lazily and everything it finds becomes ONE
:class:`~finder.errors.SchemaError`. Validation runs at the doors only; the core trusts its types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd

from finder.errors import CrsError, SchemaError, first_ids

FrameT = TypeVar("FrameT", pd.DataFrame, gpd.GeoDataFrame)


@dataclass(frozen=True)
class Column:
    """One column of a schema.

    Parameters
    ----------
    dtype
        ``"str"``, ``"int"``, ``"float"``, ``"bool"`` or ``"geometry"``; integers and booleans may be pandas'
        nullable ones.
    nullable
        Whether an empty cell is allowed.
    unique
        Whether values must be distinct.
    choices
        The only values allowed, if any.
    low, high
        Inclusive limits, if any.
    pattern
        Regular expression that every text must match from its beginning, if any.
    """

    dtype: str
    nullable: bool = False
    unique: bool = False
    choices: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Schema:
    """The contract of a table: its name, columns, key and, for geometries, its CRS."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    crs: str | None = None
    geometry_types: tuple[str, ...] = field(default=())


NIS = Column("str", pattern=r"^\d{5}$")
LON = Column("float", low=2.3, high=6.6)
LAT = Column("float", low=49.3, high=51.6)
COUNT = Column("float", low=0)


def validate(frame: FrameT, schema: Schema) -> FrameT:
    """Return ``frame`` unchanged if it keeps ``schema``, else raise one error that names everything wrong.

    Parameters
    ----------
    frame
        Table with a plain index; the key is in columns.
    schema
        The contract.

    Returns
    -------
    DataFrame or GeoDataFrame
        The same object.

    Raises
    ------
    CrsError
        If a geometry is in another CRS than the schema's, or has none.
    SchemaError
        Naming each column, rule, count and the first five ids.
    """
    _check_crs(frame, schema)
    import pandera.errors
    import pandera.pandas as pa

    checked = pa.DataFrameSchema(
        {
            name: _pandera_column(column, frame.get(name))
            for name, column in schema.columns.items()
            if column.dtype != "geometry"
        },
        unique=list(schema.key),
        name=schema.name,
    )
    try:
        checked.validate(pd.DataFrame(frame), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        raise SchemaError(_message(frame, schema, errors.failure_cases)) from None
    _check_geometries(frame, schema)
    return frame


_TYPES: Final = {
    "str": ("text", ("is_string_dtype", "is_object_dtype")),
    "int": ("whole numbers", ("is_integer_dtype",)),
    "float": ("numbers", ("is_numeric_dtype",)),
    "bool": ("yes/no", ("is_bool_dtype",)),
}


def _pandera_column(column: Column, found: "pd.Series[Any] | None") -> Any:  # noqa: ANN401 - pandera is imported lazily
    import pandera.pandas as pa

    name, tests = _TYPES[column.dtype]
    if found is not None and not found.empty and not any(getattr(pd.api.types, test)(found.dtype) for test in tests):
        # The other rules would only repeat, row by row, that the type is wrong.
        return pa.Column(None, checks=pa.Check(lambda _: False, element_wise=True, error=f"must be {name}"))
    checks = []
    if column.choices is not None:
        checks.append(pa.Check.isin(column.choices))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low))
    if column.high is not None:
        checks.append(pa.Check.le(column.high))
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(column.pattern))
    return pa.Column(None, checks=checks, nullable=column.nullable, unique=column.unique)


def _check_crs(frame: pd.DataFrame, schema: Schema) -> None:
    if schema.crs is None:
        return
    if not isinstance(frame, gpd.GeoDataFrame):
        raise CrsError(f"{schema.name}: a table with geometries in {schema.crs} was expected, this one has none.")
    if frame.crs is None or frame.crs != schema.crs:
        found = frame.crs.to_string() if frame.crs is not None else "no CRS"
        raise CrsError(f"{schema.name}: geometries must be in {schema.crs}, these are in {found}; use to_crs first.")


def _check_geometries(frame: pd.DataFrame, schema: Schema) -> None:
    if schema.crs is None or not isinstance(frame, gpd.GeoDataFrame):
        return
    wrong = frame.geometry.isna() | frame.geometry.is_empty | ~frame.geom_type.isin(schema.geometry_types)
    wrong |= ~frame.geometry.is_valid
    if wrong.any():
        ids = frame.loc[wrong, schema.key[0]].tolist()
        raise SchemaError(
            f"{schema.name}: {len(ids)} geometries are empty, invalid or not {'/'.join(schema.geometry_types)}: "
            f"{first_ids(ids)}."
        )


def _message(frame: pd.DataFrame, schema: Schema, cases: pd.DataFrame) -> str:
    lines = [f"{schema.name} does not keep its schema:"]
    for (column, check), group in cases.groupby(["column", "check"], sort=False, dropna=False):
        rows = [i for i in group["index"].dropna().unique().tolist() if i in frame.index]
        if schema.key[0] in frame.columns and rows:
            ids = frame.loc[rows, schema.key[0]].tolist()
            lines.append(f"- column {column}: {check}: {len(rows)} rows, {schema.key[0]} {first_ids(ids)}")
        else:
            detail = first_ids(group["failure_case"].tolist())
            lines.append(f"- column {column}: {check}: {detail}")
    lines.append("Correct these rows at their source and run the step again; nothing was written.")
    return "\n".join(lines)
