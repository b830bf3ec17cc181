"""What the product sees at an instant: versions, commits, people, second ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.core.meaning.asking import HERE, ask, column, held, row
from tests.core.meaning.base import Base, Layout
from tests.core.meaning.stored import naive
from tests.core.reference.build import LONG_AGO, NOW, ago, line, order, orders_at
from tests.core.reference.build import base as facts_of
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Booking, Customer, Facts, Message, Product, Return

MICROSECOND = timedelta(microseconds=1)


def revenue(base: Base, facts: Facts, at: Point = HERE) -> int | None:
    """What customer c brought."""
    found = ask(base, facts, at=at).get("c")
    return found["revenue_total"] if found else None


def test_a_version_holds_strictly_before_as_of(base: Base) -> None:
    facts = Facts(orders=(order("o", "c", NOW),))
    assert ask(base, facts) == {}
    assert set(ask(base, facts, at=Point(NOW + MICROSECOND))) == {"c"}


def test_a_change_does_not_hold_yet_at_its_own_instant(base: Base) -> None:
    cancelled = order("o", "c", ago(9), status="cancelled", valid_at=NOW, seq=2, version=2)
    facts = Facts(orders=(order("o", "c", ago(9)), cancelled))
    assert ask(base, facts)["c"]["orders_count"] == 1
    assert ask(base, facts, at=Point(NOW + MICROSECOND))["c"]["orders_count"] == 0


def test_the_last_version_known_is_the_one(base: Base) -> None:
    facts = Facts(
        orders=(
            order("o", "c", ago(10), 1, seq=1),
            order("o", "c", ago(10), 2, valid_at=ago(5), seq=2, version=2),
            order("o", "c", ago(10), 3, valid_at=ago(5), seq=3, version=3),
        )
    )
    assert revenue(base, facts) == 3
    assert revenue(base, facts, Point(NOW, 2)) == 2
    assert revenue(base, facts, Point(NOW, 1)) == 1
    assert revenue(base, facts, Point(ago(7))) == 1  # what is valid from 5 days ago is not yet so
    assert revenue(base, facts, Point(NOW, 0)) is None


def test_an_order_is_hidden_by_a_correction_into_the_future(base: Base) -> None:
    moved = order("o", "c", NOW + MICROSECOND, valid_at=ago(10), seq=2, version=2)
    facts = Facts(orders=(order("o", "c", ago(10)), moved))
    assert ask(base, facts) == {}
    assert ask(base, facts, at=Point(NOW, 1))["c"]["orders_count"] == 1


def test_a_correction_takes_an_order_from_one_customer_to_another(base: Base) -> None:
    facts = Facts(orders=(order("o", "wrong", ago(9)), order("o", "right", ago(9), seq=2, version=2)))
    assert column(ask(base, facts, at=Point(NOW, 1)), "orders_count") == {"wrong": 1}
    assert column(ask(base, facts), "orders_count") == {"right": 1}  # nothing tells of the other any more


def test_a_line_learned_later_changes_the_past_only_for_those_who_know(base: Base) -> None:
    late = line("o", 1, 70, valid_at=ago(9), seq=2)
    facts = Facts(
        orders=(order("o", "c", ago(9), 50),),
        lines=(late, line("o", 1, 60, valid_at=ago(9), seq=3, version=2)),
    )
    assert [revenue(base, facts, Point(NOW, seq)) for seq in (1, 2, 3)] == [50, 70, 60]


def test_a_removed_line_is_gone(base: Base) -> None:
    facts = Facts(orders=(order("o", "c", ago(9), 50),), lines=(line("o", 1, 70), line("o", 2, 30)))
    assert revenue(base, facts) == 100
    gone = "UPDATE order_lines SET is_removed = true, version_no = 2 WHERE line_no = 2"
    base.warehouse.write(lambda connection: connection.execute(gone))
    assert held(base)[1]["c"]["revenue_total"] == 70


def test_returns_are_seen_from_when_they_were_brought(base: Base) -> None:
    sold = order("o", "c", ago(9), 50)
    for at, left in ((NOW, 50), (NOW - MICROSECOND, 45)):
        assert (
            revenue(base, Facts(orders=(sold,), returns=(Return("r", "c", "o", at, 5, valid_at=ago(1)),)))
            == left
        )


def test_customers_are_visible_from_creation_or_from_their_first_fact(base: Base) -> None:
    facts = Facts(
        orders=(order("o", "bought", ago(1), status="pending"), order("p", "later", NOW)),
        messages=(Message("m", "written to", ago(1)), Message("n", "not yet", NOW)),
        bookings=(Booking("b", "booked", ago(1), NOW + timedelta(days=9), valid_at=ago(1)),),
        customers=(
            Customer("made", ago(1)),
            Customer("unmade", NOW),
            Customer("nothing"),
            Customer("unknown", LONG_AGO, ingest_seq=2),
        ),
    )
    assert set(ask(base, facts)) == {"bought", "written to", "booked", "made", "unknown"}
    assert set(ask(base, facts, at=Point(NOW, 1))) == {"bought", "written to", "booked", "made"}


def test_a_customer_without_any_date_is_visible_from_his_import(base: Base) -> None:
    facts = Facts(customers=(Customer("c"),), orders=orders_at("d", [1]))
    assert set(ask(base, facts, imported_at=naive(ago(1)))) == {"c", "d"}
    assert set(ask(base, facts, imported_at=naive(NOW))) == {"d"}


def test_an_account_is_known_with_its_customer(base: Base) -> None:
    orders = (*orders_at("a", [400]), *orders_at("b", [20]))
    facts = Facts(orders=orders, customers=(Customer("a", LONG_AGO, "x"), Customer("b", NOW, "x")))
    assert column(ask(base, facts, "b2b"), "order_days") == {"a": 1, "b": 1}  # the row of b is not yet
    assert column(ask(base, facts, "b2b", Point(NOW + MICROSECOND)), "order_days") == {"a": 2, "b": 2}


def test_sales_to_nobody_count_for_nobody(base: Base) -> None:
    facts = facts_of(orders_at("c", [1, 5]), orders_at("till", [1, 2, 3]))
    base.fill(facts)
    nobody = "UPDATE orders SET customer_key = NULL WHERE order_id LIKE 'till%'"
    base.warehouse.write(lambda connection: connection.execute(nobody))
    frames, rows = held(base)
    assert (frames.rfm.values["base"], frames.lifecycle.values["base_gap"]) == (1, 4)
    assert column(rows, "orders_count") == {"c": 2}


def test_two_ids_of_one_person_have_one_past(base: Base) -> None:
    facts = replace(
        facts_of(orders_at("c", [40, 30, 20, 10]), lines=[line("c.0", 1, 70, product="p")]),
        products=(Product("p", "tea", valid_at=LONG_AGO),),
    )
    whole = ask(base, facts)
    assert ask(base, facts, layout=Layout(split=True)) == whole
    assert row(whole["c"], "orders_count", "gaps_count", "main_category") == (4, 3, "tea")
    # without knowing that they are one, there are two
    base.fill(facts, Layout(split=True))
    with base.warehouse.session() as session:
        keys = session.query("SELECT count(DISTINCT customer_key) AS n FROM orders").to_pylist()
    assert keys == [{"n": 2}]
