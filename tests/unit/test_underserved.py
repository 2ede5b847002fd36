"""Definitions of underserved: each threshold at its limit, unknown kept apart, counts, people, stability, draws."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.certainty import certainty, judge_draws, likely_flags
from finder.capacity.definitions import (
    COMBINED_NEED,
    COMMUNE_DEFINITIONS,
    CROWDED,
    LOW_COVERAGE,
    LOW_INCOME_RELATED,
    LOWEST_FIFTH,
    POINT_DEFINITIONS,
    BelowQuantile,
    Definition,
    definition,
)
from finder.capacity.stability import ALL_KEY, mean_stability
from finder.capacity.underserved import agreement_count, agrees, definition_counts, evaluate, overlap, who_lives_there
from finder.errors import FinderError, MeasureError, ThresholdError


def communes(**columns):
    n = len(next(iter(columns.values())))
    index = pd.Index([f"{52000 + i}" for i in range(n)], name="nis")
    return pd.DataFrame({"children_0_2_5": [100.0] * n} | columns, index=index)


def one_draw(table):
    return {"coverage_pct": table[["coverage_pct"]]}


def as_list(flags):
    return [None if pd.isna(flag) else bool(flag) for flag in flags]


def test_coverage_of_exactly_33_is_not_underserved_and_unknown_is_not_no():
    table = communes(coverage_pct=[32.9, 33.0, 33.1, np.nan])
    assert as_list(LOW_COVERAGE.holds(table)) == [True, False, False, None]


def test_three_children_per_place_is_not_yet_more_than_three():
    table = communes(reachable_per_100=[33.3, 100 / 3, 33.4])
    assert as_list(CROWDED.holds(table)) == [True, False, False]


def test_a_commune_is_far_when_half_of_its_children_are():
    table = communes(share_beyond_walk_15=[0.49, 0.5, 1.0])
    assert as_list(definition("beyond_walk_15").holds(table)) == [False, True, True]


def test_a_point_exactly_at_the_limit_is_within_and_one_that_reaches_nothing_is_far():
    points = pd.DataFrame({"minutes_pram": [15.0, 15.1, np.inf, np.nan]}, index=["a", "b", "c", "d"])
    assert as_list(definition("farther_pram_15").holds(points)) == [False, True, True, None]


def test_lowest_fifth_is_of_children_not_of_communes():
    table = communes(reachable_per_100=[10.0, 20.0, 30.0, 40.0, 50.0])
    assert as_list(LOWEST_FIFTH.holds(table)) == [False] * 5, "the fifth of children ends at the first commune itself"
    table["children_0_2_5"] = [5.0, 5.0, 30.0, 30.0, 30.0]
    assert LOWEST_FIFTH.limit(table) == 30.0
    assert as_list(LOWEST_FIFTH.holds(table)) == [True, True, False, False, False]


def test_lowest_fifth_without_children_is_unknown():
    table = communes(reachable_per_100=[10.0, 20.0]).assign(children_0_2_5=0.0)
    assert as_list(LOWEST_FIFTH.holds(table)) == [None, None]


def need_table():
    return communes(
        coverage_pct=[20.0, 20.0, 20.0, 60.0, 20.0, np.nan],
        income_eur=[10.0, 10.0, 30.0, 10.0, 10.0, 30.0],
        lone_parent_share=[0.3, 0.1, 0.3, 0.3, np.nan, 0.3],
        low_education_share=[0.2, 0.2, 0.2, 0.2, np.nan, 0.2],
    )


def test_combined_need_asks_for_all_three_and_knows_what_one_failure_settles():
    # Means: coverage 28, income 16.7, lone parents 0.22, low education 0.2 (nobody is above).
    assert as_list(COMBINED_NEED.holds(need_table())) == [True, False, False, False, None, False]


def test_a_commune_exactly_at_the_means_has_no_combined_need():
    same = communes(coverage_pct=[40.0] * 2, income_eur=[10.0, 30.0], lone_parent_share=[0.3, 0.1])
    assert as_list(COMBINED_NEED.holds(same.assign(low_education_share=0.2))) == [False, False]
    same = communes(coverage_pct=[20.0, 60.0], income_eur=[10.0, 30.0], lone_parent_share=[0.25] * 2)
    assert as_list(COMBINED_NEED.holds(same.assign(low_education_share=0.5))) == [False, False]


def test_combined_need_is_weighted_by_children():
    table = need_table()
    limits = COMBINED_NEED.limits(table)
    assert limits["coverage_pct"] == pytest.approx(28.0)
    table.loc["52003", "children_0_2_5"] = 1000.0
    assert COMBINED_NEED.limits(table)["coverage_pct"] == pytest.approx((4 * 20 * 100 + 60 * 1000) / 1400)


@pytest.mark.parametrize("threshold", [0.0, -1.0, np.nan, np.inf])
def test_a_threshold_that_can_never_mean_anything_is_refused(threshold):
    with pytest.raises(ThresholdError, match="threshold"):
        Definition("x", "coverage_pct", threshold, "below", "commune", "%", "none")


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2])
def test_a_quantile_outside_0_to_1_is_refused(share):
    with pytest.raises(ThresholdError, match="share"):
        BelowQuantile("x", "coverage_pct", share, "children_0_2_5", "commune", "%", "none")


def test_missing_or_textual_measures_are_named():
    with pytest.raises(MeasureError, match="no column 'coverage_pct'"):
        evaluate(communes(other=[1.0]), [LOW_COVERAGE])
    with pytest.raises(MeasureError, match=r"1 values that are not numbers, at 52001"):
        evaluate(communes(coverage_pct=[10, "many"]), [LOW_COVERAGE])


@pytest.mark.parametrize("wrong", [-1.0, np.inf])
@pytest.mark.parametrize("rule", [LOWEST_FIFTH, COMBINED_NEED])
def test_impossible_numbers_of_children_are_named_not_weighed(rule, wrong):
    columns = ("reachable_per_100", "coverage_pct", "income_eur", *COMBINED_NEED.fragility)
    table = communes(**{name: [1.0, 2.0] for name in columns}).assign(children_0_2_5=[100.0, wrong])
    with pytest.raises(MeasureError, match=r"1 weights of 'children_0_2_5' .* at 52001"):
        evaluate(table, [rule])


def test_no_definition_is_refused():
    with pytest.raises(MeasureError, match="No definition"):
        evaluate(communes(coverage_pct=[10.0]), [])


def test_twice_the_same_id_or_key_or_two_levels_are_refused():
    table = communes(coverage_pct=[1.0, 2.0])
    with pytest.raises(MeasureError, match="stand twice: 52000"):
        evaluate(table.rename(index={"52001": "52000"}), [LOW_COVERAGE])
    with pytest.raises(MeasureError, match="same key"):
        evaluate(table, [LOW_COVERAGE, LOW_COVERAGE])
    with pytest.raises(MeasureError, match="one level"):
        evaluate(table, [LOW_COVERAGE, POINT_DEFINITIONS[-1]])
    with pytest.raises(MeasureError, match="Unknown definition 'nope'"):
        definition("nope")


def test_definitions_say_their_unit_and_source_and_have_one_key_per_level():
    for definitions in (COMMUNE_DEFINITIONS, POINT_DEFINITIONS):
        assert len({rule.key for rule in definitions}) == len(definitions)
        for rule in definitions:
            assert rule.unit
            assert rule.source


def test_agreement_is_unknown_only_where_the_unknown_would_decide():
    flags = pd.DataFrame(
        {"a": [True, True, True, False], "b": [True, None, None, None], "c": [False, None, False, False]},
        index=list("wxyz"),
        dtype="boolean",
    )
    assert as_list(agrees(flags, at_least=2)) == [True, None, None, False]
    assert as_list(agrees(flags, at_least=1)) == [True, True, True, None]
    assert agreement_count(flags).loc["x"].tolist() == [1, 0, 2]
    with pytest.raises(MeasureError, match="1 to 3"):
        agrees(flags, at_least=4)


def test_counts_by_definition_count_communes_and_children():
    table = communes(coverage_pct=[10.0, 40.0, np.nan]).assign(children_0_2_5=[5.0, 7.0, 11.0])
    counts = definition_counts(evaluate(table, [LOW_COVERAGE]), table["children_0_2_5"])
    assert counts.loc["low_coverage"].tolist() == [1, 1, 1, 5.0, 7.0, 11.0]
    with pytest.raises(MeasureError, match="negative or missing, at 52002"):
        definition_counts(evaluate(table, [LOW_COVERAGE]), table["children_0_2_5"].mask(table.index == "52002"))
    with pytest.raises(MeasureError, match="align"):
        definition_counts(evaluate(table, [LOW_COVERAGE]), table["children_0_2_5"][::-1])


def test_overlap_says_how_many_change_class_between_two_definitions():
    flags = pd.DataFrame(
        {"a": [True, True, False, False, None], "b": [True, False, True, False, True], "c": [True] * 5},
        dtype="boolean",
    )
    table = overlap(flags)
    assert list(table.index) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert table.loc[("a", "b")].tolist() == [1, 1, 1, 1, 1]
    assert table.loc[("b", "c")].tolist() == [3, 0, 2, 0, 0]
    assert overlap(flags[["a"]]).empty


def test_who_lives_there_weighs_by_children_and_says_what_is_known():
    table = communes(income_eur=[10.0, 30.0, np.nan, 50.0]).assign(children_0_2_5=[10.0, 30.0, 60.0, 0.0])
    flags = pd.Series([True, True, False, None], index=table.index, dtype="boolean")
    people = who_lives_there(flags, table, attributes=["income_eur"])
    assert people["children"].tolist() == [40.0, 60.0, 0.0, 100.0]
    assert people["zones_count"].tolist() == [2, 1, 1, 4]
    assert people.loc["inside", "income_eur"] == 25.0
    assert np.isnan(people.loc["outside", "income_eur"])
    assert people.loc["all", "income_eur_known_share"] == pytest.approx(0.4)
    assert np.isnan(people.loc["unknown", "income_eur_known_share"])


def test_no_zones_and_no_children_give_stated_results():
    empty = communes(coverage_pct=[1.0]).iloc[:0]
    flags = evaluate(empty, [LOW_COVERAGE])
    assert flags.shape == (0, 1)
    people = who_lives_there(flags["low_coverage"], empty)
    assert people["children"].tolist() == [0, 0, 0, 0]
    assert people["children_share"].isna().all()
    assert (mean_stability(empty, one_draw(empty), [LOW_COVERAGE], at_least=1) == 0).all(axis=None)
    draws = pd.DataFrame(columns=[0, 1], index=empty.index, dtype=float)
    assert judge_draws(empty, {"coverage_pct": draws}, [LOW_COVERAGE], at_least=1).shares().shape == (0, 2)
    assert definition_counts(flags, empty["children_0_2_5"]).sum(axis=None) == 0
    assert certainty(pd.Series(dtype=float)).empty
    assert LOWEST_FIFTH.holds(empty.assign(reachable_per_100=1.0)).empty
    assert agreement_count(flags).empty


def test_stability_counts_who_enters_and_leaves_when_a_threshold_moves_by_a_tenth():
    # 33 moves to 29.7 and 36.3.
    table = communes(coverage_pct=[29.0, 30.0, 35.0, 36.4, np.nan], income_related_pct=[50.0] * 5)
    moves = mean_stability(table, one_draw(table), [LOW_COVERAGE, LOW_INCOME_RELATED], at_least=1)
    assert list(moves.index) == [
        (key, by) for key in ("low_coverage", "low_income_related", ALL_KEY) for by in (-10, 10)
    ]
    assert moves.loc[("low_coverage", -10), ["holds_count", "enter_count", "leave_count"]].tolist() == [1, 0, 1]
    assert moves.loc[("low_coverage", 10), ["holds_count", "enter_count", "leave_count"]].tolist() == [3, 1, 0]
    assert moves.loc[("low_coverage", 10), "unknown_count"] == 1
    assert moves.loc[("low_coverage", 10), "agreement_enter_count"] == 1
    assert moves.loc[(ALL_KEY, -10), "leave_count"] == 1


@pytest.mark.parametrize("step", [-0.1, 0.0, 1.0, np.nan])
def test_a_step_that_moves_nothing_or_too_much_is_refused(step):
    table = communes(coverage_pct=[10.0])
    with pytest.raises(ThresholdError, match="between 0 and 1"):
        mean_stability(table, one_draw(table), [LOW_COVERAGE], step=step, at_least=1)


def test_certainty_limits_are_inclusive_and_57_of_60_draws_is_certain():
    shares = pd.Series([57 / 60, 0.94, 0.75, 0.74, 0.5, 0.26, 0.25, 0.06, 3 / 60, 0.0, np.nan])
    assert certainty(shares).tolist() == [
        "certain_yes",
        "likely",
        "likely",
        "unsure",
        "unsure",
        "unsure",
        "likely_no",
        "likely_no",
        "certain_no",
        "certain_no",
        "unknown",
    ]


def test_draws_recompute_the_limits_of_each_draw():
    table = communes(reachable_per_100=[1.0, 2.0, 3.0, 4.0, 5.0]).assign(children_0_2_5=[10.0, 20.0, 20.0, 25.0, 25.0])
    draws = pd.DataFrame({0: [1.0, 2, 3, 4, 5], 1: [5.0, 4, 3, 2, 1]}, index=table.index)
    shares = judge_draws(table, {"reachable_per_100": draws}, [LOWEST_FIFTH], at_least=1).shares()
    # Draw 0: limit 2 (30 % of children), the first is in; draw 1: limit 1, nobody.
    assert shares["lowest_fifth"].tolist() == [0.5, 0, 0, 0, 0]
    assert shares["agreement"].tolist() == shares["lowest_fifth"].tolist()


def two_draws():
    """Coverage of four communes in two draws, one unknown in the second; the central figures are smooth."""
    table = communes(coverage_pct=[34.0] * 4, income_related_pct=[20.0, 40.0, 40.0, np.nan])
    draws = pd.DataFrame({1: [30.0, 30.0, 32.0, 40.0], 2: [30.0, 40.0, 34.0, np.nan]}, index=table.index)
    return table, {"coverage_pct": draws}, [LOW_COVERAGE, LOW_INCOME_RELATED]


def test_communes_and_children_of_each_draw_add_up_whatever_the_smooth_centre_says():
    table, draws, rules = two_draws()
    drawn = judge_draws(table, draws, rules, at_least=2)
    totals = drawn.totals(pd.Series([10.0, 20.0, 30.0, 40.0], index=table.index))
    assert totals.loc[(1, "low_coverage"), "holds_count"] == 3
    assert totals.loc[(2, "low_coverage"), ["holds_count", "does_not_count", "unknown_count"]].tolist() == [1, 2, 1]
    assert totals.loc[(1, "low_coverage"), "holds_children"] == 60
    assert totals.filter(like="_count").sum(axis=1).eq(4).all()
    assert totals.filter(like="_children").sum(axis=1).eq(100).all()
    assert totals["holds_count"].xs("agreement", level="definition").tolist() == [1, 1]
    assert drawn.mean_holds_count().tolist() == [2.0, 0.5, 0.5, 0.0]
    assert evaluate(table, rules)["low_coverage"].sum() == 0


def test_overlap_over_the_draws_is_the_mean_of_each():
    table, draws, rules = two_draws()
    pair = judge_draws(table, draws, rules, at_least=1).mean_overlap().loc[("low_coverage", "low_income_related")]
    assert pair.tolist() == [1.0, 1.0, 0.0, 1.0, 1.0]


def test_stability_over_the_draws_is_the_mean_of_each():
    table, draws, rules = two_draws()
    moves = mean_stability(table, draws, rules, at_least=1)
    # 10 % looser is 36.3: in draw 1 nobody enters, in draw 2 the commune at 34; stricter is 29.7 and empties both.
    assert moves.loc[("low_coverage", 10), ["holds_count", "enter_count"]].tolist() == [2.5, 0.5]
    assert moves.loc[("low_coverage", -10), ["holds_count", "leave_count"]].tolist() == [0.0, 2.0]


def test_likely_flags_leave_out_who_is_unsure():
    shares = pd.Series([0.95, 0.75, 0.5, 0.25, 0.0, np.nan])
    assert as_list(likely_flags(shares)) == [True, True, None, False, False, None]


def test_draws_that_do_not_fit_are_refused():
    table = communes(coverage_pct=[10.0, 20.0])
    draws = pd.DataFrame({0: [1.0, 2.0]}, index=table.index)
    with pytest.raises(MeasureError, match="no draw"):
        judge_draws(table, {}, [LOW_COVERAGE], at_least=1)
    with pytest.raises(MeasureError, match="other ids"):
        judge_draws(table, {"coverage_pct": draws[::-1]}, [LOW_COVERAGE], at_least=1)
    with pytest.raises(MeasureError, match="not those of"):
        judge_draws(
            table, {"coverage_pct": draws, "income_eur": draws.rename(columns={0: 1})}, [LOW_COVERAGE], at_least=1
        )


def test_errors_are_finder_errors_and_value_errors():
    assert issubclass(MeasureError, FinderError)
    assert issubclass(MeasureError, ValueError)
