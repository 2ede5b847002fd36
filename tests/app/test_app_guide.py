"""The page of the life line: every stage and language, dates that stay in the session, conditions without a verdict."""

import datetime
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from finder.answers.birth_rules import birth_rules
from finder.answers.nearest import Origin
from finder.answers.timeline import timeline
from finder.pages import cached, guide_kinds, guide_question, guide_rules, guide_when, kinds
from finder.tables import STAGES
from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
SCRIPT = "from finder.pages import components, guide\ncomponents.language_switch()\nguide.render()\n"
NAMUR, CHIMAY = "50.467,4.868", "50.048,4.317"
TODAY = datetime.date.today()


@pytest.fixture(scope="module", autouse=True)
def _data():
    cached.atlas()


def _page(**parameters):
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _html(app):
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def _text(app):
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", _html(app), flags=re.S))
    return re.sub(r"\s+", " ", plain.replace("&#x27;", "'").replace("&quot;", '"').replace("\u00a0", " "))


def _address(app):
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def _born(app, day):
    app.date_input[0].set_value(day)
    return app.run()


@pytest.mark.parametrize(
    ("language", "stages"), [("fr", STAGES), ("nl", ("birth",)), ("de", ("first_weeks",)), ("en", ("age_3_6",))]
)
def test_every_stage_opens_in_every_language_with_the_emergency_line(language, stages):
    t = Messages(language)
    for stage in stages:
        app = _page(lang=language, stage=stage)
        page = _html(app)
        assert 'href="tel:112"' in page
        assert page.index('href="tel:112"') < page.index("fi-answer")
        assert t("guide.title").replace("\u00a0", " ") in _text(app)
        shown = {label.replace("*", "").split(" · ")[0] for label in _labels(app)}
        wanted = {kinds.kinds_text(t, kind) for kind in kinds.guide().kinds(stage)}
        special = {kinds.kinds_text(t, kind) for kind in kinds.guide().special_kinds(stage) if kind != "emergency"}
        assert wanted | special <= shown


def _labels(app):
    return [expander.label for expander in app.expander]


def test_every_kind_says_who_what_cost_how_to_ask_and_its_source():
    app = _page(stage="pregnancy")
    blocks = [element.proto.body for element in app.get("html") if "<dl>" in element.proto.body]
    assert len(blocks) > 30
    t = Messages("fr")
    for block in blocks:
        for field in ("who", "what", "cost", "ask"):
            assert f"<dt>{t('guide.field.' + field)}</dt>" in block
        assert "Source" in block


def test_date_gives_real_dates_and_stays_out_of_the_link():
    app = _page(at=NAMUR)
    due = TODAY + datetime.timedelta(days=119)
    text = _text(_born(app, due))
    assert "23 semaines de grossesse" in text
    assert _address(app) == {"at": NAMUR}
    assert str(due.year) not in str(dict(app.query_params))
    end_of_week_31 = due - datetime.timedelta(days=280 - 216)
    assert f"Jusqu’au {end_of_week_31.day} " in text
    assert len(app.get("download_button")) == 1


def test_a_past_date_sets_the_stage_and_an_awaited_birth_does_not():
    app = _born(_page(), TODAY - datetime.timedelta(days=400))
    assert app.session_state["guide_stage"] == "age_0_3"
    assert "Votre enfant a 13 mois" in _text(app)
    app = _born(_page(), TODAY - datetime.timedelta(days=5))
    assert app.session_state["guide_stage"] == "first_weeks"
    app.checkbox(key="guide_waiting").set_value(True).run()
    assert app.session_state["guide_stage"] == "pregnancy"
    assert "40 semaines de grossesse" in _text(app)


def test_minutes_stand_beside_the_recommendation():
    text = _text(_page(at=NAMUR))
    assert re.search(r"Maternité connue la plus proche, ouverte au .* : .*, à \d+ min en voiture", text)
    assert "ici, c’est moins de 20" in text
    assert "parmi d’autres conditions ; votre sage-femme décide avec vous" in text


@pytest.fixture(scope="module")
def far_rules():
    """Rules of Chimay, whose maternity closed: more than 30 minutes to the next one."""
    lat, lon = map(float, CHIMAY.split(","))
    return birth_rules(cached.atlas(), Origin(lon, lat, "Chimay"), rules=kinds.guide().tables.rules, day=TODAY)


