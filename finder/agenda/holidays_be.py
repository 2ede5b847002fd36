"""Public holidays of Belgium, by day."""

import datetime
from functools import lru_cache
from typing import Final

LANGUAGES: Final = {"fr": "fr", "nl": "nl", "de": "de", "en": "en_US"}


def public_holiday(day: datetime.date, *, language: str = "fr") -> str | None:
    """Return the name of the public holiday on that day (law of 4 January 1974, by the package ``holidays``), or None.

    Days that only some employers keep (27 September, 15 November) are not among them.

    Raises
    ------
    KeyError
        If the language is none of :data:`LANGUAGES`.
    """
    return _holidays(day.year, LANGUAGES[language]).get(day)


@lru_cache(maxsize=64)
def _holidays(year: int, language: str) -> dict[datetime.date, str]:
    import holidays

    return dict(holidays.country_holidays("BE", years=year, language=language))
