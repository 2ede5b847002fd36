"""``finder report``: the sheet of a commune or the report of a province, as PDF or HTML."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from finder.cli.options import DataOption
from finder.cli.output import out, progress

Format = Literal["pdf", "html"]


def report(
    commune: Annotated[str | None, typer.Argument(help="Commune: name in any language, or NIS code of 2025.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Province instead, by its French name.")] = None,
    file_format: Annotated[Format, typer.Option("--format", help="pdf or html.")] = "pdf",
    lang: Annotated[Literal["fr", "nl", "de", "en"], typer.Option("--lang", help="Language of the document.")] = "fr",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; default: its own name.")] = None,
    sheets: Annotated[bool, typer.Option("--sheets", help="With a province: also the sheet of each commune.")] = False,
    published_only: Annotated[bool, typer.Option("--published-only", help="Leave the modelled network out.")] = False,
    data: DataOption = None,
) -> None:
    """Write the sheet of a commune, or the report of a province, to a file."""
    from finder.answers.atlas import Atlas
    from finder.answers.commune_sheet import commune_sheet, gather_basis
    from finder.answers.province_sheet import find_province, province_sheet
    from finder.cli.forecast import find_commune
    from finder.reports.commune import commune_document
    from finder.reports.province import province_document
    from finder.reports.write import write_document
    from finder.words.messages import Messages

    if (commune is None) == (province is None):
        raise typer.BadParameter("name a commune, or a province with --province, not both")
    if sheets and province is None:
        raise typer.BadParameter("only a province has sheets", param_hint="--sheets")
    atlas, t = Atlas(data), Messages(lang)
    chosen = find_commune(commune, atlas.communes) if commune is not None else find_province(atlas, province or "")
    path = output or Path(f"finder_{chosen}_{lang}.{file_format}")
    with progress("Measuring") as measured:
        basis = gather_basis(atlas, day=datetime.date.today(), progress=measured)
    if commune is not None:
        sheet = commune_sheet(atlas, basis, chosen)
        document = commune_document(sheet.without_model() if published_only else sheet, t)
    else:
        whole, parts = province_sheet(atlas, basis, chosen), []
        if sheets:
            with progress("Sheets") as gathered:
                for done, nis in enumerate(whole.communes.index, start=1):
                    parts.append(commune_sheet(atlas, basis, str(nis)))
                    gathered(done, len(whole.communes))
        if published_only:
            whole, parts = whole.without_model(), [part.without_model() for part in parts]
        document = province_document(whole, t, communes=parts)
    write_document(document, path, file_format=file_format)
    out.print(f"Written: {escape(str(path))} ({path.stat().st_size / 1024:.0f} kB)", highlight=False)
