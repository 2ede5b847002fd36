"""The committed data against published totals: what a reader of any figure relies on."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from finder.settings import data_dir
from finder.sources import catalog, store
from finder.units import LAMBERT_2008, WGS84

COUNTS = ["population", "children_0_2_5", "children_0_5", "women_15_49", "women_20_44"]


@pytest.fixture(scope="module")
def communes():
    return store.load_communes()


@pytest.fixture(scope="module")
def figures():
    return store.load_commune_figures()


@pytest.fixture(scope="module")
def wide(figures):
    return figures.pivot_table(index="nis", columns=["figure", "year"], values="value")


def region_count(year, ages, sexes=("men", "women"), regions=("Wallonia", "Brussels")):
    frame = store.load_population_region()
    chosen = frame["region"].isin(regions) & frame["sex"].isin(sexes) & (frame["year"] == year)
    return int(frame.loc[chosen & frame["age"].isin(ages), "count"].sum())


def test_the_catalogue_agrees_with_the_files():
    assert catalog.check(data_dir()) == []


def test_the_data_stay_small():
    sizes = {path: path.stat().st_size for path in data_dir().rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= 45e6
    assert sum(size for path, size in sizes.items() if "network" in path.parts) <= 30e6


def test_280_communes_without_gap_or_overlap(communes):
    assert len(communes) == 280
    assert communes.groupby("province").size().to_dict() == {
        "Brabant wallon": 27, "Bruxelles-Capitale": 19, "Hainaut": 69, "Liège": 84, "Luxembourg": 43, "Namur": 38,
    }  # fmt: skip
    assert shapely.coverage_is_valid(communes.geometry.to_numpy())
    assert communes.crs == LAMBERT_2008


def test_areas_are_the_official_ones(communes):
    error = communes.area / 1e6 / communes["area_km2"] - 1
    assert error.abs().max() < 0.0003
    assert communes["area_km2"].sum() == pytest.approx(16_901 + 162.4, rel=0.001)  # Wallonia and Brussels


def test_names_of_known_communes(communes):
    names = communes[["name_fr", "name_nl", "name_de"]]
    assert names.loc["62063"].tolist() == ["Liège", "Luik", "Lüttich"]
    assert names.loc["21007", "name_fr"] == "Forest"
    assert names.loc["82039", "name_fr"] == "Bastogne"
    german = communes[communes["is_german_community"]]
    assert sorted(german["name_de"]) == [
        "Amel", "Burg-Reuland", "Büllingen", "Bütgenbach", "Eupen", "Kelmis", "Lontzen", "Raeren", "Sankt Vith",
    ]  # fmt: skip


def test_communes_sum_to_their_regions_to_the_unit(wide):
    assert wide[("population", 2020)].sum() == region_count(2020, range(101)) == 3_645_243 + 1_218_255
    assert wide[("children_0_5", 2020)].sum() == region_count(2020, range(6))
    halves = region_count(2020, [0, 1]) + region_count(2020, [2]) / 2
    assert wide[("children_0_2_5", 2020)].sum() == halves


@pytest.mark.parametrize(("figure", "ages"), [("women_15_49", range(15, 50)), ("women_20_44", range(20, 45))])
@pytest.mark.parametrize("region", ["Wallonia", "Brussels"])
def test_estimated_women_sum_to_the_observed_women_of_their_region(wide, communes, figure, ages, region):
    inside = communes.index[communes["region"] == region]
    for year in (2015, 2020):
        assert wide.loc[inside, (figure, year)].sum() == region_count(year, ages, sexes=["women"], regions=[region])


def test_bases_say_what_is_estimated(figures):
    estimated = figures[figures["basis"] == "estimated"].groupby("figure")["year"].unique().map(sorted)
    assert set(estimated.index) == {
        "women_15_49", "women_20_44", "children_0_2_5", "children_0_5", "low_education_share",
    }  # fmt: skip
    assert estimated["children_0_2_5"] == [2024]
    assert not (figures["figure"].str.startswith("women") & (figures["basis"] == "observed")).any()
    missing = figures[figures["value"].isna()]
    assert missing[["nis", "figure"]].to_numpy().tolist() == [["25124", "low_education_share"]]


def test_iweps_coverage_rates_are_reproduced(wide, communes):
    places = store.load_daycare_places().set_index("year")
    walloon = communes.index[(communes["region"] == "Wallonia") & ~communes["is_german_community"]]
    years = [*range(2008, 2015), 2018, 2019]
    children = np.array([wide.loc[walloon, ("children_0_2_5", year + 1)].sum() for year in years])
    computed = 100 * places.loc[years, "places_total"] / children
    assert (computed.round(1) == places.loc[years, "coverage_pct"]).all()
    everyone = np.array(
        [wide.loc[communes["region"] == "Wallonia", ("children_0_2_5", year + 1)].sum() for year in years]
    )
    with_german = 100 * places.loc[years, "places_total"] / everyone
    assert not (with_german.round(1) == places.loc[years, "coverage_pct"]).any()


def test_births_keep_their_empty_cells():
    births = store.load_births()
    assert len(births) == 280 * 9
    empty = births[births["births"].isna()]
    assert empty.groupby("year").size().to_dict() == {2018: 11, 2024: 1}
    assert empty.loc[empty["year"] == 2024, "nis"].tolist() == ["82039"]
    total = births.loc[births["year"] == 2019, "births"].sum()
    assert total == pytest.approx(region_count(2020, [0]), rel=0.003)


@pytest.mark.parametrize("year", [2020, 2024])
def test_demand_points_sum_exactly_to_each_commune(wide, year):
    points = store.load_demand_points(year)
    assert 15_000 <= len(points) <= 21_000
    sums = points.groupby("nis")[COUNTS].sum()
    expected = wide[[(figure, year) for figure in COUNTS]].set_axis(COUNTS, axis=1)
    pd.testing.assert_frame_equal(sums, expected, check_exact=True)
    assert (points["women_basis"] == "estimated").all()
    assert set(points["basis"]) == {"observed" if year == 2020 else "estimated"}
    if year == 2020:
        assert points["population"].min() >= 0.5


def test_demand_points_stand_in_their_commune(communes):
    points = store.load_demand_points()
    places = gpd.GeoSeries(gpd.points_from_xy(points["lon"], points["lat"]), crs=WGS84).to_crs(LAMBERT_2008)
    homes = communes.geometry.reindex(points["nis"]).to_numpy()
    assert shapely.distance(homes, places.to_numpy()).max() <= 20  # outlines moved by up to 17 m
    assert points.index.tolist() == store.load_demand_points(2024).index.tolist()


def test_localities_and_postcodes(communes):
    localities, postcodes = store.load_localities(), store.load_postcodes()
    assert len(localities) == 1_539 + 5
    homes = communes.geometry.reindex(localities["nis"]).to_numpy()
    assert shapely.distance(homes, localities.geometry.to_numpy()).max() <= 20
    assert set(localities["postcode"]) ^ set(postcodes["postcode"]) == {"7010"}
    shared = postcodes.loc[postcodes["postcode"].duplicated(), "postcode"]
    assert shared.tolist() == ["1040", "1050"]
    assert set(postcodes["nis"]) == set(communes.index)


def test_doubtful_observations_are_marked():
    seen = store.load_coverage_observations()
    wallonia = seen[(seen["area_id"] == "03000") & (seen["year"] == 2015)]
    assert wallonia["doubt"].str.contains("33.8", regex=False).all()
    ibsa = seen[seen["source"].str.contains("IBSA")]
    assert ibsa["doubt"].str.contains("under 3", regex=False).all()
    assert set(seen["operator"]) == {"=", "<", ">", "~"}
