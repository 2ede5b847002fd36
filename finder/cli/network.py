"""``finder network``: build, calibrate and describe the road network."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from finder import settings
from finder.cli.options import DataOption, JsonOption
from finder.cli.output import out, print_json, print_table, progress, short

app = typer.Typer(no_args_is_help=True, help="Build, calibrate and describe the road network.")


@app.command("build")
def build(
    source: Annotated[Path, typer.Option("--from", help="Road file, .osm.pbf or .osm.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Date of the roads, as the catalogue should say.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Build the road network of a road file."""
    from finder.sources.network_store import build_network
    from finder.sources.store import load_communes

    folder = data or settings.data_dir()
    with progress("Building the network") as tick:
        network = build_network(source, folder, communes=load_communes(data), as_of=as_of, progress=tick)
    out.print(f"{network.n_nodes} nodes, {network.n_edges} edges in {folder / 'network'}")


@app.command("info")
def info(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say what the network holds, where it comes from, and what each mode leaves out."""
    from finder.geo.network_info import describe_network
    from finder.sources.store import load_network

    facts = asdict(describe_network(load_network(data)))
    if as_json:
        print_json(facts)
        return
    components = facts.pop("components")
    tables = {name: facts.pop(name) for name in [name for name, value in facts.items() if isinstance(value, dict)]}
    for title, values in {"network": facts, **tables}.items():
        out.print(f"\n[bold]{escape(title)}[/]")
        for name, value in values.items():
            out.print(f"  {escape(str(name))}: {escape(short(value))}", highlight=False)
    out.print("\n[bold]largest component of each mode, and what lies outside[/]")
    for row in components.values():
        outside = row.pop("largest_outside")
        out.print("  " + ", ".join(f"{name} {short(value)}" for name, value in row.items()), highlight=False)
        places = "; ".join(f"{km:.1f} km at x {x}, y {y} m (EPSG:3812)" for km, x, y in outside)
        out.print(f"    longest left out: {places}", highlight=False)


@app.command("calibrate")
def calibrate(
    known: Annotated[Path, typer.Option("--known", help="Table of known car minutes between localities.")],
    data: DataOption = None,
) -> None:
    """Fit the car speeds on half of the localities of a table, judge them on the other half, and keep them."""
    from finder.sources.calibration import calibrate_and_write
    from finder.sources.store import load_network

    report = calibrate_and_write(load_network(data), known, data or settings.data_dir())
    for title, half in (("fit half", report.fit), ("held-out half", report.held_out)):
        out.print(f"[bold]{title}[/] (localities drawn with seed {report.seed})", highlight=False)
        rows = [{"pairs": name} | asdict(row) for name, row in half.items()]
        print_table([{name: short(value) for name, value in row.items()} for row in rows])
