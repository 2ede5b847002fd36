"""Coordinates in the forms people paste, and texts that only look like them."""

import pytest

from finder.geo.coordinates import read_coordinates


@pytest.mark.parametrize(
    "text",
    [
        "50.467, 4.868", "50.467,4.868", " (50.467 4.868) ", "50,467 4,868", "50,467, 4,868", "50,467;4,868",
        "4.868, 50.467", "4.868E 50.467N", "N50.467 E4.868", "E 4.868, N 50.467",
        "geo:50.467,4.868?z=12", "lat 50.467 lon 4.868",
        "50°28'01.2\"N 4°52'04.8\"E", "50° 28,02' N 4° 52,08' E".replace(",02'", "'").replace(",08'", "'"),
        "https://www.google.com/maps/@50.467,4.868,12z", "https://www.openstreetmap.org/#map=15/50.467/4.868",
    ],
)  # fmt: skip
def test_every_form_is_the_same_point(text):
    assert read_coordinates(text) == pytest.approx((4.868, 50.467), abs=0.002)


@pytest.mark.parametrize(
    "text", ["", "12 5000", "5000", "rue 12.5 3.4", "50.467", "999.1, 1.2", "12,5", "1, 2", "x" * 10_000]
)
def test_other_texts_are_no_coordinates(text):
    assert read_coordinates(text) is None


def test_a_point_anywhere_on_earth_is_read_where_it_is():
    assert read_coordinates("51.5074, -0.1278") == (-0.1278, 51.5074)
    assert read_coordinates("33.8688° S, 151.2093° E") == (151.2093, -33.8688)
