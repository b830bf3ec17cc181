"""Pages of the APIs of CRMs and of a shop, as their documentation shows them. Expected rows are read off the pages by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kogorta.ingest import ImportOptions, import_preset, plan_export
from tests.core.ingest.base import NOW, settings
from tests.core.ingest.presets.base import MICRO, Mover, refused


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def amo_page(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "_page": 1,
        "_links": {"self": {"href": f"https://x.amocrm.ru/api/v4/{kind}"}},
        "_embedded": {kind: items},
    }


def amo_field(code: str, *values: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "field_id": 1, "field_name": "Поле", "field_code": code, "field_type": "multitext",
        "values": [{"value": value, "enum_id": 1, "enum_code": enum} for value, enum in values],
    }  # fmt: skip


def amo_lead(key: int, stage: int, **more: Any) -> dict[str, Any]:
    """Return a lead that was created on 1 March 2025 at noon in Moscow."""
    contacts = [{"id": 72, "is_main": False}, {"id": 71, "is_main": True}]
    return {
        "id": key, "name": f"Сделка {key}", "price": 3500, "status_id": stage, "pipeline_id": 5, "created_at": 1740819600,
        "updated_at": 1740819600, "closed_at": None, "is_deleted": False, "custom_fields_values": None,
        "_embedded": {"tags": [], "companies": [], "contacts": contacts}, **more,
    }  # fmt: skip


def test_amocrm_pages(mover: Mover) -> None:
    """Covers: P19"""
    mover.write_json(
        "contacts-1.json",
        amo_page(
            "contacts",
            {
                "id": 71, "name": "Анна Смирнова", "first_name": "Анна", "last_name": "Смирнова", "is_deleted": False,
                "responsible_user_id": 9, "created_at": 1735677000, "_embedded": {"companies": [{"id": 91}]},
                "custom_fields_values": [
                    amo_field("PHONE", ("+7 495 000-00-01", "WORK"), ("+7 916 111-22-33", "MOB")),
                    amo_field("EMAIL", ("anna@example.com", "WORK"), ("a@example.com", "PRIV")),
                ],
            },
            {"id": 72, "name": "", "first_name": "Борис", "last_name": "", "created_at": 1735677000, "custom_fields_values": None},
            {"id": 73, "name": "Лишняя", "first_name": "", "is_deleted": True, "created_at": 1735677000},
        ),
    )  # fmt: skip
    mover.write_json("companies-1.json", amo_page("companies", {"id": 91, "name": "ООО «Ромашка»"}))
    mover.write_json(
        "leads-1.json",
        amo_page(
            "leads",
            amo_lead(801, 142, closed_at=1740985200, price_with_minor_units=3500.5),
            amo_lead(802, 143, closed_at=1740985200, price=0),
            amo_lead(803, 67035582, price=None, _embedded={"contacts": []}),
            amo_lead(804, 142, is_deleted=True, _embedded={"contacts": [{"id": 72}]}),
        ),
    )
    assert refused(mover.move("amocrm")) == []
    closed = utc("2025-03-03 07:00")
    assert mover.of_customers("orders", "order_id, ordered_at, completed_at, status, amount", "order_id") == [
        ("71", "801", utc("2025-03-01 09:00"), closed, "completed", 350_050),
        ("71", "802", utc("2025-03-01 09:00"), closed, "cancelled", 0),
        (None, "803", utc("2025-03-01 09:00"), None, "pending", None),
        ("72", "804", utc("2025-03-01 09:00"), None, "cancelled", 350_000),
    ]
    assert mover.of_customers("customers", "name, account_id, manager_id, created_at", "customer_key") == [
        ("71", "Анна Смирнова", "91", "9", utc("2024-12-31 20:30")),
        ("72", "Борис", None, None, utc("2024-12-31 20:30")),
    ]
    assert mover.of_customers("contacts", "kind, value", "kind") == [
        ("71", "email", "anna@example.com"),
        ("71", "phone", "+79161112233"),
    ]
    assert mover.rows("SELECT account_id, name FROM accounts") == [("91", "ООО «Ромашка»")]


def test_stages_of_ones_own_may_count(mover: Mover) -> None:
    """Covers: P19"""
    mover.write_json(
        "leads.json", amo_page("leads", amo_lead(801, 142), amo_lead(802, 555), amo_lead(803, 556))
    )
    wishes = ImportOptions(mapping={"orders.status": "status_id"}, statuses={"555": "completed"})
    assert refused(mover.move("amocrm", wishes)) == [("orders", 3, "status_id", "unknown_word")]
    assert mover.rows("SELECT order_id, status FROM orders ORDER BY 1") == [
        ("801", "completed"),
        ("802", "completed"),
    ]


def bitrix_deal(key: str, stage: str, meaning: str | None, **more: Any) -> dict[str, Any]:
    return {
        "ID": key, "TITLE": "Сделка", "STAGE_ID": stage, "CURRENCY_ID": "RUB", "OPPORTUNITY": "3500.50", "CONTACT_ID": "11",
        "COMPANY_ID": "0", "CATEGORY_ID": "1", "DATE_CREATE": "2025-03-01T12:00:00+03:00", "CLOSEDATE": "2025-04-01T03:00:00+03:00",
        "MOVED_TIME": "2025-03-03T10:00:00+03:00", "SOURCE_ID": "CALL", "STAGE_SEMANTIC_ID": meaning, **more,
    }  # fmt: skip


def bitrix_row(key: str, **more: Any) -> dict[str, Any]:
    return {
        "ID": key, "OWNER_ID": "501", "OWNER_TYPE": "D", "PRODUCT_ID": 450, "PRODUCT_NAME": "Кофе", "PRICE": 899.1,
        "PRICE_NETTO": 999, "PRICE_BRUTTO": 999, "QUANTITY": 2, "DISCOUNT_TYPE_ID": 2, "DISCOUNT_RATE": 10, "DISCOUNT_SUM": 99.9,
        "TYPE": 1, **more,
    }  # fmt: skip


def several(kind: str, *values: tuple[str, str]) -> list[dict[str, str]]:
    return [{"ID": "1", "TYPE_ID": kind, "VALUE_TYPE": way, "VALUE": value} for way, value in values]


def answers(mover: Mover, **pages: list[dict[str, Any]]) -> None:
    """Write each page as Bitrix24 answers."""
    for name, found in pages.items():
        mover.write_json(
            f"{name}.json", {"result": found, "total": len(found), "time": {"start": 1725292115.02}}
        )


def test_people_and_firms_of_bitrix24(mover: Mover) -> None:
    """Covers: P19"""
    anna = {
        "ID": "11", "NAME": "Анна", "SECOND_NAME": "Игоревна", "LAST_NAME": "Смирнова", "EXPORT": "Y", "TYPE_ID": "CLIENT",
        "BIRTHDATE": "1990-02-28T03:00:00+03:00", "COMPANY_ID": "91", "ASSIGNED_BY_ID": "6", "UTM_SOURCE": "vk", "SOURCE_ID": "WEB",
        "DATE_CREATE": "2024-12-31T23:30:00+03:00", "UF_CRM_1": "да",
        "PHONE": several("PHONE", ("FAX", "+7 495 000-00-09"), ("WORK", "+7 495 000-00-01"), ("MOBILE", "+7 916 111-22-33")),
        "EMAIL": several("EMAIL", ("WORK", "anna@example.com")),
    }  # fmt: skip
    boris = {
        "ID": "12", "NAME": "Борис", "SECOND_NAME": None, "LAST_NAME": None, "EXPORT": "Y", "BIRTHDATE": "", "COMPANY_ID": None,
        "DATE_CREATE": "2025-01-13T10:00:00+03:00", "PHONE": several("PHONE", ("FAX", "+7 495 000-00-09")),
    }  # fmt: skip
    firms = [
        {"ID": "91", "TITLE": "ООО «Ромашка»", "INDUSTRY": "IT", "IS_MY_COMPANY": "N"},
        {"ID": "92", "TITLE": "Мы сами", "INDUSTRY": "IT", "IS_MY_COMPANY": "Y"},
    ]
    answers(mover, contacts=[anna, boris], companies=firms)
    assert refused(mover.move("bitrix24")) == []
    assert mover.of_customers(
        "customers",
        "name, CAST(birth_date AS VARCHAR), acquisition_source, account_id, p_uf_crm_1",
        "customer_key",
    ) == [
        ("11", "Смирнова Анна Игоревна", "1990-02-28", "vk", "91", True),
        ("12", "Борис", None, None, None, None),
    ]
    assert mover.of_customers("contacts", "kind, value", "kind") == [
        ("11", "email", "anna@example.com"),
        ("11", "phone", "+79161112233"),
    ]
    assert mover.rows("SELECT account_id, name FROM accounts") == [("91", "ООО «Ромашка»")]


def test_deals_of_bitrix24_and_their_lines(mover: Mover) -> None:
    """Covers: P19"""
    deals = [
        bitrix_deal("501", "C1:WON", "S"),
        bitrix_deal("502", "C1:UC_3X", "F", CONTACT_ID=None),
        bitrix_deal("503", "UC_7", "P", OPPORTUNITY="0.00", CONTACT_ID="12"),
        bitrix_deal("504", "C1:LOSE", None),
        bitrix_deal("505", "UC_7", None),
    ]
    rows = [
        bitrix_row("5"),
        bitrix_row(
            "6", PRODUCT_ID=0, PRODUCT_NAME="Помол", PRICE_BRUTTO=150.25, QUANTITY=1, DISCOUNT_TYPE_ID=1, DISCOUNT_RATE=0,
            DISCOUNT_SUM=50.25, TYPE=7,
        ),
        bitrix_row("7", PRODUCT_ID=451, DISCOUNT_RATE=0, DISCOUNT_SUM=0),
        bitrix_row("8", OWNER_TYPE="L"),
    ]  # fmt: skip
    answers(mover, deals=deals, rows=rows)
    # A stage that nobody has given a meaning is not guessed.
    assert refused(mover.move("bitrix24")) == [("orders", 5, "status", "unknown_word")]
    began, moved = utc("2025-03-01 09:00"), utc("2025-03-03 07:00")
    columns = "order_id, ordered_at, completed_at, status, amount"
    assert mover.of_customers("orders", columns, "order_id") == [
        ("11", "501", began, moved, "completed", 350_050),
        (None, "502", began, moved, "cancelled", 350_050),
        ("12", "503", began, moved, "pending", 0),
        ("11", "504", began, moved, "cancelled", 350_050),
    ]
    assert mover.rows("SELECT order_id, product_id, quantity_micro, amount FROM order_lines ORDER BY 2") == [
        ("501", "450", 2 * MICRO, 199_800),
        ("501", "451", 2 * MICRO, 199_800),
        ("501", "Помол", MICRO, 15_025),
    ]
    # 10 % of 2 × 999.00; 50.25 off one.
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts ORDER BY amount") == [
        ("501", "promotion", 5_025, "6"),
        ("501", "promotion", 19_980, "5"),
    ]
    assert mover.rows("SELECT DISTINCT product_id, name, kind FROM products ORDER BY 1") == [
        ("450", "Кофе", "good"),
        ("451", "Кофе", "good"),
        ("Помол", "Помол", "service"),
    ]


def test_bitrix24_answers_of_the_method_for_all(mover: Mover) -> None:
    """Covers: P19"""
    pages = {
        "contacts": {"items": [
            {"id": 11, "name": "Анна", "lastName": "Смирнова", "secondName": "", "export": "Y", "companyId": 91, "phoneMobile": "",
             "birthdate": "1990-02-28T03:00:00+03:00", "createdTime": "2024-12-31T23:30:00+03:00",
             "fm": [{"typeId": "EMAIL", "valueType": "WORK", "value": "anna@example.com"},
                    {"typeId": "PHONE", "valueType": "WORK", "value": "+7 916 111-22-33"}]},
        ]},
        "companies": {"items": [{"id": 91, "title": "Ромашка", "isMyCompany": "N"}, {"id": 92, "title": "Мы", "isMyCompany": "Y"}]},
        "deals": {"items": [
            {"id": 501 + n, "stageId": stage, "opportunity": 19000.5, "currencyId": "RUB", "contactId": 11 if n else 0, "closed": closed,
             "createdTime": "2025-03-01T12:00:00+03:00", "isRepeatedApproach": "N", "isWon": won, "isLose": "N"}
            for n, (stage, closed, won) in enumerate([("C1:UC_W", "Y", "Y"), ("UC_7", "N", "N"), ("C1:APOLOGY", "Y", "N")])
        ]},
        "rows": {"productRows": [
            {"id": 17649, "ownerId": 501, "ownerType": "D", "productId": 9621, "productName": "Кофе", "price": 90000, "priceNetto": 90909.09,
             "priceBrutto": 100000, "quantity": 3, "discountTypeId": 2, "discountRate": 10, "discountSum": 9090.91, "type": 4},
        ]},
    }  # fmt: skip
    for name, found in pages.items():
        mover.write_json(f"{name}.json", {"result": found, "total": 1})
    assert refused(mover.move("bitrix24")) == []
    assert mover.of_customers("orders", "order_id, status, amount", "order_id") == [
        (None, "501", "completed", 1_900_050),
        ("11", "502", "pending", 1_900_050),
        ("11", "503", "cancelled", 1_900_050),
    ]
    assert mover.of_customers(
        "customers", "name, CAST(birth_date AS VARCHAR), account_id", "customer_key"
    ) == [("11", "Смирнова Анна", "1990-02-28", "91")]
    assert mover.of_customers("contacts", "value", "kind") == [
        ("11", "anna@example.com"),
        ("11", "+79161112233"),
    ]
    assert mover.rows("SELECT order_id, product_id, amount FROM order_lines") == [("501", "9621", 30_000_000)]
    assert mover.rows("SELECT amount FROM discounts") == [(3_000_000,)]
    assert mover.rows("SELECT account_id FROM accounts") == [("91",)]


INSALES_LINES = [
    {"id": 1, "sale_price": "1500.25", "full_sale_price": "1400.25", "quantity": 2, "sku": "COF-1", "variant_id": 31, "title": "Кофе"},
    {"id": 2, "sale_price": 500, "full_total_price": 250, "quantity": 0.5, "sku": None, "variant_id": 32, "title": "Чашка"},
]  # fmt: skip
INSALES_DISCOUNTS = [
    {"id": 3347, "amount": "200.0", "percent": 6.1, "description": "Скидка по купону ВЕСНА", "reference_type": "DiscountCode"},
    {"id": 3348, "amount": 15, "description": "2%", "reference_type": None},
    {"id": 3349, "amount": "0.0", "description": ""},
]  # fmt: skip
INSALES_GUEST = {"id": 8, "email": None, "name": "Самовывоз", "surname": None, "phone": "Самовывоз", "subscribe": True}  # fmt: skip


def insales_order(number: int, status: str, **more: Any) -> dict[str, Any]:
    client = {
        "id": 7,
        "email": "Anna@example.com",
        "name": "Анна",
        "surname": "Смирнова",
        "phone": "8(916)111-22-33",
        "subscribe": True,
    }
    return {
        "id": 125499000 + number, "number": number, "created_at": "2025-03-01T12:00:00.000+03:00", "delivered_at": None, "paid_at": None,
        "fulfillment_status": status, "financial_status": "paid", "custom_status": {"permalink": status, "title": "Статус"},
        "total_price": "3050.5", "currency_code": "RUR", "client": client, "discounts": [], "order_lines": [],
        "shipping_address": {"city": "Казань", "phone": "8(916)111-22-33"}, "fields_values": [], **more,
    }  # fmt: skip


def test_orders_of_insales(mover: Mover) -> None:
    """Covers: P19"""
    mover.write_json(
        "orders-1.json",
        [
            insales_order(
                5001,
                "delivered",
                order_lines=INSALES_LINES,
                discounts=INSALES_DISCOUNTS,
                delivered_at="2010-08-19 10:26:16 +0400",
            ),
            insales_order(5002, "declined", total_price=500.0),
            insales_order(5003, "dispatched", client=INSALES_GUEST, shipping_address={"phone": None}),
        ],
    )
    # How the tables of a folder are written says nothing of its pages.
    assert refused(mover.move("insales", ImportOptions(decimal=","))) == []
    columns = "order_id, ordered_at, status, amount, discount"
    began = utc("2025-03-01 09:00")
    assert mover.of_customers("orders", columns, "order_id") == [
        ("anna@example.com", "5001", began, "completed", 305_050, 21_500),
        ("anna@example.com", "5002", began, "cancelled", 50_000, None),
        ("8", "5003", began, "pending", 305_050, None),
    ]
    assert mover.rows("SELECT completed_at FROM orders WHERE order_id = '5001'") == [
        (utc("2010-08-19 06:26:16"),)
    ]
    assert mover.rows("SELECT product_id, quantity_micro, amount FROM order_lines ORDER BY 1") == [
        ("32", MICRO // 2, 25_000),
        ("COF-1", 2 * MICRO, 300_050),
    ]
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts ORDER BY amount") == [
        ("5001", "promotion", 1_500, "3348"),
        ("5001", "coupon", 20_000, "ВЕСНА"),
    ]


def test_clients_of_insales(mover: Mover) -> None:
    """Covers: P19"""
    mover.write_json(
        "clients-1.json",
        [
            {"id": 7, "email": "anna@example.com", "name": "Анна", "surname": "Смирнова", "middlename": None, "phone": "8(916)111-22-33",
             "registered": True, "subscribe": True, "consent_to_personal_data": True, "type": "Client::Individual", "bonus_points": 10,
             "created_at": "2024-12-31T23:30:00.000+03:00"},
            {"id": 9, "email": "firm@example.com", "name": "ООО «Ромашка»", "phone": "", "registered": False, "subscribe": False,
             "consent_to_personal_data": None, "type": "Client::Juridical", "inn": "7701234567"},
        ],
    )  # fmt: skip
    assert refused(mover.move("insales")) == []
    assert sorted(
        mover.of_customers("consents", 'channel, purpose, op, t."at"', "t.customer_key, channel")
    ) == [
        ("anna@example.com", "any", "personal_data", "granted", NOW),
        ("anna@example.com", "email", "advertising", "granted", NOW),
        ("firm@example.com", "email", "advertising", "withdrawn", NOW),
    ]
    assert mover.rows("SELECT account_id, name, tax_id FROM accounts") == [
        ("9", "ООО «Ромашка»", "7701234567")
    ]
    assert ("anna@example.com", "Смирнова Анна", None) in mover.of_customers(
        "customers", "name, account_id", "customer_key"
    )


@pytest.mark.parametrize(
    ("preset", "page"),
    [
        ("amocrm", {"_embedded": {"tasks": [{"id": 1, "text": "Позвонить"}]}}),
        ("bitrix24", {"result": [{"ID": "1", "TITLE": "Лид", "STATUS_ID": "NEW", "NAME": "Анна", "LAST_NAME": "", "OPPORTUNITY": "1"}]}),
        ("bitrix24", {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}),
        ("insales", []),
    ],
)  # fmt: skip
def test_answers_of_something_else_are_left_alone(mover: Mover, preset: str, page: object) -> None:
    """Covers: P19"""
    mover.write_json("page.json", page)
    table = {
        "amocrm": "ID;Название сделки;Этап сделки\n",
        "bitrix24": "ID;Название компании\n",
        "insales": "",
    }[preset]
    known = mover.write("known.csv", table or "Email;Телефон;Имя;Подписка\n")
    plan = plan_export(mover.warehouse, [mover.folder], import_preset(preset), settings())
    assert [path.name for path in plan.left] == ["page.json"]
    assert {job.path for job in plan.jobs} == {known}
