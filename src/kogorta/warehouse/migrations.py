"""Steps between versions of the stored schema, each with its way back.

A new store is made at the current version (`ddl`); these steps bring an older one forward, or a
newer one back before an older Kogorta opens it. A step is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.errors import EngineError
from kogorta.i18n import lazy

CURRENT_VERSION = 7


@dataclass(frozen=True)
class Migration:
    """The step from version `to - 1` to version `to`, and back.

    Attributes:
        to: The version it leads to.
        name: What it does, for people.
        up: Statements forward.
        down: Statements back; what they drop can be computed anew by `up`, or is moved where an older
            Kogorta leaves it alone.
    """

    to: int
    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]


LINE_COST_SQL = """
    CAST(sign(CAST(quantity_micro AS HUGEINT) * unit_cost_micro)
         * ((abs(CAST(quantity_micro AS HUGEINT) * unit_cost_micro) * {scale} + 500000000000) // 1000000000000) AS BIGINT)
"""
"""Cost of a line in minor units: quantity × unit cost, halves away from zero. Both are millionths."""

_OWNED = (
    "points",
    "survey_answers",
    "orders",
    "order_lines",
    "discounts",
    "returns",
    "bookings",
    "subscriptions",
    "messages",
    "message_events",
    "tickets",
)
_HASHED = {"events": ("event_id",), "message_events": ("message_id", "kind", "at")}
_HASH_SQL = "CAST(md5_number_lower(concat_ws(chr(31), {cells})) >> 1 AS BIGINT)"
_CELL_SQL = "coalesce(CAST(\"{name}\" AS VARCHAR), '')"


def _hash(key: tuple[str, ...]) -> str:
    return _HASH_SQL.format(cells=", ".join(_CELL_SQL.format(name=name) for name in key))


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        to=2,
        name="cost of a line is stored with the line, so that margin is a plain sum",
        up=(
            "ALTER TABLE order_lines ADD COLUMN cost BIGINT",
            "UPDATE order_lines SET cost = "
            + LINE_COST_SQL.format(
                scale="(SELECT CAST(power(10, CAST(value AS INTEGER)) AS BIGINT) FROM meta WHERE key = 'minor_digits')"
            )
            + " WHERE unit_cost_micro IS NOT NULL",
        ),
        down=("ALTER TABLE order_lines DROP COLUMN cost",),
    ),
    Migration(
        to=3,
        name="digests of the ids and contacts of people who were erased, so that they are not imported again",
        up=(
            "CREATE TABLE erasures (digest VARCHAR, kind VARCHAR, erased_at TIMESTAMP)",
            "INSERT INTO erasures SELECT split_part(value, ' ', 1), split_part(value, ' ', 2),"
            " CAST(split_part(value, ' ', 3) AS TIMESTAMP) FROM meta WHERE key = 'erasure'",
            "DELETE FROM meta WHERE key = 'erasure'",
        ),
        # They cannot be computed anew, and a store that goes back must not forget whom it erased.
        down=(
            "INSERT INTO meta SELECT 'erasure',"
            " concat_ws(' ', digest, kind, strftime(erased_at, '%Y-%m-%dT%H:%M:%S.%f')) FROM erasures",
            "DROP TABLE erasures",
        ),
    ),
    Migration(
        to=4,
        name="who wrote a definition, whether it was taken away, and which versions each run used",
        up=(
            "ALTER TABLE definition_versions ADD COLUMN author VARCHAR",
            "ALTER TABLE definition_versions ADD COLUMN is_removed BOOLEAN",
            "UPDATE definition_versions SET is_removed = false",
            "CREATE TABLE run_definitions (run_id BIGINT, definition VARCHAR, version INTEGER)",
            # What the last run used is all that the next one asks; of runs before it nothing is told.
            "INSERT INTO run_definitions SELECT (SELECT max(run_id) FROM runs), definition, max(version)"
            " FROM definition_versions WHERE (SELECT count(*) FROM runs) > 0 GROUP BY definition",
        ),
        down=(
            "DROP TABLE run_definitions",
            "ALTER TABLE definition_versions DROP COLUMN is_removed",
            "ALTER TABLE definition_versions DROP COLUMN author",
        ),
    ),
    Migration(
        to=5,
        name="runs of some definitions only, and refreshes that failed",
        up=(
            "ALTER TABLE runs ADD COLUMN is_provisional BOOLEAN",
            # A run without a definition meant till now that it had been taken away before; now a row says so.
            "INSERT INTO run_definitions SELECT n.run_id, d.definition, NULL FROM run_definitions d"
            " JOIN (SELECT run_id, lag(run_id) OVER (ORDER BY run_id) AS last_id FROM runs) n ON n.last_id = d.run_id"
            " WHERE NOT EXISTS (FROM run_definitions o WHERE o.run_id = n.run_id AND o.definition = d.definition)",
            "CREATE TABLE refresh_attempts (attempt_id BIGINT, started_at TIMESTAMP, as_of TIMESTAMP, run_id BIGINT,"
            " code VARCHAR, reason VARCHAR)",
        ),
        down=(
            "DROP TABLE refresh_attempts",
            "DELETE FROM run_definitions WHERE version IS NULL",
            "ALTER TABLE runs DROP COLUMN is_provisional",
        ),
    ),
    Migration(
        to=6,
        name="near whom a row lies, how much of a table lies in order, and the hashes of keys that never change",
        up=(
            *(f"ALTER TABLE {name} ADD COLUMN owner_key BIGINT DEFAULT 0" for name in _OWNED),
            "CREATE TABLE layout (table_name VARCHAR, rows BIGINT)",
            *(
                f"CREATE TABLE {name}_hashes AS SELECT {_hash(key)} AS hash FROM {name} ORDER BY hash"
                for name, key in _HASHED.items()
            ),
            *(f"INSERT INTO layout SELECT '{name}_hashes', count(*) FROM {name}" for name in _HASHED),
        ),
        down=(
            *(f"DROP TABLE {name}_hashes" for name in _HASHED),
            "DROP TABLE layout",
            *(f"ALTER TABLE {name} DROP COLUMN owner_key" for name in _OWNED),
        ),
    ),
    Migration(
        to=7,
        name="when events happened, in the order of time",
        up=(
            'CREATE TABLE event_moments AS SELECT epoch_us("at") // 60000000 AS slice, "at", ingest_seq, name, customer_key'
            ' FROM events WHERE customer_key IS NOT NULL ORDER BY "at", customer_key',
            "INSERT INTO layout SELECT 'event_moments', count(*) FROM event_moments",
        ),
        down=("DROP TABLE event_moments", "DELETE FROM layout WHERE table_name = 'event_moments'"),
    ),
)


def plan(current: int, target: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return the steps from `current` to `target` as (version reached, statements).

    Raises:
        EngineError: If the store is newer than this Kogorta, or a step is not known.
    """
    known = {migration.to: migration for migration in MIGRATIONS}
    if current > CURRENT_VERSION:
        raise EngineError(
            "this store was written by a newer Kogorta",
            got=lazy("schema version {version}", version=current),
            expected=lazy("at most {most}", most=CURRENT_VERSION),
            hint="install the newer version, or let it migrate the store back first",
        )
    if not 1 <= target <= CURRENT_VERSION:
        raise EngineError(
            "no such schema version",
            got=target,
            expected=lazy("{first} to {last}", first=1, last=CURRENT_VERSION),
        )
    if target >= current:
        return [(to, known[to].up) for to in range(current + 1, target + 1)]
    return [(to - 1, known[to].down) for to in range(current, target, -1)]
