"""One person goes whole, the others stay as they were, and she does not come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pytest

from kogorta.errors import InputError, NotFoundError
from kogorta.i18n import translator
from kogorta.identity.erase import CHILDREN, KEPT, erase
from kogorta.identity.manual import split
from kogorta.ingest import ImportOptions
from kogorta.schema import TABLES
from kogorta.vocab import Cause
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import Workspace
from tests.core.identity.base import Store, config
from tests.core.identity.erasing import (
    ALSO_ANNA,
    ANNA,
    BROWSER,
    MAIL,
    NOW,
    OWN_ORDERS,
    PHONE,
    SECRETS,
    everywhere,
    facts_of_others,
    fill,
    identify,
    left_of,
    open_shop,
    rows,
)

THEN, LATER = "2025-06-01", "2025-06-05"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the workspace once, filled and refreshed."""
    folder = tmp_path_factory.mktemp("made") / "shop"
    with open_shop(folder) as workspace:
        fill(workspace)
        workspace.refresh(THEN)
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Give a copy of the workspace."""
    copytree(made, tmp_path / "shop")
    with open_shop(tmp_path / "shop") as workspace:
        yield workspace


def table_of(workspace: Workspace, *args: Any) -> dict[str, dict[str, Any]]:
    """Return the traits of everyone by id."""
    return {row["customer_id"]: row for row in workspace.traits(*args).to_pylist()}


def test_the_preview_says_who_is_one_person_and_changes_nothing(shop: Workspace) -> None:
    found = shop.preview_erasure(ALSO_ANNA)
    assert set(found.customer_ids) == {ANNA, ALSO_ANNA}
    assert (found.devices, found.orders, found.events, found.contacts, found.quarantined) == (1, 3, 1, 2, 2)
    assert found.kept["orders"] == 3
    assert found.deleted["customers"] == 1
    assert shop.preview_erasure(ANNA) == found
    assert ANNA in table_of(shop)


def test_nothing_personal_is_left_in_any_table(shop: Workspace) -> None:
    assert {text for *_, text in left_of(shop)} == set(SECRETS), "the test looks for what was never there"
    taken = shop.erase(ANNA)
    assert taken.orders == 3
    assert left_of(shop) == []


def test_merged_ids_and_browsers_go_with_the_person(shop: Workspace) -> None:
    shop.erase(ALSO_ANNA)
    assert left_of(shop) == []


def test_the_other_customers_keep_every_row(shop: Workspace) -> None:
    before = facts_of_others(shop)
    assert any(before.values())
    shop.erase(ANNA)
    assert facts_of_others(shop) == before
    refused = shop.warehouse.rows("SELECT raw FROM quarantine")
    assert len(refused) == 1
    assert "bad3" in refused[0][0]


@pytest.mark.parametrize("question", [(THEN,), (THEN, 1), (THEN, 3), ("2025-05-16",), ("2025-06-09",)])
def test_others_get_the_same_answers_and_she_is_in_none(shop: Workspace, question: tuple[Any, ...]) -> None:
    before = table_of(shop, *question)
    assert {ANNA, ALSO_ANNA} & set(before)
    shop.erase(ANNA)
    after = table_of(shop, *question)
    assert not {ANNA, ALSO_ANNA} & set(after)
    assert after == {name: row for name, row in before.items() if name not in (ANNA, ALSO_ANNA)}


def test_at_a_commit_before_the_merge_neither_id_is_seen(shop: Workspace) -> None:
    assert {ANNA, ALSO_ANNA} <= set(table_of(shop, THEN, 1))
    shop.erase(ANNA)
    assert not {ANNA, ALSO_ANNA} & set(table_of(shop, THEN, 1))


def test_her_sales_are_nobodys_and_the_sum_of_the_business_stays(shop: Workspace) -> None:
    revenue = shop.warehouse.rows("SELECT sum(amount), count(*) FROM orders")
    base = shop.report_data(THEN).base
    shop.erase(ANNA)
    assert shop.warehouse.rows("SELECT sum(amount), count(*) FROM orders") == revenue
    own = [item["order_id"] for item in OWN_ORDERS]
    kept = shop.warehouse.rows(
        "SELECT customer_key, p_engraving FROM orders WHERE list_contains(?, order_id)", [own]
    )
    assert kept == [(None, None)] * 3
    after = shop.report_data(THEN).base
    assert (after.orders, after.revenue) == (base.orders, base.revenue)
    assert (after.anonymous_orders, after.buyers) == (base.anonymous_orders + 3, base.buyers - 1)


def test_the_log_says_that_she_left_by_erasure_and_names_nobody(shop: Workspace) -> None:
    old = shop.warehouse.rows("SELECT count(*) FROM membership_changes")
    shop.erase(ANNA)
    assert shop.warehouse.rows("SELECT count(*) FROM membership_changes") == old
    done = shop.refresh(LATER)
    left = shop.warehouse.rows(
        "SELECT scheme, op, cause FROM membership_changes WHERE customer_key < 0 AND run_id = ? ORDER BY 1",
        [done.run_id],
    )
    assert {scheme for scheme, *_ in left} >= {"lifecycle", "lifecycle_quick", "rfm_simple", "rfm_quick"}
    assert {(op, cause) for _, op, cause in left} == {("leave", Cause.ERASURE.value)}
    assert {cause for _, cause in done.changes if cause == Cause.ERASURE.value}
    again = shop.refresh(LATER)
    assert Cause.ERASURE.value not in {cause for _, cause in again.changes}


def test_both_ids_leave_if_they_were_in_the_log_side_by_side(tmp_path: Path) -> None:
    with open_shop(tmp_path / "shop") as workspace:
        workspace.import_table(everywhere()["orders"], "orders")
        workspace.refresh(THEN)
        workspace.import_table(everywhere()["contacts"], "contacts")
        workspace.erase(ANNA)
        done = workspace.refresh(LATER)
        left = workspace.warehouse.rows(
            "SELECT customer_key, op FROM membership_changes WHERE scheme = 'lifecycle' AND customer_key < 0 AND run_id = ?",
            [done.run_id],
        )
    assert len(set(left)) == 2


def test_frames_and_runs_keep_their_history(shop: Workspace) -> None:
    books = ("frames", "frame_values", "runs", "definition_versions")
    before = [shop.warehouse.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in books]
    shop.erase(ANNA)
    assert [shop.warehouse.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in books] == before


# --- she does not come back ---------------------------------------------------------------------------


def refused(
    workspace: Workspace, form: str, *items: dict[str, Any], **options: Any
) -> tuple[int, dict[str, int]]:
    """Import rows with one good one beside them; return how many went in, and why the others did not."""
    report = workspace.import_table(rows(t=items)["t"], form, options=ImportOptions(**options))
    assert report.rows_read == report.loaded + report.updated + report.same + report.quarantined
    return report.loaded + report.updated + report.same, report.reasons


GOOD = {"customer_id": "other-001", "order_id": "n1", "ordered_at": "2025-06-02", "amount": 5}


@pytest.mark.parametrize(
    "more",
    [
        {"customer_id": ANNA},
        {"customer_id": ALSO_ANNA},
        {"customer_id": "new-1", "phone": "8 (916) 123-00-77"},
        {"customer_id": "new-1", "email": " Anna.K@Firma.RU"},
    ],
)
def test_orders_of_her_ids_and_contacts_are_refused_whole(shop: Workspace, more: dict[str, str]) -> None:
    shop.erase(ANNA)
    hers = {**GOOD, "order_id": "n2", "name": "Анна Каренина", **more}
    assert refused(shop, "orders", {**GOOD, "phone": "+79161239999"}, hers) == (1, {"erased": 1})
    assert left_of(shop) == []


def test_contacts_and_attributes_are_refused(shop: Workspace) -> None:
    shop.erase(ANNA)
    good = {"customer_id": "other-005", "kind": "phone", "value": "+79161235555"}
    hers = [
        {"customer_id": "new-2", "kind": "phone", "value": "8 916 123-00-77"},
        {"customer_id": ANNA, "kind": "phone", "value": "+79161238888"},
    ]
    assert refused(shop, "contacts", good, *hers) == (1, {"erased": 2})
    people = [{"customer_id": "other-005", "city": "Тула"}, {"customer_id": ANNA, "city": "Тверь"}]
    assert refused(shop, "customers", *people) == (1, {"erased": 1})
    assert left_of(shop) == []


def test_a_refused_row_says_why_in_both_languages_and_holds_nothing(shop: Workspace) -> None:
    shop.erase(ANNA)
    report = shop.import_table(
        rows(t=[GOOD, {**GOOD, "customer_id": ANNA, "ordered_at": "вчера"}])["t"], "orders"
    )
    (row,) = report.quarantine
    assert (row.line, row.reason, row.value, row.raw) == (2, "erased", "", "")
    assert "asked to be erased" in translator("en").say(row.message)
    assert "просил стереть" in translator("ru").say(row.message)


def test_messages_of_hers_are_refused(shop: Workspace) -> None:
    shop.erase(ANNA)
    messages = [
        *identify(ANNA, "browser-new", 3, "/private/page"),
        *identify("other-004", "browser-p", 4, "/public"),
        *identify("other-006", BROWSER, 5, "/private/page"),
        {
            "type": "alias",
            "previousId": ANNA,
            "userId": "other-004",
            "messageId": "al",
            "timestamp": "2025-05-06T00:00:00Z",
        },
    ]
    report = shop.import_tracking(messages)
    assert report.reasons == {"erased": 4}
    assert (report.rows_read, report.loaded, report.quarantined) == (7, 3, 4)
    assert left_of(shop, [text for text in SECRETS if text != "/private/page"]) == []


def test_an_id_of_another_space_is_another_person(shop: Workspace) -> None:
    shop.erase(ANNA)
    item = {**GOOD, "customer_id": ANNA}
    assert refused(shop, "orders", item, id_space="partner") == (1, {})
    assert shop.preview_erasure(ANNA).customer_ids == (ANNA,)


def test_somebody_erased_between_reading_and_commit_stays_out(shop: Workspace) -> None:
    shop.erase(ANNA)
    with pytest.raises(InputError, match="erased while the file was read"):
        Store.load(
            _around(shop.warehouse), "orders", [{"customer_id": ANNA, "order_id": "n9", "ordered_at": NOW}]
        )
    assert left_of(shop) == []


def _around(warehouse: Warehouse) -> Store:
    store = Store.__new__(Store)
    store.warehouse, store.imports = warehouse, 0
    return store


# --- who is asked for --------------------------------------------------------------------------------


def test_twice_and_unknown_are_errors_with_a_way_out(shop: Workspace) -> None:
    shop.erase(ANNA)
    with pytest.raises(NotFoundError, match="erased before"):
        shop.erase(ANNA)
    with pytest.raises(NotFoundError, match="no such customer") as unknown:
        shop.erase("nobody")
    assert "other-000" in unknown.value.describe(translator("en"))
    assert "такого клиента нет" in unknown.value.describe(translator("ru"))


def test_an_id_of_several_persons_needs_its_space(shop: Workspace) -> None:
    refused(shop, "orders", {**GOOD, "customer_id": "other-001", "order_id": "p1"}, id_space="partner")
    with pytest.raises(InputError, match="several persons"):
        shop.erase("other-001")
    shop.erase("other-001", "partner")
    assert "other-001" in table_of(shop)
    with pytest.raises(NotFoundError, match="erased before"):
        shop.erase("other-001", "partner")


# --- neighbours --------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    opened = Store(tmp_path)
    yield opened
    opened.warehouse.close()


def gone(store: Store, customer_id: str) -> None:
    """Erase with bytes that are not random."""
    erase(store.warehouse, config(), customer_id, store.now, lambda n: bytes(range(n)))


def test_a_contact_that_others_have_too_stays_theirs_and_is_not_blocked(store: Store) -> None:
    store.contacts(
        ("a", "email", "family@dom.ru"), ("b", "email", "family@dom.ru"), ("a", "email", "a@dom.ru")
    )
    gone(store, "a")
    assert store.warehouse.rows("SELECT value FROM contacts") == [("family@dom.ru",)]
    kinds = store.warehouse.rows("SELECT kind FROM erasures ORDER BY 1")
    assert kinds == [("customer_id",), ("email",)]


def test_a_shared_browser_does_not_become_that_of_whoever_is_left(store: Store) -> None:
    store.names(a="Анна", b="Борис")
    store.tracking([("kiosk", "a")])
    store.tracking([("kiosk", "b")])
    store.update()
    assert store.persons() == set()
    gone(store, "a")
    store.update()
    assert store.persons() == set()
    assert {rule for _, _, rule, *_ in store.edges()} == {"split", "identify"}


def test_an_id_that_was_split_off_is_another_person_and_stays(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("c", "phone", PHONE))
    store.update()
    split(store.warehouse, config(), "b", store.now)
    gone(store, "a")
    assert store.warehouse.rows("SELECT customer_id FROM customer_ids") == [("b",)]
    assert store.warehouse.rows("SELECT value FROM contacts") == [(PHONE,)]


def test_short_ids_are_looked_for_in_quarantine_only_where_customers_are_named(store: Store) -> None:
    store.contacts(("17", "email", MAIL))
    raw = [
        json.dumps({"Клиент": "17", "Сумма": "x"}),
        json.dumps({"Клиент": "18", "Сумма": "17"}),
        f"18;{MAIL.upper()};broken",
        "19;nothing;broken",
    ]
    for line, text in enumerate(raw):
        values = [1, line, None, None, "bad_value", text]
        store.warehouse.write(
            methodcaller("execute", "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", values)
        )
    gone(store, "17")
    assert store.warehouse.rows("SELECT line FROM quarantine ORDER BY 1") == [(1,), (3,)]


# --- how it is done ----------------------------------------------------------------------------------


def test_every_table_with_a_customer_is_thought_of() -> None:
    """A new table with a customer loses his rows unless it is listed; what is listed must exist as it says."""
    for name, columns in KEPT.items():
        assert TABLES[name].has_customer
        assert set(columns) <= set(TABLES[name].stored_types)
    for name, (parent, column, columns) in CHILDREN.items():
        assert {column, *columns} <= set(TABLES[name].stored_types)
        assert parent in KEPT
        assert column in TABLES[parent].stored_types


def test_a_failure_half_way_leaves_everything(shop: Workspace) -> None:
    before = facts_of_others(shop), left_of(shop)

    def dies(count: int) -> bytes:
        if count == 7:  # the key is made; the rows of the log are to be moved
            raise RuntimeError("power cut")
        return bytes(count)

    with pytest.raises(RuntimeError, match="power cut"):
        erase(shop.warehouse, shop.config, ANNA, NOW, dies)
    assert (facts_of_others(shop), left_of(shop)) == before
    assert shop.warehouse.rows("SELECT count(*) FROM erasures") == [(0,)]


def test_digests_differ_from_store_to_store(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        with open_shop(tmp_path / name) as workspace:
            workspace.import_table(everywhere()["orders"], "orders")
            workspace.erase(ANNA)
            found.append(workspace.warehouse.rows("SELECT digest FROM erasures"))
    assert found[0] != found[1]


def test_the_file_written_anew_holds_no_byte_of_hers(tmp_path: Path) -> None:
    """The way that the how-to page tells: the store's own file keeps freed blocks, a copy of it does not."""
    folder = tmp_path / "shop"
    with open_shop(folder) as workspace:
        fill(workspace)
        workspace.erase(ANNA)
    path = folder / "data" / "warehouse.duckdb"
    fresh = folder / "data" / "fresh.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{fresh}' AS new")
        connection.execute("COPY FROM DATABASE old TO new")
    fresh.replace(path)
    written = path.read_bytes()
    assert not [text for text in SECRETS if text.encode() in written]
    with open_shop(folder) as workspace:
        workspace.refresh(NOW + timedelta(days=1))
        assert "other-001" in table_of(workspace)
