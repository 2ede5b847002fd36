"""Charts of the planner's pages; frames in, altair objects out."""

import altair as alt
import pandas as pd

from finder.maps.palettes import MINUTES


def reach_chart(
    cumulated: pd.DataFrame, *, x_title: str, y_title: str, value_title: str, zone_order: list[str]
) -> alt.LayerChart:
    """Return how the share of people grows with the limit, each line labelled at its end.

    Parameters
    ----------
    cumulated
        Columns ``zone``, ``limit_min``, ``share`` (0 to 1) and ``label`` (the share in words).
    x_title, y_title, value_title
        Words of the axes and the tooltip.
    zone_order
        Zones from most to least important: the first is drawn strong.
    """
    colours = [MINUTES.colours[4], "#8a8f8c"][: len(zone_order)]
    base = alt.Chart(cumulated).encode(
        x=alt.X("limit_min:Q", title=x_title, axis=alt.Axis(values=[10, 15, 20, 30, 45], grid=False)),
        y=alt.Y("share:Q", title=y_title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5)),
        color=alt.Color("zone:N", sort=zone_order, scale=alt.Scale(domain=zone_order, range=colours), legend=None),
        tooltip=[alt.Tooltip("zone:N", title=""), alt.Tooltip("label:N", title=value_title)],
    )
    lines = base.mark_line(point=alt.OverlayMarkDef(size=50), strokeWidth=2.5)
    last = cumulated["limit_min"].max()
    ends = base.transform_filter(alt.datum.limit_min == last).mark_text(align="left", dx=9, fontSize=13)
    chart: alt.LayerChart = (lines + ends.encode(text="zone:N")).properties(height=240)
    return chart
