"""The second half of the page Mobile with a plan made by hand: before and after, files, publishing, revoking."""

import dataclasses
import datetime
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "unit"))
from mobile_cases import ENGINE, good_plan

from finder.answers.mobile_effects import WHY_NOT
from finder.answers.mobile_question import MobileQuestion
from finder.capacity.mobile.check import check_plan
from finder.errors import StoreUnavailableError
from finder.pages import mobile_publish
from finder.pages.mobile_own import OWN_KEY, ReadPlan
from finder.sources.documents_store import open_store
from finder.sources.mobile_plans import publications, publish, published_on
from finder.words.messages import LANGUAGES, Messages

SCRIPT = """
import streamlit as st
from finder.answers.mobile_question import MobileQuestion
from finder.pages import components, mobile_before, mobile_curve, mobile_publish, mobile_take
t, question, found = components.messages(), MobileQuestion(), st.session_state["found"]
if found is not None:
    mobile_before.show_before_after(t, found)
mobile_curve.show_curve(t, question)
mobile_take.show_take(t, None, question)
mobile_publish.show_publish(t, None, question)
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("FINDER_STORE", str(tmp_path / "documents.sqlite"))
    monkeypatch.delenv("FINDER_DATABASE_URL", raising=False)
    return tmp_path / "documents.sqlite"


def _page(language="fr", *, plan=None, found=None):
    app = AppTest.from_string(SCRIPT, default_timeout=120)
    app.query_params["lang"] = language
    app.session_state["found"] = found
    app.session_state["mobile_publish"] = True
    if plan is not None:
        app.session_state[OWN_KEY] = ReadPlan("PLAN.json", plan, check_plan(plan, ENGINE))
    app.run()
    assert not app.exception
    return app


def _text(app):
    html = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", html.replace("\u00a0", " "))


def _fill(app, *, name="Plan <b>Bras</b>", first=None):
    app.text_input(key="mobile_publish_name").set_value(name)
    app.text_input(key="mobile_publish_label").set_value("Anne")
    if first is not None:
        app.date_input(key="mobile_publish_from").set_value(first)
    app.run()
    app.checkbox(key="mobile_publish_confirm").check().run()
    assert not app.exception


def test_nothing_is_published_before_somebody_says_so_and_all_is_kept(path):
    app = _page(plan=good_plan())
    go = app.button(key="mobile_publish_go")
    assert go.disabled
    assert "Donnez un nom au plan" in _text(app)
    _fill(app, first=datetime.date.today())
    assert "Plan &lt;b&gt;Bras&lt;/b&gt;" in _text(app)
    assert publications(open_store(str(path))) == ()
    app.text_area(key="mobile_publish_closed").set_value("soon").run()
    assert app.button(key="mobile_publish_go").disabled
    app.text_area(key="mobile_publish_closed").set_value("24/12/2026 - 26/12/2026").run()
    app.button(key="mobile_publish_go").click().run()
    assert "est publié" in app.success[-1].value
    (one,) = published_on(open_store(str(path)), datetime.date.today())
    assert (one.name, one.published_by, len(one.closed_days)) == ("Plan <b>Bras</b>", "Anne", 3)
    assert one.confirmed_fixed_network
    assert not app.checkbox(key="mobile_publish_confirm").value
    assert app.button(key="mobile_revoke").disabled
    app.text_input(key="mobile_revoke_reason").set_value("no vehicle").run()
    app.button(key="mobile_revoke").click().run()
    assert published_on(open_store(str(path)), datetime.date.today()) == ()
    assert "no vehicle" in _text(app)
    assert "retiré" in _text(app)


def test_a_later_publication_of_the_same_stops_is_said_to_hold(path):
    first = datetime.date.today() + datetime.timedelta(days=40)
    last = first + datetime.timedelta(days=300)
    for name in ("Old", "New"):
        publish(
            open_store(str(path)), good_plan(), name=name, valid_from=first, valid_until=last, published_by="Anne",
            confirmed_fixed_network=True,
        )  # fmt: skip
    text = _text(_page())
    assert "« Old » : 3 arrêts sont aussi dans un plan publié plus tard (New)" in text
    assert "« New » :" not in text
    assert text.count("<td>à venir</td>") == 2


def test_who_publishes_and_takes_back_at_once_takes_back_that_plan(path):
    today = datetime.date.today()
    publish(
        open_store(str(path)), good_plan(), name="Old", valid_from=today, valid_until=today, published_by="Anne",
        confirmed_fixed_network=True,
    )  # fmt: skip
    app = _page(plan=good_plan())
    _fill(app, name="New", first=today)
    app.button(key="mobile_publish_go").click().run()
    app.text_input(key="mobile_revoke_reason").set_value("a mistake").run()
    app.button(key="mobile_revoke").click().run()
    assert [one.name for one in published_on(open_store(str(path)), today)] == ["Old"]


def test_two_publications_of_one_name_and_day_are_two_choices(path):
    day = datetime.date.today()
    for _ in range(2):
        publish(
            open_store(str(path)), good_plan(), name="Same", valid_from=day, valid_until=day, published_by="Anne",
            confirmed_fixed_network=True,
        )  # fmt: skip
        time.sleep(1.1)
    options = _page().selectbox(key="mobile_published_one").options
    assert len(set(options)) == 2


def test_without_the_confirmation_the_button_stays_shut(path):
    app = _page(plan=good_plan())
    app.text_input(key="mobile_publish_name").set_value("x").run()
    assert app.button(key="mobile_publish_go").disabled
    assert "Wellin" in app.checkbox(key="mobile_publish_confirm").label


def test_a_plan_that_breaks_a_rule_can_be_neither_taken_nor_published(path):
    plan = good_plan(rounds=good_plan().rounds[:3])
    app = _page(plan=plan)
    assert "Fréquence annoncée non tenue (frequency)" in _text(app)
    assert "mobile_publish_go" not in [button.key for button in app.button]
    assert not app.get("download_button")


def test_a_store_that_does_not_answer_is_a_sentence(path, monkeypatch):
    def shut():
        raise StoreUnavailableError("no disk")

    monkeypatch.setattr(mobile_publish, "store", shut)
    app = _page(plan=good_plan())
    assert "ne répond pas" in app.warning[0].value
    _fill(app)
    app.button(key="mobile_publish_go").click().run()
    assert "ne répond pas" in app.error[0].value
    assert not app.exception


def _found():
    table = pd.DataFrame(
        {
            "name": "x", "province": "Luxembourg", "children": [500.0, 700.0], "gap_children": [400.0, 100.0],
            "coming": [240.0, 60.0], "followed": [200.0, 10.0], "stops": [1, 1], "sessions_per_month": [2.0, 1.0],
            "beyond_before_share": [0.8, 0.1], "beyond_after_share": [0.2, 0.1],
            **{reason: [10.0, 12.5] for reason in WHY_NOT},
        },
        index=pd.Index(["84050", "84075"], name="nis"),
    )  # fmt: skip
    limits = pd.DataFrame(
        [{"mode": "car", "limit_min": 8.0, "children_before": 500.0, "children_after": 210.0, "communes_before": 1,
          "communes_after": 0, "areas_before": 9, "areas_after": 5, "areas_closed": 6}]
    )  # fmt: skip
    left = pd.DataFrame({"nis": "84050", "children": 22.5, "reason": list(WHY_NOT)})
    points = pd.DataFrame({"gap_children": [500.0], "coming": [300.0]})
    return SimpleNamespace(
        question=MobileQuestion(), by_commune=table, before_after=limits, unserved=left,
        demand=SimpleNamespace(points=points),
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_and_after_in_every_language(path, language):
    app = _page(language, plan=good_plan(), found=_found())
    t, text = Messages(language), _text(app)
    assert t("mobile_take.before.only_days").replace("\u00a0", " ") in text
    assert all(t("mobile_take.left.why." + reason) in text for reason in WHY_NOT)
    assert t("mobile_take.before.closed", count="6", of="9") in text
    assert "1 → 0" in text
    assert ">210<" in text
    assert [button.key for button in app.button if button.key == "solver_go_curve"]
    assert len(app.get("download_button")) == 7


def test_the_unit_looked_at_above_is_offered_until_another_is_chosen_here(path):
    one = good_plan()
    other = dataclasses.replace(one.stops[2], stop_id="d", unit=2)
    rounds = [dataclasses.replace(one.rounds[1], unit=2, week=week, stop_ids=("d",)) for week in (0, 2, 4, 6)]
    plan = good_plan(stops=(*one.stops, other), rounds=(*one.rounds, *rounds), unplaced=())
    engine = ENGINE | {("libramont", "d"): 21.99, ("d", "libramont"): 24.5}
    app = AppTest.from_string(SCRIPT, default_timeout=120)
    app.session_state["found"] = None
    app.session_state[OWN_KEY] = ReadPlan("PLAN.json", plan, check_plan(plan, engine))
    app.session_state["mobile_unit"] = "B"
    assert app.run().selectbox(key="mobile_take_unit").value == ("libramont", 2)
    app.selectbox(key="mobile_take_unit").select_index(0).run()
    assert app.selectbox(key="mobile_take_unit").value == ("libramont", 1)
    app.session_state["mobile_unit"] = "all"
    assert app.run().selectbox(key="mobile_take_unit").value == ("libramont", 1)
