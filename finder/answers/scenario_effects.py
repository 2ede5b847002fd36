"""What a scenario does to people's way and to the places within reach, without measuring the whole network again.

Opening a site costs one bounded search; closing one touches only the points it was the nearest for, and those of its
catchment. The results are those of a full recomputation.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from finder.answers.atlas import Atlas
from finder.answers.scenario_base import Base, Reached, search_sites
from finder.capacity.accessibility import Catchments
from finder.capacity.scenario_apply import Sites
from finder.capacity.trip_weights import trip_weights
from finder.geo.nearest_of_sets import nearest_of_sets
from finder.geo.network import Bool, Float32, Float64
from finder.geo.travel_time import TravelTimes

Rows = npt.NDArray[np.intp]


def reach_after(atlas: Atlas, base: Base, sites: Sites) -> Reached:
    """Return what people reach once the sites are ``sites``.

    Parameters
    ----------
    atlas
        The data.
    base
        Before.
    sites
        What :func:`finder.capacity.scenario_apply.apply` made of the base's sites.
    """
    fresh = np.flatnonzero(_is_fresh(base.reached.sites, sites))
    found = search_sites(atlas, base.question.mode, sites.table.iloc[fresh], cutoff_min=base.times.cutoff_min)
    return update(base, sites, found)


def update(base: Base, sites: Sites, found: TravelTimes) -> Reached:
    """Return what people reach once the sites are ``sites``, from the ways to the new and the moved ones.

    Parameters
    ----------
    base
        Before.
    sites
        After: the base's sites in their order, then the new ones.
    found
        Minutes from every demand point to the new and the moved sites, in the order of ``sites``.
    """
    is_fresh = _is_fresh(base.reached.sites, sites)
    minutes = _minutes(base, sites, is_fresh, found)
    per_100 = base.reached.per_100
    if base.catchments is not None and per_100 is not None:
        per_100 = _per_100(base, base.catchments, per_100, sites, is_fresh, found)
    return Reached(sites, minutes, per_100)


def _is_fresh(before: Sites, after: Sites) -> Bool:
    """Return which sites stand where none stood: new ones and moved ones."""
    n = len(before.table)
    places = ["lon", "lat"]
    is_fresh = np.ones(len(after.table), dtype=bool)
    is_fresh[:n] = (before.table[places].to_numpy() != after.table[places].iloc[:n].to_numpy()).any(axis=1)
    return is_fresh


def _minutes(base: Base, sites: Sites, is_fresh: Bool, found: TravelTimes) -> Float32:
    n = len(base.reached.sites.table)
    before = base.reached.sites.open_size > 0
    after = sites.open_size > 0
    staying = after[:n] & ~is_fresh[:n, None]
    lost, gained = before & ~staying, staying & ~before
    minutes = base.reached.minutes
    orphans = np.zeros(len(minutes), dtype=bool)
    for site in np.flatnonzero(lost.any(axis=1)).tolist():
        rows, way = base.by_site.row(site)
        orphans[rows[((minutes[rows] == way[:, None]) & lost[site]).any(axis=1)]] = True
    minutes = minutes.copy()
    left = np.flatnonzero(orphans)
    if len(left):
        minutes[left] = nearest_of_sets(_some_rows(base, left), before & staying)
    for site in np.flatnonzero(gained.any(axis=1)).tolist():
        _take_shorter(minutes, *base.by_site.row(site), gained[site])
    by_fresh = found.transpose()
    for number, site in enumerate(np.flatnonzero(is_fresh).tolist()):
        _take_shorter(minutes, *by_fresh.row(number), after[site])
    return minutes


def _take_shorter(minutes: Float32, rows: npt.NDArray[np.int32], way: Float32, is_open: Bool) -> None:
    offered = np.where(is_open, way[:, None], np.float32(np.inf))
    minutes[rows] = np.minimum(minutes[rows], offered)


def _some_rows(base: Base, rows: Rows) -> TravelTimes:
    times, some = base.times, base.table[rows]
    return TravelTimes(
        minutes=some.data,
        indices=some.indices.astype(np.int32, copy=False),
        indptr=some.indptr.astype(np.int64, copy=False),
        origin_ids=times.origin_ids[rows],
        destination_ids=times.destination_ids,
        mode=times.mode,
        cutoff_min=times.cutoff_min,
    )


def _per_100(
    base: Base, catchments: Catchments, before: Float64, sites: Sites, is_fresh: Bool, found: TravelTimes
) -> Float64:
    """Measure again the points in the catchment of a site that changed; the others keep their score."""
    n = len(base.reached.sites.table)
    size = sites.open_size
    is_changed = is_fresh[:n] | (size[:n] != base.reached.sites.open_size).any(axis=1)
    fresh_weights = trip_weights(found, catchments.impedance)
    is_touched = np.zeros(len(before), dtype=bool)
    is_touched[_rows_of(base.weights_by_site, np.flatnonzero(is_changed))] = True
    is_touched[_rows_of(fresh_weights.tocsc(), np.arange(fresh_weights.shape[1]))] = True
    rows = np.flatnonzero(is_touched)
    if not len(rows):
        return before
    # Columns in the order of `sites`, so that the sums are those of a full recomputation to the last digit.
    import scipy.sparse

    weights = scipy.sparse.hstack([catchments.weights[rows], fresh_weights[rows]], format="csr")
    demand = np.append(catchments.demand_in_reach, fresh_weights.T @ catchments.demand)
    column = np.arange(len(sites.table))
    column[is_fresh] = n + np.arange(int(is_fresh.sum()))
    ratios = np.zeros((weights.shape[1], size.shape[1]))
    people = demand[column][:, None]
    ratios[column] = np.divide(size, people, out=np.zeros(size.shape), where=people > 0)
    if is_fresh[:n].any():
        weights = weights[:, column]
        weights.sort_indices()
        ratios = ratios[column]
    scores = before.copy()
    scores[rows] = 100.0 * (weights @ ratios)
    return scores


def _rows_of(by_column: Any, columns: Rows) -> Rows:  # noqa: ANN401 - scipy.sparse
    """Return the rows that hold something in some columns of a csc array."""
    parts = [by_column.indices[by_column.indptr[c] : by_column.indptr[c + 1]] for c in columns]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.intp)
