"""Exports that are documents: XML of 1C, JSON pages of APIs. Expected rows are read off the files by hand."""

from __future__ import annotations

from datetime import datetime

from tests.core.ingest.presets.base import MICRO, Mover, refused


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


IMPORT_XML = """<?xml version="1.0" encoding="windows-1251"?>
<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2" ВерсияСхемы="2.10" ДатаФормирования="2025-03-10T10:00:00">
  <Классификатор><Ид>k1</Ид><Наименование>Классификатор</Наименование>
    <Группы><Группа><Ид>g1</Ид><Наименование>Кофе</Наименование>
      <Группы><Группа><Ид>g2</Ид><Наименование>В зёрнах</Наименование></Группа></Группы>
    </Группа><Группа><Ид>g3</Ид><Наименование>Услуги</Наименование></Группа></Группы>
  </Классификатор>
  <Каталог СодержитТолькоИзменения="false"><Ид>c1</Ид><Наименование>Основной каталог</Наименование>
    <Товары>
      <Товар><Ид>p1</Ид><Артикул>A-1</Артикул><Наименование>Кения АА</Наименование><Группы><Ид>g2</Ид></Группы>
        <Изготовитель><Ид>m1</Ид><Наименование>Обжарка №1</Наименование></Изготовитель>
        <ЗначенияРеквизитов>
          <ЗначениеРеквизита><Наименование>ВидНоменклатуры</Наименование><Значение>Товар</Значение></ЗначениеРеквизита>
          <ЗначениеРеквизита><Наименование>Вес</Наименование><Значение>1</Значение></ЗначениеРеквизита>
        </ЗначенияРеквизитов></Товар>
      <Товар><Ид>p2</Ид><Артикул/><Наименование>Помол</Наименование><Группы><Ид>g3</Ид></Группы>
        <ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ТипНоменклатуры</Наименование><Значение>Услуга</Значение>
        </ЗначениеРеквизита></ЗначенияРеквизитов></Товар>
    </Товары>
  </Каталог>
</КоммерческаяИнформация>"""

OFFERS_XML = """<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация ВерсияСхемы="2.10">
  <ПакетПредложений><Ид>o</Ид><Наименование>Пакет</Наименование><Предложения>
    <Предложение><Ид>p1</Ид><Наименование>Кения АА</Наименование><Цены>
      <Цена><ИдТипаЦены>t1</ИдТипаЦены><ЦенаЗаЕдиницу>1500.00</ЦенаЗаЕдиницу><Валюта>руб</Валюта></Цена>
      <Цена><ИдТипаЦены>t2</ИдТипаЦены><ЦенаЗаЕдиницу>1200</ЦенаЗаЕдиницу><Валюта>руб</Валюта></Цена>
    </Цены><Количество>12</Количество></Предложение>
    <Предложение><Ид>p3#red</Ид><Наименование>Чашка (красная)</Наименование><Цены><Цена><ЦенаЗаЕдиницу>400</ЦенаЗаЕдиницу>
      </Цена></Цены><Количество>5</Количество></Предложение>
  </Предложения></ПакетПредложений>
</КоммерческаяИнформация>"""


def order_xml(
    number: str, body: str, requisites: dict[str, str], kind: str = "Заказ товара", day: str = "2025-03-01"
) -> str:
    values = "".join(
        f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in requisites.items()
    )
    return (
        f"<Документ><Ид>{number}</Ид><Номер>{number}</Номер><Дата>{day}</Дата><ХозОперация>{kind}</ХозОперация>"
        f"<Роль>Продавец</Роль><Валюта>руб</Валюта><Курс>1</Курс>{body}"
        f"<ЗначенияРеквизитов>{values}</ЗначенияРеквизитов></Документ>"
    )


