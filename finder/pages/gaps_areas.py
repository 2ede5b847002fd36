"""The gap areas of the page Gaps: where children are far from a consultation, gathered and named."""

from typing import Any

import pandas as pd
import streamlit as st

from finder.answers.gaps import Gaps
from finder.capacity.certainty import LIKELY_SHARE, certainty
from finder.capacity.gap_areas import MAX_CHILDREN, MAX_SPAN_M, RANKED_BY, SMALL_CHILDREN
from finder.maps.areas import area_layer
from finder.maps.cells import cell_layer
from finder.maps.choropleth import commune_outline_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.maps.palettes import DRAW_SHARE
from finder.pages import cached, components, gaps_data
from finder.pages.gaps_communes import share_labels
from finder.pages.gaps_words import number_text, rounded_children
from finder.words.messages import Messages
from finder.words.wording import count_text, minutes_text, share_text

MAP_KEY = "gaps_areas_map"
LIST_COUNT = 15
OUTLINED_COUNT = 25
"""More outlines than these hide the map; the files have all."""

SHARE_SHOWN = 0.05
"""Points that hardly ever are far are not drawn."""


def answer_texts(t: Messages, found: Gaps) -> list[str]:
    """Return the answer: expected children with their range, how sure it is where, and how many areas."""
    points, areas, draws = found.points, found.areas, found.children_draws
    sure = points[RANKED_BY].groupby(certainty(points["draw_share"])).sum()
    counts = {
        name: count_text(rounded_children(float(sure.get(name, 0.0))), t.language)
        for name in ("certain_yes", "likely", "unsure")
    }
    low, high = draws.quantile([0.1, 0.9])
    first = t(
        "gaps.areas.answer",
        count=count_text(rounded_children(draws.mean()), t.language),
        of=count_text(rounded_children(points[RANKED_BY].sum()), t.language),
        low=count_text(rounded_children(low), t.language),
        high=count_text(rounded_children(high), t.language),
        minutes=f"{found.question.limit_min:g}",
        by=t("by." + found.question.mode),
    )
    texts = [first, t("gaps.areas.sure", **counts)]
    if not len(areas):
        return [*texts, t("gaps.areas.none")]
    large = areas[~areas["is_small"]]
    texts.append(
        t(
            "gaps.areas.count",
            areas=count_text(len(areas), t.language),
            children=count_text(rounded_children(areas[RANKED_BY].sum()), t.language),
            small=count_text(areas["is_small"].sum(), t.language),
            limit=number_text(t, SMALL_CHILDREN),
            border=count_text(large["touches_border"].sum(), t.language),
        )
    )
    return texts


def show_map(t: Messages, found: Gaps) -> None:
    """Show the points by share of the draws, and the largest areas with their rank."""
    drawn = found.points[(found.points["draw_share"] > SHARE_SHOWN) & (found.points[RANKED_BY] > 0)]
    areas = found.areas.set_index("area_id").head(OUTLINED_COUNT)
    labels = [t("gaps.areas.cell", share=label) for label in share_labels(t)]
    layers = [
        commune_outline_layer(tooltips=cached.commune_names(t.language)),
        cell_layer(drawn, drawn["draw_share"], people=drawn[RANKED_BY], scale=DRAW_SHARE, class_texts=labels),
    ]
    if len(areas):
        layers.append(
            area_layer(
                gaps_data.outlines(found.question).loc[areas.index],
                ranks=areas["rank"],
                tooltips={str(area): _tooltip(t, row) for area, row in areas.iterrows()},
                uncertain=set(areas.index[areas["draw_share"] < LIKELY_SHARE]),
            )
        )
    view = fit_view(components.WHOLE_AREA, token="gaps-areas", padding_px=0)
    components.show_map(t, layer_group(*layers, view), key=MAP_KEY, title=t("gaps.map_areas"), height=560, returned=[])


def _tooltip(t: Messages, row: "pd.Series[float]") -> str:
    lines = [
        t("gaps.areas.tooltip", rank=row["rank"], name=row["name"]),
        t("gaps.areas.tooltip_children", count=count_text(row[RANKED_BY], t.language)),
        t("gaps.areas.tooltip_minutes", minutes=minutes_text(row["mean_minutes"], t.language)),
        t("gaps.areas.tooltip_share", share=share_text(row["draw_share"], t.language)),
    ]
    return "\n".join([*lines, t("gaps.areas.border")] if row["touches_border"] else lines)


def show_legend(t: Messages, found: Gaps) -> None:
    """Show the classes of the points, with how many points each has."""
    values = found.points.loc[found.points[RANKED_BY] > 0, "draw_share"]
    rows = legend_rows(values, DRAW_SHARE, share_labels(t), empty_label=t("legend.empty"))
    title = t("gaps.areas.legend", minutes=f"{found.question.limit_min:g}", by=t("by." + found.question.mode))
    st.html(legend_html(rows, title=title, count_text=lambda n: t.count("gaps.areas.points", n)))
    components.notes([t("gaps.areas.outline", count=OUTLINED_COUNT), t("gaps.areas.dashed"), t("gaps.areas.hidden")])


def show_list(t: Messages, found: Gaps) -> None:
    """Show the areas with the most children."""
    if not len(found.areas):
        return
    st.subheader(t("gaps.areas.list"))
    names = cached.commune_names(t.language)
    rows = [
        [
            count_text(row["rank"], t.language),
            row["name"],
            ", ".join(names[nis] for nis in row["nis"]),
            count_text(row[RANKED_BY], t.language),
            minutes_text(row["mean_minutes"], t.language),
            share_text(row["draw_share"], t.language),
            flags_text(t, row),
        ]
        for _, row in found.areas.head(LIST_COUNT).iterrows()
    ]
    headers = [
        t("gaps.col.rank"), t("gaps.col.area"), t("gaps.col.in_communes"), t("gaps.col.children_0_5"),
        t("gaps.col.minutes"), t("gaps.col.share"), t("table.flags"),
    ]  # fmt: skip
    components.table(headers, rows, numeric=(0, 3, 4, 5))


def flags_text(t: Messages, row: "pd.Series[Any]") -> str:
    """Return what must be said of an area: the border, few children, cut by rule."""
    flags = [
        (row["touches_border"], "gaps.areas.border"),
        (row["is_small"], "gaps.areas.small"),
        (row["cut_at"] == "commune", "gaps.areas.cut_commune"),
        (row["cut_at"] == "locality", "gaps.areas.cut_locality"),
    ]
    return " · ".join(t(key) for holds, key in flags if holds)


def show_how_we_know(t: Messages, found: Gaps) -> None:
    """Say what the areas rest on."""
    texts = [
        t("gaps.areas.how_points"),
        t("gaps.areas.how_areas", span=f"{MAX_SPAN_M / 1000:g}", children=count_text(MAX_CHILDREN, t.language)),
        t("gaps.areas.how_mobile"),
        t("gaps.how.centre"),
        t(f"gaps.year.{found.question.year}_how"),
        t("gaps.areas.how_border"),
        t("gaps.how.german"),
        t("gaps.how.method"),
    ]
    with st.expander(t("find.how")):
        components.notes(texts)
