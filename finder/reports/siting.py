"""The brief of a siting question: the answer with its proof, the list, what to know, sources."""

import datetime
from dataclasses import dataclass

from finder.maps.documents.model import Answer, Block, Document, Notes, Notice, Sources, Table
from finder.words.messages import Messages
from finder.words.wording import date_text


@dataclass(frozen=True)
class Brief:
    """What a brief says.

    Attributes
    ----------
    title
        Its title.
    subtitle
        What was asked.
    sentences
        The answer, its proof in the first sentence.
    table
        Sites or communes.
    notes
        What to know, in sentences.
    sources
        Attributions.
    method
        Version of the method.
    is_modelled
        Whether the answer rests on the modelled network.
    """

    title: str
    subtitle: str
    sentences: tuple[str, ...]
    table: Table
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    method: str
    is_modelled: bool


def brief_document(brief: Brief, t: Messages, day: datetime.date) -> Document:
    """Return the brief as a document; without a table where nothing was found."""
    blocks: list[Block] = [Notice(t("modelled.notice"))] if brief.is_modelled else []
    blocks.append(Answer(brief.sentences))
    if brief.table.rows:
        blocks.append(brief.table)
    blocks += [Notes(t("siting.notes.title"), brief.notes), Sources(t("commune.sources.title"), brief.sources)]
    return Document(
        title=brief.title,
        subtitle=brief.subtitle,
        language=t.language,
        blocks=tuple(blocks),
        footer=t("siting.brief.footer", day=date_text(day.isoformat(), t.language), method=brief.method),
        generated_on=day,
        kicker=t("door.siting"),
    )
