"""The page Places without the model: what was published, and nothing else."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.place_figures import COVERAGE
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.export import csv_bytes
from finder.maps.legend import legend_html, legend_rows
from finder.maps.palettes import COVERAGE_PCT
from finder.pages import components, places_kept
from finder.pages.coverage_question import CHOSEN_KEY, take_click
from finder.pages.places_charts import draw_trend
from finder.pages.places_figures import class_words, printed_text
from finder.pages.places_parts import choose_commune, show_printed
from finder.reports.figures_text import row_of
from finder.words.messages import Messages
from finder.words.wording import decimal_text


def show(t: Messages, names: Mapping[str, str], map_key: str) -> None:
    """Show the published rates: of the regions, of the communes that have one; all others are hatched."""
    printed = places_kept.printed_rates()
    components.answer(_answer(t, printed, names))
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    nis = st.session_state.get(CHOSEN_KEY)
    is_loose = printed["is_doubtful"] | (printed["operator"] != "=")
    with place:
        words = {code: f"{name}\n{t('places.printed.none')}" for code, name in names.items()}
        words |= {str(code): f"{names[str(code)]}\n{printed_text(row, t)}" for code, row in printed.iterrows()}
        layer = commune_layer(printed["drawn"], scale=COVERAGE_PCT, tooltips=words, chosen=nis, uncertain=is_loose)
        components.show_map(
            t, layer_group(layer, fit_view(components.WHOLE_AREA, token="all", padding_px=0)), key=map_key,
            title=t("places.map_title"), height=560, returned=["last_object_clicked"],
            on_change=partial(take_click, map_key),
        )  # fmt: skip
    with beside:
        every = printed["drawn"].reindex(list(names))
        rows = legend_rows(
            every, COVERAGE_PCT, class_words(COVERAGE, t), empty_label=t("places.printed.none"),
            uncertain=is_loose.reindex(list(names), fill_value=False), uncertain_label=t("places.printed.loose"),
        )  # fmt: skip
        title = t("places.printed.legend")
        st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))
        chosen = choose_commune(t, names)
        if chosen is not None:
            show_printed(t, chosen, np.nan)
    st.subheader(t("places.trend.title"))
    draw_trend(t)
    _show_table(t, printed, names)


def _answer(t: Messages, printed: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    trend = places_kept.printed_trend()
    last = trend[trend["area"] == "wallonia"].sort_values("year").iloc[-1]
    area = t("places.printed.answer", value=decimal_text(float(last["value"]), t.language), year=int(last["year"]))
    nis = st.session_state.get(CHOSEN_KEY)
    own = []
    if nis in printed.index:
        own = [t("places.printed.commune", name=names[str(nis)], printed=printed_text(row_of(printed, nis), t))]
    elif nis is not None:
        own = [t("places.printed.no_commune", name=names[nis])]
    return [*own, area, t("places.printed.count", count=len(printed), all=len(names))]


def _show_table(t: Messages, printed: pd.DataFrame, names: Mapping[str, str]) -> None:
    st.subheader(t("places.print.title"))
    ordered = printed.sort_values("drawn", ascending=False)
    rows = [[names[str(nis)], printed_text(row, t), str(row["source"])] for nis, row in ordered.iterrows()]
    components.table([t("table.commune"), t("places.printed.legend"), t("table.source")], rows)
    flat = ordered.drop(columns="drawn").reset_index()
    flat.insert(1, "name", [names[str(nis)] for nis in flat["nis"]])
    sources = places_kept.attributions(("coverage_observations",))
    st.download_button(
        t("export.csv"), lambda: csv_bytes(flat, attribution=sources), "finder_places_published.csv", "text/csv"
    )
