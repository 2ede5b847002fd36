"""Services as published and as imported, joined: an imported record takes the place of the one it updates."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import DatasetNotFoundError
from finder.sources import store
from finder.sources.catalog import USERS_FOLDER
from finder.tables import COMPLETENESS_TABLE, OFFICIAL_LISTS, SERVICES, Schema

SERVICES_PATH: Final = f"{USERS_FOLDER}/services.csv"
OSM_PATH: Final = f"{USERS_FOLDER}/osm_services.csv"
COMPLETENESS_PATH: Final = f"{USERS_FOLDER}/completeness.csv"
LISTS_PATH: Final = f"{USERS_FOLDER}/official_lists.csv"
IMPORTS_PATH: Final = f"{USERS_FOLDER}/lists.csv"


def load_imported_services(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the imported services, and the known ones that a list changed; index ``service_id``; empty if none."""
    return _load(data_dir, SERVICES_PATH, SERVICES).set_index("service_id")


def load_osm_services(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the services taken from OpenStreetMap (ODbL, a file of their own); index ``service_id``; empty if none."""
    return _load(data_dir, OSM_PATH, SERVICES).set_index("service_id")


def load_imported_completeness(data_dir: Path | None = None) -> pd.DataFrame:
    """Return what imported lists declare complete; RangeIndex; empty if nothing."""
    return _load(data_dir, COMPLETENESS_PATH, COMPLETENESS_TABLE)


def load_imported_lists(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the kinds and communes of the imported lists declared complete; RangeIndex; empty if none."""
    return _load(data_dir, LISTS_PATH, OFFICIAL_LISTS)


def load_joined_services(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the published services with the imported ones; index ``service_id``; those of OpenStreetMap are apart."""
    return join_services(store.load_services(data_dir), load_imported_services(data_dir))


def load_joined_completeness(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the table of completeness; a row of an imported list takes the place of ours for its kind and area."""
    ours, theirs = store.load_completeness(data_dir), load_imported_completeness(data_dir)
    if theirs.empty:
        return ours
    told = set(zip(theirs["kind"], theirs["area"], strict=True))
    kept = ours[[pair not in told for pair in zip(ours["kind"], ours["area"], strict=True)]]
    return pd.concat([kept, theirs], ignore_index=True)


def join_services(published: pd.DataFrame, imported: pd.DataFrame) -> pd.DataFrame:
    """Return both tables (index ``service_id``); where an id is in both, the imported record stands."""
    if imported.empty:
        return published
    return pd.concat([published[~published.index.isin(imported.index)], imported])


def _load(data_dir: Path | None, relative: str, schema: Schema) -> pd.DataFrame:
    try:
        return store.read_user_table(data_dir, relative, schema)
    except DatasetNotFoundError:
        kinds = {"str": "object", "int": "Int64", "float": "float64", "bool": "boolean"}
        return pd.DataFrame({name: pd.Series(dtype=kinds[column.dtype]) for name, column in schema.columns.items()})
