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
    source: Annotated[Path | None, typer.Option("--from", help="Road file, .osm.pbf or .osm.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="Ask OpenStreetMap's servers for this place.")] = None,
    box: Annotated[str | None, typer.Option("--box", help="The same for west,south,east,north (degrees).")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of the roads for the catalogue.")] = None,
    data: DataOption = None,
) -> None:
    """Build the road network of a road file, or of a place or box asked of OpenStreetMap's servers."""
    from finder.sources.network_store import build_network, publish_network
    from finder.sources.osm_online import read_osm_box, read_osm_place
    from finder.sources.store import load_communes

    if sum(given is not None for given in (source, place, box)) != 1:
        raise typer.BadParameter("give one of --from, --place and --box")
    folder, communes = data or settings.data_dir(), load_communes(data)
    if source is not None:
        with progress("Building the network") as tick:
            network = build_network(source, folder, communes=communes, as_of=as_of, progress=tick)
    else:
        raw = read_osm_place(place) if place is not None else read_osm_box(*_read_box(box or ""))
        facts = {"file": f"asked online: {place or box}"}
        network = publish_network(raw, folder, communes=communes, facts=facts, as_of=as_of)
    out.print(f"{network.n_nodes} nodes, {network.n_edges} edges in {folder / 'network'}")


def _read_box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter("four numbers: west,south,east,north", param_hint="--box") from None
    return west, south, east, north


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
