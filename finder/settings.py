"""Where Finder finds its data, and the few switches a deployment may set.

Read at call time, never at import: a test or a server may set the environment first.
"""

import os
from pathlib import Path

from finder.errors import DatasetNotFoundError

DATA_VARIABLE = "FINDER_DATA"
TILES_VARIABLE = "FINDER_OSM_TILES"
CACHE_VARIABLE = "FINDER_CACHE"
STORE_VARIABLE = "FINDER_STORE"
DATABASE_VARIABLE = "FINDER_DATABASE_URL"
IMPORTS_VARIABLE = "FINDER_IMPORTS"


def data_dir() -> Path:
    """Return the folder of the derived data.

    The environment variable ``FINDER_DATA`` wins; else the ``data`` folder beside the package.

    Raises
    ------
    DatasetNotFoundError
        If there is no such folder.
    """
    chosen = os.environ.get(DATA_VARIABLE)
    folder = Path(chosen) if chosen else Path(__file__).resolve().parent.parent / "data"
    if not folder.is_dir():
        raise DatasetNotFoundError(
            f"No data folder at {folder}. Run Finder from its checkout, or set {DATA_VARIABLE} to the data folder."
        )
    return folder


def osm_tiles_allowed() -> bool:
    """Return whether maps may load tiles from openstreetmap.org (off by default: it tells a third party)."""
    return os.environ.get(TILES_VARIABLE, "").strip().lower() in {"1", "true", "yes"}


def imports_allowed() -> bool | None:
    """Return whether visitors may take lists in, which changes what everybody sees.

    ``FINDER_IMPORTS=on`` lets every visitor, any other word nobody; unset (None), those at the server's own computer.
    """
    chosen = os.environ.get(IMPORTS_VARIABLE, "").strip().lower()
    return chosen in {"on", "1", "true", "yes"} if chosen else None


def cache_dir() -> Path:
    """Return the folder for what can be computed again at any time (it need not exist, and may be deleted).

    The environment variable ``FINDER_CACHE`` wins; else ``finder`` in the user's cache folder.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "finder"


def store_path() -> Path:
    """Return the SQLite file of the store of documents (it need not exist).

    The environment variable ``FINDER_STORE`` wins; else ``finder/documents.sqlite`` in the user's data folder.
    """
    chosen = os.environ.get(STORE_VARIABLE)
    if chosen:
        return Path(chosen)
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "finder" / "documents.sqlite"


def database_url() -> str | None:
    """Return the address of the PostgreSQL database of the store, from ``FINDER_DATABASE_URL``; None without one."""
    return os.environ.get(DATABASE_VARIABLE) or None
