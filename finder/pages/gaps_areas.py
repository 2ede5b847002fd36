"""The gap areas of the page Gaps: demand points where something is missing, gathered and named."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from finder.answers.gaps import Gaps
from finder.answers.point_definitions import DEFAULT_POINT_KEYS
from finder.capacity.certainty import LIKELY_SHARE, certainty
from finder.capacity.gap_areas import MAX_CHILDREN, MAX_SPAN_M, RANKED_BY, SMALL_CHILDREN
from finder.capacity.underserved import AGREEMENT_KEY
from finder.maps.areas import area_layer
from finder.maps.cells import cell_layer
from finder.maps.choropleth import commune_outline_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.maps.palettes import DRAW_SHARE
from finder.pages import cached, cached_planner, components, gaps_data
from finder.pages.gaps_communes import share_labels
from finder.pages.gaps_question import agreement_name, gap_name, point_name
from finder.pages.gaps_words import certainty_text, number_text, range_text, rounded_children
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, minutes_text, share_text

MAP_KEY = "gaps_areas_map"
LIST_COUNT = 15
OUTLINED_COUNT = 25
"""More outlines than these hide the map; the files have all."""

SHARE_SHOWN = 0.05
"""Points that hardly ever are gaps are not drawn."""


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
        "gaps.areas.answer" if found.question.rule == "consultation" else "gaps.areas.answer_where",
        count=count_text(rounded_children(draws.mean()), t.language),
        of=count_text(rounded_children(points[RANKED_BY].sum()), t.language),
        low=count_text(rounded_children(low), t.language),
        high=count_text(rounded_children(high), t.language),
        **_what(t, found),
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
        )
    )
    at_border = int(large["touches_border"].sum())
    if at_border:
        texts.append(t("gaps.areas.count_border", border=count_text(at_border, t.language)))
    return texts


def _what(t: Messages, found: Gaps) -> dict[str, str]:
    if found.question.rule != "consultation":
        return {"definition": gap_name(t, found.question)}
    return {"minutes": f"{found.question.limit_min:g}", "by": t("by." + found.question.mode)}


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
                gaps_data.outlines(found.question, OUTLINED_COUNT).loc[areas.index],
                ranks=areas["rank"],
                tooltips={str(area): _tooltip(t, found, row) for area, row in areas.iterrows()},
                uncertain=set(areas.index[areas["draw_share"] < LIKELY_SHARE]),
            )
        )
    view = fit_view(components.WHOLE_AREA, token="gaps-areas", padding_px=0)
    components.show_map(t, layer_group(*layers, view), key=MAP_KEY, title=t("gaps.map_areas"), height=560, returned=[])


def _tooltip(t: Messages, found: Gaps, row: "pd.Series[Any]") -> str:
    rule, of = found.question.rule, len(found.question.keys)
    lines = [
        t("gaps.areas.tooltip", rank=row["rank"], name=row["name"]),
        t("gaps.areas.tooltip_children", count=count_text(row[RANKED_BY], t.language)),
    ]
    if rule != "consultation":
        lines.append(t("gaps.areas.tooltip_places", count=decimal_text(row["reachable_per_100"], t.language)))
    if rule != "places":
        lines.append(t("gaps.areas.tooltip_minutes", minutes=minutes_text(row["mean_minutes"], t.language)))
    if rule == "agreement":
        lines.append(t("gaps.mean_count", count=decimal_text(row["mean_holds_count"], t.language), of=of))
    lines.append(t("gaps.areas.tooltip_share", share=share_text(row["draw_share"], t.language)))
    return "\n".join([*lines, _border_text(t, found)] if row["touches_border"] else lines)


def _border_text(t: Messages, found: Gaps) -> str:
    return t("gaps.areas.border" if found.question.rule == "consultation" else "gaps.border_short")


def show_legend(t: Messages, found: Gaps) -> None:
    """Show the classes of the points, with how many points each has."""
    values = found.points.loc[found.points[RANKED_BY] > 0, "draw_share"]
    rows = legend_rows(values, DRAW_SHARE, share_labels(t), empty_label=t("legend.empty"))
    title = t("gaps.legend", definition=gap_name(t, found.question))
    st.html(legend_html(rows, title=title, count_text=lambda n: t.count("gaps.areas.points", n)))
    components.notes([t("gaps.areas.outline", count=OUTLINED_COUNT), t("gaps.areas.dashed"), t("gaps.areas.hidden")])


def show_list(t: Messages, found: Gaps) -> None:
    """Show the areas with the most children."""
    if not len(found.areas):
        return
    st.subheader(t("gaps.areas.list"))
    names, rule = cached.commune_names(t.language), found.question.rule
    columns: list[tuple[str, Callable[[Any], str]]] = [
        (t("gaps.col.rank"), lambda row: count_text(row["rank"], t.language)),
        (t("gaps.col.area"), lambda row: row["name"]),
        (t("gaps.col.in_communes"), lambda row: ", ".join(names[nis] for nis in row["nis"])),
        (t("gaps.col.children_0_5"), lambda row: count_text(row[RANKED_BY], t.language)),
    ]
    if rule != "consultation":
        columns.append((t("gaps.col.reachable"), lambda row: decimal_text(row["reachable_per_100"], t.language)))
    if rule != "places":
        columns.append((t("gaps.col.minutes"), lambda row: minutes_text(row["mean_minutes"], t.language)))
    if rule == "agreement":
        title = t("gaps.col.mean", of=len(found.question.keys))
        columns.append((title, lambda row: decimal_text(row["mean_holds_count"], t.language)))
    columns += [
        (t("gaps.col.share"), lambda row: share_text(row["draw_share"], t.language)),
        (t("table.flags"), lambda row: flags_text(t, found, row)),
    ]
    rows = [[text(row) for _, text in columns] for _, row in found.areas.head(LIST_COUNT).iterrows()]
    components.table([title for title, _ in columns], rows, numeric=(0, *range(3, len(columns) - 1)))


def flags_text(t: Messages, found: Gaps, row: "pd.Series[Any]") -> str:
    """Return what must be said of an area: the border, few children, cut by rule."""
    flags = [
        (row["touches_border"], _border_text(t, found)),
        (row["is_small"], t("gaps.areas.small")),
        (row["cut_at"] == "commune", t("gaps.areas.cut_commune")),
        (row["cut_at"] == "locality", t("gaps.areas.cut_locality")),
    ]
    return " · ".join(text for holds, text in flags if holds)


def show_definitions(t: Messages, found: Gaps) -> None:
    """Show, once opened, how many children each definition of points concerns."""
    panel = st.expander(t("gaps.areas.definitions"), key="gaps_point_definitions", on_change="rerun")
    if not panel.open:
        return
    question = found.question
    judged = cached_planner.judged_points(question.reach)
    table = judged.summary(found.points[RANKED_BY], keys=question.keys, at_least=question.at_least)
    rows = []
    for key, row in table.to_dict("index").items():
        is_agreement = key == AGREEMENT_KEY
        name = agreement_name(t, question) if is_agreement else point_name(t, str(key))
        children = (rounded_children(row["children" + end]) for end in ("", "_p10", "_p90"))
        sure = (count_text(rounded_children(row[column]), t.language) for column in ("certain_yes", "likely", "unsure"))
        rows.append([name, t("gaps.yes") if key in question.keys else "", range_text(t, *children), *sure])
    headers = [
        t("gaps.col.definition"), t("gaps.col.counts"), t("gaps.col.children_0_5"),
        *(certainty_text(t, name) for name in ("certain_yes", "likely", "unsure")),
    ]  # fmt: skip
    with panel:
        components.table(headers, rows, numeric=range(2, 6))
        components.notes([t("gaps.areas.definitions_how")])


def show_how_we_know(t: Messages, found: Gaps) -> None:
    """Say what the areas rest on."""
    question = found.question
    is_agreement = question.rule == "agreement" and question.keys == DEFAULT_POINT_KEYS
    texts = [
        t("gaps.areas.how_points"),
        *([t("gaps.areas.how_agreement")] if is_agreement else []),
        t("gaps.areas.how_places", minutes=f"{question.day_care_min:g}"),
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
