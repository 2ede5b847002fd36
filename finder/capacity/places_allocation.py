"""The cheapest new places that bring every area to its target, with a bound on how much cheaper it could be.

Sets: areas ``i`` (communes, or demand points), sites ``j`` (existing ones to enlarge, possible ones to open). With
``u_j`` groups of seven places and ``y_j`` whether a site is opened or enlarged at all::

    minimise    sum_j  fixed_j y_j + 7 cost_j u_j
    subject to  sum_j  7 gain_ij u_j >= shortfall_i           for every area
                min_j y_j <= 7 u_j <= max_j y_j,  u_j whole, y_j 0 or 1

``gain_ij`` is what one place at ``j`` gives area ``i``: 1 where places count for the commune they stand in, ``w_ij /
sum_k w_kj P_k`` where places within reach are shared out (E2SFCA, which is linear in the places). So both questions are
one covering problem (Daskin, Network and Discrete Location, 2nd ed. 2013, ch. 4, with sizes and fixed costs).

**It falls into parts.** Areas and sites that no gain connects share no constraint, and the cost is a sum; so the
optimum is the sum of the optima of the connected parts, and so is the bound. With communes every commune is a part.

**When it cannot be met** is known without a solver: gains are not negative, so an area can be brought to its target
if and only if all sites at their largest do it, and all areas at once if each can.
"""

import time
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.facility_sizes import GROUP
from finder.errors import AllocationError, first_ids

