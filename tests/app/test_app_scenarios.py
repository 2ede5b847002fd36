"""The page Scenarios on the real data: every way to act, links that are hostile, saving, and two scenarios."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from finder.answers.atlas import Atlas
from finder.answers.scenario_check import open_scenario
from finder.pages import scenarios_keep, scenarios_kept, scenarios_state
from finder.pages.scenarios_link import link_text, read_link
from finder.reports.scenario import scenario_document
from finder.reports.write import document_bytes
from finder.words.messages import LANGUAGES, Messages

pytestmark = pytest.mark.xdist_group("planner")
SECONDS = 120
PAGE = "from finder.pages import scenarios\nscenarios.render()\n"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("FINDER_STORE", str(tmp_path / "documents.sqlite"))
    monkeypatch.delenv("FINDER_DATABASE_URL", raising=False)


def _page(**parameters):
    app = AppTest.from_string(PAGE, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _plain(app):
    text = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'"))


def _first(app):
    return re.search(r'fi-answer-first">(.*?)</p>', _plain(app))[1]


def _work(app):
    return app.session_state[scenarios_state.WORK_KEY]


def _open_at(app, place, **sizes):
    app.text_input(key="scenarios_text").set_value(place).run()
    for key, value in sizes.items():
        app.number_input(key=f"scenarios_{key}").set_value(value)
    app.button(key="scenarios_add").click().run()
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_done_changes_nothing_in_every_language(language):
    app = _page(lang=language)
    assert _first(app) == Messages(language)("scenarios.nothing").replace("\u00a0", " ")
    assert "<table>" not in _plain(app)


@pytest.mark.parametrize(
    ("language", "key"),
    [
        ("fr", "kce-all"),
        ("nl", "sirius-arlon"),
        pytest.param("de", "kce-all", marks=pytest.mark.slow),
        pytest.param("en", "sirius-arlon", marks=pytest.mark.slow),
    ],
)
def test_a_ready_made_scenario_opens_from_its_address_in_every_language(language, key):
    app = _page(lang=language, ready=key)
    assert _plain(app).count("<table>") == 5
    assert app.query_params["ready"] == key
    assert len(_work(app).scenario.actions) == (4 if key == "kce-all" else 1)
    told = " ".join(text.value for text in app.text).replace("\u00a0", " ")
    assert ("Sirius" in told) == (key == "sirius-arlon")


def test_arlon_is_shown_beside_the_published_statement():
    told = " ".join(text.value for text in _page(ready="sirius-arlon").text).replace("\u00a0", " ")
    assert "9 000 à 16 000" in told
    assert "10 363 femmes" in told


def test_every_ready_made_scenario_has_a_title_in_every_language():
    names = scenarios_kept.service_names()
    for language in LANGUAGES:
        t = Messages(language)
        titles = [scenarios_keep.ready_title(t, one, names) for one in scenarios_kept.ready().values()]
        assert len(set(titles)) == len(titles)


def test_a_maternity_opens_closes_and_comes_back_with_undo():
    app = _page()
    _open_at(app, "50.23,5.34")
    assert "gagnent plus de 5 min" in _first(app)
    app.selectbox(key="scenarios_verb").set_value("close").run()
    app.selectbox(key="scenarios_site").set_value("maternity-be-3690").run()
    app.button(key="scenarios_add").click().run()
    assert [type(a).__name__ for a in _work(app).scenario.actions] == ["Open", "Close"]
    app.button(key="scenarios_undo").click().run()
    app.button(key="scenarios_undo").click().run()
    assert _first(app).startswith("Rien ne change")
    app.button(key="scenarios_redo").click().run()
    assert [type(a).__name__ for a in _work(app).scenario.actions] == ["Open"]
    app.button(key="scenarios_remove_0").click().run()
    assert _first(app).startswith("Rien ne change")


def test_day_care_opens_resizes_moves_and_closes_with_intervals():
    app = _page(kind="day_care")
    assert "fi-modelled" in _plain(app)
    _open_at(app, "50.467,4.868", places=49)
    assert _work(app).scenario.actions[0].places == 49
    assert re.search(r"en moyenne \+\d+,\d+(?: \(.*?\))? places accessibles pour 100 enfants", _plain(app))
    app.selectbox(key="scenarios_verb").set_value("resize").run()
    app.selectbox(key="scenarios_commune").set_value("92094").run()
    site = next(
        key
        for key in scenarios_kept.base_sites("day_care", scenarios_state.day_of("day_care"))
        .query("nis == '92094'")
        .index
    )
    app.selectbox(key="scenarios_site").set_value(site).run()
    app.number_input(key="scenarios_places").set_value(70)
    app.button(key="scenarios_add").click().run()
    app.selectbox(key="scenarios_verb").set_value("move").run()
    app.selectbox(key="scenarios_site").set_value(site).run()
    app.text_input(key="scenarios_text").set_value("50.30,4.90").run()
    app.button(key="scenarios_add").click().run()
    assert [type(a).__name__ for a in _work(app).scenario.actions] == ["Open", "Resize", "Move"]
    app.selectbox(key="scenarios_verb").set_value("close").run()
    app.selectbox(key="scenarios_site").set_value(site).run()
    app.button(key="scenarios_add").click().run()
    assert [type(a).__name__ for a in _work(app).scenario.actions] == ["Open", "Close"]
    assert not app.error


def test_a_consultation_opens_and_the_map_can_show_everything():
    app = _page(kind="child_consultation")
    _open_at(app, "50.05,4.49", sessions=6.0)
    for show in ("after_min", "change_per_100", "after_per_100"):
        app.selectbox(key="scenarios_show").set_value(show).run()
        assert not app.exception


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "AAAA", "x" * 5_000, "eJyrrgUAAXUA-Q"])
def test_a_hostile_link_shows_an_error_and_changes_nothing(text):
    app = _page(s=text)
    assert len(app.error) == 1
    assert "Rien n’a changé" in app.error[0].value
    assert _first(app).startswith("Rien ne change")
    assert "s" not in app.query_params


def test_a_hostile_scenario_in_a_good_link_changes_nothing():
    app = _page()
    _open_at(app, "50.23,5.34")
    before = _work(app)
    fields = json.loads(read_link(link_text(before.scenario)))
    fields["actions"][0] |= {"lon": 2.35, "lat": 48.85}
    app.session_state[scenarios_state.HANDED_KEY] = json.dumps(fields)
    app.run()
    assert len(app.error) == 1
    assert _work(app) == before


def test_the_link_opens_the_same_scenario_elsewhere():
    app = _page(kind="day_care")
    _open_at(app, "50.467,4.868", places=35)
    text = link_text(_work(app).scenario)
    other = _page(s=text)
    assert _work(other).scenario == _work(app).scenario
    assert _first(other) == _first(app)
    assert other.query_params["s"] == text
    other.button(key="scenarios_remove_0").click().run()
    assert "s" not in other.query_params


def test_a_scenario_of_other_data_is_opened_only_knowingly():
    app = _page()
    _open_at(app, "50.23,5.34")
    fields = json.loads(read_link(link_text(_work(app).scenario))) | {"data_version": "000000000000"}
    other = _page()
    other.session_state[scenarios_state.HANDED_KEY] = json.dumps(fields)
    other.run()
    assert not _work(other).scenario.actions
    other.button(key="scenarios_adopt").click().run()
    assert _work(other).scenario.actions == _work(app).scenario.actions
    assert open_scenario(Atlas(), json.dumps(json.loads(read_link(link_text(_work(other).scenario)))))


def _saved(name):
    app = _page()
    _open_at(app, "50.23,5.34")
    app.session_state["scenarios_store"] = True
    app.run()
    app.text_input(key="scenarios_name").set_value(name).run()
    app.button(key="scenarios_save").click().run()
    assert not app.error
    return app


def test_saved_duplicated_deleted_restored_and_its_history():
    app = _saved("Marche")
    assert app.query_params["doc"] == _work(app).document[0]
    _open_at(app, "50.00,5.70")
    app.button(key="scenarios_save_again").click().run()
    assert _work(app).document[1] == 2
    app.selectbox(key="scenarios_revision").set_value(1).run()
    app.button(key="scenarios_open_revision").click().run()
    assert len(_work(app).scenario.actions) == 1
    app.button(key="scenarios_duplicate").click().run()
    assert len(scenarios_kept.store().list("scenario")) == 2
    app.button(key="scenarios_delete").click().run()
    assert len(scenarios_kept.store().list("scenario")) == 1
    app.button(key="scenarios_restore").click().run()
    assert len(scenarios_kept.store().list("scenario")) == 2
    other = _page(doc=_work(app).document[0])
    assert len(_work(other).scenario.actions) == 2
    assert not app.error


def test_the_second_of_two_who_save_is_told():
    app = _saved("Marche")
    other = _page(doc=_work(app).document[0])
    _open_at(app, "50.00,5.70")
    app.button(key="scenarios_save_again").click().run()
    _open_at(other, "49.70,5.50")
    other.session_state["scenarios_store"] = True
    other.run()
    other.button(key="scenarios_save_again").click().run()
    assert "Quelqu’un a enregistré" in other.error[0].value
    assert len(_work(other).scenario.actions) == 2


def test_two_scenarios_side_by_side():
    app = _page(ready="kce-all")
    app.session_state["scenarios_second_panel"] = True
    app.run()
    app.selectbox(key="scenarios_b").set_value("ready:kce-huy").run()
    assert not app.error
    page = _plain(app)
    assert "B moins A" in page
    row = re.search(r"Perdent plus de 5 min</td>(.*?)</tr>", page)[1]
    first, second, less = (
        int(re.sub(r"[^\d−]", "", cell).replace("−", "-")) for cell in re.findall(r"<td.*?>(.*?)</td>", row)
    )
    assert first > second > 0
    assert abs(second - first - less) <= 1


def test_costs_count_only_with_their_source():
    app = _page(kind="day_care")
    _open_at(app, "50.467,4.868", places=21)
    before = _plain(app).count("<table>")
    app.number_input(key="scenarios_cost_per_new_place_eur").set_value(10_000.0).run()
    assert _plain(app).count("<table>") == before
    app.text_input(key="scenarios_cost_source").set_value("Budget 2026").run()
    assert "210 000 €" in _plain(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_in_every_language(language):
    t, scenario = Messages(language), scenarios_kept.ready()["kce-all"]
    figures = scenarios_kept.figures(scenario, "maternity", "car", "women_15_49")
    names = {str(nis): "<b>&" + str(name) for nis, name in Atlas().communes["name_fr"].items()}
    document = scenario_document(
        t, figures, title="<script>", communes=scenarios_kept.atlas().communes, names=names,
        sites=scenarios_kept.site_names(scenario), sources=["x"], day=scenario.base_date,
    )  # fmt: skip
    page = document_bytes(document, file_format="html").decode()
    assert "<script>" not in page
    assert "<b>&" not in page
    if language == "fr":
        assert document_bytes(document, file_format="pdf").startswith(b"%PDF")


def test_files_hold_all_communes_and_points():
    scenario = scenarios_kept.ready()["kce-all"]
    figures = scenarios_kept.figures(scenario, "maternity", "car", "women_15_49")
    names = {str(nis): str(name) for nis, name in Atlas().communes["name_fr"].items()}
    communes = scenarios_keep.communes_frame(figures, names)
    assert len(communes) == len(names)
    assert set(communes["network_of"]) == {"2016-12-31"}
    points = scenarios_keep.points_frame(figures)
    changed = points[points["extra_min"] > 5]
    assert changed["people"].sum() == pytest.approx(figures.people.loc["longer_than_5", "value"])
