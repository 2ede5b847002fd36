"""``finder scenario``: what a scenario changes, for the shell and for scripts."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from finder.cli.options import DataOption, JsonOption, ModeOption
from finder.cli.output import out, print_json, print_notes, print_table, progress, short

if TYPE_CHECKING:
    import pandas as pd

    from finder.answers.atlas import Atlas
    from finder.answers.scenario_figures import ScenarioFigures
    from finder.capacity.scenario import Scenario

app = typer.Typer(no_args_is_help=True, help="What if sites open, close, grow or move.")

SHOWN_COMMUNES = 10
MODELLED_NOTE = (
    "Sites and sizes are modelled from published totals of 31 December 2022; changes have p10 and p90 of the draws."
)
NEAREST_NOTE = "Everybody goes to the nearest site; sites outside Wallonia and Brussels are not in the data."


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="JSON file of a scenario, or the id of a ready-made one.")],
    kind: Annotated[str | None, typer.Option("--kind", help="Kind to look at; default the one it changes.")] = None,
    mode: ModeOption = "car",
    people: Annotated[
        str | None, typer.Option("--people", help="Real kinds: women_15_49, women_20_44 or population.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for communes.csv, points.csv, brief.html and brief.pdf.")
    ] = None,
    lang: Annotated[Literal["fr", "nl", "de", "en"], typer.Option("--lang", help="Language of the brief.")] = "fr",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay a scenario on the network and say who gains and who loses."""
    from finder.answers.access import PEOPLE_OF_KIND
    from finder.answers.atlas import Atlas
    from finder.answers.scenario import compare
    from finder.answers.scenario_figures import scenario_figures
    from finder.units import as_mode

    atlas = Atlas(data)
    found = _scenario(scenario, atlas)
    counted = {*PEOPLE_OF_KIND.values(), "women_20_44"}
    if people is not None and people not in counted:
        raise typer.BadParameter(f"choose one of {', '.join(sorted(counted))}", param_hint="--people")
    with progress("Measuring"):
        figures = scenario_figures(compare(atlas, found, kind=kind, mode=as_mode(mode), people=people))
    if folder is not None:
        _write(figures, atlas, folder, lang)
    if as_json:
        print_json(_as_json(figures))
        return
    _show(figures, folder)


