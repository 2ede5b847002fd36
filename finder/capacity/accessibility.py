"""Places per person once everybody competes for them: floating catchment areas (2SFCA, E2SFCA, 3SFCA).

The weights of the trips and the demand of each catchment are prepared once; any number of capacities then costs one
sparse product each.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.amounts import as_amounts, rows_of_ids
from finder.capacity.impedance import Binary, Impedance
from finder.capacity.trip_weights import trip_weights
from finder.errors import AmountError, first_ids
from finder.geo.travel_time import TravelTimes

METHOD_VERSION: Final = "accessibility 1"
DRAWS_AT_ONCE: Final = 32


@dataclass(frozen=True, eq=False)
class Catchments:
    """Weights and demand, ready for any capacities.

    Attributes
    ----------
    weights
        ``scipy.sparse.csr_array``, shape (n_origins, n_sites): ``W_ij``, or ``G_ij W_ij`` in three steps.
    origin_ids
        Shape (n_origins,): rows, in the order of the demand given.
    site_ids
        Shape (n_sites,): columns, in the order of the travel-time table.
    demand
        Shape (n_origins,): ``P_i``.
    demand_in_reach
        Shape (n_sites,): ``sum_i w_ij P_i``; 0 for an empty catchment.
    impedance, choice
        What they were made with; no choice in two steps.
    """

    weights: Any
    origin_ids: pd.Index
    site_ids: pd.Index
    demand: npt.NDArray[np.float64]
    demand_in_reach: npt.NDArray[np.float64]
    impedance: Impedance
    choice: Impedance | None

    @property
    def is_empty(self) -> npt.NDArray[np.bool_]:
        """Shape (n_sites,): whether nobody lives in the catchment of the site."""
        return np.asarray(self.demand_in_reach == 0)

    @property
    def is_reachable(self) -> npt.NDArray[np.bool_]:
        """Shape (n_origins,): whether any site weighs something for the origin."""
        return np.asarray(np.diff(self.weights.indptr) > 0)

    def ratios(self, capacity: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return ``R_j``, places per person in reach; 0 for an empty catchment.

        Parameters
        ----------
        capacity
            Shape (n_sites,) or (n_sites, n_draws), in the order of ``site_ids``.
        """
        people = self.demand_in_reach if capacity.ndim == 1 else self.demand_in_reach[:, None]
        return np.divide(capacity, people, out=np.zeros(capacity.shape), where=people > 0)


@dataclass(frozen=True, eq=False)
class Accessibility:
    """Scores of the origins and what became of the sites.

    Attributes
    ----------
    scores
        ``A_i``, places per person, indexed like the demand; 0 where nothing is in reach.
    is_reachable
        Indexed like the demand: whether any site that was counted weighs something.
    sites
        Indexed like the capacity: ``capacity``, ``demand_in_reach`` (weighted people), ``ratio`` (places per person in
        reach) and ``is_empty`` (nobody in its catchment: its places reach nobody and its ratio is 0).
    conserved_total
        ``sum_i A_i P_i``: equals ``capacity_in_reach`` but for rounding.
    capacity_in_reach
        Capacity of the sites that have demand in reach.
    impedance, choice, method
        How it was measured; no choice in two steps.
    """

    scores: pd.Series
    is_reachable: pd.Series
    sites: pd.DataFrame
    conserved_total: float
    capacity_in_reach: float
    impedance: Impedance
    choice: Impedance | None
    method: str = METHOD_VERSION

    @property
    def empty_site_ids(self) -> list[object]:
        """Ids of the sites whose catchment is empty."""
        return list(self.sites.index[self.sites["is_empty"]])


def prepare_catchments(
    times: TravelTimes, demand: pd.Series, *, impedance: Impedance, choice: Impedance | None = None
) -> Catchments:
    """Return weights and demand, ready for any capacities.

    Two steps, without ``choice``: ``w_ij = W_ij = f(t_ij)``. Three steps (Wan, Zou and Sternberg 2012), with the
    impedance itself as ``choice``: ``w_ij = G_ij W_ij`` with ``G_ij = W_ij / sum_k W_ik``, since people share
    themselves out among the sites they can choose from. Another ``choice`` gives ``G`` from its own weights, for
    instance when people also consider sites beyond the catchment.

    Parameters
    ----------
    times
        Rows are origins, columns sites.
    demand
        ``P_i`` >= 0, people, indexed by the ids of the table's rows in any order.
    impedance
        ``f``; its limit must lie within the cutoff of the table.
    choice
        Weights by which people choose among sites, within the same cutoff; None for two steps.

    Returns
    -------
    Catchments
        Rows in the order of ``demand``, columns in that of the table.

    Raises
    ------
    AmountError
        If ids do not match or demand is no amount.
    ThresholdError
        If a limit is beyond the cutoff, or minutes are negative or NaN.
    """
    people = as_amounts(demand, "Demand")
    rows = rows_of_ids(demand.index, times.origin_ids, "Demand")
    weights = trip_weights(times, impedance)
    if choice == impedance:
        weights.data *= _shares(weights)
    elif choice is not None:
        chosen = trip_weights(times, choice)
        chosen.data = _shares(chosen)
        weights = weights.multiply(chosen).tocsr()
    if not np.array_equal(rows, np.arange(len(rows))):
        weights = weights[rows]
    return Catchments(
        weights=weights,
        origin_ids=demand.index,
        site_ids=pd.Index(times.destination_ids),
        demand=people,
        demand_in_reach=weights.T @ people,
        impedance=impedance,
        choice=choice,
    )


