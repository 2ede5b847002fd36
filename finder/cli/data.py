"""``finder data``: derive, check and list the data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from finder import settings
from finder.cli.options import DataOption, JsonOption
from finder.cli.output import out, print_json, print_notes, print_table, progress
from finder.errors import CatalogError

if TYPE_CHECKING:
    from finder.sources.best_addresses import AddressReport
    from finder.sources.population_import import ImportReport

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


ReplaceOption = Annotated[bool, typer.Option("--replace", help="Take the place of a year that is there already.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")]


@app.command("import-population")
def import_population_(
    file: Annotated[Path, typer.Argument(help="Statbel's TF_SOC_POP_STRUCT file, zipped or not.", exists=True)],
    year: Annotated[
        int | None, typer.Option("--year", help="1 January of this year, if the file does not say.")
    ] = None,
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    data: DataOption = None,
) -> None:
    """Add a year of people by commune and age, and renew what depends on them."""
    from finder.sources.population_import import import_population

    report = import_population(file, data or settings.data_dir(), year=year, replace=replace, dry_run=dry_run)
    _print_import(report, "people")


@app.command("import-births")
def import_births_(
    file: Annotated[Path, typer.Argument(help="CSV with the columns nis,year,births.", exists=True)],
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    data: DataOption = None,
) -> None:
    """Add live births by commune, and renew the estimate of today's children."""
    from finder.sources.population_import import import_births

    _print_import(import_births(file, data or settings.data_dir(), replace=replace, dry_run=dry_run), "births")


@app.command("import-addresses")
def import_addresses_(
    file: Annotated[Path, typer.Argument(help="BeST addresses: openaddress-*.csv, its zip, or records.", exists=True)],
    names: Annotated[
        Path | None, typer.Option("--street-names", help="CSV of street_id and streetname_fr, _nl, _de.", exists=True)
    ] = None,
    dry_run: DryRunOption = False,
    data: DataOption = None,
) -> None:
    """Add the house numbers of the official address list, so that addresses are found to the door."""
    from finder.sources.best_addresses import import_addresses

    _print_addresses(import_addresses(file, data or settings.data_dir(), street_names=names, dry_run=dry_run))


@app.command("undo-import")
def undo_import_(data: DataOption = None) -> None:
    """Put the data back as they were before the last import."""
    from finder.sources.population_import import undo_import

    names = undo_import(data or settings.data_dir())
    out.print(f"{len(names)} files are as they were before the last import: {', '.join(names)}", highlight=False)
    out.print("If forecasts were calibrated since, run: finder backtest --write", highlight=False)


def _print_import(report: "ImportReport", unit: str) -> None:
    years = ", ".join(str(year) for year in report.years)
    out.print(f"{report.what} {years}: {report.total:,} {unit} in Wallonia and Brussels.", highlight=False)
    print_notes(report.repairs)
    written = ", ".join(report.changed) if report.changed else "nothing (dry run)"
    out.print(f"Written: {written}.", highlight=False)
    if report.changed:
        out.print("Forecasts need their intervals on these data: run finder backtest --write", highlight=False)


def _print_addresses(report: "AddressReport") -> None:
    out.print(
        f"{report.house_numbers:,} house numbers in {len(report.communes)} communes, of {report.records:,} records.",
        highlight=False,
    )
    left = {
        "not current (retired, proposed, reserved)": report.not_current,
        "without a position": report.without_position,
        "without a number": report.without_number,
        "outside Wallonia and Brussels": report.outside,
        "in streets that could not be named with certainty": report.without_name,
    }
    print_notes([f"{count:,} records left out: {why}" for why, count in left.items() if count])
    out.print(f"Streets named: {report.streets_named:,} of {report.streets:,}.", highlight=False)
    out.print(f"Written: {', '.join(report.changed) or 'nothing (dry run)'}.", highlight=False)
