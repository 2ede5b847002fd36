"""``finder forecast`` and ``finder backtest``: children and places to come, and how far to trust them."""

import math
import re
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from finder.cli.options import DataOption, JsonOption
from finder.cli.output import out, print_json, print_notes, print_table, progress
from finder.errors import PlaceNotFoundError

FIGURES = ("children", "low_80", "high_80", "low_95", "high_95")


def forecast(
    commune: Annotated[str | None, typer.Argument(help="Commune: name or code.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All communes and their sums.")] = False,
    to: Annotated[int, typer.Option("--to", help="Last year, 1 January; from next year to 2050.")] = 2035,
    scenario: Annotated[str, typer.Option("--scenario", help="central, falling, stable, rebound or all.")] = "central",
    take_up: Annotated[str, typer.Option("--take-up", help="33, 45, present or a percentage.")] = "33",
    children_per_place: Annotated[
        float, typer.Option("--children-per-place", help="Children who share a place over the week.")
    ] = 1.0,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", help="CSV nis,year,places: openings, and closings below zero.", exists=True),
    ] = None,
    housing: Annotated[
        Path | None,
        typer.Option("--housing", help="CSV nis,year,dwellings: projects beyond the usual pace.", exists=True),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast the children aged 0-2.5 and the places they need."""
    from finder.answers.forecast import LAST_YEAR, ForecastDesk
    from finder.answers.places_needed import places_needed, rank_communes
    from finder.capacity.forecast_path import SCENARIOS
    from finder.sources.plan_files import read_changes, read_housing
    from finder.sources.store import load_communes

    if every == (commune is not None):
        raise typer.BadParameter("give one commune, or --all", param_hint="COMMUNE")
    chosen = [name for name in SCENARIOS if scenario in (name, "all")]
    if not chosen:
        raise typer.BadParameter(f"choose one of {', '.join(SCENARIOS)}, all", param_hint="--scenario")
    if not (math.isfinite(children_per_place) and children_per_place > 0):
        raise typer.BadParameter("give a number above zero", param_hint="--children-per-place")
    desk = ForecastDesk(data)
    first = desk.present.year + 1
    if not first <= to <= LAST_YEAR:
        raise typer.BadParameter(f"choose {first} to {LAST_YEAR}", param_hint="--to")
    communes = load_communes(data)
    names = communes["name_fr"]
    nis = None if commune is None else find_commune(commune, communes)
    codes = set(communes.index)
    plans = None if changes is None else read_changes(changes, codes)
    projects = None if housing is None else read_housing(housing, codes)
    children, needs, notes, firsts = [], [], [], {}
    for name in chosen:
        table = desk.table(to=to, scenario=name)
        children.append(table if nis is None else table[(table["level"] == "commune") & (table["area"] == nis)])
        need = places_needed(
            desk,
            to=to,
            scenario=name,
            take_up=take_up,
            children_per_place=children_per_place,
            changes=plans,
            housing=projects,
        )
        kept = need.table if nis is None else need.table[need.table["nis"] == nis]
        needs.append(kept.assign(scenario=name))
        firsts[name] = {code: int(year) for code, year in need.first_years.items() if nis in (None, code)}
        notes += [note for note in need.notes if note not in notes]
    people = pd.concat(children, ignore_index=True)
    places = pd.concat(needs, ignore_index=True)
    people[list(FIGURES)] = people[list(FIGURES)].round(1)
    if as_json:
        shown = places.round(3)
        rank = rank_communes(desk, year=to, scenario=chosen[0])
        rank = rank if nis is None else rank[rank.index == nis]
        print_json({"to": to, "take_up": take_up, "children_per_place": children_per_place, "notes": notes,
                    "data_version": desk.data_version, "children": _records(people), "places": _records(shown),
                    "first_gap_years": firsts,
                    "agreement_ranking": _records(rank.reset_index().round(2))})  # fmt: skip
        return
    if nis is None:
        people = people[(people["year"] == to) & (people["level"] != "arrondissement")]
        people.insert(0, "name", people["area"].map(names).fillna(people["area"]))
    else:
        out.print(f"[bold]{escape(names[nis])}[/] ({nis})")
    both = people.merge(
        places[["nis", "year", "scenario", "need", "places", "gap", "gap_probability"]],
        left_on=["area", "year", "scenario"],
        right_on=["nis", "year", "scenario"],
        how="left",
    )
    columns = ["name"] if nis is None else []
    columns += ["year", *(["scenario"] if len(chosen) > 1 else []), "children", "low_80", "high_80", "basis"]
    print_table([_plain(row) for row in _records(both[[*columns, "need", "places", "gap", "gap_probability"]])])
    if nis is not None:
        for name, found in firsts.items():
            said = f"first in {found[nis]}; it may close later" if nis in found else "in no year"
            out.print(f"A gap with a probability of 80 % or more ({name}): {said}.")
    print_notes(notes)


def backtest(
    write: Annotated[bool, typer.Option("--write", help="Put the tables in the data folder.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge the forecast on the past: run it from every observed year and compare with what came."""
    from finder.sources.forecast_tables import load_backtest, run_on, write_backtest

    with progress("Backtest") as tick:
        if write:
            write_backtest(data, progress=tick)
            rows = load_backtest(data)
        else:
            rows = run_on(data, progress=tick).rows
    if as_json:
        print_json(_records(rows))
        return
    shown = rows[(rows["level"] == "commune") & (rows["area"] == "all") & (rows["size_class"] == "all")]
    wide = shown.pivot_table(index="method", columns=["ages", "base", "target"], values="mape", sort=False)
    out.print("Mean absolute percentage error over communes, by base and target year (0-2; 2024: 0-4)")
    named = {f"{key[1]}>{key[2]}": wide[key] for key in wide.columns if key[1] != "all"}
    late = ("2014>2019", "2015>2019", "2015>2020", "2019>2020", "2015>2024", "2019>2024", "2020>2024")
    table = pd.DataFrame({name: values for name, values in named.items() if name in late})
    for horizon in (1, 2, 3, 5):
        early = [named[f"{base}>{base + horizon}"] for base in range(2010, 2016 - horizon)]
        table.insert(len(table.columns) - len(late), f"{horizon} y to 2015", pd.concat(early, axis=1).mean(axis=1))
    print_table([_plain(row) for row in _records(table.round(2).reset_index())])
    held = rows[(rows["base"] == "all") & (rows["method"] == "chosen") & (rows["area"] == "all")]
    out.print("Held-out cases inside their interval, percent (with binomial interval), and its mean width")
    columns = ["level", "horizon", "size_class", "n", "held_80", "held_80_low", "held_80_high", "width_80",
               "held_95", "held_95_low", "held_95_high", "width_95"]  # fmt: skip
    print_table([_plain(row) for row in _records(held[columns])])


def find_commune(text: str, communes: pd.DataFrame) -> str:
    """Return the code of a commune given by code or by its name in any language, capitals and accents aside.

    Parameters
    ----------
    text
        What was typed.
    communes
        Index ``nis``; columns ``name_fr``, ``name_nl``, ``name_de``.

    Raises
    ------
    PlaceNotFoundError
        If there is none.
    """
    if text in communes.index:
        return text
    wanted = _folded(text)
    folded = communes[["name_fr", "name_nl", "name_de"]].fillna("").map(_folded)
    found = folded.index[(folded == wanted).any(axis=1)]
    if len(found) == 0 or not wanted:
        is_near = folded["name_fr"].str.contains(wanted) & bool(wanted)
        near = communes.loc[is_near, "name_fr"].head(5).tolist()
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise PlaceNotFoundError(f"No commune is called {text!r}.{hint}")
    return str(found[0])


def _folded(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _plain(row: dict[Any, Any]) -> dict[Any, Any]:
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()}
