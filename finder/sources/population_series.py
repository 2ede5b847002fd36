"""The years that Statbel's table by commune lacks, estimated and flagged, in a table of their own.

Years whose regions are counted get every age; later years only the ages 0 to 5. The year that the births lead to is in
:mod:`finder.sources.nowcast_table`.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.demand import estimate_children, estimate_year
from finder.capacity.nowcast import Counts, Shrinkage, choose_shrinkage, expected_ages
from finder.sources.catalog import Dataset
from finder.sources.estimates import ESTIMATED_YEAR, estimate_ages_2024, round_to_sum
from finder.sources.licences import STATBEL
from finder.sources.writers import write_parquet

PATH: Final = "tables/population_estimated.parquet"


def build_population_series(
    by_age: pd.DataFrame, regions: pd.DataFrame, births: pd.DataFrame, counts: Counts, out_dir: Path
) -> list[Dataset]:
    """Write the estimated years below ``out_dir``; see :func:`estimate_missing_years` for the tables."""
    table = estimate_missing_years(by_age, regions, births, counts)
    write_parquet(table.astype({"year": "int16", "age": "int16", "count": "int32"}), out_dir / PATH)
    years = table.groupby("year")["age"].max()
    whole, children = (", ".join(map(str, years.index[chosen])) for chosen in (years > 5, years <= 5))
    return [
        Dataset(
            "population_estimated",
            PATH,
            f"all ages {whole}; ages 0-5 {children} (1 January, estimated)",
            len(table),
            *STATBEL,
            "Statbel: population by age, regions, births; estimate of Finder (docs/population.md)",
            "estimated: never score a forecast on it; all ages sum to the counted regions to the unit",
        )
    ]


def estimate_missing_years(
    by_age: pd.DataFrame, regions: pd.DataFrame, births: pd.DataFrame, counts: Counts
) -> pd.DataFrame:
    """Return ``nis``, ``year``, ``age``, ``count``, ``basis`` (``estimated``) of the years not counted, sorted.

    Parameters
    ----------
    by_age, regions, births
        From :func:`~finder.sources.store.load_population_by_age`, ``load_population_region`` and ``load_births``.
    counts
        From :func:`~finder.sources.nowcast_table.counts_of`.
    """
    counted = by_age[by_age["basis"] == "observed"]
    ages = counted.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(counts.places.index)
    estimates = {}
    region_years = set(regions["year"])
    shrinkage = choose_shrinkage(counts)
    for year in range(min(counts.years), int(counts.births.columns.max()) + 1):
        if year in counts.years:
            continue
        if year in region_years:
            totals = regions[regions["year"] == year].pivot_table(
                index="age", columns="region", values="count", aggfunc="sum"
            )
            newborns = counts.births.get(year - 1)
            estimates[year] = estimate_year(ages, counts.places, totals, year, newborns=newborns)
        else:
            estimates[year] = _children(counted, births, counts, year, shrinkage)
    table = pd.concat(
        ages.rename_axis("nis").reset_index().melt(id_vars="nis", var_name="age", value_name="count").assign(year=year)
        for year, ages in estimates.items()
    ).astype({"age": "int64", "count": "int64"})
    table = table.sort_values(["nis", "year", "age"], ignore_index=True).assign(basis="estimated")
    return table[["nis", "year", "age", "count", "basis"]]


def _children(
    counted: pd.DataFrame, births: pd.DataFrame, counts: Counts, year: int, shrinkage: Shrinkage
) -> pd.DataFrame:
    if year == ESTIMATED_YEAR:
        # As in the commune figures: one estimate of a year, not two.
        total = counts.children_0_4[year].astype(float)
        ages = estimate_ages_2024(counted, births, total, counts.places["region"])
        rounded = ages.round()
        rounded[[0, 1, 2, 3, 4]] = np.apply_along_axis(round_to_sum, 1, ages[[0, 1, 2, 3, 4]].to_numpy())
        return rounded
    if year < int(counts.children_0_4.columns.max()):
        return estimate_children(counts, year, shrinkage)
    return expected_ages(counts, year, shrinkage).round()
