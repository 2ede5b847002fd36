"""The official addresses of Belgium (BeST), from the publisher's files into one table of house numbers.

Two layouts are read: the yearly extract by region ("openaddress", with a header and the names of streets) and the
records of the register itself (no header, ids instead of names, points as hexadecimal WKB in EPSG:31370). Of the
second, streets are named by a list of street names if one is given, else by the road network where that is certain.
"""

import json
import re
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from finder.errors import DatasetNotFoundError, SourceFileError, first_ids
from finder.geo.folding import fold
from finder.geo.house_numbers import ADDRESS_COLUMNS, METHOD_VERSION
from finder.geo.network import RoadNetwork
from finder.geo.projection import to_wgs84
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import USERS_FOLDER
from finder.sources.population_import import keep_for_undo
from finder.sources.street_names import name_streets
from finder.sources.writers import write_parquet
from finder.units import LAMBERT_2008

ADDRESSES_PATH: Final = f"{USERS_FOLDER}/addresses.parquet"
ABOUT_PATH: Final = f"{USERS_FOLDER}/addresses.json"
LAMBERT_72: Final = "EPSG:31370"
LANGUAGES: Final = ("fr", "nl", "de")
EXTRACT_COLUMNS: Final = (
    "EPSG:4326_lat", "EPSG:4326_lon", "house_number", "municipality_id", "postcode", "status", "street_id",
    *(f"streetname_{language}" for language in LANGUAGES),
)  # fmt: skip
REGISTER_COLUMNS: Final = {
    2: "municipality_id",
    6: "street_id",
    8: "postcode",
    10: "house_number",
    13: "status",
    18: "point",
}
REGISTER_WIDTH: Final = 22
CURRENT: Final = "current"
_REGISTER_ROW: Final = re.compile(r'^"?[BVW]A/')
_NUMBER: Final = re.compile(r"^\s*(\d{1,4})\s*[-/._ ]?\s*([0-9A-Za-z]{0,6})")


@dataclass(frozen=True)
class AddressReport:
    """What an import of addresses did or, on a dry run, would do; numbers of records of the file unless said.

    Parameters
    ----------
    source
        Name of the file.
    records
        Records in the file.
    not_current
        Retired, proposed or reserved.
    without_position
        With no point, or the point 0, 0.
    without_number
        Whose house number does not begin with a figure.
    outside
        In no commune of Wallonia and Brussels.
    without_name
        In streets that could not be named with certainty.
    streets, streets_named
        Streets of the records that are left, and those of them that have a name.
    house_numbers
        Distinct house numbers kept, boxes of one house counted once.
    communes
        Communes whose addresses the file brings.
    changed
        Files written, relative to the data folder; none on a dry run.
    """

    source: str
    records: int
    not_current: int
    without_position: int
    without_number: int
    outside: int
    without_name: int
    streets: int
    streets_named: int
    house_numbers: int
    communes: tuple[str, ...]
    changed: tuple[str, ...] = ()


def import_addresses(
    path: Path, data_dir: Path, *, street_names: Path | None = None, dry_run: bool = False
) -> AddressReport:
    """Add the house numbers of an official address file; communes it covers are replaced, others stay.

    Parameters
    ----------
    path
        BeST's ``openaddress-*.csv`` (or its zip), or records of the register.
    data_dir
        Data folder; the table goes into its ``imported`` folder.
    street_names
        CSV with ``street_id`` and at least one of ``streetname_fr``, ``streetname_nl``, ``streetname_de``: names for
        records of the register. Without it, streets take the name of the road their houses stand along.
    dry_run
        Whether to check everything and write nothing.

    Raises
    ------
    SourceFileError
        If a file cannot be read, is of another layout, or leaves no address to keep. Nothing is written then.
    """
    raw = read_addresses(path)
    kept, counts = _usable(raw, store.load_communes(data_dir))
    if street_names is not None:
        kept = _with_names(kept, read_street_names(street_names))
    streets = kept["street_id"].nunique()
    has_name = kept[list(_name_columns())].notna().any(axis=1)
    if not has_name.all():
        kept = _named_by_roads(kept, ~has_name, store.load_network(data_dir))
        has_name = kept[list(_name_columns())].notna().any(axis=1)
    table = _table(kept[has_name])
    if not len(table):
        raise SourceFileError(
            f"{path.name}: no address of Wallonia or Brussels with a number, a position and a street name is left of "
            f"{len(raw):,} records ({_told(counts)}, {int((~has_name).sum())} without a street name)."
        )
    report = AddressReport(
        source=path.name,
        records=len(raw),
        not_current=counts["not_current"],
        without_position=counts["without_position"],
        without_number=counts["without_number"],
        outside=counts["outside"],
        without_name=int((~has_name).sum()),
        streets=int(streets),
        streets_named=int(kept.loc[has_name, "street_id"].nunique()),
        house_numbers=len(table.drop_duplicates(["nis", "number", "suffix", "lon", "lat"])),
        communes=tuple(sorted(table["nis"].unique())),
    )
    return report if dry_run else _store(data_dir, table, report)


