"""A store of named JSON documents that forgets nothing: scenarios now, published plans of mobile rounds later.

Names need not be unique, ids are. Every save adds a revision and keeps those before it. A save that says which revision
it was made from is refused if somebody else has saved since. See ``docs/scenario_store.md``.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from finder import settings
from finder.errors import DocumentConflictError, StoredDocumentNotFoundError, StoreFormatError
from finder.sources.documents_store_body import body_sha, checked_body, checked_kind, checked_label, checked_name
from finder.sources.documents_store_engine import open_engine, reading, store_url, writing
from finder.sources.documents_store_schema import documents, revisions, site_rows, sites


@dataclass(frozen=True)
class Saved:
    """What the store knows of a document beside its body.

    Attributes
    ----------
    id
        UUID, lower-case text with hyphens.
    kind, name
        Kind of document, and what people call it.
    revision
        The latest, 1 for a new document.
    created, updated
        UTC.
    body_sha
        SHA-256 of the latest body.
    is_deleted
        Whether it was put aside; :meth:`DocumentStore.restore` brings it back.
    """

    id: str
    kind: str
    name: str
    revision: int
    created: datetime
    updated: datetime
    body_sha: str
    is_deleted: bool


@dataclass(frozen=True)
class Document:
    """A document as it was at one revision.

    Attributes
    ----------
    saved
        What is known of the document now.
    revision, name
        The revision read, and its name then.
    body
        Its JSON object.
    """

    saved: Saved
    revision: int
    name: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Revision:
    """One save of a document: ``saved_at`` in UTC, and who saved as they called themselves."""

    revision: int
    name: str
    saved_at: datetime
    saved_by_label: str | None
    body_sha: str


class DocumentStore:
    """Documents in one database; made by :func:`open_store`. May be used by many threads.

    Every method raises :class:`finder.errors.StoreUnavailableError` if the database cannot be reached or written to.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self,
        kind: str,
        name: str,
        body: dict[str, Any],
        *,
        document_id: str | None = None,
        expected_revision: int | None = None,
        saved_by_label: str | None = None,
    ) -> Saved:
        """Keep a document: a new one, or a new revision of one.

        Parameters
        ----------
        kind
            Word of small letters, digits and underscores; never changes.
        name
            1 to 200 characters; need not be unique.
        body
            JSON object of at most 200,000 bytes.
        document_id
            UUID of the document to revise; default a new one. With ``expected_revision`` 0 it is the id of a new one.
        expected_revision
            The revision that was read before editing. Without it the save follows whatever was saved last; that stays
            in the history.
        saved_by_label
            How the person who saves wants to be called; no account is behind it.

        Raises
        ------
        DocumentBodyError
            If the kind, the name, the label or the body cannot be kept.
        StoredDocumentNotFoundError
            If there is no such document of this kind, or it is deleted.
        DocumentConflictError
            If the latest revision is another one than expected.
        """
        kind, name, label = checked_kind(kind), checked_name(name), checked_label(saved_by_label)
        content = checked_body(body)
        is_new = document_id is None or expected_revision == 0
        key = str(uuid.uuid4()) if document_id is None else _key(document_id)
        with writing(self._engine) as connection:
            found = connection.execute(_row(key).with_for_update()).one_or_none()
            if not is_new:
                found = _live(found, key)
                if found.kind != kind:
                    raise StoredDocumentNotFoundError(f"Document {key} is of the kind {found.kind}, not {kind}.")
            latest = 0 if found is None else found.revision
            if expected_revision is not None and latest != expected_revision:
                raise DocumentConflictError(
                    f"Document {key} is at revision {latest}, not {expected_revision}: somebody saved it since you "
                    "read it. Read it again, or save yours as a new document."
                )
            with _refused_if_made_meanwhile(key):
                _write(connection, key, kind, name, content, latest + 1, label)
            return _saved(connection.execute(_row(key)).one())

    def load(self, document_id: str, revision: int | None = None) -> Document:
        """Return a document, the latest revision or another one.

        Raises
        ------
        StoredDocumentNotFoundError
            If there is no such document or revision, or it is deleted.
        StoreFormatError
            If the body is not the one that was saved.
        """
        key = _key(document_id)
        with reading(self._engine) as connection:
            saved = _saved(_live(connection.execute(_row(key)).one_or_none(), key))
            wanted = saved.revision if revision is None else revision
            if not 1 <= wanted <= saved.revision:
                raise StoredDocumentNotFoundError(f"Document {key} has revisions 1 to {saved.revision}, not {wanted}.")
            at = (revisions.c.document_id == key) & (revisions.c.revision == wanted)
            found = connection.execute(sa.select(revisions).where(at)).one()
        if body_sha(found.body) != found.body_sha:
            raise StoreFormatError(f"Revision {wanted} of document {key} was changed outside Finder; use another one.")
        return Document(saved, wanted, found.name, found.body)

    def list(self, kind: str, *, deleted: bool = False) -> tuple[Saved, ...]:
        """Return the documents of a kind, the last changed first; ``deleted`` asks for those put aside instead."""
        chosen = documents.c.deleted.is_not(None) if deleted else documents.c.deleted.is_(None)
        rows = _columns().where(documents.c.kind == kind, chosen)
        with reading(self._engine) as connection:
            found = connection.execute(rows.order_by(documents.c.updated.desc(), documents.c.id)).all()
        return tuple(map(_saved, found))

    def history(self, document_id: str) -> tuple[Revision, ...]:
        """Return every revision of a document, deleted or not, the first one first.

        Raises
        ------
        StoredDocumentNotFoundError
            If there is no such document.
        """
        key = _key(document_id)
        columns = [revisions.c[name] for name in ("revision", "name", "saved_at", "saved_by_label", "body_sha")]
        with reading(self._engine) as connection:
            rows = sa.select(*columns).where(revisions.c.document_id == key).order_by(revisions.c.revision)
            found = connection.execute(rows).all()
        if not found:
            raise StoredDocumentNotFoundError(f"The store has no document {key}.")
        return tuple(Revision(*row) for row in found)

    def duplicate(self, document_id: str, name: str) -> Saved:
        """Return a new document with the latest body of another one; its history begins anew.

        Raises
        ------
        StoredDocumentNotFoundError, DocumentBodyError
            As :meth:`load` and :meth:`save`.
        """
        origin = self.load(document_id)
        return self.save(origin.saved.kind, name, origin.body)

    def delete(self, document_id: str) -> Saved:
        """Put a document aside: it is no longer listed or loaded, and nothing of it is lost. Twice is no error.

        Raises
        ------
        StoredDocumentNotFoundError
            If there is no such document.
        """
        return self._mark(document_id, datetime.now(UTC))

    def restore(self, document_id: str) -> Saved:
        """Bring a deleted document back. Twice is no error.

        Raises
        ------
        StoredDocumentNotFoundError
            If there is no such document.
        """
        return self._mark(document_id, None)

    def _mark(self, document_id: str, deleted: datetime | None) -> Saved:
        key = _key(document_id)
        with writing(self._engine) as connection:
            connection.execute(documents.update().where(documents.c.id == key).values(deleted=deleted))
            found = connection.execute(_row(key)).one_or_none()
        if found is None:
            raise StoredDocumentNotFoundError(f"The store has no document {key}.")
        return _saved(found)


