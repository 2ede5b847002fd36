"""Every measure a planner judges a commune by: central values, and one value per draw where the model speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import by_commune, children_at_points
from finder.answers.consultation_reach import ConsultationReach
from finder.answers.coverage import coverage_draws
from finder.answers.intervals import interval
from finder.answers.modelled import CENTRAL
from finder.answers.places_reach import PlacesReach
from finder.units import Mode

BEYOND_MIN: Final[Mapping[Mode, tuple[int, ...]]] = {"walk": (15, 20), "pram": (15, 20), "car": (15,)}
"""Minutes beyond which a consultation is far, by mode: columns ``share_beyond_<mode>_<minutes>``."""

FIGURES: Final[Mapping[str, str]] = {
    "income_per_inhabitant_eur": "income_eur",
    "lone_parent_share": "lone_parent_share",
    "low_education_share": "low_education_share",
    "population": "population",
}
"""Figures of ``commune_figures`` and what the definitions call them; the latest year of each counts."""


@dataclass(frozen=True)
class Measures:
    """Measures of the 271 communes that ONE serves.

    Attributes
    ----------
    table
        Index ``nis``: the value of every measure, children and the latest figures of the people; nan where unknown.
        Places are those of the central network; shares beyond a limit are the median of the draws, because the central
        network spreads consultations more evenly than any draw does.
    draws
        By measure that rests on the model: same index, one column per draw (1, 2, ...).
    """

    table: pd.DataFrame
    draws: Mapping[str, pd.DataFrame]

    def interval(self, measure: str) -> pd.DataFrame:
        """Return ``value``, ``p10`` and ``p90`` over the draws; all equal for a measure without draws."""
        value = self.table[measure]
        if measure not in self.draws:
            return pd.DataFrame({"value": value, "p10": value, "p90": value})
        return interval(value, self.draws[measure])

    def is_uncertain(self, measure: str) -> "pd.Series[bool]":
        """Return where the interval is wider than the value itself: such communes are drawn as uncertain."""
        bounds = self.interval(measure)
        wide: pd.Series[bool] = (bounds["p90"] - bounds["p10"]) > bounds["value"].abs()
        return wide


def measure_communes(
    atlas: Atlas,
    places: PlacesReach,
    consultations: Mapping[Mode, ConsultationReach],
    *,
    beyond_min: Mapping[Mode, tuple[int, ...]] = BEYOND_MIN,
) -> Measures:
    """Gather the measures of every commune that ONE serves.

    Parameters
    ----------
    atlas
        The data.
    places
        Places within reach.
    consultations
        Minutes to consultations, for every mode of ``beyond_min``.
    beyond_min
        Limits of the columns ``share_beyond_<mode>_<minutes>``.
    """
    year = places.question.year
    young = by_commune(children_at_points(atlas, year, "children_0_2_5"), atlas)
    measured = {
        **coverage_draws(atlas, year),
        "reachable_per_100": places.by_commune(atlas),
        **{
            f"share_beyond_{mode}_{limit}": consultations[mode].share_beyond(atlas, limit, year=year)
            for mode, limits in beyond_min.items()
            for limit in limits
        },
    }
    served = atlas.communes.index[~atlas.communes["is_german_community"]]
    table = pd.DataFrame({name: _typical(name, frame) for name, frame in measured.items()}).reindex(served)
    table["children_0_2_5"] = young
    table["children_0_5"] = by_commune(children_at_points(atlas, year, "children_0_5"), atlas)
    table["border_share"] = places.border_share(atlas)
    table = table.join(_figures(atlas))
    draws = {name: frame.drop(columns=CENTRAL).reindex(served) for name, frame in measured.items()}
    return Measures(table, draws)


def _typical(name: str, columns: pd.DataFrame) -> "pd.Series[float]":
    if name.startswith("share_beyond"):
        return columns.drop(columns=CENTRAL).median(axis=1)
    return columns[CENTRAL]


def _figures(atlas: Atlas) -> pd.DataFrame:
    rows = atlas.commune_figures[atlas.commune_figures["figure"].isin(FIGURES)].dropna(subset=["value"])
    latest = rows.sort_values("year").drop_duplicates(["nis", "figure"], keep="last")
    return _wide(latest, columns="figure").rename(columns=FIGURES)


def _wide(rows: pd.DataFrame, *, columns: str) -> pd.DataFrame:
    return rows.pivot_table(index="nis", columns=columns, values="value", aggfunc="sum")
