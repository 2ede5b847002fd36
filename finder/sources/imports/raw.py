"""What a file holds before anyone judges it: named columns of text, and how it was read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

MAX_FILE_BYTES: Final = 50_000_000
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 500
POINT_LON: Final = "geometry: x"
POINT_LAT: Final = "geometry: y"
"""Columns added for the geometry of a GeoJSON or GeoPackage file."""


@dataclass(frozen=True)
class RawTable:
    """The rows of a file, as text.

    Parameters
    ----------
    name
        Name of the file.
    columns
        Names of its columns; a name that comes twice has a number behind it.
    rows
        One row per record that holds anything; every cell is text, empty where the file has nothing. The index ``row``
        is the number a spreadsheet program shows, the header being in the row before the first.
    encoding, separator, sheet
        How it was read, where that says something.
    torn
        Rows with more filled cells than there are columns, and how many: their cells cannot be told apart.
    notes
        What was put right or left out while reading, in sentences.
    sheets
        Every sheet or layer of the file, the one read too.
    """

    name: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    torn: dict[int, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def table_of(
    name: str,
    cells: Sequence[Sequence[str]],
    *,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    notes: Sequence[str] = (),
    sheets: Sequence[str] = (),
) -> RawTable:
    """Return the table of a grid of texts: the header is the first row with two different texts, else with any.

    Rows above the header (a title) and empty rows are left out and told.

    Raises
    ------
    SourceFileError
        If the grid has no header, no rows below it, or more columns or rows than Finder reads.
    """
    from finder.errors import SourceFileError

    filled = [len({cell for cell in row if cell.strip()}) for row in cells]
    wide = [i for i, count in enumerate(filled) if count >= 2]
    any_ = [i for i, count in enumerate(filled) if count]
    if not any_:
        raise SourceFileError(f"{name} is empty: no cell of it holds anything.")
    top = wide[0] if wide else any_[0]
    told = list(notes)
    if above := [i for i in any_ if i < top]:
        told.append(f"{len(above)} rows above the header are a title and are not read")
    header = list(cells[top])
    while header and not header[-1].strip():
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise SourceFileError(f"{name} has {len(header)} columns; Finder reads {MAX_COLUMNS} at most. Is it a list?")
    columns, renamed = _unique(header)
    if renamed:
        told.append(f"column names that come twice or are empty were numbered: {', '.join(renamed[:5])}")
    body = [i for i in range(top + 1, len(cells)) if filled[i]]
    if not body:
        raise SourceFileError(f"{name} has a header and no rows below it.")
    if len(body) > MAX_ROWS:
        raise SourceFileError(f"{name} has {len(body):,} rows; Finder reads {MAX_ROWS:,} at most. Cut it in parts.")
    if (empty := len(cells) - top - 1 - len(body)) > 0:
        told.append(f"{empty} empty rows are not counted")
    width = len(columns)
    torn = {}
    grid = []
    for i in body:
        row = list(cells[i])
        if any(cell.strip() for cell in row[width:]):
            torn[i + 1] = max(j + 1 for j, cell in enumerate(row) if cell.strip())
        grid.append([*row[:width], *[""] * (width - len(row))])
    rows = pd.DataFrame(grid, columns=list(columns), index=pd.Index([i + 1 for i in body], name="row"), dtype="object")
    return RawTable(name, columns, rows, encoding, separator, sheet, torn, tuple(told), tuple(sheets))


def _unique(header: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    seen: set[str] = set()
    names, renamed = [], []
    for position, text in enumerate(header, start=1):
        base = " ".join(text.split())[:200] or f"column {position}"
        name, number = base, 1
        while name in seen:
            number += 1
            name = f"{base} ({number})"
        if name != " ".join(text.split())[:200]:
            renamed.append(name)
        seen.add(name)
        names.append(name)
    return tuple(names), renamed
