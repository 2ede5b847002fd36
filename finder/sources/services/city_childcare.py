"""Day care of the City of Brussels (ONE and Kind en Gezin), from the city's open data; childminders without name."""

from collections import Counter
from pathlib import Path
from typing import Final

from finder.geo.gazetteer import Gazetteer
from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.childminders import street_alone
from finder.sources.services.consultations import OPEN_DATA_LICENCE
from finder.sources.services.osm_check import Point, osm_difference_m, telling_words
from finder.sources.services.places import commune_of_address
from finder.sources.services.record import Built, Service, SourceRow, join_notes, slug

FILE: Final = "services/childcare_brussels_city.csv"
COLUMNS: Final = [
    "institution",
    "name",
    "category",
    "language",
    "tariff",
    "kind",
    "status",
    "address_fr",
    "postcode",
    "nis_by_point",
    "lat",
    "lon",
    "url",
    "last_modified",
    "flags",
    "source",
]
KIND_OF: Final = {
    "Accueil en groupe": "creche",
    "Crèche": "creche",
    "Halte-accueil": "drop_in_care",
    "Accueil familial": "childminder",
    "Accueillant.e subventionné.e": "childminder",
}
PREFIX_OF: Final = {"creche": "creche-bxl", "drop_in_care": "drop-in-bxl", "childminder": "childminder-bxl"}
TARIFF_OF: Final = {"tarification liée au revenu": "income_related", "tarification libre": "free_price"}
LANGUAGE_OF: Final = {"Français": "fr", "Néerlandais": "nl"}
REPAIRED: Final = {
    "rue veronaˆse 19A": "rue véronèse 19A",
    "avenue impaˆša©ratrice charlotte 1": "avenue impératrice charlotte 1",
    "chaussaˆša©e de vleurgat 277": "chaussée de vleurgat 277",
    "rue notre dame des graˆša¢ces 1 A": "rue notre dame des grâces 1 A",
    "rue laƒa©opold 1ier 210": "rue léopold 1ier 210",
    "rue yvonne naƒa¨vejean 9": "rue yvonne nèvejean 9",
    "CraˆšA®che de l'U.L.B": "Crèche de l'U.L.B",
}
"""Text that the source file has in a broken encoding, as its streets and names are written."""

ANONYMOUS_NAME: Final = "Accueil familial (nom non publié)"
ROUNDING_DIGITS: Final = 3


def read_city_childcare(source_dir: Path, gazetteer: Gazetteer, osm_points: dict[tuple[str, str], Point]) -> Built:
    """Return day care of the City of Brussels.

    Childminders are private persons at home: the name is not in the source, and the house number is left out and the
    point rounded here. Capacities in the source come from OpenStreetMap and stay in its own file.
    """
    frame = read_source_csv(source_dir, FILE, COLUMNS, numbers=["lat", "lon"])
    seen: Counter[str] = Counter()
    services, rows = [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        kind = KIND_OF[str(row["kind"])]
        is_private = kind == "childminder"
        address = REPAIRED.get(str(row["address_fr"]), str(row["address_fr"]))
        name = rec.text_or_none(row["name"])
        name = REPAIRED.get(name, name) if name else None
        if is_private:
            address, name = street_alone(address) or "", None
        lon, lat = float(row["lon"]), float(row["lat"])
        nis, contradicts = commune_of_address(
            gazetteer, postcode=row["postcode"], lon=lon, lat=lat, stated=row["nis_by_point"]
        )
        far_m = osm_difference_m(osm_points.get((telling_words(name), str(nis))), lon, lat) if name else None
        service_id = _id(PREFIX_OF[kind], name or address, seen)
        service = Service(
            service_id=service_id,
            kind=kind,
            name=name or ANONYMOUS_NAME,
            operator=str(row["institution"]),
            address=address,
            postcode=str(row["postcode"]),
            locality="Bruxelles",
            nis=nis,
            lon=round(lon, ROUNDING_DIGITS) if is_private else lon,
            lat=round(lat, ROUNDING_DIGITS) if is_private else lat,
            position_precision="street" if is_private else "number",
            position_source="opendata.brussels.be",
            position_flag=join_notes(
                rec.OTHER_COMMUNE if contradicts else None,
                rec.OSM_DIFFERS if far_m else None,
                rec.ROUNDED if is_private else None,
            ),
            subsidised=row["status"] == "subventionné",
            tariff=TARIFF_OF.get(str(row["tariff"])),
            languages=LANGUAGE_OF[str(row["language"])],
            url=rec.text_or_none(row["url"]),
            status="open",
            note=f"OSM's point of that name is {far_m:.0f} m away" if far_m else None,
            provenance="official",
            source=str(row["source"]),
            as_of=str(row["last_modified"])[:10],
            licence=OPEN_DATA_LICENCE,
        )
        services.append(service)
        rows.append(SourceRow(FILE, number, "kept", service_id))
    return Built(tuple(services), tuple(rows))


def _id(prefix: str, text: str, seen: Counter[str]) -> str:
    base = f"{prefix}-{slug(text)}"
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}-{seen[base]}"
