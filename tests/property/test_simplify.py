"""Simplified lines stay within the tolerance and keep their ends."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.simplify import kept_points

LINES = st.lists(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=15), min_size=1, max_size=4
)


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from([0.0, 1.0, 5.0, 20.0]))
def test_no_dropped_point_is_farther_than_the_tolerance(lines, tolerance):
    ptr = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    xy = np.array([point for line in lines for point in line], dtype=float)
    keep = kept_points(ptr, xy[:, 0].copy(), xy[:, 1].copy(), tolerance)
    for a, b in pairwise(ptr):
        assert keep[a]
        assert keep[b - 1]
        kept = shapely.LineString(xy[a:b][keep[a:b]])
        assert shapely.distance(shapely.points(xy[a:b]), kept).max() <= tolerance + 1e-9
