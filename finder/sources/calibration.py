"""Calibrate car speeds on a table of known trip times, and judge them on trips the fit has not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from finder.errors import SourceFileError
from finder.geo.access_rules import CLASS_RULES
from finder.geo.network import Bool, Float64, RoadNetwork
from finder.geo.projection import to_lambert
from finder.geo.speed_fit import SHORTEST_MIN, Accuracy, accuracy, categories, fit_car_table, route_trips
from finder.geo.speeds import CITY_30_CLASSES, FIXED_KPH, VINTAGES, ZONES, with_city_30
from finder.sources.atomic import atomic_file
from finder.sources.car_speeds import COLUMNS, FILE
from finder.sources.catalog import Dataset, register
from finder.sources.writers import write_csv

SEED: Final = 20261121
CATEGORIES: Final = ("walloon", "brussels", "synthetic", "rim")
_COLUMNS: Final = ("from_name", "from_lat", "from_lon", "to_name", "to_lat", "to_lon", "car_min")


@dataclass(frozen=True)
class KnownTrips:
    """Known car minutes between localities.

    Attributes
    ----------
    names
        Shape (n,), ascending.
    x_m, y_m
        Shape (n,), EPSG:3812.
    minutes
        Shape (n, n), nan where unknown.
    """

    names: npt.NDArray[np.object_]
    x_m: Float64
    y_m: Float64
    minutes: Float64

    def fit_half(self, stratum: npt.NDArray[np.integer], *, seed: int = SEED) -> Bool:
        """Return which localities the fit may see: a drawn half of each stratum, shape (n,).

        With strata by region, Brussels (few localities) has trips on both sides.
        """
        rng = np.random.default_rng(seed)
        half = np.zeros(len(self.names), dtype=bool)
        for value in np.unique(stratum):
            members = rng.permutation(np.flatnonzero(stratum == value))
            half[members[: len(members) // 2]] = True
        return half


@dataclass(frozen=True)
class CalibrationReport:
    """How the car speeds do, by half and category of pairs.

    Attributes
    ----------
    seed
        Of the draw of the fit half.
    fit, held_out
        Accuracy by category, over pairs with both ends in the fit half, or both in the other; over ten minutes.
    """

    seed: int
    fit: Mapping[str, Accuracy]
    held_out: Mapping[str, Accuracy]


def read_known_trips(path: Path) -> KnownTrips:
    """Read trip times between localities (columns from_name, from_lat, from_lon, to_..., car_min).

    Raises
    ------
    SourceFileError
        If the file is missing or lacks a column.
    """
    if not path.is_file():
        raise SourceFileError(f"No table of known trip times at {path}.")
    frame = pd.read_csv(path)
    missing = [column for column in _COLUMNS if column not in frame.columns]
    if missing:
        raise SourceFileError(f"{path} lacks the columns {', '.join(missing)}.")
    places = frame.drop_duplicates("from_name").sort_values("from_name", ignore_index=True)
    number = pd.Series(places.index, index=places["from_name"])
    minutes = np.full((len(places), len(places)), np.nan)
    minutes[number.loc[frame["from_name"]], number.loc[frame["to_name"]]] = frame["car_min"]
    x_m, y_m = to_lambert(places["from_lon"], places["from_lat"])
    return KnownTrips(places["from_name"].to_numpy(dtype=object), x_m, y_m, minutes)


def calibrate(network: RoadNetwork, known: KnownTrips, *, seed: int = SEED) -> dict[str, Float64]:
    """Return car speeds by vintage, fitted on trips within the fit half alone."""
    half = known.fit_half(_areas(network, known), seed=seed)
    table = fit_car_table(network, known.x_m, known.y_m, known.minutes, half[:, None] & half[None, :])
    table = np.round(table, 1)
    return {"2014": table, "current": with_city_30(table)}


def judge(network: RoadNetwork, known: KnownTrips, *, seed: int = SEED) -> CalibrationReport:
    """Compare the network's ``2014`` car speeds with known trips, on the fit half and on the other."""
    half = known.fit_half(_areas(network, known), seed=seed)
    trips = route_trips(network, known.x_m, known.y_m, vintage="2014")
    category = categories(network, trips)
    is_long = known.minutes > SHORTEST_MIN

    def of(inside: Bool) -> dict[str, Accuracy]:
        pairs = inside[:, None] & inside[None, :] & is_long
        return {name: accuracy(trips, known.minutes, pairs & (category == name)) for name in CATEGORIES}

    return CalibrationReport(seed=seed, fit=of(half), held_out=of(~half))


def _areas(network: RoadNetwork, known: KnownTrips) -> npt.NDArray[np.integer]:
    """Return the area of the node nearest to each locality."""
    nodes = cKDTree(np.column_stack([network.node_x_m, network.node_y_m]))
    _, nearest = nodes.query(np.column_stack([known.x_m, known.y_m]))
    area: npt.NDArray[np.integer] = network.node_area[nearest]
    return area


def write_car_speeds(data_dir: Path, tables: Mapping[str, Float64]) -> None:
    """Write ``tables/car_speeds.csv`` and register it."""
    rows = []
    for rule in CLASS_RULES:
        if not rule.car:
            continue
        for code, zone in enumerate(ZONES):
            values = [float(tables[vintage][rule.code, code]) for vintage in VINTAGES]
            rows.append([rule.name, zone, *values, _source_of(rule.name, zone)])
    with atomic_file(data_dir / FILE) as temporary:
        write_csv(pd.DataFrame(rows, columns=list(COLUMNS)), temporary)
    register(data_dir, [_dataset(len(rows))])


def calibrate_and_write(network: RoadNetwork, known_file: Path, data_dir: Path) -> CalibrationReport:
    """Fit, write the table, and return how the written speeds do."""
    known = read_known_trips(known_file)
    tables = calibrate(network, known)
    write_car_speeds(data_dir, tables)
    return judge(replace(network, car_kph=tables), known)


def _source_of(name: str, zone: str) -> str:
    fitted = "set by hand: too rare to be fitted" if name in FIXED_KPH else "fitted to GraphHopper trip times of 2014"
    if zone == "brussels" and name in CITY_30_CLASSES:
        return f"{fitted}; current: 30 km/h by default in Brussels since 2021-01-01"
    return fitted


def _dataset(row_count: int) -> Dataset:
    return Dataset(
        id="car_speeds",
        path=FILE,
        version="2014 and current",
        rows=row_count,
        licence="EUPL-1.2",
        attribution="Finder; fitted to GraphHopper trip times of the OptaPlanner examples (Apache-2.0)",
        source="own fit, docs/car_speeds.md",
        note="effective speeds without traffic jams, km/h, by road class and surroundings",
    )