ANNA = """<Контрагенты><Контрагент><Ид>u7</Ид><Наименование>Анна</Наименование><ПолноеНаименование>Смирнова Анна</ПолноеНаименование>
<Роль>Покупатель</Роль><АдресРегистрации><АдресноеПоле><Тип>Почтовый индекс</Тип><Значение>420000</Значение></АдресноеПоле>
<АдресноеПоле><Тип>Город</Тип><Значение>Казань</Значение></АдресноеПоле></АдресРегистрации>
<Контакты><Контакт><Тип>Телефон рабочий</Тип><Значение>8 (916) 111-22-33</Значение></Контакт>
<Контакт><Тип>Почта</Тип><Значение>Anna@Example.com</Значение></Контакт></Контакты></Контрагент></Контрагенты>"""
BORIS = "<Контрагенты><Контрагент><Ид>u8</Ид><Наименование>Борис</Наименование></Контрагент></Контрагенты>"


def good(key: str, name: str, price: str, quantity: str, discount: str = "") -> str:
    taken = (
        f"<Скидки><Скидка><Наименование>Весна</Наименование><Сумма>{discount}</Сумма></Скидка></Скидки>"
        if discount
        else ""
    )
    return (
        f"<Товар><Ид>{key}</Ид><Наименование>{name}</Наименование><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>"
        f"<Количество>{quantity}</Количество>{taken}</Товар>"
    )


ORDERS_XML = (
    '<?xml version="1.0" encoding="windows-1251"?><КоммерческаяИнформация ВерсияСхемы="2.08"><Контейнер>'
    + order_xml(
        "101",
        "<Сумма>3100.00</Сумма><Время>10:30:00</Время>"
        + ANNA
        + "<Товары>"
        + good("p1", "Кения АА", "1500.00", "2", "100.00")
        + good("p3#red", "Чашка", "100.00", "1.5", "50.00")
        + good("ORDER_DELIVERY", "Доставка заказа", "100.00", "1")
        + "</Товары>",
        {
            "Статус заказа": "[F] Выполнен",
            "Дата изменения статуса": "2025-03-03 12:00:00",
            "Отменен": "false",
        },
    )
    + order_xml(
        "102",
        "<Сумма>400</Сумма>" + BORIS + "<Товары>" + good("p3#red", "Чашка", "400", "1") + "</Товары>",
        {"Статус заказа": "[N] Принят, ожидается оплата", "Отменен": "true"},
    )
    + order_xml(
        "103",
        "<Сумма>400</Сумма>" + BORIS + "<Товары>" + good("p3#red", "Чашка", "400", "1") + "</Товары>",
        {"Дата оплаты по 1С": "2025-03-05"},
    )
    + order_xml(
        "R1", "<Сумма>400.00</Сумма>" + BORIS, {"Номер заказа": "103"}, "Возврат товара", "2025-03-09"
    )
    + "</Контейнер></КоммерческаяИнформация>"
)


def test_commerceml(mover: Mover) -> None:
    """Covers: P19, R40"""
    mover.write("import.xml", IMPORT_XML, "cp1251")
    mover.write("offers.xml", OFFERS_XML)
    mover.write("orders.xml", ORDERS_XML, "cp1251")
    assert refused(mover.move("1c")) == []
    last = (
        "QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY version_no DESC) = 1 ORDER BY product_id"
    )
    assert mover.rows(
        f"SELECT product_id, name, category, brand, kind, price, stock_micro FROM products {last}"
    ) == [
        ("ORDER_DELIVERY", "Доставка заказа", None, None, "fee", None, None),
        ("p1", "Кения АА", "Кофе/В зёрнах", "Обжарка №1", "good", 150_000, 12 * MICRO),
        ("p2", "Помол", "Услуги", None, "service", None, None),
        ("p3", "Чашка", None, None, None, 40_000, None),
    ]
    assert mover.of_customers("orders", "order_id, ordered_at, completed_at, status, amount", "order_id") == [
        ("u7", "101", utc("2025-03-01 07:30"), utc("2025-03-03 09:00"), "completed", 310_000),
        ("u8", "102", utc("2025-02-28 21:00"), None, "cancelled", 40_000),
        ("u8", "103", utc("2025-02-28 21:00"), utc("2025-03-04 21:00"), "completed", 40_000),
    ]
    assert mover.rows(
        "SELECT order_id, product_id, quantity_micro, amount FROM order_lines ORDER BY 1, 2"
    ) == [
        ("101", "ORDER_DELIVERY", MICRO, 10_000),
        ("101", "p1", 2 * MICRO, 300_000),
        ("101", "p3", 1_500_000, 15_000),
        ("102", "p3", MICRO, 40_000),
        ("103", "p3", MICRO, 40_000),
    ]
    assert mover.rows("SELECT order_id, kind, amount, reference FROM discounts ORDER BY 4") == [
        ("101", "promotion", 10_000, "Весна p1"),
        ("101", "promotion", 5_000, "Весна p3#red"),
    ]
    assert mover.of_customers("returns", "return_id, order_id, returned_at, amount", "return_id") == [
        ("u8", "R1", "103", utc("2025-03-08 21:00"), 40_000)
    ]
    assert mover.of_customers("contacts", "kind, value", "kind, value") == [
        ("u7", "email", "anna@example.com"),
        ("u7", "phone", "+79161112233"),
    ]
    assert mover.of_customers("customers", "name, city", "customer_key") == [
        ("u7", "Смирнова Анна", "Казань"),
        ("u8", "Борис", None),
    ]


