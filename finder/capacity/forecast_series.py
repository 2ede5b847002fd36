"""What a forecast may know: observed counts by commune, year and age, cut at an origin."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.errors import SeriesError, first_ids

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AGES: Final = 55
"""Single ages 0 to 54: fifteen years on, those of 55 are past the ages of parents."""
REGIONS: Final = ("Wallonia", "Brussels", "Flanders")
"""Flanders has no communes here; its series helps to choose how a region's rate moves."""
SEXES: Final = ("men", "women")


@dataclass(frozen=True, eq=False)
class PopulationSeries:
    """Observed population on 1 January; nothing estimated is in it but the region years said to be.

    Attributes
    ----------
    nis
        Codes of the n communes.
    arrondissement
        Code of the arrondissement of each commune.
    region
        Position of each commune's region in :data:`REGIONS`, shape (n,).
    years
        Years observed by commune, ascending, with gaps.
    counts
        People by year, commune and single age 0-54, shape (years, n, 55).
    population
        People of all ages, shape (years, n).
    region_years
        Years of the regions, ascending, without gaps.
    region_counts
        People by year, region, sex and single age 0-54, shape (region years, 3, 2, 55). A region without communes may
        end earlier than the others: it is missing (nan) from there on.
    region_estimated
        Those of ``region_years`` that lie between two counts and were estimated from both
        (:mod:`finder.capacity.forecast_regions`): a series cut in between would know of the later one.
    """

    nis: tuple[str, ...]
    arrondissement: tuple[str, ...]
    region: Ints
    years: tuple[int, ...]
    counts: Floats
    population: Floats
    region_years: tuple[int, ...]
    region_counts: Floats
    region_estimated: tuple[int, ...] = ()

    @property
    def origin(self) -> int:
        """Last year observed by commune."""
        return self.years[-1]

    @cached_property
    def data_version(self) -> str:
        """Return twelve hexadecimal digits of the SHA-256 of every count: the same data, the same text."""
        digest = hashlib.sha256(repr((self.nis, self.years, self.region_years)).encode())
        for table in (self.counts, self.population, self.region_counts):
            digest.update(np.ascontiguousarray(table).tobytes())
        return digest.hexdigest()[:12]

    @cached_property
    def arrondissement_of(self) -> Ints:
        """Position of each commune's arrondissement among the sorted codes, shape (n,)."""
        return np.unique(self.arrondissement, return_inverse=True)[1].astype(np.int64)

    def until(self, year: int) -> "PopulationSeries":
        """Return what was known on 1 January of ``year``: nothing dated after it.

        Raises
        ------
        SeriesError
            If no year observed by commune, or fewer than two by region, remain.
        """
        kept = sum(y <= year for y in self.years)
        kept_region = sum(y <= year for y in self.region_years)
        if kept == 0 or kept_region < 2:
            raise SeriesError(f"Nothing observed up to {year}: communes begin in {self.years[0]}.")
        return replace(
            self,
            years=self.years[:kept],
            counts=self.counts[:kept],
            population=self.population[:kept],
            region_years=self.region_years[:kept_region],
            region_counts=self.region_counts[:kept_region],
            region_estimated=tuple(y for y in self.region_estimated if y <= year),
        )

    def at(self, year: int) -> Floats:
        """Return the counts of a year, shape (n, 55).

        Raises
        ------
        SeriesError
            If the year is not observed by commune.
        """
        if year not in self.years:
            raise SeriesError(f"{year} is not observed by commune; there are {', '.join(map(str, self.years))}.")
        found: Floats = self.counts[self.years.index(year)]
        return found

    def region_at(self, year: int) -> Floats:
        """Return the regional counts of a year, shape (3, 2, 55)."""
        found: Floats = self.region_counts[self.region_years.index(year)]
        return found


