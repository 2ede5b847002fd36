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


def test_find_answers_first_and_lists_nearest_first():
    app = _page("find", q="Rue de Fer, Namur")
    page = _plain(_html(app))
    assert re.search(r"Maternité la plus proche : CHR Namur, à \d+ min en voiture\.", page)
    minutes = [int(m) for m in re.findall(r'fi-minutes">(\d+) min', page)]
    assert len(minutes) == 5
    assert minutes == sorted(minutes)
    assert "sans embouteillages" in page


def test_find_says_known_where_the_list_is_not_complete():
    page = _plain(_html(_page("find", q="Namur", kind="creche", mode="walk")))
    assert "Crèche connue la plus proche" in page
    assert "Notre liste n’est pas complète" in page
    assert "sentiers non cartographiés" in page


def test_find_in_brussels_knows_the_footpaths():
    page = _plain(_html(_page("find", q="Rue Haute, 1000 Bruxelles", kind="creche", mode="walk")))
    assert "sentiers compris" in page


def test_closed_and_planned_services_are_not_proposed():
    page = _html(_page("find", q="Chimay"))
    assert "Centre de Sante des Fagnes" not in page
    assert "Jolimont Lobbes" not in page


def test_unlocated_services_are_listed_apart():
    app = _page("find", q="Namur", kind="birth_centre")
    labels = [expander.label for expander in app.expander]
    assert any("sans position" in label for label in labels)


def test_find_speaks_plainly_when_nothing_is_found():
    app = _page("find", q="Xyzzyqwrt")
    assert not app.exception
    assert "Nous ne trouvons pas" in _html(app)


def test_find_asks_which_of_several_places():
    app = _page("find", q="Rue de l'Eglise")
    assert not app.exception
    assert any("Lequel" in box.label for box in app.selectbox)
    assert "Choisissez d’abord votre lieu" in _html(app)


def test_text_from_the_address_bar_is_shown_as_text():
    page = _html(_page("find", q="<img src=x onerror=alert(1)>"))
    assert "<img" not in page
    assert "&lt;img" in page


def test_bad_parameters_fall_back_to_the_start():
    app = _page("find", q="", kind="nonsense", mode="rocket", at="91.0,181.0", lang="xx")
    assert not app.exception
    assert "Tapez une rue" in _html(app)


def test_a_point_outside_is_refused_kindly():
    assert "hors de la Wallonie" in _html(_page("find", at="50.900,3.000"))


def test_a_shared_point_gives_an_answer():
    assert "près de" in _html(_page("find", at="50.467,4.868"))


def test_choosing_a_card_moves_the_way():
    app = _page("find", q="Rue de Fer, Namur")
    shown = [button for button in app.button if button.label == "Voir le trajet"]
    assert len(shown) == 4
    shown[0].click().run()
    assert not app.exception
    assert app.session_state["find_chosen"] == shown[0].key.removeprefix("way-")


def test_coverage_answers_for_everyone_and_for_one_commune():
    page = _plain(_html(_page("coverage", commune="92094")))
    assert re.search(r"\d+ % des femmes de 15 à 49 ans vivent à 30 min ou moins", page)
    assert "<h2>Namur</h2>" in page
    counts = [int(n) for n in re.findall(r'fi-count">(\d+) communes?<', page)]
    assert sum(counts) == 280


def test_coverage_of_2016_has_the_network_of_2016():
    page = _plain(_html(_page("coverage", day="2016-06-01")))
    assert "45 maternités au 1 juin 2016" in page


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
