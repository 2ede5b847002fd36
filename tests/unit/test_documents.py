"""Documents: what they say reaches both renderings whole, and nothing in a text is read as a command."""

import datetime
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from finder.errors import DocumentError
from finder.maps.documents.as_html import render_html
from finder.maps.documents.as_pdf import render_pdf
from finder.maps.documents.model import (
    Answer,
    Columns,
    Document,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Notes,
    Notice,
    PageBreak,
    Prose,
    Sources,
    Table,
)
from finder.maps.palettes import MINUTES, Scale
from finder.maps.svg_charts import Bar, bars_svg
from finder.maps.svg_legend import MapLegend
from finder.maps.svg_map import choropleth_svg, neighbours
from finder.sources.store import load_communes

HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` @ref \\ // /* [a]',
    "{{ 7*7 }} {% raw %} ${x}",
    "=1+1",
    "\u202eeveil\u0000\ud800",
    "مرحبا שלום 😀",
    "https://example.org/" + "long" * 60,
]
FRENCH = "Crèche « L'Œuf » à Noël, Liège : 36,4 places, ≈ 81\u00a0% – où ? Straße, België, ÿ €"


@pytest.fixture(scope="module")
def document():
    chart = bars_svg([Bar("à 15 minutes", 12, "12 %"), Bar("à 30 minutes", 81, "81 %", True)])
    table = Table("Les communes", ("Commune", "Enfants"), (("Arlon", "736"), ("Attert", "135")), (1,), (0,))
    figures = (KeyFigure("36", "enfants"), KeyFigure("≈ 14", "places", "modélisé", True))
    return Document(
        title="Daverdisse",
        subtitle="Petite enfance",
        language="fr",
        kicker="Finder · Fiche",
        layout="sheet",
        generated_on=datetime.date(2026, 11, 22),
        footer="Finder, 22 novembre 2026",
        blocks=(
            Answer(("Une phrase.", "Une autre.")),
            KeyFigures(figures),
            Columns((Figure(chart, "Une légende", "Des barres"),), (table,), left_share=0.4),
            Heading("Méthode"),
            Prose((FRENCH,)),
            Notice("Données modélisées"),
            Notes("Limites", ("Une limite",)),
            Sources("Sources", ("Statbel",)),
        ),
    )


def pdf_of(document):
    return PdfReader(io.BytesIO(render_pdf(document)))


def text_of(reader):
    return " ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").replace("\n", " ")


class Outline(HTMLParser):
    """Tags with their attributes, and the text outside of styles."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.text, self._hidden = [], "", False
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag == "style"

    def handle_endtag(self, tag):  # noqa: ARG002
        self._hidden = False

    def handle_data(self, data):
        self.text += "" if self._hidden else data + " "


@pytest.fixture(scope="module")
def both_texts(document):
    return Outline(render_html(document)).text, text_of(pdf_of(document))


WORDS = ["Daverdisse", "Petite enfance", "Finder · Fiche", "Une phrase.", "Une autre.", "36", "≈ 14", "modélisé"]
WORDS += ["Une légende", "Les communes", "Attert", "135", "Méthode", "Données modélisées", "Limites", "Une limite"]
WORDS += ["Sources", "Statbel", "Finder, 22 novembre 2026", "à 30 minutes", "81 %"]


@pytest.mark.parametrize("words", WORDS)
def test_every_word_is_in_both_renderings(both_texts, words):
    for text in both_texts:
        assert words in text


def test_accents_and_signs_survive_in_the_pdf(document):
    plain = text_of(pdf_of(document)).replace("\u00a0", " ")
    for word in FRENCH.replace("\u00a0", " ").split():
        assert word in plain


def test_pdf_is_one_page_with_title_language_date_and_tags(document):
    reader = pdf_of(document)
    assert len(reader.pages) == 1
    assert reader.metadata.title == "Daverdisse"
    assert reader.metadata.creation_date.date() == datetime.date(2026, 11, 22)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid" in metadata
    assert "pdfaid" in metadata


def test_same_document_gives_the_same_bytes(document):
    assert render_pdf(document) == render_pdf(document)
    assert render_html(document) == render_html(document)
    assert render_pdf(replace(document, title="Arlon")) != render_pdf(document)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(document, text):
    table = Table(text, (text, "n"), ((text, text),), (1,))
    blocks = (Answer((text,)), KeyFigures((KeyFigure(text, text, text),)), table, Heading(text), Prose((text,)))
    blocks += (Notice(text), Notes(text, (text,)), Sources(text, (text,)))
    hostile = replace(document, title=text, subtitle=text, kicker=text, footer=text, blocks=blocks)
    page = render_html(hostile)
    tags = [tag for tag, _ in Outline(page).tags]
    assert "script" not in tags
    assert "img" not in tags
    assert tags.count("style") == 1
    page.encode("utf-8")
    reader = pdf_of(hostile)
    visible = re.sub(r"\W", "", text)[:20]
    if visible.isascii():
        assert visible in re.sub(r"\W", "", text_of(reader))
    assert visible in re.sub(r"\W", "", Outline(page).text)


def test_empty_lists_and_tables_are_drawn(document):
    blocks = (Table("Rien", ("Nom",), ()), Notes("", ()), Sources("", ()), Prose(()))
    bare = replace(document, subtitle="", kicker="", footer="", blocks=blocks, layout="report")
    assert "Rien" in text_of(pdf_of(bare))
    assert "Rien" in render_html(bare)


def test_characters_without_a_font_do_not_stop_the_pdf(document):
    chinese = replace(document, subtitle="你好 Daverdisse")
    reader = pdf_of(chinese)
    assert "Daverdisse" in text_of(reader)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_full_sheet_is_set_smaller_until_it_fits_one_page(document):
    rows = tuple((f"Commune de Sainte-Marie-du-Nord numéro {k}", str(k)) for k in range(34))
    full = replace(document, blocks=(*document.blocks, Table("Encore", ("Commune", "n"), rows, (1,))))
    assert len(pdf_of(full).pages) == 1
    assert len(pdf_of(replace(full, layout="report")).pages) == 2


def test_a_sheet_with_far_too_much_goes_on_rather_than_lose_rows(document):
    rows = tuple((f"ligne-{k}", str(k)) for k in range(150))
    reader = pdf_of(replace(document, blocks=(Table("Tout", ("Nom", "n"), rows, (1,)),)))
    assert len(reader.pages) > 1
    assert all(f"ligne-{k}" in text_of(reader) for k in (0, 75, 149))


def test_reports_number_their_pages_and_repeat_headers(document):
    rows = tuple((f"Commune {k}", str(k)) for k in range(130))
    blocks = (Answer(("x",)), PageBreak(), Table("Tout", ("Commune", "Enfants (nombre)"), rows, (1,)))
    reader = pdf_of(replace(document, layout="report", blocks=blocks))
    pages = [page.extract_text() for page in reader.pages]
    count = len(pages)
    assert count >= 3
    assert all(f"{k} / {count}" in page for k, page in enumerate(pages, 1))
    assert all("Enfants (nombre)" in page for page in pages[1:])
    assert "/ 1" not in text_of(pdf_of(document)), "a single page has no number"


def test_html_fetches_nothing_and_says_its_language(document):
    page = render_html(document)
    tags = Outline(page).tags
    assert ("html", {"lang": "fr"}) in tags
    assert not [a for _, a in tags if {"src", "href", "onload"} & set(a)]
    assert "url(" not in page
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_html_can_be_heard(document):
    tags = Outline(render_html(document)).tags
    names = [tag for tag, _ in tags]
    assert names.count("h1") == 1
    assert names.count("main") == 1
    assert ("div", "Des barres") in [(t, a.get("aria-label")) for t, a in tags if a.get("role") == "img"]
    assert [a["scope"] for t, a in tags if t == "th"] == ["col", "col", "row", "row"]
    assert "caption" in names
    assert "dt" in names


def test_parts_that_do_not_fit_are_refused(document):
    with pytest.raises(DocumentError, match="rows 1"):
        Table("t", ("a", "b"), (("1", "2"), ("1",)))
    with pytest.raises(DocumentError, match="say why"):
        KeyFigure("≈ 14", "places", is_uncertain=True)
    with pytest.raises(DocumentError, match="do not see it"):
        Figure(bars_svg([Bar("x", 1, "1")]), "caption", " ")
    with pytest.raises(DocumentError, match="choose one between"):
        Columns((), (), left_share=0.9)
    for empty in (Answer, KeyFigures):
        with pytest.raises(DocumentError, match="at least one"):
            empty(())
    with pytest.raises(DocumentError, match="at least one block"):
        replace(document, blocks=())


@pytest.fixture(scope="module")
def communes():
    return load_communes()


@pytest.mark.parametrize(("nis", "language"), [("84016", "fr"), ("21001", "nl"), ("63061", "de"), ("25121", "en")])
def test_a_real_sheet_with_a_map_is_one_page(communes, document, nis, language):
    names = communes[f"name_{'fr' if language == 'en' else language}"].to_dict()
    legend = MapLegend("km²", tuple(f"klasse {k}" for k in range(7)), "no data")
    chart = choropleth_svg(
        communes,
        communes["area_km2"].drop(neighbours(communes, nis)[-1]),
        scale=Scale((20, 40, 60, 80, 120, 180), MINUTES.colours),
        legend=legend,
        names=names,
        focus=neighbours(communes, nis),
        highlighted=nis,
        width=245,
        height=235,
    )
    columns = Columns((Figure(chart, "", "map"),), (Prose((FRENCH,) * 3),))
    sheet = replace(document, title=names[nis], language=language, blocks=(columns, *document.blocks))
    reader = pdf_of(sheet)
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/Lang"] == language
    ElementTree.fromstring(chart.markup)
    plain = text_of(reader)
    assert plain.count(names[nis]) >= 2, "as title and on the map"
    assert len([name for name in names.values() if name in plain]) >= 4


def test_every_province_can_be_drawn(communes):
    legend = MapLegend("km²", tuple("abcdefg"), "?")
    for _, inside in communes.groupby("province"):
        drawing = choropleth_svg(
            communes,
            communes["area_km2"],
            scale=Scale((20, 40, 60, 80, 120, 180), MINUTES.colours),
            legend=legend,
            names=communes["name_fr"].to_dict(),
            focus=list(inside.index),
            border=list(inside.index),
        )
        fills = [e.get("fill") for e in ElementTree.fromstring(drawing.markup).iter("{http://www.w3.org/2000/svg}path")]
        assert len([fill for fill in fills if fill in MINUTES.colours]) >= len(inside)
        assert len(drawing.markup) < 250_000
