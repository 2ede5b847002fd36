"""What forecasts are made of and judged by: the series, and the tables of the backtest.

The backtest speaks of the 281 communes of before 2025, as they were counted; the product of the 280 of 2025.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder import settings
from finder.capacity.backtest import CHOSEN, POOLED, Backtest, province_of, run_backtest
from finder.capacity.conformal import LEVELS, half_width, scores_of
from finder.capacity.forecast_models import LastValue
from finder.capacity.forecast_regions import between_counts
from finder.capacity.forecast_series import AGES, SEXES, Floats, PopulationSeries, series_from_tables
from finder.capacity.nowcast import Counts, judge
from finder.errors import DatasetNotFoundError, SeriesError
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import FILE_NAME, Dataset, read_catalog, write_catalog
from finder.sources.damage import told_if_damaged
from finder.sources.licences import STATBEL
from finder.sources.nowcast_table import counts_of
from finder.sources.population import PUBLISHED
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
    # An imported year cannot be split among the 281: the regions' years that it brought stay out as well.
    regions = regions[regions["basis"] == PUBLISHED]
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
    Region years between two counts are estimated and said to be (:mod:`finder.capacity.forecast_regions`).
    """
    between = _regions_between(regions)
    regions = pd.concat([regions, between], ignore_index=True)
    observed = by_age[(by_age["basis"] == "observed") & (by_age["year"] <= regions["year"].max())]
    places = communes_281.drop_duplicates("nis").set_index("nis")[["arrondissement", "region"]]
    totals = observed.groupby(["nis", "year"])["count"].sum().rename("population").reset_index()
    estimated = tuple(sorted(int(year) for year in between["year"].unique()))
    return series_from_tables(observed, places, regions, totals, region_estimated=estimated)


def _regions_between(regions: pd.DataFrame) -> pd.DataFrame:
    """Return ``region``, ``sex``, ``age``, ``year``, ``count`` of the years between two counts, ages of a forecast."""
    rows = []
    for region, part in regions.groupby("region"):
        wide = part.pivot_table(index="sex", columns=["year", "age"], values="count").reindex(list(SEXES))
        counts = {int(year): wide[year].to_numpy(dtype=float) for year in part["year"].unique()}
        for year, people in between_counts(counts, age_count=AGES).items():
            table = pd.DataFrame(people, index=list(SEXES)).rename_axis("sex").reset_index()
            rows.append(table.melt("sex", var_name="age", value_name="count").assign(region=region, year=year))
    names = ["region", "sex", "age", "year", "count"]
    return pd.concat(rows)[names].astype({"age": "int64"}) if rows else pd.DataFrame(columns=names)


@dataclass(frozen=True, eq=False)
class ForecastInputs:
    """The derived tables that a forecast and its calibration are made of.

    Attributes
    ----------
    communes_281, regions, by_age, births, figures, nowcast, estimated
        As the loaders of :mod:`finder.sources.store` return them.
    """

    communes_281: pd.DataFrame
    regions: pd.DataFrame
    by_age: pd.DataFrame
    births: pd.DataFrame
    figures: pd.DataFrame
    nowcast: pd.DataFrame
    estimated: pd.DataFrame

    @classmethod
    def read(cls, newest: Callable[[Callable[[Path], pd.DataFrame]], pd.DataFrame]) -> "ForecastInputs":
        """Return the tables that ``newest`` gives for each loader: from a folder, or from a build under way."""
        return cls(
            newest(store.load_children_by_commune_281),
            newest(store.load_population_region),
            newest(store.load_population_by_age),
            newest(store.load_births),
            newest(store.load_commune_figures),
            newest(store.load_children_nowcast),
            newest(store.load_population_estimated),
        )

    @classmethod
    def of_folder(cls, data_dir: Path | None = None) -> "ForecastInputs":
        """Return the tables of a data folder."""
        folder = data_dir or settings.data_dir()
        return cls.read(lambda load: load(folder))

    @cached_property
    def judged(self) -> tuple[PopulationSeries, dict[int, Floats]]:
        """What :func:`judged_series` returns."""
        return judged_series(self.communes_281, self.regions)

    @cached_property
    def series(self) -> PopulationSeries:
        """What :func:`product_series` returns."""
        return product_series(self.by_age, self.communes_281, self.regions)

    @cached_property
    def counts(self) -> Counts:
        """What the nowcast is made of."""
        return counts_of(self.by_age, self.births, self.figures, self.communes_281)

    @cached_property
    def versions(self) -> dict[str, str]:
        """Eight hexadecimal digits of every input by its name: the same data, the same text."""
        counts = self.counts
        today = self.nowcast.set_index(["nis", "year"]).sort_index().select_dtypes("number")
        between = self.estimated.set_index(["nis", "year", "age"]).sort_index()[["count"]]
        return {
            "the counts of the backtest": self.judged[0].data_version[:8],
            "the population": self.series.data_version[:8],
            "births and children 0-4": _digest(counts.births, counts.children_0_4),
            "the children of today": _digest(today, between),
        }

    @property
    def data_version(self) -> str:
        """The versions in one text, in order."""
        return "-".join(self.versions.values())


