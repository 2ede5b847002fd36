"""Second step of an import, second half: what each column means, and what the list may change."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from finder.geo.folding import fold
from finder.pages import cached, components
from finder.pages.kinds import kind_text
from finder.pages.lists_file import Chosen
from finder.sources.imports.commit import REBUILT_KINDS
from finder.sources.imports.judge import unknown_words
from finder.sources.imports.layouts import FIELDS, GUESSED
from finder.sources.imports.mapping import Mapping, guess_mapping
from finder.sources.imports.prepare import ALL
from finder.sources.imports.raw import RawTable
from finder.tables import KINDS
from finder.words.messages import Messages

MAIN: Final = ("name", "kind", "address", "street", "number", "postcode", "locality", "lon", "lat", "capacity_places")
IN_A_ROW: Final = 5
SURE: Final = 0.9
MOST_WORDS: Final = 8
NOT_COMPLETE, SOME = "", "some"
WHOLE: Final = (NOT_COMPLETE, SOME, ALL)


@dataclass(frozen=True)
class Order:
    """What is to be checked: file, mapping and what the list may change."""

    chosen: Chosen
    sheet: str | None
    mapping: Mapping
    complete_for: tuple[str, ...] = ()
    update: bool = False
    is_ready: bool = True

    @property
    def kind(self) -> str | None:
        """Kind of the rows that do not say their own."""
        return self.chosen.kind or self.mapping.kind

    @property
    def key(self) -> tuple[object, ...]:
        """Everything that the result of a check depends on, but the data."""
        return (
            self.chosen.token, self.sheet, tuple(self.mapping.fields.items()), tuple(self.mapping.kinds.items()),
            self.kind, self.chosen.source, self.chosen.as_of, self.complete_for, self.update,
        )  # fmt: skip


def ask(t: Messages, chosen: Chosen, raw: RawTable) -> Order:
    """Show the guessed mapping for correction, then what the list may change."""
    guess = guess_mapping(raw)
    st.markdown(f"**{t('lists.mapping')}**")
    components.notes(_guess_texts(t, guess))
    token = f"{chosen.token}_{raw.sheet}"
    fields = _ask_columns(t, MAIN, guess, raw, token)
    with st.expander(t("lists.more_columns", count=sum(name not in MAIN for name in guess.fields))):
        fields |= _ask_columns(t, [name for name in FIELDS if name not in MAIN], guess, raw, token)
    mapping = Mapping(
        {name: fields[name] for name in FIELDS if name in fields},
        {name: guess.confidence.get(name, 1.0) if guess.fields.get(name) == fields[name] else 1.0 for name in fields},
        guess.layout if fields == dict(guess.fields) else "given",
        guess.kind,
    )
    mapping = Mapping(
        mapping.fields, mapping.confidence, mapping.layout, mapping.kind, _ask_words(t, raw, mapping, token)
    )
    st.download_button(
        t("lists.mapping_file"),
        mapping.to_toml,
        f"{chosen.source[:60]}.toml",
        "application/toml",
        help=t("lists.mapping_file_help"),
    )
    complete_for, is_ready = _ask_complete(t, chosen, mapping, token)
    update = st.toggle(
        t("lists.update"), value=bool(complete_for), disabled=bool(complete_for), help=t("lists.update_help"),
        key=f"lists_update_{token}_{bool(complete_for)}",
    )  # fmt: skip
    if chosen.kind is None and mapping.kind is None and "kind" not in fields:
        st.warning(t("lists.kind_needed"))
        is_ready = False
    return Order(chosen, raw.sheet, mapping, complete_for, update or bool(complete_for), is_ready)


def _guess_texts(t: Messages, guess: Mapping) -> list[str]:
    known = t("lists.guessed") if guess.layout == GUESSED else t("lists.layout", layout=guess.layout)
    unsure = [
        f"{t('lists.field.' + name)} ← {column}"
        for name, column in guess.fields.items()
        if guess.confidence[name] < SURE
    ]
    return [known, t("lists.unsure", fields=", ".join(unsure))] if unsure else [known]


def _ask_columns(t: Messages, names: Sequence[str], guess: Mapping, raw: RawTable, token: str) -> dict[str, str]:
    """Return the column of each field that has one."""
    options = ["", *raw.columns]
    found = {}
    for start in range(0, len(names), IN_A_ROW):
        for place, name in zip(st.columns(IN_A_ROW), names[start : start + IN_A_ROW], strict=False):
            chosen = place.selectbox(
                t("lists.field." + name),
                range(len(options)),
                index=options.index(guess.fields.get(name, "")),
                format_func=lambda i: options[i] or t("lists.no_column"),
                key=f"lists_column_{name}_{token}",
            )
            if chosen:
                found[name] = options[chosen]
    return found


def _ask_words(t: Messages, raw: RawTable, mapping: Mapping, token: str) -> MappingOf[str, str]:
    """Ask what the list's own words for kinds mean where we do not know them."""
    words = unknown_words(raw, mapping)[:MOST_WORDS]
    if not words:
        return {}
    components.notes([t("lists.words")])
    kinds = ["", *KINDS]
    found = {}
    for start in range(0, len(words), IN_A_ROW):
        for place, word in zip(st.columns(IN_A_ROW), words[start : start + IN_A_ROW], strict=False):
            # A label is Markdown: the list's own text stands in it as code, which nothing inside can leave.
            kind = place.selectbox(
                f"`{word[:60].replace('`', ' ')}`",
                kinds,
                format_func=lambda name: kind_text(t, name) if name else t("lists.word_unknown"),
                key=f"lists_word_{fold(word)}_{token}",
            )
            if kind:
                found[fold(word)] = kind
    return found


def _ask_complete(t: Messages, chosen: Chosen, mapping: Mapping, token: str) -> tuple[tuple[str, ...], bool]:
    """Return the communes that the list is complete for, and whether what was asked can be done."""
    said = st.radio(
        t("lists.complete"), WHOLE, format_func=lambda name: t("lists.complete." + (name or "no")),
        key=f"lists_complete_{token}", horizontal=True, help=t("lists.complete_help"),
    )  # fmt: skip
    if said == NOT_COMPLETE:
        return (), True
    kind = chosen.kind or mapping.kind
    if kind is None or chosen.as_of is None:
        st.warning(t("lists.complete_needs"))
        return (), False
    effects = [t("lists.complete_effect")]
    effects.append(t("lists.complete_rebuilt") if kind in REBUILT_KINDS else t("lists.complete_not_rebuilt"))
    components.notes(effects)
    if said == ALL:
        return (ALL,), True
    names = cached.commune_names(t.language)
    picked = st.multiselect(
        t("lists.communes"),
        sorted(names, key=lambda nis: names[nis]),
        format_func=lambda nis: names[nis],
        key=f"lists_communes_{token}",
    )
    return tuple(picked), bool(picked)
