"""What a visitor takes away from the page Find: the sheet, the calendar, the link."""

import datetime
from typing import Final
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from finder.agenda import BRUSSELS, CalendarEntry, calendar_file
from finder.answers.drawn_roads import roads_in_window
from finder.answers.nearest import trip
from finder.answers.search_filters import sessions_of
from finder.geo.geocode import nearest_place
from finder.geo.projection import to_lambert
from finder.maps.palettes import KIND_COLOURS
from finder.maps.svg_elements import Drawing
from finder.maps.svg_place_map import LEAST_WIDTH_M, PlaceMark, place_map_svg
from finder.pages import cached, cards, components, find_answer, find_kept, kinds
from finder.pages.choices import flag_keys
from finder.pages.find_map import FITTED_LEAST_MIN
from finder.pages.find_results import Results, everything
from finder.pages.planned import planned_texts
from finder.pages.state import rounded_point
from finder.reports.place_sheet import PlaceSheet, SheetService, place_document
from finder.reports.write import document_bytes
from finder.words.messages import Messages
from finder.words.session_text import sessions_text
from finder.words.wording import minutes_text

SHEET_MOST: Final = 12
"""Services one page has room for."""
MAP_FACTOR: Final = 3.0
"""The small map shows the services that are at most so many times farther than the nearest."""


def show_take_along(t: Messages, results: Results, address: dict[str, str]) -> None:
    """Offer the sheet, the calendar file and the link; ``address`` is what the address bar says."""
    st.subheader(t("take.title"))
    rows = _rows(results)
    link = share_link(t, address)
    day = results.day.isoformat()
    with st.container(horizontal=True):
        st.download_button(
            t("take.pdf"), lambda: document_bytes(place_document(_sheet(t, results, rows, link), t), file_format="pdf"),
            f"finder_{day}_{t.language}.pdf", "application/pdf", icon=":material/print:",
        )  # fmt: skip
        entries = [entry for _, row in rows.iterrows() if (entry := calendar_entry(t, row)) is not None]
        if entries:
            st.download_button(
                t("take.ics"), lambda: _calendar(entries), f"finder_{day}.ics", "text/calendar",
                icon=":material/event:",
            )  # fmt: skip
    if not entries:
        st.caption(t("take.ics_none"))
    st.caption(t("take.link"))
    st.code(link, language=None, wrap_lines=True)
    components.notes([t("take.link_note")])


def share_link(t: Messages, address: dict[str, str]) -> str:
    """Return the link that restores the search: the app's own address, rounded points only."""
    base = (st.context.url or "").split("?", 1)[0]
    return f"{base}?{urlencode({**address, 'lang': t.language}, safe=',')}"


def calendar_entry(t: Messages, row: "pd.Series[str]") -> CalendarEntry | None:
    """Return a service as a calendar shows it; None where its sessions cannot be read for certain."""
    text = row["sessions"]
    sessions = sessions_of(text) if isinstance(text, str) else None
    if not sessions:
        return None
    lines = [kinds.kind_text(t, row["kind"]), sessions_text(sessions, t), *planned_texts(row, t)]
    told = "\n".join([*lines, cards.source_text(row, t)])
    link = cards.safe_link(row["url"]) or ""
    return CalendarEntry(str(row.name), str(row["name"]), sessions, cards.address_text(row), told, link)


def _calendar(entries: list[CalendarEntry]) -> bytes:
    return calendar_file(entries, after=datetime.datetime.now(BRUSSELS)).content


def _rows(results: Results) -> pd.DataFrame:
    """Return what is taken along: the services kept, else those listed."""
    kept = find_kept.kept_rows(everything(results))
    return kept if len(kept) else results.listed.head(SHEET_MOST)


def _sheet(t: Messages, results: Results, rows: pd.DataFrame, link: str) -> PlaceSheet:
    numbered = rows.assign(rank=np.arange(1, len(rows) + 1))
    groups = tuple(
        (kinds.kinds_text(t, str(kind)), tuple(_service(t, row) for _, row in found.iterrows()))
        for kind, found in numbered.groupby("kind", sort=False)
    )
    lat, lon = rounded_point(*results.start.point)
    place = nearest_place(cached.atlas().gazetteer, lon, lat).label
    lines = [
        f"{row['name']} : {row['phone']}" + (f" — {row['note_' + t.language]}" if row["note_" + t.language] else "")
        for _, row in kinds.guide().emergency_lines.iterrows()
    ]
    return PlaceSheet(
        place=place,
        sentences=tuple(find_answer.finding_texts(t, results)),
        groups=groups,
        small_map=(_small_map(results, numbered), t("place_sheet.map_alt")) if len(rows) else None,
        link=link,
        link_text=link,
        emergency=tuple(lines),
        remarks=(*_official_texts(t, results, rows), t("how." + results.question.mode), t("how.privacy")),
        sources=tuple(cached.attributions()),
        day=results.day,
    )


def _official_texts(t: Messages, results: Results, rows: pd.DataFrame) -> list[str]:
    """Return where to search first, for the kinds on the sheet of which our list is not complete."""
    partial = [g.kind for g in results.groups if not g.is_complete and g.kind in set(rows["kind"])]
    sites = dict.fromkeys(site for kind in partial if (site := kinds.official_site(kind)))
    return [t("find.official_first", site=", ".join(sites))] if sites else []


def _service(t: Messages, row: "pd.Series[str]") -> SheetService:
    phone = row["phone"] if isinstance(row["phone"], str) else ""
    doubts = [t(key) for key in flag_keys(row)]
    tariff = [t("tariff." + row["tariff"])] if isinstance(row["tariff"], str) else []
    opening = cards.opening_text(row, t)
    return SheetService(
        number=int(row["rank"]),
        name=str(row["name"]),
        minutes=minutes_text(float(row["minutes"]), t.language),
        where=" · ".join(text for text in (cards.address_text(row), phone) if text),
        facts=" · ".join([*([opening] if opening else []), *tariff, *doubts]),
        source=cards.source_text(row, t),
    )


def _small_map(results: Results, rows: pd.DataFrame) -> Drawing:
    atlas = cached.atlas()
    near = rows[rows["minutes"] <= max(MAP_FACTOR * rows["minutes"].min(), FITTED_LEAST_MIN)]
    x, y = to_lambert(near["lon"].to_numpy(float), near["lat"].to_numpy(float))
    lat, lon = rounded_point(*results.start.point)
    start_x, start_y = (float(value) for value in to_lambert(lon, lat))
    marks = [
        PlaceMark(float(a), float(b), KIND_COLOURS[str(kind)], int(rank))
        for a, b, kind, rank in zip(x, y, near["kind"], near["rank"], strict=True)
    ]
    all_x, all_y = [start_x, *x], [start_y, *y]
    window = (min(all_x), min(all_y), max(max(all_x), min(all_x) + LEAST_WIDTH_M), max(all_y))
    way = trip(atlas, results.start.origin(), rows.iloc[0], mode=results.question.mode)
    line = None
    if way is not None and len(way.coordinates) > 1:
        points = np.asarray(way.coordinates, dtype=float)
        line = shapely.linestrings(np.column_stack(to_lambert(points[:, 1], points[:, 0])))
    return place_map_svg(
        (start_x, start_y), marks, roads=roads_in_window(atlas.network, window), communes=atlas.communes,
        towns=atlas.localities, way=line,
    )  # fmt: skip
