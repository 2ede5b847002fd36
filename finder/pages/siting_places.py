"""The next day-care places on the page: map, priority list with what each step brings, how sure each commune is."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from finder.answers.places_allocation import Allocation, TargetAnswer
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import class_labels, legend_html, legend_rows
from finder.maps.palettes import COUNTS, DRAW_SHARE, Scale
from finder.pages import cached, components
from finder.pages.gaps_communes import share_labels
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, share_text

MAP_KEY = "siting_places_map"
LIST_COUNT = 20


def show_next(t: Messages, found: Allocation) -> None:
    """Show where the next places go."""
    names = cached.commune_names(t.language)
    table = found.table
    tooltips = {
        str(nis): "\n".join(
            [
                names[str(nis)],
                t("siting.tip.places", count=count_text(row["places_added"], t.language)),
                t("siting.tip.draws", share=share_text(row["share_chosen"], t.language)),
            ]
        )
        for nis, row in table.to_dict("index").items()
    }
    legend = t("siting.legend.chosen"), share_labels(t)
    _show_map(t, table["share_chosen"], DRAW_SHARE, tooltips, legend, empty=t("siting.legend_not_asked"))
    given = table[table["places_added"] > 0].sort_values("first_step")
    if given.empty:
        return
    st.subheader(t("siting.next.title"))
    components.notes([t("siting.next.how")])
    headers = [t("siting.col.order"), t("table.commune"), t("siting.col.places"), t("siting.col.rate"),
               t("siting.col.rate_after"), t("siting.col.draws"), t("siting.col.draws_2030")]  # fmt: skip
    rows = [
        [
            count_text(rank, t.language), names[str(nis)], count_text(row["places_added"], t.language),
            _with_range(t, row, "rate"), decimal_text(row["rate_after"], t.language),
            share_text(row["share_chosen"], t.language),
            share_text(row["share_chosen_later"], t.language),
        ]
        for rank, (nis, row) in enumerate(given.head(LIST_COUNT).to_dict("index").items(), start=1)
    ]  # fmt: skip
    components.table(headers, rows, numeric=(0, 2, 3, 4, 5, 6))
    _show_steps(t, found, names)


def _with_range(t: Messages, row: Mapping[object, float], name: str) -> str:
    value, low, high = (decimal_text(row[name + end], t.language) for end in ("", "_p10", "_p90"))
    return value if value == NEVER else f"{value} ({low}–{high})"


def missing_text(t: Messages, row: Mapping[object, float]) -> str:
    """Return the places a commune lacks with their range over 8 draws in 10: whole ones, finer is not known."""
    value, low, high = (count_text(row["missing_" + name], t.language) for name in ("places", "p10", "p90"))
    return f"{value} ({low}–{high})"


def _show_steps(t: Messages, found: Allocation, names: Mapping[str, str]) -> None:
    panel = st.expander(t("siting.steps.title"), key="siting_steps", on_change="rerun")
    if not panel.open:
        return
    with panel:
        components.notes([t("siting.steps." + found.question.objective)])
    steps = found.steps
    shown = pd.DataFrame(
        {
            "step": steps.index + 1,
            "name": [names[str(nis)] for nis in steps["area"]],
            "gain": steps["gain"],
            "before": steps["rate_before"],
            "after": steps["rate_after"],
        }
    )
    config = {
        "step": st.column_config.NumberColumn(t("siting.col.order"), format="%d"),
        "name": st.column_config.TextColumn(t("table.commune")),
        "gain": st.column_config.NumberColumn(t("siting.col.gain"), format="%.1f"),
        "before": st.column_config.NumberColumn(t("siting.col.rate_mean"), format="%.1f"),
        "after": st.column_config.NumberColumn(t("siting.col.rate_mean_after"), format="%.1f"),
    }
    panel.dataframe(shown, hide_index=True, column_config=config, height=420)


def show_target(t: Messages, found: TargetAnswer) -> None:
    """Show the cheapest plan that brings every commune to its targets."""
    names = cached.commune_names(t.language)
    table = found.table
    tooltips = {
        str(nis): "\n".join(
            [
                names[str(nis)],
                t("siting.tip.places", count=count_text(row["places_added"], t.language)),
                t("siting.tip.reached", share=share_text(row["share_reached"], t.language)),
            ]
        )
        for nis, row in table.to_dict("index").items()
    }
    added = table["places_added"].where(table["places_added"] > 0)
    labels = class_labels(COUNTS, lambda limit: count_text(limit, t.language))
    _show_map(t, added, COUNTS, tooltips, (t("siting.legend.added"), labels), empty=t("siting.legend_nothing"))
    given = table[table["places_added"] > 0].sort_values("places_added", ascending=False)
    if given.empty:
        return
    st.subheader(t("siting.target.title"))
    components.notes([t("siting.target.how")])
    headers = [t("table.commune"), t("siting.col.missing"), t("siting.col.places"), t("siting.col.enlarged"),
               t("siting.col.new_sites"), t("siting.col.reached")]  # fmt: skip
    rows = [
        [
            names[str(nis)], missing_text(t, row),
            *(count_text(row[name], t.language) for name in ("places_added", "enlarged_places", "new_sites_count")),
            share_text(row["share_reached"], t.language),
        ]
        for nis, row in given.head(LIST_COUNT).to_dict("index").items()
    ]  # fmt: skip
    components.table(headers, rows, numeric=(1, 2, 3, 4, 5))


def _show_map(
    t: Messages,
    values: "pd.Series[float]",
    scale: Scale,
    tooltips: Mapping[str, str],
    legend: tuple[str, list[str]],
    *,
    empty: str,
) -> None:
    title, labels = legend
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        group = layer_group(
            commune_layer(values, scale=scale, tooltips=tooltips),
            fit_view(components.WHOLE_AREA, token="siting", padding_px=0),
        )
        components.show_map(t, group, key=MAP_KEY, title=t("siting.map"), height=520, returned=[])
    with beside:
        rows = legend_rows(values.reindex(cached.atlas().communes.index), scale, labels, empty_label=empty)
        st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))
