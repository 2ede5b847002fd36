"""Colours and words of the figures on places."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from finder.answers import place_figures
from finder.answers.place_figures import COVERAGE, INCOME_RELATED, REACHABLE, PlaceFigure
from finder.maps import palettes
from finder.maps.legend import class_labels
from finder.maps.palettes import COVERAGE_PCT, PER_100, Scale
from finder.pages.places_question import Question
from finder.reports.figures_text import bounds
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, count_text, decimal_text, share_text

SCALES: Final[Mapping[str, Scale]] = {
    COVERAGE: COVERAGE_PCT,
    INCOME_RELATED: COVERAGE_PCT,
    REACHABLE: PER_100,
    place_figures.CHILDREN_PER_PLACE: palettes.CHILDREN_PER_PLACE,
}

UNIT: Final = "%" + NO_BREAK
"""What a share ends with: said once in an interval."""


def number_text(value: float, figure: str, t: Messages) -> str:
    """Return a value in words: whole places, tenths of children."""
    if figure == place_figures.CHILDREN_PER_PLACE:
        return decimal_text(value, t.language)
    return count_text(value, t.language)


def interval_text(row: "pd.Series[float]", figure: str, t: Messages) -> str:
    """Return ``"12 (8–17)"``; the value alone where all draws agree on it."""
    value, low, high = (number_text(number, figure, t) for number in (row["value"], *bounds(row)))
    return value if low == high else f"{value} ({low}–{high})"


def amount_text(value: float, q: Question, t: Messages) -> str:
    """Return a value with what it counts, such as ``"42 places pour 100 enfants"``."""
    words = {"limit": f"{q.reach.limit_min:g}", "by": t("by." + q.reach.mode)} if q.has_reach else {}
    return t("places.amount." + q.figure, value=number_text(value, q.figure, t), **words)


def class_words(figure: str, t: Messages) -> list[str]:
    """Return the words of the classes of the legend."""
    return class_labels(SCALES[figure], lambda limit: _limit_text(limit, t))


def _limit_text(limit: float, t: Messages) -> str:
    text = f"{limit:g}"
    return text if t.language == "en" else text.replace(".", ",")


def tooltips(
    t: Messages, q: Question, figure: PlaceFigure, evidence: "pd.Series[str]", names: Mapping[str, str]
) -> dict[str, str]:
    """Return name, figure with interval and what it rests on, for hovering; those outside ONE say so."""
    texts = {nis: f"{name}\n{t('places.outside')}" for nis, name in names.items()}
    rests = {kind: t("places.evidence." + kind) for kind in evidence.unique()}
    unit = t("places.unit." + q.figure)
    for nis, row in figure.table.iterrows():
        value = interval_text(row, q.figure, t)
        texts[str(nis)] = f"{names[str(nis)]}\n{value} {unit}\n{rests[evidence[str(nis)]]}"
    return texts


def share_interval(row: "pd.Series[float]", t: Messages) -> str:
    """Return a share with its interval."""
    value, low, high = (share_text(number, t.language) for number in (row["value"], *bounds(row)))
    return value if low == high else f"{value} ({low.rstrip(UNIT)}–{high})"


def printed_text(row: "pd.Series[float]", t: Messages) -> str:
    """Return a published rate as printed, with its year."""
    key = {"<": "less", ">": "more"}.get(str(row["operator"]), "equal")
    text = t("places.printed." + key, value=printed_number(float(row["value"]), t), year=int(row["year"]))
    return f"{text} {t('places.printed.doubt')}" if row["is_doubtful"] else text


def printed_number(value: float, t: Messages) -> str:
    """Return a number with the decimals it is printed with."""
    text = f"{value:g}"
    return text if t.language == "en" else text.replace(".", ",")
