import math

import numpy as np
import pandas as pd
import pytest

from finder.capacity.accessibility import (
    enhanced_two_step,
    floating_catchment,
    floating_catchment_draws,
    prepare_catchments,
    three_step,
    two_step,
)
from finder.capacity.impedance import Binary, PowerDecay, Stepped
from finder.capacity.opportunities import cumulative_opportunities, gravity, minutes_to_closest
from finder.capacity.trip_weights import keep_destinations, trip_weights
from finder.capacity.unknown_capacity import impute_by_kind, with_and_without_unknown
from finder.errors import AmountError, FinderError, ThresholdError
from finder.geo.travel_time import TravelTimes

FAR = math.inf


def table(rows: list[list[float]], *, cutoff_min: float = 60) -> TravelTimes:
    """Origins a, b, c ...; sites S0, S1 ...; ``inf`` is not stored, 0 is."""
    dense = np.array(rows, dtype=np.float32)
    row, column = np.nonzero(np.isfinite(dense))
    return TravelTimes(
        minutes=dense[row, column],
        indices=column.astype(np.int32),
        indptr=np.concatenate([[0], np.cumsum(np.isfinite(dense).sum(axis=1))]).astype(np.int64),
        origin_ids=np.array([chr(97 + i) for i in range(dense.shape[0])]),
        destination_ids=np.array([f"S{j}" for j in range(dense.shape[1])]),
        mode="car",
        cutoff_min=cutoff_min,
    )


#                  S0   S1   S2   S3: out of everybody's reach
TIMES = table([[0, 10, FAR, FAR], [10, 30, 15, FAR], [FAR, FAR, 50, FAR], [FAR, FAR, FAR, FAR]])
DEMAND = pd.Series([100.0, 50, 10, 7], index=list("abcd"))
CAPACITY = pd.Series([15.0, 20, 8, 99], index=["S0", "S1", "S2", "S3"])


def test_two_step_by_hand() -> None:
    found = two_step(TIMES, DEMAND, CAPACITY, limit_min=15)
    # S0: 15 / (a 100 + b 50); S1: 20 / a 100, b is 30 min away; S2: 8 / b 50.
    assert found.sites["ratio"].tolist() == pytest.approx([0.1, 0.2, 0.16, 0])
    assert found.scores.to_dict() == pytest.approx({"a": 0.3, "b": 0.26, "c": 0, "d": 0})
    assert found.is_reachable.to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert found.empty_site_ids == ["S3"]
    assert found.sites.loc["S3", "demand_in_reach"] == 0
    assert found.conserved_total == pytest.approx(43)
    assert found.capacity_in_reach == 43
    assert found.method == "accessibility 1"


def test_enhanced_two_step_by_hand() -> None:
    found = enhanced_two_step(TIMES, DEMAND, CAPACITY, impedance=Stepped((10, 30), (1, 0.5)))
    r0, r1, r2 = 15 / 150, 20 / (100 + 25), 8 / 25
    assert found.scores.to_dict() == pytest.approx({"a": r0 + r1, "b": r0 + r1 / 2 + r2 / 2, "c": 0, "d": 0})


def test_three_step_by_hand() -> None:
    found = three_step(TIMES, DEMAND, CAPACITY, impedance=Stepped((10, 30), (1, 0.5)))
    # a: weights 1, 1 -> shares 1/2, 1/2; b: weights 1, 1/2, 1/2 -> shares 1/2, 1/4, 1/4.
    r0, r1, r2 = 15 / (100 / 2 + 50 / 2), 20 / (100 / 2 + 50 / 8), 8 / (50 / 8)
    assert found.scores.to_dict() == pytest.approx(
        {"a": r0 / 2 + r1 / 2, "b": r0 / 2 + r1 / 8 + r2 / 8, "c": 0, "d": 0}
    )
    assert found.conserved_total == pytest.approx(43)


def test_people_may_choose_among_more_sites_than_the_catchment_holds() -> None:
    found = three_step(TIMES, DEMAND, CAPACITY, impedance=Binary(15), choice=Stepped((10, 30), (1, 0.5)))
    # b shares itself out over S0, S1 (30 min, outside the catchment) and S2; its quarter for S1 goes nowhere.
    r0, r1, r2 = 15 / (100 / 2 + 50 / 2), 20 / (100 / 2), 8 / (50 / 4)
    assert found.scores.to_dict() == pytest.approx({"a": r0 / 2 + r1 / 2, "b": r0 / 2 + r2 / 4, "c": 0, "d": 0})
    assert found.conserved_total == pytest.approx(43)
    assert found.choice == Stepped((10, 30), (1, 0.5))


