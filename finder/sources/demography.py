"""Figures per commune: people, children, women, births, income and households, each with its year and its basis."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.sources.catalog import Dataset
from finder.sources.communes import REGIONS
from finder.sources.estimates import ESTIMATED_YEAR, WOMEN_AGES, estimate_children_2024, estimate_women
from finder.sources.inputs import read_crosswalk, read_source_csv, to_2025
from finder.sources.licences import STATBEL
from finder.sources.population import read_population_by_age, read_population_region
from finder.sources.writers import write_csv
from finder.tables import COMMUNE_FIGURES, validate

FIGURES_PATH: Final = "tables/commune_figures.csv"
BIRTHS_PATH: Final = "tables/births.csv"
RECODED_NOTE: Final = "commune re-coded in 2019: the source reconstructed some 2017 values of these communes"


def build_figures(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the long table of commune figures below ``out_dir``; see ``docs/data.md`` for each figure."""
    by_age = read_population_by_age(source_dir)
    births = read_births(source_dir)
    parts = [
        count_ages(by_age),
        _women(source_dir, by_age),
        _figures_2024(source_dir, by_age, births),
        _income(source_dir),
        _lone_parents(source_dir),
        _low_education(source_dir),
    ]
    figures = pd.concat(parts, ignore_index=True).sort_values(["figure", "year", "nis"], ignore_index=True)
    figures = figures[list(COMMUNE_FIGURES.columns)]
    write_csv(validate(figures, COMMUNE_FIGURES), out_dir / FIGURES_PATH)
    return [
        Dataset(
            "commune_figures",
            FIGURES_PATH,
            "2009-2024, as each row says",
            len(figures),
            *STATBEL,
            "Statbel: population, fiscal income, census 2011, census 2021",
            "long table; women and the child ages of 2024 are estimated and flagged; empty = not published",
        )
    ]


