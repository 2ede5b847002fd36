"""New day-care sites in sevens: nobody placed twice or beyond the limit, no size or sum exceeded."""

import math
from dataclasses import replace

import numpy as np
import pytest

from finder.answers.atlas import Atlas
from finder.answers.siting_sized import SizedQuestion, place_sites
from finder.capacity.location.capacitated import Sizes
from finder.errors import LocationError

ANS = SizedQuestion("Liège", 3, Sizes(7, 21, places_max=49), limit_min=4.0, take_up_share=0.9, year=2020)


class Ans(Atlas):
    """The demand points of one commune on the whole network."""

    def demand(self, year):
        points = super().demand(year)
        return points[points["nis"] == "62003"]


@pytest.fixture(scope="module")
def atlas():
    return Ans()


@pytest.fixture(scope="module")
def found(atlas):
    return place_sites(atlas, ANS)


def test_sizes_and_their_sum_are_kept(found):
    places = found.sites["places"]
    assert 0 < len(places) <= 3
    assert (places % 7 == 0).all()
    assert places.between(7, 21).all()
    assert places.sum() <= 49
    assert found.sites[["name", "nis", "lon", "lat"]].notna().all(axis=None)


def test_new_places_are_used_and_no_more_than_there_are(atlas, found):
    used = found.solution.objective
    children = atlas.demand(2020)["children_0_2_5"].sum()
    assert found.places_needed == pytest.approx(0.9 * children)
    assert found.solution.status == "optimal"
    assert found.used_before < used <= min(found.places_needed, found.used_before + found.sites["places"].sum()) + 1e-6
    assert found.used_before <= found.places_existing


def test_each_point_is_sent_to_a_site_within_the_limit(atlas, found):
    points = found.points
    has_site = points["site_id"].notna()
    assert (points.loc[has_site, "minutes"] <= 4).all()
    assert np.isinf(points.loc[~has_site, "minutes"]).all()
    named = set(points.loc[has_site, "site_id"])
    assert named <= set(found.sites.index) | set(atlas.modelled.sites.index)
    assert named & set(atlas.modelled.sites.index)


def test_no_new_site_leaves_what_there_is(atlas, found):
    none = place_sites(atlas, replace(ANS, p=0))
    assert none.sites.empty
    assert none.solution.objective == pytest.approx(found.used_before)


def test_what_is_missing_is_said(atlas):
    short = place_sites(atlas, replace(ANS, goal="minutes", p=0))
    assert short.solution.status == "infeasible"
    assert "short by" in short.solution.unmet or "farther than" in short.solution.unmet
    assert short.sites.empty
    assert short.points["site_id"].isna().all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"area": "Narnia"}, "Narnia"),
        ({"take_up_share": 0.0}, "above 0 and at most 1"),
        ({"take_up_share": 33.0}, "above 0 and at most 1"),
        ({"limit_min": math.inf}, "above 0"),
        ({"draw": 61}, "0 to 60"),
        ({"p": -1}, "-1 sites"),
    ],
)
def test_bad_questions_are_refused(atlas, change, told):
    with pytest.raises(LocationError, match=told):
        place_sites(atlas, replace(ANS, **change))
