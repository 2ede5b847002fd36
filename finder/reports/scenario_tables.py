"""The tables of a scenario as texts, the same on the page and in the brief."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.scenario_figures import CHANGED_PEOPLE, ScenarioFigures
from finder.capacity.scenario_change import CROSSED_MIN, MORE_THAN_MIN
from finder.maps.documents.model import Table
from finder.reports.figures_text import euro_text, row_of
from finder.reports.scenario_words import number_text, people_title, ranged
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, share_text

COMMUNES_SHOWN: Final = 10
SHARES: Final = ("share_10", "share_20", "share_30")
RATES: Final = ("coverage_pct", "income_related_pct")
INEQUALITY: Final = ("gini", "concentration", "palma", "theil")


def commune_table(
    t: Messages,
    figures: ScenarioFigures,
    names: Mapping[str, str],
    *,
    caption: str,
    rows: pd.DataFrame,
    count: int = COMMUNES_SHOWN,
) -> Table:
    """Return communes that change, with their way and, for kinds with a size, what is within reach.

    Parameters
    ----------
    t, figures
        Messages, and the figures.
    names
        Names of the communes.
    caption
        Of the table.
    rows
        :meth:`ScenarioFigures.gainers` or :meth:`ScenarioFigures.losers`.
    count
        Rows at most.
    """
    headers = [t("table.commune"), people_title(t, figures), t("scenarios.col.mean_min"), t("scenarios.col.change_min")]
    headers += [t("scenarios.col.shorter"), t("scenarios.col.longer")]
    if figures.has_size:
        headers.insert(4, t("scenarios.col.per_100." + figures.kind))
    texts = []
    for nis, row in rows.head(count).iterrows():
        way = f"{decimal_text(row['mean_min_before'], t.language)} → {decimal_text(row['mean_min_after'], t.language)}"
        change = ranged(t, _change(row, "mean_min"), digits=1, is_signed=True)
        cells = [names[str(nis)], count_text(row["people"], t.language), way, change]
        cells += [count_text(row[f"{way_}_than_5"], t.language) for way_ in ("shorter", "longer")]
        if figures.has_size:
            ends = (number_text(t, row[f"per_100_{end}"], digits=1) for end in ("before", "after"))
            cells.insert(4, " → ".join(ends))
        texts.append(tuple(cells))
    return Table(caption, tuple(headers), tuple(texts), tuple(range(1, len(headers))))


def _change(row: "pd.Series[float]", name: str) -> "pd.Series[float]":
    ends = {"value": "", "p10": "_p10", "p90": "_p90"}
    return pd.Series({to: row[f"{name}_change{end}"] for to, end in ends.items()})


def income_table(t: Messages, figures: ScenarioFigures) -> Table:
    """Return the change of each fifth of the people, by the income of their commune."""
    known = figures.by_income
    columns = [
        name for name in ("mean_min", "per_100", "share_shorter_than_5", "share_longer_than_5") if name in known.index
    ]
    heads = {
        "mean_min": t("scenarios.col.change_min"),
        "per_100": t("scenarios.col.change_size." + figures.kind) if figures.has_size else "",
        "share_shorter_than_5": t("scenarios.col.share_shorter"),
        "share_longer_than_5": t("scenarios.col.share_longer"),
    }
    rows = []
    for fifth in range(1, 6):
        cells = [t(f"places.quintile.{fifth}")]
        for name in columns:
            row = row_of(pd.DataFrame(known.loc[name]), fifth)
            if name.startswith("share"):
                cells.append(ranged(t, 100 * row, digits=1))
            else:
                cells.append(ranged(t, row, digits=2, is_signed=True))
        rows.append(tuple(cells))
    headers = (t("scenarios.col.fifth"), *(heads[name] for name in columns))
    return Table(t("scenarios.by_income"), headers, tuple(rows), tuple(range(1, len(headers))))


def limits_table(t: Messages, figures: ScenarioFigures) -> Table:
    """Return the people whose way changes by more than each limit, and who cross a limit."""
    people = figures.people
    rows = [
        (
            t("scenarios.more_than", limit=limit),
            *(ranged(t, row_of(people, f"{way}_than_{limit}")) for way in ("shorter", "longer")),
        )
        for limit in MORE_THAN_MIN
    ]
    rows += [
        (
            t("scenarios.within", limit=limit),
            *(ranged(t, row_of(people, f"{way}_{limit}")) for way in ("gained", "lost")),
        )
        for limit in CROSSED_MIN
    ]
    headers = (people_title(t, figures), t("scenarios.col.gain"), t("scenarios.col.lose"))
    return Table(t("scenarios.limits"), headers, tuple(rows), (1, 2))


def whole_table(t: Messages, figures: ScenarioFigures) -> Table:
    """Return the figures of the whole area before and after."""
    rows = []
    for name, row in figures.summary.iterrows():
        cells = _whole_cells(t, str(name), row, figures)
        if cells:
            rows.append(cells)
    headers = (
        t("scenarios.col.figure"),
        t("scenarios.col.before"),
        t("scenarios.col.after"),
        t("scenarios.col.change"),
    )
    return Table(t("scenarios.whole"), headers, tuple(rows), (1, 2, 3))


def figure_name(t: Messages, name: str, kind: str) -> str:
    """Return the name of a figure of the whole area."""
    if name == "mean_min":
        return t("scenarios.figure.mean_min")
    if name == "per_100":
        return t("scenarios.col.per_100." + kind)
    if name in RATES:
        return t("scenarios.figure.coverage" if name == RATES[0] else "scenarios.figure.income_related")
    return t("scenarios.figure.share", limit=name.removeprefix("share_"))


def _whole_cells(t: Messages, name: str, row: "pd.Series[float]", figures: ScenarioFigures) -> tuple[str, ...]:
    change = pd.Series({"value": row["change"], "p10": row["change_p10"], "p90": row["change_p90"]})
    named = figure_name(t, name, figures.kind)
    if name.startswith("share"):
        if name not in SHARES:
            return ()
        ends = [share_text(row[end], t.language) for end in ("before", "after")]
        return (named, *ends, t("scenarios.points", value=ranged(t, 100 * change, digits=2, is_signed=True)))
    ends = [number_text(t, row[end], digits=1) for end in ("before", "after")]
    return (named, *ends, ranged(t, change, digits=2, is_signed=True))


def equity_table(t: Messages, figures: ScenarioFigures) -> Table:
    """Return inequality before and after."""
    rows = []
    for name in INEQUALITY:
        row = row_of(figures.equity, name)
        change = pd.Series({"value": row["change"], "p10": row["change_p10"], "p90": row["change_p90"]})
        if not np.isfinite(row["before"]):
            continue
        ends = (number_text(t, row[end], digits=3) for end in ("before", "after"))
        rows.append((t("places.equity.name." + name), *ends, ranged(t, change, digits=4, is_signed=True)))
    headers = (
        t("scenarios.col.figure"),
        t("scenarios.col.before"),
        t("scenarios.col.after"),
        t("scenarios.col.change"),
    )
    what = t("scenarios.equity_size") if figures.has_size else t("scenarios.equity_min")
    return Table(what, headers, tuple(rows), (1, 2, 3))


def cost_table(t: Messages, costs: pd.DataFrame) -> Table:
    """Return what is counted, its unit cost and the cost, as far as they are given."""
    rows = []
    for name, row in costs.iterrows():
        unit, cost = (NEVER if pd.isna(row[end]) else euro_text(row[end], t) for end in ("unit_eur", "cost_eur"))
        label = (
            t("scenarios.yearly", name=t(f"scenarios.cost.{name}")) if row["is_yearly"] else t(f"scenarios.cost.{name}")
        )
        rows.append((label, number_text(t, row["count"], is_signed=True), unit, cost))
    headers = (t("scenarios.col.counted"), t("scenarios.col.count"), t("scenarios.col.unit"), t("scenarios.col.cost"))
    return Table(t("scenarios.costs"), headers, tuple(rows), (1, 2, 3))


def difference_table(t: Messages, both: pd.DataFrame, kind: str) -> Table:
    """Return two scenarios side by side: changes of the whole area and people, from ``compare_two``."""
    rows = []
    for name, row in both.loc["people"].iterrows():
        text = _people_name(t, str(name))
        if text and (abs(row[["first", "second"]]) >= CHANGED_PEOPLE).any():
            rows.append((text, *(number_text(t, row[c], is_signed=c == "difference") for c in both.columns)))
    for name, row in both.loc["summary"].iterrows():
        if str(name) in ("mean_min", "per_100", *RATES):
            texts = (number_text(t, row[c], digits=2, is_signed=True) for c in both.columns)
            rows.append((figure_name(t, str(name), kind), *texts))
        elif str(name) in SHARES:
            texts = (
                t("scenarios.points", value=number_text(t, 100 * row[c], digits=2, is_signed=True))
                for c in both.columns
            )
            rows.append((figure_name(t, str(name), kind), *texts))
    for name in INEQUALITY:
        row = row_of(pd.DataFrame(both.loc["equity"]), name)
        if np.isfinite(row["first"]):
            texts = (number_text(t, row[c], digits=4, is_signed=True) for c in both.columns)
            rows.append((t("places.equity.name." + name), *texts))
    headers = (t("scenarios.col.change"), "A", "B", t("scenarios.col.difference"))
    return Table(t("scenarios.difference"), headers, tuple(rows), (1, 2, 3))


def _people_name(t: Messages, name: str) -> str:
    way, _, limit = name.partition("_than_")
    if limit:
        return t("scenarios.less_way" if way == "shorter" else "scenarios.more_way", limit=limit)
    way, _, limit = name.partition("_")
    if way in ("gained", "lost") and limit:
        return t("scenarios.gained" if way == "gained" else "scenarios.lost", limit=limit)
    return ""
