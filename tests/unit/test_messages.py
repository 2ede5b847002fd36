"""The catalogues: no key missing, no text untranslated, the same places to fill in every language."""

import re
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from finder import tables
from finder.agenda.session import PARTS
from finder.answers import equity
from finder.answers.access import PEOPLE_OF_KIND
from finder.answers.atlas import Atlas
from finder.answers.children import DEMAND_YEARS
from finder.answers.commune_modelled import CONSULTATION_TYPES
from finder.answers.commune_published import ALL_PLACES, PLACES, SUBSIDISED
from finder.answers.commune_sheet import ACCESS_KINDS, DATED_FIGURES
from finder.answers.how_hard import Reason
from finder.answers.mobile_effects import WHY_NOT
from finder.answers.modelled import TENURES
from finder.answers.outlook import AREAS
from finder.answers.place_figures import PLACE_FIGURES
from finder.answers.scenario_base import MODELLED_KINDS
from finder.answers.underserved import DEFAULT_KEYS
from finder.capacity.certainty import CERTAINTIES
from finder.capacity.equity import QUINTILES
from finder.capacity.forecast_path import SCENARIOS
from finder.capacity.mobile.check import RULES as MOBILE_RULES
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR
from finder.capacity.scenario import SIZE_UNIT
from finder.geo.episodes import CHANGE_COLUMNS
from finder.geo.geocode import REFUSALS
from finder.maps.palettes import CHANGE_MINUTES
from finder.pages import (
    about,
    cards,
    choices,
    doors,
    find_kept,
    find_wish,
    forecast_past,
    forecast_question,
    forecast_table,
    gaps_question,
    guide,
    guide_kinds,
    lists_past,
    lists_report,
    mobile_before,
    mobile_curve,
    mobile_how,
    mobile_published,
    mobile_question,
    mobile_words,
    scenarios_question,
    scenarios_result,
    siting_question,
    way_question,
)
from finder.pages.coverage_question import CHANGE_NAME
from finder.pages.figures import FIGURES
from finder.pages.geolocation import PROBLEMS
from finder.reports.commune_tables import BEYOND
from finder.reports.figures_text import PROVINCE_KEYS
from finder.sources import store
from finder.sources.imports.layouts import FIELDS
from finder.units import MODES
from finder.words.messages import LANGUAGES, MessageError, Messages, as_language, read_catalogs