YCLIENTS_CLIENTS = {
    "success": True,
    "data": [
        {
            "id": 7,
            "name": "Анна",
            "surname": "Смирнова",
            "patronymic": "",
            "phone": "79161112233",
            "email": "anna@example.com",
            "sex_id": 2,
            "birth_date": "1990-02-28",
            "card": "",
            "sms_check": 1,
            "sms_not": 1,
            "visits": 3,
            "categories": [{"id": 1, "title": "VIP"}],
        },
        {
            "id": 8,
            "name": "Борис",
            "phone": "79165556677",
            "email": "",
            "sex_id": 0,
            "birth_date": "0000-00-00",
            "sms_not": 0,
        },
    ],
    "meta": {"page": 1, "total_count": 2},
}


def record(
    number: int, attendance: int, client: dict[str, object] | None, **more: object
) -> dict[str, object]:
    return {
        "id": number,
        "company_id": 501,
        "staff_id": 31,
        "staff": {"id": 31, "name": "Мария", "specialization": "Стилист"},
        "services": [
            {"id": 1, "title": "Стрижка", "cost": 1500, "cost_to_pay": 1350.5},
            {"id": 2, "title": "Укладка", "cost": 800, "cost_to_pay": 800},
        ],
        "client": client,
        "date": "2025-03-01 12:00:00",
        "datetime": "2025-03-01T12:00:00+03:00",
        "create_date": "2025-02-20T09:00:00+0300",
        "online": False,
        "attendance": attendance,
        "visit_attendance": attendance,
        "deleted": False,
        **more,
    }


def test_yclients_pages(mover: Mover) -> None:
    """Covers: P19"""
    anna = {"id": 7, "name": "Анна", "phone": "79161112233", "email": "anna@example.com"}
    mover.write_json("clients-1.json", YCLIENTS_CLIENTS)
    mover.write_json(
        "records-1.json",
        {
            "success": True,
            "data": [
                record(1, 1, anna, online=True),
                record(2, -1, anna),
                record(3, 2, {"id": 8, "name": "Борис", "phone": "79165556677", "email": ""}),
                record(4, 0, None),
                record(5, 1, anna, deleted=True),
            ],
        },
    )
    assert refused(mover.move("yclients")) == []
    start = utc("2025-03-01 09:00")
    columns = "booking_id, starts_at, created_at, status, booked_via, staff_id, service, outlet_id, amount"
    told = (start, utc("2025-02-20 06:00"))
    services = ("31", "Стрижка, Укладка", "501", 215_050)
    assert mover.of_customers("bookings", columns, "booking_id") == [
        ("7", "1", *told, "visited", "online", *services),
        ("7", "2", *told, "no_show", None, *services),
        ("8", "3", *told, "booked", None, *services),
        (None, "4", *told, "booked", None, *services),
        ("7", "5", *told, "cancelled", None, *services),
    ]
    assert mover.of_customers("customers", "name, sex, CAST(birth_date AS VARCHAR)", "customer_key") == [
        ("7", "Анна Смирнова", "female", "1990-02-28"),
        ("8", "Борис", None, None),
    ]
    assert mover.of_customers("consents", "channel, purpose, op", "customer_key") == [
        ("7", "sms", "advertising", "withdrawn")
    ]
    assert mover.rows("SELECT DISTINCT staff_id, name, position, outlet_id FROM staff") == [
        ("31", "Мария", "Стилист", "501")
    ]


