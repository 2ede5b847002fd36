"""``finder mobile``: plans of mobile consultations, made, checked, compared and put into a calendar."""

import datetime
import json
import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from finder.cli.options import DataOption, JsonOption
from finder.cli.output import err, out, print_json, print_notes, print_table, short
from finder.units import as_mode

if TYPE_CHECKING:
    from finder.answers.atlas import Atlas
    from finder.answers.mobile_question import DepotChoice, MobileQuestion
    from finder.answers.mobile_told import MobilePlan
    from finder.capacity.mobile.plan import Plan

app = typer.Typer(no_args_is_help=True, help="Mobile consultations: from gaps to a calendar.")

DEPOT: Final = re.compile(r"(?P<name>[^=]+)=(?P<place>.+):(?P<low>\d+)(?:-(?P<high>\d+))?")
CATCHMENT: Final = re.compile(r"(?P<mode>[a-z]+):(?P<minutes>\d+(?:\.\d+)?)")
SHOWN: Final = ("name", "gap_children", "coming", "followed", "stops", "sessions_per_month")
SHOWN_COMMUNES: Final = 15
NOTES: Final = (
    "Consultations are modelled from published totals (docs/modelled_network.md): every figure is expected over draws.",
    "Depots, take-up, visits, time per child and length of a session are assumptions: change them (docs/mobile.md).",
    "A stop is the middle of a locality: where a unit can stand is not known.",
)

UnitsOption = Annotated[int, typer.Option("--units", min=1, max=40, help="Mobile units in all; today there are 6.")]
LimitOption = Annotated[float, typer.Option("--limit", help="In a gap: a consultation is farther, minutes.")]
GapModeOption = Annotated[str, typer.Option("--mode", help="Mode of the gap: car, bike, walk or pram.")]
CatchmentOption = Annotated[
    str | None, typer.Option("--catchment", help="How far families come, MODE:MINUTES; default: as the gap.")
]
CalendarOption = Annotated[
    Literal["months", "weeks"], typer.Option("--calendar", help="nth weekday of months, or every so many weeks.")
]
AreaOption = Annotated[str | None, typer.Option("--area", help="Name of a region or province; default all.")]
DepotOption = Annotated[
    list[str] | None,
    typer.Option("--depot", help='"NAME=PLACE:UNITS" or "NAME=PLACE:LEAST-MOST"; again for more. Default by province.'),
]
LongestOption = Annotated[
    float, typer.Option("--longest-out", min=0.0, help="Longest drive from a depot to a stop, minutes; 0: any.")
]
ExcludeOption = Annotated[list[str] | None, typer.Option("--exclude", help="Commune without a stop (name or NIS).")]
RequireOption = Annotated[list[str] | None, typer.Option("--require", help="Commune with a stop (name or NIS).")]
TakeUpOption = Annotated[float, typer.Option("--take-up", help="Share of the children in gaps who would come.")]
YearOption = Annotated[int, typer.Option("--year-children", help="Children of 2020, 2023 or 2026.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of the search for rounds.")]
TimeOption = Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds of the solvers.")]


