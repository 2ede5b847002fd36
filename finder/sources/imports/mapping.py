"""Which column is what: known layouts first, else by the names of the columns; as TOML for people to correct."""

import json
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any, Final

from rapidfuzz import fuzz

from finder.errors import SourceFileError, first_ids
from finder.geo.folding import fold
from finder.sources.imports.layouts import FIELDS, GUESSED, LAYOUTS, SYNONYMS
from finder.sources.imports.raw import RawTable
from finder.tables import KINDS

LIKE_PCT: Final = 88
"""A column's name this like a known one is taken for it, and shown as a guess."""

LONGEST_TOML: Final = 100_000


@dataclass(frozen=True)
class Mapping:
    """What the columns of a list mean.

    Parameters
    ----------
    fields
        Column of each field of :data:`finder.sources.imports.layouts.FIELDS` that the list has.
    confidence
        0 to 1 for each field: 1 a known layout or a person's choice, 0.9 a known name, less a similar one.
    layout
        Name of the layout, ``"guessed"``, or ``"given"`` from a file.
    kind
        Kind of the rows that do not say their own, if the layout tells.
    kinds
        Kinds of the list's own words, folded, where a person says so.
    """

    fields: MappingOf[str, str]
    confidence: MappingOf[str, float] = field(default_factory=dict)
    layout: str = GUESSED
    kind: str | None = None
    kinds: MappingOf[str, str] = field(default_factory=dict)

    def to_toml(self) -> str:
        """Return the mapping as text that :func:`read_mapping` reads."""
        lines = [f"# layout: {' '.join(self.layout.split())}"]
        lines += [f"kind = {_quoted(self.kind)}"] * (self.kind is not None)
        lines += ["", "[columns]", *(f"{name} = {_quoted(column)}" for name, column in self.fields.items())]
        lines += ["", "[kinds]", *(f"{_quoted(word)} = {_quoted(kind)}" for word, kind in self.kinds.items())]
        return "\n".join(lines) + "\n"


def guess_mapping(raw: RawTable) -> Mapping:
    """Return the likeliest meaning of the columns of ``raw``; it may lack fields, and may be wrong."""
    there = set(raw.columns)
    for layout in LAYOUTS:
        if there.issuperset(layout.signature):
            fields = {name: column for name, column in layout.fields.items() if column in there}
            return Mapping(fields, dict.fromkeys(fields, 1.0), layout.name, layout.kind)
    return _by_names(raw)


def read_mapping(text: str, raw: RawTable) -> Mapping:
    """Return the mapping that a TOML text gives, checked against the columns of ``raw``.

    Raises
    ------
    SourceFileError
        If it is no TOML, or names a field, a column or a kind that is not there.
    """
    if len(text) > LONGEST_TOML:
        raise SourceFileError(f"The mapping has {len(text):,} characters; {LONGEST_TOML:,} at most.")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceFileError(f"The mapping is not readable TOML: {error}") from error
    columns, kinds = _texts(content, "columns"), _texts(content, "kinds")
    kind = content.get("kind")
    if (unknown := [name for name in columns if name not in FIELDS]) or "name" not in columns:
        named = first_ids(unknown) if unknown else "none is `name`"
        raise SourceFileError(f"[columns] of the mapping: {named}; the fields are {', '.join(FIELDS)}.")
    if absent := [column for column in columns.values() if column not in raw.columns]:
        raise SourceFileError(f"{raw.name} has no column {first_ids(absent)}: it has {', '.join(raw.columns[:20])}.")
    if wrong := [one for one in (*kinds.values(), *([kind] if kind is not None else [])) if one not in KINDS]:
        raise SourceFileError(f"The mapping names unknown kinds {first_ids(wrong)}: choose from {', '.join(KINDS)}.")
    return Mapping(columns, dict.fromkeys(columns, 1.0), "given", kind, {fold(word): to for word, to in kinds.items()})


def _texts(content: dict[str, Any], name: str) -> dict[str, str]:
    part = content.get(name, {})
    if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
        raise SourceFileError(f"[{name}] of the mapping must hold texts only.")
    return dict(part)


def _by_names(raw: RawTable) -> Mapping:
    folded = {column: fold(column) for column in raw.columns}
    found: dict[str, tuple[float, str]] = {}
    free = list(raw.columns)
    for name in FIELDS:
        exact = [(column, SYNONYMS[name].index(text)) for column in free if (text := folded[column]) in SYNONYMS[name]]
        if exact:
            column = min(exact, key=lambda pair: pair[1])[0]
            found[name] = (0.9, column)
            free.remove(column)
    for name in FIELDS:
        if name in found:
            continue
        likes = [
            (max(fuzz.ratio(folded[column], word) for word in SYNONYMS[name] if len(word) > 3), column)
            for column in free
            if len(folded[column]) > 3
        ]
        if likes and (best := max(likes, key=lambda pair: pair[0]))[0] >= LIKE_PCT:
            found[name] = (round(0.8 * best[0] / 100, 2), best[1])
            free.remove(best[1])
    if "point" in found and {"lon", "lat"} <= set(found):
        del found["point"]
    fields: dict[str, str] = {name: found[name][1] for name in FIELDS if name in found}
    return Mapping(fields, {name: found[name][0] for name in fields}, GUESSED)


def _quoted(text: str | None) -> str:
    # JSON's escapes are TOML's, apart from the one control character that JSON leaves as it is.
    return json.dumps(text or "", ensure_ascii=False).replace("\x7f", "\\u007F")
