import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from finder.sources.demand_points import FEWEST_PEOPLE, QUANTUM, merge_small
from finder.sources.estimates import round_to_sum

people = st.floats(min_value=0, max_value=30_000, allow_nan=False)


@given(st.lists(st.floats(min_value=0.001, max_value=1), min_size=1, max_size=60), st.integers(0, 400_000))
def test_quantised_shares_sum_exactly_to_the_total_in_any_order(shares, halves):
    total = halves / 2
    exact = np.array(shares) / np.sum(shares) * total
    rounded = round_to_sum(exact, quantum=QUANTUM)
    assert (
        rounded.sum() == total == rounded[::-1].sum() == float(pd.Series(rounded).sample(frac=1, random_state=1).sum())
    )
    assert (np.abs(rounded - exact) <= QUANTUM).all()
    assert (rounded >= 0).all()


@given(st.lists(st.tuples(st.sampled_from("AB"), people, people, people), min_size=1, max_size=40))
def test_merging_loses_nobody_and_no_commune(rows):
    frame = pd.DataFrame(rows, columns=["nis", "people", "x", "y"]).assign(row=range(len(rows)), col=0)
    merged = merge_small(frame)
    before, after = frame.groupby("nis")["people"].sum(), merged.groupby("nis")["people"].sum()
    pd.testing.assert_series_equal(after, before, rtol=1e-12)
    alone = merged.groupby("nis")["people"].transform("size") == 1
    assert ((merged["people"] >= FEWEST_PEOPLE) | alone).all()
