"""Words of lists and what they mean in our table; compared folded (lower case, no accents)."""

from collections.abc import Mapping
from typing import Final

KIND_WORDS: Final[Mapping[str, str]] = {
    "children": "child_consultation",
    "children consultation": "child_consultation",
    "consultation pour enfants": "child_consultation",
    "consultation enfants": "child_consultation",
    "maison de l enfance": "child_consultation",
    "prenatal": "prenatal_consultation",
    "consultation prenatale": "prenatal_consultation",
    "accueil en groupe": "creche",
    "creche": "creche",
    "kinderdagverblijf": "creche",
    "groepsopvang": "creche",
    "mcae": "creche",
    "prematernelle": "creche",
    "halte accueil": "drop_in_care",
    "accueil familial": "childminder",
    "accueillant e subventionne e": "childminder",
    "accueillant e": "childminder",
    "accueillante": "childminder",
    "co accueil": "childminder",
    "gezinsopvang": "childminder",
    "maternite": "maternity",
    "hopital": "hospital",
    "ziekenhuis": "hospital",
    "birth centre": "birth_centre",
    "maison de naissance": "birth_centre",
    "gite": "birth_lodge",
    "sage femme": "midwife",
    "vroedvrouw": "midwife",
    "planning familial": "family_planning",
    "maison medicale": "medical_house",
    "huis van het kind": "huis_van_het_kind",
    "childcare": "kindergarten_osm",
    "kindergarten": "kindergarten_osm",
}
"""Besides the names of the kinds themselves."""

NOT_A_PLACE: Final[Mapping[str, str]] = {
    "accueillantes service": "a service of childminders: an office, no place a child goes to",
}

TARIFF_WORDS: Final[Mapping[str, str]] = {
    "income related": "income_related",
    "tarification liee au revenu": "income_related",
    "inkomenstarief": "income_related",
    "ikt": "income_related",
    "free price": "free_price",
    "tarification libre": "free_price",
    "vrije prijs": "free_price",
    "free": "free",
    "gratuit": "free",
    "gratis": "free",
}

STATUS_WORDS: Final[Mapping[str, str]] = {
    "open": "open",
    "ouvert": "open",
    "actif": "open",
    "active": "open",
    "open named": "open",
    "closed": "closed",
    "ferme": "closed",
    "gesloten": "closed",
    "closing": "closed",
    "suspended": "suspended",
    "suspendu": "suspended",
    "planned": "planned",
    "prevu": "planned",
    "projet": "planned",
    "moved": "moved",
    "demenage": "moved",
    "unconfirmed": "unconfirmed",
    "named": "unconfirmed",
}

YES: Final = frozenset({"yes", "oui", "ja", "true", "vrai", "waar", "1", "x", "y", "o", "subventionne", "subsidised"})
NO: Final = frozenset({"no", "non", "nee", "nein", "false", "faux", "onwaar", "0", "n", "non subventionne"})

LANGUAGE_WORDS: Final[Mapping[str, str]] = {
    "francais": "fr",
    "frans": "fr",
    "french": "fr",
    "neerlandais": "nl",
    "nederlands": "nl",
    "dutch": "nl",
    "allemand": "de",
    "deutsch": "de",
    "duits": "de",
    "german": "de",
    "anglais": "en",
    "engels": "en",
    "english": "en",
    "arabe": "ar",
    "turc": "tr",
    "espagnol": "es",
    "italien": "it",
    "portugais": "pt",
    "roumain": "ro",
    "polonais": "pl",
    "ukrainien": "uk",
}

UNKNOWN: Final = frozenset({"", "nan", "null", "none", "n a", "na", "unknown", "inconnu", "onbekend", "unbekannt"})
"""What stands for "we do not know" in lists."""
