"""Every service, rule, phone, e-mail, address and number of the guides: where it is in Finder, or why it is not.

``docs/seed_coverage.csv`` lists them; ``where`` is ``table:row:column`` (``*``: any column). The list is walked here,
and, where the source documents are at hand, compared with what they hold.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from finder.settings import data_dir

PATH = Path(__file__).resolve().parents[2] / "docs" / "seed_coverage.csv"
URL = re.compile(r"(?:https?://|www\.)[\w./%-]+")
EMAIL = re.compile(r"[\w.%-]+(?:@|%40|\(at\))[\w.-]*")
PHONE = re.compile(r"(?<![\w.%])\(?\+?(?:32|0\d)[\d) ]{7,17}\d|\b1733\b")
NUMBER = re.compile(
    r"(\d+(?:,\d+)?)\s?(?:€|%)|(\d+) (?:à|et) (?=\d+ (?:semaines|minutes))|(\d+)\s*(?:ème\s*)?(?:semaine|minutes)"
    r"|(\d+) millions d'euros|(?:over|Nearly) ([\d,]+)"
)


@pytest.fixture(scope="module")
def coverage() -> pd.DataFrame:
    return pd.read_csv(PATH, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def seeds(shared_dir) -> dict[str, str]:
    folder = shared_dir / "seeds"
    if not folder.is_dir():
        pytest.skip(f"source documents not found at {folder}")
    # A long address that breaks after a slash or a hyphen goes on in the next line.
    return {
        p.name: re.sub(r"(?<=[-/])\n(?!http|mailto)(?=\w)", "", p.read_text(encoding="utf-8"))
        for p in folder.glob("*.txt")
    }


def phone(text: str) -> str:
    return re.sub(r"\D", "", text).removeprefix("32").removeprefix("0")


def url(text: str) -> str:
    bare = text.split("#")[0].removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return bare.strip("/.").lower()


def email(text: str) -> str:
    return text.replace("%40", "@").replace("(at)", "@").strip(".").lower()


def read(table: str) -> pd.DataFrame:
    frame = pd.read_csv(data_dir() / f"{table}.csv", dtype=str, keep_default_na=False)
    if table.startswith("lifeline/texts/"):
        return frame.set_index(frame["kind"] + "." + frame["field"])
    return frame.set_index(frame.columns[0], drop=False)


def holds(cell: str, kind: str, value: str) -> bool:
    if kind == "phone":
        return phone(value) in [phone(part) for part in cell.split(" / ")]
    if kind == "url":
        return url(value) == url(cell) or url(value) in cell.split()
    if kind == "number":
        return re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", cell) is not None
    return value.lower() in cell.lower() and bool(cell)


def test_every_item_is_in_or_left_out_with_a_reason(coverage):
    assert list(coverage.columns) == ["seed", "item", "type", "where", "value", "status", "reason"]
    assert not coverage.duplicated(["seed", "item", "where"]).any()
    assert set(coverage["status"]) == {"in", "left out"}
    left_out = coverage["status"] == "left out"
    assert (coverage["reason"] != "").equals(left_out)
    assert (coverage["where"] != "").equals(~left_out)
    assert len(coverage) > 400


def test_what_is_in_is_where_the_list_says(coverage):
    tables: dict[str, pd.DataFrame] = {}
    missing = []
    for row in coverage[coverage["status"] == "in"].itertuples():
        table, key, column = row.where.split(":")
        frame = tables.setdefault(table, read(table))
        if key not in frame.index:
            missing.append(row.where)
            continue
        cells = frame.loc[key]
        found = list(cells) if column == "*" else [cells[column]]
        if not any(holds(cell, row.type, row.value) for cell in found):
            missing.append(f"{row.where} does not hold {row.value!r}")
    assert missing == []


@pytest.mark.shared
@pytest.mark.parametrize(("pattern", "bare"), [(URL, url), (EMAIL, email), (PHONE, phone)])
def test_every_phone_and_address_of_the_documents_is_listed(coverage, seeds, pattern, bare):
    listed = {seed: {bare(item) for item in rows["item"]} for seed, rows in coverage.groupby("seed")}
    found = {(seed, bare(hit)) for seed, text in seeds.items() for hit in pattern.findall(text)}
    assert len(found) > 5
    assert sorted((seed, hit) for seed, hit in found if hit not in listed[seed]) == []


@pytest.mark.shared
def test_every_price_share_week_and_count_of_the_documents_is_listed(coverage, seeds):
    listed = {
        seed: set(re.findall(r"\d+(?:[.,]\d+)*", " ".join(rows["item"]) + " " + " ".join(rows["value"])))
        for seed, rows in coverage.groupby("seed")
    }
    found = {(seed, next(filter(None, hit))) for seed, text in seeds.items() for hit in NUMBER.findall(text)}
    assert len(found) > 15
    assert sorted((seed, hit) for seed, hit in found if hit not in listed[seed]) == []


@pytest.mark.shared
def test_every_source_document_is_in_the_list(coverage, seeds):
    assert set(coverage["seed"]) == set(seeds)
