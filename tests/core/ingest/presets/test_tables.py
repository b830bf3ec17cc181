"""Exports that are tables, as people have them: cp1251, semicolons, decimal commas, empty cells. Rows are read off by hand."""

from __future__ import annotations

from datetime import datetime

from openpyxl import Workbook

from tests.core.ingest.base import NOW
from tests.core.ingest.presets.base import MICRO, Mover, refused


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


SHOPIFY_CUSTOMERS = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags
7001,Anna,Smirnova,Anna@Example.com,yes,,Moscow,MOW,RU,,+79161112233,no,2100.00,1,,no,vip
7002,Boris,,boris@example.com,no,,Kazan,,RU,,,no,0.00,1,,no,
7003,Vera,,,,,Tver,,RU,,+79165556677,,750.00,1,,no,
"""
SHOPIFY_ORDERS = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing City,Billing Country,Billing Phone,Cancelled at,Refunded Amount,Vendor,Source,Phone
#1001,Anna@Example.com,paid,2025-03-01 10:00:00 +0300,fulfilled,2025-03-02 10:00:00 +0300,yes,RUB,1800.00,300.00,0.00,2100.00,WELCOME10,200.00,2025-03-01 09:59:00 +0300,1,Coffee 1 kg,1500.00,COF-1,Anna Smirnova,Moscow,RU,+79161112233,,0.00,Bean Co,web,
#1001,Anna@Example.com,,,,,,,,,,,,,2025-03-01 09:59:00 +0300,2,Filter,250.00,FIL-2,,,,,,,Paper Co,,
#1002,boris@example.com,paid,2025-03-05 12:00:00 +0300,unfulfilled,,no,RUB,500.00,0.00,0.00,500.00,,0.00,2025-03-05 11:00:00 +0300,2,Filter,250.00,FIL-2,Boris,Kazan,RU,,2025-03-06 12:00:00 +0300,0.00,Paper Co,web,
#1003,,partially_refunded,2025-03-07 12:00:00 +0300,fulfilled,2025-03-08 12:00:00 +0300,no,RUB,750.00,0.00,0.00,750.00,,0.00,2025-03-07 11:00:00 +0300,3,Filter,250.00,FIL-2,Vera,Tver,RU,,,250.00,Paper Co,pos,+79165556677
"""


def test_shopify(mover: Mover) -> None:
    """Covers: P19, R40"""
    mover.write("customers_export.csv", SHOPIFY_CUSTOMERS)
    mover.write("orders_export.csv", SHOPIFY_ORDERS)
    reports = mover.move("shopify")
    assert refused(reports) == []
    assert all(report.note("orders_without_status") is None for report in reports)
    anna, boris, vera = "anna@example.com", "boris@example.com", "+79165556677"
    assert mover.of_customers(
        "orders", "order_id, ordered_at, status, amount, discount, channel", "order_id"
    ) == [
        (anna, "#1001", utc("2025-03-01 06:59"), "completed", 210_000, 20_000, "web"),
        (boris, "#1002", utc("2025-03-05 08:00"), "cancelled", 50_000, 0, "web"),
        (vera, "#1003", utc("2025-03-07 08:00"), "completed", 75_000, 0, "pos"),
    ]
    assert mover.rows(
        "SELECT order_id, product_id, quantity_micro, amount FROM order_lines ORDER BY 1, 2"
    ) == [
        ("#1001", "COF-1", MICRO, 150_000),
        ("#1001", "FIL-2", 2 * MICRO, 50_000),
        ("#1002", "FIL-2", 2 * MICRO, 50_000),
        ("#1003", "FIL-2", 3 * MICRO, 75_000),
    ]
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts") == [
        ("#1001", "coupon", 20_000, "WELCOME10")
    ]
    assert mover.of_customers("returns", "return_id, order_id, returned_at, amount", "return_id") == [
        (vera, "#1003 refund", "#1003", utc("2025-03-08 09:00"), 25_000)
    ]
    # Vera never said anything; that a box was not ticked at the checkout is no withdrawal.
    assert mover.rows(
        'SELECT i.customer_id, channel, op, t."at" FROM consents t JOIN customer_ids i USING (customer_key) ORDER BY 1, 2, 4'
    ) == [
        (anna, "email", "granted", utc("2025-03-01 06:59")),
        (anna, "email", "granted", NOW),
        (anna, "sms", "withdrawn", NOW),
        (boris, "email", "withdrawn", NOW),
        (boris, "sms", "withdrawn", NOW),
    ]
    assert mover.of_customers("customers", "name, city, p_tags", "customer_key") == [
        (anna, "Anna Smirnova", "Moscow", "vip"),
        (boris, "Boris", "Kazan", None),
        (vera, "Vera", "Tver", None),
    ]
    assert [row[:2] for row in mover.rows("SELECT product_id, brand FROM products ORDER BY 1")] == [
        ("COF-1", "Bean Co"),
        ("FIL-2", "Paper Co"),
    ]


