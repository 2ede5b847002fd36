"""A document as a PDF, set by Typst; texts reach it as data, so that none can be read as a command.

Only Typst's own fonts and Source Sans Pro are used: the same document gives the same bytes on every computer.
"""

import datetime
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from finder.maps.documents.model import Document
from finder.maps.documents.plain import as_plain

if TYPE_CHECKING:
    import typst

STANDARDS: Final = ("a-2a", "ua-1")
"""For archives (ISO 19005-2) and for screen readers (ISO 14289-1)."""

_LONGEST_WORD: Final = 28
_ZERO_WIDTH_SPACE: Final = "\u200b"


def render_pdf(document: Document) -> bytes:
    """Return a document as a tagged PDF of A4 pages, with its title, language and date in the properties.

    A sheet whose blocks do not fit one page is set smaller, down to 80 %; if that is not enough it goes on on a second
    page rather than lose or squeeze anything. The file follows :data:`STANDARDS`, unless it holds a character that no
    font has (Chinese, for example): these are printed as an empty box, and the file is only tagged.
    """
    import typst

    day = document.generated_on
    options: dict[str, Any] = {
        "font_paths": _fonts(),
        "sys_inputs": {"document": json.dumps(_breakable(as_plain(document)))},
        "timestamp": datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC),
        "format": "pdf",
    }
    template = (files(__package__) / "document.typ").read_bytes()
    try:
        pdf: bytes = typst.compile(template, pdf_standards=list(STANDARDS), **options)
    except typst.TypstError:
        # A character that no font has is forbidden there; a name in another script must still be printed.
        pdf = typst.compile(template, **options)
    return pdf


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(files("font_source_sans_pro") / "files")])


def _breakable(value: Any) -> Any:  # noqa: ANN401 - a tree of any depth
    """Give very long words (addresses of pages) places to break, except in drawings."""
    if isinstance(value, dict):
        return value if value.get("kind") == "Drawing" else {key: _breakable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_breakable(part) for part in value]
    if isinstance(value, str) and len(value) > _LONGEST_WORD:
        return " ".join(_with_breaks(word) for word in value.split(" "))
    return value


def _with_breaks(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    pieces, since = [], 0
    for character in word:
        pieces.append(character)
        since += 1
        if character in "/-_?&=.," or since >= _LONGEST_WORD // 2:
            pieces.append(_ZERO_WIDTH_SPACE)
            since = 0
    return "".join(pieces)
