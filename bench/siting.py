"""Location models beside spopt, then at the size of the Federation: ``python -m bench.siting``."""

import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import floyd_warshall

from bench.measure import ROOT, figure, heading
from finder.answers.atlas import Atlas
from finder.answers.siting import SitingQuestion, find_sites
from finder.answers.siting_sized import SizedQuestion, place_sites
from finder.answers.siting_table import locality_minutes
from finder.capacity.location.mclp import solve_mclp
from finder.capacity.location.p_median import solve_p_median
from finder.capacity.location.problem import make_problem

ANCHORS = Path(os.environ.get("FINDER_SHARED", ROOT.parent / "shared")) / "anchors"
TABLE_LIMIT_S, SOLVE_LIMIT_S, GAP_LIMIT, PEAK_LIMIT_MB = 150.0, 120.0, 0.01, 2048


def pmed(number: int) -> tuple[np.ndarray, int]:
    path = ANCHORS / "orlib_pmed" / f"pmed{number}.txt"
    n, _, p = np.loadtxt(path, max_rows=1, dtype=int)
    costs = np.full((n, n), np.inf)
    np.fill_diagonal(costs, 0)
    for a, b, cost in np.loadtxt(path, skiprows=1, dtype=int):
        costs[a - 1, b - 1] = costs[b - 1, a - 1] = cost
    return floyd_warshall(costs), int(p)


def beside_spopt() -> None:
    try:
        import pulp
        from spopt.locate import MCLP, PMedian
    except ImportError:
        print('spopt is not installed (pip install -e ".[bench]"): no comparison')
        return

    def solver() -> object:
        return pulp.PULP_CBC_CMD(msg=False)

    # The first call in a process compiles or loads the kernels.
    warm = make_problem(pmed(2)[0], np.ones(100))
    solve_p_median(warm, p=5, steps=2)
    solve_mclp(warm, limit_min=50, p=5, steps=2)
    heading("OR-Library p-median, proof included")
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10):
        costs, p = pmed(number)
        ours = solve_p_median(make_problem(costs, np.ones(len(costs))), p=p)
        start = time.perf_counter()
        theirs = PMedian.from_cost_matrix(costs, np.ones(len(costs)), p_facilities=p).solve(solver())
        seconds = time.perf_counter() - start
        value = pulp.value(theirs.problem.objective)
        figure(
            f"pmed{number}, {ours.status}, {ours.objective:g}", ours.seconds, note=f"spopt {seconds:.1f} s, {value:g}"
        )
    heading("San Francisco MCLP, 5 km")
    name = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    rows = pd.read_csv(ANCHORS / "spopt_sf" / name)
    metres = rows.pivot_table(index="DestinationName", columns="name", values="distance")
    people = rows.groupby("DestinationName")["demand"].first().reindex(metres.index).to_numpy()
    problem = make_problem(metres.to_numpy(), people)
    for p in (2, 4, 6):
        ours = solve_mclp(problem, limit_min=5_000, p=p)
        start = time.perf_counter()
        theirs = MCLP.from_cost_matrix(metres.to_numpy(), people, 5_000, p_facilities=p).solve(solver())
        seconds = time.perf_counter() - start
        value = pulp.value(theirs.problem.objective)
        figure(f"p = {p}, {ours.status}, {ours.objective:g}", ours.seconds, note=f"spopt {seconds:.1f} s, {value:g}")


def federation() -> None:
    heading("All demand points x all localities by car, ten sites from nothing")
    atlas = Atlas()
    start = time.perf_counter()
    table = locality_minutes(atlas, "car")
    note = f"{table.shape[1]:,} x {table.shape[0]:,}, {table.nbytes / 2**20:.0f} MB; from the cache if it is there"
    figure("full table", time.perf_counter() - start, limit_s=TABLE_LIMIT_S, note=note)
    questions = (
        SitingQuestion("creche", "fewest_minutes", 10, keep_existing=False),
        *(SitingQuestion("creche", "most_within", 10, keep_existing=False, limit_min=m) for m in (10.0, 15.0, 30.0)),
        SitingQuestion("maternity", "fewest_minutes", 10, people="women_15_49"),
        SitingQuestion("child_consultation", "most_within", 10, limit_min=10.0),
        SitingQuestion("creche", "fewest_sites", 0, keep_existing=False, limit_min=30.0),
        SitingQuestion("creche", "shortest_longest", 10, keep_existing=False),
    )
    for question in questions:
        found = find_sites(atlas, question).solution
        is_within = "yes" if found.gap <= GAP_LIMIT else "NO"
        figure(
            f"{question.kind} {question.objective} {question.limit_min:g} min", found.seconds, limit_s=SOLVE_LIMIT_S,
            note=f"{found.status}, gap {found.gap:.3%} (asked <= {GAP_LIMIT:.0%}: {is_within})",
        )  # fmt: skip
    for area in ("Luxembourg", "Namur", "Hainaut"):
        sized = place_sites(atlas, SizedQuestion(area, 10, take_up_share=0.45)).solution
        note = f"{sized.status}, gap {sized.gap:.3%}"
        figure(f"ten sites with sizes in sevens, {area}", sized.seconds, limit_s=SOLVE_LIMIT_S, note=note)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak_mb:.0f} MB (asked <= {PEAK_LIMIT_MB}: {'yes' if peak_mb <= PEAK_LIMIT_MB else 'NO'})")


if __name__ == "__main__":
    if "--without-peer" not in sys.argv:
        beside_spopt()
    federation()
