"""The life line: what each kind of service is, in four languages, and whom to call; restated from the guides."""

from typing import Final

from finder.tables.schema import Column, Schema
from finder.tables.vocabulary import KINDS, STAGES

LIFELINE_LANGUAGES: Final = ("fr", "nl", "de", "en")
LIFELINE_FIELDS: Final = ("name", "names", "who", "what", "cost", "ask", "languages", "know")
LIFELINE_REQUIRED_FIELDS: Final = ("name", "names", "who", "what", "cost", "ask")
"""Fields that every kind told to families has; ``languages`` and ``know`` are there where something is known."""

COMMUNITIES: Final = ("french", "flemish", "both", "federal")
COST_CLASSES: Final = ("free", "income_related", "insured", "paid", "varies", "unknown")
CONTACT_ROLES: Final = ("place", "directory", "line", "administration", "fund", "association")
ANCHORS: Final = ("birth", "pregnancy_start")
CERTAINTIES: Final = ("seed", "general")
SCENARIOS: Final = ("A", "B", "all")
PERIODS: Final = ("prenatal", "postnatal", "both")

_KIND: Final = Column("str", choices=tuple(KINDS))
_STAGE: Final = Column("str", choices=STAGES)
_TEXT: Final = Column("str")
_OPTIONAL: Final = Column("str", nullable=True)
_LINK: Final = Column("str", nullable=True, pattern=r"^https?://\S+$")
_PHONE: Final = Column("str", nullable=True, pattern=r"^(\+32 )?[0-9][0-9 /+]*$")
_DATE: Final = Column("str", nullable=True, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
_FOUR: Final = dict.fromkeys(LIFELINE_LANGUAGES, _TEXT)
_FOUR_OPTIONAL: Final = {f"note_{language}": _OPTIONAL for language in LIFELINE_LANGUAGES}

LIFELINE_SOURCES: Final = Schema(
    "lifeline_sources",
    {
        "source_id": Column("str", unique=True, pattern=r"^[a-z0-9_]+$"),
        "title": _TEXT,
        "publisher": _TEXT,
        "date": _DATE,
        "url": _LINK,
        "note": _OPTIONAL,
    },
    key=("source_id",),
)
"""The documents that everything else in the life line is restated from; an empty date: the document bears none."""

LIFELINE_KINDS: Final = Schema(
    "lifeline_kinds",
    {
        "kind": Column("str", unique=True, choices=tuple(KINDS)),
        "first_stage": _STAGE,
        "stages": _TEXT,
        "sort": Column("int", unique=True, low=1),
        "is_special_situation": Column("bool"),
        "community": Column("str", choices=COMMUNITIES),
        "area": Column("str", choices=("federation", "brussels", "belgium", "flanders_brussels")),
        "cost_class": Column("str", choices=COST_CLASSES),
        "age_from_months": Column("int", nullable=True, low=0),
        "age_to_months": Column("int", nullable=True, low=0),
        "request_link": _LINK,
        "official_link": _LINK,
        "phone": _PHONE,
        "has_places": Column("bool"),
        "source": _TEXT,
        "source_date": _DATE,
    },
    key=("kind",),
)
"""``stages`` joins stages by ``;``; ages in months, both ends included; ``has_places``: services of it may be held."""

LIFELINE_TEXTS: Final = Schema(
    "lifeline_texts",
    {
        "kind": _KIND,
        "field": Column("str", choices=LIFELINE_FIELDS),
        **_FOUR,
        "source": _TEXT,
        "source_date": _DATE,
    },
    key=("kind", "field"),
)

LIFELINE_CONTACTS: Final = Schema(
    "lifeline_contacts",
    {
        "contact_id": Column("str", unique=True, pattern=r"^[a-z0-9_]+$"),
        "kind": _KIND,
        "name": _TEXT,
        "address": _OPTIONAL,
        "postcode": Column("str", nullable=True, pattern=r"^\d{4}$"),
        "locality": _OPTIONAL,
        "nis": Column("str", nullable=True, pattern=r"^\d{5}$"),
        "phone": _PHONE,
        "email": Column("str", nullable=True, pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$"),
        "url": _LINK,
        "languages": _OPTIONAL,
        "cost_class": Column("str", choices=COST_CLASSES),
        "role": Column("str", choices=CONTACT_ROLES),
        "emergency": Column("bool"),
        "becomes_service": Column("bool"),
        "site": _OPTIONAL,
        "site_is_assumed": Column("bool"),
        **_FOUR_OPTIONAL,
        "source": _TEXT,
        "source_date": _DATE,
    },
    key=("contact_id",),
)
"""Whom to call or where to go.

``phone`` joins several numbers by ``" / "``. ``site`` is the service whose point the contact shares (a hospital that
it works in); ``site_is_assumed`` where the source names the hospital but not which of its sites. A note is in all four
languages or in none.
"""

LIFELINE_RULES: Final = Schema(
    "lifeline_rules",
    {
        "rule_id": Column("str", unique=True),
        "kind": _KIND,
        "topic": _TEXT,
        "value": _OPTIONAL,
        "unit": _OPTIONAL,
        **_FOUR,
        "source": _TEXT,
        "source_date": _DATE,
    },
    key=("rule_id",),
)
"""Conditions and figures as the sources give them; never a verdict on a person."""

LIFELINE_TIMELINE: Final = Schema(
    "lifeline_timeline",
    {
        "step_id": Column("str", unique=True),
        "kind": _KIND,
        "stage": _STAGE,
        "anchor": Column("str", choices=ANCHORS),
        "from_day": Column("int", nullable=True),
        "to_day": Column("int", nullable=True),
        **{f"{part}_{language}": _TEXT for part in ("title", "text") for language in LIFELINE_LANGUAGES},
        "link": _LINK,
        "source": _TEXT,
        "source_date": _DATE,
        "certainty": Column("str", choices=CERTAINTIES),
    },
    key=("step_id",),
)
"""Days count from ``anchor``, negative before it; empty where the sources give no date."""

LIFELINE_PROGRAMME: Final = Schema(
    "lifeline_programme",
    {
        "item_id": Column("str", unique=True),
        "scenario": Column("str", choices=SCENARIOS),
        "period": Column("str", choices=PERIODS),
        **_FOUR,
        "source": _TEXT,
        "source_date": _DATE,
    },
    key=("item_id",),
)
"""The programme of the first 1,000 days, as information."""
