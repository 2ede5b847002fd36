"""Stores that are old, new, damaged, full or out of reach."""

import json
import sqlite3
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from finder.errors import StoreFormatError, StoreUnavailableError
from finder.sources import documents_store, documents_store_schema
from finder.sources.documents_store import open_store
from finder.sources.documents_store_body import body_sha
from finder.sources.documents_store_engine import open_engine, store_url, writing

BODY = {"actions": [{"action": "open", "lon": 5.5, "lat": 50.6, "places": 14}]}

# Tables as version 0 made them, frozen here: the code that made them is gone.
VERSION_0 = """
CREATE TABLE {schema}documents (
    id {uuid} NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL, name VARCHAR(200) NOT NULL,
    created {time} NOT NULL, updated {time} NOT NULL, revision INTEGER NOT NULL,
    body JSON NOT NULL, body_sha VARCHAR(64) NOT NULL, deleted {time});
CREATE TABLE {schema}revisions (
    document_id {uuid} NOT NULL REFERENCES {schema}documents (id), revision INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL, body JSON NOT NULL, body_sha VARCHAR(64) NOT NULL,
    saved_at {time} NOT NULL, saved_by_label VARCHAR(100), PRIMARY KEY (document_id, revision));
INSERT INTO {schema}documents VALUES
    ('{key}', 'scenario', 'old', '{now}', '{now}', 1, '{body}', '{sha}', NULL);
INSERT INTO {schema}revisions VALUES ('{key}', 1, 'old', '{body}', '{sha}', '{now}', NULL);
"""


def make_version_0(address):
    """Return the id of the one document of a store of version 0 made at an address."""
    is_postgres = address.startswith("postgresql")
    key = uuid.uuid4()
    script = VERSION_0.format(
        schema="finder." if is_postgres else "", uuid="UUID" if is_postgres else "CHAR(32)",
        time="TIMESTAMP WITH TIME ZONE" if is_postgres else "DATETIME", key=key if is_postgres else key.hex,
        now="2025-01-02 03:04:05.000000+00" if is_postgres else "2025-01-02 03:04:05.000000",
        body=json.dumps(BODY), sha=body_sha(BODY),
    )  # fmt: skip
    url = store_url(address)
    if is_postgres:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA finder;" + script)
        engine.dispose()
    else:
        Path(url.database).parent.mkdir()
        with sqlite3.connect(url.database) as connection:
            connection.executescript(script)
        connection.close()
    return str(key)


def read_all(address, table):
    with writing(open_engine(store_url(address))) as connection:
        return connection.execute(sa.select(table)).all()


def test_an_old_store_is_brought_up_to_date_on_opening(address):
    key = make_version_0(address)
    store = open_store(address)
    document = store.load(key)
    assert (document.name, document.body, document.saved.created.year) == ("old", BODY, 2025)
    assert [tuple(row)[1:] for row in read_all(address, documents_store.sites)] == [(1, 1, "open", None, 5.5, 50.6)]
    assert store.save("scenario", "new", {}, document_id=key, expected_revision=1).revision == 2
    assert open_store(address).load(key, revision=1).body == BODY


def test_a_migration_that_fails_leaves_the_old_store(address, monkeypatch):
    key = make_version_0(address)

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(documents_store_schema, "site_rows", fail)
        with pytest.raises(KeyboardInterrupt):
            open_store(address)
    assert open_store(address).load(key).body == BODY


def test_a_store_opened_by_many_at_once_is_made_once(address):
    key = make_version_0(address)
    with ThreadPoolExecutor(4) as pool:
        bodies = list(pool.map(lambda _: open_store(address).load(key).body, range(8)))
    assert bodies == [BODY] * 8
    assert [row.version for row in read_all(address, documents_store_schema.store_version)] == [1]


def test_a_store_of_a_newer_version_is_refused_and_kept(address):
    saved = open_store(address).save("scenario", "a", BODY)
    with writing(open_engine(store_url(address))) as connection:
        connection.execute(documents_store_schema.store_version.update().values(version=2))
    with pytest.raises(StoreFormatError, match="version 2, this Finder knows 1"):
        open_store(address)
    engine = sa.create_engine(store_url(address))
    with engine.connect() as connection:
        table = "finder.revisions" if address.startswith("postgresql") else "revisions"
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1
    engine.dispose()
    assert saved.revision == 1


