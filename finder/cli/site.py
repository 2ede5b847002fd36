"""``finder site``: where the next sites of a kind should stand, and how good that is at most."""

import math
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from finder.cli.options import DataOption, JsonOption, ModeOption
from finder.cli.output import err, out, print_json, print_notes, print_table, progress, short
from finder.units import as_mode

if TYPE_CHECKING:
    from finder.answers.siting import Objective, People, SitingAnswer

OBJECTIVES: Final[dict[str, "Objective"]] = {
    "coverage": "most_within",
    "mean": "fewest_minutes",
    "longest": "shortest_longest",
    "cover-all": "fewest_sites",
}
UNITS: Final = {
    "coverage": "people within the limit, existing sites included",
    "mean": "person-minutes",
    "longest": "minutes of the longest trip",
    "cover-all": "new sites",
}
PEOPLE: Final[tuple["People", ...]] = ("children_0_5", "children_0_2_5", "women_15_49")
PEOPLE_OF_KIND: Final = {"maternity": "women_15_49", "creche": "children_0_2_5"}
SHOWN: Final = ("opening_order", "name", "nis", "people", "added")
MODELLED_NOTE: Final = "Existing sites are modelled (docs/modelled_network.md): ask other draws with --draw."
ORDER_NOTE: Final = (
    "opening_order: each next site adds most to those before it; added: people newly within the limit, or "
    "person-minutes saved. people: for whom the site is the nearest of all."
)
LIMITS_NOTE: Final = (
    "Trips have no traffic, services beyond the border are unknown, a locality is not a plot: see docs/siting.md."
)


def site(
    kind: Annotated[str, typer.Option("--kind", help="maternity, hospital, child_consultation or creche.")],
    p: Annotated[int, typer.Option("--p", min=1, help="New sites; not read for cover-all.")] = 5,
    objective: Annotated[str, typer.Option("--objective", help="coverage, mean, longest or cover-all.")] = "coverage",
    mode: ModeOption = "car",
    limit: Annotated[float, typer.Option("--limit", help="Longest trip, minutes: coverage and cover-all.")] = 15.0,
    people: Annotated[
        str | None, typer.Option("--people", help="children_0_5, children_0_2_5 or women_15_49; default by kind.")
    ] = None,
    keep_existing: Annotated[
        bool, typer.Option("--keep-existing/--from-scratch", help="Whether today's sites stay.")
    ] = True,
    area: Annotated[str | None, typer.Option("--area", help="Name of a region or province; default all.")] = None,
    draw: Annotated[int, typer.Option("--draw", min=0, help="Draw of the modelled network; 0 is the central one.")] = 0,
    gap: Annotated[float, typer.Option("--gap", min=0.0, max=1.0, help="Relative gap that is enough; 0: prove.")] = 0.0,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds of the solver.")] = 60.0,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the best new sites of a kind, with a bound that says how good they are at most.

    Exit code 0 also where the question cannot be met: the answer then says what cannot.
    """
    from finder.answers.atlas import Atlas
    from finder.answers.siting import SitingQuestion, find_sites

    if objective not in OBJECTIVES:
        raise typer.BadParameter(f"choose one of {', '.join(OBJECTIVES)}", param_hint="--objective")
    counted = people or PEOPLE_OF_KIND.get(kind, PEOPLE[0])
    known = [name for name in PEOPLE if name == counted]
    if not known:
        raise typer.BadParameter(f"choose one of {', '.join(PEOPLE)}", param_hint="--people")
    question = SitingQuestion(
        kind=kind, objective=OBJECTIVES[objective], p=p, mode=as_mode(mode), limit_min=limit,
        people=known[0],
        keep_existing=keep_existing, area=area, draw=draw,
    )  # fmt: skip
    with progress("Solving") as advance:

        def tell(step: int, of: int, _objective: float, _bound: float) -> None:
            advance(step, of)

        found = find_sites(Atlas(data), question, gap=gap, time_limit_s=time_limit, progress=tell)
    if as_json:
        print_json(_record(found, objective))
        return
    _print(found, objective)


def _print(found: "SitingAnswer", objective: str) -> None:
    solution = found.solution
    if solution.unmet:
        err.print(f"Cannot be met: {solution.unmet}", highlight=False, markup=False)
        return
    if not math.isfinite(solution.objective):
        err.print("No answer in the time given: allow more with --time-limit, or ask for an --area.", highlight=False)
        return
    how = "proven optimal" if solution.status == "optimal" else f"gap {100 * solution.gap:.2g} %, {solution.status}"
    text = f"{solution.objective:,.1f} {UNITS[objective]}; bound {solution.bound:,.1f}; {how}; {solution.seconds:.1f} s"
    out.print(text, highlight=False)
    rows = found.sites.sort_values("opening_order").reset_index().to_dict("records")
    print_table([{name: short(row[name]) for name in SHOWN} for row in rows])
    print_notes(_notes(found))


def _record(found: "SitingAnswer", objective: str) -> dict[str, Any]:
    question, solution = found.question, found.solution
    gaining = found.by_commune()
    gaining = gaining[gaining["gaining"] >= 1].sort_values("gaining", ascending=False)
    return {
        "kind": question.kind,
        "objective": objective,
        "p": question.p,
        "mode": question.mode,
        "limit_min": question.limit_min,
        "people": question.people,
        "keep_existing": question.keep_existing,
        "area": question.area,
        "draw": question.draw,
        "status": solution.status,
        "objective_value": solution.objective,
        "objective_unit": UNITS[objective],
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": solution.seconds,
        "solver": solution.solver,
        "method": solution.method_version,
        "unmet": solution.unmet,
        "unmet_ids": list(solution.unmet_ids),
        "unreachable_people": found.unreachable_people,
        "unreachable_ids": list(found.unreachable),
        "existing_provenance": "modelled" if found.rests_on_model else "list",
        "notes": _notes(found),
        "sites": found.sites.sort_values("opening_order").reset_index().to_dict("records"),
        "communes_gaining": gaining.reset_index().to_dict("records"),
    }


def _notes(found: "SitingAnswer") -> list[str]:
    notes = [ORDER_NOTE, LIMITS_NOTE]
    if found.rests_on_model:
        notes.insert(0, MODELLED_NOTE)
    if found.unreachable_people > 0:
        notes.append(f"{found.unreachable_people:,.1f} people reach no site by the network and are left out.")
    return notes
