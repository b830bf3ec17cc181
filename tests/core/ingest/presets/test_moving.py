"""What holds for every import preset: order of commits, words and columns of one's own, files that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

import kogorta
from kogorta.errors import InputError, KogortaError, MappingError, NotFoundError
from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions, import_preset, import_presets, plan_export
from tests.core.ingest.base import settings
from tests.core.ingest.presets.base import Mover, refused

CLIENTS = "ID;Имя;Email;Телефон;Дата регистрации;Согласие на рассылку;Любимый сорт\n1;Анна;anna@example.com;;31.12.2024;да;Кения\n"
ORDERS = """\
№ заказа;Дата заказа;Статус заказа;ID покупателя;Артикул;Количество;Цена продажи;Сумма заказа;К оплате;Курьер
1;31.12.2024;Доставлен;1;A;1;100,00;100,00;90,00;Олег
2;31.12.2024;Собран;1;A;1;100,00;100,00;80,00;Олег
"""


def test_every_system_is_there() -> None:
    """Covers: P19"""
    wanted = {
        "1c",
        "yclients",
        "bitrix24",
        "retailcrm",
        "insales",
        "amocrm",
        "moysklad",
        "shopify",
        "woocommerce",
        "klaviyo",
    }
    assert set(import_presets()) == wanted
    for preset in import_presets().values():
        assert preset.follows
        assert all(part.reads["ru"] != part.reads["en"] for part in preset.files)


def test_consents_come_first_then_people_then_sales(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("a-orders.csv", ORDERS)
    mover.write("b-clients.csv", CLIENTS)
    mover.move("insales", ImportOptions(statuses={"Собран": "pending"}))
    commits = mover.rows("SELECT form, file_name, source, id_space FROM batches ORDER BY ingest_seq")
    assert commits == [
        ("consents", "b-clients.csv", "insales", "insales"),
        ("customers", "b-clients.csv", "insales", "insales"),
        ("orders", "a-orders.csv", "insales", "insales"),
    ]


def test_every_preset_reads_consents_before_people_and_people_before_sales(mover: Mover) -> None:
    """Covers: P19"""
    for name, files in {
        "klaviyo": {
            "suppressed.csv": "Email\nanna@example.com\n",
            "list.csv": "Email,Klaviyo ID\nanna@example.com,1\n",
        },
        "shopify": {
            "orders.csv": "Name,Email,Financial Status,Created at,Lineitem name,Lineitem quantity\n#1,a@example.com,paid,2025-01-31,X,1\n",
            "customers.csv": "First Name,Last Name,Email,Total Orders,Accepts Email Marketing\nA,B,a@example.com,1,yes\n",
        },
    }.items():
        for file, text in files.items():
            mover.write(f"{name}-{file}", text)
        paths = [mover.folder / f"{name}-{file}" for file in files]
        plan = plan_export(mover.warehouse, paths, import_preset(name), settings())
        tables = [job.table for job in plan.jobs]
        first = [table for table in tables if table in ("consents", "list_changes")]
        assert tables[: len(first)] == first
        assert len(first) >= 2
        assert "orders" not in tables or tables.index("customers") < tables.index("orders")


def test_who_is_suppressed_is_not_reached_whatever_the_same_export_grants(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "b-profiles.csv",
        "Email,Klaviyo ID,Email Marketing Consent\nanna@example.com,1,SUBSCRIBED\nboris@example.com,2,SUBSCRIBED\n",
    )
    mover.write("a-suppressed.csv", "Email\nboris@example.com\n")
    mover.move("klaviyo")
    last = mover.of_customers("consents", "channel, op", 't.customer_key, channel, purpose, t."at"')
    assert sorted(last) == [
        ("anna@example.com", "email", "granted"),
        ("boris@example.com", "email", "withdrawn"),
    ]


def test_the_same_export_again_changes_nothing(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    mover.write("clients.csv", CLIENTS)
    words = ImportOptions(statuses={"Собран": "pending"})
    first, again = mover.move("insales", words), mover.move("insales", words)
    assert [(report.form, report.loaded) for report in first] == [
        ("consents", 1),
        ("customers", 1),
        ("orders", 2),
        ("discounts", 0),
    ]
    assert [(report.loaded, report.updated, report.same) for report in again] == [
        (0, 0, 1),
        (0, 0, 1),
        (0, 0, 2),
        (0, 0, 0),
    ]


def test_words_of_ones_own_win(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    assert refused(mover.move("insales")) == [("orders", 3, "Статус заказа", "unknown_word")]
    reports = mover.move("insales", statuses={"доставлен": "pending", "собран": "completed"})
    assert refused(reports) == []
    last = "QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) = 1 ORDER BY 1"
    assert mover.rows(f"SELECT order_id, status FROM orders {last}") == [("1", "pending"), ("2", "completed")]


def test_a_column_of_ones_own_wins(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    wishes = ImportOptions(mapping={"orders.amount": "К оплате"}, statuses={"Собран": "pending"})
    assert refused(mover.move("insales", wishes)) == []
    assert mover.rows("SELECT order_id, amount FROM orders ORDER BY 1") == [("1", 9_000), ("2", 8_000)]


def test_a_column_that_the_preset_uses_otherwise_may_be_named_too(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    wishes = ImportOptions(
        mapping={"orders.customer_id": "Курьер", "orders.outlet_id": "ID покупателя"},
        statuses={"Собран": "pending"},
    )
    assert refused(mover.move("insales", wishes)) == []
    assert mover.of_customers("orders", "order_id, outlet_id", "order_id") == [
        ("Олег", "1", "1"),
        ("Олег", "2", "1"),
    ]


def test_a_path_of_a_document_may_be_named(mover: Mover) -> None:
    """Covers: P19"""
    order = {
        "number": "1",
        "createdAt": "2025-01-31",
        "items": [],
        "status": "complete",
        "customFields": {"till": "7"},
    }
    mover.write_json("orders.json", {"orders": [order]})
    mover.move("retailcrm", ImportOptions(mapping={"orders.outlet_id": "customFields/till"}))
    assert mover.rows("SELECT outlet_id FROM orders") == [("7",)]


def test_columns_that_nothing_asks_for_are_kept(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    mover.write("clients.csv", CLIENTS)
    mover.move("insales", ImportOptions(statuses={"Собран": "pending"}))
    assert mover.rows("SELECT p_kurer, p_k_oplate FROM orders ORDER BY order_id") == [
        ("Олег", 90.0),
        ("Олег", 80.0),
    ]
    assert mover.rows("SELECT p_lyubimyy_sort FROM customers") == [("Кения",)]


def test_two_systems_with_one_number_are_two_people(mover: Mover) -> None:
    """Covers: P19"""
    clients = mover.write("amo.csv", "ID;Полное имя контакта;Рабочий телефон\n1;Анна;+79161112233\n")
    contacts = mover.write("contacts.csv", "ID;Имя;Фамилия;E-mail\n1;Борис;;boris@example.com\n")
    mover.move("amocrm", paths=[clients])
    mover.move("bitrix24", paths=[contacts])
    assert mover.rows("SELECT id_space, customer_id FROM customer_ids ORDER BY 1") == [
        ("amocrm", "1"),
        ("bitrix24", "1"),
    ]


def test_files_of_something_else_are_left_alone(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("clients.csv", CLIENTS)
    mover.write("readme.md", "hello")
    mover.write("prices.csv", "a;b\n1;2\n")
    mover.write(".hidden.csv", CLIENTS)
    plan = plan_export(mover.warehouse, [mover.folder], import_preset("insales"), settings())
    assert [job.path.name for job in plan.jobs] == ["clients.csv"] * 2
    assert [path.name for path in plan.left] == ["prices.csv", "readme.md"]


def test_a_folder_in_which_nothing_fits_says_what_was_looked_for(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("prices.csv", "a;b\n1;2\n")
    with pytest.raises(InputError) as caught:
        mover.move("shopify")
    told = caught.value.describe()
    assert "none of the files is one of an export of Shopify" in told
    assert "got: prices.csv" in told
    assert "Lineitem quantity" in told
    assert "ни один файл не похож на выгрузку" in caught.value.describe(Translator("ru"))


def test_there_is_no_such_system() -> None:
    """Covers: P19"""
    with pytest.raises(NotFoundError, match="there is no such import preset"):
        import_preset("magento")


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        (ImportOptions(mapping={"amount": "К оплате"}), "written with its table"),
        (ImportOptions(mapping={"sales.amount": "К оплате"}), "written with its table"),
        (ImportOptions(mapping={"orders.amount": "Нет такого"}), "no such column"),
        (ImportOptions(mapping={"orders.sum": "К оплате"}), "no such field"),
        (ImportOptions(statuses={"Собран": "visited"}), "cannot mean this"),
    ],
)
def test_wishes_that_cannot_be(mover: Mover, wishes: ImportOptions, error: str) -> None:
    """Covers: P19"""
    mover.write("orders.csv", ORDERS)
    with pytest.raises((InputError, MappingError), match=error):
        mover.move("insales", wishes)


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<КоммерческаяИнформация><Документ><Номер>&b;</Номер></Документ></КоммерческаяИнформация>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<КоммерческаяИнформация><Документ><Номер>&a;</Номер></Документ></КоммерческаяИнформация>"""


