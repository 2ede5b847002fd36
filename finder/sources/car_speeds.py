"""Read the table of effective car speeds, ``data/tables/car_speeds.csv``."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder.errors import DatasetNotFoundError, SchemaError, first_ids
from finder.geo.access_rules import CLASS_RULES
from finder.geo.network import Float64
from finder.geo.speeds import VINTAGES, ZONES

FILE: Final = "tables/car_speeds.csv"
COLUMNS: Final = ("class", "zone", "kph_2014", "kph_current", "source")


def read_car_speeds(data_dir: Path) -> dict[str, Float64]:
    """Return effective car speeds in km/h by vintage, shape (n_classes, n_zones) each.

    Classes closed to cars have no row and get 1 km/h, which nothing uses.

    Raises
    ------
    DatasetNotFoundError
        If the table is missing.
    SchemaError
        If a class open to cars lacks a row for a zone, or a speed is not between 1 and 130 km/h.
    """
    path = data_dir / FILE
    if not path.is_file():
        raise DatasetNotFoundError(f"No car speeds at {path}: restore the file from the project's repository.")
    frame = pd.read_csv(path)
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise SchemaError(f"{path} lacks the columns {', '.join(missing)}; restore the file from the repository.")
    code = {rule.name: rule.code for rule in CLASS_RULES if rule.car}
    wanted = {(name, zone) for name in code for zone in ZONES}
    found = list(zip(frame["class"], frame["zone"], strict=True))
    wrong = sorted(wanted.symmetric_difference(found))
    if wrong or len(found) != len(wanted):
        raise SchemaError(f"{path} must have each (class, zone) once; missing, unknown or twice: {first_ids(wrong)}.")
    tables = {}
    for vintage in VINTAGES:
        kph = pd.to_numeric(frame[f"kph_{vintage}"], errors="coerce")
        bad = frame.loc[~kph.between(1.0, 130.0), "class"].tolist()
        if bad:
            raise SchemaError(f"{path}: kph_{vintage} must lie between 1 and 130 km/h; wrong for {first_ids(bad)}.")
        table = np.ones((len(CLASS_RULES), len(ZONES)))
        table[[code[name] for name in frame["class"]], [ZONES.index(zone) for zone in frame["zone"]]] = kph
        tables[vintage] = table
    return tables
