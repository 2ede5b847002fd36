"""Fill a sparse table block of rows by block of rows, on all threads, without ever holding it twice."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

import numba
import numpy as np

from finder.geo.dijkstra import SearchSpace, reset, search, search_space
from finder.geo.endpoints import open_ends
from finder.geo.network import Float32, Int32, Int64, ModeGraph
from finder.geo.snapping import Snaps
from finder.units import MS_PER_MIN

T = TypeVar("T")

Progress = Callable[[int, int], None]

_BLOCK_CELLS = 2**19
"""Cells (rows x columns) a thread works on at once: 2 MB of int32, the size of a second-level cache."""

_GROWTH = 1.06
"""Little, since new room is filled at once and so counts as used."""


class Pool(Generic[T]):
    """Work arrays that threads take and give back; as many are made as are in use at once."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._free: SimpleQueue[T] = SimpleQueue()

    @contextmanager
    def lend(self) -> Iterator[T]:
        """Lend one set of work arrays for the length of a ``with`` block."""
        try:
            item = self._free.get_nowait()
        except Empty:
            item = self._make()
        try:
            yield item
        finally:
            self._free.put(item)


class RowBlocks(Protocol):
    """Something that computes rows of a table of milliseconds, from several threads at once."""

    rows_multiple: int
    """Blocks have a multiple of this many rows (but the last)."""

    def fill(self, first: int, last: int, out: Int32) -> None:
        """Write the ms of rows ``first`` to ``last`` into ``out``, shape (last - first, n_columns)."""


class SearchBlocks:
    """Rows from one bounded search per origin."""

    rows_multiple = 1

    def __init__(self, graph: ModeGraph, origins: Snaps, destinations: Snaps, limit_ms: int) -> None:
        self._arcs = (graph.indptr, graph.heads, graph.cost_ms)
        self._seeds = (origins.out_node, origins.out_ms)
        self._ends = open_ends(destinations.in_node, destinations.in_ms, n_nodes=graph.n_nodes)
        self._limit_ms = limit_ms
        longest_ms = max(int(graph.cost_ms.max(initial=1)), int(origins.out_ms.max(initial=0)))
        self._spaces: Pool[SearchSpace] = Pool(lambda: search_space(graph.n_nodes, longest_ms=longest_ms))

    def fill(self, first: int, last: int, out: Int32) -> None:
        """Write the ms of rows ``first`` to ``last`` into ``out``."""
        seeds, seed_ms = self._seeds
        with self._spaces.lend() as s:
            _search_rows(
                *self._arcs,
                seeds[first:last],
                seed_ms[first:last],
                *self._ends,
                self._limit_ms,
                s.dist,
                s.via,
                s.touched,
                s.following,
                s.preceding,
                s.buckets,
                out,
            )


@numba.njit(cache=True, nogil=True)
def _search_rows(
    indptr: Int32,
    heads: Int32,
    cost_ms: Int32,
    seeds: Int32,
    seed_ms: Int32,
    end_node: Int32,
    end_ms: Int32,
    limit_ms: int,
    dist: Int32,
    via: Int32,
    touched: Int32,
    following: Int32,
    preceding: Int32,
    buckets: Int32,
    out: Int32,
) -> None:
    for row in range(len(seeds)):
        n_touched = search(
            indptr,
            heads,
            cost_ms,
            seeds[row],
            seed_ms[row],
            limit_ms,
            dist,
            via,
            touched,
            following,
            preceding,
            buckets,
        )
        for column in range(len(end_node)):
            by_one = dist[end_node[column, 0]] + end_ms[column, 0]
            by_other = dist[end_node[column, 1]] + end_ms[column, 1]
            out[row, column] = min(by_one, by_other)
        reset(dist, touched, n_touched)


