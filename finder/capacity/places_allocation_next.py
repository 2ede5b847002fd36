"""Where the next places should go, seven at a time, and how sure that is.

Two declared objectives. Both give a value to each step of seven places in a commune, and no step is worth more than the
one before it in the same commune:

``furthest`` (the agreement of 25 May 2022: new places first where communes are furthest from 33 places at
    income-related tariffs per 100 children). A step is worth the distance from the target before it.
``children``
    A step is worth the children it brings within the target: ``100 / target`` per place, as far as places are lacking.
    Between equals the commune furthest from its target comes first.

**Why taking the best step each time is optimal.** The value of an allocation is a sum over communes of concave
functions of the steps there. Any N steps are worth at most the N largest values of all; these form an allocation, since
the values of a commune never rise (Fox, Operations Research 14, 1966; Ibaraki and Katoh, Resource Allocation Problems,
1988).

**``furthest`` also leaves the lowest rate as high as N steps can.** If another allocation left a higher lowest rate, it
would give more steps to the commune that is lowest under ours, so fewer to some other; there it stops at or below the
rate at which that commune got its last step from us, which was the lowest of all then and so no higher than our lowest
now.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from finder.capacity.facility_sizes import GROUP
from finder.errors import AllocationError, first_ids

METHOD_VERSION: Final = "next places 1"

Objective = Literal["furthest", "children"]


@dataclass(frozen=True, eq=False)
class NextPlaces:
    """Steps of seven places in their order.

    Attributes
    ----------
    steps
        One row per step, the first one first: ``area``, ``step`` (1, 2, ... in its area), ``gain`` (value of the step
        under the objective), ``rate_before`` and ``rate_after`` (places per 100 children).
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
    places: "pd.Series[float]",
    children: "pd.Series[float]",
    *,
    new_places: int,
    target_per_100: float,
    objective: Objective = "furthest",
) -> NextPlaces:
    """Return the steps that serve the objective best, none beyond the target of its area.

    Parameters
    ----------
    places
        Places that count towards the target, by area, >= 0.
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
    have, people = _checked(places, children)
    if objective not in get_args(Objective):
        raise AllocationError(f"Unknown objective {objective!r}: choose one of {', '.join(get_args(Objective))}.")
    if not (np.isfinite(target_per_100) and target_per_100 > 0):
        raise AllocationError(f"A target of {target_per_100} places per 100 children: give one above 0.")
    if new_places < 0:
        raise AllocationError(f"{new_places} places to give: give 0 or more.")
    count = _step_counts(have, people, target_per_100)
    position = np.repeat(np.arange(len(have)), count)
    step = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
    before = 100 * (have[position] + GROUP * step) / people[position]
    after = 100 * (have[position] + GROUP * (step + 1)) / people[position]
    if objective == "furthest":
        gain = target_per_100 - before
    else:
        lacking = people[position] * (target_per_100 - before) / 100
        gain = np.minimum(GROUP, lacking) * 100 / target_per_100
    # Rounded, so that gains equal but for the last digit are equal and the order never hangs on it.
    order = np.lexsort((step, position, np.round(before, 9), -np.round(gain, 9)))[: new_places // GROUP]
    steps = pd.DataFrame(
        {
            "area": places.index[position[order]],
            "step": step[order] + 1,
            "gain": gain[order],
            "rate_before": before[order],
            "rate_after": after[order],
        }
    )
    given = GROUP * np.bincount(position[order], minlength=len(have))
    return NextPlaces(
        steps=steps,
        places=pd.Series(given, index=places.index, name="places_added"),
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
    """Return the places that each draw of the supply would give each area.

    Parameters
    ----------
    draws
        Places by area, one column per draw.
    children, new_places, target_per_100, objective
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
            draws[draw], children, new_places=new_places, target_per_100=target_per_100, objective=objective
        ).places
        for draw in draws
    }
    return pd.DataFrame(given, index=draws.index)


def missing_places(
    places: "pd.Series[float]", children: "pd.Series[float]", target_per_100: float
) -> "pd.Series[float]":
    """Return the places each area lacks to its target; 0 where it is met, index of ``places``."""
    have, people = _checked(places, children)
    lacking = np.maximum(people * target_per_100 / 100 - have, 0.0)
    return pd.Series(lacking, index=places.index, name="missing_places")


def _step_counts(
    have: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    people: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    target_per_100: float,
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    lacking = people * target_per_100 / 100 - have
    steps: np.ndarray[tuple[int], np.dtype[np.int64]] = np.ceil(np.maximum(lacking, 0.0) / GROUP - 1e-9).astype(
        np.int64
    )
    return np.maximum(steps, 0)


def _checked(
    places: "pd.Series[float]", children: "pd.Series[float]"
) -> "tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]":
    if not places.index.is_unique or not children.index.is_unique:
        raise AllocationError("An area stands twice among the places or the children: add its rows up.")
    unmatched = places.index.symmetric_difference(children.index).tolist()
    if unmatched:
        raise AllocationError(f"{first_ids(unmatched)} stand in only one of places and children; give both.")
    both = pd.DataFrame({"places": places, "children": children.reindex(places.index)})
    numbers = both.to_numpy(dtype=np.float64)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0)).all(axis=1)
    if wrong.any():
        raise AllocationError(
            f"Places or children of {first_ids(places.index[wrong].tolist())} are no numbers of 0 or more: correct "
            "them."
        )
    return numbers[:, 0], numbers[:, 1]
