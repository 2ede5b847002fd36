"""Saving, sharing and taking away a scenario."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.scenario_cost import CostInputs
from finder.answers.scenario_figures import ScenarioFigures
from finder.capacity.scenario import Scenario
from finder.capacity.scenario_json import scenario_json
from finder.errors import FinderError, ScenarioSizeError
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, components, scenarios_kept, scenarios_state
from finder.pages.scenarios_link import link_text
from finder.pages.scenarios_question import ADDRESS, SOURCES
from finder.pages.scenarios_result import published_of
from finder.pages.scenarios_state import NAME_KEY, UNNAMED
from finder.pages.scenarios_words import refusal_text
from finder.reports.scenario import scenario_document
from finder.reports.scenario_words import ready_title
from finder.reports.write import Format, document_bytes
from finder.units import WGS84
from finder.words.messages import Messages
from finder.words.wording import count_text

GPKG_TYPE: Final = "application/geopackage+sqlite3"
TYPES: Final = {"pdf": "application/pdf", "html": "text/html"}
SAVED_KEY: Final = "scenarios_saved"
DELETED_KEY: Final = "scenarios_deleted"
REVISION_KEY: Final = "scenarios_revision"
UPLOAD_KEY: Final = "scenarios_upload"


def title_of(t: Messages) -> str:
    """Return what the scenario on the page is called."""
    draft = scenarios_state.work()
    if draft.source is not None and draft.source.name == "ready":
        return ready_title(t, draft.scenario, scenarios_kept.service_names())
    return t("scenarios.unnamed") if draft.scenario.name == UNNAMED else draft.scenario.name


def show_share(t: Messages) -> None:
    """Show, once opened, the link that opens the same scenario in any browser."""
    panel = st.expander(t("scenarios.share"), key="scenarios_share", on_change="rerun")
    if not panel.open:
        return
    with panel:
        try:
            text = link_text(scenarios_state.work().scenario)
        except ScenarioSizeError as error:
            st.warning(refusal_text(t, error))
            return
        shown = {name: value for name, value in ADDRESS.shown().items() if name not in SOURCES}
        base = (st.context.url or "").split("?", 1)[0]
        st.code(f"{base}?{urlencode({**shown, 'lang': t.language, 's': text})}", language=None, wrap_lines=True)
        components.notes([t("scenarios.share_note")])


def show_take_away(
    t: Messages, figures: ScenarioFigures, names: Mapping[str, str], *, costs: CostInputs | None
) -> None:
    """Offer the brief, the figures, the map and the scenario itself as files; each is made when asked for."""
    st.subheader(t("scenarios.take"))
    scenario, sources = figures.comparison.scenario, scenarios_kept.attributions(figures.kind)
    stem = f"finder_scenario_{figures.kind}_{t.language}"
    if costs is not None:
        figures = replace(figures, comparison=replace(figures.comparison, costs=costs))
    title, published = title_of(t), published_of(t, scenarios_state.work().source)

    def brief(file_format: Format) -> bytes:
        document = scenario_document(
            t, figures, title=title, communes=cached.atlas().communes, names=names,
            sites=scenarios_kept.site_names(scenario), sources=sources, day=datetime.date.today(), published=published,
        )  # fmt: skip
        return document_bytes(document, file_format=file_format)

    with st.container(horizontal=True):
        st.download_button(
            t("scenarios.brief_pdf"), lambda: brief("pdf"), f"{stem}.pdf", TYPES["pdf"], key="scenarios_pdf"
        )
        st.download_button(
            t("scenarios.brief_html"), lambda: brief("html"), f"{stem}.html", TYPES["html"], key="scenarios_html"
        )
        st.download_button(
            t("export.csv"), lambda: csv_bytes(communes_frame(figures, names), attribution=sources), f"{stem}.csv",
            "text/csv", key="scenarios_csv",
        )  # fmt: skip
        st.download_button(
            t("export.gpkg"), lambda: geopackage_bytes(points_frame(figures), layer="scenario", attribution=sources),
            f"{stem}.gpkg", GPKG_TYPE, key="scenarios_gpkg",
        )  # fmt: skip
        st.download_button(
            t("scenarios.json"), lambda: scenario_json(_titled(scenario, title)).encode(), f"{stem}.json",
            "application/json", key="scenarios_json",
        )  # fmt: skip
    st.file_uploader(t("scenarios.upload"), type=["json"], key=UPLOAD_KEY, on_change=_take_upload, max_upload_size=1)


def _titled(scenario: Scenario, title: str) -> Scenario:
    return replace(scenario, name=title[:120]) if scenario.name == UNNAMED else scenario


def _take_upload() -> None:
    found = st.session_state.get(UPLOAD_KEY)
    if found is not None:
        scenarios_state.open_text(found.getvalue())


def communes_frame(figures: ScenarioFigures, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per commune with everything that changes."""
    question = figures.comparison.question
    frame = figures.table.drop(columns="name_fr").rename_axis("nis").reset_index()
    frame.insert(1, "name", [names[str(nis)] for nis in frame["nis"]])
    return _asked(frame, figures).assign(people_are=question.weight, people_of=question.people_year)


