"""The page of one commune: its sheet on the screen, and to take away."""

import datetime
from functools import partial

import streamlit as st

from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.pages import cached, commune_data, commune_parts, commune_report, components, doors, modelled
from finder.pages.commune_question import MAP_KEY, UNKNOWN_KEY, Question, ask
from finder.pages.coverage_question import take_click
from finder.reports.commune_words import answer_sentences, rank_sentence
from finder.reports.drawings import map_scale
from finder.words.messages import Messages


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "coverage")
    components.title(t("commune.title"), t("commune.lead"))
    q = ask(t)
    if q.is_modelled:
        modelled.show_notice(t)
    day = datetime.date.today()
    with st.spinner(t("commune.wait"), show_time=True):
        commune_data.basis(day)
    if q.nis is None:
        hints = [t("commune.invite")]
        components.answer([t("commune.unknown_link"), *hints] if st.session_state.get(UNKNOWN_KEY) else hints)
        _show_map(t, q, day)
        return
    sheet = commune_data.sheet(q.nis, day, is_modelled=q.is_modelled)
    components.answer([text for text in (*answer_sentences(sheet, t), rank_sentence(sheet, t)) if text])
    commune_parts.show_key_figures(t, sheet)
    commune_report.show_downloads(t, sheet)
    with st.container(key="fi-columns"):
        place, beside = st.columns([6, 6], gap="medium")
    with place:
        _show_map(t, q, day)
    with beside:
        commune_parts.show_beside(t, sheet)
    commune_parts.show_definitions(t, sheet)
    commune_parts.show_published(t, sheet)
    commune_parts.show_facts(t, sheet)
    commune_parts.show_charts(t, sheet, q, day)
    commune_parts.show_known(t, sheet)
    commune_report.show_province(t, sheet, is_modelled=q.is_modelled)
    commune_parts.show_how_we_know(t, sheet)


def _show_map(t: Messages, q: Question, day: datetime.date) -> None:
    basis, names = commune_data.basis(day), cached.commune_names(t.language)
    column, scale, legend = map_scale(t, is_modelled=q.is_modelled)
    if q.is_modelled:
        values, unsure = basis.measures.table[column], basis.measures.is_uncertain(column)
    else:
        values, unsure = basis.minutes["maternity"]["median_min"], None
    values = values.reindex(cached.atlas().communes.index)
    tooltips = commune_parts.tooltips(t, basis, names, is_modelled=q.is_modelled)
    colours = commune_layer(values, scale=scale, tooltips=tooltips, chosen=q.nis, uncertain=unsure)
    box = components.WHOLE_AREA if q.nis is None else commune_parts.bounds_of(q.nis)
    group = layer_group(colours, fit_view(box, token=q.nis or "all", padding_px=10))
    components.show_map(
        t, group, key=MAP_KEY, title=t("commune.map_title"), height=420, returned=["last_object_clicked"],
        on_change=partial(take_click, MAP_KEY),
    )  # fmt: skip
    is_unsure = None if unsure is None else unsure.reindex(values.index, fill_value=False)
    rows = legend_rows(
        values, scale, legend.classes, empty_label=legend.empty, uncertain=is_unsure, uncertain_label=legend.uncertain
    )
    st.html(legend_html(rows, title=legend.title, count_text=lambda n: t.count("legend.communes", n)))
