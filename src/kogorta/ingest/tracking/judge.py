# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Which messages are none, and what all good ones share."""

from __future__ import annotations

from kogorta.ingest.erased import REASON, mark_erased_messages
from kogorta.ingest.settings import IngestSettings
from kogorta.ingest.sources.json_lines import extract
from kogorta.ingest.tracking.names import PAGE_VIEWED, SCREEN_VIEWED, event_name
from kogorta.ingest.values.dates import DateStyle, Family, absolute_sql, local_sql
from kogorta.ingest.values.zones import ZoneRange
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

STYLE = DateStyle((Family.ISO, Family.ZONED, Family.UNIX))
TYPES = ("identify", "track", "page", "screen", "group", "alias")
EVENT_TYPES = "('track', 'page', 'screen')"


def cell(*path: str) -> str:
    """Return SQL of a value of the message `b`."""
    return extract("b.body", path)


def first(*paths: str) -> str:
    """Return SQL of the first of several values (`context.page.url`) that is there."""
    return f"coalesce({', '.join(cell(*path.split('.')) for path in paths)})"


def moment(text: str, settings: IngestSettings) -> str:
    """Return SQL of the UTC instant that a text names."""
    now = settings.imported_at
    zone = ZoneRange.of(settings.timezone, now.replace(year=2000), now)
    return f"coalesce({absolute_sql(text, STYLE)}, {zone.to_utc(f'({local_sql(text, STYLE)})')})"


def judge(staging: Staging, settings: IngestSettings, id_space: str) -> int:
    """Make the relation `messages` of the good messages; put the others into quarantine.

    A clock that runs wrong is set right: what passed between making and sending a message is
    counted back from its arrival.

    Returns:
        How many were put aside.
    """
    names = [row[0] for row in staging.fetch(f"SELECT DISTINCT {cell('event')} FROM {staging.name}.bodies b")]
    known = " ".join(f"WHEN {literal(name)} THEN {literal(event_name(name))}" for name in names if name)
    track = f"CASE event {known} END" if known else "event"
    made, sent, arrived = (
        moment(f"x.{name}", settings) for name in ("original_timestamp", "sent_at", "received_at")
    )
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.messages AS
        WITH x AS (
            SELECT b.line, b.body, lower({cell("type")}) AS type, {cell("messageId")} AS message_id,
                {cell("userId")} AS user_id, {cell("anonymousId")} AS anonymous_id, {cell("event")} AS event,
                {cell("previousId")} AS previous_id, {cell("groupId")} AS group_id,
                {cell("timestamp")} AS "timestamp", {cell("originalTimestamp")} AS original_timestamp,
                {cell("sentAt")} AS sent_at, {cell("receivedAt")} AS received_at
            FROM {staging.name}.bodies b
        )
        SELECT x.*, CASE type WHEN 'page' THEN '{PAGE_VIEWED}' WHEN 'screen' THEN '{SCREEN_VIEWED}' ELSE {track} END
                AS event_name,
            CASE WHEN ({made}) IS NOT NULL AND ({sent}) IS NOT NULL AND ({arrived}) IS NOT NULL
                THEN strftime({arrived} - ({sent} - {made}), '%Y-%m-%dT%H:%M:%S.%fZ')
                ELSE coalesce("timestamp", original_timestamp, received_at, sent_at) END AS at_text
        FROM x ORDER BY line"""
    )
    return _put_aside(staging, mark_erased_messages(staging, id_space))


def _put_aside(staging: Staging, is_erased: str) -> int:
    types = ", ".join(map(literal, TYPES))
    reason = f"""CASE WHEN {is_erased} THEN '{REASON}' WHEN type IS NULL OR type NOT IN ({types}) THEN 'unknown_type'
        WHEN type = 'alias' AND (previous_id IS NULL OR user_id IS NULL) THEN 'no_previous_id'
        WHEN type = 'group' AND (group_id IS NULL OR user_id IS NULL) THEN 'no_group'
        WHEN user_id IS NULL AND anonymous_id IS NULL THEN 'no_identity'
        WHEN type = 'track' AND event IS NULL THEN 'no_event_name'
        WHEN type IN {EVENT_TYPES} AND at_text IS NULL THEN 'no_instant' END"""
    column = f"""CASE reason WHEN 'unknown_type' THEN 'type' WHEN 'no_previous_id' THEN 'previousId'
        WHEN 'no_group' THEN 'groupId' WHEN 'no_identity' THEN 'userId' WHEN 'no_event_name' THEN 'event'
        WHEN '{REASON}' THEN NULL
        ELSE 'timestamp' END"""
    staging.execute(
        f"""CREATE TABLE IF NOT EXISTS {staging.name}.quarantine
        (line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"""
    )
    staging.execute(
        f"""INSERT INTO {staging.name}.quarantine
        SELECT line, {column}, CASE WHEN reason = 'unknown_type' THEN type END, reason,
            CASE WHEN reason <> '{REASON}' THEN body END
        FROM (SELECT *, {reason} AS reason FROM {staging.name}.messages) WHERE reason IS NOT NULL ORDER BY line"""
    )
    staging.execute(f"DELETE FROM {staging.name}.messages WHERE ({reason}) IS NOT NULL")
    ((count,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.quarantine")
    return int(count)
