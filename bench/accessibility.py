"""Accessibility measures from a ready travel-time table, beside PySAL access on the same input."""

import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from bench.access_peer import PEER_MEASURES
from bench.inputs import MANY_SITES, SEED, Bench
from bench.measure import best_of, figure, heading, in_child, memory_mb
from finder.capacity.accessibility import (
    enhanced_two_step,
    floating_catchment_draws,
    prepare_catchments,
    three_step,
    two_step,
)
from finder.capacity.impedance import ExponentialDecay, Gaussian, Stepped
from finder.capacity.opportunities import cumulative_opportunities, gravity, minutes_to_closest
from finder.geo.hierarchy import Hierarchy
from finder.geo.travel_time import TravelTimes, travel_times
from finder.sources import store

Measure = Callable[[TravelTimes, pd.Series, pd.Series], np.ndarray]

CUTOFFS_MIN = (20.0, 45.0)
PEER_CUTOFF_MIN = 20.0
LIMIT_S, LIMIT_MB = 2.0, 1024
DRAW_COUNT = 200
RUNS = 3


def rings(cutoff_min: float) -> Stepped:
    return Stepped((cutoff_min / 4, cutoff_min / 2, cutoff_min), (1, 0.68, 0.22))


def measures(cutoff_min: float) -> dict[str, Measure]:
    curve = Gaussian.falling_to(limit_min=cutoff_min)
    decay = ExponentialDecay(cutoff_min, 0.1)
    return {
        "closest": lambda t, _, __: minutes_to_closest(t).to_numpy(),
        "third closest": lambda t, _, __: minutes_to_closest(t, rank=3).to_numpy(),
        "cumulative": lambda t, _, s: cumulative_opportunities(t, s, limit_min=cutoff_min)["score"].to_numpy(),
        "gravity": lambda t, _, s: gravity(t, s, impedance=decay)["score"].to_numpy(),
        "2SFCA": lambda t, p, s: two_step(t, p, s, limit_min=cutoff_min).scores.to_numpy(),
        "E2SFCA stepped": lambda t, p, s: enhanced_two_step(t, p, s, impedance=rings(cutoff_min)).scores.to_numpy(),
        "E2SFCA Gaussian": lambda t, p, s: enhanced_two_step(t, p, s, impedance=curve).scores.to_numpy(),
        "3SFCA Gaussian": lambda t, p, s: three_step(t, p, s, impedance=curve).scores.to_numpy(),
    }


def in_own_process(folder: str, what: str, name: str) -> dict[str, float]:
    """Seconds and peak memory of one measure in this process; leaves the scores in the folder."""
    with np.load(Path(folder) / "table.npz") as given:
        cutoff_min = float(given["cutoff_min"])
        times = TravelTimes(
            minutes=given["minutes"],
            indices=given["indices"],
            indptr=given["indptr"],
            origin_ids=given["origin_ids"],
            destination_ids=given["destination_ids"],
            mode="car",
            cutoff_min=cutoff_min,
        )
        demand = pd.Series(given["demand"], index=times.origin_ids)
        capacity = pd.Series(given["capacity"], index=times.destination_ids)
    before_mb = memory_mb("VmRSS")
    if what == "draws":
        catchments = prepare_catchments(times, demand, impedance=Gaussian.falling_to(limit_min=cutoff_min))
        draws = np.random.default_rng(SEED).poisson(capacity.to_numpy()[:, None], (len(capacity), DRAW_COUNT))
        seconds, scores = best_of(1, lambda: floating_catchment_draws(catchments, draws.astype(np.float64)))
    elif what == "peer":
        seconds, scores = PEER_MEASURES[name](times, demand, capacity, rings(cutoff_min))
    else:
        seconds, scores = best_of(RUNS, lambda: measures(cutoff_min)[name](times, demand, capacity))
    np.save(Path(folder) / f"{what} {name}.npy", scores)
    return {"seconds": seconds, "before_mb": before_mb, "peak_mb": memory_mb("VmHWM")}


def report(bench: Bench, hierarchy: Hierarchy) -> None:
    points = store.load_demand_points()
    heading(f"Accessibility of {len(points):,} demand points to {MANY_SITES:,} sites, from a ready table")
    print(f"Demand: children 0-2.5; capacities: multiples of 7 from 7 to 70, seed {SEED}; one process per measure.")
    places = 7.0 * np.random.default_rng(SEED).integers(1, 11, MANY_SITES)
    ids = points.index.to_numpy(), np.arange(MANY_SITES)
    for cutoff_min in CUTOFFS_MIN:
        times = travel_times(bench.graph, bench.demand, bench.sites, *ids, cutoff_min=cutoff_min, hierarchy=hierarchy)
        print(f"within {cutoff_min:g} min: {len(times.minutes) / 1e6:.1f} M pairs")
        with tempfile.TemporaryDirectory(prefix="finder-bench-") as folder:
            np.savez(
                Path(folder) / "table.npz",
                minutes=times.minutes,
                indices=times.indices,
                indptr=times.indptr,
                origin_ids=times.origin_ids.astype(str),
                destination_ids=times.destination_ids,
                cutoff_min=np.array(cutoff_min),
                demand=points["children_0_2_5"].to_numpy(dtype=np.float64),
                capacity=places,
            )
            del times
            ours = {name: _ours(folder, "ours", name) for name in measures(cutoff_min)}
            _ours(folder, "draws", f"E2SFCA Gaussian, {DRAW_COUNT} draws")
            if cutoff_min == PEER_CUTOFF_MIN:
                _peer(folder, ours)


def _ours(folder: str, what: str, name: str) -> float:
    child = in_child("accessibility", folder, what, name)
    is_within = "yes" if child["peak_mb"] <= LIMIT_MB else "NO"
    note = f"peak {child['peak_mb']:.0f} MB ({child['before_mb']:.0f} before; asked <= {LIMIT_MB}: {is_within})"
    figure(f"  {name}", child["seconds"], limit_s=LIMIT_S if what == "ours" else None, note=note)
    return child["seconds"]


def _peer(folder: str, ours: dict[str, float]) -> None:
    if importlib.util.find_spec("access") is None:
        print('  PySAL access is not installed (pip install -e ".[bench]"): no comparison')
        return
    for name in PEER_MEASURES:
        child = in_child("accessibility", folder, "peer", name)
        mine, theirs = (np.load(Path(folder) / f"{what} {name}.npy") for what in ("ours", "peer"))
        is_finite = np.isfinite(theirs)
        away = np.abs(mine - theirs)[is_finite].max() / mine.max()
        figure(
            f"  PySAL access, {name}",
            child["seconds"],
            note=f"{child['seconds'] / ours[name]:.0f} times ours, peak {child['peak_mb']:.0f} MB; largest difference "
            f"{away:.1e} of the highest score; {(~is_finite).sum()} of its scores are not finite",
        )
