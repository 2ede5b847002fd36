"""Third step of an import: the rows are judged, placed and compared, with a bar that says how long it takes."""

import math
import time
from dataclasses import dataclass

import streamlit as st

from finder import settings
from finder.errors import SourceFileError
from finder.pages import cached
from finder.pages.lists_mapping import Order
from finder.pages.lists_words import error_text
from finder.sources.imports import joined
from finder.sources.imports.prepare import Known, Preparation, prepare
from finder.sources.imports.raw import RawTable
from finder.words.messages import Messages
from finder.words.wording import count_text

KEY = "lists_checked"


@dataclass(frozen=True, eq=False)
class Checked:
    """A list as it was checked, and the state of the data it was compared with."""

    preparation: Preparation
    state: tuple[int, ...]


def state_of_data() -> tuple[int, ...]:
    """Return what changes whenever a list comes in or is taken back: times of writing of the imported tables."""
    folder = settings.data_dir()
    paths = [folder / name for name in (joined.SERVICES_PATH, joined.IMPORTS_PATH)]
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)


@st.cache_resource(show_spinner=False, max_entries=1)
def _known(state: tuple[int, ...]) -> Known:  # noqa: ARG001 - the key of the cache
    return Known(cached.atlas().gazetteer, joined.load_joined_services())


def checked(t: Messages, raw: RawTable, order: Order) -> Checked | None:
    """Offer the check and return its result as long as nothing it rests on has changed."""
    is_asked = st.button(t("lists.check"), type="primary", disabled=not order.is_ready, key="lists_check")
    key = (order.key, state_of_data())
    if is_asked:
        st.session_state.pop(KEY, None)
        if (found := _check(t, raw, order)) is not None:
            st.session_state[KEY] = (key, found)
    kept = st.session_state.get(KEY)
    if kept is None:
        return None
    if kept[0] != key:
        st.info(t("lists.check_again"))
        return None
    result: Checked = kept[1]
    return result


def _check(t: Messages, raw: RawTable, order: Order) -> Checked | None:
    rows = count_text(len(raw.rows), t.language)
    bar = st.progress(0.0, text=t("lists.checking", rows=rows))
    state, started = state_of_data(), time.monotonic()

    def told(share: float) -> None:
        spent_s = time.monotonic() - started
        left_s = math.ceil(spent_s * (1 - share) / share) if share > 0 else 0
        text = t("lists.checking_left", rows=rows, seconds=left_s) if left_s > 1 else t("lists.checking", rows=rows)
        bar.progress(min(share, 1.0), text=text)

    chosen = order.chosen
    try:
        known = _known(state)
        started = time.monotonic()
        found = prepare(
            raw, order.mapping, known, kind=order.kind, source=chosen.source, as_of=chosen.as_of,
            complete_for=order.complete_for, update=order.update, told=told,
        )  # fmt: skip
    except SourceFileError as error:
        st.error(error_text(t, error))
        return None
    finally:
        bar.empty()
    return Checked(found, state)
