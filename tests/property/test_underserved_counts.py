"""Counts of underserved places always add up, looser thresholds only let places in, input order changes nothing."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.certainty import judge_draws
from finder.capacity.definitions import COMMUNE_DEFINITIONS
from finder.capacity.stability import mean_stability
from finder.capacity.underserved import agreement_count, agrees, definition_counts, evaluate, overlap, who_lives_there

SHARES = [f"share_beyond_{reach}" for reach in ("walk_15", "walk_20", "pram_15", "pram_20", "car_15")]
MEASURES = ["coverage_pct", "income_related_pct", "reachable_per_100", "income_eur", "lone_parent_share"]


@st.composite
def tables(draw):
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = {name: rng.uniform(0, 80, n) for name in MEASURES} | {name: rng.uniform(0, 1, n) for name in SHARES}
    columns["low_education_share"] = rng.uniform(0, 60, n)
    table = pd.DataFrame(columns, index=pd.Index([f"{10000 + i}" for i in range(n)], name="nis"))
    unknown_share = draw(st.sampled_from([0.0, 0.2, 1.0]))
    table = table.mask(rng.random(table.shape) < unknown_share)
    return table.assign(children_0_2_5=np.where(rng.random(n) < 0.2, 0.0, rng.uniform(0, 900, n)))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_holds_does_not_and_unknown_add_up(table):
    flags = evaluate(table, COMMUNE_DEFINITIONS)
    assert flags.index.equals(table.index)
    counts = agreement_count(flags)
    assert (counts.sum(axis=1) == len(COMMUNE_DEFINITIONS)).all()
    by_definition = definition_counts(flags, table["children_0_2_5"])
    assert (by_definition.filter(like="_count").sum(axis=1) == len(table)).all()
    np.testing.assert_allclose(by_definition.filter(like="_children").sum(axis=1), table["children_0_2_5"].sum())
    assert (overlap(flags).sum(axis=1) == len(table)).all()
    people = who_lives_there(agrees(flags), table, attributes=["income_eur"])
    parts = people.loc[["inside", "outside", "unknown"]]
    np.testing.assert_allclose(parts["children"].sum(), people.loc["all", "children"])
    assert parts["zones_count"].sum() == len(table)


@settings(max_examples=20, deadline=None)
@given(tables(), st.integers(1, len(COMMUNE_DEFINITIONS)))
def test_looser_lets_in_and_stricter_lets_out(table, at_least):
    draws = {"coverage_pct": table[["coverage_pct"]]}
    moves = mean_stability(table, draws, COMMUNE_DEFINITIONS, at_least=at_least).reset_index()
    stricter, looser = moves[moves["moved_pct"] < 0], moves[moves["moved_pct"] > 0]
    assert (stricter[["enter_count", "agreement_enter_count"]] == 0).all(axis=None)
    assert (looser[["leave_count", "agreement_leave_count"]] == 0).all(axis=None)


@settings(max_examples=30, deadline=None)
@given(tables(), st.integers(0, 10))
def test_the_order_of_the_rows_changes_nothing(table, seed):
    shuffled = table.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(
        evaluate(shuffled, COMMUNE_DEFINITIONS).loc[table.index], evaluate(table, COMMUNE_DEFINITIONS)
    )


@settings(max_examples=20, deadline=None)
@given(tables())
def test_draws_that_all_equal_the_table_say_what_the_table_says(table):
    flags = evaluate(table, COMMUNE_DEFINITIONS)
    draws = {"coverage_pct": pd.DataFrame(dict.fromkeys(range(3), table["coverage_pct"]))}
    shares = judge_draws(table, draws, COMMUNE_DEFINITIONS).shares()
    expected = flags.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    np.testing.assert_array_equal(shares[list(flags)].to_numpy(), expected)
