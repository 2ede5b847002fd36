"""``finder coverage``, ``reach`` and ``underserved``: what a planner asks of day care and consultations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from finder.cli.options import DataOption, JsonOption, ModeOption, WideOption
from finder.cli.output import print_json, print_notes, print_table, progress, short
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
    "holds_count": "hold",
    "unknown_count": "unknown",
    "agreement_share": "draws",
}
"""Headers that fit a terminal; JSON keeps the full names."""

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

    atlas = Atlas(data)
    table = _chosen(coverage_table(atlas, year), commune)
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    _show(table, as_json=as_json, question={"measure": "coverage", "year": year}, shown=[str(name) for name in table])


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

    atlas = Atlas(data)
    question = ReachQuestion(mode=as_mode(mode), limit_min=within, year=year)
    table = _chosen(measure_places(atlas, question).table(atlas), commune)
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    asked = {"measure": "reachable places per 100 children", "mode": mode, "within_min": within, "year": year}
    _show(table, as_json=as_json, question=asked, shown=[str(name) for name in table])


def underserved(
    definitions: Annotated[
        list[str] | None, typer.Option("--definition", help="Key of a definition; may be repeated; default seven.")
    ] = None,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="How many definitions must agree.")] = 3,
    mode: ModeOption = "car",
    within: WithinOption = 15.0,
    year: YearOption = 2023,
    commune: CommuneOption = None,
    data: DataOption = None,
    wide: WideOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge communes by several definitions of underserved, and say in which share of the draws each holds."""
    from finder.answers.atlas import Atlas
    from finder.answers.underserved import DEFAULT_KEYS, chosen_criteria, judge
    from finder.capacity.certainty import certainty

    atlas = Atlas(data)
    criteria = chosen_criteria(tuple(definitions or DEFAULT_KEYS))
    measures = _measures(atlas, as_mode(mode), within, year)
    found = judge(measures, criteria, at_least=at_least)
    table = found.counts[["holds_count", "unknown_count"]].assign(
        agreement_share=found.shares["agreement"], agreement=certainty(found.shares["agreement"])
    )
    table = table.join(found.flags).join(found.shares.drop(columns="agreement").add_suffix("_share"))
    table = table.join(measures.table[["children_0_2_5", "children_0_5"]])
    table.insert(0, "name", table.index.map(atlas.communes["name_fr"]))
    table = _chosen(table.sort_values(["holds_count", "agreement_share"], ascending=False), commune)
    shown = (
        [str(name) for name in table]
        if wide
        else ["name", "holds_count", "unknown_count", "agreement_share", "agreement"]
    )
    asked = {"definitions": [rule.key for rule in criteria], "at_least": at_least, "mode": mode, "within_min": within}
    _show(table, as_json=as_json, question=asked | {"year": year}, shown=shown)


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
    unknown = [nis for nis in communes if nis not in table.index]
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)}: give NIS codes of 2025 of communes that ONE serves, such as 92094",
            param_hint="--commune",
        )
    return table.loc[communes]


def _show(table: "pd.DataFrame", *, as_json: bool, question: dict[str, Any], shown: Sequence[str]) -> None:
    rows = table.rename_axis("nis").reset_index().to_dict("records")
    notes = [MODELLED_NOTE, OUTSIDE_NOTE]
    if as_json:
        print_json({**question, "provenance": "modelled", "notes": notes, "communes": rows})
        return
    print_table([{HEADERS.get(name, name): short(row[name]) for name in shown} for row in rows])
    print_notes(notes)
