"""From the source folder to the tables of services, with an account of every source row."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from finder.errors import SourceFileError, first_ids
from finder.geo.gazetteer import build_gazetteer
from finder.sources.catalog import Dataset
from finder.sources.services.birth_centres import read_birth_centres
from finder.sources.services.childcare_facts import list_projects, read_single_facts
from finder.sources.services.childcare_pages import merge_pages, read_childcare_pages
from finder.sources.services.city_childcare import read_city_childcare
from finder.sources.services.completeness import completeness_frame
from finder.sources.services.consultations import read_brussels_consultations, read_page_consultations
from finder.sources.services.contacts import add_contacts
from finder.sources.services.hospitals import read_hospitals
from finder.sources.services.kindergartens import read_kindergartens
from finder.sources.services.maternities import note_moved_sites, read_maternities
from finder.sources.services.osm_check import read_osm_hospitals, read_osm_kindergartens
from finder.sources.services.record import Built, SourceRow, episodes_frame, services_frame
from finder.sources.writers import write_csv
from finder.tables import STREETS

SERVICES_PATH: Final = "tables/services.csv"
EPISODES_PATH: Final = "tables/service_episodes.csv"
KINDERGARTENS_PATH: Final = "tables/osm_kindergartens.csv"
COMPLETENESS_PATH: Final = "tables/completeness.csv"
SOURCE_ROWS_PATH: Final = "tables/service_source_rows.csv"

_OSM: Final = "© OpenStreetMap contributors"
_MIXED: Final = "per row (column licence); points marked `geocoded` are produced from OpenStreetMap (ODbL)"
_CREDITS: Final = f"Eurostat/GISCO; opendata.brussels.be; press and municipal pages named in each row; {_OSM}"


def build_services(
    source_dir: Path,
    out_dir: Path,
    *,
    localities: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    postcodes: pd.DataFrame,
    streets: pd.DataFrame | None,
    contacts: pd.DataFrame,
) -> list[Dataset]:
    """Write the tables of services below ``out_dir`` and return their rows of the catalogue.

    Parameters
    ----------
    source_dir
        Folder of the source data.
    out_dir
        Folder of the derived data; files are written to it directly (stage and publish around this call).
    localities, communes, postcodes, streets
        Derived tables that the addresses are looked up in; without ``streets`` no address gets a point.
    contacts
        Contacts of the life line (:func:`finder.sources.lifeline.load_contacts`).

    Raises
    ------
    SourceFileError
        If a source file is missing or inconsistent, two services share an id, or a source row is lost.
    SchemaError
        If a table does not keep its schema.
    """
    names = pd.DataFrame(columns=list(STREETS.columns)) if streets is None else streets
    gazetteer = build_gazetteer(communes, localities, postcodes, names)
    osm_hospitals, osm_rows = read_osm_hospitals(source_dir)
    readers = [
        read_maternities(source_dir, gazetteer, osm_hospitals),
        read_hospitals(source_dir, gazetteer, osm_hospitals),
        read_birth_centres(source_dir, gazetteer),
        read_brussels_consultations(source_dir, gazetteer),
        read_page_consultations(source_dir, gazetteer),
        read_city_childcare(source_dir, gazetteer, read_osm_kindergartens(source_dir)),
        read_childcare_pages(source_dir, gazetteer),
        read_single_facts(source_dir, gazetteer),
        list_projects(source_dir),
        Built((), osm_rows),
    ]
    kindergartens = read_kindergartens(source_dir)
    services = note_moved_sites(tuple(itertools.chain.from_iterable(b.services for b in readers)))
    services = merge_pages(source_dir, services)
    services, named = add_contacts(services, contacts, gazetteer)
    services = (*services, *named.services)
    source_rows = [row for built in [*readers, kindergartens, named] for row in built.source_rows]
    everything = [*services, *kindergartens.services]
    _check_account(source_rows, {service.service_id for service in everything}, len(everything))
    keyed = communes.reset_index() if "nis" not in communes.columns else communes
    german = frozenset(keyed.loc[keyed["is_german_community"].astype(bool), "nis"].astype(str))
    tables = {
        SERVICES_PATH: services_frame(services),
        EPISODES_PATH: episodes_frame([episode for built in readers for episode in built.episodes]),
        KINDERGARTENS_PATH: services_frame(kindergartens.services),
        COMPLETENESS_PATH: completeness_frame(everything, gazetteer, german),
        SOURCE_ROWS_PATH: pd.DataFrame(source_rows),
    }
    for path, table in tables.items():
        write_csv(table, out_dir / path)
    return _datasets({path: len(table) for path, table in tables.items()})


def summarise_source_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, for each source file, its number of rows and how many were kept, merged or listed elsewhere."""
    counts = pd.crosstab(rows["file"], rows["outcome"])
    counts = counts.reindex(columns=["kept", "merged", "listed_elsewhere"], fill_value=0)
    return counts.assign(rows=counts.sum(axis=1)).reset_index().rename_axis(columns=None)


def _check_account(rows: list[SourceRow], ids: set[str], count: int) -> None:
    kept = Counter(row.service_id for row in rows if row.outcome == "kept")
    twice = [name for name, times in kept.items() if times > 1]
    if twice or len(ids) != count:
        raise SourceFileError(f"Two source rows make the service {first_ids(twice)}: name one of them otherwise.")
    lost = [row for row in rows if row.service_id is not None and row.service_id not in ids]
    if lost or set(kept) != ids:
        named = first_ids([f"{row.file} row {row.row}" for row in lost])
        raise SourceFileError(f"Source rows and services do not match: {named or first_ids(sorted(ids - set(kept)))}.")


def _datasets(counts: dict[str, int]) -> list[Dataset]:
    return [
        Dataset(
            "services",
            SERVICES_PATH,
            "2026-11",
            counts[SERVICES_PATH],
            _MIXED,
            _CREDITS,
            "maternities, hospitals, birth centres, consultations, day care, named contacts of a guide; see each row",
            "rows without a point are kept; see docs/services.md for the rules and the table of completeness",
        ),
        Dataset(
            "service_episodes",
            EPISODES_PATH,
            "2026-11",
            counts[EPISODES_PATH],
            "facts",
            "press and reports, as named in each row",
            "press and reports, as named in each row",
            "status of each maternity from 2016 on; a date known by its year takes effect on the next 1 January",
        ),
        Dataset(
            "osm_kindergartens",
            KINDERGARTENS_PATH,
            "2026-05-18",
            counts[KINDERGARTENS_PATH],
            "ODbL 1.0",
            _OSM,
            "OpenStreetMap, extract of Brussels",
            "creches and nursery schools mixed; kept apart from the other services because of its licence",
        ),
        Dataset(
            "completeness",
            COMPLETENESS_PATH,
            "2026-11",
            counts[COMPLETENESS_PATH],
            "facts",
            "Finder, from the sources named in each row",
            "Finder",
            "known_count counts open and unconfirmed services of the area, located or not",
        ),
        Dataset(
            "service_source_rows",
            SOURCE_ROWS_PATH,
            "2026-11",
            counts[SOURCE_ROWS_PATH],
            "facts",
            "Finder",
            "Finder",
            "what became of each row of the source files: kept, merged into another service, or listed elsewhere",
        ),
    ]
