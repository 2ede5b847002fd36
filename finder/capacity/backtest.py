"""The rolling-origin backtest: what every model would have said, and how often its interval would have held.

At each origin a model sees only the years up to it. The model of each size class and horizon is chosen on those years
too (:mod:`finder.capacity.forecast_selection`). Intervals are judged on origins left out of their calibration.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.conformal import LEVELS, binomial_share, bounds, half_width, scores_of
from finder.capacity.forecast_learners import LEARNERS
from finder.capacity.forecast_models import METHOD_VERSION, STRUCTURAL, LastValue, Model
from finder.capacity.forecast_path import start_at_origin
from finder.capacity.forecast_selection import SIZE_CLASSES, apply_selection, select_models, size_class
from finder.capacity.forecast_series import REGIONS, Floats, PopulationSeries

LONGEST_TESTED: Final = 9
"""Years ahead; beyond, forecasts are labelled "extrapolated, not tested"."""
CHOSEN: Final = "chosen"
"""The method of the product: the model that nested validation picks."""
MODELS: Final[tuple[Model, ...]] = (*STRUCTURAL, *LEARNERS)
AGES_0_2, AGES_0_4 = "0-2", "0-4"
POOLED: Final = "all"
SUMS_WINDOW: Final = 1
"""Sums are few: the horizons beside calibrate them too."""
LEVEL_NAMES: Final = ("commune", "arrondissement", "larger")
"""Sums have intervals of their own; provinces, regions and the whole are few and share one calibration."""


@dataclass(frozen=True)
class Backtest:
    """What a backtest found.

    Attributes
    ----------
    cases
        One row per commune, base, target and ages: ``nis``, ``base``, ``target``, ``horizon``, ``ages``, ``region``,
        ``arrondissement``, ``size_class``, ``observed``, one column per method (children), ``low_80``, ``high_80``,
        ``low_95``, ``high_95`` of the chosen method and ``naive_low_80`` ... of the last value, both held out.
    sums
        The same for sums over communes: ``level``, ``area`` instead of ``nis``; chosen method only.
    rows
        The table of results, see :func:`summarise`.
    widths
        ``level``, ``size_class``, ``horizon``, ``confidence_pct``, ``width`` (scores), ``cases_count``: for forecasts.
    selection
        ``size_class``, ``horizon``, ``method``: chosen for the last origin.
    data_version
        Of the series judged.
    method_version
        Of the models.
    """

    cases: pd.DataFrame
    sums: pd.DataFrame
    rows: pd.DataFrame
    widths: pd.DataFrame
    selection: pd.DataFrame
    data_version: str
    method_version: str = METHOD_VERSION


def run_backtest(
    series: PopulationSeries,
    *,
    later_0_4: Mapping[int, Floats] | None = None,
    models: Sequence[Model] = MODELS,
    longest: int = LONGEST_TESTED,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Forecast from every observed year, choose, calibrate and judge.

    Parameters
    ----------
    series
        Observed counts.
    later_0_4
        Children of 0-4 by commune in years whose single ages are not observed; judged, never learnt from.
    models
        Models that compete; :data:`~finder.capacity.forecast_models.COMBINATION` and the last value must be among them.
    longest
        Last horizon judged.
    progress
        Called with the origins done and their number.
    """
    origins = series.years
    by_origin: dict[int, dict[str, Floats]] = {}
    paths: dict[tuple[str, int], Floats] = {}
    for done, origin in enumerate(origins):
        if progress is not None:
            progress(done, len(origins))
        past = series.until(origin)
        start = start_at_origin(past, longest)
        by_origin[origin] = {model.name: model.fit(past).predict(start) for model in models}
        paths |= {(name, origin): path for name, path in by_origin[origin].items()}
    names = [model.name for model in models]
    selections = {o: select_models(series, paths, origin=o, names=names, longest=longest) for o in origins}
    for origin in origins:
        classes = size_class(series.population[series.years.index(origin)])
        by_origin[origin][CHOSEN] = apply_selection(selections[origin], by_origin[origin], classes)
    cases = _cases(series, by_origin, later_0_4 or {}, longest)
    cases = hold_out(cases, group="size_class", forecast=CHOSEN, prefix="")
    cases = hold_out(cases, group="size_class", forecast=LastValue().name, prefix="naive_")
    sums = hold_out(_sums(cases), group="level", forecast=CHOSEN, prefix="", window=SUMS_WINDOW)
    if progress is not None:
        progress(len(origins), len(origins))
    last = selections[origins[-1]]
    return Backtest(
        cases=cases,
        sums=sums,
        rows=summarise(cases, sums, [*names, CHOSEN]),
        widths=_widths(cases, sums),
        selection=pd.DataFrame(
            [(SIZE_CLASSES[c], h, name) for (c, h), name in sorted(last.items())],
            columns=["size_class", "horizon", "method"],
        ),
        data_version=series.data_version,
    )


