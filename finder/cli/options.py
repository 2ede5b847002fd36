"""Options that several commands share."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from finder.answers.access import ZoneLevel

DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder; default Finder's own.")]
ModeOption = Annotated[str, typer.Option("--mode", help="car, bike, walk or pram.")]
DayOption = Annotated[
    datetime.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day, YYYY-MM-DD; default today.")
]
WideOption = Annotated[bool, typer.Option("--wide", help="Show every column of the table.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def read_level(by: str) -> "ZoneLevel":
    """Return the zone level a user asked for, or tell which there are."""
    from finder.answers.access import ZONE_LEVELS

    for level in ZONE_LEVELS:
        if level == by:
            return level
    raise typer.BadParameter(f"choose one of {', '.join(ZONE_LEVELS)}", param_hint="--by")


def read_day(chosen: datetime.datetime | None) -> datetime.date:
    """Return the day a user asked for; today if none. A day to come is refused: nobody knows its services."""
    today = datetime.date.today()
    day = chosen.date() if chosen else today
    if day > today:
        raise typer.BadParameter(f"{day} is still to come; the last day known is {today}", param_hint="--on")
    return day
