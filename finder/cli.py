"""The ``finder`` command: the same answers as the pages, for the shell and for scripts.

Exit codes: 0 the question was answered, 2 wrong usage or bad input, 1 an internal error.
"""

import datetime
import json
import logging
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from finder import settings
from finder.errors import CatalogError, FinderError
from finder.units import as_mode

if TYPE_CHECKING:
    from finder.answers.access import ZoneLevel

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Early-childhood services, in minutes.")
data_app = typer.Typer(no_args_is_help=True, help="Derive, check and list the data.")
network_app = typer.Typer(no_args_is_help=True, help="Build and describe the road network.")
app.add_typer(data_app, name="data")
app.add_typer(network_app, name="network")

out = Console()
err = Console(stderr=True)

DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder; default Finder's own.")]
ModeOption = Annotated[str, typer.Option("--mode", help="car, bike, walk or pram.")]
DayOption = Annotated[
    datetime.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day, YYYY-MM-DD; default today.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main() -> None:
    """Run the command; an error that Finder raises on purpose becomes a plain message and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except FinderError as error:
        err.print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        sys.exit(2)


@data_app.command("build")
def data_build(
    source: Annotated[Path, typer.Option("--from", help="Folder of the published files.")],
    data: DataOption = None,
    step: Annotated[list[str] | None, typer.Option("--step", help="Only this step; may be repeated.")] = None,
) -> None:
    """Derive the tables and shapefiles from the published files."""
    from finder.sources.build import build_data

    with _progress("Building data") as tick:
        report = build_data(source, data or settings.data_dir(), steps=step, progress=tick)
    out.print(f"{len(report.datasets)} datasets built, {len(report.changed)} files changed.")
    for dataset in report.datasets:
        out.print(f"  {dataset.id}: {dataset.rows} rows", highlight=False)


@data_app.command("check")
def data_check(data: DataOption = None) -> None:
    """Compare every file of the data folder with the catalogue."""
    from finder.sources.catalog import check, read_catalog

    folder = data or settings.data_dir()
    problems = check(folder)
    if problems:
        raise CatalogError("The catalogue and the data disagree:\n- " + "\n- ".join(problems))
    out.print(f"{len(read_catalog(folder))} datasets, all as the catalogue says.")


@data_app.command("list")
def data_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the datasets with their version, licence and source."""
    from finder.sources.catalog import read_catalog

    catalog = read_catalog(data or settings.data_dir())
    if as_json:
        _print_json(catalog.to_dict("records"))
        return
    _print_table(catalog[["id", "version", "rows", "licence", "source"]].astype(str).to_dict("records"))


@network_app.command("build")
def network_build(
    source: Annotated[Path, typer.Option("--from", help="Road file, .osm.pbf or .osm.")], data: DataOption = None
) -> None:
    """Build the road network of a road file."""
    from finder.sources.network_store import build_network
    from finder.sources.store import load_communes

    folder = data or settings.data_dir()
    with _progress("Building the network") as tick:
        network = build_network(source, folder, communes=load_communes(data), progress=tick)
    out.print(f"{network.n_nodes} nodes, {network.n_edges} edges in {folder / 'network'}")


@network_app.command("info")
def network_info(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say what the network holds, where it comes from, and what each mode leaves out."""
    from finder.geo.network_info import describe_network
    from finder.sources.store import load_network

    info = asdict(describe_network(load_network(data)))
    components = info.pop("components")
    tables = {name: info.pop(name) for name in [name for name, value in info.items() if isinstance(value, dict)]}
    if as_json:
        _print_json({**info, **tables, "components": components})
        return
    for title, values in {"network": info, **tables}.items():
        out.print(f"\n[bold]{escape(title)}[/]")
        for name, value in values.items():
            out.print(f"  {escape(str(name))}: {escape(_short(value))}", highlight=False)
    out.print("\n[bold]largest component of each mode, and what lies outside[/]")
    for row in components.values():
        outside = row.pop("largest_outside")
        out.print("  " + ", ".join(f"{name} {_short(value)}" for name, value in row.items()), highlight=False)
        places = "; ".join(f"{km:.1f} km at x {x}, y {y} m (EPSG:3812)" for km, x, y in outside)
        out.print(f"    longest left out: {places}", highlight=False)


@app.command()
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
    answer = nearest_answer(atlas, origin, kind=wanted, mode=travel_mode, day=_day(on), count=count)
    if as_json:
        _print_json(answer.as_record())
        return
    out.print(f"[bold]{escape(origin.label)}[/] ({origin.precision}, within about {origin.uncertainty_m:.0f} m)")
    shown = ["minutes", "km", "name", "address", "status", "provenance", "as_of"]
    _print_table([{name: row[name] for name in shown} for row in answer.as_record()["results"]])
    for note in answer.notes:
        out.print(f"- {escape(note)}", highlight=False)


@app.command()
def access(
    kind: Annotated[str, typer.Option("--kind", help="maternity or hospital.")],
    mode: ModeOption = "car",
    by: Annotated[str, typer.Option("--by", help="commune, province or area.")] = "commune",
    rank: Annotated[int, typer.Option("--rank", min=1, max=3, help="1 nearest, 3 third nearest.")] = 1,
    on: DayOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Summarise minutes to the nearest service by commune, province or area."""
    from finder.answers.access import AccessQuestion, measure_access, summarise
    from finder.answers.atlas import Atlas

    atlas, level = Atlas(data), _level(by)
    question = AccessQuestion(kind=kind, mode=as_mode(mode), day=_day(on))
    answer = measure_access(atlas, question)
    zones = summarise(atlas, answer, level=level, rank=rank)
    if level == "commune":
        zones.insert(0, "name", zones.index.map(atlas.communes["name_fr"]))
    rows = zones.reset_index().to_dict("records")
    if not as_json:
        _print_table([{name: _short(value) for name, value in row.items()} for row in rows])
        return
    _print_json(
        {
            "kind": kind,
            "mode": mode,
            "on": question.day.isoformat(),
            "rank": rank,
            "people": f"{question.weight} {question.year}",
            "services_count": len(answer.services),
            "unlocated_count": answer.unlocated_count,
            "method": answer.method,
            "traffic": "without traffic jams" if mode == "car" else None,
            "zones": rows,
        }
    )


@app.command()
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
    level = _level(by)
    effect = effect_of_changes(atlas, kind=kind, mode=as_mode(mode), start=since.date(), end=_day(on))
    zones = effect.longer(atlas, level=level).reset_index()
    if level == "commune":
        zones.insert(1, "name", zones["zone"].map(atlas.communes["name_fr"]))
    # Zones where nobody's way grew by even the smallest limit say nothing.
    rows = zones[zones.drop(columns=["zone", "name"], errors="ignore").gt(0).any(axis=1)].to_dict("records")
    if as_json:
        happened = effect.changes.to_dict("records")
        moved = list(effect.moved_to_unknown)
        _print_json({"changes": happened, "moved_to_unknown_place": moved, "people": effect.weight, "zones": rows})
        return
    _print_table(effect.changes[["date", "change", "name"]].to_dict("records"))
    _print_table([{name: _short(value) for name, value in row.items()} for row in rows])


@app.command()
def published(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Print our access figures beside published ones, with the reason why they may differ."""
    from finder.answers.atlas import Atlas
    from finder.answers.published import compare_with_published

    rows = compare_with_published(Atlas(data))
    if as_json:
        _print_json([asdict(row) for row in rows])
        return
    for row in rows:
        out.print(f"[bold]{escape(row.measure)}[/]", highlight=False)
        out.print(
            f"  published {_short(row.published)} ({escape(row.source)}), ours {_short(row.ours)}", highlight=False
        )
        if row.why:
            out.print(f"  may differ: {escape(row.why)}", highlight=False)


@app.command("app")
def run_app(port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501) -> None:
    """Open the app in the browser."""
    script = Path(__file__).resolve().parent.parent / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    try:
        code = subprocess.call(command)
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)


def _level(by: str) -> "ZoneLevel":
    from finder.answers.access import ZONE_LEVELS

    for level in ZONE_LEVELS:
        if level == by:
            return level
    raise typer.BadParameter(f"choose one of {', '.join(ZONE_LEVELS)}", param_hint="--by")


def _day(chosen: datetime.datetime | None) -> datetime.date:
    return chosen.date() if chosen else datetime.date.today()


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _print_table(rows: Sequence[Mapping[Any, Any]]) -> None:
    if not rows:
        out.print("Nothing.")
        return
    table = Table(box=None, header_style="bold")
    for name, value in rows[0].items():
        table.add_column(name, justify="right" if isinstance(value, int | float) else "left")
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row.values()))
    out.print(table)


def _print_json(value: object) -> None:
    # Plain print: rich would wrap and colour what a script is to read.
    sys.stdout.write(json.dumps(_without_nan(value), ensure_ascii=False, indent=2, default=str) + "\n")


def _without_nan(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """JSON has neither nan nor inf: both become null, "not known" and "not reached"."""
    if isinstance(value, dict):
        return {name: _without_nan(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


@contextmanager
def _progress(title: str) -> Iterator[Any]:
    """Show a bar that moves with the library's ``progress(done, total)`` calls; a total of 0 is not known yet."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
