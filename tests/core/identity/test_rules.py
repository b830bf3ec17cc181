"""Which facts make two ids one person. Covers: R66, G27"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kogorta.identity.manual import link
from kogorta.identity.rules import update
from tests.core.identity.base import NOW, Store, config

PHONE = "+79161234567"
MAIL = "anna@mail.ru"


def one(*ids: str) -> set[frozenset[str]]:
    return {frozenset(ids)}


def test_a_shared_phone_makes_one_person(store: Store) -> None:
    store.contacts(("till", "phone", PHONE), ("site", "phone", PHONE), ("other", "phone", "+79161234568"))
    change = store.update()
    assert store.persons() == one("till", "site")
    assert (change.added, change.revoked) == (1, 0)


def test_persons_of_different_sources_with_one_card_are_one(store: Store) -> None:
    store.load("contacts", [{"customer_id": "7", "kind": "card", "value": "000123"}], space="till")
    store.load("contacts", [{"customer_id": "x7", "kind": "card", "value": "000123"}], space="site")
    store.update()
    assert store.persons() == one("7", "x7")


def test_links_reach_over_different_contacts(store: Store) -> None:
    store.contacts(
        ("a", "phone", PHONE), ("b", "phone", PHONE), ("b", "card", "000123"), ("c", "card", "000123")
    )
    store.update()
    assert store.persons() == one("a", "b", "c")


def test_spellings_of_one_phone_are_one(store: Store) -> None:
    store.contacts(("a", "phone", "8 (916) 123-45-67"), ("b", "phone", PHONE))
    store.update()
    assert store.persons() == one("a", "b")


def test_an_email_links_only_where_both_have_proved_it(store: Store) -> None:
    store.contacts(("a", "email", MAIL), ("b", "email", "other@mail.ru"), verified=True)
    store.contacts(("c", "email", MAIL))
    store.update()
    assert store.persons() == set()
    store.contacts(("d", "email", MAIL), verified=True)
    store.update()
    assert store.persons() == one("a", "d")


def test_unverified_email_links_if_the_workspace_trusts_it(store: Store) -> None:
    store.contacts(("a", "email", MAIL), ("b", "email", MAIL))
    store.update(config(trust_unverified_email=True))
    assert store.persons() == one("a", "b")
    store.update(config(trust_unverified_email=False))
    assert store.persons() == set()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+70000000000"),
        ("phone", "1234567"),
        ("email", "test@test.ru"),
        ("email", "no@mail.ru"),
        ("email", "none@shop.ru"),
        ("card", "0000000000"),
        ("phone", "нет"),
        ("card", "-"),
    ],
)
def test_junk_links_nobody(store: Store, kind: str, value: str) -> None:
    store.contacts(("a", kind, value), ("b", kind, value))
    store.update(config(trust_unverified_email=True))
    assert store.persons() == set()


@pytest.mark.parametrize("kind", ["telegram", "vk", "client_id", "whatsapp", "web_push"])
def test_what_only_reaches_links_nobody(store: Store, kind: str) -> None:
    store.contacts(("a", kind, "12345"), ("b", kind, "12345"))
    store.update()
    assert store.persons() == set()


def test_only_the_kinds_that_the_workspace_names_link(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update(config(link_by=("card",)))
    assert store.persons() == set()


def test_a_corrected_contact_links_no_longer(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    gone = "SELECT * REPLACE (2 AS version_no, 3 AS ingest_seq, true AS is_removed) FROM contacts"
    store.warehouse.write(lambda c: c.execute(f"INSERT INTO contacts BY NAME {gone} WHERE customer_key = 2"))
    assert store.update().revoked == 1
    assert store.persons() == set()


def test_deleted_contacts_are_noticed_when_told_to_look(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    store.warehouse.write(lambda c: c.execute("DELETE FROM contacts WHERE customer_key = 2"))
    assert store.update().revoked == 0
    assert update(store.warehouse, config(), store.now, force=True).revoked == 1


# --- the hub guard --------------------------------------------------------------------------------


def crowd(store: Store, names: list[str | None]) -> None:
    ids = [f"c{number}" for number in range(len(names))]
    store.names(**dict(zip(ids, names, strict=True)))
    store.contacts(*[(customer, "phone", PHONE) for customer in ids])
    store.update()


def test_as_many_names_as_allowed_are_linked(store: Store) -> None:
    crowd(store, ["Анна", "Борис", "Вера", "Глеб", "Дина"])
    assert len(store.persons()) == 1


def test_one_name_more_links_nobody(store: Store) -> None:
    crowd(store, ["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор"])
    assert store.persons() == set()


def test_a_missing_name_counts_as_one_of_its_own(store: Store) -> None:
    crowd(store, ["Анна", None, None, None, None, None])
    assert store.persons() == set()


def test_many_ids_of_one_name_are_one_person(store: Store) -> None:
    crowd(store, ["Анна Семёнова", "семенова анна", " АННА  СЕМЕНОВА ", "Семенова, Анна"] * 5)
    assert [len(person) for person in store.persons()] == [20]


def test_the_guard_follows_the_settings(store: Store) -> None:
    crowd(store, ["Анна", "Борис"])
    store.update(config(max_names=1))
    assert store.persons() == set()


def test_a_name_that_arrives_later_can_unlink(store: Store) -> None:
    crowd(store, ["Анна", "Анна", "Анна", "Борис", "Вера", "Глеб", "Дина"])
    assert len(store.persons()) == 1
    store.names(c0="Егор")
    store.update()
    assert store.persons() == set()


def test_those_who_did_not_prove_an_address_count_among_its_names(store: Store) -> None:
    store.contacts(("a", "email", MAIL), ("b", "email", MAIL), verified=True)
    store.contacts(*[(f"u{number}", "email", MAIL) for number in range(4)])
    store.update()
    assert store.persons() == set()


# --- tracking -------------------------------------------------------------------------------------


def test_a_browser_joins_the_customer_who_logged_in(store: Store) -> None:
    store.tracking([("browser-1", "anna"), ("browser-2", "anna")])
    change = store.update()
    assert store.persons() == one("anna", "browser-1", "browser-2")
    assert change.ingest_seq is None, "the import wrote these edges itself"


def test_a_browser_of_two_different_people_joins_neither(store: Store) -> None:
    store.names(anna="Анна", boris="Борис")
    store.tracking([("family", "anna"), ("family", "boris"), ("own", "anna")])
    store.update()
    assert store.persons() == one("anna", "own")


def test_a_browser_of_two_ids_of_one_name_joins_both(store: Store) -> None:
    store.names(a1="Анна Ким", a2="Ким Анна")
    store.tracking([("browser", "a1"), ("browser", "a2")])
    store.update()
    assert store.persons() == one("a1", "a2", "browser")


def test_an_alias_is_believed_as_it_is_told(store: Store) -> None:
    store.names(anna="Анна", boris="Борис")
    store.tracking([("browser", "anna"), ("browser", "boris")], rule="alias")
    store.update()
    assert store.persons() == one("anna", "boris", "browser")


def test_an_edge_of_tracking_stands_again_when_its_reason_to_fall_is_gone(store: Store) -> None:
    store.names(a1="Анна", a2="Анна К")
    store.tracking([("browser", "a1"), ("browser", "a2")])
    assert store.update().revoked == 2
    store.names(a2="Анна")
    assert store.update().added == 2
    assert store.persons() == one("a1", "a2", "browser")


# --- the record -----------------------------------------------------------------------------------


def test_nothing_is_written_when_nothing_changes(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    commits, edges = store.commits(), store.edges()
    change = store.update()
    assert (change.ingest_seq, change.added, change.revoked) == (None, 0, 0)
    assert (store.commits(), store.edges()) == (commits, edges)


def test_a_store_without_contacts_writes_nothing(store: Store) -> None:
    assert store.update().ingest_seq is None
    assert store.commits() == 0


def test_a_change_is_a_commit_of_its_own(store: Store) -> None:
    seq = store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    change = store.update()
    assert change.ingest_seq == seq + 1 == store.warehouse.known_seq()
    row = store.warehouse.rows(
        "SELECT form, imported_at, rows_read, rows_loaded, rows_updated FROM batches WHERE ingest_seq = ?",
        [seq + 1],
    )
    assert row == [("identity", store.now, 1, 1, 0)]


def test_a_revocation_is_a_row_more(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    first = store.update()
    second = store.update(config(link_by=()))
    assert [(row[2], row[5], row[6]) for row in store.edges()] == [
        ("phone", None, first.ingest_seq),
        ("phone", store.now, second.ingest_seq),
    ]


def test_the_evidence_names_no_contact_in_full(store: Store) -> None:
    store.contacts(
        ("a", "phone", PHONE), ("b", "phone", PHONE), ("a", "card", "000123"), ("b", "card", "000123")
    )
    store.contacts(("a", "email", MAIL), ("b", "email", MAIL), verified=True)
    store.update()
    assert {row[2]: row[3] for row in store.edges()} == {
        "phone": "+7…4567",
        "card": "…0123",
        "email": "a…@mail.ru",
    }


def test_an_edge_is_as_old_as_the_younger_of_its_contacts(store: Store) -> None:
    for customer, month in (("a", 1), ("b", 3)):
        at = NOW.replace(month=month)
        store.load("contacts", [{"customer_id": customer, "kind": "phone", "value": PHONE, "at": at}])
    store.update()
    assert [row[4] for row in store.edges()] == [NOW.replace(month=3)]


def test_the_writer_keeps_no_contacts_behind(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    left = store.warehouse.write(
        lambda c: c.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'k_id_')"
        ).fetchall()
    )
    assert left == []


def test_an_instant_with_an_offset_is_stored_as_utc(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    moscow = NOW.replace(tzinfo=ZoneInfo("Europe/Moscow"))
    change = update(store.warehouse, config(), moscow)
    rows = store.warehouse.rows("SELECT imported_at FROM batches WHERE ingest_seq = ?", [change.ingest_seq])
    assert rows == [(NOW - timedelta(hours=3),)]


def test_a_failed_update_leaves_no_trace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("kogorta.identity.rules.record", fail)
    with pytest.raises(RuntimeError):
        store.update()
    monkeypatch.undo()
    assert (store.edges(), store.commits()) == ([], 1)
    assert store.update().added == 1


def test_after_a_quiet_update_new_facts_are_looked_at(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    store.load("orders", [{"order_id": "1", "customer_id": "a", "ordered_at": NOW}])
    assert store.update().ingest_seq is None
    store.contacts(("c", "phone", PHONE))
    assert store.update().added == 1


def test_a_link_by_hand_hides_no_new_facts_from_the_rules(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("x", "card", "000123"))
    store.update()
    store.contacts(("c", "phone", PHONE))
    link(store.warehouse, "a", "x", store.now)
    assert store.update().added == 1
    assert store.persons() == one("a", "b", "c", "x")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Анна Ким", "КИМ  анна"),
        ("Семёнова А.", "Семенова А"),
        ("O'Hara, Ann", "Ann O Hara"),
        ("Anna-Maria K", "K Anna Maria"),
    ],
)
def test_spellings_of_one_name_are_one_name(store: Store, name: str, other: str) -> None:
    store.names(a=name, b=other)
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update(config(max_names=1))
    assert store.persons() == one("a", "b")


@pytest.mark.parametrize(("name", "other"), [("Анна", "Анна Ким"), ("Ким А", "Ким Б"), ("---", "...")])
def test_other_names_are_other_names(store: Store, name: str, other: str) -> None:
    store.names(a=name, b=other)
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update(config(max_names=1))
    assert store.persons() == set()