def _shares(weights: Any) -> npt.NDArray[np.float64]:  # noqa: ANN401
    """Share of an origin's people that chooses each site, in the order of the stored weights."""
    shares: npt.NDArray[np.float64] = np.repeat(weights.sum(axis=1), np.diff(weights.indptr))
    np.divide(weights.data, shares, out=shares)
    return shares


def floating_catchment(catchments: Catchments, capacity: pd.Series) -> Accessibility:
    """Return places per person: ``R_j = S_j / sum_i w_ij P_i`` and ``A_i = sum_j w_ij R_j``.

    Luo and Wang (2003) with binary weights, Luo and Qi (2009) with others. Every place that somebody reaches is shared
    out once: ``sum_i A_i P_i = sum_j S_j`` over the sites with demand in reach.

    Parameters
    ----------
    catchments
        From :func:`prepare_catchments`.
    capacity
        ``S_j`` >= 0, places, indexed by the ids of the sites in any order. Missing values are refused: see
        :mod:`finder.capacity.unknown_capacity`.

    Returns
    -------
    Accessibility
        Scores indexed like the demand, sites like ``capacity``.

    Raises
    ------
    AmountError
        If ids do not match or capacities are no amounts.
    """
    given = as_amounts(capacity, "Capacity")
    columns = rows_of_ids(capacity.index, catchments.site_ids.to_numpy(), "Capacity")
    places = np.empty(len(given))
    places[columns] = given
    ratios = catchments.ratios(places)
    scores = catchments.weights @ ratios
    sites = pd.DataFrame(
        {
            "capacity": given,
            "demand_in_reach": catchments.demand_in_reach[columns],
            "ratio": ratios[columns],
            "is_empty": catchments.is_empty[columns],
        },
        index=capacity.index,
    )
    return Accessibility(
        scores=pd.Series(scores, index=catchments.origin_ids, name="places_per_person"),
        is_reachable=pd.Series(catchments.is_reachable, index=catchments.origin_ids, name="is_reachable"),
        sites=sites,
        conserved_total=float(scores @ catchments.demand),
        capacity_in_reach=float(places[~catchments.is_empty].sum()),
        impedance=catchments.impedance,
        choice=catchments.choice,
    )


def floating_catchment_draws(catchments: Catchments, draws: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the scores for many draws of the capacities.

    Parameters
    ----------
    catchments
        From :func:`prepare_catchments`.
    draws
        Shape (n_sites, n_draws): places >= 0, rows in the order of ``catchments.site_ids``.

    Returns
    -------
    numpy.ndarray
        Shape (n_origins, n_draws), float64, rows in the order of ``catchments.origin_ids``. Column by column what
        :func:`floating_catchment` gives for that draw. A few draws are worked on at once: beside the result little
        memory is taken.

    Raises
    ------
    AmountError
        If the shape is another, or a value is negative, infinite or NaN.
    """
    if draws.ndim != 2 or len(draws) != len(catchments.site_ids):
        raise AmountError(f"Draws of shape {draws.shape} for {len(catchments.site_ids)} sites: one row per site.")
    is_bad = ~(np.isfinite(draws) & (draws >= 0)).all(axis=1)
    if is_bad.any():
        ids = catchments.site_ids[is_bad].tolist()
        raise AmountError(f"Draws: negative, infinite or missing places for sites {first_ids(ids)}. Correct them.")
    scores = np.empty((len(catchments.origin_ids), draws.shape[1]))
    for first in range(0, draws.shape[1], DRAWS_AT_ONCE):
        some = slice(first, first + DRAWS_AT_ONCE)
        scores[:, some] = catchments.weights @ catchments.ratios(draws[:, some].astype(np.float64))
    return scores


def two_step(times: TravelTimes, demand: pd.Series, capacity: pd.Series, *, limit_min: float) -> Accessibility:
    """Return 2SFCA: everybody within the limit counts alike (Luo and Wang 2003).

    Parameters
    ----------
    times, demand, capacity
        As for :func:`prepare_catchments` and :func:`floating_catchment`.
    limit_min
        Inclusive, > 0.

    Raises
    ------
    AmountError, ThresholdError
        As these.
    """
    return floating_catchment(prepare_catchments(times, demand, impedance=Binary(limit_min)), capacity)


def enhanced_two_step(
    times: TravelTimes, demand: pd.Series, capacity: pd.Series, *, impedance: Impedance
) -> Accessibility:
    """Return E2SFCA: the longer the trip, the less it counts, in both steps (Luo and Qi 2009).

    Parameters
    ----------
    times, demand, capacity, impedance
        As for :func:`prepare_catchments` and :func:`floating_catchment`.

    Raises
    ------
    AmountError, ThresholdError
        As these.
    """
    return floating_catchment(prepare_catchments(times, demand, impedance=impedance), capacity)


def three_step(
    times: TravelTimes,
    demand: pd.Series,
    capacity: pd.Series,
    *,
    impedance: Impedance,
    choice: Impedance | None = None,
) -> Accessibility:
    """Return 3SFCA: people share themselves out among the sites in reach (Wan, Zou and Sternberg 2012).

    Parameters
    ----------
    times, demand, capacity, impedance
        As for :func:`prepare_catchments` and :func:`floating_catchment`.
    choice
        Weights by which people choose among sites; default the impedance.

    Raises
    ------
    AmountError, ThresholdError
        As these.
    """
    catchments = prepare_catchments(times, demand, impedance=impedance, choice=choice or impedance)
    return floating_catchment(catchments, capacity)
