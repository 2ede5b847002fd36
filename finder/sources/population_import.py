"""Next year's people and births, from the publisher's own files into the derived tables.

Whatever is wrong with a file is one named error and nothing is written; what can be put right without doubt is put
right and told. Every file that an import changes is kept first, so that :func:`undo_import` can put it back.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import DatasetNotFoundError, SourceFileError, first_ids
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import FILE_NAME, USERS_FOLDER, Dataset, read_catalog, write_catalog
from finder.sources.demography import BIRTHS_PATH, FIGURES_PATH, count_ages
from finder.sources.estimates import WOMEN_AGES
from finder.sources.nowcast_table import build_nowcast, counts_of
from finder.sources.population import BY_AGE_PATH, PUBLISHED, REGION_PATH, SUMMED
from finder.sources.population_files import Population, read_births_file, read_statbel_population
from finder.sources.population_series import build_population_series
from finder.sources.writers import write_csv, write_parquet
from finder.tables import COMMUNE_FIGURES, validate

YEARLY_CHANGE: Final = 0.04
"""The most a region has gained in a year of our data is 2.7 % (Brussels, 2010): beyond this it is no such file."""
BIRTHS_CHANGE: Final = 0.15
"""The births of a region's communes have never changed by half as much in a year of our data."""
COMMUNE_CHANGE: Final = 0.15
"""The most a commune has gained in a year of our data is 4.5 % (2010), the most it has lost 1.6 %."""
NOBODY_LIMIT: Final = 25
"""People of an age who cannot all be gone: no more than 11 ever were from one count of our data to the next."""
BIRTHS_DEVIATIONS: Final = 10.0
"""In square roots of the births before: the births of a commune have moved by 5.4 at most in a year of our data."""
PREVIOUS: Final = f"{USERS_FOLDER}/before_last_import"
ABSENT: Final = "absent.txt"
"""Names the files that were not there before the import."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did or, on a dry run, would do.

    Parameters
    ----------
    what
        ``"population"`` or ``"births"``.
    years
        Years that the file brings.
    total
        People or births in Wallonia and Brussels.
    repairs
        What was put right, in sentences.
    changed
        Files written, relative to the data folder; none on a dry run.
    """

    what: str
    years: tuple[int, ...]
    total: int
    repairs: tuple[str, ...]
    changed: tuple[str, ...]


def import_population(
    path: Path, data_dir: Path, *, year: int | None = None, replace: bool = False, dry_run: bool = False
) -> ImportReport:
    """Add one year of people by commune and single age, and renew what depends on them.

    Population by age, Wallonia and Brussels by sex and age (unless published), the commune figures of the year (women
    are then counted, not estimated), the estimated years and the nowcast are renewed together. The demand points and
    the 281 communes of the backtest keep their years.

    Parameters
    ----------
    path
        Statbel's file, zipped or not.
    data_dir
        Folder of the derived data.
    year
        1 January of this year; default what the file or its name says.
    replace
        Allow a year that is there already.
    dry_run
        Do everything but the writing.

    Raises
    ------
    SourceFileError
        Naming what is wrong with the file; nothing has changed.
    """
    by_age = store.load_population_by_age(data_dir)
    found = read_statbel_population(path, _old_codes(data_dir), year=year)
    if (by_age["year"] == found.year).any() and not replace:
        raise SourceFileError(f"{path.name}: people of {found.year} are there already; use --replace to take the new.")
    _check_births_reach(path.name, found.year, data_dir)
    repairs = (*found.repairs, *_compare_regions(path.name, found, data_dir))
    _check_communes_level(path.name, found, by_age)
    ages = found.people.groupby(["nis", "age"], as_index=False)["count"].sum().assign(year=found.year, basis="observed")
    merged = pd.concat([by_age[by_age["year"] != found.year], ages[list(by_age.columns)]])
    merged = merged.sort_values(["nis", "year", "age"], ignore_index=True)
    figures = _with_year(store.load_commune_figures(data_dir), found, ages)
    changed = _store(
        data_dir,
        {
            "population_by_age": (BY_AGE_PATH, merged.astype({"year": "int16", "age": "int16", "count": "int32"})),
            "commune_figures": (FIGURES_PATH, validate(figures, COMMUNE_FIGURES)),
        }
        | _regions_with(found, data_dir),
        version=f"{found.year} imported",
        dry_run=dry_run,
    )
    return ImportReport("population", (found.year,), int(found.people["count"].sum()), repairs, changed)


