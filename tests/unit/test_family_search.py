"""Filters that never hide the unknown; shortlists, ways and places within reach on the committed data."""

import datetime

import numpy as np
import pandas as pd
import pytest

from finder.answers.atlas import Atlas
from finder.answers.children import TODAY_YEAR, children_at_points
from finder.answers.how_hard import how_hard
from finder.answers.nearest import Origin, nearest_answer
from finder.answers.on_my_way import services_on_my_way
from finder.answers.search_filters import FilterCount, Wish, sift
from finder.answers.shortlist import nearest_by_kind
from finder.answers.site_times import POINTS_YEAR
from finder.capacity.impedance import Gaussian
from finder.errors import ThresholdError, UnknownKindError
from finder.geo.nearest import nearest_services
from finder.geo.routing import routes_to
from finder.geo.trips import trips_from
from finder.tables import SERVICE_TYPES, SERVICES

DAY = datetime.date(2026, 11, 22)
SALZINNES = Origin(4.8350, 50.4667, "Salzinnes")
BOUGE = Origin(4.90, 50.49, "Bouge")
NAMUR_KINDS = ("creche", "childminder", "child_consultation", "maternity", "hospital")


def services(**columns):
    rows = len(next(iter(columns.values())))
    frame = pd.DataFrame({name: columns.get(name, [None] * rows) for name in SERVICES.columns})
    return frame.astype(SERVICE_TYPES).assign(kind="creche", stage="age_0_3")


def verdicts(wish, **columns):
    """Return which of three rows are kept, and which of the kept ones are not known."""
    sifted = sift(services(**columns), wish)
    (name,) = sifted.counts
    unknown = sifted.unknown[name]
    assert sifted.counts[name].hidden_count == 3 - len(sifted.kept)
    return sifted.kept.index.tolist(), unknown.index[unknown].tolist()


@pytest.mark.parametrize(
    ("wish", "columns"),
    [
        (Wish(languages=("nl", "de")), {"languages": ["fr; nl", "fr", None]}),
        (Wish(income_related=True), {"tariff": ["free", "free_price", None]}),
        (Wish(subsidised=True), {"subsidised": [True, False, None]}),
        (Wish(step_free=True), {"step_free": [True, False, None]}),
        (Wish(places_free=True), {"free_places": [2, 0, None]}),
        (Wish(age_months=6), {"age_from_months": [0, 18, None], "age_to_months": [36, 36, 36]}),
        (Wish(age_months=36), {"age_from_months": [0, 0, 0], "age_to_months": [36, 30, None]}),
        (Wish(early=True), {"sessions": ["lun-ven 7h-18h", "lun-ven 8h-18h", "sur rendez-vous"]}),
        (Wish(late=True), {"sessions": ["lun-ven 7h-18h30", "lun-ven 8h-18h", None]}),
        (Wish(weekend=True), {"sessions": ["samedi 9h-12h", "lundi 9h-12h", "voir site"]}),
        (Wish(open_at=(3, datetime.time(14))),
         {"sessions": ["2e jeudi du mois de 14 à 19 h", "jeudi 9h-14h", "le 3e jeudi du mois au matin"]}),
    ],
)  # fmt: skip
def test_yes_stays_no_goes_unknown_stays_and_says_so(wish, columns):
    assert verdicts(wish, **columns) == ([0, 2], [2])


def test_each_filter_accounts_for_itself():
    frame = services(step_free=[True, False, None], subsidised=[False, False, None])
    sifted = sift(frame, Wish(step_free=True, subsidised=True, kinds=("creche",), stage="age_0_3"))
    assert sifted.kept.index.tolist() == [2]
    assert sifted.counts == {
        "stage": FilterCount(0, 0),
        "kinds": FilterCount(0, 0),
        "subsidised": FilterCount(2, 1),
        "step_free": FilterCount(1, 1),
    }


def test_no_wish_keeps_everything(atlas):
    assert sift(atlas.services, Wish()).kept is not None
    assert len(sift(atlas.services, Wish()).kept) == len(atlas.services)


def test_one_search_says_what_a_search_per_kind_says(atlas):
    short = nearest_by_kind(atlas, SALZINNES, kinds=NAMUR_KINDS, mode="car", day=DAY)
    assert tuple(short.groups) == NAMUR_KINDS
    for kind in ("creche", "maternity"):
        alone = nearest_answer(atlas, SALZINNES, kind=kind, mode="car", day=DAY, count=3)
        group = short.groups[kind]
        first = group.found.head(3)
        assert first.index.tolist() == alone.found.index.tolist()
        assert first["minutes"].tolist() == alone.found["minutes"].tolist()
        np.testing.assert_allclose(first["km"], alone.found["km"])
        assert set(first["why_key"]) == {"nearest" if alone.is_complete else "nearest_known"}
        assert len(group.unlocated) == len(alone.unlocated)
        assert len(group.found) == min(10, group.reached_count)
    assert short.border.known_kinds == ("hospital",)


