"""What a list is compared with, read from a data folder."""

from pathlib import Path

from finder.errors import DatasetNotFoundError
from finder.geo.gazetteer import build_gazetteer
from finder.sources import store
from finder.sources.best_addresses import load_addresses
from finder.sources.imports.joined import load_joined_services
from finder.sources.imports.prepare import Known


def load_known(data_dir: Path | None = None) -> Known:
    """Return the names and the services of a data folder; those of OpenStreetMap are apart and not compared.

    A folder without street names (no network yet) places by point, postcode and commune only.
    """
    try:
        streets = store.load_streets(data_dir)
    except DatasetNotFoundError:
        import pandas as pd

        from finder.tables import STREETS

        streets = pd.DataFrame(columns=list(STREETS.columns))
    gazetteer = build_gazetteer(
        store.load_communes(data_dir),
        store.load_localities(data_dir),
        store.load_postcodes(data_dir),
        streets,
        addresses=load_addresses(data_dir),
    )
    return Known(gazetteer, load_joined_services(data_dir))
