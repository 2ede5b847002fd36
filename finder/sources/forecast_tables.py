"""What forecasts are made of and judged by: the series, and the tables of the backtest.

The backtest speaks of the 281 communes of before 2025, as they were counted; the product of the 280 of 2025.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from finder import settings
from finder.capacity.backtest import CHOSEN, POOLED, Backtest, province_of, run_backtest
from finder.capacity.conformal import LEVELS, half_width, scores_of
from finder.capacity.forecast_models import LastValue
from finder.capacity.forecast_series import AGES, Floats, PopulationSeries, series_from_tables
from finder.capacity.nowcast import Counts, judge
from finder.errors import DatasetNotFoundError, SeriesError
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import FILE_NAME, Dataset, read_catalog, write_catalog
from finder.sources.damage import told_if_damaged
from finder.sources.licences import STATBEL
from finder.sources.nowcast_table import counts_of
from finder.sources.writers import write_csv, write_parquet

ROWS_PATH: Final = "tables/backtest.csv"
CASES_PATH: Final = "tables/backtest_communes.parquet"
WIDTHS_PATH: Final = "tables/forecast_widths.csv"
SELECTION_PATH: Final = "tables/forecast_selection.csv"


def judged_series(communes_281: pd.DataFrame, regions: pd.DataFrame) -> tuple[PopulationSeries, dict[int, Floats]]:
    """Return the series of the 281 communes and, by year, the children 0-4 of years without single ages.

    Parameters
    ----------
    communes_281
        From :func:`~finder.sources.store.load_children_by_commune_281`.
    regions
        From :func:`~finder.sources.store.load_population_region`.
    """
    table = communes_281.drop(columns="nis").rename(columns={"nis_old": "nis"}).sort_values(["nis", "year"])
    counted = table[table["age_0"].notna()]
    ages = {f"age_{age}": age for age in range(AGES)}
    by_age = counted.rename(columns=ages).melt(["nis", "year"], list(ages.values()), var_name="age", value_name="count")
    places = table.drop_duplicates("nis").set_index("nis")[["arrondissement", "region"]]
    series = series_from_tables(by_age, places, regions, table[["nis", "year", "population"]])
    later = table[table["age_0"].isna() & table["children_0_4"].notna()]
    totals = {int(part["year"].iloc[0]): part["children_0_4"].to_numpy(float) for _, part in later.groupby("year")}
    return series, totals


def product_series(by_age: pd.DataFrame, communes_281: pd.DataFrame, regions: pd.DataFrame) -> PopulationSeries:
    """Return the observed series of the 280 communes of 2025, from the derived tables.

    Years of communes that the regions' table does not reach are left out: a forecast starts both on the same day.
    """
    observed = by_age[(by_age["basis"] == "observed") & (by_age["year"] <= regions["year"].max())]
    places = communes_281.drop_duplicates("nis").set_index("nis")[["arrondissement", "region"]]
    totals = observed.groupby(["nis", "year"])["count"].sum().rename("population").reset_index()
    return series_from_tables(observed, places, regions, totals)


def widths_of_today(counts: Counts) -> pd.DataFrame:
    """Return the half-widths of sums of today's estimated children, horizon 0, as the last judged nowcast says.

    Columns as :attr:`finder.capacity.backtest.Backtest.widths`; scores of children 0-4 over arrondissements, and over
    provinces with Brussels.
    """
    judged = judge(counts, int(counts.children_0_4.columns.max()))
    both = pd.DataFrame({"expected": judged.expected, "observed": judged.observed})
    arrondissement = counts.places["arrondissement"].reindex(both.index)
    rows = []
    for level, area in (("arrondissement", arrondissement), ("larger", province_of(arrondissement))):
        sums = both.groupby(area.to_numpy()).sum()
        scores = scores_of(sums["observed"], sums["expected"])
        rows += [(level, POOLED, 0, round(100 * c), round(half_width(scores, c), 4), len(sums)) for c in LEVELS]
    return pd.DataFrame(rows, columns=["level", "size_class", "horizon", "confidence_pct", "width", "cases_count"])


def build_backtest(
    communes_281: pd.DataFrame,
    regions: pd.DataFrame,
    counts: Counts,
    out_dir: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Dataset]:
    """Run the backtest and write its four tables below ``out_dir``."""
    series, later = judged_series(communes_281, regions)
    found = run_backtest(series, later_0_4=later, progress=progress)
    widths = pd.concat([found.widths, widths_of_today(counts)], ignore_index=True)
    version = {"data_version": found.data_version, "method_version": found.method_version}
    tables = {
        ROWS_PATH: (found.rows, "every base, target, area, size class and method; base or target all: pooled"),
        CASES_PATH: (case_table(found), "by commune of before 2025: forecast, intervals held out, last value, count"),
        WIDTHS_PATH: (widths.assign(**version), "half-widths of forecast intervals, in scores; docs/forecast.md"),
        SELECTION_PATH: (found.selection.assign(**version), "model of each size class and years ahead"),
    }
    for path, (table, _) in tables.items():
        (write_parquet if path.endswith("parquet") else write_csv)(table, out_dir / path)
    origin = "Finder, from Statbel's population by age (docs/forecast.md)"
    span = f"origins {series.years[0]}-{series.years[-1]}"
    return [
        Dataset(Path(path).stem, path, span, len(table), *STATBEL, origin, note)
        for path, (table, note) in tables.items()
    ]


def case_table(found: Backtest) -> pd.DataFrame:
    """Return the chosen method's cases, children to a tenth."""
    bounds = ["low_80", "high_80", "low_95", "high_95"]
    named = found.cases.rename(columns={CHOSEN: "forecast", LastValue().name: "last_value"})
    figures = ["observed", "forecast", "last_value", *bounds]
    table = named[["nis", "base", "target", "horizon", "ages", "size_class", *figures]].copy()
    table[figures] = table[figures].round(1)
    return table.astype({"base": "int16", "target": "int16", "horizon": "int16"})