WOO_ORDER = {
    "id": 727, "number": "727", "status": "processing", "currency": "RUB", "created_via": "checkout",
    "date_created": "2025-03-01T12:00:00", "date_created_gmt": "2025-03-01T09:00:00",
    "date_completed_gmt": None, "date_paid_gmt": "2025-03-01T09:05:00", "discount_total": "200.00", "total": "2100.00", "customer_id": 0,
    "billing": {"first_name": "Анна", "last_name": "Смирнова", "city": "Казань", "country": "RU", "email": "Anna@Example.com", "phone": "+79161112233"},
    "line_items": [
        {"id": 1, "name": "Кофе", "product_id": 93, "sku": "COF-1", "quantity": 1, "subtotal": "1500.00", "total": "1350.00"},
        {"id": 2, "name": "Фильтры", "product_id": 94, "sku": "", "quantity": 2, "subtotal": "500.00", "total": "450.00"},
    ],
    "coupon_lines": [{"id": 5, "code": "welcome10", "discount": "200.00"}], "refunds": [],
}  # fmt: skip


def test_woocommerce_pages(mover: Mover) -> None:
    """Covers: P19, R40"""
    done = {**WOO_ORDER, "id": 728, "number": "728", "status": "completed", "date_completed_gmt": "2025-03-03T09:00:00",
            "coupon_lines": [], "discount_total": "0.00", "refunds": [{"id": 730, "reason": "", "total": "-250.00"}]}  # fmt: skip
    mover.write_json(
        "orders.json", [WOO_ORDER, done, {**WOO_ORDER, "id": 729, "number": "729", "status": "wc-cancelled"}]
    )
    mover.write_json(
        "customers.json",
        [{"id": 25, "date_created": "2025-01-01T03:00:00", "date_created_gmt": "2025-01-01T00:00:00", "email": "anna@example.com",
          "first_name": "Анна", "last_name": "Смирнова", "is_paying_customer": True, "billing": {"phone": "+79161112233", "city": "Казань"}}],
    )  # fmt: skip
    assert refused(mover.move("woocommerce")) == []
    columns = "order_id, ordered_at, completed_at, status, amount, discount"
    paid, ordered = utc("2025-03-01 09:05"), utc("2025-03-01 09:00")
    assert mover.of_customers("orders", columns, "order_id") == [
        ("anna@example.com", "727", ordered, paid, "pending", 210_000, 20_000),
        ("anna@example.com", "728", ordered, utc("2025-03-03 09:00"), "completed", 210_000, 0),
        ("anna@example.com", "729", ordered, paid, "cancelled", 210_000, 20_000),
    ]
    lines = "SELECT product_id, quantity_micro, amount FROM order_lines WHERE order_id = '727' ORDER BY 1"
    assert mover.rows(lines) == [("94", 2 * MICRO, 50_000), ("COF-1", MICRO, 150_000)]
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts ORDER BY 1") == [
        ("727", "coupon", 20_000, "welcome10"),
        ("729", "coupon", 20_000, "welcome10"),
    ]
    assert mover.rows("SELECT return_id, order_id, returned_at, amount FROM returns") == [
        ("730", "728", utc("2025-03-03 09:00"), 25_000)
    ]
    assert mover.names() == {"anna@example.com": 1}


