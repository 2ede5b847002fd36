"""``finder scenario``: ready-made ones, files, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from finder.cli import app
from finder.errors import ScenarioFormatError
from finder.settings import data_dir

runner = CliRunner()


def test_the_ready_made_ones_are_listed():
    found = json.loads(runner.invoke(app, ["scenario", "list", "--json"]).stdout)
    assert {"kce-all", "sirius-arlon", "maternity-eupen-reopens"} <= {row["id"] for row in found}


def test_a_file_and_the_ready_made_one_say_the_same():
    one = runner.invoke(app, ["scenario", "run", "kce-huy", "--json"])
    other = runner.invoke(app, ["scenario", "run", str(data_dir() / "scenarios" / "kce-huy.json"), "--json"])
    assert one.exit_code == 0
    assert one.stdout == other.stdout
    found = json.loads(one.stdout)
    assert found["people"]["longer_than_2"]["value"] > 20_000
    assert not found["changes_nothing"]
    assert found["communes"]


def test_neither_a_file_nor_a_ready_made_one():
    found = runner.invoke(app, ["scenario", "run", "nothing-of-the-sort"])
    assert found.exit_code == 2


@pytest.mark.parametrize("text", ["{}", "[", '{"version": 2}', "\u0000"])
def test_a_file_that_is_no_scenario(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    found = runner.invoke(app, ["scenario", "run", str(path)])
    assert isinstance(found.exception, ScenarioFormatError)
