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
PRECISIONS: Final = ("point", "number", "street", "campus", "locality", "none")
"""How exact a service's position is. ``locality`` and ``none`` are never drawn as a point."""

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
}
"""Kinds of service and the stage of the life line where a family meets them first."""

COMPLETENESS: Final = ("complete", "partial", "sample", "none")

EVIDENCE_LEVELS: Final = ("observed", "bounded", "model")
"""What stands behind a commune's modelled places: a published rate, a limit or a part of them, or the model alone."""
CONSULTATION_TYPES: Final = ("house", "classic", "antenna", "periodic", "official")
