"""``finder nearest``, ``access``, ``changes`` and ``published``: the questions themselves."""

import datetime
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from finder.cli.options import DataOption, DayOption, JsonOption, ModeOption, WideOption, read_day, read_level
from finder.cli.output import out, print_json, print_notes, print_table, short
from finder.units import as_mode

ACCESS_COLUMNS = ("zone", "name", "people", "median_min", "mean_min", "p90_min", "share_30", "border_share")


def nearest(
    place: Annotated[str, typer.Argument(help="Street, locality, commune, postcode, or latitude,longitude.")],
    kind: Annotated[str, typer.Option("--kind", help="Kind of service, for example maternity.")],
    mode: ModeOption = "car",
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=50, help="How many services.")] = 5,
    on: DayOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the nearest known services of a place, in minutes."""
    from finder.answers.atlas import Atlas
    from finder.answers.nearest import locate, nearest_answer
    from finder.answers.supply import check_kind

    atlas, travel_mode, wanted = Atlas(data), as_mode(mode), check_kind(kind)
    origin = locate(atlas, place)
    answer = nearest_answer(atlas, origin, kind=wanted, mode=travel_mode, day=read_day(on), count=count)
    if as_json:
        print_json(answer.as_record())
        return
    out.print(f"[bold]{escape(origin.label)}[/] ({origin.precision}, within about {origin.uncertainty_m:.0f} m)")
    shown = ["minutes", "km", "name", "address", "status", "provenance", "as_of"]
    rows = [{name: row[name] for name in shown} for row in answer.as_record()["results"]]
    print_table([row | {"as_of": row["as_of"] or "undated"} for row in rows])
    print_notes(answer.notes)


def access(
    kind: Annotated[str, typer.Option("--kind", help="maternity or hospital.")],
    mode: ModeOption = "car",
    by: Annotated[str, typer.Option("--by", help="commune, province or area.")] = "commune",
    rank: Annotated[int, typer.Option("--rank", min=1, max=3, help="1 nearest, 3 third nearest.")] = 1,
    on: DayOption = None,
    data: DataOption = None,
    wide: WideOption = False,
    as_json: JsonOption = False,
) -> None:
    """Summarise minutes to the nearest service by commune, province or area."""
    from finder.answers.access import AccessQuestion, measure_access, summarise
    from finder.answers.atlas import Atlas
    from finder.answers.notes import border_note

    atlas, level = Atlas(data), read_level(by)
    question = AccessQuestion(kind=kind, mode=as_mode(mode), day=read_day(on))
    answer = measure_access(atlas, question)
    zones = summarise(atlas, answer, level=level, rank=rank)
    if level == "commune":
        zones.insert(0, "name", zones.index.map(atlas.communes["name_fr"]))
    rows = zones.reset_index().to_dict("records")
    notes = [*answer.notes, *border_note(zones["touches_border"])]
    if not as_json:
        shown = list(rows[0]) if wide else [name for name in ACCESS_COLUMNS if name in rows[0]]
        print_table([{name: short(row[name]) for name in shown} for row in rows])
        print_notes(notes)
        return
    print_json(
        {
            "kind": kind,
            "mode": mode,
            "on": question.day.isoformat(),
            "rank": rank,
            "people": f"{question.weight} {question.year}",
            "services_count": len(answer.services),
            "unlocated_count": answer.unlocated_count,
            "method": answer.method,
            "notes": notes,
            "zones": rows,
        }
    )


def changes(
    since: Annotated[datetime.datetime, typer.Option("--since", formats=["%Y-%m-%d"], help="First day.")],
    kind: Annotated[str, typer.Option("--kind", help="Kind of service.")] = "maternity",
    mode: ModeOption = "car",
    by: Annotated[str, typer.Option("--by", help="commune, province or area.")] = "commune",
    on: DayOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the people whose way grew because of closures and of moves, apart, between two days."""
    from finder.answers.atlas import Atlas
    from finder.answers.changes import effect_of_changes

    atlas = Atlas(data)
    level = read_level(by)
    effect = effect_of_changes(atlas, kind=kind, mode=as_mode(mode), start=since.date(), end=read_day(on))
    zones = effect.longer(atlas, level=level).reset_index()
    if level == "commune":
        zones.insert(1, "name", zones["zone"].map(atlas.communes["name_fr"]))
    # Zones where nobody's way grew by even the smallest limit say nothing.
    rows = zones[zones.drop(columns=["zone", "name"], errors="ignore").gt(0).any(axis=1)].to_dict("records")
    if as_json:
        print_json(
            {
                "kind": kind,
                "mode": mode,
                "since": effect.before.question.day.isoformat(),
                "on": effect.after.question.day.isoformat(),
                "people": f"{effect.after.question.weight} {effect.after.question.year}",
                "changes": effect.changes.to_dict("records"),
                "moved_to_unknown_place": list(effect.moved_to_unknown),
                "notes": effect.notes,
                "zones": rows,
            }
        )
        return
    print_table(effect.changes[["date", "change", "name"]].to_dict("records"))
    out.print("\nPeople whose way grew by more than so many minutes")
    print_table([{_growth_header(str(name)): short(value) for name, value in row.items()} for row in rows])
    print_notes(effect.notes)


def _growth_header(column: str) -> str:
    """Return ``closures >5`` for ``closures_longer_than_5``: the long name does not fit a terminal nine times."""
    return column.replace("_longer_than_", " >")


def published(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Print our access figures beside published ones, with the reason why they may differ."""
    from finder.answers.atlas import Atlas
    from finder.answers.published import compare_with_published

    rows = compare_with_published(Atlas(data))
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        out.print(f"[bold]{escape(row.measure)}[/]", highlight=False)
        out.print(f"  published {short(row.published)} ({escape(row.source)}), ours {short(row.ours)}", highlight=False)
        if row.why:
            out.print(f"  may differ: {escape(row.why)}", highlight=False)
