import numpy as np
import pandas as pd
import pytest

from finder.capacity.facility_sizes import draw_minder_share, share_over_list, sizes_of_known, split_places
from finder.capacity.site_choice import choose_facility_sites, choose_spread
from finder.capacity.site_universe import choose_sites, nearest_site
from finder.errors import ApportionError, NoSiteError

SIZES = np.array([14, 21, 28, 49])


def places(**values):
    return pd.Series(values, dtype="int64").rename_axis("nis")


def test_the_central_split_of_a_commune():
    split = split_places(places(a=60, b=5, c=0), pd.Series({"a": 0.25, "b": 0.25, "c": 0.25}), SIZES)
    assert split.to_numpy().tolist() == [
        ["a", "creche", 21],
        ["a", "creche", 21],
        ["a", "childminder", 8],  # two together
        ["a", "childminder", 4],
        ["a", "childminder", 4],
        ["a", "childminder", 2],
        ["b", "childminder", 4],  # no group of seven fits
        ["b", "childminder", 1],
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (pd.Series({"a": -1}), "whole numbers of 0 or more"),
        (pd.Series({"a": 2.5}), "whole numbers of 0 or more"),
        (pd.Series({"b": 3}), "No share of childminders"),
    ],
)
def test_impossible_places_are_named(wrong, message):
    with pytest.raises(ApportionError, match=message):
        split_places(wrong, pd.Series({"a": 0.2}), SIZES)


def test_sizes_must_be_groups_of_seven():
    with pytest.raises(ApportionError, match="multiples of seven"):
        split_places(places(a=20), pd.Series({"a": 0.2}), np.array([20]))


def test_known_capacities_become_sizes():
    known = pd.Series([18, 21, 290, None, 2, 36], dtype="Int64")
    assert sizes_of_known(known).tolist() == [21, 21, 35]  # 290 is a group of creches, 2 no creche


def test_shares_of_childminders_vary_around_their_mean():
    means = pd.Series(0.28, index=[f"{i}" for i in range(4_000)])
    drawn = draw_minder_share(means, rng=np.random.default_rng(2))
    assert drawn.between(0, 1).all()
    assert drawn.mean() == pytest.approx(0.28, abs=0.01)
    assert draw_minder_share(means) is means
    assert (draw_minder_share(means * 0, rng=np.random.default_rng(2)) == 0).all()


def test_the_central_choice_follows_the_children():
    sites = pd.DataFrame({"site_id": ["a1", "a2", "b1"], "nis": ["a", "a", "b"]})
    facilities = pd.DataFrame({"nis": ["a"] * 4 + ["b"], "capacity_places": [21, 21, 21, 21, 7]})
    chosen = choose_facility_sites(facilities, sites, [300.0, 100.0, 5.0])
    assert chosen.tolist().count("a1") == 3
    assert chosen.tolist()[4] == "b1"


def test_drawn_sites_follow_the_children_and_stay_in_their_commune():
    sites = pd.DataFrame({"site_id": ["a1", "a2", "b1", "b2"], "nis": ["a", "a", "b", "b"]})
    facilities = pd.DataFrame({"nis": ["b", "a"] * 5_000, "capacity_places": 4})
    chosen = choose_facility_sites(facilities, sites, [300.0, 100.0, 0.0, 50.0], rng=np.random.default_rng(3))
    share = chosen.value_counts() / 5_000
    assert share["a1"] == pytest.approx(0.75, abs=0.02)
    assert share["b2"] > 0.99
    assert (chosen.str[0] == facilities["nis"]).all()


def test_a_commune_without_site_is_named():
    sites = pd.DataFrame({"site_id": ["a1"], "nis": ["a"]})
    with pytest.raises(NoSiteError, match="communes z"):
        choose_facility_sites(pd.DataFrame({"nis": ["z"], "capacity_places": [7]}), sites, [1.0])
    with pytest.raises(NoSiteError, match="communes z"):
        nearest_site(sites.assign(x_m=0.0, y_m=0.0), pd.DataFrame({"nis": ["z"], "x_m": [0.0], "y_m": [0.0]}))


def test_a_spread_choice_avoids_neighbours():
    # The second site has nearly the children of the first, 300 m away; the third is alone.
    assert choose_spread([100.0, 90.0, 40.0], [0.0, 300.0, 5_000.0], [0.0] * 3, 2).tolist() == [0, 2]
    assert choose_spread([100.0, 90.0, 40.0], [0.0, 300.0, 5_000.0], [0.0] * 3, 1, taken=[0]).tolist() == [2]
    with pytest.raises(NoSiteError, match="3 sites asked for, 2 free"):
        choose_spread([1.0, 1.0, 1.0], [0.0, 1.0, 2.0], [0.0] * 3, 3, taken=[1])


def test_a_random_choice_follows_the_weights():
    rng = np.random.default_rng(8)
    first = [int(choose_spread([60.0, 30.0, 10.0], [0.0, 9e3, 2e4], [0.0] * 3, 1, rng=rng)[0]) for _ in range(3_000)]
    assert np.bincount(first) / 3_000 == pytest.approx([0.6, 0.3, 0.1], abs=0.03)


def test_sites_are_inhabited_localities_and_large_cells():
    localities = pd.DataFrame(
        {
            "locality_id": ["L1", "L2", "L3"],
            "nis": ["a", "a", "b"],
            "name": ["Town", "Forest", "Elsewhere"],
            "x_m": [0.0, 50_000.0, 0.0],
            "y_m": [0.0, 0.0, 9_000.0],
        }
    )
    points = pd.DataFrame(
        {
            "nis": ["a", "a", "a", "a", "c"],
            "x_m": [100.0, 1_100.0, 1_500.0, 3_000.0, 80_000.0],
            "y_m": [0.0, 0.0, 0.0, 0.0, 0.0],
            "children_0_2_5": [40.0, 60.0, 50.0, 10.0, 1.0],
            "children_0_5": [100.0, 150.0, 120.0, 99.0, 2.0],
        },
        index=pd.Index(["p1", "p2", "p3", "p4", "p5"], name="point_id"),
    )
    sites = choose_sites(localities, points).set_index("site_id")
    # Nobody lives near L2; p3 is within 600 m of p2; p4 has too few children; c has no locality.
    assert sites.index.tolist() == ["site-L1", "site-p2", "site-p5"]
    assert sites["basis"].tolist() == ["locality", "cell", "cell"]
    assert sites["name"].tolist() == ["Town", "Town 2", "c"]
    assert sites["children_0_5"].tolist() == [100.0, 369.0, 2.0]
    assert sites["children_0_2_5"].sum() == points["children_0_2_5"].sum()


def test_places_are_shared_over_a_complete_list():
    known = pd.Series([42.0, None, 14.0], index=["x", "y", "z"])
    shared = share_over_list(84, known)
    assert shared.to_dict() == {"x": 42, "y": 28, "z": 14}
    drawn = share_over_list(84, known, rng=np.random.default_rng(4))
    assert drawn.sum() == 84
    assert (drawn % 7 == 0).all()
    assert (drawn >= 7).all()
    assert share_over_list(7, known).sum() == 7  # fewer groups than creches: some get none
    assert share_over_list(14, pd.Series([None, None], dtype="float64")).tolist() == [7, 7]
    with pytest.raises(ApportionError, match="15 places are not whole groups of 7"):
        share_over_list(15, known)
