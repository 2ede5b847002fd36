"""Published facts, re-keyed to the codes of 2025: day-care places by year, coverage observations, network, births.

Nothing is corrected here. Where two published values disagree, both stay, and a column says what is doubtful and why.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import SourceFileError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.inputs import read_crosswalk, read_source_csv, to_2025
from finder.sources.licences import FACTS
from finder.sources.writers import write_csv

PLACES_PATH: Final = "tables/daycare_places_by_year.csv"
COVERAGE_PATH: Final = "tables/coverage_observations.csv"
ONE_FACTS_PATH: Final = "tables/one_network_facts.csv"
BIRTHS_PATH: Final = "tables/births_regional.csv"
PROJECTS_PATH: Final = "tables/plan_equilibre_projects.csv"

AREAS: Final = {
    "Belgium": "01000",
    "Wallonia": "03000",
    "Brussels-Capital": "04000",
    "Walloon Brabant": "20002",
    "Hainaut": "50000",
    "Brussels": "04000",
    "Liege province": "60000",
    "Wallonia+Brussels": "WALLONIA+BRUSSELS",
    "Wallonia-Brussels Federation": "FWB",
    "Charleroi Sud-Hainaut": "CHARLEROI-SUD-HAINAUT",
}
"""NIS codes where the area has one; the Federation, both regions together and a study area have none."""

OPERATORS: Final = ("=", "<", ">", "~")
LOW_VALUE_PCT: Final = 12.0

DOUBTS: Final = {
    ("03000", 2015, "coverage_total_pct"): "IWEPS prints 33.8 for 31 December 2015 and 33.0 for 2014",
    ("20002", 2021, "coverage_total_pct"): "52 and 53.5 are printed for the same year",
    ("25124", 2021, "coverage_total_pct"): "18 in another article",
    ("64025", 2020, "coverage_total_pct"): "the same 10.2 is printed elsewhere for subsidised places only",
    ("84016", 2021, "coverage_total_pct"): "a commune of few children: one crèche moves the rate by tens of points",
}
_LOW_DHNET: Final = "a low value of this newspaper: probably subsidised places only"
_IBSA: Final = "IBSA divides by all children under 3: about 5/6 of ONE's rate; not comparable"
_ONE_ONLY: Final = "ONE places only: Kind en Gezin places are left out"


def build_published(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the tables of published facts below ``out_dir``."""
    frames = {
        "daycare_places_by_year": (
            PLACES_PATH,
            _places(source_dir),
            "2006-2022",
            "Wallonia, 31 December; IWEPS from ONE",
        ),
        "coverage_observations": (
            COVERAGE_PATH,
            _coverage(source_dir),
            "2011-2021",
            "several indicators and operators: read the columns `indicator`, `operator` and `doubt`; never mix",
        ),
        "one_network_facts": (ONE_FACTS_PATH, _one_facts(source_dir), "2012-2022", "counts, most without a date"),
        "births_regional": (
            BIRTHS_PATH,
            _births(source_dir),
            "2008-2023",
            "deliveries, births and homes do not add up",
        ),
        "plan_equilibre_projects": (
            PROJECTS_PATH,
            _projects(source_dir),
            "2022-2024",
            "press lists, several cut off: do not add them up; projects, not open places",
        ),
    }
    for path, frame, _, _ in frames.values():
        write_csv(frame, out_dir / path)
    return [
        Dataset(name, path, version, len(frame), *FACTS, "published texts, as named in each row", note)
        for name, (path, frame, version, note) in frames.items()
    ]


def _places(source_dir: Path) -> pd.DataFrame:
    relative = "services/iweps_wallonia_places_2006_2022.csv"
    numbers = ["year", "places_subsidised", "places_non_subsidised", "places_total", "coverage_pct"]
    raw = read_source_csv(source_dir, relative, ["date", "area", *numbers, "source", "note"], numbers=numbers)
    gap = (raw["places_subsidised"] + raw["places_non_subsidised"] - raw["places_total"]).abs()
    if (gap > 1).any():
        raise SourceFileError(
            f"{relative}: parts and total differ by more than 1 in {first_ids(raw['year'][gap > 1].tolist())}."
        )
    frame = raw.assign(area_id=raw["area"].map(AREAS), area_name=raw["area"])
    columns = ["area_id", "area_name", *numbers[:1], "date", *numbers[1:], "source", "note"]
    return frame[columns].sort_values(["area_id", "year"], ignore_index=True)


def _coverage(source_dir: Path) -> pd.DataFrame:
    relative = "services/coverage_observations.csv"
    columns = ["level", "entity", "nis", "year", "indicator", "op", "value", "source", "note"]
    raw = read_source_csv(source_dir, relative, columns, numbers=["year", "value"])
    communes = to_2025(raw["nis"].dropna(), read_crosswalk(source_dir, "2019"), what=relative)
    area_id = communes.reindex(raw.index).fillna(raw["entity"].map(AREAS))
    unknown = raw.loc[area_id.isna(), "entity"].tolist() + raw.loc[~raw["op"].isin(OPERATORS), "op"].tolist()
    if unknown:
        raise SourceFileError(f"{relative}: unknown areas or operators: {first_ids(unknown)}.")
    frame = raw.rename(columns={"entity": "area_name", "op": "operator"}).assign(area_id=area_id)
    frame["doubt"] = [_doubt(row) for row in frame.to_dict("records")]
    kept = ["area_id", "area_name", "level", "year", "indicator", "operator", "value", "doubt", "source", "note"]
    return frame[kept].sort_values(["level", "area_id", "year", "indicator", "value"], ignore_index=True)


def _doubt(row: "dict[object, object]") -> str | None:
    doubts = [DOUBTS.get((str(row["area_id"]), int(str(row["year"])), str(row["indicator"])))]
    source, note = str(row["source"]), str(row["note"])
    if row["indicator"] == "coverage_total_pct" and "dhnet" in source and float(str(row["value"])) <= LOW_VALUE_PCT:
        doubts.append(_LOW_DHNET)
    if "IBSA" in source:
        doubts.append(_IBSA)
    if "ONE places only" in note:
        doubts.append(_ONE_ONLY)
    return "; ".join(doubt for doubt in doubts if doubt) or None


def _one_facts(source_dir: Path) -> pd.DataFrame:
    # `value` stays text: one fact is a pair of opening hours.
    return read_source_csv(source_dir, "services/one_network_facts.csv", ["fact", "value", "year", "source", "note"])


def _births(source_dir: Path) -> pd.DataFrame:
    relative = "services/births_regional.csv"
    raw = read_source_csv(source_dir, relative, ["area", "year", "kind", "value", "source"], numbers=["year", "value"])
    area_id = raw["area"].map(AREAS)
    if area_id.isna().any():
        raise SourceFileError(f"{relative}: unknown areas: {first_ids(raw.loc[area_id.isna(), 'area'].tolist())}.")
    frame = raw.rename(columns={"area": "area_name"})
    frame.insert(0, "area_id", area_id)
    return frame


def _projects(source_dir: Path) -> pd.DataFrame:
    relative = "services/plan_equilibre_projects.csv"
    columns = ["zone", "commune", "nis", "locality", "facility", "places", "kind", "source", "note"]
    raw = read_source_csv(source_dir, relative, columns, numbers=["places"])
    nis = to_2025(raw["nis"].dropna(), read_crosswalk(source_dir, "2019"), what=relative).reindex(raw.index)
    return raw.assign(nis=nis, places=raw["places"].astype("Int64"))
