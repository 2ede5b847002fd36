"""Coordinates as people paste them: decimal degrees, degrees and minutes, a geo link, the link of a map."""

import re
from typing import Final

_NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d+)?"
_DECIMAL_COMMAS: Final = re.compile(r"([-+]?\d{1,3}),(\d{2,})\s*[,;\s]\s*([-+]?\d{1,3}),(\d{2,})")
_PAIR: Final = re.compile(
    rf"(?:geo:|lat(?:itude)?\.?\s*[:=]?)?\s*(?P<ga>[NESWO])?\s*(?P<a>{_NUMBER})\s*°?\s*(?P<ha>[NESWO])?\s*[,;/\s]\s*"
    rf"(?:lon(?:g(?:itude)?)?\.?\s*[:=]?)?\s*(?P<gb>[NESWO])?\s*(?P<b>{_NUMBER})\s*°?\s*(?P<hb>[NESWO])?(?:\?.*)?",
    re.IGNORECASE,
)
_DEGREES: Final = r"(\d{1,3})\s*°\s*(\d{1,2})\s*['’′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"”″]|''))?\s*([NSEWO])"
_SEXAGESIMAL: Final = re.compile(rf"{_DEGREES}\s*[,;]?\s*{_DEGREES}", re.IGNORECASE)
_LINK: Final = re.compile(
    rf"https?://\S*?(?:@|[?&](?:q|ll|query|mlat)=|#map=\d+/)({_NUMBER})(?:,|%2C|/|&mlon=)({_NUMBER})", re.IGNORECASE
)
LATITUDES: Final = (40.0, 60.0)
"""Only one of the two numbers of a point near Belgium is a latitude: a pair in the other order is turned."""


def read_coordinates(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude (WGS84 degrees) that ``text`` writes, wherever on Earth; ``None`` if it does not.

    Latitude first is the rule; the other order is understood by the letters N and E, or where the first number can be
    no latitude of our region and the second can.
    """
    plain = text.strip().strip("()[]")
    if link := _LINK.search(plain):
        return _ordered(float(link[1]), float(link[2]), "", "")
    if parts := _SEXAGESIMAL.fullmatch(plain):
        first, second = _degrees(parts.group(1, 2, 3)), _degrees(parts.group(5, 6, 7))
        return _ordered(first, second, parts[4], parts[8])
    pair = _PAIR.fullmatch(plain) or _PAIR.fullmatch(_DECIMAL_COMMAS.sub(r"\1.\2;\3.\4", plain))
    if pair is None or not ("." in pair["a"] and "." in pair["b"]):
        return None  # whole numbers are house numbers or postcodes
    letters = pair["ga"] or pair["ha"] or "", pair["gb"] or pair["hb"] or ""
    return _ordered(float(pair["a"]), float(pair["b"]), *letters)


def _degrees(parts: tuple[str, ...]) -> float:
    degrees, minutes, seconds = parts[0], parts[1], (parts[2] or "0").replace(",", ".")
    return int(degrees) + int(minutes) / 60 + float(seconds) / 3_600


def _ordered(first: float, second: float, first_letter: str, second_letter: str) -> tuple[float, float] | None:
    letters = first_letter.upper() + second_letter.upper()
    first, second = (
        -abs(value) if letter in ("S", "W") else value
        for value, letter in ((first, first_letter.upper()), (second, second_letter.upper()))
    )
    low, high = LATITUDES
    is_turned = letters[0] in "EWO" if letters else not low <= first <= high and low <= second <= high
    lat, lon = (second, first) if is_turned else (first, second)
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None
