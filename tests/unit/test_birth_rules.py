"""Minutes beside a recommendation: limits, what is not known, and the conditions."""

import math

import pandas as pd
import pytest

from finder.answers.birth_rules import _within, conditions, recommended_minutes
from finder.errors import RuleError
from finder.settings import data_dir

LIMITS = {"low_min": 20.0, "high_min": 30.0}


@pytest.fixture(scope="module")
def rules():
    return pd.read_csv(data_dir() / "lifeline" / "rules.csv", dtype=str, index_col="rule_id")


@pytest.mark.parametrize(
    ("minutes", "within"),
    [(0.0, "under_20"), (20.0, "under_20"), (20.01, "20_to_30"), (30.0, "20_to_30"), (30.01, "over_30")],
)
def test_limits_belong_to_the_nearer_class(minutes, within):
    assert _within(minutes, [], **LIMITS) == within


def test_a_maternity_at_an_unknown_place_can_take_the_answer_away():
    assert _within(25.0, [12.0], **LIMITS) == "unknown", "the new place may be under 20 minutes"
    assert _within(math.inf, [12.0], **LIMITS) == "unknown"
    assert _within(18.0, [12.0], **LIMITS) == "under_20", "a nearer one cannot make it worse"
    assert _within(math.inf, [], **LIMITS) == "unknown"


def test_the_recommendation_comes_from_the_table(rules):
    assert recommended_minutes(rules) == (20.0, 30.0)
    other = rules.copy()
    other.loc["home_birth_near_maternity_low_min", "value"] = "15"
    assert recommended_minutes(other) == (15.0, 30.0)
    with pytest.raises(RuleError, match="lacks home_birth_near_maternity_high_min"):
        recommended_minutes(rules.drop(index="home_birth_near_maternity_high_min"))
    other.loc["home_birth_near_maternity_low_min", "value"] = "soon"
    with pytest.raises(RuleError, match="minutes in order"):
        recommended_minutes(other)


def test_cocon_has_its_five_conditions_and_a_birth_centre_those_of_a_home_birth(rules):
    found = conditions(rules)
    lodge = rules.loc[list(found["birth_lodge"])]
    assert len({name.removesuffix("_from_week").removesuffix("_to_week") for name in lodge.index}) == 5
    assert set(found["home_birth"]) < set(found["birth_centre"])
    assert rules.loc["cocon_followed_before_week", "value"] == "32"
    assert (rules.loc["cocon_labour_from_week", "value"], rules.loc["cocon_labour_to_week", "value"]) == ("37", "42")


def test_no_rule_speaks_of_being_allowed(rules):
    words = r"\b(?:éligibl|autorisé|eligib|allowed|in aanmerking|toegelaten|zugelassen|berechtigt)"
    for language in ("fr", "nl", "de", "en"):
        assert not rules[language].str.contains(words, case=False, regex=True).any()
