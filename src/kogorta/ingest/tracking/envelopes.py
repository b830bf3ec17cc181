# ruff: noqa: S608 - the only name put in is that of the scratch database
"""Envelopes of the HTTP API: `{"batch": [message, …], "context": …, "sentAt": …}` on one line.

What the envelope says of context, integrations and clocks holds for each of its messages that does
not say it itself; where both have an object, the keys of the message win.
"""

from __future__ import annotations

from kogorta.warehouse.staging import Staging

_SPAN = 2**31
"""Inside, lines are counted as line × span + place: 0 for a whole line, else that of a message in its batch, from 1."""
_SHARED = ("context", "integrations", "sentAt", "receivedAt")
_IS_ENVELOPE = """coalesce(json_type(body, '/batch') = 'ARRAY', false)
    AND lower(coalesce(json_extract_string(body, '/type'), 'batch')) = 'batch'"""


class Envelopes:
    """The envelopes of one file, opened: `bodies` has a row for each message.

    Attributes:
        found: Whether there is any; without one nothing is changed.
    """

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._name = staging.name
        ((self.found,),) = staging.fetch(f"SELECT count(*) > 0 FROM {self._name}.bodies WHERE {_IS_ENVELOPE}")
        if self.found:
            self._open()

    @property
    def rows(self) -> int:
        """How many messages there are, and lines or parts of a batch that are none."""
        ((count,), (refused,)) = self._staging.fetch(
            f"SELECT count(*) FROM {self._name}.bodies UNION ALL SELECT count(*) FROM {self._name}.refusals"
        )
        return int(count) + int(refused)

    def _open(self) -> None:
        shared = ", ".join(f"'{key}', json_extract(body, '/{key}')" for key in _SHARED)
        self._execute(
            f"""CREATE OR REPLACE TABLE {self._name}.unpacked AS
            SELECT line * {_SPAN} + unnest(range(1, len(items) + 1)) AS line, unnest(items) AS item, shared FROM (
                SELECT line, json_extract(body, '$.batch[*]') AS items,
                    json_merge_patch('{{}}', json_object({shared})) AS shared
                FROM {self._name}.bodies WHERE {_IS_ENVELOPE})"""
        )
        self._execute(f"UPDATE {self._name}.refusals SET line = line * {_SPAN}")
        self._execute(
            f"""INSERT INTO {self._name}.refusals
            SELECT line * {_SPAN}, 'empty_batch', NULL, body FROM {self._name}.bodies
            WHERE {_IS_ENVELOPE} AND json_array_length(body, '/batch') = 0
            UNION ALL
            SELECT line, 'not_a_message', left(item, 80), item FROM {self._name}.unpacked
            WHERE json_type(item) <> 'OBJECT'"""
        )
        self._execute(
            f"""CREATE OR REPLACE TABLE {self._name}.bodies AS
            SELECT line * {_SPAN} AS line, body FROM {self._name}.bodies WHERE NOT ({_IS_ENVELOPE})
            UNION ALL
            SELECT line, CAST(json_merge_patch(shared, {_stamped("item")}) AS VARCHAR) FROM {self._name}.unpacked
            WHERE json_type(item) = 'OBJECT' ORDER BY line"""
        )
        self._execute(f"DROP TABLE {self._name}.unpacked")

    def place_refusals(self) -> None:
        """Give refused messages the line of their envelope, and their place in it from 0: `batch[2].event`."""
        if not self.found:
            return
        self._execute(
            f"""CREATE OR REPLACE TABLE {self._name}.quarantine AS SELECT line // {_SPAN} AS line,
                CASE WHEN line % {_SPAN} = 0 THEN column_name
                    ELSE concat_ws('.', 'batch[' || (line % {_SPAN} - 1) || ']', column_name) END AS column_name,
                value, reason, raw
            FROM {self._name}.quarantine q ORDER BY q.line"""
        )

    def _execute(self, sql: str) -> None:
        self._staging.execute(sql)


def _stamped(item: str) -> str:
    """Return SQL of a message with its original time, as a server would note it: on the wire it is the only one."""
    own = f"json_extract({item}, '/originalTimestamp')"
    made = f"coalesce({own}, json_extract({item}, '/timestamp'))"
    return f"json_merge_patch({item}, json_object('originalTimestamp', {made}))"
