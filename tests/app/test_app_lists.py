"""The page Lists takes a real list in and back again, in a copy of the data, and shows hostile texts as texts."""

import io
import re
import shutil

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from finder.pages import cached, lists_words
from finder.settings import DATA_VARIABLE, IMPORTS_VARIABLE, data_dir
from finder.sources.imports import cells
from finder.words.messages import LANGUAGES, Messages

SECONDS = 120
SCRIPT = (
    "from finder.pages import components, lists\n"
    "components.page_style()\ncomponents.language_switch()\nlists.render()\n"
)
NAMUR = (
    "nom;adresse;code postal;places\n"
    "Les Lutins neufs;Rue de Fer 12;5000;21\n"
    "<img src=x onerror=alert(1)>;Rue de Bruxelles 3;5000;=1+1\n"
    ";Rue de Fer 14;5000;7\n"
    "Ailleurs;Grote Markt 1;2000;9\n"
)


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = shutil.copytree(data_dir(), tmp_path_factory.mktemp("lists") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(folder))
        cached.see_new_data()
        yield folder
    cached.see_new_data()


@pytest.fixture
def data(copied, monkeypatch):
    monkeypatch.setenv(IMPORTS_VARIABLE, "on")
    yield copied
    if (copied / "imported").exists():
        shutil.rmtree(copied / "imported")
        cached.see_new_data()


def _page(language="fr"):
    app = AppTest.from_string(SCRIPT, default_timeout=SECONDS)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    return app


def _html(app):
    return "\n".join(element.proto.body for element in app.get("html") if "<style" not in element.proto.body)


def _text(app):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _html(app)).replace("\u00a0", " "))


def _choose(app, text=NAMUR, name="namur.csv", kind="creche", as_of="2026-10"):
    content = text.encode("cp1252") if isinstance(text, str) else text
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    app.selectbox(key="lists_kind_0").set_value(kind)
    app.text_input(key="lists_as_of_0").set_value(as_of).run()
    assert not app.exception
    return app


def _check(app):
    app.button(key="lists_check").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    "language", ["fr", "de", *(pytest.param(code, marks=pytest.mark.slow) for code in ("nl", "en"))]
)
def test_every_step_in_every_language(data, language):
    t = Messages(language)
    app = _page(language)
    steps = [element.value for element in app.subheader]
    assert steps == [t("lists.step1"), t("lists.past")]
    _check(_choose(app))
    steps = [element.value for element in app.subheader]
    assert steps == [t(f"lists.step{number}") for number in (1, 2, 3, 4)] + [t("lists.past")]
    text = _text(app)
    assert t("lists.separator.semicolon") in text
    assert t.count("lists.good", 2, read=4).replace("\u00a0", " ") in text
    for reason in ("no_name", "other_postcode", "outside"):
        assert t("lists.reason." + reason).replace("\u00a0", " ") in text


def test_a_list_comes_in_all_pages_see_it_and_it_is_taken_back(data):
    app = _check(_choose(_page()))
    before = len(cached.atlas().services)
    app.button(key="lists_commit").click().run()
    assert not app.exception
    assert "« namur » est entrée. Services nouveaux : 2 ;" in _text(app)
    services = cached.atlas().services
    assert len(services) == before + 2
    assert set(services.query("source == 'namur'")["name"]) == {"Les Lutins neufs", "<img src=x onerror=alert(1)>"}
    # The next list starts from an empty first step.
    assert app.file_uploader[0].value is None
    assert "2026-10" in _text(app)
    app.button(key="lists_undo").click().run()
    assert not app.exception
    assert "Comme avant « namur »" in _text(app)
    assert len(cached.atlas().services) == before
    assert not (data / "imported" / "services.csv").exists()


def test_hostile_names_stay_text(data):
    app = _check(_choose(_page()))
    assert "<img" not in _html(app)
    frame = app.dataframe[0].value
    assert "<img src=x onerror=alert(1)>" in frame["nom"].tolist()


