"""The catalogue: one row per dataset of ``data/``, with its origin, its licence and the fingerprint of its bytes.

The fingerprint (``sha256``) of a single file is that of its bytes. A shapefile is several files: its ``path`` is the
``.shp`` and its fingerprint is the SHA-256 of one text line per part (``name`` + space + the part's own SHA-256 +
newline), parts being all files of the folder with the same stem, sorted by name. Any changed, missing or added part
changes it. ``README.md`` files document data and are not data; they and the catalogue itself have no row.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from finder.errors import CatalogError, DatasetNotFoundError, first_ids
from finder.sources.atomic import TEMPORARY_PREFIX, atomic_file

FILE_NAME = "catalog.csv"
COLUMNS = ("id", "path", "version", "rows", "sha256", "licence", "attribution", "source", "note")
REQUIRED = ("id", "path", "version", "sha256", "licence", "attribution", "source")
NOT_DATA = ("README.md", FILE_NAME)
USERS_FOLDER = "imported"
"""Lists that a user imports stay outside the catalogue, which describes what Finder publishes."""


@dataclass(frozen=True)
class Dataset:
    """What the catalogue says of one dataset, apart from the fingerprint that :func:`register` computes.

    Parameters
    ----------
    id
        Short stable name, for example ``"communes"``.
    path
        Path of the file below the data folder, with ``/``; for a shapefile its ``.shp``.
    version
        Edition or reference date of the content, never the date of the build.
    rows
        Number of records.
    licence
        Licence of the content.
    attribution
        Line to print wherever the content is shown or exported.
    source
        Who published it, and where.
    note
        Method in a sentence, and what to beware of; may be empty.
    """

    id: str
    path: str
    version: str
    rows: int
    licence: str
    attribution: str
    source: str
    note: str = ""


def read_catalog(data_dir: Path) -> pd.DataFrame:
    """Return the catalogue of ``data_dir`` with :data:`COLUMNS`, sorted by id.

    Returns
    -------
    DataFrame
        RangeIndex; ``rows`` is a whole number, everything else text (empty, never missing).

    Raises
    ------
    DatasetNotFoundError
        If there is no catalogue.
    CatalogError
        If it has other columns, or a number of rows that is not a number.
    """
    path = data_dir / FILE_NAME
    if not path.is_file():
        raise DatasetNotFoundError(
            f"No catalogue at {path}. Build the data first: finder data build --from SOURCE_FOLDER."
        )
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if tuple(frame.columns) != COLUMNS:
        raise CatalogError(f"{path} must have the columns {', '.join(COLUMNS)}; it has {', '.join(frame.columns)}.")
    wrong = frame.loc[~frame["rows"].str.fullmatch(r"\d+"), "id"].tolist()
    if wrong:
        raise CatalogError(
            f"{path}: `rows` is not a whole number for {first_ids(wrong)}; register these datasets again."
        )
    return frame.astype({"rows": "int64"})


def register(data_dir: Path, datasets: Sequence[Dataset]) -> None:
    """Add or replace the rows of ``datasets``, with the fingerprint of their files as they are now.

    Rows of other datasets stay as they are. The catalogue is replaced at once or not at all.

    Raises
    ------
    DatasetNotFoundError
        If the file of a dataset is not below ``data_dir``.
    CatalogError
        If two datasets share an id or a path.
    """
    write_catalog(data_dir, data_dir / FILE_NAME, datasets)


def write_catalog(
    files_dir: Path, path: Path, datasets: Sequence[Dataset], *, kept: pd.DataFrame | None = None
) -> None:
    """Write a catalogue to ``path``: ``datasets`` (files below ``files_dir``) and the rows of ``kept`` not among them.

    ``kept`` defaults to the catalogue already at ``path``, if any. See :func:`register` for the errors.
    """
    if kept is None:
        kept = read_catalog(path.parent) if path.is_file() else pd.DataFrame(columns=list(COLUMNS))
    new_ids = [dataset.id for dataset in datasets]
    rows: list[dict[str, object]] = [
        dict(zip(COLUMNS, values, strict=True))
        for values in kept.loc[~kept["id"].isin(new_ids), list(COLUMNS)].itertuples(index=False)
    ]
    rows += [asdict(dataset) | {"sha256": fingerprint(files_dir / dataset.path)} for dataset in datasets]
    for column in ("id", "path"):
        seen = pd.Series([str(row[column]) for row in rows], dtype=str)
        twice = seen[seen.duplicated()].unique().tolist()
        if twice:
            raise CatalogError(
                f"Two datasets of the catalogue share the {column} {first_ids(twice)}: give each its own."
            )
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: str(row["id"])))
    with atomic_file(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8")


def attributions(data_dir: Path, ids: Iterable[str]) -> list[str]:
    """Return the distinct attribution lines of the datasets ``ids``, in the order first met.

    Raises
    ------
    DatasetNotFoundError
        If an id is not in the catalogue.
    """
    by_id = read_catalog(data_dir).set_index("id")["attribution"]
    wanted = list(ids)
    unknown = [name for name in wanted if name not in by_id.index]
    if unknown:
        raise DatasetNotFoundError(f"Not in the catalogue: {first_ids(unknown)}. See `finder data list`.")
    return list(dict.fromkeys(str(by_id[name]) for name in wanted))


def check(data_dir: Path) -> list[str]:
    """Return what is wrong between the catalogue and the files, one sentence per problem; empty when all is well.

    Checked: required text, file present, fingerprint, number of rows (csv, parquet, shapefile), files without a row.
    """
    frame = read_catalog(data_dir)
    problems: list[str] = []
    for column in ("id", "path"):
        problems += [f"{column} {text}: listed twice" for text in frame.loc[frame[column].duplicated(), column]]
    for row in frame.to_dict("records"):
        problems += [f"{row['id']}: {column} is empty" for column in REQUIRED if not str(row[column]).strip()]
        problems += _check_file(data_dir / str(row["path"]), row["id"], row["sha256"], row["rows"])
    listed = {part for path in frame["path"] for part in parts(data_dir / path)}
    problems += [
        f"{path.relative_to(data_dir).as_posix()}: not in the catalogue"
        for path in sorted(data_dir.rglob("*"))
        if path.is_file() and path not in listed and not _is_ignored(path.relative_to(data_dir))
    ]
    return problems


def parts(path: Path) -> list[Path]:
    """Return the files that make the dataset at ``path``: itself, or all parts of a shapefile, sorted by name."""
    if path.suffix != ".shp":
        return [path]
    return sorted(part for part in path.parent.glob(f"{path.stem}.*") if part.is_file())


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a dataset, in hexadecimal; see the module's text for shapefiles.

    Raises
    ------
    DatasetNotFoundError
        If there is no such file.
    """
    if not path.is_file():
        raise DatasetNotFoundError(f"{path} is missing. Build the data again: finder data build --from SOURCE_FOLDER.")
    if path.suffix != ".shp":
        return _sha256(path)
    lines = "".join(f"{part.name} {_sha256(part)}\n" for part in parts(path))
    return hashlib.sha256(lines.encode()).hexdigest()


def count_rows(path: Path) -> int | None:
    """Return the number of records of a csv, parquet or shapefile, ``None`` for another format."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for row in csv.reader(file) if row) - 1
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return int(pyarrow.parquet.read_metadata(path).num_rows)
    if path.suffix == ".shp":
        import pyogrio

        return int(pyogrio.read_info(path)["features"])
    return None


def _check_file(path: Path, name: str, sha256: str, rows: int) -> list[str]:
    if not path.is_file():
        return [f"{name}: {path.name} is missing"]
    if fingerprint(path) != sha256:
        # A changed file may not even open: its number of rows tells nothing more.
        return [f"{name}: the bytes of {path.name} are not those of the catalogue (sha256 differs)"]
    found = count_rows(path)
    return [f"{name}: {found} rows, the catalogue says {rows}"] if found is not None and found != rows else []


def _is_ignored(relative: Path) -> bool:
    temporary = any(part.startswith(TEMPORARY_PREFIX) for part in relative.parts)
    return temporary or relative.name in NOT_DATA or relative.parts[0] == USERS_FOLDER


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
