"""Places needed to come: forecast children, modelled places, published projects."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder import settings
from finder.answers.forecast import ForecastDesk
from finder.capacity.forecast_path import Scenario
from finder.capacity.forecast_series import REGIONS
from finder.capacity.places_needed import (
    TAKE_UP_PCT,
    children_of_housing,
    children_per_dwelling,
    first_gap_years,
    gaps,
    rank_by_agreement,
    supply_by_year,
)
from finder.errors import SeriesError
from finder.sources import store

PLAN_OPEN_YEAR: Final = 2027
"""First 1 January on which the projects of Plan Equilibre are taken to be open: most sources give no date."""
PRESENT: Final = "present"
MODELLED_NOTE: Final = (
    "Places of today are modelled from published totals except where a commune's own figure is known."
)
PLAN_NOTE: Final = (
    f"Planned: projects of Plan Equilibre named in the press, taken to open by 1 January {PLAN_OPEN_YEAR}; the list is "
    "incomplete."
)
GERMAN_NOTE: Final = "The nine German-speaking communes are outside ONE: no places are known for them."


@dataclass(frozen=True)
class NeedAnswer:
    """Need, places and gap.

    Attributes
    ----------
    table
        Columns of :func:`finder.capacity.places_needed.gaps` for years after the last full count, and for today.
    first_years
        First year of a gap that is real with a probability of 80 %, by ``nis``.
    notes
        What must be said with it.
    """

    table: pd.DataFrame
    first_years: "pd.Series[int]"
    notes: list[str]


def places_needed(
    desk: ForecastDesk,
    *,
    to: int,
    scenario: Scenario = "central",
    take_up: str | float = "33",
    children_per_place: float = 1.0,
    changes: pd.DataFrame | None = None,
    housing: pd.DataFrame | None = None,
) -> NeedAnswer:
    """Return need, places and gap of every commune to a year.

    Parameters
    ----------
    desk
        Forecasts of a data folder.
    to
        Last 1 January.
    scenario
        Regional path.
    take_up
        ``33`` or ``45``, ``present`` (the commune's places per child of today) or a percentage.
    children_per_place
        Children who share a place over the week.
    changes
        Openings and closings beside Plan Equilibre: ``nis``, ``year``, ``places``.
    housing
        Projects: ``nis``, ``year``, ``dwellings``.

    Raises
    ------
    SeriesError
        If the take-up is unknown or a change is of an unknown commune.
    """
    children = desk.table(to=to, scenario=scenario)
    first = min(desk.series.origin + 1, desk.present.year)
    children = children[(children["level"] == "commune") & (children["year"] >= first)]
    years = sorted(int(year) for year in children["year"].unique())
    modelled = store.load_modelled_places(desk.data_dir).reindex(list(desk.series.nis))
    today = children[children["year"] == desk.present.year].set_index("area")["children"]
    every = planned_projects(desk.data_dir)
    if changes is not None:
        every = pd.concat([every, changes[["nis", "year", "places"]]], ignore_index=True)
    supply = supply_by_year(modelled["places_total"].astype("float64"), every, years)
    added = None
    if housing is not None:
        region = pd.Series([REGIONS[position] for position in desk.series.region], index=list(desk.series.nis))
        population = pd.Series(desk.series.population[-1], index=list(desk.series.nis))
        added = children_of_housing(housing, children_per_dwelling(today, population, region), years)
    table = gaps(
        children,
        supply,
        take_up_pct=_take_up(take_up, modelled["places_total"].astype("float64"), today),
        children_per_place=children_per_place,
        supply_reach=_reach_of_places(modelled),
        added_children=added,
    )
    notes = [*desk.notes(to=to, scenario=scenario), MODELLED_NOTE, PLAN_NOTE, GERMAN_NOTE]
    return NeedAnswer(table, first_gap_years(table[table["year"] >= desk.present.year]), notes)


def rank_communes(desk: ForecastDesk, *, year: int, scenario: Scenario = "central") -> pd.DataFrame:
    """Rank communes by how far a year's children leave them from 33 places at income-related tariffs per 100 children.

    Subsidised places are those of today, modelled unless a commune's own figure is known; planned ones are added.

    Parameters
    ----------
    desk
        Forecasts of a data folder.
    year
        1 January, after the present.
    scenario
        Regional path.

    Returns
    -------
    DataFrame
        As :func:`finder.capacity.places_needed.rank_by_agreement`.
    """
    table = desk.table(to=year, scenario=scenario)
    children = table[(table["level"] == "commune") & (table["year"] == year)].set_index("area")["children"]
    subsidised = store.load_modelled_places(desk.data_dir)["places_subsidised"].astype("float64")
    supply = supply_by_year(subsidised, planned_projects(desk.data_dir), [year])
    return rank_by_agreement(children, supply[year])


def planned_projects(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the projects of Plan Equilibre as openings: ``nis``, ``year``, ``places``.

    Rows without a commune or a number are left out. A reallocation counts only where the commune has no other project
    with a number, for it may be the same one under another name.
    """
    path = (data_dir or settings.data_dir()) / "tables" / "plan_equilibre_projects.csv"
    raw = pd.read_csv(path, dtype={"nis": "str"})
    known = raw[raw["nis"].notna() & raw["places"].notna()]
    is_moved = known["kind"] == "reallocation"
    kept = known[~is_moved | ~known["nis"].isin(known.loc[~is_moved, "nis"])]
    return kept[["nis", "places"]].assign(year=PLAN_OPEN_YEAR)[["nis", "year", "places"]].reset_index(drop=True)


def _take_up(
    take_up: str | float, places: "pd.Series[float]", children: "pd.Series[float]"
) -> "float | pd.Series[float]":
    if take_up == PRESENT:
        rate = 100 * places / children.reindex(places.index)
        return rate.where(rate > 0)
    if take_up in TAKE_UP_PCT:
        return TAKE_UP_PCT[str(take_up)]
    try:
        return float(take_up)
    except ValueError as error:
        known = ", ".join([*TAKE_UP_PCT, PRESENT])
        raise SeriesError(f"Unknown take-up {take_up!r}: choose {known} or a percentage.") from error


def _reach_of_places(modelled: pd.DataFrame) -> pd.DataFrame:
    """Return the logarithms ``below`` and ``above`` within which 80 % of modelled places lie; 0 without a spread."""
    names = ("total_p10", "places_total", "total_p90")
    low, middle, high = (modelled[name].astype("float64").clip(lower=0.5) for name in names)
    reach = pd.DataFrame({"below": (middle / low).map(np.log), "above": (high / middle).map(np.log)})
    return reach.clip(lower=0.0)
