"""What an address may carry, and what it may not."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from finder.pages.state import (
    TEXT_LENGTH_MAX,
    read_choice,
    read_day,
    read_point,
    read_text,
    rounded_point,
    without_defaults,
    write_point,
)


def test_a_point_is_rounded_to_about_100_m():
    assert rounded_point(50.46712345, 4.86798765) == (50.467, 4.868)
    assert read_point("50.46712345,4.86798765") == (50.467, 4.868)


@given(st.floats(49.5, 50.8), st.floats(2.9, 6.4))
def test_a_point_survives_the_address(lat, lon):
    point = rounded_point(lat, lon)
    assert read_point(write_point(point)) == point


@given(st.text())
def test_any_text_is_read_without_harm(text):
    assert len(read_text(text)) <= TEXT_LENGTH_MAX
    assert read_text(text).isprintable()
    assert read_choice(text, ["a"], "b") in ("a", "b")
    point = read_point(text)
    assert point is None or (49 < point[0] < 51 and 2 < point[1] < 7)


def test_points_elsewhere_are_refused():
    for text in ("0,0", "91.0,181.0", "50.5", "nan,nan", "50.5,4.5,3", "-50.5,4.5", ""):
        assert read_point(text) is None


def test_days_stay_within_limits():
    first, last = datetime.date(2016, 1, 1), datetime.date(2026, 11, 21)
    assert read_day("2020-03-26", first=first, last=last) == datetime.date(2020, 3, 26)
    assert read_day("1999-01-01", first=first, last=last) == first
    assert read_day("tomorrow", first=first, last=last) == last
    assert read_day(None, first=first, last=last) == last


def test_only_what_differs_is_written():
    assert without_defaults({"kind": "creche", "mode": "car", "q": ""}, {"kind": "maternity", "mode": "car"}) == {
        "kind": "creche"
    }
