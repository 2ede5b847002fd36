"""Kinds of service in the visitor's words, and which of them a family is offered at a stage."""

import datetime
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from finder.answers.lifeline import Guide, load_guide
from finder.pages import cached
from finder.words.messages import Messages

OUTSIDE_THE_GUIDE: Final = ("kindergarten_osm",)
"""Technical kinds of the services: the life line has no text of them, the message catalogue has."""

LEADING: Final[Mapping[str, tuple[str, ...]]] = {
    "pregnancy": ("prenatal_consultation", "maternity"),
    "birth": ("maternity", "birth_centre", "birth_lodge", "technical_platform"),
    "first_weeks": ("child_consultation",),
    "age_0_3": ("child_consultation", "creche", "childminder", "drop_in_care", "kindergarten_osm"),
    "age_3_6": ("child_consultation",),
}
"""What most families look for at a stage comes first; the others follow in the order of the life line."""


@st.cache_resource(show_spinner=False)
def guide() -> Guide:
    """Return the life line, read once for all visitors."""
    return load_guide()


def kind_text(t: Messages, kind: str) -> str:
    """Return the name of one service of a kind."""
    return t("kind." + kind) if kind in OUTSIDE_THE_GUIDE else guide().name(kind, t.language)


def kinds_text(t: Messages, kind: str) -> str:
    """Return the name of several services of a kind, for headings."""
    return t("kind." + kind) if kind in OUTSIDE_THE_GUIDE else guide().names(kind, t.language)


def kind_facts(t: Messages, kind: str) -> Mapping[str, str]:
    """Return what the life line says of a kind, by field; nothing of a technical kind."""
    return {} if kind in OUTSIDE_THE_GUIDE else guide().texts(kind, t.language)


def request_link(kind: str) -> str | None:
    """Return the official page on which to ask for a service of a kind, if there is one."""
    return _link(kind, "request_link")


def official_link(kind: str) -> str | None:
    """Return the official page on which to look for services of a kind, if there is one."""
    return _link(kind, "request_link") or _link(kind, "official_link")


def official_site(kind: str) -> str | None:
    """Return the name of the site of :func:`official_link`, as a sentence tells it, such as one.be."""
    link = official_link(kind)
    return None if link is None else urlsplit(link).netloc.removeprefix("www.")


def _link(kind: str, column: str) -> str | None:
    found = None if kind in OUTSIDE_THE_GUIDE else guide().about(kind)[column]
    return found if isinstance(found, str) else None


def kinds_of_stage(stage: str) -> list[str]:
    """Return the kinds of a stage, those most looked for first, hospitals last."""
    known = [*guide().kinds(stage), *(OUTSIDE_THE_GUIDE if stage == "age_0_3" else ())]
    leading = LEADING[stage]
    ordered = [kind for kind in leading if kind in known] + [kind for kind in known if kind not in leading]
    return sorted(ordered, key=lambda kind: kind == "hospital")


def has_services(kind: str, day: datetime.date) -> bool:
    """Return whether a kind has any open service to name."""
    supply = cached.supply(kind, day)
    return len(supply.located) + len(supply.unlocated) > 0
