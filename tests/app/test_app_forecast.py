"""The page of the years to come: in every language, with hostile addresses, with and without the modelled network."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
SCRIPT = "from finder.pages import components, forecast\ncomponents.language_switch()\nforecast.render()\n"


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _plain(app: AppTest) -> str:
    texts = [element.proto.body for element in app.get("html")] + [element.value for element in app.markdown]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", "\n".join(texts)).replace("\u00a0", " "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_in_every_language_on_the_whole_area(language):
    app = _page(lang=language)
    assert not app.exception
    page = _plain(app).replace("&#x27;", "'")
    for key in ("forecast.title", "forecast.area.all", "forecast.past.choose"):
        assert Messages(language)(key).replace("\u00a0", " ") in page


def test_a_commune_is_answered_with_its_margin_today_and_its_past():
    page = _plain(_page(commune="92094"))
    found = re.search(r"Namur : ([\d ]+) enfants de 0 à 2 ans et demi en 2030, entre ([\d ]+) et ([\d ]+) \(8", page)
    children, low, high = (int(number.replace(" ", "")) for number in found.groups())
    assert low < children < high
    assert "estimation à partir des naissances" in page
    assert "Il y en a eu **3 140** : hors de la marge" in page
    assert "20 000 habitants et plus" in page


def test_a_year_nobody_tested_says_so():
    page = _plain(_page(commune="92094", to="2050", year="2045"))
    assert "en 2045" in page
    assert "Après 2035, c’est un prolongement que rien n’a permis de vérifier" in page
    assert "c’est un prolongement" not in _plain(_page(commune="92094", to="2050", year="2034"))


def test_bad_addresses_fall_back():
    app = _page(
        commune="<script>", area="../..", year="99999", to="1900", takeup="1e9", scenario="x", openings="9999999@2030",
        housing="-5@2030", share="0", figure="?",
    )  # fmt: skip
    assert not app.exception
    assert "Wallonie et Bruxelles" in _plain(app)
    assert app.session_state["forecast_takeup"] == "33"


def test_more_take_up_needs_more_places_and_an_own_rate_is_read():
    def need(**parameters):
        return int(re.search(r"besoin ([\d ]+),", _plain(_page(commune="92094", **parameters)))[1].replace(" ", ""))

    assert need() < need(takeup="45") < need(takeup="60")
    assert need(share="1.5") < need()


def test_dwellings_bring_children_and_openings_close_a_gap():
    def row(**parameters):
        app = _page(commune="21001", year="2030", **parameters)
        page = _plain(app)
        return [int(re.search(rf"{word} ([\d ]+)", page)[1].replace(" ", "")) for word in ("besoin", "modélisées")]

    need, places = row()
    assert row(housing="1000@2028")[0] > need
    assert row(openings="100@2028")[1] == pytest.approx(places + 100, abs=10)
    assert row(openings="100@2031")[1] == places


def test_without_the_model_no_places_are_shown():
    app = _page(commune="92094", model="off", figure="gap")
    assert not app.exception
    page = _plain(app)
    assert "places connues ou modélisées" not in page
    assert "seul le besoin est montré" in page
    assert Messages("fr")("modelled.link") not in page
    assert "comparé à aujourd’hui" in page


def test_a_german_speaking_commune_has_children_but_no_places():
    page = _plain(_page(commune="63023"))
    assert "Eupen : " in page
    assert "ne relèvent pas de l’ONE" in page


def test_a_fused_commune_shows_its_past_as_a_sum():
    app = _page(commune="82039")
    assert not app.exception
    assert "en réunit deux depuis" in _plain(app)


def test_a_province_counts_its_communes():
    page = _plain(_page(area="namur", year="2030"))
    counts = re.search(
        r"probable dans (\d+) communes, exclu à 8 chances sur 10 dans (\d+), .* trancher dans (\d+)", page
    )
    assert sum(map(int, counts.groups())) == 38


def test_the_map_shows_every_class_and_doubts():
    page = _plain(_page(figure="gap"))
    assert "Places qui manquent (+) ou de trop (−) pour 100 enfants, 2030" in page
    assert re.search(r"le sens n’est pas sûr \d+ communes", page)
    assert "pas de donnée 9 communes" in page
