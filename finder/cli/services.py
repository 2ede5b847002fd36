"""``finder services``: take real lists in, look at them, take the last one back."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from finder import settings
from finder.cli.options import DataOption, JsonOption
from finder.cli.output import out, print_json, print_notes, print_table
from finder.errors import SourceFileError

if TYPE_CHECKING:
    from finder.sources.imports.mapping import Mapping
    from finder.sources.imports.prepare import Preparation

app = typer.Typer(no_args_is_help=True, help="Take lists of services in, list them, take the last one back.")

SHOWN: int = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Excel (.xlsx), GeoJSON or GeoPackage.", exists=True)],
    kind: Annotated[str | None, typer.Option("--kind", help="Kind of the rows that do not say their own.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="TOML that says which column is what.", exists=True)
    ] = None,
    write_mapping: Annotated[
        Path | None, typer.Option("--write-mapping", help="Write the mapping used here, to correct it.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet or layer; default the first with rows.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Name of the list; default the file's.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of the list: YYYY, YYYY-MM, YYYY-MM-DD.")] = None,
    complete_for: Annotated[
        str | None,
        typer.Option("--complete-for", help="Codes of communes, with commas, or all: the list has every one of KIND."),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Let known services take what the list says where it is newer.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write every problem to this CSV (row, column, value, reason).")
    ] = None,
    data: DataOption = None,
) -> None:
    """Take a list of services in: check, place, compare with what is known, then write all or nothing."""
    from finder.sources.imports.commit import commit
    from finder.sources.imports.known import load_known
    from finder.sources.imports.mapping import guess_mapping, read_mapping
    from finder.sources.imports.prepare import prepare
    from finder.sources.imports.reading import read_table

    started = time.perf_counter()
    folder = data or settings.data_dir()
    raw = read_table(file, sheet=sheet)
    used = guess_mapping(raw) if mapping is None else read_mapping(_text_of(mapping), raw)
    _print_mapping(used)
    if write_mapping is not None:
        write_mapping.write_text(used.to_toml(), encoding="utf-8")
    areas = [part.strip() for part in complete_for.split(",") if part.strip()] if complete_for else []
    found = prepare(
        raw, used, load_known(folder), kind=kind, source=source, as_of=as_of, complete_for=areas, update=update
    )
    _print_preparation(found, len(raw.rows))
    if report is not None:
        from finder.sources.writers import write_csv

        write_csv(found.problems, report)
    prepared_s = time.perf_counter() - started
    if dry_run:
        out.print(f"Nothing written (dry run); {prepared_s:.1f} s.", highlight=False)
        return
    done = commit(found, folder)
    total_s = time.perf_counter() - started
    out.print(
        f"{done.added} added, {done.updated} updated, {done.unlisted} now unconfirmed; written: "
        f"{', '.join(done.changed)}. {prepared_s:.1f} s to prepare, {total_s - prepared_s:.1f} s to write"
        f"{' and to make the modelled network anew' if done.rebuilt else ''}.",
        highlight=False,
    )


@app.command("undo")
def undo_(data: DataOption = None) -> None:
    """Put the data back as they were before the last list came in."""
    from finder.sources.imports.commit import undo

    names = undo(data or settings.data_dir())
    out.print(f"{len(names)} files are as they were before: {', '.join(names)}", highlight=False)


@app.command("list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show the lists that came in."""
    from finder.sources.imports.commit import load_import_log

    log = load_import_log(data or settings.data_dir()).to_dict("records")
    if as_json:
        print_json(log)
    else:
        print_table(log)


@app.command("osm")
def osm(
    file: Annotated[Path | None, typer.Argument(help=".osm, .osm.gz or .osm.pbf file.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="An area, as typed in a map search.")] = None,
    box: Annotated[str | None, typer.Option("--box", help="west,south,east,north in degrees.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of the extract; default the file's own.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count, write nothing.")] = False,
    data: DataOption = None,
) -> None:
    """Take services from OpenStreetMap, into a file of their own (ODbL)."""
    from finder.sources import osm_services as osm_

    folder = data or settings.data_dir()
    if sum(option is not None for option in (file, place, box)) != 1:
        raise typer.BadParameter("give a file, or --place, or --box")
    if file is not None:
        features = osm_.read_features_file(file)
    elif place is not None:
        features = osm_.read_features_place(place)
    else:
        features = osm_.read_features_box(*_numbers(str(box)))
    found = osm_.services_of(features, folder, as_of=as_of)
    print_notes(found.notes)
    print_table([{"kind": kind, "services": count} for kind, count in found.services["kind"].value_counts().items()])
    if dry_run:
        out.print("Nothing written (dry run).")
        return
    names = osm_.commit_osm(found, folder)
    out.print(f"Written: {', '.join(names)}. {osm_.CREDIT}", highlight=False)


def _numbers(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter("four numbers: west,south,east,north", param_hint="--box") from None
    return west, south, east, north


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceFileError(f"{path.name} cannot be read as text in UTF-8: {error}") from error


def _print_mapping(mapping: "Mapping") -> None:
    out.print(f"Layout: {mapping.layout}", highlight=False)
    print_table(
        [
            {"field": name, "column": column, "sure": f"{mapping.confidence.get(name, 1.0):.0%}"}
            for name, column in mapping.fields.items()
        ]
    )


def _print_preparation(found: "Preparation", n_rows: int) -> None:
    counts = found.counts
    print_notes(found.notes)
    out.print(
        f"{n_rows} rows read: {counts['good']} can come in, {counts['rejected']} cannot, {counts['repeated']} repeat "
        "another row.",
        highlight=False,
    )
    problems = found.problems.sort_values(["is_fatal", "row"], ascending=[False, True])
    if len(problems):
        rows = problems.head(SHOWN).to_dict("records")
        print_table([{**row, "is_fatal": "left out" if row["is_fatal"] else "kept"} for row in rows])
        more = len(problems) - SHOWN
        out.print(f"... and {more} more: --report FILE.csv writes all." if more > 0 else "", highlight=False)
    out.print(
        f"Against what is known: {counts['added']} new, {counts['changed']} said otherwise, {counts['unchanged']} the "
        f"same, {counts['missing']} missing from the list.",
        highlight=False,
    )
    changed = found.diff[found.diff["change"].isin(["changed", "missing"])].head(SHOWN)
    if len(changed):
        print_table(changed[["change", "service_id", "differences", "newer"]].to_dict("records"))
    if counts["changed"] and not found.update:
        out.print("Known services stay as they are: --update lets the newer statement win.", highlight=False)
