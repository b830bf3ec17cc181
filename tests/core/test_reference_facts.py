"""What is visible: versions, commits, instants."""

from __future__ import annotations

from datetime import timedelta

from tests.core.reference.build import LONG_AGO, NOW, ago, line, order
from tests.core.reference.facts import Booking, Customer, Facts, Message, MessageOpen, Return, look
from tests.core.reference.history import account_members

MICROSECOND = timedelta(microseconds=1)


def test_a_version_holds_strictly_before_as_of() -> None:
    facts = Facts(orders=(order("o", "c", NOW),))
    assert look(facts, NOW).orders == {}
    assert list(look(facts, NOW + MICROSECOND).orders) == ["o"]


def test_the_last_version_is_by_valid_at_then_commit_then_number() -> None:
    facts = Facts(
        orders=(
            order("o", "c", ago(10), 1, "pending", seq=1),
            order("o", "c", ago(10), 2, valid_at=ago(5), seq=2, version=2),
            # committed later, but valid from earlier: never the last one
            order("o", "c", ago(10), 3, valid_at=ago(10), seq=3, version=3),
            # equal in valid_at, later in commit: wins over 2; of one commit the higher number wins
            order("o", "c", ago(10), 4, valid_at=ago(5), seq=4, version=4),
            order("o", "c", ago(10), 5, valid_at=ago(5), seq=4, version=5),
        )
    )
    assert look(facts, NOW).orders["o"].amount == 5
    assert look(facts, NOW, known_seq=3).orders["o"].amount == 2
    assert look(facts, ago(7)).orders["o"].amount == 3  # what is valid from 5 days ago is not yet so
    assert look(facts, ago(7), known_seq=1).orders["o"].amount == 1
    assert look(facts, NOW, known_seq=0).orders == {}


def test_a_change_does_not_hold_yet_at_its_own_instant() -> None:
    facts = Facts(
        orders=(order("o", "c", ago(9)), order("o", "c", ago(9), status="cancelled", valid_at=NOW, seq=2))
    )
    assert look(facts, NOW).orders["o"].status == "completed"
    assert look(facts, NOW + MICROSECOND).orders["o"].status == "cancelled"


def test_a_later_commit_wins_over_a_higher_number() -> None:
    facts = Facts(
        orders=(order("o", "c", ago(9), 1, seq=1, version=7), order("o", "c", ago(9), 2, seq=2, version=1))
    )
    assert look(facts, NOW).orders["o"].amount == 2


def test_the_order_is_hidden_by_a_correction_into_the_future() -> None:
    moved = order("o", "c", NOW + MICROSECOND, valid_at=ago(10), seq=2, version=2)
    facts = Facts(orders=(order("o", "c", ago(10)), moved))
    assert look(facts, NOW).orders == {}
    assert list(look(facts, NOW, known_seq=1).orders) == ["o"]


def test_only_completed_orders_count() -> None:
    facts = Facts(
        orders=tuple(
            order(status, "c", ago(1), status=status) for status in ("completed", "pending", "cancelled")
        )
    )
    assert [row.order_id for row in look(facts, NOW).counted_orders()] == ["completed"]


def test_lines_without_numbers_are_versioned_as_a_set() -> None:
    facts = Facts(
        lines=(
            line("o", None, 10, valid_at=ago(9)),
            line("o", None, 20, valid_at=ago(9)),
            line("o", None, 30, valid_at=ago(9), seq=2, version=2),
            line("n", 1, 1, valid_at=ago(9)),
            line("n", 2, 2, valid_at=ago(9)),
            line("n", 2, 3, valid_at=ago(9), seq=2, version=2),
        )
    )
    now, then = look(facts, NOW).lines, look(facts, NOW, known_seq=1).lines
    assert [row.amount for row in then["o"]] == [10, 20]
    assert [row.amount for row in now["o"]] == [30]  # the whole set was replaced
    assert [row.amount for row in now["n"]] == [1, 3]  # only line 2 was


def test_a_return_and_a_booking_are_seen_from_when_they_were_made() -> None:
    facts = Facts(
        returns=(Return("r", "c", None, NOW, 5, valid_at=ago(1)),),
        bookings=(
            Booking("b", "c", ago(1), NOW + timedelta(days=9), valid_at=ago(1)),
            Booking("d", "c", NOW, NOW + timedelta(days=9), valid_at=NOW),
        ),
    )
    assert look(facts, NOW).returns == ()
    assert [row.booking_id for row in look(facts, NOW).bookings] == ["b"]


def test_a_message_keeps_its_first_commit_and_machines_open_nothing() -> None:
    facts = Facts(
        messages=(
            Message("m", "late", ago(3), 2),
            Message("m", "c", ago(4), 1),
            Message("n", "c", ago(4), 1),
        ),
        opens=(
            MessageOpen("m", ago(1), machine=True),
            MessageOpen("n", ago(1)),
            MessageOpen("m", NOW),  # not yet
        ),
    )
    view = look(facts, NOW)
    assert sorted((row.message_id, row.customer) for row in view.messages) == [("m", "c"), ("n", "c")]
    assert view.opened == {"n"}


def test_customers_are_visible_from_creation_or_from_their_first_fact() -> None:
    facts = Facts(
        orders=(order("o", "bought", ago(1), status="pending"), order("p", "later", NOW)),
        customers=(
            Customer("made", ago(1)),
            Customer("unmade", NOW),
            Customer("nothing"),
            Customer("unknown", LONG_AGO, ingest_seq=2),
        ),
    )
    assert look(facts, NOW).customer_ids() == ["bought", "made", "unknown"]
    assert look(facts, NOW, known_seq=1).customer_ids() == ["bought", "made"]


def test_accounts_gather_their_customers() -> None:
    facts = Facts(
        customers=(
            Customer("a", LONG_AGO, "x"),
            Customer("b", LONG_AGO, "x"),
            Customer("c", LONG_AGO),
            Customer("d", LONG_AGO),
        )
    )
    assert account_members(look(facts, NOW)) == {
        "a": {"a", "b"},
        "b": {"a", "b"},
        "c": {"c"},
        "d": {"d"},
    }


def test_the_local_date_is_the_workspace_zones() -> None:
    # 21:30 UTC is half past midnight in Moscow (UTC+3)
    evening = NOW.replace(hour=21, minute=30)
    assert look(Facts(), NOW).local_date(evening).day == 1
    assert look(Facts(zone="Europe/Moscow"), NOW).local_date(evening).day == 2
