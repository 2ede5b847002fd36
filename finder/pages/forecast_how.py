"""What the forecast rests on: counts, estimates, models, intervals, assumptions."""

import streamlit as st

from finder.answers.places_needed import PLAN_OPEN_YEAR
from finder.capacity import forecast_models, places_needed
from finder.pages import cached_forecast, components
from finder.pages.forecast_question import Question
from finder.words.messages import Messages


def show_how_we_know(t: Messages, q: Question) -> None:
    """Say what the figures rest on and what they leave out."""
    desk = cached_forecast.desk()
    counted = desk.series.years
    texts = [
        t("forecast.how.counts", first=counted[0], last=counted[-1]),
        t("forecast.how.estimate", year=desk.present.year),
        t("forecast.how.model", method=forecast_models.METHOD_VERSION),
        t("forecast.how.interval"),
        t("forecast.how.limit", year=q.tested_until),
        t("forecast.how.scenarios"),
        *([t("forecast.how.need", method=places_needed.METHOD_VERSION)] if q.is_modelled else []),
        *([t("forecast.how.planned", year=PLAN_OPEN_YEAR)] if q.is_modelled else []),
        *([t("forecast.how.housing")] if q.need.housing else []),
        t("forecast.how.unknown"),
        t("forecast.how.german"),
    ]
    with st.expander(t("find.how")):
        components.notes(texts)
