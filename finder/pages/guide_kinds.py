"""The kinds of service of a stage: who, what, cost, how to ask, whom to call, and a way to the nearest ones."""

import datetime
import html
import re
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from finder.pages import cards, components, doors, kinds, placed
from finder.pages.guide_question import PREFIX, Question
from finder.pages.guide_when import source_text
from finder.words.messages import Messages

ADMINISTRATIVE: Final = ("admin_steps", "family_allowance", "one_administration")
"""Told apart from the services: papers and offices."""

FIELDS: Final = ("who", "what", "cost", "ask", "languages", "know")
LOCAL_AREAS: Final = ("brussels", "flanders_brussels")
OPEN_COUNT: Final = 1


def show_services(t: Messages, question: Question) -> None:
    """Show the services of the stage, those most looked for first."""
    known = kinds.kinds_of_stage(question.stage)
    shown = [kind for kind in known if kind not in (*ADMINISTRATIVE, *kinds.OUTSIDE_THE_GUIDE)]
    _show_kinds(t, question, shown, open_count=OPEN_COUNT)


def show_administration(t: Messages, question: Question) -> None:
    """Show papers and offices."""
    _show_kinds(t, question, administrative_kinds(question.stage))


def show_special(t: Messages, question: Question) -> None:
    """Show what exists for special situations, all closed, after a gentle word."""
    components.notes([t("guide.special")])
    special = kinds.guide().special_kinds(question.stage)
    _show_kinds(t, question, [kind for kind in special if kind not in (*ADMINISTRATIVE, "emergency")])


def administrative_kinds(stage: str) -> list[str]:
    """Return the offices and papers of a stage."""
    known = (*kinds.guide().kinds(stage), *kinds.guide().special_kinds(stage))
    return [kind for kind in ADMINISTRATIVE if kind in known]


def phone_links(text: str) -> list[tuple[str, str]]:
    """Return the numbers of a text as shown and as a phone dials them; several stand apart by a slash."""
    parts = [part.strip() for part in text.split("/")]
    return [(part, re.sub(r"[^+\d]", "", part)) for part in parts if re.search(r"\d", part)]


def _show_kinds(t: Messages, question: Question, shown: Sequence[str], *, open_count: int = 0) -> None:
    with st.container(gap="xsmall"):
        for place, kind in enumerate(shown):
            about = kinds.guide().about(kind)
            with st.expander(_label(t, kind, about["cost_class"]), expanded=place < open_count):
                st.html(_kind_html(t, kind, about))
                _show_find_link(t, question, kind)


def _label(t: Messages, kind: str, cost: str) -> str:
    name = f"**{kinds.kinds_text(t, kind)}**"
    return name if cost == "unknown" else f"{name} · {t('guide.cost.' + cost)}"


def _show_find_link(t: Messages, question: Question, kind: str) -> None:
    if not kinds.has_services(kind, datetime.date.today()):
        return
    asked = {"kind": kind, "stage": question.stage}
    point = placed.shared_point(PREFIX)
    st.page_link(
        doors.pages(t)["find"], label=t("guide.find_near" if point else "guide.find"), icon=":material/near_me:",
        query_params=asked | ({"at": point} if point else {}),
    )  # fmt: skip


def _kind_html(t: Messages, kind: str, about: "pd.Series[Any]") -> str:
    e = html.escape
    facts = kinds.kind_facts(t, kind)
    pairs = "".join(
        f"<dt>{e(t('guide.field.' + field))}</dt><dd>{e(facts[field])}</dd>" for field in FIELDS if field in facts
    )
    contacts = "".join(f"<li>{_contact_html(t, row)}</li>" for _, row in kinds.guide().contacts(kind).iterrows())
    if contacts:
        pairs += f"<dt>{e(t('guide.field.contacts'))}</dt><dd><ul>{contacts}</ul></dd>"
    link = cards.safe_link(kinds.request_link(kind))
    more = f"<p>{link_html(link, t('guide.official'))}</p>" if link else ""
    local = f"<p>{e(t('guide.area.' + about['area']))}</p>" if about["area"] in LOCAL_AREAS else ""
    return (
        f'<div class="fi-facts"><dl>{pairs}</dl>{more}{local}<p class="fi-small">{e(source_text(t, about))}</p></div>'
    )


def _contact_html(t: Messages, row: "pd.Series[Any]") -> str:
    """Return a contact: name, what it is for, and every way to reach it as a link."""
    e = html.escape
    parts = [f"<strong>{e(row['name'])}</strong>"]
    note, where = row[f"note_{t.language}"], cards.address_text(row)
    parts += [e(text) for text in (note, where) if isinstance(text, str) and text]
    if isinstance(row["phone"], str):
        parts += [f'<a href="tel:{e(dialled)}">{e(shown)}</a>' for shown, dialled in phone_links(row["phone"])]
    if isinstance(row["email"], str):
        parts.append(f'<a href="mailto:{e(row["email"])}">{e(row["email"])}</a>')
    link = cards.safe_link(row["url"])
    if link:
        parts.append(link_html(link, link.split("//", 1)[1].split("/", 1)[0].removeprefix("www.")))
    if isinstance(row["languages"], str):
        parts.append(e(row["languages"].replace(";", ", ").upper()))
    return " · ".join(parts)


def link_html(address: str, label: str) -> str:
    """Return a link to a page outside, checked before by :func:`finder.pages.cards.safe_link`."""
    return f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">{html.escape(label)}</a>'
