"""MySQL and MariaDB, through PyMySQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions, convert_datetime
from pymysql.cursors import SSCursor

from kogorta.errors import SourceError
from kogorta.ingest.sources.sql.address import Address
from kogorta.ingest.sources.sql.database import SECONDS_TO_CONNECT, Database

# The driver says by other errors that a package for a way of logging in is missing, or a file of certificates.
FAILURES = (pymysql.Error, RuntimeError, OSError)
OPTIONS = ("unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "charset")


class MySql(Database):
    """A transaction that only reads, all of it of one state."""

    quote = "`"
    failures = FAILURES
    tables_sql = (
        "SELECT table_schema, table_name, table_schema = database() FROM information_schema.tables"
        " WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"
    )


def connect(address: Address) -> Database:
    """Open a connection.

    Raises:
        SourceError: The address has an option that is not known.
    """
    unknown = sorted(set(address.options) - set(OPTIONS))
    if unknown:
        raise SourceError(
            "the address has an option that is not known", got=", ".join(unknown), expected=", ".join(OPTIONS)
        )
    options: dict[str, Any] = {"charset": "utf8mb4", **address.options}
    options["conv"] = {**conversions, FIELD_TYPE.TIMESTAMP: _instant, FIELD_TYPE.BIT: _bits}
    connection = pymysql.connect(
        host=address.host or "localhost",
        port=address.port or 3306,
        user=address.user,
        password=address.password or "",
        database=address.database,
        connect_timeout=SECONDS_TO_CONNECT,
        # Rows come as they are fetched.
        cursorclass=SSCursor,
        **options,
    )
    with connection.cursor() as cursor:
        # The type TIMESTAMP is told in the zone of the session, DATETIME as it was written.
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION READ ONLY")
    return MySql(address, connection)


def _instant(text: Any) -> Any:
    """Return an instant in UTC; what is none, such as 0000-00-00, stays text."""
    value = convert_datetime(text)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _bits(cell: bytes) -> int:
    return int.from_bytes(cell, "big")
