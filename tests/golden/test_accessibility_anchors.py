"""Published values: the hospital example of PySAL access, and the floating catchments of R accessibility."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from finder.capacity.accessibility import Accessibility, enhanced_two_step, three_step, two_step
from finder.capacity.impedance import Gaussian, PowerDecay, Stepped
from finder.geo.travel_time import TravelTimes

pytestmark = pytest.mark.shared


def table(pairs: pd.DataFrame, origins: np.ndarray, sites: np.ndarray) -> TravelTimes:
    """Sparse table of pairs ``origin``, ``site``, ``minutes``: everything is stored, so the cutoff is infinite."""
    row, column = pd.Index(origins).get_indexer(pairs["origin"]), pd.Index(sites).get_indexer(pairs["site"])
    assert (row >= 0).all()
    assert (column >= 0).all()
    order = np.lexsort((column, row))
    return TravelTimes(
        minutes=pairs["minutes"].to_numpy(dtype=np.float32)[order],
        indices=column[order].astype(np.int32),
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(origins)))]).astype(np.int64),
        origin_ids=origins,
        destination_ids=sites,
        mode="car",
        cutoff_min=np.inf,
    )


MEASURES = {
    "t2": lambda *given: enhanced_two_step(*given, impedance=PowerDecay(61)),
    "t2bin": lambda *given: two_step(*given, limit_min=61),
    "t2bin30": lambda *given: two_step(*given, limit_min=30),
    "e2": lambda *given: enhanced_two_step(*given, impedance=Stepped((10, 20, 30), (1, 0.68, 0.22))),
    "e2_60": lambda *given: enhanced_two_step(*given, impedance=Stepped((20, 40, 60), (1, 0.68, 0.22))),
    "gauss20": lambda *given: enhanced_two_step(*given, impedance=Gaussian(61, 20)),
    # The package lets people choose among all sites of the table, those beyond the catchment too.
    "t3": lambda *given: three_step(*given, impedance=PowerDecay(61), choice=PowerDecay(math.inf)),
}


@pytest.fixture(scope="module")
def hospitals(shared_dir) -> dict:
    return json.loads((shared_dir / "anchors" / "pysal_access_hospital3.json").read_text())


@pytest.mark.parametrize("scenario", ["0", "1", "2", "3"])
@pytest.mark.parametrize("measure", MEASURES)
def test_pysal_access(hospitals, measure, scenario) -> None:
    assert set(MEASURES) == set(hospitals["expected"][scenario]) - {"raam"}
    pairs = pd.DataFrame(hospitals["costs_by_scenario"][scenario]["rows"], columns=["origin", "site", "minutes"])
    demand, supply = (pd.Series(hospitals[name]).rename(index=int) for name in ("demand", "supply"))
    times = table(pairs, demand.index.to_numpy(), supply.index.to_numpy())
    found = MEASURES[measure](times, demand, supply)
    expected = {int(tract): value for tract, value in hospitals["expected"][scenario][measure].items()}
    assert found.scores.to_dict() == pytest.approx(expected, rel=1e-9)
    assert found.conserved_total == pytest.approx(135, rel=1e-12)


@pytest.fixture(scope="module")
def jobs(shared_dir) -> tuple[pd.DataFrame, Accessibility]:
    folder = shared_dir / "anchors" / "ipea_accessibility"
    cells = pd.read_csv(folder / "land_use_data.csv.gz").set_index("id")
    pairs = pd.read_csv(folder / "travel_matrix.csv.gz").set_axis(["origin", "site", "minutes"], axis=1)
    # In the order of the file: the published values are those of its first six origins.
    times = table(pairs, pairs["origin"].unique(), cells.index.to_numpy())
    return cells, two_step(times, cells["population"].loc[times.origin_ids], cells["jobs"], limit_min=50)


def test_r_accessibility_two_step(jobs) -> None:
    cells, found = jobs
    assert len(cells) == 898
    assert found.scores[:6].tolist() == pytest.approx(
        [0.4278111, 0.3863614, 0.4501725, 0.5366707, 0.4280401, 0.5176583], abs=5e-8
    )


def test_r_accessibility_total_is_conserved(jobs) -> None:
    _, found = jobs
    assert round(found.conserved_total) == 496_088
    assert found.conserved_total == pytest.approx(found.capacity_in_reach, rel=1e-12)
