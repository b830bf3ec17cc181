"""Files of every form and in every state: what can be read is, and what cannot is told from which line."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kogorta.errors import InputError, NotFoundError
from kogorta.ingest import ImportOptions
from kogorta.ingest.sources import csv_careful
from kogorta.ingest.sources.text import detect_delimiter, single_byte
from tests.core.ingest.base import HEADER, Desk, counts, refusals

ORDERS = [("1", "c1", "2025-01-01", "10.50"), ("2", "c2", "2025-01-02", "20.00")]


def csv_of(delimiter: str = ",", end: str = "\n", header: str = HEADER.strip()) -> str:
    lines = [header.replace(",", delimiter), *(delimiter.join(row) for row in ORDERS)]
    return end.join(lines) + end


def stored(desk: Desk) -> list[tuple[str, int]]:
    return desk.rows("SELECT order_id, amount FROM orders ORDER BY 1")


BOTH = [("1", 1050), ("2", 2000)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_line_end(desk: Desk, delimiter: str, end: str) -> None:
    report = desk.take(csv_of(delimiter, end))
    assert counts(report) == (2, 0, 0, 0)
    assert report.details["delimiter"] == delimiter
    assert stored(desk) == BOTH


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding(desk: Desk, encoding: str) -> None:
    text = csv_of(";", header="Номер заказа,Клиент,Дата,Сумма").replace("c1", "Анна Ёлкина")
    report = desk.take(text.encode(encoding))
    assert report.details["encoding"] == encoding
    assert stored(desk) == BOTH
    assert desk.one("SELECT min(customer_id) FROM customer_ids WHERE customer_key = 2") == "Анна Ёлкина"


def test_accents_alone_are_not_taken_for_cyrillic() -> None:
    assert single_byte("Café Zoë, naïve £5, crème brûlée".encode("cp1252")) == "cp1252"
    assert single_byte("Привет; это cp1251".encode("cp1251")) == "cp1251"


def test_a_given_encoding_wins(desk: Desk) -> None:
    text = csv_of().replace("c1", "Иван")
    desk.take(text.encode("cp866"), options=ImportOptions(encoding="cp866"))
    assert desk.one("SELECT count(*) FROM customer_ids WHERE customer_id = 'Иван'") == 1


def test_the_delimiter_is_found_beside_decimal_commas() -> None:
    assert detect_delimiter("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n") == ";"
    assert detect_delimiter('a,b\n"x;y;z",1\n"x;y;z",2\n') == ","


def test_a_first_line_for_excel_is_no_header(desk: Desk) -> None:
    report = desk.take("sep=;\r\n" + csv_of(";", "\r\n") + "3;c3;x;5\r\n")
    assert counts(report) == (2, 0, 0, 1)
    assert refusals(report) == [(5, "date", "not_a_date")]


def test_ragged_lines_are_refused_with_their_lines(desk: Desk) -> None:
    report = desk.take(
        HEADER + "1,a,2025-01-01,5\n2,b,2025-01-01\n3,c,2025-01-01,5,6\n4,d,2025-01-01,7\n5,e,x,7\n"
    )
    assert counts(report) == (2, 0, 0, 3)
    assert refusals(report) == [
        (3, "", "too_few_cells"),
        (4, "", "too_many_cells"),
        (6, "date", "not_a_date"),
    ]
    assert report.quarantine[0].value == "3 / 4"
    assert report.quarantine[0].raw.strip() == "2,b,2025-01-01"


def test_line_breaks_inside_quotes_do_not_shift_lines(desk: Desk) -> None:
    report = desk.take(
        HEADER + '1,"a\nb\nc",2025-01-01,5\n2,b,2025-01-01,bad\n3,"d ""x""",2025-01-01,6\n4,e,never,7\n'
    )
    assert counts(report) == (2, 0, 0, 2)
    assert refusals(report) == [(5, "amount", "not_a_number"), (7, "date", "not_a_date")]


def test_blank_lines_do_not_shift_lines(desk: Desk) -> None:
    report = desk.take("\n" + HEADER + "1,a,2025-01-01,5\n\n\n2,b,2025-01-01,bad\n\n")
    assert counts(report) == (1, 0, 0, 1)
    assert refusals(report) == [(6, "amount", "not_a_number")]


def test_an_open_quote_costs_one_row(desk: Desk) -> None:
    rows = "".join(f"{n},c{n},2025-01-01,5\n" for n in range(10, 400))
    report = desk.take(HEADER + '1,"open,2025-01-01,5\n' + rows)
    assert counts(report) == (390, 0, 0, 1)
    assert refusals(report) == [(2, "", "open_quote")]


def test_a_quote_inside_a_word_is_text(desk: Desk) -> None:
    report = desk.take(
        'order_id,customer_id,date,amount,size\n1,a,2025-01-01,5,5" ring\n2,b,2025-01-01,5,7\n'
    )
    assert counts(report) == (2, 0, 0, 0)
    assert desk.one("SELECT p_size FROM orders WHERE order_id = '1'") == '5" ring'