def test_what_the_columns_hold_can_be_corrected(data):
    app = _choose(_page(), text="a;b;c\nLes Lutins neufs;Rue de Fer 12;5000\n")
    columns = {box.label: box for box in app.selectbox}
    assert columns["Nom"].value == 0
    _check(app)
    assert "dites à l’étape 2 quelle colonne contient le nom" in app.error[0].value
    for label, position in (("Nom", 1), ("Adresse", 2), ("Code postal", 3)):
        next(box for box in app.selectbox if box.label == label).set_value(position)
    app.run()
    _check(app)
    assert not app.error
    assert "1 ligne sur 1 peut entrer" in _text(app)
    # A change after the check asks for another check.
    app.text_input(key="lists_as_of_0").set_value("2026-11").run()
    assert "contrôlez la liste à nouveau" in app.info[0].value
    assert not any(button.key == "lists_commit" for button in app.button)


def test_nobody_commits_where_it_is_switched_off(data, monkeypatch):
    for setting in ("off", ""):
        monkeypatch.setenv(IMPORTS_VARIABLE, setting)
        app = _check(_choose(_page()))
        assert "vous pouvez la contrôler mais pas la faire entrer" in _text(app)
        assert not any(button.key == "lists_commit" for button in app.button)
    assert not (data / "imported").exists()


def test_another_list_in_between_asks_for_another_check(data):
    first, second = _check(_choose(_page())), _check(_choose(_page(), name="second.csv"))
    second.button(key="lists_commit").click().run()
    first.button(key="lists_commit").click().run()
    assert not first.exception
    assert "contrôlez la liste à nouveau" in (first.info[0].value if first.info else first.warning[0].value)
    assert "namur" not in (data / "imported" / "lists.csv").read_text(encoding="utf-8")


def test_a_complete_list_needs_kind_and_date_and_says_what_it_changes(data):
    app = _choose(_page(), as_of="")
    app.radio[0].set_value("all").run()
    assert "choisissez plus haut son genre et sa date" in app.warning[0].value
    assert app.button(key="lists_check").disabled
    app.text_input(key="lists_as_of_0").set_value("2026-10").run()
    text = _text(app)
    assert "Le réseau modélisé de ces communes est remplacé" in text
    app.radio[0].set_value("some").run()
    app.multiselect[0].set_value(["92094"]).run()
    _check(app)
    assert re.search(r"désormais non confirmés : \d+ au plus", _text(app))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"  \n", "est vide"),
        ("broken.xlsx", b"PK\x03\x04 not a zip at all", "est abîmé"),
        ("old.xls.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "ancien format"),
        ("head.csv", b"nom;adresse\n", "pas de lignes"),
    ],
)
def test_a_file_that_is_no_list_becomes_a_plain_sentence(data, name, content, told):
    app = _page()
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    assert told in app.error[0].value


def test_a_workbook_lets_one_choose_the_sheet(data):
    book = openpyxl.Workbook()
    book.active.append(["nom", "code postal"])
    book.active.append(["Un", "5000"])
    book.create_sheet("autre").append(["nom", "code postal"])
    book["autre"].append(["Deux", "4000"])
    buffer = io.BytesIO()
    book.save(buffer)
    app = _choose(_page(), text=buffer.getvalue(), name="book.xlsx")
    sheets = next(box for box in app.selectbox if box.label == "Feuille")
    assert list(sheets.options) == ["Sheet", "autre"]
    sheets.set_value("autre").run()
    assert not app.exception
    assert app.dataframe[0].value["nom"].tolist() == ["Deux"]


def test_known_sentences_of_the_importer_are_translated():
    t = Messages("de")
    assert lists_words.reason_text(t, "is no number: left out") == "ist keine Zahl: weggelassen"
    assert lists_words.reason_text(t, "read as Web Mercator metres") == "als Meter Web Mercator gelesen"
    assert lists_words.note_text(t, "3 empty rows are not counted") == "3 leere Zeilen werden nicht gezählt"
    assert lists_words.note_text(t, "something new") == "something new"
    for pattern, key in (*lists_words.REASONS, *lists_words.NOTES, *lists_words.ERRORS):
        values = dict.fromkeys(re.compile(pattern).groupindex, "1")
        assert all(Messages(language)(key, **values) for language in LANGUAGES)


def test_every_reason_of_a_cell_is_translated():
    wrong = {
        cells.number_of: "x", cells.places_of: "-1", cells.postcode_of: "99", cells.yes_no_of: "maybe",
        cells.tariff_of: "x", cells.status_of: "x", cells.languages_of: "klingon", cells.date_of: "never",
    }  # fmt: skip
    for reader, text in wrong.items():
        with pytest.raises(cells.CellError) as refused:
            reader(text)
        assert lists_words.reason_text(Messages("fr"), str(refused.value)) != str(refused.value)
