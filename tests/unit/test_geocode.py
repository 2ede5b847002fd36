"""The search on a gazetteer small enough to read."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.folding import core, fold, readings
from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import nearest_place, resolve_place, search_places
from finder.geo.name_index import build_name_index
from finder.geo.place_query import read_query
from finder.geo.projection import to_lambert, to_wgs84
from finder.units import LAMBERT_2008

NAMUR, BRUSSELS, IXELLES = "92094", "21004", "21009"
X0, Y0 = (float(v[0]) for v in to_lambert([4.6], [50.5]))


def lon_lat(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat = to_wgs84([X0 + east_m], [Y0 + north_m])
    return float(lon[0]), float(lat[0])


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    communes = gpd.GeoDataFrame(
        {
            "nis": [NAMUR, BRUSSELS, IXELLES],
            "name_fr": ["Namur", "Bruxelles", "Ixelles"],
            "name_nl": ["Namen", "Brussel", "Elsene"],
            "name_de": ["Namur", "Brüssel", "Ixelles"],
            "region": ["Wallonia", "Brussels", "Brussels"],
        },
        geometry=[
            box(X0, Y0, X0 + 10_000, Y0 + 10_000),
            box(X0 + 20_000, Y0, X0 + 25_000, Y0 + 5_000),
            box(X0 + 25_000, Y0, X0 + 28_000, Y0 + 5_000),
        ],
        crs=LAMBERT_2008,
    ).set_index("nis")
    localities = gpd.GeoDataFrame(
        {
            "locality_id": ["a", "b", "c"],
            "nis": [NAMUR, NAMUR, IXELLES],
            "name": ["Namur", "Jambes", "Ixelles"],
            "name_fr": ["Namur", "Jambes", "Ixelles"],
            "name_nl": ["Namen", None, "Elsene"],
            "name_de": [None, None, None],
            "postcode": ["5000", "5100", "1050"],
        },
        geometry=[Point(X0 + 3_000, Y0 + 3_000), Point(X0 + 7_000, Y0 + 3_000), Point(X0 + 26_000, Y0 + 1_000)],
        crs=LAMBERT_2008,
    )
    postcodes = pd.DataFrame(
        {"postcode": ["5000", "5100", "1000", "1050", "1050"], "nis": [NAMUR, NAMUR, BRUSSELS, IXELLES, BRUSSELS]}
    )
    rows = [
        ("Rue de Fer", NAMUR, 3_100, 3_100),
        ("Rue du 11 Novembre", NAMUR, 3_500, 3_100),
        ("Rue de la Station", NAMUR, 7_100, 3_100),
        ("Rue Haute", BRUSSELS, 21_000, 1_000),
        ("Hoogstraat", BRUSSELS, 21_000, 1_000),
        ("Rue de la Station", IXELLES, 26_000, 2_000),
        ("Rue Henri Evenepoel", IXELLES, 26_500, 2_000),
        ("Chaussée de Wavre", IXELLES, 27_000, 2_000),
        ("Chemin de Wavre", NAMUR, 4_000, 4_000),
        ("!!", NAMUR, 4_000, 4_000),
    ]
    points = [lon_lat(east, north) for _, _, east, north in rows]
    streets = pd.DataFrame(
        {
            "street_id": [str(i) for i in range(len(rows))],
            "name": [row[0] for row in rows],
            "nis": [row[1] for row in rows],
            "lon": [point[0] for point in points],
            "lat": [point[1] for point in points],
            "length_m": 400.0,
            "extent_m": 210.0,
        }
    )
    return build_gazetteer(communes, localities, postcodes, streets, population=pd.Series({NAMUR: 113_000.0}))


def names(gazetteer: Gazetteer, text: str) -> list[tuple[str, str]]:
    return [(place.name, place.nis) for place in search_places(gazetteer, text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Saint-Josse-ten-Noode", "st josse ten noode"),
        ("L'Œuvre ", "l oeuvre"),
        ("Klosterstraße", "klosterstrasse"),
        ("SINT GILLIS", "st gillis"),
        ("Женева", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_core_leaves_type_and_link_words_out():
    assert core("rue de la station") == "station"
    assert core("place du parc") == "place du parc"


def test_an_abbreviation_used_for_two_words_has_both_readings():
    assert readings(("ch", "de", "wavre")) == [
        ("chaussee", "de", "wavre"),
        ("chemin", "de", "wavre"),
        ("ch", "de", "wavre"),
    ]
    assert readings(("rue", "haute")) == [("rue", "haute")]


def test_index_finds_a_name_with_a_letter_missing_or_words_cut_otherwise():
    index = build_name_index(["rue evenepoel", "rue van de velde", "grand place"], are_streets=True)
    assert index.names[index.match("rue evenpoel")[0][0]] == "rue evenepoel"
    assert index.names[index.match("rue vandevelde")[0][0]] == "rue van de velde"
    assert index.match("qqq") == []


def test_an_empty_index_answers_nothing():
    assert build_name_index([], are_streets=True).match("rue de fer") == []


@pytest.mark.parametrize(
    "text",
    [
        "Rue de Fer 12, 5000 Namur",
        "5000 namur rue de fer",
        "12 rue de fer, namen",
        "r. de fer 12 bte 3 NAMUR",
        "B-5000 Namur, rue de fer n° 12",
        "rue de fer 12A 5000",
    ],
)
def test_street_number_postcode_commune_in_any_order(gazetteer, text):
    first = search_places(gazetteer, text)[0]
    assert (first.name, first.nis, first.kind, first.precision) == ("Rue de Fer", NAMUR, "street", "street")
    assert first.uncertainty_m == 210


def test_a_number_may_be_part_of_the_name(gazetteer):
    assert names(gazetteer, "rue du 11 novembre 4, namur")[0] == ("Rue du 11 Novembre", NAMUR)


def test_either_side_of_a_bilingual_name(gazetteer):
    assert names(gazetteer, "Rue Haute - Hoogstraat 5, 1000 Bruxelles")[0] == ("Rue Haute", BRUSSELS)
    assert names(gazetteer, "hoogstr 12 brussel")[0] == ("Hoogstraat", BRUSSELS)


def test_brussels_means_its_other_communes_too(gazetteer):
    assert names(gazetteer, "rue evenepoel, bruxelles")[0] == ("Rue Henri Evenepoel", IXELLES)


def test_chemin_or_chaussee(gazetteer):
    assert names(gazetteer, "ch. de wavre, namur")[0] == ("Chemin de Wavre", NAMUR)
    assert names(gazetteer, "ch. de wavre, ixelles")[0] == ("Chaussée de Wavre", IXELLES)


def test_a_house_number_that_looks_like_a_postcode(gazetteer):
    assert names(gazetteer, "chaussée de wavre 1000 ixelles")[0] == ("Chaussée de Wavre", IXELLES)
    assert names(gazetteer, "chaussée de wavre 1181 ixelles")[0] == ("Chaussée de Wavre", IXELLES)


def test_a_commune_and_the_locality_of_its_name_are_one_answer(gazetteer):
    assert [(p.kind, p.name) for p in search_places(gazetteer, "Namur")] == [("commune", "Namur")]
    lon, lat = lon_lat(3_000, 3_000)
    place = resolve_place(gazetteer, "namen")
    assert (place.lon, place.lat) == pytest.approx((lon, lat), abs=1e-6)


def test_postcode_alone_and_with_its_locality(gazetteer):
    assert [(p.kind, p.label) for p in search_places(gazetteer, "5100")] == [("postcode", "5100 Jambes")]
    assert [(p.kind, p.label) for p in search_places(gazetteer, "5100 jambes")] == [("locality", "Jambes (Namur)")]
    assert [p.nis for p in search_places(gazetteer, "1050")] == [IXELLES, BRUSSELS]


def test_equally_good_answers_are_all_returned_and_the_larger_commune_first(gazetteer):
    assert names(gazetteer, "rue de la station") == [("Rue de la Station", NAMUR), ("Rue de la Station", IXELLES)]
    with pytest.raises(AmbiguousPlaceError, match=r"2 places.*Namur.*Ixelles"):
        resolve_place(gazetteer, "rue de la station")
    assert resolve_place(gazetteer, "rue de la station elsene").nis == IXELLES


def test_an_unknown_street_gives_its_commune_and_says_that_it_is_partial(gazetteer):
    first = search_places(gazetteer, "Boulevard de Patience et Beaujonc 2, 5000 Namur")[0]
    assert (first.name, first.is_partial) == ("Namur", True)
    with pytest.raises(PlaceNotFoundError, match="only Namur is known"):
        resolve_place(gazetteer, "Boulevard de Patience et Beaujonc 2, 5000 Namur")


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 10_000, "👶", "<b>namur</b>", "'; DROP TABLE streets; --", "9000 gent", "\x00", "123456"]
)
def test_junk_is_plainly_not_found(gazetteer, text):
    assert search_places(gazetteer, text) == []
    with pytest.raises(PlaceNotFoundError) as caught:
        resolve_place(gazetteer, text)
    assert len(str(caught.value)) < 250


def test_nearest_place(gazetteer):
    assert nearest_place(gazetteer, *lon_lat(6_900, 2_900)).label == "Jambes (Namur)"
    assert nearest_place(gazetteer, *lon_lat(21_000, 1_000)).label == "Bruxelles"
    for point in (lon_lat(15_000, 1_000), (0.0, 0.0), (float("nan"), 50.0)):
        with pytest.raises(PlaceNotFoundError):
            nearest_place(gazetteer, *point)


def test_a_gazetteer_without_streets_still_knows_places(gazetteer):
    empty = pd.DataFrame(columns=["street_id", "name", "nis", "lon", "lat", "length_m", "extent_m"])
    communes = gpd.GeoDataFrame(
        {"nis": [NAMUR], "name_fr": ["Namur"], "name_nl": ["Namen"], "name_de": ["Namur"], "region": ["Wallonia"]},
        geometry=[box(X0, Y0, X0 + 1_000, Y0 + 1_000)],
        crs=LAMBERT_2008,
    )
    localities = gpd.GeoDataFrame(
        {"locality_id": [], "nis": [], "name": [], "name_fr": [], "name_nl": [], "name_de": [], "postcode": []},
        geometry=[],
        crs=LAMBERT_2008,
    )
    small = build_gazetteer(communes, localities, pd.DataFrame({"postcode": ["5000"], "nis": [NAMUR]}), empty)
    assert names(small, "namur") == [("Namur", NAMUR)]
    assert names(small, "rue de fer 5000 namur") == [("Namur", NAMUR)]


def test_readings_of_a_text_are_ranked():
    found = read_query("rue du 11 novembre 4 5000", postcodes={"5000"}, words=set())
    assert found[0].postcode == "5000"
    assert [reading.loss for reading in found] == sorted(reading.loss for reading in found)
    assert ("rue", "du", "11", "novembre") in [reading.words for reading in found]


@pytest.mark.parametrize(
    ("text", "is_doubtful"),
    [
        ("Avenue de la Station, Namur", True),
        ("Avenue de la Station, 5000", True),
        ("Avenue de la Station, Jambes", False),
        ("Rue de la Station, Namur", False),
        ("Avenue de Fer, Namur", False),
    ],
)
def test_a_street_of_another_type_in_another_locality_is_doubtful(gazetteer, text, is_doubtful):
    places = search_places(gazetteer, text)
    assert (places[0].kind, places[0].is_doubtful) == ("street", is_doubtful)
    assert search_places(gazetteer, text, limit=1)[0].kind == "street"
    if is_doubtful:
        assert places[-1].is_partial, "the place typed is a choice too"
        with pytest.raises(AmbiguousPlaceError, match=r"Rue de la Station, Jambes \(Namur\)"):
            resolve_place(gazetteer, text)
    else:
        assert resolve_place(gazetteer, text) == places[0]
