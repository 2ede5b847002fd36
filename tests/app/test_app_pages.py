"""Every page runs on the real data, in every language, and answers in words."""

import datetime
import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.words.messages import LANGUAGES, Messages

SECONDS = 120


def _page(module: str, **parameters: str) -> AppTest:
    script = (
        "from finder.pages import components, MODULE\n"
        "components.page_style()\ncomponents.language_switch()\nMODULE.render()\n"
    ).replace("MODULE", module)
    app = AppTest.from_string(script, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("module", ["find", "coverage", "about"])
def test_every_page_opens_in_every_language(module, language):
    app = _page(module, lang=language)
    assert not app.exception
    assert Messages(language)(f"{module}.title") in _html(app).replace("&#x27;", "'")


def test_app_itself_opens():
    app = AppTest.from_file("../../app.py", default_timeout=SECONDS).run()
    assert not app.exception
    assert "Où aller" in _html(app)


def test_coverage_answers_for_everyone_and_for_one_commune():
    page = _plain(_html(_page("coverage", commune="92094")))
    assert re.search(r"\d+ % des femmes de 15 à 49 ans vivent à 30 min ou moins", page)
    assert "<h2>Namur</h2>" in page
    counts = [int(n) for n in re.findall(r'fi-count">(\d+) communes?<', page)]
    assert sum(counts) == 280


def test_coverage_of_2016_has_the_network_of_2016():
    page = _plain(_html(_page("coverage", day="2016-06-01")))
    assert "45 maternités au 1er juin 2016" in page


def test_coverage_offers_complete_kinds_only():
    app = _page("coverage")
    kinds = next(box for box in app.selectbox if box.key == "coverage_kind")
    assert kinds.options == ["Maternité", "Hôpital avec urgences"]


def test_before_and_after_name_the_closures():
    page = _plain(_html(_page("coverage")))
    assert "Jolimont Lobbes" in page
    assert "fermeture" in page
    assert "déménagement" in page


def test_coverage_tables_open_on_demand():
    app = _page("coverage")
    assert not app.dataframe
    app.session_state["coverage_table"] = True
    app.session_state["coverage_reach"] = True
    app.run()
    assert not app.exception


def test_the_day_slider_ends_today():
    app = _page("coverage")
    last = datetime.datetime.fromtimestamp(app.slider[0].max / 1e6, tz=datetime.UTC).date()
    assert last == datetime.date.today()


def test_a_figure_that_a_kind_lacks_falls_back():
    app = _page("coverage", figure="change")
    assert app.session_state["coverage_figure"] == "change"
    next(box for box in app.selectbox if box.key == "coverage_kind").select("hospital").run()
    assert not app.exception
    assert app.session_state["coverage_figure"] == "median"


def test_the_page_follows_the_address_when_a_visitor_goes_back():
    app = _page("find", q="Namur")
    next(box for box in app.selectbox if box.key == "find_mode").select("bike").run()
    assert app.query_params["mode"] in ("bike", ["bike"])
    del app.query_params["mode"]
    app.run()
    assert app.session_state["find_mode"] == "car"
    assert "en voiture" in _html(app)
