"""The database under the store of documents: a SQLite file, or PostgreSQL; its failures in words.

Every change takes the right to write first and is one transaction, so nothing is ever half written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import NullPool

from finder.errors import StoreFormatError, StoreUnavailableError
from finder.sources.documents_store_body import canonical_json
from finder.sources.documents_store_schema import SCHEMA, VERSION, bring_up_to_date, read_version

WAIT_SECONDS: Final = 30
"""How long a writer waits for another one to finish."""
_WRITES: Final = "finder_writes"


def store_url(address: str) -> URL:
    """Return the address of a store: a path of a SQLite file, or an address that begins with its kind.

    Raises
    ------
    StoreFormatError
        If it is of another kind of database, or cannot be read.
    """
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StoreFormatError(
            "The address of the store cannot be read: use a path or postgresql://user@host/name."
        ) from error
    kind = url.drivername.split("+")[0]
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite")
    raise StoreFormatError(f"No store in {kind}: use the path of a SQLite file or postgresql://user@host/name.")


def open_engine(url: URL) -> Engine:
    """Return the database of a store with its tables of this version, made or brought up to date if need be.

    Raises
    ------
    StoreUnavailableError
        If it cannot be opened, reached or written to.
    StoreFormatError
        If it is damaged, of another program or of a newer version; it is left as it is.
    """
    engine = _sqlite(url) if url.drivername == "sqlite" else _postgresql(url)
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            _check_file(connection)
        version = read_version(connection)
    if version != VERSION:
        with writing(engine) as connection:
            bring_up_to_date(connection)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one state of the store."""
    with _in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that alone may write; all of it is kept at the end, or nothing if the block raises."""
    with _in_words(engine), engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(f"No store at {path}: its folder cannot be made ({error.strerror}).") from error
    # A connection per use: threads and forks never share one, and nothing holds the file between two uses.
    engine = sa.create_engine(
        url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS}, json_serializer=canonical_json
    )

    @sa.event.listens_for(engine, "connect")
    def _take_over(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        # Python's module would begin transactions late, after the first reading; we begin them ourselves.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reading that turns into a writing can lose against another writer: take the right to write at once.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        json_serializer=canonical_json,
        connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={WAIT_SECONDS}s"},
    ).execution_options(schema_translate_map={None: SCHEMA})


def _check_file(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise StoreFormatError(f"The store {connection.engine.url.database} is damaged ({found}). {_KEPT}")


_KEPT: Final = "The file is kept as it is: put a copy of it in its place, or choose another path."


@contextmanager
def _in_words(engine: Engine) -> Iterator[None]:
    where = engine.url.database if engine.dialect.name == "sqlite" else engine.url.render_as_string(hide_password=True)
    try:
        yield
    except sa.exc.DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        is_damage = engine.dialect.name == "sqlite" and any(
            sign in said for sign in ("not a database", "malformed", "unsupported file format")
        )
        if is_damage:
            raise StoreFormatError(f"The store {where} is damaged or no SQLite file ({said}). {_KEPT}") from error
        if isinstance(error, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
            raise
        raise StoreUnavailableError(f"{_reason(error, said)} Store: {where} ({said}).") from error


def _reason(error: sa.exc.DBAPIError, said: str) -> str:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("53") or "full" in said or "disk I/O" in said:
        return "The disk of the store is full or does not take any more: make room and try again."
    if state == "55P03" or "locked" in said:
        return f"Somebody else has been writing to the store for more than {WAIT_SECONDS} seconds: try again."
    if "readonly" in said or state == "25006":
        return "The store may only be read: ask for the right to write."
    if error.connection_invalidated:
        return "The connection to the store broke: read the document again before saving once more."
    return "The store cannot be opened or reached: check its address, its rights and that its server runs."
