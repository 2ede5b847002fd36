"""Layouts of lists that are known: by which columns each is recognised, and what its columns mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from finder.sources.imports.raw import POINT_LAT, POINT_LON
from finder.tables import SERVICES

FIELDS: Final = (
    "name", "kind", "address", "street", "number", "postcode", "locality", "nis", "lon", "lat", "point",
    "capacity_places", "subsidised", "tariff", "languages", "sessions", "phone", "url", "operator", "has_emergency",
    "status", "status_date", "note", "as_of", "source", "list_id", "free_places", "free_places_as_of",
    "age_from_months", "age_to_months", "step_free",
)  # fmt: skip
"""What a column may be. ``street`` and ``number`` make an address, ``point`` holds both coordinates, ``list_id`` is the
list's own number of the service; ``lon`` and ``lat`` may hold Belgian Lambert metres."""

OWN_EXPORT: Final = "finder"
GUESSED: Final = "guessed"


@dataclass(frozen=True)
class Layout:
    """A known layout.

    Parameters
    ----------
    name
        Its name.
    signature
        Columns that it always has, and no other list has together.
    fields
        Column of each field.
    kind
        Kind of every row that does not say its own.
    """

    name: str
    signature: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None


_OSM: Final = {"name": "name", "lon": "lon", "lat": "lat", "nis": "nis_by_point", "operator": "operator",
               "list_id": "osm_feature_id", "source": "source"}  # fmt: skip

LAYOUTS: Final = (
    Layout(
        OWN_EXPORT,
        ("kind", "name", "position_precision", "provenance", "licence", "as_of"),
        {name: name for name in SERVICES.columns if name in FIELDS},
    ),
    Layout(
        "opendata.brussels consultations",
        ("my_one_id", "category"),
        {"name": "name", "kind": "category", "address": "address_fr", "postcode": "postcode", "locality": "commune_raw",
         "lon": "lon", "lat": "lat", "url": "url", "as_of": "last_update", "list_id": "my_one_id"},
    ),
    Layout(
        "opendata.brussels day care",
        ("institution", "category", "tariff", "kind", "status"),
        {"name": "name", "kind": "kind", "address": "address_fr", "postcode": "postcode", "locality": "commune_raw",
         "lon": "lon", "lat": "lat", "capacity_places": "capacity", "subsidised": "status", "tariff": "tariff",
         "languages": "language", "operator": "institution", "url": "url", "as_of": "last_modified"},
    ),
    Layout(
        "ONE consultations in pages",
        ("kind", "name", "sessions", "source_url", "remark"),
        {"name": "name", "kind": "kind", "address": "address", "postcode": "postcode", "locality": "commune",
         "phone": "phone", "sessions": "sessions", "url": "source_url", "as_of": "source_date", "note": "remark"},
    ),
    Layout(
        "day care in pages",
        ("kind", "name", "places", "subsidised", "source_url"),
        {"name": "name", "kind": "kind", "address": "address", "postcode": "postcode", "locality": "commune",
         "capacity_places": "places", "subsidised": "subsidised", "phone": "phone", "url": "source_url",
         "as_of": "source_date"},
    ),
    Layout(
        "day care, single facts",
        ("commune", "nis", "name", "places", "year"),
        {"name": "name", "address": "address", "postcode": "postcode", "locality": "commune", "nis": "nis",
         "capacity_places": "places", "as_of": "year", "source": "source", "note": "note"},
        kind="creche",
    ),
    Layout(
        "birth centres",
        ("name", "kind", "commune", "status", "note", "source", "lat"),
        {"name": "name", "kind": "kind", "address": "address", "postcode": "postcode", "locality": "commune",
         "lon": "lon", "lat": "lat", "status": "status", "note": "note", "source": "source"},
    ),
    Layout(
        "maternities",
        ("eurostat_id", "maternity", "status", "births"),
        {"name": "maternity", "address": "address", "postcode": "postcode", "locality": "city", "nis": "nis_commune",
         "lon": "lon", "lat": "lat", "status": "status", "status_date": "status_date", "note": "extra",
         "list_id": "eurostat_id", "source": "evidence"},
        kind="maternity",
    ),
    Layout(
        "hospital sites (Eurostat)",
        ("eurostat_id", "hospital", "site", "emergency"),
        {"name": "hospital", "address": "address", "postcode": "postcode", "locality": "city", "nis": "nis_commune",
         "lon": "lon", "lat": "lat", "has_emergency": "emergency", "as_of": "ref_date", "list_id": "eurostat_id",
         "source": "source"},
        kind="hospital",
    ),
    Layout(
        "OpenStreetMap hospitals",
        ("osm_feature_id", "name", "emergency"),
        _OSM | {"has_emergency": "emergency"},
        kind="hospital",
    ),
    Layout(
        "OpenStreetMap kindergartens",
        ("osm_feature_id", "name", "likely"),
        _OSM | {"street": "street", "number": "number", "postcode": "postcode", "capacity_places": "capacity",
                "url": "website"},
        kind="kindergarten_osm",
    ),
    Layout(
        "OpenStreetMap (GeoJSON of Overpass)",
        ("@id", POINT_LON, POINT_LAT),
        {"name": "name", "street": "addr:street", "number": "addr:housenumber", "postcode": "addr:postcode",
         "locality": "addr:city", "lon": POINT_LON, "lat": POINT_LAT, "phone": "phone", "url": "website",
         "operator": "operator", "capacity_places": "capacity", "list_id": "@id", "kind": "amenity"},
    ),
)  # fmt: skip