@app.command()
def plan(
    units: UnitsOption = 6,
    mode: GapModeOption = "car",
    limit: LimitOption = 8.0,
    catchment: CatchmentOption = None,
    calendar: CalendarOption = "months",
    area: AreaOption = None,
    depot: DepotOption = None,
    longest_out: LongestOption = 60.0,
    exclude: ExcludeOption = None,
    require: RequireOption = None,
    target: Annotated[
        float | None, typer.Option("--target", help="Follow so many children with the fewest sessions.")
    ] = None,
    share: Annotated[float, typer.Option("--commune-share", help="Least share of every commune, 0 to 1.")] = 0.0,
    take_up: TakeUpOption = 0.6,
    year: YearOption = 2020,
    seed: SeedOption = 0,
    time_limit: TimeOption = 210.0,
    output: Annotated[Path | None, typer.Option("--out", "-o", help="File for the plan, JSON.")] = None,
    ready: Annotated[
        bool, typer.Option("--ready", help="Keep it with the data, as the plan that the page opens with.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan stops, how often they are served, and the rounds of every unit."""
    import numpy as np

    from finder.answers.atlas import Atlas
    from finder.answers.mobile import make_plan
    from finder.capacity.mobile.plan_json import plan_to_dict
    from finder.sources.ready_mobile_plan import write_ready_plan

    atlas = Atlas(data)
    question = _question(
        atlas, units=units, mode=mode, limit_min=limit, catchment=catchment, calendar=calendar, area=area,
        depots=depot, excluded=exclude, required=require, target_children=target, least_commune_share=share,
        take_up=take_up, year=year, longest_out_min=longest_out or None,
    )  # fmt: skip
    with _Bar() as bar:
        made = make_plan(
            atlas, question, time_limit_s=time_limit, rng=np.random.default_rng(seed), progress=bar.tell
        )  # fmt: skip
    record = plan_to_dict(made.plan)
    if output is not None:
        output.write_text(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    if ready:
        write_ready_plan(record, data)
    if as_json:
        print_json(_record(made, record))
        return
    _print(made, output)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Plan, JSON.")], data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Measure all drives of a plan again, and name every rule it breaks; exit code 1 if there is one."""
    from finder.answers.atlas import Atlas
    from finder.answers.mobile_rounds import measured_drives
    from finder.capacity.mobile.check import check_plan

    found = read_plan(file)
    report = check_plan(found, measured_drives(Atlas(data), found))
    if as_json:
        findings = [{"rule": one.rule, "where": one.where, "told": one.told} for one in report.findings]
        print_json({"is_clean": report.is_clean, "findings": findings, "figures": dict(report.figures)})
    elif report.is_clean:
        out.print("The plan keeps every rule; all drives were measured again.", highlight=False)
        print_table([{"figure": name, "value": short(value)} for name, value in report.figures.items()])
    else:
        print_table([{"rule": one.rule, "where": one.where, "told": one.told} for one in report.findings])
    if not report.is_clean:
        raise typer.Exit(1)


@app.command()
def curve(
    units: Annotated[str, typer.Option("--units", help="Numbers of units: 5-8, or 4,6,9.")] = "5-8",
    mode: GapModeOption = "car",
    limit: LimitOption = 8.0,
    catchment: CatchmentOption = None,
    calendar: CalendarOption = "months",
    area: AreaOption = None,
    depot: DepotOption = None,
    longest_out: LongestOption = 60.0,
    take_up: TakeUpOption = 0.6,
    year: YearOption = 2020,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds for each number.")] = 40.0,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many children more or fewer units would follow; rounds are not planned for it."""
    from finder.answers.atlas import Atlas
    from finder.answers.mobile import units_curve

    counts = _counts(units)
    atlas = Atlas(data)
    question = _question(
        atlas, units=max(counts), mode=mode, limit_min=limit, catchment=catchment, calendar=calendar, area=area,
        depots=depot, take_up=take_up, year=year,
        longest_out_min=longest_out or None,
    )  # fmt: skip
    with _Bar() as bar:
        table = units_curve(atlas, question, counts, time_limit_s=time_limit, progress=bar.tell)
    rows = table.reset_index().to_dict("records")
    if as_json:
        print_json({"question": question.to_dict(), "rows": rows, "notes": NOTES})
        return
    print_table([_curve_row(row) for row in rows])
    print_notes([*NOTES, "Before rounds: a plan may follow a little fewer. At most: no choice of stops follows more."])


def _curve_row(row: dict[Hashable, Any]) -> dict[str, str]:
    """Return one number of units in few columns, so that the table fits a terminal."""
    at = {str(name).removeprefix("units_"): int(count) for name, count in row.items() if str(name).startswith("units_")}
    return {
        "units": short(row["units"]),
        "children": short(row["children"]),
        "at most": short(row["bound"]),
        "sessions a month": short(row["sessions_per_month"]),
        "stops": short(row["stops_count"]),
        "where": ", ".join(f"{name} {count}" for name, count in at.items() if count),
    }


@app.command("calendar")
def dates(
    file: Annotated[Path, typer.Argument(help="Plan, JSON.")],
    year: Annotated[int, typer.Option("--year", min=2020, max=2100, help="Of the dates.")],
    output: Annotated[Path, typer.Option("--out", "-o", help="File to write, .ics.")],
    stop: Annotated[str | None, typer.Option("--stop", help="Only this stop: its id.")] = None,
    closed: Annotated[list[str] | None, typer.Option("--closed", help="Day without sessions, YYYY-MM-DD.")] = None,
) -> None:
    """Write the sessions of a plan as a calendar file; those on public holidays are left out."""
    from finder.agenda.calendar_file import CalendarEntry, calendar_file
    from finder.capacity.mobile.calendar import sessions_of

    found = read_plan(file)
    stops = [one for one in found.stops if stop in (None, one.stop_id)]
    if not stops:
        raise typer.BadParameter(f"the plan has no stop {stop}", param_hint="--stop")
    try:
        days = tuple(datetime.date.fromisoformat(day) for day in closed or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--closed") from error
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    entries = [
        CalendarEntry(
            service_id=one.stop_id,
            title=one.name,
            sessions=sessions_of(one, first, last, found.calendar, found.duty, closed_days=days),
        )
        for one in stops
    ]
    midnight = datetime.datetime(year, 1, 1).astimezone()
    written = calendar_file(entries, after=midnight)
    output.write_bytes(written.content)
    out.print(f"Written: {escape(str(output))}, {written.event_count} recurring events.", highlight=False)


def read_plan(file: Path) -> "Plan":
    """Return the plan of a file; :class:`finder.errors.MobileError` says what is wrong with it."""
    from finder.capacity.mobile.plan_json import plan_from_dict
    from finder.errors import MobileError

    try:
        return plan_from_dict(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise MobileError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        if isinstance(error, MobileError):
            raise
        raise MobileError(f"{file} is no JSON file: {error}.") from error


def _question(
    atlas: "Atlas",
    *,
    mode: str,
    catchment: str | None,
    depots: list[str] | None,
    required: list[str] | None = None,
    excluded: list[str] | None = None,
    **rest: Any,  # noqa: ANN401 - fields of the question that need no reading
) -> "MobileQuestion":
    from finder.answers.mobile_question import MobileQuestion
    from finder.cli.forecast import find_commune

    read = CATCHMENT.fullmatch(catchment) if catchment else None
    if catchment and read is None:
        raise typer.BadParameter("write MODE:MINUTES, for example car:5", param_hint="--catchment")
    return MobileQuestion(
        mode=as_mode(mode),
        catchment_mode=as_mode(read["mode"]) if read else None,
        catchment_min=float(read["minutes"]) if read else None,
        depots=tuple(_depot(atlas, text) for text in depots or ()),
        required_nis=tuple(find_commune(text, atlas.communes) for text in required or ()),
        excluded_nis=tuple(find_commune(text, atlas.communes) for text in excluded or ()),
        **rest,
    )


def _depot(atlas: "Atlas", text: str) -> "DepotChoice":
    from finder.answers.mobile_question import DepotChoice
    from finder.answers.nearest import locate

    read = DEPOT.fullmatch(text)
    if read is None:
        raise typer.BadParameter(f'"{text}": write "NAME=PLACE:UNITS" or "NAME=PLACE:LEAST-MOST"', param_hint="--depot")
    origin = locate(atlas, read["place"].strip())
    low, high = int(read["low"]), int(read["high"] or read["low"])
    name = read["name"].strip()
    depot_id = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "depot"
    return DepotChoice(depot_id, name, round(origin.lon, 6), round(origin.lat, 6), low, high)


def _counts(text: str) -> list[int]:
    try:
        if "-" in text:
            low, high = (int(part) for part in text.split("-"))
            counts = list(range(low, high + 1))
        else:
            counts = [int(part) for part in text.split(",")]
    except ValueError:
        counts = []
    if not counts or min(counts) < 1 or max(counts) > 40:
        raise typer.BadParameter("write 5-8 or 4,6,9: numbers from 1 to 40", param_hint="--units")
    return sorted(set(counts))


class _Bar:
    """A bar that tells the stage, the best so far and its bound."""

    def __enter__(self) -> "_Bar":
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=err, transient=True)
        self._bar.start()
        self._task = self._bar.add_task("Measuring", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, stage: str, step: int, of: int, best: float, bound: float) -> None:
        """Show what was told."""
        text = stage
        if math.isfinite(best):
            text += f": best {best:,.0f}" + (f", bound {bound:,.0f}" if math.isfinite(bound) else "")
        self._bar.update(self._task, description=escape(text), completed=step, total=of or None)


def _print(made: "MobilePlan", output: Path | None) -> None:
    f = made.figures
    lines = [
        f"{f['children_in_gaps']:,.0f} children in gaps, {f['children_coming']:,.0f} would come, "
        f"{f['children_reachable']:,.0f} can reach a stop, {f['children_followed']:,.0f} are followed.",
        f"{f['stops_count']:,.0f} stops in {f['communes_count']:,.0f} communes, "
        f"{f['sessions_per_month']:,.0f} sessions a month (today 521 in the Federation), "
        f"{f['vehicle_hours_per_month']:,.0f} unit hours, {f['driving_hours_per_month']:,.0f} of them driving.",
        f"Stops: bound {f['stops_bound']:,.0f}, gap {100 * f['stops_gap']:.1f} %. Rounds: "
        f"{f['rounds_drive_min_per_cycle']:,.0f} minutes in eight weeks, "
        + (f"gap {100 * f['rounds_gap']:.1f} %." if "rounds_gap" in f else "no bound found in the time given."),
    ]
    for line in lines:
        out.print(line, highlight=False)
    for name, row in made.by_commune.groupby("province")[["gap_children", "followed"]].sum().iterrows():
        text = f"{name}: {row['followed']:,.0f} of {row['gap_children']:,.0f} children in gaps followed"
        out.print(text, highlight=False, markup=False)
    table = made.by_commune.sort_values("followed", ascending=False).head(SHOWN_COMMUNES)
    print_table([{name: short(row[name]) for name in SHOWN} for row in table.reset_index().to_dict("records")])
    notes = [*NOTES]
    if made.plan.unplaced:
        notes.append(
            f"Without a round: {', '.join(f'{left.name} ({left.reason})' for left in made.plan.unplaced[:10])}."
        )
    if len(made.no_road):
        notes.append(f"No road from any depot: {', '.join(made.no_road['name'].head(10))}.")
    if output is not None:
        notes.append(f"Written: {output}.")
    print_notes(notes)


def _record(made: "MobilePlan", record: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan": record,
        "depots": [
            {"depot_id": one.depot_id, "name": one.name, "lon": one.lon, "lat": one.lat, "units": one.units}
            for one in made.plan.depots
        ],
        "by_commune": made.by_commune.reset_index().to_dict("records"),
        "unserved": made.unserved.groupby("reason")["children"].sum().to_dict(),
        "before_after": made.before_after.to_dict("records"),
        "today": [
            {
                "key": one.key, "published": one.published, "year": one.year, "source": one.source,
                "planned": one.planned, "is_comparable": one.is_comparable,
            }
            for one in made.today
        ],
        "no_road": list(made.no_road.index),
        "notes": list(NOTES),
    }  # fmt: skip
