"""The tables of the sheet of a commune, as texts: for the page and for the documents alike."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.commune_modelled import ModelledPart
from finder.answers.commune_sheet import CommuneSheet
from finder.answers.modelled import TENURES
from finder.maps.documents.model import Table
from finder.reports.commune_words import WHY_KEYS, ours_text
from finder.reports.figures_text import (
    counter,
    euro_text,
    interval_text,
    printed_text,
    province_text,
    range_text,
    row_of,
    sharer,
    signed_text,
)
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, date_text, decimal_text, minutes_text, share_text

BEYOND: Final = ("walk_15", "walk_20", "pram_15", "pram_20", "car_15")


def name_column(t: Messages) -> str:
    """Return the column of the communes' names in the language; English uses the French ones."""
    return "name_fr" if t.language == "en" else f"name_{t.language}"


def supply_table(part: ModelledPart, t: Messages) -> Table:
    """Return places by tenure and consultations by type, with their intervals."""
    number = counter(t)
    tenures = [key for key in TENURES if row_of(part.places, key)[["value", "p90"]].max() > 0]
    rows = [
        (
            t("commune.tenure." + key),
            number(row_of(part.places, key)["value"]),
            interval_text(row_of(part.places, key), number),
        )
        for key in (*tenures, "total")
    ]
    consultations = part.consultations
    key = "commune.consultations_official" if part.is_official else "commune.consultations"
    rows.append((t(key), number(consultations["value"]), interval_text(consultations, number)))
    types = [f"{t('commune.type.' + kind)} {number(count)}" for kind, count in part.consultation_types.items() if count]
    if types:
        rows.append((", ".join(types), "", ""))
    headers = (t("commune.supply.what"), t("commune.supply.number"), t("commune.supply.interval"))
    return Table(t("commune.supply.caption"), headers, tuple(rows), (1, 2), (len(tenures), len(tenures) + 1))


def definition_table(part: ModelledPart, t: Messages) -> Table:
    """Return each definition with the commune's value, its limit, the distance and how surely it holds."""
    lines = part.definitions
    number, rows = counter(t), []
    for key, line in lines.iterrows():
        is_share = str(key).startswith("beyond")
        text, points = (sharer(t), 100) if is_share else (number, 1)
        verdict = t(f"commune.certainty.{line['certainty']}")
        if np.isfinite(line["share"]):
            verdict += f" ({share_text(line['share'], t.language)})"
        value, limit = (text(line[name]) for name in ("value", "limit"))
        margin = signed_text(line["margin"] * points, number)
        rows.append((t(f"commune.definition.{key}"), value, limit, margin, verdict))
    headers = [t(f"commune.definitions.{name}") for name in ("what", "value", "limit", "margin", "verdict")]
    strong = tuple(int(i) for i in np.flatnonzero(lines["holds"].fillna(False).to_numpy(dtype=bool)))
    return Table(t("commune.definitions.caption"), tuple(headers), tuple(rows), (1, 2, 3), strong)


def access_table(sheet: CommuneSheet, t: Messages, *, kinds: Sequence[str], beyond: Sequence[str]) -> Table:
    """Return minutes by car to services, and with the model the shares of children far from a consultation."""
    rows = []
    for kind in kinds:
        row, service = row_of(sheet.minutes, kind), t("commune.service." + kind)
        rows.append((t("commune.access.median", service=service), minutes_text(row["median_min"], t.language)))
        rows.append((t("commune.access.p90", service=service), minutes_text(row["p90_min"], t.language)))
        rows.append((t("commune.access.share_30", service=service), share_text(row["share_30"], t.language)))
    if sheet.modelled is not None:
        shares = sheet.modelled.measures
        rows += [
            (t("commune.beyond." + name), range_text(t, row_of(shares, f"share_beyond_{name}"), sharer(t)))
            for name in beyond
        ]
    headers = (t("commune.access.what"), t("commune.access.value"))
    return Table(
        t("commune.access.caption", day=date_text(sheet.day.isoformat(), t.language)), headers, tuple(rows), (1,)
    )


def nearest_text(sheet: CommuneSheet, t: Messages) -> str:
    """Return which maternity is the nearest one of most women."""
    row = row_of(sheet.minutes, "maternity")
    if not row["nearest"]:
        return ""
    share, service = share_text(row["nearest_share"], t.language), t("commune.service.maternity")
    return t("commune.access.nearest", service=service, share=share, name=row["nearest"])


