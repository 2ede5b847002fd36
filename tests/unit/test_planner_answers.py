"""What planners are told, on the committed data: sums that must hold, errors, and who never sees the model."""

import numpy as np
import pytest

from finder.answers.children import COUNTED_YEAR, SUPPLY_YEAR, by_commune, children_at_points
from finder.answers.consultation_reach import measure_consultations
from finder.answers.coverage import coverage_table
from finder.answers.gaps import GapQuestion, find_gaps
from finder.answers.measures import measure_communes
from finder.answers.places_reach import ReachQuestion, measure_places
from finder.answers.point_definitions import judge_points
from finder.answers.underserved import (
    by_size,
    certainty_counts,
    chosen_criteria,
    expected_table,
    judge,
    judge_without_model,
    people_inside,
)
from finder.capacity.definitions import POINT_DEFINITIONS, definition
from finder.errors import DatasetNotFoundError, MeasureError, ThresholdError

pytestmark = pytest.mark.xdist_group("planner")
POINT_KEYS = ("crowded", "lowest_fifth", "farther_walk_20")


@pytest.fixture(scope="module")
def walking(atlas):
    return measure_consultations(atlas, "walk")


@pytest.fixture(scope="module")
def by_bike(atlas):
    # The lightest mode that reaches beyond one's own village.
    return measure_places(atlas, ReachQuestion(mode="bike", limit_min=15))


@pytest.fixture(scope="module")
def judged(walking, by_bike):
    keys = ("crowded", "lowest_fifth", "farther_walk_15", "farther_walk_20")
    return judge_points(
        by_bike, {"walk": walking}, definitions=[definition(key, among=POINT_DEFINITIONS) for key in keys]
    )


@pytest.fixture(scope="module")
def measures(atlas, walking, by_bike):
    return measure_communes(atlas, by_bike, {"walk": walking}, beyond_min={"walk": (15, 20)})


def test_counted_children_are_those_of_the_points_without_the_german_speaking_communes(atlas):
    children = children_at_points(atlas, COUNTED_YEAR, "children_0_2_5")
    points = atlas.demand(COUNTED_YEAR)
    outside = points["nis"].map(atlas.communes["is_german_community"]).astype(bool)
    assert (children[outside] == 0).all()
    assert children.sum() == pytest.approx(points.loc[~outside, "children_0_2_5"].sum())
    assert by_commune(children, atlas).sum() == pytest.approx(children.sum())


def test_a_year_we_do_not_have_is_refused(atlas):
    with pytest.raises(DatasetNotFoundError, match="1999"):
        children_at_points(atlas, 1999, "children_0_5")


def test_every_place_somebody_reaches_is_shared_out_once(atlas, by_bike):
    places = atlas.modelled.places_total
    given = (by_bike.per_100.astype(np.float64) * by_bike.children.to_numpy()[:, None]).sum(axis=0) / 100
    assert (given <= places.sum(axis=0) * (1 + 1e-6)).all()
    if by_bike.empty_site_count == 0:
        assert given[0] == pytest.approx(places[:, 0].sum(), rel=1e-5)


def test_rates_are_those_of_the_table_of_modelled_places(atlas):
    ours = coverage_table(atlas, SUPPLY_YEAR)
    written = atlas.modelled_places.loc[ours.index]
    # The table is rounded to two decimals; nothing else may differ.
    for measure in ("coverage", "income_related"):
        for name, column in (("pct", "pct"), ("pct_p10", "p10"), ("pct_p90", "p90")):
            np.testing.assert_allclose(
                ours[f"{measure}_{name}"], written[f"{measure}_{column}"].astype(float), rtol=0, atol=0.005 + 1e-9
            )
    assert (ours["coverage_pct_p10"] <= ours["coverage_pct_p90"]).all()


def test_communes_judged_are_those_that_one_serves(atlas, measures):
    assert len(measures.table) == 271
    assert not measures.table.index.isin(atlas.communes.index[atlas.communes["is_german_community"]]).any()
    assert measures.table["share_beyond_walk_15"].ge(measures.table["share_beyond_walk_20"]).all()
    bounds = measures.interval("reachable_per_100")
    assert (bounds["p10"] <= bounds["p90"]).all()


def test_a_measure_without_draws_is_its_own_interval(measures):
    bounds = measures.interval("income_eur")
    assert bounds["p10"].equals(bounds["value"].rename("p10"))
    assert not measures.is_uncertain("income_eur").any()


def test_judgements_add_up(measures):
    criteria = chosen_criteria(("low_coverage", "crowded", "combined_need", "beyond_walk_20"))
    found = judge(measures, criteria, at_least=2)
    assert (found.counts.sum(axis=1) == len(criteria)).all()
    assert found.shares.apply(lambda share: share.dropna().between(0, 1).all()).all()


