"""Conditions and recommendations of the guides, beside the minutes from the family's address; the 1,000 days."""

import datetime
import html
from collections.abc import Iterable
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.birth_rules import BirthRules, birth_rules
from finder.pages import cached, components, kinds
from finder.pages.choices import flag_keys
from finder.pages.guide_kinds import administrative_kinds
from finder.pages.guide_question import Question
from finder.pages.guide_when import source_text
from finder.pages.origin import Start
from finder.words.messages import Messages
from finder.words.wording import count_text, date_text, minutes_text

BIRTH_STAGES: Final = ("pregnancy", "birth")
DAY_CARE_STAGES: Final = ("pregnancy", "first_weeks", "age_0_3")
PROGRAMME_STAGES: Final = ("pregnancy", "birth", "first_weeks", "age_0_3")
"""The programme runs from conception to two years."""

DAY_CARE_FIRST: Final = ("creche_free_bim_since", "creche_single_parent_since", "day_care_income_rate")
_KEPT_KEY: Final = "guide_birth_rules"


def missing_sections(stage: str) -> list[str]:
    """Return the sections that have nothing to say at a stage."""
    has_something = {
        "rules": stage in (*BIRTH_STAGES, *DAY_CARE_STAGES),
        "programme": stage in PROGRAMME_STAGES,
        "admin": bool(administrative_kinds(stage)),
    }
    return [name for name, is_told in has_something.items() if not is_told]


def show_rules(t: Messages, question: Question) -> None:
    """Show what the guides ask of a birth outside hospital, and what day care costs."""
    if question.stage in BIRTH_STAGES:
        _show_birth(t, question)
    if question.stage in DAY_CARE_STAGES:
        rules = _rules("creche", ("cost", "ask"))
        first = [rule for rule in DAY_CARE_FIRST if rule in rules.index]
        _heading(t("guide.rules.day_care"))
        _show_texts(t, pd.concat([rules.loc[first], rules.drop(index=first)]))


def show_programme(t: Messages, _question: Question) -> None:
    """Show what the programme of the first 1,000 days offers: information only, nothing is asked."""
    _show_texts(t, kinds.guide().tables.programme)


def birth_texts(t: Messages, rules: BirthRules, *, place: str) -> list[str]:
    """Return the minutes beside the recommendation, in sentences; never a verdict."""
    limits = {"low": count_text(rules.low_min, t.language), "high": count_text(rules.high_min, t.language)}
    texts = []
    if rules.maternity is not None:
        name, minutes = rules.maternity["name"], minutes_text(rules.minutes, t.language)
        date = date_text(rules.day.isoformat(), t.language)
        texts.append(t("guide.birth.minutes", name=name, minutes=minutes, place=place, date=date))
    texts.append(t("guide.birth." + rules.within, **limits))
    if rules.is_close_call:
        texts.append(t("guide.birth.close_call", margin=minutes_text(rules.margin_min, t.language)))
    if rules.maternity is not None:
        texts += [t(key) for key in flag_keys(rules.maternity)]
    for part in ("moved", "unlocated", "gone"):
        rows: pd.DataFrame = getattr(rules, part)
        if len(rows):
            texts.append(t("guide.birth." + part, names=", ".join(rows["name"])))
    if rules.is_border_nearer:
        texts.append(t("guide.birth.border", minutes=minutes_text(rules.border_min, t.language)))
    for kind, answer in rules.places.items():
        texts += [
            t("guide.birth.place", kind=kinds.kind_text(t, kind), name=row["name"],
              minutes=minutes_text(row["minutes"], t.language))
            for _, row in answer.found.iterrows()
        ]  # fmt: skip
    return texts


def _show_birth(t: Messages, question: Question) -> None:
    _heading(t("guide.rules.birth"))
    if isinstance(question.place, Start):
        texts = birth_texts(t, _birth_rules(question.place, question), place=question.place.label)
        _show_list(texts)
        components.notes([t("guide.birth.how")])
    else:
        components.notes([question.place or t("guide.birth.invite")])
    _heading(t("guide.rules.conditions"))
    _show_texts(t, pd.concat([_rules("home_birth"), _rules("birth_centre")]))
    _heading(t("guide.rules.cocon"))
    _show_texts(t, _rules("birth_lodge"))


def _birth_rules(place: Start, question: Question) -> BirthRules:
    """Return the rules for a place; kept for this visitor only, and only the last: an address is not ours."""
    today = datetime.date.today()
    day = max(question.birth, today) if question.birth is not None else today
    asked = (place.point, day)
    if st.session_state.get(_KEPT_KEY, (None,))[0] != asked:
        found = birth_rules(cached.atlas(), place.origin(), rules=kinds.guide().tables.rules, day=day)
        st.session_state[_KEPT_KEY] = (asked, found)
    kept: BirthRules = st.session_state[_KEPT_KEY][1]
    return kept


def _rules(kind: str, topics: Iterable[str] | None = None) -> pd.DataFrame:
    rules = kinds.guide().tables.rules
    of_kind = rules[rules["kind"] == kind]
    return of_kind if topics is None else of_kind[of_kind["topic"].isin(list(topics))]


def _heading(text: str) -> None:
    st.html(f'<h3 class="fi-section-small">{html.escape(text)}</h3>')


def _show_texts(t: Messages, rows: pd.DataFrame) -> None:
    """Show texts of a table as a list, and their sources once below."""
    _show_list(rows[t.language].tolist())
    components.notes(list(dict.fromkeys(source_text(t, row) for _, row in rows.iterrows())))


def _show_list(texts: list[str]) -> None:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    st.html(f'<div class="fi-facts"><ul>{items}</ul></div>')
