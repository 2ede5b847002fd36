"""Single days as a calendar file (iCalendar, RFC 5545): reminders of steps, nothing of the person they are for."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from finder.agenda.calendar_file import PRODUCT


@dataclass(frozen=True)
class DayEntry:
    """One reminder for a whole day.

    Attributes
    ----------
    entry_id
        What the reminder is of; with the day it makes the UID.
    day
        Date in Belgium.
    title, description, url
        Texts in the language of the reader; any characters.
    """

    entry_id: str
    day: datetime.date
    title: str
    description: str = ""
    url: str = ""


def day_file(entries: Sequence[DayEntry], *, made_at: datetime.datetime) -> bytes:
    """Return one whole-day event per entry, which does not make the day busy (TRANSP:TRANSPARENT).

    The same entries and ``made_at`` give the same bytes.

    Raises
    ------
    ValueError
        If ``made_at`` has no time zone.
    """
    if made_at.tzinfo is None:
        raise ValueError(f"A moment with its time zone is needed, not {made_at}.")
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for entry in entries:
        event = icalendar.Event()
        key = f"{entry.entry_id}|{entry.day.isoformat()}"
        event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@finder-fwb")
        event.add("dtstamp", made_at.astimezone(datetime.UTC))
        event.add("dtstart", entry.day)
        event.add("summary", entry.title)
        event.add("transp", "TRANSPARENT")
        for name, text in {"description": entry.description, "url": entry.url}.items():
            if text:
                event.add(name, text)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