@pytest.mark.parametrize(
    ("preset", "name", "content", "error"),
    [
        ("1c", "orders.xml", BOMB, "declares entities"),
        ("1c", "orders.xml", OUTSIDE, "declares entities"),
        ("1c", "orders.xml", "<КоммерческаяИнформация><Документ>", "cannot be read"),
        ("1c", "orders.xml", "нет", "cannot be read"),
        ("1c", "orders.xml", "<a>" * 100, "nested too deep"),
        ("moysklad", "page.json", '{"rows": [', "this JSON cannot be read"),
        ("moysklad", "page.json", '{"rows": []}\n{"rows": [', "this JSON cannot be read"),
        ("moysklad", "page.json", b"\xff\xfe\x00", "this JSON cannot be read"),
        ("moysklad", "page.json", "[" * 100_000, "this JSON cannot be read"),
        ("moysklad", "page.json", '{"rows": []}', "none of the files"),
        ("shopify", "orders.csv", "", "the file is empty"),
        ("shopify", "orders.xls", b"\xd0\xcf\x11\xe0 old", "this form of file is not read"),
        (
            "bitrix24",
            "deals.xls",
            "<meta charset='utf-8' /><table><tr><th>ID</th></tr></table>",
            "this form of file is not read",
        ),
        ("shopify", "orders.xlsx", "not a workbook", "none of the files"),
        ("klaviyo", "emails.csv", "Email\nanna@example.com\n", "none of the files"),
    ],
)
def test_bad_files(mover: Mover, preset: str, name: str, content: str | bytes, error: str) -> None:
    """Covers: P19"""
    mover.write(name, content)
    with pytest.raises(KogortaError, match=error):
        mover.move(preset)
    assert mover.rows("SELECT count(*) FROM batches") == [(0,)]


