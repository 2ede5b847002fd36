"""Plan Equilibre's places beside our list: what docs/places_allocation.md says of it."""

import pytest

from finder.answers import places_allocation
from finder.answers.measures import FIGURES
from finder.answers.places_allocation import AllocationQuestion, TargetQuestion, allocate_places, places_to_targets
from finder.answers.places_needed import planned_projects

PLAN_PLACES = 3143
"""Plan Equilibre, Wallonia; 1,757 of them for 39 communes of low employment, many lone parents and low income."""


@pytest.fixture(scope="module")
def plan_list(atlas):
    walloon = tuple(nis for nis in atlas.modelled_places.index if not nis.startswith("21"))
    with pytest.MonkeyPatch.context() as patch:
        # The forecast of a later year takes seconds and is not asked for here.
        patch.setattr(places_allocation, "LATER_YEAR", 2023)
        return allocate_places(atlas, AllocationQuestion(new_places=PLAN_PLACES, year=2023, communes=walloon)).table


def test_all_places_are_given_where_places_are_missing(plan_list):
    assert plan_list["places_added"].sum() == 3143 // 7 * 7
    given = plan_list[plan_list["places_added"] > 0]
    assert (given["missing_p90"] > 0).all()
    assert (given["places_added"] < given["missing_p90"] + 7).all()


def test_the_known_projects_are_no_likelier_in_our_list_than_any_commune(plan_list):
    """The list of projects is cut, and of provinces that are not the poorest: no overlap beyond chance."""
    projects = planned_projects().groupby("nis")["places"].sum()
    is_listed = plan_list["places_added"] > 0
    assert (len(projects), int(projects.sum())) == (31, 424)
    assert (int(is_listed[projects.index].sum()), int(is_listed.sum()), len(plan_list)) == (17, 162, 252)
    chosen = plan_list["share_chosen"]
    assert chosen[projects.index].mean() == pytest.approx(chosen.mean(), abs=0.05)


def test_poor_communes_with_many_lone_parents_get_most(atlas, plan_list):
    """The people of the 39 communes, as far as our figures tell: the poorest third and the most lone parents."""
    rows = atlas.commune_figures[atlas.commune_figures["figure"].isin(FIGURES)].dropna(subset=["value"])
    latest = rows.sort_values("year").groupby(["nis", "figure"])["value"].last().unstack().reindex(plan_list.index)
    income, lone = latest["income_per_inhabitant_eur"], latest["lone_parent_share"]
    is_like = (income <= income.quantile(1 / 3)) & (lone >= lone.quantile(2 / 3)) & (plan_list["rate"] < 33)
    assert (int(is_like.sum()), int(plan_list["places_added"][is_like].sum())) == (56, 1708)


def test_the_next_places_are_sure_in_few_communes(plan_list):
    is_listed = plan_list["places_added"] > 0
    assert int((plan_list["share_chosen"][is_listed] >= 0.8).sum()) == 11


def test_more_is_missing_than_the_smoothed_network_shows(atlas):
    answer = places_to_targets(atlas, TargetQuestion(year=2023, time_limit_s=0))
    assert answer.missing_total["p10"] > PLAN_PLACES
    assert answer.plan.part_count == (answer.table["places_added"] > 0).sum()
    assert (answer.table["share_reached"] >= 0.5).all()
