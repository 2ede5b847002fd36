import json
import os
import signal
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from finder.errors import (
    DocumentBodyError,
    DocumentConflictError,
    StoredDocumentNotFoundError,
    StoreFormatError,
    StoreUnavailableError,
)
from finder.sources import documents_store, documents_store_engine
from finder.sources.documents_store import open_store
from finder.sources.documents_store_engine import open_engine, store_url, writing

BODY = {
    "version": 1,
    "actions": [
        {"action": "open", "lon": 4.867, "lat": 50.467, "places": 21, "name": "Crèche de l’Étoile"},
        {"action": "close", "site_id": "s17"},
    ],
    "share": 0.1,
    "none": None,
}


def test_what_is_saved_is_read_back_by_another_store(address):
    saved = open_store(address).save("scenario", "Namur: deux crèches, 早 👶🏽", BODY, saved_by_label="Anne")
    again = open_store(address)
    document = again.load(saved.id)
    assert document.body == BODY
    assert (document.saved, document.revision, document.name) == (saved, 1, "Namur: deux crèches, 早 👶🏽")
    assert again.history(saved.id)[0].saved_by_label == "Anne"
    assert abs(saved.created - datetime.now(UTC)) < timedelta(minutes=5)
    assert saved.created.tzinfo is not None
    assert document.saved.created == saved.created


def test_the_store_keeps_its_own_copy(address):
    store, body = open_store(address), {"actions": [{"action": "open"}]}
    saved = store.save("scenario", "a", body)
    body["actions"].clear()
    assert store.load(saved.id).body == {"actions": [{"action": "open"}]}


def test_names_may_repeat_and_ids_never(address):
    store = open_store(address)
    ids = {store.save("scenario", "same", {"n": n}).id for n in range(3)}
    store.save("mobile_plan", "same", {})
    assert len(ids) == 3
    assert {saved.id for saved in store.list("scenario")} == ids


def test_the_last_changed_is_listed_first(address):
    store = open_store(address)
    first, second = store.save("scenario", "first", {}), store.save("scenario", "second", {})
    store.save("scenario", "first again", {}, document_id=first.id)
    assert [saved.name for saved in store.list("scenario")] == ["first again", "second"]
    assert store.list("scenario")[1] == second


def test_edits_keep_the_history(address):
    store = open_store(address)
    saved = store.save("scenario", "one", {"n": 1})
    for n in (2, 3):
        saved = store.save("scenario", f"name {n}", {"n": n}, document_id=saved.id, expected_revision=n - 1)
    assert saved.revision == 3
    assert [(one.revision, one.name) for one in store.history(saved.id)] == [(1, "one"), (2, "name 2"), (3, "name 3")]
    assert [store.load(saved.id, revision=n).body for n in (1, 2, 3)] == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert store.load(saved.id, revision=1).name == "one"


def test_a_save_from_an_old_revision_is_refused_and_changes_nothing(address):
    store = open_store(address)
    saved = store.save("scenario", "a", {"by": "me"})
    hers = store.save("scenario", "a", {"by": "her"}, document_id=saved.id, expected_revision=1)
    with pytest.raises(DocumentConflictError, match="at revision 2, not 1"):
        store.save("scenario", "a", {"by": "me again"}, document_id=saved.id, expected_revision=1)
    assert store.load(saved.id).body == {"by": "her"}
    assert store.load(saved.id).saved == hers
    assert len(store.history(saved.id)) == 2


def test_an_id_of_ones_own_is_taken_once(address):
    store, key = open_store(address), str(uuid.uuid4())
    assert store.save("scenario", "a", {}, document_id=key, expected_revision=0).id == key
    with pytest.raises(DocumentConflictError):
        store.save("scenario", "b", {}, document_id=key, expected_revision=0)
    assert [saved.name for saved in store.list("scenario")] == ["a"]


def test_of_many_who_take_one_id_at_once_one_succeeds(address):
    store, key = open_store(address), str(uuid.uuid4())

    def take(name):
        try:
            return store.save("scenario", name, {"by": name}, document_id=key, expected_revision=0).name
        except DocumentConflictError:
            return None

    with ThreadPoolExecutor(6) as pool:
        taken = [name for name in pool.map(take, "abcdef") if name]
    assert len(taken) == 1
    assert store.load(key).body == {"by": taken[0]}


def test_a_copy_begins_its_own_history(address):
    store = open_store(address)
    saved = store.save("scenario", "a", {"n": 1})
    store.save("scenario", "a", {"n": 2}, document_id=saved.id)
    copy = store.duplicate(saved.id, "copy of a")
    assert (copy.revision, store.load(copy.id).body) == (1, {"n": 2})
    store.save("scenario", "copy", {"n": 3}, document_id=copy.id)
    assert store.load(saved.id).body == {"n": 2}


