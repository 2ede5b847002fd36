"""The lists that came in so far, and the way back from the last."""

import pandas as pd
import streamlit as st

from finder import settings
from finder.pages import cached, components
from finder.pages.kinds import kinds_text
from finder.pages.lists_rights import may_write
from finder.pages.lists_write import take_back
from finder.sources.imports import joined
from finder.sources.imports.commit import load_import_log, undoable_files
from finder.sources.imports.prepare import ALL
from finder.tables import KINDS
from finder.words.messages import Messages
from finder.words.wording import count_text

COLUMNS = ("source", "as_of", "kinds", "rows", "added", "changed", "complete_for")


def show(t: Messages) -> None:
    """Show the log of imports, the last first."""
    st.subheader(t("lists.past"))
    folder = settings.data_dir()
    log = load_import_log(folder)
    if log.empty:
        components.notes([t("lists.none_yet")])
        return
    rows = [_row(t, row) for _, row in log.iloc[::-1].iterrows()]
    components.table([t("lists.past." + name) for name in COLUMNS], rows, numeric=(3, 4, 5))
    if not (files := undoable_files(folder)):
        components.notes([t("lists.undo_none")])
        return
    if not may_write():
        return
    last = str(log["source"].iloc[-1]) if joined.IMPORTS_PATH in files else "OpenStreetMap"
    with st.popover(t("lists.undo")):
        components.notes([t("lists.undo_sure", source=last)])
        if st.button(t("lists.undo_yes"), key="lists_undo"):
            take_back(t, last)


def _row(t: Messages, row: "pd.Series[str]") -> list[str]:
    kinds = ", ".join(kinds_text(t, kind) if kind in KINDS else kind for kind in row["kinds"].split())
    names = cached.commune_names(t.language)
    areas = row["complete_for"].split()
    where = t("lists.complete.all") if areas == [ALL] else ", ".join(names.get(nis, nis) for nis in areas)
    numbers = [
        count_text(float(row[name]), t.language) if row[name].isdigit() else row[name]
        for name in ("rows", "added", "changed")
    ]
    return [row["source"], row["as_of"], kinds, *numbers, where]
