import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from finder.errors import SourceFileError
from finder.sources.modelled_services import service_records
from finder.sources.modelled_sites import CELL_OFFSET_M, count_by_commune, move_cells, official_rows, read_totals
from finder.units import LAMBERT_2008

FACTS = {
    "consultations pour enfants, total": "7",
    "Maisons de l'Enfance": "1",
    "consultations classiques": "3",
    "antennes": "2",
    "consultations periodiques": "1",
    "cars: communes served": "95",
}


def facts(**changes):
    values = FACTS | changes
    return pd.DataFrame({"fact": list(values), "value": list(values.values())})


def test_published_totals_are_read_and_must_add_up():
    totals = read_totals(facts())
    assert (totals.classic, totals.antenna, totals.mobile_communes) == (3, 2, 95)
    with pytest.raises(SourceFileError, match="do not sum to 8"):
        read_totals(facts(**{"consultations pour enfants, total": "8"}))
    with pytest.raises(SourceFileError, match="lacks antennes"):
        read_totals(facts().query("fact != 'antennes'"))


def test_cells_move_off_their_demand_point_and_stay_in_their_commune():
    communes = gpd.GeoDataFrame(
        {"nis": ["a", "b"]},
        geometry=[shapely.box(0, 0, 2_000, 2_000), shapely.box(5_000, 0, 5_010, 10)],
        crs=LAMBERT_2008,
    ).set_index("nis")
    sites = pd.DataFrame(
        {
            "nis": ["a", "a", "b"],
            "x_m": [50.0, 1_000.0, 5_005.0],
            "y_m": [50.0, 1_000.0, 5.0],
            "basis": ["cell", "locality", "cell"],
        }
    )
    moved = move_cells(sites, communes)
    away = np.hypot(moved["x_m"] - sites["x_m"], moved["y_m"] - sites["y_m"])
    assert away.tolist() == pytest.approx([CELL_OFFSET_M, 0.0, 0.0])  # b is too small to move in
    assert shapely.box(0, 0, 2_000, 2_000).contains(shapely.Point(moved["x_m"][0], moved["y_m"][0]))
    pd.testing.assert_frame_equal(moved, move_cells(sites, communes))


def test_only_official_rows_of_complete_lists_are_taken():
    services = pd.DataFrame(
        {
            "kind": ["child_consultation", "child_consultation", "creche", "child_consultation", "creche"],
            "nis": ["21004", "21004", "21004", "21005", "21004"],
            "provenance": ["official", "web", "official", "official", "official"],
            "status": ["open", "open", "open", "open", "closed"],
        },
        index=pd.Index(["one-1", "web-1", "creche-1", "one-2", "creche-2"], name="service_id"),
    )
    assert official_rows(services)["site_id"].tolist() == ["official-creche-1", "official-one-1"]


def test_communes_without_any_consultation_are_in_the_table():
    drawn = pd.DataFrame(
        {
            "draw": [0, 0, *range(1, 61)],
            "nis": ["a", "b"] + ["a"] * 60,
            "type": ["classic", "official"] + ["antenna"] * 60,
        }
    )
    table = count_by_commune(drawn, pd.Index(["a", "b", "c"])).set_index("nis")
    assert table["count"].to_dict() == {"a": 1, "b": 1, "c": 0}
    assert table["mean"].to_dict() == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert table["is_official"].to_dict() == {"a": False, "b": True, "c": False}


def test_modelled_services_say_that_they_are():
    sites = pd.DataFrame(
        {
            "site_id": ["site-L1", "official-creche-x"],
            "nis": ["21004", "21004"],
            "name": ["Laeken", "Les Petits"],
            "lon": [4.35, 4.36],
            "lat": [50.87, 50.88],
            "basis": ["locality", "official"],
        }
    )
    facilities = pd.DataFrame(
        {
            "site_id": ["site-L1", "site-L1", "official-creche-x"],
            "kind": ["creche", "childminder", "creche"],
            "tenure": ["kind_en_gezin", "other", "subsidised"],
            "capacity_places": [21, 4, 49],
        }
    )
    consultations = pd.DataFrame({"site_id": ["site-L1", "official-one-1"], "type": ["antenna", "official"]})
    services = service_records(facilities, consultations, sites).set_index("service_id")
    assert services["name"].to_dict() == {
        "modelled-childminder-L1-1": "Modelled childminder, Laeken",
        "modelled-consultation-L1-1": "Modelled consultation, Laeken",
        "modelled-creche-L1-1": "Modelled creche, Laeken",
        "modelled-creche-official-creche-x-1": "Modelled places, Les Petits",
    }
    assert services["position_precision"].tolist() == ["locality", "locality", "locality", "number"]
    assert services["subsidised"].tolist() == [False, pd.NA, pd.NA, True]  # Kind en Gezin: not ONE's subsidy
    assert services.loc["modelled-consultation-L1-1", "sessions"] == "about 2 a month (assumed)"
    assert services["capacity_places"].sum() == 74
    assert (services["provenance"] == "modelled").all()
