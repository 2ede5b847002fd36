"""GeoJSON (and lists of JSON objects) and GeoPackage: properties as text, geometries as one point each."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from finder.errors import SourceFileError
from finder.sources.imports.delimited import decode
from finder.sources.imports.raw import POINT_LAT, POINT_LON, RawTable, table_of

MAX_DEPTH_TEXT: Final = 5_000


def read_geojson(data: bytes, name: str) -> RawTable:
    """Return the features of a GeoJSON file, or the objects of a JSON list.

    Raises
    ------
    SourceFileError
        If it is no JSON, or neither.
    """
    text, encoding, notes = decode(data)
    try:
        content = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise SourceFileError(f"{name} is not readable JSON ({error}).") from error
    if isinstance(content, dict) and isinstance(content.get("features"), list):
        records = [_feature(item) for item in content["features"]]
    elif isinstance(content, list):
        records = [_feature(item) if _is_feature(item) else item for item in content]
    elif isinstance(content, dict) and isinstance(content.get("results"), list):
        records = content["results"]
    else:
        raise SourceFileError(f"{name} is JSON but no list: give a FeatureCollection or a list of objects.")
    lost = sum(not isinstance(record, dict) for record in records)
    if lost:
        raise SourceFileError(f"{name}: {lost} of {len(records)} entries are no objects; correct the file.")
    return _grid(name, records, notes, encoding=encoding)


def read_geopackage(data: bytes, name: str, *, layer: str | None = None) -> RawTable:
    """Return the features of a layer: the one named, else the first; points in WGS84 where the layer has a CRS.

    Raises
    ------
    SourceFileError
        If the file is broken, holds no layer, or not the one asked for.
    """
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.gpkg"
        path.write_bytes(data)
        try:
            layers = [str(one) for one in pyogrio.list_layers(path)[:, 0]]
            if not layers:
                raise SourceFileError(f"{name} has no layer.")
            if layer is not None and layer not in layers:
                raise SourceFileError(f"{name} has no layer {layer!r}: it has {', '.join(layers)}.")
            frame = pyogrio.read_dataframe(path, layer=layer or layers[0])
        except SourceFileError:
            raise
        except Exception as error:
            # GDAL raises several types for a database that is not whole.
            raise SourceFileError(f"{name} is not a readable GeoPackage ({error}).") from error
    notes = [f"layers not read: {', '.join(one for one in layers if one != (layer or layers[0]))}"] * (len(layers) > 1)
    records = frame.drop(columns="geometry", errors="ignore").astype("object").to_dict("records")
    if "geometry" in frame.columns and frame.crs is not None:
        frame = frame.to_crs("EPSG:4326")
    if "geometry" in frame.columns:
        for record, shape in zip(records, frame.geometry, strict=True):
            record |= _point(shape)
    return _grid(name, records, notes, sheet=layer or layers[0], sheets=layers)


def _is_feature(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "Feature"


def _feature(item: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if not isinstance(item, dict):
        return item
    properties = item.get("properties")
    record = dict(properties) if isinstance(properties, dict) else {}
    if "id" in item and "id" not in record:
        record["id"] = item["id"]
    geometry = item.get("geometry")
    if isinstance(geometry, dict):
        try:
            shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
        except (ValueError, TypeError, RecursionError):
            shape = None
        record |= _point(shape) if shape is not None else {POINT_LON: "not readable", POINT_LAT: "not readable"}
    return record


def _point(shape: Any) -> dict[str, object]:  # noqa: ANN401 - a shapely geometry or nothing
    if shape is None or shape.is_empty:
        return {}
    point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    if point is None or point.is_empty:
        return {}
    return {POINT_LON: float(point.x), POINT_LAT: float(point.y)}


def _grid(
    name: str,
    records: list[dict[str, Any]],
    notes: list[str],
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    sheets: Sequence[str] = (),
) -> RawTable:
    columns = list(dict.fromkeys(str(key) for record in records for key in record))
    if not records or not columns:
        raise SourceFileError(f"{name} has no rows.")
    # A header of one column and a cell of two names are told apart by the width of the grid.
    grid = [columns] + [[_text(record.get(column)) for column in columns] for record in records]
    return table_of(name, grid, encoding=encoding, sheet=sheet, notes=notes, sheets=sheets)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:MAX_DEPTH_TEXT]
    return "" if str(value) in ("NaT", "<NA>") else str(value)
