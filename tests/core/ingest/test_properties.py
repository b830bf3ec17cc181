"""Columns that no table has are kept, with a type that holds from then on."""

from __future__ import annotations

from datetime import datetime

from kogorta.schema import ColumnType
from tests.core.ingest.base import HEADER, Desk, counts, refusals

WIDE = HEADER.strip() + ",Способ оплаты,Bags,Weight,Gift,Called,Zip\n"


def test_types_are_inferred_from_all_values(desk: Desk) -> None:
    desk.take(
        WIDE + "1,c1,2025-01-01,5,нал,3,1.25,да,2025-01-01 10:00:00,007\n2,c1,2025-01-02,5,,4,2,нет,,12\n"
    )
    specs = {spec.name: (spec.type, spec.column) for spec in desk.warehouse.properties("orders")}
    assert specs == {
        "Способ оплаты": (ColumnType.TEXT, "p_sposob_oplaty"),
        "Bags": (ColumnType.INTEGER, "p_bags"),
        "Weight": (ColumnType.NUMBER, "p_weight"),
        "Gift": (ColumnType.BOOLEAN, "p_gift"),
        "Called": (ColumnType.INSTANT, "p_called"),
        "Zip": (ColumnType.TEXT, "p_zip"),
    }
    assert desk.rows(
        "SELECT p_sposob_oplaty, p_bags, p_weight, p_gift, p_called, p_zip FROM orders ORDER BY order_id"
    ) == [
        ("нал", 3, 1.25, True, datetime.fromisoformat("2025-01-01T07:00:00"), "007"),
        (None, 4, 2.0, False, None, "12"),
    ]


def test_a_conflicting_type_is_refused_later(desk: Desk) -> None:
    header = HEADER.strip() + ",Bags\n"
    desk.take(header + "1,c1,2025-01-01,5,3\n")
    report = desk.take(header + "2,c1,2025-01-01,5,many\n3,c1,2025-01-01,5,4\n", name="b.csv")
    assert counts(report) == (1, 0, 0, 1)
    assert refusals(report) == [(2, "Bags", "not_a_number")]
    assert not report.properties


def test_an_empty_column_is_not_registered(desk: Desk) -> None:
    report = desk.take(HEADER.strip() + ",Nothing\n1,c1,2025-01-01,5,\n")
    assert report.properties == ()
    assert desk.warehouse.properties() == []


def test_names_that_meet_in_one_column_are_told_apart(desk: Desk) -> None:
    desk.take(HEADER.strip() + ",Pay way,pay-way,PAY_WAY\n1,c1,2025-01-01,5,a,b,c\n")
    columns = [spec.column for spec in desk.warehouse.properties("orders")]
    assert sorted(columns) == ["p_pay_way", "p_pay_way_2", "p_pay_way_3"]


def test_hostile_headers_and_values_are_only_text(desk: Desk) -> None:
    names = ["x'; DROP TABLE orders; --", 'a"b', "select", "p_", "{x}", "%s", "?", "$1", "ж" * 300]
    header = HEADER.strip() + "," + ",".join('"' + name.replace('"', '""') + '"' for name in names) + "\n"
    cells = ["'); DELETE FROM orders; --", '""', "''", "{0}", "%d", "?", "$1", "\\", "NULL"]
    row = '1,"\'; DROP TABLE customers; --",2025-01-01,5,' + ",".join(f'"{c}"' for c in cells) + "\n"
    report = desk.take(header + row + row.replace("1,", "2,", 1).replace("2025-01-01", "'x'"))
    assert counts(report) == (1, 0, 0, 1)
    assert set(report.properties) == set(names)
    stored = {spec.name: spec.column for spec in desk.warehouse.properties("orders")}
    for name, cell in zip(names, cells, strict=True):
        expected = cell.replace('""', '"') or None
        assert desk.one(f"SELECT {stored[name]} FROM orders") == expected
    assert desk.one("SELECT customer_id FROM customer_ids") == "'; DROP TABLE customers; --"


def test_five_hundred_columns(desk: Desk) -> None:
    names = ",".join(f"col{n}" for n in range(500))
    report = desk.take(
        HEADER.strip() + "," + names + "\n1,a,2025-01-01,5," + ",".join(map(str, range(500))) + "\n"
    )
    assert counts(report) == (1, 0, 0, 0)
    assert desk.one("SELECT p_col499 FROM orders") == 499


def test_properties_of_lines_stand_on_lines(desk: Desk) -> None:
    desk.take(
        "order_id,customer_id,date,sku,qty,price,Colour,Delivery\n"
        "1,a,2025-01-01,p1,1,5.50,red,post\n1,a,2025-01-01,p2,1,5.50,blue,post\n2,a,2025-01-02,p1,1,5,red,\n"
    )
    assert {(spec.table, spec.name) for spec in desk.warehouse.properties()} == {
        ("order_lines", "Colour"),
        ("orders", "Delivery"),
    }
    assert desk.rows("SELECT p_colour FROM order_lines WHERE order_id = '1' ORDER BY line_no") == [
        ("red",),
        ("blue",),
    ]
