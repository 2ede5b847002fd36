import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.raking import rake_shares, rake_to_total
from finder.errors import InfeasibleTotalError

SEEDS = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30).map(np.array)


@given(SEEDS, st.floats(0.01, 50))
def test_equal_elasticities_scale_in_proportion(seed, factor):
    raked = rake_to_total(seed, factor * seed.sum())
    np.testing.assert_allclose(raked, factor * seed, rtol=1e-7)


@settings(max_examples=60)
@given(SEEDS, st.floats(0.2, 5), st.integers(0, 2**32 - 1))
def test_the_total_is_met_and_the_better_known_move_less(seed, factor, number):
    elasticity = np.random.default_rng(number).uniform(0.05, 1, len(seed))
    raked = rake_to_total(seed, factor * seed.sum(), elasticity=elasticity)
    assert raked.sum() == pytest.approx(factor * seed.sum(), abs=1e-6, rel=1e-9)
    moves = np.abs(np.log(raked / seed))[np.argsort(elasticity)]
    assert (np.diff(moves) >= -1e-9).all()


@settings(max_examples=60)
@given(SEEDS, st.floats(0, 1))
def test_limits_are_kept(seed, where):
    lower, upper = 0.5 * seed, 1.5 * seed
    total = float(lower.sum() + where * (upper.sum() - lower.sum()))
    raked = rake_to_total(seed, total, lower=lower, upper=upper)
    assert raked.sum() == pytest.approx(total, abs=1e-6, rel=1e-9)
    assert ((raked >= lower) & (raked <= upper)).all()


@settings(max_examples=60)
@given(SEEDS, st.floats(0.05, 0.95), st.integers(0, 2**32 - 1))
def test_shares_stay_between_zero_and_one(sizes, wanted, number):
    shares = np.random.default_rng(number).uniform(0.05, 0.95, len(sizes))
    raked = rake_shares(shares, sizes, wanted * sizes.sum())
    assert (raked * sizes).sum() == pytest.approx(wanted * sizes.sum(), rel=1e-7)
    assert ((raked > 0) & (raked < 1)).all()
    # One shift for all on the logit scale: their order stays.
    assert (np.diff(raked[np.argsort(shares)]) >= -1e-12).all()


def test_a_total_out_of_reach_is_an_error():
    seed = np.array([1.0, 2.0])
    with pytest.raises(InfeasibleTotalError, match="cannot be met"):
        rake_to_total(seed, 10.0, upper=np.array([2.0, 3.0]))
    with pytest.raises(InfeasibleTotalError, match="cannot be met"):
        rake_to_total(seed, 1.0, lower=seed)
    with pytest.raises(InfeasibleTotalError, match="every seed"):
        rake_to_total(np.array([1.0, -2.0]), 1.0)
    with pytest.raises(InfeasibleTotalError, match="every elasticity"):
        rake_to_total(seed, 1.0, elasticity=np.array([1.0, np.nan]))
    with pytest.raises(InfeasibleTotalError, match="every share"):
        rake_shares(np.array([0.5, 1.0]), seed, 1.0)
    with pytest.raises(InfeasibleTotalError, match="must be above 0 and below 3"):
        rake_shares(np.array([0.5, 0.5]), seed, 3.0)


def test_a_zero_stays_zero_unless_its_limit_is_above():
    raked = rake_to_total(np.array([0.0, 0.0, 5.0]), 20.0, lower=np.array([0.0, 4.0, 0.0]))
    np.testing.assert_allclose(raked, [0, 4, 16])