def test_a_stored_zero_is_a_trip_of_no_time() -> None:
    assert two_step(TIMES, DEMAND, CAPACITY, limit_min=1).scores["a"] == pytest.approx(15 / 100)
    assert minutes_to_closest(TIMES)["a"] == 0
    assert gravity(TIMES, CAPACITY, impedance=PowerDecay(5)).loc["a", "score"] == 15
    kept = keep_destinations(TIMES, np.array([True, False, True, False]))
    assert kept.destination_ids.tolist() == ["S0", "S2"]
    assert [kept.row(i)[0].tolist() for i in range(4)] == [[0], [0, 1], [1], []]
    assert [kept.row(i)[1].tolist() for i in range(4)] == [[0], [10, 15], [50], []]


def test_a_site_reached_only_by_places_where_nobody_lives_is_empty_not_infinite() -> None:
    demand = pd.Series([100.0, 50, 0, 7], index=list("abcd"))
    found = two_step(TIMES, demand, CAPACITY, limit_min=50)
    assert np.isfinite(found.scores).all()
    only_c = two_step(table([[FAR], [FAR], [50]]), pd.Series([1, 1, 0], index=list("abc")), CAPACITY[:1], limit_min=50)
    assert only_c.empty_site_ids == ["S0"]
    assert only_c.scores.tolist() == [0, 0, 0]
    assert only_c.is_reachable.tolist() == [False, False, True]
    assert only_c.conserved_total == only_c.capacity_in_reach == 0


def test_order_of_demand_and_capacity_does_not_matter_and_comes_back() -> None:
    straight = three_step(TIMES, DEMAND, CAPACITY, impedance=PowerDecay(60))
    turned = three_step(TIMES, DEMAND[::-1], CAPACITY[["S2", "S0", "S3", "S1"]], impedance=PowerDecay(60))
    assert turned.scores.index.tolist() == list("dcba")
    assert turned.sites.index.tolist() == ["S2", "S0", "S3", "S1"]
    pd.testing.assert_series_equal(turned.scores.sort_index(), straight.scores)
    pd.testing.assert_series_equal(turned.is_reachable.sort_index(), straight.is_reachable)
    pd.testing.assert_frame_equal(turned.sites.sort_index(), straight.sites)
    turned = prepare_catchments(TIMES, DEMAND[::-1], impedance=Binary(30), choice=PowerDecay(60))
    straight = prepare_catchments(TIMES, DEMAND, impedance=Binary(30), choice=PowerDecay(60))
    assert np.array_equal(turned.weights.toarray()[::-1], straight.weights.toarray())


def test_arguments_stay_as_they_were() -> None:
    minutes, demand, capacity = TIMES.minutes.copy(), DEMAND.copy(), CAPACITY.copy()
    three_step(TIMES, DEMAND, CAPACITY, impedance=PowerDecay(60))
    assert np.array_equal(TIMES.minutes, minutes)
    pd.testing.assert_series_equal(DEMAND, demand)
    pd.testing.assert_series_equal(CAPACITY, capacity)


@pytest.mark.parametrize("choice", [None, PowerDecay(60), Binary(30)])
def test_draws_are_the_same_measure_column_by_column(choice) -> None:
    rng = np.random.default_rng(1)
    catchments = prepare_catchments(TIMES, DEMAND[::-1], impedance=PowerDecay(60), choice=choice)
    draws = rng.uniform(0, 50, (4, 70))
    scores = floating_catchment_draws(catchments, draws)
    assert scores.shape == (4, 70)
    for column in (0, 31, 32, 69):
        one = floating_catchment(catchments, pd.Series(draws[:, column], index=catchments.site_ids))
        assert scores[:, column] == pytest.approx(one.scores.to_numpy(), rel=1e-12)
    assert floating_catchment_draws(catchments, np.ones((4, 0))).shape == (4, 0)