def test_woocommerce_table(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "orders-2025.csv",
        "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),City (Billing),Email (Billing),Phone (Billing),"
        "Cart Discount Amount,Order Refund Amount,Order Total Amount,SKU,Item Name,Quantity,Item Cost,Coupon Code,Discount Amount\n"
        "901,Completed,2025-03-01 12:00,Anna,Smirnova,Kazan,anna@example.com,+79161112233,50,0,1950,COF-1,Coffee,1,1500,SPRING,50\n"
        "901,,,,,,,,,,,,Filter,2,250,,\n"
        "902,On hold,2025-03-02 12:00,Boris,,,boris@example.com,,0,0,250,,Filter,1,250,,\n",
    )
    assert refused(mover.move("woocommerce")) == []
    assert mover.of_customers("orders", "order_id, status, amount", "order_id") == [
        ("anna@example.com", "901", "completed", 195_000),
        ("boris@example.com", "902", "pending", 25_000),
    ]
    assert mover.rows("SELECT order_id, product_id, amount FROM order_lines ORDER BY 1, 2") == [
        ("901", "COF-1", 150_000),
        ("901", "Filter", 50_000),
        ("902", "Filter", 25_000),
    ]
    assert mover.rows("SELECT order_id, amount, reference FROM discounts") == [("901", 5_000, "SPRING")]


def test_refunds_of_woocommerce_are_taken_off_once(mover: Mover) -> None:
    """Covers: P19, R40"""
    header = (
        "Order Number,Order Status,Order Date,Email (Billing),Order Refund Amount,Item Name,Item Cost,{}\n"
    )
    mover.write(
        "gross.csv",
        header.format("Quantity") + "1,Completed,2025-03-01 12:00,a@example.com,250,Filter,250,2\n",
    )
    mover.write(
        "net.csv",
        header.format("Quantity (- Refund)")
        + "2,Completed,2025-03-01 12:00,a@example.com,250,Filter,250,1\n",
    )
    assert refused(mover.move("woocommerce")) == []
    lines = "SELECT order_id, quantity_micro, amount FROM order_lines ORDER BY 1"
    assert mover.rows(lines) == [("1", 2 * MICRO, 50_000), ("2", MICRO, 25_000)]
    assert mover.rows("SELECT order_id, amount FROM returns") == [("1", 25_000)]


def test_bitrix24(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "CONTACT_20250301.csv",
        "ID;Имя;Отчество;Фамилия;Мобильный телефон;Рабочий e-mail;Источник;Дата создания;Ответственный;VIP;Компания: ID\n"
        "11;Анна;Игоревна;Смирнова;8 916 111-22-33, +7 495 000-00-01;anna@example.com;Звонок;31.12.2024 23:30:00;Пётр;да;91\n"
        "12;Борис;;;;;;13.01.2025 10:00:00;Пётр;;\n",
        "cp1251",
    )
    mover.write(
        "COMPANY_20250301.csv",
        "ID;Название компании;Сфера деятельности;ИНН\n91;ООО «Ромашка»;Торговля;7701234567\n",
        "cp1251",
    )
    mover.write(
        "DEAL_20250301.csv",
        "ID;Стадия сделки;Название сделки;Сумма;Валюта;Контакт: ID;Контакт;Дата создания;Предполагаемая дата закрытия;Товар;Цена;Количество\n"
        "501;Сделка успешна;Кофе;3500,50;Российский рубль;11;Анна Смирнова;01.03.2025 12:00:00;03.03.2025;Кофе;1500,25;2\n"
        "501;Сделка успешна;Кофе;3500,50;Российский рубль;11;Анна Смирнова;01.03.2025 12:00:00;03.03.2025;Чашка;500;1\n"
        "502;В работе;Абонемент;12000;Российский рубль;12;Борис;14.03.2025 12:00:00;;;;\n"
        "503;Сделка провалена;;100;Российский рубль;;;15.03.2025 12:00:00;16.03.2025;;;\n",
        "cp1251",
    )
    assert refused(mover.move("bitrix24")) == []
    assert mover.of_customers("orders", "order_id, ordered_at, status, amount", "order_id") == [
        ("11", "501", utc("2025-03-01 09:00"), "completed", 350_050),
        ("12", "502", utc("2025-03-14 09:00"), "pending", 1_200_000),
        (None, "503", utc("2025-03-15 09:00"), "cancelled", 10_000),
    ]
    assert mover.rows("SELECT order_id, product_id, quantity_micro, amount FROM order_lines ORDER BY 2") == [
        ("501", "Кофе", 2 * MICRO, 300_050),
        ("501", "Чашка", MICRO, 50_000),
    ]
    assert mover.of_customers(
        "customers", "name, acquisition_source, created_at, p_vip, account_id", "customer_key"
    ) == [
        ("11", "Смирнова Анна Игоревна", "Звонок", utc("2024-12-31 20:30"), True, "91"),
        ("12", "Борис", None, utc("2025-01-13 07:00"), None, None),
    ]
    assert mover.rows("SELECT account_id, name, industry, tax_id FROM accounts") == [
        ("91", "ООО «Ромашка»", "Торговля", "7701234567")
    ]
    assert mover.of_customers("contacts", "kind, value", "kind") == [
        ("11", "email", "anna@example.com"),
        ("11", "phone", "+79161112233"),
    ]


