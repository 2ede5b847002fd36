"""The same measures by PySAL access (BSD-3), which works on long tables of pairs."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from finder.capacity.impedance import ExponentialDecay, Gaussian, Stepped
from finder.geo.travel_time import TravelTimes

Timed = tuple[float, np.ndarray]
PeerMeasure = Callable[[TravelTimes, pd.Series, pd.Series, Stepped], Timed]


def _timed(
    call: Callable[..., pd.Series], times: TravelTimes, demand: pd.Series, capacity: pd.Series, **options: object
) -> Timed:
    """Run once; the tables it wants are made before the clock starts."""
    rows = np.repeat(np.arange(len(times.origin_ids)), np.diff(times.indptr))
    pairs = pd.DataFrame({"origin": rows, "dest": times.indices, "cost": times.minutes.astype(np.float64)})
    people = pd.DataFrame({"demand": demand.to_numpy()})
    places = pd.DataFrame({"supply": capacity.to_numpy()})
    start = time.perf_counter()
    scores = call(people, places, pairs, times.cutoff_min, **options)
    seconds = time.perf_counter() - start
    return seconds, scores.reindex(people.index).fillna(0).to_numpy()


def _two_stage(
    people: pd.DataFrame, places: pd.DataFrame, pairs: pd.DataFrame, limit_min: float, **options: object
) -> pd.Series:
    from access import fca

    return fca.two_stage_fca(people, places, pairs, limit_min, demand_index=True, supply_index=True, **options)


def _three_stage(
    people: pd.DataFrame, places: pd.DataFrame, pairs: pd.DataFrame, limit_min: float, **options: object
) -> pd.Series:
    from access import fca

    return fca.three_stage_fca(people, places, pairs, limit_min, demand_index=True, supply_index=True, **options)


def _catchment(
    _people: pd.DataFrame, places: pd.DataFrame, pairs: pd.DataFrame, limit_min: float, **options: object
) -> pd.Series:
    from access import fca

    names = {"cost_source": "dest", "cost_dest": "origin", "loc_index": True, "loc_value": "supply"}
    return fca.weighted_catchment(places, pairs, limit_min, **names, **options)


def _gaussian(cutoff_min: float) -> Callable[[float], float]:
    from access import weights

    return weights.gaussian(Gaussian.falling_to(limit_min=cutoff_min).scale_min)


def _steps(rings: Stepped) -> Callable[[float], float]:
    from access import weights

    return weights.step_fn(dict(zip(rings.limits_min, rings.weights, strict=True)))


def _decay(cutoff_min: float) -> Callable[[float], float]:
    rate = ExponentialDecay(cutoff_min, 0.1).rate_per_min
    return lambda minutes: np.exp(-rate * minutes)


PEER_MEASURES: dict[str, PeerMeasure] = {
    "cumulative": lambda t, p, s, _: _timed(_catchment, t, p, s),
    "gravity": lambda t, p, s, _: _timed(_catchment, t, p, s, weight_fn=_decay(t.cutoff_min)),
    "2SFCA": lambda t, p, s, _: _timed(_two_stage, t, p, s),
    "E2SFCA stepped": lambda t, p, s, rings: _timed(_two_stage, t, p, s, weight_fn=_steps(rings)),
    "E2SFCA Gaussian": lambda t, p, s, _: _timed(_two_stage, t, p, s, weight_fn=_gaussian(t.cutoff_min)),
    "3SFCA Gaussian": lambda t, p, s, _: _timed(_three_stage, t, p, s, weight_fn=_gaussian(t.cutoff_min)),
}
