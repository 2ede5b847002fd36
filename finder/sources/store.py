"""The readers of the derived data: one function per table, validated, with the right types.

Every reader takes ``data_dir`` (default: :func:`finder.settings.data_dir`) and raises
:class:`~finder.errors.DatasetNotFoundError` when the file is not there. Codes, postcodes, ids and dates are text; whole
numbers and yes/no that may be missing use pandas' nullable types; an empty cell is missing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from finder import settings, tables
from finder.errors import DatasetNotFoundError
from finder.sources.catalog import read_catalog
from finder.sources.damage import told_if_damaged

if TYPE_CHECKING:
    from finder.geo.network import RoadNetwork

_CSV_TYPES: Final = {"str": "str", "int": "Int64", "float": "float64", "bool": "boolean"}


def load_communes(data_dir: Path | None = None) -> gpd.GeoDataFrame:
    """Return the 280 communes; index ``nis``, polygons in EPSG:3812, columns of :data:`finder.tables.COMMUNES`."""
    from finder.sources.communes import FIELDS, PATH

    frame = _read_shapefile(_find(data_dir, PATH), FIELDS)
    frame = tables.validate(frame.astype({"is_german_community": bool}), tables.COMMUNES)
    communes: gpd.GeoDataFrame = frame.set_index("nis")
    return communes


def load_localities(data_dir: Path | None = None) -> gpd.GeoDataFrame:
    """Return the localities, points in EPSG:3812, columns of :data:`finder.tables.LOCALITIES`; RangeIndex."""
    from finder.sources.localities import FIELDS, PATH

    localities: gpd.GeoDataFrame = tables.validate(_read_shapefile(_find(data_dir, PATH), FIELDS), tables.LOCALITIES)
    return localities


def load_commune_figures(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the long table of figures, columns of :data:`finder.tables.COMMUNE_FIGURES`; RangeIndex."""
    return _read_csv(data_dir, "tables/commune_figures.csv", tables.COMMUNE_FIGURES)


def load_demand_points(year: int = 2020, data_dir: Path | None = None) -> pd.DataFrame:
    """Return the demand points of 2020 (counted) or 2024 (estimated).

    Returns
    -------
    DataFrame
        Index ``point_id``; columns of :data:`finder.tables.DEMAND_POINTS`, longitude and latitude in WGS84.
    """
    frame = _read_parquet(data_dir, f"tables/demand_points_{year}.parquet")
    points: pd.DataFrame = tables.validate(frame, tables.DEMAND_POINTS).set_index("point_id")
    return points


