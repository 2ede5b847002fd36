"""Take the nodes of degree two out of a road graph, keeping true lengths and the line of each road.

A vertex goes only where exactly two segments meet and both carry the same attributes, seen in the same direction of
travel. What is left are junctions, dead ends and places where a road changes class, access, speed or name.
Shortest path lengths between kept vertices do not change. Parallel edges are kept; a loop is cut at its middle vertex,
so that no edge starts and ends at the same node and a door on it has two ways out.
"""

from dataclasses import dataclass

import numba
import numpy as np

from finder.geo.network import Bool, Float64, Int32, Int64, UInt8

FORWARD_BITS = 0b01010101
BACKWARD_BITS = 0b10101010


@dataclass(frozen=True)
class Chains:
    """Edges after contraction, each a chain of original segments.

    Attributes
    ----------
    ptr
        Shape (n_chains + 1,): row pointers into ``vertices``.
    vertices
        Original vertex of every point of every chain, ends included.
    first_segment
        Shape (n_chains,): a segment whose attributes the whole chain shares.
    is_flipped
        Shape (n_chains,): whether the chain runs against ``first_segment``.
    length_m
        Shape (n_chains,): sum of the segments' lengths.
    """

    ptr: Int64
    vertices: Int32
    first_segment: Int32
    is_flipped: Bool
    length_m: Float64


def flip_mask(mask: UInt8) -> UInt8:
    """Return access masks seen from the other end: forward and backward bits exchanged."""
    swapped: UInt8 = (((mask & FORWARD_BITS) << 1) | ((mask & BACKWARD_BITS) >> 1)).astype(np.uint8)
    return swapped


def contract(seg_from: Int32, seg_to: Int32, length_m: Float64, mask: UInt8, group: Int32) -> Chains:
    """Join segments into chains through the vertices where nothing changes.

    Parameters
    ----------
    seg_from, seg_to
        Shape (n_segments,): end vertices of each segment, 0-based.
    length_m
        Shape (n_segments,): length.
    mask
        Shape (n_segments,): access bits, see :mod:`finder.geo.access_rules`; direction counts.
    group
        Shape (n_segments,): two segments join only if their group is the same (class, speed, name, source ...).

    Returns
    -------
    Chains
        In the order of their lowest-numbered kept vertex, loops without any kept vertex last.
    """
    n = int(max(seg_from.max(initial=-1), seg_to.max(initial=-1))) + 1
    ends = np.concatenate([seg_from, seg_to])
    degree = np.bincount(ends, minlength=n)
    ptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    incident = np.argsort(ends, kind="stable").astype(np.int64)
    flipped = flip_mask(mask)
    keep = _kept_vertices(ptr, incident, len(seg_from), mask, flipped, group)
    chains = Chains(*_walk(ptr, incident, seg_from, seg_to, length_m, keep))
    is_loop = chains.vertices[chains.ptr[:-1]] == chains.vertices[chains.ptr[1:] - 1]
    middle = (chains.ptr[:-1] + chains.ptr[1:] - 1)[is_loop] // 2
    if len(middle):
        keep[chains.vertices[middle]] = True
        # A closed ring without any kept vertex keeps the one its walk began at.
        keep[chains.vertices[chains.ptr[:-1][is_loop]]] = True
        chains = Chains(*_walk(ptr, incident, seg_from, seg_to, length_m, keep))
    return chains


@numba.njit(cache=True)
def _kept_vertices(
    ptr: Int64, incident: Int64, n_segments: int, mask: UInt8, flipped: UInt8, group: Int32
) -> Bool:  # pragma: no cover - compiled
    n = len(ptr) - 1
    keep = np.ones(n, dtype=np.bool_)
    for v in range(n):
        if ptr[v + 1] - ptr[v] != 2:
            continue
        a = incident[ptr[v]]
        b = incident[ptr[v] + 1]
        seg_a = a % n_segments
        seg_b = b % n_segments
        if seg_a == seg_b or group[seg_a] != group[seg_b]:
            continue
        # An end number below n_segments is the segment's start. Look at both as one movement: in by a, out by b.
        mask_in = mask[seg_a] if a >= n_segments else flipped[seg_a]
        mask_out = mask[seg_b] if b < n_segments else flipped[seg_b]
        keep[v] = mask_in != mask_out
    return keep


@numba.njit(cache=True)
def _walk(
    ptr: Int64, incident: Int64, seg_from: Int32, seg_to: Int32, length_m: Float64, keep: Bool
) -> tuple[Int64, Int32, Int32, Bool, Float64]:  # pragma: no cover - compiled
    n = len(ptr) - 1
    m = len(seg_from)
    used = np.zeros(m, dtype=np.bool_)
    chain_ptr = np.zeros(m + 1, dtype=np.int64)
    vertices = np.empty(2 * m, dtype=np.int32)
    first = np.empty(m, dtype=np.int32)
    is_flipped = np.empty(m, dtype=np.bool_)
    length = np.zeros(m, dtype=np.float64)
    n_chains = 0
    n_points = 0
    for loops in range(2):
        # First from kept vertices; what is still unused then are closed loops: each keeps its first vertex.
        for start in range(n):
            if (loops == 0) != keep[start]:
                continue
            for k in range(ptr[start], ptr[start + 1]):
                end = incident[k]
                segment = end % m
                if used[segment]:
                    continue
                first[n_chains] = segment
                is_flipped[n_chains] = end >= m
                vertices[n_points] = start
                n_points += 1
                at = start
                while True:
                    used[segment] = True
                    length[n_chains] += length_m[segment]
                    at = seg_to[segment] if seg_from[segment] == at else seg_from[segment]
                    vertices[n_points] = at
                    n_points += 1
                    if keep[at] or at == start:
                        break
                    following = incident[ptr[at]] % m
                    if following == segment:
                        following = incident[ptr[at] + 1] % m
                    segment = following
                n_chains += 1
                chain_ptr[n_chains] = n_points
    return (
        chain_ptr[: n_chains + 1].copy(),
        vertices[:n_points].copy(),
        first[:n_chains].copy(),
        is_flipped[:n_chains].copy(),
        length[:n_chains].copy(),
    )
