"""The validated tables Finder works on: their columns, rules, and one door guard, :func:`validate`.

A schema is data (:class:`Schema`); pandera checks it lazily and everything it finds becomes ONE
:class:`~finder.errors.SchemaError`. Validation runs at the doors only; the core trusts its types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd

from finder.errors import CrsError, SchemaError, first_ids
from finder.units import LAMBERT_2008

FrameT = TypeVar("FrameT", pd.DataFrame, gpd.GeoDataFrame)

BASES: Final = ("observed", "estimated")
PROVENANCES: Final = (
    "official",
    "osm",
    "web",
    "document",
    "imported",
    "planned",
    "modelled",
    "hypothetical",
)
STATUSES: Final = ("open", "closed", "suspended", "planned", "moved", "unconfirmed")
PRECISIONS: Final = ("point", "number", "street", "campus", "locality", "none")
"""How exact a service's position is. ``locality`` and ``none`` are never drawn as a point."""

DATE_PRECISIONS: Final = ("day", "month", "year", "unknown")
STAGES: Final = ("pregnancy", "birth", "first_weeks", "age_0_3", "age_3_6")
KINDS: Final[Mapping[str, str]] = {
    "prenatal_consultation": "pregnancy",
    "maternity": "birth",
    "birth_centre": "birth",
    "birth_lodge": "birth",
    "hospital": "birth",
    "child_consultation": "age_0_3",
    "creche": "age_0_3",
    "childminder": "age_0_3",
    "drop_in_care": "age_0_3",
    "kindergarten_osm": "age_0_3",
}
"""Kinds of service and the stage of the life line where a family meets them first."""

COMPLETENESS: Final = ("complete", "partial", "sample", "none")


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

COMMUNES: Final = Schema(
    "communes",
    {
        "nis": Column("str", unique=True, pattern=r"^\d{5}$"),
        "name_fr": Column("str"),
        "name_nl": Column("str"),
        "name_de": Column("str"),
        "province": Column("str"),
        "region": Column("str", choices=("Wallonia", "Brussels")),
        "is_german_community": Column("bool"),
        "area_km2": Column("float", low=0),
        "geometry": Column("geometry"),
    },
    key=("nis",),
    crs=LAMBERT_2008,
    geometry_types=("Polygon", "MultiPolygon"),
)

LOCALITIES: Final = Schema(
    "localities",
    {
        "locality_id": Column("str", unique=True),
        "nis": NIS,
        "name": Column("str"),
        "name_fr": Column("str", nullable=True),
        "name_nl": Column("str", nullable=True),
        "name_de": Column("str", nullable=True),
        "postcode": Column("str", nullable=True, pattern=r"^\d{4}$"),
        "geometry": Column("geometry"),
    },
    key=("locality_id",),
    crs=LAMBERT_2008,
    geometry_types=("Point",),
)

COMMUNE_FIGURES: Final = Schema(
    "commune_figures",
    {
        "nis": NIS,
        "figure": Column("str"),
        "year": Column("int", low=2005, high=2035),
        "value": Column("float", nullable=True),
        "basis": Column("str", choices=BASES),
        "source": Column("str"),
    },
    key=("nis", "figure", "year"),
)

DEMAND_POINTS: Final = Schema(
    "demand_points",
    {
        "point_id": Column("str", unique=True),
        "nis": NIS,
        "lon": LON,
        "lat": LAT,
        "population": COUNT,
        "children_0_2_5": COUNT,
        "children_0_5": COUNT,
        "women_15_49": COUNT,
        "women_20_44": COUNT,
        "year": Column("int", low=2019, high=2035),
        "basis": Column("str", choices=BASES),
        "women_basis": Column("str", choices=BASES),
    },
    key=("point_id",),
)