@pytest.mark.parametrize(
    ("draws", "message"),
    [
        (np.ones((3, 2)), "4 sites"),
        (np.ones(4), "4 sites"),
        (np.array([[1.0], [1], [-1], [1]]), "S2"),
        (np.array([[1.0], [np.nan], [1], [1]]), "S1"),
    ],
)
def test_draws_that_are_no_capacities(draws, message) -> None:
    catchments = prepare_catchments(TIMES, DEMAND, impedance=Binary(15))
    with pytest.raises(AmountError, match=message):
        floating_catchment_draws(catchments, draws)


def test_closest_sites() -> None:
    assert minutes_to_closest(TIMES).to_dict() == {"a": 0, "b": 10, "c": 50, "d": FAR}
    assert minutes_to_closest(TIMES, rank=2).to_dict() == {"a": 10, "b": 15, "c": FAR, "d": FAR}
    assert minutes_to_closest(TIMES, rank=4).to_dict() == dict.fromkeys("abcd", FAR)
    with pytest.raises(ThresholdError):
        minutes_to_closest(TIMES, rank=0)


def test_closest_sites_in_several_blocks(monkeypatch) -> None:
    monkeypatch.setattr("finder.capacity.opportunities.BLOCK_CELLS", 40)
    rng = np.random.default_rng(2)
    dense = np.where(rng.random((60, 25)) < rng.random((60, 1)), rng.uniform(0, 60, (60, 25)), FAR)
    for rank in (1, 2, 5):
        expected = np.sort(dense.astype(np.float32), axis=1)[:, rank - 1]
        assert np.array_equal(minutes_to_closest(table(dense.tolist()), rank=rank).to_numpy(), expected)


def test_opportunities_and_gravity() -> None:
    within = cumulative_opportunities(TIMES, CAPACITY, limit_min=15)
    assert within["score"].to_dict() == {"a": 35, "b": 23, "c": 0, "d": 0}
    assert within["is_reachable"].to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert cumulative_opportunities(TIMES, CAPACITY * 0 + 1, limit_min=30)["score"].tolist() == [2, 3, 0, 0]
    shuffled = CAPACITY[["S3", "S2", "S1", "S0"]]
    found = gravity(TIMES, shuffled, impedance=PowerDecay(50, floor_min=5))
    assert found["score"].to_dict() == pytest.approx({"a": 15 + 10, "b": 7.5 + 20 / 6 + 8 / 3, "c": 0.8, "d": 0})


def test_weights_in_several_blocks(monkeypatch) -> None:
    rng = np.random.default_rng(3)
    dense = np.where(rng.random((50, 20)) < 0.4, rng.uniform(0, 60, (50, 20)), FAR)
    dense[[0, 7, 49]] = FAR
    whole = trip_weights(table(dense.tolist()), Stepped((20, 40), (1, 0.5))).toarray()
    assert np.array_equal(whole, (dense <= 20) * 0.5 + (dense <= 40) * 0.5)
    monkeypatch.setattr("finder.capacity.trip_weights.BLOCK_PAIRS", 5)
    assert np.array_equal(trip_weights(table(dense.tolist()), Stepped((20, 40), (1, 0.5))).toarray(), whole)


def test_a_limit_beyond_the_table_is_refused() -> None:
    with pytest.raises(ThresholdError, match=r"up to 61 min .* ends at 60 min"):
        two_step(TIMES, DEMAND, CAPACITY, limit_min=61)
    with pytest.raises(ThresholdError, match="ends at 60"):
        gravity(TIMES, CAPACITY, impedance=Binary(math.inf))


def test_impossible_minutes_are_refused() -> None:
    bad = table([[5, 5], [5, -1], [5, 5]])
    with pytest.raises(ThresholdError, match="origins b"):
        minutes_to_closest(bad)
    with pytest.raises(ThresholdError, match="origins b"):
        cumulative_opportunities(bad, CAPACITY[:2], limit_min=10)