def _digest(*tables: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for table in tables:
        digest.update(repr((table.index.tolist(), table.columns.tolist())).encode())
        digest.update(np.ascontiguousarray(table.to_numpy(dtype=np.float64)).tobytes())
    return digest.hexdigest()[:8]


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
    inputs: ForecastInputs,
    out_dir: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Dataset]:
    """Run the backtest and write its four tables below ``out_dir``."""
    series, later = inputs.judged
    found = run_backtest(series, later_0_4=later, progress=progress)
    widths = pd.concat([found.widths, widths_of_today(inputs.counts)], ignore_index=True)
    version = {"data_version": inputs.data_version, "method_version": found.method_version}
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
    series, later = ForecastInputs.of_folder(data_dir).judged
    return run_backtest(series, later_0_4=later, progress=progress)


def write_backtest(
    data_dir: Path | None = None, *, progress: Callable[[int, int], None] | None = None
) -> list[Dataset]:
    """Run the backtest on the data of a folder and put its tables and their catalogue rows in place, all or none."""
    folder = data_dir or settings.data_dir()
    with staging_folder(folder) as staging:
        datasets = build_backtest(ForecastInputs.of_folder(folder), staging, progress=progress)
        write_catalog(staging, staging / FILE_NAME, datasets, kept=read_catalog(folder))
        publish(staging, folder)
    return datasets


def load_backtest(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the table of results, columns of :func:`finder.capacity.backtest.summarise`; RangeIndex."""
    return _read(data_dir, ROWS_PATH, {"base": "str", "target": "str"})


def load_backtest_communes(data_dir: Path | None = None) -> pd.DataFrame:
    """Return what the chosen method would have said of each commune of before 2025, beside the count; RangeIndex."""
    return _read(data_dir, CASES_PATH, {})


def load_calibration(inputs: ForecastInputs, data_dir: Path | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the half-widths and the chosen models, made on these very data.

    Parameters
    ----------
    inputs
        The tables of the same data folder.

    Raises
    ------
    SeriesError
        If they were made on other data; names which.
    """
    widths, selection = (_read(data_dir, path, {"data_version": "str"}) for path in (WIDTHS_PATH, SELECTION_PATH))
    versions = set(widths["data_version"]) | set(selection["data_version"])
    if versions != {inputs.data_version}:
        made_on = {text.split("-")[i] for text in versions for i in range(text.count("-") + 1)}
        other = [name for name, version in inputs.versions.items() if version not in made_on]
        raise SeriesError(
            f"The forecast was calibrated on other data ({', '.join(other) or 'two versions'}; version "
            f"{', '.join(sorted(versions))}, these are {inputs.data_version}). Run: finder backtest --write"
        )
    return widths, selection


def _read(data_dir: Path | None, relative: str, types: dict[str, str]) -> pd.DataFrame:
    path = (data_dir or settings.data_dir()) / relative
    if not path.is_file():
        raise DatasetNotFoundError(f"{path} is missing. Make it with: finder backtest --write")
    with told_if_damaged(path):
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=types)
