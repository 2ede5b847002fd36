"""Independent check of Brussels points: OpenStreetMap's hospitals and kindergartens, never used as positions here."""

from collections import Counter
from pathlib import Path
from typing import Final

from finder.geo.folding import fold
from finder.sources.inputs import read_source_csv
from finder.sources.services.places import distance_m
from finder.sources.services.record import SourceRow

HOSPITALS_FILE: Final = "services/osm_brussels_hospitals.csv"
KINDERGARTENS_FILE: Final = "services/osm_brussels_kindergartens.csv"
DIFFERENCE_M: Final = 150.0
OSM_OF_SITE: Final = {
    "1310": "16422",
    "1400": "15639",
    "1420": "16209",
    "1470": "15657",
    "1490": "15877",
    "1500": "17260",
    "1510": "16661",
    "1520": "16967",
    "1540": "15651",
    "1550": "17061",
    "1560": "15710",
    "1570": "15593",
    "1571": "15672",
    "1590": "15757",
    "3440": "279",
    "4190": "17263",
    "4200": "17221",
    "4210": "17303",
    "6140": "16409",
}
"""OSM feature of each hospital site (Eurostat id), matched by hand on the names."""

# fmt: off
GENERIC_WORDS: Final = frozenset({
    "creche", "creches", "eco", "ecocreche", "communale", "communal", "kinderdagverblijf", "kinderopvanglocatie",
    "kdv", "pregardiennat",
})
# fmt: on


Point = tuple[float, float]


def read_osm_hospitals(source_dir: Path) -> tuple[dict[str, Point], tuple[SourceRow, ...]]:
    """Return OSM's point (lon, lat) of each hospital site that has one, and what became of the source rows."""
    columns = ["osm_feature_id", "lat", "lon"]
    frame = read_source_csv(source_dir, HOSPITALS_FILE, columns, numbers=["lat", "lon"])
    points = zip(frame["lon"].astype(float), frame["lat"].astype(float), strict=True)
    by_id = dict(zip(frame["osm_feature_id"], points, strict=True))
    rows = tuple(
        SourceRow(HOSPITALS_FILE, i, "listed_elsewhere", None, "used only to check the points of Brussels hospitals")
        for i in range(1, len(frame) + 1)
    )
    return {site: by_id[osm] for site, osm in OSM_OF_SITE.items() if osm in by_id}, rows


def read_osm_kindergartens(source_dir: Path) -> dict[tuple[str, str], Point]:
    """Return OSM's point of each kindergarten by its telling words and commune; what occurs twice is left out."""
    columns = ["name", "nis_by_point", "lat", "lon"]
    frame = read_source_csv(source_dir, KINDERGARTENS_FILE, columns, numbers=["lat", "lon"])
    named = frame[frame["name"].notna()]
    keys = [(telling_words(name), nis) for name, nis in zip(named["name"], named["nis_by_point"], strict=True)]
    counts = Counter(keys)
    points = zip(named["lon"].astype(float), named["lat"].astype(float), strict=True)
    return {key: point for key, point in zip(keys, points, strict=True) if key[0] and counts[key] == 1}


def telling_words(name: str) -> str:
    """Return a day care's name without the words that all of them bear."""
    return " ".join(word for word in fold(name).split() if word not in GENERIC_WORDS)


def osm_difference_m(point: Point | None, lon: float, lat: float) -> float | None:
    """Return how far OSM's point is, in metres, if that is more than :data:`DIFFERENCE_M`."""
    if point is None:
        return None
    metres = distance_m(lon, lat, *point)
    return metres if metres > DIFFERENCE_M else None
