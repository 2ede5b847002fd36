"""The committed modelled network: exact totals, norms, official lists, what it can be checked with, who is shown it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from finder.answers.atlas import Atlas
from finder.capacity import consultations_model as model
from finder.settings import data_dir
from finder.sources import modelled_sites, store
from finder.units import LAMBERT_2008, WGS84

DRAWS = range(61)


@pytest.fixture(scope="module")
def sites():
    return store.load_modelled_sites()


@pytest.fixture(scope="module")
def consultations(sites):
    frame = store.load_modelled_consultations()
    return frame.assign(nis=frame["site_id"].map(sites["nis"]))


@pytest.fixture(scope="module")
def places(sites):
    frame = store.load_modelled_site_places()
    return frame.assign(nis=frame["site_id"].map(sites["nis"]))


@pytest.fixture(scope="module")
def one():
    communes = store.load_communes()
    return communes[~communes["is_german_community"]]


def test_every_commune_of_one_has_sites_that_lie_in_it(sites, one):
    assert set(sites["nis"]) == set(one.index)
    modelled = sites[sites["basis"] != "official"]
    points = gpd.GeoSeries(gpd.points_from_xy(modelled["lon"], modelled["lat"]), crs=WGS84).to_crs(LAMBERT_2008)
    away = one.geometry.reindex(modelled["nis"]).reset_index(drop=True).distance(points, align=False)
    assert away.max() <= 20  # outlines moved by up to 17 m
    children = modelled.groupby("nis")["children_0_5"].sum()
    counted = store.load_demand_points().groupby("nis")["children_0_5"].sum().reindex(children.index)
    assert children.to_numpy() == pytest.approx(counted.to_numpy(), abs=0.5)
    assert (modelled["basis"] == "cell").sum() > 300


def test_every_draw_of_consultations_has_the_published_totals(consultations, one):
    by_type = pd.crosstab(consultations["draw"], consultations["type"])
    assert by_type.index.tolist() == list(DRAWS)
    assert (by_type["classic"] + by_type["official"] == 370).all()
    assert by_type[["antenna", "periodic", "house"]].drop_duplicates().to_numpy().tolist() == [[161, 91, 2]]
    brussels = one.index[one["region"] == "Brussels"]
    counts = pd.crosstab(consultations["nis"], consultations["draw"]).reindex(brussels, fill_value=0)
    assert counts.min(axis=None) >= 1


def test_the_official_list_stands_in_every_draw_with_its_real_addresses(consultations, sites):
    services = store.load_services()
    real = services[(services["kind"] == "child_consultation") & (services["provenance"] == "official")]
    city = consultations[consultations["nis"] == "21004"]
    assert len(real) == 11
    assert set(city["type"]) == {"official"}
    assert city.groupby("draw")["site_id"].apply(frozenset).unique().tolist() == [frozenset("official-" + real.index)]
    shown = sites.loc["official-" + real.index]
    assert shown["lon"].to_numpy() == pytest.approx(real["lon"].to_numpy(), abs=1e-6)
    lists = store.load_official_lists().set_index(["kind", "nis"])["as_of"]
    assert lists.to_dict() == {("child_consultation", "21004"): "2026-01-27", ("creche", "21004"): "2026-03-03"}


def test_the_table_by_commune_is_that_of_the_draws(consultations):
    table = store.load_modelled_consultations_by_commune()
    counts = pd.crosstab(consultations["nis"], consultations["draw"]).reindex(table.index, fill_value=0)
    assert (table["count"] == counts[0]).all()
    drawn = counts.drop(columns=0)
    assert table["mean"].to_numpy() == pytest.approx(drawn.mean(axis=1).to_numpy())
    assert table["mean"].sum() == pytest.approx(624)
    assert table["p10"].to_numpy() == pytest.approx(drawn.quantile(0.1, axis=1).to_numpy(), abs=0.051)
    assert table.index[table["is_official"]].tolist() == ["21004"]


def test_places_sum_to_those_of_each_commune_draw_and_tenure(places):
    draws = store.load_modelled_places_draws().set_index(["draw", "nis"])
    for column, tenure in modelled_sites.TENURES.items():
        own = places[places["tenure"] == tenure].groupby(["draw", "nis"])["places"].sum()
        assert (own.reindex(draws.index, fill_value=0) == draws[column]).all(), tenure
        assert own.sum() == draws[column].sum()


def test_draws_differ_in_where_places_are(places):
    # A share of places sits on sites that another draw leaves empty: the location is uncertain, and says so.
    first, second = (places[places["draw"] == draw].groupby("site_id")["places"].sum() for draw in (1, 2))
    both = pd.concat([first, second], axis=1).fillna(0)
    moved = both.diff(axis=1).iloc[:, 1].abs().sum() / both.sum().sum()
    assert 0.15 < moved < 0.7


def test_modelled_services_keep_norms_and_repeat_the_central_draw(places):
    services = store.load_modelled_services()
    assert set(services["provenance"]) == {"modelled"}
    assert set(services["source"]) == {"docs/modelled_network.md"}
    creches = services[services["kind"] == "creche"]
    assert (creches["capacity_places"] % 7 == 0).all()
    minders = services.loc[services["kind"] == "childminder", "capacity_places"]
    assert minders.between(1, 8).all()
    assert services["capacity_places"].sum() == places.loc[places["draw"] == 0, "places"].sum()
    assert (services["kind"] == "child_consultation").sum() == 624 - 11
    assert services["name"].str.startswith("Modelled ").all()


def test_families_never_get_a_modelled_service():
    known = Atlas().services
    assert not known["provenance"].isin(["modelled", "hypothetical"]).any()
    assert known.index.intersection(store.load_modelled_services().index).empty


def test_the_files_stay_small():
    sizes = [path.stat().st_size for path in (data_dir() / "tables").glob("modelled_site*")]
    sizes += [path.stat().st_size for path in (data_dir() / "tables").glob("modelled_consultations*")]
    assert len(sizes) == 4
    assert max(sizes) < 2.5e6


def test_without_its_list_the_model_foresees_the_consultations_of_the_city_of_brussels(one, sites):
    """The one complete list there is: 11 consultations. The model must hold it within its 80 % interval."""
    own = sites[sites["basis"] != "official"].reset_index()
    population = store.load_demand_points().groupby("nis")["population"].sum()
    communes = modelled_sites.commune_covariates(one, own, population)
    totals = modelled_sites.read_totals(store.load_one_network_facts())
    drawn = [
        model.draw_counts(communes, totals, rng=np.random.default_rng([modelled_sites.SEED, 1, draw])).sum(axis=1)
        for draw in DRAWS[1:]
    ]
    city = pd.concat(drawn, axis=1).loc["21004"]
    low, high = city.quantile([0.1, 0.9])
    assert low <= 11 <= high
    assert city.mean() == pytest.approx(13.8, abs=0.3)  # printed in docs/modelled_network.md


@pytest.mark.slow
def test_the_step_gives_the_committed_tables(tmp_path):
    modelled_sites.build_modelled_sites(
        tmp_path,
        communes=store.load_communes(),
        localities=store.load_localities(),
        points=store.load_demand_points(),
        services=store.load_services(),
        one_facts=store.load_one_network_facts(),
        places_draws=store.load_modelled_places_draws(),
    )
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 6
    for name in made:
        if name.suffix == ".csv":
            assert (tmp_path / name).read_bytes() == (data_dir() / name).read_bytes(), name
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / name), pd.read_parquet(data_dir() / name))