SYNONYMS: Final[Mapping[str, Sequence[str]]] = {
    "name": ("name", "nom", "naam", "denomination", "intitule", "libelle", "titre", "nom du milieu d accueil",
             "nom de la structure", "nom de la consultation", "etablissement", "organisme", "bezeichnung", "nom fr",
             "name fr", "milieu d accueil"),
    "kind": ("kind", "type", "categorie", "category", "type de structure", "type d accueil", "type de milieu d accueil",
             "amenity", "soort"),
    "address": ("address", "adresse", "adres", "adresse complete", "address fr", "adresse fr", "anschrift",
                "adresse du milieu d accueil"),
    "street": ("street", "rue", "straat", "voie", "nom de rue", "strasse", "addr street", "rue fr"),
    "number": ("number", "numero", "nr", "no", "house number", "numero de maison", "huisnummer", "n", "num",
               "addr housenumber"),
    "postcode": ("postcode", "code postal", "cp", "postal code", "zip", "zip code", "plz", "postleitzahl", "code post",
                 "addr postcode"),
    "locality": ("locality", "localite", "commune", "ville", "gemeente", "municipality", "city", "stad", "gemeinde",
                 "commune fr", "entite", "addr city", "woonplaats", "localite fr"),
    "nis": ("nis", "ins", "code ins", "nis code", "refnis", "cd refnis", "niscode", "code nis"),
    "lon": ("lon", "lng", "long", "longitude", "x", "coord x", "x lambert", "x lambert72", "lengtegraad", POINT_LON,
            "lambert x", "geometry x"),
    "lat": ("lat", "latitude", "y", "coord y", "y lambert", "y lambert72", "breedtegraad", POINT_LAT, "lambert y",
            "geometry y"),
    "point": ("geo point 2d", "geopoint", "geo point", "coordonnees geographiques", "coordonnees", "coordinates",
              "geom", "geometry", "google maps", "wgs84", "geolocalisation", "geographische coordinaten"),
    "capacity_places": ("capacity places", "capacity", "capacite", "places", "nombre de places", "nb places",
                        "plaatsen",
                        "capacite autorisee", "capacite totale", "aantal plaatsen", "plaetze", "nbre de places"),
    "subsidised": ("subsidised", "subventionne", "subsidie", "gesubsidieerd", "subventions", "subsidiee"),
    "tariff": ("tariff", "tarif", "tarification", "tarief", "participation financiere"),
    "languages": ("languages", "language", "langue", "langues", "taal", "talen", "regime linguistique", "sprache"),
    "sessions": ("sessions", "horaire", "horaires", "seances", "permanences", "heures d ouverture", "opening hours",
                 "openingsuren", "jours et heures"),
    "phone": ("phone", "telephone", "tel", "telefoon", "gsm", "numero de telephone", "contact phone", "telefon"),
    "url": ("url", "website", "site", "site web", "site internet", "lien", "web", "webseite", "contact website"),
    "operator": ("operator", "pouvoir organisateur", "po", "institution", "organisateur", "gestionnaire", "beheerder"),
    "has_emergency": ("has emergency", "emergency", "urgences", "spoed"),
    "status": ("status", "statut", "etat"),
    "status_date": ("status date", "date de statut"),
    "note": ("note", "remarque", "remarques", "remark", "commentaire", "opmerking"),
    "as_of": ("as of", "last update", "last modified", "date de mise a jour", "mise a jour", "date maj", "updated"),
    "source": ("source", "bron", "quelle"),
    "free_places": ("free places", "places libres", "places disponibles", "vrije plaatsen", "freie plaetze"),
    "free_places_as_of": ("free places as of", "places libres au"),
    "age_from_months": ("age from months", "age minimum mois"),
    "age_to_months": ("age to months", "age maximum mois"),
    "step_free": ("step free", "pmr", "accessible pmr", "wheelchair", "rolstoeltoegankelijk", "barrierefrei"),
    "list_id": ("id", "identifiant", "matricule", "numero one", "code", "recordid", "fid", "osm id", "objectid"),
}  # fmt: skip
"""Folded names that the columns of a list may bear; the first named is taken first."""
