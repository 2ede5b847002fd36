"""Charts that compare zones or groups: all communes at once, a few with their intervals, groups of income, Lorenz."""

from typing import Final

import altair as alt
import numpy as np
import pandas as pd

from finder.maps.charts_look import Look

BINS: Final = 56
"""Columns of dots over the width; on a phone they just touch."""

_ROW_PX: Final = 44
_LABEL_ROW_PX: Final = 19
_TALLEST_PX: Final = 150
_SQUARE_PX: Final = 300


def distribution_chart(
    zones: pd.DataFrame, *, marks: pd.DataFrame, look: Look, title: str, description: str, unit: str = ""
) -> alt.LayerChart:
    """Return all zones as one dot each, piled up where values are alike; some are named.

    Parameters
    ----------
    zones
        Columns ``name``, ``value``, ``text`` (value in words), ``role``: ``chosen``, ``group`` (such as the province
        of the chosen one) or ``other``. A zone without a finite value has no dot.
    marks
        Values to name: columns ``value``, ``label``, ``role`` (see above); the first stands highest.
    look
        Theme and signs of numbers.
    title
        What is counted; stands above.
    description
        What the chart shows, for screen readers.
    unit
        Follows the numbers of the axis, with its space.
    """
    colours = look.colours
    roles = ["chosen", "group", "other"]
    paint = {"chosen": colours.main, "group": colours.second, "other": colours.quiet}
    dots = _piled(zones)
    piled = int(dots["pile"].max()) + 1 if len(dots) else 1
    pile_px = min(_TALLEST_PX, 6.5 * piled)
    height = pile_px + _LABEL_ROW_PX * len(marks) + 8
    rows_per_px = piled / pile_px
    axis = look.number_axis(unit=unit, grid=False, tick_count=6)
    low, high = _span(pd.concat([dots["column"], marks["value"]]))
    x_scale = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("pile:Q", axis=None, scale=alt.Scale(domain=[-0.7, height * rows_per_px - 0.7], nice=False))
    shown = alt.Chart(dots).mark_circle(opacity=1, size=30).encode(
        x=alt.X("column:Q", scale=x_scale, axis=axis), y=y,
        color=alt.Color("role:N", scale=alt.Scale(domain=roles, range=[paint[r] for r in roles]), legend=None),
        tooltip=[alt.Tooltip("name:N", title=""), alt.Tooltip("text:N", title="")],
    )  # fmt: skip
    layers: list[alt.Chart] = [shown]
    for i, mark in enumerate(marks.to_dict("records")):
        top = (height - _LABEL_ROW_PX * (i + 0.6)) * rows_per_px - 0.7
        is_right = mark["value"] > (low + high) / 2
        one = pd.DataFrame([{"value": mark["value"], "label": mark["label"], "pile": top, "foot": -0.7}])
        place = alt.Chart(one).encode(x=alt.X("value:Q", scale=x_scale), y=y)
        colour = paint[mark["role"]] if mark["role"] != "other" else colours.soft
        layers.append(place.encode(y2="foot:Q").mark_rule(color=colour, strokeWidth=1.5))
        layers += look.label(
            place, text="label", colour=colour, align="right" if is_right else "left",
            dx=-6 if is_right else 6, is_strong=mark["role"] == "chosen",
        )  # fmt: skip
    if (dots["role"] == "chosen").any():
        layers.append(
            shown.transform_filter(alt.datum.role == "chosen").mark_circle(
                size=110, opacity=1, stroke=colours.ground, strokeWidth=1.5
            )
        )
    return look.finish(layers, plot_px=height, title=title, description=description)


