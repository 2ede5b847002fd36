"""What the import says of a list, in the visitor's language: the importer speaks plain English sentences.

A sentence that is not known here is shown as it is: in English, but never lost.
"""

import re
from collections.abc import Sequence
from typing import Final

from finder.errors import FinderError
from finder.words.messages import Messages

Pattern = tuple[str, str]

_ENDINGS: Final[Sequence[tuple[str, str]]] = (
    (": left out; the address is used", "lists.end.address_used"),
    (": left out", "lists.end.left_out"),
    (": no point, only the commune is known", "lists.end.only_commune"),
)
REASONS: Final[Sequence[Pattern]] = (
    (r"has no name", "lists.reason.no_name"),
    (r"is below zero", "lists.reason.below_zero"),
    (r"is half a point", "lists.reason.half_point"),
    (r"is neither yes nor no", "lists.reason.yes_no"),
    (r"is no Belgian postcode", "lists.reason.no_postcode"),
    (r"is no date", "lists.reason.no_date"),
    (r"is no language we know", "lists.reason.no_language"),
    (r"is no number", "lists.reason.no_number"),
    (r"is no point", "lists.reason.no_point"),
    (r"is no point in Belgium", "lists.reason.not_belgium"),
    (r"is 0, 0: no point", "lists.reason.zero_point"),
    (r"is no postcode of Wallonia or Brussels", "lists.reason.other_postcode"),
    (r"is no service: made by Finder's model", "lists.reason.modelled"),
    (r"is no status we know", "lists.reason.no_status"),
    (r"is no tariff we know .*", "lists.reason.no_tariff"),
    (r"is no whole number", "lists.reason.no_whole"),
    (r"is more than (?P<most>[\d,]+) places", "lists.reason.many_places"),
    (r"looks like a formula: kept as text", "lists.reason.formula"),
    (r"control characters were left out", "lists.reason.control"),
    (r"says no kind: give --kind", "lists.reason.says_no_kind"),
    (r"is no kind we know: give --kind, .*", "lists.reason.no_kind"),
    (r"is no kind we know: taken as (?P<kind>\w+)", "lists.reason.taken_as"),
    (r"a service of childminders: .*", "lists.reason.office"),
    (r"has (?P<count>[\d,]+) characters, (?P<most>[\d,]+) at most", "lists.reason.long"),
    (r"has (?P<count>\d+) cells, the header (?P<most>\d+)", "lists.reason.torn"),
    (r"lies outside Wallonia and Brussels", "lists.reason.outside"),
    (r"is no place of Wallonia or Brussels: lies outside Wallonia and Brussels", "lists.reason.no_place"),
    (r"nothing says where it is", "lists.reason.nowhere"),
    (r"does not go with postcode (?P<code>\d+): that is taken", "lists.reason.postcode_taken"),
    (r"may be any of (?P<codes>.+)", "lists.reason.any_of"),
    (r"may be in several communes", "lists.reason.several"),
    (r"is not in our road network by that name", "lists.reason.no_street"),
    (r"latitude and longitude were exchanged", "lists.reason.exchanged"),
    (r"read as (?P<grid>.+) metres, x and y exchanged", "lists.reason.grid_exchanged"),
    (r"read as (?P<grid>.+) metres", "lists.reason.grid"),
)
NOTES: Final[Sequence[Pattern]] = (
    (r"the text is not UTF-8: read as (?P<encoding>\S+)", "lists.note.encoding"),
    (r"(?P<count>\d+) characters could not be decoded .*", "lists.note.lost"),
    (r"(?P<count>\d+) NUL characters were left out", "lists.note.nul"),
    (r"the quotes do not pair .*", "lists.note.quotes"),
    (r"(?P<count>\d+) rows above the header are a title and are not read", "lists.note.title"),
    (r"column names that come twice or are empty were numbered: (?P<names>.+)", "lists.note.numbered"),
    (r"(?P<count>\d+) empty rows are not counted", "lists.note.empty"),
    (r"(?:sheets|layers) not read: (?P<names>.+)", "lists.note.sheets"),
    (r"(?P<count>\d+) merged cells were filled with their value", "lists.note.merged"),
    (r"(?P<count>\d+) formulas have no value in the file: .*", "lists.note.formulas"),
)
ERRORS: Final[Sequence[Pattern]] = (
    (r"(?P<name>.+) is empty.*", "lists.error.empty"),
    (r"(?P<name>.+) has (?:a header and )?no rows.*", "lists.error.no_rows"),
    (r"(?P<name>.+) is in the old Excel format: .*", "lists.error.old_excel"),
    (r"(?P<name>.+) is not a readable (?:Excel file|GeoPackage|JSON) .*", "lists.error.broken"),
    (r"(?P<name>.+) is not readable JSON .*", "lists.error.broken"),
    (r"(?P<name>.+) is a zip file, no Excel workbook: .*", "lists.error.zip"),
    (r"(?P<name>.+) unpacks from .*", "lists.error.bomb"),
    (r"(?P<name>.+) is no table: .*", "lists.error.no_table"),
    (r"(?P<name>.+) has [\d,]+ (?:rows|columns|MB); Finder reads .*", "lists.error.too_large"),
    (r"(?P<name>.+): no column is known to hold the name\..*", "lists.error.no_name"),
    (r"(?P<name>.+): no column is known to say where: .*", "lists.error.no_where"),
    (r"The services have changed since the list was prepared .*", "lists.check_again"),
)


def reason_text(t: Messages, reason: str) -> str:
    """Return why a cell or a row is not as it should be."""
    for ending, key in _ENDINGS:
        if reason.endswith(ending):
            return _translated(t, REASONS, reason.removesuffix(ending)) + t(key)
    return _translated(t, REASONS, reason)


def note_text(t: Messages, note: str) -> str:
    """Return what reading put right."""
    return _translated(t, NOTES, note)


def error_text(t: Messages, error: FinderError) -> str:
    """Return why a file cannot be taken in."""
    return _translated(t, ERRORS, str(error))


def _translated(t: Messages, patterns: Sequence[Pattern], text: str) -> str:
    for pattern, key in patterns:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return t(key, **found.groupdict())
    return text
