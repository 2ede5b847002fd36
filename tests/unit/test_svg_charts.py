"""Small vector charts."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from finder.errors import DocumentError
from finder.maps.svg_charts import Bar, TrendLine, bars_svg, strip_svg, trend_svg

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing, tag, **attributes):
    found = ET.fromstring(drawing.markup).iter(f"{SVG}{tag}")
    return [e for e in found if all(e.get(k.replace("_", "-")) == v for k, v in attributes.items())]


def texts(drawing):
    return [e.text for e in elements(drawing, "text")]


def strip(values, marked):
    words = {"marked_text": "here", "middle_text": "median", "low_text": "low", "high_text": "high"}
    return strip_svg(values, marked=marked, **words)


def test_bars_are_as_long_as_their_values():
    drawing = bars_svg(
        [Bar("one", 10, "10"), Bar("two", 40, "40", True), Bar("three", np.nan, "—"), Bar("four", 0, "0")]
    )
    widths = [float(bar.get("width")) for bar in elements(drawing, "rect")]
    assert widths[1] == pytest.approx(4 * widths[0], abs=0.02)
    assert len(widths) == 2, "neither a missing value nor zero has a bar"
    assert {"10", "40", "—", "0"} <= set(texts(drawing))


def test_bars_of_nothing_but_zero_and_missing_values_are_drawn():
    assert texts(bars_svg([Bar("one", 0, "0"), Bar("two", np.nan, "—")])) == ["one", "0", "two", "—"]


@pytest.mark.parametrize("bars", [[], [Bar("loss", -1, "−1")]])
def test_bars_below_zero_or_none_are_refused(bars):
    with pytest.raises(DocumentError, match="Bars need"):
        bars_svg(bars)


def test_uncertain_bars_are_hatched():
    plain, unsure = (bars_svg([Bar("one", 10, "10", is_uncertain=flag)]) for flag in (False, True))
    assert len(elements(plain, "path")) == 0
    assert len(elements(unsure, "path")) == 2


def test_trend_breaks_where_a_value_is_missing():
    line = TrendLine("x", (2006, 2007, 2008, 2009, 2010), (1, 2, np.nan, 4, 5))
    path = elements(trend_svg([line], value_text=str), "path", stroke="#0b6b62")[0].get("d")
    assert path.count("M") == 2
    assert path.count("L") == 2


def test_trend_axis_starts_at_zero():
    drawing = trend_svg([TrendLine("x", (2006, 2010), (50, 100))], value_text=lambda v: f"{v:.0f} %")
    low, high = (float(dot.get("cy")) for dot in elements(drawing, "circle"))
    floor = float(elements(drawing, "path", stroke="#cfc9bc")[0].get("d").split(" ")[1].split("H")[0])
    assert floor - high == pytest.approx(2 * (floor - low), abs=0.02)
    assert {"50 %", "100 %", "2006", "2008", "2010", "x"} == set(texts(drawing))


def test_forecast_has_its_interval_and_quiet_lines_no_numbers():
    nan = np.nan
    lines = [
        TrendLine("forecast", (2024, 2025, 2026), (10, 11, 12), low=(nan, 9, 8), high=(nan, 13, 16)),
        TrendLine("other", (2024, 2025, 2026), (7, 7, 7), is_strong=False),
    ]
    drawing = trend_svg(lines, value_text=lambda v: f"<{v}>")
    band = elements(drawing, "path", fill="#0b6b62")
    assert len(band) == 1
    assert band[0].get("d").count("L") == 3
    assert "<7>" not in texts(drawing)


def test_names_of_lines_do_not_touch():
    lines = [TrendLine(f"line {k}", (2006, 2022), (5, 5 + k / 100)) for k in range(4)]
    drawing = trend_svg(lines, value_text=str)
    at = sorted(float(e.get("y")) for e in elements(drawing, "text") if (e.text or "").startswith("line"))
    assert all(b - a >= 9 for a, b in pairwise(at))


def test_one_year_is_enough_and_none_is_refused():
    assert "2022" in texts(trend_svg([TrendLine("x", (2022,), (3,))], value_text=str))
    with pytest.raises(DocumentError, match="No line"):
        trend_svg([TrendLine("x", (2022,), (np.nan,))], value_text=str)
    with pytest.raises(DocumentError, match="one value for each"):
        trend_svg([TrendLine("x", (2021, 2022), (1,))], value_text=str)


def test_strip_has_a_dot_per_known_value_and_marks_the_one():
    drawing = strip([*range(100), np.nan], 25)
    dots = elements(drawing, "circle", fill="#a9b3af")
    assert len(dots) == 100
    mark = elements(drawing, "circle", r="3.4")[0]
    assert float(mark.get("cx")) == pytest.approx(6 + (245 - 12) * 25 / 99, abs=0.01)
    assert {"here", "median", "low", "high"} == set(texts(drawing))


def test_strip_dots_do_not_cover_each_other_and_stay_above_the_line():
    dots = elements(strip(np.repeat([1.0, 2.0, 5.0], [9, 3, 1]), 5), "circle", fill="#a9b3af")
    places = {(dot.get("cx"), dot.get("cy")) for dot in dots}
    assert len(places) == 13
    assert all(12 < float(cy) < 56 for _, cy in places)


def test_strip_without_a_mark_with_one_value_or_none():
    assert "here" not in texts(strip([1, 2, 3], np.nan))
    assert len(elements(strip([4, 4, 4], 4), "circle", r="3.4")) == 1
    with pytest.raises(DocumentError, match="No commune"):
        strip([np.nan], 1)