def _piled(zones: pd.DataFrame) -> pd.DataFrame:
    """Each zone's column (middle of its bin) and its place in the pile: the chosen one lowest, then its group."""
    dots: pd.DataFrame = zones[np.isfinite(zones["value"].to_numpy(dtype=np.float64))].copy()
    rank = dots["role"].map({"chosen": 0, "group": 1, "other": 2})
    dots = dots.assign(rank=rank).sort_values(["rank", "value"], kind="stable").drop(columns="rank")
    low, high = _span(dots["value"])
    step = (high - low) / BINS
    dots["column"] = low + (np.minimum((dots["value"] - low) // step, BINS - 1) + 0.5) * step
    dots["pile"] = dots.groupby("column").cumcount()
    return dots


def _span(values: "pd.Series[float]") -> tuple[float, float]:
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def interval_chart(rows: pd.DataFrame, *, look: Look, title: str, description: str, unit: str = "") -> alt.LayerChart:
    """Return one line per zone from its low to its high value, with a point; the name and the value stand above it.

    Parameters
    ----------
    rows
        In the order shown: ``name``, ``value``, ``low``, ``high`` (such as the p10 and p90 of the draws), ``text``
        (value and interval in words), ``is_main``.
    look, title, description, unit
        See :func:`distribution_chart`.
    """
    base = _rows(rows)
    colour = _strength(look)
    line = base.encode(x=_value_axis("low", look, unit), x2="high:Q", color=colour).mark_rule(
        strokeWidth=5, opacity=0.45, strokeCap="round", yOffset=9
    )
    point = base.encode(x=_value_axis("value", look, unit), color=colour).mark_point(
        filled=True, size=120, opacity=1, stroke=look.colours.ground, strokeWidth=1.5, yOffset=9
    )
    return look.finish(
        [line, point, *_names(base, look)], plot_px=_ROW_PX * len(rows), title=title, description=description
    )


def group_chart(rows: pd.DataFrame, *, look: Look, title: str, description: str, unit: str = "") -> alt.LayerChart:
    """Return one bar per group, such as fifths by income; the name and the value stand above it.

    Parameters
    ----------
    rows
        In the order shown: ``name``, ``value`` (0 or more), ``text`` (value in words), ``is_main``.
    look, title, description, unit
        See :func:`distribution_chart`.
    """
    base = _rows(rows)
    bars = base.encode(
        x=_value_axis("value", look, unit, zero=True), color=_strength(look)
    ).mark_bar(height=13, yOffset=10, cornerRadiusEnd=2)  # fmt: skip
    return look.finish([bars, *_names(base, look)], plot_px=_ROW_PX * len(rows), title=title, description=description)


def _rows(rows: pd.DataFrame) -> alt.Chart:
    numbered = rows.assign(row=range(len(rows)))
    tooltip = [alt.Tooltip("name:N", title=""), alt.Tooltip("text:N", title="")]
    return alt.Chart(numbered).encode(y=alt.Y("row:O", axis=None), tooltip=tooltip)


def _value_axis(column: str, look: Look, unit: str, *, zero: bool = False) -> alt.X:
    return alt.X(f"{column}:Q", axis=look.number_axis(unit=unit), scale=alt.Scale(zero=zero, nice=True))


def _strength(look: Look) -> alt.Color:
    scale = alt.Scale(domain=[True, False], range=[look.colours.main, look.colours.second])
    return alt.Color("is_main:N", scale=scale, legend=None)


def _names(base: alt.Chart, look: Look) -> list[alt.Chart]:
    """Name at the left and value at the right of each row: no room is lost beside the lines on a phone."""
    left = look.label(base.encode(x=alt.value(0)), text="name", colour=look.colours.text, align="left", dy=-8)
    right = look.label(
        base.encode(x=alt.value("width")), text="text", colour=look.colours.text, align="right", dy=-8, is_strong=True
    )
    return [*left, *right]


def lorenz_chart(
    curves: pd.DataFrame,
    *,
    look: Look,
    title: str,
    x_title: str,
    equality_label: str,
    description: str,
    unit: str = "\u202f%",
) -> alt.LayerChart:
    """Return Lorenz curves below the line of equality, named in the corner below them.

    Parameters
    ----------
    curves
        Columns ``name`` (at most two), ``people_share`` and ``value_share`` (0 to 1, cumulated from who has least),
        ``text`` (the point in words). Each curve has the points (0, 0) and (1, 1).
    look, title, description
        See :func:`distribution_chart`.
    x_title
        Words of the horizontal axis; ``title`` says what the vertical one is.
    equality_label
        Words of the line of equality.
    unit
        Follows the numbers of both axes, with its space.
    """
    colours = look.colours
    names = list(dict.fromkeys(curves["name"]))
    paint = [colours.second, colours.main][: len(names)]
    axis = look.number_axis(unit=unit)
    axis["values"] = [0, 25, 50, 75, 100]
    x_axis = axis.copy()
    x_axis["title"] = x_title
    full = alt.Scale(domain=[0, 100])
    x, y = alt.X("people_pct:Q", axis=x_axis, scale=full), alt.Y("value_pct:Q", axis=axis, scale=full)
    equal = alt.Chart(pd.DataFrame({"people_pct": [0, 100], "value_pct": [0, 100]})).encode(x=x, y=y)
    middle = pd.DataFrame([{"people_pct": 50, "value_pct": 50, "label": equality_label}])
    shown = curves.assign(people_pct=curves["people_share"] * 100, value_pct=curves["value_share"] * 100)
    lines = alt.Chart(shown).encode(
        x=x, y=y, color=alt.Color("name:N", scale=alt.Scale(domain=names, range=paint), legend=None),
        tooltip=[alt.Tooltip("name:N", title=""), alt.Tooltip("text:N", title="")],
    )  # fmt: skip
    layers: list[alt.Chart] = [
        equal.mark_line(color=colours.soft, strokeDash=[5, 4], strokeWidth=1.3),
        *look.label(alt.Chart(middle).encode(x=x, y=y), text="label", colour=colours.soft, align="right", dx=-10),
        lines.mark_line(strokeWidth=2.5),
        lines.mark_point(opacity=0, size=120),
    ]
    # The corner below every curve is free; the curve that hangs lowest has its name lowest.
    area = shown.groupby("name", sort=False)["value_pct"].sum().sort_values()
    for i, name in enumerate(area.index):
        corner = pd.DataFrame([{"people_pct": 99, "value_pct": 4 + 7 * i, "name": name}])
        shade = paint[names.index(str(name))]
        place = alt.Chart(corner).encode(x=x, y=y)
        layers += look.label(place, text="name", colour=shade, align="right", is_strong=True)
    return look.finish(layers, plot_px=_SQUARE_PX, title=title, description=description)
