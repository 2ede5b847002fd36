"""What a browser may answer when it is asked for the position."""

import pytest

from finder.pages.geolocation import read_location


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"lat": 50.467, "lon": 4.867}, (50.467, 4.867)),
        ({"lat": 50.46671, "lon": 4.86659}, (50.467, 4.867)),
        ({"lat": 51.507, "lon": -0.128}, "outside"),
        ({"lat": 0, "lon": 0}, "outside"),
        ({"problem": "refused"}, "refused"),
        ({"problem": "unavailable"}, "unavailable"),
        ({"problem": "<b>"}, "unavailable"),
        ({"lat": "50", "lon": "4"}, "unavailable"),
        ({"lat": True, "lon": 4.8}, "unavailable"),
        ({"lat": float("nan"), "lon": 4.8}, "unavailable"),
        ({"lat": 1e300, "lon": 4.8}, "unavailable"),
        ({"lat": 50.4}, "unavailable"),
        (None, "unavailable"),
        ("50.4,4.8", "unavailable"),
    ],
)
def test_an_answer_is_a_rounded_point_or_a_problem(answer, found):
    assert read_location(answer) == found