@app.command("list")
def list_ready(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the ready-made scenarios."""
    from finder.settings import data_dir
    from finder.sources.ready_scenarios import read_ready_scenarios

    rows = [
        {"id": one.id, "name": one.name, "network": one.base_date.isoformat(), "actions": len(one.actions)}
        for one in read_ready_scenarios(data or data_dir()).values()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)


def _scenario(text: str, atlas: "Atlas") -> "Scenario":
    from finder.answers.scenario_check import open_scenario
    from finder.capacity.scenario_json import BYTES_MAX
    from finder.settings import data_dir
    from finder.sources.ready_scenarios import read_ready_scenarios

    path = Path(text)
    if path.is_file():
        with path.open("rb") as file:
            # One byte too many is enough to refuse a file of any length.
            return open_scenario(atlas, file.read(BYTES_MAX + 1))
    ready = read_ready_scenarios(atlas.data_dir or data_dir())
    if text not in ready:
        raise typer.BadParameter(f"{text!r} is no file and no ready-made scenario: see 'finder scenario list'")
    return ready[text]


def _as_json(figures: "ScenarioFigures") -> dict[str, object]:
    question, scenario = figures.comparison.question, figures.comparison.scenario
    changed = figures.comparison.changed_communes()
    income = figures.by_income.reset_index().to_dict("records")
    return {
        "scenario": scenario.id, "name": scenario.name, "kind": question.kind, "mode": question.mode,
        "network": question.day.isoformat(), "people_are": question.weight, "people_year": question.people_year,
        "data_version": scenario.data_version, "method": figures.comparison.method,
        "provenance": "modelled" if figures.is_modelled else "official",
        "changes_nothing": figures.changes_nothing, "people": figures.people.to_dict("index"),
        "summary": figures.summary.to_dict("index"), "equity": figures.equity.to_dict("index"),
        "by_income": income, "beyond_cutoff_people": figures.comparison.beyond_cutoff_people,
        "communes": changed.rename_axis("nis").reset_index().to_dict("records"), "notes": _notes(figures),
    }  # fmt: skip


def _notes(figures: "ScenarioFigures") -> list[str]:
    return [*([MODELLED_NOTE] if figures.is_modelled else []), NEAREST_NOTE]


def _show(figures: "ScenarioFigures", folder: Path | None) -> None:
    question, scenario = figures.comparison.question, figures.comparison.scenario
    out.print(
        f"[bold]{escape(scenario.name)}[/]: {question.kind}, {question.mode}, network of {question.day}",
        highlight=False,
    )
    if figures.changes_nothing:
        out.print("Nothing changes for anybody.")
    else:
        out.print(f"People ({question.weight} of {question.people_year}) whose way changes, or who cross a limit")
        draws = [] if figures.is_modelled else ["p10", "median", "p90"]
        _table(figures.people[figures.people["value"] != 0].drop(columns=draws), "people")
        out.print("The whole area")
        _table(figures.summary.drop(columns=[f"change_{name}" for name in draws]), "figure")
        for word, rows in (("lose", figures.losers()), ("gain", figures.gainers())):
            if len(rows):
                out.print(f"Communes that {word} most")
                size = ["per_100_change"] if figures.has_size else []
                columns = ["name_fr", "people", "mean_min_before", "mean_min_after", *size]
                _table(rows.head(SHOWN_COMMUNES)[columns], "nis")
    print_notes(_notes(figures))
    if folder is not None:
        out.print(f"Written: {escape(str(folder))}", highlight=False)


def _table(frame: "pd.DataFrame", index: str) -> None:
    rows = frame.rename_axis(index).reset_index().to_dict("records")
    print_table([{str(name): short(value) for name, value in row.items()} for row in rows])


def _write(figures: "ScenarioFigures", atlas: "Atlas", folder: Path, lang: Literal["fr", "nl", "de", "en"]) -> None:
    from finder.capacity.scenario import Open
    from finder.maps.export import csv_bytes
    from finder.reports.scenario import scenario_document
    from finder.reports.scenario_words import ready_title
    from finder.reports.write import write_document
    from finder.settings import data_dir
    from finder.sources import store
    from finder.sources.ready_scenarios import read_ready_scenarios
    from finder.words.messages import Messages

    folder.mkdir(parents=True, exist_ok=True)
    catalog = store.load_catalog(atlas.data_dir)
    used = ("modelled_sites", "services", "service_episodes", "demand_points_2020", "network_edges", "communes")
    sources = [str(text) for text in catalog.loc[catalog["id"].isin(used), "attribution"].drop_duplicates()]
    for name, frame in (("communes", figures.table), ("points", figures.points)):
        index = "nis" if name == "communes" else "point_id"
        flat = frame.rename_axis(index).reset_index()
        (folder / f"{name}.csv").write_bytes(csv_bytes(flat, attribution=sources))
    t, scenario = Messages(lang), figures.comparison.scenario
    sites = {str(key): str(name) for key, name in atlas.services["name"].items()}
    if figures.is_modelled:
        sites |= {str(key): str(name) for key, name in atlas.modelled.sites["name"].items()}
    sites |= {action.site_id: action.name for action in scenario.actions if isinstance(action, Open) and action.name}
    column = "name_fr" if lang == "en" else f"name_{lang}"
    is_ready = scenario.id in read_ready_scenarios(atlas.data_dir or data_dir())
    document = scenario_document(
        t, figures, title=ready_title(t, scenario, sites) if is_ready else scenario.name, communes=atlas.communes,
        names={str(nis): str(name) for nis, name in atlas.communes[column].items()}, sites=sites, sources=sources,
        day=datetime.date.today(),
    )  # fmt: skip
    for file_format in ("html", "pdf"):
        write_document(
            document, folder / f"brief.{file_format}", file_format="html" if file_format == "html" else "pdf"
        )