def test_amocrm(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "amocrm_export_contacts.csv",
        "ID;Полное имя контакта;Рабочий телефон;Рабочий email;Ответственный;Дата создания\n"
        "71;Анна Смирнова;'79161112233;anna@example.com;Пётр;31.12.2024 23:30:00\n"
        "72;Борис;;;Пётр;13.01.2025 10:00:00\n",
        "cp1251",
    )
    mover.write(
        "amocrm_export_leads.csv",
        "ID;Название сделки;Бюджет ₽;Ответственный;Дата создания сделки;Кем создана сделка;Дата закрытия;Теги;Этап сделки;Воронка;"
        "Полное имя контакта;Рабочий телефон;Мобильный телефон;Рабочий email\n"
        "801;Кофе;3500;Пётр;01.03.2025 12:00:00;Пётр;03.03.2025 10:00:00;опт;Успешно реализовано;Продажи;Анна Смирнова;'79161112233;;\n"
        "802;Чай;;Пётр;14.03.2025 12:00:00;Пётр;не закрыта;;Переговоры;Продажи;Борис;;;\n"
        "803;Чашки;100;Пётр;15.03.2025 12:00:00;Пётр;16.03.2025 10:00:00;;Закрыто и не реализовано;Продажи;Анна Смирнова;'79161112233;;\n"
        "804;Турка;900;Пётр;17.03.2025 12:00:00;Пётр;не закрыта;;Ждём оплату;Продажи;Анна Смирнова;'79161112233;;\n",
        "utf-8",
    )
    mover.write(
        "amocrm_export_newer.csv",
        "ID,Название сделки,Компания,Основной контакт,Этап сделки,Воронка,Бюджет,Дата создания,Дата закрытия,Рабочий телефон (контакт)\n"
        "805,Мельница,,Анна Смирнова,Успешно реализовано,Продажи,1200,18.03.2025 12:00:00,19.03.2025 10:00:00,79161112233\n",
    )
    reports = mover.move("amocrm")
    assert refused(reports) == [("orders", 5, "Этап сделки", "unknown_word")]
    assert mover.rows("SELECT DISTINCT p_tegi FROM orders WHERE order_id = '801'") == [("опт",)]
    assert mover.of_customers("orders", "order_id, completed_at, status, amount", "order_id") == [
        ("79161112233", "801", utc("2025-03-03 07:00"), "completed", 350_000),
        (None, "802", None, "pending", None),
        ("79161112233", "803", utc("2025-03-16 07:00"), "cancelled", 10_000),
        ("79161112233", "805", utc("2025-03-19 07:00"), "completed", 120_000),
    ]
    # The number of a deal joins its buyer with the contact of the address book.
    assert sorted(mover.of_customers("contacts", "kind, value", "t.customer_key, kind")) == [
        ("71", "email", "anna@example.com"),
        ("71", "phone", "+79161112233"),
        ("79161112233", "phone", "+79161112233"),
    ]


