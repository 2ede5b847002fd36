"""House numbers of a street small enough to read: exact, missing, doubled, of a namesake."""

import pandas as pd
import pytest

from finder.geo.house_numbers import ADDRESS_COLUMNS, build_house_numbers, streets_with_addresses
from finder.geo.place_query import typed_number

NAMUR = "92094"
LON, LAT = 4.8674, 50.4637
STEP = 0.0002
"""Degrees of longitude between two numbers of one side; about 14 m."""


def table(rows):
    frame = pd.DataFrame(rows, columns=list(ADDRESS_COLUMNS))
    return frame.sort_values(["nis", "street", "number", "suffix"], ignore_index=True)


@pytest.fixture(scope="module")
def houses():
    row = [(NAMUR, "Rue de Fer", "5000", n, "", LON + STEP * n / 2, LAT) for n in (1, 2, 3, 4, 8, 12)]
    row.append((NAMUR, "Rue de Fer", "5000", 12, "a", LON + STEP * 6.2, LAT))
    row += [(NAMUR, "Rue Haute", "5000", 5, "", LON, LAT), (NAMUR, "Rue Haute", "5100", 5, "", LON + 0.2, LAT)]
    return build_house_numbers(table(row))


def find(houses, number, suffix="", *, street="rue de fer", lon=LON, postcode=None, within_m=200.0):
    return houses.find(NAMUR, street, number, suffix, near=(lon, LAT), within_m=within_m, postcode=postcode)


def test_a_number_in_the_list_is_its_point(houses):
    house = find(houses, 8)
    assert (house.number, house.is_exact, house.uncertainty_m) == ("8", True, 10.0)
    assert house.lon == pytest.approx(LON + STEP * 4)


def test_a_letter_chooses_the_house_and_a_missing_letter_is_said(houses):
    assert find(houses, 12, "a").number == "12a"
    assert find(houses, 12).number == "12"
    other = find(houses, 12, "c")
    assert (other.number, other.is_exact) == ("12", False)


def test_a_missing_number_is_answered_by_the_nearest_of_its_side(houses):
    assert [(find(houses, n).number, find(houses, n).is_exact) for n in (6, 5, 10)] == [
        ("4", False), ("3", False), ("8", False),
    ]  # fmt: skip
    assert find(houses, 10).uncertainty_m > 10.0


def test_a_number_far_beyond_the_last_is_not_guessed(houses):
    assert find(houses, 900) is None


def test_streets_of_one_name_are_told_apart_by_place_and_postcode(houses):
    assert find(houses, 5, street="Rue Haute", lon=LON).lon == pytest.approx(LON)
    assert find(houses, 5, street="Rue Haute", lon=LON + 0.2).lon == pytest.approx(LON + 0.2)
    assert find(houses, 5, street="Rue Haute", lon=LON + 0.1) is None


def test_an_unknown_street_or_an_empty_list_has_no_number(houses):
    assert find(houses, 1, street="Rue Basse") is None
    assert find(build_house_numbers(None), 1) is None


def test_streets_that_only_the_list_knows_are_added_once():
    streets = pd.DataFrame(
        {"street_id": ["a"], "name": ["Rue de Fer"], "nis": [NAMUR], "lon": LON, "lat": LAT, "length_m": 9.0,
         "extent_m": 9.0}
    )  # fmt: skip
    rows = [
        (NAMUR, name, "5000", n, "", LON + STEP * n, LAT) for name in ("RUE DE FER", "Rue Neuve") for n in (1, 2, 3)
    ]
    both = streets_with_addresses(streets, table(rows))
    assert both["name"].tolist() == ["Rue de Fer", "Rue Neuve"]
    assert both["lon"].tolist()[1] == pytest.approx(LON + STEP * 2)
    assert both["extent_m"].tolist()[1] == pytest.approx(14.0, abs=1.0)
    assert both["street_id"].is_unique
    assert streets_with_addresses(streets, None) is streets


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rue de Fer 12, 5000 Namur", (12, "")),
        ("12a rue de fer namur", (12, "a")),
        ("rue de fer 12 B bte 3", (12, "b")),
        ("rue de fer n° 7 bis", (7, "bis")),
        ("rue de fer 12 à Namur", (12, "")),
        ("5000 namur rue de fer", None),
        ("rue de fer 5000, 5000 Namur", (5000, "")),
        ("rue de fer", None),
    ],
)
def test_the_number_typed(text, number):
    assert typed_number(text, name="Rue de Fer", postcodes={"5000"}) == number


def test_a_number_of_the_name_is_no_house_number():
    assert typed_number("Rue du 11 Novembre 4", name="Rue du 11 Novembre", postcodes=set()) == (4, "")