PAGES = Path(about.__file__).parent
LOCALES = PAGES.parent / "words" / "locales"
FAMILY_PROVENANCES = [p for p in tables.PROVENANCES if p not in ("modelled", "hypothetical")]
GAPS_DEFINITIONS = {"beyond" if key.startswith("beyond_") else key for key in gaps_question.KEYS}
GAPS_POINTS = {"farther" if key.startswith("farther_") else key for key in gaps_question.POINT_KEYS}
FAMILIES = {
    "door": doors.ALL,
    "tab": [name for names in doors.BEHIND.values() if len(names) > 1 for name in names],
    "kind": tables.KINDS,
    "nearest": choices.FAMILY_KINDS,
    "known": choices.FAMILY_KINDS,
    "mode": MODES,
    "by": MODES,
    "how": [*MODES, *(f"border_{kind}" for kind in PEOPLE_OF_KIND)],
    "provenance": FAMILY_PROVENANCES,
    "figure": [*FIGURES, CHANGE_NAME],
    "people": PEOPLE_OF_KIND,
    "people.column": PEOPLE_OF_KIND,
    "rank": ("1", "3"),
    "rank_service": [f"{rank}.{kind}" for rank, kind in product((1, 3), PEOPLE_OF_KIND)],
    "coverage.sites_count": PEOPLE_OF_KIND,
    "gaps.view": gaps_question.VIEWS,
    "gaps.lack": gaps_question.LACKS,
    "gaps.def": GAPS_DEFINITIONS | GAPS_POINTS,
    "gaps.def_text": GAPS_DEFINITIONS,
    "gaps.limit": ("rate", "crowded", "lowest_fifth", "beyond"),
    "gaps.certainty": CERTAINTIES,
    "gaps.year": [f"{year}{end}" for year, end in product(DEMAND_YEARS, ("", "_how"))],
    **{f"places.{part}": PLACE_FIGURES for part in ("figure", "amount", "unit", "unit_title", "legend", "few")},
    "places.evidence": ("observed", "bounded", "model"),
    "places.year": DEMAND_YEARS,
    "places.how.children": DEMAND_YEARS,
    "places.printed": ("equal", "less", "more"),
    "places.print": ("coverage_total_pct", "coverage_subsidised_pct", "coverage_ratio_0_3", "places_total"),
    "places.equity.name": equity.MEASURES,
    "places.quintile": range(1, QUINTILES + 1),
    "places.trend": ("wallonia", "federation"),
    "equity": (
        *("unknown", "gini", "theil.even", "theil.uneven", "palma.only_poor"),
        *(f"{measure}.{side}" for measure in ("palma", "concentration") for side in ("poor", "even", "rich")),
    ),
    "forecast": [
        *(f"{name}{end}" for name, end in product(("scenario", "to", "share", "openings", "housing"), ("", "_help"))),
        "openings_told",
        "housing_told",
    ],
    "forecast.area": AREAS,
    "forecast.map": forecast_question.FIGURES,
    "forecast.legend": forecast_question.FIGURES,
    "forecast.scenario": SCENARIOS,
    "forecast.line": SCENARIOS,
    "forecast.to": forecast_question.HORIZONS,
    "forecast.share": forecast_question.CHILDREN_PER_PLACE,
    "forecast.takeup": forecast_question.TAKE_UPS,
    "forecast.compared": ("fewer", "more", "same"),
    "forecast.point": ("observed", "estimated", "forecast", "extrapolated"),
    "forecast.tip": ("missing", "spare"),
    "forecast.column": ("year", "need", "places", "gap", "range", "chance"),
    "forecast.past.column": ("base", "target", "ages", "said", "range", "came", "inside"),
    "forecast.size": forecast_past.SIZE_KEYS.values(),
    "forecast.ages": ("0_2", "0_4"),
    "forecast.table": forecast_table.SHOWN,
    "change_class": range(len(CHANGE_MINUTES.colours)),
    "change": ("closure", "suspension", "reopening", "opening", "move"),
    "level": tables.COMPLETENESS,
    "why": ("imported_list",),
    "provenance.imported": ("text",),
    "tariff": tables.SERVICES.columns["tariff"].choices,
    "origin": ("number", "near_number", "street", "locality", "postcode", "commune"),
    "stage": tables.STAGES,
    "filter": find_wish.NAMES,
    "language": cards.LANGUAGE_CODES,
    "weekday": range(7),
    "month": range(1, 13),
    "session.ordinal": (1, 2, 3, 4, 5, "last"),
    "session.part": PARTS,
    "card": ("who", "cost", "ask"),
    "kept.row": find_kept.FIELDS,
    "hard.why": get_args(Reason),
    "place_sheet.header": ("name", "minutes", "where", "facts", "source"),
    "search.refused": REFUSALS,
    "search.position": PROBLEMS,
    "commune.province": PROVINCE_KEYS.values(),
    "commune.tenure": (*TENURES, "total"),
    "commune.type": CONSULTATION_TYPES,
    "commune.definition": DEFAULT_KEYS,
    "commune.definitions": ("what", "value", "limit", "margin", "verdict"),
    "commune.certainty": CERTAINTIES,
    "commune.service": ACCESS_KINDS,
    "commune.beyond": BEYOND,
    "commune.people": ("children_0_2_5", "children_0_5", *DATED_FIGURES),
    "commune.indicator": set(store.load_coverage_observations().query("level == 'commune'")["indicator"]),
    "commune.compared": (ALL_PLACES, SUBSIDISED, PLACES),
    "commune.published": ("what", "value", "ours", "decision"),
    "commune.note.evidence": tables.EVIDENCE_LEVELS,
    "commune.neighbours": ("coverage", "reachable", "holds", "german", "maternity"),
    "commune.chart": ("counted", "estimated"),
    "lists.field": (*FIELDS, "position"),
    "lists.separator": ("comma", "semicolon", "tab", "bar"),
    "lists.complete": ("no", "some", "all"),
    "lists.rows": ("clean", "remarked", "refused", "repeated", "read"),
    "lists.placed": lists_report.PLACED,
    "lists.column": ("row", "first_row", "differs"),
    "lists.change": lists_report.CHANGES,
    "lists.newer": ("list", "ours"),
    "lists.past": lists_past.COLUMNS,
    **dict.fromkeys(("way", "way.invite", "way.short", "way.letter"), way_question.ENDS),
    "guide.section": guide.SECTIONS,
    "guide.group": ("now", "next", "now_none", "next_none", "later", "undated", "past"),
    "guide.field": (*guide_kinds.FIELDS, "contacts"),
    "guide.cost": ("free", "insured", "paid", "income_related", "varies"),
    "guide.area": guide_kinds.LOCAL_AREAS,
    "guide.birth": ("under_20", "20_to_30", "over_30", "unknown", "moved", "unlocated", "gone"),
    "siting": ("ask", "goal", "people", "target", "order", "sure", "grow", "least", "most", "cost", "opening"),
    "siting.view": siting_question.VIEWS,
    "siting.ask": siting_question.ASKS,
    "siting.goal": siting_question.GOALS,
    "siting.step": siting_question.GOALS,
    "siting.people": siting_question.PEOPLE,
    "siting.who": siting_question.PEOPLE,
    "siting.target": siting_question.TARGETS,
    "siting.order": siting_question.ORDERS,
    "siting.steps": siting_question.ORDERS,
    "siting.next.proof": siting_question.ORDERS,
    "siting.sure": siting_question.SURE,
    "siting.note": ("traffic", "plot", "border", "tenure", "neighbours", "cost"),
    "scenarios.kind": SIZE_UNIT,
    "scenarios.people": ("women_15_49", "women_20_44", "population", "children_0_5", "children_0_2_5"),
    "scenarios.show": scenarios_question.MINUTES_SHOWN + scenarios_question.SIZES_SHOWN,
    **{f"scenarios.{part}": MODELLED_KINDS for part in ("unit", "col.per_100", "col.change_size")},
    "scenarios.verb": ("open", "reopen", "close", "resize", "move"),
    "scenarios.add": ("open", "reopen", "close", "resize", "move"),
    "scenarios.state": ("same", "open", "close", "resize", "move"),
    "scenarios.cost": ("new_sites", "closed_sites", "new_places", "places_year", "sessions_year"),
    "scenarios.cost_input": {name for names in scenarios_result.COSTS.values() for name in names},
    "mobile": {*mobile_question.CHOICES, *mobile_question.NUMBERS, *mobile_question.COMMUNES} - {"area", "year"},
    "mobile.every": mobile_question.EVERY,
    "mobile.calendar": mobile_question.CALENDARS,
    "mobile.effort": mobile_question.EFFORTS,
    "mobile.why": WHY_NOT,
    "mobile.stage": mobile_words.STAGES,
    "mobile.cell": ("reached", "left"),
    "mobile.half": ("odd", "even"),
    "mobile.col": ("unit", "stops", "sessions", "children", "days", "hours", "km", "order", "stop", "hour", "drive"),
    "mobile.beside": (*mobile_how.COMPARED, "what", "published", "planned", "note"),
    "mobile_take.rule": MOBILE_RULES,
    "mobile_take.left.why": WHY_NOT,
    "mobile_take.left.col": mobile_before.LEFT_COLUMNS,
    "mobile_take.before.col": (
        *mobile_before.PROVINCE_COLUMNS,
        *mobile_before.LIMIT_COLUMNS,
        *mobile_before.COMMUNE_COLUMNS,
    ),
    "mobile_take.curve.col": mobile_curve.COLUMNS,
    "mobile_take.own.which": ("page", "file"),
    "mobile_take.when": ("odd", "even", "every_odd", "every_even", "every"),
    "mobile_take.sheet.col": ("number", "stop", "when", "hour", "session", "drive"),
    "mobile_take.sheet.free": CYCLES_PER_YEAR,
    "mobile_take.publish": ("from", "until"),
    "mobile_take.published.col": mobile_published.COLUMNS,
    "mobile_take.published.state": ("revoked", "past", "coming", "valid"),
    "method": [f"{name}.{part}" for name, part in product(about.METHODS, ("title", "text"))],
}
"""Keys that the code puts together, by their beginning."""


