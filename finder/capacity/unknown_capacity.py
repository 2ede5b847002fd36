"""Places per person where some capacities are not known: without these sites, and with imputed ones, side by side."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.accessibility import Accessibility, floating_catchment, prepare_catchments
from finder.capacity.amounts import as_amounts, rows_of_ids
from finder.capacity.impedance import Impedance
from finder.capacity.trip_weights import keep_destinations
from finder.errors import AmountError, first_ids
from finder.geo.travel_time import TravelTimes

IMPUTATION_RULE: Final = "median of the known capacities of the same kind"


@dataclass(frozen=True, eq=False)
class Imputed:
    """Capacities made whole.

    Attributes
    ----------
    capacity
        Index of the capacities given, no value missing.
    is_imputed
        Same index.
    rule
        How the missing ones were made.
    """

    capacity: pd.Series
    is_imputed: pd.Series
    rule: str = IMPUTATION_RULE

    @property
    def imputed_count(self) -> int:
        """Number of capacities that are not known."""
        return int(self.is_imputed.sum())


@dataclass(frozen=True, eq=False)
class BothWays:
    """The same measure without the sites of unknown capacity, and with imputed capacities.

    Attributes
    ----------
    excluded
        Only sites of known capacity exist.
    imputed
        Every site exists.
    unknown_site_ids
        Sites of unknown capacity.
    imputed_capacity
        Places the rule gave them, in all.
    rule
        The rule.
    """

    excluded: Accessibility
    imputed: Accessibility
    unknown_site_ids: list[object]
    imputed_capacity: float
    rule: str


def impute_by_kind(capacity: pd.Series, kinds: pd.Series) -> Imputed:
    """Return the capacities with each missing one replaced by the median of the known ones of its kind.

    Parameters
    ----------
    capacity
        Places >= 0, missing where not known, indexed by site.
    kinds
        Kind of each site, same ids in any order.

    Returns
    -------
    Imputed
        Index of ``capacity``.

    Raises
    ------
    AmountError
        If ids do not match, capacities are no amounts, or a site without capacity has no kind, or one of which no
        capacity is known.
    """
    places = pd.Series(as_amounts(capacity, "Capacity", may_be_missing=True), index=capacity.index, name=capacity.name)
    rows_of_ids(capacity.index, kinds.index.to_numpy(), "Capacity", table="the list of kinds")
    kind = kinds.reindex(capacity.index)
    median = places.groupby(kind).transform("median")
    is_imputed = places.isna()
    without_rule = is_imputed & median.isna()
    if without_rule.any():
        ids = places.index[without_rule].tolist()
        raise AmountError(
            f"Capacity: no known capacity of the same kind to impute from for {first_ids(ids)}. Exclude these sites."
        )
    return Imputed(capacity=places.fillna(median), is_imputed=is_imputed)


def with_and_without_unknown(
    times: TravelTimes,
    demand: pd.Series,
    capacity: pd.Series,
    kinds: pd.Series,
    *,
    impedance: Impedance,
    choice: Impedance | None = None,
) -> BothWays:
    """Return the measure both ways: unknown capacities excluded, and imputed.

    Excluded sites leave the table before the catchments are made: where people choose, nobody chooses them.

    Parameters
    ----------
    times, demand, impedance, choice
        As for :func:`finder.capacity.accessibility.prepare_catchments`.
    capacity
        Places >= 0, missing where not known, indexed by the ids of the table's columns in any order.
    kinds
        Kind of each site, same ids in any order.

    Returns
    -------
    BothWays
        ``excluded.sites`` has only the sites of known capacity.

    Raises
    ------
    AmountError, ThresholdError
        As the functions it calls.
    """
    full = impute_by_kind(capacity, kinds)
    columns = rows_of_ids(capacity.index, times.destination_ids, "Capacity")
    is_known = ~full.is_imputed
    keeps = np.zeros(len(times.destination_ids), dtype=bool)
    keeps[columns] = is_known
    known_only = prepare_catchments(keep_destinations(times, keeps), demand, impedance=impedance, choice=choice)
    everything = prepare_catchments(times, demand, impedance=impedance, choice=choice)
    return BothWays(
        excluded=floating_catchment(known_only, full.capacity[is_known]),
        imputed=floating_catchment(everything, full.capacity),
        unknown_site_ids=list(capacity.index[~is_known]),
        imputed_capacity=float(full.capacity[~is_known].sum()),
        rule=full.rule,
    )
