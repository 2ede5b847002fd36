"""What the sheet of a commune says, in words: sentences, key figures, remarks and sources."""

from typing import Final

import numpy as np
import pandas as pd

from finder.answers.commune_sheet import CommuneSheet
from finder.capacity.certainty import certainty
from finder.maps.documents.model import KeyFigure
from finder.reports.figures_text import bounds, counter, printed_text, province_text, range_text, row_of, sharer
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, minutes_text, share_text

WHY_KEYS: Final = {
    "ONE's places only: a source that quotes ONE counts no place of Kind en Gezin": "commune.why.one_only",
    "another base and other places: steers Kind en Gezin's places only": "commune.why.other_base",
    "moved by the trend of Wallonia": "commune.why.trend",
    "places, moved by the places of Wallonia": "commune.why.places",
    "another article prints another value: loosely": "commune.why.other_value",
    "a low value of this newspaper: taken as subsidised places, loosely": "commune.why.low_value",
    "no place: below one childminder (4 places)": "commune.why.no_place",
    "subsidised places only": "commune.why.subsidised_only",
    "the same value stands for subsidised places in a row that is used": "commune.why.same_value",
    "moved by the trend of Wallonia; few children make the rate jump, the value itself is not in doubt": (
        "commune.why.few_children"
    ),
}
"""Message of each reason of the audit that concerns a commune."""

FEW_CHILDREN: Final = 150
"""Below so many children aged 0 to 2.5 one creche moves the rate by ten points or so: the sheet says by how much."""

CRECHE_PLACES: Final = 14
TOUCHING_SHARE: Final = 0.01


def commune_text(sheet: CommuneSheet, t: Messages) -> str:
    """Return the name of the commune; English uses the French one."""
    return sheet.names["fr" if t.language == "en" else t.language]


def subtitle(sheet: CommuneSheet, t: Messages) -> str:
    """Return province and code."""
    return t("commune.subtitle", province=province_text(t, sheet.province), nis=sheet.nis)


def answer_sentences(sheet: CommuneSheet, t: Messages) -> list[str]:
    """Return the answer: the rate with its uncertainty, what was published, the judgement; or what is known instead."""
    maternity = row_of(sheet.minutes, "maternity")
    name = commune_text(sheet, t)
    measured = t(
        "commune.answer.measured",
        name=name,
        minutes=minutes_text(maternity["median_min"], t.language),
        p90=minutes_text(maternity["p90_min"], t.language),
    )
    if sheet.is_german_community:
        return [measured, t("commune.answer.german")]
    if sheet.modelled is None:
        return [measured, _published_sentence(sheet, t)]
    rate = row_of(sheet.modelled.measures, "coverage_pct")
    low, high = (count_text(end, t.language) for end in bounds(rate))
    first = t("commune.answer.rate", name=name, rate=count_text(rate["value"], t.language), low=low, high=high)
    judged = t(
        "commune.answer.definitions",
        count=decimal_text(sheet.modelled.mean_holds_count, t.language),
        judged=sheet.judged_count,
        certainty=t("commune.certainty." + certainty(pd.Series([sheet.modelled.agreement_share])).iloc[0]),
    )
    return [first, _published_sentence(sheet, t), judged]


def _published_sentence(sheet: CommuneSheet, t: Messages) -> str:
    rates = sheet.published[sheet.published["indicator"].isin(["coverage_total_pct", "coverage_subsidised_pct"])]
    if rates.empty:
        return t("commune.answer.unpublished" if sheet.modelled else "commune.answer.unpublished_only")
    last = rates.iloc[0]
    words = {
        "value": printed_text(t, last["value"], last["operator"]),
        "year": last["year"],
        "source": last["source"],
    }
    if not np.isfinite(last["ours"]):
        return t("commune.answer.published_only", **words)
    return t("commune.answer.published", ours=ours_text(last, t), **words)


