"""The report of a province: its answer, map and table of communes; with the sheet of each commune if wanted."""

from collections.abc import Sequence

import pandas as pd

from finder.answers.commune_sheet import CommuneSheet
from finder.answers.province_sheet import ProvinceSheet
from finder.maps.documents.model import (
    Answer,
    Block,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Notes,
    Notice,
    PageBreak,
    Sources,
    Table,
)
from finder.reports.commune import commune_blocks, footer
from finder.reports.commune_tables import name_column
from finder.reports.commune_words import commune_text, source_texts
from finder.reports.drawings import province_map
from finder.reports.figures_text import (
    bounds,
    counter,
    printed_text,
    province_text,
    range_text,
    row_of,
)
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, minutes_text


def province_document(sheet: ProvinceSheet, t: Messages, *, communes: Sequence[CommuneSheet] = ()) -> Document:
    """Return the report of a province, followed by the sheets of ``communes``, each on a page of its own."""
    blocks: list[Block] = [] if sheet.modelled is None else [Notice(t("modelled.notice"))]
    blocks += [
        Answer(tuple(province_sentences(sheet, t))),
        KeyFigures(_key_figures(sheet, t)),
        province_map(sheet, t),
        Heading(t("report.province.communes")),
        communes_table(sheet, t),
        Notes(t("commune.notes.title"), _remarks(sheet, t)),
        Sources(t("commune.sources.title"), tuple(source_texts(sheet.sources, t))),
    ]
    for commune in communes:
        blocks += [PageBreak(), Heading(commune_text(commune, t)), *commune_blocks(commune, t)]
    return Document(
        title=province_text(t, sheet.province),
        subtitle=t("report.province.subtitle"),
        language=t.language,
        blocks=tuple(blocks),
        footer=footer(t, sheet.day),
        generated_on=sheet.day,
        kicker=t("report.kicker.province"),
    )


def province_sentences(sheet: ProvinceSheet, t: Messages) -> list[str]:
    """Return the answer for the province."""
    minutes = minutes_text(sheet.maternity_min, t.language)
    texts = [t("report.province.measured", province=province_text(t, sheet.province), minutes=minutes)]
    if sheet.modelled is not None:
        rate = row_of(sheet.modelled.measures, "coverage_pct")
        low, high = (count_text(end, t.language) for end in bounds(rate))
        whole = count_text(row_of(sheet.modelled.whole, "coverage_pct")["value"], t.language)
        words = {"province": province_text(t, sheet.province), "rate": count_text(rate["value"], t.language)}
        texts.insert(0, t("report.province.answer", low=low, high=high, whole=whole, **words))
        classes = sheet.communes.loc[~sheet.communes["is_german_community"], "certainty"].value_counts()
        certain, likely, unsure = (int(classes.get(name, 0)) for name in ("certain_yes", "likely", "unsure"))
        counts = {"certain": certain, "likely": likely, "unsure": unsure}
        texts.append(t("report.province.agreement", judged=sheet.judged_count, **counts))
    if len(sheet.published):
        values = "; ".join(_published_text(row, t) for _, row in sheet.published.iterrows())
        texts.append(t("report.province.published", values=values))
    return texts


def _published_text(row: "pd.Series[float]", t: Messages) -> str:
    what = t(f"commune.indicator.{row['indicator']}", year=row["year"])
    value = printed_text(t, row["value"], str(row["operator"]))
    return t("report.province.one_value", what=what, value=value, source=row["source"])


def _key_figures(sheet: ProvinceSheet, t: Messages) -> tuple[KeyFigure, ...]:
    minutes = KeyFigure(minutes_text(sheet.maternity_min, t.language), t("report.key.mean_maternity"))
    children = KeyFigure(
        count_text(sheet.children, t.language),
        t("report.key.children_2023"),
        t("report.key.estimated_2023"),
        is_uncertain=True,
    )
    if sheet.modelled is None:
        return (children, minutes)
    figures = []
    for row, key in (
        (row_of(sheet.modelled.measures, "coverage_pct"), "commune.key.coverage"),
        (row_of(sheet.modelled.places, "total"), "report.key.places"),
    ):
        low, high = (count_text(end, t.language) for end in bounds(row))
        note = t("commune.key.modelled_note", low=low, high=high)
        figures.append(KeyFigure(count_text(row["value"], t.language), t(key), note, is_uncertain=True))
    return (*figures, children, minutes)


def communes_table(sheet: ProvinceSheet, t: Messages) -> Table:
    """Return all communes of the province, by name in the language."""
    frame, number = sheet.communes.sort_values(name_column(t)), counter(t)
    headers = [t("table.commune"), t("report.table.children")]
    if sheet.modelled is not None:
        headers += [t("commune.neighbours.coverage"), t("commune.neighbours.reachable")]
        headers += [t("commune.neighbours.holds"), t("report.table.agreement")]
    headers += [t("report.table.published"), t("commune.neighbours.maternity")]
    rows = []
    for _, row in frame.iterrows():
        cells = [str(row[name_column(t)]), number(row["children_0_2_5"])]
        if sheet.modelled is not None:
            cells += _modelled_cells(row, sheet.judged_count, t)
        published = NEVER
        if pd.notna(row["published_pct"]):
            published = f"{printed_text(t, row['published_pct'], '=')} ({int(row['published_year'])})"
        rows.append((*cells, published, minutes_text(row["maternity_min"], t.language)))
    return Table("", tuple(headers), tuple(rows), tuple(range(1, len(headers))))


def _modelled_cells(row: "pd.Series[float]", judged_count: int, t: Messages) -> list[str]:
    if row["is_german_community"]:
        return [t("commune.neighbours.german"), *[NEVER] * 3]
    number = counter(t)
    rate = pd.Series({"value": row["coverage_pct"], "p10": row["coverage_p10"], "p90": row["coverage_p90"]})
    return [
        range_text(t, rate, number),
        number(row["reachable_per_100"]),
        f"{decimal_text(row['mean_holds_count'], t.language)} / {judged_count}",
        t(f"commune.certainty.{row['certainty']}"),
    ]


def _remarks(sheet: ProvinceSheet, t: Messages) -> tuple[str, ...]:
    texts = [t("commune.note.car")]
    if sheet.modelled is not None:
        texts = [t("commune.note.model"), t("commune.note.published"), *texts]
    if sheet.communes["is_german_community"].any():
        texts.append(t("report.province.german"))
    return tuple(texts)
