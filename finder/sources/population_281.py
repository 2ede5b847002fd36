"""Observed counts of the 281 communes of before 2025: what a forecast is judged on.

The product speaks of the 280 communes of 2025, where Bastogne and Bertogne are one (82039). A backtest of earlier years
needs them apart, as Statbel published them. Nothing in this table is estimated.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import SourceFileError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.communes import REGIONS
from finder.sources.inputs import read_source_csv
from finder.sources.licences import STATBEL
from finder.sources.population import read_single_ages
from finder.sources.writers import write_parquet

PATH: Final = "tables/children_by_commune_281.parquet"
LAST_AGE: Final = 54
"""Ages above are in ``population`` only: ten years on, those of 55 are past the ages of parents."""
CHILD_AGES: Final = range(5)
ADULT_AGES: Final = range(15, 50)


def build_population_281(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the observed counts of the 281 communes below ``out_dir``."""
    table = read_population_281(source_dir)
    whole = [name for name in table.columns if name.startswith(("age_", "children", "adults", "population"))]
    write_parquet(table.astype(dict.fromkeys(whole, "Int32") | {"year": "int16"}), out_dir / PATH)
    return [
        Dataset(
            "children_by_commune_281",
            PATH,
            "2009-2015, 2019, 2020, 2024 (1 January)",
            len(table),
            *STATBEL,
            "Statbel, TF_SOC_POP_STRUCT; population on 1 January 2024",
            "observed only, codes of 2019 (Bastogne and Bertogne apart); of 2024 only the population and the 0-4",
        )
    ]


def read_population_281(source_dir: Path) -> pd.DataFrame:
    """Return one row per commune of before 2025 and year, sorted by ``nis_old`` and ``year``.

    Returns
    -------
    DataFrame
        ``nis_old`` (code of 2019), ``nis`` (2025), ``year``, ``arrondissement`` (code of 2019), ``region``,
        ``age_0`` ... ``age_54``, ``children_0_4``, ``adults_15_49`` (both sexes), ``population``: people on 1 January.
        In 2024 the single ages and the adults are missing, for they are not published here.

    Raises
    ------
    SourceFileError
        If a file is missing or broken, or a commune is not in the list of communes.
    """
    ages = read_single_ages(source_dir).pivot_table(index=["nis", "year"], columns="age", values="population")
    ages = ages.fillna(0).astype("int64")
    counted = ages[range(LAST_AGE + 1)].add_prefix("age_").astype("Int64")
    counted["children_0_4"] = ages[list(CHILD_AGES)].sum(axis=1)
    counted["adults_15_49"] = ages[list(ADULT_AGES)].sum(axis=1)
    counted["population"] = ages.sum(axis=1)
    frame = pd.concat([counted.reset_index(), _read_2024(source_dir)], ignore_index=True)
    places = read_source_csv(source_dir, "admin/commune_master.csv", ["nis_2019", "nis_2025", "arr_2019", "region"])
    places = places.rename(columns={"nis_2019": "nis_old", "nis_2025": "nis", "arr_2019": "arrondissement"})
    frame = frame.rename(columns={"nis": "nis_old"}).merge(places, on="nis_old", how="left", validate="many_to_one")
    unknown = frame.loc[frame["nis"].isna(), "nis_old"].unique().tolist()
    if unknown:
        raise SourceFileError(f"Population of communes that admin/commune_master.csv lacks: {first_ids(unknown)}.")
    frame = frame.assign(region=frame["region"].map(REGIONS)).sort_values(["nis_old", "year"], ignore_index=True)
    return frame[["nis_old", "nis", "year", "arrondissement", "region", *counted.columns]]


def _read_2024(source_dir: Path) -> pd.DataFrame:
    numbers = ["pop_2024", "pop_0_4_2024"]
    raw = read_source_csv(source_dir, "admin/population_0_4_2024.csv", ["nis", *numbers], numbers=numbers)
    renamed = raw.rename(columns={"pop_2024": "population", "pop_0_4_2024": "children_0_4"}).assign(year=2024)
    return renamed.astype({"population": "Int64", "children_0_4": "Int64"})
