"""How the command prints: tables for people, JSON for scripts, a bar for work that takes its time."""

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

out = Console()
err = Console(stderr=True)


def short(value: object) -> str:
    """Return a value as a table shows it: three digits are enough for a person."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def print_table(rows: Sequence[Mapping[Any, Any]]) -> None:
    """Print rows as a table, numbers to the right."""
    if not rows:
        out.print("Nothing.")
        return
    table = Table(box=None, header_style="bold")
    for name, value in rows[0].items():
        table.add_column(name, justify="right" if isinstance(value, int | float) else "left")
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row.values()))
    out.print(table)


def print_json(value: object) -> None:
    """Print a value as JSON and nothing else."""
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
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar that moves with the library's ``progress(done, total)`` calls; a total of 0 is not known yet."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def print_notes(notes: Iterable[str]) -> None:
    """Print what must be said with the figures above."""
    for note in notes:
        out.print(f"- {escape(note)}", highlight=False)