def test_the_border_is_spoken_of_only_near_it(atlas):
    mouscron = Origin(3.2064, 50.7447, "Mouscron")
    short = nearest_by_kind(atlas, mouscron, kinds=("creche", "hospital"), mode="car", day=DAY)
    assert short.border.is_near
    assert short.groups["creche"].border_is_nearer
    assert short.border.unknown_kinds == ("creche",)
    walk = nearest_by_kind(atlas, SALZINNES, kinds=("creche",), mode="walk", day=DAY)
    assert not walk.border.is_near
    assert not walk.groups["creche"].border_is_nearer


def test_an_unknown_kind_is_refused(atlas):
    with pytest.raises(UnknownKindError):
        nearest_by_kind(atlas, SALZINNES, kinds=("creche", "castle"), mode="car", day=DAY)


def test_trips_are_the_routes_without_their_lines(atlas):
    roads = atlas.roads("walk")
    start = roads.snap(SALZINNES.lon, SALZINNES.lat)
    lon = SALZINNES.lon + np.array([0.0, 1e-4, 0.004, -0.01, 0.02, 5.0])
    ends = roads.snap(lon, np.full(6, SALZINNES.lat))
    trips = trips_from(roads.network, roads.graph, start, ends)
    ways = routes_to(roads.network, roads.graph, start, ends)
    assert trips.minutes.tolist() == [way.minutes if way else np.inf for way in ways]
    np.testing.assert_allclose(trips.km, [way.km if way else np.inf for way in ways])
    assert trips.is_on_synthetic.tolist() == [bool(way and way.is_on_synthetic) for way in ways]


def test_on_my_way_in_namur_ranks_otherwise_than_nearest(atlas):
    way = services_on_my_way(atlas, SALZINNES, BOUGE, kind="creche", mode="car", day=DAY, count=5)
    near = nearest_answer(atlas, SALZINNES, kind="creche", mode="car", day=DAY, count=5)
    assert way.found.index.tolist() != near.found.index.tolist()
    assert (way.found[["detour_there_min", "detour_back_min"]] >= 0).all(axis=None)
    assert way.found["detour_min"].is_monotonic_increasing


def test_a_detour_is_the_sum_of_its_trips(atlas):
    roads = atlas.roads("car")
    way = services_on_my_way(atlas, SALZINNES, BOUGE, kind="creche", mode="car", day=DAY, count=2)

    def minutes(a, b):
        trips = trips_from(roads.network, roads.graph, roads.snap(*a), roads.snap(*b))
        return float(trips.minutes[0])

    home, work = (SALZINNES.lon, SALZINNES.lat), (BOUGE.lon, BOUGE.lat)
    for _, row in way.found.iterrows():
        stop = (row["lon"], row["lat"])
        there = minutes(home, stop) + minutes(stop, work) - minutes(home, work)
        back = minutes(work, stop) + minutes(stop, home) - minutes(work, home)
        assert row["detour_there_min"] == pytest.approx(there, abs=1e-4)
        assert row["detour_back_min"] == pytest.approx(back, abs=1e-4)
        assert row["detour_min"] == pytest.approx(there + back, abs=1e-4)


def test_how_hard_says_why_it_cannot_say(atlas):
    here = how_hard(atlas, SALZINNES, mode="car", limit_min=15, day=DAY)
    assert here.places_per_100 is None
    assert {"list", "capacity"} <= set(here.reasons)
    assert here.with_capacity_count < here.known_count
    assert "92094" in here.communes_without_list
    with pytest.raises(ThresholdError):
        how_hard(atlas, SALZINNES, mode="car", limit_min=0, day=DAY)


class ListedAtlas(Atlas):
    """An atlas whose list of day care is complete: one creche with a known size."""

    @property
    def services(self):
        all_services = Atlas().services
        creche = all_services[all_services.index == "creche-web-les-bouts-d-choux-namur"]
        return creche.assign(capacity_places=pd.array([40], dtype="Int64"))

    def is_complete(self, kind):
        return kind in ("creche", "childminder")


def test_how_hard_shares_places_out_where_all_is_known():
    listed = ListedAtlas()
    here = how_hard(listed, SALZINNES, mode="car", limit_min=10, day=DAY)
    assert (here.reasons, here.known_count, here.known_places) == ((), 1, 40)
    roads = listed.roads("car")
    site = roads.snap(listed.services["lon"], listed.services["lat"])
    points = listed.demand_snaps("car", POINTS_YEAR)
    to_site, _ = nearest_services(roads.graph, points, site, k=1)
    mine, _ = nearest_services(roads.graph, roads.snap(SALZINNES.lon, SALZINNES.lat), site, k=1)
    children = children_at_points(listed, TODAY_YEAR, "children_0_2_5").to_numpy()
    weight = Gaussian.falling_to(limit_min=10)
    within = to_site[:, 0] <= 10
    competing = (weight(to_site[within, 0]) * children[within]).sum()
    assert here.places_per_100 == pytest.approx(float(100 * 40 * weight(mine[0])[0] / competing), rel=1e-5)


def test_no_stop_ever_saves_time(atlas):
    rng = np.random.default_rng(7)
    for lon, lat in zip(rng.uniform(3.4, 5.8, 4), rng.uniform(50.3, 50.75, 4), strict=True):
        way = services_on_my_way(atlas, SALZINNES, Origin(lon, lat, "x"), kind="maternity", mode="car", day=DAY)
        assert (way.found[["detour_there_min", "detour_back_min"]] >= 0).all(axis=None)
