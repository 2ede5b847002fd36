"""A compiled four-ary heap on two plain arrays: whole-number keys and what they stand for."""

import numba

from finder.geo.network import Int32, Int64


@numba.njit(cache=True, nogil=True)
def push(keys: Int64, items: Int32, size: int, key: int, item: int) -> None:
    """Add an entry to a heap of ``size`` entries; the caller has made room and counts on."""
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        if keys[parent] <= key:
            break
        keys[place] = keys[parent]
        items[place] = items[parent]
        place = parent
    keys[place] = key
    items[place] = item


@numba.njit(cache=True, nogil=True)
def drop_first(keys: Int64, items: Int32, size: int) -> None:
    """Remove the entry at place 0, the one of the smallest key; ``size`` entries remain."""
    key, item = keys[size], items[size]
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[least]:
                least = other
        if keys[least] >= key:
            break
        keys[place] = keys[least]
        items[place] = items[least]
        place = least
    keys[place] = key
    items[place] = item
