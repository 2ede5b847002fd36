"""Words that tables may hold: kinds, stages, statuses, provenances, how exact a position is."""

from collections.abc import Mapping
from typing import Final

BASES: Final = ("observed", "estimated")
PROVENANCES: Final = (
    "official",
    "osm",
    "web",
    "document",
    "imported",
    "planned",
    "modelled",
    "hypothetical",
)
STATUSES: Final = ("open", "closed", "suspended", "planned", "moved", "unconfirmed")
PRECISIONS: Final = ("point", "number", "street", "campus", "locality_centre", "locality", "none")
"""How exact a service's position is. ``locality`` and ``none`` are never drawn as a point.

``locality_centre`` is for stops of a published plan: somewhere in that village, where exactly is not published. They
are measured to and drawn with that note.
"""

DATE_PRECISIONS: Final = ("day", "month", "year", "unknown")
STAGES: Final = ("pregnancy", "birth", "first_weeks", "age_0_3", "age_3_6")
KINDS: Final[Mapping[str, str]] = {
    "prenatal_consultation": "pregnancy",
    "maternity": "birth",
    "birth_centre": "birth",
    "birth_lodge": "birth",
    "hospital": "birth",
    "child_consultation": "age_0_3",
    "creche": "age_0_3",
    "childminder": "age_0_3",
    "drop_in_care": "age_0_3",
    "kindergarten_osm": "age_0_3",
    "midwife": "pregnancy",
    "general_practitioner": "pregnancy",
    "gynaecologist": "pregnancy",
    "perinatal_physiotherapist": "pregnancy",
    "medical_house": "pregnancy",
    "family_planning": "pregnancy",
    "perinatal_support": "pregnancy",
    "community_perinatal": "pregnancy",
    "kind_en_gezin": "pregnancy",
    "huis_van_het_kind": "pregnancy",
    "caw": "pregnancy",
    "technical_platform": "birth",
    "home_birth": "birth",
    "home_visit": "first_weeks",
    "kraamzorg": "first_weeks",
    "paediatrician": "first_weeks",
    "family_volunteers": "first_weeks",
    "family_allowance": "first_weeks",
    "saspe": "age_0_3",
    "sick_child_care": "age_0_3",
    "parent_child_meeting": "age_0_3",
    "lending_place": "age_0_3",
    "donation_place": "age_0_3",
    "school_health": "age_3_6",
    "after_school": "age_3_6",
    "homework_support": "age_3_6",
    "holiday_care": "age_3_6",
    "mental_health": "pregnancy",
    "parents_baby_unit": "first_weeks",
    "perinatal_mobile_team": "pregnancy",
    "sheltered_housing": "first_weeks",
    "addiction_support": "pregnancy",
    "bereavement": "pregnancy",
    "sos_enfants": "pregnancy",
    "adoption": "pregnancy",
    "foster_care": "age_0_3",
    "crisis_care": "age_0_3",
    "single_parents": "pregnancy",
    "one_administration": "pregnancy",
    "admin_steps": "pregnancy",
    "emergency": "pregnancy",
}
"""Kinds of service and the stage of the life line where a family meets them first.

Those from ``midwife`` on come from the life line (``data/lifeline/kinds.csv``), which says what each of them is.
"""

COMPLETENESS: Final = ("complete", "partial", "sample", "none")

EVIDENCE_LEVELS: Final = ("observed", "bounded", "model")
"""What stands behind a commune's modelled places: a published rate, a limit or a part of them, or the model alone."""
CONSULTATION_TYPES: Final = ("house", "classic", "antenna", "periodic", "official")
