"""The best sites on the page: map, the sites in the order to open them, who gains, how often draws choose them."""

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.siting import MODELLED_KINDS, SitingAnswer, SitingQuestion
from finder.maps.choropleth import commune_layer, commune_outline_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import legend_html, legend_rows
from finder.maps.markers import Pin, service_layer
from finder.pages import cached, components, siting_scenario, solver_jobs, solver_watch
from finder.pages.figures import CHANGE, FIGURES
from finder.pages.siting_job import DRAWS
from finder.pages.siting_question import WITH_LIMIT
from finder.pages.siting_words import change_by_commune, progress_text, who_text
from finder.pages.solver_worker import Task
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, minutes_text, share_text

MAP_KEY = "siting_map"
GAINING_COUNT = 12


def show(t: Messages, found: SitingAnswer) -> None:
    """Show everything below the answer."""
    names = cached.commune_names(t.language)
    with st.container(key="fi-columns"):
        place, beside = st.columns([8, 4], gap="medium")
    with place:
        _show_map(t, found, names)
    with beside:
        _show_legend(t, found)
        siting_scenario.show(t, found)
    _show_sites(t, found, names)
    if found.rests_on_model:
        _show_draws(t, found)
    _show_gaining(t, found, names)


def show_today(t: Messages, question: SitingQuestion) -> None:
    """Show the sites of today, before anything has been searched."""
    pins = _existing_pins(t, question)
    layers = [
        commune_outline_layer(tooltips=cached.commune_names(t.language)),
        *([service_layer(pins)] if pins else []),
    ]
    group = layer_group(*layers, fit_view(components.WHOLE_AREA, token="siting_today", padding_px=0))
    components.show_map(t, group, key="siting_today", title=t("siting.today"), height=460, returned=[])
    components.notes([t("siting.today" if pins else "siting.today_none")])


def draws_task(question: SitingQuestion) -> Task:
    """Return the task that says in how many draws each site is chosen."""
    return Task("shares", replace(question, draw=0))


def shares_of(found: SitingAnswer) -> "pd.Series[float] | None":
    """Return in what share of the draws each site is chosen, if that was asked for."""
    shares = solver_jobs.shelf().get(draws_task(found.question).key)
    return None if shares is None else cast("pd.Series[float]", shares)


def sites_in_order(found: SitingAnswer) -> pd.DataFrame:
    """Return the sites in the order to open them, with the share of the draws if it is known."""
    table = found.sites.sort_values("opening_order")
    shares = shares_of(found)
    return table if shares is None else table.assign(share_of_draws=shares.reindex(table.index, fill_value=0.0))


def _is_change(found: SitingAnswer) -> bool:
    return bool(np.isfinite(found.points["before_min"]).any())


def _show_map(t: Messages, found: SitingAnswer, names: Mapping[str, str]) -> None:
    table = change_by_commune(found)
    figure, column = (CHANGE, "change_min") if _is_change(found) else (FIGURES["mean"], "mean_after_min")
    tooltips = {
        str(nis): "\n".join(
            [
                names[str(nis)],
                t("siting.tip.minutes", before=minutes_text(row["mean_before_min"], t.language),
                  after=minutes_text(row["mean_after_min"], t.language)),
                t("siting.tip.gaining", count=count_text(row["gaining"], t.language), who=who_text(t, found)),
            ]
        )
        for nis, row in table.to_dict("index").items()
    }  # fmt: skip
    group = layer_group(
        commune_layer(table[column], scale=figure.scale, tooltips=tooltips),
        service_layer([*_existing_pins(t, found.question), *_new_pins(t, found, names)]),
        fit_view(components.WHOLE_AREA, token="siting", padding_px=0),
    )
    components.show_map(t, group, key=MAP_KEY, title=t("siting.map"), height=560, returned=[])


def _existing_pins(t: Messages, question: SitingQuestion) -> list[Pin]:
    if not question.keep_existing:
        return []
    if question.kind in MODELLED_KINDS:
        network = cached.atlas().modelled
        amount = network.consultation_count if question.kind == "child_consultation" else network.places_total
        there, title = network.sites[amount[:, question.draw] > 0], t("siting.modelled_site")
        titles = [title] * len(there)
    else:
        there = cached.supply(question.kind, question.day).located
        titles = [str(name) for name in there["name"]]
    return [
        Pin(lat=float(lat), lon=float(lon), kind=question.kind, title=title, is_small=True)
        for lat, lon, title in zip(there["lat"], there["lon"], titles, strict=True)
    ]


