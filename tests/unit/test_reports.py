"""The documents of communes and provinces: their words in four languages, one page, published values in sight."""

import datetime
import io
import sys

import pytest
from pypdf import PdfReader

from finder.answers.commune_sheet import commune_sheet
from finder.answers.province_sheet import province_sheet
from finder.cli import main
from finder.maps.documents.as_html import render_html
from finder.maps.documents.as_pdf import render_pdf
from finder.reports.commune import commune_document
from finder.reports.commune_words import WHY_KEYS
from finder.reports.figures_text import PROVINCE_KEYS
from finder.reports.province import province_document
from finder.reports.write import write_document
from finder.sources import store
from finder.words.messages import LANGUAGES, Messages

pytestmark = pytest.mark.xdist_group("planner")
DAY = datetime.date(2026, 11, 22)
READ = ("84016", "21001", "25119", "91054")


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text() for page in pages).replace("\u200b", "").replace("\u00a0", " ")


@pytest.mark.parametrize("nis", READ)
def test_the_sheets_we_read_take_one_page(atlas, sheet_basis, nis):
    for language in ("fr", "nl"):
        pdf = render_pdf(commune_document(commune_sheet(atlas, sheet_basis, nis), Messages(language)))
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_value_stands_in_the_sheet(atlas, sheet_basis, language):
    t = Messages(language)
    text = render_html(commune_document(commune_sheet(atlas, sheet_basis, "84016"), t)).replace("\u00a0", " ")
    assert "140" in text
    assert "telesambre.be" in text
    assert t("modelled.notice").split(" ")[0] in text
    assert "Daverdisse" in text


def test_without_the_model_there_is_no_modelled_word(atlas, sheet_basis):
    sheet = commune_sheet(atlas, sheet_basis, "84016").without_model()
    text = render_html(commune_document(sheet, Messages("fr")))
    assert "modélis" not in text
    assert "140" in text


def test_a_german_speaking_commune_says_why_it_has_no_figures(atlas, sheet_basis):
    text = _text(render_pdf(commune_document(commune_sheet(atlas, sheet_basis, "63023"), Messages("fr"))))
    assert "germanophone" in text
    assert "modélis" not in text


def test_any_commune_has_a_document(atlas, sheet_basis):
    for nis in atlas.communes.index[::40]:
        assert commune_document(commune_sheet(atlas, sheet_basis, str(nis)), Messages("de")).blocks


def test_a_province_lists_all_its_communes_and_their_sheets(atlas, sheet_basis):
    whole = province_sheet(atlas, sheet_basis, "Liège")
    parts = [commune_sheet(atlas, sheet_basis, nis) for nis in ("62063", "63023")]
    document = province_document(whole, Messages("fr"), communes=parts)
    text = render_html(document)
    for name in whole.communes["name_fr"]:
        assert name in text
    assert text.count("hors ONE") >= 9
    assert len(PdfReader(io.BytesIO(render_pdf(document))).pages) > len(parts) + 1


def test_every_reason_and_province_of_the_data_has_words(atlas):
    audit = store.load_observation_audit()
    assert set(audit.loc[audit["level"] == "commune", "why"]) <= set(WHY_KEYS)
    assert set(atlas.communes["province"]) == set(PROVINCE_KEYS)


def test_a_file_is_replaced_whole_or_not_at_all(atlas, sheet_basis, tmp_path, monkeypatch):
    document = commune_document(commune_sheet(atlas, sheet_basis, "84016"), Messages("en"))
    path = tmp_path / "sheet.html"
    path.write_text("before")
    monkeypatch.setattr("finder.reports.write.render_html", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_document(document, path, file_format="html")
    assert path.read_text() == "before"
    monkeypatch.undo()
    write_document(document, path, file_format="html")
    assert "Daverdisse" in path.read_text(encoding="utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.html"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("Namur", "--province", "Namur"),
        ("Namur", "--sheets"),
        ("Namur", "--format", "docx"),
        ("Nulle-Part-sur-Rien",),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["finder", "report", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_the_command_writes_a_sheet(tmp_path, monkeypatch, atlas, sheet_basis):
    monkeypatch.setattr("finder.answers.commune_sheet.gather_basis", lambda *_, **__: sheet_basis)
    path = tmp_path / "daverdisse.pdf"
    monkeypatch.setattr(sys, "argv", ["finder", "report", "Daverdisse", "--output", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert path.read_bytes().startswith(b"%PDF")
