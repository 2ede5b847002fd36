"""What a document says, without how it looks: a title and blocks of plain text, figures, tables and drawings.

Every text is plain: the renderers escape, so a name with ``<``, ``#`` or ``=`` is printed as it is written. All words
come from the caller, in the language of the document.
"""

import datetime
from dataclasses import dataclass
from typing import Literal

from finder.errors import DocumentError, first_ids
from finder.maps.svg_elements import Drawing


@dataclass(frozen=True)
class Heading:
    """A heading inside the document: level 2 under the title, level 3 below it."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Answer:
    """The answer, first of all: its first sentence is the one to read when there is time for one."""

    sentences: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.sentences:
            raise DocumentError("An answer needs at least one sentence.")


@dataclass(frozen=True)
class Prose:
    """Running text."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class KeyFigure:
    """One figure with its unit, what it is, and what to know about it; an uncertain one must say why in its note."""

    value: str
    label: str
    note: str = ""
    is_uncertain: bool = False

    def __post_init__(self) -> None:
        if self.is_uncertain and not self.note.strip():
            raise DocumentError(f"The figure {self.label!r} is uncertain: say why in its note.")


@dataclass(frozen=True)
class KeyFigures:
    """A few figures side by side."""

    figures: tuple[KeyFigure, ...]

    def __post_init__(self) -> None:
        if not self.figures:
            raise DocumentError("Key figures need at least one figure: leave the block out.")


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    caption
        What the table shows; read first by screen readers.
    headers
        One per column, with the unit.
    rows
        As many texts as headers in each.
    numeric_columns
        Positions of the columns to align on the right.
    strong_rows
        Positions of the rows the reader looks for.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric_columns: tuple[int, ...] = ()
    strong_rows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        uneven = [k for k, row in enumerate(self.rows) if len(row) != len(self.headers)]
        if not self.headers or uneven:
            raise DocumentError(
                f"Table {self.caption!r}: rows {first_ids(uneven)} do not have one text for each of the "
                f"{len(self.headers)} headers."
            )


@dataclass(frozen=True)
class Figure:
    """A map or a chart; ``alternative`` says in words what it shows, for those who do not see it."""

    drawing: Drawing
    caption: str
    alternative: str

    def __post_init__(self) -> None:
        if not self.alternative.strip():
            raise DocumentError(f"The figure {self.caption!r} has no text for those who do not see it: give one.")


@dataclass(frozen=True)
class Notice:
    """The standing notice, such as the one for modelled data."""

    text: str


@dataclass(frozen=True)
class Notes:
    """A titled list of remarks: method, limits, what is left out."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """A titled list of sources with their dates and licences, in small print."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class PageBreak:
    """A new page in print; nothing on a screen."""


SimpleBlock = Heading | Answer | Prose | KeyFigures | Table | Figure | Notice | Notes | Sources


@dataclass(frozen=True)
class Columns:
    """Two stacks of blocks side by side; one below the other on a narrow screen."""

    left: tuple[SimpleBlock, ...]
    right: tuple[SimpleBlock, ...]
    left_share: float = 0.5

    def __post_init__(self) -> None:
        if not 0.2 <= self.left_share <= 0.8:
            raise DocumentError(f"The left column has a share of {self.left_share}: choose one between 0.2 and 0.8.")


Block = SimpleBlock | Columns | PageBreak


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes
    ----------
    title, subtitle
        What it is about; ``subtitle`` may be empty.
    language
        Of all its words: fr, nl, de or en.
    blocks
        In reading order.
    footer
        At the foot of every page: who made it, where to find it, its date in words.
    generated_on
        Day it was made, for the properties of the file.
    kicker
        A few words above the title: the name of the service and the kind of document.
    layout
        A ``"sheet"`` is made smaller until it fits one page, a ``"report"`` takes the pages it needs and numbers them.
    """

    title: str
    subtitle: str
    language: Literal["fr", "nl", "de", "en"]
    blocks: tuple[Block, ...]
    footer: str
    generated_on: datetime.date
    kicker: str = ""
    layout: Literal["sheet", "report"] = "report"

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.blocks:
            raise DocumentError("A document needs a title and at least one block.")
