"""How the method would have done in the commune chosen, and how often its intervals held in communes of that size."""

import pandas as pd
import streamlit as st

from finder.answers.outlook import held_of, past_of
from finder.capacity.forecast_selection import SIZE_CLASSES
from finder.pages import cached_forecast, components
from finder.pages.forecast_question import Question
from finder.pages.forecast_words import number
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text

BRUSSELS = "21"
"""Beginning of the codes of the 19 communes of Brussels."""
SIZE_KEYS = dict(zip(SIZE_CLASSES, ("under_5", "to_10", "to_20", "over_20"), strict=True))
TOLD = ((2015, 2020, "0-2"), (2019, 2024, "0-4"))
"""Five years ahead, up to the last count by age and up to the last count of all."""


def show_past(t: Messages, q: Question, name: str) -> None:
    """Show past forecasts of a commune beside what came."""
    st.subheader(t("forecast.past.title"))
    if q.nis is None:
        components.notes([t("forecast.past.choose")])
        return
    desk = cached_forecast.desk()
    cases = past_of(desk, q.nis)
    held = held_of(desk, q.nis)
    texts = [_told(t, row, name) for _, row in cases.iterrows() if _key(row) in TOLD]
    texts.append(
        t("forecast.past.held", size=t("forecast.size." + SIZE_KEYS[held.size_class]),
          cases=count_text(held.cases_count, t.language), pct=decimal_text(held.held_80_pct, t.language),
          pct_95=decimal_text(held.held_95_pct, t.language), error=decimal_text(held.error_pct, t.language))
    )  # fmt: skip
    if q.nis.startswith(BRUSSELS):
        texts.append(t("forecast.past.brussels", pct=decimal_text(cached_forecast.brussels_held_pct(), t.language)))
    if cases["is_inside"].isna().any():
        texts.append(t("forecast.past.fused"))
    for text in texts:
        st.markdown(text)
    panel = st.expander(t("forecast.past.all"), key="forecast_past", on_change="rerun")
    if panel.open:
        with panel:
            _show_cases(t, cases)


def _told(t: Messages, row: "pd.Series[float]", name: str) -> str:
    words = {
        "place": name, "base": int(row["base"]), "target": int(row["target"]), "ages": _ages(t, str(row["ages"])),
        "forecast": number(row["forecast"], t), "observed": number(row["observed"], t),
    }  # fmt: skip
    if pd.isna(row["is_inside"]):
        return t("forecast.past.told_sum", **words)
    key = "forecast.past.told_inside" if row["is_inside"] else "forecast.past.told_outside"
    return t(key, low=number(row["low_80"], t), high=number(row["high_80"], t), **words)


def _show_cases(t: Messages, cases: pd.DataFrame) -> None:
    rows = [
        [
            str(row["base"]), str(row["target"]), _ages(t, row["ages"]), number(row["forecast"], t),
            "" if pd.isna(row["low_80"]) else f"{number(row['low_80'], t)}–{number(row['high_80'], t)}",
            number(row["observed"], t),
            "" if pd.isna(row["is_inside"]) else t("forecast.past.yes" if row["is_inside"] else "forecast.past.no"),
        ]
        for _, row in cases.iterrows()
    ]  # fmt: skip
    columns = ("base", "target", "ages", "said", "range", "came", "inside")
    components.table([t("forecast.past.column." + name) for name in columns], rows, numeric=(3, 4, 5))


def _ages(t: Messages, ages: str) -> str:
    return t("forecast.ages." + ages.replace("-", "_"))


def _key(row: "pd.Series[float]") -> tuple[int, int, str]:
    return int(row["base"]), int(row["target"]), str(row["ages"])