def hold_out(cases: pd.DataFrame, *, group: str, forecast: str, prefix: str, window: int = 0) -> pd.DataFrame:
    """Return the cases with intervals calibrated on all other origins of the same group and horizon.

    Only children of 0-2 calibrate; later counts of 0-4 are judged with what all the origins of 0-2 say.

    Parameters
    ----------
    cases
        Columns ``base``, ``horizon``, ``ages``, ``observed``, ``group`` and ``forecast``.
    group
        Column within which, at a horizon, scores are exchangeable.
    forecast
        Column of the method.
    prefix
        Before ``low_80`` and the others.
    window
        Horizons on either side that calibrate too, their scores scaled by the square root of the years.
    """
    out = cases.copy()
    score = scores_of(cases["observed"], cases[forecast])
    taught = (cases["ages"] == AGES_0_2).to_numpy()
    base, horizon = cases["base"].to_numpy(), cases["horizon"].to_numpy()
    width = np.full((len(LEVELS), len(cases)), np.nan)
    for members in cases.groupby(group, observed=True).indices.values():
        for years in np.unique(horizon[members]):
            near = members[taught[members] & (np.abs(horizon[members] - years) <= window)]
            scaled = score[near] * np.sqrt(years / horizon[near])
            here = members[horizon[members] == years]
            for origin in np.unique(base[here]):
                shown = scaled[base[near] != origin]
                if len(shown):
                    for row, level in enumerate(LEVELS):
                        width[row, here[base[here] == origin]] = half_width(shown, level)
    for row, level in enumerate(LEVELS):
        low, high = bounds(cases[forecast], width[row])
        out[f"{prefix}low_{level * 100:.0f}"], out[f"{prefix}high_{level * 100:.0f}"] = low, high
    return out


def summarise(cases: pd.DataFrame, sums: pd.DataFrame, methods: Sequence[str]) -> pd.DataFrame:
    """Return the table of results.

    Returns
    -------
    DataFrame
        ``level``, ``base`` and ``target`` (a year, or ``all``), ``horizon`` (years, 0 for all), ``ages``, ``area``,
        ``size_class``, ``method``, ``n``, ``mape`` and ``bias`` (percent); for the chosen method also ``held_80``,
        ``held_80_low``, ``held_80_high`` (percent of cases in their interval, with its binomial interval), the same
        for 95, ``width_80`` and ``width_95`` (mean width in percent of the forecast); for the last value, the widths of
        its own calibrated intervals.
    """
    rows: list[dict[str, object]] = []
    key: dict[str, object]
    for _, part in cases.groupby(["ages", "base", "target"]):
        ages, base, target = part["ages"].iloc[0], int(part["base"].iloc[0]), int(part["target"].iloc[0])
        key = {"level": "commune", "base": str(base), "target": str(target), "horizon": target - base, "ages": ages}
        rows += _rows(part, key, methods)
    judged = cases[cases["ages"] == AGES_0_2]
    key = {"level": "commune", "base": POOLED, "target": POOLED, "ages": AGES_0_2}
    for horizon in sorted(judged["horizon"].unique()):
        part = judged[judged["horizon"] == horizon]
        rows += _rows(part, key | {"horizon": horizon}, methods)
    rows += _rows(judged, key | {"horizon": 0}, methods)
    for (level, horizon), part in sums[sums["ages"] == AGES_0_2].groupby(["level", "horizon"]):
        where = {"area": POOLED, "size_class": POOLED, "horizon": horizon, "level": level}
        rows.append(key | where | _result(part, CHOSEN))
    for level, part in sums[sums["ages"] == AGES_0_2].groupby("level"):
        rows.append(key | {"area": POOLED, "size_class": POOLED, "horizon": 0, "level": level} | _result(part, CHOSEN))
    order = ["level", "base", "target", "horizon", "ages", "area", "size_class", "method", "n", "mape", "bias"]
    table = pd.DataFrame(rows)
    return table[order + [name for name in table.columns if name not in order]]


def _rows(part: pd.DataFrame, key: dict[str, object], methods: Sequence[str]) -> list[dict[str, object]]:
    cuts: list[tuple[str, str, pd.DataFrame]] = [(POOLED, POOLED, part)]
    cuts += [(region, POOLED, part[part["region"] == region]) for region in REGIONS[:2]]
    cuts += [(POOLED, name, part[part["size_class"] == name]) for name in SIZE_CLASSES]
    return [
        key | {"area": area, "size_class": size} | _result(cut, method)
        for area, size, cut in cuts
        if len(cut)
        for method in methods
    ]


