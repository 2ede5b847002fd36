"""Scenarios ready to be looked at: what closures and moves of Walloon maternities did, and candidates of reports."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from finder.capacity.scenario import CONSULTATION, DAY_CARE, Action, Close, Move, Open, Scenario
from finder.capacity.scenario_json import parse_scenario, scenario_json
from finder.errors import DatasetNotFoundError
from finder.geo.episodes import services_on
from finder.sources.catalog import Dataset

FOLDER: Final = "scenarios"
FIRST_NETWORK: Final = datetime.date(2016, 12, 31)
"""The network of the published studies: before the closures of 2017 and after."""

LAST_NETWORK: Final = datetime.date(2026, 11, 21)
SHUT: Final = ("closed", "suspended")
EUPEN: Final = "maternity-be-2850"
KCE_CANDIDATES: Final = {
    "huy": ("maternity-be-2870", "Huy"),
    "heusy": ("maternity-be-2970", "Heusy (Verviers)"),
    "soignies": ("maternity-be-2790", "Soignies"),
    "auvelais": ("maternity-be-3310", "Auvelais"),
}
"""Walloon maternities that KCE thought could close, as the press of 2020 named them (docs/scenarios.md)."""

SIRIUS_SITES: Final = {
    "marche": ("maternity-be-3230", "Marche"),
    "libramont": ("maternity-be-3240", "Libramont"),
    "arlon": ("maternity-be-3690", "Arlon"),
    "st-vith": ("maternity-be-2980", "Sankt Vith"),
    "chimay": ("maternity-be-3160", "Chimay"),
    "mons-hainaut": ("maternity-be-2710", "CHR Mons-Hainaut"),
}
"""Sites whose closing Sirius Insight judged on the network of 2016; Heusy is among KCE's too."""

_REAL_FILES: Final = ("tables/services.csv", "tables/service_episodes.csv")
_FILES_OF: Final = {
    DAY_CARE: ("tables/modelled_sites.csv", "tables/modelled_site_places.parquet"),
    CONSULTATION: ("tables/modelled_sites.csv", "tables/modelled_consultations.parquet"),
}


def data_version(folders: Sequence[Path], kinds: Iterable[str]) -> str:
    """Return a fingerprint of the data that the sites of some kinds come from.

    Parameters
    ----------
    folders
        Data folders; a file is read from the first that holds it.
    kinds
        Of :data:`finder.capacity.scenario.SIZE_UNIT`.

    Returns
    -------
    str
        Twelve hexadecimal digits; the same for the same bytes.

    Raises
    ------
    DatasetNotFoundError
        If no folder holds a file.
    """
    files = sorted({name for kind in kinds for name in _FILES_OF.get(kind, _REAL_FILES)})
    digest = hashlib.sha256()
    for name in files:
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if found is None:
            raise DatasetNotFoundError(f"{name} is in none of the data folders: build the data first.")
        digest.update(name.encode() + b"\n" + hashlib.sha256(found.read_bytes()).digest())
    return digest.hexdigest()[:12]


def read_ready_scenarios(data_dir: Path) -> dict[str, Scenario]:
    """Return the ready-made scenarios of a data folder by id, sorted.

    Raises
    ------
    DatasetNotFoundError
        If there is none.
    """
    files = sorted((data_dir / FOLDER).glob("*.json"))
    if not files:
        raise DatasetNotFoundError(f"No scenarios in {data_dir / FOLDER}. Build the data first.")
    found = [parse_scenario(file.read_bytes()) for file in files]
    return {scenario.id: scenario for scenario in found}


def build_ready_scenarios(
    out_dir: Path, *, services: pd.DataFrame, episodes: pd.DataFrame, region: "pd.Series[str]", version: str
) -> list[Dataset]:
    """Write every ready-made scenario below ``out_dir`` and return their rows of the catalogue.

    Parameters
    ----------
    out_dir
        Folder of the derived data.
    services, episodes
        Tables of services (index ``service_id``) and of their episodes.
    region
        Region of each commune, index ``nis``.
    version
        :func:`data_version` of the maternities.
    """
    made = ready_scenarios(services, episodes, region, version)
    folder = out_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for scenario in made:
        (folder / f"{scenario.id}.json").write_text(scenario_json(scenario), encoding="utf-8", newline="\n")
    return [
        Dataset(
            id=f"scenario_{scenario.id.replace('-', '_')}",
            path=f"{FOLDER}/{scenario.id}.json",
            version=f"network of {scenario.base_date}",
            rows=len(scenario.actions),
            licence="EUPL-1.2 (Finder's own); facts from the sources named in service_episodes",
            attribution="Finder",
            source="Finder, from service_episodes (docs/scenarios.md)",
            note=scenario.name,
        )
        for scenario in made
    ]


