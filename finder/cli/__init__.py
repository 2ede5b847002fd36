"""The ``finder`` command: the same answers as the pages, for the shell and for scripts.

Exit codes: 0 the question was answered, 2 wrong usage or bad input, 1 an internal error.
"""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from finder.cli import data, forecast, mobile, network, planner, questions, report, scenario, services, site
from finder.cli.output import err
from finder.errors import FinderError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Early-childhood services, in minutes.")
app.add_typer(data.app, name="data")
app.add_typer(network.app, name="network")
app.add_typer(services.app, name="services")
app.add_typer(scenario.app, name="scenario")
app.add_typer(mobile.app, name="mobile")
for question in (questions.nearest, questions.access, questions.changes, questions.published):
    app.command()(question)
for planning in (planner.coverage, planner.reach, planner.underserved):
    app.command()(planning)
for looking_ahead in (forecast.forecast, forecast.backtest):
    app.command()(looking_ahead)
app.command()(site.site)
app.command()(report.report)


def main() -> None:
    """Run the command; an error that Finder raises on purpose becomes a plain message and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except FinderError as error:
        err.print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        sys.exit(2)


@app.command("app")
def run_app(port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501) -> None:
    """Open the app in the browser."""
    script = Path(__file__).resolve().parents[2] / "app.py"
    has_screen = sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    options = {"port": str(port), "headless": str(not has_screen).lower(), "showEmailPrompt": "false"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [part for name, value in options.items() for part in (f"--server.{name}", value)]
    try:
        code = subprocess.call(command)
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)
