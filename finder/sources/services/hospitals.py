"""Hospital sites of Belgium, Flemish ones included: emergency care is measured across the language border."""

import re
from pathlib import Path
from typing import Final

from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services.osm_check import Point, osm_difference_m
from finder.sources.services.places import commune_of_address
from finder.sources.services.record import OSM_DIFFERS, OTHER_COMMUNE, Built, Service, SourceRow, join_notes

FILE: Final = "services/hospital_sites_be_eurostat2020.csv"
COLUMNS: Final = [
    "eurostat_id",
    "hospital",
    "site",
    "address",
    "postcode",
    "city",
    "lat",
    "lon",
    "nis_commune",
    "beds_total",
    "emergency",
    "source",
]
AS_OF: Final = "2020-02-01"
LICENCE: Final = "Eurostat GISCO, re-use with attribution"
POSITION_SOURCE: Final = "Eurostat healthcare services 2020 (geocoded from the address, 25-400 m off in places)"
# fmt: off
ACRONYMS: Final = frozenset({
    "AZ", "UZ", "CHU", "CHR", "CHC", "CH", "ASBL", "VZW", "HIS", "UCL", "GHDC", "CHIREC", "CRP", "CPI", "ISOSL",
    "ULB", "VUB", "CTR", "CPJ", "IMTR", "KDV", "OLV", "ZNA", "UPC",
})
# fmt: on
# fmt: off
LINK_WORDS: Final = frozenset({
    "de", "du", "des", "la", "le", "les", "l", "d", "et", "van", "der", "den", "het", "en", "te", "ter", "ten", "a",
    "aux", "au", "sur",
})
# fmt: on
_CITY_SUFFIX: Final = re.compile(r"[\s-]+-?\d+$")


def read_hospitals(source_dir: Path, gazetteer: Gazetteer, osm_points: dict[str, Point]) -> Built:
    """Return the hospital sites; none has dated episodes, the list is that of :data:`AS_OF`."""
    frame = read_source_csv(source_dir, FILE, COLUMNS, numbers=["lat", "lon"])
    services, rows = [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        site_id, lon, lat = str(row["eurostat_id"]), float(row["lon"]), float(row["lat"])
        nis, contradicts = commune_of_address(
            gazetteer, postcode=row["postcode"], lon=lon, lat=lat, stated=row["nis_commune"]
        )
        far_m = osm_difference_m(osm_points.get(site_id), lon, lat)
        site = f" - {readable(row['site'])}" if isinstance(row["site"], str) else ""
        service = Service(
            service_id=f"hospital-be-{site_id.lower()}",
            kind="hospital",
            name=readable(row["hospital"]) + site,
            address=readable(row["address"]),
            postcode=row["postcode"],
            locality=readable_city(row["city"]),
            nis=nis,
            lon=lon,
            lat=lat,
            position_precision="campus",
            position_source=POSITION_SOURCE,
            position_flag=join_notes(OTHER_COMMUNE if contradicts else None, OSM_DIFFERS if far_m else None),
            has_emergency=row["emergency"] == "yes",
            status="open",
            note=join_notes(f"{row['beds_total']} beds", f"OSM's point is {far_m:.0f} m away" if far_m else None),
            provenance="official",
            source=str(row["source"]),
            as_of=AS_OF,
            licence=LICENCE,
        )
        services.append(service)
        rows.append(SourceRow(FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))


def readable(text: str) -> str:
    """Return a name or address written in capitals with the usual ones; other text as it is."""
    if text != text.upper():
        return text
    words = re.split(r"([\s'./()-]+)", text)
    return "".join(_cased(word, is_first=i == 0) for i, word in enumerate(words))


def readable_city(text: str) -> str:
    """Return a city of the hospital list without its postal district (``BRUXELLES--1``)."""
    return readable(_CITY_SUFFIX.sub("", text))


def _cased(word: str, *, is_first: bool) -> str:
    if word in ACRONYMS:
        return word
    if word.lower() in LINK_WORDS and not is_first:
        return word.lower()
    return word.capitalize()