def build_births(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the births by commune and calendar year below ``out_dir``; 12 cells are empty, as published."""
    births = read_births(source_dir)
    write_csv(births.astype({"births": "Int64"}), out_dir / BIRTHS_PATH)
    empty = int(births["births"].isna().sum())
    return [
        Dataset(
            "births",
            BIRTHS_PATH,
            "2017-2025",
            len(births),
            *STATBEL,
            "Statbel, population movement",
            f"live births by commune of residence; {empty} cells not published stay empty",
        )
    ]


def read_births(source_dir: Path) -> pd.DataFrame:
    """Return ``nis`` (2025), ``year``, ``births`` (missing where not published), ``basis``, ``note``, sorted."""
    years = range(2017, 2026)
    columns = [f"births_{year}" for year in years]
    raw = read_source_csv(source_dir, "admin/births_2017_2025.csv", ["nis", *columns], numbers=columns)
    long = raw.melt(id_vars="nis", value_vars=columns, var_name="year", value_name="births")
    long["year"] = long["year"].str.removeprefix("births_").astype("int64")
    crosswalk = read_crosswalk(source_dir, "2018")
    recoded = {new for old, new in crosswalk.items() if old != new and new != "82039"}
    doubtful = (long["year"] == min(years)) & long["nis"].isin(recoded)
    long["basis"] = "observed"
    long["note"] = long["births"].isna().map({True: "not published", False: None}).mask(doubtful, RECODED_NOTE)
    return long.sort_values(["nis", "year"], ignore_index=True)


def count_ages(by_age: pd.DataFrame) -> pd.DataFrame:
    """Return population, children 0-2.5, 0-4 and 0-5 of each commune and year as a long table.

    Children 0-2.5 = age0 + age1 + age2 / 2, ages in completed years on 1 January: the denominator that reproduces the
    coverage rates of IWEPS (the half of age 2 is inferred from that fit). Children 0-5 = ages 0 to 5 completed.
    """
    ages = by_age.pivot_table(index=["nis", "year"], columns="age", values="count", aggfunc="sum")
    wide = pd.DataFrame(
        {
            "population": ages.sum(axis=1),
            "children_0_2_5": ages[0] + ages[1] + ages[2] / 2,
            "children_0_4": ages[[0, 1, 2, 3, 4]].sum(axis=1),
            "children_0_5": ages[[0, 1, 2, 3, 4, 5]].sum(axis=1),
        }
    )
    long = wide.reset_index().melt(id_vars=["nis", "year"], var_name="figure", value_name="value")
    return long.assign(basis="observed", source="Statbel, population by single age, 1 January")


def read_region_of(source_dir: Path) -> "pd.Series[str]":
    """Return the region (``Wallonia``, ``Brussels``) of each commune of 2025, index ``nis``."""
    frame = read_source_csv(source_dir, "admin/commune_master.csv", ["nis_2025", "region"])
    return frame.drop_duplicates("nis_2025").set_index("nis_2025")["region"].map(REGIONS)


def _women(source_dir: Path, by_age: pd.DataFrame) -> pd.DataFrame:
    regions = read_population_region(source_dir)
    region_of = read_region_of(source_dir)
    parts = [
        estimate_women(by_age, regions, region_of, lowest=lowest, highest=highest).assign(figure=figure)
        for figure, (lowest, highest) in WOMEN_AGES.items()
    ]
    source = "Statbel, population by age x regional share of women by age"
    return pd.concat(parts, ignore_index=True).assign(basis="estimated", source=source)


def _figures_2024(source_dir: Path, by_age: pd.DataFrame, births: pd.DataFrame) -> pd.DataFrame:
    relative = "admin/population_0_4_2024.csv"
    numbers = ["pop_2024", "pop_0_4_2024"]
    raw = read_source_csv(source_dir, relative, ["nis", *numbers], numbers=numbers)
    raw = raw.assign(nis=_codes(raw["nis"], source_dir, what=relative))
    seen = raw.groupby("nis")[numbers].sum().astype(float)
    ages = estimate_children_2024(by_age, births, seen["pop_0_4_2024"], read_region_of(source_dir))
    observed = {"population": seen["pop_2024"], "children_0_4": seen["pop_0_4_2024"]}
    estimated = {"children_0_2_5": ages["children_0_2_5"], "children_0_5": ages["children_0_5"]}
    women = _women(source_dir, by_age)
    growth = seen["pop_2024"] / by_age[by_age["year"] == 2020].groupby("nis")["count"].sum()
    for figure in WOMEN_AGES:
        last = women[(women["figure"] == figure) & (women["year"] == 2020)].set_index("nis")["value"]
        estimated[figure] = (last * growth).round()
    sources = {
        "observed": "Statbel, population on 1 January 2024",
        "estimated": "2024 totals of Statbel, ages from births (children) or from 2020 (women)",
    }
    return pd.concat(
        [
            values.rename("value")
            .rename_axis("nis")
            .reset_index()
            .assign(figure=figure, year=ESTIMATED_YEAR, basis=basis, source=sources[basis])
            for basis, figures in (("observed", observed), ("estimated", estimated))
            for figure, values in figures.items()
        ],
        ignore_index=True,
    )


def _income(source_dir: Path) -> pd.DataFrame:
    relative = "admin/fiscal_income_2005_2013.csv"
    numbers = ["CD_YEAR", "MS_TOT_NET_TAXABLE_INC", "MS_TOT_RESIDENTS"]
    old = read_source_csv(source_dir, relative, ["nis_2019", *numbers], numbers=numbers)
    old = old[old["CD_YEAR"] == 2013]
    old = old.assign(nis=to_2025(old["nis_2019"], read_crosswalk(source_dir, "2019"), what=relative))
    sums = old.groupby("nis")[["MS_TOT_NET_TAXABLE_INC", "MS_TOT_RESIDENTS"]].sum()
    value_2013 = (sums["MS_TOT_NET_TAXABLE_INC"] / sums["MS_TOT_RESIDENTS"]).round(2)
    numbers = ["net_taxable_income_2023_eur", "pop_2024"]
    new = read_source_csv(source_dir, "admin/fiscal_income_2023_nis2025.csv", ["nis_2025", *numbers], numbers=numbers)
    value_2023 = (new["net_taxable_income_2023_eur"] / new["pop_2024"]).round(2).set_axis(new["nis_2025"])
    return pd.concat(
        [
            values.rename("value")
            .rename_axis("nis")
            .reset_index()
            .assign(
                figure="income_per_inhabitant_eur", year=year, basis="observed", source=f"Statbel, fiscal income {year}"
            )
            for year, values in ((2013, value_2013), (2023, value_2023))
        ],
        ignore_index=True,
    )


def _lone_parents(source_dir: Path) -> pd.DataFrame:
    relative = "admin/lone_parent_families_2011.csv"
    numbers = ["families", "lone_parent_families"]
    raw = read_source_csv(source_dir, relative, ["nis_2019", *numbers], numbers=numbers)
    raw = raw.assign(nis=to_2025(raw["nis_2019"], read_crosswalk(source_dir, "2019"), what=relative))
    sums = raw.groupby("nis")[numbers].sum()
    share = (sums["lone_parent_families"] / sums["families"]).round(4)
    frame = share.rename("value").reset_index()
    return frame.assign(
        figure="lone_parent_share", year=2011, basis="observed", source="Statbel, census 2011, families"
    )


def _low_education(source_dir: Path) -> pd.DataFrame:
    relative = "admin/population_0_4_2024.csv"
    numbers = ["pop_2024", "low_edu_share_2021"]
    raw = read_source_csv(source_dir, relative, ["nis", *numbers], numbers=numbers)
    raw = raw.assign(nis=_codes(raw["nis"], source_dir, what=relative))
    merged = raw["nis"].duplicated(keep=False)
    # Bastogne and Bertogne: the adults behind each share are not published, so people stand in for them.
    weighted = raw.assign(sum=raw["low_edu_share_2021"] * raw["pop_2024"])
    sums = weighted.groupby("nis")[["sum", "pop_2024"]].sum(min_count=1)
    frame = (sums["sum"] / sums["pop_2024"]).round(5).rename("value").reset_index()
    basis = frame["nis"].isin(raw.loc[merged, "nis"]).map({True: "estimated", False: "observed"})
    return frame.assign(figure="low_education_share", year=2021, basis=basis, source="Statbel, census 2021, education")


def _codes(codes: "pd.Series[str]", source_dir: Path, *, what: str) -> "pd.Series[str]":
    """Return 2025 codes of a table that may mix the codes of 2019 and 2025."""
    crosswalk = read_crosswalk(source_dir, "2019")
    return to_2025(codes, crosswalk | {new: new for new in crosswalk.values()}, what=what)
