"""Charts over the years: published figures and targets, a forecast with its intervals, places needed and missing."""

from dataclasses import dataclass
from typing import Final

import altair as alt
import numpy as np
import pandas as pd

from finder.maps.charts_look import LABEL_PX, Align, Look, spread

_HEIGHT_PX: Final = 280


def trend_chart(
    points: pd.DataFrame, *, targets: pd.DataFrame, look: Look, title: str, description: str, unit: str = ""
) -> alt.LayerChart:
    """Return published figures by year as points joined by lines, named at their ends, and targets as dashed lines.

    Parameters
    ----------
    points
        Columns ``name`` (of the series, at most three; the first is strong), ``year``, ``value``, ``text`` (value in
        words, for pointing at). Only years that were published.
    targets
        Columns ``value``, ``label`` (short: it stands beside the plot); may be empty.
    look, title, description, unit
        See :func:`finder.maps.charts_compare.distribution_chart`.
    """
    colours = look.colours
    names = list(dict.fromkeys(points["name"]))
    paint = [colours.main, colours.second, colours.soft][: len(names)]
    top = float(max(points["value"].max(), targets["value"].max() if len(targets) else 0)) * 1.12
    x = _year_axis([int(points["year"].min()), int(points["year"].max())])
    y = alt.Y("value:Q", axis=look.number_axis(unit=unit), scale=alt.Scale(domain=[0, top], nice=False))
    base = alt.Chart(points).encode(
        x=x, y=y, color=alt.Color("name:N", scale=alt.Scale(domain=names, range=paint), legend=None)
    )
    tooltip = [alt.Tooltip(f"{column}:N", title="") for column in ("name", "year", "text")]
    layers: list[alt.Chart] = [
        alt.Chart(targets).encode(y=y).mark_rule(strokeDash=[5, 4], color=colours.soft, strokeWidth=1.3),
        base.mark_line(strokeWidth=2.5),
        base.encode(tooltip=tooltip).mark_point(filled=True, size=42, opacity=1),
    ]
    ends = points.loc[points.groupby("name", sort=False)["year"].idxmax(), ["name", "year", "value"]]
    ends = ends.assign(colour=paint).rename(columns={"name": "label"})
    aims = targets.assign(year=int(points["year"].max()), colour=colours.soft)
    layers += _end_labels(pd.concat([ends, aims], ignore_index=True), x, y, look, span=top, strong=names)
    return look.finish(layers, plot_px=_HEIGHT_PX, title=title, description=description)


@dataclass(frozen=True)
class FanWords:
    """Words of a fan chart.

    Attributes
    ----------
    observed, estimated
        Two sorts of points of the past.
    forecast
        The line of the forecast.
    inner, outer
        The 80 % and the 95 % interval.
    untested
        Years beyond any backtest.
    """

    observed: str
    estimated: str
    forecast: str
    inner: str
    outer: str
    untested: str


def fan_chart(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    *,
    scenarios: pd.DataFrame,
    words: FanWords,
    tested_until: int,
    look: Look,
    title: str,
    description: str,
) -> alt.LayerChart:
    """Return the past as points, a forecast as a line in its intervals, and other scenarios as dashed lines.

    Counted years are filled dots, estimated ones hollow diamonds; years later than any backtest are marked.

    Parameters
    ----------
    history
        Columns ``year``, ``value``, ``text`` (value in words), ``is_observed``.
    forecast
        Columns ``year``, ``value``, ``text``, ``low_80``, ``high_80``, ``low_95``, ``high_95``.
    scenarios
        Columns ``name``, ``year``, ``value``, ``text``; may be empty.
    words
        Labels.
    tested_until
        Last year whose distance a backtest has judged.
    look, title, description
        See :func:`finder.maps.charts_compare.distribution_chart`.
    """
    colours = look.colours
    known = history.assign(kind=np.where(history["is_observed"], "observed", "estimated"))
    # The fan starts at the last point of the past, not in mid-air.
    start = history.loc[[history["year"].idxmax()]]
    fan = pd.concat(
        [start[["year", "value", "text"]].assign(**dict.fromkeys(_BANDS, float(start["value"].iloc[0]))), forecast],
        ignore_index=True,
    )
    low, high = _fan_span(known, fan, scenarios)
    x = _year_axis([int(known["year"].min()), int(fan["year"].max())])
    y = alt.Y("value:Q", axis=look.number_axis(), scale=alt.Scale(domain=[low, high], nice=False))
    area = alt.Chart(fan).encode(x=x)
    tooltip = [alt.Tooltip("year:N", title=""), alt.Tooltip("text:N", title="")]
    past = alt.Chart(known).encode(x=x, y=y)
    layers: list[alt.Chart] = [
        _band(area, y, "95", look, opacity=0.16),
        _band(area, y, "80", look, opacity=0.26),
        past.mark_line(color=colours.quiet, strokeWidth=1.5),
    ]
    if int(fan["year"].max()) > tested_until:
        layers += _untested(tested_until, x, y, high, words, look)
    other = alt.Chart(scenarios).encode(x=x, y=y, detail="name:N")
    layers += [
        other.mark_line(color=colours.soft, strokeWidth=1.5, strokeDash=[4, 3]),
        area.encode(y=y).mark_line(color=colours.second, strokeWidth=2.8),
        area.encode(y=y, tooltip=tooltip).mark_point(opacity=0, size=150),
        other.encode(tooltip=[alt.Tooltip("name:N", title=""), *tooltip]).mark_point(opacity=0, size=150),
        _points(past, "observed", look, tooltip),
        _points(past, "estimated", look, tooltip),
        *_past_labels(known, x, y, words, look),
    ]
    ends = _ends(fan, scenarios, words, look)
    layers += _end_labels(ends, x, y, look, span=high - low, strong=[words.forecast])
    return look.finish(layers, plot_px=_HEIGHT_PX, title=title, description=description)


