"""How hard it is to find day care around a place, in plain words: figures only where they are known."""

import streamlit as st

from finder.answers.how_hard import HowHard, how_hard
from finder.pages import cached, components
from finder.pages.find_results import Results
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text

LIMIT_MIN = {"walk": 20.0, "pram": 20.0, "bike": 15.0, "car": 15.0}
"""How far most families would go for day care each morning; our choice, said on the page."""


def show_how_hard(t: Messages, results: Results) -> None:
    """Show the answer when it is asked for: it takes a search of its own."""
    if results.question.stage != "age_0_3" and results.question.kind not in ("creche", "childminder"):
        return
    panel = st.expander(t("hard.title"), key="find_hard_panel", on_change="rerun")
    if not panel.open:
        return
    mode = results.question.mode
    found = how_hard(cached.atlas(), results.start.origin(), mode=mode, limit_min=LIMIT_MIN[mode], day=results.day)
    with panel:
        components.notes(hard_texts(t, found))


def hard_texts(t: Messages, found: HowHard) -> list[str]:
    """Return the figure and what it means, or why there is none and what is known all the same."""
    by = t("by." + found.mode)
    minutes = f"{found.limit_min:g}"
    known = t(
        "hard.known",
        known=count_text(found.known_count, t.language),
        sized=count_text(found.with_capacity_count, t.language),
        places=count_text(found.known_places, t.language),
        children=count_text(found.children, t.language),
        minutes=minutes,
        by=by,
    )
    if found.places_per_100 is not None:
        places = decimal_text(found.places_per_100, t.language)
        return [t("hard.figure", places=places, minutes=minutes, by=by), t("hard.meaning"), known]
    return [t("hard.none"), *(t("hard.why." + reason) for reason in found.reasons), known, t("hard.ask")]
