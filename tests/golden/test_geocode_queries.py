"""Real queries with the answer a person would expect, in a table anyone can read and extend."""

import csv
from pathlib import Path

import numpy as np
import pytest

from finder.errors import AmbiguousPlaceError, DatasetNotFoundError, PlaceNotFoundError
from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import nearest_place, resolve_place, search_places
from finder.sources import store
from finder.sources.services.places import distance_m

QUERIES = Path(__file__).with_name("queries.csv")
ROWS = list(csv.DictReader(QUERIES.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    try:
        streets = store.load_streets()
    except DatasetNotFoundError:
        pytest.skip("street names are not built yet: finder network build")
    figures = store.load_commune_figures()
    people = figures[figures["figure"] == "population"].sort_values("year").groupby("nis")["value"].last()
    return build_gazetteer(
        store.load_communes(), store.load_localities(), store.load_postcodes(), streets, population=people
    )


def answer(gazetteer: Gazetteer, query: str) -> tuple[str, str, str]:
    """Return kind, name and commune of the first answer; the kind tells an ambiguous, missing or guessed one."""
    places = search_places(gazetteer, query)
    if not places:
        return "none", "", ""
    first = places[0]
    try:
        resolve_place(gazetteer, query)
    except AmbiguousPlaceError:
        return "ambiguous", "", ""
    except PlaceNotFoundError:
        return "partial", first.name, first.nis
    return first.kind, first.name, first.nis


@pytest.mark.parametrize("row", ROWS, ids=[row["query"][:30] for row in ROWS])
def test_first_answer_is_the_expected_one(gazetteer, row):
    found = answer(gazetteer, row["query"])
    expected = (row["kind"], row["name"], row["nis"])
    if row["is_known_miss"] == "yes":
        assert found != expected, "no longer a miss: say so in the table"
    else:
        assert found == expected


def test_the_table_holds_what_it_promises():
    groups = [row["group"] for row in ROWS]
    assert len(ROWS) >= 60
    assert groups.count("misspelt") >= 10
    assert all(groups.count(group) >= 5 for group in ("dutch", "german", "ambiguous", "weak", "synthetic"))
    assert sum(row["is_known_miss"] == "yes" for row in ROWS) <= 3


def test_an_ambiguous_name_lists_the_largest_communes_first(gazetteer):
    places = search_places(gazetteer, "rue de la station", limit=5)
    people = [gazetteer.communes[place.nis].population for place in places]
    assert len({place.nis for place in places}) > 1
    assert people == sorted(people, reverse=True)


def test_a_postcode_of_two_communes_gives_both(gazetteer):
    assert [place.nis for place in search_places(gazetteer, "1050")] == ["21009", "21004"]


def test_a_point_knows_where_it_is(gazetteer):
    place = nearest_place(gazetteer, 4.8674, 50.4637)
    assert (place.nis, place.label) == ("92094", "Namur")
    with pytest.raises(PlaceNotFoundError, match=r"outside Wallonia and Brussels\.$"):
        nearest_place(gazetteer, 3.7250, 51.0536)  # Ghent


def test_a_point_with_longitude_first_is_told_to_turn_round(gazetteer):
    with pytest.raises(PlaceNotFoundError, match="latitude first"):
        nearest_place(gazetteer, 50.46, 4.87)


def test_another_type_in_another_locality_is_to_be_confirmed(gazetteer):
    """Rue de Houffalize in Bastogne is not in the network; the Route de Houffalize at Bertogne is another street."""
    places = search_places(gazetteer, "Rue de Houffalize, Bastogne")
    assert places[0].is_doubtful
    assert (places[-1].label, places[-1].is_partial) == ("Bastogne", True), "the place typed is offered too"
    with pytest.raises(AmbiguousPlaceError, match="Type what you mean: Route de Houffalize, Bertogne"):
        resolve_place(gazetteer, "Rue de Houffalize 1, 6600 Bastogne")
    assert resolve_place(gazetteer, places[0].label).name == "Route de Houffalize"
    assert resolve_place(gazetteer, "Rue de Houffalize, Bertogne").name == "Route de Houffalize", (
        "only the type differs"
    )


def test_addresses_with_a_published_point_are_found_near_it(gazetteer):
    """Street-level truth: how far the middle of the street is from the points that others published."""
    services = store.load_services()
    precise = services["position_precision"].isin(["number", "campus"]) & services["position_flag"].isna()
    known = services[precise & services["address"].notna() & services["nis"].isin(list(gazetteer.communes))]
    errors_m, within = [], 0
    for row in known.itertuples():
        places = search_places(gazetteer, f"{row.address}, {row.postcode} {row.locality}")
        if places and places[0].kind == "street":
            error_m = distance_m(places[0].lon, places[0].lat, row.lon, row.lat)
            errors_m.append(error_m)
            within += error_m <= places[0].uncertainty_m + 100
    assert len(known) > 250
    assert len(errors_m) / len(known) >= 0.93
    assert np.median(errors_m) <= 200
    assert within / len(errors_m) >= 0.92
    assert np.mean(np.array(errors_m) > 3_000) <= 0.01
