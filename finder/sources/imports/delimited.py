"""Text files of separated values: their encoding, their separator, their quotes."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Final

from finder.errors import SourceFileError
from finder.sources.imports.raw import RawTable, table_of

SEPARATORS: Final = (";", ",", "\t", "|")
ENCODINGS: Final = ("cp1252", "iso8859_15", "cp850", "mac_roman", "cp437")
"""What programs of Western Europe write when they do not write UTF-8; the first wins between equals."""

MAX_CELL_LETTERS: Final = 100_000
SAMPLE_BYTES: Final = 200_000
SAMPLE_RECORDS: Final = 50
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(data: bytes, name: str) -> RawTable:
    """Return the table of a text file.

    Raises
    ------
    SourceFileError
        If it has no columns or rows, or a cell longer than :data:`MAX_CELL_LETTERS`.
    """
    text, encoding, notes = decode(data)
    if "\x00" in text:
        notes.append(f"{text.count(chr(0))} NUL characters were left out")
        text = text.replace("\x00", "")
    separator = guess_separator(text)
    return table_of(name, _records(text, separator, name, notes), encoding=encoding, separator=separator, notes=notes)


def decode(data: bytes) -> tuple[str, str, list[str]]:
    """Return the text of a file, its encoding and what had to be told about it.

    A byte order mark decides, else valid UTF-8, else the likeliest of :data:`ENCODINGS` by charset-normalizer.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            return text, encoding, _told_lost(text)
    if data[:1000].count(b"\x00") > len(data[:1000]) // 4:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        text = data.decode(encoding, errors="replace")
        return text, encoding, _told_lost(text)
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as error:
        start = max(0, error.start - SAMPLE_BYTES // 2)
    from charset_normalizer import from_bytes

    best = from_bytes(data[start : start + SAMPLE_BYTES], cp_isolation=list(ENCODINGS)).best()
    encoding = best.encoding if best is not None and best.encoding in ENCODINGS else ENCODINGS[0]
    text = data.decode(encoding, errors="replace")
    return text, encoding, [f"the text is not UTF-8: read as {encoding}", *_told_lost(text)]


def guess_separator(text: str) -> str:
    """Return the separator that cuts the first records into the most columns, the same number in most of them."""
    sample = text[:SAMPLE_BYTES]

    def worth(separator: str) -> tuple[float, int]:
        widths = [len(row) for row, _ in zip(_parse(sample, separator), range(SAMPLE_RECORDS), strict=False) if row]
        if not widths:
            return 0.0, 0
        width, times = Counter(widths).most_common(1)[0]
        return (times / len(widths)) * min(width, 40) * (width > 1), width

    try:
        return max(SEPARATORS, key=worth)
    except csv.Error:
        return SEPARATORS[1]


def _records(text: str, separator: str, name: str, notes: list[str]) -> list[list[str]]:
    try:
        csv.field_size_limit(MAX_CELL_LETTERS)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            if "field larger" in str(error) and '"' not in text:
                raise
            # A quote that is never closed would swallow the rows after it without a word.
            lines = io.StringIO(text, newline="")
            rows = list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
            notes.append(f"the quotes do not pair ({error}): read as ordinary characters")
            return rows
    except csv.Error as error:
        raise SourceFileError(
            f"{name} cannot be read as a table ({error}); a cell holds {MAX_CELL_LETTERS:,} characters at most. "
            "Save it again as CSV in UTF-8."
        ) from error


def _parse(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _told_lost(text: str) -> list[str]:
    lost = text.count("�")
    return [f"{lost} characters could not be decoded and show as �"] if lost else []
