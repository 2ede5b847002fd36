"""Totals, limits and seeds of the modelled network, whatever the communes look like."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.apportion import expected_counts, whole_counts
from finder.capacity.consultations_model import TYPES, Totals, draw_counts, place_consultations
from finder.capacity.facility_sizes import split_places
from finder.capacity.site_choice import choose_facility_sites, choose_spread
from finder.capacity.site_universe import choose_sites

seeds = st.one_of(st.none(), st.integers(0, 2**32 - 1))


def generator(seed):
    return None if seed is None else np.random.default_rng(seed)


@st.composite
def apportionments(draw):
    size = draw(st.integers(1, 12))
    weights = draw(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=size, max_size=size))
    low = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    high = [few + draw(st.integers(0, 9)) for few in low]
    most = sum(h if w > 1e-6 else f for w, f, h in zip(weights, low, high, strict=True))
    weights = [w if w > 1e-6 else 0.0 for w in weights]
    return weights, low, high, draw(st.integers(sum(low), most))


@given(apportionments(), seeds)
def test_counts_keep_their_limits_and_add_up(case, seed):
    weights, low, high, total = case
    expected = expected_counts(weights, total, low=low, high=high)
    assert expected.sum() == pytest.approx(total, abs=1e-6)
    counts = whole_counts(expected, total, rng=generator(seed))
    assert counts.sum() == total
    assert (counts >= low).all()
    assert (counts <= high).all()
    assert (np.abs(counts - expected) < 1 + 1e-6).all()


@given(st.lists(st.floats(0, 5), min_size=2, max_size=8), st.integers(0, 100))
@settings(max_examples=20)
def test_random_rounding_keeps_the_expectation(values, seed):
    total = int(np.ceil(sum(values)))
    values = np.append(values, total - sum(values))
    rng = np.random.default_rng(seed)
    mean = np.mean([whole_counts(values, total, rng=rng) for _ in range(400)], axis=0)
    assert mean == pytest.approx(values, abs=0.15)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1)), min_size=1, max_size=6),
    st.lists(st.integers(1, 12).map(lambda groups: 7 * groups), min_size=1, max_size=5),
    seeds,
)
def test_facilities_keep_norms_and_add_up(communes, sizes, seed):
    index = pd.Index([f"{i:05d}" for i in range(len(communes))], name="nis")
    places = pd.Series([count for count, _ in communes], index=index)
    shares = pd.Series([share for _, share in communes], index=index)
    split = split_places(places, shares, np.array(sizes), rng=generator(seed))
    sums = split.groupby("nis")["capacity_places"].sum().reindex(index, fill_value=0)
    assert sums.tolist() == places.tolist()
    creches = split.loc[split["kind"] == "creche", "capacity_places"]
    assert (creches % 7 == 0).all()
    assert (split["capacity_places"] > 0).all()
    assert (split.loc[split["kind"] == "childminder", "capacity_places"] <= 8).all()
    again = split_places(places, shares, np.array(sizes), rng=generator(seed))
    pd.testing.assert_frame_equal(split, again)


@st.composite
def communes_with_sites(draw):
    count = draw(st.integers(1, 6))
    localities, points = [], []
    for i in range(count):
        nis = f"{21001 + i}"
        localities += [
            (f"{nis}-L{j}", nis, f"village {j}", draw(st.floats(0, 9e3)), draw(st.floats(0, 9e3)))
            for j in range(draw(st.integers(0, 4)))
        ]
        for j in range(draw(st.integers(1, 5))):
            children = draw(st.one_of(st.just(0.0), st.floats(0.01, 900)))
            where = draw(st.floats(0, 9e3)), draw(st.floats(0, 9e3))
            points.append((f"{nis}-P{j}", nis, *where, children / 2, children))
    localities = pd.DataFrame(localities, columns=["locality_id", "nis", "name", "x_m", "y_m"])
    columns = ["point_id", "nis", "x_m", "y_m", "children_0_2_5", "children_0_5"]
    points = pd.DataFrame(points, columns=columns).set_index("point_id")
    return localities.astype({"x_m": float, "y_m": float}), points


@given(communes_with_sites())
@settings(max_examples=60, deadline=None)
def test_every_commune_has_a_site_and_no_child_is_lost(case):
    localities, points = case
    sites = choose_sites(localities, points)
    assert set(sites["nis"]) == set(points["nis"])
    assert not sites["site_id"].duplicated().any()
    sums = sites.groupby("nis")["children_0_5"].sum()
    assert sums.to_numpy() == pytest.approx(points.groupby("nis")["children_0_5"].sum().to_numpy())


@given(communes_with_sites(), seeds, st.data())
@settings(max_examples=60, deadline=None)
def test_consultations_add_up_whatever_the_communes(case, seed, data):
    sites = choose_sites(*case)
    groups = sites.groupby("nis")
    communes = pd.DataFrame(
        {
            "children_0_5": groups["children_0_5"].sum(),
            "outlying_children": groups["children_0_5"].sum() - groups["children_0_5"].max(),
            "density_km2": 100.0,
            "locality_count": 1 + (sites["basis"] == "locality").groupby(sites["nis"]).sum(),
            "site_count": groups.size(),
            "region": [data.draw(st.sampled_from(["Wallonia", "Brussels"])) for _ in range(len(groups))],
            "province": "Namur",
        }
    )
    served = communes["children_0_5"] > 0
    least = int((communes["region"] == "Brussels").sum())
    room = int(communes.loc[served, "site_count"].sum()) + int((~served & (communes["region"] == "Brussels")).sum())
    classic = data.draw(st.integers(least, room))
    periodic = data.draw(st.integers(0, min(room - classic, 3)))
    totals = Totals(house=0, classic=classic, antenna=0, periodic=periodic, mobile_communes=2)
    counts = draw_counts(communes, totals, rng=generator(seed))
    assert counts.sum().to_dict() == {"house": 0, "classic": classic, "antenna": 0, "periodic": periodic}
    assert (counts >= 0).all(axis=None)
    assert (counts.sum(axis=1) <= communes["site_count"]).all()
    assert (counts.loc[communes["region"] == "Brussels"].sum(axis=1) >= 1).all()
    no_lead = pd.Series(False, index=pd.Index(sites["site_id"]))
    placed = place_consultations(counts, sites, has_lead=no_lead, rng=generator(seed))
    assert len(placed) == classic + periodic
    assert not placed["site_id"].duplicated().any()
    again = place_consultations(
        draw_counts(communes, totals, rng=generator(seed)), sites, has_lead=no_lead, rng=generator(seed)
    )
    pd.testing.assert_frame_equal(placed, again)
    assert counts.loc[~served, list(TYPES)].sum(axis=1).le(1).all()


@given(
    st.lists(st.tuples(st.floats(0, 900), st.floats(0, 5e3), st.floats(0, 5e3)), min_size=1, max_size=12),
    seeds,
    st.data(),
)
def test_chosen_sites_are_distinct_and_free(sites, seed, data):
    weights, x, y = (np.array(column) for column in zip(*sites, strict=True))
    taken = data.draw(st.lists(st.integers(0, len(sites) - 1), max_size=len(sites), unique=True))
    count = data.draw(st.integers(0, len(sites) - len(taken)))
    chosen = choose_spread(weights, x, y, count, taken=taken, rng=generator(seed))
    assert len(set(chosen.tolist())) == count
    assert not set(chosen.tolist()) & set(taken)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20), st.integers(1, 5), seeds)
def test_facilities_stay_in_their_commune(capacities, site_count, seed):
    sites = pd.DataFrame(
        {
            "site_id": [f"{c}{i}" for c in "ab" for i in range(site_count)],
            "nis": ["a"] * site_count + ["b"] * site_count,
        }
    )
    facilities = pd.DataFrame({"nis": list("ab" * len(capacities))[: len(capacities)], "capacity_places": capacities})
    facilities.index = facilities.index + 10
    chosen = choose_facility_sites(facilities, sites, np.arange(2 * site_count), rng=generator(seed))
    assert chosen.index.equals(facilities.index)
    assert (chosen.str[0] == facilities["nis"]).all()
