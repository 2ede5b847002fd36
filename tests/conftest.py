"""Fixtures every tier shares."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of the source data; skips visibly where it is not there (a plain clone works without it)."""
    folder = Path(os.environ.get("FINDER_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"source data not found at {folder}: set FINDER_SHARED to run this test")
    return folder
