"""The committed modelled places: totals to the unit in every draw, near what is published, judged and rebuilt."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.places_spread import PLACE_COLUMNS
from finder.capacity.places_validation import mean_absolute_errors
from finder.settings import data_dir
from finder.sources import modelled_places, store


@pytest.fixture(scope="module")
def places():
    return store.load_modelled_places()


@pytest.fixture(scope="module")
def draws():
    return store.load_modelled_places_draws()


@pytest.fixture(scope="module")
def audit():
    return store.load_observation_audit()


def test_the_communes_are_those_of_one(places):
    communes = store.load_communes()
    assert places.index.tolist() == sorted(communes.index[~communes["is_german_community"]])
    assert len(places) == 271


def test_every_draw_meets_the_published_totals(draws):
    assert draws["draw"].unique().tolist() == list(range(61))
    region = store.load_communes()["region"]
    sums = draws.groupby(["draw", draws["nis"].map(region)])[list(PLACE_COLUMNS)].sum()
    walloon = sums.xs("Wallonia", level="nis")
    assert walloon.drop_duplicates().to_numpy().tolist() == [[25_200, 7_343, 0]]
    assert set(sums.xs("Brussels", level="nis").sum(axis=1)) == {20_194}
    published = store.load_daycare_places().set_index("year").loc[2022]
    assert (published["places_subsidised"], published["places_non_subsidised"]) == (25_200, 7_343)


def test_the_table_is_the_central_draw(places, draws):
    central = draws[draws["draw"] == 0].set_index("nis")[list(PLACE_COLUMNS)]
    assert (central == places[list(PLACE_COLUMNS)]).all(axis=None)
    assert (places[list(PLACE_COLUMNS)].sum(axis=1) == places["places_total"]).all()
    rate = 100 * places["places_total"] / places["children_0_2_5"]
    np.testing.assert_allclose(places["coverage_pct"].astype(float), rate.astype(float), atol=0.006)
    assert (places["coverage_p10"] <= places["coverage_p90"]).all()
    assert (places["income_related_pct"] <= places["coverage_pct"]).all()


def test_the_draws_differ_and_what_is_published_is_surer(places):
    width = (places["coverage_p90"] - places["coverage_p10"]) / places["coverage_pct"]
    by_evidence = width.groupby(places["evidence"]).median()
    assert by_evidence["observed"] < 0.5 * by_evidence["model"]


def test_published_communes_come_out_near_their_value(places, audit):
    one = places["places_subsidised"] + places["places_other"]
    rows = audit[(audit["level"] == "commune") & (audit["used_as"] == "total") & ~audit["is_doubtful"]]
    rows = rows.sort_values("sd_log").drop_duplicates("area_id").set_index("area_id")
    rate = (100 * one / places["children_0_2_5"]).reindex(rows.index).astype(float)
    equal, above, below = (rows["operator_used"] == operator for operator in ("=", ">", "<"))
    # An old value may move as far as its own deviation; one of 2020 or 2021 hardly.
    moved = np.abs(np.log(rate[equal] / rows["base_pct"][equal]))
    assert (moved <= np.maximum(rows["sd_log"][equal], 0.05)).all()
    assert (rate[above] >= rows["base_pct"][above]).all()
    assert (rate[below] <= rows["base_pct"][below]).all()
    assert rate["84016"] == pytest.approx(136, abs=8)  # Daverdisse
    assert rate["21001"] == pytest.approx(17.2, abs=1)  # Anderlecht, places of ONE
    assert 88 <= rate["25119"] <= 125  # Lasne


def test_limits_hold_in_every_draw(places, draws, audit):
    limits = audit[(audit["used_as"] == "total") & audit["operator_used"].isin(["<", ">"])]
    one = draws.assign(one=draws["places_subsidised"] + draws["places_other"])
    for row in limits.to_dict("records"):
        rates = 100 * one.loc[one["nis"] == row["area_id"], "one"] / places.loc[row["area_id"], "children_0_2_5"]
        assert (rates >= row["base_pct"]).all() if row["operator_used"] == ">" else (rates <= row["base_pct"]).all()


def test_known_facilities_fit_in(draws):
    services = store.load_services()
    kinds = services["kind"].isin(modelled_places.CHILDCARE_KINDS)
    known = services[kinds & (services["status"] == "open")].groupby("nis")["capacity_places"].sum()
    lowest = draws.assign(total=draws[list(PLACE_COLUMNS)].sum(axis=1)).groupby("nis")["total"].min()
    assert (lowest.reindex(known.index) >= known).all()
    assert known.sum() > 1_000


def test_every_published_value_has_a_judgement(audit):
    observations = store.load_coverage_observations()
    own = ["area_id", "year", "indicator", "operator", "value"]
    pd.testing.assert_frame_equal(audit[own], observations[own], check_dtype=False)
    assert (audit["why"].str.len() > 0).all()
    assert audit.loc[audit["used"].astype(bool), "used_as"].notna().all()


def test_the_model_beats_the_rate_of_the_province():
    validation = store.load_modelled_places_validation()
    errors = mean_absolute_errors(validation)
    clear = validation[~validation["is_doubtful"].astype(bool)]
    inside = clear["observed_pct"].between(clear["model_p10"], clear["model_p90"])
    assert len(clear) == 17
    assert errors["model"] < errors["province_mean"]
    assert errors["model"] < errors["region_mean"]
    text = (data_dir().parent / "docs" / "modelled_places.md").read_text(encoding="utf-8")
    for name in ("model", "province_mean", "region_mean"):
        assert f"{errors[name]:.1f}" in text, name
    assert f"{inside.sum()} of {len(clear)}" in text


def test_wallonia_has_the_rate_that_iweps_prints(places):
    region = store.load_communes()["region"].reindex(places.index)
    children = places.loc[region == "Wallonia", "children_0_2_5"].sum()
    assert round(100 * 32_543 / children, 1) == 36.6


def test_the_children_are_those_of_the_population_series(places):
    people = store.load_population_series().query("year == 2023")
    ages = people.pivot_table(index="nis", columns="age", values="count").reindex(places.index).astype(float)
    assert places["children_0_2_5"].astype(float).tolist() == (ages[0] + ages[1] + ages[2] / 2).tolist()


def test_the_same_tables_come_out_again(tmp_path):
    """Every table, the leave-one-out errors included, from the committed tables it is made of."""
    inputs = modelled_places.Inputs(
        communes=store.load_communes(),
        figures=store.load_commune_figures(),
        population=store.load_population_series(),
        observations=store.load_coverage_observations(),
        published=store.load_daycare_places(),
        services=store.load_services().reset_index(),
    )
    datasets = modelled_places.build_modelled_places(tmp_path, inputs)
    assert len(datasets) == 4
    for dataset in datasets:
        if dataset.path.endswith(".csv"):
            assert (tmp_path / dataset.path).read_bytes() == (data_dir() / dataset.path).read_bytes(), dataset.path
    made = pd.read_parquet(tmp_path / modelled_places.DRAWS_PATH)
    pd.testing.assert_frame_equal(made, store.load_modelled_places_draws())