def crm_order(number: str, status: str, items: list[dict[str, object]], **more: object) -> dict[str, object]:
    return {
        "id": int(number), "number": f"{number}A", "orderMethod": "shopping-cart", "createdAt": "2025-03-01 10:00:00",
        "statusUpdatedAt": "2025-03-02 10:00:00", "totalSumm": 3100.5, "status": status, "items": items, **more,
    }  # fmt: skip


def write_retailcrm(mover: Mover) -> None:
    """Write pages of customers and orders."""
    subscriptions = [
        {"subscription": {"channel": "email", "code": "news"}, "subscribed": True},
        {"subscription": {"channel": "email", "code": "sale"}, "subscribed": False},
        {"subscription": {"channel": "sms", "code": "sale"}, "subscribed": True},
    ]
    mover.write_json(
        "customers.json",
        {
            "success": True,
            "pagination": {"limit": 20, "totalCount": 2, "currentPage": 1, "totalPageCount": 1},
            "customers": [
                {"id": 63, "externalId": "112", "createdAt": "2025-01-17 16:26:35", "firstName": "Иван", "lastName": "Иванов",
                 "sex": "male", "email": "ivan@example.com", "phones": [{"number": "+79161112233"}], "address": {"city": "Волгоград"},
                 "contragent": {"contragentType": "individual"}, "customFields": {"shoe_size": 43},
                 "source": {"source": "yandex", "medium": "cpc"}, "customerSubscriptions": subscriptions},
                {"id": 64, "createdAt": "2025-01-18 10:00:00", "firstName": "Мария", "phones": [], "customFields": [],
                 "contragent": {"contragentType": "individual"}, "emailMarketingUnsubscribedAt": "2025-02-01 00:00:00"},
            ],
        },
    )  # fmt: skip
    coffee = {"id": 1, "initialPrice": 1500.25, "discountTotal": 100.1, "purchasePrice": 900, "quantity": 2,
              "offer": {"id": 5, "externalId": "COF-1", "displayName": "Кофе"}, "status": "new"}  # fmt: skip
    cup = {
        "id": 2,
        "initialPrice": 300,
        "discountTotal": 0,
        "quantity": 1,
        "offer": {"id": 6, "displayName": "Чашка"},
    }
    mover.write_json(
        "orders.json",
        {
            "success": True,
            "orders": [
                crm_order("73", "complete", [coffee, cup], customer={"id": 63}, lastName="Иванов", firstName="Иван",
                          email="ivan@example.com", delivery={"netCost": 250, "address": {"city": "Волгоград"}}),
                crm_order("74", "cancel-other", [cup], customer={"id": 64}),
                crm_order("75", "в пункте выдачи", [], customer={"id": 64}),
            ],
        },
    )  # fmt: skip


