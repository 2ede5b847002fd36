import numpy as np
import pandas as pd
import pytest

from finder.capacity.consultations_model import (
    TYPES,
    Totals,
    draw_counts,
    draw_mobile,
    place_consultations,
    replace_by_official,
)
from finder.errors import ApportionError, NoSiteError

TOTALS = Totals(house=1, classic=6, antenna=3, periodic=2, mobile_communes=1)


@pytest.fixture
def communes():
    return pd.DataFrame(
        {
            "children_0_5": [4_000.0, 1_500.0, 300.0, 250.0, 0.0],
            "outlying_children": [3_000.0, 0.0, 200.0, 150.0, 0.0],
            "density_km2": [7_000.0, 6_000.0, 90.0, 60.0, 20.0],
            "locality_count": [1, 1, 6, 5, 1],
            "site_count": [9, 1, 6, 5, 1],
            "region": ["Brussels", "Brussels", "Wallonia", "Wallonia", "Wallonia"],
            "province": ["Bruxelles-Capitale", "Bruxelles-Capitale", "Namur", "Luxembourg", "Luxembourg"],
        },
        index=pd.Index(["21001", "21002", "92001", "81001", "81002"], name="nis"),
    )


@pytest.fixture
def sites(communes):
    rows = [
        (f"site-{nis}-{i}", nis, 1_000.0 * i, 0.0, float(children) / (i + 1))
        for nis, children, count in zip(communes.index, communes["children_0_5"], communes["site_count"], strict=True)
        for i in range(count)
    ]
    return pd.DataFrame(rows, columns=["site_id", "nis", "x_m", "y_m", "children_0_5"])


def no_lead(sites):
    return pd.Series(False, index=pd.Index(sites["site_id"]))


def test_the_central_network_adds_up_and_serves_every_brussels_commune(communes):
    counts = draw_counts(communes, TOTALS)
    assert counts.sum().to_dict() == {"house": 1, "classic": 6, "antenna": 3, "periodic": 2}
    assert (counts.sum(axis=1) <= communes["site_count"]).all()
    assert (counts.loc[["21001", "21002"], "classic"] >= 1).all()
    assert counts.loc["81002"].sum() == 0  # no children, no consultation
    # Many children draw classic consultations, villages the periodic ones.
    assert counts["classic"].idxmax() == "21001"
    assert counts.loc[["21001", "21002"], "periodic"].sum() == 0


def test_an_official_list_fixes_the_number_and_leaves_the_totals(communes):
    counts = draw_counts(communes, TOTALS, official=pd.Series({"21001": 4}), rng=np.random.default_rng(1))
    assert counts.loc["21001"].to_dict() == {"house": 0, "classic": 4, "antenna": 0, "periodic": 0}
    assert counts["classic"].sum() == 6


def test_too_few_sites_are_named(communes):
    with pytest.raises(ApportionError, match="limits sum to 40"):
        draw_counts(communes, Totals(house=0, classic=40, antenna=0, periodic=0, mobile_communes=0))


def test_mobile_units_go_to_the_least_dense_communes_of_their_provinces(communes):
    assert draw_mobile(communes, 2).to_dict() == {
        "21001": False, "21002": False, "92001": False, "81001": True, "81002": True,
    }  # fmt: skip
    assert draw_mobile(communes, 95).sum() == 3  # never more than there are


def test_consultations_stand_on_different_sites_of_their_commune(communes, sites):
    counts = draw_counts(communes, TOTALS, rng=np.random.default_rng(5))
    placed = place_consultations(counts, sites, has_lead=no_lead(sites), rng=np.random.default_rng(6))
    assert not placed["site_id"].duplicated().any()
    by_type = pd.crosstab(placed["nis"], placed["type"]).reindex(counts.index, columns=list(TYPES), fill_value=0)
    assert (by_type.to_numpy() == counts.to_numpy()).all()
    home = sites.set_index("site_id")["nis"]
    assert (placed["site_id"].map(home) == placed["nis"]).all()


def test_the_central_network_takes_the_largest_sites_and_a_lead_counts_three_times(communes, sites):
    counts = pd.DataFrame(0, index=communes.index, columns=list(TYPES))
    counts.loc["92001", "classic"] = 1
    assert place_consultations(counts, sites, has_lead=no_lead(sites))["site_id"].tolist() == ["site-92001-0"]
    lead = no_lead(sites)
    lead["site-92001-1"] = True  # half the children, three times the weight
    assert place_consultations(counts, sites, has_lead=lead)["site_id"].tolist() == ["site-92001-1"]


def test_more_consultations_than_sites_are_refused(communes, sites):
    counts = pd.DataFrame(0, index=communes.index, columns=list(TYPES))
    counts.loc["21002", "classic"] = 2
    with pytest.raises(NoSiteError, match="2 sites asked for, 1 free"):
        place_consultations(counts, sites, has_lead=no_lead(sites))


def test_an_official_list_replaces_the_model_in_every_draw():
    modelled = pd.DataFrame(
        {
            "draw": [0, 0, 1, 1, 1],
            "site_id": ["a", "b", "a", "c", "d"],
            "nis": ["1", "2", "1", "2", "2"],
            "type": ["classic"] * 5,
        }
    )
    official = pd.DataFrame({"site_id": ["o1", "o2", "x"], "nis": ["2", "2", "3"], "type": ["official"] * 3})
    result = replace_by_official(modelled, official, listed=frozenset({"2"}))
    assert result.to_dict("records") == [
        {"draw": 0, "site_id": "a", "nis": "1", "type": "classic"},
        {"draw": 0, "site_id": "o1", "nis": "2", "type": "official"},
        {"draw": 0, "site_id": "o2", "nis": "2", "type": "official"},
        {"draw": 1, "site_id": "a", "nis": "1", "type": "classic"},
        {"draw": 1, "site_id": "o1", "nis": "2", "type": "official"},
        {"draw": 1, "site_id": "o2", "nis": "2", "type": "official"},
    ]
    empty = replace_by_official(modelled, official.iloc[:0], listed=frozenset({"2"}))
    assert set(empty["nis"]) == {"1"}  # a complete list without a row: none there
    pd.testing.assert_frame_equal(
        replace_by_official(modelled, official, listed=frozenset()), modelled.sort_values(["draw", "nis"])
    )
