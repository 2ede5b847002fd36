"""The sheet to take along: one page, every word as text, and a code that a telephone reads."""

import datetime
import io

import geopandas as gpd
import pypdf
import pytest
import shapely
import zxingcpp
from PIL import Image, ImageDraw

from finder.errors import CrsError, DocumentError
from finder.maps.qr import QUIET_MODULES, qr_svg
from finder.maps.svg_place_map import PlaceMark, place_map_svg
from finder.reports.place_sheet import PlaceSheet, SheetService, place_document
from finder.reports.write import document_bytes
from finder.units import LAMBERT_2008
from finder.words.messages import LANGUAGES, Messages

LINK = "https://finder.example/?at=50.467,4.868&kind=creche&lang=fr&mode=walk"
HOSTILE = "<b>Crèche</b> #strong[x] = \u202eevil"


def _painted(markup):
    """Paint the modules of a code, read back from its drawing."""
    path = markup.split(' d="', 1)[1].split('"', 1)[0]
    cells = [tuple(map(int, part.split("h")[0].split())) for part in path.split("M")[1:]]
    size = max(max(cell) for cell in cells) + 1 + QUIET_MODULES
    image = Image.new("L", (size * 6, size * 6), 255)
    draw = ImageDraw.Draw(image)
    for x, y in cells:
        draw.rectangle([x * 6, y * 6, x * 6 + 5, y * 6 + 5], fill=0)
    return image


@pytest.mark.parametrize("text", [LINK, "x", "https://finder.example/?keep=" + "a" * 900])
def test_the_code_reads_back_as_the_link(text):
    found = zxingcpp.read_barcodes(_painted(qr_svg(text).markup))
    assert [code.text for code in found] == [text]


def test_a_link_that_is_too_long_is_refused():
    with pytest.raises(DocumentError, match="shorten"):
        qr_svg("a" * 4000)


def _frame(geometry, crs=LAMBERT_2008, **columns):
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs)


def _map(crs=LAMBERT_2008):
    roads = _frame([shapely.linestrings([(0, 0), (3000, 900)])], road_class=["primary"])
    communes = _frame([shapely.box(-9000, -9000, 9000, 9000)])
    towns = _frame([shapely.points(700, 900)], crs, name=["Jambes & <Co>"])
    marks = [PlaceMark(2500.0, 400.0, "#1f5fa8", 1), PlaceMark(-400.0, -300.0, "#1f5fa8", 2)]
    way = shapely.linestrings([(0, 0), (2500, 400)])
    return place_map_svg((0.0, 0.0), marks, roads=roads, communes=communes, towns=towns, way=way)


def test_the_map_holds_every_mark_and_escapes_names():
    drawn = _map().markup
    assert "Jambes &amp; &lt;Co&gt;" in drawn
    discs = [part.split('"') for part in drawn.split("<circle ")[1:]]
    inside = [(float(part[1]), float(part[3])) for part in discs]
    assert all(0 < x < 300 and 0 < y < 210 for x, y in inside)
    with pytest.raises(CrsError, match="EPSG:3812"):
        _map("EPSG:4326")


def _sheet(count):
    services = tuple(
        SheetService(k + 1, HOSTILE, "12 min", "rue de Fer 1, 5000 Namur · 081 00 00 00", "=SUM(A1)", "page web · 2024")
        for k in range(count)
    )
    return PlaceSheet(
        place="Namur", sentences=("La plus proche…", "Départ : Namur."), groups=(("Crèches", services),),
        small_map=(_map(), "Petite carte"), link=LINK, link_text="finder.example", emergency=("112",),
        remarks=("Sans embouteillages.",), sources=("© OpenStreetMap",), day=datetime.date(2026, 11, 22),
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 12])
def test_one_page_in_every_language_with_names_as_text(language, count):
    content = document_bytes(place_document(_sheet(count), Messages(language)), file_format="pdf")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert "<b>Crèche</b> #strong[x]" in text.replace("\n", " ").replace("\u200b", "")
    assert "112" in text
