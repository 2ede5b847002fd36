"""The speed fit: trips add up, and known speeds are found again."""

from dataclasses import replace

import numpy as np
import pytest
from test_snapping import BOTH, small_network

from finder.errors import SourceFileError
from finder.geo.speed_fit import accuracy, categories, fit_car_table, route_trips
from finder.geo.speeds import car_table
from finder.sources.calibration import read_known_trips

CLASSES = ("residential", "secondary", "tertiary", "unclassified", "primary")
FACTORS = {"rural": 1.0, "built_up": 0.92, "dense": 0.85, "brussels": 0.75}
TRUE_KPH = {
    "motorway": 100.0, "link": 60.0, "trunk": 85.0, "primary": 68.0, "secondary": 50.0, "tertiary": 43.0,
    "unclassified": 33.0, "residential": 25.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def grid():
    """A grid of 12 x 12 junctions 4 km apart whose roads have mixed classes."""
    rng = np.random.default_rng(3)
    side, step = 12, 4000
    nodes = [(step * i, step * j) for j in range(side) for i in range(side)]
    pairs = [(j * side + i, j * side + i + 1) for j in range(side) for i in range(side - 1)]
    pairs += [(j * side + i, (j + 1) * side + i) for j in range(side - 1) for i in range(side)]
    network = small_network(nodes, [(a, b, str(rng.choice(CLASSES)), BOTH) for a, b in pairs])
    return replace(network, car_kph={"2014": car_table(TRUE_KPH, FACTORS)})


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(4)
    return rng.uniform(0, 44_000, 24), rng.integers(0, 12, 24) * 4000.0 + rng.uniform(-150, 150, 24)


def test_minutes_are_access_legs_plus_metres_over_speed(grid, points):
    trips = route_trips(grid, *points)
    kph = grid.car_kph["2014"][trips.kind_class, trips.kind_zone]
    rebuilt = trips.access_min + trips.metres @ (0.06 / kph)
    apart = trips.snaps.edge_id[:, None] != trips.snaps.edge_id[None, :]
    np.testing.assert_allclose(rebuilt[apart], trips.minutes[apart], atol=0.01)
    assert not trips.is_on_synthetic.any()


def test_known_speeds_are_found_again_from_wrong_ones(grid, points):
    trips = route_trips(grid, *points)
    known = np.where(np.eye(24, dtype=bool), np.nan, trips.minutes)
    wrong = replace(grid, car_kph={"2014": np.full_like(grid.car_kph["2014"], 40.0)})
    table = fit_car_table(wrong, *points, known, np.ones((24, 24), dtype=bool))
    fitted = replace(grid, car_kph={"2014": table})
    again = accuracy(route_trips(fitted, *points), known, known > 10)
    assert again.median_ratio == pytest.approx(1.0, abs=0.01)
    assert again.mape_pct < 1.5
    used = np.unique(grid.road_class)
    np.testing.assert_allclose(table[used, 0], grid.car_kph["2014"][used, 0], rtol=0.06)


def test_the_first_category_that_fits_wins(grid, points):
    area = grid.node_area.copy()
    area[grid.node_x_m > 30_000] = 0
    area[grid.node_x_m < 10_000] = 2
    network = replace(grid, node_area=area)
    trips = route_trips(network, *points)
    found = categories(network, trips)
    ends = area[network.edge_from[trips.snaps.edge_id]]
    assert (found[ends == 0] == "rim").all()
    assert (found[np.ix_(ends == 2, ends == 1)] == "brussels").all()
    assert (found[np.ix_(ends == 1, ends == 1)] == "walloon").all()


def test_no_pair_gives_no_figure(grid, points):
    empty = accuracy(route_trips(grid, *points), np.full((24, 24), np.nan), np.zeros((24, 24), dtype=bool))
    assert empty.pair_count == 0
    assert np.isnan(empty.mape_pct)


def test_a_table_of_trips_needs_its_columns(tmp_path):
    path = tmp_path / "trips.csv"
    path.write_text("from_name,to_name\nA,B\n")
    with pytest.raises(SourceFileError, match="car_min"):
        read_known_trips(path)
    with pytest.raises(SourceFileError, match="No table"):
        read_known_trips(tmp_path / "none.csv")


def test_halves_are_drawn_within_each_stratum(tmp_path):
    rows = ["from_name,from_lat,from_lon,to_name,to_lat,to_lon,car_min"]
    rows += [f"{a},50.5,4.5,{b},50.5,4.6,12" for a in "ABCDEF" for b in "ABCDEF" if a != b]
    path = tmp_path / "trips.csv"
    path.write_text("\n".join(rows))
    known = read_known_trips(path)
    stratum = np.array([1, 1, 1, 1, 2, 2])
    half = known.fit_half(stratum)
    assert half[:4].sum() == 2
    assert half[4:].sum() == 1
    assert (half == known.fit_half(stratum)).all()
    assert np.isnan(known.minutes).sum() == 6
