"""Real queries with the answer a person would expect, in a table anyone can read and extend."""

import csv
from pathlib import Path

import pytest

from finder.errors import AmbiguousPlaceError, DatasetNotFoundError, PlaceNotFoundError
from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import nearest_place, resolve_place, search_places
from finder.sources import store

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
    """Return kind, name and commune of the first answer; kind says so if it is ambiguous, partial or none."""
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
    assert all(groups.count(group) >= 5 for group in ("dutch", "german", "ambiguous", "weak"))
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
    with pytest.raises(PlaceNotFoundError, match="outside"):
        nearest_place(gazetteer, 3.7250, 51.0536)  # Ghent