SERVICES: Final = Schema(
    "services",
    {
        "service_id": Column("str", unique=True),
        "kind": Column("str", choices=tuple(KINDS)),
        "stage": Column("str", choices=STAGES),
        "name": Column("str"),
        "operator": Column("str", nullable=True),
        "address": Column("str", nullable=True),
        "postcode": Column("str", nullable=True, pattern=r"^\d{4}$"),
        "locality": Column("str", nullable=True),
        "nis": Column("str", nullable=True, pattern=r"^\d{5}$"),
        "lon": Column("float", nullable=True, low=2.3, high=6.6),
        "lat": Column("float", nullable=True, low=49.3, high=51.6),
        "position_precision": Column("str", choices=PRECISIONS),
        "position_source": Column("str", nullable=True),
        "position_flag": Column("str", nullable=True),
        "capacity_places": Column("int", nullable=True, low=0),
        "subsidised": Column("bool", nullable=True),
        "tariff": Column("str", nullable=True, choices=("income_related", "free_price", "free")),
        "languages": Column("str", nullable=True),
        "sessions": Column("str", nullable=True),
        "phone": Column("str", nullable=True),
        "url": Column("str", nullable=True),
        "has_emergency": Column("bool", nullable=True),
        "status": Column("str", choices=STATUSES),
        "status_date": Column("str", nullable=True, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
        "status_flag": Column("str", nullable=True),
        "note": Column("str", nullable=True),
        "provenance": Column("str", choices=PROVENANCES),
        "source": Column("str"),
        "as_of": Column("str", nullable=True, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
        "licence": Column("str"),
    },
    key=("service_id",),
)
"""``status_flag`` says how far ``status`` can be trusted: fixed phrases joined by ``"; "``, as ``position_flag``."""

SERVICE_EPISODES: Final = Schema(
    "service_episodes",
    {
        "service_id": Column("str"),
        "valid_from": Column("str", nullable=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "valid_to": Column("str", nullable=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "status": Column("str", choices=STATUSES),
        "date_precision": Column("str", choices=DATE_PRECISIONS),
        "evidence": Column("str"),
        "source": Column("str"),
        "successor_id": Column("str", nullable=True),
    },
    key=("service_id", "valid_from"),
)
"""One row per (site, from, to, status): the network of any date can be rebuilt. ``valid_to`` is exclusive.

``date_precision`` is that of ``valid_from``. ``successor_id`` is the site that a moved one went to.
"""

COMPLETENESS_TABLE: Final = Schema(
    "completeness",
    {
        "kind": Column("str", choices=tuple(KINDS)),
        "area": Column("str"),
        "level": Column("str", choices=COMPLETENESS),
        "known_count": Column("int", low=0),
        "published_count": Column("int", nullable=True, low=0),
        "why_key": Column("str"),
        "why": Column("str"),
        "source": Column("str"),
        "as_of": Column("str", nullable=True),
    },
    key=("kind", "area"),
)

POSTCODES: Final = Schema(
    "postcodes",
    {"postcode": Column("str", pattern=r"^\d{4}$"), "nis": NIS},
    key=("postcode", "nis"),
)

STREETS: Final = Schema(
    "streets",
    {
        "street_id": Column("str", unique=True),
        "name": Column("str"),
        "nis": NIS,
        "lon": LON,
        "lat": LAT,
        "length_m": Column("float", low=0),
        "extent_m": Column("float", low=0),
    },
    key=("street_id",),
)
"""One row per street name and commune, from the road network; ``extent_m`` says how far the street may reach."""

EVIDENCE_LEVELS: Final = ("observed", "bounded", "model")
"""What stands behind a commune's modelled places: a published rate, a limit or a part of them, or the model alone."""

MODELLED_PLACES: Final = Schema(
    "modelled_places_by_commune",
    {
        "nis": Column("str", unique=True, pattern=r"^\d{5}$"),
        "children_0_2_5": COUNT,
        "places_subsidised": Column("int", low=0),
        "places_other": Column("int", low=0),
        "places_kind_en_gezin": Column("int", low=0),
        "places_total": Column("int", low=0),
        "total_p10": COUNT,
        "total_p90": COUNT,
        "coverage_pct": COUNT,
        "coverage_p10": COUNT,
        "coverage_p90": COUNT,
        "income_related_pct": COUNT,
        "income_related_p10": COUNT,
        "income_related_p90": COUNT,
        "evidence": Column("str", choices=EVIDENCE_LEVELS),
        "year": Column("int", low=2022, high=2022),
    },
    key=("nis",),
)
"""Places of ONE and of Kind en Gezin on 31 December 2022, modelled; percentages per 100 children 0-2.5."""

MODELLED_PLACES_DRAWS: Final = Schema(
    "modelled_places_draws",
    {
        "draw": Column("int", low=0),
        "nis": NIS,
        "places_subsidised": Column("int", low=0),
        "places_other": Column("int", low=0),
        "places_kind_en_gezin": Column("int", low=0),
    },
    key=("draw", "nis"),
)
"""Draw 0 is the central estimate."""

OBSERVATION_AUDIT: Final = Schema(
    "observation_audit",
    {
        "area_id": Column("str"),
        "area_name": Column("str"),
        "level": Column("str"),
        "year": Column("int", low=2006, high=2035),
        "indicator": Column("str"),
        "operator": Column("str", choices=("=", "<", ">", "~")),
        "value": Column("float", low=0),
        "source": Column("str"),
        "used": Column("bool"),
        "used_as": Column("str", nullable=True),
        "operator_used": Column("str", nullable=True),
        "base_pct": Column("float", nullable=True, low=0),
        "sd_log": Column("float", nullable=True, low=0),
        "is_doubtful": Column("bool"),
        "why": Column("str"),
    },
    key=("area_id", "year", "indicator", "value"),
)
"""``base_pct``: moved to 31 December 2022, per 100 children 0-2.5. ``sd_log``: the smaller, the more weight."""

MODELLED_PLACES_VALIDATION: Final = Schema(
    "modelled_places_validation",
    {
        "nis": Column("str", unique=True, pattern=r"^\d{5}$"),
        "year": Column("int", low=2006, high=2035),
        "observed_pct": COUNT,
        "region_mean_pct": COUNT,
        "province_mean_pct": COUNT,
        "model_pct": COUNT,
        "model_p10": COUNT,
        "model_p90": COUNT,
        "province_mean_error": Column("float"),
        "model_error": Column("float"),
        "is_doubtful": Column("bool"),
    },
    key=("nis",),
)
"""Each observed commune predicted without its own values; ONE's places per 100 children 0-2.5 at the base date."""


MODELLED_SITES: Final = Schema(
    "modelled_sites",
    {
        "site_id": Column("str", unique=True),
        "nis": NIS,
        "name": Column("str"),
        "lon": LON,
        "lat": LAT,
        "basis": Column("str", choices=("locality", "cell", "official")),
        "children_0_2_5": Column("float", nullable=True, low=0),
        "children_0_5": Column("float", nullable=True, low=0),
    },
    key=("site_id",),
)
"""Where modelled services may stand. The children are those whose nearest site of their commune it is (2020)."""

MODELLED_SITE_PLACES: Final = Schema(
    "modelled_site_places",
    {
        "draw": Column("int", low=0),
        "site_id": Column("str"),
        "tenure": Column("str", choices=("subsidised", "other", "kind_en_gezin")),
        "places": Column("int", low=1),
    },
    key=("draw", "site_id", "tenure"),
)

CONSULTATION_TYPES: Final = ("house", "classic", "antenna", "periodic", "official")

MODELLED_CONSULTATIONS: Final = Schema(
    "modelled_consultations",
    {
        "draw": Column("int", low=0),
        "site_id": Column("str"),
        "type": Column("str", choices=CONSULTATION_TYPES),
        "sessions_per_month": Column("float", low=0),
    },
    key=("draw", "site_id"),
)
"""Draw 0 is the central one. ``sessions_per_month`` is an assumption per type, never published."""

MODELLED_CONSULTATIONS_BY_COMMUNE: Final = Schema(
    "modelled_consultations_by_commune",
    {
        "nis": Column("str", unique=True, pattern=r"^\d{5}$"),
        "count": Column("int", low=0),
        "mean": COUNT,
        "p10": COUNT,
        "p90": COUNT,
        "classic": Column("int", low=0),
        "antenna": Column("int", low=0),
        "periodic": Column("int", low=0),
        "house": Column("int", low=0),
        "is_official": Column("bool"),
    },
    key=("nis",),
)

OFFICIAL_LISTS: Final = Schema(
    "official_lists",
    {
        "kind": Column("str", choices=tuple(KINDS)),
        "nis": NIS,
        "source": Column("str"),
        "as_of": Column("str"),
    },
    key=("kind", "nis"),
)
"""Kinds and communes with a complete official list: it replaces the modelled network there."""


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
