"""Maternities of Wallonia and Brussels, dated so that the network of any day from 2016 on can be rebuilt.

A maternity that moved keeps its old point, flagged, under its new name until the new site is located: it neither
vanishes nor counts twice.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from finder.errors import SourceFileError, first_ids
from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.dates import first_certain_day, precision_of
from finder.sources.services.hospitals import POSITION_SOURCE, readable, readable_city
from finder.sources.services.osm_check import Point, osm_difference_m
from finder.sources.services.places import SAME_STREET_M, commune_named, commune_of_address, distance_m, find_street
from finder.sources.services.record import Built, Episode, Service, SourceRow, join_notes
from finder.sources.services.status import UNPROVEN_CLOSING

FILE: Final = "services/maternities_wal_bxl.csv"
CLOSURES_FILE: Final = "services/maternity_closures.csv"
COLUMNS: Final = [
    "eurostat_id",
    "maternity",
    "address",
    "postcode",
    "city",
    "nis_commune",
    "lat",
    "lon",
    "coord_source",
    "status",
    "status_date",
    "births",
    "births_year",
    "extra",
    "baby_friendly_ihab",
    "evidence_strength",
    "evidence",
]
NAMED_IDS: Final = {
    "GHdC Les Viviers (Gilly)": "maternity-ghdc-les-viviers",
    "CHC MontLegia (Liege)": "maternity-chc-montlegia",
}
SUCCESSOR_OF: Final = {
    "maternity-be-3100": "maternity-ghdc-les-viviers",
    "maternity-be-2960": "maternity-chc-montlegia",
}
COMMUNE_OF: Final = {"maternity-ghdc-les-viviers": "Charleroi", "maternity-chc-montlegia": "Liège"}
UNCONFIRMED: Final = "unconfirmed"
DIRECT: Final = "direct"
"""How the strength of evidence begins where a text names the maternity itself."""

COUNT_OF: Final = {"KCE count": "2016"}
"""Evidence that is a count, and the year it was taken in (KCE report 323: data of 2016)."""

SEEDS_YEAR: Final = "2025"
"""Year of the perinatal guide that the evidence calls "project seeds"."""

_YEAR: Final = re.compile(r"\d{4}")
_SUSPENDED_SINCE: Final = re.compile(r"suspended (\d{4}-\d{2}-\d{2})")


def read_maternities(source_dir: Path, gazetteer: Gazetteer, osm_points: dict[str, Point]) -> Built:
    """Return the maternities with their episodes.

    Raises
    ------
    SourceFileError
        If a status is unknown, or the list of closures contradicts the list of maternities.
    """
    numbers = ["lat", "lon"]
    frame = read_source_csv(source_dir, FILE, COLUMNS, numbers=numbers)
    rows = [{key: rec.text_or_none(v) if isinstance(v, str) else v for key, v in r.items()} for r in _records(frame)]
    services, episodes, source_rows = {}, [], []
    for number, row in enumerate(rows, start=1):
        service = _service(row, gazetteer, osm_points)
        services[service.service_id] = service
        episodes += _episodes(service.service_id, row)
        source_rows.append(SourceRow(FILE, number, "kept", service.service_id))
    for old_id, new_id in SUCCESSOR_OF.items():
        row = next(r for r in rows if _id(r) == new_id)
        services[new_id] = _located_successor(services[new_id], services[old_id], row, gazetteer)
    source_rows += _check_closures(source_dir, rows)
    return Built(tuple(services.values()), tuple(source_rows), tuple(episodes))


def note_moved_sites(services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Return ``services`` where a hospital site whose maternity moved says so: the hospital list is older than that.

    Whether the rest of the site moved too is in no source, so it is ``unconfirmed``, neither open nor closed.
    """
    moved = {f"hospital-be-{old.removeprefix('maternity-be-')}": old for old in SUCCESSOR_OF}
    dates = {service.service_id: service.status_date for service in services}
    return tuple(
        replace(
            service,
            status="unconfirmed",
            status_flag=rec.MATERNITY_MOVED,
            note=join_notes(
                service.note,
                f"its maternity moved ({dates[moved[service.service_id]]}); whether the rest did is not in the list",
            ),
        )
        if service.service_id in moved
        else service
        for service in services
    )


def _records(frame: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a DataFrame
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): value for key, value in record.items()} for record in records]


def _id(row: dict[str, Any]) -> str:
    return NAMED_IDS.get(row["maternity"]) or f"maternity-be-{row['eurostat_id']}"


