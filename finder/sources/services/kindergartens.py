"""Kindergartens of Brussels in OpenStreetMap: a file of their own, under the ODbL."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.sources.inputs import read_source_csv
from finder.sources.services import record as rec
from finder.sources.services.osm_check import KINDERGARTENS_FILE
from finder.sources.services.record import Built, Service, SourceRow, join_notes

COLUMNS: Final = [
    "osm_feature_id",
    "name",
    "likely",
    "operator",
    "capacity",
    "street",
    "number",
    "nis_by_point",
    "lat",
    "lon",
    "website",
    "source",
]
LICENCE: Final = "ODbL 1.0"
AS_OF: Final = "2026-05-18"
UNNAMED: Final = "(no name in OSM)"
NURSERY_SCHOOL: Final = "nursery school"


def read_kindergartens(source_dir: Path) -> Built:
    """Return OSM's kindergartens: creches and nursery schools mixed, as the note of each says."""
    frame = read_source_csv(source_dir, KINDERGARTENS_FILE, COLUMNS, numbers=["lat", "lon", "capacity"])
    services, rows = [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        lon, lat, likely = float(row["lon"]), float(row["lat"]), str(row["likely"])
        service = Service(
            service_id=f"osm-{row['osm_feature_id']}",
            kind="kindergarten_osm",
            stage="age_3_6" if likely == NURSERY_SCHOOL else "",
            name=rec.text_or_none(row["name"]) or UNNAMED,
            operator=rec.text_or_none(row["operator"]),
            address=" ".join(str(row[key]) for key in ("street", "number") if isinstance(row[key], str)) or None,
            nis=str(row["nis_by_point"]),
            lon=lon,
            lat=lat,
            position_precision="point",
            position_source="OpenStreetMap",
            capacity_places=None if pd.isna(row["capacity"]) else int(row["capacity"]),
            url=rec.text_or_none(row["website"]),
            status="open",
            note=join_notes(f"likely {likely}" if likely != "unknown" else "creche or nursery school: not known"),
            provenance="osm",
            source=str(row["source"]),
            as_of=AS_OF,
            licence=LICENCE,
        )
        services.append(service)
        rows.append(SourceRow(KINDERGARTENS_FILE, number, "kept", service.service_id))
    return Built(tuple(services), tuple(rows))
