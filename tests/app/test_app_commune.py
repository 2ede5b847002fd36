"""The page of a commune on the real data: in every language, with and without the model, from good and bad links."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.words.messages import LANGUAGES, Messages

SECONDS = 180


def _page(**parameters: str) -> AppTest:
    script = "from finder.pages import components, commune\ncomponents.language_switch()\ncommune.render()\n"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _html(app: AppTest) -> str:
    text = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("&#x27;", "'"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_in_every_language(language):
    app = _page(lang=language, nis="84016")
    assert not app.exception
    t, page = Messages(language), _html(app)
    assert t("commune.title") in page
    assert t("commune.definitions.caption") in page
    assert "140" in page


def test_the_answer_comes_first_with_its_uncertainty_and_the_published_value():
    page = _html(_page(nis="21001"))
    assert re.search(r"Anderlecht : environ \d+ places d’accueil pour 100 enfants .* \(\d+ à \d+ dans 8 tirages", page)
    assert "Publié : 18 en 2021" in page
    assert "fi-modelled" in page


def test_without_the_model_no_modelled_figure_is_left():
    app = _page(nis="84016")
    app.session_state["planner_modelled"] = False
    app.run()
    assert not app.exception
    page = _html(app)
    assert "fi-modelled" not in page
    assert "tirages" not in page
    assert "Publié" in page or "publié" in page


def test_a_german_speaking_commune_says_so():
    page = _html(_page(nis="63023"))
    assert "Communauté germanophone" in page
    assert "places d’accueil pour 100" not in page


@pytest.mark.parametrize("nis", ["99999", "<script>", "../etc", "8" * 500])
def test_a_bad_link_asks_to_choose(nis):
    app = _page(nis=nis)
    assert not app.exception
    page = _html(app)
    assert "aucune commune de 2025" in page
    assert "<script" not in page


def test_comparison_and_trend_open():
    app = _page(nis="25119", **{"with": "25124"})
    app.session_state["commune_compare_panel"] = True
    app.session_state["commune_trend_panel"] = True
    app.session_state["commune_known_panel"] = True
    app.run()
    assert not app.exception
    assert app.query_params["nis"] in ("25119", ["25119"])


def test_the_report_of_the_province_is_made_and_can_be_stopped():
    app = _page(nis="25119")
    next(button for button in app.button if button.key == "commune_report_make").click().run()
    assert not app.exception
    job = app.session_state["commune_report_job"]
    job.stop.set()
    app.run()
    assert not app.exception
