"""Day care named in municipal pages and the press: a sample, street-level at best, projects never shown as open."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from finder.errors import SourceFileError, first_ids
from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.childminders import street_alone
from finder.sources.services.places import at_spot, commune_named, street_spot
from finder.sources.services.record import Built, Service, SourceRow, join_notes, slug
from finder.sources.services.status import Status, by_age, closing_announced

FILE: Final = "services/childcare_pages.csv"
COLUMNS: Final = [
    "kind",
    "name",
    "address",
    "postcode",
    "commune",
    "places",
    "subsidised",
    "phone",
    "source_url",
    "source_date",
]
KIND_OF: Final = {
    "creche": "creche",
    "mcae": "creche",
    "co_accueil": "childminder",
    "halte_accueil": "drop_in_care",
}
PREFIX_OF: Final = {"creche": "creche-web", "childminder": "childminder-web", "drop_in_care": "drop-in-web"}
NETWORK_KIND: Final = "accueillantes_service"
"""Kind of the rows that are an office of childminders who work at home: no place a child goes to."""

NOT_DAY_CARE: Final = frozenset({"Home Reine Astrid (ONE)"})
SAME_AS: Final = {
    "Gemeentelijke kinderopvanglocatie Richard Neyberghlaan (peutertuin)": ("creche-bxl-wittouck", "same address"),
    "Gemeentelijke kinderopvanglocatie Reper-Vrevenstraat": ("creche-bxl-kakelbont", "same address"),
    "Gemeentelijke kinderopvanglocatie Vekemans": ("creche-bxl-frans-vekemans", "same address"),
    "Gemeentelijke kinderopvanglocatie Mutsaardlaan": (
        "creche-bxl-kinderopvanglocatie-kim-gevaert",
        "same avenue and operator, other house numbers (25 and 69)",
    ),
    "Éco-crèche Marie Popelin": ("creche-bxl-marie-popelin", "same name and street"),
    "Les Piloux (Nos Pilifs)": ("creche-bxl-les-piloux", "same name and street"),
    "Les petits poussins (CHU Brugmann, site Horta)": (
        "creche-bxl-les-jardins-d-horta-chu-brugmann",
        "same hospital site, under the name of 2010",
    ),
    "Clinique CHC MontLégia": ("maternity-chc-montlegia", "maternity"),
    "GHdC Les Viviers": ("maternity-ghdc-les-viviers", "maternity"),
    "La Bulle": ("birth-centre-la-bulle", "birth centre"),
    "L'Arche de Noé": ("birth-centre-l-arche-de-noe", "birth centre"),
    "Clinisoin": ("birth-centre-clinisoin", "birth centre"),
    "Éclore": ("birth-centre-eclore", "birth centre"),
    "Maison de naissance de Binche (CHU Tivoli, projet)": (
        "birth-centre-maison-de-naissance-de-binche",
        "birth centre",
    ),
}
"""Rows that another list has already: the service they join, and why they are held to be the same."""

PLACES_TAKEN: Final = frozenset(
    {
        "Gemeentelijke kinderopvanglocatie Richard Neyberghlaan (peutertuin)",
        "Gemeentelijke kinderopvanglocatie Reper-Vrevenstraat",
        "Gemeentelijke kinderopvanglocatie Vekemans",
        "Éco-crèche Marie Popelin",
        "Les Piloux (Nos Pilifs)",
    }
)
"""Merged rows whose number of places fills the gap of the city's list."""

ANNOUNCED: Final = frozenset(
    {
        "Crèche de Stembert (Arc-Services / Cocoon)",
        "Crèche privée de Meix-devant-Virton",
        "Crèche du ministère de la FWB (Espace 27 Septembre)",
        "Crèche IRSIA de Colfontaine (Pâturages)",
        "Crèche du CPAS de Soignies",
    }
)
"""Rows without a mark whose page announces a place still to open (read in the page's own title)."""

DOUBTED: Final = {
    "Crèche de la Dîme (Angleur)": "closed for several months after the floods of 2021; no later news",
    "DoReyMi": "the page of 2021 offers the rooms of two former day cares",
    "Les petits bateaux": "named in a page on places planned, not for soon; whether it was open is not known",
    "Les Cro'Mignons": "the page asks where it can go; whether it found a place is not known",
}
"""Rows whose page is recent and yet does not say that the place is open (read in the page's own title)."""

