"""Files of every make become the same rows of text, or one named error."""

import io
import json
import zipfile

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point

from finder.errors import SourceFileError
from finder.sources.imports import excel
from finder.sources.imports.mapping import guess_mapping, read_mapping
from finder.sources.imports.reading import read_table

TEXT = "Nom;Code postal;Capacité\nCrèche d'été;5000;21\nL’œuf;7000;14,5\n"


def book(rows, *, merges=(), more=()):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merges:
        made.active.merge_cells(area)
    for name in more:
        made.create_sheet(name).append(["x", "y"])
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode("utf-8"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found(data, encoding):
    raw = read_table(data, "list.csv")
    assert (raw.encoding, raw.separator) == (encoding, ";")
    assert raw.columns == ("Nom", "Code postal", "Capacité")
    assert raw.rows["Nom"].tolist() == ["Crèche d'été", "L’œuf"]
    assert raw.rows.index.tolist() == [2, 3]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    text = separator.join(["nom", "adresse", "cp"]) + "\n" + separator.join(["A", '"Rue X, 4; bte 2"', "1000"]) + "\n"
    raw = read_table(text.encode(), "list")
    assert raw.separator == separator
    assert raw.rows.iloc[0].tolist() == ["A", "Rue X, 4; bte 2", "1000"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\x00\x00", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"nom;adresse\n", "header and no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Excel format"),
        (b"%PDF-1.7 a;b\n1;2\n", "no table"),
        (b"PK\x03\x04broken", "not a readable Excel"),
        (b"SQLite format 3\x00broken", "not a readable GeoPackage"),
        (b'{"a": ', "not readable JSON"),
        (b'{"a": 1}', "no list"),
        (b"[1, 2]", "no objects"),
        (b"[" * 100_000, "not readable JSON"),
        (b"a;b\n" + b"x" * 10_000_000 + b";1\n", "100,000 characters"),
        (b";".join(b"c%d" % i for i in range(900)) + b"\n1;2\n", "900 columns"),
    ],
)
def test_what_cannot_be_read_is_one_named_error(data, said):
    with pytest.raises(SourceFileError, match=said):
        read_table(data, "list")


def test_a_single_line_of_10_mb_is_refused():
    with pytest.raises(SourceFileError):
        read_table(b"word, " * 1_700_000, "list.csv")


def test_nul_bytes_double_names_empty_rows_and_torn_rows_are_told():
    raw = read_table(b"nom,nom,,ville\nA\x00,B,C,Mons\n,,,\nD,E,F,Ath,extra\n", "list.csv")
    assert raw.columns == ("nom", "nom (2)", "column 3", "ville")
    assert raw.rows.loc[2].tolist() == ["A", "B", "C", "Mons"]
    assert raw.torn == {4: 5}
    assert len(raw.rows) == 2
    told = " ".join(raw.notes)
    assert "1 NUL" in told
    assert "1 empty rows" in told
    assert "nom (2)" in told


def test_a_quote_that_never_closes_swallows_no_row():
    raw = read_table(b'nom,ville\n"A,Mons\nB,Ath\nC,Huy\n', "list.csv")
    assert len(raw.rows) == 3
    assert "quotes do not pair" in raw.notes[0]


def test_a_workbook_with_a_title_merged_cells_and_more_sheets():
    rows = [["Liste des crèches", None, None], ["Commune", "Nom", "Places"], ["Mons", "A", 14], [None, "B", 21.0]]
    raw = read_table(book(rows, merges=["A1:C1", "A3:A4"], more=["autre"]), "list.xlsx")
    assert raw.columns == ("Commune", "Nom", "Places")
    assert raw.rows.values.tolist() == [["Mons", "A", "14"], ["Mons", "B", "21"]]
    assert raw.rows.index.tolist() == [3, 4]
    told = " ".join(raw.notes)
    assert "autre" in told
    assert "merged" in told
    assert "title" in told
    with pytest.raises(SourceFileError, match="no sheet 'x'"):
        read_table(book(rows), "list.xlsx", sheet="x")


def test_a_formula_without_a_value_is_not_lost():
    raw = read_table(book([["nom", "places"], ["A", "=7*2"], ["B", 3]]), "list.xlsx")
    assert raw.rows["places"].tolist() == ["=7*2", "3"]
    assert "1 formulas have no value" in " ".join(raw.notes)


def test_a_zip_bomb_is_not_opened(monkeypatch):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    monkeypatch.setattr(excel, "_open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(SourceFileError, match="unpacks from"):
        read_table(data.getvalue(), "list.xlsx")


def test_geojson_gives_points_of_every_geometry():
    square = {"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [5, 51], [4, 51], [4, 50]]]}
    features = [
        {"type": "Feature", "id": 7, "properties": {"name": "A", "n": 3}, "geometry": square},
        {"type": "Feature", "properties": {"name": "B"}, "geometry": {"type": "Point", "coordinates": [4.5, 50.5]}},
        {"type": "Feature", "properties": {"name": "C"}, "geometry": None},
        {"type": "Feature", "properties": {"name": "D"}, "geometry": {"type": "Point", "coordinates": "x"}},
    ]
    raw = read_table(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "list.geojson")
    assert raw.rows["geometry: x"].tolist() == ["4.5", "4.5", "", "not readable"]
    assert raw.rows["id"].tolist() == ["7", "", "", ""]
    assert guess_mapping(raw).fields["lon"] == "geometry: x"


def test_a_geopackage_in_lambert_gives_degrees(tmp_path):
    frame = gpd.GeoDataFrame({"nom": ["A", "B"]}, geometry=[Point(649328, 665262), None], crs="EPSG:3812")
    frame.to_file(tmp_path / "list.gpkg", layer="one", driver="GPKG")
    raw = read_table(tmp_path / "list.gpkg")
    assert float(raw.rows["geometry: x"].iloc[0]) == pytest.approx(4.359, abs=0.01)
    assert raw.rows["geometry: y"].iloc[1] == ""


def test_a_mapping_is_guessed_written_and_read_again():
    text = "Dénomination;Rue;N°;Code postal;Localité;Capacité autorisée;Téléphone;Coord X;Coord Y;Langu\n" + "a;" * 9
    raw = read_table(text.encode(), "list.csv")
    found = guess_mapping(raw)
    assert found.layout == "guessed"
    assert dict(found.fields) == {
        "name": "Dénomination", "street": "Rue", "number": "N°", "postcode": "Code postal", "locality": "Localité",
        "lon": "Coord X", "lat": "Coord Y", "capacity_places": "Capacité autorisée", "languages": "Langu",
        "phone": "Téléphone",
    }  # fmt: skip
    assert found.confidence["name"] == 0.9
    assert found.confidence["languages"] < 0.9
    again = read_mapping(found.to_toml() + '"Crèche \\u007F" = "creche"\n', raw)
    assert again.fields == found.fields
    assert again.layout == "given"
    assert again.kinds == {"creche": "creche"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns", "not readable TOML"),
        ("[columns]\nnom = 'Nom'", "nom; the fields are"),
        ("[columns]\nphone = 'Nom'", "none is `name`"),
        ("[columns]\nname = 'Name'", "no column Name"),
        ("[columns]\nname = 3", "texts only"),
        ("kind = 'x'\n[columns]\nname = 'Nom'", "unknown kinds x"),
        ("#" * 200_000, "characters"),
    ],
)
def test_a_wrong_mapping_is_named(text, said):
    raw = read_table(TEXT.encode(), "list.csv")
    with pytest.raises(SourceFileError, match=said):
        read_mapping(text, raw)
