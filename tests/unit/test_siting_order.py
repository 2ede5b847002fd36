"""The order in which chosen sites open: each next one adds most to those before it."""

import numpy as np

from finder.answers.siting_order import opening_order

PEOPLE = np.array([10.0, 20.0, 40.0, 5.0])
FAR = np.inf


def test_people_within_the_limit_are_counted_once():
    minutes = np.array([[5, 5, 30, 30], [30, 5, 5, 30], [30, 30, 30, 15]], dtype=float)
    before = np.array([30.0, 30.0, 30.0, FAR])
    order, added = opening_order(minutes, PEOPLE, before, limit_min=15.0)
    assert order.tolist() == [2, 1, 3]
    # Site 1 brings 60; of the 30 of site 0 only 10 are left; the limit is inclusive.
    assert added.tolist() == [10.0, 60.0, 5.0]


def test_minutes_saved_start_from_the_longest_trip_where_there_was_none():
    minutes = np.array([[10, FAR, FAR, FAR], [FAR, FAR, FAR, 20]], dtype=float)
    order, added = opening_order(minutes, PEOPLE, np.array([12.0, 8.0, 8.0, FAR]), limit_min=None)
    assert order.tolist() == [1, 2]
    assert added.tolist() == [20.0, 0.0]


def test_total_is_what_all_sites_add_together():
    rng = np.random.default_rng(5)
    minutes, before = rng.uniform(1, 60, (6, 30)), rng.uniform(1, 60, 30)
    people = rng.uniform(0, 50, 30)
    order, added = opening_order(minutes, people, before, limit_min=None)
    saved = people @ (before - np.minimum(before, minutes.min(axis=0)))
    assert np.isclose(added.sum(), saved)
    in_turn = added[np.argsort(order)]
    assert (np.diff(in_turn) <= 1e-9).all()
