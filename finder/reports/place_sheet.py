"""The sheet a family takes along: services round a place on one page, with a small map and the link as a code."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from finder.maps.documents.model import Answer, Block, Columns, Document, Figure, Notes, Prose, Sources, Table
from finder.maps.qr import qr_svg
from finder.maps.svg_elements import Drawing
from finder.words.messages import Messages
from finder.words.wording import date_text


@dataclass(frozen=True)
class SheetService:
    """One service as the sheet prints it; all words in the language of the sheet.

    Attributes
    ----------
    number
        In the list and on the map.
    name, minutes, where
        Name; time in words; address and telephone.
    facts
        What to know: sessions, cost, languages, doubts.
    source
        Provenance and date.
    """

    number: int
    name: str
    minutes: str
    where: str
    facts: str
    source: str


@dataclass(frozen=True)
class PlaceSheet:
    """What the sheet says.

    Attributes
    ----------
    place
        What the place is called; never more exact than a street.
    sentences
        The answer, first sentence first.
    groups
        Heading and services of each kind, in reading order.
    small_map
        Drawing, and what it shows in words.
    link
        Restores the search; holds a point rounded to about 100 m.
    link_text
        The link as printed beside its code.
    emergency
        Lines to call, in words.
    remarks, sources
        What the minutes and lists rest on; who made them.
    day
        Day of the answer.
    """

    place: str
    sentences: tuple[str, ...]
    groups: tuple[tuple[str, tuple[SheetService, ...]], ...]
    small_map: tuple[Drawing, str] | None
    link: str
    link_text: str
    emergency: tuple[str, ...]
    remarks: tuple[str, ...]
    sources: tuple[str, ...]
    day: datetime.date


def place_document(sheet: PlaceSheet, t: Messages) -> Document:
    """Return the sheet, ready for :func:`finder.reports.write.document_bytes`.

    Raises
    ------
    DocumentError
        If the link is too long for a code, or there is no sentence to answer with.
    """
    code = Figure(qr_svg(sheet.link), "", t("place_sheet.code_alt"))
    beside = (code, Prose((t("place_sheet.code"), sheet.link_text)), Notes(t("place_sheet.emergency"), sheet.emergency))
    blocks: list[Block] = [Answer(sheet.sentences)]
    if sheet.small_map is not None:
        drawing, alternative = sheet.small_map
        blocks.append(Columns((Figure(drawing, "", alternative),), beside, left_share=0.64))
    else:
        blocks += beside
    blocks += [_table(heading, services, t) for heading, services in sheet.groups]
    blocks += [Notes(t("place_sheet.know"), sheet.remarks), Sources(t("place_sheet.sources"), sheet.sources)]
    day = date_text(sheet.day.isoformat(), t.language)
    return Document(
        title=t("place_sheet.title", place=sheet.place),
        subtitle=t("place_sheet.subtitle", day=day),
        language=t.language,
        blocks=tuple(blocks),
        footer=t("place_sheet.footer", day=day),
        generated_on=sheet.day,
        kicker=t("place_sheet.kicker"),
        layout="sheet",
    )


def _table(heading: str, services: Sequence[SheetService], t: Messages) -> Table:
    headers = tuple(t("place_sheet.header." + name) for name in ("name", "minutes", "where", "facts", "source"))
    rows = tuple((f"{s.number}. {s.name}", s.minutes, s.where, s.facts, s.source) for s in services)
    return Table(heading, headers, rows)
