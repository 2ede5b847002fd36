import json
import subprocess
import sys

import pytest

HEAVY = ("osmnx", "sklearn", "streamlit", "folium", "geopandas", "pandera")


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("finder", HEAVY),
        ("finder.geo", HEAVY),
        ("finder.cli", ("osmnx", "sklearn", "streamlit", "folium")),
        ("finder.geo.travel_time", ("osmnx", "sklearn", "streamlit", "folium")),
        ("finder.sources.store", ("osmnx", "sklearn", "streamlit", "folium")),
    ],
)
def test_importing_stays_light(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert not set(heavy) & set(loaded)