def test_a_deleted_document_can_come_back(address):
    store = open_store(address)
    saved = store.save("scenario", "a", BODY)
    assert store.delete(saved.id).is_deleted
    store.delete(saved.id)
    assert store.list("scenario") == ()
    assert [one.id for one in store.list("scenario", deleted=True)] == [saved.id]
    for refused in (
        lambda: store.load(saved.id),
        lambda: store.save("scenario", "b", {}, document_id=saved.id),
        lambda: store.duplicate(saved.id, "b"),
    ):
        with pytest.raises(StoredDocumentNotFoundError, match="restore it"):
            refused()
    assert len(store.history(saved.id)) == 1
    assert store.restore(saved.id) == saved
    assert store.load(saved.id).body == BODY


NESTED: dict = {}
for _ in range(100):
    NESTED = {"a": NESTED}


@pytest.mark.parametrize(
    "body",
    [
        [1, 2], "text", None, {1: "a"}, {"a": {2: 3}}, {"a": float("nan")}, {"a": float("inf")}, {"a": {1, 2}},
        {"a": b"bytes"}, {"a": "\0"}, {"a\0": 1}, {"a": "\ud800"}, {"a": "é" * 100_000}, NESTED,
    ],
    ids=lambda body: repr(body)[:20],
)  # fmt: skip
def test_only_plain_json_of_limited_size_is_kept(address, body):
    store = open_store(address)
    with pytest.raises(DocumentBodyError):
        store.save("scenario", "a", body)
    assert store.list("scenario") == ()


def test_a_body_of_just_the_limit_is_kept(address):
    store, body = open_store(address), {"a": "x" * (200_000 - len('{"a":""}'))}
    assert store.load(store.save("scenario", "a", body).id).body == body


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "x" * 201, "\ud800", None])
def test_names_a_person_cannot_read_are_refused(address, name):
    with pytest.raises(DocumentBodyError):
        open_store(address).save("scenario", name, {})


@pytest.mark.parametrize("kind", ["", "Scenario", "a b", "x" * 41, "a;drop table documents"])
def test_kinds_are_short_words(address, kind):
    with pytest.raises(DocumentBodyError):
        open_store(address).save(kind, "a", {})


@pytest.mark.parametrize("key", ["", "17", "' or 1=1 --", "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b", None])
def test_unknown_ids_are_said(address, key):
    store = open_store(address)
    for ask in (store.load, store.history, store.delete, store.restore, lambda key: store.duplicate(key, "b")):
        with pytest.raises(StoredDocumentNotFoundError):
            ask(key)
    if key is not None:
        with pytest.raises(StoredDocumentNotFoundError):
            store.save("scenario", "a", {}, document_id=key)


def test_unknown_revisions_and_other_kinds_are_said(address):
    store = open_store(address)
    saved = store.save("scenario", "a", {})
    for revision in (0, 2, -1, 10**15):
        with pytest.raises(StoredDocumentNotFoundError, match="revisions 1 to 1"):
            store.load(saved.id, revision=revision)
    with pytest.raises(StoredDocumentNotFoundError, match="of the kind scenario"):
        store.save("mobile_plan", "a", {}, document_id=saved.id)


def test_writers_in_threads_lose_nothing(address):
    store = open_store(address)
    saved = store.save("scenario", "a", {"writer": -1, "n": -1})

    def write(writer):
        for n in range(8):
            store.save("scenario", "a", {"writer": writer, "n": n}, document_id=saved.id)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    kept = [store.load(saved.id, revision=one.revision).body for one in store.history(saved.id)]
    assert [one.revision for one in store.history(saved.id)] == list(range(1, 50))
    assert sorted((body["writer"], body["n"]) for body in kept) == [(-1, -1)] + [
        (writer, n) for writer in range(6) for n in range(8)
    ]


COUNTER = """
import sys
from finder.errors import DocumentConflictError
from finder.sources.documents_store import open_store
store = open_store(sys.argv[1])
for _ in range(10):
    while True:
        read = store.load(sys.argv[2])
        try:
            store.save("scenario", "count", {"n": read.body["n"] + 1}, document_id=sys.argv[2],
                       expected_revision=read.revision)
            break
        except DocumentConflictError:
            continue
"""


