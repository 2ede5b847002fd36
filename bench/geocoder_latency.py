"""How long a search takes on the whole gazetteer: 500 seeded queries, a third of them misspelt.

House numbers are invented along every street (about as many as the official list has), since that list is not ours.

Run: .venv/bin/python bench/geocoder_latency.py
"""

import time

import numpy as np
import pandas as pd

from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import search_places
from finder.geo.house_numbers import ADDRESS_COLUMNS
from finder.sources import store

SEED = 20261121
QUERY_COUNT = 500
HOUSES_PER_STREET = 30


def queries(gazetteer: Gazetteer, rng: np.random.Generator) -> list[str]:
    streets = gazetteer.streets
    found = []
    for kind, row in zip(rng.integers(0, 5, QUERY_COUNT), rng.integers(0, len(streets.name), QUERY_COUNT), strict=True):
        name, commune = streets.name[row], gazetteer.communes[streets.nis[row]].name_fr
        postcode = gazetteer.areas[streets.area[row]].postcode or ""
        number = str(rng.integers(1, 300))
        text = [
            name,
            f"{name} {number}, {postcode} {commune}",
            f"{postcode} {commune} {name}",
            f"{number} {name} {commune}",
            commune,
        ][kind]
        if rng.random() < 1 / 3 and len(text) > 4:
            at = int(rng.integers(1, len(text) - 1))
            text = text[:at] + text[at + 1 :]
        found.append(text)
    return found


def invented_addresses(streets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return :data:`HOUSES_PER_STREET` house numbers on each street, scattered as far as it reaches."""
    table = streets.loc[streets.index.repeat(HOUSES_PER_STREET), ["nis", "name", "lon", "lat", "extent_m"]]
    reach = table["extent_m"].to_numpy() / 111_000.0
    table = table.rename(columns={"name": "street"}).assign(
        number=np.tile(np.arange(1, HOUSES_PER_STREET + 1), len(streets)),
        suffix="",
        postcode="",
        lon=table["lon"] + reach * rng.uniform(-1, 1, len(table)),
        lat=table["lat"] + reach * rng.uniform(-0.6, 0.6, len(table)),
    )
    return table[list(ADDRESS_COLUMNS)].sort_values(["nis", "street", "number"], ignore_index=True)


def main() -> None:
    streets = store.load_streets()
    addresses = invented_addresses(streets, np.random.default_rng(SEED))
    start = time.perf_counter()
    gazetteer = build_gazetteer(
        store.load_communes(), store.load_localities(), store.load_postcodes(), streets, addresses=addresses
    )
    built_s = time.perf_counter() - start
    spent_ms = []
    texts = queries(gazetteer, np.random.default_rng(SEED))
    for text in texts:
        start = time.perf_counter()
        search_places(gazetteer, text)
        spent_ms.append((time.perf_counter() - start) * 1_000)
    p50, p95, p99 = np.percentile(spent_ms, [50, 95, 99])
    slowest = texts[int(np.argmax(spent_ms))]
    print(f"{len(gazetteer.streets.name)} streets, {len(gazetteer.areas)} areas: read and built in {built_s:.2f} s")
    print(f"{len(gazetteer.houses)} invented house numbers")
    print(
        f"{len(texts)} searches (seed {SEED}): p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, "
        f"max {max(spent_ms):.1f} ms"
    )
    print(f"slowest: {slowest}")


if __name__ == "__main__":
    main()
