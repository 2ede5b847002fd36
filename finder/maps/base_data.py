"""Geometry of the base map: frames in, one small JSON-ready dictionary out."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from finder.units import LAMBERT_2008, WGS84

TOLERANCE_M: Final = 80.0
"""Simplification of commune lines for the screen; below a pixel up to zoom 10."""

ROAD_TOLERANCE_M: Final = 60.0
DECIMALS: Final = 4
"""Of degrees: about 10 m."""

ROAD_FROM_ZOOM: Final[Mapping[str, float]] = {"motorway": 7, "trunk": 8.5, "primary": 9.5}

_RANK_FROM_ZOOM: Final = ((70_000, 1, 7.0), (28_000, 2, 8.5), (14_000, 3, 9.5), (0, 3, 10.5))
LOCALITY_FROM_ZOOM: Final = 12.0

_AWAY: Final = (
    (50.96, 4.05, {"fr": "Flandre", "nl": "Vlaanderen", "de": "Flandern", "en": "Flanders"}),
    (49.83, 3.75, {"fr": "France", "nl": "Frankrijk", "de": "Frankreich", "en": "France"}),
    (49.78, 6.12, {"fr": "Luxembourg", "nl": "Luxemburg", "de": "Luxemburg", "en": "Luxembourg"}),
    (50.45, 6.55, {"fr": "Allemagne", "nl": "Duitsland", "de": "Deutschland", "en": "Germany"}),
    (50.86, 5.93, {"fr": "Pays-Bas", "nl": "Nederland", "de": "Niederlande", "en": "Netherlands"}),
)
"""Names around the map, placed by eye where there is room."""


def build_base_layers(
    communes: gpd.GeoDataFrame,
    localities: gpd.GeoDataFrame,
    *,
    population: "pd.Series[float]",
    roads: gpd.GeoDataFrame | None = None,
) -> dict[str, Any]:
    """Return the base map as plain lists and dictionaries.

    Parameters
    ----------
    communes
        Index ``nis``; columns of :data:`finder.tables.COMMUNES`; EPSG:3812.
    localities
        Columns of :data:`finder.tables.LOCALITIES`; EPSG:3812. Gives each commune's name a place (the locality of
        the same name) and the small names of close views.
    population
        Inhabitants by ``nis``: which names come first.
    roads
        Lines in EPSG:3812 with ``road_class`` in motorway, trunk, primary; ``None`` draws no road.

    Returns
    -------
    dict
        ``communes``, ``province_lines``, ``roads``, ``places``, ``away``; WGS84.
    """
    shapes = gpd.GeoSeries(
        shapely.coverage_simplify(communes.geometry.to_numpy(), TOLERANCE_M), index=communes.index, crs=LAMBERT_2008
    )
    provinces = shapes.groupby(communes["province"].to_numpy()).agg(lambda s: shapely.coverage_union_all(s.to_numpy()))
    return {
        "communes": _features(shapes),
        "province_lines": _geometry(_lines(provinces.to_numpy())),
        "roads": [] if roads is None else _roads(roads),
        "places": _places(communes, localities, population=population),
        "away": [{"lat": lat, "lon": lon, "names": names} for lat, lon, names in _AWAY],
    }


def _lines(polygons: Any) -> Any:  # noqa: ANN401 - shapely arrays carry no types
    """Borders of a coverage, each drawn once."""
    return shapely.line_merge(shapely.union_all(shapely.boundary(polygons)))


def _geometry(geometry: Any) -> dict[str, Any]:  # noqa: ANN401
    moved = gpd.GeoSeries([geometry], crs=LAMBERT_2008).to_crs(WGS84).iloc[0]
    result: dict[str, Any] = _rounded(shapely.geometry.mapping(moved))
    return result


def _features(shapes: gpd.GeoSeries) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"nis": nis}, "geometry": _rounded(shapely.geometry.mapping(shape))}
        for nis, shape in shapes.to_crs(WGS84).items()
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - a GeoJSON tree
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [_rounded(part) for part in value]
        if parts and isinstance(parts[0], list) and parts[0] and isinstance(parts[0][0], float):
            return [point for i, point in enumerate(parts) if i == 0 or point != parts[i - 1]]
        return parts
    return value


def _roads(roads: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    drawn = []
    for road_class, from_zoom in reversed(list(ROAD_FROM_ZOOM.items())):
        lines = roads.geometry[(roads["road_class"] == road_class).to_numpy()].to_numpy()
        if len(lines):
            merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
            simple = shapely.simplify(merged, ROAD_TOLERANCE_M)
            drawn.append({"road_class": road_class, "from_zoom": from_zoom, "geometry": _geometry(simple)})
    return drawn


def _places(
    communes: gpd.GeoDataFrame, localities: gpd.GeoDataFrame, *, population: "pd.Series[float]"
) -> list[dict[str, Any]]:
    """Names with a point, the most populated first."""
    points = localities.geometry.to_crs(WGS84)
    centre: dict[tuple[str, str], tuple[float, float]] = {
        (str(nis), str(name)): (point.y, point.x)
        for nis, name, point in zip(localities["nis"], localities["name"], points, strict=True)
    }
    inside = communes.geometry.representative_point().to_crs(WGS84)
    order = population.reindex(communes.index).fillna(0).sort_values(ascending=False, kind="stable")
    places = []
    for nis in order.index:
        row = communes.loc[nis]
        lat, lon = centre.get((str(nis), row["name_fr"]), (inside[nis].y, inside[nis].x))
        rank, from_zoom = next((r, z) for limit, r, z in _RANK_FROM_ZOOM if order[nis] >= limit)
        places.append(_place(lat, lon, _names(row), rank=rank, from_zoom=from_zoom))
    commune_names = set(zip(communes.index, communes["name_fr"], strict=True))
    for (_, row), point in zip(localities.iterrows(), points, strict=True):
        if (row["nis"], row["name"]) not in commune_names:
            names = _names(row) or {"fr": row["name"]}
            places.append(_place(point.y, point.x, names, rank=4, from_zoom=LOCALITY_FROM_ZOOM))
    return places


def _names(row: "pd.Series[Any]") -> dict[str, str]:
    names: dict[Hashable, Any] = {code: row[f"name_{code}"] for code in ("fr", "nl", "de")}
    found = {str(code): str(name) for code, name in names.items() if isinstance(name, str) and name}
    first = found.get("fr") or (next(iter(found.values())) if found else None)
    if first is None:
        return {}
    return {"fr": first} | {code: name for code, name in found.items() if name != first}


def _place(lat: float, lon: float, names: dict[str, str], *, rank: int, from_zoom: float) -> dict[str, Any]:
    return {
        "lat": round(lat, DECIMALS),
        "lon": round(lon, DECIMALS),
        "names": names,
        "rank": rank,
        "from_zoom": from_zoom,
    }