def load_services(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the services; index ``service_id``, columns of :data:`finder.tables.SERVICES`."""
    return _read_csv(data_dir, "tables/services.csv", tables.SERVICES).set_index("service_id")


def load_osm_kindergartens(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the kindergartens of OpenStreetMap (ODbL, a file of their own), in the form of :func:`load_services`."""
    return _read_csv(data_dir, "tables/osm_kindergartens.csv", tables.SERVICES).set_index("service_id")


def load_service_episodes(data_dir: Path | None = None) -> pd.DataFrame:
    """Return when each dated service was open, columns of :data:`finder.tables.SERVICE_EPISODES`; RangeIndex."""
    return _read_csv(data_dir, "tables/service_episodes.csv", tables.SERVICE_EPISODES)


def load_completeness(data_dir: Path | None = None) -> pd.DataFrame:
    """Return how complete our list is for each kind and area; RangeIndex."""
    return _read_csv(data_dir, "tables/completeness.csv", tables.COMPLETENESS_TABLE)


def load_postcodes(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the pairs of postcode and commune; RangeIndex. A postcode may span two communes."""
    return _read_csv(data_dir, "tables/postcodes.csv", tables.POSTCODES)


def load_streets(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the street names of the network by commune, columns of :data:`finder.tables.STREETS`; RangeIndex."""
    streets: pd.DataFrame = tables.validate(_read_parquet(data_dir, "network/streets.parquet"), tables.STREETS)
    return streets


def load_population_by_age(data_dir: Path | None = None) -> pd.DataFrame:
    """Return ``nis``, ``year``, ``age``, ``count``, ``basis``: people on 1 January, age 100 meaning 100 and over."""
    return _read_parquet(data_dir, "tables/population_by_age.parquet")


def load_population_region(data_dir: Path | None = None) -> pd.DataFrame:
    """Return ``region``, ``sex``, ``age``, ``year``, ``count``, ``basis``: people on 1 January.

    The three regions as published (2006-2021); of a later imported year Wallonia and Brussels, summed from communes.
    """
    return _read_parquet(data_dir, "tables/population_region.parquet")


def load_children_by_commune_281(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the observed counts of the 281 communes of before 2025; see :mod:`finder.sources.population_281`."""
    return _read_parquet(data_dir, "tables/children_by_commune_281.parquet")


def load_births(data_dir: Path | None = None) -> pd.DataFrame:
    """Return ``nis``, ``year``, ``births`` (missing where not published), ``basis``, ``note``; RangeIndex."""
    types = {"nis": "str", "year": "int64", "births": "Int64", "basis": "str", "note": "str"}
    return pd.read_csv(_find(data_dir, "tables/births.csv"), dtype=types, keep_default_na=False, na_values=[""])


def load_population_estimated(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the estimated years alone, columns as :func:`load_population_by_age`."""
    return _read_parquet(data_dir, "tables/population_estimated.parquet")


def load_population_series(data_dir: Path | None = None) -> pd.DataFrame:
    """Return people by commune, year and single age, counted and estimated years together; ``basis`` says which.

    Columns as :func:`load_population_by_age`, sorted by ``nis``, ``year``, ``age``. Estimated years after the last
    counted region hold the ages 0 to 5 only.
    """
    parts = [load_population_by_age(data_dir), load_population_estimated(data_dir)]
    return pd.concat(parts).sort_values(["nis", "year", "age"], ignore_index=True)


def load_children_nowcast(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the estimated children of the present, with 80 % intervals; RangeIndex, one row per commune."""
    from finder.sources.nowcast_table import CHILDREN_NOWCAST, PATH

    return _read_csv(data_dir, PATH, CHILDREN_NOWCAST)


def load_daycare_places(data_dir: Path | None = None) -> pd.DataFrame:
    """Return day-care places and published coverage rates by area and year; ``area_id`` is text; RangeIndex."""
    path = _find(data_dir, "tables/daycare_places_by_year.csv")
    return pd.read_csv(path, dtype={"area_id": "str"}, keep_default_na=False, na_values=[""])


def load_coverage_observations(data_dir: Path | None = None) -> pd.DataFrame:
    """Return published coverage values; read ``indicator``, ``operator`` and ``doubt`` before using a value."""
    path = _find(data_dir, "tables/coverage_observations.csv")
    return pd.read_csv(path, dtype={"area_id": "str"}, keep_default_na=False, na_values=[""])


def load_modelled_places(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the modelled day-care places of the 271 communes of ONE; index ``nis``. Modelled, never counted."""
    return _read_csv(data_dir, "tables/modelled_places_by_commune.csv", tables.MODELLED_PLACES).set_index("nis")


def load_modelled_places_draws(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the draws of the modelled places, columns of :data:`finder.tables.MODELLED_PLACES_DRAWS`; RangeIndex."""
    frame = _read_parquet(data_dir, "tables/modelled_places_draws.parquet")
    draws: pd.DataFrame = tables.validate(frame, tables.MODELLED_PLACES_DRAWS)
    return draws


def load_observation_audit(data_dir: Path | None = None) -> pd.DataFrame:
    """Return our judgement on each published coverage value; RangeIndex, in the order of the observations."""
    return _read_csv(data_dir, "tables/observation_audit.csv", tables.OBSERVATION_AUDIT)


def load_modelled_places_validation(data_dir: Path | None = None) -> pd.DataFrame:
    """Return how well each observed commune is predicted without its own values; index ``nis``."""
    path = "tables/modelled_places_validation.csv"
    return _read_csv(data_dir, path, tables.MODELLED_PLACES_VALIDATION).set_index("nis")


def load_one_network_facts(data_dir: Path | None = None) -> pd.DataFrame:
    """Return published facts of ONE's network: ``fact``, ``value`` (text), ``year``, ``source``, ``note``."""
    path = _find(data_dir, "tables/one_network_facts.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])


def load_modelled_sites(data_dir: Path | None = None) -> pd.DataFrame:
    """Return where modelled services may stand; index ``site_id``, columns of :data:`finder.tables.MODELLED_SITES`."""
    return _read_csv(data_dir, "tables/modelled_sites.csv", tables.MODELLED_SITES).set_index("site_id")


def load_modelled_site_places(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the draws of places at sites, columns of :data:`finder.tables.MODELLED_SITE_PLACES`; RangeIndex."""
    frame = _read_parquet(data_dir, "tables/modelled_site_places.parquet")
    table: pd.DataFrame = tables.validate(frame, tables.MODELLED_SITE_PLACES)
    return table


def load_modelled_consultations(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the draws of consultations, columns of :data:`finder.tables.MODELLED_CONSULTATIONS`; RangeIndex."""
    frame = _read_parquet(data_dir, "tables/modelled_consultations.parquet")
    table: pd.DataFrame = tables.validate(frame, tables.MODELLED_CONSULTATIONS)
    return table


def load_modelled_consultations_by_commune(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the modelled number of consultations of each commune of ONE; index ``nis``. Modelled, never counted."""
    path = "tables/modelled_consultations_by_commune.csv"
    return _read_csv(data_dir, path, tables.MODELLED_CONSULTATIONS_BY_COMMUNE).set_index("nis")


def load_modelled_services(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the central modelled network as services, in the form of :func:`load_services`. Never for families."""
    frame = _read_parquet(data_dir, "tables/modelled_services.parquet")
    table: pd.DataFrame = tables.validate(frame, tables.SERVICES).set_index("service_id")
    return table


def load_official_lists(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the kinds and communes whose official list replaces the model; RangeIndex."""
    return _read_csv(data_dir, "tables/official_lists.csv", tables.OFFICIAL_LISTS)


def load_catalog(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the catalogue of datasets; RangeIndex, sorted by id."""
    return read_catalog(data_dir or settings.data_dir())


def load_network(data_dir: Path | None = None) -> "RoadNetwork":
    """Return the road network with its modes; see :mod:`finder.sources.network_store`."""
    from finder.sources.network_store import read_network

    return read_network(data_dir or settings.data_dir())


def read_user_table(data_dir: Path | None, relative: str, schema: tables.Schema) -> pd.DataFrame:
    """Return a CSV below the folder of users' own lists, validated; RangeIndex.

    Raises
    ------
    DatasetNotFoundError
        If it is not there.
    """
    return _read_csv(data_dir, relative, schema)


def _find(data_dir: Path | None, relative: str) -> Path:
    path = (data_dir or settings.data_dir()) / relative
    if not path.is_file():
        command = "finder network build" if relative.startswith("network/") else "finder data build"
        raise DatasetNotFoundError(
            f"{path} is missing. A clone holds it; to build it again: {command} --from SOURCE_FOLDER."
        )
    return path


def _read_csv(data_dir: Path | None, relative: str, schema: tables.Schema) -> pd.DataFrame:
    types = {name: _CSV_TYPES[column.dtype] for name, column in schema.columns.items()}
    types |= {name: "int64" for name, column in schema.columns.items() if column.dtype == "int" and not column.nullable}
    path = _find(data_dir, relative)
    with told_if_damaged(path):
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    table: pd.DataFrame = tables.validate(frame, schema)
    return table


def read_imported(data_dir: Path | None, relative: str) -> pd.DataFrame:
    """Return a Parquet table that the user imported, by its path below the data folder."""
    return _read_parquet(data_dir, relative)


def _read_parquet(data_dir: Path | None, relative: str) -> pd.DataFrame:
    path = _find(data_dir, relative)
    with told_if_damaged(path):
        return pd.read_parquet(path)


def _read_shapefile(path: Path, fields: dict[str, str]) -> gpd.GeoDataFrame:
    names = {short: column for column, short in fields.items()}
    with told_if_damaged(path):
        frame: gpd.GeoDataFrame = gpd.read_file(path).rename(columns=names)
    return frame