def points_frame(figures: ScenarioFigures) -> gpd.GeoDataFrame:
    """Return every demand point with people, minutes that nobody has as missing."""
    frame = _asked(figures.points[figures.points["people"] > 0].rename_axis("point_id").reset_index(), figures)
    frame = frame.replace([np.inf, -np.inf], np.nan)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84)


def _asked(frame: pd.DataFrame, figures: ScenarioFigures) -> pd.DataFrame:
    question = figures.comparison.question
    return frame.assign(
        scenario=figures.comparison.scenario.name,
        kind=question.kind,
        mode=question.mode,
        network_of=question.day.isoformat(),
        provenance="modelled" if figures.is_modelled else "official",
        data_version=figures.comparison.scenario.data_version,
        method=figures.comparison.method,
    )


def show_store(t: Messages) -> None:
    """Show, once opened, what is saved on this server: save, open, duplicate, delete, restore, history."""
    panel = st.expander(t("scenarios.store"), key="scenarios_store", on_change="rerun")
    if not panel.open:
        return
    with panel:
        components.notes([t("scenarios.store_note")])
        try:
            _show_save(t)
            _show_saved(t)
        except FinderError as error:
            st.error(refusal_text(t, error))


def _show_save(t: Messages) -> None:
    draft = scenarios_state.work()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(t("scenarios.name"), key=NAME_KEY, max_chars=120, persist_state="session")
        if draft.document is not None:
            st.button(
                t("scenarios.save_again"), key="scenarios_save_again", type="primary", disabled=not name.strip(),
                on_click=save, args=(True,),
            )  # fmt: skip
        st.button(
            t("scenarios.save_new"), key="scenarios_save", disabled=not name.strip(), on_click=save, args=(False,)
        )


def save(is_revision: bool) -> None:
    """Save the scenario: as a revision of the one that was opened, or as a new one."""
    draft = scenarios_state.work()
    # Read here: a press may come together with a new name.
    shown = "".join(c for c in st.session_state[NAME_KEY] if c.isprintable()).strip()[:120]
    scenario = replace(draft.scenario, name=shown)

    def change() -> None:
        document = draft.document if is_revision else None
        body = json.loads(scenario_json(scenario))
        saved = scenarios_kept.store().save(
            scenarios_kept.STORED_KIND, shown, body, document_id=document[0] if document else None,
            expected_revision=document[1] if document else None,
        )  # fmt: skip
        scenarios_state.took_document((saved.id, saved.revision), scenario)

    scenarios_state.attempt(change)


def _show_saved(t: Messages) -> None:
    store = scenarios_kept.store()
    saved = {one.id: one for one in store.list(scenarios_kept.STORED_KIND)}
    if saved:
        labels = {key: f"{one.name} · {one.updated:%Y-%m-%d %H:%M} UTC · v{one.revision}" for key, one in saved.items()}
        if st.session_state.get(SAVED_KEY) not in saved:
            st.session_state[SAVED_KEY] = next(iter(saved))
        key = st.selectbox(
            t("scenarios.saved"), list(saved), format_func=lambda k: labels[k], key=SAVED_KEY, persist_state="session"
        )
        with st.container(horizontal=True):
            st.button(t("scenarios.open"), key="scenarios_open", on_click=scenarios_state.open_saved, args=(key,))
            st.button(
                t("scenarios.duplicate"), key="scenarios_duplicate", on_click=_duplicate, args=(t, key, saved[key].name)
            )
            st.button(t("scenarios.delete"), key="scenarios_delete", on_click=_delete, args=(key,))
        _show_history(t, key)
    deleted = {one.id: one.name for one in store.list(scenarios_kept.STORED_KIND, deleted=True)}
    if deleted:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            gone = st.selectbox(
                t("scenarios.deleted"), list(deleted), format_func=lambda k: deleted[k], key=DELETED_KEY
            )
            st.button(t("scenarios.restore"), key="scenarios_restore", on_click=_restore, args=(gone,))


def _show_history(t: Messages, key: str) -> None:
    history = {one.revision: one for one in scenarios_kept.store().history(key)}
    if len(history) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        revision = st.selectbox(
            t("scenarios.history", count=count_text(len(history), t.language)), sorted(history, reverse=True),
            format_func=lambda r: f"v{r} · {history[r].name} · {history[r].saved_at:%Y-%m-%d %H:%M} UTC",
            key=REVISION_KEY,
        )  # fmt: skip
        st.button(
            t("scenarios.open_revision"), key="scenarios_open_revision", on_click=scenarios_state.open_saved,
            args=(key, revision),
        )  # fmt: skip


def _duplicate(t: Messages, key: str, name: str) -> None:
    def change() -> None:
        made = scenarios_kept.store().duplicate(key, t("scenarios.copy_of", name=name)[:200])
        st.session_state[SAVED_KEY] = made.id

    scenarios_state.attempt(change)


def _delete(key: str) -> None:
    scenarios_state.attempt(lambda: _forget(scenarios_kept.store().delete(key)))


def _restore(key: str) -> None:
    scenarios_state.attempt(lambda: _forget(scenarios_kept.store().restore(key)))


def _forget(_saved: object) -> None:
    """Keep nothing: the change is in the store."""
