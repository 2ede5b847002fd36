"""Where mobile units start when nobody says so: one depot per province, in the middle of its children in gaps."""

import unicodedata

import numpy as np

from finder.answers.atlas import Atlas
from finder.answers.mobile_demand import MobileDemand, all_stops
from finder.answers.mobile_drives import stop_drives
from finder.answers.mobile_question import DepotChoice, MobileQuestion
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.geo.network import Float64


def default_depots(atlas: Atlas, question: MobileQuestion, demand: MobileDemand) -> tuple[DepotChoice, ...]:
    """Return one depot per province of the question's area that has units today or could be given one.

    Where today's units start is not published. Assumed: the locality of the province with the least drive there and
    back to the stops of the province, weighted by the children whose nearest stop it is (1-median over localities).

    Today's units by province (3 Luxembourg, 2 Liège, 1 Namur, those inside the area) are the fewest of a province
    where the question has as many units or more, and the most where it has fewer. Units beyond today's may start in
    any province with children in gaps.
    """
    share = nearest_share(demand)
    provinces = sorted(set(demand.stops["province"]))
    today = {name: MOBILE_UNITS.get(name, 0) for name in provinces}
    extra = question.units - sum(today.values())
    depots = []
    for name in provinces:
        inside = (demand.stops["province"] == name).to_numpy() & demand.stops["is_on_road"].to_numpy()
        low, high = (today[name], today[name] + extra) if extra >= 0 else (0, today[name])
        if high == 0 or not inside.any() or (today[name] == 0 and share[inside].sum() == 0):
            continue
        stop = demand.stops.iloc[_median(atlas, demand, share, np.flatnonzero(inside))]
        depots.append(DepotChoice(_plain(name), str(stop["name"]), float(stop["lon"]), float(stop["lat"]), low, high))
    if not depots:
        # Nobody is in a gap here and no unit is here today: any depot answers a question about nobody.
        stop = demand.stops[demand.stops["is_on_road"]].iloc[0]
        lon, lat, units = float(stop["lon"]), float(stop["lat"]), question.units
        depots.append(DepotChoice(_plain(str(stop["province"])), str(stop["name"]), lon, lat, units, units))
    return tuple(depots)


def nearest_share(demand: MobileDemand) -> Float64:
    """Return how many children who would come have each candidate as the nearest, shape (n_stops,)."""
    stop_of = np.repeat(np.arange(len(demand.stops)), np.diff(demand.indptr))
    order = np.lexsort((stop_of, demand.minutes, demand.indices))
    points, first = np.unique(demand.indices[order], return_index=True)
    out = np.zeros(len(demand.stops), dtype=np.float64)
    np.add.at(out, stop_of[order[first]], demand.points["coming"].to_numpy(dtype=np.float64)[points])
    return out


def _median(atlas: Atlas, demand: MobileDemand, share: Float64, inside: "np.ndarray") -> int:
    rows = all_stops(atlas).index.get_indexer(demand.stops.index[inside])
    drives = stop_drives(atlas)[np.ix_(rows, rows)].astype(np.float64)
    weight = share[inside] if share[inside].sum() > 0 else np.ones(len(inside))
    away_and_back = np.where(np.isfinite(drives + drives.T), drives + drives.T, 1e6)
    return int(inside[int(np.argmin(away_and_back @ weight))])


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", "-")
