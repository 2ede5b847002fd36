"""Charts: what stands in them, how numbers and labels are written, and that every one of them can be drawn."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import vl_convert
from test_maps import NASTY, _luminance

from finder.maps.charts_compare import BINS, distribution_chart, group_chart, interval_chart, lorenz_chart
from finder.maps.charts_look import COLOURS, Look, spread
from finder.maps.charts_time import FanWords, fan_chart, need_chart, trend_chart

LOOK = Look("light")
WORDS = {"title": "Places", "description": "a chart"}
PHONE_PX = 358


def _svg(chart, *, width_px=PHONE_PX):
    spec = chart.to_dict()
    assert spec["width"] == "container"
    return vl_convert.vegalite_to_svg(spec | {"width": width_px})


def _texts(chart):
    return re.findall(r"<text[^>]*>([^<]*)</text>", _svg(chart))


def _zones():
    value = [5.0, 10.0, 10.1, 10.2, 40.0, np.nan]
    role = ["other", "group", "chosen", "other", "group", "group"]
    return pd.DataFrame({"name": list("abcdef"), "value": value, "text": list("123456"), "role": role})


def _marks():
    return pd.DataFrame({"value": [10.1, 36.0], "label": ["c 10", "Province 36"], "role": ["chosen", "group"]})


def _rows():
    return pd.DataFrame(
        {"name": ["Wellin", "Arlon"], "value": [20.0, 30.0], "low": [15.0, 29.0], "high": [26.0, 31.0],
         "text": ["20 (15–26)", "30 (29–31)"], "is_main": [True, False]}
    )  # fmt: skip


def _curves():
    share = np.linspace(0, 1, 11)
    parts = [
        pd.DataFrame({"name": name, "people_share": share, "value_share": share**power, "text": "x"})
        for name, power in (("Near", 1.5), ("Far", 3))
    ]
    return pd.concat(parts, ignore_index=True)


def _points():
    return pd.DataFrame(
        {"name": ["W", "W", "W", "B"], "year": [2006, 2014, 2022, 2019], "value": [25.3, 31.9, 36.6, 39.6], "text": "x"}
    )


def _targets():
    return pd.DataFrame({"value": [33.0, 45.0], "label": ["33 (2002)", "45 (2030)"]})


def _history():
    return pd.DataFrame(
        {"year": [2015, 2019, 2023, 2026], "value": [2400.0, 2200, 2000, 1850], "text": "x",
         "is_observed": [True, True, False, False]}
    )  # fmt: skip


def _forecast():
    ahead = np.arange(1, 11)
    value = 1850.0 - 10 * ahead
    return pd.DataFrame(
        {"year": 2026 + ahead, "value": value, "text": "x", "low_80": value - 9 * ahead, "high_80": value + 9 * ahead,
         "low_95": value - 20 * ahead, "high_95": value + 20 * ahead}
    )  # fmt: skip


def _scenarios(names=("Stable",)):
    rows = [{"name": name, "year": year, "value": 1850.0, "text": "x"} for name in names for year in (2027, 2036)]
    return pd.DataFrame(rows, columns=["name", "year", "value", "text"])


def _fan(*, history=None, scenarios=None, tested_until=2033, look=LOOK):
    words = FanWords("counted", "estimated", "trend", "80 of 100", "95 of 100", "not tested")
    return fan_chart(
        _history() if history is None else history, _forecast(),
        scenarios=_scenarios() if scenarios is None else scenarios, words=words, tested_until=tested_until,
        look=look, **WORDS,
    )  # fmt: skip


def _need(*, need=(800.0, 820.0), look=LOOK):
    years = pd.DataFrame(
        {"year": [2026, 2027], "need_count": need, "low": np.array(need) - 30, "high": np.array(need) + 30,
         "places_count": 700.0, "text": "x"}
    )  # fmt: skip
    return need_chart(years, places_label="700 places", gap_label="120 missing", look=look, **WORDS)


def _every_chart(look):
    return [
        distribution_chart(_zones(), marks=_marks(), look=look, **WORDS),
        interval_chart(_rows(), look=look, **WORDS),
        group_chart(_rows(), look=look, **WORDS),
        lorenz_chart(_curves(), look=look, x_title="People", equality_label="equal", **WORDS),
        trend_chart(_points(), targets=_targets(), look=look, **WORDS),
        _fan(look=look),
        _need(look=look),
    ]


def _drawn(chart, kind):
    """Return the data of the layers of one kind of mark, as they are drawn."""
    spec = chart.to_dict()
    found = []

    def walk(layer, data):
        data = layer.get("data", data)
        for child in layer.get("layer", []):
            walk(child, data)
        if "mark" in layer and layer["mark"]["type"] == kind:
            found.append((layer, pd.DataFrame(spec["datasets"][data["name"]])))

    walk(spec, None)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_are_readable_on_the_ground(theme):
    colours = COLOURS[theme]
    ground = _luminance(colours.ground)
    for word in (colours.text, colours.soft, colours.main, colours.second):
        low, high = sorted((_luminance(word), ground))
        assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_can_be_drawn_on_a_phone_with_the_colours_of_its_theme(theme):
    other = {"light": "dark", "dark": "light"}[theme]
    for chart in _every_chart(Look(theme)):
        svg = _svg(chart)
        assert "NaN" not in svg
        assert float(re.search(r'width="([\d.]+)"', svg)[1]) == pytest.approx(PHONE_PX, abs=1)
        spec = chart.to_dict()
        text = json.dumps(spec)
        assert not any(colour in text for colour in vars(COLOURS[other]).values())
        assert spec["description"] == "a chart"
        assert set(spec["padding"]) == {"left", "right", "top", "bottom"}  # a number stops Streamlit


@pytest.mark.parametrize(
    ("decimal", "thousands", "expected"),
    [(",", "\u202f", "1\u202f234,5 %"), (".", ",", "1,234.5 %"), (",", ".", "1.234,5 %")],
)
def test_numbers_have_the_signs_of_the_language(decimal, thousands, expected):
    look = Look("light", decimal=decimal, thousands=thousands)
    marks = pd.DataFrame({"value": [1234.5], "label": ["x"], "role": ["other"]})
    chart = distribution_chart(_zones().assign(value=1234.5), marks=marks, look=look, unit=" %", **WORDS)
    assert expected in _texts(chart)


def test_a_nasty_text_stays_text():
    rows = _rows().assign(name=NASTY)
    svg = _svg(interval_chart(rows, look=LOOK, title=NASTY, description=NASTY, unit=NASTY))
    assert "<script" not in svg
    assert "<img" not in svg


def test_distribution_has_one_dot_for_each_finite_value():
    dots = _drawn(distribution_chart(_zones(), marks=_marks(), look=LOOK, **WORDS), "circle")[0][1]
    assert sorted(dots["name"]) == list("abcde")
    assert not dots.duplicated(["column", "pile"]).any()
    step = 35 / BINS
    assert (np.abs(dots["column"] - dots["value"]) <= step / 2 + 1e-9).all()
    # The chosen zone lies lowest of its pile.
    assert dots.set_index("name")["pile"]["c"] == 0
    assert {"c 10", "Province 36"} <= set(_texts(distribution_chart(_zones(), marks=_marks(), look=LOOK, **WORDS)))


def test_distribution_of_equal_or_no_values_can_be_drawn():
    same = _zones().assign(value=7.0)
    assert _svg(distribution_chart(same, marks=_marks().head(0), look=LOOK, **WORDS))
    assert _svg(distribution_chart(same.assign(value=np.nan), marks=_marks().head(0), look=LOOK, **WORDS))


def test_rows_keep_their_order_and_say_their_values():
    for chart in (interval_chart(_rows(), look=LOOK, **WORDS), group_chart(_rows(), look=LOOK, **WORDS)):
        texts = [text for text in _texts(chart) if text in {"Wellin", "Arlon", "20 (15–26)", "30 (29–31)"}]
        assert set(texts) == {"Wellin", "Arlon", "20 (15–26)", "30 (29–31)"}
        assert texts.index("Wellin") < texts.index("Arlon")


def test_bars_start_at_zero():
    bars = _drawn(group_chart(_rows(), look=LOOK, **WORDS), "bar")[0][0]
    assert bars["encoding"]["x"]["scale"]["zero"] is True


def test_lorenz_names_the_most_unequal_curve_lowest():
    chart = lorenz_chart(_curves(), look=LOOK, x_title="People", equality_label="equal", **WORDS)
    corner = pd.concat([data for _, data in _drawn(chart, "text") if "name" in data]).drop_duplicates("name")
    assert corner.sort_values("value_pct")["name"].tolist() == ["Far", "Near"]
    assert "equal" in _texts(chart)


def test_trend_has_a_point_for_each_published_year_and_names_its_targets():
    chart = trend_chart(_points(), targets=_targets(), look=LOOK, unit=" %", **WORDS)
    assert len(_drawn(chart, "point")[0][1]) == 4
    assert {"W", "B", "33 (2002)", "45 (2030)", "40 %"} <= set(_texts(chart))
    assert _svg(trend_chart(_points(), targets=_targets().head(0), look=LOOK, **WORDS))


def test_counted_and_estimated_years_have_their_own_shape():
    points = [layer for layer, _ in _drawn(_fan(), "point") if "shape" in layer["mark"]]
    shapes = {layer["transform"][0]["filter"]: layer["mark"]["shape"] for layer in points}
    assert len(shapes) == len(set(shapes.values())) == 2
    assert {"counted", "estimated"} <= set(_texts(_fan()))
    only_counted = _texts(_fan(history=_history().assign(is_observed=True)))
    assert "estimated" not in only_counted


def test_fan_starts_at_the_last_known_point_and_names_its_bands():
    fan = _drawn(_fan(), "area")[0][1]
    first = fan.sort_values("year").iloc[0]
    assert (first["year"], first["low_95"], first["high_95"]) == (2026, 1850, 1850)
    assert {"trend", "80 of 100", "95 of 100", "Stable"} <= set(_texts(_fan()))


def test_years_beyond_the_backtest_are_said_to_be_untested():
    assert "not tested" in _texts(_fan(tested_until=2033))
    assert "not tested" not in _texts(_fan(tested_until=2036))


def test_a_fan_needs_no_scenario():
    assert "Stable" not in _texts(_fan(scenarios=_scenarios(())))


def test_labels_of_a_fan_do_not_cover_each_other():
    texts = re.findall(r'transform="translate\(([\d.]+),([\d.]+)\)"[^>]*>([^<]+)</text>', _svg(_fan()))
    names = {"trend", "80 of 100", "95 of 100", "Stable"}
    heights = sorted({text: float(y) for _, y, text in texts if text in names}.values())
    assert len(heights) == 4
    assert min(np.diff(heights)) >= 13


def test_places_beyond_the_need_are_no_gap():
    met = _drawn(_need(need=(800.0, 650.0)), "bar")[1][1]["met"]
    assert met.tolist() == [700, 650]
    assert {"700 places", "120 missing"} <= set(_texts(_need()))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 5.0], [1.0, 5.0]),
        ([5.0, 5.0], [4.5, 5.5]),
        ([3.0, 1.0, 2.9], [3.45, 1.0, 2.45]),
        ([0.0, 0.9, 1.0], [-1 / 3 - 1 / 30, 2 / 3 - 1 / 30, 5 / 3 - 1 / 30]),
        ([], []),
    ],
)
def test_spread_moves_labels_as_little_as_needed(values, expected):
    np.testing.assert_allclose(spread(values, gap=1.0), expected)
