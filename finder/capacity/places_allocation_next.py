"""Where the next places should go, seven at a time.

What stands in a commune is known by one count, or by many draws of a model. Both declared objectives give a value to
each step of seven places in a commune, its mean over the draws:

``furthest`` (the agreement of 25 May 2022: new places first where communes are furthest from 33 places at
    income-related tariffs per 100 children). A step is worth the distance from the target before it, 0 where it is met.
``children``
    A step is worth the children it brings within the target: ``100 / target`` per place, as far as places are lacking.
    Between equals the commune with the lowest rate comes first.

**Why taking the best step each time is optimal.** In every draw a step is worth no more than the one before it in the
same commune, so the mean is not either: the value of an allocation is a sum over communes of concave functions of the
steps there. Any N steps are worth at most the N largest values of all; these form an allocation, since the values of a
commune never rise (Fox, Operations Research 14, 1966; Ibaraki and Katoh, Resource Allocation Problems, 1988).

**With one count, ``furthest`` also leaves the lowest rate as high as N steps can.** If another allocation left a higher
lowest rate, it would give more steps to the commune that is lowest under ours, so fewer to some other; there it stops
at or below the rate at which that commune got its last step from us, which was the lowest of all then and so no higher
than our lowest now.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.facility_sizes import GROUP
from finder.errors import AllocationError, first_ids

METHOD_VERSION: Final = "next places 1"

Floats = npt.NDArray[np.float64]
Objective = Literal["furthest", "children"]


@dataclass(frozen=True, eq=False)
class NextPlaces:
    """Steps of seven places in their order.

    Attributes
    ----------
    steps
        One row per step, the first one first: ``area``, ``step`` (1, 2, ... in its area), ``gain`` (value of the step
        under the objective), ``rate_before`` and ``rate_after`` (places per 100 children, means over the draws).
    places
        By area, in the given order: places added.
    left_places
        Places that no area below its target was left to take, and what does not fill a step.
    objective
        What was maximised.
    """

    steps: pd.DataFrame
    places: "pd.Series[int]"
    left_places: int
    objective: Objective
    method: str = METHOD_VERSION


def next_places(
    draws: pd.DataFrame,
    children: "pd.Series[float]",
    *,
    new_places: int,
    target_per_100: float,
    objective: Objective = "furthest",
) -> NextPlaces:
    """Return the steps that serve the objective best on average, none where the target is met in every draw.

    Parameters
    ----------
    draws
        Places that count towards the target, >= 0: by area, one column per draw; one column is one count.
    children
        Children of 0 to 2.5 years, same index; an area without children gets nothing.
    new_places
        Places to give, >= 0, in steps of seven. The last step in an area may pass its target.
    target_per_100
        Places per 100 children, > 0.
    objective
        See above.

    Raises
    ------
    AllocationError
        If amounts are none, ids do not match, or the objective is unknown.
    """
    have, people = _checked(draws, children)
    if objective not in get_args(Objective):
        raise AllocationError(f"Unknown objective {objective!r}: choose one of {', '.join(get_args(Objective))}.")
    if not (np.isfinite(target_per_100) and target_per_100 > 0):
        raise AllocationError(f"A target of {target_per_100} places per 100 children: give one above 0.")
    if new_places < 0:
        raise AllocationError(f"{new_places} places to give: give 0 or more.")
    lacking = people[:, None] * target_per_100 / 100 - have
    count = np.maximum(np.ceil(lacking.max(axis=1, initial=0.0) / GROUP - 1e-9), 0).astype(np.int64)
    count = np.minimum(count, new_places // GROUP)
    position = np.repeat(np.arange(len(have)), count)
    step = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
    still = np.maximum(lacking[position] - GROUP * step[:, None], 0.0)
    if objective == "furthest":
        gain = (100 * still / people[position, None]).mean(axis=1)
    else:
        gain = (np.minimum(GROUP, still) * 100 / target_per_100).mean(axis=1)
    middle = have.mean(axis=1)[position] + GROUP * step
    before, after = (100 * (middle + extra) / people[position] for extra in (0, GROUP))
    # Rounded, so that gains equal but for the last digit are equal and the order never hangs on it.
    order = np.lexsort((step, position, np.round(before, 9), -np.round(gain, 9)))[: new_places // GROUP]
    steps = pd.DataFrame(
        {
            "area": draws.index[position[order]],
            "step": step[order] + 1,
            "gain": gain[order],
            "rate_before": before[order],
            "rate_after": after[order],
        }
    )
    given = GROUP * np.bincount(position[order], minlength=len(have))
    return NextPlaces(
        steps=steps,
        places=pd.Series(given, index=draws.index, name="places_added"),
        left_places=int(new_places - given.sum()),
        objective=objective,
    )


def next_places_draws(
    draws: pd.DataFrame,
    children: "pd.Series[float]",
    *,
    new_places: int,
    target_per_100: float,
    objective: Objective = "furthest",
) -> pd.DataFrame:
    """Return the places each area would get if a draw were the truth and known.

    Parameters
    ----------
    draws, children, new_places, target_per_100, objective
        As for :func:`next_places`.

    Returns
    -------
    DataFrame
        Index and columns of ``draws``: places added.

    Raises
    ------
    AllocationError
        As :func:`next_places`.
    """
    given = {
        draw: next_places(
            draws[[draw]], children, new_places=new_places, target_per_100=target_per_100, objective=objective
        ).places
        for draw in draws
    }
    return pd.DataFrame(given, index=draws.index)


def missing_places(draws: pd.DataFrame, children: "pd.Series[float]", target_per_100: float) -> pd.DataFrame:
    """Return the places each area lacks to its target in each draw; 0 where it is met. Index and columns of ``draws``.

    Raises
    ------
    AllocationError
        If amounts are none or ids do not match.
    """
    have, people = _checked(draws, children)
    lacking = np.maximum(people[:, None] * target_per_100 / 100 - have, 0.0)
    return pd.DataFrame(lacking, index=draws.index, columns=draws.columns)


def _checked(draws: pd.DataFrame, children: "pd.Series[float]") -> tuple[Floats, Floats]:
    if not draws.index.is_unique or not children.index.is_unique:
        raise AllocationError("An area stands twice among the places or the children: add its rows up.")
    unmatched = draws.index.symmetric_difference(children.index).tolist()
    if unmatched:
        raise AllocationError(f"{first_ids(unmatched)} stand in only one of places and children; give both.")
    if not len(draws.columns):
        raise AllocationError("No count and no draw of the places was given.")
    have = np.asarray(draws, dtype=np.float64)
    people = np.asarray(children.reindex(draws.index), dtype=np.float64)
    wrong = ~(np.isfinite(have) & (have >= 0)).all(axis=1) | ~(np.isfinite(people) & (people >= 0))
    if wrong.any():
        ids = first_ids(draws.index[wrong].tolist())
        raise AllocationError(f"Places or children of {ids} are no numbers of 0 or more: correct them.")
    return have, people
