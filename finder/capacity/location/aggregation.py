"""Fewer points for a faster first look, with the most that the answer can be wrong because of it."""

import numpy as np
import numpy.typing as npt

from finder.capacity.location.problem import LocationProblem
from finder.errors import LocationError


def aggregate(problem: LocationProblem, group: npt.NDArray[np.integer]) -> tuple[LocationProblem, float]:
    """Return the problem with one point per group, and how far any choice's people-minutes can be off.

    Each group is its point with the most people, with the people of all. For any open sites S,
    ``|F_merged(S) - F(S)| <= sum_i P_i max_j |t_ij - t_rep(i),j|``, since the minimum over sites moves by no more than
    the largest difference (the ABC errors of Hillsman and Rhoda 1978, bounded as in Francis, Lowe and Tamir 2000).

    Parameters
    ----------
    problem
        The whole problem; a group's points must reach the same sites.
    group
        Shape (n_points,): group of each point, 0, 1, ...

    Returns
    -------
    tuple
        The merged problem, points in the order of the groups, and the error in people-minutes.

    Raises
    ------
    LocationError
        If there is not one group per point, or a group's points differ in the sites they reach.
    """
    if len(group) != problem.n_points:
        raise LocationError(f"{len(group)} groups for {problem.n_points} points: one each.")
    order = np.lexsort((np.arange(len(group)), -problem.people, group))
    _, first = np.unique(group[order], return_index=True)
    heads = order[first]
    row = np.unique(group, return_inverse=True)[1]
    off = np.zeros(problem.n_points)
    for column in problem.by_site:
        here, head = column.astype(np.float64), column[heads][row].astype(np.float64)
        is_same = here == head
        np.maximum(
            off, np.where(is_same, 0.0, np.abs(np.where(is_same, 0.0, here) - np.where(is_same, 0.0, head))), out=off
        )
    if not np.isfinite(off).all():
        raise LocationError("Points of one group reach different sites: merge only points that reach the same ones.")
    merged = LocationProblem(
        minutes=problem.by_site[:, heads].T,
        people=np.bincount(row, problem.people).astype(np.float64),
        point_ids=problem.point_ids[heads],
        site_ids=problem.site_ids,
        existing=problem.existing,
    )
    return merged, float(problem.people @ off)
