"""Workbooks (.xlsx): values, merged cells filled, formulas that have no value told."""

import datetime
import io
import re
import warnings
import zipfile
from typing import Any, Final

from finder.errors import SourceFileError
from finder.sources.imports.raw import MAX_COLUMNS, MAX_ROWS, RawTable, table_of

MAX_UNPACKED_BYTES: Final = 400_000_000
MAX_RATIO: Final = 200
"""A workbook of text packs 5 to 20 times; beyond this it was made to fill a memory."""

_FORMULA: Final = re.compile(rb"<f[ >/]")


def read_excel(data: bytes, name: str, *, sheet: str | None = None) -> RawTable:
    """Return the rows of a sheet: the one named, else the first with two rows or more.

    Raises
    ------
    SourceFileError
        If the file is no workbook, is broken or unpacks to far more than its size, or the sheet is not there.
    """
    has_formulas = _look_inside(data, name)
    values = _open(data, name, values=True)
    titles = values.sheetnames
    if sheet is not None and sheet not in titles:
        raise SourceFileError(f"{name} has no sheet {sheet!r}: it has {', '.join(titles)}.")
    shown = [one for one in values.worksheets if one.sheet_state == "visible" and one.max_row > 1] or values.worksheets
    if not shown:
        raise SourceFileError(f"{name} has no sheet with cells.")
    chosen = values[sheet] if sheet is not None else shown[0]
    if chosen.max_row > MAX_ROWS * 2 or chosen.max_column > MAX_COLUMNS * 10:
        raise SourceFileError(f"{name}: {chosen.max_row:,} rows and {chosen.max_column:,} columns are too many.")
    grid = [[_text(cell) for cell in row] for row in chosen.iter_rows(values_only=True)]
    notes = [f"sheets not read: {', '.join(rest)}"] if (rest := [one for one in titles if one != chosen.title]) else []
    filled = 0
    for area in chosen.merged_cells.ranges:
        value = grid[area.min_row - 1][area.min_col - 1]
        for i in range(area.min_row - 1, min(area.max_row, len(grid))):
            for j in range(area.min_col - 1, min(area.max_col, len(grid[i]))):
                grid[i][j] = value
        filled += 1
    if filled:
        notes.append(f"{filled} merged cells were filled with their value")
    if has_formulas:
        written = _open(data, name, values=False)[chosen.title]
        without = 0
        for i, row in enumerate(written.iter_rows(values_only=True)):
            for j, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("=") and not grid[i][j]:
                    grid[i][j] = cell
                    without += 1
        if without:
            notes.append(f"{without} formulas have no value in the file: open it in Excel and save it again")
    return table_of(name, grid, sheet=chosen.title, notes=notes, sheets=titles)


def _look_inside(data: bytes, name: str) -> bool:
    """Refuse what is no workbook or a bomb; return whether a sheet holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise SourceFileError(f"{name} is a zip file, no Excel workbook: unpack it and give the list in it.")
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(len(data), 20_000):
                raise SourceFileError(
                    f"{name} unpacks from {len(data):,} to {unpacked:,} bytes: Finder does not open it."
                )
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/sheet")]
            return any(_FORMULA.search(archive.read(part)) for part in sheets)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        if isinstance(error, SourceFileError):
            raise
        raise SourceFileError(f"{name} is not a readable Excel file ({error}): save it again.") from error


def _open(data: bytes, name: str, *, values: bool) -> Any:  # noqa: ANN401 - openpyxl is imported lazily
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values)
    except Exception as error:
        # openpyxl lets through whatever its XML and zip readers raise; all of it means a file that is not whole.
        raise SourceFileError(f"{name} is not a readable Excel file ({error}): save it again.") from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
