"""Which column is which field: by Russian and English headers, by values, by word of a person."""

from __future__ import annotations

import pytest

from kogorta.errors import MappingError
from kogorta.ingest import ImportOptions, fingerprint
from kogorta.ingest.mapping.fields import COMPANIONS, find_field, form_fields, short_name
from kogorta.ingest.mapping.guess import header_score, squash
from kogorta.schema import TABLES
from tests.core.ingest.base import HEADER, Desk, counts

ROW = "1,c1,2025-01-01,5.50\n2,c2,2025-01-02,6.50\n3,c1,2025-01-03,7.50\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Номер заказа;Покупатель;Дата заказа;Сумма, руб.", "order_id customer_id ordered_at amount"),
        ("OrderID;ClientId;Order Date;Grand Total ($)", "order_id customer_id ordered_at amount"),
        ("№;Контрагент;Дата и время;Итого", "customer_id ordered_at amount"),
        ("basket_id;household_id;transaction_timestamp;sales", "order_id customer_id ordered_at amount"),
        ("ЧЕК;гость;Когда;К оплате [RUB]", "order_id customer_id ordered_at amount"),
    ],
)
def test_headers_are_understood(desk: Desk, header: str, expected: str) -> None:
    seen = desk.look(header + "\n" + ROW.replace(",", ";"))
    assert sorted(field.field for field in seen.fields) == sorted(expected.split())
    assert {field.why for field in seen.fields} == {"header"}


def test_every_alias_of_every_table_finds_its_column() -> None:
    for name, table in TABLES.items():
        for column in table:
            field = find_field(name, column.name)
            assert field.column is column
            for alias in column.aliases:
                assert header_score(alias, field) > 0.8, (name, column.name, alias)


def test_values_speak_where_headers_do_not(desk: Desk) -> None:
    seen = desk.look(
        "a;b;c;d\n" + "c1;2025-01-01;5.50;x@mail.ru\nc2;2025-01-02;6.50;y@mail.ru\nc1;2025-01-03;7.50;\n" * 2
    )
    assert {field.field: (field.column, field.why) for field in seen.fields} == {
        "customer_id": ("a", "values"),
        "ordered_at": ("b", "values"),
        "amount": ("c", "values"),
        "email": ("d", "values"),
    }


def test_a_preview_shows_samples_and_properties(desk: Desk) -> None:
    seen = desk.look(HEADER.strip() + ",Способ оплаты\n1,c1,2025-01-01,5,нал\n")
    assert [(field.field, field.samples) for field in seen.fields] == [
        ("order_id", ("1",)),
        ("customer_id", ("c1",)),
        ("ordered_at", ("2025-01-01",)),
        ("amount", ("5",)),
    ]
    assert seen.properties == ("Способ оплаты",)
    assert desk.one("SELECT count(*) FROM batches") == 0


def test_what_is_given_wins(desk: Desk) -> None:
    content = "order_id,customer_id,date,amount,Второй счёт\n1,c1,2025-01-01,5,7\n"
    report = desk.take(
        content, options=ImportOptions(mapping={"amount": "второй счет", "discount": "amount"})
    )
    assert desk.rows("SELECT amount, discount FROM orders") == [(700, 500)]
    assert report.mapping["amount"] == "Второй счёт"


def test_a_saved_mapping_is_used(desk: Desk) -> None:
    content = "x,y,z,amount\n1,c1,2025-01-01,5\n"
    given = ImportOptions(mapping={"order_id": "x", "customer_id": "y", "ordered_at": "z"})
    first = desk.take(content, options=given)
    assert first.mapping_fingerprint == fingerprint("orders", ["x", "y", "z", "amount"])
    saved = {first.mapping_fingerprint: first.mapping}
    again = desk.take(content, mappings=saved)
    assert counts(again) == (0, 0, 1, 0)
    assert again.note("same_file")
    seen = desk.look(content, mappings=saved)
    assert {field.why for field in seen.fields} == {"saved"}
    changed = desk.look(content, mappings=saved, options=ImportOptions(mapping={"cart_id": "x"}))
    assert {field.field: field.why for field in changed.fields}["cart_id"] == "given"


def test_id_alone_names_a_row_where_nothing_else_does(desk: Desk) -> None:
    """Keys of databases are called so. Where cells repeat, or lines of orders stand, it is anything."""
    body = "1,c1,2025-01-01,5.50\n2,c2,2025-01-02,6.50\n"
    named = {"id": "order_id", "customer_id": "customer_id", "date": "ordered_at", "amount": "amount"}
    for header, rows, expected in (
        ("id,customer_id,date,amount", body, named),
        ("id,customer_id,date,amount", body.replace("2,c2", "1,c2"), {**named, "id": None}),
        ("id,customer_id,date,sku", body, {**named, "id": None, "sku": "product_id", "amount": None}),
        ("receipt,customer_id,date,id", body, {"receipt": "order_id", "id": None}),
    ):
        seen = desk.look(f"{header}\n{rows}")
        found = {field.column: field.field for field in seen.fields}
        assert all(found.get(column) == field for column, field in expected.items()), (header, found)


def test_a_second_column_of_one_name_is_a_property(desk: Desk) -> None:
    report = desk.take("order_id,customer_id,date,amount,amount\n1,a,2025-01-01,5,6\n")
    assert report.mapping["amount"] == "amount"
    assert report.properties == ("amount (2)",)


@pytest.mark.parametrize(
    ("mapping", "problem", "expected"),
    [
        ({"amont": "amount"}, "has no such field", "amount"),
        ({"amount": "amnt"}, "the file has no such column", "order_id, customer_id, date, amount"),
        ({"name": "amount"}, "stands in several tables", "products.name, customers.name"),
        ({"amount": "amount", "discount": "amount"}, "a field takes one column", "once"),
    ],
)
def test_a_wrong_mapping_is_explained(
    desk: Desk, mapping: dict[str, str], problem: str, expected: str
) -> None:
    with pytest.raises(MappingError, match=problem) as caught:
        desk.take(HEADER + ROW, options=ImportOptions(mapping=mapping))
    assert expected in str(caught.value.expected)
    assert caught.value.got is not None
    assert caught.value.hint


def test_a_column_that_is_missing_is_named_with_what_there_is(desk: Desk) -> None:
    with pytest.raises(MappingError, match="no column was found for customer_id, ordered_at") as caught:
        desk.take("amount,colour\n5,red\n6,blue\n")
    assert str(caught.value.got) == "amount → amount, colour (red, …)"
    assert "--map customer_id=" in str(caught.value.hint)
    assert "--map ordered_at=" in str(caught.value.hint)


def test_a_file_without_a_header_is_told(desk: Desk) -> None:
    with pytest.raises(MappingError, match="the first line looks like data"):
        desk.take("1,a,2025-01-01,5.10\n2,b,2025-01-02,6.00\n")


@pytest.mark.parametrize("form", TABLES)
def test_every_field_has_a_name_that_finds_it(form: str) -> None:
    for field in form_fields(form):
        assert find_field(form, short_name(form, field)) == field
        assert find_field(form, field.name) == field


def test_companions_are_real() -> None:
    assert set(COMPANIONS) <= set(TABLES)


def test_headers_are_compared_by_letters_alone() -> None:
    assert squash("Кол-во, шт.") == "колвошт"
    assert squash("INVOICE_No ") == squash("InvoiceNo")
