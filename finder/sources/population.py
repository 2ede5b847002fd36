"""Population by commune, region, single age and sex: the door through which Statbel's counts come in."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import SourceFileError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.inputs import read_crosswalk, read_source_csv, source_path, to_2025
from finder.sources.licences import STATBEL
from finder.sources.writers import write_parquet

BY_AGE_PATH: Final = "tables/population_by_age.parquet"
REGION_PATH: Final = "tables/population_region.parquet"
SINGLE_AGES: Final = "admin/population_single_age_2009_2020.parquet"
REGIONS: Final = {"BR": "Brussels", "WA": "Wallonia", "FL": "Flanders"}
SEXES: Final = {"Men": "men", "Women": "women"}
PUBLISHED: Final = "published"
SUMMED: Final = "summed from communes"
"""Basis of a region's counts: Statbel's own table, or an imported year of communes added up. Both are counted."""
OLDEST_AGE: Final = 100
"""The last class holds everyone of this age and over."""


def build_population(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the two population tables below ``out_dir``."""
    by_age = read_population_by_age(source_dir)
    write_parquet(by_age.astype({"year": "int16", "age": "int16", "count": "int32"}), out_dir / BY_AGE_PATH)
    regions = read_population_region(source_dir)
    write_parquet(regions.astype({"year": "int16", "age": "int16", "count": "int32"}), out_dir / REGION_PATH)
    return [
        Dataset(
            "population_by_age",
            BY_AGE_PATH,
            "2009-2015, 2019, 2020 (1 January)",
            len(by_age),
            *STATBEL,
            "Statbel, TF_SOC_POP_STRUCT",
            "codes of 2025; the German-speaking communes are in; no sex per commune; age 100 means 100 and over",
        ),
        Dataset(
            "population_region",
            REGION_PATH,
            "2006-2021 (1 January)",
            len(regions),
            *STATBEL,
            "Statbel, population by region, sex and age",
            "the three regions; fills the years that the communes' table lacks",
        ),
    ]


def read_population_by_age(source_dir: Path) -> pd.DataFrame:
    """Return ``nis`` (2025), ``year``, ``age``, ``count``, ``basis``, sorted; people on 1 January.

    Every commune and year has the ages 0 to 100; 100 means 100 and over.

    Raises
    ------
    SourceFileError
        If the file is no Parquet with these columns, or lacks an age altogether.
    """
    raw = read_single_ages(source_dir)
    raw = raw.assign(nis=to_2025(raw["nis"], read_crosswalk(source_dir, "2019"), what=SINGLE_AGES))
    wide = raw.pivot_table(index=["nis", "year"], columns="age", values="population", aggfunc="sum")
    lacking = [age for age in range(OLDEST_AGE + 1) if age not in wide.columns]
    if lacking:
        raise SourceFileError(f"{SINGLE_AGES} must hold the ages 0 to {OLDEST_AGE}; it lacks {first_ids(lacking)}.")
    # The source leaves out an age nobody has: that is a count of zero, not an unknown.
    long = wide.fillna(0).astype("int64").reset_index().melt(id_vars=["nis", "year"], value_name="count")
    long = long.astype({"age": "int64"}).sort_values(["nis", "year", "age"], ignore_index=True)
    return long.assign(basis="observed")


def read_single_ages(source_dir: Path) -> pd.DataFrame:
    """Return ``year``, ``nis`` (codes of 2019: 281 communes), ``age``, ``population`` as published.

    Raises
    ------
    SourceFileError
        If the file is missing or is no Parquet with these columns.
    """
    path = source_path(source_dir, SINGLE_AGES)
    try:
        return pd.read_parquet(path, columns=["year", "nis", "age", "population"])
    except (OSError, ValueError, KeyError) as error:
        raise SourceFileError(f"{SINGLE_AGES} is not the expected Parquet file: {error}") from error


def read_population_region(source_dir: Path) -> pd.DataFrame:
    """Return ``region``, ``sex`` (``men``, ``women``), ``age``, ``year``, ``count``, ``basis``; sorted, 1 January."""
    relative = "admin/population_region_age_sex_2006_2021.csv"
    numbers = ["age", "year", "population"]
    raw = read_source_csv(source_dir, relative, ["region", "sex", *numbers], numbers=numbers)
    frame = pd.DataFrame(
        {
            "region": raw["region"].map(REGIONS),
            "sex": raw["sex"].map(SEXES),
            "age": raw["age"].astype("int64"),
            "year": raw["year"].astype("int64"),
            "count": raw["population"].astype("int64"),
        }
    )
    if frame.isna().any(axis=None):
        raise SourceFileError(f"{relative}: regions must be {', '.join(REGIONS)} and sexes {', '.join(SEXES)}.")
    return frame.sort_values(["region", "sex", "year", "age"], ignore_index=True).assign(basis=PUBLISHED)