def series_from_tables(
    by_age: pd.DataFrame,
    places: pd.DataFrame,
    regions: pd.DataFrame,
    population: pd.DataFrame,
    *,
    region_estimated: tuple[int, ...] = (),
) -> PopulationSeries:
    """Return the series of validated tables.

    Parameters
    ----------
    by_age
        Columns ``nis``, ``year``, ``age`` (single, at least 0-54), ``count``: observed only.
    places
        Index ``nis``; columns ``arrondissement`` and ``region`` (a name of :data:`REGIONS`).
    regions
        Columns ``region``, ``sex``, ``age``, ``year``, ``count``; a region without communes may end earlier.
    population
        Columns ``nis``, ``year``, ``population``: people of all ages.
    region_estimated
        Years of ``regions`` that are estimated.

    Raises
    ------
    SeriesError
        If a count is negative, a commune, year or age is missing or doubled, or a region total disagrees with its
        communes by more than a person per commune.
    """
    nis = tuple(sorted(places.index))
    years = tuple(sorted(int(y) for y in by_age["year"].unique()))
    counts = _cube(by_age[by_age["age"] < AGES], ("year", "nis", "age"), (years, nis, range(AGES)))
    totals = _cube(population[population["year"].isin(years)], ("year", "nis"), (years, nis), value="population")
    region_years = tuple(range(int(regions["year"].min()), int(regions["year"].max()) + 1))
    regional = _regional(regions[regions["age"] < AGES], region_years, set(places["region"]))
    region = np.array([REGIONS.index(places["region"][code]) for code in nis], dtype=np.int64)
    series = PopulationSeries(
        nis,
        tuple(places["arrondissement"][code] for code in nis),
        region,
        years,
        counts,
        totals,
        region_years,
        regional,
        region_estimated,
    )
    _check_totals(series)
    return series


def _regional(regions: pd.DataFrame, years: tuple[int, ...], with_communes: set[str]) -> Floats:
    table = np.full((len(years), len(REGIONS), len(SEXES), AGES), np.nan)
    for position, name in enumerate(REGIONS):
        part = regions[regions["region"] == name]
        is_shorter = name not in with_communes and len(part) > 0
        kept = tuple(year for year in years if not is_shorter or year <= part["year"].max())
        found = _cube(part, ("year", "region", "sex", "age"), (kept, (name,), SEXES, range(AGES)))
        table[: len(kept), position] = found[:, 0]
    return table


def _cube(
    frame: pd.DataFrame, keys: tuple[str, ...], levels: tuple[Sequence[object], ...], *, value: str = "count"
) -> Floats:
    """Return the long table as an array with one axis per key."""
    if frame.duplicated(list(keys)).any():
        doubled = frame.loc[frame.duplicated(list(keys)), list(keys)].astype(str).agg("/".join, axis=1)
        raise SeriesError(f"Rows given twice ({', '.join(keys)}): {first_ids(doubled.tolist())}.")
    if (frame[value] < 0).any():
        raise SeriesError(f"Negative counts: {first_ids(frame.index[frame[value] < 0].tolist())}.")
    index = pd.MultiIndex.from_product(levels, names=list(keys))
    wide = frame.set_index(list(keys))[value].reindex(index)
    if wide.isna().any():
        holes = ["/".join(map(str, key)) for key in wide.index[wide.isna()]]
        raise SeriesError(f"Counts missing ({', '.join(keys)}): {first_ids(holes)}.")
    return wide.to_numpy(dtype=np.float64).reshape([len(level) for level in levels])


def _check_totals(series: PopulationSeries) -> None:
    for year in series.years:
        if year not in series.region_years:
            continue
        children = series.at(year)[:, :3].sum(axis=1)
        for position in np.unique(series.region):
            members = series.region == position
            published = float(series.region_at(year)[position, :, :3].sum())
            if abs(children[members].sum() - published) > members.sum():
                raise SeriesError(
                    f"{REGIONS[position]} {year}: its communes have {children[members].sum():.0f} children of 0-2, "
                    f"the region's table {published:.0f}. Import both tables of the same year."
                )
