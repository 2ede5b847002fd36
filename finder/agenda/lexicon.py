"""The words of opening times in French, Dutch, German, English and OpenStreetMap's notation.

Patterns match folded text (:func:`fold_text`): lower case, no accents, plain hyphens and apostrophes. What matches no
pattern makes the whole text unreadable, so nothing is ever understood by leaving a word out.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Language = Literal["fr", "nl", "de", "en", "osm"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "nl", "de", "en", "osm")

Kind = Literal[
    "day", "ordinal", "one", "every", "every_weeks", "every_months", "of_month", "months", "range", "only_range",
    "comma", "clock", "number", "clock_12", "part", "appointment", "term", "public", "from", "until", "all_days",
    "skip",
]  # fmt: skip

_N: Final = {"2": 2, "3": 3, "4": 4, "deux": 2, "trois": 3, "quatre": 4, "twee": 2, "drie": 3, "vier": 4, "zwei": 2,
             "drei": 3, "two": 2, "three": 3, "four": 4, "15": 2, "quinze": 2, "14": 2, "veertien": 2}  # fmt: skip

_DAYS: Final[dict[Language, str]] = {
    "fr": "lundis?|lun|lu mardis?|mar|ma mercredis?|mer|me jeudis?|jeu|je vendredis?|ven|ve samedis?|sam|sa "
    "dimanches?|dim|di",
    "nl": "maandag(?:en)?|maa|ma dinsdag(?:en)?|din|di woensdag(?:en)?|woe|wo donderdag(?:en)?|don|do "
    "vrijdag(?:en)?|vrij|vr zaterdag(?:en)?|zat|za zondag(?:en)?|zon|zo",
    "de": "montags?|mo dienstags?|di mittwochs?|mi donnerstags?|do freitags?|fr (?:samstag|sonnabend)s?|sa "
    "sonntags?|so",
    "en": "mondays?|mon tuesdays?|tues?|tue wednesdays?|wed thursdays?|thurs?|thu fridays?|fri saturdays?|sat "
    "sundays?|sun",
    "osm": "mo tu we th fr sa su",
}

_ORDINALS: Final[dict[Language, str]] = {
    "fr": "1(?:er|ere|re|ers)|premi(?:er|ere|ers|eres) 2(?:es?|emes?|nds?|ndes?|de)|deuxiemes?|seconds? "
    "3(?:es?|emes?)|troisiemes? 4(?:es?|emes?)|quatriemes? 5(?:es?|emes?)|cinquiemes? dernier(?:e|s|es)?",
    "nl": "1(?:e|ste)|eerste 2(?:e|de)|tweede 3(?:e|de)|derde 4(?:e|de)|vierde 5(?:e|de)|vijfde laatste",
    "de": r"1\.(?!\d)|erste[nrs]? 2\.(?!\d)|zweite[nrs]? 3\.(?!\d)|dritte[nrs]? 4\.(?!\d)|vierte[nrs]? "
    r"5\.(?!\d)|funfte[nrs]? letzte[nrs]?",
    "en": "1st|first 2nd|second 3rd|third 4th|fourth 5th|fifth last",
}
_ORDINAL_VALUES: Final = (1, 2, 3, 4, 5, -1)

_FR_MONTHS: Final = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_NL_MONTHS: Final = "januari februari maart april mei juni juli augustus september oktober november december"
_DE_MONTHS: Final = "januar februar marz april mai juni juli august september oktober november dezember"
_EN_MONTHS: Final = "january february march april may june july august september october november december"
MONTHS: Final = {
    name: number
    for names in (_FR_MONTHS, _NL_MONTHS, _DE_MONTHS, _EN_MONTHS)
    for number, name in enumerate(names.split(), start=1)
}
DATE: Final = r"(\d{1,2}(?:er|\.)? ?[a-z]+ \d{4}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2})"

_PHRASES: Final[dict[Language, tuple[tuple[Kind, object, str], ...]]] = {
    "fr": (
        ("from", None, rf"(?:a partir du|a partir de|des le|depuis le) {DATE}"),
        ("until", None, rf"jusqu'au {DATE}"),
        ("appointment", True, r"(?:(?:uniquement|exclusivement) )?(?:sur|avec) (?:rendez-vous|rdv)"),
        ("appointment", False, r"sans (?:rendez-vous|rdv)"),
        ("term", None, r"(?:hors|sauf|excepte)(?: pendant| durant)?(?: les)? (?:vacances|conges) scolaires?"),
        ("term", None, r"en periode scolaire"),
        ("public", None, r"(?:hors|sauf|excepte)(?: les)? jours feries"),
        ("all_days", None, r"tous les jours|chaque jour|quotidien"),
        ("day", (0, 1, 2, 3, 4, 5, 6), r"7 ?j(?:ours)?(?: ?/ ?| sur )7 ?j?"),
        ("day", (0, 1, 2, 3, 4), r"en semaine"),
        ("day", (5, 6), r"(?:le )?week-?end"),
        ("every_months", 2, r"un mois sur deux|tous les (?:2|deux) mois"),
        ("months", "even", r"(?:les )?mois pairs|des mois pairs"),
        ("months", "odd", r"(?:les )?mois impairs|des mois impairs"),
        ("of_month", None, r"(?:du|de chaque|par|dans le) mois(?!\w)|chaque mois|tous les mois"),
        ("every_weeks", None, r"toutes les (2|deux|3|trois|4|quatre) semaines|tous les (15|quinze) jours"),
        ("every_weeks", None, r"une semaine sur (2|deux|3|trois|4|quatre)"),
        ("every_weeks", "one", r"sur (2|deux|3|trois|4|quatre)"),
        ("part", "morning", r"(?:(?:le|au|en|chaque) )?(?:matin(?:ee)?s?|avant-midis?)"),
        ("part", "afternoon", r"(?:(?:en|chaque) |l')?apres-midis?"),
        ("part", "evening", r"(?:(?:le|au|en|chaque) )?soir(?:ee)?s?"),
        ("one", None, r"une?"),
        ("comma", None, r"et|ainsi que|puis"),
        ("range", None, r"au|a"),
        ("clock", None, r"midi"),
        ("skip", None, r"les?|la|l'|de|du|des|d'|dans|chaque|tous|toutes|ouverte?s?|ouverture|heures?|horaires?|"
         r"consultations?|seances?|permanences?"),
    ),
    "nl": (
        ("from", None, rf"vanaf {DATE}"),
        ("until", None, rf"tot(?: en met)? {DATE}"),
        ("appointment", True, r"(?:(?:enkel|alleen|uitsluitend) )?(?:op|na) afspraak"),
        ("appointment", False, r"zonder afspraak"),
        ("term", None, r"(?:buiten|behalve)(?: in| tijdens)?(?: de)? schoolvakanties?"),
        ("public", None, r"(?:behalve|niet|buiten)(?: op)?(?: de)? feestdagen"),
        ("all_days", None, r"elke dag|iedere dag|alle dagen|dagelijks"),
        ("day", (0, 1, 2, 3, 4, 5, 6), r"7 ?(?:op|/) ?7"),
        ("day", (5, 6), r"(?:in het )?weekend"),
        ("every_months", 2, r"om de (?:2|twee) maanden|tweemaandelijks"),
        ("months", "even", r"(?:in )?(?:de )?even maanden"),
        ("months", "odd", r"(?:in )?(?:de )?oneven maanden"),
        ("of_month", None, r"(?:van (?:de|elke|iedere)|elke|iedere|per) maand"),
        ("every_weeks", None, r"(?:om de|elke) (2|twee|3|drie|4|vier) weken|om de (14|veertien) dagen"),
        ("every_weeks", 2, r"tweewekelijks|om de andere week"),
        ("part", "morning", r"(?:in de |'s )?(?:voormiddag|ochtend|ochtends|morgens)"),
        ("part", "afternoon", r"(?:in de |'s )?namiddags?"),
        ("part", "evening", r"(?:in de |'s )?avonds?"),
        ("every", None, r"elke|iedere"),
        ("comma", None, r"en|alsook"),
        ("only_range", None, r"tot en met|t/m|tot"),
        ("skip", None, r"de|het|op|van|open|geopend|om|uur|consultaties?|zitdag"),
    ),
    "de": (
        ("from", None, rf"ab(?: dem)? {DATE}"),
        ("until", None, rf"bis(?: zum)? {DATE}"),
        ("appointment", True, r"(?:nur )?(?:nach vereinbarung|nach terminvereinbarung|mit termin)"),
        ("appointment", False, r"ohne termin"),
        ("term", None, r"(?:ausserhalb der|ausser in den) schulferien"),
        ("public", None, r"ausser (?:an feiertagen|feiertags)"),
        ("all_days", None, r"taglich|jeden tag"),
        ("day", (5, 6), r"(?:am )?wochenende"),
        ("every_months", 2, r"alle (?:2|zwei) monate"),
        ("months", "even", r"(?:in )?(?:den )?geraden? monaten?"),
        ("months", "odd", r"(?:in )?(?:den )?ungeraden? monaten?"),
        ("of_month", None, r"im monat|des monats|(?:eines )?jeden monats"),
        ("every_weeks", None, r"alle (2|zwei|3|drei|4|vier) wochen|alle (14) tage"),
        ("every_weeks", 2, r"vierzehntagig|14-tagig|zweiwochentlich"),
        ("part", "morning", r"(?:am )?(?:vormittags?|morgens?)"),
        ("part", "afternoon", r"(?:am )?nachmittags?"),
        ("part", "evening", r"(?:am )?abends?"),
        ("every", None, r"jede[nrs]?"),
        ("comma", None, r"und|sowie"),
        ("only_range", None, r"bis"),
        ("skip", None, r"am|an|der|die|von|den|um|uhr|geoffnet|sprechstunden?"),
    ),
    "en": (
        ("from", None, rf"(?:starting|from) {DATE}"),
        ("until", None, rf"until {DATE}"),
        ("appointment", False, r"without (?:an )?appointment|no appointment needed|walk-in"),
        ("appointment", True, r"by appointment(?: only)?"),
        ("term", None, r"(?:except (?:during |in )?|outside )school holidays|(?:during )?term time(?: only)?"),
        ("public", None, r"except (?:on )?(?:public|bank) holidays"),
        ("all_days", None, r"every day|daily"),
        ("day", (0, 1, 2, 3, 4, 5, 6), r"7 days a week"),
        ("day", (0, 1, 2, 3, 4), r"(?:on )?weekdays"),
        ("day", (5, 6), r"(?:at )?weekends?"),
        ("every_months", 2, r"every (?:other|second) month"),
        ("months", "even", r"in even months"),
        ("months", "odd", r"in odd months"),
        ("of_month", None, r"(?:of |in )?(?:the|each|every) month"),
        ("every_weeks", None, r"every (2|two|3|three|4|four) weeks"),
        ("every_weeks", 2, r"fortnightly|every other week|every other"),
        ("part", "morning", r"(?:in the )?mornings?"),
        ("part", "afternoon", r"(?:in the )?afternoons?"),
        ("part", "evening", r"(?:in the )?evenings?"),
        ("clock", None, r"noon"),
        ("every", None, r"every|each"),
        ("comma", None, r"and"),
        ("only_range", None, r"to|until|till|through"),
        ("skip", None, r"the|on|from|at|open|of"),
    ),
    "osm": (
        ("appointment", True, r'"(?:by|on) appointment"|"sur rendez-vous"|"op afspraak"'),
        ("public", None, r"ph off"),
        ("term", None, r"sh off"),
    ),
}  # fmt: skip

_CLOCKS: Final[dict[Language, str]] = {
    "fr": r"\d{1,2} ?(?:heures?|h)(?: ?[0-5]\d)?(?!\d)|\d{1,2}[:.][0-5]\d(?: ?h(?:eures?)?)?",
    "nl": r"\d{1,2} ?u(?:ur)?(?: ?[0-5]\d)?(?!\d)|\d{1,2}[:.][0-5]\d(?: ?u(?:ur)?)?",
    "de": r"\d{1,2}(?:[:.][0-5]\d)? ?uhr|\d{1,2}[:.][0-5]\d",
    "en": r"\d{1,2}:[0-5]\d(?! ?[ap]\.?m)",
    "osm": r"\d{1,2}:[0-5]\d",
}
_CLOCK_12: Final = r"\d{1,2}(?:[:.][0-5]\d)? ?[ap]\.?m\.?"


@dataclass(frozen=True)
class Token:
    """One understood piece of a text."""

    kind: Kind
    value: object
    text: str


def fold_text(text: str) -> str:
    """Return the text in lower case, without accents, with plain hyphens, apostrophes and single spaces.

    ``moins [sic]``, a printed slip for "mois", is read as meant: whoever copied it marked it.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"[‐-―−]", "-", plain).replace("’", "'").replace("moins [sic]", "mois")
    return re.sub(r"\s+", " ", plain).strip(" .;")


