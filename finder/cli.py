"""The ``finder`` command: the same answers as the pages, for the shell and for scripts."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Early-childhood services in minutes.")


def main() -> None:
    """Run the command."""
    app()
