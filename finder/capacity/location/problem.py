"""What every location model starts from: people at points, possible sites, minutes between them, sites that stay."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from finder.errors import LocationError, first_ids

Floats = npt.NDArray[np.floating]
Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LocationProblem:
    """Points, sites and the full table between them.

    Attributes
    ----------
    minutes
        Shape (n_points, n_sites), >= 0, inf where a site cannot be reached; float32 or float64. A table in Fortran
        order (each site's minutes side by side) is used as it is, any other is copied once.
    people
        Shape (n_points,), >= 0: ``P_i``.
    point_ids, site_ids
        Ids of rows and columns.
    existing
        Shape (n_sites,): sites that stay open whatever is chosen (``y_j = 1``).

    Raises
    ------
    LocationError
        If shapes differ, minutes are negative or NaN, people are no amounts, or ids are doubled.
    """

    minutes: Floats
    people: Float64
    point_ids: np.ndarray
    site_ids: np.ndarray
    existing: Bool

    def __post_init__(self) -> None:
        shape = len(self.point_ids), len(self.site_ids)
        if self.minutes.shape != shape or len(self.people) != shape[0] or len(self.existing) != shape[1]:
            raise LocationError(
                f"A table of {self.minutes.shape} minutes for {shape[0]} points ({len(self.people)} with people) and "
                f"{shape[1]} sites ({len(self.existing)} marked as existing or not): give one of each."
            )
        if self.existing.dtype != np.bool_:
            raise LocationError(f"Existing sites must be marked by yes or no, not {self.existing.dtype}.")
        for ids, what in ((self.point_ids, "points"), (self.site_ids, "sites")):
            names, count = np.unique(np.asarray(ids).astype(str), return_counts=True)
            if (count > 1).any():
                raise LocationError(f"Doubled ids of {what}: {first_ids(names[count > 1].tolist())}. Keep one of each.")
        is_bad = ~(np.isfinite(self.people) & (self.people >= 0))
        if is_bad.any():
            raise LocationError(
                f"People are missing, infinite or negative at points {first_ids(self.point_ids[is_bad].tolist())}."
            )
        # One site at a time: a mask of the whole table would be as large as a quarter of it.
        is_wrong = np.array([not (column >= 0).all() for column in self.minutes.T], dtype=bool)
        if is_wrong.any():
            ids = self.site_ids[is_wrong].tolist()
            raise LocationError(f"Minutes are negative or missing to sites {first_ids(ids)}. Use inf for no way.")

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.point_ids)

    @property
    def n_sites(self) -> int:
        """Number of sites, existing ones included."""
        return len(self.site_ids)

    @cached_property
    def by_site(self) -> Floats:
        """The minutes with sites as rows, contiguous: shape (n_sites, n_points)."""
        return np.ascontiguousarray(self.minutes.T)

    @cached_property
    def candidates(self) -> Int64:
        """Columns of the sites that may be opened."""
        return np.flatnonzero(~self.existing)

    @cached_property
    def existing_min(self) -> Float64:
        """Minutes to the nearest existing site, shape (n_points,); inf without any."""
        return nearest(self.by_site, np.flatnonzero(self.existing))[0]

    @cached_property
    def is_reachable(self) -> Bool:
        """Whether any site at all can be reached, shape (n_points,)."""
        reached: Bool = np.isfinite(nearest(self.by_site, np.arange(self.n_sites))[0])
        return reached

    def within(self, limit_min: float, points: Bool) -> Bool:
        """Return which candidates (columns) lie within the limit, inclusive, of some of the points (rows)."""
        out = np.empty((int(points.sum()), len(self.candidates)), dtype=bool)
        for k, site in enumerate(self.candidates):
            out[:, k] = self.by_site[site][points] <= limit_min
        return out

    def rows(self, keep: Bool) -> "LocationProblem":
        """Return the problem of some of the points."""
        return replace(
            self, minutes=self.by_site[:, keep].T, people=self.people[keep], point_ids=self.point_ids[keep]
        )  # fmt: skip


def make_problem(
    minutes: Floats,
    people: npt.ArrayLike,
    *,
    point_ids: npt.ArrayLike | None = None,
    site_ids: npt.ArrayLike | None = None,
    existing: npt.ArrayLike | None = None,
) -> LocationProblem:
    """Return a problem; ids default to row numbers, existing sites to none."""
    n_points, n_sites = minutes.shape
    return LocationProblem(
        minutes=minutes,
        people=np.asarray(people, dtype=np.float64),
        point_ids=np.arange(n_points) if point_ids is None else np.asarray(point_ids),
        site_ids=np.arange(n_sites) if site_ids is None else np.asarray(site_ids),
        existing=np.zeros(n_sites, dtype=bool) if existing is None else np.asarray(existing),
    )


def check_count(problem: LocationProblem, p: int) -> int:
    """Return ``p``, the number of sites to add.

    Raises
    ------
    LocationError
        If it is negative, or there are fewer candidates.
    """
    if not 0 <= p <= len(problem.candidates):
        raise LocationError(
            f"{p} sites cannot be chosen among {len(problem.candidates)} candidates: ask for 0 to that many."
        )
    return p


def nearest(by_site: Floats, sites: npt.NDArray[np.integer]) -> tuple[Float64, Int64]:
    """Return minutes to the nearest of some sites and which one it is (-1 and inf: none); ties: the first given."""
    n_points = by_site.shape[1]
    best = np.full(n_points, np.inf)
    which = np.full(n_points, -1, dtype=np.int64)
    for site in sites:
        is_closer = by_site[site] < best
        best[is_closer] = by_site[site][is_closer]
        which[is_closer] = site
    return best, which
