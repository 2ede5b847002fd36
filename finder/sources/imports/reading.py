"""From a file of unknown make to named columns of text: the format by its bytes, then the reader of that format."""

from pathlib import Path
from typing import Final

from finder.errors import SourceFileError
from finder.sources.imports.raw import MAX_FILE_BYTES, RawTable

OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = b"PK\x03\x04"
SQLITE: Final = b"SQLite format 3\x00"


def read_table(source: bytes | Path, name: str | None = None, *, sheet: str | None = None) -> RawTable:
    """Return the rows of a CSV, TSV, Excel (.xlsx), GeoJSON or GeoPackage file.

    Parameters
    ----------
    source
        The file, or its bytes.
    name
        Name to show; needed with bytes only.
    sheet
        Sheet of a workbook, or layer of a GeoPackage; default the first that holds rows.

    Raises
    ------
    SourceFileError
        If the file is missing, empty, too large, broken, of another format, or has no rows.
    """
    shown = name or (source.name if isinstance(source, Path) else "the file")
    data = source if isinstance(source, bytes) else _bytes_of(source)
    if len(data) > MAX_FILE_BYTES:
        raise SourceFileError(f"{shown} has {len(data) / 1e6:.0f} MB; Finder reads {MAX_FILE_BYTES / 1e6:.0f} at most.")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise SourceFileError(f"{shown} is empty.")
    if data.startswith(OLD_EXCEL):
        raise SourceFileError(f"{shown} is in the old Excel format: open it and save it as .xlsx or CSV.")
    if data.startswith(ZIP):
        from finder.sources.imports.excel import read_excel

        return read_excel(data, shown, sheet=sheet)
    if data.startswith(SQLITE):
        from finder.sources.imports.geofiles import read_geopackage

        return read_geopackage(data, shown, layer=sheet)
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from finder.sources.imports.geofiles import read_geojson

        return read_geojson(data, shown)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"PAR1")):
        raise SourceFileError(f"{shown} is no table: give CSV, Excel (.xlsx), GeoJSON or GeoPackage.")
    from finder.sources.imports.delimited import read_delimited

    return read_delimited(data, shown)


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise SourceFileError(f"No file at {path}.")
    if path.stat().st_size > MAX_FILE_BYTES:
        size = path.stat().st_size / 1e6
        raise SourceFileError(f"{path.name} has {size:.0f} MB; Finder reads {MAX_FILE_BYTES / 1e6:.0f} at most.")
    return path.read_bytes()
