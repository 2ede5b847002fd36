"""Rows of a list: judged, placed, compared; nothing is lost without a word."""

import pandas as pd
import pytest

from finder.errors import SourceFileError, UnknownKindError
from finder.sources.imports.cells import CellError, clean, date_of, languages_of, places_of, postcode_of, status_of
from finder.sources.imports.coordinates import point_of, position_of
from finder.sources.imports.known import load_known
from finder.sources.imports.mapping import guess_mapping
from finder.sources.imports.prepare import prepare
from finder.sources.imports.reading import read_table


@pytest.fixture(scope="module")
def known():
    return load_known()


def prepared(text, known, **options):
    raw = read_table(text.encode(), "list.csv")
    found = prepare(raw, guess_mapping(raw), known, **({"kind": "creche", "as_of": "2026-10"} | options))
    assert found.counts["read"] == found.counts["good"] + found.counts["rejected"] + found.counts["repeated"]
    assert set(found.good.index) | set(found.problems.loc[found.problems["is_fatal"], "row"]) | set(
        found.duplicates["row"]
    ) == set(raw.rows.index)
    return found


@pytest.mark.parametrize(
    ("lon", "lat", "told"),
    [
        ("4,3517", "50,8466", None),
        ("50.8466", "4.3517", "exchanged"),
        ("148911,8", "170691,2", "Lambert 1972"),
        ("648900", "670700", "Lambert 2008"),
        ("484430", "6594560", "Web Mercator"),
    ],
)
def test_coordinates_of_every_make_are_the_same_point(lon, lat, told):
    found = position_of(lon, lat)
    assert (found.lon, found.lat) == (pytest.approx(4.3517, abs=0.02), pytest.approx(50.8466, abs=0.02))
    assert (told is None and found.told is None) or told in found.told


def test_a_known_point_in_lambert_1972():
    # EPSG:31370: the meridian of 4°22'2.952" E (datum BD 72, some 90 m from WGS84) lies at x = 150 000.013 m.
    assert position_of("150000", "170000").lon == pytest.approx(4 + 22 / 60 + 2.952 / 3600, abs=0.002)


@pytest.mark.parametrize(
    "text", ["50.8466, 4.3517", "POINT (4.3517 50.8466)", '{"lon": 4.3517, "lat": 50.8466}', "50,8466; 4,3517"]
)
def test_a_point_in_one_cell(text):
    found = point_of(text)
    assert (found.lon, found.lat) == (4.3517, 50.8466)


@pytest.mark.parametrize("text", ["", "x", "1 2 3", "0, 0", "48.85, 2.35", "١, ٢", "9" * 400])
def test_no_point_is_told(text):
    with pytest.raises(CellError):
        point_of(text)


def test_cells_are_read_or_refused():
    assert (places_of("21"), places_of("21,0"), places_of("14 places")) == (21, 21, 14)
    assert (postcode_of("B-5000"), postcode_of("5000.0")) == ("5000", "5000")
    assert (date_of("3/2/2026"), date_of("2026-02"), date_of("2026-01-27T01:00:00+01:00")) == (
        "2026-02-03",
        "2026-02",
        "2026-01-27",
    )
    assert languages_of("Français, Nederlands") == "fr; nl"
    assert (languages_of("en"), languages_of("fr et en")) == ("en", "fr; en")
    assert (status_of("closed 2019-07"), status_of("open?")) == (("closed", "2019-07"), ("unconfirmed", None))
    assert clean("a\x00\u202eb\tc  d\u200f") == "a b c d"
    for reader, text in [
        (places_of, "-3"), (places_of, "2.5"), (places_of, "9999"), (places_of, "=SUM(A1)"), (places_of, "٣"),
        (postcode_of, "500"), (postcode_of, "0999"), (postcode_of, "50000"), (date_of, "31/02/2026"), (date_of, "soon"),
        (languages_of, "klingon"), (status_of, "perhaps"),
    ]:  # fmt: skip
        with pytest.raises(CellError):
            reader(text)


def test_rows_are_judged_one_by_one(known):
    text = (
        "nom,adresse,code postal,commune,places,telephone,longitude,latitude\n"
        "Good,Rue de Fer 12,5000,Namur,21,081 1,,\n"
        ",Rue de Fer 12,5000,Namur,21,081 1,,\n"
        "Negative,Rue de Fer 14,5000,Namur,-4,081 1,,\n"
        "Bad code,Rue de Fer 16,50,Namur,4,,,\n"
        "Far,Meir 1,2000,Antwerpen,4,,,\n"
        "Paris,,,,4,,2.35,48.85\n"
        "Turned,,,,4,,50.4669,4.8675\n"
        "Nowhere,,,,4,,,\n"
        "=HYPERLINK(1),Rue de Fer 18,5000,Namur,4,,,\n"
        "<b>Nom</b>,Rue de Fer 20,5000,Namur,4,,,\n"
        "روضة,Rue de Fer 22,5000,Namur,4,,,\n"
        "Ctrl\x07,Rue de Fer 24,5000,Namur,4,,,\n"
        "Good,Rue de Fer 12,5000,Namur,28,081 1,,\n"
    )
    found = prepared(text, known)
    assert found.good["name"].tolist() == [
        "Good", "Negative", "Bad code", "Turned", "=HYPERLINK(1)", "<b>Nom</b>", "روضة", "Ctrl",
    ]  # fmt: skip
    assert found.counts["rejected"] == 4
    assert found.duplicates.values.tolist() == [[14, 2, "capacity_places"]]
    assert pd.isna(found.good.loc[4, "capacity_places"])
    reasons = found.problems.groupby("row")["reason"].apply(" | ".join)
    assert "has no name" in reasons[3]
    assert "below zero" in reasons[4]
    assert "no Belgian postcode" in reasons[5]
    assert "outside" in reasons[6]
    assert "no point in Belgium" in reasons[7]
    assert "exchanged" in reasons[8]
    assert "nothing says where" in reasons[9]
    assert "formula" in reasons[10]
    assert "control characters" in reasons[13]
    turned = found.good.loc[8]
    assert (turned["nis"], turned["lon"], turned["position_precision"]) == ("92094", 4.8675, "point")
    good = found.good.loc[2]
    assert (good["nis"], good["position_precision"], found.confidence[2]) == ("92094", "street", 0.9)
    assert good["position_source"].startswith("geocoded: middle of Rue de Fer")
    assert found.good["service_id"].is_unique
    assert set(found.good["provenance"]) == {"imported"}
    assert set(found.good["source"]) == {"list.csv"}


