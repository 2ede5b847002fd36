"""What can be taken away: the sites or places as a table, with their geometry, and a short brief."""

import datetime
import math
from collections.abc import Sequence
from typing import cast

import geopandas as gpd
import pandas as pd
import streamlit as st

from finder.answers.places_allocation import Allocation, AllocationQuestion, TargetAnswer
from finder.answers.siting import SitingAnswer, SitingQuestion
from finder.capacity import places_allocation_next
from finder.maps.documents.model import Table
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached
from finder.pages.gaps_data import attributions
from finder.pages.kinds import kinds_text
from finder.pages.siting_places import missing_text
from finder.pages.siting_question import TARGETS, WITH_LIMIT
from finder.pages.siting_sites import added_text, commune_text, sites_in_order
from finder.pages.siting_words import NOTES, newly_within
from finder.reports.figures_text import province_text
from finder.reports.siting import Brief, brief_document
from finder.reports.write import document_bytes
from finder.units import WGS84
from finder.words.messages import Messages
from finder.words.wording import count_text, share_text

GPKG_TYPE = "application/geopackage+sqlite3"
BRIEF_ROWS = 25
PlacesAnswer = Allocation | TargetAnswer


def show(t: Messages, found: "SitingAnswer | PlacesAnswer", sentences: Sequence[str], *, is_modelled: bool) -> None:
    """Offer the files; each is made when asked for."""
    if isinstance(found, SitingAnswer):
        stem = f"finder_sites_{found.question.kind}_{found.question.objective}"
    else:
        stem = "finder_next_places" if isinstance(found, Allocation) else "finder_places_to_target"
    sources = attributions()

    def table() -> pd.DataFrame:
        return sites_frame(found) if isinstance(found, SitingAnswer) else places_frame(t, found)

    def shapes() -> bytes:
        frame = table()
        if isinstance(found, SitingAnswer):
            points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84)
            return geopackage_bytes(points, layer="sites", attribution=sources)
        communes = cached.atlas().communes[["geometry"]].join(frame.set_index("nis"), how="inner")
        return geopackage_bytes(communes.reset_index(names="nis"), layer="places", attribution=sources)

    def brief() -> bytes:
        text = Brief(
            title=t("siting.brief.sites" if isinstance(found, SitingAnswer) else "siting.brief.places"),
            subtitle=_asked_text(t, found),
            sentences=tuple(sentences),
            table=_sites_table(t, found) if isinstance(found, SitingAnswer) else _places_table(t, found),
            notes=tuple(t("siting.note." + n) for n in NOTES["sites" if isinstance(found, SitingAnswer) else "places"]),
            sources=tuple(sources),
            method=_method(found),
            is_modelled=is_modelled,
        )
        return document_bytes(brief_document(text, t, datetime.date.today()), file_format="pdf")

    with st.container(horizontal=True):
        st.download_button(t("export.csv"), lambda: csv_bytes(table(), attribution=sources), f"{stem}.csv", "text/csv")
        st.download_button(t("export.gpkg"), shapes, f"{stem}.gpkg", GPKG_TYPE)
        st.download_button(t("siting.brief.pdf"), brief, f"{stem}_{t.language}.pdf", "application/pdf")


def _asked_text(t: Messages, found: "SitingAnswer | PlacesAnswer") -> str:
    question = found.question
    if isinstance(question, SitingQuestion):
        asked, area = f"{kinds_text(t, question.kind)}, {t('by.' + question.mode)}", question.area
    else:
        area = None
        if isinstance(question, AllocationQuestion):
            asked_for = {question.target: question.target_per_100}
            if question.communes:
                area = str(cached.atlas().communes.loc[question.communes[0], "province"])
        else:
            asked_for = dict(question.targets)
        asked = t("siting.target." + next(key for key, targets in TARGETS.items() if targets == asked_for))
    return f"{asked} · {t('siting.everywhere') if area is None else province_text(t, area)}"


def _method(found: "SitingAnswer | PlacesAnswer") -> str:
    if isinstance(found, SitingAnswer):
        return found.solution.method_version
    return places_allocation_next.METHOD_VERSION if isinstance(found, Allocation) else found.plan.method


def sites_frame(found: SitingAnswer) -> pd.DataFrame:
    """Return one row per site with the question and the proof."""
    question, solution = found.question, found.solution
    return (
        sites_in_order(found)
        .reset_index()
        .assign(
            kind=question.kind,
            objective=question.objective,
            mode=question.mode,
            limit_min=question.limit_min,
            people_counted=question.people,
            people_of=None if question.people == "women_15_49" else question.year,
            keep_existing=question.keep_existing,
            area=question.area or "all",
            newly_within_people=newly_within(found),
            status=solution.status,
            objective_value=solution.objective,
            bound=solution.bound,
            gap=solution.gap if math.isfinite(solution.gap) else None,
            existing_provenance="modelled" if found.rests_on_model else "list",
            method=solution.method_version,
        )
    )


def places_frame(t: Messages, found: PlacesAnswer) -> pd.DataFrame:
    """Return one row per commune with the question and the proof."""
    names = cached.commune_names(t.language)
    frame = found.table.rename_axis("nis").reset_index()
    frame.insert(1, "name", [names[str(nis)] for nis in frame["nis"]])
    question = found.question
    frame = frame.assign(children_of=question.year, with_planned=question.with_planned, provenance="modelled")
    if isinstance(question, AllocationQuestion):
        return frame.assign(
            target=question.target, target_per_100=question.target_per_100, objective=question.objective,
            method=places_allocation_next.METHOD_VERSION,
        )  # fmt: skip
    plan, costs = cast("TargetAnswer", found).plan, question.costs
    return frame.assign(
        target=" ".join(f"{name}={value:g}" for name, value in question.targets.items()),
        sure_share=question.sure_share,
        status=plan.status,
        cost=plan.objective,
        bound=plan.bound,
        cost_unit=costs.unit,
        cost_source=costs.source,
        method=plan.method,
    )


def _sites_table(t: Messages, found: SitingAnswer) -> Table:
    names = cached.commune_names(t.language)
    key = "siting.col.added_people" if found.question.objective in WITH_LIMIT else "siting.col.added_minutes"
    headers = (t("siting.col.order"), t("siting.col.site"), t("table.commune"), t("siting.col.people"), t(key))
    rows = tuple(
        (str(row["opening_order"]), str(row["name"]), commune_text(row["nis"], names),
         count_text(row["people"], t.language), added_text(t, found, row["added"]))
        for row in sites_in_order(found).to_dict("records")
    )  # fmt: skip
    return Table(t("siting.sites.title"), headers, rows, (0, 3, 4))


def _places_table(t: Messages, found: PlacesAnswer) -> Table:
    names, is_next = cached.commune_names(t.language), isinstance(found, Allocation)
    given = found.table[found.table["places_added"] > 0]
    given = given.sort_values("first_step") if is_next else given.sort_values("places_added", ascending=False)
    last = "siting.col.draws" if is_next else "siting.col.reached"
    headers = (t("table.commune"), t("siting.col.missing"), t("siting.col.places"), t(last))
    share = "share_chosen" if is_next else "share_reached"
    rows = tuple(
        (names[str(nis)], missing_text(t, row), count_text(row["places_added"], t.language),
         share_text(row[share], t.language))
        for nis, row in given.head(BRIEF_ROWS).to_dict("index").items()
    )  # fmt: skip
    return Table(t("siting.next.title" if is_next else "siting.target.title"), headers, rows, (1, 2, 3))