def open_store(url: str | None = None) -> DocumentStore:
    """Open a store, make it if there is none, and bring an older one up to date.

    Parameters
    ----------
    url
        Path of a SQLite file, or ``postgresql://user@host/name`` of a database with PostGIS. Default: what
        ``FINDER_DATABASE_URL`` says, else the file of :func:`finder.settings.store_path`.

    Raises
    ------
    StoreUnavailableError
        If it cannot be opened, reached or written to.
    StoreFormatError
        If it is damaged, of another program or of a newer version; it is left as it is.
    """
    address = url or settings.database_url() or str(settings.store_path())
    return DocumentStore(open_engine(store_url(address)))


def _write(
    connection: Connection, key: str, kind: str, name: str, body: dict[str, Any], revision: int, label: str | None
) -> None:
    now = datetime.now(UTC)
    sha = body_sha(body)
    latest = {"name": name, "updated": now, "revision": revision, "body": body, "body_sha": sha}
    if revision == 1:
        connection.execute(documents.insert(), {"id": key, "kind": kind, "created": now, **latest})
    else:
        connection.execute(documents.update().where(documents.c.id == key).values(**latest))
    kept = {"document_id": key, "revision": revision, "name": name, "body": body, "body_sha": sha}
    connection.execute(revisions.insert(), {**kept, "saved_at": now, "saved_by_label": label})
    rows = site_rows(key, revision, body)
    if rows:
        connection.execute(sites.insert(), rows)


@contextmanager
def _refused_if_made_meanwhile(key: str) -> Iterator[None]:
    # PostgreSQL cannot lock a row that is not there yet: the second of two writers learns it from the key.
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise DocumentConflictError(
            f"Somebody else has just made document {key}. Read it, or save yours under a new id."
        ) from error


def _columns() -> "sa.Select[Any]":
    return sa.select(*(column for column in documents.c if column.name != "body"))


def _row(key: str) -> "sa.Select[Any]":
    return _columns().where(documents.c.id == key)


def _live(row: "sa.Row[Any] | None", key: str) -> "sa.Row[Any]":
    if row is None:
        raise StoredDocumentNotFoundError(f"The store has no document {key}.")
    if row.deleted is not None:
        raise StoredDocumentNotFoundError(f"Document {key} was deleted; restore it first.")
    return row


def _saved(row: "sa.Row[Any]") -> Saved:
    return Saved(
        id=str(row.id),
        kind=row.kind,
        name=row.name,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
        body_sha=row.body_sha,
        is_deleted=row.deleted is not None,
    )


def _key(document_id: str) -> str:
    try:
        return str(uuid.UUID(document_id))
    except (ValueError, AttributeError, TypeError) as error:
        raise StoredDocumentNotFoundError(
            f"{str(document_id)[:60]!r} is no id of a document: an id has the form of a UUID."
        ) from error
