"""Where people live: communes, localities, postcodes, streets, demand points and their figures."""

from typing import Final

from finder.tables.schema import COUNT, LAT, LON, NIS, Column, Schema
from finder.tables.vocabulary import BASES
from finder.units import LAMBERT_2008

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