@pytest.mark.parametrize("within", ["under_20", "20_to_30", "over_30", "unknown"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verdict_in_any_language(far_rules, language, within):
    rules = replace(far_rules, within=within, is_close_call=True)
    texts = guide_rules.birth_texts(Messages(language), rules, place="Chimay")
    verdicts = "autorisé|permis|éligible|interdit|toegelaten|verboden|erlaubt|allowed|eligible|forbidden|geschikt"
    assert re.findall(rf"\b({verdicts})", " ".join(texts), re.I) == []
    assert "20" in texts[1]
    assert "30" in texts[1]


def test_far_from_a_maternity_says_so_and_names_those_that_closed(far_rules):
    assert far_rules.within == "over_30"
    text = " ".join(guide_rules.birth_texts(Messages("fr"), far_rules, place="Chimay")).replace("\u00a0", " ")
    assert "ici, c’est plus de 30" in text
    assert "Plus près, mais fermées" in text


def test_without_an_address_the_conditions_stand_and_minutes_are_offered():
    text = _text(_page())
    assert Messages("fr")("guide.birth.invite").replace("\u00a0", " ") in text
    assert "37 semaines" in text
    assert "Cocon" in text


def test_programme_says_both_counts_and_asks_nothing():
    app = _page()
    text = _text(app)
    assert "13 indicateurs" in text
    assert "8 critères" in text
    assert len(app.checkbox) == 0
    assert len(app.radio) == 0


def test_address_of_the_page_find_is_known_here():
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    app.session_state["find_text"] = "Rue de Fer, Namur"
    app.session_state["find_point"] = None
    text = _text(app.run())
    assert "ici, c’est moins de 20" in text
    assert re.fullmatch(r"50\.\d{3},4\.\d{3}", _address(app)["at"])


def test_a_place_that_is_none_is_a_plain_sentence():
    app = _page()
    app.text_input[0].set_value("<script>alert(1)</script>").run()
    assert "<script>" not in _html(app)
    assert _address(app) == {}


def test_bad_parameters_fall_back():
    app = _page(stage="<b>", at="1,2", lang="xx", birth="2026-01-01")
    assert app.session_state["guide_stage"] == "pregnancy"
    assert app.session_state["guide_date"] is None


@pytest.mark.parametrize(
    ("days", "is_expected", "stage"),
    [(-100, True, "pregnancy"), (3, True, "pregnancy"), (0, False, "first_weeks"), (42, False, "first_weeks"),
     (43, False, "age_0_3"), (1000, False, "age_0_3"), (1200, False, "age_3_6")],
)  # fmt: skip
def test_stage_of_a_date(days, is_expected, stage):
    assert guide_question.stage_on(TODAY - datetime.timedelta(days=days), TODAY, is_expected=is_expected) == stage


def test_phones_are_dialled_without_spaces_and_one_by_one():
    assert guide_kinds.phone_links("1733 / +32 2 201 22 22") == [("1733", "1733"), ("+32 2 201 22 22", "+3222012222")]
    for number in kinds.guide().tables.contacts["phone"].dropna():
        dialled = [number for _, number in guide_kinds.phone_links(number)]
        assert all(re.fullmatch(r"\+32\d{8,9}|\d{3,4}", number) for number in dialled), dialled


def test_calendar_reminds_of_time_limits_and_not_of_the_end_of_a_pregnancy():
    due = TODAY + datetime.timedelta(days=119)
    steps = timeline(kinds.guide().tables.timeline, birth=due, is_expected=True, today=TODAY)
    entries = {entry.entry_id: entry for entry in guide_when.calendar_entries(Messages("fr"), steps)}
    assert entries["cocon_follow_up"].day == due - datetime.timedelta(days=280 - 216)
    assert entries["cocon_follow_up"].title.startswith("Dernier jour")
    assert "maternity_registration" not in entries
    assert "thousand_days" not in entries
    assert entries["gynaecologist_check"].day == due + datetime.timedelta(days=42)
    assert all(entry.day >= TODAY for entry in entries.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_periods_in_words(language):
    t = Messages(language)
    steps = kinds.guide().tables.timeline
    texts = {step_id: guide_when.period_text(t, step) for step_id, step in steps.iterrows()}
    assert texts["follow_up_start"] == t("guide.when.whole_pregnancy")
    assert "31" in texts["cocon_follow_up"]
    assert "37" in texts["home_birth_from_37_weeks"]
    assert "42" in texts["home_birth_from_37_weeks"]
    assert texts["birth_registration"] == t("guide.when.undated")
    assert re.findall(r"\d+", texts["gynaecologist_check"]) == ["6", "8"]
    assert re.findall(r"\d+", texts["day_care_start"]) == ["3", "3"]


def test_doubt_about_where_one_lives_widens_the_margin():
    app = _page()
    app.text_input[0].set_value("Namur").run()
    rules = app.session_state["guide_birth_rules"][1]
    assert rules.origin.uncertainty_m > 100
    assert rules.margin_min > 0.1 * rules.minutes


@pytest.mark.parametrize("date", [datetime.date(1990, 1, 1), datetime.date(2060, 1, 1)])
def test_a_date_far_away_gets_a_kind_sentence(date):
    app = _page(stage="first_weeks", lang="de")
    app.date_input[0].set_value(date).run()
    assert "Bitte prüfen Sie es" in _text(app)
    assert app.session_state["guide_stage"] == "first_weeks"
    assert str(date.year) not in str(_address(app))