def test_mixed_line_ends(desk: Desk) -> None:
    report = desk.take(HEADER + "1,a,2025-01-01,5\r\n2,b,2025-01-01,6\n3,c,2025-01-01,7\r4,d,2025-01-01,x\n")
    assert counts(report) == (3, 0, 0, 1)
    assert refusals(report) == [(5, "amount", "not_a_number")]


def test_bytes_that_are_no_text(desk: Desk) -> None:
    content = (HEADER + "1,a\0,2025-01-01,5\n2,Ж,2025-01-01,6\n3,").encode() + b"\xff\xfe,2025-01-01,7\n"
    report = desk.take(content, options=ImportOptions(encoding="utf-8"))
    assert counts(report) == (1, 0, 0, 2)
    assert refusals(report) == [(2, "", "bad_encoding"), (4, "", "bad_encoding")]


def test_the_careful_reader_agrees_with_the_fast_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "".join(f'{n},"c,{n % 7}",2025-01-{n % 28 + 1:02d},{n}.25\n' for n in range(1, 500))
    desk.take(text)
    fast = desk.rows("SELECT order_id, customer_key, ordered_at, amount FROM orders ORDER BY order_id")
    monkeypatch.setattr("kogorta.ingest.sources.csv.read_fast", lambda *_: None)
    again = desk.take(text + "\n", name="again.csv")
    assert counts(again) == (0, 0, 499, 0)
    assert (
        desk.rows("SELECT order_id, customer_key, ordered_at, amount FROM orders ORDER BY order_id") == fast
    )


def test_cells_are_stripped_of_blanks(desk: Desk) -> None:
    report = desk.take(
        "order_id , customer_id,date,amount\n 1 ,\u00a0c1 ,\t2025-01-01 , 5.50\u00a0\n 2, \u00a0,2025-01-01,5\n"
    )
    assert counts(report) == (2, 0, 0, 0)
    assert report.mapping["order_id"] == "order_id"
    assert desk.rows("SELECT customer_id FROM customer_ids") == [("c1",)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"\n\n \n", "the file is empty"),
        (HEADER.encode(), "the file has a header and no rows"),
        (bytes(range(256)) * 20, "this is no table"),
        (b"%PDF-1.7 ...", "this form of file is not read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this form of file is not read"),
        (b"\x1f\x8b\x08\x00", "this form of file is not read"),
        (b"PAR1 and nothing else", "this Parquet file is damaged"),
        (b"PK\x03\x04 and nothing else", "this workbook is damaged"),
    ],
)
def test_what_is_no_table_is_told(desk: Desk, content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        desk.take(content)
    assert caught.value.hint or caught.value.expected


def test_no_file_and_a_folder(desk: Desk) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        desk.take(desk.folder / "none.csv")
    with pytest.raises(InputError, match="this is a folder"):
        desk.take(desk.folder)
    with pytest.raises(NotFoundError, match="there is no such table"):
        desk.take(csv_of(), "ordres")
    with pytest.raises(InputError, match="no such encoding"):
        desk.take(csv_of(), options=ImportOptions(encoding="klingon"))
    with pytest.raises(InputError, match="a delimiter is one character"):
        desk.take(csv_of(), options=ImportOptions(delimiter="::"))


def test_hardly_any_line_fits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_careful, "MAX_REFUSED", 3)
    with pytest.raises(InputError, match="hardly any line fits"):
        desk.take(HEADER + 'x"\r\n' * 6)


# --- workbooks ------------------------------------------------------------------------------------


def workbook(rows: list[list[object]], path: Path, title: str = "Sheet") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_with_typed_cells(desk: Desk) -> None:
    rows: list[list[object]] = [
        ["Отчёт за январь"],
        [],
        ["Заказ", "Клиент", "Дата", "Сумма", "Скидка", "Новый"],
        [101, 17850, datetime.fromisoformat("2025-01-01T10:30:00"), 2.5500000000000003, "1 234,50", True],
        [102, None, date.fromisoformat("2025-01-02"), 1e3, "7", False],
        [103, "x", "когда-то", 5, None, None],
    ]
    path = workbook(rows[2:], desk.folder / "book.xlsx")
    report = desk.take(path)
    assert counts(report) == (2, 0, 0, 1)
    assert refusals(report) == [(4, "Дата", "not_a_date")]
    assert desk.rows("SELECT order_id, amount, discount, p_novyy FROM orders ORDER BY 1") == [
        ("101", 255, 123450, True),
        ("102", 100000, 700, False),
    ]
    assert desk.rows("SELECT customer_id FROM customer_ids") == [("17850",)]
    assert desk.one("SELECT ordered_at FROM orders WHERE order_id = '101'") == datetime.fromisoformat(
        "2025-01-01T07:30:00"
    )


def test_a_sheet_by_name(desk: Desk) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Empty"
    for name, amount in (("First", 1), ("Second", 2)):
        sheet = book.create_sheet(name)
        sheet.append(["order_id", "customer_id", "date", "amount"])
        sheet.append(["1", "c1", "2025-01-01", amount])
    path = desk.folder / "book.xlsx"
    book.save(path)
    assert desk.take(path, options=ImportOptions(dry_run=True)).details["sheet"] == "First"
    desk.take(path, options=ImportOptions(sheet="Second"))
    assert stored(desk) == [("1", 200)]
    with pytest.raises(InputError, match="no such sheet") as caught:
        desk.take(path, options=ImportOptions(sheet="Third"))
    assert caught.value.expected == "Empty, First, Second"


