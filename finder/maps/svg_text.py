"""Text that may come from anybody, made safe to draw: characters no format can hold go, its width is estimated."""

import unicodedata
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible marks that turn the direction of the text after them: they could make a name swallow its neighbour."""

_NARROW: Final = frozenset("fijlrtI.,;:'’|!()[]/ \u00a0-")
_WIDE: Final = frozenset("mwMWOQGDNHU%&@")


def printable(text: str) -> str:
    """Return a text on one line without control characters, lone surrogates and direction overrides.

    Letters, signs, right-to-left scripts and emoji stay as they are; line breaks and tabs become spaces.
    """
    kept = (" " if character in "\n\r\t\u2028\u2029" else character for character in text)
    return "".join(c for c in kept if c not in _OVERRIDES and not _is_forbidden(c))


def _is_forbidden(character: str) -> bool:
    # XML 1.0 has no controls, surrogates nor the two last code points of each plane.
    return unicodedata.category(character) in {"Cc", "Cs"} or ord(character) & 0xFFFE == 0xFFFE


def element_text(text: str) -> str:
    """Return a text as the content of an XML element."""
    return escape(printable(text))


def attribute_text(text: str) -> str:
    """Return a text as a quoted XML attribute, quotes included."""
    return quoteattr(printable(text))


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif font of ``size``, in the same unit; rather more than less.

    Three classes of letters are enough to keep names apart; the font that draws is not known here.
    """
    units = 0.0
    for character in text:
        if character in _NARROW:
            units += 0.36
        elif character in _WIDE or unicodedata.east_asian_width(character) in "WF":
            units += 0.98 if character not in _WIDE else 0.82
        else:
            units += 0.58 if character.islower() or character.isdigit() else 0.66
    return units * size


def wrap_text(text: str, *, size: float, width: float) -> list[str]:
    """Return a text cut into lines that fit a width, between words; a longer word has a line of its own."""
    lines: list[str] = []
    for word in printable(text).split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
