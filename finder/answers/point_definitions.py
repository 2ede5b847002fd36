"""Demand points judged by several definitions of underserved, in every draw of the modelled network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finder.answers.consultation_reach import ConsultationReach
from finder.answers.intervals import HIGH, LOW
from finder.answers.modelled import CENTRAL
from finder.answers.places_reach import PlacesReach
from finder.capacity.certainty import DrawnFlags, DrawnRule, certainty, gather_rules, judge_rule
from finder.capacity.definitions import CHILDREN, POINT_DEFINITIONS, BelowQuantile, Definition
from finder.errors import MeasureError
from finder.geo.network import Float32
from finder.units import Mode

DEFAULT_POINT_KEYS: Final = ("crowded", "lowest_fifth", "farther_walk_20", "farther_car_15")
"""One definition of each kind, as for communes: walk and pram, 15 and 20 minutes ask nearly the same."""

POINTS_AGREE: Final = 3
"""Definitions that must agree at a point. Two of the four count places and two consultations, so both are missing."""


@dataclass(frozen=True)
class JudgedPoints:
    """Demand points under every definition of points.

    Attributes
    ----------
    places
        Places within reach.
    consultations
        Minutes to the nearest consultation, by mode.
    rules
        Each definition in every draw, by key.
    """

    places: PlacesReach
    consultations: Mapping[Mode, ConsultationReach]
    rules: Mapping[str, DrawnRule]

    def shares(self) -> pd.DataFrame:
        """Return by point the share of the draws in which each definition holds; columns are the keys."""
        return pd.DataFrame({key: rule.share() for key, rule in self.rules.items()})

    def summary(self, children: "pd.Series[float]", *, keys: Sequence[str], at_least: int) -> pd.DataFrame:
        """Say how many children each definition concerns, and how sure that is place by place.

        Parameters
        ----------
        children
            Children by point, same index.
        keys, at_least
            As for :meth:`together`.

        Returns
        -------
        DataFrame
            Indexed by the definitions, then ``agreement``: ``children`` (mean of the draws), ``children_p10``,
            ``children_p90``, and the children of the points in which it is ``certain_yes``, ``likely``, ``unsure``.
        """
        weight, rows = children.to_numpy(dtype="float64"), {}
        for rule in (*self.rules.values(), self.together(keys, at_least=at_least).agreement):
            drawn = pd.Series(weight @ rule.holds)
            sure = children.groupby(certainty(rule.share())).sum()
            rows[rule.key] = {
                "children": drawn.mean(),
                "children_p10": drawn.quantile(LOW),
                "children_p90": drawn.quantile(HIGH),
                **{name: float(sure.get(name, 0.0)) for name in ("certain_yes", "likely", "unsure")},
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def together(self, keys: Sequence[str], *, at_least: int) -> DrawnFlags:
        """Return some definitions together, and where so many of them hold.

        Raises
        ------
        MeasureError
            If a definition was not judged, or ``at_least`` is not between 1 and their number.
        """
        unknown = [key for key in keys if key not in self.rules]
        if unknown or not keys:
            raise MeasureError(f"Points are not judged by {unknown or 'no definition'}: choose of {list(self.rules)}.")
        return gather_rules([self.rules[key] for key in keys], at_least=at_least)


def judge_points(
    places: PlacesReach,
    consultations: Mapping[Mode, ConsultationReach],
    *,
    definitions: Sequence[Definition | BelowQuantile] = POINT_DEFINITIONS,
) -> JudgedPoints:
    """Judge every demand point by every definition in every draw.

    Parameters
    ----------
    places
        Places within reach.
    consultations
        Minutes to the nearest consultation, by each mode of the definitions.
    definitions
        Definitions of points.

    Raises
    ------
    MeasureError
        If a definition asks for a mode that is not given.
    """
    points = places.children.index
    drawn = {"reachable_per_100": _draws(places.per_100, points)}
    drawn |= {f"minutes_{mode}": _draws(reach.minutes, points) for mode, reach in consultations.items()}
    table = pd.DataFrame({CHILDREN: places.children} | {name: draws.iloc[:, 0] for name, draws in drawn.items()})
    # Only what a definition measures is handed over: a table of 18,988 points is not copied sixty times in vain.
    rules = {
        rule.key: judge_rule(table, {name: draws for name, draws in drawn.items() if name == rule.measure}, rule)
        for rule in definitions
    }
    return JudgedPoints(places, consultations, rules)


def _draws(values: Float32, points: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values[:, CENTRAL + 1 :].astype("float64"), index=points)
