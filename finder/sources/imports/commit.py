"""Taking a prepared list in: all or nothing, with what was there before kept for one step back."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from finder.errors import DatasetNotFoundError, SourceFileError
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import FILE_NAME, USERS_FOLDER, read_catalog, write_catalog
from finder.sources.imports import joined
from finder.sources.imports.diff import COUNTED, merge_statements
from finder.sources.imports.prepare import ALL, Preparation, as_services
from finder.sources.services.record import join_notes
from finder.sources.writers import write_csv
from finder.tables import COMPLETENESS_TABLE, OFFICIAL_LISTS, validate

PREVIOUS: Final = f"{USERS_FOLDER}/before_last_list"
ABSENT: Final = "absent.txt"
WHY_KEY: Final = "imported_list"
NOT_LISTED: Final = "not in the complete list"
REBUILT_KINDS: Final = ("child_consultation", "creche")
"""Kinds whose modelled network a complete list replaces."""

IMPORT_COLUMNS: Final = ("source", "as_of", "kinds", "rows", "added", "changed", "complete_for")


@dataclass(frozen=True)
class Committed:
    """What a commit wrote.

    Parameters
    ----------
    added, updated, unlisted
        New services; known ones that took what the list says; known ones that a complete list does not have, now
        unconfirmed.
    changed
        Files written, relative to the data folder.
    rebuilt
        Whether the modelled network was made anew.
    """

    added: int
    updated: int
    unlisted: int
    changed: tuple[str, ...]
    rebuilt: bool


def commit(preparation: Preparation, data_dir: Path) -> Committed:
    """Write what a list brings below ``data_dir``; on any error nothing has changed.

    Services that are not known are added. A known one changes only if the preparation says ``update``; then the newer
    statement wins field by field and the older source stays named in its note. Services missing from a complete list
    become unconfirmed, never closed.

    Parameters
    ----------
    preparation
        Result of :func:`finder.sources.imports.prepare.prepare` with the services of the same folder.
    data_dir
        Folder of the derived data.

    Raises
    ------
    SourceFileError
        If there is nothing to take in, or the services have changed since the preparation.
    """
    if preparation.good.empty and not preparation.complete_for:
        raise SourceFileError(f"{preparation.source}: no row can come in; nothing was written.")
    known = joined.load_joined_services(data_dir)
    imported = joined.load_imported_services(data_dir)
    added, updated = _records(preparation, known)
    unlisted = _unlisted(preparation, known)
    new = pd.DataFrame([*added, *updated, *unlisted])
    with staging_folder(data_dir) as staging:
        frame = imported
        if len(new):
            both = pd.concat([imported[~imported.index.isin(new["service_id"])].reset_index(), new], ignore_index=True)
            frame = as_services(both.sort_values("service_id")).set_index("service_id")
            write_csv(frame.reset_index(), staging / joined.SERVICES_PATH)
        after = joined.join_services(store.load_services(data_dir), frame)
        write_csv(_log(preparation, len(added), len(updated), data_dir), staging / joined.IMPORTS_PATH)
        rebuilt = False
        if preparation.complete_for:
            lists = _lists(preparation, data_dir)
            write_csv(lists, staging / joined.LISTS_PATH)
            write_csv(_completeness(preparation, after, data_dir), staging / joined.COMPLETENESS_PATH)
            rebuilt = preparation.complete_kind in REBUILT_KINDS
            if rebuilt:
                _rebuild(after, lists, data_dir, staging)
        names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
        keep_before(data_dir, names)
        publish(staging, data_dir)
    return Committed(len(added), len(updated), len(unlisted), tuple(names), rebuilt)


def keep_before(data_dir: Path, names: list[str]) -> None:
    """Keep the files ``names`` as they are for :func:`undo`; those that are not there are noted."""
    kept = data_dir / PREVIOUS
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for name in names:
        if (data_dir / name).is_file():
            (kept / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data_dir / name, kept / name)
    absent = [name for name in names if not (data_dir / name).is_file()]
    (kept / ABSENT).write_text("\n".join(absent), encoding="utf-8")


def undo(data_dir: Path) -> list[str]:
    """Put back every file as it was before the last list came in, and return their names.

    Raises
    ------
    DatasetNotFoundError
        If there is nothing to undo.
    """
    kept = data_dir / PREVIOUS
    if not (kept / ABSENT).is_file():
        raise DatasetNotFoundError(f"No list to undo: {kept} is not there.")
    absent = (kept / ABSENT).read_text(encoding="utf-8").split("\n")
    with staging_folder(data_dir) as staging:
        for source in sorted(path for path in kept.rglob("*") if path.is_file() and path.name != ABSENT):
            copy = staging / source.relative_to(kept)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        names = [name.as_posix() for name in publish(staging, data_dir)]
    absent = [name for name in absent if name]
    for name in absent:
        (data_dir / name).unlink(missing_ok=True)
    shutil.rmtree(kept)
    return names + absent


def undoable_files(data_dir: Path) -> list[str]:
    """Return the files that :func:`undo` would put back, relative to the folder; none where there is no way back."""
    kept = data_dir / PREVIOUS
    if not (kept / ABSENT).is_file():
        return []
    absent = [name for name in (kept / ABSENT).read_text(encoding="utf-8").split("\n") if name]
    there = [path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file() and path.name != ABSENT]
    return sorted([*absent, *there])


def load_import_log(data_dir: Path) -> pd.DataFrame:
    """Return the lists that came in, the oldest first; empty if none."""
    path = data_dir / joined.IMPORTS_PATH
    if not path.is_file():
        return pd.DataFrame(columns=list(IMPORT_COLUMNS))
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _records(preparation: Preparation, known: pd.DataFrame) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    ids = dict(zip(preparation.matches["row"], preparation.matches["service_id"], strict=True))
    if lost := [name for name in ids.values() if name not in known.index]:
        raise SourceFileError(f"The services have changed since the list was prepared ({lost[0]}): prepare it again.")
    changes = preparation.diff.dropna(subset=["row"]).set_index("row")["change"].to_dict()
    confirms = bool(preparation.complete_for)
    there = known.loc[list(ids.values())].to_dict("index") if ids else {}
    added: list[dict[str, Any]] = []
    updated: list[dict[str, Any]] = []
    for number, row in zip(preparation.good.index.tolist(), preparation.good.to_dict("records"), strict=True):
        if number not in ids:
            if row["service_id"] in known.index:
                row["service_id"] = _free_id(row["service_id"], known.index)
            added.append({str(name): value for name, value in row.items()})
        elif preparation.update and (changes.get(number) == "changed" or confirms):
            ours = there[ids[number]]
            updated.append({"service_id": ids[number], **merge_statements(ours, row, confirms=confirms)})
    return added, updated


def _free_id(name: str, taken: pd.Index) -> str:
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def _unlisted(preparation: Preparation, known: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the known services that a complete list does not have, unconfirmed; a newer statement of ours stays."""
    if not preparation.complete_for:
        return []
    missing = preparation.diff[
        (preparation.diff["change"] == "missing") & (preparation.diff["kind"] == preparation.complete_kind)
    ]
    rows = known.loc[missing["service_id"]]
    told = f"{NOT_LISTED} {preparation.source} ({preparation.as_of})"
    return [
        {
            "service_id": name,
            **{str(field): value for field, value in row.items()},
            "status": "unconfirmed",
            "note": join_notes(_text(row["note"]), told),
        }
        for name, row in rows.to_dict("index").items()
        if told not in (_text(row["note"]) or "")
    ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _log(preparation: Preparation, added: int, updated: int, data_dir: Path) -> pd.DataFrame:
    line = {
        "source": preparation.source,
        "as_of": preparation.as_of or "",
        "kinds": " ".join(sorted(preparation.good["kind"].unique())),
        "rows": preparation.counts["good"],
        "added": added,
        "changed": updated,
        "complete_for": " ".join(preparation.complete_for),
    }
    log = load_import_log(data_dir)
    return pd.concat([log, pd.DataFrame([line], dtype="object")], ignore_index=True)[list(IMPORT_COLUMNS)]


def _communes(preparation: Preparation, data_dir: Path) -> list[str]:
    if preparation.complete_for != (ALL,):
        return sorted(preparation.complete_for)
    return sorted(store.load_communes(data_dir).index)


def _lists(preparation: Preparation, data_dir: Path) -> pd.DataFrame:
    kind = preparation.complete_kind
    own = pd.DataFrame({"nis": _communes(preparation, data_dir)}).assign(
        kind=kind, source=preparation.source, as_of=preparation.as_of
    )
    old = joined.load_imported_lists(data_dir)
    kept = old[~((old["kind"] == kind) & old["nis"].isin(own["nis"]))]
    frame = pd.concat([kept, own])[list(OFFICIAL_LISTS.columns)].sort_values(["kind", "nis"], ignore_index=True)
    checked: pd.DataFrame = validate(frame, OFFICIAL_LISTS)
    return checked


def _completeness(preparation: Preparation, services: pd.DataFrame, data_dir: Path) -> pd.DataFrame:
    """Return the declared areas: each commune, or for all communes every area that the kind is described for."""
    kind, source = preparation.complete_kind, preparation.source
    mine = services[(services["kind"] == kind) & services["status"].isin(COUNTED)]
    told = mine["note"].fillna("").str.contains(f"{NOT_LISTED} {source}", regex=False)
    mine = mine[~told]
    is_all = preparation.complete_for == (ALL,)
    communes = store.load_communes(data_dir)
    if is_all:
        ours = store.load_completeness(data_dir)
        areas = {
            str(area): _within(str(area), communes)
            for area in dict.fromkeys([*ours.loc[ours["kind"] == kind, "area"], "Wallonia", "Brussels"])
            if area != "Flanders"
        }
    else:
        areas = {f"commune {nis}": {nis} for nis in preparation.complete_for}
    rows = pd.DataFrame(
        [
            {
                "kind": kind,
                "area": area,
                "level": "complete",
                "known_count": int(mine["nis"].isin(codes).sum()),
                "published_count": int(mine["nis"].isin(codes).sum()),
                "why_key": WHY_KEY,
                "why": f"Declared complete when the list {source} was imported",
                "source": source,
                "as_of": preparation.as_of,
            }
            for area, codes in areas.items()
        ]
    )
    old = joined.load_imported_completeness(data_dir)
    kept = old[~((old["kind"] == kind) & (is_all | old["area"].isin(list(areas))))]
    frame = pd.concat([kept, rows], ignore_index=True)[list(COMPLETENESS_TABLE.columns)]
    frame = frame.astype({"published_count": "Int64", "known_count": "int64"})
    checked: pd.DataFrame = validate(frame, COMPLETENESS_TABLE)
    return checked


def _within(area: str, communes: pd.DataFrame) -> set[str]:
    german = communes.index[communes["is_german_community"]]
    if area == "German-speaking Community":
        return set(german)
    if area == "Wallonia-Brussels Federation":
        return set(communes.index) - set(german)
    return set(communes.index[communes["region"] == area])


def _rebuild(services: pd.DataFrame, lists: pd.DataFrame, data_dir: Path, staging: Path) -> None:
    """Make the modelled network anew with the complete lists, and its rows of the catalogue."""
    from finder.sources.modelled_sites import build_modelled_sites

    made = build_modelled_sites(
        staging,
        communes=store.load_communes(data_dir),
        localities=store.load_localities(data_dir),
        points=store.load_demand_points(data_dir=data_dir),
        services=services,
        one_facts=store.load_one_network_facts(data_dir),
        places_draws=store.load_modelled_places_draws(data_dir),
        imported_lists=lists,
    )
    write_catalog(staging, staging / FILE_NAME, made, kept=read_catalog(data_dir))
