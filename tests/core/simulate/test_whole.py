"""Every row of a simulated base fits the others: ids exist, instants follow each other, sums add up."""

from __future__ import annotations

import pytest

from tests.core.simulate.asking import Base

LINKS = (
    ("contacts", "customer_id", "customers"),
    ("consents", "customer_id", "customers"),
    ("attribute_changes", "customer_id", "customers"),
    ("orders", "customer_id", "customers"),
    ("orders-changes", "order_id", "orders"),
    ("orders", "outlet_id", "outlets"),
    ("order_lines", "order_id", "orders"),
    ("order_lines", "product_id", "products"),
    ("order_lines", "staff_id", "staff"),
    ("discounts", "order_id", "orders"),
    ("returns", "order_id", "orders"),
    ("returns", "customer_id", "customers"),
    ("bookings", "customer_id", "customers"),
    ("bookings", "order_id", "orders"),
    ("bookings", "staff_id", "staff"),
    ("bookings", "outlet_id", "outlets"),
    ("events", "customer_id", "customers"),
    ("events", "product_id", "products"),
    ("messages", "customer_id", "customers"),
    ("message_events", "message_id", "messages"),
    ("tickets", "customer_id", "customers"),
    ("survey_answers", "customer_id", "customers"),
    ("coupons", "customer_id", "customers"),
    ("coupons", "order_id", "orders"),
    ("coupons", "promotion_id", "promotions"),
    ("truth/customers", "customer_id", "customers"),
    ("truth/duplicates", "customer_id", "customers"),
    ("truth/households", "customer_id", "customers"),
    ("truth/campaigns", "customer_id", "customers"),
)
KEYS = (
    ("customers", "customer_id"),
    ("orders", "order_id"),
    ("order_lines", "order_id, line_no"),
    ("discounts", "order_id, line_no, kind, reference"),
    ("returns", "return_id"),
    ("bookings", "booking_id"),
    ("events", "event_id"),
    ("messages", "message_id"),
    ("message_events", 'message_id, kind, "at"'),
    ("tickets", "ticket_id"),
    ("coupons", "code, customer_id, redeemed_at"),
    ("consents", 'customer_id, channel, purpose, "at"'),
    ("contacts", "customer_id, kind, value"),
    ("ad_spend", "date, source, medium, campaign"),
    ("truth/campaigns", "campaign, customer_id"),
)
INSTANTS = (
    ("customers", "created_at"),
    ("orders", "ordered_at"),
    ("orders-changes", "completed_at"),
    ("returns", "returned_at"),
    ("bookings", "created_at"),
    ("events", "at"),
    ("messages", "send_at"),
    ("message_events", "at"),
    ("tickets", "opened_at"),
    ("tickets", "closed_at"),
    ("consents", "at"),
    ("contacts", "verified_at"),
    ("attribute_changes", "at"),
    ("survey_answers", "at"),
    ("coupons", "redeemed_at"),
)


@pytest.fixture(params=["shop", "salon"])
def base(request: pytest.FixtureRequest) -> Base:
    found: Base = request.getfixturevalue(request.param)
    return found


def columns(base: Base, table: str) -> set[str]:
    return {row[0] for row in base.rows(f"DESCRIBE SELECT * FROM {{{table}}}")}


def test_every_id_that_is_named_exists(base: Base) -> None:
    checked = 0
    for table, column, home in LINKS:
        if not (base.has(table) and base.has(home)) or column not in columns(base, table):
            continue
        key = "order_id" if home == "orders" else f"{home.rstrip('s') if home != 'staff' else home}_id"
        lost = base.rows(
            f"SELECT {column} FROM {{{table}}} WHERE {column} IS NOT NULL"
            f" AND {column} NOT IN (SELECT {key} FROM {{{home}}}) LIMIT 3"
        )
        assert not lost, f"{table}.{column} names what {home} does not have"
        checked += 1
    assert checked >= 20


def test_what_a_campaign_caused_is_there(base: Base) -> None:
    home, key = ("bookings", "booking_id") if base.has("bookings") else ("orders", "order_id")
    caused, found = base.one(
        f"""SELECT count(caused_id), count({key}) FROM {{truth/campaigns}} LEFT JOIN {{{home}}} ON caused_id = {key}"""
    )
    assert caused == found > 20


def test_no_key_stands_twice(base: Base) -> None:
    for table, key in KEYS:
        if base.has(table):
            assert not base.rows(f"SELECT {key} FROM {{{table}}} GROUP BY ALL HAVING count(*) > 1 LIMIT 3"), (
                table
            )


