"""Third step of an import, what came of it: rows, what is wrong, where they were placed, what would change."""

import re
from typing import Final

import pandas as pd
import streamlit as st

from finder.maps.export import csv_bytes
from finder.pages import components, lists_map
from finder.pages.kinds import kind_text
from finder.pages.lists_check import Checked
from finder.pages.lists_words import reason_text
from finder.sources.imports.diff import COMPARED
from finder.sources.imports.prepare import Preparation
from finder.words.messages import Messages
from finder.words.wording import count_text, share_text

SHOWN_ROWS: Final = 10
GRID_ROWS: Final = 2_000
CHANGES: Final = ("added", "changed", "unchanged", "missing")
PLACED: Final = ("point", "number", "street", "locality", "none")
"""How a row was placed, the surest first."""
_FIELD: Final = re.compile(rf"(^|; )({'|'.join(COMPARED)}|position): ")


def show(t: Messages, checked: Checked) -> None:
    """Show the report of a check."""
    found = checked.preparation
    st.subheader(t("lists.step3"))
    counts = found.counts
    components.answer(
        [
            t.count("lists.good", counts["good"], read=count_text(counts["read"], t.language)),
            t("lists.against", **{name: count_text(counts[name], t.language) for name in CHANGES}),
        ]
    )
    left, right = st.columns(2, gap="large")
    with left:
        _show_rows(t, found)
    with right:
        _show_placing(t, found)
    _show_problems(t, found)
    _show_duplicates(t, found)
    _show_changes(t, found)
    lists_map.show(t, found)


def _show_rows(t: Messages, found: Preparation) -> None:
    told = found.problems["row"][~found.problems["is_fatal"]]
    remarked = int(found.good.index.isin(told).sum())
    counts = {
        "clean": len(found.good) - remarked,
        "remarked": remarked,
        "refused": found.counts["rejected"],
        "repeated": found.counts["repeated"],
    }
    rows = [[t("lists.rows." + name), count_text(count, t.language)] for name, count in counts.items()]
    rows.append([t("lists.rows.read"), count_text(found.counts["read"], t.language)])
    components.table([t("lists.column.rows"), t("lists.column.count")], rows, numeric=(1,))


def _show_placing(t: Messages, found: Preparation) -> None:
    how = found.good["position_precision"].where(found.good["position_source"] != "the list", "point")
    rows = []
    for name in PLACED:
        if (is_so := how == name).any():
            sure = found.confidence[is_so]
            low, high = share_text(sure.min(), t.language), share_text(sure.max(), t.language)
            text = low if low == high else f"{low} – {high}"
            rows.append([t("lists.placed." + name), count_text(int(is_so.sum()), t.language), text])
    if rows:
        headers = [t("lists.column.placed"), t("lists.column.count"), t("lists.column.sure")]
        components.table(headers, rows, numeric=(1, 2))


def _show_problems(t: Messages, found: Preparation) -> None:
    st.markdown(f"**{t('lists.problems')}**")
    if found.problems.empty:
        components.notes([t("lists.no_problems")])
        return
    table = _problem_rows(t, found.problems)
    components.table(list(table.columns), _texts(table.head(SHOWN_ROWS)), numeric=(0,))
    st.download_button(
        t("lists.problems_csv"),
        lambda: csv_bytes(table, attribution=[found.source]),
        "finder_import_report.csv",
        "text/csv",
    )
    _show_grid(t, table, "lists_problems")


def _problem_rows(t: Messages, problems: pd.DataFrame) -> pd.DataFrame:
    """Return the problems in the visitor's words, rows that are left out first."""
    ordered = problems.sort_values(["is_fatal", "row"], ascending=[False, True], kind="stable")
    return pd.DataFrame(
        {
            t("lists.column.row"): ordered["row"],
            t("lists.column.column"): ordered["column"],
            t("lists.column.value"): ordered["value"],
            t("lists.column.reason"): [reason_text(t, reason) for reason in ordered["reason"]],
            t("lists.column.what"): [t("lists.left_out" if fatal else "lists.kept") for fatal in ordered["is_fatal"]],
        }
    )


def _show_duplicates(t: Messages, found: Preparation) -> None:
    if found.duplicates.empty:
        return
    st.markdown(f"**{t('lists.duplicates')}**")
    told = found.duplicates.head(SHOWN_ROWS).to_dict("records")
    rows = [[str(row["row"]), str(row["first_row"]), _labelled(t, _text(row["differs"]))] for row in told]
    keys = ("row", "first_row", "differs")
    components.table([t("lists.column." + key) for key in keys], rows, numeric=(0, 1))
    if (more := len(found.duplicates) - len(rows)) > 0:
        components.notes([t("lists.more", count=count_text(more, t.language))])


def _show_changes(t: Messages, found: Preparation) -> None:
    st.markdown(f"**{t('lists.changes')}**")
    if found.counts["changed"] and not found.update:
        components.notes([t("lists.stays")])
    for change in CHANGES:
        own = found.diff[found.diff["change"] == change]
        if own.empty:
            continue
        panel = st.expander(
            f"{t('lists.change.' + change)} ({count_text(len(own), t.language)})",
            key=f"lists_{change}",
            on_change="rerun",
            expanded=change == "changed",
        )
        if panel.open:
            panel.dataframe(_change_rows(t, own.head(GRID_ROWS), change), hide_index=True)


def _change_rows(t: Messages, diff: pd.DataFrame, change: str) -> pd.DataFrame:
    columns = {
        t("lists.field.name"): diff["name"],
        t("lists.field.kind"): [kind_text(t, kind) for kind in diff["kind"]],
    }
    if change == "changed":
        columns[t("lists.column.differs")] = [_labelled(t, text) for text in diff["differences"]]
        columns[t("lists.column.newer")] = [t("lists.newer." + side) for side in diff["newer"]]
    if change != "missing":
        columns[t("lists.column.row")] = diff["row"]
    return pd.DataFrame(columns)


def _show_grid(t: Messages, table: pd.DataFrame, key: str) -> None:
    """Offer every row once opened: the grid is heavy to load."""
    if len(table) <= SHOWN_ROWS:
        return
    panel = st.expander(t("lists.all_rows", count=count_text(len(table), t.language)), key=key, on_change="rerun")
    if panel.open:
        panel.dataframe(table.head(GRID_ROWS), hide_index=True)


def _labelled(t: Messages, text: str) -> str:
    """Return differences with the fields by their names in the visitor's language."""
    return _FIELD.sub(lambda found: f"{found[1]}{t('lists.field.' + found[2])} : ", text)


def _texts(table: pd.DataFrame) -> list[list[str]]:
    return [[str(value) for value in row] for row in table.itertuples(index=False)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