def import_births(path: Path, data_dir: Path, *, replace: bool = False, dry_run: bool = False) -> ImportReport:
    """Add live births by commune (CSV with the columns ``nis,year,births``; empty = not published), renew the nowcast.

    See :func:`import_population` for the parameters and errors.
    """
    births = store.load_births(data_dir)
    new = read_births_file(path, set(births["nis"]))
    years = tuple(sorted(int(year) for year in new["year"].unique()))
    there = sorted(set(years) & set(births["year"]))
    if there and not replace:
        raise SourceFileError(f"{path.name}: births of {first_ids(there)} are there already; use --replace.")
    _check_births_level(path.name, births, new)
    new = new.assign(basis="observed", note=new["births"].isna().map({True: "not published", False: None}))
    merged = pd.concat([births[~births["year"].isin(years)], new[list(births.columns)]])
    merged = merged.sort_values(["nis", "year"], ignore_index=True)
    lacking = [year for year in range(merged["year"].min(), merged["year"].max()) if year not in set(merged["year"])]
    if lacking:
        raise SourceFileError(f"{path.name} would leave a hole: births of {first_ids(lacking)} come first.")
    changed = _store(
        data_dir, {"births": (BIRTHS_PATH, merged)}, version=f"{first_ids(years)} imported", dry_run=dry_run
    )
    empty = int(new["births"].isna().sum())
    repairs = (f"{empty} cells not published: the nowcast takes the years beside",) if empty else ()
    return ImportReport("births", years, int(new["births"].sum()), repairs, changed)


def undo_import(data_dir: Path) -> list[str]:
    """Put back every file as it was before the last import, and return their names.

    Raises
    ------
    DatasetNotFoundError
        If there is no import to undo.
    """
    kept = data_dir / PREVIOUS
    if not kept.is_dir():
        raise DatasetNotFoundError(f"No import to undo: {kept} is not there.")
    absent = (kept / ABSENT).read_text(encoding="utf-8").split()
    with staging_folder(data_dir) as staging:
        for source in sorted(path for path in kept.rglob("*") if path.is_file() and path.name != ABSENT):
            copy = staging / source.relative_to(kept)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        names = [name.as_posix() for name in publish(staging, data_dir)]
    for name in absent:
        (data_dir / name).unlink(missing_ok=True)
    shutil.rmtree(kept)
    return names + absent


def _old_codes(data_dir: Path) -> dict[str, str]:
    frame = store.load_children_by_commune_281(data_dir)
    return dict(zip(frame["nis_old"], frame["nis"], strict=True)) | {nis: nis for nis in frame["nis"]}


def _region_of(data_dir: Path) -> "pd.Series[str]":
    return store.load_children_by_commune_281(data_dir).drop_duplicates("nis").set_index("nis")["region"]


