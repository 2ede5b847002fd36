"""Single facts on day care: leads kept where they name one site, and projects of places that name none."""

from pathlib import Path
from typing import Final

from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.places import at_spot, street_spot
from finder.sources.services.record import Built, Service, SourceRow, join_notes, slug
from finder.sources.services.status import Status, by_age, closing_announced

FILE: Final = "services/childcare_single_facts.csv"
COLUMNS: Final = ["commune", "nis", "name", "address", "postcode", "places", "year", "source", "note"]
PROJECTS_FILE: Final = "services/plan_equilibre_projects.csv"
GROUP_MARK: Final = "together"
SAME_AS: Final = {
    ("Waremme", "Grandir et Decouvrir"): "creche-web-o-comme-3-pommes-waremme",
}
CLOSING: Final = "closing "


def read_single_facts(source_dir: Path, gazetteer: Gazetteer) -> Built:
    """Return the single sites among the facts; totals of several sites are listed among the source rows only."""
    frame = read_source_csv(source_dir, FILE, COLUMNS)
    services, rows = [], []
    for number, raw in enumerate(frame.to_dict("records"), start=1):
        row = {str(key): rec.text_or_none(value) for key, value in raw.items()}
        name, commune, note = str(row["name"]), str(row["commune"]), row["note"] or ""
        if GROUP_MARK in name:
            rows.append(SourceRow(FILE, number, "listed_elsewhere", None, "total of several sites"))
            continue
        if (commune, name) in SAME_AS:
            rows.append(SourceRow(FILE, number, "merged", SAME_AS[commune, name], "same operator and street"))
            continue
        spot = street_spot(gazetteer, row["address"], nis=row["nis"])
        found = _status(note, row["year"])
        service = Service(
            service_id=f"creche-web-{slug(name)}-{slug(commune)}",
            kind="creche",
            name=name,
            address=row["address"],
            postcode=row["postcode"],
            locality=commune,
            capacity_places=int(row["places"]) if row["places"] else None,
            status=found.status,
            status_date=found.date,
            status_flag=found.flag,
            note=join_notes(found.note, row["note"]),
            provenance="web",
            source=str(row["source"]),
            as_of=row["year"],
            licence=rec.FACTS_LICENCE,
        )
        services.append(at_spot(service, spot))
        rows.append(SourceRow(FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))


def list_projects(source_dir: Path) -> Built:
    """Return the rows of the plan for new places: counts of places, mostly without a site; none is a service."""
    frame = read_source_csv(source_dir, PROJECTS_FILE, ["commune"])
    why = "new places of a project, not a site"
    rows = [SourceRow(PROJECTS_FILE, i, "listed_elsewhere", None, why) for i in range(1, len(frame) + 1)]
    return Built((), tuple(rows))


def _status(note: str, year: str | None) -> Status:
    if note.startswith(CLOSING):
        return closing_announced(note.removeprefix(CLOSING))
    return Status("planned") if note == "planned" else by_age(year)