@pytest.mark.parametrize(
    ("capacity", "message"),
    [
        (CAPACITY[:3], "1 ids of the travel-time table have no value: S3"),
        (pd.concat([CAPACITY, pd.Series({"X": 1.0})]), "not in the travel-time table: X"),
        (pd.concat([CAPACITY, CAPACITY[:1]]), "twice: S0"),
        (CAPACITY.where(CAPACITY != 20, -1), "negative: ids S1"),
        (CAPACITY.where(CAPACITY != 20), "missing: ids S1"),
        (CAPACITY.where(CAPACITY != 20, np.inf), "infinite: ids S1"),
        (CAPACITY.astype(object).where(CAPACITY != 20, "about 20"), "not numbers: ids S1"),
        (CAPACITY.astype(str), "4 values are not numbers: ids S0, S1, S2, S3"),
        (CAPACITY > 10, "not numbers"),
        (CAPACITY.astype("Int64").where(CAPACITY != 20), "missing: ids S1"),
    ],
)
def test_capacities_that_make_no_sense(capacity, message) -> None:
    with pytest.raises(AmountError, match=f"Capacity: .*{message}"):
        two_step(TIMES, DEMAND, capacity, limit_min=15)
    with pytest.raises(AmountError, match=f"Capacity: .*{message}"):
        cumulative_opportunities(TIMES, capacity, limit_min=15)


@pytest.mark.parametrize(
    ("demand", "message"),
    [
        (DEMAND[:3], "no value: d"),
        (pd.concat([DEMAND, DEMAND[:1]]), "twice: a"),
        (-DEMAND, "negative: ids a, b, c, d"),
        (DEMAND.where(DEMAND != 7), "missing: ids d"),
        (DEMAND.rename(index=ord), "no value: a, b, c, d"),
    ],
)
def test_demand_that_makes_no_sense(demand, message) -> None:
    with pytest.raises(FinderError, match=f"Demand: .*{message}"):
        two_step(TIMES, demand, CAPACITY, limit_min=15)


def test_whole_numbers_and_objects_are_fine() -> None:
    expected = two_step(TIMES, DEMAND, CAPACITY, limit_min=15).scores
    for dtype in (int, object, "Int64", "float32"):
        found = two_step(TIMES, DEMAND.astype(dtype), CAPACITY.astype(dtype), limit_min=15).scores
        pd.testing.assert_series_equal(found, expected)


UNKNOWN = pd.Series([15.0, None, 8, None], index=["S0", "S1", "S2", "S3"])
KINDS = pd.Series(["creche", "creche", "creche", "childminder"], index=["S0", "S1", "S2", "S3"])


def test_imputed_is_the_median_of_the_kind_and_said() -> None:
    full = impute_by_kind(UNKNOWN, KINDS.replace("childminder", "creche")[::-1])
    assert full.capacity.to_dict() == {"S0": 15, "S1": 11.5, "S2": 8, "S3": 11.5}
    assert full.is_imputed.to_dict() == {"S0": False, "S1": True, "S2": False, "S3": True}
    assert full.imputed_count == 2
    assert "median" in full.rule


def test_nothing_to_impute_from() -> None:
    with pytest.raises(AmountError, match="S3"):
        impute_by_kind(UNKNOWN, KINDS)
    with pytest.raises(AmountError, match="S3"):
        impute_by_kind(UNKNOWN, KINDS.where(KINDS == "creche"))
    with pytest.raises(AmountError, match="list of kinds"):
        impute_by_kind(UNKNOWN, KINDS[:2])


@pytest.mark.parametrize("choice", [None, PowerDecay(60), Binary(30)])
def test_both_ways(choice) -> None:
    capacity = UNKNOWN.fillna({"S3": 99})
    both = with_and_without_unknown(TIMES, DEMAND, capacity[::-1], KINDS, impedance=PowerDecay(60), choice=choice)
    assert both.unknown_site_ids == ["S1"]
    assert both.imputed_capacity == 11.5
    assert both.imputed.conserved_total == pytest.approx(15 + 11.5 + 8)
    # Without S1 the table is one of three sites: nobody chooses S1.
    without = table([[0, FAR, FAR], [10, 15, FAR], [FAR, 50, FAR], [FAR, FAR, FAR]])
    renamed = pd.Series([15.0, 8, 99], index=["S0", "S1", "S2"])
    measure = prepare_catchments(without, DEMAND, impedance=PowerDecay(60), choice=choice)
    expected = floating_catchment(measure, renamed)
    assert both.excluded.scores.to_dict() == pytest.approx(expected.scores.to_dict())
    assert both.excluded.sites.index.tolist() == ["S3", "S2", "S0"]