def _compare_regions(name: str, found: Population, data_dir: Path) -> tuple[str, ...]:
    """Return how the file differs from the region's published count; refuse a difference that no error explains."""
    totals = found.people.assign(region=found.people["nis"].map(_region_of(data_dir))).groupby("region")["count"].sum()
    regions = store.load_population_region(data_dir)
    is_year = (regions["year"] == found.year) & (regions["basis"] == PUBLISHED)
    published = regions[is_year].groupby("region")["count"].sum()
    figures = store.load_commune_figures(data_dir)
    people = figures[(figures["figure"] == "population") & (figures["basis"] == "observed")]
    near = people.loc[(people["year"] - found.year).abs().sort_values(kind="stable").index[:1], "year"].item()
    known = people[people["year"] == near].set_index("nis")["value"].groupby(_region_of(data_dir)).sum()
    repairs = []
    for region, total in zip(map(str, totals.index), totals, strict=True):
        if region in published.index:
            base, allowed, what = published[region], 0.001, f"the published count of {found.year}"
        else:
            years = max(abs(found.year - near), 1)
            base, allowed, what = known[region], years * YEARLY_CHANGE, f"the count of {near}"
        if abs(total / base - 1) > allowed:
            raise SourceFileError(
                f"{name}: {total:,} people in {region}, against {base:,.0f} in {what}: is it the year "
                f"{found.year}, and the whole file?"
            )
        if region in published.index and total != base:
            repairs.append(f"{region}: {total - base:+,} people against the region's published count; communes kept")
    return tuple(repairs)


def _regions_with(found: Population, data_dir: Path) -> dict[str, tuple[str, pd.DataFrame]]:
    """Return the regions' table with the year's Wallonia and Brussels; nothing where Statbel's own count is there."""
    regions = store.load_population_region(data_dir)
    is_year = regions["year"] == found.year
    if (is_year & (regions["basis"] == PUBLISHED)).any():
        return {}
    people = found.people.assign(region=found.people["nis"].map(_region_of(data_dir)))
    sums = people.groupby(["region", "sex", "age"], as_index=False)["count"].sum()
    merged = pd.concat([regions[~is_year], sums.assign(year=found.year, basis=SUMMED)[list(regions.columns)]])
    merged = merged.sort_values(["region", "sex", "year", "age"], ignore_index=True)
    typed = merged.astype({"year": "int16", "age": "int16", "count": "int32"})
    return {"population_region": (REGION_PATH, typed)}


def _check_births_reach(name: str, year: int, data_dir: Path) -> None:
    last = int(store.load_births(data_dir)["year"].max())
    if year > last + 1:
        raise SourceFileError(
            f"{name}: people of {year} need the births up to {year - 1}; there are those up to {last}. "
            "Run: finder data import-births"
        )


def _check_communes_level(name: str, found: Population, by_age: pd.DataFrame) -> None:
    """Refuse communes that no year can have changed so much, and ages that cannot be empty."""
    known = by_age[(by_age["basis"] == "observed") & (by_age["year"] != found.year)]
    near = min(map(int, known["year"].unique()), key=lambda other: (abs(other - found.year), other))
    before = known[known["year"] == near].set_index(["nis", "age"])["count"]
    after = found.people.groupby(["nis", "age"])["count"].sum()
    totals = [counts.groupby("nis").sum() for counts in (before, after)]
    allowed = COMMUNE_CHANGE * abs(found.year - near)
    far = (totals[1] / totals[0] - 1).abs() > allowed
    if far.any():
        raise SourceFileError(
            f"{name}: the people of {first_ids(far.index[far].tolist())} differ by more than {allowed:.0%} from those "
            f"of {near}: check these communes."
        )
    gone = before.index[(before >= NOBODY_LIMIT) & (after.reindex(before.index) == 0)]
    if len(gone):
        raise SourceFileError(
            f"{name} has holes: nobody, where {near} had {NOBODY_LIMIT} people or more (commune/age): "
            f"{first_ids([f'{nis}/{age}' for nis, age in gone])}."
        )


