# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Files whose rows are rows of one canonical table."""

from __future__ import annotations

from kogorta.ingest.shape.base import Shaping, content_key, is_unique, row_key
from kogorta.ingest.shape.people import stage_people
from kogorta.ingest.shape.products import fee_kinds
from kogorta.schema import table
from kogorta.vocab import BookingStatus, ProductKind, SubscriptionStatus
from kogorta.warehouse.sql import literal, quote

_WHEN = {"customers": "created_at", "bookings": "created_at", "subscriptions": "created_at"}


def shape_direct(shaping: Shaping, form: str) -> None:
    """Stage the rows of a file as rows of its table, and its companions."""
    canonical = table(form)
    cells = {name: f"t.{quote(f'{form}.{name}')}" for name in shaping.typed.of(form)}
    cells |= _defaults(shaping, form)
    key = canonical.row_key
    made = key is not None and f"{form}.{key}" not in shaping.typed.columns and key not in cells
    if made and key is not None:
        cells[key] = row_key("t.content_hash", "t.line")
    source = f"{shaping.typed.relation} t"
    if made:
        columns = [quote(name) for name in shaping.typed.columns if name.startswith(f"{form}.")]
        mapped = [column for column in columns if not column.startswith(f'"{form}.p_')]
        source = f"(SELECT *, {content_key(mapped)} AS content_hash FROM {shaping.typed.relation}) t"
    select = ", ".join(f"{sql} AS {quote(name)}" for name, sql in cells.items())
    relation = shaping.create(
        f"out_{form}", f"SELECT t.line, {select} FROM {source}", as_view=shaping.typed.is_view and not made
    )
    unique = made or (
        len(canonical.key) == 1 and canonical.key[0] in cells and _is_unique(shaping, form, relation)
    )
    shaping.stage(form, relation, unique=unique)
    stage_people(shaping, form, f"{form}.{_WHEN[form]}" if form in _WHEN else None)


def _is_unique(shaping: Shaping, form: str, relation: str) -> bool:
    return is_unique(shaping, relation, table(form).key[0])


def _defaults(shaping: Shaping, form: str) -> dict[str, str]:
    """Return what a file need not say because it follows."""
    now = f"TIMESTAMP '{shaping.settings.imported_at}'"
    if form == "customer_summaries" and not shaping.typed.has("customer_summaries.at"):
        local = shaping.settings.now.astimezone(shaping.settings.timezone).date()
        return {"at": now, "at_date": f"DATE '{local}'"}
    if form == "bookings":
        return _booking_defaults(shaping, now)
    if form == "subscriptions":
        live = literal(SubscriptionStatus.LIVE.value)
        return {"status": f"coalesce({shaping.cell('subscriptions.status')}, {live})"}
    if form == "products" and not shaping.typed.has("products.kind"):
        codes = fee_kinds(shaping, 't."products.product_id"', f"{shaping.typed.relation} t")
        if codes:
            listed = ", ".join(map(literal, codes))
            fee = literal(ProductKind.FEE.value)
            return {"kind": f'CASE WHEN t."products.product_id" IN ({listed}) THEN {fee} END'}
    return {}


def _booking_defaults(shaping: Shaping, now: str) -> dict[str, str]:
    """A booking without a status was kept if its hour has passed; without an instant it was made at its start."""
    visited, booked = (literal(s.value) for s in (BookingStatus.VISITED, BookingStatus.BOOKED))
    by_time = f'CASE WHEN t."bookings.starts_at" < {now} THEN {visited} ELSE {booked} END'
    missing = f"{shaping.cell('bookings.status')} IS NULL"
    (count,) = shaping.one(f"SELECT count(*) FROM {shaping.typed.relation} t WHERE {missing}")
    shaping.notes.count("bookings_without_status", int(str(count)))
    # A visit that is noted only afterwards is known since its start.
    return {
        "status": f"coalesce({shaping.cell('bookings.status')}, {by_time})",
        "created_at": f'coalesce({shaping.cell("bookings.created_at")}, least(t."bookings.starts_at", {now}))',
        "created_date": f'coalesce({shaping.cell("bookings.created_date")}, t."bookings.starts_date")',
    }
