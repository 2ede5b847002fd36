"""What the models of places and of consultations publish."""

from typing import Final

from finder.tables.schema import COUNT, LAT, LON, NIS, Column, Schema
from finder.tables.vocabulary import CONSULTATION_TYPES, EVIDENCE_LEVELS

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
