"""The page On my way: minutes added by a stop, both directions; points only in the address; known is not all."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.pages import cached, origin, way_list
from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
SCRIPT = "from finder.pages import components, way\ncomponents.language_switch()\nway.render()\n"
NAMUR, BRUSSELS = "50.467,4.868", "50.845,4.360"


@pytest.fixture(scope="module", autouse=True)
def _data():
    cached.atlas()


def _page(**parameters):
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _text(app):
    assert not app.exception
    page = "\n".join(element.proto.body for element in app.get("html"))
    plain = re.sub(r"<[^>]+>", " ", page.replace("&#x27;", "'").replace("&quot;", '"'))
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def _address(app):
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_in_every_language_and_asks_for_both_ends(language):
    text = _text(_page(lang=language))
    t = Messages(language)
    for key in ("way.title", "way.invite.home", "way.invite.work"):
        assert t(key).replace("\u00a0", " ") in text


def test_order_is_of_minutes_added_and_differs_from_nearest():
    app = _page(home=NAMUR, work=BRUSSELS)
    text = _text(app)
    assert re.search(r"\+ \d+ min le matin, \+ \d+ min le soir, en voiture\.", text)
    assert re.search(r"Le plus proche de chez vous est un autre : .*, à \d+ min\. .* n° \d+ sur \d+\.", text)
    measured = app.session_state["way_measured"][1]
    added = measured.found["detour_there_min"] + measured.found["detour_back_min"]
    assert added.is_monotonic_increasing
    assert not measured.found["home_min"].is_monotonic_increasing
    there = float(re.search(r"Trajet entier : (\d+) min le matin au lieu de (\d+) min", text)[1])
    assert there == pytest.approx(measured.direct_there_min + measured.found["detour_there_min"].iloc[0], abs=0.51)


def test_official_search_stands_before_the_first_card_where_our_list_is_a_sample():
    text = _text(_page(home=NAMUR, work=BRUSSELS))
    assert "Parmi ceux que nous connaissons" in text
    assert "Notre liste n’est pas complète" in text
    assert text.index("my.one.be") < text.index("de chez vous en voiture")


def test_a_typed_address_is_never_in_the_link_only_a_rounded_point():
    app = _page()
    app.text_input[0].set_value("Rue de Fer, Namur")
    app.text_input[1].set_value("Rue de Bruxelles, Namur").run()
    written = _address(app)
    assert set(written) == {"home", "work"}
    assert all(re.fullmatch(r"\d{2}\.\d{3},\d\.\d{3}", point) for point in written.values())
    again = _page(**written)
    assert again.text_input[0].value == ""
    assert _address(again) == written


def test_a_click_sets_the_end_chosen_then_the_other():
    app = AppTest.from_string(
        "import streamlit as st\nfrom finder.pages import way, way_question\n"
        "ADDRESS = way.ADDRESS\nADDRESS.follow()\n"
        "for click in st.session_state.get('clicks', []):\n"
        "    st.session_state['way_map'] = {'last_clicked': click}\n    way_question.take_click()\n",
        default_timeout=SECONDS,
    )
    app.session_state["clicks"] = [{"lat": 50.46712, "lng": 4.86834}, {"lat": 50.84511, "lng": 4.36049}]
    app.run()
    assert not app.exception
    assert app.session_state[origin.point_key("way_home")] == (50.467, 4.868)
    assert app.session_state[origin.point_key("way_work")] == (50.845, 4.36)


def test_home_and_work_at_one_place_and_bad_parameters():
    text = _text(_page(home=NAMUR, work=NAMUR, kind="drop_in_care"))
    assert "Domicile et travail sont au même endroit" in text
    app = _page(home="<b>", work="99,99", kind="<script>", mode="rocket")
    assert app.session_state["way_kind"] == "creche"
    assert app.session_state["way_mode"] == "car"
    assert _address(app) == {}


def test_an_ambiguous_end_asks_which_and_a_nonsense_end_says_why():
    app = _page(work=BRUSSELS)
    app.text_input[0].set_value("👶🍼").run()
    assert Messages("fr")("search.refused.signs").replace("\u00a0", " ")[:30] in _text(app)
    assert "home" not in _address(app)


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0.0, "+ 0 min"), (0.49, "+ 0 min"), (0.5, "+ 1 min"), (6.4, "+ 6 min")]
)
def test_added_minutes(minutes, shown):
    assert way_list.added_text(minutes, Messages("fr")).replace("\u00a0", " ") == shown
