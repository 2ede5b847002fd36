"""Print every speed figure beside its peers, on the same graph and in the same run."""

import argparse
import os
import platform
import time

import numba
import numpy as np

from bench import accessibility, pandana_peer, scipy_peer
from bench.inputs import FEW_SITES, MANY_SITES, SEED, Bench, load_bench, take
from bench.measure import best_of, figure, heading, in_child
from finder.geo.endpoints import pairs_on_one_edge
from finder.geo.hierarchy import Hierarchy, build_hierarchy
from finder.geo.isochrones import isochrone
from finder.geo.nearest import nearest_services
from finder.geo.point_access import snaps_at_nodes
from finder.geo.routing import route
from finder.geo.snapping import Snaps
from finder.geo.travel_time import TravelTimes, travel_times

TABLES = ((20.0, 12.0), (45.0, 60.0))
PEAK_LIMIT_MB = 1024
SCIPY_SAMPLE = 200
PANDANA_LIMIT_MIN = 45.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--skip", nargs="*", default=[], choices=["accessibility", "pandana", "scaling"], help="parts to leave out"
    )
    skip = parser.parse_args().skip
    threads = numba.get_num_threads()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {threads} threads, load {os.getloadavg()[0]:.1f} before")
    print(f"Sites: localities drawn with replacement, weighted by children 0-2.5, scattered; seed {SEED}.")
    print("Times are the best of several runs where that is cheap; tables run once, in a process of their own.")

    heading("Load")
    in_child("load")
    loaded = in_child("load")
    figure("network read, fresh process", loaded["read_s"], limit_s=2.0)
    figure("car graph built", loaded["graph_s"], note=f"peak {loaded['peak_mb']:.0f} MB")
    bench = load_bench()
    n_points = len(bench.demand.edge_id)
    print(f"{bench.graph.n_nodes:,} nodes, {len(bench.graph.heads):,} arcs, {n_points:,} demand points")

    nearest(bench)
    one_place(bench)
    hierarchy = tables(bench)
    scipy_loop(bench, hierarchy)
    if "accessibility" not in skip:
        accessibility.report(bench, hierarchy)
    if "pandana" not in skip:
        pandana(bench)
    if "scaling" not in skip:
        scaling()


def nearest(bench: Bench) -> None:
    heading(f"Nearest 3 of {FEW_SITES} sites for every demand point")
    start = time.perf_counter()
    nearest_services(bench.graph, take(bench.demand, np.arange(100)), take(bench.few_sites, np.arange(3)), k=3)
    print(f"first call, compiled or read from the cache: {time.perf_counter() - start:.1f} s")
    for toward in ("service", "point"):
        seconds, _ = best_of(
            3, lambda to=toward: nearest_services(bench.graph, bench.demand, bench.few_sites, k=3, toward=to)
        )
        figure(f"toward the {toward}", seconds, limit_s=1.5)


def one_place(bench: Bench) -> None:
    heading("One address")
    rng = np.random.default_rng(SEED)
    places = [take(bench.demand, np.array([row])) for row in rng.choice(len(bench.demand.edge_id), 20)]
    places = [p for p in places if p.is_snapped[0]]
    for k in (10, FEW_SITES):
        worst, _ = max(
            best_of(3, lambda p=p, k=k: nearest_services(bench.graph, p, bench.few_sites, k=k)) for p in places
        )
        figure(f"its nearest {k} of {FEW_SITES} services, slowest of {len(places)}", worst, limit_s=0.1)
    worst = max(best_of(3, lambda p=p: route(bench.network, bench.graph, p, places[0]))[0] for p in places)
    figure(f"the way to a place anywhere, slowest of {len(places)}", worst)
    for limits in ([20.0], [5.0, 10.0, 15.0, 20.0, 30.0, 45.0]):
        worst = max(
            best_of(3, lambda p=p, m=limits: isochrone(bench.network, bench.graph, p, limits_min=m))[0] for p in places
        )
        figure(f"isochrone {limits} min, slowest of {len(places)}", worst, limit_s=0.3 if len(limits) == 1 else None)


def tables(bench: Bench) -> Hierarchy:
    heading(f"Table of {MANY_SITES:,} sites x {len(bench.demand.edge_id):,} demand points by car")
    for cutoff_min, limit_s in TABLES:
        for method in ("search", "hierarchy"):
            child = in_child("table", str(cutoff_min), method, "1")
            figure(f"within {cutoff_min:g} min, {method}", child["seconds"], limit_s=limit_s, note=_memory(child))
    seconds, hierarchy = best_of(1, lambda: build_hierarchy(bench.graph))
    size_mb = sum(a.nbytes for a in hierarchy.as_arrays().values()) / 2**20
    figure("hierarchy built, once", seconds, note=f"{len(hierarchy.higher):,} entries, {size_mb:.0f} MB of arrays")
    return hierarchy


def _memory(child: dict[str, float]) -> str:
    is_within = "yes" if child["peak_mb"] <= PEAK_LIMIT_MB else "NO"
    return (
        f"peak {child['peak_mb']:.0f} MB ({child['before_mb']:.0f} before; asked <= {PEAK_LIMIT_MB}: {is_within}), "
        f"{child['pairs'] / 1e6:.1f} M pairs"
    )


