"""Smaller covering problems with the same answers: equal points merged, implied points and useless sites left out."""

from collections.abc import Callable
from typing import Final

import numpy as np

from finder.capacity.location.problem import Bool, Float64, Int64

HARDEST: Final = 2_000
"""Points with the fewest sites that are tried as implying others; all pairs would take minutes in a large problem."""


def merge_equal_points(covers: Bool, people: Float64) -> tuple[Bool, Float64, Int64]:
    """Return one row for all points that the same sites cover, with the sum of their people; nothing is lost.

    Parameters
    ----------
    covers
        Shape (n_points, n_sites).
    people
        Shape (n_points,).

    Returns
    -------
    tuple
        ``(covers, people, row)``: rows in the order of the first point of each, and the row of each point.
    """
    packed = np.ascontiguousarray(np.packbits(covers, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel() if packed.shape[1] else np.zeros(len(covers))
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    row = rank[inverse.ravel()]
    return covers[first[order]], np.bincount(row, people, minlength=len(first)).astype(np.float64), row.astype(np.int64)


def needed_points(covers: Bool) -> Int64:
    """Return the points that cover all when they are covered: a point whose sites include all of another's is implied.

    Toregas and ReVelle (1972). Rows must differ (:func:`merge_equal_points`). Only the :data:`HARDEST` points are
    tried as implying others, so some implied points may stay; no needed one goes.
    """
    count = covers.sum(axis=1)
    hardest = np.argsort(count, kind="stable")[:HARDEST]
    own = covers.astype(np.float32)
    is_implied = np.zeros(len(covers), dtype=bool)
    for first in range(0, len(covers), HARDEST):
        block = slice(first, first + HARDEST)
        within = own[hardest] @ own[block].T == count[hardest][:, None]
        within &= count[hardest][:, None] < count[block][None, :]
        is_implied[block] = within.any(axis=0)
    return np.flatnonzero(~is_implied)


def useful_sites(covers: Bool, *, cost: Float64 | None = None) -> Int64:
    """Return the sites that no other one makes useless: one that covers all the same points at no higher cost does.

    Of equal sites the first stays.
    """
    own = covers.T.astype(np.float32)
    count = covers.sum(axis=0)
    price = np.ones(len(own)) if cost is None else cost
    keep = np.ones(len(own), dtype=bool)
    places = np.arange(len(own))
    for first in range(0, len(own), HARDEST):
        block = slice(first, first + HARDEST)
        within = (own[block] @ own.T == count[block][:, None]) & (price[None, :] <= price[block][:, None])
        is_same = (count[block][:, None] == count[None, :]) & (price[block][:, None] == price[None, :])
        within &= ~is_same | (places[None, :] < places[block][:, None])
        keep[block] = ~within.any(axis=1)
    return np.flatnonzero(keep)


def reduced_cover(covers: Bool, cost: Float64, *, enough: Callable[[], bool] | None = None) -> tuple[Bool, Int64]:
    """Return a smaller covering problem with an answer of the same cost, and the columns it has left.

    Fewer points make more sites useless and fewer sites make more points implied, so both rules are used in turn until
    neither helps: a table of the Federation shrinks to some hundred rows and columns.

    Parameters
    ----------
    covers
        Shape (n_points, n_sites); every row has a column.
    cost
        Shape (n_sites,), >= 0.
    enough
        Asked between two steps whether to stop with what is left so far, which is as right, only larger.
    """
    rows, columns = covers, np.arange(covers.shape[1])
    while True:
        before = rows.shape
        rows = merge_equal_points(rows, np.ones(len(rows)))[0]
        if enough is not None and enough():
            return rows, columns
        rows = rows[needed_points(rows)]
        useful = useful_sites(rows, cost=cost[columns])
        rows, columns = rows[:, useful], columns[useful]
        if rows.shape == before or (enough is not None and enough()):
            return rows, columns
