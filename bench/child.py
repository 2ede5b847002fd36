"""One measurement in a process of its own: ``python -m bench.child load``, ``table CUTOFF METHOD PART`` or
``accessibility FOLDER WHAT NAME``.
"""

import json
import sys
import time

import numpy as np

from bench import accessibility
from bench.inputs import load_bench, take
from bench.measure import best_of, memory_mb
from finder.geo.hierarchy import build_hierarchy
from finder.geo.mode_graph import build_mode_graph
from finder.geo.nearest import nearest_services
from finder.geo.travel_time import travel_times
from finder.sources import store


def load() -> dict[str, float]:
    """Seconds to read the network and to build the car graph, in a fresh process with a warm file cache."""
    start = time.perf_counter()
    network = store.load_network()
    read_s = time.perf_counter() - start
    start = time.perf_counter()
    build_mode_graph(network, "car")
    return {"read_s": read_s, "graph_s": time.perf_counter() - start, "peak_mb": memory_mb("VmHWM")}


def table(cutoff_min: float, method: str, part: float) -> dict[str, float]:
    """Seconds and peak memory of the table sites x demand points."""
    bench = load_bench(part=part)
    few = take(bench.sites, np.arange(2))
    start = time.perf_counter()
    hierarchy = build_hierarchy(bench.graph) if method == "hierarchy" else None
    build_s = time.perf_counter() - start
    ids = np.arange(len(bench.sites.edge_id)), np.arange(len(bench.demand.edge_id))
    travel_times(bench.graph, few, bench.demand, [0, 1], ids[1], cutoff_min=1, hierarchy=hierarchy)
    nearest_s, _ = best_of(3, lambda: nearest_services(bench.graph, bench.demand, bench.few_sites, k=3))
    before_mb = memory_mb("VmRSS")
    start = time.perf_counter()
    times = travel_times(bench.graph, bench.sites, bench.demand, *ids, cutoff_min=cutoff_min, hierarchy=hierarchy)
    return {
        "seconds": time.perf_counter() - start,
        "build_s": build_s,
        "nearest_s": nearest_s,
        "nodes": bench.graph.n_nodes,
        "origins": len(ids[0]),
        "destinations": len(ids[1]),
        "pairs": len(times.minutes),
        "before_mb": before_mb,
        "peak_mb": memory_mb("VmHWM"),
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load"]:
            print(json.dumps(load()))
        case ["table", cutoff, method, part]:
            print(json.dumps(table(float(cutoff), method, float(part))))
        case ["accessibility", folder, what, name]:
            print(json.dumps(accessibility.in_own_process(folder, what, name)))
        case _:
            sys.exit(__doc__)
