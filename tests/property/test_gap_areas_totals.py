"""Gap areas lose nobody, count nobody twice, and do not depend on the order of the points."""

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.gap_areas import LINK_M, gap_areas
from finder.geo.projection import to_wgs84


@st.composite
def cases(draw):
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = draw(st.sampled_from([4_000, 12_000, 40_000]))
    x_m, y_m = 650_000 + rng.uniform(0, side, n), 600_000 + rng.uniform(0, side, n)
    lon, lat = to_wgs84(x_m, y_m)
    children = np.where(rng.random(n) < 0.2, 0.0, rng.uniform(0, 50, n))
    points = pd.DataFrame(
        {
            "nis": np.where(x_m < 650_000 + side / 2, "92094", "84077"),
            **{"lon": lon, "lat": lat, "children_0_2_5": children / 2, "children_0_5": children},
            "population": children * 15 + 1,
        },
        index=[f"p{i:02d}" for i in range(n)],
    )
    is_gap = pd.Series(rng.choice([True, False, None], n, p=[0.7, 0.2, 0.1]), index=points.index, dtype="boolean")
    names = pd.Series(rng.choice(["Ans", "Bras", "Couvin"], n), index=points.index)
    minutes = pd.Series(np.where(rng.random(n) < 0.1, np.inf, rng.uniform(15, 60, n)), index=points.index)
    return points, is_gap, names, minutes, np.column_stack([x_m, y_m])


@settings(max_examples=40, deadline=None)
@given(cases())
def test_every_gap_point_is_in_one_area_and_children_add_up(case):
    points, is_gap, names, minutes, _ = case
    areas = gap_areas(points, is_gap, names, minutes=minutes, max_children=100.0)
    gap = points[is_gap.fillna(False).to_numpy(dtype=bool)]
    assert sorted(i for ids in areas["point_ids"] for i in ids) == sorted(gap.index)
    for column in ("children_0_2_5", "children_0_5", "population"):
        np.testing.assert_allclose(areas[column].sum(), gap[column].sum(), atol=1e-9)
    for _, area in areas.iterrows():
        assert area["nis"] == tuple(sorted(set(points.loc[list(area["point_ids"]), "nis"])))
        assert area["name"] in set(names[list(area["point_ids"])])
    assert areas["children_0_5"].is_monotonic_decreasing


@settings(max_examples=25, deadline=None)
@given(cases())
def test_uncut_areas_are_the_components_of_the_distance_graph(case):
    points, is_gap, names, minutes, xy_m = case
    areas = gap_areas(points, is_gap, names, minutes=minutes, max_span_m=1e9, max_children=1e9)
    chosen = np.flatnonzero(is_gap.fillna(False).to_numpy(dtype=bool))
    graph = nx.Graph()
    graph.add_nodes_from(chosen)
    near = np.hypot(*(xy_m[chosen][:, None] - xy_m[chosen][None, :]).transpose(2, 0, 1)) <= LINK_M
    graph.add_edges_from((chosen[i], chosen[j]) for i, j in zip(*np.nonzero(near), strict=True))
    expected = {frozenset(points.index[list(part)]) for part in nx.connected_components(graph)}
    assert {frozenset(ids) for ids in areas["point_ids"]} == expected


@settings(max_examples=15, deadline=None)
@given(cases(), st.integers(0, 100))
def test_the_order_of_the_points_changes_nothing(case, seed):
    points, is_gap, names, minutes, _ = case
    order = np.random.default_rng(seed).permutation(len(points))
    first = gap_areas(points, is_gap, names, minutes=minutes)
    second = gap_areas(points.iloc[order], is_gap.iloc[order], names.iloc[order], minutes=minutes.iloc[order])
    pd.testing.assert_frame_equal(first, second)
