"""Next year's files as their publisher makes them: people by commune and age, births by commune. Read and checked.

People: Statbel's yearly file TF_SOC_POP_STRUCT (text with ``|`` between columns, usually zipped), which names the
commune by ``CD_REFNIS``, in older years by ``CD_MUNTY_REFNIS``. Births: a CSV with the columns ``nis,year,births``.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import SourceFileError, first_ids
from finder.sources.population import OLDEST_AGE

COMMUNE_COLUMNS: Final = ("CD_REFNIS", "CD_MUNTY_REFNIS")
"""The commune's column of recent and of older files."""
NEEDED: Final = ("CD_RGN_REFNIS", "CD_SEX", "CD_NATLTY", "CD_CIV_STS", "CD_AGE", "MS_POPULATION")
FLANDERS: Final = ("2000", "02000")
SEXES: Final = {"M": "men", "F": "women"}
BIRTH_COLUMNS: Final = ("nis", "year", "births")
MOST_EMPTY_SHARE: Final = 0.1
"""Eleven communes of 280 lacked their births in the worst year of our data."""


@dataclass(frozen=True)
class Population:
    """People of one year: ``nis`` (2025), ``sex``, ``age`` (100 = 100 and over), ``count``; and what was put right."""

    year: int
    people: pd.DataFrame
    repairs: tuple[str, ...]


def read_statbel_population(path: Path, codes: dict[str, str], *, year: int | None = None) -> Population:
    """Return the people of Wallonia and Brussels in a file of the layout TF_SOC_POP_STRUCT.

    Parameters
    ----------
    path
        ``.zip`` with one text, or the text.
    codes
        From every known code of a commune, old or new, to that of 2025.
    year
        What the caller says; must agree with the file.

    Raises
    ------
    SourceFileError
        If the file is broken or of another layout; has counts that are no whole numbers >= 0, ages or sexes unknown,
        rows twice, a commune unknown or missing, or an age that nobody has; or if its year is unclear.
    """
    raw = _read_text(path)
    commune = next((name for name in COMMUNE_COLUMNS if name in raw.columns), COMMUNE_COLUMNS[0])
    lacking = [name for name in (commune, *NEEDED) if name not in raw.columns]
    if lacking:
        raise SourceFileError(
            f"{path.name} is not of the layout TF_SOC_POP_STRUCT: it lacks {first_ids(lacking)}; "
            f"it has {first_ids(raw.columns.tolist())}."
        )
    found_year = _year(path, raw, year)
    rows = raw[~raw["CD_RGN_REFNIS"].isin(FLANDERS)]
    frame = pd.DataFrame(
        {
            "code": rows[commune],
            "sex": rows["CD_SEX"].map(SEXES),
            "age": _whole(path, rows, "CD_AGE"),
            "count": _whole(path, rows, "MS_POPULATION"),
        }
    )
    if frame["sex"].isna().any():
        raise SourceFileError(f"{path.name}: CD_SEX must be M or F, found {first_ids(_others(rows['CD_SEX'], SEXES))}.")
    key = [commune, "CD_SEX", "CD_NATLTY", "CD_CIV_STS", "CD_AGE"]
    twice = rows.loc[rows.duplicated(key), commune].unique().tolist()
    if twice:
        raise SourceFileError(f"{path.name}: the same people are listed twice in the communes {first_ids(twice)}.")
    if frame["age"].max() > 125:
        raise SourceFileError(f"{path.name}: ages up to {frame['age'].max()} are no ages of people; check CD_AGE.")
    repairs = _check_communes(path, frame["code"], codes)
    frame = frame.assign(nis=frame["code"].map(codes), age=frame["age"].clip(upper=OLDEST_AGE))
    sums = frame.groupby(["nis", "sex", "age"])["count"].sum()
    nobody = sorted(set(range(OLDEST_AGE + 1)) - set(sums.index.get_level_values("age")))
    if nobody:
        raise SourceFileError(f"{path.name} has a hole: nobody is aged {first_ids(nobody)}.")
    every = pd.MultiIndex.from_product(
        [sorted(set(codes.values())), sorted(SEXES.values()), range(OLDEST_AGE + 1)], names=["nis", "sex", "age"]
    )
    people = sums.reindex(every, fill_value=0).rename("count").reset_index()
    return Population(found_year, people, repairs)


