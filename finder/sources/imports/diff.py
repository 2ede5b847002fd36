"""What a list changes: added, changed, unchanged and missing services, and whose statement is the newer."""

from typing import Any, Final

import pandas as pd

from finder.sources.services.places import distance_m
from finder.sources.services.record import join_notes

COMPARED: Final = (
    "name", "operator", "address", "postcode", "capacity_places", "subsidised", "tariff", "languages", "sessions",
    "phone", "url", "has_emergency", "status", "free_places", "step_free",
)  # fmt: skip
POSITION: Final = ("nis", "lon", "lat", "position_precision", "position_source", "position_flag")
MOVED_M: Final = 50.0
PRECISION_ORDER: Final = ("none", "locality", "street", "campus", "point", "number")
DIFF_COLUMNS: Final = ("change", "service_id", "row", "kind", "name", "nis", "differences", "newer")
COUNTED: Final = ("open", "unconfirmed")


def diff_frame(
    good: pd.DataFrame,
    known: pd.DataFrame,
    matches: pd.DataFrame,
    *,
    source: str,
    complete: frozenset[str],
    complete_kind: str | None,
) -> pd.DataFrame:
    """Return one line for each good row, and for each known service that the list should have and has not.

    Parameters
    ----------
    good
        Schema of services with the index ``row``.
    known
        Services there are; index ``service_id``.
    matches
        Result of :func:`finder.sources.imports.duplicates.match_known`.
    source
        Name of the list: what an earlier edition of it had and this one has not is missing.
    complete, complete_kind
        Communes and kind for which the list is declared complete: what is known there and not in it is missing.

    Returns
    -------
    DataFrame
        :data:`DIFF_COLUMNS`: ``change`` is ``added``, ``changed``, ``unchanged`` or ``missing``; ``newer`` is ``list``
        or ``ours`` for a known service; RangeIndex.
    """
    ids = dict(zip(matches["row"], matches["service_id"], strict=True))
    there = known.loc[list(ids.values())].to_dict("index") if ids else {}
    lines: list[tuple[Any, ...]] = []
    for number, row in zip(good.index.tolist(), good.to_dict("records"), strict=True):
        about = (number, row["kind"], row["name"], row["nis"])
        if number not in ids:
            lines.append(("added", row["service_id"], *about, "", ""))
            continue
        ours = there[ids[number]]
        told = differences(ours, row)
        newer = "list" if is_newer(row["as_of"], ours["as_of"]) else "ours"
        lines.append(("changed" if told else "unchanged", ids[number], *about, "; ".join(told), newer))
    is_missing = (known["source"] == source) & (known["provenance"] == "imported")
    is_missing |= known["nis"].isin(complete) & (known["kind"] == complete_kind)
    is_missing &= known["status"].isin(COUNTED) & ~known.index.isin(list(ids.values()))
    for name, row in known[is_missing].to_dict("index").items():
        lines.append(("missing", name, pd.NA, row["kind"], row["name"], row["nis"], "", ""))
    return pd.DataFrame(lines, columns=list(DIFF_COLUMNS)).astype({"row": "Int64"})


def is_newer(date: object, than: object) -> bool:
    """Return whether a statement of ``date`` is as new as one of ``than``; a date wins over none, none over nothing."""
    if not isinstance(date, str):
        return False
    if not isinstance(than, str):
        return True
    most = min(len(date), len(than))
    return date[:most] >= than[:most]


def differences(ours: dict[Any, Any], row: dict[Any, Any]) -> list[str]:
    """Return what the list says otherwise, one text per field; what it does not say is no difference."""
    told = []
    for name in COMPARED:
        if pd.isna(row[name]) or (not pd.isna(ours[name]) and _plain(ours[name]) == _plain(row[name])):
            continue
        told.append(f"{name}: {'-' if pd.isna(ours[name]) else ours[name]} → {row[name]}")
    if not pd.isna(row["lon"]) and not pd.isna(ours["lon"]) and _rank(row) >= _rank(ours):
        far_m = distance_m(row["lon"], row["lat"], ours["lon"], ours["lat"])
        if far_m > MOVED_M:
            told.append(f"position: {far_m:.0f} m away")
    elif not pd.isna(row["lon"]) and pd.isna(ours["lon"]):
        told.append("position: - → known")
    return told


def merge_statements(ours: dict[Any, Any], row: dict[Any, Any], *, confirms: bool) -> dict[Any, Any]:
    """Return the service after both statements: the newer one wins field by field, the other fills what it leaves.

    Parameters
    ----------
    ours, row
        Fields of the schema of services.
    confirms
        Whether the list is declared complete: the service is then the list's, whichever statement is newer.
    """
    wins = is_newer(row["as_of"], ours["as_of"])
    first, second = (row, ours) if wins else (ours, row)
    merged = {name: second[name] if pd.isna(first[name]) else first[name] for name in ours}
    position = row if _rank(row) >= _rank(ours) and (wins or pd.isna(ours["lon"])) else ours
    merged |= {name: position[name] for name in POSITION}
    if wins or confirms:
        also = f"also in {ours['source']}" + (f" ({ours['as_of']})" if isinstance(ours["as_of"], str) else "")
        notes = [
            None if pd.isna(merged["note"]) else str(merged["note"]),
            None if ours["source"] == row["source"] else also,
        ]
        merged |= {"provenance": "imported", "source": row["source"], "licence": row["licence"]}
        merged["as_of"] = row["as_of"] if wins else ours["as_of"]
        merged["note"] = join_notes(*dict.fromkeys(notes))
    return merged


def _rank(row: dict[Any, Any]) -> int:
    return PRECISION_ORDER.index(row["position_precision"])


def _plain(value: object) -> object:
    return value.casefold().strip() if isinstance(value, str) else value