def _messages(language):
    """Return every message of a language, whatever its catalogue."""
    return [message for catalog in read_catalogs(language).values() for message in catalog if message.id]


def _texts(language):
    """Return every text of a catalogue by key; plurals as one text per form."""
    found = {}
    for message in _messages(language):
        if isinstance(message.id, tuple):
            found |= {f"{message.id[0]}[{i}]": text for i, text in enumerate(message.string)}
        else:
            found[message.id] = message.string
    return found


def _code():
    folders = [PAGES, PAGES.parent / "reports", PAGES.parent / "words"]
    files = [*(path for folder in folders for path in folder.glob("*.py")), PAGES.parent.parent / "app.py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _wanted_keys():
    code = _code()
    written = set(re.findall(r'\bt(?:\.count)?\(\s*"([a-z0-9_.]+)"[,)]', code))
    written |= set(re.findall(r'"((?:flag|way|answer|find|sheet|before|origin)\.[a-z_]+)"', code))
    built = {f"{start}.{end}" for start, ends in FAMILIES.items() for end in ends}
    data = {f"why.{key}" for key in store.load_completeness()["why_key"]}
    data |= {f"area.{area}" for area in store.load_completeness()["area"]}
    data |= {f"provenance.{p}.text" for p in Atlas().services["provenance"]}
    return written | built | data | set(choices.FLAG_KEYS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_code_is_in_every_catalogue(language):
    known = {key.split("[")[0] for key in _texts(language)}
    assert sorted(_wanted_keys() - known) == []


def test_catalogues_have_the_same_keys_and_places():
    french = _texts("fr")
    for language in LANGUAGES:
        texts = _texts(language)
        assert texts.keys() == french.keys(), language
        for key, text in texts.items():
            places = [{name for _, name, _, _ in Formatter().parse(t) if name} for t in (text, french[key])]
            assert places[0] == places[1], (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_doubtful(language):
    assert [m.id for m in _messages(language) if m.fuzzy] == []
    assert [key for key, text in _texts(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", ["nl", "de", "en"])
def test_sentences_are_translated(language):
    french = _texts("fr")
    same = [key for key, text in _texts(language).items() if text == french[key] and len(text.split()) > 3]
    assert same == []


def test_no_key_is_dead():
    known = {key.split("[")[0] for key in _texts("fr")}
    quoted = set(re.findall(r"[\"']([a-z_]+\.[a-z0-9_.]+)[\"']", _code()))
    headers = {f"table.{word}" for word in re.findall(r'"([a-z]+)"', _code())}
    assert sorted(known - _wanted_keys() - quoted - headers) == []


def test_plurals_follow_the_language():
    assert Messages("fr").count("legend.communes", 0) == "0 commune"
    assert Messages("fr").count("legend.communes", 1) == "1 commune"
    assert Messages("nl").count("legend.communes", 0) == "0 gemeenten"
    assert Messages("en").count("legend.communes", 1250) == "1,250 municipalities"


def test_a_missing_key_is_an_error():
    with pytest.raises(MessageError, match=r"no\.such\.key"):
        Messages("de")("no.such.key")


def test_an_unknown_language_is_french():
    assert as_language("xx") == as_language(None) == "fr"
    assert as_language("de") == "de"
    assert "change" in CHANGE_COLUMNS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_a_language(language: str) -> None:
    files = sorted((LOCALES / language).glob("*.po"))
    keys = [key for file in files for key in re.findall(r'^msgid "(.+)"$', file.read_text(encoding="utf-8"), re.M)]
    assert len(keys) == len(set(keys))


def test_every_language_has_the_same_parts() -> None:
    assert all(read_catalogs(language).keys() == read_catalogs("fr").keys() for language in LANGUAGES)


def test_every_flag_of_the_data_has_a_message() -> None:
    services = Atlas().services
    phrases = {
        phrase for column in ("status_flag", "position_flag") for text in services[column].dropna()
        for phrase in text.split("; ")
    }  # fmt: skip
    assert phrases
    assert phrases <= set(choices.FLAG_KEYS)
