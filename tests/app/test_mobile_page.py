"""The page Mobile: gaps before a plan, a plan solved beside the app with its proof, refusals, hostile addresses."""

import math
import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from finder.capacity.mobile.plan_json import plan_from_dict, plan_to_dict
from finder.pages import mobile_how, mobile_question, mobile_ready, mobile_week, solver_jobs
from finder.pages.mobile_words import sessions_words
from finder.pages.solver_jobs import Job
from finder.pages.solver_worker import Step
from finder.words.messages import LANGUAGES, Messages

pytestmark = pytest.mark.xdist_group("planner")
SECONDS = 240
SMALL = {"area": "brabant_wallon", "units": "1", "effort": "quick"}


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string("from finder.pages import mobile\nmobile.render()\n", default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _plain(app: AppTest) -> str:
    text = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("&#x27;", "'"))


def _job(app: AppTest) -> Job:
    return app.session_state["solver_job_mobile"]


def _solved(app: AppTest) -> AppTest:
    end = time.monotonic() + SECONDS
    while _job(app).is_running:
        assert time.monotonic() < end, "the solver did not end in time"
        time.sleep(0.2)
    assert _job(app).state == "done", _job(app).told
    return app.run()


@pytest.fixture(scope="module")
def solved() -> AppTest:
    app = _page(**SMALL)
    assert not app.exception
    assert "habitent à plus de 8 min en voiture" in _plain(app)
    assert "521 arrêts par mois" in _plain(app)
    assert "solver_job_mobile" not in app.session_state
    app.button(key="solver_go_mobile").click().run()
    return _solved(app)


def test_a_plan_says_what_it_does_how_good_that_is_and_that_it_keeps_the_rules(solved):
    text = _plain(solved)
    figures = re.search(r"1 unité suivrait environ ([\d ]+) des ([\d ]+) enfants à plus de 8 min en voiture d’une "
                        r"consultation : (\d+) arrêts dans (\d+) communes, (\d+) séances par mois", text)  # fmt: skip
    followed, gaps, stops, communes, sessions = (int(number.replace(" ", "")) for number in figures.groups())
    assert 0 < followed < 0.6 * gaps + 51
    assert 0 < communes <= stops
    assert sessions >= stops / 2
    assert "viendraient (60 %, hypothèse)" in text
    assert re.search(r"n’en suivrait plus( de [\d ]+,| : c’est prouvé)", text)
    assert "0 règle enfreinte sur 15" in text
    found = solver_jobs.shelf().get(_job(solved).task.key)
    assert len(found.plan.stops) == stops
    assert plan_from_dict(plan_to_dict(found.plan)) == found.plan


def test_a_unit_shows_its_days_with_hours_and_drives(solved):
    found = solver_jobs.shelf().get(_job(solved).task.key)
    solved.session_state["mobile_unit"] = "A"
    app = solved.run()
    assert not app.exception
    first = found.plan.rounds[0]
    names = {stop.stop_id: stop.name for stop in found.plan.stops}
    table = _plain(app).split("Départ : ")[1]
    assert [table.index(names[stop_id]) for stop_id in first.stop_ids] == sorted(
        table.index(names[stop_id]) for stop_id in first.stop_ids
    )
    last = found.plan.rounds[-1]
    solved.session_state["mobile_day"] = f"{last.week}.{last.weekday}"
    assert not solved.run().exception
    assert names[last.stop_ids[0]] in _plain(solved).split("Départ : ")[1]


def test_a_plan_kept_with_the_data_is_shown_at_once(solved, monkeypatch):
    found = solver_jobs.shelf().get(_job(solved).task.key)
    monkeypatch.setattr(mobile_ready, "read_ready_plan", lambda: plan_to_dict(found.plan))
    mobile_ready._kept.clear()
    try:
        app = _page(**SMALL | {"effort": "thorough"})
        assert not app.exception
        assert f"{len(found.plan.stops)} arrêts dans" in _plain(app)
        assert "préparé d’avance" in _plain(app)
        assert app.button(key="solver_go_mobile").label == "Calculer à nouveau"
        other = _page(**SMALL | {"effort": "thorough", "takeup": "80"})
        assert "préparé d’avance" not in _plain(other)
    finally:
        mobile_ready._kept.clear()
        mobile_ready._told.clear()


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "fr"])
def test_the_plan_is_told_in_every_language(solved, language):
    app = _page(lang=language, **SMALL)
    assert not app.exception
    assert "solver_job_mobile" not in app.session_state
    t = Messages(language)
    found = solver_jobs.shelf().get(_job(solved).task.key)
    assert t("mobile.title") in _plain(app)
    assert t("mobile.rounds") in [element.value for element in app.subheader]
    words = sessions_words(t, found.plan)
    assert words.keys() == {stop.stop_id for stop in found.plan.stops}
    assert all(t(f"weekday.{stop.weekday}") in words[stop.stop_id] for stop in found.plan.stops)