def read_births_file(path: Path, communes: set[str]) -> pd.DataFrame:
    """Return ``nis``, ``year``, ``births`` (may be missing) of a CSV with these columns.

    Raises
    ------
    SourceFileError
        If the file is broken or has other columns; has births that are no whole numbers >= 0, a commune unknown,
        missing or listed twice in a year, or too many communes without a number.
    """
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise SourceFileError(f"{path.name} is not a readable CSV in UTF-8: {error}") from error
    if tuple(raw.columns) != BIRTH_COLUMNS:
        raise SourceFileError(f"{path.name} must have the columns nis,year,births; it has {','.join(raw.columns)}.")
    if raw.empty:
        raise SourceFileError(f"{path.name} has no rows below its columns.")
    unknown = sorted(set(raw["nis"]) - communes)
    if unknown:
        raise SourceFileError(f"{path.name}: {first_ids(unknown)} are no codes of 2025 of Wallonia or Brussels.")
    frame = raw.assign(year=_whole(path, raw, "year"), births=_whole(path, raw, "births", empty_allowed=True))
    twice = frame.loc[frame.duplicated(["nis", "year"]), "nis"].unique().tolist()
    if twice:
        raise SourceFileError(f"{path.name}: the communes {first_ids(twice)} are listed twice in a year.")
    for year, group in frame.groupby("year"):
        holes = sorted(communes - set(group["nis"]))
        if holes:
            raise SourceFileError(f"{path.name}: births of {year} lack the communes {first_ids(holes)}.")
        empty = group.loc[group["births"].isna(), "nis"].tolist()
        if len(empty) > MOST_EMPTY_SHARE * len(communes):
            raise SourceFileError(
                f"{path.name}: births of {year} are empty in {len(empty)} communes ({first_ids(empty)}): "
                "too many to fill."
            )
    return frame


def _read_text(path: Path) -> pd.DataFrame:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                texts = [name for name in archive.namelist() if name.lower().endswith(".txt")]
                if len(texts) != 1:
                    raise SourceFileError(f"{path.name} must hold one .txt; it holds {first_ids(archive.namelist())}.")
                content = archive.read(texts[0])
        else:
            content = path.read_bytes()
        return pd.read_csv(
            io.BytesIO(content), sep="|", dtype=str, keep_default_na=False, encoding="utf-8-sig", quoting=3
        )
    except SourceFileError:
        raise
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise SourceFileError(f"{path.name} is not a readable text with | between columns: {error}") from error


def _year(path: Path, raw: pd.DataFrame, said: int | None) -> int:
    in_file = sorted(set(raw["CD_YEAR"])) if "CD_YEAR" in raw.columns else []
    in_name = re.findall(r"(?<!\d)20\d\d(?!\d)", path.name)
    if len(in_file) > 1:
        raise SourceFileError(f"{path.name} mixes the years {first_ids(in_file)}; import one year at a time.")
    if not all(re.fullmatch(r"20\d\d", text) for text in in_file):
        raise SourceFileError(f"{path.name}: CD_YEAR must be a year such as 2025, found {first_ids(in_file)}.")
    years = {int(text) for text in (*in_file, *(in_name if not in_file else []))} | ({said} if said else set())
    if len(years) != 1:
        told = f"it says {first_ids(sorted(years))}" if years else "neither the file nor its name says"
        raise SourceFileError(f"{path.name}: which year is it? {told}; name it with --year.")
    return years.pop()


def _whole(path: Path, rows: pd.DataFrame, column: str, *, empty_allowed: bool = False) -> "pd.Series[int]":
    text = rows[column].str.strip()
    # Nine digits: more is no number of people, and would not fit.
    wrong = ~text.str.fullmatch(r"\d{1,9}") & ~(text.eq("") & empty_allowed)
    if wrong.any():
        found = first_ids(text[wrong].unique().tolist())
        raise SourceFileError(f"{path.name}: {column} must hold whole numbers of 0 or more, found {found}.")
    numbers = pd.to_numeric(text).astype("Int64")
    return numbers if empty_allowed else numbers.astype("int64")


def _others(values: "pd.Series[str]", known: dict[str, str]) -> list[str]:
    return sorted(set(values) - set(known))


def _check_communes(path: Path, found: "pd.Series[str]", codes: dict[str, str]) -> tuple[str, ...]:
    unknown = _others(found, codes)
    if unknown:
        raise SourceFileError(
            f"{path.name}: communes {first_ids(unknown)} are new to Finder. After a merger the crosswalk comes first "
            "(admin/nis_recode_2018_2019_2025.csv and `finder data build`)."
        )
    seen = set(found)
    holes = sorted(set(codes.values()) - {codes[code] for code in seen})
    # A commune merged since must come with all its parts, or under its new code alone.
    for new in sorted(set(codes.values())):
        parts = {old for old, to in codes.items() if to == new and old != new}
        if len(parts) > 1 and new not in seen and parts & seen and parts - seen:
            holes += sorted(parts - seen)
        if new in seen and parts & seen:
            raise SourceFileError(f"{path.name} lists {new} and also {first_ids(sorted(parts & seen))}, part of it.")
    if holes:
        raise SourceFileError(f"{path.name} has a hole: the communes {first_ids(holes)} are missing.")
    old = sorted(code for code in seen if codes[code] != code)
    return (f"codes of before 2025 were translated: {first_ids(old)}",) if old else ()