def load_addresses(data_dir: Path | None = None) -> pd.DataFrame | None:
    """Return the imported addresses, columns of :data:`finder.geo.house_numbers.ADDRESS_COLUMNS`; ``None`` if none."""
    try:
        return store.read_imported(data_dir, ADDRESSES_PATH)
    except DatasetNotFoundError:
        return None


def read_addresses(path: Path) -> pd.DataFrame:
    """Return the records of an address file.

    Columns ``municipality_id``, ``street_id``, ``postcode``, ``house_number``, ``status``, ``streetname_fr``, ``_nl``
    and ``_de`` (missing where not given) as text; ``x`` and ``y`` in EPSG:3812, missing where the file has no point.

    Raises
    ------
    SourceFileError
        If the file is in neither layout, or not in UTF-8.
    """
    try:
        first = _first_line(path)
        if "EPSG:4326_lat" in first:
            return _read_extract(path, first)
        if _REGISTER_ROW.match(first):
            return _read_register(path)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, zipfile.BadZipFile) as error:
        raise SourceFileError(f"{path.name} is not a readable CSV in UTF-8, zipped or not: {error}") from error
    raise SourceFileError(
        f"{path.name} is no address file of BeST: its first line is neither the header of an openaddress extract "
        f"(with EPSG:4326_lat) nor a record that begins with BA/, VA/ or WA/, but {first[:60]!r}."
    )


