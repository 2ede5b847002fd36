"""Charts of mobile consultations: how many children more or fewer units would follow."""

from typing import Final

import altair as alt
import pandas as pd

from finder.maps.charts_look import Look

_HEIGHT_PX: Final = 240


def units_chart(
    curve: pd.DataFrame, *, today: int, today_text: str, bound_text: str, look: Look, title: str, description: str
) -> alt.LayerChart:
    """Return children followed by number of units, each point labelled, under the line that nothing can exceed.

    Parameters
    ----------
    curve
        Columns ``units``, ``children``, ``bound``, ``text`` (children in words), ``bound_label`` (bound in words).
    today
        Units of today; marked if the curve has them.
    today_text, bound_text
        Words of the mark and of the upper line.
    look, title, description
        See :func:`finder.maps.charts_compare.distribution_chart`.
    """
    colours = look.colours
    low, high = float(curve["children"].min()), float(curve["bound"].max())
    room = max(high - low, 0.05 * high, 1.0)
    units = [int(count) for count in curve["units"]]
    axis = alt.Axis(title=None, values=units, format="d", grid=False, ticks=False, labelPadding=6)
    x = alt.X("units:Q", axis=axis, scale=alt.Scale(domain=[units[0] - 0.45, units[-1] + 0.6], nice=False))
    domain = [max(0.0, low - 0.55 * room), high + 0.3 * room]
    y = alt.Y("children:Q", axis=look.number_axis(tick_count=4), scale=alt.Scale(domain=domain, nice=False))
    base = alt.Chart(curve).encode(x=x)
    tooltip = [alt.Tooltip(f"{column}:N", title="") for column in ("units", "text", "bound_label")]
    upper = y.copy()
    upper["shorthand"] = "bound:Q"
    layers: list[alt.Chart] = []
    if today in units:
        layers.append(base.transform_filter(alt.datum.units == today).mark_rule(color=colours.quiet, strokeDash=[4, 3]))
    layers += [
        base.encode(y=upper).mark_line(color=colours.soft, strokeWidth=1, strokeDash=[3, 2]),
        base.encode(y=y).mark_line(color=colours.main, strokeWidth=2.5),
        base.encode(y=y, tooltip=tooltip).mark_point(filled=True, size=70, opacity=1, color=colours.main),
    ]
    layers += look.label(base.encode(y=y), text="text", colour=colours.main, align="center", dy=17, is_strong=True)
    last = pd.DataFrame([{"units": units[-1], "children": float(curve["bound"].iloc[-1]), "label": bound_text}])
    layers += look.label(
        alt.Chart(last).encode(x=x, y=y), text="label", colour=colours.soft, align="right", dx=30, dy=-14
    )
    if today in units:
        foot = pd.DataFrame([{"units": today, "children": domain[0], "label": today_text}])
        layers += look.label(
            alt.Chart(foot).encode(x=x, y=y), text="label", colour=colours.soft, align="left", dx=6, dy=-9
        )
    return look.finish(layers, plot_px=_HEIGHT_PX, title=title, description=description)
