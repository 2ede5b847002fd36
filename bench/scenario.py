"""A changed site to new minutes, access, coverage and equity, beside measuring the whole network again."""

import datetime

import numpy as np

from bench.measure import best_of, figure, heading
from finder.answers.atlas import Atlas
from finder.answers.scenario import compare
from finder.answers.scenario_base import ScenarioQuestion, base_of, make_base, search_sites
from finder.answers.scenario_coverage import coverage_of
from finder.capacity.scenario import CONSULTATION, DAY_CARE, Action, Close, Move, Open, Resize, Scenario
from finder.capacity.scenario_apply import apply
from finder.capacity.scenario_equity import inequality_of_draws

LIMIT_S = 1.0
TIMES_FASTER = 20.0
DAY = datetime.date(2022, 12, 31)


def actions_of(atlas: Atlas, kind: str) -> dict[str, Action]:
    """One of each, at the largest sites, where most people are touched."""
    network = atlas.modelled
    size = network.places_total if kind == DAY_CARE else network.sessions_per_month
    ids = network.sites.index[np.argsort(-size[:, 0], kind="stable")]
    amount = {"places": 42} if kind == DAY_CARE else {"sessions_per_month": 8.0}
    return {
        "open": Open("bench", kind, 4.86, 50.465, **amount),
        "close": Close(ids[3], kind),
        "resize": Resize(ids[5], kind, **amount),
        "move": Move(ids[7], kind, 4.45, 50.41),
    }


def changed(atlas: Atlas, scenario: Scenario) -> None:
    found = compare(atlas, scenario)
    found.people()
    found.equity()


def whole(atlas: Atlas, scenario: Scenario) -> None:
    question = ScenarioQuestion(scenario.kinds[0], "car", scenario.base_date)
    base = base_of(atlas, question)
    sites = apply(scenario, base.reached.sites)
    times = search_sites(atlas, "car", sites.table, cutoff_min=base.times.cutoff_min)
    again = make_base(question, sites, times, base.people, base.zones)
    coverage_of(atlas, question.kind, sites, base.about["people"])
    figures = again.communes["per_100"].dropna()
    about = base.about.loc[figures.index].dropna()
    arrays = (about[name].to_numpy(dtype=np.float64) for name in ("people", "income_eur"))
    inequality_of_draws(figures.loc[about.index].to_numpy(), *arrays)


def main() -> None:
    atlas = Atlas()
    for kind in (DAY_CARE, CONSULTATION):
        heading(f"Scenario, {kind} by car: {len(atlas.modelled.sites):,} sites, {atlas.modelled.draw_count} draws")
        ratios = []
        for name, action in actions_of(atlas, kind).items():
            scenario = Scenario("bench", "bench", DAY, "", (action,))
            changed(atlas, scenario)
            seconds, _ = best_of(5, lambda s=scenario: changed(atlas, s))
            full_s, _ = best_of(2, lambda s=scenario: whole(atlas, s))
            ratios.append(full_s / seconds)
            figure(f"{name}: minutes, access, coverage, equity", seconds, limit_s=LIMIT_S)
            figure("  all of it measured again", full_s, note=f"{ratios[-1]:.0f} times slower")
        verdict = "yes" if min(ratios) >= TIMES_FASTER else "NO"
        print(f"at least {min(ratios):.0f} times faster  asked >= {TIMES_FASTER:g}: {verdict}")


if __name__ == "__main__":
    main()
