"""Fourth step of an import: confirm, all or nothing; and the way back."""

import threading
from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder import settings
from finder.errors import FinderError
from finder.pages import cached, components, lists_check, lists_file
from finder.pages.lists_check import Checked, state_of_data
from finder.pages.lists_rights import may_write
from finder.pages.lists_words import error_text
from finder.sources.imports.commit import Committed, commit, undo
from finder.words.messages import Messages
from finder.words.wording import count_text

DONE_KEY: Final = "lists_done"
_WRITING: Final = threading.Lock()
"""One list comes in at a time."""


@dataclass(frozen=True)
class Taken:
    """What was just done: a list that came in, or (``None``) the last one taken back; and the name of the list."""

    source: str
    done: Committed | None


def show_confirm(t: Messages, checked: Checked) -> None:
    """Say what will be written and offer to do it, where this visitor may."""
    found = checked.preparation
    st.subheader(t("lists.step4"))
    counts = found.counts
    added = count_text(counts["added"], t.language)
    changed = count_text(counts["changed"] if found.update else 0, t.language)
    missing = count_text(counts["missing"] if found.complete_for else 0, t.language)
    components.notes(
        [t("lists.will", added=added, changed=changed, missing=missing, source=found.source), t("lists.atomic")]
    )
    if not may_write():
        components.notes([t("lists.no_right")])
        return
    if found.good.empty and not found.complete_for:
        components.notes([t("lists.nothing")])
        return
    if st.button(t("lists.commit"), type="primary", key="lists_commit"):
        _commit(t, checked)


def _commit(t: Messages, checked: Checked) -> None:
    found = checked.preparation
    try:
        with st.spinner(t("lists.writing"), show_time=True), _WRITING:
            # Another visitor may have been quicker; what was checked is then no longer true.
            if checked.state != state_of_data():
                st.warning(t("lists.check_again"))
                return
            done = commit(found, settings.data_dir())
    except FinderError as error:
        st.error(error_text(t, error))
        return
    st.session_state.pop(lists_check.KEY, None)
    st.session_state.pop(lists_file.READ_KEY, None)
    st.session_state[lists_file.ROUND_KEY] = st.session_state.get(lists_file.ROUND_KEY, 0) + 1
    _finish(Taken(found.source, done))


def take_back(t: Messages, source: str) -> None:
    """Put the data back as they were before the last list came in."""
    try:
        with st.spinner(t("lists.writing"), show_time=False), _WRITING:
            undo(settings.data_dir())
    except FinderError as error:
        st.error(error_text(t, error))
        return
    _finish(Taken(source, None))


def _finish(taken: Taken) -> None:
    cached.see_new_data()
    st.session_state[DONE_KEY] = taken
    st.rerun()


def show_done(t: Messages) -> None:
    """Say once what was just done."""
    taken: Taken | None = st.session_state.pop(DONE_KEY, None)
    if taken is None:
        return
    if taken.done is None:
        components.answer([t("lists.undone", source=taken.source)])
        return
    done = taken.done
    numbers = {"added": done.added, "updated": done.updated, "unlisted": done.unlisted}
    parts = [t("lists.done", source=taken.source, **{name: count_text(n, t.language) for name, n in numbers.items()})]
    parts += [t("lists.done_rebuilt")] * done.rebuilt
    components.answer([*parts, t("lists.done_next")])
