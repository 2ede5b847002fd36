"""The page Where to add solves beside the app: answers with proof, refusals, cancelling and a crash are sentences."""

import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from finder.capacity.scenario_json import parse_scenario
from finder.pages import solver_jobs
from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
SCRIPT = (
    "from finder.pages import components, siting\n"
    "components.page_style()\ncomponents.language_switch()\nsiting.render()\n"
)


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _solved(app: AppTest, seconds: float = 100.0) -> AppTest:
    end = time.monotonic() + seconds
    while any(job.is_running for job in _jobs(app)):
        assert time.monotonic() < end, "the solver did not end in time"
        time.sleep(0.2)
    return app.run()


def _jobs(app: AppTest) -> list[solver_jobs.Job]:
    keys = ["solver_job_" + name for name in ("sites", "shares", "next", "target")]
    return [app.session_state[key] for key in keys if key in app.session_state]


def _text(app: AppTest) -> str:
    html = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("&#x27;", "'"))


@pytest.mark.parametrize(
    ("language", "view"),
    [
        *zip(LANGUAGES, ["sites", "places", "sites", "places"], strict=True),
        *(
            pytest.param(code, view, marks=pytest.mark.slow)
            for code, view in zip(LANGUAGES, ["places", "sites", "places", "sites"], strict=True)
        ),
    ],
)
def test_page_opens_in_every_language_and_solves_nothing_unasked(language, view):
    app = _page(lang=language, view=view)
    assert not app.exception
    t = Messages(language)
    assert t("siting.title") in _text(app)
    assert t("modelled.notice").replace("\u00a0", " ") in _text(app)
    by = t("by.car")
    label = t.count("siting.go.within", 5, limit="15", by=by) if view == "sites" else t("siting.go.next", count="1000")
    assert label.replace("\u00a0", " ") in [re.sub(r"(?<=\d)\W(?=\d{3})", "", button.label) for button in app.button]
    assert _jobs(app) == []


def test_five_sites_with_their_proof_and_as_a_scenario():
    app = _page(area="luxembourg", within="15", p="3", run="1")
    app = _solved(app)
    assert not app.exception
    text = _text(app)
    assert re.search(r"Ces 3 sites mettent \d+ enfants de 0 à 5 ans de plus à 15 min au plus en voiture", text)
    assert "aucun autre choix ne fait mieux" in text
    assert app.query_params["run"] in ("1", ["1"])
    # Nobody asks twice for what is kept.
    again = _page(area="luxembourg", within="15", p="3", run="1")
    assert "aucun autre choix ne fait mieux" in _text(again)
    assert _jobs(again) == []
    from finder.pages import cached, siting_question, siting_scenario

    found = solver_jobs.shelf().get(_jobs(app)[0].task.key)
    assert all(str(name) in text for name in found.sites["name"])
    made = siting_scenario.scenario_of(found, "x", sessions_per_month=8.0)
    assert [action.name for action in made.actions] == found.sites.sort_values("opening_order")["name"].tolist()
    from finder.answers.scenario_check import open_scenario
    from finder.capacity.scenario_json import scenario_json

    assert open_scenario(cached.atlas(), scenario_json(made)) == parse_scenario(scenario_json(made))
    assert siting_question.START["p"] == "5"


def test_what_cannot_be_met_is_said_with_where():
    app = _solved(_page(goal="fewest_sites", mode="walk", within="5", area="namur", run="1"))
    text = _text(app)
    assert re.search(r"Impossible : [\d ]+ lieux habités, avec [\d ]+ enfants", text)
    assert "Surtout :" in text


def test_cancelled_and_crashed_are_sentences(monkeypatch):
    t = Messages("fr")
    app = _page(goal="fewest_minutes", p="7", area="hainaut", run="1")
    _jobs(app)[0].cancel()
    app.run()
    assert t("solver.cancelled") in [info.value for info in app.info]
    assert not app.error
    monkeypatch.setattr(solver_jobs, "WORKER", "finder.no_such_module")
    app = _solved(_page(goal="fewest_minutes", p="6", area="hainaut", run="1"))
    assert [error.value for error in app.error] == [t("solver.crashed", code="1")]


def test_next_places_say_how_sure_they_are():
    app = _solved(_page(view="places", new="700", run="1"))
    assert not app.exception
    text = _text(app)
    assert re.search(r"Les 700 prochaines places iraient à \d+ communes", text)
    sure, of = re.search(r"(\d+) de ces (\d+) communes seulement sont choisies dans au moins 80 %", text).groups()
    assert 0 < int(sure) < int(of)


@pytest.mark.parametrize("value", ["-3", "999", "x"])
def test_hostile_address_is_the_start(value):
    app = _page(p=value, within=value, kind=value, view=value, area=value, new=value, unit=value * 50)
    assert not app.exception
    assert app.number_input(key="siting_p").value == 5
    assert app.selectbox(key="siting_kind").value == "child_consultation"


def test_without_the_model_only_complete_lists():
    app = _page()
    app.toggle(key="planner_modelled").set_value(False).run()
    assert list(app.selectbox(key="siting_kind").options) == ["Maternités", "Hôpitaux avec urgences"]
    app.session_state["siting_view"] = "places"
    assert Messages("fr")("siting.off") in _text(app.run())
