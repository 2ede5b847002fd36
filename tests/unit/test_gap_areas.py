"""Gap areas: who is a neighbour, where areas are cut, how they are named, what they count."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.gap_areas import LINK_M, gap_areas
from finder.errors import MeasureError, ThresholdError
from finder.geo.projection import to_wgs84


def grid(cells, *, nis="84077", children=None):
    """Return points at the centres of 1 km cells (column, row) in open country."""
    column, row = np.array(cells, dtype=float).reshape(-1, 2).T
    lon, lat = to_wgs84(700_000 + 1000 * column, 560_000 + 1000 * row)
    n = len(cells)
    count = np.array([30.0] * n if children is None else children, dtype=float)
    index = pd.Index([f"p{i:03d}" for i in range(n)], name="point_id")
    columns = {"nis": nis, "lon": lon, "lat": lat, "children_0_2_5": count / 2, "children_0_5": count}
    return pd.DataFrame(columns | {"population": 20 * count + 1}, index=index)


def gather(points, *, is_gap=True, names="Place", minutes=25.0, **options):
    index = points.index
    return gap_areas(
        points,
        pd.Series(is_gap, index=index, dtype="boolean"),
        pd.Series(names, index=index, dtype="str"),
        minutes=pd.Series(minutes, index=index),
        **options,
    )


def test_cells_side_by_side_or_at_a_corner_are_one_area_and_cells_two_apart_are_not():
    assert len(gather(grid([(0, 0), (1, 0)]))) == 1
    assert len(gather(grid([(0, 0), (1, 1)]))) == 1
    assert len(gather(grid([(0, 0), (2, 0)]))) == 2
    assert LINK_M == 1600


def test_the_link_distance_is_declared_and_can_be_chosen():
    assert len(gather(grid([(0, 0), (2, 0)]), link_m=2001.0)) == 1
    for options in ({"link_m": 0.0}, {"max_span_m": -1.0}, {"link_m": np.nan}, {"max_children": 0.0}):
        with pytest.raises(ThresholdError):
            gather(grid([(0, 0)]), **options)


def test_points_that_are_no_gap_or_unknown_belong_to_no_area():
    areas = gather(grid([(0, 0), (1, 0), (2, 0)]), is_gap=[True, None, False])
    assert areas["point_ids"].tolist() == [("p000",)]
    assert areas["children_0_5"].tolist() == [30]


def test_areas_are_ranked_by_children_and_small_ones_are_kept_and_marked():
    areas = gather(grid([(0, 0), (10, 0), (10, 1), (20, 0)], children=[5, 30, 30, 19.5]))
    assert areas["rank"].tolist() == [1, 2, 3]
    assert areas["children_0_5"].tolist() == [60, 19.5, 5]
    assert areas["is_small"].tolist() == [False, True, True]
    assert areas["area_id"].tolist() == ["gap-p001", "gap-p003", "gap-p000"]
    assert areas["population"].tolist() == [1202, 391, 101]


def test_an_area_is_named_after_the_locality_with_most_children_that_no_larger_area_took():
    points = grid([(0, 0), (1, 0), (10, 0), (11, 0), (20, 0)], children=[90, 20, 50, 40, 10])
    areas = gather(points, names=["Wardin", "Bras", "Wardin", "Noville", "Wardin"])
    assert areas["name"].tolist() == ["Wardin", "Noville", "Wardin"]


def test_minutes_are_weighted_by_children_who_reach_a_service():
    points = grid([(0, 0), (1, 0), (2, 0), (10, 0)], children=[10, 30, 60, 5])
    areas = gather(points, minutes=[20.0, 40.0, np.inf, np.inf])
    assert areas["mean_minutes"].tolist() == [35.0, np.inf]
    assert areas["unreachable_children"].tolist() == [60.0, 5.0]


def test_shares_of_draws_and_the_border_are_summed_up_or_missing():
    points = grid([(0, 0), (1, 0), (10, 0)], children=[10, 30, 5])
    plain = gather(points)
    assert plain["draw_share"].isna().all()
    assert plain["touches_border"].isna().all()
    index = points.index
    areas = gather(
        points,
        draw_share=pd.Series([1.0, 0.6, 0.5], index=index),
        touches_border=pd.Series([False, True, False], index=index),
    )
    assert areas["draw_share"].tolist() == pytest.approx([0.7, 0.5])
    assert areas["touches_border"].tolist() == [True, False]


def test_a_wide_area_is_cut_at_commune_borders_and_a_narrow_one_is_not():
    row = grid([(c, 0) for c in range(20)]).assign(nis=["84077"] * 12 + ["84009"] * 8)
    areas = gather(row)
    assert areas["nis"].tolist() == [("84077",), ("84009",)]
    assert areas["cut_at"].tolist() == ["commune", "commune"]
    whole = gather(row, max_span_m=19_001.0)
    assert whole["nis"].tolist() == [("84009", "84077")]
    assert whole["cut_at"].tolist() == ["none"]


def test_a_cut_leaves_apart_the_two_pieces_of_one_commune():
    row = grid([(c, 0) for c in range(20)]).assign(nis=["84077"] * 5 + ["84009"] * 10 + ["84077"] * 5)
    assert sorted(len(ids) for ids in gather(row)["point_ids"]) == [5, 5, 10]


def test_an_area_of_many_children_is_cut_between_localities_but_one_locality_is_not():
    points = grid([(0, 0), (1, 0), (2, 0), (3, 0)], children=[800, 300, 500, 900])
    areas = gather(points, names=["Jumet", "Jumet", "Gilly", "Gilly"])
    assert areas["name"].tolist() == ["Gilly", "Jumet"]
    assert areas["children_0_5"].tolist() == [1400, 1100]
    assert areas["cut_at"].tolist() == ["locality", "locality"]
    assert len(gather(points)) == 1
    assert gather(points.assign(children_0_5=375.0), names=list("abcd"))["cut_at"].tolist() == ["none"]


def test_the_centre_is_that_of_the_children_and_an_area_without_children_still_has_one():
    points = grid([(0, 0), (1, 0)], children=[10, 30])
    area = gather(points).iloc[0]
    assert area["lon"] == pytest.approx((points["lon"] * [0.25, 0.75]).sum())
    nobody = gather(grid([(0, 0), (1, 0)], children=[0, 0])).iloc[0]
    assert nobody["lon"] == pytest.approx(points["lon"].mean())
    assert (nobody["children_0_5"], nobody["population"], nobody["mean_minutes"]) == (0, 2, 25.0)


def test_no_gap_gives_an_empty_table_with_the_same_columns():
    points = grid([(0, 0), (1, 0)])
    empty, full = gather(points, is_gap=False), gather(points)
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert len(gather(points.iloc[:0])) == 0


def test_impossible_input_is_named():
    points = grid([(0, 0), (1, 0)])
    with pytest.raises(MeasureError, match=r"children_0_5: p001"):
        gather(points.assign(children_0_5=[1, -1]))
    with pytest.raises(MeasureError, match=r"missing minutes: p000"):
        gather(points, minutes=[np.nan, 3.0])
    with pytest.raises(MeasureError, match="no position: p001"):
        gather(points.assign(lat=[50.0, np.nan]))
    with pytest.raises(MeasureError, match="stand twice: p000"):
        gather(points.rename(index={"p001": "p000"}))
    with pytest.raises(MeasureError, match="draw_share has other ids"):
        gather(points, draw_share=pd.Series([1.0, 1.0], index=["p001", "p000"]))


@pytest.mark.parametrize(
    ("column", "value"), [("lat", 200.0), ("lon", np.inf), ("lon", np.nan), ("children_0_5", np.inf)]
)
def test_a_position_outside_the_globe_and_infinite_children_are_named(column, value):
    points = grid([(0, 0), (5, 0)])
    points.loc["p001", column] = value
    with pytest.raises(MeasureError, match="p001"):
        gather(points)


def test_the_input_is_not_changed():
    points = grid([(0, 0), (1, 0)])
    before = points.copy(deep=True)
    gather(points)
    pd.testing.assert_frame_equal(points, before)