def test_everything_happened_within_the_period(base: Base) -> None:
    for table, column in INSTANTS:
        if base.has(table):
            first, last = base.one(f'SELECT min("{column}"), max("{column}") FROM {{{table}}}')
            # the local days of Moscow: three hours before those of UTC
            assert f"{first:%Y-%m-%d %H}" >= "2023-12-31 21", table
            assert f"{last:%Y-%m-%d %H:%M}" < "2025-12-31 21:00", table


def test_nobody_does_anything_before_he_is_known(base: Base) -> None:
    for table, column in (
        ("orders", "ordered_at"),
        ("messages", "send_at"),
        ("consents", "at"),
        ("tickets", "opened_at"),
    ):
        early = base.one(
            f'SELECT count(*) FROM {{{table}}} JOIN {{customers}} USING (customer_id) WHERE "{column}" < created_at'
        )
        assert early == (0,), table


def test_the_amount_of_an_order_is_its_lines_less_what_was_taken_off(base: Base) -> None:
    wrong = base.rows(
        """SELECT order_id, amount, gross, off FROM {orders}
        JOIN (SELECT order_id, sum(quantity * unit_price) AS gross FROM {order_lines} GROUP BY 1) USING (order_id)
        LEFT JOIN (SELECT order_id, sum(amount) AS off FROM {discounts} GROUP BY 1) USING (order_id)
        WHERE amount <> gross - coalesce(off, 0)"""
    )
    assert not wrong
    assert base.one("SELECT min(amount) > 0 FROM {orders}") == (True,)
    assert base.one(
        "SELECT count(*) FROM {orders} WHERE order_id NOT IN (SELECT order_id FROM {order_lines})"
    ) == (0,)


def test_a_return_gives_back_one_line_and_never_more_than_was_paid_for_it(shop: Base) -> None:
    wrong = shop.rows(
        """SELECT r.return_id FROM {returns} r JOIN {order_lines} l USING (order_id, line_no)
        LEFT JOIN (SELECT order_id, line_no, sum(amount) AS off FROM {discounts} GROUP BY ALL) d USING (order_id, line_no)
        WHERE r.quantity > l.quantity OR r.amount > l.quantity * l.unit_price - coalesce(d.off, 0) OR r.product_id <> l.product_id"""
    )
    assert not wrong
    assert shop.one("SELECT count(*) > 20 FROM {returns}") == (True,)


def test_orders_change_their_status_one_way(shop: Base) -> None:
    """A store sells at once; what is ordered from afar waits, and is handed over or called off; some comes back."""
    steps = shop.rows(
        """WITH all_of AS (
            SELECT order_id, status, ordered_at AS since FROM {orders}
            UNION ALL SELECT order_id, status, completed_at FROM {orders-changes})
        SELECT string_agg(status, ' ' ORDER BY since) AS way, count(*) FROM (
            SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY since) AS n FROM all_of)
        GROUP BY order_id"""
    )
    ways = {way for way, _ in steps}
    assert ways == {
        "completed",
        "completed returned",
        "pending",
        "pending completed",
        "pending cancelled",
        "pending completed returned",
    }
    assert shop.one("SELECT count(*) FROM {orders-changes} WHERE completed_at < ordered_at") == (0,)


def test_a_visit_is_paid_for_by_one_order_and_a_missed_one_by_none(salon: Base) -> None:
    rows = salon.rows("SELECT status, count(*), count(order_id), count(amount) FROM {bookings} GROUP BY 1")
    found = {status: (count, orders, amounts) for status, count, orders, amounts in rows}
    assert set(found) == {"visited", "no_show", "cancelled", "booked"}
    assert found["visited"][0] == found["visited"][1] == found["visited"][2]
    assert all(found[status][1:] == (0, 0) for status in ("no_show", "cancelled", "booked"))
    assert salon.one("SELECT count(*) FROM {orders}") == (found["visited"][0],)
    total = sum(count for count, _, _ in found.values())
    assert 0.80 < found["visited"][0] / total < 0.90
    assert 0.03 < found["no_show"][0] / total < 0.08
    assert salon.one(
        "SELECT count(*) FROM {bookings} WHERE status = 'booked' AND starts_at < '2025-12-31 19:00'"
    ) == (0,)
    assert salon.one("SELECT count(*) FROM {bookings} WHERE created_at > starts_at") == (0,)
