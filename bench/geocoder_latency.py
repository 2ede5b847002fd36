"""How long a search takes on the whole gazetteer: 500 seeded queries, a third of them misspelt.

Run: .venv/bin/python bench/geocoder_latency.py
"""

import time

import numpy as np

from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import search_places
from finder.sources import store

SEED = 20261121
QUERY_COUNT = 500


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


def main() -> None:
    start = time.perf_counter()
    gazetteer = build_gazetteer(
        store.load_communes(), store.load_localities(), store.load_postcodes(), store.load_streets()
    )
    built_s = time.perf_counter() - start
    spent_ms = []
    texts = queries(gazetteer, np.random.default_rng(SEED))
    for text in texts:
        start = time.perf_counter()
        search_places(gazetteer, text)
        spent_ms.append((time.perf_counter() - start) * 1_000)
    p50, p95 = np.percentile(spent_ms, [50, 95])
    slowest = texts[int(np.argmax(spent_ms))]
    print(f"{len(gazetteer.streets.name)} streets, {len(gazetteer.areas)} areas: read and built in {built_s:.2f} s")
    print(f"{len(texts)} searches (seed {SEED}): p50 {p50:.1f} ms, p95 {p95:.1f} ms, max {max(spent_ms):.1f} ms")
    print(f"slowest: {slowest}")


if __name__ == "__main__":
    main()
