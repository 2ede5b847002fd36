"""Where the names of Wallonia and Brussels are: communes, localities, postcodes, streets, house numbers, to search."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree
from shapely import STRtree

from finder.geo.folding import fold
from finder.geo.house_numbers import HouseNumbers, build_house_numbers, streets_with_addresses
from finder.geo.name_index import NameIndex, build_name_index
from finder.geo.projection import to_lambert, to_wgs84

AreaKind = Literal["commune", "locality"]
COMMON_WORD_COUNT: Final = 3
BRACKETS: Final = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class Commune:
    """Names and number of inhabitants (0 if not given) of a commune."""

    nis: str
    name_fr: str
    name_nl: str
    name_de: str
    region: str
    population: float


@dataclass(frozen=True)
class Area:
    """A commune or a locality as a place to search.

    Parameters
    ----------
    kind
        ``"commune"`` or ``"locality"``.
    name
        Name to show; of a commune, the French one.
    nis
        Its commune.
    postcode
        Its postcode where the source gives one.
    lon, lat
        WGS84 degrees: the locality's point; of a commune, the point of the locality it is named after, else a point
        inside its outline.
    uncertainty_m
        Radius in metres of the circle as large as the commune, or as the commune's area divided by its localities.
    """

    kind: AreaKind
    name: str
    nis: str
    postcode: str | None
    lon: float
    lat: float
    uncertainty_m: float


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets in columns; ``name_position`` points into the index of names, ``area`` to the nearest locality."""

    name: tuple[str, ...]
    nis: tuple[str, ...]
    name_position: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    length_m: npt.NDArray[np.float64]
    extent_m: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Everything a search needs; built once by :func:`build_gazetteer`, never changed.

    Parameters
    ----------
    communes
        By NIS code of 2025.
    areas, area_index, area_rows, area_names
        Communes and localities, their names, the areas that bear each name, and the row of each name in both.
    streets, street_index, street_rows, street_names_of
        Streets, their names, the streets that bear each name, and the positions of the names in each commune.
    postcodes
        Communes of each postcode.
    words
        Words of areas, and of at least :data:`COMMON_WORD_COUNT` street names: no typing errors.
    houses
        House numbers of an official list; none where no list was imported.
    """

    communes: Mapping[str, Commune]
    areas: tuple[Area, ...]
    area_index: NameIndex
    area_rows: tuple[tuple[int, ...], ...]
    area_names: Mapping[str, int]
    streets: Streets
    street_index: NameIndex
    street_rows: tuple[tuple[int, ...], ...]
    street_names_of: Mapping[str, npt.NDArray[np.int64]]
    postcodes: Mapping[str, tuple[str, ...]]
    words: frozenset[str]
    outline_nis: tuple[str, ...]
    outlines: STRtree
    area_tree: cKDTree
    street_tree: cKDTree
    houses: HouseNumbers


def build_gazetteer(
    communes: gpd.GeoDataFrame,
    localities: gpd.GeoDataFrame,
    postcodes: pd.DataFrame,
    streets: pd.DataFrame,
    *,
    population: "pd.Series[Any] | None" = None,
    addresses: pd.DataFrame | None = None,
) -> Gazetteer:
    """Return the gazetteer of the four tables.

    Parameters
    ----------
    communes, localities, postcodes, streets
        Tables of the schemas of the same names in :mod:`finder.tables`; a key may be a column or the index.
    population
        Inhabitants by NIS code, to rank equally good answers; without it they rank by name.
    addresses
        House numbers, columns of :data:`finder.geo.house_numbers.ADDRESS_COLUMNS` sorted by commune and street. Streets
        that only they know are searched too.
    """
    communes, localities = _columns(communes), _columns(localities)
    postcodes, streets = _columns(postcodes), streets_with_addresses(_columns(streets), addresses)
    known = _communes(communes, population)
    areas, names_of_area = _areas(communes, localities)
    area_names, area_owner = _flatten(names_of_area)
    area_index = build_name_index(area_names, are_streets=False)
    folded = [fold(name) for name in streets["name"]]
    usable = np.array([any(c.isalpha() for c in name) and len(name) > 1 for name in folded], dtype=bool)
    streets = streets[usable].reset_index(drop=True)
    folded = [name for name, is_usable in zip(folded, usable, strict=True) if is_usable]
    street_index = build_name_index(folded, are_streets=True)
    table = _streets(streets, folded, street_index, areas)
    return Gazetteer(
        communes=known,
        areas=areas,
        area_index=area_index,
        area_rows=_rows_by_name(area_index, area_names, area_owner),
        area_names={name: row for row, name in enumerate(area_index.names)},
        streets=table,
        street_index=street_index,
        street_rows=_rows_by_name(street_index, folded, range(len(folded))),
        street_names_of={
            str(nis): np.unique(table.name_position[rows]) for nis, rows in streets.groupby("nis").indices.items()
        },
        postcodes={
            str(code): tuple(sorted(group["nis"].astype(str).unique())) for code, group in postcodes.groupby("postcode")
        },
        words=_known_words(area_index.names, street_index.names),
        outline_nis=tuple(communes["nis"].astype(str)),
        outlines=STRtree(communes.geometry.to_numpy()),
        area_tree=cKDTree(_metres(areas)),
        street_tree=cKDTree(np.column_stack(to_lambert(table.lon, table.lat))),
        houses=build_house_numbers(addresses),
    )


def _known_words(areas: Iterable[str], streets: Iterable[str]) -> frozenset[str]:
    counts = Counter(word for name in streets for word in set(name.split()))
    common = {word for word, count in counts.items() if count >= COMMON_WORD_COUNT}
    return frozenset(common.union(*(name.split() for name in areas)))


def _columns(frame: Any) -> Any:  # noqa: ANN401 - geo or plain, the same comes out
    return frame.reset_index() if any(name is not None for name in frame.index.names) else frame


def _communes(frame: gpd.GeoDataFrame, population: "pd.Series[Any] | None") -> dict[str, Commune]:
    people: dict[Hashable, float] = {} if population is None else population.astype(float).to_dict()
    columns = ["nis", "name_fr", "name_nl", "name_de", "region"]
    return {
        nis: Commune(nis, name_fr, name_nl, name_de, region, people.get(nis, 0.0))
        for nis, name_fr, name_nl, name_de, region in frame[columns].astype(str).itertuples(index=False)
    }


def _areas(communes: gpd.GeoDataFrame, localities: gpd.GeoDataFrame) -> tuple[tuple[Area, ...], list[list[str]]]:
    """Return the areas and the folded names of each; a locality that its commune is named after joins it."""
    count_of = localities["nis"].value_counts()
    found: list[Area] = []
    names: list[list[str]] = []
    children_of: dict[str, list[dict[Any, Any]]] = defaultdict(list)
    for record in localities.to_dict("records"):
        children_of[str(record["nis"])].append(record)
    for row in communes.to_dict("records"):
        nis, commune_names = str(row["nis"]), _spellings(row, ("name_fr", "name_nl", "name_de"))
        radius_m = float(np.sqrt(row["geometry"].area / np.pi))
        point, postcode = row["geometry"].representative_point(), None
        children: list[tuple[dict[str, Any], list[str]]] = []
        for child in children_of[nis]:
            spellings = _spellings(child, ("name", "name_fr", "name_nl", "name_de"))
            if set(spellings) & set(commune_names):
                point, postcode = child["geometry"], _text(child["postcode"])
                commune_names = list(dict.fromkeys([*commune_names, *spellings]))
            else:
                children.append((child, spellings))
        lon, lat = to_wgs84(point.x, point.y)
        found.append(Area("commune", str(row["name_fr"]), nis, postcode, float(lon), float(lat), round(radius_m)))
        names.append(commune_names)
        for child, spellings in children:
            lon, lat = to_wgs84(child["geometry"].x, child["geometry"].y)
            share_m = round(radius_m / np.sqrt(count_of[row["nis"]]))
            code = _text(child["postcode"])
            found.append(Area("locality", str(child["name"]), nis, code, float(lon), float(lat), float(share_m)))
            names.append(spellings)
    return tuple(found), names


def _spellings(row: Mapping[Any, Any], columns: tuple[str, ...]) -> list[str]:
    written = [text for column in columns if (text := _text(row[column])) is not None]
    both = [variant for text in written for variant in (text, BRACKETS.sub("", text))]
    return list(dict.fromkeys(folded for text in both if (folded := fold(text))))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flatten(names_of_area: list[list[str]]) -> tuple[list[str], list[int]]:
    pairs = [(name, i) for i, names in enumerate(names_of_area) for name in names]
    return [name for name, _ in pairs], [i for _, i in pairs]


def _rows_by_name(index: NameIndex, names: list[str], rows: "list[int] | range") -> tuple[tuple[int, ...], ...]:
    position = {name: i for i, name in enumerate(index.names)}
    found: list[list[int]] = [[] for _ in index.names]
    for name, row in zip(names, rows, strict=True):
        found[position[name]].append(row)
    return tuple(tuple(dict.fromkeys(group)) for group in found)


def _metres(areas: tuple[Area, ...]) -> npt.NDArray[np.float64]:
    x, y = to_lambert([area.lon for area in areas], [area.lat for area in areas])
    return np.column_stack([x, y])


def _streets(frame: pd.DataFrame, folded: list[str], index: NameIndex, areas: tuple[Area, ...]) -> Streets:
    position = {name: i for i, name in enumerate(index.names)}
    x, y = to_lambert(frame["lon"], frame["lat"])
    points, nearest = np.column_stack([x, y]), np.full(len(frame), -1, dtype=np.int64)
    area_points, area_nis = _metres(areas) if areas else np.empty((0, 2)), np.array([area.nis for area in areas])
    for nis, rows in frame.groupby("nis").indices.items():
        own = np.flatnonzero(area_nis == nis)
        if len(own):
            nearest[rows] = own[cKDTree(area_points[own]).query(points[rows])[1]]
    return Streets(
        name=tuple(frame["name"].astype(str)),
        nis=tuple(frame["nis"].astype(str)),
        name_position=np.array([position[name] for name in folded], dtype=np.int64),
        area=nearest,
        lon=frame["lon"].to_numpy(np.float64),
        lat=frame["lat"].to_numpy(np.float64),
        length_m=frame["length_m"].to_numpy(np.float64),
        extent_m=frame["extent_m"].to_numpy(np.float64),
    )