METHOD_VERSION: Final = "places allocation 1"
TIME_LIMIT_S: Final = 60.0
RELATIVE_GAP: Final = 1e-6
LEAST_SECONDS: Final = 10.0
"""Time that the relaxation of a part may take even when none is left: without it there is no bound."""
SLACK: Final = 1e-6
"""A shortfall below this share of itself counts as met: the solver's own precision."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlacesPlan:
    """New places that bring every area to its target.

    Attributes
    ----------
    status
        ``optimal`` (to :data:`RELATIVE_GAP`), or ``feasible`` where time ran out: see the gap.
    objective, bound
        Cost of the plan, and a cost that no plan can go below.
    seconds
        Time taken.
    part_count
        Independent parts that were solved one by one.
    places
        By site, in the given order: places added, multiples of seven.
    gained
        By area, in the given order: what the plan gives it, in the unit of the shortfall.
    """

    status: Literal["optimal", "feasible"]
    objective: float
    bound: float
    seconds: float
    part_count: int
    places: "pd.Series[int]"
    gained: "pd.Series[float]"
    method: str = METHOD_VERSION

    @property
    def gap(self) -> float:
        """Share of the cost that might be saved at most: 0 where the plan is proven the cheapest."""
        return max(0.0, 1.0 - self.bound / self.objective) if self.objective > 0 else 0.0


def cheapest_places(
    sites: pd.DataFrame,
    gains: Any,  # noqa: ANN401
    shortfall: "pd.Series[float]",
    *,
    time_limit_s: float = TIME_LIMIT_S,
) -> PlacesPlan:
    """Return the cheapest plan.

    Parameters
    ----------
    sites
        One row per site that may grow or open: ``places_min`` (if it grows or opens at all), ``places_max`` (places
        added), ``cost_fixed`` (of opening or enlarging it) and ``cost_per_place``, all >= 0.
    gains
        Sparse, shape (n_areas, n_sites), >= 0: what one place at a site gives an area.
    shortfall
        By area, in the rows' order: what is lacking to the target; 0 or negative where it is met.
    time_limit_s
        For all parts together. After it the rounded relaxation is returned, with its gap.

    Raises
    ------
    AllocationError
        If amounts are none, shapes do not match, or areas cannot reach their target: it says which.
    """
    began = time.monotonic()
    problem = _Problem.of(sites, gains, shortfall)
    problem.check_feasible(shortfall.index)
    groups = np.zeros(len(sites), dtype=np.int64)
    bound, is_optimal = 0.0, True
    parts = problem.parts()
    for rows, columns in parts:
        left = time_limit_s - (time.monotonic() - began)
        part = problem.part(rows, columns)
        chosen, part_bound, is_sure = part.solve(max(left, 0.0))
        groups[columns] = chosen
        bound += part_bound
        is_optimal &= is_sure
    places = GROUP * groups
    return PlacesPlan(
        status="optimal" if is_optimal else "feasible",
        objective=problem.cost(groups),
        bound=bound,
        seconds=time.monotonic() - began,
        part_count=len(parts),
        places=pd.Series(places, index=sites.index, name="places_added"),
        gained=pd.Series(problem.gains @ groups, index=shortfall.index, name="gained"),
    )


@dataclass(frozen=True, eq=False)
class _Problem:
    """The problem in groups of seven."""

    gains: Any
    """Sparse (n_areas, n_sites): what one group gives."""
    shortfall: Floats
    least: Floats
    most: Floats
    fixed: Floats
    per_group: Floats

    @classmethod
    def of(cls, sites: pd.DataFrame, gains: Any, shortfall: "pd.Series[float]") -> "_Problem":  # noqa: ANN401
        from scipy import sparse

        matrix = sparse.csr_array(gains, dtype=np.float64)
        if matrix.shape != (len(shortfall), len(sites)):
            raise AllocationError(
                f"Gains of shape {matrix.shape} for {len(shortfall)} areas and {len(sites)} sites: give one row per "
                "area and one column per site."
            )
        if not (np.isfinite(matrix.data) & (matrix.data >= 0)).all():
            raise AllocationError("Gains are negative or no numbers: correct them.")
        lacking = shortfall.to_numpy(dtype=np.float64)
        if not np.isfinite(lacking).all():
            ids = shortfall.index[~np.isfinite(lacking)].tolist()
            raise AllocationError(f"The shortfall of {first_ids(ids)} is no number: give one, or leave the area out.")
        numbers = {name: _amounts(sites, name) for name in ("places_min", "places_max", "cost_fixed", "cost_per_place")}
        least, most = np.ceil(numbers["places_min"] / GROUP), np.floor(numbers["places_max"] / GROUP)
        # A site too small for a group, or for its own least size, cannot be used.
        most = np.where(least > most, 0.0, most)
        return cls(
            gains=GROUP * matrix,
            shortfall=np.maximum(lacking, 0.0),
            least=np.where(most > 0, np.maximum(least, 1.0), 0.0),
            most=most,
            fixed=numbers["cost_fixed"],
            per_group=GROUP * numbers["cost_per_place"],
        )

    def check_feasible(self, areas: pd.Index) -> None:
        reachable = self.gains @ self.most
        lacking = self.shortfall - reachable
        out = lacking > SLACK * np.maximum(self.shortfall, 1.0)
        if out.any():
            worst = np.flatnonzero(out)[np.argsort(-lacking[out], kind="stable")]
            raise AllocationError(
                f"{len(worst)} areas cannot reach their target even with every site at its largest, those that lack "
                f"most first: {first_ids(areas[worst].tolist())}. Allow larger sites or more of them, or lower the "
                "target."
            )

    def parts(self) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        """Return rows and columns of the connected parts that lack something."""
        from scipy import sparse
        from scipy.sparse.csgraph import connected_components

        wanted = np.flatnonzero(self.shortfall > 0)
        rows = self.gains[wanted]
        graph = sparse.block_array([[None, rows], [rows.T, None]], format="csr")
        count, label = connected_components(graph, directed=False) if len(wanted) else (0, np.empty(0))
        of_row, of_column = label[: len(wanted)], label[len(wanted) :]
        found = []
        for part in range(count):
            inside = wanted[of_row == part]
            if len(inside):
                found.append((inside, np.flatnonzero(of_column == part)))
        return found

    def part(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> "_Problem":
        return _Problem(
            gains=self.gains[rows][:, columns],
            shortfall=self.shortfall[rows],
            least=self.least[columns],
            most=self.most[columns],
            fixed=self.fixed[columns],
            per_group=self.per_group[columns],
        )

    def cost(self, groups: npt.NDArray[np.int64]) -> float:
        return float(self.per_group @ groups + self.fixed @ (groups > 0))

    def solve(self, time_limit_s: float) -> tuple[npt.NDArray[np.int64], float, bool]:
        """Return groups by site, a bound on the cost, and whether they are proven optimal."""
        relaxed = self._milp(time_limit_s=max(time_limit_s, LEAST_SECONDS), is_whole=False)
        start, bound = self.most.astype(np.int64), 0.0
        if relaxed.status == 0:
            bound = float(relaxed.fun)
            # Rounding up breaks no covering constraint, so there is always a plan to fall back on.
            rounded = np.ceil(relaxed.x[: len(self.most)] - SLACK)
            rounded = np.where(rounded > 0, np.clip(rounded, self.least, self.most), 0).astype(np.int64)
            start = rounded if self._is_met(rounded) else start
        if time_limit_s > 0 and self.cost(start) > bound * (1 + RELATIVE_GAP):
            found = self._milp(time_limit_s=time_limit_s, is_whole=True)
            if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
                bound = max(bound, float(found.mip_dual_bound))
            if found.x is not None:
                groups = np.round(found.x[: len(self.most)]).astype(np.int64)
                if self._is_met(groups) and self.cost(groups) < self.cost(start):
                    start = groups
        cost = self.cost(start)
        return start, min(bound, cost), cost <= bound * (1 + 2 * RELATIVE_GAP) + SLACK

    def _is_met(self, groups: npt.NDArray[np.int64]) -> bool:
        return bool((self.gains @ groups >= self.shortfall * (1 - SLACK) - SLACK * 1e-3).all())

    def _milp(self, *, time_limit_s: float, is_whole: bool) -> Any:  # noqa: ANN401
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        n = len(self.most)
        # Rows are brought to 1, so that the solver's absolute precision means the same in communes and at points.
        scale = sparse.diags_array(1.0 / self.shortfall)
        need = LinearConstraint(sparse.hstack([scale @ self.gains, sparse.csr_array((len(self.shortfall), n))]), 1.0)
        eye, off = sparse.eye_array(n), sparse.diags_array
        upper = LinearConstraint(sparse.hstack([eye, -off(self.most)]), -np.inf, 0.0)
        lower = LinearConstraint(sparse.hstack([eye, -off(self.least)]), 0.0, np.inf)
        return milp(
            np.concatenate([self.per_group, self.fixed]),
            integrality=np.full(2 * n, int(is_whole)),
            bounds=Bounds(0.0, np.concatenate([self.most, (self.most > 0).astype(float)])),
            constraints=[need, upper, lower],
            options={"mip_rel_gap": RELATIVE_GAP, "time_limit": time_limit_s},
        )


def _amounts(sites: pd.DataFrame, name: str) -> Floats:
    if name not in sites:
        raise AllocationError(f"Sites lack the column {name}.")
    values = pd.to_numeric(sites[name], errors="coerce").to_numpy(dtype=np.float64)
    wrong = sites.index[~(np.isfinite(values) & (values >= 0))].tolist()
    if wrong:
        raise AllocationError(f"Sites {first_ids(wrong)}: {name} is no number of 0 or more; correct it.")
    return values