def tokens_of(folded: str, language: Language) -> tuple[Token, ...] | None:
    """Return the pieces of a folded text, or None if a piece of it is not in the language's lexicon."""
    found: list[Token] = []
    at = 0
    while at < len(folded):
        if folded[at] == " ":
            at += 1
            continue
        hit = next(((kind, value, m) for kind, value, p in _patterns(language) if (m := p.match(folded, at))), None)
        if hit is None:
            return None
        kind, value, match = hit
        found += _tokens(kind, value, match)
        at = match.end()
    return tuple(token for token in found if token.kind != "skip")


def _tokens(kind: Kind, value: object, match: re.Match[str]) -> list[Token]:
    text = match[0]
    groups = [group for group in match.groups() if group]
    if kind == "every_weeks" and groups:
        parts = [Token("every_weeks", _N[groups[0]], text)]
        return parts if value is None else [Token("every_weeks", (_N[groups[0]], "one"), text)]
    if kind in ("from", "until"):
        return [Token(kind, groups[0], text)]
    if kind == "day" and groups:
        return [*(Token("ordinal", int(n), text) for n in groups[0].split(",")), Token("day", value, text)]
    return [Token(kind, value, text)]


@lru_cache(maxsize=len(LANGUAGES))
def _patterns(language: Language) -> tuple[tuple[Kind, object, re.Pattern[str]], ...]:
    rows: list[tuple[Kind, object, str]] = [
        (kind, value, rf"(?:{pattern})(?![a-z0-9])" if not pattern.endswith("'") else pattern)
        for kind, value, pattern in _PHRASES[language]
        if kind != "skip"
    ]
    days = _DAYS[language].split(" ")
    if language == "osm":
        rows += [("day", (i,), rf"{day}\[(-?\d(?:,-?\d)*)\]") for i, day in enumerate(days)]
    rows += [("day", (i,), rf"(?:{day})\.?(?![a-z0-9])") for i, day in enumerate(days)]
    if language in _ORDINALS:
        names = _ORDINALS[language].split(" ")
        rows += [("ordinal", n, rf"(?:{w})(?![a-z0-9])") for n, w in zip(_ORDINAL_VALUES, names, strict=True)]
    if language == "en":
        rows.append(("clock_12", None, rf"(?:{_CLOCK_12})(?![a-z0-9])"))
    rows.append(("clock", None, rf"(?:{_CLOCKS[language]})(?![a-z0-9])"))
    rows += [
        ("number", None, r"\d{1,2}(?![\w])"),
        ("range", None, "-"),
        ("comma", None, r"[,&/;|]"),
        ("skip", None, ":"),
    ]
    rows += [
        (kind, value, "|".join(rf"{w}(?![a-z0-9])" if not w.endswith("'") else w for w in pattern.split("|")))
        for kind, value, pattern in _PHRASES[language]
        if kind == "skip"
    ]
    return tuple((kind, value, re.compile(pattern)) for kind, value, pattern in rows)
