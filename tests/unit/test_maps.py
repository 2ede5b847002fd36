"""Colours, classes, legend, layers and files of the maps."""

import json
import re
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from finder import tables
from finder.maps.areas import area_layer, area_outlines
from finder.maps.assets import SCRIPT, STYLE, write_map_assets
from finder.maps.base import base_map
from finder.maps.base_data import build_base_layers
from finder.maps.cells import STEPS_PER_DEGREE, cell_layer
from finder.maps.choropleth import commune_layer, commune_outline_layer
from finder.maps.elements import fit_view, layer_group, script_json
from finder.maps.legend import class_labels, legend_html, legend_rows
from finder.maps.markers import SHAPES, Pin, origin_layer, service_layer
from finder.maps.palettes import (
    AGREEMENT,
    CHANGE_MINUTES,
    CHILDREN_PER_PLACE,
    COUNTS,
    COVERAGE_PCT,
    DRAW_SHARE,
    KIND_COLOURS,
    LOSS_TO_GAIN,
    MINUTES,
    NEAR_TO_FAR,
    PER_100,
    SHARES,
    Scale,
)
from finder.maps.route import route_layer


def _luminance(colour):
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_sequential_colours_darken_steadily():
    light = [_luminance(colour) for colour in NEAR_TO_FAR]
    assert all(a > b + 0.015 for a, b in pairwise(light))


def test_diverging_colours_darken_on_both_sides():
    light = [_luminance(colour) for colour in LOSS_TO_GAIN]
    assert light[0] < light[1] < light[2]
    assert all(a > b for a, b in pairwise(light[2:]))


@pytest.mark.parametrize("kind", tables.KINDS)
def test_each_kind_has_a_readable_marker(kind):
    assert 1.05 / (_luminance(KIND_COLOURS[kind]) + 0.05) >= 4.5
    assert list(SHAPES.values()).count(SHAPES[kind]) == 1


def test_classes_include_their_upper_limit():
    assert MINUTES.classes([0, 5, 5.1, 30, 45, 45.1, np.inf, np.nan]).tolist() == [0, 0, 1, 4, 5, 6, 6, -1]
    assert CHANGE_MINUTES.classes([-9, -0.5, 0, 1, 6, 99]).tolist() == [0, 2, 2, 2, 4, 6]
    assert len(SHARES.colours) == len(SHARES.limits) + 1


SCALES = {
    "MINUTES": MINUTES, "SHARES": SHARES, "COVERAGE_PCT": COVERAGE_PCT, "PER_100": PER_100,
    "CHILDREN_PER_PLACE": CHILDREN_PER_PLACE, "AGREEMENT": AGREEMENT, "DRAW_SHARE": DRAW_SHARE, "COUNTS": COUNTS,
}  # fmt: skip


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_has_a_colour_for_each_class_in_one_direction(name):
    scale = SCALES[name]
    assert len(scale.colours) == len(scale.limits) + 1 == len(set(scale.colours))
    assert all(low < high for low, high in pairwise(scale.limits))
    light = [_luminance(colour) for colour in scale.colours]
    few_is_bad = name in {"SHARES", "COVERAGE_PCT", "PER_100"}
    assert light == sorted(light, reverse=not few_is_bad)


def test_a_target_met_exactly_is_met():
    assert COVERAGE_PCT.classes([9.9, 10, 32.99, 33, 45, 80, np.nan]).tolist() == [0, 1, 2, 3, 4, 6, -1]
    assert CHILDREN_PER_PLACE.classes([3.0, 3.01, np.inf]).tolist() == [3, 4, 6]
    assert AGREEMENT.classes([0, 1, 5, 6, 9]).tolist() == [0, 1, 5, 6, 6]


def test_places_and_children_per_place_have_the_same_colour():
    places_per_100 = np.array([5.0, 15, 25, 40, 50, 70, 90])
    turned = CHILDREN_PER_PLACE.classes(100 / places_per_100)
    assert [CHILDREN_PER_PLACE.colours[k] for k in turned] == [
        PER_100.colours[k] for k in PER_100.classes(places_per_100)
    ]


def test_labels_say_which_class_a_limit_is_in():
    two = ("#ffffff", "#888888", "#000000")
    assert class_labels(Scale((1, 3), two), "{:g}".format, unit=" min") == ["≤ 1 min", "1–3 min", "> 3 min"]
    assert class_labels(Scale((1, 3), two, "above"), "{:g}".format, unit="") == ["< 1", "1–3", "≥ 3"]
    assert class_labels(AGREEMENT, "{:g}".format) == ["0", "1", "2", "3", "4", "5", "≥ 6"]


