import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.capacity.accessibility import floating_catchment, floating_catchment_draws, prepare_catchments
from finder.capacity.impedance import Binary, ExponentialDecay, Gaussian, PowerDecay, Stepped
from finder.capacity.opportunities import cumulative_opportunities, minutes_to_closest
from finder.geo.travel_time import TravelTimes

CUTOFF_MIN = 60.0

impedances = st.one_of(
    st.builds(Binary, st.floats(0.1, CUTOFF_MIN)),
    st.just(Stepped((10, 20, 30), (1, 0.68, 0.22))),
    st.builds(Gaussian, st.floats(0.1, CUTOFF_MIN), st.floats(0.05, 100)),
    st.builds(ExponentialDecay, st.floats(0.1, CUTOFF_MIN), st.floats(0.001, 20)),
    st.builds(PowerDecay, st.floats(0.1, CUTOFF_MIN), st.floats(0.1, 6)),
)
amounts = st.one_of(st.just(0.0), st.floats(1e-6, 1e5))


@st.composite
def cases(draw: st.DrawFn) -> tuple[TravelTimes, np.ndarray, pd.Series, pd.Series]:
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    minutes = st.one_of(st.just(0.0), st.just(np.inf), st.floats(0, CUTOFF_MIN, width=32))
    dense = np.array(draw(st.lists(minutes, min_size=n * m, max_size=n * m)), dtype=np.float32).reshape(n, m)
    row, column = np.nonzero(np.isfinite(dense))
    times = TravelTimes(
        minutes=dense[row, column],
        indices=column.astype(np.int32),
        indptr=np.concatenate([[0], np.cumsum(np.isfinite(dense).sum(axis=1))]).astype(np.int64),
        origin_ids=np.arange(n),
        destination_ids=np.arange(m),
        mode="car",
        cutoff_min=CUTOFF_MIN,
    )
    demand = pd.Series(draw(st.lists(amounts, min_size=n, max_size=n)))
    capacity = pd.Series(draw(st.lists(amounts, min_size=m, max_size=m)))
    return times, dense, demand, capacity


with_choice = pytest.mark.parametrize("how", ["two steps", "three steps", "own choice"])


def choice_of(how, impedance):
    return {"two steps": None, "three steps": impedance, "own choice": PowerDecay(CUTOFF_MIN)}[how]


@with_choice
@given(case=cases(), impedance=impedances)
def test_every_place_in_reach_of_somebody_is_shared_out_once(how, case, impedance) -> None:
    times, _, demand, capacity = case
    found = floating_catchment(
        prepare_catchments(times, demand, impedance=impedance, choice=choice_of(how, impedance)), capacity
    )
    assert np.isfinite(found.scores).all()
    assert (found.scores >= 0).all()
    has_demand = found.sites["demand_in_reach"] > 0
    assert found.conserved_total == pytest.approx(capacity[has_demand].sum(), rel=1e-9, abs=0)
    assert found.capacity_in_reach == pytest.approx(found.conserved_total, rel=1e-9, abs=0)
    assert (found.sites["is_empty"] == ~has_demand).all()
    assert (found.scores[~found.is_reachable] == 0).all()


@with_choice
@given(case=cases(), impedance=impedances)
def test_the_dense_formula_gives_the_same(how, case, impedance) -> None:
    times, dense, demand, capacity = case
    weight = impedance(dense)
    weight[weight < 1e-100] = 0
    choice = choice_of(how, impedance)
    if choice is not None:
        chosen = choice(dense)
        chosen[chosen < 1e-100] = 0
        total = chosen.sum(axis=1, keepdims=True)
        weight = weight * np.divide(chosen, total, out=np.zeros_like(weight), where=total > 0)
    people = demand.to_numpy() @ weight
    ratio = np.where(people > 0, capacity.to_numpy() / np.where(people > 0, people, 1), 0)
    found = floating_catchment(
        prepare_catchments(times, demand, impedance=impedance, choice=choice_of(how, impedance)), capacity
    )
    assert found.scores.to_numpy() == pytest.approx(weight @ ratio, rel=1e-9)
    assert found.is_reachable.tolist() == (weight > 0).any(axis=1).tolist()


@with_choice
@given(case=cases(), impedance=impedances, factor=st.floats(0.1, 10))
def test_scores_are_linear_in_the_capacities(how, case, impedance, factor) -> None:
    times, _, demand, capacity = case
    catchments = prepare_catchments(times, demand, impedance=impedance, choice=choice_of(how, impedance))
    draws = np.column_stack([capacity, factor * capacity, np.ones(len(capacity)), capacity + 1])
    once, scaled, ones, more = floating_catchment_draws(catchments, draws).T
    assert once == pytest.approx(floating_catchment(catchments, capacity).scores.to_numpy(), rel=1e-12)
    assert scaled == pytest.approx(factor * once, rel=1e-9)
    assert more == pytest.approx(once + ones, rel=1e-9)


@given(case=cases(), rank=st.integers(1, 4), limit_min=st.floats(0.1, CUTOFF_MIN))
def test_closest_and_within_agree(case, rank, limit_min) -> None:
    times, dense, _, capacity = case
    closest = minutes_to_closest(times, rank=rank).to_numpy()
    padded = np.pad(np.sort(dense, axis=1), ((0, 0), (0, 4)), constant_values=np.inf)
    assert closest.tolist() == padded[:, rank - 1].tolist()
    within = cumulative_opportunities(times, capacity * 0 + 1, limit_min=limit_min)["score"].to_numpy()
    assert ((within >= rank) == (closest.astype(np.float32) <= limit_min)).all()
