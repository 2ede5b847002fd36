"""Named contacts of the life line that are places: they become services, or add to those that other lists have.

A contact never gets a point of its own making: that of the hospital it works in, that of its street in our network, or
none. A contact of the same kind as the service of its ``site`` is that service: it adds a phone and a page to it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from finder.errors import SourceFileError
from finder.geo.gazetteer import Gazetteer
from finder.sources.services import record as rec
from finder.sources.services.places import at_spot, street_spot
from finder.sources.services.record import Built, Service, SourceRow, join_notes

FILE: Final = "lifeline/contacts.csv"
NOT_A_PLACE: Final = "a directory, a line or an office: told in the life line, no place a family goes to"
SOURCE: Final = "Brusano, Focus périnatalité (Bruxelles)"
_TARIFFS: Final = {"free": "free", "income_related": "income_related"}


def add_contacts(
    services: Sequence[Service], contacts: pd.DataFrame, gazetteer: Gazetteer
) -> tuple[tuple[Service, ...], Built]:
    """Return ``services`` with what contacts add to them, and the services that contacts alone make.

    Parameters
    ----------
    services
        Services of the other readers.
    contacts
        Index ``contact_id``, columns of :data:`finder.tables.LIFELINE_CONTACTS`.
    gazetteer
        Names that addresses are looked up in.

    Raises
    ------
    SourceFileError
        If the site of a contact is none of ``services``.
    """
    known = {service.service_id: service for service in services}
    made: list[Service] = []
    rows: list[SourceRow] = []
    cells = contacts.astype(object).where(contacts.notna(), None)
    for number, (contact_id, row) in enumerate(cells.to_dict("index").items(), start=1):
        if not row["becomes_service"]:
            rows.append(SourceRow(FILE, number, "listed_elsewhere", None, NOT_A_PLACE))
            continue
        site = known.get(row["site"]) if row["site"] else None
        if row["site"] and site is None:
            raise SourceFileError(f"{FILE}: the site {row['site']} of {contact_id} is no service; correct its id.")
        if site is not None and site.kind == row["kind"]:
            known[site.service_id] = _merged(site, row)
            rows.append(SourceRow(FILE, number, "merged", site.service_id, "the same place, with its phone and page"))
            continue
        service = _service(str(contact_id), row)
        made.append(_at_site(service, site, row) if site else _in_commune(service, row, gazetteer))
        rows.append(SourceRow(FILE, number, "kept", service.service_id))
    return tuple(known[service.service_id] for service in services), Built(tuple(made), tuple(rows))


def _merged(site: Service, row: Mapping[Hashable, Any]) -> Service:
    return replace(
        site,
        phone=site.phone or row["phone"],
        url=site.url or row["url"],
        languages=site.languages or row["languages"],
        source=f"{site.source}; {_source(row)}",
    )


def _service(contact_id: str, row: Mapping[Hashable, Any]) -> Service:
    return Service(
        service_id=f"guide-{contact_id.replace('_', '-')}",
        kind=row["kind"],
        name=row["name"],
        address=row["address"],
        postcode=row["postcode"],
        locality=row["locality"],
        tariff=_TARIFFS.get(row["cost_class"]),
        languages=row["languages"],
        phone=row["phone"],
        url=row["url"],
        status="open",
        provenance="document",
        source=_source(row),
        as_of=row["source_date"],
        licence=rec.FACTS_LICENCE,
    )


def _at_site(service: Service, site: Service, row: Mapping[Hashable, Any]) -> Service:
    """Return the service at the point of the hospital it works in, with that hospital's address if it has none."""
    assumed = rec.SITE_ASSUMED if row["site_is_assumed"] else None
    old = (site.position_flag or "").split("; ") if site.position_flag else []
    flags = [flag for flag in (*old, rec.NOT_THE_DOOR, assumed) if flag]
    return replace(
        service,
        address=site.address,
        postcode=site.postcode,
        locality=site.locality,
        nis=site.nis,
        lon=site.lon,
        lat=site.lat,
        position_precision=site.position_precision,
        position_source=f"point of {site.service_id}",
        position_flag=join_notes(*dict.fromkeys(flags)),
        note=None if service.address is None or service.address in site.name else f"at {service.address}",
    )


def _in_commune(service: Service, row: Mapping[Hashable, Any], gazetteer: Gazetteer) -> Service:
    return at_spot(service, street_spot(gazetteer, service.address, nis=row["nis"], locality=None))


def _source(row: Mapping[Hashable, Any]) -> str:
    return f"{SOURCE}, {row['source_date']}"
