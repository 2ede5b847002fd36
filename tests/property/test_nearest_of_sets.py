"""The nearest open destination of a table, for many sets, against a dense minimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.nearest_of_sets import nearest_of_sets
from finder.geo.travel_time import TravelTimes


def table(dense: np.ndarray) -> TravelTimes:
    rows, columns = np.nonzero(np.isfinite(dense))
    return TravelTimes(
        minutes=dense[rows, columns].astype(np.float32),
        indices=columns.astype(np.int32),
        indptr=np.searchsorted(rows, np.arange(len(dense) + 1)).astype(np.int64),
        origin_ids=np.arange(len(dense)),
        destination_ids=np.arange(dense.shape[1]),
        mode="walk",
        cutoff_min=30.0,
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 6), st.integers(1, 5))
def test_equals_the_dense_minimum(seed: int, n_origins: int, n_sites: int, n_sets: int) -> None:
    rng = np.random.default_rng(seed)
    dense = np.where(rng.random((n_origins, n_sites)) < 0.6, rng.integers(0, 30, (n_origins, n_sites)), np.inf)
    is_open = rng.random((n_sites, n_sets)) < 0.5
    expected = np.where(is_open[None], dense[:, :, None], np.inf).min(axis=1)
    np.testing.assert_array_equal(nearest_of_sets(table(dense), is_open), expected.astype(np.float32))


def test_sets_of_another_table_are_refused() -> None:
    with pytest.raises(ValueError, match="2 destinations"):
        nearest_of_sets(table(np.zeros((3, 2))), np.ones((3, 1), dtype=bool))
