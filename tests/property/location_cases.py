"""Random small location problems, and their answers by trying every choice."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from finder.capacity.location.problem import LocationProblem, make_problem


@st.composite
def problems(draw, *, with_gaps: bool = False, max_sites: int = 7) -> LocationProblem:
    n, m = draw(st.integers(1, 9)), draw(st.integers(2, max_sites))
    minutes = np.array(draw(st.lists(st.integers(0, 30), min_size=n * m, max_size=n * m)), dtype=float).reshape(n, m)
    if with_gaps:
        gaps = draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))
        minutes[np.reshape(gaps, (n, m)) & (minutes > 15)] = np.inf
    people = np.array(draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))) / draw(st.sampled_from([1, 4]))
    existing = np.zeros(m, dtype=bool)
    existing[: draw(st.integers(0, min(2, m - 1)))] = True
    return make_problem(minutes, people, existing=existing)


def best_choice(problem: LocationProblem, p: int, value: Callable[[np.ndarray], float]) -> float:
    """The least ``value`` of the open columns over all choices of p candidates; inf where none is allowed."""
    kept = np.flatnonzero(problem.existing)
    return min(value(np.r_[kept, choice].astype(int)) for choice in combinations(problem.candidates, p))


def nearest_minutes(problem: LocationProblem, columns: np.ndarray) -> np.ndarray:
    return problem.minutes[:, columns].min(axis=1, initial=np.inf)


def people_minutes(problem: LocationProblem) -> Callable[[np.ndarray], float]:
    asked = problem.people > 0
    return lambda columns: float(problem.people[asked] @ nearest_minutes(problem, columns)[asked])
