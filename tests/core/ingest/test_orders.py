"""Orders as shops really export them: lines, returns, fees, gaps, second currencies, second imports."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from kogorta.errors import InputError
from kogorta.ingest import ImportOptions
from kogorta.ingest.shape.products import fee_codes
from tests.core.ingest.base import HEADER, Desk, counts, refusals

LINES = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
GOODS = "".join(f"1,{85000 + n},GOOD {n},1,12/13/2010 8:26,1.00,17850,UK\n" for n in range(20))


def amounts(desk: Desk, table: str = "orders") -> list[tuple[str, int]]:
    return desk.rows(f"SELECT order_id, amount FROM {table} ORDER BY 1, 2")


def params(report: object, code: str) -> dict[str, object]:
    note = report.note(code)  # type: ignore[attr-defined]
    assert note is not None, f"{code} not among {[n.code for n in report.notes]}"  # type: ignore[attr-defined]
    return dict(note.params)


# --- the smallest input ---------------------------------------------------------------------------


def test_customer_date_and_amount_are_enough(desk: Desk) -> None:
    """No order ids, so content and occurrence are the key. Covers: R75."""
    content = "Клиент;Дата;Сумма\nc1;31.12.2024;100,50\nc1;31.12.2024;100,50\nc2;01.01.2025;1 000\n"
    report = desk.take(content)
    assert counts(report) == (3, 0, 0, 0)
    ids = [row[0] for row in desk.rows("SELECT order_id FROM orders ORDER BY 1")]
    assert all(item.startswith("row:") for item in ids)
    assert sorted(item.rsplit(":", 1)[1] for item in ids) == ["1", "1", "2"]
    assert desk.one("SELECT sum(amount) FROM orders WHERE status = 'completed'") == 120100


def test_a_longer_export_adds_only_what_is_new(desk: Desk) -> None:
    content = "Клиент;Дата;Сумма\nc1;31.12.2024;100,50\nc1;31.12.2024;100,50\n"
    desk.take(content)
    report = desk.take(content + "c1;31.12.2024;100,50\nc2;01.01.2025;7\n", name="more.csv")
    assert counts(report) == (2, 0, 2, 0)


def test_a_repeated_contact_repeats_no_orders(desk: Desk) -> None:
    """One column of contacts, the same phone on several rows: as many orders as rows."""
    content = "Клиент;Телефон;Дата;Сумма\n" + "".join(
        f"c{n % 2};+7 916 200-30-4{n % 2};{n + 1:02}.12.2024;100\n" for n in range(6)
    )
    assert counts(desk.take(content)) == (6, 0, 0, 0)
    assert desk.one("SELECT count(*) FROM orders") == 6
    assert desk.one("SELECT sum(amount) FROM orders") == 60000
    assert counts(desk.take(content + "c2;+7 916 200-30-41;31.12.2024;100\n", name="more.csv")) == (
        1,
        0,
        6,
        0,
    )


def test_sums_only(desk: Desk) -> None:
    """One row a customer. Covers: P05, R75."""
    content = (
        "Телефон;Имя;ID клиента;Последняя покупка;Число покупок;Сумма;Категория;Источник\n"
        "8 916 200-30-40;Анна;1;05.06.2025;4;1 000,50;Кофе;Яндекс\n"
    )
    report = desk.take(content, "customer_summaries")
    assert counts(report) == (1, 0, 0, 0)
    assert desk.rows('SELECT orders, revenue, last_category, "at" FROM customer_summaries') == [
        (4, 100050, "Кофе", datetime.fromisoformat("2026-01-01"))
    ]
    assert desk.rows("SELECT name, acquisition_source FROM customers") == [("Анна", "Яндекс")]
    assert desk.rows("SELECT kind, value FROM contacts") == [("phone", "+79162003040")]


# --- words and changes ----------------------------------------------------------------------------


def test_the_shops_own_words(desk: Desk) -> None:
    content = HEADER.replace("amount", "amount,Статус") + (
        "1,c1,2025-01-01,5,Выполнен\n2,c1,2025-01-02,5,Отказ\n3,c1,2025-01-02,5,ВОЗВРАТ\n4,c1,2025-01-02,5,Собран\n"
    )
    report = desk.take(content)
    assert counts(report) == (3, 0, 0, 1)
    assert refusals(report) == [(5, "Статус", "unknown_word")]
    assert desk.rows("SELECT status FROM orders ORDER BY order_id") == [
        ("completed",),
        ("cancelled",),
        ("cancelled",),
    ]
    assert "Собран" in str(params(report, "unknown_words")["example"])
    mapped = desk.take(content, options=ImportOptions(statuses={"Собран": "pending"}))
    assert counts(mapped) == (1, 0, 3, 0)
    assert mapped.new_statuses == {"Собран": "pending"}
    saved = desk.take(content + "\n", statuses={"Собран": "pending"})
    assert counts(saved) == (0, 0, 4, 0)
    assert not saved.new_statuses
    with pytest.raises(InputError, match="a word cannot mean this"):
        desk.take(content, options=ImportOptions(statuses={"Собран": "gathered"}))


def test_an_order_that_changes_later(desk: Desk) -> None:
    header = HEADER.replace("amount", "amount,status,completed_at")
    desk.take(header + "1,c1,2025-01-01,5,pending,\n2,c1,2025-01-01,7,completed,\n")
    report = desk.take(
        header + "1,c1,2025-01-01,5,completed,2025-01-04 10:00\n2,c1,2025-01-01,7,completed,\n", name="b.csv"
    )
    assert counts(report) == (0, 1, 1, 0)
    versions = desk.rows("SELECT version_no, status, valid_at FROM orders WHERE order_id = '1' ORDER BY 1")
    assert versions == [
        (1, "pending", datetime.fromisoformat("2024-12-31T21:00:00")),
        (2, "completed", datetime.fromisoformat("2025-01-04T07:00:00")),
    ]


def test_one_order_twice_in_a_file(desk: Desk) -> None:
    report = desk.take(HEADER + "1,c1,2025-01-01,5\n1,c1,2025-01-01,5\n1,c1,2025-01-01,6\n")
    assert counts(report) == (1, 1, 1, 0)
    assert desk.one("SELECT amount FROM orders ORDER BY version_no DESC LIMIT 1") == 600


def test_a_dry_run_keeps_nothing(desk: Desk) -> None:
    report = desk.take(HEADER + "1,c1,2025-01-01,5\n2,c1,x,5\n", options=ImportOptions(dry_run=True))
    assert counts(report) == (1, 0, 0, 1)
    assert report.note("dry_run")
    assert report.ingest_seq is None
    assert desk.one("SELECT count(*) FROM orders") == desk.one("SELECT count(*) FROM batches") == 0


# --- money given back -----------------------------------------------------------------------------


def test_negative_sums_are_returns(desk: Desk) -> None:
    report = desk.take(
        HEADER + "1,c1,2025-01-01,100.00\n1,c1,2025-02-01,-30.00\n9,c1,2025-02-01,-5.00\n3,,2025-02-01,0\n"
    )
    assert counts(report) == (4, 0, 0, 0)
    assert amounts(desk) == [("1", 10000), ("3", 0)]
    assert desk.rows("SELECT order_id, amount FROM returns ORDER BY amount") == [(None, 500), ("1", 3000)]
    assert params(report, "returns_found") == {"n": 2, "money": "35.00 RUB"}
    assert params(report, "zero_amounts") == {"n": 1}
    assert params(report, "rows_without_customer") == {"n": 1, "money": "0.00 RUB"}


def test_cancellations_in_lines(desk: Desk) -> None:
    report = desk.take(
        LINES
        + GOODS
        + "2,85001,GOOD 1,6,12/13/2010 9:00,2.55,17850,UK\n2,85001,GOOD 1,-2,12/13/2010 9:00,2.55,17850,UK\n"
        + "C3,85001,GOOD 1,-1,12/14/2010 9:00,2.55,17850,UK\n"
        + "A4,B,Adjust bad debt,1,12/14/2010 9:00,-11062.06,,UK\n",
        currency="GBP",
    )
    assert counts(report) == (24, 0, 0, 0)
    assert amounts(desk) == [("1", 2000), ("2", 1530)]
    assert desk.rows(
        "SELECT order_id, product_id, quantity_micro, amount, customer_key IS NULL FROM returns ORDER BY amount"
    ) == [
        (None, "85001", 1_000_000, 255, False),
        ("2", "85001", 2_000_000, 510, False),
        (None, "B", None, 1106206, True),
    ]
    assert params(report, "returns_in_lines") == {"n": 3, "documents": 3, "money": "11069.71 GBP"}
    assert params(report, "cancellations") == {"n": 1, "documents": 1}
    assert params(report, "totals") == {
        "documents": 4,
        "orders": 2,
        "sold": "35.30 GBP",
        "returned": "11069.71 GBP",
        "net": "-11034.41 GBP",
    }


def test_repeated_lines_zero_prices_and_nobody(desk: Desk) -> None:
    line = "2,85001,GOOD 1,6,12/13/2010 9:00,2.55,,UK\n"
    report = desk.take(LINES + GOODS + line * 3 + "2,85002,GOOD 2,6,12/13/2010 9:00,0,,UK\n")
    assert params(report, "lines_repeated") == {"n": 2}
    assert params(report, "zero_prices") == {"n": 1}
    assert params(report, "rows_without_customer") == {"n": 4, "money": "45.90 RUB"}
    assert desk.rows("SELECT line_no, amount FROM order_lines WHERE order_id = '2' ORDER BY 1") == [
        (1, 1530),
        (2, 1530),
        (3, 1530),
        (4, 0),
    ]


def test_the_order_of_lines_says_nothing(desk: Desk) -> None:
    rows = GOODS.splitlines(keepends=True)
    desk.take(LINES + "".join(rows))
    report = desk.take(LINES + "".join(reversed(rows)), name="b.csv")
    assert counts(report) == (0, 0, 20, 0)


def test_a_line_taken_out_of_an_order_is_removed(desk: Desk) -> None:
    rows = GOODS.splitlines(keepends=True)
    desk.take(LINES + "".join(rows))
    desk.take(LINES + "".join(rows[:-1]), name="b.csv")
    assert desk.one("SELECT count(*) FROM order_lines WHERE is_removed") == 1


# --- fees -----------------------------------------------------------------------------------------


def test_service_codes_are_fees(desk: Desk) -> None:
    fees = "".join(
        f"{n},{code},,1,12/13/2010 9:00,3.00,17850,UK\n" for n, code in enumerate(("POST", "M", "C2"), 7)
    )
    report = desk.take(LINES + GOODS + fees)
    assert desk.rows("SELECT product_id FROM products WHERE kind = 'fee' ORDER BY 1") == [
        ("C2",),
        ("M",),
        ("POST",),
    ]
    assert desk.one("SELECT count(*) FROM products WHERE kind IS NULL") == 20
    found = params(report, "fees_found")
    assert (found["n"], found["money"]) == (3, "9.00 RUB")
    assert "POST (1, 3.00 RUB)" in str(found["codes"])


def test_fee_codes_by_their_look() -> None:
    goods = [f"{20000 + n}{'A' if n % 3 else ''}" for n in range(100)]
    service = ["POST", "DOT", "BANK CHARGES", "M", "D", "C2", "AMAZONFEE", "S", "CRUK"]
    assert fee_codes([*goods, *service]) == sorted(service)
    assert fee_codes([*goods, "DCGSSBOY", "gift_0001_20"]) == []
    assert fee_codes(["latte", "mocha", "tea", "post"]) == []
    assert fee_codes(["latte", "Box"], known=["box"]) == ["Box"]


# --- goods and people beside orders ---------------------------------------------------------------


def test_companions_of_an_order(desk: Desk) -> None:
    content = (
        "Номер заказа;Дата;Клиент;ФИО;Почта;Телефон;Карта;Город;Товар;Артикул;Категория;Кол-во;Цена;Способ оплаты\n"
        "1;01.02.2025;c1;Анна;anna@mail.ru;8 916 200 30 40;7700123;Пермь;Кофе;p1;Еда > Кофе;2;10,50;карта\n"
        "1;01.02.2025;c1;Анна;anna@mail.ru;8 916 200 30 40;7700123;Пермь;Чай;p2;Еда/Чай;1;5;карта\n"
        "2;13.02.2025;c1;Анна;новая;;;Уфа;Кофе в зёрнах;p1;Еда/Кофе;1;11;нал\n"
        "3;14.02.2025;c2;Иван;;;;;Кофе;p1;;1;11;нал\n"
    )
    report = desk.take(content)
    assert counts(report) == (4, 0, 0, 0)
    assert amounts(desk) == [("1", 2600), ("2", 1100), ("3", 1100)]
    assert desk.rows("SELECT name, city FROM customers ORDER BY name") == [("Анна", "Уфа"), ("Иван", None)]
    assert desk.rows("SELECT kind, value FROM contacts ORDER BY 1") == [
        ("card", "7700123"),
        ("email", "anna@mail.ru"),
        ("phone", "+79162003040"),
    ]
    assert desk.rows("SELECT product_id, name, category, category_top FROM products ORDER BY 1") == [
        ("p1", "Кофе", "Еда/Кофе", "Еда"),
        ("p2", "Чай", "Еда/Чай", "Еда"),
    ]
    assert desk.rows("SELECT DISTINCT order_id, p_sposob_oplaty FROM orders ORDER BY 1") == [
        ("1", "карта"),
        ("2", "нал"),
        ("3", "нал"),
    ]
    assert params(report, "contacts_unusable")["n"] == 1


def test_goods_with_names_and_no_ids(desk: Desk) -> None:
    report = desk.take(
        "Клиент;Дата;Товар;Кол-во;Цена\nc1;13.02.2025;Кофе;2;10,50\nc1;13.02.2025;Чай;1;5,00\n"
    )
    assert report.mapping["product_id"] == "Товар"
    assert amounts(desk)[0][1] == 2600
    assert desk.one("SELECT count(*) FROM orders") == 1


def test_a_sum_repeated_on_every_line_is_the_orders(desk: Desk) -> None:
    report = desk.take(
        "order_id,customer_id,date,sku,qty,price,total\n1,a,2025-01-01,p1,1,10.00,35.00\n"
        "1,a,2025-01-01,p2,1,25.00,35.00\n2,a,2025-01-02,p1,1,10.00,10.00\n"
    )
    assert report.mapping["amount"] == "total"
    assert amounts(desk) == [("1", 3500), ("2", 1000)]


def test_a_sum_that_varies_is_the_lines(desk: Desk) -> None:
    report = desk.take(
        "order_id,customer_id,date,sku,qty,total\n1,a,2025-01-01,p1,2,10.00\n1,a,2025-01-01,p2,1,25.00\n"
    )
    assert report.mapping["order_lines.amount"] == "total"
    assert amounts(desk) == [("1", 3500)]


# --- companions and files of their own ------------------------------------------------------------


def sold(*rows: str) -> str:
    return "order_id,customer_id,date,sku,item,city,qty,price\n" + "".join(f"{row}\n" for row in rows)


COMPANIONS = {"products.name": "item", "customers.city": "city"}
OLD, NEW, LONGER = (
    sold("1,a,2025-01-01,p1,Coffee,Perm,1,10.00"),
    sold("2,a,2025-02-01,p1,Coffee beans,Kazan,1,10.00"),
    sold("1,a,2025-01-01,p1,Coffee,Perm,1,10.00", "3,b,2025-03-01,p1,Coffee,Omsk,1,10.00"),
)


def goods_and_people(desk: Desk) -> list[tuple[str | None, ...]]:
    """All versions of all goods and customers, in their order."""
    return desk.rows(
        """SELECT product_id, name FROM (SELECT product_id, name, version_no FROM products ORDER BY 1, 3)
        UNION ALL SELECT customer_id, city FROM (SELECT customer_id, city, version_no
            FROM customers c JOIN customer_ids USING (customer_key) ORDER BY 1, 3)"""
    )


def test_contradicting_exports_do_not_take_turns(desk: Desk) -> None:
    options = ImportOptions(mapping=COMPANIONS)
    for content, expected in (
        (OLD, (1, 0, 0, 0)),
        (NEW, (1, 0, 0, 0)),
        (OLD, (0, 0, 1, 0)),
        (NEW, (0, 0, 1, 0)),
        (LONGER, (1, 0, 1, 0)),
        (NEW + "\n", (0, 0, 1, 0)),
        (OLD + "\n", (0, 0, 1, 0)),
    ):
        assert counts(desk.take(content, options=options)) == expected
    assert goods_and_people(desk) == [
        ("p1", "Coffee"),
        ("p1", "Coffee beans"),
        ("a", "Perm"),
        ("a", "Kazan"),
        ("b", "Omsk"),
    ]


def test_a_companion_fills_what_a_file_of_its_own_leaves_open_and_changes_nothing_else(desk: Desk) -> None:
    desk.take("product_id,name,brand\np1,Kaffee,Acme\np2,,Acme\n", form="products")
    desk.take("customer_id,name,city\na,Anna,Ufa\n", form="customers", name="people.csv")
    desk.take([{"type": "identify", "userId": "b", "traits": {"city": "Sochi"}}], "tracking")
    more = sold("4,b,2025-01-05,p2,Tea,Tula,1,5.00")
    report = desk.take(OLD + more.split("\n", 1)[1], options=ImportOptions(mapping=COMPANIONS))
    assert counts(report) == (2, 0, 0, 0)
    assert desk.rows("SELECT product_id, name, brand, version_no FROM products ORDER BY 1, 4") == [
        ("p1", "Kaffee", "Acme", 1),
        ("p2", None, "Acme", 1),
        ("p2", "Tea", "Acme", 2),
    ]
    assert goods_and_people(desk)[-2:] == [("a", "Ufa"), ("b", "Sochi")]
    desk.take("product_id,name\np2,Green tea\n", form="products", name="goods.csv")
    assert counts(desk.take(more, options=ImportOptions(mapping=COMPANIONS))) == (0, 0, 1, 0)
    assert desk.rows("SELECT name FROM products WHERE product_id = 'p2' ORDER BY version_no")[-1] == (
        "Green tea",
    )


def test_a_file_of_its_own_has_the_last_word_on_what_companions_said(desk: Desk) -> None:
    desk.take(OLD, options=ImportOptions(mapping=COMPANIONS))
    assert counts(desk.take("product_id,name\np1,Kaffee\n", form="products")) == (0, 1, 0, 0)
    desk.take(NEW, options=ImportOptions(mapping=COMPANIONS))
    assert [name for _, name in goods_and_people(desk)] == ["Coffee", "Kaffee", "Perm", "Kazan"]


# --- orders of several lines with gaps ------------------------------------------------------------


GAPS = "Номер заказа;Дата;Клиент;Артикул;Кол-во;Цена\n"


def test_empty_order_columns_are_filled_down(desk: Desk) -> None:
    report = desk.take(
        GAPS
        + "1;13.01.2025;c1;p1;1;10,00\n;;;p2;2;20,00\n;;;p3;1;5,00\n2;14.01.2025;;p1;1;10,00\n;;;p2;1;20,00\n"
    )
    assert counts(report) == (5, 0, 0, 0)
    assert amounts(desk) == [("1", 5500), ("2", 3000)]
    assert desk.rows("SELECT order_id, customer_key FROM orders ORDER BY 1") == [("1", 1), ("2", None)]
    assert params(report, "filled_down") == {"n": 3}


def test_lines_below_a_refused_row_are_refused_too(desk: Desk) -> None:
    """Nobody knows whose they are: they must not go to the order before it."""
    report = desk.take(
        GAPS
        + ";;;p0;1;10,00\n1;13.01.2025;c1;p1;1;10,00\n2;14.01.2025;c2\n;;;p2;2;20,00\n3;когда;c3;p1;1;5,00\n;;;p2;1;5,00\n"
    )
    assert counts(report) == (1, 0, 0, 5)
    assert [line for line, _, _ in refusals(report)] == [2, 4, 5, 6, 7]
    assert amounts(desk) == [("1", 1000)]


# --- exact money ----------------------------------------------------------------------------------


def test_line_sums_are_rounded_half_away_from_zero(desk: Desk) -> None:
    report = desk.take(
        "order_id,customer_id,date,sku,qty,price\n1,a,2025-01-01,p1,0.5,0.01\n2,a,2025-01-01,p1,0.333,9.99\n"
        "3,a,2025-01-01,p1,-0.5,0.01\n4,a,2025-01-01,p1,2,9.99\n"
    )
    assert amounts(desk) == [("1", 1), ("2", 333), ("4", 1998)]
    assert desk.one("SELECT amount FROM returns") == 1
    assert params(report, "lines_rounded") == {"n": 3}


def test_big_prices_do_not_overflow(desk: Desk) -> None:
    report = desk.take(
        "order_id,customer_id,date,sku,qty,price\n1,a,2025-01-01,p1,1000,123456789.123456\n"
        "2,a,2025-01-01,p1,1,999999999999.99\n"
    )
    assert counts(report) == (2, 0, 0, 0)
    assert amounts(desk) == [("1", 12345678912346), ("2", 99999999999999)]


def test_the_cost_of_a_line(desk: Desk) -> None:
    desk.take("order_id,customer_id,date,sku,qty,price,себестоимость\n1,a,2025-01-01,p1,3,10.00,6.666667\n")
    assert desk.one("SELECT cost FROM order_lines") == 2000


def test_a_second_currency(desk: Desk) -> None:
    content = HEADER.replace("amount", "amount,Валюта") + (
        "1,c1,2025-01-01,100.00,RUB\n2,c1,2025-01-01,0.05,USD\n3,c1,2025-01-01,10.00,EUR\n4,c1,2025-01-01,7.00,\n"
    )
    report = desk.take(content)
    assert counts(report) == (2, 0, 0, 2)
    assert {reason for _, _, reason in refusals(report)} == {"currency_without_rate"}
    rated = desk.take(content, rates={"USD": Decimal("92.5")})
    assert counts(rated) == (1, 0, 2, 1)
    assert amounts(desk) == [("1", 10000), ("2", 463), ("4", 700)]
    assert params(rated, "currency_converted") == {"n": 1, "currency": "USD", "rate": "92.5"}
    assert params(rated, "currency_unknown") == {"currencies": "EUR"}


def test_a_sign_of_another_currency_is_refused(desk: Desk) -> None:
    report = desk.take(HEADER + "1,c1,2025-01-01,100.00 ₽\n2,c1,2025-01-01,$5.00\n3,c1,2025-01-01,7 руб.\n")
    assert refusals(report) == [(3, "amount", "other_currency")]
    assert amounts(desk) == [("1", 10000), ("3", 700)]


# --- time -----------------------------------------------------------------------------------------


def test_dates_ahead_and_out_of_reach(desk: Desk) -> None:
    report = desk.take(
        HEADER
        + "1,c1,2026-06-01,5\n2,c1,2027-01-02 00:00:00,5\n3,c1,2027-01-03,5\n4,c1,1969-12-31,5\n5,c1,2025-01-01,5\n"
    )
    assert counts(report) == (3, 0, 0, 2)
    assert refusals(report) == [(4, "date", "too_far_ahead"), (5, "date", "too_old")]
    assert params(report, "dated_ahead") == {"n": 2, "column": "date"}


def test_clock_changes_are_settled_and_counted(desk: Desk) -> None:
    report = desk.take(
        HEADER + "1,c1,2025-03-30 02:30:00,5\n2,c1,2025-10-26 02:30:00,5\n3,c1,2025-10-26 04:00:00,5\n",
        timezone="Europe/Berlin",
    )
    assert desk.rows("SELECT ordered_at, ordered_date FROM orders ORDER BY order_id") == [
        (datetime.fromisoformat("2025-03-30T01:30:00"), datetime.fromisoformat("2025-03-30").date()),
        (datetime.fromisoformat("2025-10-26T00:30:00"), datetime.fromisoformat("2025-10-26").date()),
        (datetime.fromisoformat("2025-10-26T03:00:00"), datetime.fromisoformat("2025-10-26").date()),
    ]
    assert params(report, "time_twice") == {"n": 1, "column": "date"}
    assert params(report, "time_never") == {"n": 1, "column": "date"}


def test_a_customer_that_a_program_wrote_for_none(desk: Desk) -> None:
    desk.take(HEADER + "1,nan,2025-01-01,5\n2,NULL,2025-01-01,5\n3,17850.0,2025-01-01,5\n")
    assert desk.rows("SELECT customer_id FROM customer_ids") == [("17850.0",)]
    desk.take(HEADER + "4,17850.0,2025-01-01,5\n5,3.0,2025-01-01,5\n", name="b.csv")
    assert desk.rows("SELECT customer_id FROM customer_ids ORDER BY 1") == [("17850",), ("17850.0",), ("3",)]


def test_a_negative_line_needs_its_date(desk: Desk) -> None:
    report = desk.take("order_id,sku,qty,price\n1,p1,2,5.50\n1,p1,-1,5.50\n", "order_lines")
    assert counts(report) == (1, 0, 0, 1)
    assert refusals(report) == [(3, "qty", "no_date_for_return")]
