"""Contraction changes no shortest path between the vertices it keeps, and loses no metre."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.contraction import contract, flip_mask

BOTH, FORWARD, BACKWARD = 3, 1, 2


@st.composite
def road_graphs(draw):
    """Draw random multigraphs with many vertices of degree two: a few roads, each cut into pieces."""
    n_junctions = draw(st.integers(1, 6))
    roads = draw(
        st.lists(
            st.tuples(
                st.integers(0, n_junctions - 1),
                st.integers(0, n_junctions - 1),
                st.integers(1, 5),
                st.sampled_from([BOTH, FORWARD, BACKWARD]),
                st.integers(0, 1),
            ),
            min_size=1,
            max_size=8,
        )
    )
    rows, fresh = [], n_junctions
    for start, end, pieces, mask, group in roads:
        if start == end and pieces == 1:
            pieces = 2
        chain = [start, *range(fresh, fresh + pieces - 1), end]
        fresh += pieces - 1
        for a, b in pairwise(chain):
            length = draw(st.integers(1, 20))
            # A piece may be drawn the other way round, as ways are in OpenStreetMap.
            if draw(st.booleans()):
                rows.append((b, a, length, mask if mask == BOTH else BOTH - mask, group))
            else:
                rows.append((a, b, length, mask, group))
    return np.array(draw(st.permutations(rows)), dtype=np.int64)


def directed(edges):
    graph = nx.MultiDiGraph()
    for a, b, length, mask in edges:
        graph.add_nodes_from([a, b])
        if mask & FORWARD:
            graph.add_edge(a, b, weight=length)
        if mask & BACKWARD:
            graph.add_edge(b, a, weight=length)
    return graph


@settings(max_examples=150, deadline=None)
@given(road_graphs())
def test_shortest_paths_between_kept_vertices_stay(rows):
    mask = rows[:, 3].astype(np.uint8)
    chains = contract(
        rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), rows[:, 2].astype(float), mask,
        rows[:, 4].astype(np.int32),
    )  # fmt: skip
    chain_mask = np.where(chains.is_flipped, flip_mask(mask[chains.first_segment]), mask[chains.first_segment])
    ends = list(
        zip(
            chains.vertices[chains.ptr[:-1]].tolist(),
            chains.vertices[chains.ptr[1:] - 1].tolist(),
            chains.length_m.tolist(),
            chain_mask.tolist(),
            strict=True,
        )
    )
    before = directed(rows[:, :4].tolist())
    after = directed(ends)
    for node in after:
        expected = nx.single_source_dijkstra_path_length(before, node)
        found = nx.single_source_dijkstra_path_length(after, node)
        assert found == {other: expected[other] for other in after if other in expected}


@settings(max_examples=100, deadline=None)
@given(road_graphs())
def test_every_piece_is_in_one_chain_and_no_chain_is_a_loop(rows):
    group = rows[:, 4].astype(np.int32)
    chains = contract(
        rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), rows[:, 2].astype(float),
        rows[:, 3].astype(np.uint8), group,
    )  # fmt: skip
    assert chains.length_m.sum() == rows[:, 2].sum()
    assert (np.diff(chains.ptr) - 1).sum() == len(rows)
    assert (chains.vertices[chains.ptr[:-1]] != chains.vertices[chains.ptr[1:] - 1]).all()
    pieces = sorted(tuple(sorted(pair)) for pair in rows[:, :2].tolist())
    points = chains.vertices
    inner = np.ones(len(points), dtype=bool)
    inner[chains.ptr[1:] - 1] = False
    start = np.flatnonzero(inner)
    assert (
        sorted(tuple(sorted(pair)) for pair in zip(points[start].tolist(), points[start + 1].tolist(), strict=True))
        == pieces
    )


def test_attributes_and_directions_stop_a_chain():
    # 0 -> 1 -> 2 -> 3 -> 4: the one-way starts at 2, the group changes at 3.
    chains = contract(
        np.array([0, 1, 3, 3], dtype=np.int32),
        np.array([1, 2, 2, 4], dtype=np.int32),
        np.array([1.0, 2.0, 4.0, 8.0]),
        np.array([BOTH, BOTH, BACKWARD, FORWARD], dtype=np.uint8),
        np.array([0, 0, 0, 1], dtype=np.int32),
    )
    spans = {
        (int(chains.vertices[a]), int(chains.vertices[b - 1])): length
        for a, b, length in zip(chains.ptr[:-1], chains.ptr[1:], chains.length_m, strict=True)
    }
    assert spans == {(0, 2): 3.0, (2, 3): 4.0, (3, 4): 8.0}
