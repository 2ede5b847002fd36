"""Fixtures every tier shares."""

import datetime
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS_DAY = datetime.date(2026, 11, 22)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep each file with one worker: what its fixtures compute in minutes is then computed once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            # Tests of the database share one server.
            name = "database" if "database" in item.path.parts else item.path.stem
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def atlas():
    """Return the data, one for all files of a worker: nothing of it is changed after it was read."""
    from finder.answers.atlas import Atlas

    return Atlas()


@pytest.fixture(scope="session")
def sheet_basis(atlas):
    """Return what commune sheets share, in half a minute; its progress counts every step once."""
    from finder.answers.commune_sheet import gather_basis

    steps = []
    found = gather_basis(atlas, day=SHEETS_DAY, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(k, len(steps)) for k in range(1, len(steps) + 1)]
    return found


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of the source data; skips visibly where it is not there (a plain clone works without it)."""
    folder = Path(os.environ.get("FINDER_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"source data not found at {folder}: set FINDER_SHARED to run this test")
    return folder
