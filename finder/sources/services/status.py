"""What status a text gives a service: one rule for the age of a page, one for closings that were only announced."""

from dataclasses import dataclass
from typing import Final

from finder.sources.services.record import ANNOUNCED_ONLY, join_notes

RECENT_YEAR: Final = "2021"
"""A page from this year on is evidence that the place is open; an older or undated one is not."""

UNPROVEN_CLOSING: Final = "closing announced; that it took place is not confirmed"


@dataclass(frozen=True)
class Status:
    """A status, its date, the reason to note and the flag, as in :class:`~finder.sources.services.record.Service`."""

    status: str
    date: str | None = None
    note: str | None = None
    flag: str | None = None


def by_age(date: str | None) -> Status:
    """Return ``open`` if the text is of :data:`RECENT_YEAR` or later, else ``unconfirmed``."""
    if date is None:
        return Status("unconfirmed", note="undated source")
    return Status("open") if date >= RECENT_YEAR else Status("unconfirmed", note="old source")


def closing_announced(date: str | None, *, told: str | None = None) -> Status:
    """Return ``closed`` from the date announced, flagged; ``None`` where only the date of the text is known.

    Parameters
    ----------
    date
        When it was to close.
    told
        Date of the text that announces it, noted where it does not say when.
    """
    unknown = f"announced {told}, from when is not known" if date is None and told else None
    return Status("closed", date, join_notes(UNPROVEN_CLOSING, unknown), ANNOUNCED_ONLY)
