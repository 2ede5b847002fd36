"""Access by zone: how many minutes people are from their nearest service, weighted by the right population.

Shares are shares of people, never of points. People who cannot reach any service within the network count in the
denominator of every share and in none of its numerators; they are left out of the mean and counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.geo.network import Bool, Float64

METHOD_VERSION = "access-1"
LIMITS_MIN: tuple[int, ...] = (10, 15, 20, 30, 45)
FLAG_SHARE = 0.01
"""A zone says that it touches a border once this share of its people have the border nearer than a service."""


@dataclass(frozen=True)
class PointQuality:
    """What to know of each demand point before trusting its minutes; every array has shape (n_points,).

    Attributes
    ----------
    is_far_snapped
        The point lies far from the network; its access leg is a guess.
    is_on_synthetic
        The way to the service rests on links that are not mapped roads.
    border_min
        Minutes to the outer limit of the area, beyond which services are not known; inf where not reached.
    """

    is_far_snapped: Bool
    is_on_synthetic: Bool
    border_min: Float64


def weighted_quantile(values: npt.ArrayLike, weights: npt.ArrayLike, share: float) -> float:
    """Return the smallest value that at least ``share`` of the weight does not exceed.

    Parameters
    ----------
    values
        Shape (n,), in any unit; inf sorts last.
    weights
        Shape (n,), not negative.
    share
        Between 0 and 1.

    Returns
    -------
    float
        Inverse of the weighted empirical distribution (lower quantile); nan when the weights sum to 0.
    """
    value = np.asarray(values, dtype=np.float64)
    weight = np.asarray(weights, dtype=np.float64)
    total = weight.sum()
    if not total > 0:
        return float("nan")
    order = np.argsort(value, kind="stable")
    cumulated = np.cumsum(weight[order])
    # The tolerance keeps a share that is met exactly from being missed by a rounding of the last digits.
    position = int(np.searchsorted(cumulated, share * total * (1 - 1e-12)))
    return float(value[order][min(position, len(value) - 1)])


def access_by_zone(
    minutes: npt.ArrayLike,
    people: npt.ArrayLike,
    zones: Sequence[str] | pd.Series,
    quality: PointQuality,
    *,
    limits_min: Sequence[int] = LIMITS_MIN,
) -> pd.DataFrame:
    """Summarise minutes to a service by zone, weighted by people.

    Parameters
    ----------
    minutes
        Shape (n,): minutes from each demand point to its service (nearest or k-th nearest), inf where not reachable.
    people
        Shape (n,): people at each point (women 15-49 for maternities).
    zones
        Shape (n,): zone of each point (a commune's NIS code, a province, one constant for the whole area).
    quality
        What is uncertain about each point.
    limits_min
        Limits of the shares, inclusive.

    Returns
    -------
    DataFrame
        Indexed by zone, sorted: ``people``, ``points_count``, ``mean_min`` (of those who can reach a service),
        ``median_min`` and ``p90_min`` (of all; inf when they fall among people who cannot), ``share_<limit>`` per
        limit, ``unreachable_people``, ``unreachable_points_count``, ``far_snapped_count``, ``synthetic_share``,
        ``border_share`` (people whose way to the border is no longer than to the service), ``touches_border``.
        A zone without people has nan for every figure but the counts.
    """
    frame = pd.DataFrame(
        {
            "zone": np.asarray(zones),
            "minutes": np.asarray(minutes, dtype=np.float64),
            "people": np.asarray(people, dtype=np.float64),
            "far": quality.is_far_snapped,
            "synthetic": quality.is_on_synthetic,
            "border": quality.border_min,
        }
    )
    rows = {zone: _summary(group, limits_min) for zone, group in frame.groupby("zone", sort=True)}
    result = pd.DataFrame.from_dict(rows, orient="index")
    result.index.name = "zone"
    counts = ["points_count", "unreachable_points_count", "far_snapped_count"]
    return result.astype(dict.fromkeys(counts, "int64") | {"touches_border": "bool"})


def _summary(group: pd.DataFrame, limits_min: Sequence[int]) -> dict[str, float | int | bool]:
    minutes = group["minutes"].to_numpy()
    people = group["people"].to_numpy()
    total = people.sum()
    reached = np.isfinite(minutes)
    border_nearer = group["border"].to_numpy() <= minutes
    border_share = weighted_share(people, border_nearer & np.isfinite(group["border"].to_numpy()))
    return {
        "people": total,
        "points_count": len(group),
        "mean_min": float(np.average(minutes[reached], weights=people[reached]))
        if people[reached].sum() > 0
        else float("nan"),
        "median_min": weighted_quantile(minutes, people, 0.5),
        "p90_min": weighted_quantile(minutes, people, 0.9),
        **{f"share_{limit}": weighted_share(people, minutes <= limit) for limit in limits_min},
        "unreachable_people": people[~reached].sum(),
        "unreachable_points_count": int((~reached).sum()),
        "far_snapped_count": int(group["far"].sum()),
        "synthetic_share": weighted_share(people, group["synthetic"].to_numpy()),
        "border_share": border_share,
        "touches_border": border_share >= FLAG_SHARE,
    }


def weighted_share(people: Float64, mask: Bool) -> float:
    """Return the share of ``people`` (shape (n,)) where ``mask`` holds; nan when there is nobody."""
    total = people.sum()
    return float(people[mask].sum() / total) if total > 0 else float("nan")


def people_with_longer_way(
    before_min: npt.ArrayLike,
    after_min: npt.ArrayLike,
    people: npt.ArrayLike,
    zones: Sequence[str] | pd.Series,
    *,
    more_than_min: Sequence[int] = (5, 10, 15),
) -> pd.DataFrame:
    """Count the people whose way to the nearest service grew by more than so many minutes.

    Parameters
    ----------
    before_min, after_min
        Shape (n,): minutes to the nearest service of the two dates, inf where not reachable.
    people, zones
        Shape (n,): people at each demand point and its zone.
    more_than_min
        Limits; the growth must be larger (strictly), as in the published statements.

    Returns
    -------
    DataFrame
        Indexed by zone: ``longer_than_<limit>`` people. A point that lost its last reachable service counts in
        every column; one that never had any counts in none.
    """
    before = np.asarray(before_min, dtype=np.float64)
    after = np.asarray(after_min, dtype=np.float64)
    growth = np.where(np.isfinite(before), after - np.where(np.isfinite(before), before, 0.0), 0.0)
    weight = np.asarray(people, dtype=np.float64)
    columns = {f"longer_than_{limit}": np.where(growth > limit, weight, 0.0) for limit in more_than_min}
    frame = pd.DataFrame({"zone": np.asarray(zones), **columns})
    return frame.groupby("zone", sort=True).sum()
