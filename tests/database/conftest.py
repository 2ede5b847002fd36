"""A PostgreSQL with PostGIS of our own, in a temporary folder and without a network port; a store on each database."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

REQUIRED = "FINDER_REQUIRE_DATABASE"


def pytest_collection_modifyitems(items):
    """Mark what is here; the conftest above keeps it in one worker: one server serves all."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.database)


def _programs():
    """Return the folder of the newest PostgreSQL that has PostGIS, or None."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)):
        control = Path("/usr/share/postgresql", folder.parent.name, "extension/postgis.control")
        if (folder / "initdb").is_file() and control.is_file():
            return folder
    return None


@pytest.fixture(scope="session")
def server():
    """Return a function that runs SQL on the server, and the folder of its socket."""
    programs = _programs()
    if programs is None:
        lacking = "no PostgreSQL with PostGIS found: run tools/install_postgresql.sh"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(lacking)
        pytest.skip(lacking)
    # PostgreSQL refuses to run as root.
    someone = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="finder-pg-"))
    if someone:
        shutil.chown(home, "postgres", "postgres")
        home.chmod(0o755)

    def run(*command, **options):
        return subprocess.run(
            [str(programs / command[0]), *command[1:]], check=True, cwd=home, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **someone, **options,
        )  # fmt: skip

    data = str(home / "data")
    run("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    settings = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    run("pg_ctl", "start", "--wait", "-D", data, "-l", str(home / "log"), "-o", settings)
    try:
        yield (
            lambda sql, name="postgres": run(
                "psql", "-h", str(home), "-U", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", sql
            ).stdout.strip(),
            home,
        )
    finally:
        run("pg_ctl", "stop", "--wait", "-D", data, "-m", "immediate")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def database(server):
    """Address of one database and a function that runs SQL in it."""
    sql, home = server
    sql("CREATE DATABASE stores")
    return f"postgresql://postgres@/stores?host={home}", lambda text: sql(text, "stores")


@pytest.fixture
def postgres(database):
    """Address of a database without a store; emptied afterwards."""
    address, sql = database
    yield address
    sql("DROP SCHEMA IF EXISTS finder CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """Address of an empty store on each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "store" / "documents.sqlite")
    return request.getfixturevalue("postgres")
