"""Published mobile consultations on the page Find: listed with their dates, gone when revoked, never in its way."""

import datetime
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "unit"))
from mobile_cases import good_plan

from finder.pages import find_take, planned
from finder.sources.documents_store import open_store
from finder.sources.mobile_plans import publish, revoke
from finder.words.messages import LANGUAGES, Messages

SCRIPT = "from finder.pages import components, find\ncomponents.page_style()\nfind.render()\n"
TODAY = datetime.date.today()


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("FINDER_STORE", str(tmp_path / "documents.sqlite"))
    monkeypatch.delenv("FINDER_DATABASE_URL", raising=False)
    planned._supply.clear()
    yield tmp_path / "documents.sqlite"
    planned._supply.clear()


def _publish(path):
    return publish(
        open_store(str(path)), good_plan(), name="Plan <b>Luxembourg</b>", valid_from=TODAY.replace(day=1),
        valid_until=TODAY + datetime.timedelta(days=300), published_by="Anne", confirmed_fixed_network=True,
    )  # fmt: skip


def _find(app=None, language="fr"):
    if app is None:
        app = AppTest.from_string(SCRIPT, default_timeout=120)
        app.query_params.update(q="49.972,5.405", kind="child_consultation", lang=language)
    app.run()
    assert not app.exception
    return app, "\n".join(element.proto.body for element in app.get("html")).replace("\u00a0", " ")


def test_published_stops_are_listed_with_their_dates_until_they_are_revoked(path):
    app, page = _find()
    assert "Consultation mobile" not in page
    assert not path.exists(), "looking for plans made a store"
    saved = _publish(path)
    _, page = _find(app)
    answer, first = page.split('<article class="fi-card">')[:2]
    assert "Prochaines dates : " in answer
    assert "Consultation mobile, Bras" in first
    assert "Prochaines dates : " in first
    assert "Plan &lt;b&gt;Luxembourg&lt;/b&gt;" in first
    assert "centre de Bras" in first
    assert "passage planifié" in first
    assert "1er jeudi du mois, 9 h–10 h 15" in first
    assert "DTSTART" not in page
    assert "Anne" not in page
    revoke(open_store(str(path)), saved.id, "no vehicle")
    _, page = _find(app)
    assert "Consultation mobile" not in page


def test_a_store_that_is_no_store_breaks_nothing(path):
    path.write_bytes(b"no database at all")
    _, page = _find()
    assert '<article class="fi-card">' in page
    assert "Consultation mobile" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendar_and_the_card_speak_every_language(path, language):
    _publish(path)
    row = planned.planned_on(TODAY).services.loc["mobile-b"]
    row["next_day"] = None
    entry = find_take.calendar_entry(Messages(language), row)
    assert "Freux" in entry.description
    assert "Plan <b>Luxembourg</b>" in entry.description
    assert len(entry.sessions) == 1
    assert b"BYMONTH=1,3,5,7,9,11" in find_take._calendar([entry])