def test_insales(mover: Mover) -> None:
    """Covers: P19, R40"""
    mover.write(
        "clients.csv",
        "ID;Имя;Email;Телефон;Дата регистрации;Согласие на рассылку\n"
        "1;Анна Смирнова;anna@example.com;+79161112233;31.12.2024;да\n"
        "2;Борис;boris@example.com;;13.01.2025;нет\n"
        "3;Вера;;+79165556677;14.01.2025;\n",
        "cp1251",
    )
    mover.write(
        "orders.csv",
        "№ заказа;Дата заказа;Статус заказа;ID покупателя;Покупатель;Email;Телефон;Артикул;Название товара;Количество;Цена продажи;"
        "Скидка;Промокод;Сумма заказа;Город\n"
        "5001;01.03.2025 12:00;Доставлен;1;Анна Смирнова;anna@example.com;+79161112233;COF-1;Кофе;2;1 500,25;200,00;ВЕСНА;3 050,50;Казань\n"
        "5001;;;;;;;CUP-1;Чашка;0,5;500,00;;;;\n"
        "5002;13.03.2025 12:00;Отменен;2;Борис;boris@example.com;;CUP-1;Чашка;1;500,00;0,00;;500,00;\n",
        "cp1251",
    )
    assert refused(mover.move("insales")) == []
    assert mover.of_customers("orders", "order_id, ordered_at, status, amount, discount", "order_id") == [
        ("anna@example.com", "5001", utc("2025-03-01 09:00"), "completed", 305_050, 20_000),
        ("boris@example.com", "5002", utc("2025-03-13 09:00"), "cancelled", 50_000, 0),
    ]
    assert mover.rows(
        "SELECT order_id, product_id, quantity_micro, amount FROM order_lines ORDER BY 1, 2"
    ) == [
        ("5001", "COF-1", 2 * MICRO, 300_050),
        ("5001", "CUP-1", 500_000, 25_000),
        ("5002", "CUP-1", MICRO, 50_000),
    ]
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts") == [
        ("5001", "coupon", 20_000, "ВЕСНА")
    ]
    assert mover.of_customers("consents", 'channel, op, t."at"', "customer_key") == [
        ("anna@example.com", "email", "granted", NOW),
        ("boris@example.com", "email", "withdrawn", NOW),
    ]


def test_records_of_yclients(mover: Mover) -> None:
    """Covers: P19"""
    mover.write(
        "records.csv",
        "ID записи;Дата визита;Время визита;Статус визита;Клиент;Телефон;Услуги;Сотрудник;Стоимость;Филиал\n"
        "1;01.03.2025;12:30;Клиент пришел;Анна;+7 916 111-22-33;Стрижка;Мария;1 500,50;Центр\n"
        "2;13.03.2025;10:00;Клиент не пришел;Анна;+7 916 111-22-33;Стрижка;Мария;1 500,50;Центр\n"
        "3;14.03.2026;10:00;Ожидание клиента;;;Укладка;Мария;;Центр\n",
        "cp1251",
    )
    assert refused(mover.move("yclients")) == []
    columns = "booking_id, starts_at, status, staff_id, service, outlet_id, amount"
    assert mover.of_customers("bookings", columns, "booking_id") == [
        ("+7 916 111-22-33", "1", utc("2025-03-01 09:30"), "visited", "Мария", "Стрижка", "Центр", 150_050),
        ("+7 916 111-22-33", "2", utc("2025-03-13 07:00"), "no_show", "Мария", "Стрижка", "Центр", 150_050),
        (None, "3", utc("2026-03-14 07:00"), "booked", "Мария", "Укладка", "Центр", None),
    ]
    assert mover.of_customers("customers", "name", "customer_key") == [("+7 916 111-22-33", "Анна")]


def test_clients_of_yclients(mover: Mover) -> None:
    """Covers: P19"""
    mover.folder.mkdir()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(
        [
            *(
                "Имя",
                "Телефон",
                "Email",
                "Категории",
                "Дата рождения",
                "Потратил, ₽",
                "Оплатил, ₽",
                "Пол",
                "Карта",
                "Скидка",
            ),
            *(
                "Последний визит",
                "Первый визит",
                "Количество посещений",
                "Комментарий",
                "Дополнительный телефон",
            ),
            *("Согласен на получение рассылок", "Согласен на обработку персональных данных"),
        ]
    )
    visits = ("2025-03-01 15:30", "2024-11-01 10:00", 3, "Всегда с собакой", None)
    told = ("anna@example.com", "VIP", "28-02-1990", 12000, 12000, "Женский", None, 0)
    sheet.append(["Анна", 79161112233, *told, *visits, "Да", "Да"])
    sheet.append(
        ["Борис", 79165556677, None, None, None, 0, 0, None, None, 0, *visits[:3], None, None, "Нет", "Нет"]
    )
    book.save(mover.folder / "clients.xlsx")
    assert refused(mover.move("yclients")) == []
    assert mover.of_customers("customers", "name, sex, CAST(birth_date AS VARCHAR)", "customer_key") == [
        ("79161112233", "Анна", "female", "1990-02-28"),
        ("79165556677", "Борис", None, None),
    ]
    assert mover.of_customers("consents", "channel, purpose, op", "t.channel") == [
        ("79161112233", "any", "personal_data", "granted"),
        ("79161112233", "email", "advertising", "granted"),
        ("79161112233", "sms", "advertising", "granted"),
    ]
    # What the system has counted by itself is not kept beside what is counted here.
    assert mover.rows("SELECT column_name FROM properties") == [("p_kategorii",)]


