import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.capacity.impedance import Binary, ExponentialDecay, Gaussian, Impedance, PowerDecay, Stepped

positive = st.floats(0.01, 500)


@st.composite
def steps(draw: st.DrawFn) -> Stepped:
    limits = sorted(draw(st.lists(positive, min_size=1, max_size=5, unique=True)))
    weights = sorted(draw(st.lists(st.floats(0.001, 1), min_size=len(limits), max_size=len(limits))), reverse=True)
    return Stepped(tuple(limits), tuple(weights))


impedances: st.SearchStrategy[Impedance] = st.one_of(
    st.builds(Binary, positive),
    steps(),
    st.builds(Gaussian, positive, positive),
    st.builds(ExponentialDecay, positive, st.floats(0.001, 5)),
    st.builds(PowerDecay, positive, st.floats(0.1, 4), st.floats(0.01, 20)),
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(impedance=impedances, minutes=st.lists(st.floats(0, 1000), min_size=1, max_size=30))
def test_weights_lie_in_0_1_never_grow_and_end_at_the_limit(dtype, impedance, minutes) -> None:
    sorted_minutes = np.sort(np.array(minutes, dtype=dtype))
    weights = impedance(sorted_minutes)
    assert weights.shape == sorted_minutes.shape
    assert weights.dtype == np.float64
    assert (weights >= 0).all()
    assert (weights <= 1).all()
    assert (np.diff(weights) <= 0).all()
    assert (weights[sorted_minutes > dtype(impedance.limit_min)] == 0).all()
    assert impedance(dtype(impedance.limit_min)) >= 0


@given(impedance=impedances)
def test_they_are_values(impedance) -> None:
    again = type(impedance)(**{name: getattr(impedance, name) for name in impedance.__dataclass_fields__})
    assert again == impedance
    assert hash(again) == hash(impedance)
    with pytest.raises(AttributeError):
        impedance.limit_min = 3