def test_legend_counts_uncertain_zones_that_have_a_value():
    values = [3, 7, np.nan]
    rows = legend_rows(
        values, MINUTES, ["x"] * 7, empty_label="none", uncertain=[False, True, True], uncertain_label="unsure"
    )
    assert [(row.label, row.count, row.pattern) for row in rows[7:]] == [
        ("unsure", 1, "dotted"),
        ("none", 1, "hatched"),
    ]
    assert 'class="fi-swatch fi-dots"' in legend_html(rows, title="t", count_text=str)
    assert len(legend_rows(values, MINUTES, ["x"] * 7, empty_label="none", uncertain=[False] * 3)) == 8


def test_legend_counts_every_zone_once():
    values = [3, 7, 7, 50, np.inf, np.nan]
    rows = legend_rows(values, MINUTES, [str(i) for i in range(7)], empty_label="none")
    assert [row.count for row in rows] == [1, 2, 0, 0, 0, 0, 2, 1]
    assert rows[-1].colour is None
    full = legend_rows([1, 2], MINUTES, [str(i) for i in range(7)], empty_label="none")
    assert len(full) == 7


def test_legend_escapes_its_texts():
    rows = legend_rows([1], MINUTES, ["<b>"] * 7, empty_label="")
    text = legend_html(rows, title="<script>", count_text=lambda n: f"<i>{n}")
    assert "<b>" not in text
    assert "<script>" not in text
    assert "<i>" not in text


NASTY = "</script><script>alert(1)</script> `${alert(2)}` {{ 7*7 }} \u2028 <img src=x onerror=alert(3)>"


def test_no_text_can_leave_its_json():
    text = script_json({"title": NASTY})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text)["title"] == NASTY


def test_json_refuses_nan():
    with pytest.raises(ValueError, match="JSON"):
        script_json({"minutes": float("nan")})


def test_nasty_names_stay_text_on_the_map():
    pin = Pin(lat=50.4, lon=4.8, kind="creche", title=NASTY, lines=(NASTY,), notes=(NASTY,))
    layer = service_layer([pin])
    assert "<" not in layer.payload
    assert json.loads(layer.payload)["pins"][0]["title"] == NASTY
    assert "<" not in origin_layer(50.4, 4.8, title=NASTY).payload
    tooltips = commune_layer(pd.Series({"92094": 3.0}), scale=MINUTES, tooltips={"92094": NASTY})
    assert "<" not in tooltips.payload


def test_many_markers_cluster_and_small_ones_do_not():
    many = [Pin(lat=50.0, lon=4.0, kind="creche", title="x") for _ in range(60)]
    small = [Pin(lat=50.0, lon=4.0, kind="creche", title="x", is_small=True) for _ in range(60)]
    assert json.loads(service_layer(many).payload)["is_clustered"]
    assert not json.loads(service_layer(small).payload)["is_clustered"]


def test_communes_without_a_value_have_no_class():
    layer = commune_layer(pd.Series({"1": 3.0, "2": np.nan}), scale=MINUTES, tooltips={})
    assert json.loads(layer.payload)["classes"] == {"1": 0}


def test_only_a_value_can_be_uncertain():
    values = pd.Series({"1": 3.0, "2": np.nan, "3": 4.0})
    unsure = pd.Series({"1": True, "2": True, "3": False, "9": True})
    options = json.loads(commune_layer(values, scale=MINUTES, tooltips={}, uncertain=unsure).payload)
    assert options["uncertain"] == ["1"]
    assert json.loads(commune_layer(values, scale=MINUTES, tooltips={}).payload)["uncertain"] == []


def test_outlined_communes_keep_their_texts():
    options = json.loads(commune_outline_layer(tooltips={"1": NASTY}, chosen="1").payload)
    assert options == {"tooltips": {"1": NASTY}, "chosen": "1"}


def _points(count):
    rng = np.random.default_rng(20201)
    lon, lat = rng.uniform(2.9, 6.4, count), rng.uniform(49.5, 50.9, count)
    return pd.DataFrame({"lon": lon, "lat": lat}, index=pd.Index([f"p{i}" for i in range(count)], name="point_id"))


def test_cells_carry_place_class_and_size_of_every_point():
    points = pd.DataFrame({"lon": [4.5, 4.2, 4.3], "lat": [50.4, 50.1, 50.4]}, index=["a", "b", "c"])
    values = pd.Series({"a": 3.0, "c": 50.0})
    people = pd.Series({"a": 1.0, "b": 5.0, "c": 500.0})
    layer = cell_layer(points, values, people=people, scale=MINUTES, class_texts=[NASTY] * 7)
    assert "<" not in layer.payload
    options = json.loads(layer.payload)
    lat, lon = (np.cumsum(options[name]) / STEPS_PER_DEGREE for name in ("lat", "lon"))
    # From south to north, then from west to east: b, c, a.
    np.testing.assert_allclose(lat, [50.1, 50.4, 50.4])
    np.testing.assert_allclose(lon, [4.2, 4.3, 4.5])
    assert options["classes"] == "-60"
    assert options["sizes"] == "120"


