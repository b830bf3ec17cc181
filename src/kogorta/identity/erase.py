"""The erasure of one person: what is deleted, what is kept as nobody's, and what is remembered of him.

All ids that the standing edges join are one person and go together. Everything happens in one transaction.
Sales and other acts that the house knows of nobody too (orders, visits, events, messages) lose their customer and so
join those of nobody: no base counts them for a customer, at no instant, and the sums of the business stay. What
describes or reaches a person is deleted. Rows of the membership log move to random negative keys: the next
refresh finds nobody behind them and writes that they left, by `erasure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kogorta.config import Config
from kogorta.errors import InputError, NotFoundError
from kogorta.i18n import lazy
from kogorta.identity.manual import SPLIT
from kogorta.identity.normalise import default_region, normalise_many
from kogorta.identity.refused import refused_rows
from kogorta.identity.rules import Change, reconcile, utc
from kogorta.schema import TABLES
from kogorta.warehouse.batch import ANONYMOUS_SPACE, MAIN_SPACE
from kogorta.warehouse.commit import next_seq
from kogorta.warehouse.erasures import CUSTOMER_ID, Draw, digest, erasure_key, make_erasure_key, subject
from kogorta.warehouse.layout import OWNER, UNKNOWN, has_owner
from kogorta.warehouse.moments import MOMENTS
from kogorta.warehouse.sql import quote
from kogorta.warehouse.store import Warehouse

KEPT: Mapping[str, tuple[str, ...]] = {
    "orders": ("cart_id", "session_id"),
    "returns": (),
    "bookings": (),
    "subscriptions": (),
    "events": ("url", "cart_id", "session_id"),
    "messages": (),
    "tickets": ("topic",),
    "points": ("reason",),
    "coupons": (),
}
"""Tables whose rows stay as nobody's, each with the columns that are emptied in them beside its properties. All
other tables with a customer lose his rows."""

CHILDREN: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "order_lines": ("orders", "order_id", ()),
    "discounts": ("orders", "order_id", ()),
    "returns": ("orders", "order_id", ()),
    "message_events": ("messages", "message_id", ("url",)),
}
"""Tables whose rows belong to a row of another: which one, by which column, and what is emptied in them."""

TOMBSTONE_BYTES = 7
"""A tombstone is minus a number of so many random bytes: room for 72 million billion of them."""

_MINE = "IN (SELECT unnest($keys::BIGINT[]))"

_NEIGHBOURS = """
SELECT DISTINCT a, b FROM (
    SELECT a, b, revoked_at FROM identity_edges
    WHERE a <> b AND (list_contains($keys::BIGINT[], a) OR list_contains($keys::BIGINT[], b))
    QUALIFY row_number() OVER (PARTITION BY a, b, rule ORDER BY ingest_seq DESC) = 1
)
WHERE revoked_at IS NULL
"""

_CONTACTS = f"""
SELECT kind, value, bool_or(customer_key NOT {_MINE}) AS is_shared FROM contacts
WHERE (kind, value) IN (SELECT (kind, value) FROM contacts WHERE customer_key {_MINE}) GROUP BY kind, value ORDER BY 1, 2
"""  # noqa: S608  the text is fixed, keys are bound

_SHARED_BROWSERS = f"""
SELECT DISTINCT i.customer_key FROM identity_edges e
JOIN customer_ids i ON i.customer_key IN (e.a, e.b) AND i.id_space = $anonymous
WHERE (e.a {_MINE} OR e.b {_MINE}) AND i.customer_key NOT {_MINE} ORDER BY 1
"""  # noqa: S608


@dataclass(frozen=True)
class Erasure:
    """Whom an erasure takes, and how much with him.

    Attributes:
        customer_ids: Every id under which sources know him, devices left out.
        devices: How many browsers and devices are his.
        orders: His orders, whatever their status.
        events: His events.
        contacts: His contacts.
        deleted: Rows that are deleted, by table; versions count one each.
        kept: Rows that stay as nobody's, by table.
        quarantined: Refused rows that hold his ids or contacts, deleted too.
    """

    customer_ids: tuple[str, ...]
    devices: int
    orders: int
    events: int
    contacts: int
    deleted: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0


def preview_erasure(
    warehouse: Warehouse, config: Config, customer_id: str, id_space: str | None = None
) -> Erasure:
    """Say whom `erase` would take, and how much with him; nothing is changed.

    Args:
        warehouse: The store.
        config: How contacts are written here, which columns name customers.
        customer_id: An id as a source gave it.
        id_space: In which space it stands; needed only where several persons have this id.

    Raises:
        NotFoundError: No source ever named him, or he was erased before.
        InputError: In several spaces this id is that of different persons.
    """
    return warehouse.write(
        lambda connection: _Person.find(connection, config, customer_id, id_space).measure()
    )


def erase(
    warehouse: Warehouse,
    config: Config,
    customer_id: str,
    now: datetime,
    draw: Draw,
    id_space: str | None = None,
) -> Erasure:
    """Erase a person with all of his ids, in one transaction.

    Args:
        warehouse: The store.
        config: See `preview_erasure`.
        customer_id: An id as a source gave it.
        now: When this happens; UTC.
        draw: Gives random bytes: for the store's key, made at the first erasure, and for tombstones.
        id_space: See `preview_erasure`.

    Returns:
        What was taken.

    Raises:
        NotFoundError: No source ever named him, or he was erased before.
        InputError: In several spaces this id is that of different persons.
    """

    def work(connection: Any) -> Erasure:
        person = _Person.find(connection, config, customer_id, id_space)
        taken = person.measure()
        person.remember(make_erasure_key(connection, draw), utc(now))
        person.erase(draw, utc(now))
        return taken

    return warehouse.write(work)


class _Person:
    """One person inside the writer's transaction."""

    def __init__(self, connection: Any, config: Config, keys: Sequence[int]) -> None:
        self.connection = connection
        self.config = config
        self.keys = {"keys": list(keys)}
        self.ids = self._rows(
            f"SELECT customer_id, id_space FROM customer_ids WHERE customer_key {_MINE} ORDER BY customer_key, 1",  # noqa: S608
        )
        self.contacts = self._rows(_CONTACTS)
        self.refused = refused_rows(
            connection,
            config,
            [name for name, _ in self.ids],
            [(kind, value) for kind, value, _ in self.contacts],
        )

    @classmethod
    def find(cls, connection: Any, config: Config, customer_id: str, id_space: str | None) -> _Person:
        """Return the person whom an id resolves to."""
        rows = connection.execute(
            "SELECT customer_key, id_space FROM customer_ids"
            " WHERE customer_id = $id AND ($space IS NULL OR id_space = $space) ORDER BY customer_key",
            {"id": customer_id, "space": id_space},
        ).fetchall()
        if not rows:
            raise _unknown(connection, customer_id, id_space)
        keys = person_keys(connection, rows[0][0])
        if any(key not in keys for key, _ in rows):
            raise InputError(
                "several persons have this id, each in a source of its own",
                got=customer_id,
                expected=lazy("one of the spaces {spaces}", spaces=", ".join(space for _, space in rows)),
                hint="say which one: --id-space NAME",
            )
        return cls(connection, config, keys)

    def measure(self) -> Erasure:
        """Count what is his."""
        counts = {
            table.name: self._count(table.name, "count(*)") for table in TABLES.values() if table.has_customer
        }
        return Erasure(
            tuple(dict.fromkeys(name for name, space in self.ids if space != ANONYMOUS_SPACE)),
            sum(space == ANONYMOUS_SPACE for _, space in self.ids),
            self._count("orders", "count(DISTINCT order_id)"),
            self._count("events", "count(DISTINCT event_id)"),
            len(self.contacts),
            {name: n for name, n in counts.items() if n and name not in KEPT},
            {name: n for name, n in counts.items() if n and name in KEPT},
            len(self.refused),
        )

    def remember(self, key: bytes, now: datetime) -> None:
        """Keep digests of his ids, and of the contacts that nobody else has."""
        known = {(CUSTOMER_ID, subject(CUSTOMER_ID, name, space)) for name, space in self.ids}
        region = default_region(self.config)
        for kind, value, is_shared in self.contacts:
            if not is_shared:
                spelt = normalise_many(kind, [value], region)[0].value
                known |= {(kind, subject(kind, text)) for text in (value, spelt) if text}
        for kind, text in sorted(known):
            self.connection.execute("INSERT INTO erasures VALUES (?, ?, ?)", [digest(key, text), kind, now])

    def erase(self, draw: Draw, now: datetime) -> None:
        """Delete what describes him, make the rest nobody's, and let the edges of others follow."""
        browsers = [row[0] for row in self._rows(_SHARED_BROWSERS, anonymous=ANONYMOUS_SPACE)]
        shares = any(is_shared for *_, is_shared in self.contacts) or self._has_outside_edges()
        for name, (parent, column, emptied) in CHILDREN.items():
            self._empty(name, emptied, self._belongs(parent, column))
        for table in TABLES.values():
            if table.has_customer and table.name in KEPT:
                self._empty(table.name, ("customer_key", *KEPT[table.name]), f"customer_key {_MINE}")
            elif table.has_customer:
                self._delete(table.name, f"customer_key {_MINE}")
            if has_owner(table):
                self._run(
                    f"UPDATE {quote(table.name)} SET {OWNER} = {UNKNOWN} WHERE {OWNER} {_MINE}"  # noqa: S608
                )
        for moments in MOMENTS.values():
            self._delete(moments, f"customer_key {_MINE}")
        self._delete("identity_edges", f"a {_MINE} OR b {_MINE}")
        self._delete("customer_ids", f"customer_key {_MINE}")
        if self._rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'trait_snapshot'"):
            self._delete("trait_snapshot", f"customer_key {_MINE}")
        self._delete("quarantine", "rowid IN (SELECT unnest($rows::BIGINT[]))", rows=self.refused)
        self._bury(draw)
        if shares or browsers:
            reconcile(self.connection, self.config, now, self._block(browsers, now))

    def _bury(self, draw: Draw) -> None:
        """Move his rows of the log, each id's to a tombstone of its own: ids may have been in it side by side."""
        for (key,) in self._rows(
            f"SELECT DISTINCT customer_key FROM membership_changes WHERE customer_key {_MINE} ORDER BY 1"  # noqa: S608
        ):
            tombstone = -1 - int.from_bytes(draw(TOMBSTONE_BYTES))
            self.connection.execute(
                "UPDATE membership_changes SET customer_key = ? WHERE customer_key = ?", [tombstone, key]
            )

    def _block(self, browsers: Sequence[int], now: datetime) -> Change | None:
        """Keep browsers that he shared from becoming those of whoever is left: what they hold may be his."""
        if not browsers:
            return None
        seq = next_seq(self.connection)
        for browser in browsers:
            self.connection.execute(
                "INSERT INTO identity_edges VALUES (?, ?, ?, '', ?, NULL, ?)",
                [browser, browser, SPLIT, now, seq],
            )
        return Change(seq, added=len(browsers))

    def _has_outside_edges(self) -> bool:
        return bool(
            self._rows(f"SELECT 1 FROM identity_edges WHERE (a {_MINE}) <> (b {_MINE}) LIMIT 1")  # noqa: S608
        )

    def _belongs(self, parent: str, column: str) -> str:
        """Return the condition that a row belongs to a row of a table that was always his."""
        his = f"SELECT {column} FROM {parent} WHERE customer_key {_MINE}"  # noqa: S608
        others = f"SELECT {column} FROM {parent} WHERE customer_key NOT {_MINE} AND {column} IN ({his})"  # noqa: S608
        return f"{column} IN ({his} EXCEPT {others})"

    def _empty(self, table: str, columns: Sequence[str], condition: str) -> None:
        """Make columns NULL, and with them every property."""
        names = [*columns, *(name for name in self._columns(table) if name.startswith("p_"))]
        if names:
            sets = ", ".join(f"{quote(name)} = NULL" for name in names)
            self._run(f"UPDATE {quote(table)} SET {sets} WHERE {condition}")  # noqa: S608

    def _delete(self, table: str, condition: str, **more: object) -> None:
        """Delete rows. Their text is overwritten first: rows that are only marked as deleted would keep it."""
        texts = [name for name, type_ in self._columns(table).items() if type_ == "VARCHAR"]
        keys = ("customer_key", "a", "b")
        overwritten = ", ".join(f"{quote(name)} = NULL" for name in texts if name not in keys)
        if overwritten:
            self._run(f"UPDATE {quote(table)} SET {overwritten} WHERE {condition}", **more)  # noqa: S608
        self._run(f"DELETE FROM {quote(table)} WHERE {condition}", **more)  # noqa: S608

    def _columns(self, table: str) -> dict[str, str]:
        rows = self.connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns()"
            " WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
            [table],
        ).fetchall()
        return dict(rows)

    def _count(self, table: str, what: str) -> int:
        return int(self._rows(f"SELECT {what} FROM {quote(table)} WHERE customer_key {_MINE}")[0][0])  # noqa: S608

    def _rows(self, sql: str, **more: object) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._run(sql, **more).fetchall()
        return found

    def _run(self, sql: str, **more: object) -> Any:
        bound = {**self.keys, **more}
        return self.connection.execute(sql, {name: bound[name] for name in bound if f"${name}" in sql})


