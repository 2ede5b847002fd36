"""How complete each list is, kind by kind and area by area: families read "nearest known" where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finder.geo.gazetteer import Gazetteer
from finder.sources.services.hospitals import AS_OF as HOSPITALS_AS_OF
from finder.sources.services.record import Service
from finder.tables import COMPLETENESS_TABLE, validate

GUIDE_KINDS: Final = (
    "technical_platform",
    "gynaecologist",
    "perinatal_support",
    "kind_en_gezin",
    "parents_baby_unit",
    "addiction_support",
    "single_parents",
)
"""Kinds of which we hold only what the guide of Brussels names."""

COUNTED: Final = ("open", "unconfirmed")
"""Statuses that ``known_count`` counts: not planned, closed, moved or suspended ones."""

WALLONIA, BRUSSELS, FLANDERS = "Wallonia", "Brussels", "Flanders"
FEDERATION, GERMAN = "Wallonia-Brussels Federation", "German-speaking Community"

_KCE: Final = "KCE report 323 (34 Walloon and 11 Brussels maternities in 2016); press on each change since"
_HOSPITALS: Final = "Eurostat healthcare services 2020 (FPS Health)"
_CITY_DATA: Final = "opendata.brussels.be"
_PAGES: Final = "municipal pages and press, address per row"
_COUNTS: Final = "gesves.be/petite-enfance/lone (2 + 370 + 161 + 91)"
_GUIDE: Final = "Brusano, Focus périnatalité (Bruxelles), 2025"
_LIST_OF_2020: Final = "sites of 1 February 2020; later mergers are not in it"
_TEXTS: Final = {
    "maternities_complete": "Every maternity since 2016 is known, with the dates of closures and moves",
    "hospitals_complete": f"Every hospital site of the public list; {_LIST_OF_2020}",
    "flemish_hospitals_complete": f"The same list for Flanders, for distances near the border; {_LIST_OF_2020}",
    "consultations_city_only": "Only the City of Brussels publishes its list; other communes are leads from pages",
    "consultations_leads": "ONE publishes no list; only leads from municipal pages and the press are known",
    "consultations_total": "ONE publishes the total, not the list",
    "outside_one": "The nine communes of the German-speaking Community are outside ONE",
    "prenatal_city_only": "Only the City of Brussels publishes its list; those of other hospitals are not known",
    "childcare_city_only": "Only the City of Brussels publishes its list; other communes are a sample from pages",
    "childcare_sample": "No public list; a sample from municipal pages and the press",
    "childcare_outside_one": "Outside ONE; a few creches named in the press",
    "birth_centres_named": "Those named in public texts; there is no public list",
    "birth_lodges_named": "Those named in public texts, most of them only planned",
    "osm_kindergartens": "What volunteers mapped in Brussels; creches and nursery schools mixed",
    "guide_named": "Those that a guide of Brussels of 2025 names; there may be others",
    "no_source": "No source was found",
}


@dataclass(frozen=True)
class _Entry:
    kind: str
    area: str
    level: str
    why_key: str
    source: str
    as_of: str | None
    published_count: int | None = None


_ENTRIES: Final = (
    _Entry("maternity", WALLONIA, "complete", "maternities_complete", _KCE, "2026"),
    _Entry("maternity", BRUSSELS, "complete", "maternities_complete", _KCE, "2026"),
    _Entry("hospital", WALLONIA, "complete", "hospitals_complete", _HOSPITALS, HOSPITALS_AS_OF),
    _Entry("hospital", BRUSSELS, "complete", "hospitals_complete", _HOSPITALS, HOSPITALS_AS_OF),
    _Entry("hospital", FLANDERS, "complete", "flemish_hospitals_complete", _HOSPITALS, HOSPITALS_AS_OF),
    _Entry("birth_centre", WALLONIA, "partial", "birth_centres_named", "press, as named in each row", "2025"),
    _Entry("birth_centre", BRUSSELS, "partial", "birth_centres_named", "press, as named in each row", "2025"),
    _Entry("birth_lodge", WALLONIA, "partial", "birth_lodges_named", "press, as named in each row", "2025"),
    _Entry("birth_lodge", BRUSSELS, "partial", "birth_lodges_named", "perinatal guide of Brussels", "2025"),
    _Entry("child_consultation", FEDERATION, "sample", "consultations_total", _COUNTS, None, 624),
    _Entry("child_consultation", WALLONIA, "sample", "consultations_leads", _PAGES, "2023"),
    _Entry("child_consultation", BRUSSELS, "sample", "consultations_city_only", _CITY_DATA, "2026-01-27"),
    _Entry("child_consultation", GERMAN, "none", "outside_one", "ONE", None),
    _Entry("prenatal_consultation", WALLONIA, "sample", "consultations_leads", _PAGES, "2023"),
    _Entry("prenatal_consultation", BRUSSELS, "sample", "prenatal_city_only", _CITY_DATA, "2026-01-27"),
    _Entry("prenatal_consultation", GERMAN, "none", "outside_one", "ONE", None),
    _Entry("creche", WALLONIA, "sample", "childcare_sample", _PAGES, "2025"),
    _Entry("creche", BRUSSELS, "partial", "childcare_city_only", _CITY_DATA, "2026-03-03"),
    _Entry("creche", GERMAN, "sample", "childcare_outside_one", _PAGES, None),
    _Entry("childminder", WALLONIA, "sample", "childcare_sample", _PAGES, "2025"),
    _Entry("childminder", BRUSSELS, "partial", "childcare_city_only", _CITY_DATA, "2026-03-03"),
    _Entry("drop_in_care", WALLONIA, "sample", "childcare_sample", _PAGES, "2025"),
    _Entry("drop_in_care", BRUSSELS, "partial", "childcare_city_only", _CITY_DATA, "2026-03-03"),
    *(
        entry
        for kind in GUIDE_KINDS
        for entry in (
            _Entry(kind, WALLONIA, "none", "no_source", _GUIDE, None),
            _Entry(kind, BRUSSELS, "partial", "guide_named", _GUIDE, "2025"),
        )
    ),
    _Entry("kindergarten_osm", WALLONIA, "none", "no_source", "OpenStreetMap", None),
    _Entry("kindergarten_osm", BRUSSELS, "partial", "osm_kindergartens", "OpenStreetMap", "2026-05-18"),
)


def completeness_frame(
    services: Sequence[Service], gazetteer: Gazetteer, german_communes: frozenset[str]
) -> pd.DataFrame:
    """Return the table of completeness; ``known_count`` counts open and unconfirmed services, located or not.

    Wallonia includes the nine communes of the German-speaking Community, which have rows of their own where they
    differ.
    """
    rows = [
        {
            "kind": entry.kind,
            "area": entry.area,
            "level": entry.level,
            "known_count": sum(
                service.kind == entry.kind
                and service.status in COUNTED
                and _is_in(service.nis, entry.area, gazetteer, german_communes)
                for service in services
            ),
            "published_count": entry.published_count,
            "why_key": entry.why_key,
            "why": _TEXTS[entry.why_key],
            "source": entry.source,
            "as_of": entry.as_of,
        }
        for entry in _ENTRIES
    ]
    frame = pd.DataFrame(rows, columns=list(COMPLETENESS_TABLE.columns)).astype({"published_count": "Int64"})
    typed: pd.DataFrame = validate(frame, COMPLETENESS_TABLE)
    return typed


def _is_in(nis: str | None, area: str, gazetteer: Gazetteer, german_communes: frozenset[str]) -> bool:
    if nis is None:
        return False
    if area == GERMAN:
        return nis in german_communes
    region = gazetteer.communes[nis].region if nis in gazetteer.communes else FLANDERS
    return area == region or (area == FEDERATION and region != FLANDERS and nis not in german_communes)