_BANDS: Final = ("low_80", "high_80", "low_95", "high_95")


def _fan_span(known: pd.DataFrame, fan: pd.DataFrame, scenarios: pd.DataFrame) -> tuple[float, float]:
    values = pd.concat([known["value"], fan["low_95"], fan["high_95"], scenarios["value"]]).astype(float)
    room = 0.08 * (float(values.max()) - float(values.min()) or 1.0)
    return max(0.0, float(values.min()) - room), float(values.max()) + 2 * room


def _band(area: alt.Chart, y: alt.Y, level: str, look: Look, *, opacity: float) -> alt.Chart:
    edge = y.copy()
    edge["shorthand"] = f"low_{level}:Q"
    band: alt.Chart = area.encode(y=edge, y2=f"high_{level}:Q").mark_area(color=look.colours.second, opacity=opacity)
    return band


def _untested(year: int, x: alt.X, y: alt.Y, high: float, words: FanWords, look: Look) -> list[alt.Chart]:
    one: alt.Chart = alt.Chart(pd.DataFrame([{"year": year, "value": high, "label": words.untested}])).encode(x=x)
    return [
        one.mark_rule(color=look.colours.soft, strokeDash=[2, 3]),
        *look.label(one.encode(y=y), text="label", colour=look.colours.soft, align="right", dx=-5, dy=8),
    ]


def _points(past: alt.Chart, kind: str, look: Look, tooltip: list[alt.Tooltip]) -> alt.Chart:
    ink = look.colours.text
    is_counted = kind == "observed"
    points: alt.Chart = (
        past.transform_filter(alt.datum.kind == kind)
        .encode(tooltip=tooltip)
        .mark_point(
            shape="circle" if is_counted else "diamond", filled=True, size=55 if is_counted else 75,
            color=ink if is_counted else look.colours.ground, stroke=ink, strokeWidth=1.5, opacity=1,
        )
    )  # fmt: skip
    return points