def run_on(data_dir: Path | None = None, *, progress: Callable[[int, int], None] | None = None) -> Backtest:
    """Run the backtest on the data of a folder and keep nothing."""
    series, later = judged_series(store.load_children_by_commune_281(data_dir), store.load_population_region(data_dir))
    return run_backtest(series, later_0_4=later, progress=progress)


def write_backtest(
    data_dir: Path | None = None, *, progress: Callable[[int, int], None] | None = None
) -> list[Dataset]:
    """Run the backtest on the data of a folder and put its tables and their catalogue rows in place, all or none."""
    folder = data_dir or settings.data_dir()
    with staging_folder(folder) as staging:
        communes_281 = store.load_children_by_commune_281(folder)
        counts = counts_of(
            store.load_population_by_age(folder),
            store.load_births(folder),
            store.load_commune_figures(folder),
            communes_281,
        )
        regions = store.load_population_region(folder)
        datasets = build_backtest(communes_281, regions, counts, staging, progress=progress)
        write_catalog(staging, staging / FILE_NAME, datasets, kept=read_catalog(folder))
        publish(staging, folder)
    return datasets


def load_backtest(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the table of results, columns of :func:`finder.capacity.backtest.summarise`; RangeIndex."""
    return _read(data_dir, ROWS_PATH, {"base": "str", "target": "str"})


def load_backtest_communes(data_dir: Path | None = None) -> pd.DataFrame:
    """Return what the chosen method would have said of each commune of before 2025, beside the count; RangeIndex."""
    return _read(data_dir, CASES_PATH, {})


def load_calibration(series: PopulationSeries, data_dir: Path | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the half-widths and the chosen models, made on this very series.

    Parameters
    ----------
    series
        The judged series of the same data folder.

    Raises
    ------
    SeriesError
        If they were made on other data.
    """
    widths, selection = (_read(data_dir, path, {"data_version": "str"}) for path in (WIDTHS_PATH, SELECTION_PATH))
    versions = set(widths["data_version"]) | set(selection["data_version"])
    if versions != {series.data_version}:
        raise SeriesError(
            f"The forecast was calibrated on data {', '.join(sorted(versions))}; these are {series.data_version}. "
            "Run: finder backtest --write"
        )
    return widths, selection


def _read(data_dir: Path | None, relative: str, types: dict[str, str]) -> pd.DataFrame:
    path = (data_dir or settings.data_dir()) / relative
    if not path.is_file():
        raise DatasetNotFoundError(f"{path} is missing. Make it with: finder backtest --write")
    with told_if_damaged(path):
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=types)
