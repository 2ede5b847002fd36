"""Compiled preprocessing of a contraction hierarchy (Geisberger, Sanders, Schultes, Delling 2008).

Nodes are taken out of the graph one by one, least important first. Where the shortest way between two neighbours
may lead through the node taken out, a shortcut of the same cost keeps it. What a node is connected to at that
moment - original arcs and shortcuts to nodes taken out later - is its part of the hierarchy.

The remaining graph is one adjacency list per node in a shared pool. An entry of a node holds a neighbour and the
costs of both directions (`UNREACHED` where there is no arc), so that a two-way road is one entry:

- ``nodes``, int64 of shape (n_nodes, 4): start and length of the list, room up to the next one, depth of the node;
- ``pool``, int32 of shape (any, 3): neighbour, cost to it, cost from it.
"""

from typing import Final

import numba

from finder.geo.dijkstra import UNREACHED
from finder.geo.heap import drop_first, push
from finder.geo.network import Int32, Int64

SETTLED_MAX: Final = 60
"""Nodes a witness search may settle: a missed witness costs a needless shortcut, never a wrong distance."""

HEAP_ROOM: Final = 2**14
_SCALE: Final = 1000


@numba.njit(cache=True, nogil=True)
def _connect(nodes: Int64, pool: Int32, end: int, node: int, neighbour: int, to_ms: int, from_ms: int) -> int:
    """Let ``node`` know an arc to or from ``neighbour``; return the new end of the pool.

    A list without room moves to the end of the pool and gets twice the room.
    """
    start, count, room = nodes[node, 0], nodes[node, 1], nodes[node, 2]
    for i in range(start, start + count):
        if pool[i, 0] == neighbour:
            pool[i, 1] = min(pool[i, 1], to_ms)
            pool[i, 2] = min(pool[i, 2], from_ms)
            return end
    if count == room:
        for i in range(count):
            for field in range(3):
                pool[end + i, field] = pool[start + i, field]
        start = end
        room = 2 * room + 2
        nodes[node, 0] = start
        nodes[node, 2] = room
        end += room
    pool[start + count, 0] = neighbour
    pool[start + count, 1] = to_ms
    pool[start + count, 2] = from_ms
    nodes[node, 1] = count + 1
    return end


@numba.njit(cache=True, nogil=True)
def _disconnect(nodes: Int64, pool: Int32, node: int) -> None:
    """Take ``node`` off the lists of its neighbours; its own list stays, it is part of the hierarchy."""
    for i in range(nodes[node, 0], nodes[node, 0] + nodes[node, 1]):
        neighbour = pool[i, 0]
        start, last = nodes[neighbour, 0], nodes[neighbour, 0] + nodes[neighbour, 1] - 1
        j = start
        while pool[j, 0] != node:
            j += 1
        for field in range(3):
            pool[j, field] = pool[last, field]
        nodes[neighbour, 1] -= 1


@numba.njit(cache=True, nogil=True)
def _look_around(
    nodes: Int64,
    pool: Int32,
    origin: int,
    avoided: int,
    farthest: int,
    n_targets: int,
    work: Int32,
    keys: Int64,
    items: Int32,
) -> int:
    """Write distances from ``origin`` round ``avoided`` into ``work``; return how many nodes were touched.

    Stops at ``farthest``, after `SETTLED_MAX` nodes, or when all targets are settled: what it has not found by then
    may exist, what it has found is a real way.
    """
    work[origin, 0] = 0
    work[0, 1] = origin
    keys[0] = 0
    items[0] = origin
    n_touched, size, n_settled = 1, 1, 0
    while size > 0 and n_settled < SETTLED_MAX and keys[0] <= farthest:
        reached, node = keys[0], items[0]
        size -= 1
        drop_first(keys, items, size)
        if reached > work[node, 0]:
            continue
        n_settled += 1
        n_targets -= work[node, 2]
        if n_targets == 0 or size + nodes[node, 1] > HEAP_ROOM:
            break
        for i in range(nodes[node, 0], nodes[node, 0] + nodes[node, 1]):
            head = pool[i, 0]
            further = reached + pool[i, 1]
            if head != avoided and further <= farthest and further < work[head, 0]:
                if work[head, 0] == UNREACHED:
                    work[n_touched, 1] = head
                    n_touched += 1
                work[head, 0] = further
                push(keys, items, size, further, head)
                size += 1
    return n_touched