def _service(row: dict[str, Any], gazetteer: Gazetteer, osm_points: dict[str, Point]) -> Service:
    evidence = f"{row['evidence_strength']}: {row['evidence']}"
    is_weak = _is_weak(row)
    births = f"births: {row['births']} ({row['births_year']})" if row["births"] else None
    base = Service(
        service_id=_id(row),
        kind="maternity",
        name=row["maternity"],
        status=_STATUS[row["status"]] if row["status"] in _STATUS else _unknown(row),
        status_date=row["status_date"],
        status_flag=rec.NOT_DIRECT if is_weak else rec.ANNOUNCED_ONLY if row["status"] == "closing" else None,
        address=readable(row["address"]) if row["address"] else None,
        postcode=row["postcode"],
        locality=readable_city(row["city"]) if row["city"] else None,
        note=join_notes(
            f"{UNCONFIRMED}: evidence {row['evidence_strength']}" if is_weak else None,
            UNPROVEN_CLOSING if row["status"] == "closing" else None,
            births,
            "baby-friendly hospital (IHAB)" if row["baby_friendly_ihab"] == "yes" else None,
            row["extra"],
        ),
        provenance="document" if "project seeds" in row["evidence"] else "web",
        source=evidence,
        as_of=_as_of(row),
        licence=rec.FACTS_LICENCE,
    )
    if not row["eurostat_id"]:
        return base
    nis, contradicts = commune_of_address(
        gazetteer, postcode=row["postcode"], lon=row["lon"], lat=row["lat"], stated=row["nis_commune"]
    )
    far_m = osm_difference_m(osm_points.get(row["eurostat_id"]), row["lon"], row["lat"])
    flags = join_notes(
        rec.SITE_ASSUMED if "assumed" in row["evidence_strength"] else None,
        rec.OTHER_COMMUNE if contradicts else None,
        rec.OSM_DIFFERS if far_m else None,
    )
    return replace(
        base,
        nis=nis,
        lon=row["lon"],
        lat=row["lat"],
        position_precision="campus",
        position_source=POSITION_SOURCE,
        position_flag=flags,
        note=join_notes(base.note, f"OSM's point is {far_m:.0f} m away" if far_m else None),
    )


def _located_successor(new: Service, old: Service, row: dict[str, Any], gazetteer: Gazetteer) -> Service:
    """Return the new site at its published point if its street agrees with it, else at the old site's point."""
    nis = commune_named(gazetteer, COMMUNE_OF[new.service_id])
    street = find_street(gazetteer, row["address"], nis=nis) if row["address"] and nis else None
    published = (row["lon"], row["lat"]) if row["lon"] is not None else None
    if street and published and distance_m(*published, street.lon, street.lat) <= SAME_STREET_M + street.uncertainty_m:
        return replace(
            new,
            nis=nis,
            lon=published[0],
            lat=published[1],
            position_precision="campus",
            position_source=f"{row['coord_source']}; agrees with {street.name} in our road network",
        )
    unused = f"published point {published[1]}, {published[0]} not used: " if published else ""
    why = "its street is not in our road network" if row["address"] else "no address of the new site"
    return replace(
        new,
        nis=nis,
        lon=old.lon,
        lat=old.lat,
        position_precision=old.position_precision,
        position_source=f"OLD site {old.name}, {old.address}; {unused}{why}",
        position_flag=rec.SITE_MOVED,
        note=join_notes(new.note, f"shown at the old site ({old.name}) until the new one is located"),
    )


def _episodes(service_id: str, row: dict[str, Any]) -> list[Episode]:
    evidence = f"{row['evidence_strength']}: {row['evidence']}"
    if _is_weak(row):
        evidence = f"{UNCONFIRMED}, {evidence}"
    elif row["status"] == "closing":
        evidence = f"announced, not confirmed; {evidence}"
    after = _STATUS[row["status"]]
    steps: list[tuple[str | None, str]] = [(None, "open")]
    if row["status_date"] and after == "open":
        steps = [(None, "planned"), (row["status_date"], "open")]
    elif row["status_date"]:
        suspended = _SUSPENDED_SINCE.search(row["extra"] or "")
        if suspended and after == "closed":
            steps.append((suspended[1], "suspended"))
        steps.append((row["status_date"], after))
    starts = [first_certain_day(date) if date else None for date, _ in steps]
    return [
        Episode(
            service_id=service_id,
            valid_from=start,
            valid_to=end,
            status=status,
            date_precision=precision_of(date),
            evidence=evidence,
            source=row["evidence"],
            successor_id=SUCCESSOR_OF[service_id] if status == "moved" else None,
        )
        for (date, status), start, end in zip(steps, starts, [*starts[1:], None], strict=True)
    ]


def _check_closures(source_dir: Path, rows: list[dict[str, Any]]) -> list[SourceRow]:
    closures = read_source_csv(source_dir, CLOSURES_FILE, ["eurostat_id", "status", "status_date"])
    dated = {row["eurostat_id"]: (row["status"], row["status_date"]) for row in rows}
    wrong = [
        site
        for site, status, date in closures.itertuples(index=False)
        if (status, date) != dated.get(site, (None, None))
    ]
    if wrong:
        raise SourceFileError(f"{CLOSURES_FILE} and {FILE} give other statuses or dates for sites {first_ids(wrong)}.")
    return [
        SourceRow(CLOSURES_FILE, number, "merged", f"maternity-be-{site}", "same status and date as the maternity")
        for number, site in enumerate(closures["eurostat_id"], start=1)
    ]


def _as_of(row: dict[str, Any]) -> str | None:
    """Return the latest date of the evidence; births counted in a year are evidence of that year."""
    seeds = SEEDS_YEAR if "project seeds" in row["evidence"] else None
    counts = [year for words, year in COUNT_OF.items() if words in row["evidence"]]
    births = row["births_year"] if _YEAR.fullmatch(row["births_year"] or "") else None
    return rec.latest_date(row["status_date"], row["evidence"], seeds, births, *counts)


def _is_weak(row: dict[str, Any]) -> bool:
    """Return whether no text names the maternity as such: only a count or an allusion does."""
    return row["status"] == "open?" or not (row["evidence_strength"] or "").startswith(DIRECT)


def _unknown(row: dict[str, Any]) -> str:
    raise SourceFileError(f"{FILE}: status {row['status']!r} of {row['maternity']} is unknown.")


_STATUS: Final = {
    "open": "open",
    "open?": "open",
    "closed": "closed",
    "closing": "closed",
    "suspended": "suspended",
    "moved": "moved",
}
