"""What to do when: the steps of the life line in words, with dates if a date of birth was given, and as a file."""

import datetime
import html
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder.agenda import BRUSSELS
from finder.agenda.calendar_file import AHEAD
from finder.agenda.day_file import DayEntry, day_file
from finder.answers.timeline import age_months, pregnancy_weeks, timeline
from finder.pages import cards, components, kinds
from finder.pages.guide_question import Question
from finder.words.messages import Messages
from finder.words.wording import date_text

SHOWN_NEXT: Final = 6
NAMED_NOW: Final = 3
OF_SOME: Final = ("home_birth", "birth_lodge", "kraamzorg", "kind_en_gezin")
"""Steps that only some families take, by choice or by where they live: on the page, never in its first sentences."""

LAST_OF_PREGNANCY: Final = 294
DAYS_UNTIL: Final = 14
WEEKS_UNTIL: Final = 84
"""An age is told in days, then in weeks up to these days, then in months, then in years."""
MONTH_DAYS: Final = 30.4375


def answer_texts(t: Messages, question: Question) -> list[str]:
    """Return the sentences of the answer: where the family stands, and what comes first."""
    steps = dated_steps(question)
    if steps is None:
        count = int((kinds.guide().tables.timeline["stage"] == question.stage).sum())
        return [t("guide.answer.stage", stage=t("stage." + question.stage)), t.count("guide.answer.steps", count)]
    texts = [_standing(t, question)]
    for_all = steps[~steps["kind"].isin(OF_SOME)]
    now = _in_state(for_all, "now")
    if len(now):
        names = " · ".join(now[f"title_{t.language}"].head(NAMED_NOW))
        texts.append(t("guide.answer.now", steps=names))
    coming = _in_state(for_all, "next")
    if len(coming):
        first = coming.iloc[0]
        texts.append(t("guide.answer.next", step=first[f"title_{t.language}"], date=_day(t, first["starts_on"])))
    return texts


def dated_steps(question: Question) -> pd.DataFrame | None:
    """Return the steps with their dates; None where no date was given."""
    if question.birth is None:
        return None
    steps = kinds.guide().tables.timeline
    today = datetime.date.today()
    return timeline(steps, birth=question.birth, is_expected=question.is_expected, today=today)


def show_when(t: Messages, question: Question) -> None:
    """Show the steps: of the stage in weeks and ages, or all of them on the family's calendar."""
    steps = dated_steps(question)
    if steps is None:
        of_stage = kinds.guide().tables.timeline.query("stage == @question.stage")
        components.notes([t("guide.when.give_date")])
        st.html(_steps_html(t, of_stage, look="quiet"))
        return
    components.notes([t("guide.when.about" if question.is_expected else "guide.when.from_birth")])
    coming = _in_state(steps, "next")
    _show_group(t, "now", _in_state(steps, "now"), look="now")
    _show_group(t, "next", coming.head(SHOWN_NEXT), look="next")
    _show_calendar(t, steps)
    folded = {
        "later": coming.iloc[SHOWN_NEXT:],
        "undated": _in_state(steps, "undated"),
        "past": _in_state(steps, "past"),
    }
    for name, rows in folded.items():
        if len(rows):
            with st.expander(t.count("guide.group." + name, len(rows))):
                st.html(_steps_html(t, rows, look="next" if name == "later" else "quiet"))


def calendar_entries(t: Messages, steps: pd.DataFrame) -> list[DayEntry]:
    """Return reminders: the first day of what is to come, the last day of what has begun."""
    today = pd.Timestamp(datetime.date.today())
    entries = []
    for step_id, step in steps.iterrows():
        is_coming = step["starts_on"] >= today
        day = step["starts_on"] if is_coming else step["ends_on"]
        # The end of a pregnancy is no time limit, and one that is years away needs no reminder.
        is_limit = not _is_whole_pregnancy(step) and day <= today + AHEAD
        if pd.isna(day) or day < today or not (is_coming or is_limit):
            continue
        title = step[f"title_{t.language}"]
        url = cards.safe_link(step["link"]) or ""
        description = "\n".join([period_text(t, step), step[f"text_{t.language}"], source_text(t, step)])
        shown = title if is_coming else t("guide.calendar.last_day", step=title)
        entries.append(DayEntry(str(step_id), day.date(), shown, description, url))
    return sorted(entries, key=lambda entry: entry.day)


def period_text(t: Messages, step: "pd.Series[Any]") -> str:
    """Return when a step is: its dates where it has some, else weeks of pregnancy or ages of the child."""
    if _is_whole_pregnancy(step) and step.get("state") != "past":
        return t("guide.when.whole_pregnancy")
    if "starts_on" in step and not (pd.isna(step["starts_on"]) and pd.isna(step["ends_on"])):
        return _dates_text(t, step["starts_on"], step["ends_on"], state=step["state"])
    return _weeks_text(t, step)


def source_text(t: Messages, row: "pd.Series[Any]") -> str:
    """Return publisher and date of the source of a row; the titles are at the end of the page."""
    source = kinds.guide().source(row["source"])
    date = row["source_date"] if isinstance(row["source_date"], str) else source["date"]
    dated = date_text(date, t.language) if isinstance(date, str) else t("card.undated")
    return t("guide.source", publisher=source["publisher"], date=dated)