def scipy_loop(bench: Bench, hierarchy: Hierarchy) -> None:
    heading(f"Beside a loop of scipy.sparse.csgraph.dijkstra(limit=...), the same {SCIPY_SAMPLE} origins, per origin")
    rows = np.sort(np.random.default_rng(SEED).choice(len(bench.sites.edge_id), SCIPY_SAMPLE, replace=False))
    sample = take(bench.sites, rows)
    ids = rows, np.arange(len(bench.demand.edge_id))
    matrix = scipy_peer.with_points(bench.graph, bench.sites, bench.demand)
    all_threads = numba.get_num_threads()
    for cutoff_min, _ in TABLES:
        peer_s, found = scipy_peer.loop(matrix, bench.graph.n_nodes, len(bench.sites.edge_id), rows, cutoff_min)
        print(f"within {cutoff_min:g} min: SciPy {peer_s * 1e3:.2f} ms")
        for name, given in (("search", None), ("hierarchy", hierarchy)):
            for threads in sorted({1, all_threads}):
                numba.set_num_threads(threads)
                seconds, times = best_of(
                    3,
                    lambda c=cutoff_min, h=given: travel_times(
                        bench.graph, sample, bench.demand, *ids, cutoff_min=c, hierarchy=h
                    ),
                )
                ours_s = seconds / SCIPY_SAMPLE
                same = "same table" if _is_same(times, found, sample, bench) else "NOT THE SAME TABLE"
                print(
                    f"  {name}, {threads} thread(s): {ours_s * 1e3:.3f} ms, {peer_s / ours_s:.1f} times faster "
                    f"(asked >= 1.8: {'yes' if peer_s >= 1.8 * ours_s else 'NO'}), {same}",
                    flush=True,
                )
    numba.set_num_threads(all_threads)


def _is_same(times: TravelTimes, found: list[tuple[np.ndarray, np.ndarray]], sample: Snaps, bench: Bench) -> bool:
    """Whether SciPy found the same pairs and minutes, but for those it cannot know: trips within one edge."""
    direct_row, direct_column, _ = pairs_on_one_edge(sample, bench.demand)
    for row, (columns, ms) in enumerate(found):
        direct = direct_column[direct_row == row]
        ours, minutes = times.row(row)
        keep, keep_peer = ~np.isin(ours, direct), ~np.isin(columns, direct)
        if not np.array_equal(ours[keep], columns[keep_peer]):
            return False
        if not np.array_equal(minutes[keep], (ms[keep_peer] / 60_000).astype(np.float32)):
            return False
    return True


def pandana(bench: Bench) -> None:
    heading(f"Beside pandana: nearest 3 of {FEW_SITES} sites for every junction, within {PANDANA_LIMIT_MIN:g} min")
    graph, network = bench.graph, bench.network
    sites = np.unique(bench.few_sites.out_node.max(axis=1))
    answer = pandana_peer.run_in_throwaway(
        {
            "x": network.node_x_m[graph.node_id].astype(np.float64),
            "y": network.node_y_m[graph.node_id].astype(np.float64),
            "tail": np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr)),
            "head": graph.heads,
            "ms": graph.cost_ms,
            "sites": sites,
            "k": np.array(3),
            "limit_s": np.array(PANDANA_LIMIT_MIN * 60),
        }
    )
    if isinstance(answer, str):
        print(f"not measured: {answer}")
        return
    everywhere = snaps_at_nodes(np.arange(graph.n_nodes, dtype=np.int32))
    at_sites = snaps_at_nodes(sites.astype(np.int32))
    seconds, (minutes, _) = best_of(
        3, lambda: nearest_services(graph, everywhere, at_sites, k=3, cutoff_min=PANDANA_LIMIT_MIN)
    )
    figure(
        f"pandana {answer['version']}", float(answer["seconds"]), note=f"after {answer['build_s']:.1f} s preprocessing"
    )
    figure("Finder", seconds, note="no preprocessing")
    theirs = answer["nearest_s"]
    ours = np.where(np.isfinite(minutes), minutes * 60.0, PANDANA_LIMIT_MIN * 60)
    away = np.abs(theirs - ours)
    print(f"largest difference {away.max():.3f} s; {(away > 0.01).mean():.2%} of values differ by more than 0.01 s")


def scaling() -> None:
    heading("How time and memory grow: the middle square with a share of the network, and what lies in it")
    print(
        "share   nodes    sites  points  method     20 min: s   ms/site  M pairs  peak MB   nearest s  preprocessing s"
    )
    for part in (1 / 8, 1 / 4, 1 / 2, 1.0):
        for method in ("search", "hierarchy"):
            c = in_child("table", "20", method, str(part))
            print(
                f"{part:5.3f} {c['nodes']:8,.0f} {c['origins']:7,.0f} {c['destinations']:7,.0f}  {method:<10}"
                f"{c['seconds']:10.2f}{c['seconds'] / c['origins'] * 1e3:10.3f}{c['pairs'] / 1e6:9.2f}"
                f"{c['peak_mb']:9.0f}{c['nearest_s']:12.3f}{c['build_s']:17.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