def test_retailcrm_pages(mover: Mover) -> None:
    """Covers: P19, R40"""
    write_retailcrm(mover)
    reports = mover.move("retailcrm")
    # The last order has a status of the shop's own, which only the shop can explain.
    assert refused(reports) == [("orders", 3, "status", "unknown_word")]
    columns = "order_id, ordered_at, completed_at, status, amount, cost_to_serve, channel"
    dates = (utc("2025-03-01 07:00"), utc("2025-03-02 07:00"))
    assert mover.of_customers("orders", columns, "order_id") == [
        ("63", "73A", *dates, "completed", 310_050, 25_000, "shopping-cart"),
        ("64", "74A", *dates, "cancelled", 310_050, None, "shopping-cart"),
    ]
    lines = "SELECT order_id, product_id, quantity_micro, unit_price_micro, amount, cost FROM order_lines ORDER BY 1, 2"
    assert mover.rows(lines) == [
        ("73A", "6", MICRO, 300 * MICRO, 30_000, None),
        ("73A", "COF-1", 2 * MICRO, 1_500_250_000, 300_050, 180_000),
        ("74A", "6", MICRO, 300 * MICRO, 30_000, None),
    ]
    assert mover.rows("SELECT order_id, amount, reference FROM discounts") == [("73A", 20_020, "1")]
    assert mover.of_customers("consents", "channel, op, consent_source", "customer_key, channel") == [
        ("63", "email", "withdrawn", "retailcrm"),
        ("63", "sms", "granted", "retailcrm"),
        ("64", "email", "withdrawn", "retailcrm"),
    ]
    assert mover.of_customers(
        "customers", "name, city, acquisition_source, p_customfields_shoe_size", "customer_key"
    ) == [
        ("63", "Иванов Иван", "Волгоград", "yandex", 43),
        ("64", "Мария", None, None, None),
    ]


MOYSKLAD = "https://api.moysklad.ru/api/remap/1.2/entity"


def link(kind: str, key: str) -> dict[str, object]:
    """Return how one record names another."""
    href = f"{MOYSKLAD}/{kind}/{key}?expand=none"
    return {"meta": {"href": href, "type": kind, "mediaType": "application/json"}}


POSITIONS = [
    {
        "id": "l1",
        "quantity": 2.0,
        "price": 150_025.0,
        "discount": 10.0,
        "assortment": link("product", "p1"),
    },
    {
        "id": "l2",
        "quantity": 1.0,
        "price": 9_999.0,
        "discount": 33.3,
        "assortment": link("product", "p1"),
    },
    {
        "id": "l3",
        "quantity": 0.5,
        "price": 10_000.0,
        "discount": 0.0,
        "assortment": link("service", "s1"),
    },
]


def moysklad_order(number: str, **more: object) -> dict[str, object]:
    return {**link("customerorder", f"o{number}"), "id": f"o{number}", "name": number, "moment": "2025-03-01 10:00:00.000",
            "sum": 287_000.0, "agent": link("counterparty", "c1"), "shippedSum": 0.0, "attributes": [], **more}  # fmt: skip


def write_moysklad(mover: Mover) -> None:
    """Write pages of orders, people, goods and returns."""
    rows = [
        moysklad_order("00001", shippedSum=287_000.0, positions={"meta": {}, "rows": POSITIONS}),
        moysklad_order("00002", state={**link("state", "st"), "name": "Отменен"}, positions={"rows": []}),
        moysklad_order("00003"),
    ]
    mover.write_json("customerorder.json", {"context": {}, "meta": {"type": "customerorder"}, "rows": rows})
    mover.write_json(
        "counterparty.json",
        {
            "rows": [
                {**link("counterparty", "c1"), "id": "c1", "name": "Смирнова Анна", "email": "anna@example.com", "phone": "+7 916 111-22-33",
                 "created": "2024-12-31 23:30:00.000", "companyType": "individual", "birthDate": "1990-02-28 00:00:00.000", "sex": "FEMALE",
                 "actualAddressFull": {"city": "Казань"}},
            ]
        },
    )  # fmt: skip
    mover.write_json(
        "product.json",
        {
            "rows": [
                {**link("product", "p1"), "id": "p1", "name": "Кения АА", "pathName": "Кофе/В зёрнах", "buyPrice": {"value": 90_050.0},
                 "salePrices": [{"value": 150_025.0, "priceType": {"name": "Цена продажи"}}]},
                {**link("service", "s1"), "id": "s1", "name": "Помол", "pathName": "Услуги", "salePrices": [{"value": 10_000.0}]},
            ]
        },
    )  # fmt: skip
    back = {**link("salesreturn", "r1"), "id": "r1", "name": "В1", "moment": "2025-03-08 00:00:00.000", "sum": 150_025.0,
            "agent": link("counterparty", "c1")}  # fmt: skip
    mover.write_json("salesreturn.json", {"rows": [back]})