def test_klaviyo(mover: Mover) -> None:
    """Covers: P19, R41"""
    mover.write(
        "all_profiles.csv",
        "Email,Klaviyo ID,First Name,Last Name,Phone Number,City,Country,Source,Email Marketing Consent,Email Marketing Consent Timestamp,"
        "SMS Marketing Consent,Profile Created On,Email Suppressions\n"
        "Anna@Example.com,01A,Anna,Smirnova,+79161112233,Moscow,Russia,-8,SUBSCRIBED,2025-01-01T10:00:00+00:00,UNSUBSCRIBED,2024-12-31T00:00:00+00:00,[]\n"
        "boris@example.com,01B,Boris,,,,,,SUBSCRIBED,2025-01-02T10:00:00+00:00,NEVER_SUBSCRIBED,2025-01-01T00:00:00+00:00,['HARD_BOUNCE']\n"
        "vera@example.com,01C,Vera,,,,,,NEVER_SUBSCRIBED,,,2025-01-01T00:00:00+00:00,\n",
    )
    mover.write(
        "suppressed_profiles.csv",
        "Email,Suppression Reason,Suppression Date\ngleb@example.com,SPAM_COMPLAINT,2025-02-01 10:00:00\n"
        "galina@example.com,USER_SUPPRESSED,\n",
    )
    profile = {"data": {"type": "profile", "id": "01A"}}
    metric = {"data": {"type": "metric", "id": "M1"}}
    mover.write_json(
        "events.json",
        {
            "data": [
                {"type": "event", "id": "E1", "attributes": {"timestamp": 1740819600, "datetime": "2025-03-01 09:00:00+00:00",
                 "event_properties": {"ProductID": "COF-1", "URL": "https://shop.example/coffee"}},
                 "relationships": {"profile": profile, "metric": metric}},
            ],
            "included": [
                {"type": "metric", "id": "M1", "attributes": {"name": "Viewed Product"}},
                {"type": "profile", "id": "01A", "attributes": {"email": "Anna@Example.com"}},
            ],
        },
    )  # fmt: skip
    assert refused(mover.move("klaviyo")) == []
    told = mover.rows(
        'SELECT i.customer_id, channel, op, t."at", consent_source FROM consents t JOIN customer_ids i USING (customer_key) ORDER BY 1, 2, 4'
    )
    assert told == [
        ("anna@example.com", "email", "granted", utc("2025-01-01 10:00"), "klaviyo"),
        ("anna@example.com", "sms", "withdrawn", NOW, "klaviyo"),
        ("boris@example.com", "email", "granted", utc("2025-01-02 10:00"), "klaviyo"),
        ("boris@example.com", "email", "withdrawn", NOW, "klaviyo suppressions"),
        ("galina@example.com", "email", "withdrawn", NOW, "klaviyo suppressions"),
        ("gleb@example.com", "email", "withdrawn", utc("2025-02-01 07:00"), "klaviyo suppressions"),
    ]
    assert mover.rows("SELECT list, op FROM list_changes") == [("klaviyo suppressions", "add")] * 2
    events = 'SELECT i.customer_id, event_id, name, t."at", product_id FROM events t JOIN customer_ids i USING (customer_key)'
    assert mover.rows(events) == [
        ("anna@example.com", "E1", "Viewed Product", utc("2025-03-01 09:00"), "COF-1")
    ]
