"""The periodic rounds of one depot by OR-Tools' routing: ``python -m bench.ortools_peer PROBLEM.npz SECONDS``."""

import json
import sys

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import WEEKS


def rounds_min(drive_min: np.ndarray, sessions: np.ndarray, units: int, *, seconds: int) -> float | None:
    """Return the minutes driven by OR-Tools' rounds, None where it finds none.

    A vehicle per unit and day, visits of a stop tied to a pattern. Its clock is easier than ours: sessions begin at any
    minute, and no break is taken.
    """
    duty = Duty()
    columns = units * len(duty.weekdays)
    visits: list[int] = []
    firsts: list[int] = []
    for stop, count in enumerate(sessions.tolist()):
        firsts.append(len(visits))
        visits += [stop] * count
    manager = pywrapcp.RoutingIndexManager(len(visits) + 1, WEEKS * columns, 0)
    model = pywrapcp.RoutingModel(manager)
    rows = np.r_[0, np.array(visits) + 1]
    drive = drive_min[np.ix_(rows, rows)]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(drive.tolist()))
    spent = drive + np.r_[0, np.full(len(visits), duty.at_stop_min)][:, None]
    np.fill_diagonal(spent, 0)
    model.AddDimension(model.RegisterTransitMatrix(spent.tolist()), 0, duty.shift_min, True, "time")
    one_each = model.RegisterUnaryTransitVector([0] + [1] * len(visits))
    model.AddDimension(one_each, 0, duty.most_stops_per_day, True, "stops")
    solver = model.solver()
    for first, count in zip(firsts, sessions.tolist(), strict=True):
        step = WEEKS // count
        vehicle = model.VehicleVar(manager.NodeToIndex(first + 1))
        if step < WEEKS:
            solver.Add(vehicle < step * columns)
        for k in range(1, count):
            solver.Add(model.VehicleVar(manager.NodeToIndex(first + k + 1)) == vehicle + k * step * columns)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.seconds = seconds
    found = model.SolveWithParameters(search)
    return None if found is None else float(found.ObjectiveValue())


def main() -> None:
    problem = np.load(sys.argv[1])
    found = rounds_min(problem["drive_min"], problem["sessions"], int(problem["units"]), seconds=int(sys.argv[2]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
