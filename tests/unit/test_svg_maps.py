"""Vector maps and their names, hatching and legend."""

import xml.etree.ElementTree as ET
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.errors import CrsError, DocumentError
from finder.maps.palettes import MINUTES
from finder.maps.svg_elements import EMPTY, INK, PAPER, hatch, is_dark, path_data
from finder.maps.svg_labels import Name, place_names
from finder.maps.svg_legend import MapLegend
from finder.maps.svg_map import MapPoint, choropleth_svg, neighbours
from finder.maps.svg_text import printable, text_width, wrap_text

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = MapLegend("Minutes", tuple(f"class {k}" for k in range(7)), "no data", "uncertain")
NAMES = {"a": "Ai", "b": "Bo", "c": "Ce", "d": "De"}


@pytest.fixture(scope="module")
def zones():
    """Four squares of 10 km in a block: a b over c d."""
    squares = [shapely.box(x, y, x + 1e4, y + 1e4) for y in (7.1e5, 7.0e5) for x in (6.0e5, 6.1e5)]
    return gpd.GeoDataFrame(geometry=squares, index=pd.Index(list("abcd"), name="nis"), crs="EPSG:3812")


def draw(zones, values, **options):
    options = {"scale": MINUTES, "legend": LEGEND, "names": NAMES, "width": 200, "height": 200} | options
    return choropleth_svg(zones, pd.Series(values, dtype=float), **options)


def fills(drawing):
    return [path.get("fill") for path in ET.fromstring(drawing.markup).iter(f"{SVG}path") if path.get("fill") != "none"]


def texts(drawing):
    return [text.text for text in ET.fromstring(drawing.markup).iter(f"{SVG}text")]


def strokes(drawing, colour):
    return [path.get("d") for path in ET.fromstring(drawing.markup).iter(f"{SVG}path") if path.get("stroke") == colour]


def test_each_zone_has_the_colour_of_its_class(zones):
    found = fills(draw(zones, {"a": 5, "b": 5.1, "c": np.inf}))
    assert found == [MINUTES.colours[0], MINUTES.colours[1], MINUTES.colours[-1], EMPTY]


def test_no_data_is_hatched_and_in_the_legend_only_where_it_occurs(zones):
    full = draw(zones, dict.fromkeys("abcd", 3))
    assert "no data" not in texts(full)
    assert not strokes(full, "#9a968c")
    lacking = draw(zones, {"a": 3, "b": np.nan, "c": 3, "d": 3})
    assert "no data" in texts(lacking)
    assert len(strokes(lacking, "#9a968c")) == 2, "the zone and the box of the legend"
    assert lacking.height >= full.height


def test_uncertain_zones_have_the_other_pattern_on_their_colour(zones):
    values = dict.fromkeys("abcd", 3)
    sure, unsure = draw(zones, values), draw(zones, values, uncertain={"b"})
    assert "uncertain" not in texts(sure)
    assert "uncertain" in texts(unsure)
    assert fills(unsure) == fills(sure)


def test_hatching_stays_inside_its_shape():
    shape = shapely.Polygon([(3, 3), (60, 10), (40, 50), (5, 30)])
    for is_rising in (True, False):
        parts = hatch(shape, is_rising=is_rising).removeprefix("M").split("M")
        lines = [shapely.LineString([tuple(map(float, p.split())) for p in part.split("L")]) for part in parts]
        assert len(lines) > 5
        assert all(line.within(shape.buffer(0.11)) for line in lines)
        assert all((line.coords[0][0] - line.coords[1][0]) * (line.coords[0][1] - line.coords[1][1]) for line in lines)
    assert hatch(shape) != hatch(shape, is_rising=False)
    assert hatch(shapely.Polygon()) == ""


def test_north_is_up_and_the_whole_focus_is_shown(zones):
    markup = ET.fromstring(draw(zones, dict.fromkeys("abcd", 3), focus=["a"]).markup)
    first = next(path for path in markup.iter(f"{SVG}path"))
    xy = np.array([point.split() for point in first.get("d").strip("MZ").split("L")], dtype=float)
    assert (xy >= 0).all()
    assert (xy <= 200).all()
    assert np.ptp(xy[:, 0]) == pytest.approx(200 / 1.08, abs=0.3)
    south = draw(zones, {"a": 3, "c": 50}, highlighted=None)
    paths = [p for p in ET.fromstring(south.markup).iter(f"{SVG}path") if p.get("fill") in MINUTES.colours]
    middle = [np.array([p.split() for p in path.get("d").strip("MZ").split("L")], float)[:, 1].mean() for path in paths]
    assert middle[0] < middle[1], "a lies north of c"


def test_scale_bar_is_round_and_true_to_scale(zones):
    drawing = draw(zones, dict.fromkeys("abcd", 3))
    assert "5\u00a0km" in texts(drawing)
    bar = next(d for d in strokes(drawing, "#23302f") if d.startswith("M9 "))
    assert float(bar.split("H")[1].split("V")[0]) - 9 == pytest.approx(5000 / (1.08 * 2e4 / 200), abs=0.02)


