"""``finder coverage`` and ``underserved``: what scripts read, and questions that cannot be answered."""

import json

import pytest
from typer.testing import CliRunner

from finder.cli import app
from finder.errors import FinderError

pytestmark = pytest.mark.xdist_group("planner")


def ask(*words):
    return CliRunner().invoke(app, list(words))


def test_coverage_as_json_says_what_it_rests_on():
    found = json.loads(ask("coverage", "--commune", "84016", "--commune", "84016", "--json").stdout)
    assert found["provenance"] == "modelled"
    assert found["supply_date"] == "2022-12-31"
    assert found["children_date"] == "2023-01-01"
    (row,) = found["communes"]
    assert row["name"] == "Daverdisse"
    assert row["coverage_pct_p10"] < row["coverage_pct"] < row["coverage_pct_p90"]


def test_one_definition_is_enough():
    found = json.loads(ask("underserved", "--definition", "low_coverage", "--json").stdout)
    assert found["at_least"] == 1
    assert len(found["communes"]) == 271
    agreement = found["expected"][-1]
    assert agreement["holds_count"] + agreement["does_not_count"] + agreement["unknown_count"] == pytest.approx(271)
    shares = [row["agreement_share"] for row in found["communes"]]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("coverage", "--commune", "63001"), "63001"),
        (("coverage", "--year", "1999"), "1999"),
        (("reach", "--within", "0"), "limit_min is 0"),
        (("reach", "--within", "500"), "500"),
        (("underserved", "--definition", "nothing"), "nothing"),
        (("underserved", "--definition", "low_coverage", "--at-least", "5"), "At least 5"),
    ],
)
def test_impossible_questions_get_a_plain_answer(words, said):
    result = ask(*words)
    assert result.exit_code != 0
    told = str(result.exception) if isinstance(result.exception, FinderError) else result.output
    assert said in told
