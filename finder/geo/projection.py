"""Between the doors (WGS84 degrees) and the inside (Belgian Lambert 2008 metres)."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from finder.geo.network import Float64
from finder.units import LAMBERT_2008, WGS84


@lru_cache(maxsize=2)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_lambert(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Float64, Float64]:
    """Return x and y in EPSG:3812 metres of WGS84 degrees; same shape in, same shape out."""
    x, y = _transformer(WGS84, LAMBERT_2008).transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return np.asarray(x), np.asarray(y)


def to_wgs84(x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Float64, Float64]:
    """Return longitude and latitude in WGS84 degrees of EPSG:3812 metres; same shape in, same shape out."""
    lon, lat = _transformer(LAMBERT_2008, WGS84).transform(np.asarray(x_m, np.float64), np.asarray(y_m, np.float64))
    return np.asarray(lon), np.asarray(lat)
