"""The table searched backwards is the table, to the bit."""

import numpy as np
from engine_cases import Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.backwards import travel_times_to, turn_graph
from finder.geo.travel_time import travel_times


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from([0.5, 3.0, 10_000.0]))
def test_backwards_equals_forwards(case: Case, cutoff_min: float) -> None:
    points = case.snaps(case.origins), case.snaps(case.destinations)
    ids = [f"o{i}" for i in range(len(case.origins))], [f"d{i}" for i in range(len(case.destinations))]
    forwards = travel_times(case.graph, *points, *ids, cutoff_min=cutoff_min)
    backwards = travel_times_to(case.graph, *points, *ids, cutoff_min=cutoff_min)
    for name in ("indptr", "indices", "minutes", "origin_ids", "destination_ids"):
        np.testing.assert_array_equal(getattr(forwards, name), getattr(backwards, name))


@settings(max_examples=50, deadline=None)
@given(cases())
def test_turning_twice_gives_the_same_arcs(case: Case) -> None:
    twice = turn_graph(turn_graph(case.graph))

    def arcs(graph):
        tails = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
        return sorted(zip(tails, graph.heads, graph.cost_ms, graph.edge_id, graph.is_forward, strict=True))

    assert arcs(twice) == arcs(case.graph)