def test_without_the_model_nothing_is_planned():
    app = _page(**SMALL)
    app.toggle(key="planner_modelled").set_value(False).run()
    assert "Sans le réseau modélisé, rien ne dit quels enfants sont loin d’une consultation" in _plain(app)
    assert not app.button


def test_what_cannot_be_asked_is_a_sentence():
    both = _page(**{"with": "25005", "without": "25005", **SMALL})
    assert "Une commune ne peut pas être demandée et exclue : Beauvechain" in _plain(both)
    nowhere = _page(depots="Atlantide-sur-Mer:2", **SMALL)
    assert "Aucun lieu ne s’appelle « Atlantide-sur-Mer »" in _plain(nowhere)
    assert "solver_go_mobile" not in {button.key for button in both.button}
    long = _page(session="30", child="30", **SMALL)
    assert not long.exception


def test_typed_depots_set_the_units():
    app = _page(depots="Wavre:2;Nivelles:1", area="brabant_wallon")
    assert not app.exception
    assert app.slider(key="mobile_units").disabled
    assert app.slider(key="mobile_units").value == 3
    assert app.query_params["depots"] in ("Wavre:2;Nivelles:1", ["Wavre:2;Nivelles:1"])


@pytest.mark.slow
def test_a_refusal_is_said_with_its_reason():
    app = _page(target="50000", **SMALL)
    app.button(key="solver_go_mobile").click().run()
    end = time.monotonic() + SECONDS
    while _job(app).is_running and time.monotonic() < end:
        time.sleep(0.2)
    app.run()
    assert len(app.error) == 1
    assert "The target of 50,000 children cannot be met" in app.error[0].value


@pytest.mark.parametrize("value", ["-3", "999999", "x", "25005;DROP", "<b>"])
def test_a_hostile_address_is_the_start(value):
    names = (*mobile_question.CHOICES, *mobile_question.NUMBERS, "units", "target", "with", "without", "depots")
    app = _page(**dict.fromkeys(names, value))
    assert not app.exception
    assert app.slider(key="mobile_units").value == 6
    assert app.selectbox(key="mobile_gap").value == "car8"
    assert app.multiselect(key="mobile_with").value == []


def test_progress_is_told_by_stage_with_the_best_so_far():
    from finder.pages.mobile_words import can_stop, progress_text

    t = Messages("fr")
    job = Job(task=None, state="running")
    assert not can_stop(job)
    assert "Calcul en cours" in progress_text(t, job)
    job.step = Step(3, 10, 812.0, 900.0, "stops")
    assert "812 enfants suivis jusqu’ici, 900 au plus" in progress_text(t, job)
    assert can_stop(job)
    job.step = Step(3, 10, 600.0, math.nan, "rounds namur")
    assert "Tournées (namur) : 10 h de route" in progress_text(t, job).replace("\u00a0", " ")
    job.step = Step(0, 1, math.nan, math.nan, "measure")
    assert not can_stop(job)


def test_a_day_from_the_browser_is_checked():
    assert mobile_week.read_day("3.4") == "3.4"
    assert mobile_week.read_day({"day": 1}) is None
    assert mobile_week.read_day("3.4" * 20) is None


def test_rounds_without_a_bound_or_a_simple_peer_say_so():
    t = Messages("fr")
    known = {"rounds_drive_min_per_cycle": 6000.0, "rounds_bound_min_per_cycle": 5400.0, "rounds_gap": 0.1}
    text = " ".join(mobile_how.rounds_texts(t, known | {"rounds_baseline_min_per_cycle": 9000.0}))
    assert "100 h" in text
    assert "moins de 90 h (écart 10,0 %)" in text
    assert "demanderait 150 h" in text
    short = " ".join(mobile_how.rounds_texts(t, known | {"baseline_left_out_count": 57.0}))
    assert "57 arrêts sans tournée" in short
    unknown = " ".join(mobile_how.rounds_texts(t, {"rounds_drive_min_per_cycle": 6000.0}))
    assert "n’a pas suffi" in unknown
    assert "écart" not in unknown
