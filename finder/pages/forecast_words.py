"""The sentences of the page Forecast: children to come, places needed, how sure."""

import math
from collections.abc import Mapping

import pandas as pd

from finder.answers.outlook import NeedSum, fewer_probability
from finder.capacity.forecast import BASES
from finder.capacity.places_needed import SURE_SHARE, TAKE_UP_PCT
from finder.pages.forecast_question import Question
from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, share_text

NEAR_ZERO_PCT = 1.0
"""A change below this is called none."""


def number(value: float, t: Messages) -> str:
    """Return a forecast number without false precision: to the ten from a thousand on."""
    return count_text(round(value, -1) if abs(value) >= 1000 else value, t.language)


def chance(probability: float, t: Messages) -> str:
    """Return a probability in words; never certain."""
    return share_text(min(max(probability, 0.001), 0.999), t.language)


def change(value_pct: float, t: Messages) -> str:
    """Return a change with its sign, such as ``"−8 %"``."""
    if not math.isfinite(value_pct):
        return NEVER
    sign = "−" if value_pct < 0 else "+"
    return sign + share_text(abs(value_pct) / 100, t.language) if abs(value_pct) >= 0.5 else "="


def children_texts(t: Messages, q: Question, years: pd.DataFrame, name: str, present_year: int) -> list[str]:
    """Return the answer about children: the year asked, today, and a warning where nothing was tested."""
    then, now = years.loc[[q.year]], years.loc[[present_year]]
    children, today = float(then["children"].iloc[0]), float(now["children"].iloc[0])
    first = t("forecast.answer", place=name, year=q.year, **_with_bounds(t, then))
    pct = 100 * (children / today - 1) if today else math.nan
    key = "same" if not abs(pct) >= NEAR_ZERO_PCT else "fewer" if pct < 0 else "more"
    fewer = float(fewer_probability(then, now)[0])
    compared = t(
        "forecast.compared." + key, change=share_text(abs(pct) / 100, t.language),
        chance=chance(fewer if key == "fewer" else 1 - fewer, t),
    )  # fmt: skip
    texts = [first, t("forecast.today", year=present_year, **_with_bounds(t, now)) + " " + compared]
    if then["basis"].iloc[0] == BASES[3]:
        texts.append(t("forecast.untested", year=q.tested_until))
    return texts


def take_up_words(t: Messages, q: Question) -> str:
    """Return the take-up asked, in words."""
    asked = q.need.take_up
    if asked in TAKE_UP_PCT or isinstance(asked, float):
        return t("forecast.at_rate", rate=share_text(float(asked) / 100, t.language))
    return t("forecast.at_present")


def need_text(t: Messages, q: Question, row: Mapping[str, float], name: str) -> str:
    """Return the answer about places in one commune."""
    if not math.isfinite(row["gap"]):
        return t("forecast.need_unknown", place=name)
    words = {
        "rate": take_up_words(t, q), "year": q.year, "need": number(row["need"], t),
        "places": number(row["places"], t), "chance": chance(row["gap_probability"], t),
    }  # fmt: skip
    gap, low, high = row["gap"], row["gap_low_80"], row["gap_high_80"]
    if row["gap_probability"] >= SURE_SHARE:
        return t("forecast.need.likely", gap=number(gap, t), low=number(max(low, 0), t), high=number(high, t), **words)
    if row["gap_probability"] <= 1 - SURE_SHARE:
        spare = {"gap": number(-gap, t), "low": number(max(-high, 0), t), "high": number(-low, t)}
        return t("forecast.need.enough", **spare, **words)
    return t("forecast.need.open", low=number(max(-low, 0), t), high=number(max(high, 0), t), **words)


def first_year_text(t: Messages, year: int | None) -> str:
    """Return from which year a gap is likely."""
    return t("forecast.first_year_none") if year is None else t("forecast.first_year", year=year)


def sum_texts(t: Messages, q: Question, found: NeedSum, name: str) -> list[str]:
    """Return the answer about places in an area larger than a commune."""
    words = {"place": name, "rate": take_up_words(t, q), "year": q.year}
    first = t(
        "forecast.sum", likely=found.likely_count, open=found.open_count, enough=found.enough_count,
        missing=number(found.missing_count, t), **words,
    )  # fmt: skip
    second = t("forecast.sum_total", need=number(found.need_count, t), places=number(found.places_count, t))
    return [first, second]


def assumption_words(t: Messages, q: Question) -> list[str]:
    """Return what was changed from the start, so that a picture taken away explains itself."""
    texts = []
    if q.need.scenario != "central":
        texts.append(t("forecast.scenario." + q.need.scenario))
    if q.need.children_per_place > 1:
        texts.append(t("forecast.shared", count=decimal_text(q.need.children_per_place, t.language)))
    for key, changes in (("openings", q.need.openings), ("housing", q.need.housing)):
        texts += [t(f"forecast.{key}_told", count=count_text(count, t.language), year=y) for _, y, count in changes]
    return texts


def _with_bounds(t: Messages, row: pd.DataFrame) -> dict[str, str]:
    names = {"children": "children", "low": "low_80", "high": "high_80"}
    return {name: number(float(row[column].iloc[0]), t) for name, column in names.items()}
