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
from finder.maps.assets import SCRIPT, STYLE, write_map_assets
from finder.maps.base import base_map
from finder.maps.base_data import build_base_layers
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group, script_json
from finder.maps.legend import legend_html, legend_rows
from finder.maps.markers import SHAPES, Pin, origin_layer, service_layer
from finder.maps.palettes import CHANGE_MINUTES, KIND_COLOURS, LOSS_TO_GAIN, MINUTES, NEAR_TO_FAR, SHARES
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
