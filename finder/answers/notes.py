"""What must be said with every figure, in plain English; the pages say the same in the visitor's language."""

import datetime
from collections.abc import Iterable

import pandas as pd

from finder.units import Mode

MOVED_FLAG = "site moved"
HOSPITALS_AS_OF = "1 February 2020"


def traffic_note(mode: Mode) -> list[str]:
    """Return what car minutes leave out."""
    return ["Car minutes are without traffic jams."] if mode == "car" else []


def is_moved(services: pd.DataFrame) -> "pd.Series[bool]":
    """Return which services moved to a place that is not located yet: their point is the old one."""
    return services["position_flag"].fillna("").str.contains(MOVED_FLAG, regex=False)


def service_notes(services: pd.DataFrame, day: datetime.date) -> list[str]:
    """Return what to know of services before going there: moved, not confirmed to be open, weakly sourced.

    ``status_flag`` speaks of today's status, so it is left out for other days.
    """
    notes = [
        f"{name} has moved and its new place is not located yet: minutes and km lead to the OLD site."
        for name in services.loc[is_moved(services), "name"]
    ]
    doubtful = services.loc[services["status"] == "unconfirmed", "name"].tolist()
    if doubtful:
        notes.append(f"Not confirmed to be open, call first: {', '.join(doubtful)}.")
    if day == datetime.date.today():
        flagged = services[services["status_flag"].notna()]
        notes += [f"{name}: {flag}." for name, flag in zip(flagged["name"], flagged["status_flag"], strict=True)]
    return notes


def history_note(kind: str, services: pd.DataFrame, day: datetime.date) -> list[str]:
    """Return a note where the services of a day are not known, only those of their list."""
    if kind == "hospital":
        return [f"Hospital sites are those of the list of {HOSPITALS_AS_OF}; later moves and mergers are not in it."]
    if day < datetime.date.today() and not services["is_dated"].all():
        return [f"No dated history for this kind: services as their sources know them, not as they were on {day}."]
    return []


def border_note(zones: Iterable[bool]) -> list[str]:
    """Return a note where the border is nearer than a service for some people."""
    if any(zones):
        return [
            "touches_border: for some people the border is no farther than the service; "
            "Flemish and foreign maternities and foreign hospitals are not in the data."
        ]
    return []
