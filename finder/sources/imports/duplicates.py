"""The same service twice: within a list, and between a list and what is known. Name, place and kind decide."""

from typing import Any, Final

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from finder.geo.folding import core, fold
from finder.geo.projection import to_lambert
from finder.sources.services.city_childcare import ANONYMOUS_NAME

NEAR_M: Final = 250.0
STREET_NEAR_M: Final = 1_000.0
"""A point in the middle of a street may be this far from the door."""

NEAR_NAME_PCT: Final = 70.0
FAR_NAME_PCT: Final = 90.0
"""How like two names must be where the places are the same, and where one of them is not known."""

NAMELESS: Final = frozenset({fold(ANONYMOUS_NAME)})
_GENERIC: Final = frozenset(
    [
        "creche",
        "creches",
        "consultation",
        "consultations",
        "one",
        "pour",
        "enfants",
        "maison",
        "communale",
        "communal",
        "asbl",
        "vzw",
        "halte",
        "accueil",
        "milieu",
        "mcae",
        "prenatale",
        "maternite",
        "hopital",
        "ce",
        "cn",
        "kinderdagverblijf",
        "centre",
        "la",
        "le",
        "les",
    ]
)
_EXACT: Final = ("point", "number", "campus")


def repeated_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that repeat an earlier one of the same list: ``row``, ``first_row``, ``differs``.

    Same kind, same name and same address (without one: same point, or same commune). Rows without a published name,
    and rows to which the list gives different numbers of its own, are never the same.

    Parameters
    ----------
    rows
        Result of :meth:`finder.sources.imports.place.Placer.place`.
    """
    first: dict[tuple[object, ...], int] = {}
    found = []
    records = dict(zip(rows.index.tolist(), rows.to_dict("records"), strict=True))
    for number, row in records.items():
        name = _name(row["name"])
        if name in NAMELESS:
            continue
        if row.get("address"):
            place: object = fold(row["address"])
        elif row.get("lon") is not None:
            place = (round(row["lon"], 4), round(row["lat"], 4))
        else:
            place = row.get("locality")
        key = (row["kind"], name, row.get("nis"), place, row.get("list_id"))
        if key in first:
            earlier = records[first[key]]
            differs = [name for name in row if name not in ("confidence",) and row[name] != earlier.get(name)]
            found.append((number, first[key], ", ".join(differs)))
        else:
            first[key] = number
    return pd.DataFrame(found, columns=["row", "first_row", "differs"])


def match_known(good: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return which rows are services that are known: ``row``, ``service_id``, ``likeness`` (0 to 1), one to one.

    Parameters
    ----------
    good
        Schema of services with the index ``row``.
    known
        The services there are; index ``service_id``.
    """
    pairs: list[tuple[float, int, str]] = []
    same_id = set(good["service_id"]) & set(known.index)
    blocks: dict[Any, Any] = known.groupby(["kind", "nis"], dropna=False).indices
    none = np.zeros(0, np.int64)
    for block, positions in good.groupby(["kind", "nis"], dropna=False).indices.items():
        there = np.asarray(blocks.get(block, none), np.int64)
        if len(there):
            pairs += _pairs(good.iloc[positions], known.iloc[there])
    pairs += [(2.0, int(str(row)), name) for row, name in good["service_id"].items() if name in same_id]
    taken: set[str] = set()
    found: dict[int, tuple[str, float]] = {}
    for score, row, name in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if row not in found and name not in taken:
            found[row] = (name, min(score, 1.0))
            taken.add(name)
    matched = [(row, name, round(score, 2)) for row, (name, score) in sorted(found.items())]
    return pd.DataFrame(matched, columns=["row", "service_id", "likeness"])


def _pairs(rows: pd.DataFrame, known: pd.DataFrame) -> list[tuple[float, int, str]]:
    mine, theirs = [[_telling(name) for name in frame["name"]] for frame in (rows, known)]
    mine, theirs = [["" if name in NAMELESS else name for name in names] for names in (mine, theirs)]
    likeness = process.cdist(mine, theirs, scorer=fuzz.token_sort_ratio, dtype=np.float64)
    addresses = [[fold(text) if isinstance(text, str) else "" for text in frame["address"]] for frame in (rows, known)]
    same_address = (np.array(addresses[0])[:, None] == np.array(addresses[1])[None, :]) & (
        np.array(addresses[0]) != ""
    )[:, None]
    distance_m = _distances(rows, known)
    exact = [frame["position_precision"].isin(_EXACT).to_numpy() for frame in (rows, known)]
    reach_m = np.where(exact[0][:, None] & exact[1][None, :], NEAR_M, STREET_NEAR_M)
    near = same_address | (distance_m <= reach_m)
    nameless = np.array([not name for name in mine])[:, None] & np.array([not name for name in theirs])[None]
    is_same = (near & (likeness >= NEAR_NAME_PCT)) | (np.isnan(distance_m) & (likeness >= FAR_NAME_PCT))
    # Two people without a published name are one only at the same address.
    is_same = np.where(nameless, same_address, is_same)
    likeness = np.where(nameless, 100.0, likeness)
    score = likeness / 100 * np.where(near, 1.0, 0.9)
    return [
        (float(score[i, j]), int(str(rows.index[i])), str(known.index[j])) for i, j in np.argwhere(is_same).tolist()
    ]


def _distances(rows: pd.DataFrame, known: pd.DataFrame) -> Any:  # noqa: ANN401 - a matrix of metres
    at = []
    for frame in (rows, known):
        x, y = to_lambert(frame["lon"].astype("float64"), frame["lat"].astype("float64"))
        at.append((np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)))
    return np.hypot(at[0][0][:, None] - at[1][0][None, :], at[0][1][:, None] - at[1][1][None, :])


def _name(text: str) -> str:
    return fold(text) or text.casefold()


def _telling(text: str) -> str:
    """Return a name without the words that say only what it is; whole if nothing else is left."""
    name = _name(text)
    if name in NAMELESS:
        return name
    words = [word for word in core(name).split() if word not in _GENERIC]
    return " ".join(words) or name
