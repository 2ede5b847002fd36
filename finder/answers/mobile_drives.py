"""How long units drive between localities and depots, in the right direction, and how far."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand, all_stops
from finder.answers.mobile_question import DepotChoice
from finder.capacity.mobile.round_problem import NO_WAY_MIN
from finder.errors import MobileError, first_ids
from finder.geo.backwards import travel_times_to
from finder.geo.network import Float32, Float64, Int64
from finder.geo.snapping import Snaps
from finder.geo.travel_time import TravelTimes, travel_times
from finder.geo.trips import trips_from
from finder.sources.hierarchy_store import load_hierarchy

LONGEST_DRIVE_MIN = 480.0
"""No day of a unit is longer than that on the road."""

CEIL_TOLERANCE_MIN = 1e-6
NEIGHBOURS = 4


def whole_minutes(minutes: "Float32 | Float64") -> Int64:
    """Return engine minutes as whole ones, rounded up; :data:`NO_WAY_MIN` where there is no way."""
    exact = np.asarray(minutes, dtype=np.float64)
    rounded = np.ceil(np.where(np.isfinite(exact), exact, 0.0) - CEIL_TOLERANCE_MIN)
    return np.where(np.isfinite(exact), np.maximum(rounded, 0), NO_WAY_MIN).astype(np.int64)


def _dense(table: TravelTimes) -> Float32:
    out = np.full(table.shape, np.inf, dtype=np.float32)
    out[np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), table.indices] = table.minutes
    return out


def _snaps(atlas: Atlas, lon: Float64, lat: Float64) -> Snaps:
    return atlas.roads("car").snap(lon, lat)


def stop_drives(atlas: Atlas) -> Float32:
    """Return the minutes by car from every stop to every stop of :func:`all_stops`, kept by the atlas.

    Shape (n_stops, n_stops); inf where no road leads.
    """

    def measure() -> Float32:
        stops = all_stops(atlas)
        return drives_between(atlas, stops["lon"].to_numpy(), stops["lat"].to_numpy())

    return atlas.keep(("mobile_stop_drives",), measure)


def drives_between(atlas: Atlas, lon: Float64, lat: Float64) -> Float32:
    """Return the minutes by car between points in WGS84 degrees, shape (n, n); inf where no road leads."""
    graph = atlas.roads("car").graph
    snaps = _snaps(atlas, lon, lat)
    ids = np.arange(len(lon))
    table = travel_times(
        graph, snaps, snaps, ids, ids, cutoff_min=LONGEST_DRIVE_MIN, hierarchy=load_hierarchy(graph)
    )  # fmt: skip
    return _dense(table)


def depot_drives(atlas: Atlas, depots: tuple[DepotChoice, ...]) -> tuple[Float32, Float32]:
    """Return the minutes by car from depots to all stops, and from the stops back, both (n_depots, n_stops).

    Raises
    ------
    MobileError
        If a depot is off the network.
    """
    stops = all_stops(atlas)
    graph = atlas.roads("car").graph
    starts = _snaps(atlas, np.array([d.lon for d in depots]), np.array([d.lat for d in depots]))
    if not starts.is_snapped.all():
        off = [depot.name for depot, is_on in zip(depots, starts.is_snapped, strict=True) if not is_on]
        raise MobileError(f"Depots {first_ids(off)} are farther than 2 km from any road. Move them onto the network.")
    ends = _snaps(atlas, stops["lon"].to_numpy(), stops["lat"].to_numpy())
    ids = np.array([depot.depot_id for depot in depots])
    out = travel_times(graph, starts, ends, ids, stops.index, cutoff_min=LONGEST_DRIVE_MIN)
    back = travel_times_to(graph, ends, starts, stops.index, ids, cutoff_min=LONGEST_DRIVE_MIN)
    return _dense(out), _dense(back).T


def usual_hops(demand: MobileDemand, drives: Float32, *, neighbours: int = NEIGHBOURS) -> Float64:
    """Return what a drive from one stop to the next usually takes around each candidate.

    The mean drive to the nearest candidates that somebody reaches, weighted by how many would come there: rounds are
    not known yet where stops are chosen.

    Parameters
    ----------
    demand
        Points and candidates.
    drives
        Shape (n_stops, n_stops), rows and columns of ``demand.stops``.
    neighbours
        How many.

    Returns
    -------
    ndarray
        Shape (n_stops,), whole minutes on average; 0 where no other candidate can be driven to.
    """
    coming = demand.points["coming"].to_numpy(dtype=np.float64)
    weight = np.array([coming[demand.row(stop)].sum() for stop in range(len(demand.stops))], dtype=np.float64)
    asked = np.flatnonzero(weight > 0)
    out = np.zeros(len(demand.stops), dtype=np.float64)
    for stop in range(len(out)):
        others = asked[(asked != stop) & np.isfinite(drives[stop, asked])]
        near = others[np.argsort(drives[stop, others], kind="stable")[:neighbours]]
        if len(near):
            out[stop] = float(np.average(whole_minutes(drives[stop, near]), weights=weight[near]))
    return out


def leg_km(atlas: Atlas, legs: pd.DataFrame) -> Float64:
    """Return the kilometres of drives, inf where there is no way.

    Parameters
    ----------
    atlas
        The data.
    legs
        ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` (WGS84 degrees).
    """
    roads = atlas.roads("car")
    out = np.full(len(legs), np.inf, dtype=np.float64)
    starts, start_of = np.unique(legs[["from_lon", "from_lat"]].to_numpy(dtype=float), axis=0, return_inverse=True)
    ends = _snaps(atlas, legs["to_lon"].to_numpy(dtype=float), legs["to_lat"].to_numpy(dtype=float))
    rows_of = [np.flatnonzero(start_of.reshape(-1) == number) for number in range(len(starts))]

    def measure(number: int) -> Float64:
        origin = _snaps(atlas, starts[number, :1], starts[number, 1:])
        return trips_from(roads.network, roads.graph, origin, ends.take(rows_of[number])).km

    # The searches release the interpreter's lock.
    with ThreadPoolExecutor() as pool:
        for rows, km in zip(rows_of, pool.map(measure, range(len(starts))), strict=True):
            out[rows] = km
    return out