def _new_pins(t: Messages, found: SitingAnswer, names: Mapping[str, str]) -> list[Pin]:
    return [
        Pin(
            lat=row["lat"], lon=row["lon"], kind=found.question.kind, title=str(row["name"]), is_chosen=True,
            rank=int(row["opening_order"]),
            lines=(commune_text(row["nis"], names),
                   t("siting.tip.serves", count=count_text(row["people"], t.language), who=who_text(t, found))),
        )
        for row in found.sites.to_dict("records")
    ]  # fmt: skip


def commune_text(nis: object, names: Mapping[str, str]) -> str:
    """Return the name of a commune, a dash for none."""
    return names.get(str(nis), "—")


def _show_legend(t: Messages, found: SitingAnswer) -> None:
    figure, column = (CHANGE, "change_min") if _is_change(found) else (FIGURES["mean"], "mean_after_min")
    values = change_by_commune(found)[column].reindex(cached.atlas().communes.index)
    rows = legend_rows(values, figure.scale, figure.class_labels(t), empty_label=t("siting.legend_none"))
    title = t("siting.legend.change" if _is_change(found) else "siting.legend.after", who=who_text(t, found))
    st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))
    st.caption(t("siting.legend_pins" if found.question.keep_existing else "siting.legend_pins_new"))


def _show_sites(t: Messages, found: SitingAnswer, names: Mapping[str, str]) -> None:
    st.subheader(t("siting.sites.title"))
    is_people = found.question.objective in WITH_LIMIT
    components.notes([t("siting.sites.how_people" if is_people else "siting.sites.how_minutes")])
    table = sites_in_order(found)
    headers = [t("siting.col.order"), t("siting.col.site"), t("table.commune"), t("siting.col.people"),
               t("siting.col.added_people" if is_people else "siting.col.added_minutes")]  # fmt: skip
    with_shares = "share_of_draws" in table
    if with_shares:
        headers.append(t("siting.col.draws"))
    rows = [
        [
            str(row["opening_order"]), str(row["name"]), commune_text(row["nis"], names),
            count_text(row["people"], t.language), added_text(t, found, row["added"]),
            *([share_text(row["share_of_draws"], t.language)] if with_shares else []),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    components.table(headers, rows, numeric=(0, 3, 4, 5))


def added_text(t: Messages, found: SitingAnswer, added: float) -> str:
    """Return what a site adds at its turn: people, or hours of travel when all make the trip once."""
    if found.question.objective in WITH_LIMIT:
        return count_text(added, t.language)
    return f"{decimal_text(added / 60, t.language)}\u00a0h"


def _show_draws(t: Messages, found: SitingAnswer) -> None:
    panel = st.expander(t("siting.draws.title"), key="siting_draws_panel", on_change="rerun")
    if not panel.open:
        return
    with panel:
        components.notes([t("siting.draws.how", draws=len(DRAWS))])
        task = draws_task(found.question)
        if solver_watch.answer_of(t, task, button=t("siting.draws.go"), told=progress_text) is None:
            return
        shares = shares_of(found)
        if shares is None:
            return
        others = shares.drop(index=found.sites.index, errors="ignore").head(GAINING_COUNT)
        localities = cached.atlas().localities.set_index("locality_id")["name"]
        names = [f"{localities[site]} ({share_text(share, t.language)})" for site, share in others.items()]
        if names:
            st.html(f"<p>{html.escape(t('siting.draws.others', names=', '.join(names)))}</p>")


def _show_gaining(t: Messages, found: SitingAnswer, names: Mapping[str, str]) -> None:
    table = change_by_commune(found)
    gaining = table[table["gaining"] >= 1].sort_values("gaining", ascending=False)
    if gaining.empty or not _is_change(found):
        return
    st.subheader(t("siting.gaining.title"))
    components.notes([t("siting.gaining.how", count=count_text(len(gaining), t.language))])
    limit = minutes_text(found.question.limit_min, t.language)
    headers = [t("table.commune"), t("siting.col.gaining"), t("siting.col.newly", limit=limit),
               t("siting.col.before"), t("siting.col.after")]  # fmt: skip
    rows = [
        [
            names[str(nis)], count_text(row["gaining"], t.language), count_text(row["newly_within"], t.language),
            minutes_text(row["mean_before_min"], t.language), minutes_text(row["mean_after_min"], t.language),
        ]
        for nis, row in gaining.head(GAINING_COUNT).to_dict("index").items()
    ]  # fmt: skip
    components.table(headers, rows, numeric=(1, 2, 3, 4))
