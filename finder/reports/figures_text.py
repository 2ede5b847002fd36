"""Figures in words, the same in every document: rates, intervals, places, money."""

import math
from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from finder.words.messages import Messages
from finder.words.wording import NEVER, NO_BREAK, count_text, share_text

PROVINCE_KEYS: Final = {
    "Brabant wallon": "brabant_wallon",
    "Hainaut": "hainaut",
    "Liège": "liege",
    "Luxembourg": "luxembourg",
    "Namur": "namur",
    "Bruxelles-Capitale": "brussels",
}
"""End of the message of each province."""


def province_text(t: Messages, province: str) -> str:
    """Return the name of a province in the language."""
    return t("commune.province." + PROVINCE_KEYS[province])


def row_of(frame: pd.DataFrame, key: object) -> "pd.Series[Any]":
    """Return one row of a frame whose index is unique."""
    row: pd.Series[Any] = frame.loc[[key]].iloc[0]
    return row


def bounds(row: "pd.Series[float]") -> tuple[float, float]:
    """Return the interval of a figure, widened to its central value.

    The central network is smoother than any draw, so its value may lie outside the p10 and p90 of the draws; the wider
    interval still holds at least eight draws in ten.
    """
    return min(row["p10"], row["value"]), max(row["p90"], row["value"])


def range_text(t: Messages, row: "pd.Series[float]", text: Callable[[float], str]) -> str:
    """Return a value with its interval, or the value alone where the interval says nothing more."""
    low, high = (text(end) for end in bounds(row))
    value = text(row["value"])
    return value if low == high else t("commune.range", value=value, low=low, high=high)


def interval_text(row: "pd.Series[float]", text: Callable[[float], str]) -> str:
    """Return an interval alone, a dash where it is one value."""
    low, high = (text(end) for end in bounds(row))
    return NEVER if low == high else f"{low}–{high}"


def printed_text(t: Messages, value: float, operator: str) -> str:
    """Return a published number as it was printed: up to two decimals, with its "more than" or "less than"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = text if t.language == "en" else text.replace(".", ",")
    key = {"<": "commune.value.below", ">": "commune.value.above", "~": "commune.value.about"}.get(operator)
    return t(key, value=text) if key else text


def euro_text(value: float, t: Messages) -> str:
    """Return an amount in whole euro."""
    return f"€{count_text(value, 'en')}" if t.language == "en" else count_text(value, t.language) + NO_BREAK + "€"


def counter(t: Messages) -> Callable[[float], str]:
    """Return the function that writes whole numbers in the language."""
    return lambda value: count_text(value, t.language)


def sharer(t: Messages) -> Callable[[float], str]:
    """Return the function that writes shares in the language."""
    return lambda value: share_text(value, t.language)


def signed_text(value: float, text: Callable[[float], str]) -> str:
    """Return a difference with its sign; a dash where there is none."""
    if not math.isfinite(value):
        return NEVER
    return ("+" if value >= 0 else "−") + text(abs(value))
