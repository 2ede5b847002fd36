"""What the page Find says to anything typed: a place, or a plain sentence in the visitor's language."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.pages import geolocation
from finder.pages.origin import PROBLEM_KEY
from finder.words.messages import LANGUAGES, Messages

SECONDS = 120


def _find(**parameters):
    app = AppTest.from_string("from finder.pages import find\nfind.render()\n", default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app


def _said(app):
    assert not app.exception
    page = "\n".join(element.proto.body for element in app.get("html"))
    return re.search(r'fi-answer-first">(.*?)</p>', page, re.S)[1].replace("&#x27;", "'").replace("&quot;", '"')


@pytest.fixture(scope="module")
def say():
    """Return a function that types a text in a language and returns the first sentence; one app for all."""
    app = _find().run()

    def typed(text, language="fr"):
        app.session_state["language"] = language
        app.text_input[0].set_value(text)
        return _said(app.run())

    return typed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("👶🍼", "signs"),
        ("<script>alert(1)</script>", "signs"),
        ("'; DROP TABLE streets; --", "signs"),
        ("عيادة الأطفال", "signs"),
        ("12", "number"),
        ("9000 Gent", "postcode"),
        ("x" * 80, "unknown"),
    ],
)
def test_a_text_that_is_no_place_is_answered_by_a_sentence(say, text, reason):
    assert say(text).startswith(_beginning("fr", reason))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_is_in_the_language_of_the_visitor(say, language):
    assert say("9000 Gent", language).startswith(_beginning(language, "postcode"))


def _beginning(language, reason):
    return Messages(language)(f"search.refused.{reason}", text="|").split("|")[0]


@pytest.mark.parametrize("text", ["51.6, 2.6", "48.8566, 2.3522", "51°30'26\"N 0°7'39\"W"])
def test_coordinates_in_the_sea_or_abroad_are_outside(say, text):
    assert say(text, "en") == Messages("en")("find.outside")


@pytest.mark.parametrize("text", ["50.4669, 4.8672", "50,4669 4,8672", "4.8672 50.4669", "geo:50.4669,4.8672"])
def test_coordinates_are_a_start(say, text):
    assert "min" in say(text, "fr")


def test_a_guess_is_asked_not_taken(say):
    assert say("Zaventem") == Messages("fr")("find.choose_first")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_with_ten_thousand_letters_is_refused_until_a_place_is_typed(language):
    app = _find(q="a" * 10_000)
    app.session_state["language"] = language
    assert _said(app.run()) == Messages(language)("search.refused.length", most=80)
    app.text_input[0].set_value("Namur")
    assert "min" in _said(app.run())


@pytest.mark.parametrize("problem", geolocation.PROBLEMS)
def test_a_position_that_did_not_come_is_told(problem):
    app = _find()
    app.session_state[PROBLEM_KEY] = problem
    page = "\n".join(element.proto.body for element in app.run().get("html"))
    assert Messages("fr")(f"search.position.{problem}")[:30] in page