COMMUNES_AS_WRITTEN: Final = {"Kelmis": "La Calamine", "Brussels (commune not printed)": None}
_BRACKETS: Final = re.compile(r"\(([^)]*)\)")
_CLOSED: Final = re.compile(r"\(fermée (\d{4})\)")
ITINERANT: Final = "itinérant"
CLOSING: Final = "fermeture annoncée"


def read_childcare_pages(source_dir: Path, gazetteer: Gazetteer) -> Built:
    """Return the sites of the sample; merged rows and services of childminders appear among the source rows only."""
    frame = read_source_csv(source_dir, FILE, COLUMNS)
    services, rows = [], []
    for number, raw in enumerate(frame.to_dict("records"), start=1):
        row = {str(key): rec.text_or_none(value) for key, value in raw.items()}
        name = str(row["name"])
        if name in SAME_AS:
            target, why = SAME_AS[name]
            rows.append(SourceRow(FILE, number, "merged", target, why))
        elif row["kind"] == NETWORK_KIND:
            rows.append(SourceRow(FILE, number, "listed_elsewhere", None, "a service of childminders, no site"))
        elif name in NOT_DAY_CARE:
            rows.append(SourceRow(FILE, number, "listed_elsewhere", None, "specialised residential care, not day care"))
        else:
            service = _service(name, row, gazetteer)
            services.append(service)
            rows.append(SourceRow(FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))


def merge_pages(source_dir: Path, services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Return ``services`` with what their merged pages add: a link, a date, a number of places where there is none.

    Raises
    ------
    SourceFileError
        If a merged row names a service that is not there.
    """
    frame = read_source_csv(source_dir, FILE, COLUMNS)
    by_id = {service.service_id: service for service in services}
    merged = [row for row in frame.to_dict("records") if row["name"] in SAME_AS]
    lost = [target for row in merged if (target := SAME_AS[str(row["name"])][0]) not in by_id]
    if lost:
        raise SourceFileError(f"{FILE}: rows join services that are not there: {first_ids(lost)}.")
    for row in merged:
        service, page = by_id[SAME_AS[str(row["name"])][0]], str(row["source_url"])
        if row["name"] in PLACES_TAKEN:
            note = join_notes(service.note, f"number of places from {page}")
            service = replace(service, capacity_places=int(str(row["places"])), note=note)
        date = service.as_of or rec.text_or_none(row["source_date"])
        by_id[service.service_id] = replace(service, url=service.url or page, as_of=date)
    return tuple(by_id.values())


def _service(name: str, row: dict[str, Any], gazetteer: Gazetteer) -> Service:
    kind, date = KIND_OF[row["kind"]], row["source_date"]
    commune = COMMUNES_AS_WRITTEN.get(row["commune"], row["commune"])
    nis = commune_named(gazetteer, commune)
    found = _status(name, date)
    is_private = kind == "childminder"
    address = street_alone(row["address"]) if is_private else row["address"]
    bracket = _BRACKETS.search(name)
    spot = street_spot(
        gazetteer, None if ITINERANT in name else address, nis=nis, locality=bracket[1] if bracket else None
    )
    service = Service(
        service_id=f"{PREFIX_OF[kind]}-{slug(_BRACKETS.sub('', name))}-{slug(commune or 'bruxelles')}",
        kind=kind,
        name=name,
        address=address,
        postcode=row["postcode"],
        locality=row["commune"],
        capacity_places=int(row["places"]) if row["places"] else None,
        subsidised={"yes": True, "no": False}.get(row["subsidised"]),
        phone=None if is_private else row["phone"],
        status=found.status,
        status_date=found.date,
        status_flag=found.flag,
        note=join_notes(
            found.note,
            "no fixed place" if ITINERANT in name else None,
            "whether subsidised is inferred" if row["subsidised"] else None,
        ),
        provenance="web",
        source=row["source_url"],
        as_of=date,
        licence=rec.FACTS_LICENCE,
    )
    return at_spot(service, spot)


def _status(name: str, date: str | None) -> Status:
    """Return status, date, reason and flag; a mark in the name wins over the age of the page."""
    if closed := _CLOSED.search(name):
        return Status("closed", closed[1])
    if CLOSING in name:
        return closing_announced(None, told=date)
    if re.search(r"\([^)]*(projet|extension prévue)", name):
        suspended = "projet suspendu" in name
        return Status("planned", note="project suspended" if suspended else "project: not open at that date")
    if name in ANNOUNCED:
        return Status("planned", note="the page announces a place still to open")
    return Status("unconfirmed", note=DOUBTED[name]) if name in DOUBTED else by_age(date)
