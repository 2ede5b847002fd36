"""The plan of mobile consultations that the page opens with: it takes minutes to make, so it is kept with the data."""

import json
from pathlib import Path
from typing import Any, Final

from finder import settings
from finder.errors import DatasetNotFoundError
from finder.sources.atomic import atomic_file
from finder.sources.catalog import Dataset, register
from finder.sources.damage import told_if_damaged

PATH: Final = "mobile/six_units.json"


def write_ready_plan(record: dict[str, Any], data_dir: Path | None = None) -> Path:
    """Keep a plan as the one that the page opens with, and say so in the catalogue.

    Parameters
    ----------
    record
        From :func:`finder.capacity.mobile.plan_json.plan_to_dict`.
    data_dir
        Folder of the derived data; default Finder's own.
    """
    folder = data_dir or settings.data_dir()
    path = folder / PATH
    path.parent.mkdir(exist_ok=True)
    with atomic_file(path) as temporary:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        temporary.write_text(text + "\n", encoding="utf-8")
    register(
        folder,
        [
            Dataset(
                id="mobile_plan_six_units",
                path=PATH,
                version=f"{record['question']['year']}-01-01",
                rows=len(record["stops"]["id"]),
                licence="CC BY 4.0",
                attribution="Finder; Statbel; JRC (GHSL); BeST (BOSA); © OpenStreetMap contributors",
                source="derived: finder mobile plan",
                note="A proposal, not ONE's: stops and rounds of six units for children in modelled gaps. The search "
                "for it depends on the time it is given, so it is checked, not rebuilt byte for byte.",
            )
        ],
    )
    return path


def read_ready_plan(data_dir: Path | None = None) -> dict[str, Any]:
    """Return the plan kept with the data, as :func:`write_ready_plan` was given it.

    Raises
    ------
    DatasetNotFoundError
        If there is none.
    SourceFileError
        If the file is damaged.
    """
    path = (data_dir or settings.data_dir()) / PATH
    if not path.is_file():
        raise DatasetNotFoundError(f"{path} is missing. To make it again: finder mobile plan --ready.")
    with told_if_damaged(path):
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