def test_moysklad_pages(mover: Mover) -> None:
    """Covers: P19, R40"""
    write_moysklad(mover)
    assert refused(mover.move("moysklad")) == []
    assert mover.of_customers("orders", "order_id, ordered_at, status, amount", "order_id") == [
        ("c1", "00001", utc("2025-03-01 07:00"), "completed", 287_000),
        ("c1", "00002", utc("2025-03-01 07:00"), "cancelled", 287_000),
        ("c1", "00003", utc("2025-03-01 07:00"), "pending", 287_000),
    ]
    assert mover.rows(
        "SELECT product_id, quantity_micro, unit_price_micro, amount FROM order_lines ORDER BY 1, 4"
    ) == [
        ("p1", MICRO, 99_990_000, 9_999),
        ("p1", 2 * MICRO, 1_500_250_000, 300_050),
        ("s1", 500_000, 100 * MICRO, 5_000),
    ]
    # 10 % of 3000.50; 33.3 % of 99.99 is 33.29667, in whole kopecks 33.30.
    assert mover.rows("SELECT reference, amount FROM discounts ORDER BY 1") == [("l1", 30_005), ("l2", 3_330)]
    assert mover.rows(
        "SELECT product_id, name, category, kind, price, unit_cost_micro FROM products ORDER BY 1"
    ) == [
        ("p1", "Кения АА", "Кофе/В зёрнах", "good", 150_025, 900_500_000),
        ("s1", "Помол", "Услуги", "service", 10_000, None),
    ]
    assert mover.of_customers("returns", "return_id, returned_at, amount", "return_id") == [
        ("c1", "В1", utc("2025-03-07 21:00"), 150_025)
    ]
    customer = "name, sex, CAST(birth_date AS VARCHAR), city, created_at"
    assert mover.of_customers("customers", customer, "customer_key") == [
        ("c1", "Смирнова Анна", "female", "1990-02-28", "Казань", utc("2024-12-31 20:30"))
    ]


def test_moysklad_tells_on_which_terms_firms_buy(mover: Mover) -> None:
    """Firms are accounts with their price list, people are none. Covers: P16, P19"""
    rows = [
        {"id": "f1", "name": "ООО Чайная", "companyType": "legal", "inn": "7700000001", "priceType": {"name": "Крупный опт"}},
        {"id": "f2", "name": "ИП Орлов", "companyType": "entrepreneur", "priceType": {"name": "Цена продажи"}},
        {"id": "c1", "name": "Анна", "companyType": "individual", "priceType": {"name": "Цена продажи"}},
    ]  # fmt: skip
    told = [
        {**link("counterparty", str(row["id"])), "created": "2024-12-31 23:30:00.000", **row} for row in rows
    ]
    mover.write_json("counterparty.json", {"rows": told})
    assert refused(mover.move("moysklad")) == []
    assert mover.rows("SELECT account_id, name, price_type, tax_id FROM accounts ORDER BY 1") == [
        ("f1", "ООО Чайная", "Крупный опт", "7700000001"),
        ("f2", "ИП Орлов", "Цена продажи", None),
    ]
    assert mover.of_customers("customers", "account_id", "account_id") == [
        ("f1", "f1"),
        ("f2", "f2"),
        ("c1", None),
    ]


def test_moysklad_tells_the_time_of_moscow(mover: Mover) -> None:
    """Covers: P19"""
    order = {"meta": {"type": "customerorder"}, "id": "o1", "name": "1", "moment": "2025-03-01 01:00:00.000", "sum": 100.0,
             "agent": {"id": "c1"}}  # fmt: skip
    mover.write_json("customerorder.json", {"rows": [order]})
    assert refused(mover.move("moysklad", timezone="Asia/Vladivostok")) == []
    # An hour past midnight in Moscow is eight in the morning in Vladivostok.
    assert mover.rows("SELECT ordered_at, CAST(ordered_date AS VARCHAR) FROM orders") == [
        (utc("2025-02-28 22:00"), "2025-03-01")
    ]
