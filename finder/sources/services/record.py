"""What every reader of services makes: services, their dated episodes, and a line for each source row."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

import pandas as pd

from finder.geo.folding import fold
from finder.tables import KINDS, SERVICE_EPISODES, SERVICE_TYPES, SERVICES, validate

Outcome = Literal["kept", "merged", "listed_elsewhere"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("kept", "merged", "listed_elsewhere")

SITE_MOVED: Final = "site moved, new point unknown"
OSM_DIFFERS: Final = "differs from OSM by more than 150 m"
OTHER_COMMUNE: Final = "point in another commune than its postcode"
SITE_ASSUMED: Final = "site assumed"
NOT_THE_DOOR: Final = "point of the campus, not of the door"
LONG_STREET: Final = "somewhere along a street over 1 km long"
ROUNDED: Final = "rounded to about 100 m"
FLAGS: Final = (SITE_MOVED, OSM_DIFFERS, OTHER_COMMUNE, SITE_ASSUMED, NOT_THE_DOOR, LONG_STREET, ROUNDED)
"""All flags of ``position_flag``; several are joined by ``"; "``."""

NOT_DIRECT: Final = "status not confirmed by a direct source"
ANNOUNCED_ONLY: Final = "closed on an announcement only"
MATERNITY_MOVED: Final = "its maternity has moved since this list (2020)"
STATUS_FLAGS: Final = (NOT_DIRECT, ANNOUNCED_ONLY, MATERNITY_MOVED)
"""All flags of ``status_flag``, which says how far ``status`` can be trusted; several are joined by ``"; "``."""

FACTS_LICENCE: Final = "facts"
_YEAR: Final = re.compile(r"(?<![\w=/.-])((?:19|20)\d\d(?:-\d\d){0,2})(?![\w.-])")


@dataclass(frozen=True)
class Service:
    """One row of the table of services; fields as in :data:`finder.tables.SERVICES`."""

    service_id: str
    kind: str
    name: str
    status: str
    provenance: str
    source: str
    licence: str
    stage: str = ""
    operator: str | None = None
    address: str | None = None
    postcode: str | None = None
    locality: str | None = None
    nis: str | None = None
    lon: float | None = None
    lat: float | None = None
    position_precision: str = "none"
    position_source: str | None = None
    position_flag: str | None = None
    capacity_places: int | None = None
    free_places: int | None = None
    free_places_as_of: str | None = None
    age_from_months: int | None = None
    age_to_months: int | None = None
    subsidised: bool | None = None
    tariff: str | None = None
    languages: str | None = None
    sessions: str | None = None
    step_free: bool | None = None
    phone: str | None = None
    url: str | None = None
    has_emergency: bool | None = None
    status_date: str | None = None
    status_flag: str | None = None
    note: str | None = None
    as_of: str | None = None


@dataclass(frozen=True)
class Episode:
    """One row of the table of episodes; fields as in :data:`finder.tables.SERVICE_EPISODES`."""

    service_id: str
    valid_from: str | None
    valid_to: str | None
    status: str
    date_precision: str
    evidence: str
    source: str
    successor_id: str | None = None


@dataclass(frozen=True)
class SourceRow:
    """What became of one row of a source file (``row`` counts from 1, the header left out)."""

    file: str
    row: int
    outcome: Outcome
    service_id: str | None
    why: str | None = None


@dataclass(frozen=True)
class Built:
    """What one reader made."""

    services: tuple[Service, ...]
    source_rows: tuple[SourceRow, ...]
    episodes: tuple[Episode, ...] = field(default=())


def services_frame(services: Sequence[Service]) -> pd.DataFrame:
    """Return the validated table of services, sorted by id."""
    rows = [asdict(service) | {"stage": service.stage or KINDS[service.kind]} for service in services]
    frame = pd.DataFrame(rows, columns=list(SERVICES.columns)).sort_values("service_id", ignore_index=True)
    floats = {"lon": "float64", "lat": "float64"}
    typed: pd.DataFrame = validate(frame.astype(SERVICE_TYPES | floats), SERVICES)
    return typed


def episodes_frame(episodes: Sequence[Episode]) -> pd.DataFrame:
    """Return the validated table of episodes, sorted by service and date (an open beginning first)."""
    frame = pd.DataFrame([asdict(episode) for episode in episodes], columns=list(SERVICE_EPISODES.columns))
    order = frame.assign(start=frame["valid_from"].fillna("")).sort_values(["service_id", "start"])
    typed: pd.DataFrame = validate(order.drop(columns="start").reset_index(drop=True), SERVICE_EPISODES)
    return typed


def slug(text: str) -> str:
    """Return ``text`` as a readable piece of an id: folded words joined by hyphens."""
    return fold(text).replace(" ", "-")


def join_notes(*notes: str | None) -> str | None:
    """Return the notes that are there, joined by ``"; "``, or ``None``."""
    return "; ".join(note for note in notes if note) or None


def latest_date(*texts: str | None) -> str | None:
    """Return the latest date (a year, a month or a day) written in ``texts``, or ``None``.

    Numbers inside addresses of pages and article numbers are not dates.
    """
    return max((found for text in texts if text for found in _YEAR.findall(text)), default=None)


def text_or_none(value: object) -> str | None:
    """Return a cell's text without the spaces around it, ``None`` if it is empty."""
    return value.strip() or None if isinstance(value, str) else None
