"""The page of the life line: what exists at each stage, what to do when, and whom to call."""

import html
from importlib.resources import files

import streamlit as st

from finder.pages import components, doors, guide_kinds, guide_question, guide_rules, guide_when
from finder.pages.address import Address
from finder.words.messages import Messages

SECTIONS = ("when", "services", "rules", "programme", "admin", "special")


def render() -> None:
    """Show the page."""
    t = components.messages()
    ADDRESS.follow()
    doors.show_tabs(t, "find")
    components.title(t("guide.title"), t("guide.lead"))
    components.emergency_line(t)
    question = guide_question.show_controls(t)
    ADDRESS.write()
    st.html(f"<style>{(files('finder.pages') / 'guide.css').read_text(encoding='utf-8')}</style>")
    components.answer(guide_when.answer_texts(t, question))
    sections = {
        "when": guide_when.show_when,
        "services": guide_kinds.show_services,
        "rules": guide_rules.show_rules,
        "programme": guide_rules.show_programme,
        "admin": guide_kinds.show_administration,
        "special": guide_kinds.show_special,
    }
    shown = [name for name in SECTIONS if name not in guide_rules.missing_sections(question.stage)]
    _show_contents(t, shown)
    for name in shown:
        st.html(f'<h2 class="fi-section" id="guide-{name}">{html.escape(t("guide.section." + name))}</h2>')
        sections[name](t, question)
    with st.expander(t("find.how")):
        components.notes([t("guide.sources"), *guide_when.all_sources(t)])


ADDRESS = Address(
    "guide", read=guide_question.read_address, values=guide_question.address_values, defaults=guide_question.DEFAULTS
)


def _show_contents(t: Messages, names: list[str]) -> None:
    """Show links to the sections of the page."""
    links = "".join(
        f'<li><a href="#guide-{name}" target="_self">{html.escape(t("guide.section." + name))}</a></li>'
        for name in names
    )
    st.html(f'<nav aria-label="{html.escape(t("guide.contents"))}"><ul class="fi-contents">{links}</ul></nav>')