def test_points_are_marked_inside_the_frame_only_and_hollow_ones_differ(zones):
    points = [MapPoint(6.1e5, 7.1e5, "#a3195b", "M"), MapPoint(6.05e5, 7.1e5, "#1f5fa8", "C", True)]
    points.append(MapPoint(9e5, 9e5, "#000000"))
    circles = list(ET.fromstring(draw(zones, {"a": 3}, points=points).markup).iter(f"{SVG}circle"))
    assert [circle.get("fill") for circle in circles] == ["#a3195b", "#ffffff"]
    assert circles[1].get("stroke") == "#1f5fa8"


def test_hostile_names_are_text(zones):
    evil = "<script>alert(1)</script>&\"'\x00\ud800\u202e"
    drawing = draw(zones, {"a": 3}, names={"a": evil}, highlighted="a", width=400)
    assert "<script>alert(1)</script>&\"'" in texts(drawing)
    assert "<script" not in drawing.markup


def test_wrong_input_is_told(zones):
    values = {"a": 3}
    with pytest.raises(CrsError, match="to_crs"):
        draw(zones.to_crs("EPSG:4326"), values)
    with pytest.raises(CrsError, match="None"):
        draw(zones.set_crs(None, allow_override=True), values)
    with pytest.raises(DocumentError, match="62063"):
        draw(zones, values, highlighted="62063")
    with pytest.raises(DocumentError, match="7 classes"):
        draw(zones, values, legend=MapLegend("x", ("one",), "none"))
    with pytest.raises(DocumentError, match="no zone"):
        draw(zones.iloc[:0], values)
    with pytest.raises(DocumentError, match="not among"):
        neighbours(zones, "zz")


def test_neighbours_touch(zones):
    assert neighbours(zones, "a") == ["a", "b", "c", "d"]
    assert neighbours(zones.loc[["a", "b"]].set_geometry(zones.geometry[["a", "d"]].values), "a") == ["a", "b"]
    apart = zones.copy()
    apart.loc["d", "geometry"] = shapely.box(9e5, 9e5, 9.1e5, 9.1e5)
    assert neighbours(apart, "a") == ["a", "b", "c"]


def luminance(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", [*MINUTES.colours, EMPTY])
def test_names_are_readable_on_every_colour(colour):
    ground, ink = luminance(colour), luminance(PAPER if is_dark(colour) else INK)
    assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) >= 4


def test_holes_stay_holes():
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    assert path_data(ring).count("Z") == 2
    assert path_data(shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])).count("Z") == 2
    assert path_data(shapely.GeometryCollection([shapely.Point(1, 1)])) == ""


names_to_place = st.lists(
    st.builds(
        Name,
        st.text(min_size=1, max_size=30),
        st.floats(-20, 320),
        st.floats(-20, 220),
        st.floats(5, 12),
        st.just(200.0),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(names=names_to_place)
def test_placed_names_never_touch_and_stay_inside(names):
    frame, taken = (0.0, 0.0, 300.0, 200.0), [(140.0, 90.0, 160.0, 110.0)]
    boxes = [placed.box for placed in place_names(names, frame=frame, taken=taken)]
    for one, other in combinations([*boxes, *taken], 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= 300 and b[3] <= 200 for b in boxes)


def test_a_name_too_wide_for_its_zone_is_left_out_unless_needed():
    frame = (0.0, 0.0, 300.0, 200.0)
    wide = Name("Ottignies-Louvain-la-Neuve", 150, 100, 9, room=20)
    assert place_names([wide], frame=frame) == []
    needed = Name("Ottignies-Louvain-la-Neuve", 2, 100, 9, room=20, is_needed=True)
    assert [placed.name for placed in place_names([needed], frame=frame)] == [needed]


@given(text=st.text(max_size=60))
def test_printable_text_can_be_xml_and_json(text):
    shown = printable(text)
    ET.fromstring(f"<a>{shown.replace('&', '&amp;').replace('<', '&lt;')}</a>")
    shown.encode("utf-8")
    assert printable(shown) == shown
    assert "\n" not in shown


def test_printable_keeps_what_people_write():
    kept = "Saint-Léger « Les P'tits Œufs » 1\u00a0250 ß ë שלום 你好 😀 =1+1 <b> #x *y*"
    assert printable(kept) == kept
    assert printable("a\u202eb\x07c\nd\ud800") == "abc d"


def test_wrapped_lines_fit_and_lose_nothing():
    text = "Consultation pour enfants de la commune de Vaux-sur-Sûre"
    lines = wrap_text(text, size=8, width=90)
    assert " ".join(lines) == text
    assert len(lines) > 1
    assert all(text_width(line, 8) <= 90 for line in lines)