def _check_births_level(name: str, births: pd.DataFrame, new: pd.DataFrame) -> None:
    known = births.groupby("year")["births"].sum(min_count=1)
    for year, group in new.groupby("year"):
        near = min(known.index, key=lambda other: (abs(other - year), other))
        same = group.set_index("nis")["births"].dropna().index
        before = births[(births["year"] == near) & births["nis"].isin(same)]["births"].sum()
        after = group["births"].sum()
        if abs(after / before - 1) > BIRTHS_CHANGE * max(abs(year - near), 1):
            raise SourceFileError(f"{name}: {after:,} births in {year} against {before:,} in {near}: check the file.")
        old = births[births["year"] == near].set_index("nis")["births"].astype("float64")
        moved = (group.set_index("nis")["births"].astype("float64") - old).abs()
        far = moved > BIRTHS_DEVIATIONS * (old.clip(lower=1.0) * max(abs(year - near), 1)) ** 0.5
        if far.any():
            raise SourceFileError(
                f"{name}: the births of {first_ids(far.index[far].tolist())} in {year} are too far from those of "
                f"{near}: check these communes."
            )


def _with_year(figures: pd.DataFrame, found: Population, ages: pd.DataFrame) -> pd.DataFrame:
    women = [
        found.people[(found.people["sex"] == "women") & found.people["age"].between(lowest, highest)]
        .groupby("nis")["count"]
        .sum()
        .rename("value")
        .reset_index()
        .assign(
            figure=figure, year=found.year, basis="observed", source="Statbel, population by age and sex, 1 January"
        )
        for figure, (lowest, highest) in WOMEN_AGES.items()
    ]
    new = pd.concat([count_ages(ages), *women])
    old = figures[~((figures["year"] == found.year) & figures["figure"].isin(new["figure"].unique()))]
    merged = pd.concat([old, new[list(figures.columns)].astype({"value": float})])
    return merged.sort_values(["figure", "year", "nis"], ignore_index=True)


def _store(
    data_dir: Path, tables: dict[str, tuple[str, pd.DataFrame]], *, version: str, dry_run: bool
) -> tuple[str, ...]:
    """Write the tables, renew the estimates from them, catalogue all; keep what was there before."""
    catalog = read_catalog(data_dir)
    with staging_folder(data_dir) as staging:
        made = []
        for name, (relative, frame) in tables.items():
            (write_parquet if relative.endswith(".parquet") else write_csv)(frame, staging / relative)
            made.append(_renewed(catalog, name, version=version, rows=len(frame)))

        def newest(load: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
            try:
                return load(staging)
            except DatasetNotFoundError:
                return load(data_dir)

        counts = counts_of(
            newest(store.load_population_by_age),
            newest(store.load_births),
            newest(store.load_commune_figures),
            newest(store.load_children_by_commune_281),
        )
        made += build_population_series(
            newest(store.load_population_by_age),
            newest(store.load_population_region),
            newest(store.load_births),
            counts,
            staging,
        )
        made += build_nowcast(counts, staging)
        write_catalog(staging, staging / FILE_NAME, made, kept=catalog)
        if dry_run:
            return ()
        names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
        keep_for_undo(data_dir, names)
        publish(staging, data_dir)
    return tuple(names)


def _renewed(catalog: pd.DataFrame, name: str, *, version: str, rows: int) -> Dataset:
    row = catalog[catalog["id"] == name].to_dict("records")[0]
    parts = [part for part in str(row["version"]).split("; ") if part != version]
    values = {field.name: row[field.name] for field in fields(Dataset)}
    return Dataset(**(values | {"rows": rows, "version": "; ".join([*parts, version])}))


def keep_for_undo(data_dir: Path, names: list[str]) -> None:
    """Keep the files that an import is about to change, so that :func:`undo_import` can put them back."""
    kept = data_dir / PREVIOUS
    shutil.rmtree(kept, ignore_errors=True)
    for name in names:
        if (data_dir / name).is_file():
            (kept / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data_dir / name, kept / name)
    kept.mkdir(parents=True, exist_ok=True)
    absent = [name for name in names if not (data_dir / name).is_file()]
    (kept / ABSENT).write_text("\n".join(absent), encoding="utf-8")
