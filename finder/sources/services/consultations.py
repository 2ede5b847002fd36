"""ONE consultations: the public list of the City of Brussels, and leads from pages of other communes."""

from pathlib import Path
from typing import Final

from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.places import at_spot, commune_named, commune_of_address, street_spot
from finder.sources.services.record import Built, Service, SourceRow, join_notes, slug
from finder.sources.services.status import by_age

BRUSSELS_FILE: Final = "services/one_consultations_brussels.csv"
BRUSSELS_COLUMNS: Final = [
    "my_one_id",
    "category",
    "name",
    "address_fr",
    "postcode",
    "nis_by_point",
    "lat",
    "lon",
    "url",
    "last_update",
    "source",
]
PAGES_FILE: Final = "services/one_consultations_pages.csv"
PAGES_COLUMNS: Final = ["kind", "name", "address", "commune", "sessions", "source_url", "source_date", "remark"]
KIND_OF_CATEGORY: Final = {"CHILDREN": "child_consultation", "PRENATAL": "prenatal_consultation"}
KIND_OF_PAGE: Final = {
    "children_consultation": "child_consultation",
    "maison_de_l_enfance": "child_consultation",
    "prenatal_consultation": "prenatal_consultation",
}
OPEN_DATA_LICENCE: Final = "opendata.brussels.be; licence of the dataset not seen"
STALE: Final = ("stale", "verify")
"""Words of a remark that say the address may no longer hold."""


def read_brussels_consultations(source_dir: Path, gazetteer: Gazetteer) -> Built:
    """Return the consultations of the City of Brussels; names are not unique, ONE's number is."""
    frame = read_source_csv(source_dir, BRUSSELS_FILE, BRUSSELS_COLUMNS, numbers=["lat", "lon"])
    services, rows = [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        lon, lat, kind = float(row["lon"]), float(row["lat"]), KIND_OF_CATEGORY[str(row["category"])]
        nis, contradicts = commune_of_address(
            gazetteer, postcode=row["postcode"], lon=lon, lat=lat, stated=row["nis_by_point"]
        )
        service = Service(
            service_id=f"one-{row['my_one_id']}",
            kind=kind,
            name=str(row["name"]),
            operator="ONE",
            address=str(row["address_fr"]),
            postcode=str(row["postcode"]),
            locality="Bruxelles",
            nis=nis,
            lon=lon,
            lat=lat,
            position_precision="number",
            position_source="opendata.brussels.be",
            position_flag=rec.OTHER_COMMUNE if contradicts else None,
            tariff="free" if kind == "child_consultation" else None,
            languages="fr",
            url=str(row["url"]),
            status="open",
            provenance="official",
            source=str(row["source"]),
            as_of=str(row["last_update"])[:10],
            licence=OPEN_DATA_LICENCE,
        )
        services.append(service)
        rows.append(SourceRow(BRUSSELS_FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))


def read_page_consultations(source_dir: Path, gazetteer: Gazetteer) -> Built:
    """Return consultations named in pages: a point only where street and year are given, open only if recent."""
    frame = read_source_csv(source_dir, PAGES_FILE, PAGES_COLUMNS)
    services, rows = [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        commune, date = str(row["commune"]), rec.text_or_none(row["source_date"])
        remark, address = rec.text_or_none(row["remark"]) or "", rec.text_or_none(row["address"])
        may_show = date is not None and address is not None and not any(word in remark for word in STALE)
        spot = street_spot(gazetteer, address if may_show else None, nis=commune_named(gazetteer, commune))
        is_open = may_show and spot.lon is not None and by_age(date).status == "open"
        service = Service(
            service_id=f"consultation-web-{slug(str(row['name']))}",
            kind=KIND_OF_PAGE[str(row["kind"])],
            name=str(row["name"]),
            operator=None if "operator not certain" in remark else "ONE",
            address=address,
            locality=commune,
            sessions=rec.text_or_none(row["sessions"]),
            status="open" if is_open else "unconfirmed",
            note=join_notes(None if is_open else "lead: old, undated or without an address", remark),
            provenance="web",
            source=str(row["source_url"]),
            as_of=date,
            licence=rec.FACTS_LICENCE,
        )
        services.append(at_spot(service, spot))
        rows.append(SourceRow(PAGES_FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))