def all_sources(t: Messages) -> list[str]:
    """Return publisher, title and date of every source of the life line."""
    sources = kinds.guide().tables.sources
    return [
        t("guide.source_whole", publisher=row["publisher"], title=row["title"],
          date=date_text(row["date"], t.language) if isinstance(row["date"], str) else t("card.undated"))
        for _, row in sources.iterrows()
    ]  # fmt: skip


def _show_group(t: Messages, name: str, steps: pd.DataFrame, *, look: str) -> None:
    st.html(f'<h3 class="fi-section-small">{html.escape(t("guide.group." + name))}</h3>')
    if len(steps):
        st.html(_steps_html(t, steps, look=look))
    else:
        components.notes([t(f"guide.group.{name}_none")])


def _show_calendar(t: Messages, steps: pd.DataFrame) -> None:
    entries = calendar_entries(t, steps)
    if entries:
        st.download_button(
            t.count("guide.calendar.get", len(entries)), data=partial(_calendar, entries), file_name="finder_guide.ics",
            mime="text/calendar", on_click="ignore", icon=":material/event:", help=t("guide.calendar.help"),
        )  # fmt: skip


def _calendar(entries: Sequence[DayEntry]) -> bytes:
    return day_file(entries, made_at=datetime.datetime.now(BRUSSELS))


def _in_state(steps: pd.DataFrame, state: str) -> pd.DataFrame:
    rows = steps[steps["state"] == state]
    # What goes on now stays in the order of the table, by weight; what is to come goes by date.
    return rows.sort_values(["starts_on", "ends_on"], kind="stable") if state == "next" else rows


def _steps_html(t: Messages, steps: pd.DataFrame, *, look: str) -> str:
    e = html.escape
    items = []
    for _, step in steps.iterrows():
        link = cards.safe_link(step["link"])
        more = (
            f' · <a href="{e(link)}" target="_blank" rel="noopener noreferrer">{e(t("guide.link"))}</a>' if link else ""
        )
        items.append(
            f'<li><h4>{e(step[f"title_{t.language}"])}</h4><p class="fi-when">{e(period_text(t, step))}</p>'
            f"<p>{e(step[f'text_{t.language}'])}</p>"
            f'<p class="fi-small">{e(source_text(t, step))}{more}</p></li>'
        )
    return f'<ul class="fi-steps fi-steps-{look}">{"".join(items)}</ul>'


def _standing(t: Messages, question: Question) -> str:
    today, birth = datetime.date.today(), question.birth
    assert birth is not None
    if question.is_expected:
        weeks = pregnancy_weeks(birth, today)
        return t("guide.answer.pregnant", weeks=t.count("guide.weeks", weeks), date=_day(t, pd.Timestamp(birth)))
    days = (today - birth).days
    months = age_months(birth, today)
    age = _age_text(t, days) if days <= WEEKS_UNTIL else _months_text(t, months)
    return t("guide.answer.born", age=age)


def _dates_text(t: Messages, first: pd.Timestamp, last: pd.Timestamp, *, state: str) -> str:
    if pd.isna(last):
        return t("guide.when.from_date", first=_day(t, first))
    if pd.isna(first) or state == "now":
        return t("guide.when.to_date", last=_day(t, last))
    if first == last:
        return t("guide.when.on_date", date=_day(t, first))
    return t("guide.when.dates", first=_day(t, first), last=_day(t, last))


def _is_whole_pregnancy(step: "pd.Series[Any]") -> bool:
    if step["anchor"] != "pregnancy_start" or pd.isna(step["from_day"]) or pd.isna(step["to_day"]):
        return False
    return bool(step["from_day"] == 0 and step["to_day"] >= LAST_OF_PREGNANCY)


def _weeks_text(t: Messages, step: "pd.Series[Any]") -> str:
    if pd.isna(step["from_day"]) or pd.isna(step["to_day"]):
        return t("guide.when.undated")
    first, last = int(step["from_day"]), int(step["to_day"])
    if step["anchor"] == "pregnancy_start":
        week = (last + 1) // 7
        if first == 0:
            return t("guide.when.until_week", week=week)
        return t("guide.when.pregnancy_weeks", first=-(-first // 7), last=week)
    if first < 0:
        return t("guide.when.from_pregnancy", last=_age_text(t, last))
    if first == last == 0:
        return t("guide.when.birth_day")
    if first == 0:
        return t("guide.when.to_age", last=_age_text(t, last))
    return t("guide.when.ages", first=_age_text(t, first), last=_age_text(t, last))


def _age_text(t: Messages, days: int) -> str:
    if days < DAYS_UNTIL:
        return t.count("guide.days", days)
    if days <= WEEKS_UNTIL:
        return t.count("guide.weeks", days // 7)
    return _months_text(t, round(days / MONTH_DAYS))


def _months_text(t: Messages, months: int) -> str:
    years, rest = divmod(months, 12)
    return t.count("guide.years", years) if years >= 2 and not rest else t.count("guide.months", months)


def _day(t: Messages, day: pd.Timestamp) -> str:
    return date_text(day.date().isoformat(), t.language)