def ours_text(row: "pd.Series[float]", t: Messages) -> str:
    """Return our figure that compares with a published one, with its interval; a dash where none does."""
    if not np.isfinite(row["ours"]):
        return NEVER
    figure = pd.Series({"value": row["ours"], "p10": row["ours_p10"], "p90": row["ours_p90"]})
    return t(f"commune.compared.{row['compared']}", value=range_text(t, figure, counter(t)))


def key_figures(sheet: CommuneSheet, t: Messages) -> tuple[KeyFigure, ...]:
    """Return the few figures to read first."""
    low, high = (count_text(sheet.nowcast[f"children_0_2_5_{end}"], t.language) for end in ("p10", "p90"))
    children = KeyFigure(
        count_text(sheet.nowcast["children_0_2_5"], t.language),
        t("commune.key.children"),
        t("commune.key.children_note", low=low, high=high),
        is_uncertain=True,
    )
    maternity = KeyFigure(
        minutes_text(row_of(sheet.minutes, "maternity")["median_min"], t.language), t("commune.key.maternity")
    )
    if sheet.modelled is None:
        hospital = minutes_text(row_of(sheet.minutes, "hospital")["median_min"], t.language)
        people = row_of(sheet.figures, "population")
        population = KeyFigure(
            count_text(people["value"], t.language),
            t("commune.key.population"),
            t("commune.key.year", year=int(people["year"])),
        )
        return (population, children, maternity, KeyFigure(hospital, t("commune.key.hospital")))
    rates = sheet.modelled.measures
    return (
        _modelled_key(row_of(rates, "coverage_pct"), t, "commune.key.coverage", is_share=False),
        _modelled_key(row_of(rates, "reachable_per_100"), t, "commune.key.reachable", is_share=False),
        _modelled_key(row_of(rates, "share_beyond_walk_20"), t, "commune.key.beyond", is_share=True),
        maternity,
        children,
    )


def _modelled_key(row: "pd.Series[float]", t: Messages, key: str, *, is_share: bool) -> KeyFigure:
    text = sharer(t) if is_share else counter(t)
    low, high = (text(end) for end in bounds(row))
    return KeyFigure(text(row["value"]), t(key), t("commune.key.modelled_note", low=low, high=high), is_uncertain=True)


def rank_sentence(sheet: CommuneSheet, t: Messages) -> str:
    """Return the rank of a commune in its province, with its range; needs the model."""
    if sheet.modelled is None:
        return ""
    rank = sheet.modelled.rank
    best, worst = min(rank.best, rank.place), max(rank.worst, rank.place)
    return t("commune.answer.rank", place=rank.place, count=rank.of_count, best=best, worst=worst)


def remarks(sheet: CommuneSheet, t: Messages) -> list[str]:
    """Return how to read the figures: what rests on the model, the border, few children, what is assumed."""
    maternity = row_of(sheet.minutes, "maternity")
    texts = []
    if sheet.modelled is not None:
        texts += [t("commune.note.model"), t("commune.note.evidence." + sheet.modelled.evidence)]
        children = sheet.nowcast["children_0_2_5"]
        if 0 < children < FEW_CHILDREN:
            points = count_text(100 * CRECHE_PLACES / children, t.language)
            texts.append(t("commune.note.small", points=points))
        if sheet.modelled.border_share >= TOUCHING_SHARE:
            texts.append(t("commune.note.border", share=share_text(sheet.modelled.border_share, t.language)))
    if maternity["border_share"] >= TOUCHING_SHARE:
        texts.append(t("commune.note.border_maternity", share=share_text(maternity["border_share"], t.language)))
    texts.append(t("commune.note.car"))
    if maternity["synthetic_share"] >= TOUCHING_SHARE:
        texts.append(t("commune.note.synthetic", share=share_text(maternity["synthetic_share"], t.language)))
    return texts


def source_texts(sources: pd.DataFrame, t: Messages) -> list[str]:
    """Return who published what the figures rest on, with licences, then the data sets by name."""
    return [t("commune.sources.who"), t("commune.sources.datasets", names=", ".join(sources["id"]))]
