"""Numbers and dates in words: "12 min", "1 h 05", "81 %", "1 250", "janvier 2026"."""

import datetime
import math
from typing import Final

from babel.dates import format_date, format_skeleton

from finder.words.messages import Language

NO_BREAK: Final = "\u00a0"
_HOUR: Final[dict[Language, str]] = {"fr": "h", "nl": "u", "de": "Std.", "en": "h"}
NEVER: Final = "—"


def minutes_text(minutes: float, language: Language) -> str:
    """Return a travel time in whole minutes, halves upwards; a dash when there is none (nan or not reachable)."""
    if not math.isfinite(minutes):
        return NEVER
    if minutes < 1:
        return f"<{NO_BREAK}1{NO_BREAK}min"
    whole = math.floor(minutes + 0.5)
    if whole < 60:
        return f"{whole}{NO_BREAK}min"
    return f"{whole // 60}{NO_BREAK}{_HOUR[language]}{NO_BREAK}{whole % 60:02d}"


def change_text(minutes: float, language: Language) -> str:
    """Return a change of travel time with its sign, such as ``"+6 min"``; ``"="`` below half a minute."""
    if not math.isfinite(minutes):
        return NEVER
    whole = math.floor(abs(minutes) + 0.5)
    if whole == 0:
        return "="
    return ("+" if minutes > 0 else "−") + minutes_text(whole, language)


def km_text(km: float, language: Language) -> str:
    """Return a distance: one decimal below 10 km, none above."""
    if not math.isfinite(km):
        return NEVER
    return f"{_decimal(km, 1 if km < 9.95 else 0, language)}{NO_BREAK}km"


def share_text(share: float, language: Language) -> str:
    """Return a share between 0 and 1 in whole percent; never a round 0 or 100 that is not quite one."""
    if not math.isfinite(share):
        return NEVER
    space = "" if language == "en" else NO_BREAK
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{space}%"
    if 0.995 <= share < 1:
        return f">{NO_BREAK}99{space}%"
    return f"{math.floor(share * 100 + 0.5)}{space}%"


def decimal_text(value: float, language: Language) -> str:
    """Return a number with one decimal, as the language writes it; a dash when there is none."""
    if not math.isfinite(value):
        return NEVER
    return _decimal(value, 1, language)


def count_text(count: float, language: Language) -> str:
    """Return a whole number with its thousands apart: ``"1 250"``, in English ``"1,250"``."""
    if not math.isfinite(count):
        return NEVER
    return f"{math.floor(count + 0.5):,}".replace(",", "," if language == "en" else NO_BREAK)


def date_text(iso: object, language: Language) -> str:
    """Return a date of our tables (a day, a month or a year) in words; a dash when there is none."""
    if not isinstance(iso, str) or not iso:
        return NEVER
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        return format_skeleton("yMMMM", datetime.date(parts[0], parts[1], 1), locale=language)
    text = format_date(datetime.date(*parts), format="long", locale=language)
    # French counts the first day of a month: "1er décembre".
    return f"1er {text[2:]}" if language == "fr" and parts[2] == 1 else text


def _decimal(value: float, digits: int, language: Language) -> str:
    text = f"{value:.{digits}f}"
    return text if language == "en" else text.replace(".", ",")
