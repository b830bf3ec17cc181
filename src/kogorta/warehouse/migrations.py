"""Steps between versions of the stored schema, each with its way back.

A new store is made at the current version (`ddl`); these steps bring an older one forward, or a
newer one back before an older Kogorta opens it. A step is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.errors import EngineError
from kogorta.i18n import lazy

CURRENT_VERSION = 4


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
