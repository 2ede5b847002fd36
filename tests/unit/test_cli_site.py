"""``finder site``: the answer of the same question in Python, in words and as JSON; what is refused."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from finder.answers import atlas as atlas_module
from finder.answers import siting_table
from finder.answers.atlas import Atlas
from finder.answers.siting import SitingQuestion, find_sites
from finder.cli import app
from finder.errors import IncompleteSupplyError, LocationError, UnknownKindError

COMMUNES = ("25031", "25107")
"""Genappe and Villers-la-Ville."""

NEAR = ["--kind", "maternity", "--p", "2", "--limit", "12", "--area", "Brabant wallon"]


class TwoCommunes(Atlas):
    """Every thirtieth demand point and all localities of two communes, on the whole network."""

    def demand(self, year):
        points = super().demand(year)
        return points[points["nis"].isin(COMMUNES)].sort_index().iloc[::30]

    @property
    def localities(self):
        everywhere = self.keep(("all",), lambda: super(TwoCommunes, self).localities)
        return everywhere[everywhere["nis"].isin(COMMUNES)].reset_index(drop=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        kept = TwoCommunes()
        patch.setattr(siting_table, "load_hierarchy", lambda _: None)
        patch.setattr(atlas_module, "Atlas", lambda _: kept)
        patch.setenv("FINDER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield kept


def run(*arguments):
    return CliRunner().invoke(app, ["site", *arguments])


def test_json_is_the_answer_of_the_question(small):
    said = json.loads(run(*NEAR, "--json").stdout)
    question = SitingQuestion(
        "maternity", "most_within", 2, limit_min=12.0, people="women_15_49", area="Brabant wallon"
    )  # fmt: skip
    found = find_sites(small, question, gap=0.0)
    assert said["status"] == "optimal"
    assert said["objective_value"] == pytest.approx(found.solution.objective)
    assert said["bound"] == pytest.approx(said["objective_value"])
    assert {row["site_id"] for row in said["sites"]} == set(found.sites.index)
    assert [row["opening_order"] for row in said["sites"]] == [1, 2]
    people, after = found.points["people"], found.points["after_min"]
    assert said["objective_value"] == pytest.approx(people[after <= 12].sum())
    assert people[found.points["before_min"] <= 12].sum() < said["objective_value"]


def test_in_words_it_is_proven_and_names_its_limits(small):
    found = run(*NEAR)
    assert found.exit_code == 0
    assert "proven optimal" in " ".join(found.output.split())
    assert "Trips have no traffic" in " ".join(found.output.split())


def test_from_scratch_nobody_is_served_before(small):
    kept = json.loads(run(*NEAR, "--objective", "mean", "--json").stdout)
    anew = json.loads(run(*NEAR, "--objective", "mean", "--from-scratch", "--json").stdout)
    assert (kept["keep_existing"], anew["keep_existing"]) == (True, False)
    assert anew["objective_value"] >= kept["objective_value"]
    assert np.isclose(sum(row["people"] for row in anew["sites"]), small.demand(2020)["women_15_49"].sum())


def test_what_cannot_be_met_is_an_answer(small):
    asked = ["--kind", "maternity", "--objective", "cover-all", "--mode", "walk", "--limit", "1"]
    words = run(*asked)
    assert words.exit_code == 0
    assert "Cannot be met" in words.output
    said = json.loads(run(*asked, "--json").stdout)
    assert said["status"] == "infeasible"
    assert said["unmet_ids"]
    assert said["sites"] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--kind", "psy"], UnknownKindError),
        (["--kind", "childminder"], IncompleteSupplyError),
        (["--kind", "maternity", "--area", "Nowhere"], LocationError),
        (["--kind", "maternity", "--limit", "nan"], LocationError),
        (["--kind", "maternity", "--p", "100000"], LocationError),
        (["--kind", "child_consultation", "--draw", "100000"], LocationError),
    ],
)
def test_refused_by_name(small, arguments, error):
    assert isinstance(run(*arguments).exception, error)


@pytest.mark.parametrize("option", [["--objective", "x"], ["--people", "x"], ["--p", "0"], ["--time-limit", "0"]])
def test_options_out_of_range_are_the_wrong_use(option):
    assert run("--kind", "maternity", *option).exit_code == 2