def _past_labels(known: pd.DataFrame, x: alt.X, y: alt.Y, words: FanWords, look: Look) -> list[alt.Chart]:
    """Say beside one point of each sort what its shape means."""
    labels: list[alt.Chart] = []
    ordered = known.sort_values("year")
    is_falling = ordered["value"].iloc[-1] < ordered["value"].iloc[0]
    # Where the line falls, the room is above at the right and below at the left.
    above: Align = "left" if is_falling else "right"
    below: Align = "right" if is_falling else "left"
    sorts: tuple[tuple[str, str, Align, float], ...] = (
        ("observed", words.observed, above, -13),
        ("estimated", words.estimated, below, 15),
    )
    for kind, text, align, dy in sorts:
        points = ordered[ordered["kind"] == kind]
        if len(points):
            place = alt.Chart(points.iloc[[len(points) // 2]].assign(label=text)).encode(x=x, y=y)
            side = 7 if align == "left" else -7
            labels += look.label(place, text="label", colour=look.colours.text, align=align, dx=side, dy=dy)
    return labels


def _ends(fan: pd.DataFrame, scenarios: pd.DataFrame, words: FanWords, look: Look) -> pd.DataFrame:
    last = fan.sort_values("year").iloc[-1]
    year = int(last["year"])
    rows = [
        (year, float(last["value"]), words.forecast, look.colours.second),
        (year, float(last["high_80"]), words.inner, look.colours.soft),
        (year, float(last["high_95"]), words.outer, look.colours.soft),
    ]
    for name, line in scenarios.groupby("name", sort=False):
        end = line.sort_values("year").iloc[-1]
        rows.append((int(end["year"]), float(end["value"]), str(name), look.colours.text))
    return pd.DataFrame(rows, columns=["year", "value", "label", "colour"])


def need_chart(
    years: pd.DataFrame,
    *,
    places_label: str,
    gap_label: str,
    look: Look,
    title: str,
    description: str,
) -> alt.LayerChart:
    """Return the places needed by year as bars, what is missing in a strong colour, and the places there are as a mark.

    Parameters
    ----------
    years
        Columns ``year``, ``need_count`` with ``low`` and ``high`` (its interval), ``places_count``, ``text``.
    places_label
        What the mark of the places there are means.
    gap_label
        How many are missing in the last year, in words; empty says nothing.
    look, title, description
        See :func:`finder.maps.charts_compare.distribution_chart`.
    """
    colours = look.colours
    table = years.assign(met=years[["need_count", "places_count"]].min(axis=1))
    x = alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap="parity", ticks=False, labelPadding=6))
    top = float(table[["need_count", "high", "places_count"]].max().max()) * 1.1
    y = alt.Y("need_count:Q", axis=look.number_axis(), scale=alt.Scale(domain=[0, top], nice=False))
    base = alt.Chart(table).encode(x=x, tooltip=[alt.Tooltip("year:N", title=""), alt.Tooltip("text:N", title="")])
    whole = base.encode(y=y).mark_bar(color=colours.main, width=alt.RelativeBandSize(0.74))
    met = base.encode(y=alt.Y("met:Q")).mark_bar(color=colours.quiet, width=alt.RelativeBandSize(0.74))
    whisker = base.encode(y=alt.Y("low:Q"), y2="high:Q").mark_rule(color=colours.text, strokeWidth=1.5)
    there = base.encode(y=alt.Y("places_count:Q")).mark_tick(
        color=colours.text, thickness=2, width=alt.RelativeBandSize(0.96)
    )
    last = table.loc[[table["year"].idxmax()]].assign(places=places_label, gap=gap_label)
    ends = alt.Chart(last).encode(x=alt.value("width"))
    wanted = np.array([float(last["places_count"].iloc[0]), float(last["need_count"].iloc[0])])
    at = spread(wanted, gap=_gap(top))
    named = [
        *look.label(ends.encode(y=alt.datum(float(at[0]))), text="places", colour=colours.text, align="left", dx=4),
        *look.label(
            ends.encode(y=alt.datum(float(at[1]))), text="gap", colour=colours.main, align="left", dx=4, is_strong=True
        ),
    ]
    layers = [whole, met, whisker, there, *named]
    return look.finish(layers, plot_px=_HEIGHT_PX, title=title, description=description)


def _end_labels(
    ends: pd.DataFrame, x: alt.X, y: alt.Y, look: Look, *, span: float, strong: list[str]
) -> list[alt.Chart]:
    """Name what ends at a year and value, beside it; names that would cover each other move apart."""
    placed = ends.assign(value=spread(ends["value"], gap=_gap(span)))
    layers: list[alt.Chart] = []
    for i in range(len(placed)):
        place = alt.Chart(placed.iloc[[i]]).encode(x=x, y=y)
        label = str(placed["label"].iloc[i])
        colour = str(placed["colour"].iloc[i])
        layers += look.label(place, text="label", colour=colour, align="left", dx=9, is_strong=label in strong)
    return layers


def _year_axis(domain: list[int]) -> alt.X:
    axis = alt.Axis(
        title=None, format="d", tickMinStep=1, tickCount=6, grid=False, ticks=False, labelPadding=6, labelFlush=True
    )
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def _gap(span: float) -> float:
    """Least distance of two labels, in the unit of a vertical axis that spans so much."""
    return 1.25 * LABEL_PX / _HEIGHT_PX * span