def people_table(sheet: CommuneSheet, t: Messages) -> Table:
    """Return who lives there, each figure with its year."""
    nowcast = sheet.nowcast
    number = counter(t)
    rows = []
    for column in ("children_0_2_5", "children_0_5"):
        row = pd.Series({"value": nowcast[column], "p10": nowcast[f"{column}_p10"], "p90": nowcast[f"{column}_p90"]})
        year = t("commune.people.estimated", year=int(nowcast["year"]))
        rows.append((t("commune.people." + column), range_text(t, row, number), year))
    for name, row in sheet.figures.iterrows():
        rows.append((t(f"commune.people.{name}"), _figure_text(str(name), row["value"], t), str(int(row["year"]))))
    return Table(
        t("commune.people.caption"),
        (t("commune.people.what"), t("commune.access.value"), t("commune.people.year")),
        tuple(rows),
        (1, 2),
    )


def _figure_text(name: str, value: float, t: Messages) -> str:
    if name.endswith("_eur"):
        return euro_text(value, t)
    return share_text(value, t.language) if name.endswith("_share") else count_text(value, t.language)


def published_table(sheet: CommuneSheet, t: Messages) -> Table:
    """Return the published values, ours beside them, and what became of each."""
    rows: list[tuple[str, ...]] = []
    for _, row in sheet.published.iterrows():
        key = "commune.published.used" if row["is_used"] else "commune.published.unused"
        rows.append(
            (
                t(f"commune.indicator.{row['indicator']}", year=row["year"]) + f" · {row['source']}",
                printed_text(t, row["value"], row["operator"]),
                ours_text(row, t),
                t(key, why=t(WHY_KEYS.get(row["why"], "commune.why.unsaid"))),
            )
        )
    if sheet.modelled is None:
        rows = [(*row[:2], row[3]) for row in rows]
    names = ["what", "value", *(["ours"] if sheet.modelled is not None else []), "decision"]
    return Table(
        t("commune.published.caption"), tuple(t(f"commune.published.{name}") for name in names), tuple(rows), (1,)
    )


def neighbour_table(sheet: CommuneSheet, t: Messages) -> Table:
    """Return the commune, those that touch it, and with the model its province and all communes, side by side."""
    near = sheet.around[sheet.around["is_neighbour"]]
    names = near[name_column(t)]
    order = sorted(near.index, key=lambda nis: (nis != sheet.nis, names[nis]))
    number = counter(t)
    headers = [t("table.commune")]
    rows: list[tuple[str, ...]] = []
    if sheet.modelled is not None:
        headers += [t(f"commune.neighbours.{name}") for name in ("coverage", "reachable", "holds")]
    headers.append(t("commune.neighbours.maternity"))
    for nis in order:
        row = row_of(near, nis)
        cells = [str(names[nis])]
        if sheet.modelled is not None and row["is_german_community"]:
            cells += [t("commune.neighbours.german"), NEVER, NEVER]
        elif sheet.modelled is not None:
            rate = pd.Series({"value": row["coverage_pct"], "p10": row["coverage_p10"], "p90": row["coverage_p90"]})
            cells += [range_text(t, rate, number), number(row["reachable_per_100"])]
            cells.append(f"{decimal_text(row['mean_holds_count'], t.language)} / {sheet.judged_count}")
        rows.append((*cells, minutes_text(row["maternity_min"], t.language)))
    if sheet.modelled is not None:
        groups = {
            province_text(t, sheet.province): sheet.modelled.province,
            t("commune.whole"): sheet.modelled.whole,
        }
        for name, measures in groups.items():
            rate, reachable = (row_of(measures, key) for key in ("coverage_pct", "reachable_per_100"))
            rows.append((name, range_text(t, rate, number), number(reachable["value"]), "", ""))
    return Table(
        t("commune.neighbours.caption"), tuple(headers), tuple(rows), tuple(range(1, len(headers))),
        (order.index(sheet.nis),),
    )  # fmt: skip


def known_table(sheet: CommuneSheet, t: Messages) -> Table:
    """Return the services a source names, each with where it is known from."""
    number, rows = counter(t), []
    for _, row in sheet.known.iterrows():
        address = ", ".join(str(part) for part in (row["address"], row["locality"]) if isinstance(part, str))
        source = t(f"provenance.{row['provenance']}") + f" · {row['source']}"
        date = date_text(row["as_of"], t.language)
        status = t("flag.unconfirmed") if row["status"] == "unconfirmed" else ""
        kind = t(f"kind.{row['kind']}")
        rows.append(
            (
                kind,
                str(row["name"]),
                address,
                NEVER if pd.isna(row["capacity_places"]) else number(row["capacity_places"]),
                status,
                source,
                date,
            )
        )
    headers = (
        t("table.kind"), t("table.name"), t("table.address"), t("commune.known.places"), t("table.flags"),
        t("table.source"), t("table.date"),
    )  # fmt: skip
    return Table(t("commune.known.caption"), headers, tuple(rows), (3,))
