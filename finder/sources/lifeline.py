"""The life line's files: kept by hand below ``data/lifeline``, read and checked as one, and entered in the catalogue.

They restate documents in our own words, in four languages; nothing derives them. After a change:
``finder data build --from SOURCE_FOLDER --step lifeline`` (then ``--step services`` if a contact changed).
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from finder import settings
from finder.errors import DatasetNotFoundError, SchemaError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.damage import told_if_damaged
from finder.tables import (
    KINDS,
    LIFELINE_CONTACTS,
    LIFELINE_KINDS,
    LIFELINE_LANGUAGES,
    LIFELINE_PROGRAMME,
    LIFELINE_REQUIRED_FIELDS,
    LIFELINE_RULES,
    LIFELINE_SOURCES,
    LIFELINE_TEXTS,
    LIFELINE_TIMELINE,
    STAGES,
    Schema,
    validate,
)

FOLDER: Final = "lifeline"
HAND_KEPT: Final = Path(__file__).resolve().parents[2] / "data" / FOLDER
SPECIAL_PART: Final = "special"
TEXT_PARTS: Final = (*STAGES, SPECIAL_PART)
"""Files of texts: a kind is in the part of its first stage, a special situation in ``special``."""

WITHOUT_TEXTS: Final = ("kindergarten_osm",)
"""Kinds of a technical list, which no guide describes."""

LONGEST_TEXT: Final = 260
SAME_WORDS: Final = 4
"""From this number of words on, a text that is the same in two languages is taken for untranslated."""

_TABLES: Final[dict[str, Schema]] = {
    "sources": LIFELINE_SOURCES,
    "kinds": LIFELINE_KINDS,
    **{f"texts/{part}": LIFELINE_TEXTS for part in TEXT_PARTS},
    "contacts": LIFELINE_CONTACTS,
    "rules": LIFELINE_RULES,
    "timeline": LIFELINE_TIMELINE,
    "programme": LIFELINE_PROGRAMME,
}
_TYPES: Final = {"str": "str", "int": "Int64", "float": "float64", "bool": "boolean"}


@dataclass(frozen=True)
class LifeLine:
    """The tables of the life line; columns as their schemas in :mod:`finder.tables.lifeline`.

    Attributes
    ----------
    sources, kinds, contacts, rules, timeline, programme
        One row per id, which is the index (``source_id``, ``kind``, ``contact_id``, ``rule_id``, ``step_id``,
        ``item_id``), in the order of the file.
    texts
        Index (``kind``, ``field``); one column per language.
    """

    sources: pd.DataFrame
    kinds: pd.DataFrame
    texts: pd.DataFrame
    contacts: pd.DataFrame
    rules: pd.DataFrame
    timeline: pd.DataFrame
    programme: pd.DataFrame


def load_lifeline(data_dir: Path | None = None) -> LifeLine:
    """Return the life line, every file checked against its schema and against the others.

    Parameters
    ----------
    data_dir
        Folder of the data; default :func:`finder.settings.data_dir`.

    Raises
    ------
    DatasetNotFoundError
        If a file is not there.
    SchemaError
        If a file does not keep its schema, or the files do not fit together (see :func:`find_problems`).
    """
    folder = (data_dir or settings.data_dir()) / FOLDER
    found = {name: _read(folder, name) for name in _TABLES}
    texts = pd.concat([found[f"texts/{part}"].assign(part=part) for part in TEXT_PARTS], ignore_index=True)
    problems = find_problems(found, texts)
    if problems:
        raise SchemaError(f"The life line in {folder} does not fit together:\n- " + "\n- ".join(problems))
    return LifeLine(
        sources=found["sources"].set_index("source_id"),
        kinds=found["kinds"].set_index("kind"),
        texts=texts.drop(columns="part").set_index(["kind", "field"]),
        contacts=found["contacts"].set_index("contact_id"),
        rules=found["rules"].set_index("rule_id"),
        timeline=found["timeline"].set_index("step_id"),
        programme=found["programme"].set_index("item_id"),
    )


def load_contacts(data_dir: Path | None = None) -> pd.DataFrame:
    """Return the contacts alone; index ``contact_id``. See :func:`load_lifeline` for the errors."""
    return _read((data_dir or settings.data_dir()) / FOLDER, "contacts").set_index("contact_id")


def build_lifeline(kept_dir: Path, out_dir: Path) -> list[Dataset]:
    """Check the hand-kept files of ``kept_dir`` (a data folder), copy them below ``out_dir``, and describe them.

    A data folder without them gets those that come with the code. See :func:`load_lifeline` for the errors.
    """
    kept = kept_dir if (kept_dir / FOLDER).is_dir() else HAND_KEPT.parent
    load_lifeline(kept)
    datasets = []
    for name in _TABLES:
        relative = f"{FOLDER}/{name}.csv"
        (out_dir / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept / relative, out_dir / relative)
        datasets.append(
            Dataset(
                f"lifeline_{name.replace('/', '_')}",
                relative,
                "2025",
                len(_read(kept / FOLDER, name)),
                "facts, each with its source",
                "Finder, from ONE and Brusano as each row names them",
                "documents named in lifeline/sources.csv",
                "kept by hand, restated in our own words; docs/life_line.md",
            )
        )
    return datasets


def find_problems(found: dict[str, pd.DataFrame], texts: pd.DataFrame) -> list[str]:
    """Return what keeps the tables from fitting together, one sentence each; none if all is well.

    Parameters
    ----------
    found
        Tables by file name without ``.csv``, with plain indexes.
    texts
        All texts, with the ``part`` (file) they come from.
    """
    kinds = found["kinds"]
    told = set(KINDS) - set(WITHOUT_TEXTS)
    pairs = set(zip(texts["kind"], texts["field"], strict=True))
    wanted = {(kind, field) for kind in told for field in LIFELINE_REQUIRED_FIELDS}
    stages = kinds["stages"].str.split(";")
    part_of = kinds["first_stage"].where(~kinds["is_special_situation"].astype(bool), SPECIAL_PART)
    parts = dict(zip(kinds["kind"], part_of, strict=True))
    notes = found["contacts"][[f"note_{language}" for language in LIFELINE_LANGUAGES]].notna().sum(axis=1)
    contacts = found["contacts"].set_index("contact_id")
    known = set(found["sources"]["source_id"])
    checks: dict[str, Iterable[object]] = {
        "kinds without a row in kinds.csv": sorted(told - set(kinds["kind"])),
        "kinds whose first stage is not that of the vocabulary": kinds.loc[
            kinds["first_stage"] != kinds["kind"].map(dict(KINDS)), "kind"
        ],
        "kinds with an unknown stage, or whose first stage is not among theirs": kinds.loc[
            [not set(all_) <= set(STAGES) or first not in all_ for all_, first in zip(stages, kinds["first_stage"])],  # noqa: B905
            "kind",
        ],
        "missing texts": sorted(f"{kind}.{field}" for kind, field in wanted - pairs),
        "texts told twice": sorted(
            {f"{k}.{f}" for k, f in texts.loc[texts.duplicated(["kind", "field"]), ["kind", "field"]].to_numpy()}
        ),
        "texts in another file than that of their kind": sorted(
            {kind for kind, part in zip(texts["kind"], texts["part"], strict=True) if parts.get(kind, part) != part}
        ),
        "untranslated texts": _untranslated(texts, texts["kind"] + "." + texts["field"]),
        f"texts of more than {LONGEST_TEXT} characters": (texts["kind"] + "." + texts["field"])[
            texts[list(LIFELINE_LANGUAGES)].map(len).max(axis=1) > LONGEST_TEXT
        ],
        "contacts whose note is in some languages only": contacts.index[~notes.isin([0, 4]).to_numpy()],
        "contacts with a site that do not become a service": contacts.index[
            contacts["site"].notna() & ~contacts["becomes_service"].astype(bool)
        ],
        "emergency contacts without a phone": contacts.index[
            contacts["emergency"].astype(bool) & contacts["phone"].isna()
        ],
        "unknown sources": sorted(
            {source for name, table in found.items() if name != "sources" for source in table["source"]} - known
        ),
        "untranslated rules": _untranslated(found["rules"], found["rules"]["rule_id"]),
        "untranslated items of the programme": _untranslated(found["programme"], found["programme"]["item_id"]),
    }
    return [f"{what}: {first_ids(list(ids))}" for what, ids in checks.items() if len(list(ids))]


def _untranslated(table: pd.DataFrame, ids: "pd.Series[str]") -> list[str]:
    """Return the ids of the rows where two languages say the same sentence."""
    same = [
        len(set(row)) < len(row) and max(len(text.split()) for text in row) >= SAME_WORDS
        for row in table[list(LIFELINE_LANGUAGES)].itertuples(index=False)
    ]
    return ids[same].tolist()


def _read(folder: Path, name: str) -> pd.DataFrame:
    path, schema = folder / f"{name}.csv", _TABLES[name]
    if not path.is_file():
        raise DatasetNotFoundError(f"{path} is missing. It is kept by hand: take it from the source of Finder.")
    types = {column: _TYPES[rule.dtype] for column, rule in schema.columns.items()}
    with told_if_damaged(path):
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    table: pd.DataFrame = validate(frame, schema)
    return table
