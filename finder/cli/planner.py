"""``finder coverage``, ``reach`` and ``underserved``: what a planner asks of day care and consultations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from finder.cli.options import DataOption, JsonOption, ModeOption, WideOption
from finder.cli.output import out, print_json, print_notes, print_table, progress, short
from finder.units import Mode, as_mode

if TYPE_CHECKING:
    import pandas as pd

    from finder.answers.atlas import Atlas
    from finder.answers.measures import Measures

WithinOption = Annotated[float, typer.Option("--within", help="Longest trip to day care, minutes.")]
YearOption = Annotated[int, typer.Option("--year", help="Children of 1 January: 2023, 2026 (estimated) or 2020.")]
CommuneOption = Annotated[list[str] | None, typer.Option("--commune", help="NIS code; may be repeated.")]

MODELLED_NOTE = (
    "Places and consultations are modelled from totals published for 31 December 2022: see docs/modelled_places.md and "
    "docs/modelled_network.md. p10 and p90 are over the draws of the model."
)
HEADERS = {
    "coverage_pct": "coverage",
    "coverage_pct_p10": "p10",
    "coverage_pct_p90": "p90",
    "income_related_pct": "by income",
    "income_related_pct_p10": "p10 ",
    "income_related_pct_p90": "p90 ",
    "reachable_per_100": "per 100",
    "children_0_2_5": "children",
    "border_share": "at border",
    "mean_holds_count": "hold",
    "agreement_share": "draws",
}
"""Headers that fit a terminal; JSON keeps the full names."""

SUPPLY_DATE = "2022-12-31"
BORDER_NOTE = (
    "at border (border_share): share of the children for whom the outer limit of Wallonia and Brussels lies within "
    "reach; places and children behind it are not known."
)
OUTSIDE_NOTE = "The nine communes of the German-speaking Community are outside ONE and have no figures."


def coverage(
    commune: CommuneOption = None,
    year: YearOption = 2023,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List day-care places per 100 children aged 0 to 2.5 by commune, with their interval."""
    from finder.answers.atlas import Atlas
    from finder.answers.coverage import coverage_table
    from finder.capacity.coverage import METHOD_VERSION

    atlas = Atlas(data)
    table = _chosen(coverage_table(atlas, year), commune)
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    _show(table, as_json=as_json, question={"measure": "coverage", "year": year}, shown=[str(name) for name in table],
          method=METHOD_VERSION)  # fmt: skip


def reach(
    mode: ModeOption = "car",
    within: WithinOption = 15.0,
    year: YearOption = 2023,
    commune: CommuneOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List day-care places within reach per 100 children (E2SFCA) by commune, with their interval."""
    from finder.answers.atlas import Atlas
    from finder.answers.places_reach import ReachQuestion, measure_places
    from finder.capacity.accessibility import METHOD_VERSION

    atlas = Atlas(data)
    question = ReachQuestion(mode=as_mode(mode), limit_min=within, year=year)
    table = _chosen(measure_places(atlas, question).table(atlas), commune)
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    asked = {"measure": "reachable places per 100 children", "mode": mode, "within_min": within, "year": year}
    _show(table, as_json=as_json, question=asked, shown=[str(name) for name in table], method=METHOD_VERSION)


def underserved(
    definitions: Annotated[
        list[str] | None, typer.Option("--definition", help="Key of a definition; may be repeated; default seven.")
    ] = None,
    at_least: Annotated[
        int | None,
        typer.Option("--at-least", min=1, help="How many definitions must agree; default 3, or all of fewer."),
    ] = None,
    mode: ModeOption = "car",
    within: WithinOption = 15.0,
    year: YearOption = 2023,
    commune: CommuneOption = None,
    data: DataOption = None,
    wide: WideOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge communes by several definitions of underserved, and say in which share of the draws each holds."""
    import pandas as pd

    from finder.answers.atlas import Atlas
    from finder.answers.underserved import DEFAULT_KEYS, chosen_criteria, expected_table, judge
    from finder.capacity.certainty import certainty
    from finder.capacity.definitions import METHOD_VERSION
    from finder.capacity.underserved import AGREEMENT_AT_LEAST

    atlas = Atlas(data)
    criteria = chosen_criteria(tuple(dict.fromkeys(definitions or DEFAULT_KEYS)))
    agreeing = at_least or min(AGREEMENT_AT_LEAST, len(criteria))
    measures = _measures(atlas, as_mode(mode), within, year)
    found = judge(measures, criteria, at_least=agreeing)
    table = pd.DataFrame(
        {
            "mean_holds_count": found.drawn.mean_holds_count(),
            "agreement_share": found.shares["agreement"],
            "agreement": certainty(found.shares["agreement"]),
        }
    )
    table = table.join(found.shares.drop(columns="agreement").add_suffix("_share"))
    table = table.join(measures.table[["children_0_2_5", "children_0_5", "border_share"]])
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    order = table.sort_values(["agreement_share", "mean_holds_count"], ascending=False)
    expected = expected_table(found, measures.table["children_0_2_5"])
    _show(
        _chosen(order, commune),
        as_json=as_json,
        question={
            "definitions": [rule.key for rule in criteria], "at_least": agreeing, "mode": mode, "within_min": within,
            "year": year, "expected": expected.reset_index().to_dict("records"),
        },
        shown=[str(name) for name in table]
        if wide
        else ["name", "mean_holds_count", "agreement_share", "agreement", "border_share"],
        method=METHOD_VERSION,
    )  # fmt: skip
    if not as_json:
        holding = expected.loc["agreement"]
        out.print(
            f"\nAt least {agreeing} of {len(criteria)} hold in {holding['holds_count']:.0f} communes "
            f"({holding['holds_count_p10']:.0f} to {holding['holds_count_p90']:.0f} in 8 draws of 10)."
        )


def _measures(atlas: "Atlas", mode: Mode, within: float, year: int) -> "Measures":
    from finder.answers.consultation_reach import measure_consultations
    from finder.answers.measures import BEYOND_MIN, measure_communes
    from finder.answers.places_reach import ReachQuestion, measure_places

    steps = len(BEYOND_MIN) + 1
    with progress("Travel times") as advance:
        advance(0, steps)
        places = measure_places(atlas, ReachQuestion(mode=mode, limit_min=within, year=year))
        consultations = {}
        for done, by in enumerate(BEYOND_MIN, start=1):
            advance(done, steps)
            consultations[by] = measure_consultations(atlas, by)
    return measure_communes(atlas, places, consultations)


def _chosen(table: "pd.DataFrame", communes: list[str] | None) -> "pd.DataFrame":
    if not communes:
        return table
    communes = list(dict.fromkeys(communes))
    unknown = [nis for nis in communes if nis not in table.index]
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)}: give NIS codes of 2025 of communes that ONE serves, such as 92094",
            param_hint="--commune",
        )
    return table.loc[communes]


def _show(table: "pd.DataFrame", *, as_json: bool, question: dict[str, Any], shown: Sequence[str], method: str) -> None:
    rows = table.rename_axis("nis").reset_index().to_dict("records")
    notes = [MODELLED_NOTE, OUTSIDE_NOTE, *([BORDER_NOTE] if "border_share" in table else [])]
    if as_json:
        facts = {"provenance": "modelled", "supply_date": SUPPLY_DATE, "method": method, "notes": notes}
        print_json({**question, "children_date": f"{question['year']}-01-01", **facts, "communes": rows})
        return
    print_table([{HEADERS.get(name, name): short(row[name]) for name in shown} for row in rows])
    print_notes(notes)
