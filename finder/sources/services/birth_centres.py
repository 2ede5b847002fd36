"""Birth centres and lodges beside a hospital (gites): few, mostly without a published point."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.dates import first_certain_day, precision_of
from finder.sources.services.places import at_spot, commune_named, commune_of_address, street_spot
from finder.sources.services.record import Built, Episode, Service, SourceRow, join_notes, slug

FILE: Final = "services/birth_centres.csv"
COLUMNS: Final = ["name", "kind", "commune", "address", "postcode", "lat", "lon", "status", "note", "source"]
KIND_OF: Final = {"birth centre": ("birth_centre", "birth-centre"), "gite": ("birth_lodge", "birth-lodge")}
OPENED_IN: Final = {"birth-lodge-chu-vesale-gite": "2017-05"}
CONTRADICTED: Final = "contradicts"
_BRACKETS: Final = re.compile(r"\s*\(([^)]*)\)")
_CLOSED: Final = re.compile(r"^closed (\d{4}(?:-\d{2}){0,2})$")


def read_birth_centres(source_dir: Path, gazetteer: Gazetteer) -> Built:
    """Return birth centres and lodges, with episodes where a date is known."""
    frame = read_source_csv(source_dir, FILE, COLUMNS, numbers=["lat", "lon"])
    services, episodes, rows = [], [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        kind, prefix = KIND_OF[str(row["kind"])]
        name, note = str(row["name"]), rec.text_or_none(row["note"])
        status, date, evidence = _status(str(row["status"]), note)
        commune = str(row["commune"])
        service = Service(
            service_id=f"{prefix}-{slug(name)}",
            kind=kind,
            name=name,
            address=rec.text_or_none(row["address"]),
            postcode=rec.text_or_none(row["postcode"]),
            locality=None if commune == "unknown" else commune,
            status=status,
            status_date=date,
            note=join_notes(evidence, note),
            provenance="document" if row["source"] == "project seeds" else "web",
            source=str(row["source"]),
            as_of=rec.latest_date(date, str(row["source"])) or ("2025" if "seeds" in row["source"] else None),
            licence=rec.FACTS_LICENCE,
        )
        service = _placed(service, commune, float(row["lon"]), float(row["lat"]), gazetteer)
        services.append(service)
        episodes += _episodes(service)
        rows.append(SourceRow(FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows), tuple(episodes))


def _status(text: str, note: str | None) -> tuple[str, str | None, str | None]:
    """Return status, date and how the source puts it."""
    if closed := _CLOSED.match(text):
        return "closed", closed[1], None
    if text == "planned":
        return "planned", None, None
    if text.startswith("open") and not (note and CONTRADICTED in note):
        return "open", None, "only named as open" if "named" in text else None
    return "unconfirmed", None, f"the source says: {text}"


def _placed(service: Service, commune: str, lon: float, lat: float, gazetteer: Gazetteer) -> Service:
    if lon == lon:  # a number
        nis, contradicts = commune_of_address(gazetteer, postcode=service.postcode, lon=lon, lat=lat, stated=None)
        return replace(
            service,
            nis=nis,
            lon=lon,
            lat=lat,
            position_precision="campus",
            position_source="point of the hospital (Eurostat 2020)",
            position_flag=join_notes(rec.NOT_THE_DOOR, rec.OTHER_COMMUNE if contradicts else None),
        )
    nis = commune_named(gazetteer, _BRACKETS.sub("", commune))
    return at_spot(service, street_spot(gazetteer, service.address, nis=nis))


def _episodes(service: Service) -> list[Episode]:
    """Return the episodes of a place that closed on a known date; the others have only their present status."""
    if service.status != "closed" or not service.status_date:
        return []
    opened = OPENED_IN.get(service.service_id)
    steps: list[tuple[str | None, str]] = [(None, "planned"), (opened, "open")] if opened else [(None, "open")]
    steps.append((service.status_date, "closed"))
    starts = [first_certain_day(date) if date else None for date, _ in steps]
    return [
        Episode(service.service_id, start, end, status, precision_of(date), service.source, service.source)
        for (date, status), start, end in zip(steps, starts, [*starts[1:], None], strict=True)
    ]