def person_keys(connection: Any, key: int) -> list[int]:
    """Return every key of the person whom a key resolves to, by the edges that stand now; ascending."""
    keys, fresh = {key}, [key]
    while fresh:
        ends = connection.execute(_NEIGHBOURS, {"keys": fresh}).fetchall()
        fresh = sorted({end for pair in ends for end in pair} - keys)
        keys.update(fresh)
    return sorted(keys)


def _unknown(connection: Any, customer_id: str, id_space: str | None) -> NotFoundError:
    """Tell whom nobody ever named from whom we erased."""
    key = erasure_key(connection)
    spaces = connection.execute("SELECT DISTINCT id_space FROM batches").fetchall()
    known = {id_space} if id_space else {MAIN_SPACE, ANONYMOUS_SPACE, *(space for (space,) in spaces)}
    digests = [digest(key, subject(CUSTOMER_ID, customer_id, space)) for space in known] if key else []
    if connection.execute(
        "SELECT 1 FROM erasures WHERE list_contains($digests::VARCHAR[], digest) LIMIT 1",
        {"digests": digests},
    ).fetchone():
        return NotFoundError(
            "this customer was erased before",
            got=customer_id,
            hint="nothing is left to erase; rows of him that come again are refused",
        )
    some = connection.execute(
        "SELECT customer_id FROM customer_ids WHERE $space IS NULL OR id_space = $space"
        " ORDER BY customer_key LIMIT 3",
        {"space": id_space},
    ).fetchall()
    ids = ", ".join(name for (name,) in some)
    return NotFoundError(
        "there is no such customer",
        got=customer_id,
        expected=lazy("an id as a source gave it, such as {ids}", ids=ids)
        if ids
        else "an id as a source gave it",
        hint="write it as it stands in your files; an e-mail or a telephone is no id",
    )
