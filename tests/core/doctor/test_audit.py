"""What an audit says of a base. Covers: R46, R47, R48, R66"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kogorta.config import Config
from kogorta.doctor import Audit, Finding, Severity, audit
from kogorta.i18n import NBSP, translator
from kogorta.identity.manual import split
from tests.core.identity.base import NOW, Store, at, config

PHONE = "+79161234567"
OTHER = "+79161234568"
MAIL = "anna@mail.ru"


def look(store: Store, settings: Config | None = None, as_of: datetime | None = None) -> Audit:
    return audit(store.warehouse, settings or config(), as_of or store.now + timedelta(days=1))


def found(store: Store, finding_id: str, **how: Any) -> Finding:
    finding = look(store, **how).find(finding_id)
    assert finding is not None, finding_id
    return finding


def said(finding: Finding) -> str:
    return translator("en").say(finding.message).replace(NBSP, " ")


def numbers(finding: Finding) -> tuple[Severity, int, int]:
    return finding.severity, finding.count, finding.base


def order(number: int, customer: str | None, amount: int | None = 1000, **more: Any) -> dict[str, Any]:
    return {
        "order_id": str(number),
        "customer_id": customer,
        "ordered_at": at(5, number % 28 + 1),
        "status": "completed",
        "amount": amount,
        **more,
    }


def consent(
    customer: str, channel: str, op: str = "granted", day: int = 1, purpose: str = "advertising"
) -> dict[str, Any]:
    return {"customer_id": customer, "channel": channel, "purpose": purpose, "at": at(5, day), "op": op}


# --- the whole --------------------------------------------------------------------------------------


def test_an_empty_store_says_how_to_begin(store: Store) -> None:
    result = look(store)
    assert result.base == 0
    assert [finding.id for finding in result.findings if finding.severity is Severity.BAD] == ["imports.age"]
    assert not any(switch.is_on for switch in result.switches)


def test_an_audit_writes_nothing(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    look(store)
    assert (store.commits(), store.edges()) == (1, [])


def test_the_base_is_people_not_ids(store: Store) -> None:
    store.names(a="Анна", b="Анна К", c="Борис")
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    assert look(store).base == 3
    store.update()
    assert look(store).base == 2


def test_an_audit_can_look_at_what_was_known_before(store: Store) -> None:
    seq = store.names(a="Анна")
    store.names(b="Борис")
    assert audit(store.warehouse, config(), store.now + timedelta(days=1), seq).base == 1


def test_ids_of_findings_are_unique_and_have_an_area(store: Store) -> None:
    store.names(a="Анна")
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("b", "email", MAIL))
    store.load("orders", [order(1, "a"), order(2, None)])
    ids = [finding.id for finding in look(store).findings]
    assert len(ids) == len(set(ids))
    assert {finding.area for finding in look(store).findings} == {
        "imports",
        "duplicates",
        "identity",
        "contacts",
        "consents",
        "reach",
        "attributes",
        "sales",
        "off",
    }


def test_every_sentence_can_be_said_in_both_languages(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("b", "email", MAIL))
    store.load("orders", [order(1, "a"), order(2, None)])
    for finding in look(store).findings:
        for lang in ("ru", "en"):
            text = translator(lang).say(finding.message)
            hint = translator(lang).say(finding.hint) if finding.hint else ""
            assert text
            assert "{" not in text + hint


# --- duplicates -------------------------------------------------------------------------------------


def test_a_base_without_shared_contacts_is_praised(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", OTHER))
    assert numbers(found(store, "duplicates.none")) == (Severity.GOOD, 0, 2)


def test_duplicates_wait_for_the_refresh_and_are_then_counted_as_joined(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("c", "phone", OTHER))
    assert numbers(found(store, "duplicates.waiting")) == (Severity.INFO, 2, 3)
    store.update()
    result = look(store)
    assert result.find("duplicates.waiting") is None
    linked = result.find("duplicates.linked")
    assert linked is not None
    assert numbers(linked) == (Severity.GOOD, 1, 3)


def test_unverified_addresses_are_the_reason_why_customers_were_not_joined(store: Store) -> None:
    store.contacts(("a", "email", MAIL), ("b", "email", MAIL), ("c", "email", "vera@mail.ru"))
    store.update()
    finding = found(store, "duplicates.unverified")
    assert numbers(finding) == (Severity.WARN, 2, 3)
    assert finding.examples == ("a…@mail.ru",)
    assert look(store, config(trust_unverified_email=True)).find("duplicates.unverified") is None


def test_a_contact_of_many_names_is_shown(store: Store) -> None:
    store.contacts(*[(f"c{number}", "phone", PHONE) for number in range(6)])
    store.update()
    finding = found(store, "duplicates.hub")
    assert numbers(finding) == (Severity.WARN, 6, 6)
    assert said(finding) == "1 contact belongs to too many different names and joins nobody (6 customers)."
    assert finding.examples == ("+7…4567",)


def test_a_kind_that_is_not_linked_by_is_named(store: Store) -> None:
    store.contacts(("a", "card", "000123"), ("b", "card", "000123"))
    assert found(store, "duplicates.off", settings=config(link_by=("phone",))).count == 2


def test_those_split_by_hand_are_not_called_duplicates(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    split(store.warehouse, config(), "a", store.now)
    assert look(store).find("duplicates.waiting") is None


def test_addresses_of_one_mailbox_are_a_hint(store: Store) -> None:
    store.contacts(
        ("a", "email", "an.na@gmail.com"),
        ("b", "email", "anna+x@gmail.com"),
        ("c", "email", "vera@gmail.com"),
    )
    assert numbers(found(store, "duplicates.mailbox")) == (Severity.INFO, 2, 3)


# --- known in more than one place ---------------------------------------------------------------------


def test_two_kinds_of_contacts_are_two_channels(store: Store) -> None:
    store.contacts(
        ("a", "phone", PHONE), ("a", "email", MAIL), ("b", "phone", OTHER), ("b", "phone", "+79161234569")
    )
    assert numbers(found(store, "identity.cross_channel")) == (Severity.GOOD, 1, 2)


def test_two_sources_of_ids_are_two_channels(store: Store) -> None:
    store.load("contacts", [{"customer_id": "7", "kind": "card", "value": "000123", "at": NOW}], space="till")
    store.load("contacts", [{"customer_id": "x", "kind": "card", "value": "000123", "at": NOW}], space="site")
    store.load("contacts", [{"customer_id": "y", "kind": "card", "value": "000124", "at": NOW}], space="site")
    assert numbers(found(store, "identity.cross_channel")) == (Severity.BAD, 0, 3)
    store.update()
    assert numbers(found(store, "identity.cross_channel")) == (Severity.GOOD, 1, 2)


def test_browsers_are_counted_apart_from_customers(store: Store) -> None:
    store.names(anna="Анна")
    store.load("events", [{"event_id": "1", "anonymous_id": "b1", "name": "seen", "at": NOW}])
    store.load("events", [{"event_id": "2", "anonymous_id": "b2", "name": "seen", "at": NOW}])
    store.tracking([("b1", "anna")])
    result = look(store)
    devices = result.find("identity.devices")
    assert devices is not None
    assert numbers(devices) == (Severity.INFO, 1, 2)
    assert result.base == 1
    assert result.find("duplicates.linked") is None, "a browser is no duplicate of its owner"


# --- contacts and consents ----------------------------------------------------------------------------


def test_customers_without_a_contact_are_counted(store: Store) -> None:
    store.names(a="Анна", b="Борис", c="Вера", d="Глеб")
    store.contacts(("a", "phone", PHONE), ("b", "card", "000123"))
    assert numbers(found(store, "contacts.missing")) == (Severity.BAD, 3, 4)


def test_a_contact_of_any_id_is_the_persons(store: Store) -> None:
    store.names(a="Анна", b="Анна")
    store.contacts(("a", "card", "000123"), ("b", "card", "000123"), ("b", "phone", PHONE))
    store.update()
    assert numbers(found(store, "contacts.missing")) == (Severity.GOOD, 0, 1)


def test_junk_is_no_contact(store: Store) -> None:
    store.contacts(("a", "phone", "+70000000000"), ("b", "email", "nonsense"), ("c", "phone", PHONE))
    invalid = found(store, "contacts.invalid")
    assert numbers(invalid) == (Severity.WARN, 2, 3)
    assert said(invalid) == "2 contacts cannot be used: 1 made up to fill the field, 1 impossible."
    assert found(store, "contacts.missing").count == 2


def test_well_formed_contacts_are_praised(store: Store) -> None:
    store.contacts(("c", "phone", PHONE))
    assert numbers(found(store, "contacts.invalid")) == (Severity.GOOD, 0, 1)


def test_consents_are_counted_by_channel_among_those_with_a_contact(store: Store) -> None:
    store.contacts(
        *[(customer, "email", f"{customer}.kim@mail.ru") for customer in "abcd"], ("e", "phone", PHONE)
    )
    store.load("consents", [consent("a", "email"), consent("b", "email", "withdrawn"), consent("e", "email")])
    finding = found(store, "consents.email")
    assert numbers(finding) == (Severity.WARN, 2, 4)
    assert said(finding).startswith(
        "Advertising by e-mail: of 4 customers with a contact 1 agreed, 1 refused, of 2"
    )
    assert (found(store, "reach.email").count, found(store, "reach.email").base) == (1, 5)


def test_the_newest_consent_counts(store: Store) -> None:
    store.contacts(("a", "email", MAIL), ("b", "email", "boris@mail.ru"))
    store.load("consents", [consent("a", "email", "withdrawn", 2), consent("a", "email", "granted", 1)])
    store.load("consents", [consent("b", "email", "withdrawn", 1), consent("b", "email", "granted", 2)])
    assert found(store, "reach.email").count == 1


def test_a_consent_of_the_future_is_not_seen(store: Store) -> None:
    store.contacts(("a", "email", MAIL))
    store.load("consents", [consent("a", "email", day=20)])
    assert (
        found(store, "reach.email", as_of=at(5, 19)).count == 0 if look(store, as_of=at(5, 19)).base else True
    )
    assert found(store, "reach.email").count == 1


@pytest.mark.parametrize("word", ["any", "E-Mail", " email ", "почта", "все"])
def test_channels_are_known_by_their_usual_words(store: Store, word: str) -> None:
    store.contacts(("a", "email", MAIL))
    store.load("consents", [consent("a", word)])
    assert found(store, "reach.email").count == 1


def test_a_consent_for_one_channel_is_none_for_another(store: Store) -> None:
    store.contacts(("a", "phone", PHONE))
    store.load("consents", [consent("a", "sms")])
    assert (found(store, "reach.sms").count, found(store, "reach.call").count) == (1, 0)


def test_a_consent_to_service_is_none_to_advertising(store: Store) -> None:
    store.contacts(("a", "email", MAIL))
    store.load("consents", [consent("a", "email", purpose="service")])
    assert found(store, "reach.email").count == 0


def test_where_ids_of_a_person_disagree_the_strictest_word_counts(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.load("consents", [consent("a", "sms", "granted", 2), consent("b", "sms", "withdrawn", 1)])
    store.update()
    assert found(store, "reach.sms").count == 0


def test_agreement_to_personal_data_is_counted_over_everyone(store: Store) -> None:
    store.names(a="Анна", b="Борис")
    store.load("consents", [consent("a", "any", purpose="personal_data")])
    assert numbers(found(store, "consents.personal_data")) == (Severity.BAD, 1, 2)


# --- attributes -----------------------------------------------------------------------------------------


def test_attributes_are_counted_by_person(store: Store) -> None:
    store.load(
        "customers",
        [
            {"customer_id": "a", "name": "Анна", "city": None},
            {"customer_id": "b", "name": None, "city": "Тула"},
        ],
    )
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    assert numbers(found(store, "attributes.name")) == (Severity.GOOD, 0, 1)
    assert numbers(found(store, "attributes.city")) == (Severity.GOOD, 0, 1)
    assert numbers(found(store, "attributes.sex")) == (Severity.WARN, 1, 1)
    assert said(found(store, "attributes.sex")) == "Sex: known for 0 of 1 customer."


def test_customers_who_only_ordered_lack_every_attribute(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    for name in ("name", "birth_date", "city", "sex", "acquisition_source"):
        assert found(store, f"attributes.{name}").count == 1


# --- sales ----------------------------------------------------------------------------------------------


def test_orders_of_nobody_are_weighed_by_revenue(store: Store) -> None:
    store.load("orders", [order(1, "a", 7000), order(2, None, 2000), order(3, None, 1000)])
    finding = found(store, "sales.anonymous")
    assert numbers(finding) == (Severity.WARN, 3000, 10000)
    assert said(finding) == "2 orders belong to nobody: 30% of revenue stays outside every segment."


def test_orders_that_do_not_count_are_left_out(store: Store) -> None:
    store.load(
        "orders", [order(1, "a"), order(2, None, status="cancelled"), order(3, None, ordered_at=at(12, 1))]
    )
    assert numbers(found(store, "sales.anonymous")) == (Severity.GOOD, 0, 1000)


def test_orders_without_an_amount_are_counted(store: Store) -> None:
    store.load("orders", [order(1, "a"), order(2, "a", None)])
    assert numbers(found(store, "sales.amounts")) == (Severity.BAD, 1, 2)


def line(order_number: int, number: int, amount: int, cost: int | None, product: str) -> dict[str, Any]:
    return {
        "order_id": str(order_number),
        "line_no": number,
        "ordered_at": at(5, 1),
        "amount": amount,
        "cost": cost,
        "product_id": product,
        "quantity_micro": 1_000_000,
    }


def test_margin_needs_the_cost_of_nearly_all_revenue(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    store.load("order_lines", [line(1, 1, 940, 500, "p"), line(1, 2, 60, None, "q")])
    finding = found(store, "sales.margin")
    assert numbers(finding) == (Severity.WARN, 60, 1000)
    assert said(finding) == "Costs are known for 94% of revenue, it takes 95%."
    store.load("order_lines", [line(1, 2, 60, 30, "q")])
    assert numbers(found(store, "sales.margin")) == (Severity.GOOD, 0, 1000)


def test_fees_are_not_asked_for_a_cost_or_a_category(store: Store) -> None:
    store.load("orders", [order(1, "a"), order(2, "b", 700)])
    lines = [line(1, 1, 800, 500, "p"), line(1, 2, 150, None, "POST"), line(1, 3, 50, None, "q")]
    store.load("order_lines", lines)
    store.load(
        "products",
        [
            {"product_id": "p", "category": "tea", "kind": "good"},
            {"product_id": "POST", "category": None, "kind": "fee"},
            {"product_id": "q", "category": None, "kind": None},
        ],
    )
    # Of goods worth 850 the cost of 800 is known; order 2 has no lines, so nothing is known of its 700.
    finding = found(store, "sales.margin")
    assert numbers(finding) == (Severity.WARN, 750, 1550)
    assert said(finding) == "Costs are known for 52% of revenue, it takes 95%."
    assert numbers(found(store, "sales.categories")) == (Severity.BAD, 1, 2)


def test_the_cost_of_a_product_counts_where_its_line_tells_none(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    store.load("order_lines", [line(1, 1, 900, None, "p"), line(1, 2, 100, None, "q")])
    store.load("products", [{"product_id": "p", "unit_cost_micro": 3_000_000}, {"product_id": "q"}])
    assert numbers(found(store, "sales.margin")) == (Severity.WARN, 100, 1000)


def test_a_base_of_fees_alone_is_asked_for_neither(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    store.load("order_lines", [line(1, 1, 1000, None, "POST")])
    store.load("products", [{"product_id": "POST", "kind": "fee"}])
    said_of_sales = {finding.id for finding in look(store).findings if finding.area == "sales"}
    assert said_of_sales == {"sales.anonymous", "sales.amounts"}


def test_the_want_of_categories_is_told_once(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    store.load(
        "order_lines", [line(1, 1, 500, None, "p"), line(1, 2, 500, None, "q"), line(1, 3, 0, None, "r")]
    )
    store.load("products", [{"product_id": "p", "category": "tea"}, {"product_id": "q", "category": None}])
    assert numbers(found(store, "sales.categories")) == (Severity.BAD, 2, 3)
    about = [f.id for f in look(store).findings if "categor" in said(f)]
    assert about == ["sales.categories"]


def test_without_lines_the_catalogue_tells_the_want_of_categories(store: Store) -> None:
    store.load("products", [{"product_id": "p", "category": "tea"}, {"product_id": "q", "category": None}])
    finding = found(store, "sales.categories")
    assert numbers(finding) == (Severity.BAD, 1, 2)
    assert said(finding) == "1 of 2 products have a category."


# --- imports --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "severity"), [(0, Severity.GOOD), (7, Severity.GOOD), (8, Severity.WARN), (31, Severity.BAD)]
)
def test_facts_grow_stale(store: Store, days: int, severity: Severity) -> None:
    store.names(a="Анна")
    finding = found(store, "imports.age", as_of=NOW + timedelta(days=days, hours=2))
    assert (finding.severity, finding.count) == (severity, days)


def test_a_change_of_edges_is_no_import(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.imports += 24 * 10
    store.update()
    assert found(store, "imports.age", as_of=NOW + timedelta(days=20)).count == 19


def test_changed_rows_are_told(store: Store) -> None:
    store.names(a="Анна")
    assert look(store).find("imports.versions") is None
    store.names(a="Анна Ким")
    assert numbers(found(store, "imports.versions")) == (Severity.INFO, 1, 2)


def test_refused_rows_are_told(store: Store) -> None:
    store.names(a="Анна")
    assert found(store, "imports.quarantine").severity is Severity.GOOD
    store.warehouse.write(lambda c: c.execute("UPDATE batches SET rows_quarantined = 3, rows_read = 100"))
    assert numbers(found(store, "imports.quarantine")) == (Severity.BAD, 3, 100)


# --- what is on and what is off -------------------------------------------------------------------------


def missing(store: Store) -> dict[str, tuple[str, ...]]:
    return {switch.id: switch.missing for switch in look(store).switches if not switch.is_on}


def test_orders_alone_switch_on_the_core(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    on = {switch.id for switch in look(store).switches if switch.is_on}
    assert on == {"rfm", "rfm_money", "lifecycle", "average_signal"}


def test_orders_without_amounts_leave_money_off(store: Store) -> None:
    store.load("orders", [order(1, "a", None)])
    assert missing(store)["rfm_money"] == ("orders.amount",)


def test_what_is_begun_names_what_it_still_lacks(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    store.load("order_lines", [line(1, 1, 500, None, "p")])
    lacks = missing(store)
    assert lacks["main_category"] == ("products.category",)
    assert lacks["margin"] == ("order_lines.unit_cost",)
    assert lacks["opening_signal"] == ("messages", "message_events")


def test_sums_alone_switch_on_what_they_can(store: Store) -> None:
    row = {"customer_id": "a", "at": at(5, 1), "last_order_at": at(4, 1), "orders": 2, "revenue": 100}
    store.load("customer_summaries", [row])
    on = {switch.id for switch in look(store).switches if switch.is_on}
    assert on == {"rfm", "rfm_money", "lifecycle"}
    assert missing(store)["main_category"] == ("order_lines", "products.category")


def test_what_is_off_is_said(store: Store) -> None:
    store.load("orders", [order(1, "a")])
    finding = found(store, "off.margin")
    assert said(finding) == "Switched off: margin and LTV."
    assert finding.hint is not None
    assert translator("en").say(finding.hint) == "It needs: order_lines.unit_cost."