def test_all_cells_of_the_country_stay_light():
    points = _points(18_988)
    values = pd.Series(np.linspace(0, 60, len(points)), index=points.index)
    layer = cell_layer(points, values, people=values, scale=MINUTES)
    assert len(layer.payload.encode()) < 400_000


def test_outlines_hold_their_points_and_join_neighbours():
    points = pd.DataFrame({"lon": [5.50, 5.52, 5.60], "lat": [50.0, 50.0, 50.2]}, index=["a", "b", "c"])
    outlines = area_outlines(points, pd.Series({"a": "x", "b": "x", "c": "y"}))
    assert outlines.index.tolist() == ["x", "y"]
    assert outlines.crs.to_epsg() == 3812
    # 1.43 km apart: one polygon round both.
    assert outlines.geometry["x"].geom_type == "Polygon"
    at = gpd.GeoSeries(gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326").to_crs("EPSG:3812")
    assert [outlines.geometry["x"].contains(point) for point in at] == [True, True, False]
    assert outlines.geometry["y"].area == pytest.approx(np.pi * 850**2, rel=0.05)
    with pytest.raises(KeyError):
        area_outlines(points, pd.Series({"nowhere": "x"}))


def test_areas_are_drawn_by_rank_and_their_texts_stay_text():
    points = pd.DataFrame({"lon": [5.5, 5.6, 5.7], "lat": [50.0, 50.2, 50.3]}, index=["a", "b", "c"])
    outlines = area_outlines(points, pd.Series({"a": "x", "b": "y", "c": "z"}))
    layer = area_layer(outlines, ranks=pd.Series({"x": 2, "y": 1}), tooltips={"x": NASTY}, uncertain={"y"})
    assert "<" not in layer.payload
    areas = json.loads(layer.payload)["areas"]
    assert [area["rank"] for area in areas] == [1, 2, None]
    assert [area["is_uncertain"] for area in areas] == [True, False, False]
    assert areas[1]["text"] == NASTY
    lat, lon = areas[0]["shape"][0][0][0]
    assert (round(lat, 1), round(lon, 1)) == (50.2, 5.6)


def test_route_draws_line_and_both_legs():
    line = np.array([[690000.0, 620000.0], [690500.0, 620400.0]])
    options = json.loads(route_layer(line, origin=(50.4, 4.8), destination=(50.5, 4.9)).payload)
    assert len(options["path"]) == 2
    assert len(options["legs"]) == 2
    nothing = json.loads(route_layer(np.empty((0, 2)), origin=(50.4, 4.8), destination=(50.5, 4.9)).payload)
    assert nothing["path"] == []


def _two_communes():
    squares = [box(650000, 650000, 655000, 655000), box(655000, 650000, 660000, 655000)]
    columns = {"name_fr": ["A", "B"], "name_nl": ["A", "Bnl"], "name_de": ["A", "B"], "province": ["P", "P"]}
    return gpd.GeoDataFrame(columns, geometry=squares, index=pd.Index(["1", "2"], name="nis"), crs="EPSG:3812")


def _base():
    points = gpd.GeoDataFrame(
        {"nis": ["1"], "name": ["A"], "name_fr": ["A"], "name_nl": [None], "name_de": [None]},
        geometry=[Point(651000, 651000)],
        crs="EPSG:3812",
    )
    return build_base_layers(_two_communes(), points, population=pd.Series({"1": 100_000, "2": 10}))


def test_base_layers_are_in_degrees_and_ranked():
    base = _base()
    assert [f["properties"]["nis"] for f in base["communes"]["features"]] == ["1", "2"]
    lon, lat = base["communes"]["features"][0]["geometry"]["coordinates"][0][0]
    assert 2 < lon < 7
    assert 49 < lat < 52
    assert [place["rank"] for place in base["places"]] == [1, 3]
    assert base["places"][1]["names"] == {"fr": "B", "nl": "Bnl"}


def test_asset_folder_holds_only_what_maps_load(tmp_path):
    version = write_map_assets(tmp_path, _base())
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith("images/")} == {SCRIPT, STYLE}
    assert all(name.endswith(".png") for name in files if name.startswith("images/"))
    assert re.fullmatch(r"[0-9a-f]{10}", version)
    assert "sourceMappingURL" not in (tmp_path / SCRIPT).read_text(encoding="utf-8")


def test_base_map_names_no_other_server():
    shown = base_map("../assets", version="1", theme="light", language="fr", title="t")
    layer_group(fit_view((3, 49, 6, 51), token="a")).add_to(shown)
    page = shown.get_root().render()
    assert re.findall(r"https?://[^\s\"'<>]+", page) == []


def test_tiles_come_only_when_asked_for():
    with_tiles = base_map("../assets", version="1", theme="dark", language="nl", title="t", with_tiles=True)
    assert "tile.openstreetmap.org" in with_tiles.get_root().render()
