"""``finder data``: derive, check and list the data."""

from pathlib import Path
from typing import Annotated

import typer

from finder import settings
from finder.cli.options import DataOption, JsonOption
from finder.cli.output import out, print_json, print_table, progress
from finder.errors import CatalogError

app = typer.Typer(no_args_is_help=True, help="Derive, check and list the data.")


@app.command()
def build(
    source: Annotated[Path, typer.Option("--from", help="Folder of the published files.")],
    data: DataOption = None,
    step: Annotated[list[str] | None, typer.Option("--step", help="Only this step; may be repeated.")] = None,
) -> None:
    """Derive the tables and shapefiles from the published files."""
    from finder.sources.build import build_data

    with progress("Building data") as tick:
        report = build_data(source, data or settings.data_dir(), steps=step, progress=tick)
    out.print(f"{len(report.datasets)} datasets built, {len(report.changed)} files changed.")
    for dataset in report.datasets:
        out.print(f"  {dataset.id}: {dataset.rows} rows", highlight=False)


@app.command("check")
def check(data: DataOption = None) -> None:
    """Compare every file of the data folder with the catalogue."""
    from finder.sources.catalog import check, read_catalog

    folder = data or settings.data_dir()
    problems = check(folder)
    if problems:
        raise CatalogError("The catalogue and the data disagree:\n- " + "\n- ".join(problems))
    out.print(f"{len(read_catalog(folder))} datasets, all as the catalogue says.")


@app.command("list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the datasets with their version, licence and source."""
    from finder.sources.catalog import read_catalog

    catalog = read_catalog(data or settings.data_dir())
    if as_json:
        print_json(catalog.to_dict("records"))
        return
    print_table(catalog[["id", "version", "rows", "licence", "source"]].astype(str).to_dict("records"))
