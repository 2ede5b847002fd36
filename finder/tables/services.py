"""Services, what happened to them, and how complete our lists are."""

from typing import Final

from finder.tables.schema import NIS, Column, Schema
from finder.tables.vocabulary import COMPLETENESS, DATE_PRECISIONS, KINDS, PRECISIONS, PROVENANCES, STAGES, STATUSES

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
        "free_places": Column("int", nullable=True, low=0),
        "free_places_as_of": Column("str", nullable=True, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
        "age_from_months": Column("int", nullable=True, low=0),
        "age_to_months": Column("int", nullable=True, low=0),
        "subsidised": Column("bool", nullable=True),
        "tariff": Column("str", nullable=True, choices=("income_related", "free_price", "free")),
        "languages": Column("str", nullable=True),
        "sessions": Column("str", nullable=True),
        "step_free": Column("bool", nullable=True),
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
"""``status_flag`` says how far ``status`` can be trusted: fixed phrases joined by ``"; "``, as ``position_flag``.

``languages`` holds codes joined by spaces or ``"; "``. ``free_places`` is a statement of the day ``free_places_as_of``.
Ages are completed months, both limits inclusive. An empty cell is not known, never "no".
"""

SERVICE_TYPES: Final = {
    name: {"int": "Int64", "bool": "boolean"}[column.dtype]
    for name, column in SERVICES.columns.items()
    if column.dtype in ("int", "bool")
}
"""pandas' types of the columns of :data:`SERVICES` that hold whole numbers or yes/no, which may be missing."""

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
