"""The page Places runs on the real data, in every language, with and without the modelled network."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
LASNE, ANDERLECHT, EUPEN = "25119", "21001", "63023"
SCRIPT = (
    "from finder.pages import components, places\n"
    "components.page_style()\ncomponents.language_switch()\nplaces.render()\n"
)


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _text(app: AppTest) -> str:
    html = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("&#x27;", "'"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", ["on", "off"])
def test_page_opens_in_every_language(language, model):
    app = _page(lang=language, model=model, commune=LASNE)
    assert not app.exception
    t = Messages(language)
    assert t("places.title") in _text(app)
    # The notice stands where modelled figures are shown, and nowhere else.
    assert (t("modelled.notice").replace("\u00a0", " ") in _text(app)) == (model == "on")


def test_counts_under_a_line_are_of_the_draws():
    text = _text(_page())
    found = re.search(r"De (\d+) à (\d+) des 271 communes en ont moins de 33 \(8 tirages sur 10, médiane (\d+)\)", text)
    low, high, median = (int(number) for number in found.groups())
    assert 100 < low < median < high < 160
    assert "58 des" not in text


def test_legend_counts_classes_in_the_draws():
    text = _text(_page())
    ranges = re.findall(r'fi-count">(\d+) à (\d+) communes<', text)
    assert len(ranges) == 7
    assert sum(int(low) for low, _ in ranges) < 271 < sum(int(high) for _, high in ranges)
    assert re.search(r"hors ONE</span> <span class=\"fi-count\">9 communes<", text)


def test_chosen_commune_has_interval_sheet_and_what_was_published():
    text = _text(_page(commune=LASNE))
    assert re.search(r"Lasne : environ \d+ places pour 100 enfants \(de \d+ à \d+ dans 8 tirages", text)
    assert "plus de 90 en 2021" in text
    assert "<h2>Lasne</h2>" in text
    assert "Brabant wallon" in text


def test_brussels_tells_places_of_one_apart():
    text = _text(_page(commune=ANDERLECHT))
    assert "places ONE seules" in text
    etterbeek = _text(_page(commune="21005"))
    assert "guide seulement les places de Kind en Gezin" in etterbeek


def test_german_speaking_commune_is_outside():
    app = _page(commune=EUPEN)
    assert not app.exception
    assert "ne relève pas de l’ONE" in _text(app)


@pytest.mark.parametrize("figure", ["income_related_pct", "reachable_per_100", "children_per_place"])
def test_other_figures(figure):
    app = _page(figure=figure, commune=ANDERLECHT, limit="20")
    assert not app.exception
    has_reach = figure in ("reachable_per_100", "children_per_place")
    assert (len(app.select_slider) == 1) == has_reach
    assert ("20 min au plus en voiture" in _text(app)) == has_reach
    assert ("frontière" in _text(app)) == has_reach


def test_inequality_is_of_the_draws_not_of_the_smoothed_map():
    text = _text(_page())
    value, low, high = re.search(r"Gini<br><b>0,(\d+) \(0,(\d+)–0,(\d+)\)", text).groups()
    assert 30 < int(low) < int(value) < int(high) < 45


def test_without_the_model_only_published_figures_are_shown():
    text = _text(_page(model="off", commune=LASNE))
    assert "Wallonie : 36,6 places pour 100 enfants" in text
    assert "27 des 280 communes" in text
    assert "tirages" not in text
    counts = [int(n) for n in re.findall(r'fi-count">(\d+) communes?<', text)]
    assert counts[-1] == 280 - 27
    assert sum(counts[:7]) == 27


def test_switch_turns_the_model_off():
    app = _page()
    app.toggle[0].set_value(False).run()
    assert not app.exception
    assert "IWEPS" in _text(app)
    assert app.query_params["model"] in ("off", ["off"])


def test_bad_parameters_fall_back_to_the_start():
    app = _page(figure="x", mode="rocket", limit="16", year="1999", commune="99999", model="<b>", lang="xx")
    assert not app.exception
    assert app.session_state["places_figure"] == "coverage_pct"
    assert app.session_state["places_limit"] == "15"
    assert app.session_state["coverage_nis"] is None


def test_charts_and_table_open_on_demand():
    app = _page(commune=LASNE, figure="children_per_place")
    assert not app.dataframe
    for key in ("places_table", "places_equity", "places_spread", "places_trend"):
        app.session_state[key] = True
    app.run()
    assert not app.exception
    assert len(app.dataframe) == 1
    assert len(app.dataframe[0].value) == 271


def test_another_year_of_children_changes_the_rate():
    rates = [
        re.search(r"Wallonie et Bruxelles : environ (\d+)", _text(_page(year=year)))[1] for year in ("2020", "2026")
    ]
    assert int(rates[0]) < int(rates[1])
