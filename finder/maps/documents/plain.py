"""A document as nested dictionaries, the one form both templates read; every text is made printable on the way."""

import datetime
from dataclasses import fields, is_dataclass
from typing import Any

from finder.maps.documents.model import Document
from finder.maps.svg_elements import Drawing
from finder.maps.svg_text import printable


def as_plain(document: Document) -> dict[str, Any]:
    """Return a document as dictionaries, lists, texts and numbers; ``kind`` is the name of the class.

    The markup of a drawing is kept as it is, since what made it has escaped its texts.
    """
    result: dict[str, Any] = _plain(document)
    return result


def _plain(value: Any) -> Any:  # noqa: ANN401 - a tree of any depth
    if isinstance(value, Drawing):
        return {"kind": "Drawing", "markup": value.markup, "width": value.width, "height": value.height}
    if is_dataclass(value):
        parts = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, **parts}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
