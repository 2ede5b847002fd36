"""Row by row: every cell of a list becomes a value of ours or a problem that is told; a row without a name is lost."""

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finder.geo.folding import fold
from finder.sources.imports import cells
from finder.sources.imports.cells import CellError
from finder.sources.imports.coordinates import point_of, position_of
from finder.sources.imports.layouts import OWN_EXPORT
from finder.sources.imports.mapping import Mapping
from finder.sources.imports.problems import Problems
from finder.sources.imports.raw import RawTable
from finder.sources.imports.words import KIND_WORDS, NOT_A_PLACE
from finder.sources.services.city_childcare import ANONYMOUS_NAME
from finder.tables import KINDS

LONGEST: Final[MappingOf[str, int]] = {
    "name": 300, "address": 300, "street": 250, "number": 40, "locality": 120, "operator": 300, "sessions": 1_000,
    "phone": 120, "url": 1_000, "note": 2_000, "source": 1_000, "list_id": 120,
}  # fmt: skip
_READ: Final[MappingOf[str, Callable[[str], object]]] = {
    "postcode": cells.postcode_of,
    "capacity_places": cells.places_of,
    "free_places": cells.places_of,
    "free_places_as_of": cells.date_of,
    "age_from_months": cells.places_of,
    "age_to_months": cells.places_of,
    "step_free": cells.yes_no_of,
    "subsidised": cells.yes_no_of,
    "has_emergency": cells.yes_no_of,
    "tariff": cells.tariff_of,
    "languages": cells.languages_of,
    "status_date": cells.date_of,
    "as_of": cells.date_of,
}
NEVER_IMPORTED: Final = ("modelled", "hypothetical")
_KIND_NAMES: Final = {fold(kind): kind for kind in KINDS}


@dataclass(frozen=True)
class Judged:
    """Rows with a name and a kind; the fields that the list gives, missing ones ``None``; index ``row``."""

    rows: pd.DataFrame


def judge_rows(raw: RawTable, mapping: Mapping, problems: Problems, *, kind: str | None) -> Judged:
    """Return the rows that can be services, and note in ``problems`` what is wrong with each.

    Parameters
    ----------
    raw
        The list.
    mapping
        What its columns mean.
    problems
        Grows.
    kind
        Kind of the rows that do not say their own; default the mapping's.
    """
    columns = {name: raw.rows[column].tolist() for name, column in mapping.fields.items()}
    made: dict[int, dict[str, Any]] = {}
    invented = _invented(raw, mapping)
    for position, number in enumerate(raw.rows.index.tolist()):
        if number in raw.torn:
            problems.add(
                number, "(row)", "", f"has {raw.torn[number]} cells, the header {len(raw.columns)}", fatal=True
            )
            continue
        if number in invented:
            problems.add(number, "provenance", invented[number], "is no service: made by Finder's model", fatal=True)
            continue
        texts = {}
        for name, values in columns.items():
            text = cells.clean(values[position])
            if len(text) < len(values[position].strip()) and text != " ".join(values[position].split()):
                problems.add(number, mapping.fields[name], text, "control characters were left out")
            texts[name] = "" if cells.is_unknown(text) else text
        row = _row(number, texts, mapping, problems, kind or mapping.kind)
        if row is not None and number not in problems.fatal_rows:
            made[number] = row
    fields = [*dict.fromkeys(name for row in made.values() for name in row)]
    frame = pd.DataFrame(list(made.values()), columns=fields, index=pd.Index(list(made), name="row"), dtype="object")
    return Judged(frame.astype("object").where(frame.notna(), None))


def unknown_words(raw: RawTable, mapping: Mapping) -> list[str]:
    """Return what the list writes in its column of kinds and we know no kind for, the most frequent first."""
    if "kind" not in mapping.fields:
        return []
    texts = raw.rows[mapping.fields["kind"]].map(cells.clean).value_counts().index
    known = {*mapping.kinds, *_KIND_NAMES, *KIND_WORDS, *NOT_A_PLACE}
    return [text for text in texts if not cells.is_unknown(text) and fold(text) and fold(text) not in known]