def test_expected_numbers_are_sums_of_shares_and_add_up(measures):
    found = judge(measures, chosen_criteria(("low_coverage", "combined_need", "beyond_walk_20")), at_least=2)
    children = measures.table["children_0_2_5"]
    table = expected_table(found, children)
    assert table["holds_count"].to_numpy() == pytest.approx(found.shares.fillna(0).sum().to_numpy())
    assert (table["holds_count_p10"] <= table["holds_count_p90"]).all()
    for unit, whole in (("count", 271), ("children", children.sum())):
        parts = table[[f"{name}_{unit}" for name in ("holds", "does_not", "unknown")]]
        assert parts.sum(axis=1).to_numpy() == pytest.approx(whole)
    sure = certainty_counts(found.shares["agreement"], children)
    assert sure["zones_count"].sum() == 271
    assert sure["children"].sum() == pytest.approx(children.sum())
    sizes = by_size(measures, found.shares["low_coverage"])
    assert sizes["zones_count"].sum() == 271
    assert sizes["facility_points"].is_monotonic_decreasing
    people = people_inside(measures, found.shares["agreement"])
    assert people.loc[["inside", "outside", "unknown"], "children"].sum() == pytest.approx(
        people.loc["all", "children"]
    )


def test_without_the_model_only_what_published_figures_settle_is_known(measures):
    flags = judge_without_model(measures, chosen_criteria(("low_coverage", "combined_need", "beyond_walk_20")))
    assert flags.drop(columns="combined_need").isna().all(axis=None)
    assert not flags["combined_need"].fillna(False).any()
    assert flags["combined_need"].notna().any()


def test_a_threshold_moves_who_is_in(measures):
    few, many = (
        judge(measures, chosen_criteria(("low_coverage",), {"low_coverage": limit}), at_least=1).flags["low_coverage"]
        for limit in (20.0, 40.0)
    )
    assert chosen_criteria(("lowest_fifth",), {"lowest_fifth": 0.4})[0].share == 0.4
    assert few.sum() < many.sum()
    assert many[few].all()


def test_impossible_questions_are_refused(atlas, judged, measures):
    with pytest.raises(ThresholdError):
        chosen_criteria(("low_coverage",), {"low_coverage": 0.0})
    with pytest.raises(MeasureError, match="nothing"):
        chosen_criteria(("nothing",))
    with pytest.raises(MeasureError, match="At least 3"):
        judge(measures, chosen_criteria(("low_coverage",)), at_least=3)
    for limit in (0.0, 1e6, float("nan")):
        with pytest.raises(ThresholdError):
            find_gaps(atlas, judged, GapQuestion("walk", limit))
    with pytest.raises(ThresholdError):
        measure_places(atlas, ReachQuestion(limit_min=0))


def test_children_in_gaps_are_those_of_the_areas(atlas, judged):
    gaps = find_gaps(atlas, judged, GapQuestion("walk", 20, keys=POINT_KEYS))
    inside = gaps.points[gaps.points["is_gap"]]
    assert gaps.areas["children_0_5"].sum() == pytest.approx(inside["children_0_5"].sum())
    assert (inside["minutes"] > 20).all()
    assert inside["draw_share"].between(0.5, 1).all()
    others = gaps.points[~gaps.points["is_gap"] & (gaps.points["children_0_5"] > 0)]
    assert (others["minutes"] <= 20).all()
    expected = (gaps.points["children_0_5"] * gaps.points["draw_share"]).sum()
    assert gaps.children_draws.mean() == pytest.approx(expected)
    names = gaps.areas["name"]
    assert names.str.len().gt(0).all()


@pytest.mark.parametrize("rule", ["places", "agreement"])
def test_gaps_in_places_and_of_several_definitions_are_counted_draw_by_draw(atlas, judged, by_bike, walking, rule):
    question = GapQuestion(rule=rule, keys=POINT_KEYS, at_least=2, children_per_place=2.0)
    gaps = find_gaps(atlas, judged, question)
    crowded = by_bike.per_100[:, 1:] < (50 if rule == "places" else 100 / 3)
    holds = crowded
    if rule == "agreement":
        far = walking.minutes[:, 1:] > 20
        # The lowest fifth is the only limit that is another one in each draw.
        lowest = judged.rules["lowest_fifth"].holds
        assert 0.15 < np.average(lowest[:, 0], weights=by_bike.children) < 0.21
        holds = (crowded.astype(int) + far + lowest) >= 2
    np.testing.assert_allclose(gaps.points["draw_share"], holds.mean(axis=1))
    np.testing.assert_allclose(gaps.children_draws, gaps.points["children_0_5"].to_numpy() @ holds)
    inside = gaps.points[gaps.points["is_gap"]]
    assert gaps.areas["children_0_5"].sum() == pytest.approx(inside["children_0_5"].sum())
    for name in ("reachable_per_100", "mean_holds_count"):
        whole = np.average(gaps.areas[name], weights=gaps.areas["children_0_5"])
        assert whole == pytest.approx(np.average(inside[name], weights=inside["children_0_5"]))


def test_a_gap_by_one_definition_is_that_definition(atlas, judged):
    alone = find_gaps(atlas, judged, GapQuestion(rule="agreement", keys=("farther_walk_20",), at_least=1))
    far = find_gaps(atlas, judged, GapQuestion("walk", 20, keys=("farther_walk_20",), at_least=1))
    assert alone.points["is_gap"].equals(far.points["is_gap"])
    assert alone.points["mean_holds_count"].tolist() == far.points["draw_share"].tolist()


def test_points_are_not_judged_by_what_was_not_asked(judged):
    with pytest.raises(MeasureError, match="farther_car_15"):
        judged.together(("farther_car_15",), at_least=1)
    with pytest.raises(MeasureError, match="At least 2"):
        judged.together(("crowded",), at_least=2)


def test_no_answer_for_families_holds_a_modelled_service(atlas):
    assert not atlas.services["provenance"].isin(["modelled", "hypothetical"]).any()
