# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Rows put aside: each with its line, the column and value at fault, the reason, and the row itself."""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.ingest.planning import Check
from kogorta.ingest.raw import RawTable
from kogorta.ingest.settings import IngestSettings
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging


class Quarantine:
    """The quarantine of one file, in the relation `quarantine`."""

    def __init__(self, staging: Staging, raw: RawTable, settings: IngestSettings) -> None:
        self._staging = staging
        self._raw = raw
        self._settings = settings
        self.relation = f"{staging.name}.quarantine"
        staging.execute(
            f"""CREATE TABLE IF NOT EXISTS {self.relation}
            (line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"""
        )

    def fill(self, failing: Sequence[tuple[str, str, Check]]) -> int:
        """Collect the rows that any check refuses, each with its first fault.

        Args:
            failing: Header, SQL of the cell, and the check; only checks that refuse something. Private
                ones come first, so that their reason is the one told.

        Returns:
            How many rows of the table are put aside, lines that were no rows not among them.
        """
        if self._raw.refusals:
            self._staging.execute(
                f"INSERT INTO {self.relation} SELECT line, NULL, value, reason, raw FROM {self._raw.refusals}"
            )
        if not failing:
            return 0
        header = _choice([(check, literal(name)) for name, _, check in failing])
        value = _choice([(check, "NULL" if check.is_private else cell) for _, cell, check in failing])
        reason = _choice([(check, check.reason) for _, _, check in failing])
        private = self.condition([check for _, _, check in failing if check.is_private])
        raw = f"CASE WHEN NOT ({private}) THEN {self._row_json()} END"
        self._staging.execute(
            f"""INSERT INTO {self.relation} SELECT {self._raw.line}, {header}, {value}, {reason}, {raw}
            FROM {self._raw.relation} r WHERE {self.condition([check for _, _, check in failing])} ORDER BY 1"""
        )
        condition = self.condition([check for _, _, check in failing])
        ((count,),) = self._staging.fetch(f"SELECT count(*) FROM {self._raw.relation} r WHERE {condition}")
        return int(count)

    def condition(self, checks: Sequence[Check]) -> str:
        """Return SQL: whether a row is put aside."""
        return " OR ".join(f"coalesce({check.condition}, false)" for check in checks) or "false"

    def _row_json(self) -> str:
        cells = ", ".join(f"{literal(column.header)}, r.{column.name}" for column in self._raw.columns)
        return f"CAST(json_object({cells}) AS VARCHAR)"


def _choice(cases: Sequence[tuple[Check, str]]) -> str:
    whens = " ".join(f"WHEN {check.condition} THEN {result}" for check, result in cases)
    return f"CASE {whens} END"
