"""Children in gaps, in every draw of the modelled network, and the localities where a unit could stop for them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import children_at_points
from finder.answers.consultation_reach import ConsultationReach, measure_consultations
from finder.answers.mobile_question import MobileQuestion
from finder.answers.modelled import CENTRAL
from finder.answers.site_times import POINTS_YEAR
from finder.answers.siting import communes_of
from finder.geo.backwards import travel_times_to
from finder.geo.network import Bool, Float32, Float64, Int64
from finder.geo.snapping import Snaps
from finder.geo.travel_time import TravelTimes
from finder.units import WGS84, Mode

NEEDED_CHILDREN: Final = 5.0
"""A stop is needed in a draw when at least so many children around it are in a gap there: one full session. Ours."""


@dataclass(frozen=True, eq=False)
class MobileDemand:
    """Points with children in gaps, and stops in their reach.

    Attributes
    ----------
    points
        Points with children in a gap in some draw. Index ``point_id``: ``nis``, ``children`` (aged 0 to 5, all),
        ``draw_share`` (of the draws in which the point is in a gap), ``gap_children`` (expected) and ``coming`` (those
        who would come, the take-up applied).
    beyond
        Shape (n_points, n_draws): whether the point is in a gap.
    stops
        Candidates, index ``stop_id`` (a locality): ``name``, ``nis``, ``province``, ``lon``, ``lat`` (WGS84 degrees),
        ``is_on_road`` (near enough to a road for a car).
    indptr, indices, minutes
        Rows of points that reach each stop (CSR by stop), and how long they take.
    """

    points: pd.DataFrame
    beyond: Bool
    stops: pd.DataFrame
    indptr: Int64
    indices: Int64
    minutes: Float64

    def row(self, stop: int) -> Int64:
        """Return the rows of points that reach a stop."""
        return self.indices[self.indptr[stop] : self.indptr[stop + 1]]

    def reach_matrix(self, stops: Int64) -> Bool:
        """Return whether each point (rows) reaches each of some stops (columns)."""
        out = np.zeros((len(self.points), len(stops)), dtype=bool)
        for column, stop in enumerate(stops):
            out[self.row(int(stop)), column] = True
        return out

    def need_share(self, stops: Int64, *, needed: float = NEEDED_CHILDREN) -> Float64:
        """Return the share of draws in which at least ``needed`` children around each stop are in a gap.

        Children around a stop are those of all points that reach it, also where another stop is near too.
        """
        children = self.points["children"].to_numpy(dtype=np.float64)
        counts = [children[rows] @ self.beyond[rows] for rows in map(self.row, map(int, stops))]
        return np.array([float((count >= needed - 1e-9).mean()) for count in counts], dtype=np.float64)


def measured_gap(atlas: Atlas, mode: Mode) -> ConsultationReach:
    """Return the minutes to the nearest consultation in every draw, kept by the atlas."""
    return atlas.keep(("mobile_consultations", mode), lambda: measure_consultations(atlas, mode))


def beyond_limit(reach: ConsultationReach, limit_min: float) -> Bool:
    """Return where the nearest consultation is farther than the limit, shape (n_points, n_draws)."""
    return np.asarray(reach.minutes[:, CENTRAL + 1 :] > np.float32(limit_min))


def mobile_demand(atlas: Atlas, question: MobileQuestion) -> MobileDemand:
    """Return the children in gaps and the candidates of a question.

    Where the list of consultations is an imported one, all draws are equal and shares are 0 or 1. The nine
    German-speaking communes are neither followed nor stopped at.

    Raises
    ------
    LocationError
        If the area is unknown.
    """
    children = children_at_points(atlas, question.year, "children_0_5")
    beyond = beyond_limit(measured_gap(atlas, question.mode), question.limit_min)
    nis = atlas.demand(POINTS_YEAR)["nis"]
    inside = communes_of(atlas, question.area)
    share = beyond.mean(axis=1)
    is_asked = (children.to_numpy() > 0) & (share > 0) & nis.isin(inside).to_numpy(dtype=bool)
    points = pd.DataFrame({"nis": nis, "children": children, "draw_share": share})[is_asked]
    points["gap_children"] = points["children"] * points["draw_share"]
    points["coming"] = points["gap_children"] * question.take_up
    stops = all_stops(atlas)
    mode, minutes = question.catchment
    table = stop_minutes(atlas, mode, minutes)
    row_of = np.full(len(nis), -1, dtype=np.int64)
    row_of[is_asked] = np.arange(len(points))
    is_stop = stops["nis"].isin(inside).to_numpy(dtype=bool)
    by_stop = table.transpose()
    kept_rows, kept_minutes, counts = [], [], []
    for stop in np.flatnonzero(is_stop):
        columns, taken = by_stop.row(int(stop))
        rows = row_of[columns]
        kept_rows.append(rows[rows >= 0])
        kept_minutes.append(taken[rows >= 0])
        counts.append(int((rows >= 0).sum()))
    return MobileDemand(
        points=points,
        beyond=beyond[is_asked],
        stops=stops[is_stop],
        indptr=np.r_[0, np.cumsum(counts, dtype=np.int64)].astype(np.int64),
        indices=np.concatenate(kept_rows).astype(np.int64) if kept_rows else np.zeros(0, dtype=np.int64),
        minutes=np.concatenate(kept_minutes).astype(np.float64) if kept_minutes else np.zeros(0, dtype=np.float64),
    )


def all_stops(atlas: Atlas) -> pd.DataFrame:
    """Return every locality a unit could stop at: those of the communes that ONE serves.

    Whether and where a unit can stand there is not known.
    """

    def make() -> pd.DataFrame:
        communes = atlas.communes
        localities = atlas.localities
        served = ~localities["nis"].map(communes["is_german_community"]).astype(bool)
        localities = localities[served.to_numpy()]
        degrees = localities.geometry.to_crs(WGS84)
        table = pd.DataFrame(
            {
                "name": localities["name"].astype(str).to_numpy(),
                "nis": localities["nis"].astype(str).to_numpy(),
                # A tenth of a metre: what a plan file holds is what was measured.
                "lon": degrees.x.round(6).to_numpy(),
                "lat": degrees.y.round(6).to_numpy(),
            },
            index=pd.Index(localities["locality_id"].astype(str), name="stop_id"),
        )
        table.insert(2, "province", table["nis"].map(communes["province"]).astype(str))
        table["is_on_road"] = _snapped(atlas, "car", table).is_snapped
        return table

    return atlas.keep(("mobile_all_stops",), make)


def _snapped(atlas: Atlas, mode: Mode, stops: pd.DataFrame) -> Snaps:
    return atlas.roads(mode).snap(stops["lon"].to_numpy(), stops["lat"].to_numpy())


def stop_minutes(atlas: Atlas, mode: Mode, cutoff_min: float) -> TravelTimes:
    """Return the minutes from all demand points (rows) to all stops (columns) within a limit, kept by the atlas."""

    def measure() -> TravelTimes:
        stops = all_stops(atlas)
        return travel_times_to(
            atlas.roads(mode).graph,
            atlas.demand_snaps(mode, POINTS_YEAR),
            _snapped(atlas, mode, stops),
            atlas.demand(POINTS_YEAR).index,
            stops.index,
            cutoff_min=cutoff_min,
        )

    return atlas.keep(("mobile_stop_minutes", mode, f"{cutoff_min:.3f}"), measure)


def nearest_planned(atlas: Atlas, mode: Mode, cutoff_min: float, stop_ids: pd.Index) -> Float32:
    """Return the minutes from every demand point to the nearest of some stops; inf beyond the limit."""
    table = stop_minutes(atlas, mode, cutoff_min)
    out = np.full(table.shape[0], np.inf, dtype=np.float32)
    turned = table.transpose()
    for column in all_stops(atlas).index.get_indexer(stop_ids):
        rows, minutes = turned.row(int(column))
        np.minimum.at(out, rows, minutes)
    return out