@numba.njit(cache=True, nogil=True)
def _shortcuts(
    nodes: Int64, pool: Int32, node: int, work: Int32, keys: Int64, items: Int32, found: Int32
) -> tuple[int, int]:
    """Write the shortcuts that replace ``node`` into ``found``, rows (from, to, ms).

    ``work``, int32 of shape (n_nodes, 3), holds distance, list of touched nodes, and whether a node is a target; it is
    left clean.

    Returns
    -------
    tuple
        How many shortcuts, and how many arcs they replace.
    """
    first, last = nodes[node, 0], nodes[node, 0] + nodes[node, 1]
    n_found, n_arcs = 0, 0
    for i in range(first, last):
        origin, into = pool[i, 0], pool[i, 2]
        n_arcs += pool[i, 1] != UNREACHED
        if into == UNREACHED:
            continue
        n_arcs += 1
        farthest, n_targets = 0, 0
        for j in range(first, last):
            through = into + pool[j, 1]
            if j != i and through < UNREACHED:
                work[pool[j, 0], 2] = 1
                n_targets += 1
                farthest = max(farthest, through)
        if n_targets == 0:
            continue
        n_touched = _look_around(nodes, pool, origin, node, farthest, n_targets, work, keys, items)
        for j in range(first, last):
            head, through = pool[j, 0], into + pool[j, 1]
            work[head, 2] = 0
            if j != i and through < work[head, 0]:
                found[n_found, 0] = origin
                found[n_found, 1] = head
                found[n_found, 2] = through
                n_found += 1
        for j in range(n_touched):
            work[work[j, 1], 0] = UNREACHED
    return n_found, n_arcs


@numba.njit(cache=True, nogil=True)
def contract(
    nodes: Int64,
    pool: Int32,
    end: int,
    waiting_keys: Int64,
    waiting: Int32,
    n_waiting: int,
    n_left: int,
    order: Int32,
    work: Int32,
    keys: Int64,
    items: Int32,
    found: Int32,
) -> tuple[int, int]:
    """Take nodes out of the graph, least important first, until ``n_left`` are left or an array is full.

    A node's importance is its depth plus the shortcuts per arc they replace, in thousandths. It is known as it was
    when the node last came up; a node whose importance has grown beyond the next one's waits on.

    Returns
    -------
    tuple
        ``(n_waiting, end)``: how many nodes are left, and the end of the pool.
    """
    while n_waiting > n_left:
        node = waiting[0]
        degree = nodes[node, 1]
        needed = end
        for i in range(nodes[node, 0], nodes[node, 0] + degree):
            # A list may move more than once, but its room at least doubles each time.
            needed += 4 * (nodes[pool[i, 0], 2] + degree + 2)
        if needed > len(pool) or degree * degree > len(found):
            break
        n_waiting -= 1
        drop_first(waiting_keys, waiting, n_waiting)
        n_found, n_arcs = _shortcuts(nodes, pool, node, work, keys, items, found)
        importance = _SCALE * nodes[node, 3] + _SCALE * n_found // (n_arcs + 1)
        if n_waiting > 0 and importance > waiting_keys[0]:
            push(waiting_keys, waiting, n_waiting, importance, node)
            n_waiting += 1
            continue
        _disconnect(nodes, pool, node)
        for i in range(nodes[node, 0], nodes[node, 0] + degree):
            nodes[pool[i, 0], 3] = max(nodes[pool[i, 0], 3], nodes[node, 3] + 1)
        for i in range(n_found):
            tail, head, ms = found[i, 0], found[i, 1], found[i, 2]
            end = _connect(nodes, pool, end, tail, head, ms, UNREACHED)
            end = _connect(nodes, pool, end, head, tail, UNREACHED, ms)
        order[len(order) - n_waiting - 1] = node
    return n_waiting, end