def test_formulas_without_values_are_refused(desk: Desk) -> None:
    path = workbook(
        [["order_id", "customer_id", "date", "amount"], ["1", "c1", "2025-01-01", "=2+2"]],
        desk.folder / "f.xlsx",
    )
    with pytest.raises(InputError, match="formulas without their values"):
        desk.take(path)


def test_an_archive_that_is_too_big(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    with pytest.raises(InputError, match="too big when unpacked"):
        desk.take(path)
    monkeypatch.setattr("kogorta.ingest.sources.xlsx.BIG", 1 << 40)
    with pytest.raises(InputError, match="cannot be read"):
        desk.take(path)


def test_other_archives_are_no_workbooks(desk: Desk) -> None:
    path = desk.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", csv_of())
    with pytest.raises(InputError, match="no workbook"):
        desk.take(path)


# --- Arrow, Parquet, JSON Lines -------------------------------------------------------------------


def typed_table() -> pa.Table:
    return pa.table(
        {
            "order_id": pa.array([1, 2, 3], pa.int64()),
            "customer_id": pa.array([17850.0, None, 3.0], pa.float64()),
            "ordered_at": pa.array(
                [datetime.fromisoformat(f"2025-01-0{n}T00:00:00.123456+00:00") for n in (1, 2, 3)],
                pa.timestamp("ns", tz="UTC"),
            ),
            "amount": pa.array([Decimal("10.50"), Decimal("20.00"), None], pa.decimal128(12, 2)),
            "discount": pa.array([0.1 + 0.2, 1e-05, 3.0], pa.float64()),
            "status": pa.array(["done", "отказ", None]).dictionary_encode(),
            "tags": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
        }
    )


def test_an_arrow_table(desk: Desk) -> None:
    report = desk.take(typed_table())
    assert counts(report) == (2, 0, 0, 1)
    assert refusals(report) == [(2, "discount", "too_many_decimals")]
    assert desk.rows(
        "SELECT order_id, amount, discount, status, ordered_at, p_tags FROM orders ORDER BY 1"
    ) == [
        ("1", 1050, 30, "completed", datetime.fromisoformat("2025-01-01T00:00:00.123456"), '["a","b"]'),
        ("3", None, 300, "completed", datetime.fromisoformat("2025-01-03T00:00:00.123456"), None),
    ]
    assert desk.rows("SELECT customer_id FROM customer_ids ORDER BY 1") == [("17850",), ("3",)]


def test_a_parquet_file_is_the_same_table(desk: Desk) -> None:
    path = desk.folder / "orders.parquet"
    pq.write_table(typed_table(), path)
    assert counts(desk.take(path)) == (2, 0, 0, 1)
    assert counts(desk.take(typed_table())) == (0, 0, 2, 1)


def test_json_lines(desk: Desk) -> None:
    lines = [
        '{"order_id": 1, "customer_id": "c1", "ordered_at": "2025-01-01T10:00:00+03:00", "amount": 10.5,'
        ' "delivery": {"city": "Perm", "door": {"code": 7}}, "tags": ["x"]}',
        "not json",
        "[1, 2]",
        "",
        '{"order_id": 2, "customer_id": "c2", "ordered_at": "2025-01-02", "amount": "x"}',
        '{"order_id": 3, "customer_id": null, "ordered_at": "2025-01-02", "amount": 1e2, "quo\\"te/~": true}',
    ]
    report = desk.take("\n".join(lines), name="orders.jsonl")
    assert counts(report) == (2, 0, 0, 3)
    assert refusals(report) == [(2, "", "bad_json"), (3, "", "bad_json"), (5, "amount", "not_a_number")]
    assert desk.rows(
        "SELECT order_id, amount, p_delivery_city, p_delivery_door, p_quo_te FROM orders ORDER BY 1"
    ) == [
        ("1", 1050, "Perm", '{"code":7}', None),
        ("3", 10000, None, None, True),
    ]


def test_a_json_array_is_told(desk: Desk) -> None:
    with pytest.raises(InputError, match="one JSON array"):
        desk.take('[{"order_id": 1}]', name="orders.json")


def test_rows_one_by_one_are_only_for_tracking(desk: Desk) -> None:
    with pytest.raises(InputError, match="only tracking messages"):
        desk.take([{"order_id": "1"}])


# --- the quarantine as a file ---------------------------------------------------------------------


def test_the_quarantine_as_a_file_is_harmless(desk: Desk) -> None:
    report = desk.take(HEADER + "1,a,2025-01-01,\"=cmd|' /C calc'!A0\"\n")
    path = desk.folder / "refused.csv"
    report.write_quarantine(path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[0] == ["line", "column", "value", "reason", "raw"]
    assert rows[1][:4] == ["2", "amount", "'=cmd|' /C calc'!A0", "not_a_number"]
    assert report.reasons == {"not_a_number": 1}
