"""Which children are followed at which of the planned stops: as many as there is room for, near ones first."""

import numpy as np
import numpy.typing as npt

from finder.capacity.mobile.stop_problem import Float64, Int64
from finder.errors import MobileError

METHOD_VERSION = "mobile follow 1"


def follow_children(children: Float64, room: Float64, points: Int64, stops: Int64, minutes: npt.ArrayLike) -> Float64:
    """Return how many children of each point are followed at each stop they can reach.

    Two linear programmes: the first finds how many children the stops can follow in all, the second lets exactly so
    many come with the fewest minutes. Sets: pairs ``k`` of a point and a stop in its reach; variable ``x[k] >= 0``
    children; of a point at most its children, at a stop at most its room.

    Parameters
    ----------
    children
        Shape (n_points,): children who would come.
    room
        Shape (n_stops,): children a stop can follow.
    points, stops, minutes
        Shape (n_pairs,): rows of the pairs, and the trip to the stop.

    Returns
    -------
    ndarray
        Shape (n_pairs,): children. They sum to the most that can be followed.

    Raises
    ------
    MobileError
        If the solver fails.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, vstack

    n = len(points)
    if n == 0:
        return np.zeros(0, dtype=np.float64)
    pairs = np.arange(n)
    of_point = coo_array((np.ones(n), (points, pairs)), shape=(len(children), n))
    at_stop = coo_array((np.ones(n), (stops, pairs)), shape=(len(room), n))
    matrix, limit = vstack([of_point, at_stop]).tocsr(), np.r_[children, room]
    most = linprog(-np.ones(n), A_ub=matrix, b_ub=limit, method="highs")
    if most.status != 0:
        raise MobileError(f"The children of the planned stops could not be counted: {most.message}")
    # A hair fewer, so that rounding does not make the second programme infeasible.
    least = -most.fun * (1 - 1e-9)
    near = linprog(
        np.asarray(minutes, dtype=np.float64), A_ub=vstack([matrix, coo_array(-np.ones((1, n)))]).tocsr(),
        b_ub=np.r_[limit, -least], method="highs",
    )  # fmt: skip
    found: Float64 = np.maximum(near.x if near.status == 0 else most.x, 0.0).astype(np.float64)
    return found
