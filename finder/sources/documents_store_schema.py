"""Tables of the store of documents, and the steps that bring an older store to them.

The same tables on SQLite and on PostgreSQL, where they stand in a schema of their own and the sites have a geometry of
PostGIS. A migration runs in one transaction: it ends whole, or the store is as before.
"""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeDecorator

from finder.errors import StoreFormatError, StoreUnavailableError
from finder.sources.documents_store_sites import action_sites

VERSION: Final = 1
"""Version of the tables. 0 had documents and their revisions only."""
SCHEMA: Final = "finder"
"""Schema of the tables in PostgreSQL."""
APPLICATION_ID: Final = 0x464E4452
"""Number that SQLite keeps in the head of the file: it says which program the file is of ("FNDR")."""
_LOCK_KEY: Final = APPLICATION_ID


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, also where the database forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Bring a moment to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Say that a moment is in UTC."""
        if value is None:
            return None
        moment: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment


metadata = sa.MetaData()

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("body_sha", sa.String(64), nullable=False),
    sa.Column("deleted", UtcTime),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("document_id", sa.ForeignKey(documents.c.id), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("body_sha", sa.String(64), nullable=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("saved_by_label", sa.String(100)),
)

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("document_id", sa.Uuid(as_uuid=False), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("site_no", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("site_id", sa.String(200)),
    sa.Column("lon", sa.Double),
    sa.Column("lat", sa.Double),
    sa.ForeignKeyConstraint(["document_id", "revision"], [revisions.c.document_id, revisions.c.revision]),
)

store_version = sa.Table("store_version", metadata, sa.Column("version", sa.Integer, nullable=False))


def read_version(connection: Connection) -> int | None:
    """Return the version of the tables, or None where there is none of them.

    Raises
    ------
    StoreFormatError
        If a SQLite file is of another program, or of a newer Finder.
    """
    names = _table_names(connection)
    if connection.dialect.name == "sqlite":
        marked = connection.execute(sa.text("PRAGMA application_id")).scalar_one()
        if marked not in (0, APPLICATION_ID) or (marked == 0 and names and not {"documents", "revisions"} <= names):
            raise StoreFormatError(
                "The file is a SQLite database of another program; nothing was changed. Choose another path."
            )
    if "documents" not in names:
        return None
    if "store_version" not in names:
        return 0
    found = connection.execute(sa.select(sa.func.max(store_version.c.version))).scalar()
    version = 0 if found is None else int(found)
    if version > VERSION:
        raise StoreFormatError(
            f"The store has version {version}, this Finder knows {VERSION} at most; nothing was changed. "
            "Install a newer Finder."
        )
    return version


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables, or bring those of an older version to this one; does nothing where they are of this version.

    The caller has begun a transaction that writes and commits it.

    Raises
    ------
    StoreFormatError
        As :func:`read_version`.
    StoreUnavailableError
        If PostgreSQL has no PostGIS and the user may not add it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    version = read_version(connection)
    if version == VERSION:
        return
    if version is None:
        metadata.create_all(connection, tables=[documents, revisions], checkfirst=False)
    _add_sites(connection)
    metadata.create_all(connection, tables=[store_version], checkfirst=True)
    connection.execute(store_version.insert(), {"version": VERSION})
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def site_rows(document_id: str, revision: int, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of ``sites`` of one revision."""
    return [
        {"document_id": document_id, "revision": revision, "site_no": number, **site}
        for number, site in enumerate(action_sites(body), start=1)
    ]


def _add_sites(connection: Connection) -> None:
    """Step from 0 to 1: the sites of every revision, readable by a GIS."""
    metadata.create_all(connection, tables=[sites], checkfirst=False)
    if connection.dialect.name == "postgresql":
        _add_geometry(connection)
    found = connection.execute(sa.select(revisions.c.document_id, revisions.c.revision, revisions.c.body))
    rows = [row for one in found for row in site_rows(str(one.document_id), one.revision, one.body)]
    if rows:
        connection.execute(sites.insert(), rows)


def _add_geometry(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except sa.exc.DBAPIError as error:
        raise StoreUnavailableError(
            "The PostgreSQL database has no PostGIS and this user may not add it: let an administrator run "
            f"CREATE EXTENSION postgis in it. ({error.orig})"
        ) from error
    # The database derives the point, so it can never differ from lon and lat.
    connection.execute(
        sa.text(
            f"ALTER TABLE {SCHEMA}.sites ADD COLUMN geom geometry(Point, 4326) "
            "GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED"
        )
    )
    connection.execute(sa.text(f"CREATE INDEX sites_geom ON {SCHEMA}.sites USING gist (geom)"))


def _table_names(connection: Connection) -> set[str]:
    schema = SCHEMA if connection.dialect.name == "postgresql" else None
    return set(sa.inspect(connection).get_table_names(schema=schema))
