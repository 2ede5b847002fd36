"""Fit a few effective car speeds to known trip times, and say how well they do on other trips.

Model: minutes = access legs + sum over road kinds of metres / min(group speed x zone factor, posted limit).
Eleven numbers are fitted: one speed for each of eight groups of road classes and one factor for each of three zones.
They are bounded, and drawn weakly towards plausible values. Since the fastest way depends on the speeds, routing and
fitting take turns.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from finder.geo.mode_graph import build_mode_graph
from finder.geo.network import Bool, Float64, RoadNetwork
from finder.geo.snapping import Snaps, build_snap_index, snap_points
from finder.geo.speeds import GROUPS, SLOWEST_LIMIT_KPH, ZONES, car_table
from finder.geo.trip_lengths import trip_lengths
from finder.units import MS_PER_MIN

#                       motorway link trunk primary secondary tertiary unclassified residential
PRIOR_KPH: Final = (100.0, 60.0, 85.0, 62.0, 55.0, 48.0, 36.0, 28.0)
LOWEST_KPH: Final = (85.0, 40.0, 60.0, 50.0, 42.0, 36.0, 24.0, 18.0)
HIGHEST_KPH: Final = (112.0, 70.0, 105.0, 78.0, 70.0, 60.0, 50.0, 40.0)
#                       built_up dense brussels; open country is 1
PRIOR_FACTOR: Final = (0.92, 0.85, 0.75)
LOWEST_FACTOR: Final = (0.75, 0.60, 0.55)
HIGHEST_FACTOR: Final = (1.0, 0.9, 0.85)
"""Street blocks are slower than open road: the few trips into towns must not say otherwise."""

PRIOR_WIDTH: Final = 0.25
"""Standard deviation of the logarithm of a number around its plausible value."""
PRIOR_WEIGHT: Final = 0.03
SOFT_LIMIT: Final = 0.03
"""Relative error from which a trip counts linearly, not squared: a few odd localities must not steer the fit."""
ROUNDS: Final = 5
FITTED_CATEGORIES: Final = ("walloon", "brussels")
SHORTEST_MIN: Final = 10.0


@dataclass(frozen=True)
class Trips:
    """Car trips between all pairs of points, with what they are made of.

    Attributes
    ----------
    minutes
        Shape (n, n).
    access_min
        Shape (n, n): both access legs.
    metres
        Shape (n, n, n_kinds).
    kind_class, kind_zone, kind_limit_kph
        Shape (n_kinds,): what the kinds are.
    is_on_synthetic
        Shape (n, n).
    snaps
        The points.
    """

    minutes: Float64
    access_min: Float64
    metres: Float64
    kind_class: npt.NDArray[np.int64]
    kind_zone: npt.NDArray[np.int64]
    kind_limit_kph: Float64
    is_on_synthetic: Bool
    snaps: Snaps


@dataclass(frozen=True)
class Accuracy:
    """How computed minutes compare with known ones over some pairs.

    Attributes
    ----------
    pair_count
        Number of ordered pairs.
    median_ratio
        Median of computed / known.
    mape_pct
        Mean absolute error, percent of the known time.
    mae_min
        Mean absolute error in minutes.
    """

    pair_count: int
    median_ratio: float
    mape_pct: float
    mae_min: float


def route_trips(network: RoadNetwork, x_m: Float64, y_m: Float64, *, vintage: str = "2014") -> Trips:
    """Route every pair of points (EPSG:3812) by car."""
    key = (network.road_class.astype(np.int64) * len(ZONES) + network.zone) * 256 + network.maxspeed_kph
    key = key * 2 + network.is_synthetic
    kinds, kind = np.unique(key, return_inverse=True)
    graph = build_mode_graph(network, "car", vintage=vintage)
    snaps = snap_points(network, graph, x_m, y_m, index=build_snap_index(network, graph))
    ms, metres = trip_lengths(network, graph, snaps, snaps, kind.astype(np.int32), kind_count=len(kinds))
    limit = (kinds // 2 % 256).astype(np.float64)
    return Trips(
        minutes=ms / MS_PER_MIN,
        access_min=(snaps.access_ms[:, None] + snaps.access_ms[None, :]) / MS_PER_MIN,
        metres=metres,
        kind_class=kinds // (2 * 256 * len(ZONES)),
        kind_zone=kinds // (2 * 256) % len(ZONES),
        kind_limit_kph=np.where(limit > 0, np.maximum(limit, SLOWEST_LIMIT_KPH), np.inf),
        is_on_synthetic=metres[:, :, kinds % 2 == 1].sum(axis=2) > 0,
        snaps=snaps,
    )


def categories(network: RoadNetwork, trips: Trips) -> npt.NDArray[np.str_]:
    """Return the category of each pair, shape (n, n): the first that fits of rim, synthetic, brussels, walloon.

    ``rim``: an end lies outside both regions, where the network is cut; ``synthetic``: the trip uses a synthetic
    link; ``brussels``: an end lies in Brussels; else ``walloon``.
    """
    area = network.node_area[network.edge_from[trips.snaps.edge_id]]
    either = np.maximum(area[:, None], area[None, :])
    found = np.where(either == 2, "brussels", "walloon")
    found = np.where(trips.is_on_synthetic, "synthetic", found)
    return np.where((area[:, None] == 0) | (area[None, :] == 0), "rim", found)


def accuracy(trips: Trips, known_min: Float64, pairs: Bool) -> Accuracy:
    """Compare computed with known minutes over the pairs chosen, shape (n, n)."""
    computed, known = trips.minutes[pairs], known_min[pairs]
    if len(known) == 0:
        return Accuracy(0, float("nan"), float("nan"), float("nan"))
    error = np.abs(computed - known)
    return Accuracy(
        pair_count=len(known),
        median_ratio=float(np.median(computed / known)),
        mape_pct=float(100.0 * np.mean(error / known)),
        mae_min=float(np.mean(error)),
    )


def fit_car_table(network: RoadNetwork, x_m: Float64, y_m: Float64, known_min: Float64, is_used: Bool) -> Float64:
    """Return the table of car speeds that fits known trip times best, shape (n_classes, n_zones), km/h.

    Parameters
    ----------
    network
        Road network; its own car speeds do not matter.
    x_m, y_m
        EPSG:3812 points.
    known_min
        Shape (n, n): known car minutes, nan where unknown.
    is_used
        Shape (n, n): pairs the fit may see. Of these it takes Walloon and Brussels ones over ten minutes.
    """
    prior = np.log(np.array(PRIOR_KPH + PRIOR_FACTOR))
    lowest = np.log(np.array(LOWEST_KPH + LOWEST_FACTOR)) - 1e-9
    highest = np.log(np.array(HIGHEST_KPH + HIGHEST_FACTOR)) + 1e-9
    fitted = prior
    for _ in range(ROUNDS):
        routed = replace(network, car_kph={"2014": _table(fitted)})
        trips = route_trips(routed, x_m, y_m)
        is_fitted = np.isin(categories(network, trips), FITTED_CATEGORIES) & is_used & (known_min > SHORTEST_MIN)
        metres, access, known = trips.metres[is_fitted], trips.access_min[is_fitted], known_min[is_fitted]
        prior_scale = PRIOR_WEIGHT * np.sqrt(len(known) / 20.0) / PRIOR_WIDTH

        def residuals(
            log_numbers: Float64, trips: Trips = trips, metres: Float64 = metres, access: Float64 = access,
            known: Float64 = known, prior_scale: float = prior_scale,
        ) -> Float64:  # fmt: skip
            kph = np.minimum(_table(log_numbers)[trips.kind_class, trips.kind_zone], trips.kind_limit_kph)
            minutes = access + metres @ (0.06 / kph)
            return np.concatenate([np.log(minutes / known), prior_scale * (log_numbers - prior)])

        fitted = least_squares(
            residuals, fitted, bounds=(lowest, highest), loss="soft_l1", f_scale=SOFT_LIMIT
        ).x  # fmt: skip
    return _table(fitted)


def _table(log_numbers: Float64) -> Float64:
    numbers = np.exp(log_numbers)
    factors = np.concatenate([[1.0], numbers[len(GROUPS) :]])
    return car_table(
        dict(zip(GROUPS, numbers[: len(GROUPS)].tolist(), strict=True)),
        dict(zip(ZONES, factors.tolist(), strict=True)),
    )