def read_street_names(path: Path) -> pd.DataFrame:
    """Return names by ``street_id`` (as the register writes it) from a CSV with comma or semicolon.

    Raises
    ------
    SourceFileError
        If the file has no column ``street_id`` or no column of names, or gives a street two names.
    """
    try:
        frame = pd.read_csv(path, sep=None, engine="python", dtype=str, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceFileError(f"{path.name} is not a readable CSV in UTF-8: {error}") from error
    names = [column for column in _name_columns() if column in frame.columns]
    if "street_id" not in frame.columns or not names:
        raise SourceFileError(
            f"{path.name} needs the columns street_id and {' or '.join(_name_columns())}; "
            f"it has {first_ids(list(frame))}."
        )
    frame = frame[["street_id", *names]].drop_duplicates()
    doubled = frame.loc[frame["street_id"].duplicated(), "street_id"].tolist()
    if doubled:
        raise SourceFileError(f"{path.name} names these streets twice: {first_ids(doubled)}.")
    return frame.set_index("street_id").reindex(columns=list(_name_columns()))


def _name_columns() -> tuple[str, ...]:
    return tuple(f"streetname_{language}" for language in LANGUAGES)


def _first_line(path: Path) -> str:
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1 or len(archive.namelist()) != 1:
                raise SourceFileError(f"{path.name} must hold one CSV and nothing else; it holds {first_ids(names)}.")
            with archive.open(names[0]) as file:
                return file.readline().decode("utf-8-sig").strip()
    with path.open(encoding="utf-8-sig") as lines:
        return lines.readline().strip()


def _read_extract(path: Path, header: str) -> pd.DataFrame:
    separator = ";" if header.count(";") > header.count(",") else ","
    columns = [name.strip('"') for name in header.split(separator)]
    lacking = [name for name in EXTRACT_COLUMNS if name not in columns]
    if lacking:
        raise SourceFileError(f"{path.name} lacks the columns {', '.join(lacking)}.")
    frame = pd.read_csv(
        path, sep=separator, dtype=str, usecols=list(EXTRACT_COLUMNS), keep_default_na=False, na_values=[""],
        encoding="utf-8-sig",
    )  # fmt: skip
    lon, lat = (pd.to_numeric(frame[f"EPSG:4326_{axis}"], errors="coerce") for axis in ("lon", "lat"))
    is_placed = (lon.notna() & lat.notna() & (lon != 0) & (lat != 0)).to_numpy()
    return _with_points(frame, lon.to_numpy(float), lat.to_numpy(float), is_placed, crs="EPSG:4326")


def _read_register(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, sep=";", header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if frame.shape[1] != REGISTER_WIDTH:
        raise SourceFileError(f"{path.name} has {frame.shape[1]} fields a record; the register has {REGISTER_WIDTH}.")
    frame = frame[list(REGISTER_COLUMNS)].rename(columns=REGISTER_COLUMNS)
    points = shapely.from_wkb(frame["point"].where(frame["point"] != "", None).to_numpy(object), on_invalid="ignore")
    is_point = shapely.get_type_id(points) == 0
    x, y = np.where(is_point, shapely.get_x(points), np.nan), np.where(is_point, shapely.get_y(points), np.nan)
    # A house that was never measured is written as the point 0, 0.
    is_placed = is_point & (x != 0) & (y != 0)
    for column in ("municipality_id", "postcode"):
        frame[column] = frame[column].str.extract(r"^[A-Z]+/(\d+)/", expand=False)
    return _with_points(frame.assign(**dict.fromkeys(_name_columns(), None)), x, y, is_placed, crs=LAMBERT_72)


def _with_points(frame: pd.DataFrame, x: Any, y: Any, is_placed: Any, *, crs: str) -> pd.DataFrame:  # noqa: ANN401
    east, north = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    if is_placed.any():
        project = Transformer.from_crs(crs, LAMBERT_2008, always_xy=True)
        east[is_placed], north[is_placed] = project.transform(x[is_placed], y[is_placed])
    columns = ["municipality_id", "street_id", "postcode", "house_number", "status", *_name_columns()]
    return frame[columns].assign(x=east, y=north)


def _usable(raw: pd.DataFrame, communes: gpd.GeoDataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the current records with a number and a position in one of ``communes``, with ``nis``; and the others."""
    counts = {}
    is_current = raw["status"].fillna(CURRENT) == CURRENT
    counts["not_current"] = int((~is_current).sum())
    kept = raw[is_current]
    is_placed = np.isfinite(kept["x"]) & np.isfinite(kept["y"])
    counts["without_position"] = int((~is_placed).sum())
    kept = kept[is_placed]
    parts = kept["house_number"].fillna("").str.extract(_NUMBER)
    counts["without_number"] = int(parts[0].isna().sum())
    kept = kept.assign(number=parts[0], suffix=parts[1].fillna("").str.lower())[parts[0].notna()]
    # The register's code where it is one of 2025; of merged communes, and abroad, the point decides.
    points = gpd.GeoDataFrame(index=kept.index, geometry=gpd.points_from_xy(kept["x"], kept["y"]), crs=LAMBERT_2008)
    joined = points.sjoin(communes.rename_axis("nis")[["geometry"]].reset_index(), predicate="within")
    nis = joined.loc[~joined.index.duplicated(), "nis"].reindex(kept.index)
    is_known = kept["municipality_id"].isin(communes.index) & nis.notna()
    nis = nis.mask(is_known, kept["municipality_id"])
    counts["outside"] = int(nis.isna().sum())
    return kept.assign(nis=nis)[nis.notna()].reset_index(drop=True), counts


def _with_names(kept: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    found = names.reindex(kept["street_id"]).reset_index(drop=True)
    names_by_column = {name: found[name].where(found[name].notna(), kept[name]) for name in _name_columns()}
    return kept.assign(**names_by_column)


def _named_by_roads(kept: pd.DataFrame, is_nameless: "pd.Series[bool]", network: RoadNetwork) -> pd.DataFrame:
    names = name_streets(kept[is_nameless], network)
    found = kept.loc[is_nameless, "street_id"].map(names)
    # The language is not known: what the road is called, both names in Brussels.
    sides = found.str.split(" - ", n=1, expand=True).reindex(columns=[0, 1])
    first, second = kept["streetname_fr"].copy(), kept["streetname_nl"].copy()
    first[is_nameless], second[is_nameless] = sides[0], sides[1]
    return kept.assign(streetname_fr=first, streetname_nl=second)


def _table(kept: pd.DataFrame) -> pd.DataFrame:
    """Return one row per name of the street, number and point, sorted by commune, street, number."""
    lon, lat = to_wgs84(kept["x"], kept["y"])
    placed = kept.assign(lon=np.round(lon, 6), lat=np.round(lat, 6), number=kept["number"].astype("int32"))
    longer = pd.concat([placed.assign(street=placed[column]) for column in _name_columns()])
    longer = longer[longer["street"].notna()].assign(
        street=lambda rows: rows["street"].str.strip(), postcode=lambda rows: rows["postcode"].fillna("")
    )
    is_name = longer["street"].map({name: bool(fold(name)) for name in longer["street"].unique()})
    table = longer.loc[is_name, list(ADDRESS_COLUMNS)].sort_values(["nis", "street", "number", "suffix", "postcode"])
    # The boxes of a house are one place.
    return table.drop_duplicates(["nis", "street", "number", "suffix", "postcode"], ignore_index=True)


def _store(data_dir: Path, table: pd.DataFrame, report: AddressReport) -> AddressReport:
    before = load_addresses(data_dir)
    if before is not None:
        table = pd.concat([before[~before["nis"].isin(report.communes)], table])
        table = table.sort_values(["nis", "street", "number", "suffix", "postcode"], ignore_index=True)
    with staging_folder(data_dir) as staging:
        write_parquet(table, staging / ADDRESSES_PATH)
        about = asdict(report) | {"changed": [ADDRESSES_PATH, ABOUT_PATH], "method": METHOD_VERSION}
        (staging / ABOUT_PATH).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
        keep_for_undo(data_dir, names)
        publish(staging, data_dir)
    return AddressReport(**(asdict(report) | {"changed": tuple(names)}))


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
