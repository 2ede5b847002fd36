"""Douglas-Peucker on many lines at once, in flat arrays (Douglas and Peucker 1973)."""

import numba
import numpy as np

from finder.geo.network import Bool, Float64, Int64


@numba.njit(cache=True)
def kept_points(ptr: Int64, x_m: Float64, y_m: Float64, tolerance_m: float) -> Bool:  # pragma: no cover - compiled
    """Return which points of each line stay so that no dropped one is farther than the tolerance from the result.

    Parameters
    ----------
    ptr
        Shape (n_lines + 1,): row pointers into the coordinates.
    x_m, y_m
        Coordinates in metres.
    tolerance_m
        Largest distance allowed.

    Returns
    -------
    array of bool
        Shape (n_points,); the ends of each line always stay.
    """
    keep = np.zeros(len(x_m), dtype=np.bool_)
    longest = 0
    for line in range(len(ptr) - 1):
        longest = max(longest, ptr[line + 1] - ptr[line])
    stack = np.empty((longest + 1, 2), dtype=np.int64)
    for line in range(len(ptr) - 1):
        low, high = ptr[line], ptr[line + 1] - 1
        if high < low:
            continue
        keep[low] = True
        keep[high] = True
        stack[0, 0] = low
        stack[0, 1] = high
        depth = 1
        while depth:
            depth -= 1
            a, b = stack[depth, 0], stack[depth, 1]
            dx, dy = x_m[b] - x_m[a], y_m[b] - y_m[a]
            square = dx * dx + dy * dy
            farthest, best = -1, tolerance_m * tolerance_m
            for i in range(a + 1, b):
                px, py = x_m[i] - x_m[a], y_m[i] - y_m[a]
                if square > 0:
                    t = min(1.0, max(0.0, (px * dx + py * dy) / square))
                    px -= t * dx
                    py -= t * dy
                distance = px * px + py * py
                if distance > best:
                    best = distance
                    farthest = i
            if farthest >= 0:
                keep[farthest] = True
                stack[depth, 0], stack[depth, 1] = a, farthest
                stack[depth + 1, 0], stack[depth + 1, 1] = farthest, b
                depth += 2
    return keep
