"""The sheet of a commune as a document of one page."""

import datetime
from typing import Final

from finder.answers.commune_sheet import ACCESS_KINDS, CommuneSheet
from finder.capacity.definitions import METHOD_VERSION as DEFINITIONS_VERSION
from finder.capacity.places_model import METHOD_VERSION as PLACES_VERSION
from finder.geo.access import METHOD_VERSION as ACCESS_VERSION
from finder.maps.documents.model import (
    Answer,
    Block,
    Columns,
    Document,
    KeyFigures,
    Notice,
    Sources,
)
from finder.reports.commune_tables import (
    access_table,
    definition_table,
    neighbour_table,
    people_table,
    published_table,
    supply_table,
)
from finder.reports.commune_words import (
    answer_sentences,
    commune_text,
    key_figures,
    rank_sentence,
    remarks,
    subtitle,
)
from finder.reports.drawings import children_trend, commune_map
from finder.words.messages import Messages
from finder.words.wording import date_text

SHEET_BEYOND: Final = ("walk_20", "pram_20", "car_15")
"""Shares of children far from a consultation that one page has room for."""


def commune_document(sheet: CommuneSheet, t: Messages) -> Document:
    """Return the sheet of a commune, ready for :func:`render_html` and :func:`render_pdf`."""
    return Document(
        title=commune_text(sheet, t),
        subtitle=subtitle(sheet, t),
        language=t.language,
        blocks=commune_blocks(sheet, t),
        footer=footer(t, sheet.day),
        generated_on=sheet.day,
        kicker=t("report.kicker.commune"),
        layout="sheet",
    )


def footer(t: Messages, day: datetime.date) -> str:
    """Return what stands at the foot of every page: who made it, its day, the versions of the methods."""
    return t(
        "report.footer",
        day=date_text(day.isoformat(), t.language),
        places=PLACES_VERSION,
        definitions=DEFINITIONS_VERSION,
        access=ACCESS_VERSION,
    )


def commune_blocks(sheet: CommuneSheet, t: Messages) -> tuple[Block, ...]:
    """Return the sheet's blocks in reading order."""
    part = sheet.modelled
    people, trend = people_table(sheet, t), children_trend(sheet, t)
    sentences = (*answer_sentences(sheet, t), rank_sentence(sheet, t))
    notes = Sources(t("commune.notes.title"), tuple(remarks(sheet, t)))
    sources = Sources(t("commune.sources.title"), (t("commune.sources.who"),))
    blocks: list[Block] = [] if part is None else [Notice(t("modelled.notice"))]
    blocks += [Answer(tuple(text for text in sentences if text)), KeyFigures(key_figures(sheet, t))]
    blocks.append(Columns((commune_map(sheet, t), trend), (neighbour_table(sheet, t), people), left_share=0.45))
    if part is None:
        access = access_table(sheet, t, kinds=ACCESS_KINDS, beyond=())
        blocks.append(access)
    else:
        access = access_table(sheet, t, kinds=("maternity",), beyond=SHEET_BEYOND)
        blocks += [definition_table(part, t), Columns((supply_table(part, t),), (access,), left_share=0.48)]
    if len(sheet.published):
        blocks.append(published_table(sheet, t))
    return (*blocks, notes, sources)