@pytest.fixture
def filled(tmp_path):
    """Path of a SQLite store of some pages."""
    path = tmp_path / "documents.sqlite"
    store = open_store(str(path))
    for number in range(12):
        store.save("scenario", f"name {number}", {"text": str(number) * 3_000})
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"this is no database, but a text of some length" * 40,
        lambda content: content[: len(content) // 2],
        lambda content: content[:4096] + b"\xff" * 4096 * 6 + content[4096 * 7 :],
        lambda content: b"\0" * 100 + content[100:],
    ],
    ids=["text", "cut", "overwritten", "head"],
)
def test_a_damaged_file_is_said_and_kept(filled, damage):
    filled.write_bytes(damage(filled.read_bytes()))
    before = filled.read_bytes()
    with pytest.raises(StoreFormatError, match="kept as it is"):
        open_store(str(filled))
    assert filled.read_bytes() == before


def test_a_file_of_another_program_is_not_touched(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreFormatError, match="another program"):
        open_store(str(path))
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path):
    path = tmp_path / "empty.sqlite"
    path.touch()
    assert open_store(str(path)).list("scenario") == ()


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreUnavailableError):
        open_store(str(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="folder cannot be made"):
        open_store(str(tmp_path / "file" / "documents.sqlite"))


FULL = """
import resource, sys
from finder.errors import StoreUnavailableError
from finder.sources.documents_store import open_store
store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    for number in range(100):
        print(store.save("scenario", f"more {number}", {"text": "x" * 100_000}).id, flush=True)
except StoreUnavailableError as error:
    sys.exit(f"said: {error}")
"""


def test_a_full_disk_loses_nothing_that_was_kept(filled):
    before = {saved.id for saved in open_store(str(filled)).list("scenario")}
    limit = str(filled.stat().st_size + 1_000_000)
    ended = subprocess.run([sys.executable, "-c", FULL, str(filled), limit], capture_output=True, text=True)
    said = set(ended.stdout.split())
    assert "said: The disk of the store is full" in ended.stderr
    assert 0 < len(said) < 100
    store = open_store(str(filled))
    assert {saved.id for saved in store.list("scenario")} == before | said
    for key in said:
        assert store.load(key).body == {"text": "x" * 100_000}
    assert store.save("scenario", "room again", {}).revision == 1


def test_a_full_server_changes_nothing(database, postgres):
    store = open_store(postgres)
    saved = store.save("scenario", "kept", BODY)
    _, sql = database
    sql(
        "CREATE FUNCTION finder.full() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$;"
        "CREATE TRIGGER full_disk BEFORE INSERT ON finder.sites EXECUTE FUNCTION finder.full()"
    )
    with pytest.raises(StoreUnavailableError, match="disk of the store is full"):
        store.save("scenario", "lost", BODY, document_id=saved.id)
    assert store.load(saved.id).saved == saved
    assert len(store.history(saved.id)) == 1


def test_the_geometry_is_postgis_own(database, postgres):
    open_store(postgres).save("scenario", "a", {"actions": [*BODY["actions"], {"action": "close", "site_id": "x"}]})
    _, sql = database
    assert sql("SELECT ST_AsEWKT(geom) FROM finder.sites ORDER BY site_no").split("\n") == ["SRID=4326;POINT(5.5 50.6)"]
    assert sql("SELECT count(*) FROM finder.sites WHERE geom IS NULL") == "1"
    columns = "f_table_schema, f_table_name, f_geometry_column, type, srid"
    assert sql(f"SELECT {columns} FROM geometry_columns") == "finder|sites|geom|POINT|4326"


def test_a_database_without_postgis_says_what_to_do(server):
    sql, home = server
    sql("CREATE DATABASE plain")
    sql("CREATE ROLE planner LOGIN")
    sql("GRANT CREATE ON DATABASE plain TO planner")
    address = f"postgresql://planner@/plain?host={home}"
    with pytest.raises(StoreUnavailableError, match="CREATE EXTENSION postgis"):
        open_store(address)
    assert sql("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'finder'", "plain") == "0"
    sql("CREATE EXTENSION postgis", "plain")
    assert open_store(address).save("scenario", "a", BODY).revision == 1


def test_a_server_out_of_reach_is_said_without_the_password(tmp_path):
    with pytest.raises(StoreUnavailableError, match="cannot be opened or reached") as raised:
        open_store(f"postgresql://planner:secret@/none?host={tmp_path}")
    assert "secret" not in str(raised.value)


def test_a_connection_that_the_server_ends_is_opened_again(database, postgres):
    store = open_store(postgres)
    saved = store.save("scenario", "a", BODY)
    _, sql = database
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'stores' AND pid <> pg_backend_pid()")
    assert store.load(saved.id).body == BODY