def ready_scenarios(
    services: pd.DataFrame, episodes: pd.DataFrame, region: "pd.Series[str]", version: str
) -> list[Scenario]:
    """Return every ready-made scenario, sorted by id.

    What happened, each change on the network of the day before and all on that of :data:`FIRST_NETWORK`; the same
    undone on that of :data:`LAST_NETWORK`; and the candidates of the reports on that of :data:`FIRST_NETWORK`.

    Parameters
    ----------
    services, episodes, region, version
        As :func:`build_ready_scenarios`.
    """
    kept = services[(services["kind"] == "maternity") & (services["nis"].map(region) == "Wallonia")]
    changes = _changes(kept, episodes)
    names = kept["name"]
    one_by_one = [
        Scenario(
            f"maternity-{_word(action)}-{action.site_id.removeprefix('maternity-')}",
            f"{day.year}: {names[action.site_id]} {'closes' if isinstance(action, Close) else 'moves'}",
            day - datetime.timedelta(days=1),
            version,
            (action,),
        )
        for day, action in changes
    ]
    everything = tuple(action for _, action in changes)
    shut = [action.site_id for action in everything if isinstance(action, Close)]
    back = [*((f"maternity-stayed-{site.removeprefix('maternity-')}", [site]) for site in shut if site != EUPEN)]
    back += [("maternity-stayed-all", shut), ("maternity-eupen-reopens", [EUPEN])]
    told = {"maternity-stayed-all": "If no maternity had closed since 2017", "maternity-eupen-reopens": "Eupen reopens"}
    undone = [
        Scenario(
            key,
            told.get(key) or f"If {names[sites[0]]} had stayed open",
            LAST_NETWORK,
            version,
            tuple(Open(site, "maternity") for site in sites),
        )
        for key, sites in back
    ]
    candidates = [
        *_closings("kce", "KCE's candidate", KCE_CANDIDATES, version),
        *_closings("sirius", "Judged by Sirius", SIRIUS_SITES, version),
        _closing("kce-all", "KCE's four candidates close", [site for site, _ in KCE_CANDIDATES.values()], version),
    ]
    all_changes = Scenario(
        "maternity-changes-all", "All closures and moves since 2017", FIRST_NETWORK, version, everything
    )
    return sorted([*one_by_one, all_changes, *undone, *candidates], key=lambda scenario: scenario.id)


def _changes(maternities: pd.DataFrame, episodes: pd.DataFrame) -> list[tuple[datetime.date, Action]]:
    """Return the day each maternity closed, was suspended or moved, and the action; in the order of time.

    One that was suspended before it closed counts once, from the first day without births.
    """
    rows = episodes[episodes["service_id"].isin(maternities.index)].sort_values(["service_id", "valid_from"])
    rows = rows[rows["valid_from"].notna() & rows["status"].isin((*SHUT, "moved"))].drop_duplicates("service_id")
    now = services_on(maternities, episodes, LAST_NETWORK)["status"]
    found: list[tuple[datetime.date, Action]] = []
    for row in rows.sort_values(["valid_from", "service_id"]).to_dict("records"):
        day, site_id = datetime.date.fromisoformat(row["valid_from"]), str(row["service_id"])
        if not FIRST_NETWORK < day <= LAST_NETWORK or now[site_id] not in (*SHUT, "moved"):
            continue
        if row["status"] == "moved":
            lon, lat = maternities[["lon", "lat"]].astype("float64").loc[[str(row["successor_id"])]].to_numpy()[0]
            action: Action = Move(site_id, "maternity", float(lon), float(lat))
        else:
            action = Close(site_id, "maternity")
        found.append((day, action))
    return found


def _closings(prefix: str, told: str, sites: dict[str, tuple[str, str]], version: str) -> list[Scenario]:
    return [
        _closing(f"{prefix}-{key}", f"{told}: {name} closes", [site], version) for key, (site, name) in sites.items()
    ]


def _closing(key: str, name: str, sites: Sequence[str], version: str) -> Scenario:
    return Scenario(key, name, FIRST_NETWORK, version, tuple(Close(site, "maternity") for site in sites))


def _word(action: Action) -> str:
    return "closure" if isinstance(action, Close) else "move"