def _result(part: pd.DataFrame, method: str) -> dict[str, object]:
    truth, forecast = np.maximum(part["observed"].to_numpy(), 1.0), part[method].to_numpy()
    error = 100 * (forecast / truth - 1.0)
    result: dict[str, object] = {"method": method, "n": len(part)}
    result |= {"mape": round(float(np.abs(error).mean()), 2), "bias": round(float(error.mean()), 2)}
    prefix = {CHOSEN: "", LastValue().name: "naive_"}.get(method)
    if prefix is None or f"{prefix}low_80" not in part:
        return result
    for level in LEVELS:
        pct = f"{level * 100:.0f}"
        known = part[f"{prefix}low_{pct}"].notna()
        low, high = part.loc[known, f"{prefix}low_{pct}"], part.loc[known, f"{prefix}high_{pct}"]
        seen = part.loc[known, "observed"]
        held = binomial_share((low <= seen) & (seen <= high))
        if method == CHOSEN:
            result |= {f"held_{pct}": round(100 * held.share, 1), f"held_{pct}_low": round(100 * held.low, 1)}
            result |= {f"held_{pct}_high": round(100 * held.high, 1)}
        relative: pd.Series[float] = 100 * (high - low) / np.maximum(part.loc[known, method], 1.0)
        result[f"width_{pct}"] = round(float(relative.mean()), 1) if known.any() else np.nan
    return result


def _cases(
    series: PopulationSeries,
    by_origin: Mapping[int, Mapping[str, Floats]],
    later_0_4: Mapping[int, Floats],
    longest: int,
) -> pd.DataFrame:
    targets = [(year, AGES_0_2, series.at(year)[:, :3].sum(axis=1)) for year in series.years]
    targets += [(year, AGES_0_4, np.asarray(children, dtype=float)) for year, children in sorted(later_0_4.items())]
    parts = []
    for base, paths in by_origin.items():
        classes = np.array(SIZE_CLASSES)[size_class(series.population[series.years.index(base)])]
        fixed = {
            "nis": series.nis,
            "arrondissement": series.arrondissement,
            "region": np.array(REGIONS)[series.region],
            "size_class": classes,
        }
        for target, ages, observed in targets:
            if not 0 < target - base <= longest:
                continue
            last = 3 if ages == AGES_0_2 else 5
            said = {name: path[target - base - 1, :, :last].sum(axis=1) for name, path in paths.items()}
            years = {"base": base, "target": target, "horizon": target - base, "ages": ages}
            parts.append(pd.DataFrame({**fixed, **years, "observed": observed, **said}))
    return pd.concat(parts, ignore_index=True)


def _sums(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the chosen forecasts summed over arrondissements, provinces, regions and the whole."""
    years = ["ages", "base", "target", "horizon"]
    named = cases.assign(province=province_of(cases["arrondissement"]), whole="Wallonia and Brussels")
    parts = []
    for column in ("arrondissement", "province", "region", "whole"):
        summed = named.groupby([*years, column], as_index=False)[["observed", CHOSEN]].sum()
        level = "arrondissement" if column == "arrondissement" else "larger"
        parts.append(summed.rename(columns={column: "area"}).assign(level=level))
    # Brussels is an arrondissement, a "province" and a region: once as each kind, but once only among the larger ones.
    both = pd.concat(parts, ignore_index=True)
    return both[~((both["level"] == "larger") & (both["area"] == "21"))].reset_index(drop=True)


def province_of(arrondissement: "pd.Series[str]") -> "pd.Series[str]":
    """Return the first digit of the province's code; 25 is Walloon Brabant, 21 Brussels."""
    return arrondissement.str[:2].where(arrondissement.str.startswith("2"), arrondissement.str[:1])


def _widths(cases: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Return the half-widths from all origins; they never shrink with the horizon."""
    labelled = [cases.assign(level="commune"), sums.assign(size_class=POOLED)]
    columns = ["level", "size_class", "horizon", "observed", CHOSEN, "ages"]
    every = pd.concat([part[columns] for part in labelled], ignore_index=True)
    every = every[every["ages"] == AGES_0_2]
    every["score"] = scores_of(every["observed"], every[CHOSEN])
    rows = []
    for (level, size), part in every.groupby(["level", "size_class"]):
        window = 0 if level == "commune" else SUMS_WINDOW
        for horizon in sorted(part["horizon"].unique()):
            near = part[(part["horizon"] - horizon).abs() <= window]
            scores = near["score"] * np.sqrt(horizon / near["horizon"])
            rows += [(level, size, horizon, round(100 * c), half_width(scores, c), len(near)) for c in LEVELS]
    names = ["level", "size_class", "horizon", "confidence_pct", "width", "cases_count"]
    table = pd.DataFrame(rows, columns=names)
    table["width"] = table.groupby(["level", "size_class", "confidence_pct"])["width"].cummax().round(4)
    return table.sort_values(["level", "size_class", "confidence_pct", "horizon"], ignore_index=True)