def test_a_file_that_is_not_there(mover: Mover) -> None:
    """Covers: P19"""
    for preset, name in (("shopify", "orders.csv"), ("1c", "orders.xml"), ("moysklad", "orders.json")):
        with pytest.raises(InputError, match=r"there is no such file"):
            mover.move(preset, paths=[mover.folder / name])


def test_rows_that_cannot_be_are_told_once(mover: Mover) -> None:
    """Covers: P19"""
    mover.write("clients.csv", CLIENTS + '2;Борис\n3;"Вера;vera@example.com;;31.12.2024;нет;\n')
    reports = mover.move("insales")
    assert sum(report.quarantined for report in reports) == len(refused(reports))
    assert {form for form, *_ in refused(reports)} == {"customers"}


def test_signs_that_no_text_has_stay_visible(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "orders.json",
        r'{"orders": [{"number": "1\ud800", "createdAt": "2025-01-31", "items": [], "site": "a\u0000b"}]}',
    )
    mover.move("retailcrm")
    assert mover.rows("SELECT order_id, outlet_id FROM orders") == [(r"1\ud800", r"a\x00b")]


def test_json_lines_are_pages_too(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "orders.jsonl",
        "".join(
            f'{{"orders": [{{"number": "{n}", "createdAt": "2025-01-31", "items": [], "status": "complete"}}]}}\n'
            for n in "12"
        ),
    )
    mover.move("retailcrm")
    assert mover.rows("SELECT order_id, status FROM orders ORDER BY 1") == [
        ("1", "completed"),
        ("2", "completed"),
    ]


def test_the_workspace_keeps_what_a_person_has_put_right_and_nothing_else(tmp_path: Path) -> None:
    """Covers: P19"""
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, "utf-8")
    with kogorta.init(tmp_path / "shop", template="shop") as workspace:
        workspace.import_export([file], "insales", options=ImportOptions(statuses={"Собран": "pending"}))
        assert workspace.config.statuses == {"Собран": "pending"}
        assert workspace.config.mappings == {}
        workspace.import_export(
            [file], "insales", options=ImportOptions(mapping={"orders.amount": "К оплате"})
        )
        assert list(workspace.config.mappings.values()) == [{"orders.amount": "К оплате"}]
        workspace.import_export(file, "insales")
        rows = workspace.warehouse.rows(
            "SELECT order_id, amount FROM orders QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) = 1 ORDER BY 1"
        )
    assert rows == [("1", 9_000), ("2", 8_000)]