@numba.njit(cache=True, nogil=True)
def _keep_within(
    block: Int32,
    direct_ptr: Int64,
    direct_column: Int64,
    direct_ms: Int32,
    limit_ms: int,
    minutes: Float32,
    columns: Int32,
    counts: Int64,
) -> int:
    """Write the cells within the limit one after the other; return how many there are."""
    n_kept = 0
    for row in range(len(block)):
        for i in range(direct_ptr[row], direct_ptr[row + 1]):
            block[row, direct_column[i]] = min(block[row, direct_column[i]], direct_ms[i])
        before = n_kept
        for column in range(block.shape[1]):
            ms = block[row, column]
            # Written whether it is kept or not, so that the loop has no branch to mispredict.
            minutes[n_kept] = ms / MS_PER_MIN
            columns[n_kept] = column
            n_kept += ms <= limit_ms
        counts[row] = n_kept - before
    return n_kept


class _Growing:
    """A one-dimensional array that grows in place (the system remaps large arrays, nothing is copied)."""

    def __init__(self, dtype: type) -> None:
        self._array: np.ndarray = np.empty(1024, dtype=dtype)
        self._size = 0

    def append(self, values: np.ndarray) -> None:
        size = self._size + len(values)
        if size > len(self._array):
            self._array.resize(int(size * _GROWTH), refcheck=False)
        self._array[self._size : size] = values
        self._size = size

    def finish(self) -> np.ndarray:
        self._array.resize(self._size, refcheck=False)
        return self._array


def gather(
    blocks: RowBlocks,
    direct: tuple[Int64, Int64, Int32],
    limit_ms: int,
    shape: tuple[int, int],
    progress: Progress | None,
) -> tuple[Float32, Int32, Int64]:
    """Compute all rows on all threads and return ``(minutes, indices, indptr)`` of the sparse table.

    Parameters
    ----------
    blocks
        What computes the rows.
    direct
        ``(row, column, ms)`` of trips that ``blocks`` does not know, sorted by row; the faster one is kept.
    limit_ms
        Inclusive.
    shape
        Rows and columns of the table.
    progress
        Called with (rows done, rows in all).
    """
    n_rows, n_columns = shape
    direct_row, direct_column, direct_ms = direct
    direct_ptr = np.searchsorted(direct_row, np.arange(n_rows + 1)).astype(np.int64)
    multiple = blocks.rows_multiple
    wanted = min(_BLOCK_CELLS // max(n_columns, 1), n_rows // (2 * numba.get_num_threads()))
    step = max(wanted // multiple, 1) * multiple

    def make() -> tuple[Int32, Float32, Int32]:
        cells = step * n_columns
        # One cell more: the branchless loop writes once past the last kept cell.
        return (
            np.empty((step, n_columns), dtype=np.int32),
            np.empty(cells + 1, dtype=np.float32),
            np.empty(cells + 1, dtype=np.int32),
        )

    pool: Pool[tuple[Int32, Float32, Int32]] = Pool(make)

    def compute(first: int) -> tuple[Float32, Int32, Int64]:
        last = min(first + step, n_rows)
        counts = np.empty(last - first, dtype=np.int64)
        with pool.lend() as (block, minutes, columns):
            block = block[: last - first]
            blocks.fill(first, last, block)
            pointers = direct_ptr[first : last + 1]
            size = _keep_within(block, pointers, direct_column, direct_ms, limit_ms, minutes, columns, counts)
            return minutes[:size].copy(), columns[:size].copy(), counts

    all_minutes, all_columns = _Growing(np.float32), _Growing(np.int32)
    indptr = np.zeros(n_rows + 1, dtype=np.int64)
    for first, (minutes, columns, counts) in _in_order(compute, range(0, n_rows, step)):
        all_minutes.append(minutes)
        all_columns.append(columns)
        indptr[first + 1 : first + 1 + len(counts)] = counts
        if progress is not None:
            progress(first + len(counts), n_rows)
    return all_minutes.finish(), all_columns.finish(), np.cumsum(indptr)


def _in_order(compute: Callable[[int], T], jobs: range) -> Iterator[tuple[int, T]]:
    """Yield ``(job, result)`` in the order of the jobs, computed on all threads, few of them ahead."""
    n_threads = numba.get_num_threads()
    if n_threads == 1 or len(jobs) <= 1:
        for job in jobs:
            yield job, compute(job)
        return
    with ThreadPoolExecutor(n_threads) as threads:
        waiting: deque[tuple[int, Future[T]]] = deque()
        for job in jobs:
            waiting.append((job, threads.submit(compute, job)))
            if len(waiting) > 2 * n_threads:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
