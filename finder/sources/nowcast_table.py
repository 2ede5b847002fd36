"""The table of children on 1 January after the last year of births, by commune: estimated, with an interval."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.capacity.nowcast import (
    CHILD_AGES,
    METHOD_VERSION,
    Counts,
    Judged,
    choose_shrinkage,
    expected_ages,
    fit_spread,
    judge,
    mean_error_pct,
)
from finder.sources.catalog import Dataset
from finder.sources.licences import STATBEL
from finder.sources.writers import write_csv
from finder.tables import BASES, COUNT, NIS, Column, Schema, validate

PATH: Final = "tables/children_nowcast.csv"
CHILDREN_NOWCAST: Final = Schema(
    "children_nowcast",
    {
        "nis": NIS,
        "year": Column("int", low=2021, high=2040),
        "children_0_2_5": COUNT,
        "children_0_2_5_p10": COUNT,
        "children_0_2_5_p90": COUNT,
        "children_0_5": COUNT,
        "children_0_5_p10": COUNT,
        "children_0_5_p90": COUNT,
        "basis": Column("str", choices=BASES),
        "method": Column("str"),
        "note": Column("str", nullable=True),
    },
    key=("nis", "year"),
)


def counts_of(by_age: pd.DataFrame, births: pd.DataFrame, figures: pd.DataFrame, communes_281: pd.DataFrame) -> Counts:
    """Return what the nowcast needs of the derived tables, communes in the order of their codes.

    Parameters
    ----------
    by_age, births, figures, communes_281
        From :func:`~finder.sources.store.load_population_by_age`, ``load_births``, ``load_commune_figures`` and
        ``load_children_by_commune_281`` (for the arrondissement of each commune).
    """
    places = communes_281.drop_duplicates("nis").set_index("nis")[["arrondissement", "region"]].sort_index()
    observed = by_age[(by_age["basis"] == "observed") & by_age["age"].isin(CHILD_AGES)]
    totals = figures[(figures["figure"] == "children_0_4") & (figures["basis"] == "observed")]
    return Counts(
        observed.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(places.index),
        births.astype({"births": "float64"})
        .pivot_table(index="nis", columns="year", values="births", dropna=False)
        .reindex(places.index),
        totals.pivot_table(index="nis", columns="year", values="value").reindex(places.index),
        places,
    )


def build_nowcast(counts: Counts, out_dir: Path) -> list[Dataset]:
    """Write the children of 1 January after the last year of births below ``out_dir``; counted if that day was."""
    year = int(counts.births.columns.max()) + 1
    judged = judge(counts, int(counts.before(year).children_0_4.columns.max()))
    table = nowcast_table(counts, judged, year)
    write_csv(validate(table, CHILDREN_NOWCAST), out_dir / PATH)
    if year in counts.years:
        note = "counted: the bounds are the count itself"
        source = "Statbel, TF_SOC_POP_STRUCT"
        return [Dataset("children_nowcast", PATH, f"{year}-01-01 (counted)", len(table), *STATBEL, source, note)]
    error = mean_error_pct(judged.expected, judged.observed)
    return [
        Dataset(
            "children_nowcast",
            PATH,
            f"{year}-01-01 (estimated)",
            len(table),
            *STATBEL,
            "Statbel: births, population by age; estimate of Finder (docs/population.md)",
            f"estimated with 80 % intervals; judged on the 0-4 of {judged.year}: mean error {error:.2f} %",
        )
    ]


def nowcast_table(counts: Counts, judged: Judged, year: int) -> pd.DataFrame:
    """Return the columns of :data:`CHILDREN_NOWCAST` for ``year``, sorted by ``nis``.

    Children 0-2.5 = age0 + age1 + age2 / 2, to the half; 0-5 to the child. Bounds follow from the errors in ``judged``;
    a year that has been counted is given as counted, both bounds the count itself.
    """
    is_counted = year in counts.years
    spread = fit_spread(judged.expected, judged.observed)
    ages = (
        pd.DataFrame({age: counts.ages[(year, age)] for age in CHILD_AGES})
        if is_counted
        else expected_ages(counts, year, choose_shrinkage(counts.before(year)))
    )
    table = pd.DataFrame({"nis": ages.index, "year": year})
    for figure, children, step in (
        ("children_0_2_5", ages[0] + ages[1] + ages[2] / 2, 0.5),
        ("children_0_5", ages[list(CHILD_AGES)].sum(axis=1), 1.0),
    ):
        bounds = pd.DataFrame({"low": children, "high": children}) if is_counted else spread.bounds(children)
        for name, values in ((figure, children), (f"{figure}_p10", bounds["low"]), (f"{figure}_p90", bounds["high"])):
            table[name] = (values.to_numpy() / step).round() * step
    if is_counted:
        return table.assign(basis="observed", method="count", note=None)
    lacking = counts.births[[year - 1 - age for age in CHILD_AGES]].isna()
    notes = [", ".join(str(column) for column in row.index[row]) for _, row in lacking.iterrows()]
    return table.assign(
        basis="estimated",
        method=METHOD_VERSION,
        note=pd.Series(
            [f"births of {years} not published: mean of the years beside" if years else None for years in notes]
        ),
    )