def test_writers_in_processes_lose_nothing(address):
    store = open_store(address)
    saved = store.save("scenario", "count", {"n": 0})
    writers = [subprocess.Popen([sys.executable, "-c", COUNTER, address, saved.id]) for _ in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert store.load(saved.id).body == {"n": 30}
    assert len(store.history(saved.id)) == 31


INTERRUPTED = """
import sys, time
from finder.sources import documents_store
def hang(*_):
    print("half written", flush=True)
    time.sleep(600)
store = documents_store.open_store(sys.argv[1])
documents_store.site_rows = hang
store.save("scenario", "lost", {"n": 2}, document_id=sys.argv[2])
"""


def test_a_crash_in_the_middle_of_a_write_leaves_what_was_before(address):
    store = open_store(address)
    saved = store.save("scenario", "kept", BODY)
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, address, saved.id], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline().strip() == "half written"
        os.kill(writer.pid, signal.SIGKILL)
    again = open_store(address)
    assert again.load(saved.id).saved == saved
    assert len(again.history(saved.id)) == 1
    assert again.save("scenario", "next", {}, document_id=saved.id, expected_revision=1).revision == 2


def test_a_failure_in_the_middle_of_a_write_leaves_what_was_before(address, monkeypatch):
    store = open_store(address)
    saved = store.save("scenario", "kept", BODY)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(documents_store, "site_rows", fail)
    with pytest.raises(KeyboardInterrupt):
        store.save("scenario", "lost", {}, document_id=saved.id)
    with pytest.raises(KeyboardInterrupt):
        store.save("scenario", "lost too", {})
    assert [one.name for one in store.list("scenario")] == ["kept"]
    assert len(store.history(saved.id)) == 1


def test_a_writer_who_waits_too_long_is_told_so(address, monkeypatch):
    store = open_store(address)
    saved = store.save("scenario", "a", {})
    monkeypatch.setattr(documents_store_engine, "WAIT_SECONDS", 0.3)
    hurried = open_store(address)
    with writing(open_engine(store_url(address))) as connection:
        connection.execute(sa.update(documents_store.documents).values(name="b"))
        with pytest.raises(StoreUnavailableError, match="try again"):
            hurried.save("scenario", "c", {}, document_id=saved.id)
    assert hurried.save("scenario", "c", {}, document_id=saved.id).revision == 2


def test_a_body_changed_outside_is_noticed(address):
    store = open_store(address)
    saved = store.save("scenario", "a", {"places": 7})
    with writing(open_engine(store_url(address))) as connection:
        connection.execute(sa.update(documents_store.revisions).values(body={"places": 700}))
    with pytest.raises(StoreFormatError, match="changed outside"):
        store.load(saved.id)


def test_the_sites_of_every_revision_can_be_read_by_a_gis(address):
    store = open_store(address)
    odd = {"actions": [{"action": "open", "lon": "4", "lat": True}, "close", {"lon": 4.0}, {"action": 7}]}
    saved = store.save("scenario", "a", BODY)
    store.save("scenario", "a", odd, document_id=saved.id)
    with writing(open_engine(store_url(address))) as connection:
        rows = connection.execute(sa.select(documents_store.sites).order_by("revision", "site_no")).all()
    assert [tuple(row)[1:] for row in rows] == [
        (1, 1, "open", None, 4.867, 50.467),
        (1, 2, "close", "s17", None, None),
        (2, 1, "open", None, None, None),
    ]


def test_the_address_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv("FINDER_DATABASE_URL", raising=False)
    monkeypatch.setenv("FINDER_STORE", str(tmp_path / "own.sqlite"))
    open_store().save("scenario", "a", {})
    assert (tmp_path / "own.sqlite").is_file()
    monkeypatch.delenv("FINDER_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert open_store().list("scenario") == ()
    assert (tmp_path / "home" / "finder" / "documents.sqlite").is_file()
    monkeypatch.setenv("FINDER_DATABASE_URL", "mysql://somebody@nowhere/none")
    with pytest.raises(StoreFormatError, match="mysql"):
        open_store()


@pytest.mark.parametrize("wrong", ["postgresql://a:b:c:d@x:port/n", "sqlite://", "sqlite:///:memory:", "http://x/y"])
def test_an_address_that_is_none_is_said(wrong):
    with pytest.raises(StoreFormatError):
        open_store(wrong)


def test_bodies_are_json_text_in_the_database(address):
    saved = open_store(address).save("scenario", "a", BODY)
    with writing(open_engine(store_url(address))) as connection:
        text = connection.execute(sa.text(f"SELECT CAST(body AS TEXT) FROM {_qualified(address)}")).scalar_one()
    assert json.loads(text) == BODY
    assert saved.body_sha == documents_store.body_sha(json.loads(text))


def _qualified(address):
    return "finder.documents" if address.startswith("postgresql") else "documents"