def _invented(raw: RawTable, mapping: Mapping) -> dict[int, str]:
    """Return the rows of our own export that a model or a scenario made: they never come in as services."""
    if mapping.layout != OWN_EXPORT:
        return {}
    marks = raw.rows["provenance"].str.strip()
    return {int(str(row)): str(mark) for row, mark in marks[marks.isin(NEVER_IMPORTED)].items()}


def _row(
    number: int, texts: dict[str, str], mapping: Mapping, problems: Problems, kind: str | None
) -> dict[str, Any] | None:
    column = mapping.fields
    row: dict[str, Any] = {}

    def read(name: str, reader: Callable[[str], object]) -> object:
        if not (text := texts.get(name, "")):
            return None
        try:
            return reader(text)
        except CellError as error:
            problems.add(number, column[name], text, f"{error}: left out")
            return None

    row["kind"] = _kind(number, texts.get("kind", ""), mapping, problems, kind)
    if row["kind"] is None:
        return None
    for name, most in LONGEST.items():
        if name in texts and name not in ("street", "number"):
            row[name] = read(name, lambda text, most=most: cells.text_of(text, most=most))  # type: ignore[misc]
    for name in ("name", "address", "operator"):
        if (row.get(name) or "").startswith(("=", "+", "@")):
            problems.add(number, column[name], row[name], "looks like a formula: kept as text")
    if row.get("name") is None:
        if row["kind"] != "childminder":
            problems.add(number, column.get("name", "name"), texts.get("name", ""), "has no name", fatal=True)
            return None
        row["name"] = ANONYMOUS_NAME
    for name, reader in _READ.items():
        if name in texts:
            row[name] = read(name, reader)
    if "status" in texts:
        found: Any = read("status", cells.status_of) or (None, None)
        row["status"] = found[0]
        row["status_date"] = row.get("status_date") or found[1]
    if row.get("address") is None and texts.get("street"):
        row["address"] = f"{texts['street']} {texts.get('number', '')}".strip()[: LONGEST["address"]]
    if texts.get("nis"):
        row["nis"] = texts["nis"].removesuffix(".0")
    row["lon"], row["lat"] = _position(number, texts, mapping, problems)
    return row


def _kind(number: int, text: str, mapping: Mapping, problems: Problems, kind: str | None) -> str | None:
    """Return the kind of a row: its own if its word is known, else that of the list."""
    word = fold(text)
    if own := mapping.kinds.get(word) or _KIND_NAMES.get(word) or KIND_WORDS.get(word):
        return own
    where = mapping.fields.get("kind", "kind")
    if word in NOT_A_PLACE:
        problems.add(number, where, text, NOT_A_PLACE[word], fatal=True)
        return None
    if kind is None:
        reason = "is no kind we know: give --kind, or name it under [kinds] of the mapping"
        problems.add(number, where, text, reason if text else "says no kind: give --kind", fatal=True)
        return None
    if text:
        problems.add(number, where, text, f"is no kind we know: taken as {kind}")
    return kind


def _position(
    number: int, texts: dict[str, str], mapping: Mapping, problems: Problems
) -> tuple[float | None, float | None]:
    lon, lat, point = (texts.get(name, "") for name in ("lon", "lat", "point"))
    where = mapping.fields.get("lon") or mapping.fields.get("point") or "coordinates"
    try:
        if lon and lat:
            found = position_of(lon, lat)
        elif point:
            found = point_of(point)
        elif lon or lat:
            raise CellError("is half a point")
        else:
            return None, None
    except CellError as error:
        shown = ", ".join(filter(None, (lon, lat))) or point
        problems.add(number, where, shown, f"{error}: left out; the address is used")
        return None, None
    if found.told:
        problems.add(number, where, f"{lon} {lat}{point}".strip(), found.told)
    return found.lon, found.lat
