"""Children to come: the series, today's estimate, the models and their intervals, put together from a data folder."""

from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.forecast import Calibration, Forecaster
from finder.capacity.forecast_path import Scenario
from finder.capacity.forecast_present import Present, bring_to_present
from finder.capacity.forecast_series import Floats, PopulationSeries
from finder.capacity.nowcast import CHILD_AGES, choose_shrinkage, expected_ages
from finder.errors import PlaceNotFoundError
from finder.sources import store
from finder.sources.forecast_tables import ForecastInputs, load_backtest_communes, load_calibration

LAST_YEAR: Final = 2050
"""Beyond, women not yet born at the origin would rule, and the ages kept would run out."""
UNTESTED_NOTE: Final = "Years more than nine ahead are extrapolated, not tested."
PRESENT_NOTE: Final = (
    "Children of today are estimated from births; their error is added to the interval, a step not tested together."
)
SCENARIO_NOTE: Final = "Only the central path was backtested; scenarios carry its interval around their own line."
INTERVAL_NOTE: Final = (
    "Intervals hold 80 and 95 % of past cases over all; in a year when fertility turns, they hold less."
)


class ForecastDesk:
    """Everything a forecast needs of one data folder, read and fitted when first asked for and kept.

    Parameters
    ----------
    data_dir
        Folder of the derived data; default Finder's own.
    """

    def __init__(self, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir
        self._tables: dict[tuple[int, Scenario, str], pd.DataFrame] = {}

    @cached_property
    def series(self) -> PopulationSeries:
        """Observed counts of the 280 communes."""
        return self._inputs.series

    @cached_property
    def present(self) -> Present:
        """The communes on 1 January after the last births; counted where that day is."""
        counts = self._inputs.counts
        last = int(counts.births.columns.max()) + 1
        if last <= self.series.origin:
            return bring_to_present(self.series, {})
        shrinkage = choose_shrinkage(counts.before(last))
        known = store.load_population_series(self.data_dir)
        known = known[(known["year"] > self.series.origin) & known["age"].isin(CHILD_AGES)]
        wide = known.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(list(self.series.nis))
        # The years between are those of the population series: counted, or estimated with every later count.
        children: dict[int, Floats] = {
            year: wide[year][list(CHILD_AGES)].to_numpy(dtype=float) for year in range(self.series.origin + 1, last)
        }
        today = wide[last] if last in set(known["year"]) else expected_ages(counts, last, shrinkage)
        children[last] = today[list(CHILD_AGES)].to_numpy(dtype=float)
        return bring_to_present(self.series, children)

    @cached_property
    def forecaster(self) -> Forecaster:
        """The chosen models with their intervals."""
        widths, selection = load_calibration(self._inputs, self.data_dir)
        return Forecaster(self.series, self.present, Calibration(widths, selection, self._present_reach()))

    @property
    def data_version(self) -> str:
        """Version of everything the forecast is made of, as its calibration carries it."""
        return self._inputs.data_version

    @cached_property
    def past_forecasts(self) -> pd.DataFrame:
        """What the method would have said of each commune of before 2025, beside the count."""
        return load_backtest_communes(self.data_dir)

    def table(self, *, to: int, scenario: Scenario = "central", figure: str = "children_0_2_5") -> pd.DataFrame:
        """Return the table of :meth:`finder.capacity.forecast.Forecaster.table`, kept for the next time.

        Raises
        ------
        SeriesError
            If the year is not ahead, or the scenario or the figure is unknown.
        """
        key = (to, scenario, figure)
        if key not in self._tables:
            self._tables[key] = self.forecaster.table(to=to, scenario=scenario, figure=figure)
        return self._tables[key].copy()

    def backtest_of(self, nis: str) -> pd.DataFrame:
        """Return past forecasts of a commune of 2025; two rows a pair of years where it was two communes."""
        communes = self._inputs.communes_281
        old = communes.loc[communes["nis"] == nis, "nis_old"].unique()
        if len(old) == 0:
            raise PlaceNotFoundError(f"No commune has the code {nis}.")
        cases = self.past_forecasts
        return cases[cases["nis"].isin(old)].reset_index(drop=True)

    def notes(self, *, to: int, scenario: Scenario) -> list[str]:
        """Return what must be said with a forecast."""
        notes = [INTERVAL_NOTE]
        notes += [PRESENT_NOTE] if self.present.year > self.series.origin else []
        notes += [SCENARIO_NOTE] if scenario != "central" else []
        between = self.series.region_estimated
        if between:
            notes.append(f"Regions of {between[0]}-{between[-1]} are estimated between their counts.")
        if self.series.origin > self._inputs.judged[0].origin:
            notes.append(
                f"The forecast starts from the count of {self.series.origin}; the backtest of its 281 communes ends in "
                f"{self._inputs.judged[0].origin}, for newer files have Bastogne and Bertogne as one."
            )
        return notes + ([UNTESTED_NOTE] if to > self.present.year + 9 else [])

    @cached_property
    def _inputs(self) -> ForecastInputs:
        return ForecastInputs.of_folder(self.data_dir)

    def _present_reach(self) -> Floats:
        """Return the logarithm within which 80 % of estimates of today lay, by commune, as the nowcast says."""
        table = store.load_children_nowcast(self.data_dir).set_index("nis").reindex(list(self.series.nis))
        ratio = (table["children_0_2_5_p90"] / table["children_0_2_5_p10"]).to_numpy(dtype=float)
        reach: Floats = np.log(ratio) / 2
        return reach
