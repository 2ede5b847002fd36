"""From a list to what would come in: good rows, problems, duplicates, differences and counts. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd

from finder.errors import SourceFileError, UnknownKindError, first_ids
from finder.geo.gazetteer import Gazetteer
from finder.sources.imports import cells
from finder.sources.imports.diff import diff_frame
from finder.sources.imports.duplicates import match_known, repeated_rows
from finder.sources.imports.judge import judge_rows
from finder.sources.imports.mapping import Mapping
from finder.sources.imports.place import Placer
from finder.sources.imports.problems import Problems, problems_frame
from finder.sources.imports.raw import RawTable
from finder.sources.services.record import join_notes, slug
from finder.tables import KINDS, SERVICES, validate

METHOD_VERSION: Final = "services import 1"
LICENCE: Final = "as the publisher of the list says"
ALL: Final = "all"
PLACED_SHARE: Final = 0.85
"""Share of the work of a long list that is done when its rows are placed."""


@dataclass(frozen=True, eq=False)
class Known:
    """What a list is compared with.

    Parameters
    ----------
    gazetteer
        Names and outlines of Wallonia and Brussels.
    services
        Services there are, imported ones too; index ``service_id``.
    """

    gazetteer: Gazetteer
    services: pd.DataFrame

    @cached_property
    def placer(self) -> Placer:
        """The names indexed for whole lists; made once, since it takes half a second."""
        return Placer(self.gazetteer)


@dataclass(frozen=True, eq=False)
class Preparation:
    """What a list would bring.

    Parameters
    ----------
    good
        Rows that can come in: schema of services, index ``row``.
    confidence
        How sure each position is, 0 to 1, same index: 1 a point of the list, 0.9 its street, 0.3 its commune.
    problems
        ``row``, ``column``, ``value``, ``reason``, ``is_fatal``; a row with a fatal problem is not in ``good``.
    duplicates
        Rows that repeat an earlier row of the list: ``row``, ``first_row``, ``differs``.
    matches
        Good rows that are known services: ``row``, ``service_id``, ``likeness``.
    diff
        See :func:`finder.sources.imports.diff.diff_frame`.
    counts
        ``read`` = ``good`` + ``rejected`` + ``repeated``; ``added``, ``changed``, ``unchanged``, ``missing``.
    source, as_of
        Name and date of the list.
    complete_for
        Communes for which the list is declared complete, ``("all",)`` for all; and of which kind.
    complete_kind
        That kind.
    update
        Whether known services take what the list says where it is newer.
    notes
        What reading put right.
    """

    good: pd.DataFrame
    confidence: "pd.Series[float]"
    problems: pd.DataFrame
    duplicates: pd.DataFrame
    matches: pd.DataFrame
    diff: pd.DataFrame
    counts: dict[str, int]
    source: str
    as_of: str | None
    complete_for: tuple[str, ...] = ()
    complete_kind: str | None = None
    update: bool = False
    notes: tuple[str, ...] = field(default=())


def prepare(
    raw: RawTable,
    mapping: Mapping,
    known: Known,
    *,
    kind: str | None = None,
    source: str | None = None,
    as_of: str | None = None,
    complete_for: Sequence[str] = (),
    update: bool = False,
    licence: str = LICENCE,
    told: Callable[[float], None] | None = None,
) -> Preparation:
    """Judge, place and compare the rows of a list.

    Parameters
    ----------
    raw, mapping
        The list and what its columns mean.
    known
        Names, and services there are.
    kind
        Kind of rows that do not say their own; default the mapping's.
    source, as_of
        Name of the list (default the file's) and its date, YYYY, YYYY-MM or YYYY-MM-DD; a row's own date wins.
    complete_for
        Communes (codes of 2025), or ``["all"]``, for which the list has every service of ``kind``; needs ``as_of``.
    update
        Let known services take what the list says where its statement is the newer.
    licence
        Licence of the list.
    told
        Called now and then with the share of the work that is done, 0 to 1.

    Raises
    ------
    UnknownKindError
        If ``kind`` is unknown.
    SourceFileError
        If the mapping has no name, nothing that says where, or the date or ``complete_for`` is not right.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownKindError(f"Unknown kind of service {kind!r}: choose one of {', '.join(KINDS)}.")
    source, as_of = _checked_list(raw, source, as_of)
    areas = _checked_areas(known.gazetteer, complete_for, kind or mapping.kind, as_of)
    _check_mapping(raw, mapping, kind)
    problems = Problems()
    judged = judge_rows(raw, mapping, problems, kind=kind)
    placed = known.placer.place(judged.rows, problems, told=told and (lambda share: told(PLACED_SHARE * share)))
    repeated = repeated_rows(placed)
    kept = placed[~placed.index.isin(repeated["row"])]
    good = _services(kept, known.gazetteer, source=source, as_of=as_of, licence=licence)
    matches = match_known(good, known.services)
    whole = frozenset(known.gazetteer.communes) if areas == (ALL,) else frozenset(areas)
    complete_kind = (kind or mapping.kind) if areas else None
    diff = diff_frame(good, known.services, matches, source=source, complete=whole, complete_kind=complete_kind)
    if told is not None:
        told(1.0)
    changes = Counter(diff["change"])
    counts = {
        "read": len(raw.rows),
        "good": len(good),
        "rejected": len(problems.fatal_rows),
        "repeated": len(repeated),
        **{name: changes[name] for name in ("added", "changed", "unchanged", "missing")},
    }
    confidence = kept["confidence"].astype("float64") if len(kept) else pd.Series(dtype="float64")
    return Preparation(
        good, confidence, problems_frame(problems.all), repeated, matches, diff, counts, source, as_of, areas,
        complete_kind, update or bool(areas), raw.notes,
    )  # fmt: skip


def _checked_list(raw: RawTable, source: str | None, as_of: str | None) -> tuple[str, str | None]:
    name = cells.clean(source or raw.name)[:200]
    if not name:
        raise SourceFileError("The list needs a name: give --source.")
    try:
        return name, cells.date_of(as_of) if as_of else None
    except cells.CellError as error:
        raise SourceFileError(f"The date of the list {as_of!r} {error}: write YYYY, YYYY-MM or YYYY-MM-DD.") from error


def _checked_areas(
    gazetteer: Gazetteer, complete_for: Sequence[str], kind: str | None, as_of: str | None
) -> tuple[str, ...]:
    areas = tuple(dict.fromkeys(complete_for))
    if not areas:
        return ()
    if kind is None or as_of is None:
        raise SourceFileError("A complete list needs its kind (--kind) and its date (--as-of).")
    if areas == (ALL,):
        return areas
    if unknown := [code for code in areas if code not in gazetteer.communes]:
        raise SourceFileError(f"--complete-for: {first_ids(unknown)} are no codes of 2025 of Wallonia or Brussels.")
    return areas


def _check_mapping(raw: RawTable, mapping: Mapping, kind: str | None) -> None:
    has = set(mapping.fields)
    only_minders = (kind or mapping.kind) == "childminder"
    if "name" not in has and not only_minders:
        raise SourceFileError(
            f"{raw.name}: no column is known to hold the name. It has {', '.join(raw.columns[:20])}. "
            'Write a mapping with name = "..." under [columns].'
        )
    if not has & {"address", "street", "postcode", "locality", "nis", "point"} and not {"lon", "lat"} <= has:
        raise SourceFileError(
            f"{raw.name}: no column is known to say where: address, postcode, locality or coordinates. "
            f"It has {', '.join(raw.columns[:20])}. Name them in a mapping."
        )


def _services(
    rows: pd.DataFrame, gazetteer: Gazetteer, *, source: str, as_of: str | None, licence: str
) -> pd.DataFrame:
    """Return the rows in the schema of services; ids are those of the list, else made of kind, name and commune."""
    seen: Counter[str] = Counter()
    made: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        own = {name: row.get(name) for name in SERVICES.columns}
        commune = gazetteer.communes[row["nis"]].name_fr if row.get("nis") else "nowhere"
        base = (
            f"{slug(source)}-{slug(row['list_id'])}" if row.get("list_id") else f"{slug(row['name'])}-{slug(commune)}"
        )
        base = f"imported-{row['kind'].replace('_', '-')}-{base}".strip("-")[:150]
        seen[base] += 1
        said = f"source of the row: {row['source']}" if row.get("source") and row["source"] != source else None
        made.append(
            own
            | {
                "service_id": base if seen[base] == 1 else f"{base}-{seen[base]}",
                "stage": KINDS[row["kind"]],
                "status": row.get("status") or "open",
                "note": join_notes(row.get("note"), said),
                "provenance": "imported",
                "source": source,
                "as_of": row.get("as_of") or as_of,
                "licence": licence,
            }
        )
    frame = pd.DataFrame(made, columns=list(SERVICES.columns), dtype="object")
    typed = as_services(frame)
    typed.index = pd.Index(rows.index.tolist(), name="row", dtype="int64")
    return typed


def as_services(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the columns of services in their types, validated; RangeIndex."""
    kinds = {"str": "object", "int": "Int64", "float": "float64", "bool": "boolean"}
    types = {name: kinds[column.dtype] for name, column in SERVICES.columns.items()}
    plain = frame.reset_index(drop=True).reindex(columns=list(SERVICES.columns)).astype(types)
    plain = plain.astype("object").where(plain.notna(), None).astype(types)
    checked: pd.DataFrame = validate(plain, SERVICES)
    return checked
