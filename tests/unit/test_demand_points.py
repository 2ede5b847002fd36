"""A made-up country of two communes and four cells, small enough to check by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from finder.errors import SourceFileError
from finder.sources.cells import MOLLWEIDE, Grid, cut_cells
from finder.sources.demand_points import join_evidence, merge_small, place, scale, share_people
from finder.sources.settlement import ADDRESSES, LOCALITIES

X, Y = 300_000.0, 5_900_000.0
GRID = Grid(np.array([[100.0, 40.0], [0.0, np.nan], [10.0, 20.0]]), left_m=X, top_m=Y, step_m=1000.0)
# A holds the left column and a quarter of the upper right cell; B the rest of that column.
OUTLINES = gpd.GeoDataFrame(
    {"nis": ["A", "B"]},
    geometry=[
        box(X, Y - 3000, X + 1000, Y).union(box(X + 1000, Y - 1000, X + 1250, Y)),
        box(X + 1250, Y - 1000, X + 2000, Y).union(box(X + 1000, Y - 3000, X + 2000, Y - 1000)),
    ],
    crs=MOLLWEIDE,
)


def evidence(*points):
    frame = pd.DataFrame(points, columns=["nis", "kind", "count", "dx", "dy"])
    geometry = gpd.points_from_xy(X + frame["dx"], Y - frame["dy"])
    return gpd.GeoDataFrame(frame[["nis", "kind", "count"]], geometry=geometry, crs=MOLLWEIDE)


NONE = evidence().astype({"count": float})


def test_cells_are_cut_along_the_border_and_empty_cells_left_out():
    pieces = cut_cells(GRID, OUTLINES)
    assert pieces[["nis", "row", "col"]].to_numpy().tolist() == [
        ["A", 0, 0], ["A", 0, 1], ["A", 2, 0], ["B", 0, 1], ["B", 2, 1],
    ]  # fmt: skip
    np.testing.assert_allclose(pieces["area_km2"], [1, 0.25, 1, 0.75, 1])
    assert pieces["cell_people"].tolist() == [100, 40, 10, 40, 20]


def test_a_touching_border_makes_no_piece():
    left = OUTLINES.iloc[:1].assign(geometry=[box(X, Y - 3000, X + 1000, Y)])
    assert cut_cells(GRID, left)["col"].tolist() == [0, 0]


def test_without_evidence_a_cell_is_shared_by_area():
    pieces = cut_cells(GRID, OUTLINES)
    shared = share_people(pieces, join_evidence(pieces, NONE))
    np.testing.assert_allclose(shared, [100, 10, 10, 30, 20])


def test_the_part_of_a_cell_abroad_keeps_its_people():
    pieces = cut_cells(GRID, OUTLINES.iloc[1:])
    np.testing.assert_allclose(share_people(pieces, join_evidence(pieces, NONE)), [30, 20])


def test_addresses_weigh_where_every_commune_of_the_cell_has_them():
    pieces = cut_cells(GRID, OUTLINES)
    points = evidence(("A", ADDRESSES, 30, 1100, 500), ("B", ADDRESSES, 10, 1500, 500))
    shared = share_people(pieces, join_evidence(pieces, points))
    density = 40 / 4.0  # addresses per km² of the five pieces
    assert shared[1] == pytest.approx(40 * (30 + density * 0.25) / (40 + density))
    assert shared[1] + shared[3] == pytest.approx(40)
    only_a = share_people(pieces, join_evidence(pieces, points.iloc[:1]))
    assert only_a[1] == pytest.approx(10)  # by area: nothing is known of B


def test_a_point_stands_where_people_live():
    pieces = cut_cells(GRID, OUTLINES)
    points = evidence(
        ("A", ADDRESSES, 30, 200, 200), ("A", ADDRESSES, 10, 600, 200), ("A", LOCALITIES, 1, 900, 900),
        ("B", LOCALITIES, 1, 1700, 2300), ("A", ADDRESSES, 99, 1700, 2400),
    )  # fmt: skip
    placed = place(pieces, join_evidence(pieces, points))
    assert (placed["x"][0] - X, Y - placed["y"][0]) == pytest.approx((300, 200))  # weighted mean; addresses come first
    assert (placed["x"][4] - X, Y - placed["y"][4]) == pytest.approx((1700, 2300))  # the other commune's do not count
    assert pieces.geometry.contains(gpd.GeoSeries(gpd.points_from_xy(placed["x"], placed["y"]), crs=MOLLWEIDE)).all()


def test_a_mean_outside_its_piece_gives_way_to_the_nearest_evidence():
    shape = box(X, Y - 1000, X + 1000, Y).difference(box(X + 200, Y - 1000, X + 800, Y - 200))  # an arch
    pieces = cut_cells(GRID, OUTLINES.iloc[:1].assign(geometry=[shape]))
    points = evidence(("A", ADDRESSES, 5, 100, 900), ("A", ADDRESSES, 4, 900, 900))
    placed = place(pieces, join_evidence(pieces, points))
    assert (placed["x"][0] - X, Y - placed["y"][0]) == pytest.approx((100, 900))


def test_scaling_meets_the_totals_and_loses_no_commune():
    nis, people = pd.Series(["A", "A", "B"]), pd.Series([1.0, 3.0, 2.0])
    assert scale(people, nis, pd.Series({"A": 8.0, "B": 1.0})).tolist() == [2, 6, 1]
    with pytest.raises(SourceFileError, match="nobody in the communes C"):
        scale(people, nis, pd.Series({"A": 8.0, "B": 1.0, "C": 5.0}))


def test_small_pieces_join_the_nearest_of_their_own_commune_smallest_first():
    pieces = pd.DataFrame(
        [("A", 0, 0, 0.3, 0, 0), ("A", 1, 0, 0.25, 10, 0), ("A", 2, 0, 9.0, 30, 0), ("B", 0, 1, 5.0, 11, 0)],
        columns=["nis", "row", "col", "people", "x", "y"],
    )
    merged = merge_small(pieces)
    # 0.25 joins 0.3, ten metres away, which is then large enough; B is nearer but another commune.
    assert merged[["nis", "row", "people"]].to_numpy().tolist() == [["A", 0, 0.55], ["A", 2, 9.0], ["B", 0, 5.0]]