def test_an_address_in_one_cell_and_a_bilingual_street_are_placed(known):
    text = (
        "nom,adresse\n"
        'A,"Rue de Fer 12, 5000 Namur"\n'
        'B,"Rue Haute 322 bte 4, 1000 Bruxelles"\n'
        'C,"Hoogstraat 322, 1000 Brussel"\n'
        'D,"Rue qui n\'existe pas 3, 5000 Namur"\n'
    )
    found = prepared(text, known).good
    assert found["position_precision"].tolist() == ["street", "street", "street", "locality"]
    assert found["nis"].tolist() == ["92094", "21004", "21004", "92094"]
    assert found["lon"].iloc[1] == pytest.approx(found["lon"].iloc[2], abs=0.01)


def test_of_childminders_no_door_and_no_telephone_is_kept(known):
    text = "nom,adresse,code postal,telephone,lon,lat\nA,Rue de Fer 12,5000,081,4.86754,50.46691\n"
    row = prepared(text, known, kind="childminder").good.iloc[0]
    assert (row["address"], row["phone"], row["lon"], row["lat"]) == ("Rue de Fer", None, 4.868, 50.467)
    assert row["position_precision"] == "street"
    nameless = prepared("adresse,code postal\nRue de Fer 12,5000\n", known, kind="childminder").good.iloc[0]
    assert nameless["name"] == "Accueil familial (nom non publié)"


def test_a_known_service_is_found_again_and_differences_are_told(known):
    ours = known.services.loc["one-372"]
    text = (
        "nom,adresse,code postal,longitude,latitude,telephone\n"
        f"{ours['name']},{ours['address']},{ours['postcode']},{ours['lon']},{ours['lat']},02 123\n"
        "CE NEUVE,Rue Haute 1,1000,,,\n"
    )
    found = prepared(text, known, kind="child_consultation")
    assert found.matches[["row", "service_id"]].values.tolist() == [[2, "one-372"]]
    assert found.diff["change"].tolist() == ["changed", "added"]
    assert "phone: - → 02 123" in found.diff["differences"].iloc[0]
    assert found.diff["newer"].tolist() == ["list", ""]
    older = prepared(text, known, kind="child_consultation", as_of="2020")
    assert older.diff["newer"].iloc[0] == "ours"


def test_a_list_declared_complete_tells_what_it_does_not_have(known):
    text = "nom,adresse,code postal\nCE NEUVE,Rue Haute 1,1000\n"
    options = {"kind": "child_consultation", "complete_for": ["21004"]}
    found = prepared(text, known, **options)
    missing = found.diff[found.diff["change"] == "missing"]
    ours = known.services.query("kind == 'child_consultation' and nis == '21004' and status in ('open', 'unconfirmed')")
    assert set(missing["service_id"]) == set(ours.index)
    assert found.update


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"kind": "castle"}, UnknownKindError, "castle"),
        ({"as_of": "soon"}, SourceFileError, "soon"),
        ({"complete_for": ["99999"]}, SourceFileError, "99999 are no codes"),
        ({"complete_for": ["21004"], "as_of": None}, SourceFileError, "needs its kind"),
        ({"complete_for": ["21004"], "kind": None}, SourceFileError, "needs its kind"),
    ],
)
def test_wrong_options_are_named(known, options, error, said):
    with pytest.raises(error, match=said):
        prepared("nom,commune\nA,Mons\n", known, **options)


def test_a_list_without_names_or_places_says_which_columns_it_has(known):
    with pytest.raises(SourceFileError, match=r"hold the name. It has a, b"):
        prepared("a,b\n1,2\n", known)
    with pytest.raises(SourceFileError, match="say where"):
        prepared("nom,b\n1,2\n", known)


def test_kinds_of_rows_win_over_the_kind_of_the_list(known):
    text = "nom,type,commune\nA,Halte-accueil,Mons\nB,Crèche,Mons\nC,Château,Mons\nD,,Mons\n"
    found = prepared(text, known)
    assert found.good["kind"].tolist() == ["drop_in_care", "creche", "creche", "creche"]
    assert "taken as creche" in found.problems["reason"].iloc[0]
    assert prepared(text, known, kind=None).counts["rejected"] == 2


def test_our_own_export_comes_back_unchanged_and_without_the_model(known, tmp_path):
    rows = known.services.query("kind == 'creche' and lon.notna() and nis.notna()").head(30).reset_index()
    invented = rows.head(1).assign(service_id="modelled-1", name="Modelled", provenance="modelled")
    pd.concat([rows, invented]).to_csv(tmp_path / "export.csv", index=False)
    raw = read_table(tmp_path / "export.csv")
    found = prepare(raw, guess_mapping(raw), known)
    assert found.counts["rejected"] == 1
    assert "made by Finder's model" in found.problems.query("is_fatal")["reason"].iloc[0]
    assert found.counts["unchanged"] == 30
