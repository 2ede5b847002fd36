"""Rows without coordinates stand at their house number where the official addresses are there."""

import pandas as pd
import pytest

from finder.geo.gazetteer import build_gazetteer
from finder.geo.house_numbers import ADDRESS_COLUMNS
from finder.settings import data_dir
from finder.sources import store
from finder.sources.imports.mapping import guess_mapping
from finder.sources.imports.prepare import Known, prepare
from finder.sources.imports.reading import read_table
from finder.sources.services.places import distance_m

NAMUR = "92094"


@pytest.fixture(scope="module")
def known():
    streets = store.load_streets()
    street = streets.query("nis == @NAMUR and name == 'Rue de Fer'").iloc[0]
    numbers = [(NAMUR, "Rue de Fer", "5000", n, "", street["lon"] + n * 1e-5, street["lat"]) for n in (10, 12, 16)]
    addresses = pd.DataFrame(numbers, columns=list(ADDRESS_COLUMNS))
    folder = data_dir()
    gazetteer = build_gazetteer(
        store.load_communes(folder), store.load_localities(folder), store.load_postcodes(folder),
        streets[streets["nis"] == NAMUR], addresses=addresses,
    )  # fmt: skip
    return Known(gazetteer, store.load_services(folder)), street


def placed(known, kind):
    rows = ["Rue de Fer 12", "Rue de Fer 14", "Rue de Fer", "Rue de Fer 900"]
    text = "nom;adresse;code postal\n" + "".join(f"Service {i};{row};5000\n" for i, row in enumerate(rows))
    raw = read_table(text.encode(), "list.csv")
    return prepare(raw, guess_mapping(raw), known, kind=kind, source="x", as_of="2026")


def test_number_then_nearest_number_then_street(known):
    names, street = known
    found = placed(names, "creche")
    assert found.good["position_precision"].tolist() == ["number", "street", "street", "street"]
    assert found.confidence.tolist() == [0.97, 0.93, 0.9, 0.9]
    assert found.good["lon"].iloc[0] == pytest.approx(street["lon"] + 12e-5)
    assert "the nearest to it" in found.good["position_source"].iloc[1]
    assert found.good["lon"].iloc[1] in (pytest.approx(street["lon"] + 12e-5), pytest.approx(street["lon"] + 16e-5))
    assert found.good["lon"].iloc[2] == found.good["lon"].iloc[3] == pytest.approx(street["lon"])


def test_of_a_childminder_the_door_is_never_looked_up(known):
    names, street = known
    found = placed(names, "childminder").good
    assert "number" not in found["position_precision"].tolist()
    far_m = distance_m(found["lon"].iloc[0], found["lat"].iloc[0], street["lon"], street["lat"])
    assert far_m < 100
    assert found["address"].tolist() == ["Rue de Fer"] * len(found)
