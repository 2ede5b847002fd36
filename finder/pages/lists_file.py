"""First and second step of an import: the file, what kind of list it is, and what was read of it."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import streamlit as st

from finder.errors import SourceFileError
from finder.pages import components
from finder.pages.kinds import kinds_text
from finder.pages.lists_words import error_text, note_text
from finder.sources.imports.cells import CellError, clean, date_of
from finder.sources.imports.raw import RawTable
from finder.sources.imports.reading import read_table
from finder.tables import KINDS
from finder.words.messages import Messages
from finder.words.wording import count_text

FILE_MB: Final = 20
FORMATS: Final = ("csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg")
ROUND_KEY: Final = "lists_round"
"""Counts the lists taken in: a new round has an empty file chooser."""
READ_KEY: Final = "lists_read"
FIRST_ROWS: Final = 5
OWN: Final = ""
"""Stands for: each row says its own kind."""
_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Chosen:
    """A file and what the visitor says of it.

    Parameters
    ----------
    data, name, token
        Its bytes, its name, and a name of this upload.
    kind
        Kind of the rows that do not say their own.
    source, as_of
        Name and date of the list; the date YYYY, YYYY-MM or YYYY-MM-DD.
    """

    data: bytes
    name: str
    token: str
    kind: str | None
    source: str
    as_of: str | None


def choose(t: Messages) -> Chosen | None:
    """Ask for the file, its kind, name and date; ``None`` without a file."""
    st.subheader(t("lists.step1"))
    number = st.session_state.get(ROUND_KEY, 0)
    file = st.file_uploader(
        t("lists.file"),
        type=list(FORMATS),
        key=f"lists_file_{number}",
        max_upload_size=FILE_MB,
        help=t("lists.file_help"),
    )
    if file is None:
        return None
    with st.container(key="fi-controls", horizontal=True):
        kind = st.selectbox(
            t("lists.kind"),
            [OWN, *KINDS],
            format_func=lambda name: kinds_text(t, name) if name else t("lists.kind_own"),
            key=f"lists_kind_{number}",
            help=t("lists.kind_help"),
        )
        token = str(file.file_id)
        source = st.text_input(t("lists.source"), PurePath(file.name).stem, max_chars=200, key=f"lists_source_{token}")
        said = st.text_input(
            t("lists.as_of"),
            max_chars=10,
            placeholder="2026-10-31",
            key=f"lists_as_of_{number}",
            help=t("lists.as_of_help"),
        )
    as_of, is_date = _date(said)
    if not is_date:
        st.warning(t("lists.as_of_bad"))
    return Chosen(file.getvalue(), file.name, token, kind or None, clean(source) or file.name, as_of)


def _date(text: str) -> tuple[str | None, bool]:
    """Return the date typed and whether it is one; nothing typed is none and right."""
    if not text.strip():
        return None, True
    try:
        return date_of(clean(text)), True
    except CellError:
        return None, False


def read(t: Messages, chosen: Chosen) -> RawTable | None:
    """Read the file, once for each sheet asked for; ``None`` with a plain sentence if it cannot be read."""
    sheet = st.session_state.get(_sheet_key(chosen))
    kept = st.session_state.get(READ_KEY)
    if kept is not None and kept[0] == (chosen.token, sheet):
        raw: RawTable = kept[1]
    else:
        st.session_state.pop(READ_KEY, None)
        try:
            with st.spinner(t("lists.reading"), show_time=False):
                raw = read_table(chosen.data, chosen.name, sheet=sheet)
        except SourceFileError as error:
            st.error(error_text(t, error))
            return None
        st.session_state[READ_KEY] = ((chosen.token, sheet), raw)
    if len(raw.sheets) > 1:
        st.selectbox(
            t("lists.sheet"), raw.sheets, index=raw.sheets.index(raw.sheet or raw.sheets[0]), key=_sheet_key(chosen)
        )
    return raw


def _sheet_key(chosen: Chosen) -> str:
    return f"lists_sheet_{chosen.token}"


def show_read(t: Messages, raw: RawTable) -> None:
    """Show how the file was read, what was put right, and its first rows."""
    st.subheader(t("lists.step2"))
    rows, columns = len(raw.rows), len(raw.columns)
    parts = [t("lists.read", rows=count_text(rows, t.language), columns=columns)]
    if raw.encoding is not None:
        parts.append(t("lists.encoding", encoding=raw.encoding.upper()))
    if raw.separator in _SEPARATORS:
        parts.append(t("lists.separator." + _SEPARATORS[raw.separator]))
    if raw.sheet is not None:
        parts.append(t("lists.sheet_read", sheet=raw.sheet))
    components.answer([" · ".join(parts)])
    components.notes([note_text(t, note) for note in raw.notes])
    st.caption(t("lists.first_rows", count=min(FIRST_ROWS, rows)))
    st.dataframe(raw.rows.head(FIRST_ROWS).rename_axis(t("lists.column.row")), hide_index=False)
