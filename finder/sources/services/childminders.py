"""Childminders work in their own homes: no house number and no telephone of theirs is kept."""

import re
from typing import Final

from finder.sources.services.record import text_or_none

_NUMBER: Final = r"(?:num[ée]ro\s*|n[°ºo]\.?\s*)?\d+(?:\s*[-/]\s*\d+)?(?:\s?[a-z]\b|\s?(?:bis|ter)\b)?"
_FIRST: Final = re.compile(rf"^{_NUMBER}\s*,?\s+(?:de\s+la\s+|de\s+l['’]|du\s+|des\s+|de\s+)?", re.IGNORECASE)
_LAST: Final = re.compile(
    rf"[\s,]+(?:{_NUMBER}|nan)(?:\s*,?\s*(?:bte|bo[iî]te|bus)\.?\s*\w+)?\s*$",
    re.IGNORECASE,
)


def street_alone(address: str | None) -> str | None:
    """Return an address without its house number, wherever it stands; numbers that are part of a name stay."""
    if address is None:
        return None
    return text_or_none(_LAST.sub("", _FIRST.sub("", address)))
