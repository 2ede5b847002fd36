"""Underserved points that lie side by side, gathered into areas with a name, ranked by their children."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from finder.capacity.definitions import numbers
from finder.errors import MeasureError, ThresholdError, first_ids
from finder.geo.network import Bool, Int64
from finder.geo.projection import to_lambert

METHOD_VERSION: Final = "gap-areas-1"

LINK_M: Final = 1_600.0
"""Points of neighbouring 1 km cells, diagonals included, are mostly nearer than this; two cells apart mostly not."""

MAX_SPAN_M: Final = 15_000.0
"""An area wider than this is cut at commune borders: no single place would serve it. Our choice."""

MAX_CHILDREN: Final = 1_500.0
"""An area with more children aged 0 to 5 is cut between localities: three times what one of ONE's 624 consultations has
on average (of 325,000 children)."""

SMALL_CHILDREN: Final = 20.0
"""Areas with fewer children aged 0 to 5 are kept, and marked as small. Our choice."""

COUNTS: Final = ("children_0_2_5", "children_0_5", "population")
RANKED_BY: Final = "children_0_5"


def gap_areas(
    points: pd.DataFrame,
    is_gap: "pd.Series[bool]",
    names: "pd.Series[str]",
    *,
    minutes: "pd.Series[float]",
    draw_share: "pd.Series[float] | None" = None,
    touches_border: "pd.Series[bool] | None" = None,
    link_m: float = LINK_M,
    max_span_m: float = MAX_SPAN_M,
    max_children: float = MAX_CHILDREN,
    small_children: float = SMALL_CHILDREN,
) -> pd.DataFrame:
    """Gather gap points into areas.

    Two gap points within ``link_m`` of each other are in one area. An area whose points span more than ``max_span_m``
    (diagonal of the box around them) is cut at commune borders; a part with more than ``max_children`` is cut between
    localities. Each piece that still hangs together is an area.

    Parameters
    ----------
    points
        Index ``point_id``; ``nis``, ``lon``, ``lat`` (WGS84) and the counts ``children_0_2_5``, ``children_0_5``,
        ``population``.
    is_gap
        Nullable boolean, same index. Unknown points are not gaps.
    names
        Name of the locality nearest to each point, same index.
    minutes
        Minutes to the nearest service, same index; inf where none is reached.
    draw_share
        Share of draws in which each point is a gap, same index, if there are draws.
    touches_border
        Whether the border is nearer than the service, same index, if known.
    link_m, max_span_m
        Metres, larger than 0.
    max_children
        Children aged 0 to 5, larger than 0. An area of one locality is not cut further.
    small_children
        Children aged 0 to 5 below which an area is marked as small.

    Returns
    -------
    DataFrame
        One row per area, most children aged 0 to 5 first: ``area_id`` (``gap-`` and its first point), ``name``, ``nis``
        and ``point_ids`` (tuples, sorted), ``children_0_2_5``, ``children_0_5``, ``population`` (sums, which add
        up to all gap points), ``mean_minutes`` (over children 0 to 5 who reach a service; inf when none does),
        ``unreachable_children``, ``draw_share`` (mean over children; nan without draws), ``touches_border`` (any point;
        missing when not known), ``lon``, ``lat`` (centre of the children), ``cut_at`` (``none``,
        ``commune`` or ``locality``), ``is_small``, ``rank`` from 1.

        An area is named after the locality where most of its children live whose name no larger area has; when all
        are taken, after the first of them. No gap gives no rows.

    Raises
    ------
    MeasureError
        If an index differs from that of ``points``, an id stands twice, or at a gap point a count or the minutes are
        missing or negative, a count is infinite, or the position is none on the globe.
    ThresholdError
        If a distance is not larger than 0.
    """
    if not (link_m > 0 and max_span_m > 0 and max_children > 0):
        raise ThresholdError(
            f"Link {link_m} m, span {max_span_m} m and {max_children} children must all be larger than 0."
        )
    for name, column in (
        ("is_gap", is_gap),
        ("names", names),
        ("minutes", minutes),
        ("draw_share", draw_share),
        ("touches_border", touches_border),
    ):
        if column is not None and not column.index.equals(points.index):
            raise MeasureError(f"{name} has other ids than the points, or another order: align it first.")
    if points.index.has_duplicates:
        twice = list(points.index[points.index.duplicated()].unique())
        raise MeasureError(f"{len(twice)} point ids stand twice: {first_ids(twice)}.")
    # Sorted by id, so that the order of the input changes nothing.
    gap = points[is_gap.astype("boolean").fillna(False).to_numpy(dtype=bool)].sort_index()
    frame = pd.DataFrame(
        {
            "point_id": gap.index.astype(str),
            "nis": gap["nis"].astype(str),
            "name": names[gap.index].fillna("").astype(str),
            **{column: numbers(gap, column) for column in ("lon", "lat", *COUNTS)},
            "minutes": numbers(minutes.to_frame("minutes").loc[gap.index], "minutes"),
            "draw_share": np.nan if draw_share is None else draw_share[gap.index].astype(np.float64),
            "touches_border": pd.NA if touches_border is None else touches_border[gap.index],
        },
        index=gap.index,
    ).astype({"touches_border": "boolean"})
    _check_amounts(frame)
    _check_positions(frame)
    frame["area"], frame["cut_at"] = _areas(frame, link_m=link_m, max_span_m=max_span_m, max_children=max_children)
    areas = _summaries(frame).sort_values([RANKED_BY, "area_id"], ascending=[False, True])
    return areas.assign(
        name=pd.Series(_names(frame, areas.index), index=areas.index, dtype="str"),
        is_small=areas[RANKED_BY] < small_children,
        rank=np.arange(1, len(areas) + 1),
    ).reset_index(drop=True)[_COLUMNS]


_COLUMNS: Final = [
    "area_id",
    "name",
    "nis",
    "point_ids",
    *COUNTS,
    "mean_minutes",
    "unreachable_children",
    "draw_share",
    "touches_border",
    "lon",
    "lat",
    "cut_at",
    "is_small",
    "rank",
]


def _areas(
    points: pd.DataFrame, *, link_m: float, max_span_m: float, max_children: float
) -> tuple[Int64, npt.NDArray[np.str_]]:
    """Return the area of each point, and where it was cut."""
    n = len(points)
    if not n:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype="<U8")
    x_m, y_m = to_lambert(points["lon"], points["lat"])
    near = cKDTree(np.column_stack([x_m, y_m])).query_pairs(link_m, output_type="ndarray")
    commune = pd.factorize(points["nis"])[0]
    locality = pd.factorize(points["nis"] + "/" + points["name"])[0]

    whole = _components(near, n)
    by_area = pd.DataFrame({"x": x_m, "y": y_m}).groupby(whole)
    span = by_area.max() - by_area.min()
    is_wide: Bool = np.hypot(span["x"].to_numpy(), span["y"].to_numpy())[whole] > max_span_m
    near = near[(commune[near[:, 0]] == commune[near[:, 1]]) | ~is_wide[near[:, 0]]]

    part = _components(near, n)
    is_full: Bool = np.bincount(part, points[RANKED_BY].to_numpy())[part] > max_children
    near = near[(locality[near[:, 0]] == locality[near[:, 1]]) | ~is_full[near[:, 0]]]
    return _components(near, n), np.select([is_full, is_wide], ["locality", "commune"], "none")


def _components(pairs: Int64, n: int) -> Int64:
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    labels: Int64 = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _summaries(points: pd.DataFrame) -> pd.DataFrame:
    by_area = points.groupby("area", sort=True)
    children = points[RANKED_BY]
    # Where nobody is a child all points weigh the same: the centre must lie somewhere.
    weight = children.where(by_area[RANKED_BY].transform("sum") > 0, 1.0)
    reached = np.isfinite(points["minutes"])

    def mean(column: str, of: "pd.Series[float]") -> "pd.Series[float]":
        # A missing share anywhere leaves the mean missing; minutes that do not count may be infinite.
        total = (points[column].where(of > 0, 0.0) * of).groupby(points["area"]).sum(skipna=False)
        return total / of.groupby(points["area"]).sum()

    return pd.DataFrame(
        {
            "area_id": "gap-" + by_area["point_id"].first(),
            "nis": _gathered(points, "nis").map(lambda part: tuple(sorted(set(part)))),
            "point_ids": _gathered(points, "point_id"),
            **{column: by_area[column].sum() for column in COUNTS},
            "mean_minutes": mean("minutes", weight.where(reached, 0.0)).fillna(np.inf),
            "unreachable_children": children.where(~reached, 0.0).groupby(points["area"]).sum(),
            "draw_share": mean("draw_share", weight),
            "touches_border": by_area["touches_border"].any(skipna=False),
            "lon": mean("lon", weight),
            "lat": mean("lat", weight),
            "cut_at": by_area["cut_at"].first(),
        }
    )


def _gathered(points: pd.DataFrame, column: str) -> "pd.Series[Any]":
    """Return the texts of each area as a tuple, in the order of the points."""
    area = points["area"].to_numpy()
    order = np.argsort(area, kind="stable")
    areas, starts = np.unique(area[order], return_index=True)
    texts = points[column].to_numpy(dtype=object)[order].tolist()
    ends = [*starts[1:].tolist(), len(texts)]
    parts = [tuple(texts[start:end]) for start, end in zip(starts.tolist(), ends, strict=True)] if texts else []
    return pd.Series(parts, index=areas, dtype=object)


def _names(points: pd.DataFrame, ranked: pd.Index) -> list[str]:
    by_name = points.groupby(["area", "name"], sort=True)[RANKED_BY].sum().reset_index()
    by_name = by_name.sort_values(["area", RANKED_BY, "name"], ascending=[True, False, True])
    candidates = by_name.groupby("area")["name"].agg(list)
    taken: set[str] = set()
    named: list[str] = []
    for area in ranked:
        free = [name for name in candidates[area] if name and name not in taken]
        named.append(free[0] if free else candidates[area][0])
        taken.add(named[-1])
    return named


def _check_amounts(frame: pd.DataFrame) -> None:
    for column in (*COUNTS, "minutes"):
        # Minutes are infinite where nothing is reached; a count never is.
        may_be_infinite = column == "minutes"
        wrong = ~(frame[column] >= 0) | (np.isinf(frame[column]) & (not may_be_infinite))
        if wrong.any():
            kinds = "negative or missing" if may_be_infinite else "negative, infinite or missing"
            raise MeasureError(
                f"{int(wrong.sum())} gap points have a {kinds} {column}: {first_ids(list(frame.index[wrong]))}."
            )


def _check_positions(frame: pd.DataFrame) -> None:
    x_m, y_m = to_lambert(frame["lon"], frame["lat"])
    nowhere: Bool = ~(np.isfinite(x_m) & np.isfinite(y_m))
    if nowhere.any():
        raise MeasureError(
            f"{int(nowhere.sum())} gap points have no position: {first_ids(list(frame.index[nowhere]))},"
            " missing or outside the globe."
        )
