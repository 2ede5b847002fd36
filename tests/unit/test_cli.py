"""The command as a shell sees it: what it prints, and its exit code."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from finder.cli import main
from finder.settings import data_dir


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command in this process: starting Python anew for each case would take most of the time."""

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["finder", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Run(int(ended.value.code or 0), printed.out, printed.err)

    return run


def test_nearest_prints_the_services_sorted_by_minutes() -> None:
    command = [sys.executable, "-c", "from finder.cli import main; main()"]
    question = ["nearest", "Rue de Fer, Namur", "--kind", "maternity", "--mode", "car", "--json"]
    result = subprocess.run([*command, *question], capture_output=True, text=True, check=True)
    answer = json.loads(result.stdout)
    assert answer["origin"]["precision"] == "street"
    minutes = [row["minutes"] for row in answer["results"]]
    assert minutes == sorted(minutes)
    assert answer["results"][0]["name"] == "CHR Namur"
    assert 2 < minutes[0] < 15
    needed = {"service_id", "name", "kind", "minutes", "km", "provenance", "as_of"}
    assert all(needed <= set(row) for row in answer["results"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nearest", "Qwertyville-sur-Rien", "--kind", "maternity"), "Qwertyville-sur-Rien"),
        (("nearest", "Namur", "--kind", "casino"), "casino"),
        (("nearest", "Namur", "--kind", "creche", "--mode", "tram"), "choose one of car, bike, walk, pram"),
        (("nearest", "51.5,-0.1", "--kind", "creche"), "outside"),
        (("nearest", "Namur"), "--kind"),
        (("access", "--kind", "creche"), "list not public"),
        (("access", "--kind", "maternity", "--by", "street"), "--by"),
        (("access", "--kind", "maternity", "--on", "2001-01-01"), "2016"),
        (("access", "--kind", "maternity", "--on", "2101-01-01"), "still to come"),
        (("changes", "--since", "2020-01-01", "--on", "2017-01-01"), "must not be after"),
        (("network", "build"), "one of --from, --place and --box"),
        (("network", "build", "--box", "4.3,50.8"), "four numbers"),
        (("network", "build", "--from", "no-such-file.osm.pbf"), "no-such-file"),
        (("data", "build", "--from", "no-such-folder"), "no-such-folder"),
        (("data", "check", "--data", "no-such-folder"), "no-such-folder"),
    ],
)
def test_bad_input_is_told_plainly_and_ends_with_2(finder, arguments: tuple[str, ...], said: str) -> None:
    result = finder(*arguments)
    assert result.code == 2, result
    assert said in " ".join((result.out + result.err).split())


def test_a_moved_maternity_says_that_minutes_lead_to_its_old_site(finder) -> None:
    result = finder("nearest", "Rocourt, Liège", "--kind", "maternity", "--json")
    answer = json.loads(result.out)
    moved = [row["name"] for row in answer["results"] if "site moved" in (row["position_flag"] or "")]
    assert moved
    assert all(any(name in note and "OLD site" in note for note in answer["notes"]) for name in moved)


def test_access_says_what_its_figures_leave_out(finder) -> None:
    result = finder("access", "--kind", "hospital", "--by", "province")
    said = " ".join(result.out.split())
    for needed in ("without traffic jams", "1 February 2020", "touches_border", "median_min"):
        assert needed in said


def test_check_finds_a_file_that_is_not_what_the_catalogue_says(finder, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    for path in data_dir().rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(data_dir())
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    assert finder("data", "check", "--data", str(folder)).code == 0
    with (folder / "tables" / "postcodes.csv").open("a") as table:
        table.write("9999,21001\n")
    result = finder("data", "check", "--data", str(folder))
    assert result.code == 2
    assert "postcodes" in result.err


def test_list_names_licence_and_source_of_every_dataset(finder) -> None:
    rows = json.loads(finder("data", "list", "--json").out)
    assert len(rows) >= 15
    assert all(row["licence"] and row["source"] and row["attribution"] for row in rows)
