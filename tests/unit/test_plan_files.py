"""One's own openings, closings and housing projects, from CSV files."""

import pytest

from finder.errors import SourceFileError
from finder.sources.plan_files import read_changes, read_housing

COMMUNES = {"84033", "92094"}


def written(folder, text):
    path = folder / "plans.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_plans_are_read(tmp_path):
    changes = read_changes(written(tmp_path, "\ufeffnis,year,places\n84033,2028, 40\n92094,2030,-12\n"), COMMUNES)
    assert changes.to_dict("list") == {"nis": ["84033", "92094"], "year": [2028, 2030], "places": [40, -12]}
    housing = read_housing(written(tmp_path, "nis,year,dwellings\n84033,2028,0\n"), COMMUNES)
    assert housing.to_dict("list") == {"nis": ["84033"], "year": [2028], "dwellings": [0]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nis,year,dwellings\n84033,2028,4\n", r"plans\.csv must have the columns nis,year,places; it has nis,year,dw"),
        ("nis,year,places\n", "no rows below its columns"),
        ("", "not a readable CSV"),
        ("nis,year,places\n99999,2028,4\n", "99999 are no codes of 2025"),
        ("nis,year,places\n84033,2028,4.5\n", "places must hold whole numbers, below zero for closings; found 4.5"),
        ("nis,year,places\n84033,2028,\n", "places must hold whole numbers"),
        ("nis,year,places\n84033,28,4\n", "year must lie in 2000-2100; found 28"),
        ("nis,year,places\n84033,,4\n", "year must lie in 2000-2100"),
        ("nis,year,places\n84033,3028,4\n", "year must lie in 2000-2100; found 3028"),
        ("nis,year,places\n84033,2028,4,5\n84033,2028,4,5,6\n", "plans.csv"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(tmp_path, text, said):
    with pytest.raises(SourceFileError, match=said):
        read_changes(written(tmp_path, text), COMMUNES)


def test_dwellings_are_not_taken_away_and_bytes_are_no_csv(tmp_path):
    with pytest.raises(SourceFileError, match="dwellings must hold whole numbers of 0 or more; found -3"):
        read_housing(written(tmp_path, "nis,year,dwellings\n84033,2028,-3\n"), COMMUNES)
    path = tmp_path / "plans.csv"
    path.write_bytes(b"\xff\xfe\x00nis")
    with pytest.raises(SourceFileError, match="not a readable CSV in UTF-8"):
        read_housing(path, COMMUNES)
