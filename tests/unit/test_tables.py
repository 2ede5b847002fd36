import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from finder.errors import CrsError, FinderError, SchemaError
from finder.tables import COMMUNES, POSTCODES, SERVICE_EPISODES, validate
from finder.units import as_mode


def communes(**changes: object) -> gpd.GeoDataFrame:
    row = {
        "nis": "25005",
        "name_fr": "Beauvechain",
        "name_nl": "Bevekom",
        "name_de": "Beauvechain",
        "province": "Brabant wallon",
        "region": "Wallonia",
        "is_german_community": False,
        "area_km2": 38.6,
        "geometry": box(0, 0, 1, 1),
    } | changes
    return gpd.GeoDataFrame([row], crs="EPSG:3812")


def test_a_good_table_comes_back_unchanged() -> None:
    frame = communes()
    assert validate(frame, COMMUNES) is frame


def test_degrees_are_refused() -> None:
    with pytest.raises(CrsError, match="EPSG:3812"):
        validate(communes().set_crs("EPSG:4326", allow_override=True), COMMUNES)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"nis": "5005"}, "nis"),
        ({"nis": 25005}, "nis"),
        ({"region": "Flanders"}, "region"),
        ({"area_km2": -1.0}, "area_km2"),
        ({"name_fr": None}, "name_fr"),
        ({"geometry": Point(0, 0)}, "geometries"),
    ],
)
def test_the_error_names_the_column_and_the_row(changes: dict[str, object], named: str) -> None:
    with pytest.raises(SchemaError) as caught:
        validate(communes(**changes), COMMUNES)
    assert named in str(caught.value)
    assert str(changes.get("nis", "25005")) in str(caught.value)


def test_one_error_tells_everything_that_is_wrong() -> None:
    with pytest.raises(SchemaError) as caught:
        validate(communes(region="Flanders", area_km2=-1.0), COMMUNES)
    assert "region" in str(caught.value)
    assert "area_km2" in str(caught.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SchemaError, match="name_nl"):
        validate(communes().drop(columns="name_nl"), COMMUNES)


def test_the_key_must_be_unique() -> None:
    pairs = pd.DataFrame({"postcode": ["1040", "1040"], "nis": ["21005", "21005"]})
    with pytest.raises(SchemaError, match="postcodes"):
        validate(pairs, POSTCODES)


def test_dates_are_iso() -> None:
    episodes = pd.DataFrame(
        {
            "service_id": ["a"],
            "valid_from": ["1/2/2020"],
            "valid_to": [None],
            "status": ["open"],
            "date_precision": ["day"],
            "evidence": ["direct"],
            "source": ["press"],
        }
    )
    with pytest.raises(SchemaError, match="valid_from"):
        validate(episodes, SERVICE_EPISODES)


def test_an_unknown_mode_is_an_error_of_ours_and_a_value_error() -> None:
    with pytest.raises(ValueError, match="choose one of car, bike, walk, pram"):
        as_mode("tram")
    with pytest.raises(FinderError):
        as_mode("")
