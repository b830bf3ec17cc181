"""The product takes a simulated folder whole, refuses nothing, and works on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kogorta
from kogorta import config as configuration
from kogorta.errors import InputError, ProblemsError
from kogorta.identity.resolve import aliases
from kogorta.ingest import ImportReport, tables_in
from kogorta.workspace import Workspace
from tests.core.simulate.asking import Base

NOW = datetime(2026, 1, 2, tzinfo=UTC)
END = "2026-01-01"


def brought_in(base: Base, folder: Path, business: str) -> tuple[Workspace, list[ImportReport]]:
    kogorta.init(folder, business, timezone="Europe/Moscow").close()
    workspace = Workspace(folder, now=lambda: NOW)
    return workspace, workspace.import_folder(base.folder)


@pytest.fixture(scope="module", params=["shop", "salon"])
def imported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Base, Workspace, list[ImportReport]]]:
    """A base of 300 customers in a workspace of its kind."""
    folder = tmp_path_factory.mktemp("imported")
    kogorta.simulate(request.param, 300, folder / "files", seed=5, events_per_customer=8)
    base = Base(folder / "files")
    workspace, reports = brought_in(base, folder / "base", request.param)
    with workspace:
        yield base, workspace, reports


def test_every_row_is_loaded_and_none_refused(imported: tuple[Base, Workspace, list[ImportReport]]) -> None:
    base, _, reports = imported
    assert sum(report.quarantined for report in reports) == 0
    by_table: dict[str, int] = {}
    for report in reports:
        taken = report.loaded + report.updated
        assert taken == report.rows_read, report.file_name
        by_table[report.form] = by_table.get(report.form, 0) + taken
    assert by_table == base.manifest["rows"]


def test_columns_are_read_by_their_own_names(imported: tuple[Base, Workspace, list[ImportReport]]) -> None:
    for report in imported[2]:
        assert all(field == header for field, header in report.mapping.items()), report.mapping
        assert report.properties == ()


def test_an_import_finds_nothing_odd(imported: tuple[Base, Workspace, list[ImportReport]]) -> None:
    """No fee among the goods, no contact that is none, no odd number: what is noted are sums and what lies ahead."""
    codes = {note.code for report in imported[2] for note in report.notes}
    assert codes <= {"totals", "dated_ahead"}


def test_a_second_import_changes_nothing(imported: tuple[Base, Workspace, list[ImportReport]]) -> None:
    base, workspace, _ = imported
    for report in workspace.import_folder(base.folder):
        assert (report.loaded, report.updated) == (0, 0)


def test_a_refresh_proves_every_scheme_a_partition(
    imported: tuple[Base, Workspace, list[ImportReport]],
) -> None:
    _, workspace, _ = imported
    workspace.refresh(END)
    sizes = workspace.sizes(END)
    buyers = workspace.traits(END).num_rows
    assert sum(sizes["lifecycle"].values()) == buyers > 250
    assert len(sizes) >= 5
    assert all(sum(segments.values()) > 200 for segments in sizes.values())


def test_those_whom_the_product_calls_lost_have_left_and_the_active_have_not(
    imported: tuple[Base, Workspace, list[ImportReport]],
) -> None:
    """Silence alone cannot be sure of anybody, yet it tells most of them."""
    base, workspace, _ = imported
    gone = dict(base.rows("SELECT customer_id, has_left FROM {truth/customers}"))
    ratio = {}
    for stage in ("active", "lost"):
        members = workspace.members(f"lifecycle.{stage}", END)["customer_id"].to_pylist()
        assert len(members) > 40
        ratio[stage] = sum(gone[member] for member in members) / len(members)
    assert ratio["active"] < 0.3
    assert ratio["lost"] > 0.65


def test_the_money_of_the_product_is_the_money_of_the_files(
    imported: tuple[Base, Workspace, list[ImportReport]],
) -> None:
    """Revenue of the whole base: completed orders, less what came back."""
    base, workspace, _ = imported
    changes = (
        "SELECT order_id, completed_at, status FROM {orders-changes}"
        if base.has("orders-changes")
        else ("SELECT order_id, completed_at, status FROM {orders} WHERE false")
    )
    returned = "SELECT sum(amount) FROM {returns}" if base.has("returns") else "SELECT 0"
    sold, back = base.one(
        f"""WITH last AS (SELECT order_id, arg_max(status, completed_at) AS status FROM ({changes}) GROUP BY 1)
        SELECT sum(amount), ({returned}) FROM {{orders}} o LEFT JOIN last USING (order_id)
        WHERE coalesce(last.status, o.status) = 'completed'"""
    )
    revenue = sum(amount or 0 for amount in workspace.traits(END)["revenue_total"].to_pylist())
    assert revenue == int((sold - (back or 0)) * 100)


# --- identity --------------------------------------------------------------------------------------


def persons(workspace: Workspace) -> dict[str, int]:
    """Return by customer id the key of the person that the product takes him for."""
    rows = workspace.warehouse.rows(
        "SELECT customer_id, customer_key FROM customer_ids WHERE id_space = 'main'"
    )
    joined = aliases(workspace.warehouse, 2**60).to_pylist()
    other = {row["customer_key"]: row["person_key"] for row in joined}
    return {name: other.get(key, key) for name, key in rows}


def pairs(groups: dict[str, int] | dict[str, str]) -> set[tuple[str, str]]:
    together: dict[object, list[str]] = {}
    for name, group in groups.items():
        together.setdefault(group, []).append(name)
    return {(a, b) for names in together.values() for a in sorted(names) for b in sorted(names) if a < b}


def people_only(base: Base, folder: Path) -> Path:
    """Lay those files aside that say who somebody is."""
    folder.mkdir()
    for name in ("customers", "contacts"):
        (folder / f"{name}.parquet").write_bytes((base.folder / f"{name}.parquet").read_bytes())
    return folder


def test_identity_finds_the_duplicates_that_its_rules_can_see(shop: Base, tmp_path: Path) -> None:
    """Telephones in another spelling and addresses proved on both sides join; a family joins too, as its rule says."""
    kogorta.init(tmp_path / "base", "shop", timezone="Europe/Moscow").close()
    with Workspace(tmp_path / "base", now=lambda: NOW) as workspace:
        workspace.import_folder(people_only(shop, tmp_path / "files"))
        workspace.refresh(END)
        found = pairs(persons(workspace))
    seen = shop.rows("SELECT customer_id, person_id, seen_by FROM {truth/duplicates}")
    visible = {name: person for name, person, way in seen if way in ("phone", "email")}
    hidden = {name for name, _, way in seen if way in ("email_unverified", "nothing")}
    families = shop.rows("SELECT customer_id, lives_with FROM {truth/households}")
    expected = pairs(components([*visible.items(), *families]))
    assert len(visible) > 40
    assert len(hidden) > 10
    assert len(families) > 40
    assert found == expected


def test_one_name_for_a_contact_joins_no_family(shop: Base, tmp_path: Path) -> None:
    """With `max_names = 1` all that is found is true; a second id with its name written otherwise is missed."""
    kogorta.init(tmp_path / "base", "shop", timezone="Europe/Moscow").close()
    configuration.update(tmp_path / "base", {"identity": {"max_names": 1}})
    with Workspace(tmp_path / "base", now=lambda: NOW) as workspace:
        workspace.import_folder(people_only(shop, tmp_path / "files"))
        workspace.refresh(END)
        found = pairs(persons(workspace))
    words = {
        name: " ".join(sorted((called or name).split()))
        for name, called in shop.rows("SELECT customer_id, name FROM {customers}")
    }
    visible = shop.rows(
        "SELECT customer_id, person_id FROM {truth/duplicates} WHERE seen_by IN ('phone', 'email')"
    )
    named_alike = [(a, b) for a, b in visible if words[a] == words[b]]
    true = pairs(dict(shop.rows("SELECT customer_id, person_id FROM {truth/customers}")))
    assert found <= true
    assert found <= pairs(components(named_alike))
    assert len(found) > 0.8 * len(named_alike), "all but those whose family has the telephone too"
    assert len(named_alike) < len(visible)


def components(edges: list[tuple[str, str]]) -> dict[str, str]:
    """Return by name the least name of all that edges join to it, worked out the slow way."""
    group: dict[str, str] = {}
    for a, b in edges:
        first, second = group.setdefault(a, a), group.setdefault(b, b)
        low, high = min(first, second), max(first, second)
        group = {name: low if own == high else own for name, own in group.items()}
    return group


# --- folders ---------------------------------------------------------------------------------------


def test_files_of_a_folder_are_known_by_their_names(tmp_path: Path) -> None:
    for name in (
        "orders-10.csv",
        "orders-2.csv",
        "orders.csv",
        "orders-changes.csv",
        "customers.parquet",
        "tracking.jsonl",
    ):
        (tmp_path / name).touch()
    for aside in ("README.md", ".hidden.csv"):
        (tmp_path / aside).touch()
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "returns.csv").touch()
    assert [(path.name, table) for path, table in tables_in(tmp_path)] == [
        ("customers.parquet", "customers"),
        ("orders.csv", "orders"),
        ("orders-2.csv", "orders"),
        ("orders-10.csv", "orders"),
        ("orders-changes.csv", "orders"),
        ("tracking.jsonl", "tracking"),
    ]


def test_a_name_that_is_no_table_stops_the_folder_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").touch()
    (tmp_path / "sales.csv").touch()
    with pytest.raises(ProblemsError, match=r"sales\.csv"):
        tables_in(tmp_path)
    (tmp_path / "orders.csv").unlink()
    with pytest.raises(InputError, match="no file of this folder"):
        tables_in(tmp_path)
    assert tables_in(tmp_path, "orders") == [(tmp_path / "sales.csv", "orders")]
